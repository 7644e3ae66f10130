//! Reads one playbook, with what `every_playbook` gives it already in.

use std::time::Duration;

use crate::domain::organisation::Organisation;
use crate::domain::playbook::{self, Aim, FactKind, FactQuestion, Phase, Playbook, Task, Trigger};

use super::condition::condition;
use super::fields::{Fields, listed, named};
use super::names::{Local, PARTNER, Scope, WATCH, meant, names_in, refer, well_formed};
use super::problems::{Problems, Span};
use super::tree::{Entry, Node, shortened};
use super::{alert, measure, plan, value, work};

const COOL_DOWN: Duration = Duration::from_secs(24 * 3_600);

/// What stands in the playbook that other readers need to know by name.
pub(super) fn names(root: &Node, problems: &Problems) -> Local {
    let mut local = Local {
        facts: Local::always(),
        ..Local::default()
    };
    let mut taken: Vec<(String, Span, &'static str)> = local
        .facts
        .iter()
        .map(|(name, _)| (name.clone(), Span::default(), "fact that is always there"))
        .collect();
    for entry in root
        .get("facts")
        .map_or(&[][..], |entry| entry.value.entries())
    {
        let kind = entry.value.get("kind").and_then(|kind| kind.value.scalar());
        let kind = kind.and_then(fact_kind).unwrap_or(FactKind::Text);
        claim(entry, "fact", &mut taken, problems);
        let kind = moment_or(kind, entry, root, problems);
        let meant = meant(&entry.key, false);
        if meant != entry.key {
            local.facts.push((meant, kind));
        }
        local.facts.push((entry.key.clone(), kind));
    }
    for (home, noun) in work::homes(root) {
        for entry in home.value.entries() {
            claim(entry, noun, &mut taken, problems);
            if noun == "message" {
                local.messages.push(entry.key.clone());
            } else {
                let options = entry.value.get("options");
                let options = options.map_or_else(Vec::new, |options| options_in(&options.value));
                local.tasks.push((entry.key.clone(), options));
            }
        }
    }
    if let Some(triggers) = root.get("triggers") {
        local.triggers = names_in(&triggers.value);
    }
    local
}

/// What several deadlines count from is a time: when the fact is none, it is the fact
/// that is wrong, and not each of them.
fn moment_or(kind: FactKind, fact: &Entry, root: &Node, problems: &Problems) -> FactKind {
    if kind == FactKind::Time || n_moments(root, &fact.key) < 2 {
        return kind;
    }
    let written = fact.value.get("kind");
    problems.error(
        written.map_or(fact.key_span, |kind| kind.value.span),
        "not-a-time",
        format!(
            "deadlines count from the fact `{}`, and it is not a time",
            fact.key
        ),
        "give it `kind: time`",
    );
    FactKind::Time
}

/// How often a moment before or after this is written.
pub(super) fn n_moments(node: &Node, name: &str) -> usize {
    let is_moment = node.scalar().is_some_and(|written| {
        let moment = written.strip_suffix(name);
        moment.is_some_and(|moment| moment.ends_with(" before ") || moment.ends_with(" after "))
    });
    let inner = node.entries().iter().map(|entry| &entry.value);
    let inner = inner.chain(node.items());
    usize::from(is_moment) + inner.map(|node| n_moments(node, name)).sum::<usize>()
}

/// The options of a question. That a list is none is said once, where it stands.
fn options_in(node: &Node) -> Vec<String> {
    let listed = node.items().iter().filter_map(|item| {
        let first = item.entries().first().map(|entry| entry.key.as_str());
        first.or_else(|| item.scalar()).map(str::to_owned)
    });
    let mut names = names_in(node);
    names.extend(listed);
    names
}

/// Facts, tasks and messages share one set of names.
fn claim(
    entry: &Entry,
    noun: &'static str,
    taken: &mut Vec<(String, Span, &'static str)>,
    problems: &Problems,
) {
    let known = taken.iter().find(|(name, ..)| *name == entry.key);
    if let Some((_, span, other)) = known {
        // The file that can be mended is the playbook, which is read later
        // than draaiboek.yaml.
        let at = if span.file > entry.key_span.file {
            *span
        } else {
            entry.key_span
        };
        // A name twice in one map is reported where the map is read.
        let is_repeat = *other == noun && span.file == entry.key_span.file && at != entry.key_span;
        if !is_repeat {
            problems.error(
                at,
                "name-taken",
                format!(
                    "`{}` is already the name of a {other}",
                    shortened(&entry.key)
                ),
                "facts, tasks and messages of a playbook share one set of names: choose another",
            );
        }
    }
    taken.push((entry.key.clone(), entry.key_span, noun));
}

/// The kinds of facts.
pub(in crate::domain) const FACT_KINDS: [&str; 6] =
    ["text", "list", "number", "time", "date", "yes_no"];

pub(super) fn fact_kind(name: &str) -> Option<FactKind> {
    Some(match name {
        "text" => FactKind::Text,
        "list" => FactKind::List,
        "number" => FactKind::Number,
        "time" => FactKind::Time,
        "date" => FactKind::Date,
        "yes_no" => FactKind::YesNo,
        _ => return None,
    })
}

/// Reads the merged tree of a playbook.
pub(super) fn playbook(
    root: &Node,
    scope: Scope<'_>,
    organisation: &Organisation,
) -> Option<Playbook> {
    let problems = scope.problems;
    let named = root.place(&["playbook"]);
    let mut fields = Fields::open(root, named, "this playbook", problems)?;
    let name = fields.demand("playbook", "name-of-the-playbook", |node, p| {
        let name = value::word(node, "a name", "viral-complaint", p)?;
        well_formed(name, node.span, true, p).then(|| name.to_owned())
    });
    let title = fields.demand("title", "\"What it is about\"", value::text);
    let watch = fields.demand("watch", "name-of-a-watch", |node, p| {
        refer(node, &WATCH, &scope.names.watches, p)
    });
    let owner = fields.demand("owner", "name_of_a_role", |node, _| scope.role(node));
    let deputy = fields.read("deputy", |node, _| scope.role(node));
    let priority = fields.read("priority", value::signed).unwrap_or(0);
    let cool_down = fields
        .read("cool_down", measure::duration)
        .unwrap_or(COOL_DOWN);
    let stale_after = fields
        .read("stale_after", measure::length)
        .unwrap_or_else(playbook::stale_after);
    let start_over = fields
        .read("start_over", measure::length)
        .unwrap_or_else(playbook::start_over);
    let fallback = owner.clone().unwrap_or_default();
    let writer = fields
        .read("writer", |node, _| scope.role(node))
        .unwrap_or_else(|| fallback.clone());
    let approve = fields
        .read("approve", |node, _| scope.roles(node))
        .unwrap_or_else(|| vec![fallback.clone()]);
    let triggers = fields
        .get("triggers")
        .map_or_else(Vec::new, |node| triggers(node, scope));
    let alert = fields
        .get("alert")
        .map_or_else(Vec::new, |node| alert::alert(node, scope));
    let facts = facts(fields.get("facts"), &fallback, scope);
    let default = work::Defaults {
        writer: &writer,
        approve: &approve,
    };
    let tasks = fields
        .get("tasks")
        .map_or_else(Vec::new, |node| work::tasks(node, scope));
    let phases = phases(fields.get("phases"), default, scope);
    let around = plan::surroundings(&mut fields, &fallback, default, scope);
    // Read apart, for those who play them.
    fields.get("tests");
    fields.close();
    work::check_circles(root, problems);
    Some(Playbook {
        name: name?,
        title: title?,
        watch: watch?,
        owner: owner?,
        deputy,
        priority,
        writer,
        approve,
        four_eyes: around.four_eyes,
        cadence: around.cadence,
        cool_down,
        stale_after,
        start_over,
        levels: organisation.levels.clone(),
        triggers,
        alert,
        facts,
        tasks,
        phases,
        by_hand: around.by_hand,
        stand_down: around.stand_down,
        aftercare: around.aftercare,
        questions: around.questions,
        avoid: around.avoid,
        responsibility: around.responsibility,
        review_by: around.review_by,
        drill_every: around.drill_every,
    })
}

/// The triggers that can fire. The others are said not to, and left out, so
/// that nothing starts on half a condition.
fn triggers(node: &Node, scope: Scope<'_>) -> Vec<Trigger> {
    let problems = scope.problems;
    let entries = named(node, "trigger", problems);
    let mut read = Vec::new();
    let mut n_unsupported = 0;
    for entry in &entries {
        let Some(trigger) = trigger(entry, scope) else {
            continue;
        };
        match trigger.when.carried_out() {
            Ok(()) => read.push(trigger),
            Err(part) => {
                n_unsupported += 1;
                let when = entry.value.get("when").map(|when| &when.value);
                problems.not_supported_because(
                    when.map_or(entry.key_span, measure::too_long_a_window),
                    &format!("`{part}`, which trigger `{}` needs,", entry.key),
                    "this trigger will not fire",
                );
            }
        }
    }
    if n_unsupported > 0 && n_unsupported == entries.len() {
        problems.warning(
            node.span,
            "no-working-trigger",
            "none of these triggers can fire in this version: only a person can start this playbook",
            "add one such as { mentions: { within: 1h, at_least: 50 } }",
        );
    }
    read
}

fn trigger(entry: &Entry, scope: Scope<'_>) -> Option<Trigger> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("trigger `{}`", entry.key), problems)?;
    let when = fields.demand(
        "when",
        "{ mentions: { within: 1h, at_least: 50 } }",
        |node, _| condition(node, scope),
    );
    let level = fields.read("level", |node, _| scope.level(node));
    let held_for = fields.read("for", measure::duration);
    fields.close();
    Some(Trigger {
        name: entry.key.clone(),
        when: when?,
        level: level.or_else(|| scope.names.levels.first().cloned())?,
        held_for: held_for.unwrap_or_default(),
    })
}

/// The questions of the playbook, after the facts that are always there.
fn facts(node: Option<&Node>, owner: &str, scope: Scope<'_>) -> Vec<FactQuestion> {
    let mut facts: Vec<FactQuestion> = Local::always()
        .into_iter()
        .map(|(name, kind)| FactQuestion {
            name,
            ask: None,
            kind,
            role: owner.to_owned(),
            told_by: None,
        })
        .collect();
    if let Some(node) = node {
        let entries = named(node, "fact", scope.problems);
        facts.extend(
            entries
                .into_iter()
                .filter_map(|entry| fact(entry, owner, scope)),
        );
    }
    facts
}

fn fact(entry: &Entry, owner: &str, scope: Scope<'_>) -> Option<FactQuestion> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, false, problems);
    let mut fields = Fields::of(entry, format!("fact `{}`", entry.key), problems)?;
    let ask = fields.demand("ask", "\"What happened?\"", value::text);
    let kind = fields.read("kind", |node, p| {
        value::choice(node, "a kind of fact", &FACT_KINDS, p)
    });
    let role = fields.read("role", |node, _| scope.role(node));
    let told_by = fields.read("told_by", |node, p| {
        refer(node, &PARTNER, &scope.names.partners, p)
    });
    fields.close();
    Some(FactQuestion {
        name: entry.key.clone(),
        ask: Some(ask?),
        kind: kind.and_then(fact_kind).unwrap_or(FactKind::Text),
        role: role.unwrap_or_else(|| owner.to_owned()),
        told_by,
    })
}

/// The three aims, also those without content.
fn phases(node: Option<&Node>, default: work::Defaults<'_>, scope: Scope<'_>) -> Vec<Phase> {
    let empty = |aim| Phase {
        aim,
        when: None,
        held_for: Duration::ZERO,
        tasks: Vec::new(),
        messages: Vec::new(),
    };
    let mut phases: Vec<Phase> = Aim::ALL.into_iter().map(empty).collect();
    let Some(node) = node else { return phases };
    scope.problems.asked(node.span, &Aim::ALL.map(Aim::name));
    for entry in named(node, "phase", scope.problems) {
        match phases
            .iter_mut()
            .find(|phase| phase.aim.name() == entry.key)
        {
            Some(phase) => {
                if let Some(read) = self::phase(entry, phase.aim, default, scope) {
                    *phase = read;
                }
            }
            None => {
                let aims = Aim::ALL.map(Aim::name);
                let hint = super::fields::did_you_mean(&entry.key, aims)
                    .unwrap_or_else(|| format!("the phases are {}", listed(aims)));
                scope.problems.error(
                    entry.key_span,
                    "unknown-phase",
                    format!("unknown phase `{}`", shortened(&entry.key)),
                    hint,
                );
            }
        }
    }
    phases
}

fn phase(entry: &Entry, aim: Aim, default: work::Defaults<'_>, scope: Scope<'_>) -> Option<Phase> {
    let mut fields = Fields::of(entry, format!("phase `{}`", entry.key), scope.problems)?;
    let when = fields.read("when", |node, _| condition(node, scope));
    let when = work::only_carried_out(when, entry, &format!("phase `{}`", entry.key), scope);
    let held_for = fields.read("for", measure::duration).unwrap_or_default();
    let tasks: Vec<Task> = fields
        .get("tasks")
        .map_or_else(Vec::new, |node| work::tasks(node, scope));
    let messages = fields
        .get("messages")
        .map_or_else(Vec::new, |node| work::messages(node, default, scope));
    fields.close();
    Some(Phase {
        aim,
        when,
        held_for,
        tasks,
        messages,
    })
}
