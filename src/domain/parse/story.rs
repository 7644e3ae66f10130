//! Reads the notation that tests and scenarios share: what happens when, and
//! what must come of it.

use std::cell::RefCell;
use std::time::Duration;

use crate::domain::scenario::expect::{Expectation, Expected, RunState};
use crate::domain::scenario::story::{Start, Storm, Story};
use crate::domain::scenario::{Persona, Test};
use crate::domain::time::format_duration;

use super::condition::condition;
use super::expectation::{expectation, expected_never};
use super::fields::{Fields, named};
use super::inject::inject;
use super::names::{LIST, Scope, references};
use super::problems::{Problems, Span};
use super::sight::Sight;
use super::tree::{Node, shortened};
use super::{measure, value};

/// What a story is read against.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub scope: Scope<'a>,
    /// Names under `personas`, also of those with mistakes; `None` in a test,
    /// where any account may post.
    pub cast: Option<&'a [String]>,
    /// The personas without mistakes.
    pub personas: &'a [Persona],
    /// What the watch of the playbook finds, when that can be said.
    pub sight: Option<&'a Sight<'a>>,
    /// When it ends, if that is written.
    pub lasts: Option<Duration>,
    /// What comes after that: where, and what it does.
    pub late: Option<&'a RefCell<Vec<(Span, String)>>>,
}

impl Stage<'_> {
    /// Notes what begins when the story is over, to be reported with the rest.
    pub(super) fn in_time(&self, moment: Duration, span: Span, what: &str) {
        let is_over = self.lasts.is_some_and(|lasts| moment > lasts);
        if let Some(late) = self.late.filter(|_| is_over) {
            late.borrow_mut().push((span, what.to_owned()));
        }
    }
}

/// The aftercare of a playbook is over by then.
const LONGEST_STORY: Duration = Duration::from_secs(100 * 86_400);

/// A story with what must come of it; complete when nothing was reported.
#[derive(Default)]
pub(super) struct Read {
    pub story: Story,
    pub expect: Vec<Expectation>,
    pub never: Vec<Expected>,
    /// The line of each of `expect`, and of `never`.
    pub expect_lines: Vec<usize>,
    pub never_lines: Vec<usize>,
}

/// The keys of a story that a playbook's test and a scenario both have.
pub(super) fn story(fields: &mut Fields<'_>, stage: Stage<'_>) -> Read {
    let problems = stage.scope.problems;
    let mut read = Read::default();
    let story = &mut read.story;
    if let Some(begins) = fields.read("begins", measure::date_and_clock) {
        story.begins = begins;
    }
    story.lasts = fields.read("lasts", measure::length);
    let lasts = fields.get("lasts");
    if let (Some(node), Some(length)) = (lasts, story.lasts)
        && length > LONGEST_STORY
    {
        problems.warning(
            node.span,
            "unlikely",
            format!(
                "this story goes on for {}, and playing it takes minutes",
                format_duration(length)
            ),
            "write hours or days, such as 3h",
        );
    }
    let late = RefCell::default();
    let stage = Stage {
        lasts: story.lasts,
        late: Some(&late),
        ..stage
    };
    story.replay = fields.read("replay", value::line);
    for key in ["usual", "storm"] {
        if let Some(entry) = fields.entry(key)
            && fields.has("replay")
        {
            problems.error(
                entry.key_span,
                "one-of",
                format!("`{key}` and `replay` cannot stand together"),
                "`replay` brings its own mentions",
            );
        }
    }
    if let Some(usual) = fields.read("usual", measure::rate) {
        story.usual = usual;
    }
    let storms = fields.read("storm", |node, p| {
        value::list(node, "[ { at: 0m, rate: 60/h, for: 1h } ]", p, |item, _| {
            storm(item, stage)
        })
    });
    story.storms = storms.unwrap_or_default();
    let injects = fields.read("injects", |node, p| {
        value::list(node, "[ { at: 5m, fails: mail } ]", p, |item, _| {
            inject(item, stage)
        })
    });
    story.injects = injects.unwrap_or_default();
    let example = "[ { run: started } ]";
    let expect = fields.read("expect", |node, p| {
        value::list(node, example, p, |item, _| {
            Some((item.span.line, expectation(item, stage)?))
        })
    });
    (read.expect_lines, read.expect) = expect.unwrap_or_default().into_iter().unzip();
    let never = fields.read("never", |node, p| {
        value::list(node, example, p, |item, _| {
            Some((item.span.line, expected_never(item, stage)?))
        })
    });
    (read.never_lines, read.never) = never.unwrap_or_default().into_iter().unzip();
    not_too_many(&read, fields.at(), stage);
    // In a drill something may be wanted of the one and held against the other.
    let is_test = stage.cast.is_none();
    if let Some(node) = fields.get("never").filter(|_| is_test) {
        both(node, &read, &stage.scope.names.levels, problems);
    }
    too_late(lasts, &late.borrow(), problems);
    if let Some((lasts, node)) = lasts.zip(fields.get("expect"))
        && late.borrow().is_empty()
    {
        too_loose(lasts, node, &read, problems);
    }
    read
}

/// Reports what must come, and must never: no run is right then.
fn both(never: &Node, read: &Read, levels: &[String], problems: &Problems) {
    // With one lost they cannot be told apart by their place.
    if never.items().len() != read.never.len() {
        return;
    }
    for (item, denied) in never.items().iter().zip(&read.never) {
        let is_it = |one: &Expectation| {
            one.what == *denied
                || least(&one.what, levels)
                    .zip(least(denied, levels))
                    .is_some_and(|(expected, denied)| expected >= denied)
        };
        let same = read.expect.iter().position(is_it);
        if let Some(line) = same.and_then(|at| read.expect_lines.get(at)) {
            problems.error(
                item.span,
                "never-holds",
                format!("this must never be, and line {line} expects it"),
                "take one of the two away",
            );
        }
    }
}

/// The level at which a run is at the least when this comes; a run that is open is at the
/// lowest.
fn least(what: &Expected, levels: &[String]) -> Option<usize> {
    match what {
        Expected::Run(RunState::Started) => Some(0),
        Expected::Level(level) => levels.iter().position(|one| one == level),
        _ => None,
    }
}

/// Reports what comes when the story is over. Where that is several things, it is the
/// end that comes too soon.
fn too_late(lasts: Option<&Node>, late: &[(Span, String)], problems: &Problems) {
    if let (Some(node), [_, _, ..]) = (lasts, late) {
        problems.error(
            node.span,
            "after-the-end",
            format!(
                "{} things come after this end: nobody will see them",
                late.len()
            ),
            "choose a longer `lasts`, or earlier moments",
        );
        return;
    }
    for (span, what) in late {
        problems.error(
            *span,
            "after-the-end",
            format!("{what} after the end: nobody will see it"),
            "choose an earlier moment, or a longer `lasts`",
        );
    }
}

/// Reports what may come as late as after the end: nobody looks any more then.
fn too_loose(lasts: &Node, expect: &Node, read: &Read, problems: &Problems) {
    // With one lost they cannot be told apart by their place.
    if expect.items().len() != read.expect.len() {
        return;
    }
    let end = read.story.lasts;
    let is_loose = |one: &Expectation| one.before.zip(end).is_some_and(|(one, end)| one > end);
    let items = expect.items().iter().zip(&read.expect);
    let loose: Vec<&Node> = items
        .filter(|(_, one)| is_loose(one))
        .map(|(item, _)| item)
        .collect();
    if loose.len() > 2 {
        problems.warning(
            lasts.span,
            "after-the-end",
            format!("{} things may come later than this end", loose.len()),
            "choose a longer `lasts`, or an earlier `before`",
        );
        return;
    }
    for item in loose {
        let before = item.get("before").map_or(item.span, |one| one.value.span);
        problems.warning(
            before,
            "after-the-end",
            "this may come later than the end of the story, when nobody looks any more",
            "choose an earlier `before`, or a longer `lasts`",
        );
    }
}

/// More mentions than a drill can use, and than should be held in memory.
const MOST_MENTIONS: f64 = 1_000_000.0;

fn not_too_many(read: &Read, at: Span, stage: Stage<'_>) {
    let hours = read.story.length(&read.expect).as_secs_f64() / 3_600.0;
    #[expect(clippy::cast_precision_loss, reason = "compared with a round number")]
    let storms = read.story.storms.iter().map(|s| s.n_mentions() as f64);
    let n_mentions = read.story.usual * hours + storms.sum::<f64>();
    if n_mentions > MOST_MENTIONS {
        stage.scope.problems.error(
            at,
            "too-many-mentions",
            format!("this story brings {n_mentions:.0} mentions"),
            "choose lower rates or shorter times: 1,000,000 is the most",
        );
    }
}

/// The tests of a playbook; their names are sentences.
pub(super) fn tests(node: &Node, scope: Scope<'_>) -> Vec<Test> {
    let stage = Stage {
        scope,
        cast: None,
        personas: &[],
        sight: None,
        lasts: None,
        late: None,
    };
    let mut tests = Vec::new();
    for entry in named(node, "test", scope.problems) {
        if entry.key.trim().is_empty() {
            scope.problems.error(
                entry.key_span,
                "name",
                "this test has no name",
                "write a sentence that says what must be true: one angry author wakes nobody",
            );
        }
        let what = format!("test `{}`", shortened(&entry.key));
        let Some(mut fields) = Fields::of(entry, what, scope.problems) else {
            continue;
        };
        let read = story(&mut fields, stage);
        let restart_everywhere = fields.read("restart_everywhere", value::boolean);
        if !fields.has("expect") && !fields.has("never") {
            scope.problems.error(
                fields.at(),
                "missing-key",
                "this test has no `expect` and no `never`, so it cannot fail",
                "add expect: [ { before: 10m, run: started } ]",
            );
        }
        fields.close();
        tests.push(Test {
            name: entry.key.clone(),
            file: scope.problems.path(entry.key_span.file),
            line: entry.key_span.line,
            story: read.story,
            expect: read.expect,
            expect_lines: read.expect_lines,
            never: read.never,
            never_lines: read.never_lines,
            restart_everywhere: restart_everywhere.unwrap_or(false),
        });
    }
    tests
}

/// `at` or `when`: a moment since the beginning, or a condition.
pub(super) fn start(fields: &mut Fields<'_>, what: &str, stage: Stage<'_>) -> Option<Start> {
    let problems = stage.scope.problems;
    let entry = fields.one_of(&["at", "when"])?;
    if entry.key == "at" {
        let moment = measure::duration(&entry.value, problems)?;
        stage.in_time(moment, entry.value.span, &format!("{what} begins"));
        return Some(Start::At(moment));
    }
    let condition = condition(&entry.value, stage.scope)?;
    let carried_out = condition.carried_out_in_a_story();
    if let Err(part) = carried_out {
        problems.not_supported_because(
            entry.key_span,
            &format!("`{part}`, which {what} waits for,"),
            "it will not begin",
        );
    }
    Some(Start::When(condition))
}

fn storm(node: &Node, stage: Stage<'_>) -> Option<Storm> {
    let scope = stage.scope;
    let mut fields = Fields::open(node, node.span, "a storm", scope.problems)?;
    let start = start(&mut fields, "this storm", stage);
    let lasts = fields.demand("for", "1h", measure::length);
    let rate = fields.demand("rate", "60/h", measure::rate);
    let to = fields.read("to", measure::rate);
    let brings_nothing = rate == Some(0.0) && to.is_none_or(|to| to == 0.0);
    if brings_nothing && let Some(node) = fields.get("rate") {
        scope.problems.warning(
            node.span,
            "unlikely",
            "a storm of 0 an hour brings nothing",
            "write how many come in, such as 60/h",
        );
    }
    let negative = fields.read("negative", measure::share);
    let platforms = fields.read("platforms", |node, p| {
        value::list(node, "[x]", p, value::platform)
    });
    let authors = fields.read("authors", value::positive);
    let by = fields.read("by", |node, p| {
        references(node, &LIST, "[press]", &scope.names.lists, p)
    });
    let says = fields.read("says", |node, p| {
        value::list(node, "[\"…\"]", p, |item, p| {
            let text = value::text(item, p)?;
            if let Some(sight) = stage.sight {
                sight.check_words(&text, item.span, p);
            }
            Some(text)
        })
    });
    fields.close();
    Some(Storm {
        start: start?,
        lasts: lasts?,
        rate: rate?,
        to: to.or(rate)?,
        negative: negative.unwrap_or_default(),
        platforms: platforms
            .filter(|platforms| !platforms.is_empty())
            .unwrap_or_else(|| vec![crate::domain::mention::Platform::X]),
        authors,
        by: by.unwrap_or_default(),
        says: says.unwrap_or_default(),
    })
}
