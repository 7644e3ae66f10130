//! Reads what must come of a story, and what must never.

use std::time::Duration;

use crate::domain::playbook::Aim;
use crate::domain::review::rules;
use crate::domain::scenario::expect::{
    Expectation, Expected, PromiseState, RunState, StandDownState, Told,
};

use super::condition::question;
use super::fields::{Fields, named, wrong_kind};
use super::names::{
    FACT, MESSAGE, OPTION, PERSON, PERSONA, RULE, SOURCE, Scope, TRIGGER, WEBHOOK, refer, refer_to,
    references, references_to,
};
use super::problems::Problems;
use super::story::Stage;
use super::tree::{Entry, Node, Value};
use super::{measure, value};

/// Everything that can be expected.
pub(in crate::domain) const EXPECTATIONS: [&str; 17] = [
    "trigger",
    "run",
    "level",
    "phase",
    "told",
    "answered",
    "drafted",
    "approved",
    "done",
    "overdue",
    "known",
    "decided",
    "stand_down",
    "promise",
    "blind",
    "overridden",
    "replied_to",
];

pub(super) fn expectation(node: &Node, stage: Stage<'_>) -> Option<Expectation> {
    let problems = stage.scope.problems;
    let mut fields = Fields::open(node, node.span, "an expectation", problems)?;
    let before = fields.read("before", measure::duration);
    let after_node = fields.get("after");
    let after = after_node.and_then(|node| measure::duration(node, problems));
    if before
        .zip(after)
        .is_some_and(|(before, after)| before < after)
    {
        problems.error(
            node.span,
            "never-holds",
            "`before` is earlier than `after`",
            "",
        );
    }
    if let Some((node, after)) = after_node.zip(after) {
        // At the very end there is no time left to see it.
        let moment = after.saturating_add(Duration::from_secs(1));
        stage.in_time(moment, node.span, "this is expected");
    }
    if let Some(entry) = fields.entry("points")
        && stage.cast.is_none()
    {
        problems.warning(
            entry.key_span,
            "no-points",
            "a test is met or not: `points` counts in a scenario only",
            "take it away",
        );
    }
    let points = fields.read("points", value::count);
    let because = fields.read("because", value::text);
    let what = fields.one_of(&EXPECTATIONS);
    let what = what.and_then(|what| expected(what, stage));
    fields.close();
    Some(Expectation {
        after: after.unwrap_or_default(),
        before,
        what: what?,
        points: points.unwrap_or(1),
        because,
    })
}

/// The same without times.
pub(super) fn expected_never(node: &Node, stage: Stage<'_>) -> Option<Expected> {
    let mut fields = Fields::open(node, node.span, "an expectation", stage.scope.problems)?;
    let what = fields.one_of(&EXPECTATIONS);
    let what = what.and_then(|what| expected(what, stage));
    fields.close();
    what
}

fn expected(entry: &Entry, stage: Stage<'_>) -> Option<Expected> {
    let scope = stage.scope;
    let problems = scope.problems;
    let node = &entry.value;
    let local = scope.local;
    let choose = |what, choices: &[&'static str]| value::choice(node, what, choices, problems);
    let messages = || references(node, &MESSAGE, "[holding]", &local.messages, problems);
    Some(match entry.key.as_str() {
        "trigger" => Expected::Trigger(refer(node, &TRIGGER, &local.triggers, problems)?),
        "run" => Expected::Run(
            match choose("a state of the run", &["started", "closed"])? {
                "started" => RunState::Started,
                _ => RunState::Closed,
            },
        ),
        "level" => Expected::Level(scope.level(node)?),
        "phase" => {
            let chosen = choose("a phase", &Aim::ALL.map(Aim::name))?;
            Expected::Phase(Aim::ALL.into_iter().find(|aim| aim.name() == chosen)?)
        }
        "told" => Expected::Told(told(entry, scope)?),
        "answered" => Expected::Answered(scope.role(node)?),
        "drafted" => Expected::Drafted(messages()?),
        "approved" => Expected::Approved(messages()?),
        "done" => Expected::Done(scope.items(node)?),
        "overdue" => Expected::Overdue(scope.items(node)?),
        "known" => Expected::Known(references_to(node, &FACT, "[topic]", problems, || {
            local.fact_names()
        })?),
        "decided" => Expected::Decided(decided(node, scope)),
        "stand_down" => Expected::StandDown(
            match choose("a state of the stand-down", &["proposed", "decided"])? {
                "proposed" => StandDownState::Proposed,
                _ => StandDownState::Decided,
            },
        ),
        "promise" => Expected::Promise(match choose("a promise", &["kept", "broken"])? {
            "kept" => PromiseState::Kept,
            _ => PromiseState::Broken,
        }),
        "blind" => Expected::Blind(refer(node, &SOURCE, &scope.names.sources, problems)?),
        "overridden" => Expected::Overridden(rule_or_family(node, problems)?),
        _ => Expected::RepliedTo(match stage.cast {
            Some(cast) => refer(node, &PERSONA, cast, problems)?,
            None => value::line(node, problems)?,
        }),
    })
}

/// The name of a rule of review, or how the names of several begin.
fn rule_or_family(node: &Node, problems: &Problems) -> Option<String> {
    let mut known = vec!["privacy"];
    for rule in rules::all() {
        let dashes = rule.id.match_indices('-').map(|(end, _)| &rule.id[..end]);
        known.extend(dashes.chain([rule.id]));
    }
    known.sort_unstable();
    known.dedup();
    refer_to(node, &RULE, problems, known.into_iter())
}

fn decided(node: &Node, scope: Scope<'_>) -> Vec<(String, Vec<String>)> {
    let mut wanted = Vec::new();
    for entry in named(node, "decision", scope.problems) {
        if let Some(options) = question(&entry.key, entry.key_span, scope)
            && let Some(options) =
                references(&entry.value, &OPTION, "[publish]", options, scope.problems)
        {
            wanted.push((entry.key.clone(), options));
        }
    }
    wanted
}

fn told(entry: &Entry, scope: Scope<'_>) -> Option<Told> {
    if !matches!(entry.value.value, Value::Map(_)) {
        wrong_kind(
            &entry.value,
            "a map",
            "{ who: name, through: mail }",
            scope.problems,
        );
        return None;
    }
    let mut fields = Fields::of(entry, "`told`", scope.problems)?;
    let who = fields.demand("who", "name", |node, p| {
        refer(node, &PERSON, &scope.names.people, p)
    });
    let mut ways = scope.names.webhooks.clone();
    ways.push("mail".to_owned());
    let through = fields.read("through", |node, p| refer(node, &WEBHOOK, &ways, p));
    let mut words = |key| {
        let words = fields.read(key, |node, p| value::list(node, "[\"…\"]", p, value::line));
        words.unwrap_or_default()
    };
    let (says, lacks) = (words("says"), words("lacks"));
    fields.close();
    Some(Told {
        who: who?,
        through,
        says,
        lacks,
    })
}
