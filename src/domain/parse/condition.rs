//! Reads conditions: the one vocabulary of triggers, phases and stand-downs.

use crate::domain::condition::{Condition, Count, Moment, Share, Test};
use crate::domain::entail::{conjuncts, excludes, follows};
use crate::domain::organisation::Level;
use crate::domain::playbook::FactKind;

use super::fields::{Fields, did_you_mean, listed, wrong_kind};
use super::names::{FACT, LIST, OPTION, QUERY, Scope, TASK, WATCH, exists, refer, references};
use super::problems::Span;
use super::tree::{Entry, Node, Value, shortened};
use super::{measure, value};

/// Every condition.
const CONDITIONS: [&str; 23] = [
    "any",
    "none",
    "all",
    "mentions",
    "authors",
    "voices",
    "platforms",
    "reach",
    "engagement",
    "negative",
    "need",
    "rumour",
    "unusual",
    "unanswered",
    "same_author",
    "we_are_silent",
    "level",
    "time",
    "done",
    "known",
    "fact",
    "decided",
    "effect",
];

/// Bounds that people write where a condition should stand.
const BOUNDS: [&str; 2] = ["within", "at_least"];

/// A map in which everything must hold.
pub(super) fn condition(node: &Node, scope: Scope<'_>) -> Option<Condition> {
    if !matches!(node.value, Value::Map(_)) {
        wrong_kind(
            node,
            "a condition (a map)",
            "{ mentions: { within: 1h, at_least: 50 } }",
            scope.problems,
        );
        return None;
    }
    scope.problems.asked(node.span, &CONDITIONS);
    let entries = super::fields::named(node, "condition", scope.problems);
    let n_entries = node.entries().len();
    let tests: Vec<(&Entry, Test)> = entries
        .into_iter()
        .filter_map(|entry| Some((entry, test(entry, scope)?)))
        .collect();
    if tests.len() == n_entries {
        no_contradiction(&tests, scope);
        no_tautology(&tests, scope);
    }
    let tests: Vec<Test> = tests.into_iter().map(|(_, test)| test).collect();
    // With an entry lost the condition would hold too easily.
    (!tests.is_empty() && tests.len() == n_entries).then_some(Condition { tests })
}

fn ladder(scope: Scope<'_>) -> Vec<Level> {
    let levels = scope.names.levels.iter();
    let levels = levels.map(|name| Level {
        name: name.clone(),
        title: name.as_str().into(),
    });
    levels.collect()
}

/// Something or its opposite: an `any` that asks nothing.
fn no_tautology(tests: &[(&Entry, Test)], scope: Scope<'_>) {
    for (entry, test) in tests {
        let Test::Any(ways) = test else { continue };
        let denied = ways.iter().filter_map(|way| match way.tests.as_slice() {
            [Test::None(denied)] => Some(denied),
            _ => None,
        });
        let mut denied = denied.flatten().peekable();
        if denied.peek().is_none() {
            continue;
        }
        let ladder = ladder(scope);
        let is_one = |denied: &Condition| {
            let given = conjuncts(denied);
            ways.iter().any(|way| follows(&given, way, &ladder))
        };
        if denied.any(is_one) {
            scope.problems.error(
                entry.key_span,
                "always-holds",
                "`any` asks for something or for its opposite: this always holds",
                "take one of the two out",
            );
        }
    }
}

/// What cannot hold together never does.
fn no_contradiction(tests: &[(&Entry, Test)], scope: Scope<'_>) {
    let ladder = ladder(scope);
    for (number, (entry, test)) in tests.iter().enumerate() {
        let all = |test: &Test| {
            conjuncts(&Condition {
                tests: vec![test.clone()],
            })
            .len()
        };
        for (before, earlier) in tests[..number].iter().chain(
            // Of several in one `all` each may exclude another.
            (all(test) > 1).then_some(&tests[number]),
        ) {
            let (one, other) = (
                Condition {
                    tests: vec![earlier.clone()],
                },
                Condition {
                    tests: vec![test.clone()],
                },
            );
            let is_impossible = conjuncts(&one).iter().any(|one| {
                let mut others = conjuncts(&other).into_iter();
                others.any(|other| !std::ptr::eq(*one, other) && excludes(one, other, &ladder))
            });
            if is_impossible {
                let inside = match (before.key == entry.key, test) {
                    (true, Test::All(parts)) => clashing(parts, &ladder),
                    (false, Test::None(parts)) => denying(parts, &one, &ladder),
                    (false, Test::All(parts)) => excluding(parts, &one, &ladder),
                    _ => None,
                };
                let item = inside.and_then(|at| entry.value.items().get(at));
                let at = item.and_then(|item| item.entries().first());
                let with = match before.key == entry.key {
                    true => "what stands beside it".to_owned(),
                    false => format!("`{}`", before.key),
                };
                scope.problems.error(
                    at.unwrap_or(entry).key_span,
                    "never-holds",
                    format!("`{}` cannot hold together with {with}: this never holds", entry.key),
                    "everything in a condition must hold at once; take one out, or put them in `any`",
                );
                return;
            }
        }
    }
}

/// Which of several excludes one before it.
fn clashing(parts: &[Condition], ladder: &[Level]) -> Option<usize> {
    (1..parts.len()).find(|at| {
        let later = conjuncts(&parts[*at]);
        parts[..*at].iter().flat_map(conjuncts).any(|earlier| {
            let mut later = later.iter();
            later.any(|later| excludes(earlier, later, ladder))
        })
    })
}

/// Which of several that must hold excludes what must as well.
fn excluding(parts: &[Condition], wanted: &Condition, ladder: &[Level]) -> Option<usize> {
    parts.iter().position(|part| {
        let part = conjuncts(part);
        conjuncts(wanted).iter().any(|wanted| {
            let mut part = part.iter();
            part.any(|one| excludes(wanted, one, ladder))
        })
    })
}

/// Which of several that must not hold denies what must.
fn denying(parts: &[Condition], wanted: &Condition, ladder: &[Level]) -> Option<usize> {
    parts.iter().position(|part| {
        let denied = Test::None(vec![part.clone()]);
        let mut wanted = conjuncts(wanted).into_iter();
        wanted.any(|wanted| excludes(wanted, &denied, ladder))
    })
}

fn test(entry: &Entry, scope: Scope<'_>) -> Option<Test> {
    let node = &entry.value;
    let problems = scope.problems;
    Some(match entry.key.as_str() {
        "any" => Test::Any(several(node, scope)?),
        "none" => Test::None(several(node, scope)?),
        "all" => Test::All(several(node, scope)?),
        "mentions" => Test::Mentions(count(entry, &USUAL_BOUNDS, scope)?),
        "authors" => Test::Authors(count(entry, &USUAL_BOUNDS, scope)?),
        "voices" => Test::Voices(count(entry, &USUAL_BOUNDS, scope)?),
        "platforms" => Test::Platforms(count(entry, &NUMBER_BOUNDS, scope)?),
        "reach" => Test::Reach(count(entry, &NUMBER_BOUNDS, scope)?),
        "engagement" => Test::Engagement(count(entry, &NUMBER_BOUNDS, scope)?),
        "rumour" => Test::Rumour(count(entry, &["at_least"], scope)?),
        "negative" => Test::Negative(share(entry, scope)?.1),
        "need" => {
            let (kind, share) = share(entry, scope)?;
            Test::Need(kind?, share)
        }
        "unusual" => Test::Unusual(
            value::choice(node, "a sensitivity", &["low", "normal", "high"], problems)?.to_owned(),
        ),
        "unanswered" => unanswered(entry, scope)?,
        "same_author" => same_author(entry, scope)?,
        "we_are_silent" => Test::WeAreSilent(measure::length(node, problems)?),
        "level" => Test::Level(scope.level(node)?),
        "time" => Test::Time(time(node, scope)?),
        "done" => Test::Done(scope.items(node)?),
        "known" => Test::Known(scope.facts(node)?),
        "fact" => Test::Fact(facts(node, scope)?),
        "decided" => Test::Decided(decided(node, scope)?),
        "effect" => Test::Effect(
            value::choice(
                node,
                "an effect",
                &["amplified", "calmed", "unchanged"],
                problems,
            )?
            .to_owned(),
        ),
        other => {
            let hint = match other {
                "not" => "did you mean `none`? It takes a list: none: [ … ]".to_owned(),
                _ => did_you_mean(other, CONDITIONS.into_iter().chain(BOUNDS))
                    .unwrap_or_else(|| format!("known here: {}", listed(CONDITIONS))),
            };
            problems.error(
                entry.key_span,
                "unknown-condition",
                format!("unknown condition `{}`", shortened(other)),
                hint,
            );
            return None;
        }
    })
}

fn several(node: &Node, scope: Scope<'_>) -> Option<Vec<Condition>> {
    let n_items = node.items().len();
    let example = "[ { level: incident } ]";
    let conditions = value::list(node, example, scope.problems, |item, _| {
        condition(item, scope)
    })?;
    (conditions.len() == n_items).then_some(conditions)
}

const NUMBER_BOUNDS: [&str; 2] = ["at_least", "at_most"];
const USUAL_BOUNDS: [&str; 5] = [
    "at_least",
    "at_most",
    "above_usual",
    "below_usual",
    "growing",
];

/// Those of them that compare.
const RATIOS: [&str; 3] = ["above_usual", "below_usual", "growing"];

/// What is to be known of a ratio where it stands.
fn bare_ratio(entry: &Entry, narrowed: &[&str], has_floor: bool, scope: Scope<'_>) {
    let key = entry.key.as_str();
    if let Some(one) = narrowed.first()
        && key != "growing"
    {
        scope.problems.error(
            entry.key_span,
            "usual-narrowed",
            format!("`{key}` cannot stand beside `{one}`: the usual is only known of all mentions of a watch"),
            "use `at_least` or `at_most` here, or make a watch of its own for these mentions and name it with `watch`",
        );
        return;
    }
    let silent = match key {
        "above_usual" => {
            "it is silent below 8 mentions by 5 authors, and as long as there is under a day of history"
        }
        "growing" => "it is silent below 8 mentions by 5 authors",
        _ => return,
    };
    if !has_floor {
        scope.problems.warning(
            entry.key_span,
            "ratio-alone",
            format!("`{key}` stands without `at_least`: {silent}"),
            "add `at_least`: the number below which nobody needs to be woken",
        );
    }
}

/// The window and what narrows it, for everything that counts.
fn narrowing(fields: &mut Fields<'_>, scope: Scope<'_>) -> Option<Count> {
    let names = scope.names;
    let within = fields.demand("within", "1h", measure::length);
    let watch = fields.read("watch", |node, p| refer(node, &WATCH, &names.watches, p));
    let matching = fields.read("matching", |node, p| refer(node, &QUERY, &names.queries, p));
    let by = fields.read("by", |node, p| {
        references(node, &LIST, "[press]", &names.lists, p)
    });
    let platforms = fields.read("platforms", |node, p| {
        value::list(node, "[x, news]", p, value::platform)
    });
    Some(Count {
        within: within?,
        watch,
        matching,
        by: by.unwrap_or_default(),
        platforms: platforms.unwrap_or_default(),
        ..Count::default()
    })
}

fn count(entry: &Entry, bounds: &[&'static str], scope: Scope<'_>) -> Option<Count> {
    let what = format!("`{}`", entry.key);
    let mut fields = Fields::of(entry, &what, scope.problems)?;
    let counted = narrowing(&mut fields, scope);
    let has_bound = bounds.iter().any(|bound| fields.has(bound));
    let mut number = |key| {
        if bounds.contains(&key) {
            fields.read(key, value::count)
        } else {
            None
        }
    };
    let (at_least, at_most) = (number("at_least"), number("at_most"));
    let mut ratio = |key| {
        if bounds.contains(&key) {
            fields.read(key, measure::ratio)
        } else {
            None
        }
    };
    let (above_usual, below_usual, growing) =
        (ratio("above_usual"), ratio("below_usual"), ratio("growing"));
    let at = fields.at();
    for key in RATIOS {
        let Some(entry) = bounds.contains(&key).then(|| fields.entry(key)).flatten() else {
            continue;
        };
        let narrowed = ["matching", "by", "platforms"].iter();
        let narrowed: Vec<&str> = narrowed.copied().filter(|one| fields.has(one)).collect();
        bare_ratio(entry, &narrowed, fields.has("at_least"), scope);
    }
    fields.close();
    if !has_bound {
        no_bound(&what, at, bounds, scope);
        return None;
    }
    for (key, ratio) in [("above_usual", above_usual), ("growing", growing)] {
        if ratio.is_some_and(|ratio| ratio <= 1.0) {
            let written = entry.value.get(key);
            scope.problems.error(
                written.map_or(at, |entry| entry.value.span),
                "always-holds",
                format!(
                    "`{key}` of 1x or less asks for no more than there is: on an ordinary day this holds"
                ),
                "write more than 1x, such as 3x; `below_usual` asks for little",
            );
        }
    }
    crossed(
        at_least
            .zip(at_most)
            .is_some_and(|(least, most)| least > most),
        at,
        scope,
    );
    if let (Some(wanted), Some(counted)) = (at_least, &counted)
        && entry.key == "platforms"
        && !counted.platforms.is_empty()
        && wanted > counted.platforms.len() as u64
    {
        scope.problems.error(
            entry.value.get("at_least").map_or(at, |one| one.key_span),
            "never-holds",
            format!(
                "of {} platforms {wanted} are asked for: this never holds",
                counted.platforms.len()
            ),
            "name more under `platforms`, or ask for fewer",
        );
    }
    let others = [
        at_most.is_some(),
        above_usual.is_some(),
        below_usual.is_some(),
        growing.is_some(),
    ];
    if at_least == Some(0) && !others.contains(&true) {
        let written = entry.value.get("at_least");
        let at = written.map_or(at, |entry| entry.key_span);
        scope.problems.error(
            at,
            "always-holds",
            format!("{what} is always at least 0: this always holds"),
            "write how many it takes, such as at_least: 15",
        );
    }
    Some(Count {
        at_least,
        at_most,
        above_usual,
        below_usual,
        growing,
        ..counted?
    })
}

fn no_bound(what: &str, at: Span, bounds: &[&'static str], scope: Scope<'_>) {
    scope.problems.error(
        at,
        "no-bound",
        format!("{what} does not say how many"),
        format!("add {}", listed(bounds.iter().copied())),
    );
}

fn crossed(are_crossed: bool, at: Span, scope: Scope<'_>) {
    if are_crossed {
        scope.problems.error(
            at,
            "never-holds",
            "`at_least` is more than `at_most`: this never holds",
            "",
        );
    }
}

fn share(entry: &Entry, scope: Scope<'_>) -> Option<(Option<String>, Share)> {
    let what = format!("`{}`", entry.key);
    let mut fields = Fields::of(entry, &what, scope.problems)?;
    let counted = narrowing(&mut fields, scope);
    let kind = if entry.key == "need" {
        let kinds = ["information", "harm", "meaning"];
        fields.demand("kind", "information", |node, p| {
            value::choice(node, "a kind of need", &kinds, p).map(str::to_owned)
        })
    } else {
        None
    };
    let has_bound = fields.has("at_least") || fields.has("at_most");
    let at_least = fields.read("at_least", measure::share);
    let at_most = fields.read("at_most", measure::share);
    let of_at_least = fields.read("of_at_least", value::positive).unwrap_or(10);
    let at = fields.at();
    fields.close();
    if !has_bound {
        no_bound(&what, at, &NUMBER_BOUNDS, scope);
        return None;
    }
    crossed(
        at_least
            .zip(at_most)
            .is_some_and(|(least, most)| least > most),
        at,
        scope,
    );
    if at_least == Some(0.0) && at_most.is_none() {
        let written = entry.value.get("at_least");
        scope.problems.error(
            written.map_or(at, |entry| entry.value.span),
            "always-holds",
            format!("{what} is always at least 0%: this always holds"),
            "write the share that it takes, such as at_least: 40%",
        );
    }
    if at_most == Some(1.0) && at_least.is_none() {
        let written = entry.value.get("at_most");
        scope.problems.error(
            written.map_or(at, |entry| entry.value.span),
            "always-holds",
            format!("{what} is always at most 100%: this always holds"),
            "write at_least, or a smaller share, such as at_most: 20%",
        );
    }
    let share = Share {
        count: counted?,
        at_least,
        at_most,
        of_at_least,
    };
    Some((kind, share))
}

fn unanswered(entry: &Entry, scope: Scope<'_>) -> Option<Test> {
    let mut fields = Fields::of(entry, "`unanswered`", scope.problems)?;
    let older_than = fields.demand("older_than", "4h", measure::length);
    let what = fields.read("what", |node, p| {
        value::choice(
            node,
            "something unanswered",
            &["complaints", "questions"],
            p,
        )
    });
    let at_least = fields.read("at_least", value::positive).unwrap_or(1);
    fields.close();
    Some(Test::Unanswered {
        what: what.map(str::to_owned),
        older_than: older_than?,
        at_least,
    })
}

fn same_author(entry: &Entry, scope: Scope<'_>) -> Option<Test> {
    let mut fields = Fields::of(entry, "`same_author`", scope.problems)?;
    let within = fields.demand("within", "14d", measure::length);
    let on_platforms = fields.read("on_platforms", value::positive).unwrap_or(2);
    fields.close();
    Some(Test::SameAuthor {
        within: within?,
        on_platforms,
    })
}

/// A moment that may not have come yet.
fn time(node: &Node, scope: Scope<'_>) -> Option<Moment> {
    let moment = moment(node, scope)?;
    let has_come = match &moment {
        Moment::Before(_, name) => name == "start",
        Moment::After(length, name) => name == "start" && length.is_zero(),
        Moment::Since(length) => length.is_zero(),
    };
    if has_come {
        scope.problems.error(
            node.span,
            "always-holds",
            "this moment is not after the start, so it has always come: this always holds",
            "write how long after the start, such as 2h; or name what it is to come before",
        );
    }
    Some(moment)
}

/// A moment whose name, if it has one, exists and can have a moment.
pub(super) fn moment(node: &Node, scope: Scope<'_>) -> Option<Moment> {
    let moment = measure::moment(node, scope.problems)?;
    let (Moment::After(_, name) | Moment::Before(_, name)) = &moment else {
        return Some(moment);
    };
    if name == "start" || name == "stand_down" {
        return Some(moment);
    }
    match scope.local.fact_kind(name) {
        Some(FactKind::Time) => Some(moment),
        Some(_) => {
            scope.problems.error(
                node.span,
                "not-a-time",
                format!("the fact `{name}` is not a time"),
                format!("give `{name}` `kind: time`, or name another"),
            );
            None
        }
        None => {
            let known = ["start", "stand_down"]
                .into_iter()
                .chain(scope.local.items())
                .chain(
                    scope
                        .local
                        .facts
                        .iter()
                        .filter(|(_, kind)| *kind == FactKind::Time)
                        .map(|(name, _)| name.as_str()),
                );
            let kind = super::names::Kind {
                noun: "moment",
                id: "unknown-moment",
                home: "this playbook",
            };
            exists(name, node.span, &kind, scope.problems, known).then_some(moment)
        }
    }
}

fn facts(node: &Node, scope: Scope<'_>) -> Option<Vec<(String, serde_json::Value)>> {
    let mut wanted = Vec::new();
    for entry in super::fields::named(node, "value", scope.problems) {
        let known = scope.local.fact_names();
        let span = entry.key_span;
        if exists(&entry.key, span, &FACT, scope.problems, known)
            && let Some(value) = fact_value(&entry.key, &entry.value, scope)
        {
            wanted.push((entry.key.clone(), value));
        }
    }
    (!wanted.is_empty() && wanted.len() == node.entries().len()).then_some(wanted)
}

/// A value that fits the kind of the fact.
pub(super) fn fact_value(name: &str, node: &Node, scope: Scope<'_>) -> Option<serde_json::Value> {
    let problems = scope.problems;
    Some(match scope.local.fact_kind(name)? {
        FactKind::YesNo => value::boolean(node, problems)?.into(),
        FactKind::Number => {
            let written = value::word(node, "a number", "3", problems)?;
            let number = written
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite());
            if number.is_none() || node.is_quoted() {
                wrong_kind(node, "a number", "3", problems);
            }
            number?.into()
        }
        FactKind::Date => measure::date(node, problems)?.to_string().into(),
        FactKind::Time => measure::date_and_clock(node, problems)?.to_string().into(),
        FactKind::List => value::list(node, "[\"…\"]", problems, value::line)?.into(),
        FactKind::Text => match value::any_text(node, problems)? {
            crate::domain::text::Text::Same(text) => (*text).into(),
            crate::domain::text::Text::By(texts) => serde_json::to_value(&*texts).ok()?,
        },
    })
}

fn decided(node: &Node, scope: Scope<'_>) -> Option<Vec<(String, Vec<String>)>> {
    let mut wanted = Vec::new();
    for entry in super::fields::named(node, "list of options", scope.problems) {
        if let Some(options) = options_of(entry, scope) {
            wanted.push((entry.key.clone(), options));
        }
    }
    (!wanted.is_empty() && wanted.len() == node.entries().len()).then_some(wanted)
}

/// Options of a task that is a question.
fn options_of(entry: &Entry, scope: Scope<'_>) -> Option<Vec<String>> {
    let options = question(&entry.key, entry.key_span, scope)?;
    references(&entry.value, &OPTION, "[publish]", options, scope.problems)
}

/// The options of a task; says so when it does not exist or is no question.
pub(super) fn question<'a>(name: &str, span: Span, scope: Scope<'a>) -> Option<&'a [String]> {
    let known = scope.local.task_names();
    if !exists(name, span, &TASK, scope.problems, known) {
        return None;
    }
    let (_, options) = scope.local.tasks.iter().find(|(task, _)| task == name)?;
    if options.is_empty() {
        scope.problems.error(
            span,
            "not-a-question",
            format!("the task `{name}` has no `options`, so it cannot be decided"),
            "use `done`, or give the task options",
        );
        return None;
    }
    Some(options)
}
