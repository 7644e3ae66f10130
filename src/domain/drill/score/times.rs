//! The measures that are a length of time: detected, alerted, answered, decided
//! and the first statement.

use std::collections::BTreeSet;

use super::measure::{Basis, Figure, From, Light, Measure, Name, Why, seconds};
use super::scene::Scene;
use crate::domain::drill::record::{Record, What};
use crate::domain::evidence::Evidence;
use crate::domain::run::{Cause, Event};
use crate::domain::scenario::story::Story;
use crate::domain::scenario::targets::Targets;
use crate::domain::time::{Timestamp, after, before};

/// From the begin of the storm until a trigger fired. A replay has no storm that
/// is written down, and neither has one that waits for a condition: there it is
/// counted from the moment the condition of the first trigger began to hold.
pub(super) fn detected(story: &Story, scene: &Scene<'_>) -> Measure {
    let name = Name::Detected;
    let fired = scene.fired();
    let began = storm_begins(story, scene.record);
    let from = began.map(|at| From {
        what: Basis::StormBegan,
        at,
    });
    let Some(from) = from.or_else(|| condition_held(scene)) else {
        let why = not_seen(scene, Why::NotStarted);
        return Measure::grey(name, None, why);
    };
    // One that fired on the usual chatter did not see the storm.
    let at = fired.iter().map(|(at, _)| *at).find(|at| *at >= from.at);
    let at = at.or_else(|| fired.first().map(|(at, _)| *at));
    let Some(at) = at else {
        let why = not_seen(scene, Why::Never);
        let is_never = why == Why::Never;
        return Measure {
            light: if is_never { Light::Red } else { Light::Grey },
            from: Some(from),
            ..Measure::grey(name, None, why)
        };
    };
    Measure {
        value: Some(Figure::Seconds(seconds(from.at, at))),
        from: Some(from),
        at: Some(at),
        ..Measure::grey(name, None, Why::NoTarget)
    }
}

/// Why no trigger fired.
fn not_seen(scene: &Scene<'_>, otherwise: Why) -> Why {
    if scene.started_at().is_some() {
        Why::StartedByHand
    } else {
        otherwise
    }
}

/// When the first storm with a moment begins.
fn storm_begins(story: &Story, record: &Record) -> Option<Timestamp> {
    let written = story.replay.is_none().then_some(&story.storms)?;
    let first = written.iter().filter_map(|storm| storm.start.at()).min()?;
    Some(after(record.began_at, first))
}

fn condition_held(scene: &Scene<'_>) -> Option<From> {
    let evidence: &Evidence = scene.events.iter().find_map(|seen| match seen.event {
        Event::RunStarted {
            cause: Cause::Trigger { evidence, .. },
            ..
        } => Some(&**evidence),
        Event::TriggerFired { evidence, .. } => Some(evidence.as_ref()),
        _ => None,
    })?;
    Some(From {
        what: Basis::ConditionHeld,
        at: before(evidence.at, evidence.held_for),
    })
}

/// From the first trigger (or a start by hand) until the first alert was
/// delivered to a person.
pub(super) fn alerted(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let name = Name::Alerted;
    let target = Figure::Seconds(targets.alerted.as_secs());
    let fired = scene.fired().first().map(|(at, _)| From {
        what: Basis::TriggerFired,
        at: *at,
    });
    let from = fired.or_else(|| started(scene));
    let Some(from) = from else {
        return Measure::grey(name, Some(target), Why::NotStarted);
    };
    let at = first_delivery(scene);
    Measure::time(name, targets.alerted, from, at, scene.record.ended_at)
}

/// When the first alert reached somebody.
fn first_delivery(scene: &Scene<'_>) -> Option<Timestamp> {
    let alerts: BTreeSet<&str> = scene
        .events
        .iter()
        .filter_map(|seen| match seen.event {
            Event::Alerted { effect, .. } => Some(effect.as_str()),
            _ => None,
        })
        .collect();
    let delivered = scene.first(|event| {
        matches!(event, Event::Delivered { effect, .. } if alerts.contains(effect.as_str()))
    });
    let entries = scene.record.entries.iter();
    let told = entries
        .filter(|entry| {
            matches!(&entry.what, What::Told { effect, .. } if alerts.contains(effect.as_str()))
        })
        .map(|entry| entry.at)
        .next();
    delivered.into_iter().chain(told).min()
}

/// From the first alert until each of its roles had an answer; `at` is the last
/// of these answers.
pub(super) fn answered(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let name = Name::Answered;
    let Some((alerted_at, roles)) = scene.first_alert() else {
        let target = Figure::Seconds(targets.answered.as_secs());
        return Measure::grey(name, Some(target), Why::NoAlert);
    };
    let answers = scene.answers();
    let answered_at = |role: &String| {
        let mut fitting = answers.iter().filter(|answer| answer.role == role);
        fitting.find(|answer| answer.at >= alerted_at)
    };
    let silent = roles.iter().filter(|role| answered_at(role).is_none());
    let silent: Vec<String> = silent.cloned().collect();
    let last = roles
        .iter()
        .filter_map(|role| Some(answered_at(role)?.at))
        .max();
    let at = last.filter(|_| silent.is_empty());
    let from = From {
        what: Basis::Alerted,
        at: alerted_at,
    };
    let measure = Measure::time(name, targets.answered, from, at, scene.record.ended_at);
    if measure.why == Some(Why::Never) {
        return Measure {
            why: Some(Why::Silent(silent)),
            ..measure
        };
    }
    measure
}

fn started(scene: &Scene<'_>) -> Option<From> {
    scene.started_at().map(|at| From {
        what: Basis::RunStarted,
        at,
    })
}

/// From the start of the run until a person decided something.
pub(super) fn decided(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let has_questions = scene.playbook().every_task().any(|task| task.is_question());
    let why_not = (!has_questions).then_some(Why::NoDecisions);
    let at = scene.first(|event| {
        matches!(event, Event::Decided { by, is_default, .. } if !is_default && !by.is_empty())
    });
    since_start(Name::Decided, targets.decided, scene, at, why_not)
}

/// From the start of the run until something was published for people outside.
pub(super) fn first_statement(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let mut messages = scene.playbook().messages();
    let has_any = messages.any(|(_, message)| Scene::is_outside(Some(message)));
    let why_not = (!has_any).then_some(Why::NoStatements);
    let mut outside = scene
        .published()
        .filter(|(_, _, message)| Scene::is_outside(*message));
    let at = outside.next().map(|(seen, ..)| seen.at);
    let target = targets.first_statement;
    since_start(Name::FirstStatement, target, scene, at, why_not)
}

fn since_start(
    name: Name,
    target: std::time::Duration,
    scene: &Scene<'_>,
    at: Option<Timestamp>,
    why_not: Option<Why>,
) -> Measure {
    let figure = Some(Figure::Seconds(target.as_secs()));
    match (started(scene), why_not) {
        (None, _) => Measure::grey(name, figure, Why::NotStarted),
        (Some(_), Some(why)) if at.is_none() => Measure::grey(name, figure, why),
        (Some(from), _) => Measure::time(name, target, from, at, scene.record.ended_at),
    }
}
