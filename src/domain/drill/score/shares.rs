//! The measures that count: aims covered, deadlines met, promises kept,
//! questions answered, silent roles, and what only review can count.

use std::collections::{BTreeMap, BTreeSet};

use super::deadlines::Deadline;
use super::measure::{Figure, Measure, Name, Why, at_least, at_most};
use super::scene::{Scene, name_of};
use crate::domain::playbook::Aim;
use crate::domain::run::Event;
use crate::domain::scenario::targets::Targets;
use crate::domain::time::Timestamp;

/// How many of the three aims had a published message, `internal` ones too:
/// colleagues are a public as well. `domain.md` 1.3.
pub(super) fn goals_covered(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let name = Name::GoalsCovered;
    let target = Some(Figure::Count(targets.goals_covered));
    if scene.started_at().is_none() {
        return Measure::grey(name, target, Why::NotStarted);
    }
    let aims: BTreeMap<&str, Aim> = scene
        .playbook()
        .messages()
        .filter_map(|(aim, message)| Some((message.name.as_str(), aim?)))
        .collect();
    let mut covered: BTreeMap<Aim, Timestamp> = BTreeMap::new();
    for (seen, key, _) in scene.published() {
        if let Some(aim) = aims.get(name_of(key)) {
            covered.entry(*aim).or_insert(seen.at);
        }
    }
    let n = covered.len() as u64;
    let missing = Aim::ALL
        .into_iter()
        .filter(|aim| !covered.contains_key(aim));
    let missing: Vec<Aim> = missing.collect();
    Measure {
        value: Some(Figure::Count(n)),
        counted: Some((n, Aim::ALL.len() as u64)),
        light: at_least(n as f64, targets.goals_covered as f64),
        at: covered.into_values().max(),
        why: (!missing.is_empty()).then_some(Why::Uncovered(missing)),
        ..Measure::grey(name, target, Why::Never)
    }
}

/// The share of the deadlines within the drill that were met.
pub(super) fn tasks_on_time(targets: &Targets, deadlines: &[Deadline]) -> Measure {
    let met = deadlines.iter().filter(|deadline| deadline.is_met());
    let counted = (met.count() as u64, deadlines.len() as u64);
    let target = targets.tasks_on_time;
    Measure::share(Name::TasksOnTime, target, counted, None, Why::NoDeadlines)
}

/// The share of the promised updates that came in time, of those that came or
/// fell due.
pub(super) fn promises_kept(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let moments = |is_it: &dyn Fn(&Event) -> bool| -> Vec<Timestamp> {
        let found = scene.events.iter().filter(|seen| is_it(seen.event));
        found.map(|seen| seen.at).collect()
    };
    let kept = moments(&|event| matches!(event, Event::PromiseKept { .. }));
    let broken = moments(&|event| matches!(event, Event::PromiseBroken { .. }));
    let counted = (kept.len() as u64, (kept.len() + broken.len()) as u64);
    let at = kept.last().copied();
    let target = targets.promises_kept;
    Measure::share(Name::PromisesKept, target, counted, at, Why::NoPromises)
}

/// The share of the questions of the playbook that somebody answered.
pub(super) fn questions_answered(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let asked: BTreeSet<&str> = scene
        .playbook()
        .questions
        .iter()
        .map(|question| question.name.as_str())
        .collect();
    let mut answered: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for seen in &scene.events {
        if let Event::QuestionAnswered { question, .. } = seen.event
            && asked.contains(question.as_str())
        {
            answered.entry(question).or_insert(seen.at);
        }
    }
    let name = Name::QuestionsAnswered;
    let target = targets.questions_answered;
    if scene.started_at().is_none() {
        return Measure::grey(name, Some(Figure::Share(target)), Why::NotStarted);
    }
    let counted = (answered.len() as u64, asked.len() as u64);
    let at = answered.into_values().max();
    Measure::share(name, target, counted, at, Why::NoQuestions)
}

/// What is counted by reading the texts: only how often review was overruled is.
pub(super) fn of_review(targets: &Targets, scene: &Scene<'_>) -> [Measure; 3] {
    let later = |name, target| Measure::grey(name, Some(target), Why::NeedsReview);
    [
        later(Name::Contradictions, Figure::Count(targets.contradictions)),
        overrides(targets, scene),
        later(Name::Repetition, Figure::Share(targets.repetition)),
    ]
}

/// How often somebody released what review held back.
fn overrides(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let name = Name::Overrides;
    let target = Some(Figure::Count(targets.overrides));
    if scene.started_at().is_none() {
        return Measure::grey(name, target, Why::NotStarted);
    }
    let is_it = |event: &Event| matches!(event, Event::ReviewOverridden { .. });
    let overruled = scene.events.iter().filter(|seen| is_it(seen.event));
    let at: Vec<Timestamp> = overruled.map(|seen| seen.at).collect();
    let n = at.len() as u64;
    Measure {
        value: Some(Figure::Count(n)),
        light: at_most(n, targets.overrides),
        at: at.last().copied(),
        why: None,
        ..Measure::grey(name, target, Why::Never)
    }
}

/// Roles that an alert asked for an answer and that never gave one.
pub(super) fn roles_silent(targets: &Targets, scene: &Scene<'_>) -> Measure {
    let name = Name::RolesSilent;
    let target = Some(Figure::Count(targets.roles_silent));
    let asked: BTreeSet<&String> = scene
        .events
        .iter()
        .filter_map(|seen| match seen.event {
            Event::AlertStep { roles, .. } => Some(roles),
            _ => None,
        })
        .flatten()
        .collect();
    if asked.is_empty() {
        return Measure::grey(name, target, Why::NoAlert);
    }
    let answers = scene.answers();
    let is_silent = |role: &&&String| !answers.iter().any(|answer| answer.role == role.as_str());
    let silent = asked.iter().filter(is_silent);
    let silent: Vec<String> = silent.map(|role| (*role).clone()).collect();
    let n = silent.len() as u64;
    Measure {
        value: Some(Figure::Count(n)),
        counted: Some((n, asked.len() as u64)),
        light: at_most(n, targets.roles_silent),
        why: (!silent.is_empty()).then_some(Why::Silent(silent)),
        ..Measure::grey(name, target, Why::Never)
    }
}
