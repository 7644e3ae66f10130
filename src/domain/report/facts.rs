//! The facts of a run: what it was called, how high it went, how long it took and
//! who did something.

use super::model::{Facts, Reached};
use super::teller::Teller;
use crate::domain::run::ending::Outcome;
use crate::domain::run::{Event, Logged, Run};
use crate::domain::step::promises::PROGRAM;
use crate::domain::time::Timestamp;

/// `ended_at`: when the drill ended, or the report was made.
pub(super) fn facts(told: &Teller<'_>, log: &[Logged], run: &Run, ended_at: Timestamp) -> Facts {
    let started_at = run.started_at.unwrap_or(ended_at);
    let until = run.closed_at.unwrap_or(ended_at);
    let levels = levels(told, log);
    let ranked = levels.iter().enumerate();
    let highest = ranked.max_by_key(|(place, level)| {
        let (rank, _) = told.playbook().level_of(&level.name);
        // Of equals the first.
        (rank, std::cmp::Reverse(*place))
    });
    let highest = highest.map_or_else(String::new, |(_, level)| level.title.clone());
    let phases = log.iter().filter_map(|logged| match &logged.event {
        Event::PhaseOpened { phase, .. } => Some(Reached {
            name: phase.name().to_owned(),
            title: told.phase(*phase),
            at: logged.at,
            seq: logged.seq,
        }),
        _ => None,
    });
    Facts {
        playbook: told.playbook().name.clone(),
        playbook_title: told.text(&told.playbook().title).to_owned(),
        watch: run.watch.clone(),
        watch_title: told.watch(&run.watch),
        started_at,
        stood_down_at: run.ending.stood_down_at,
        closed_at: run.closed_at,
        is_open: run.is_open,
        duration_seconds: u64::try_from((until - started_at).num_seconds()).unwrap_or(0),
        outcome: run.ending.outcome.map(|outcome| match outcome {
            Outcome::Real => "real",
            Outcome::FalseAlarm => "false_alarm",
            Outcome::Merged(_) => "merged",
        }),
        highest,
        levels,
        phases: phases.collect(),
        people: people(told, log),
        n_events: log.len() as u64,
    }
}

fn levels(told: &Teller<'_>, log: &[Logged]) -> Vec<Reached> {
    let levels = log.iter().filter_map(|logged| {
        let name = match &logged.event {
            Event::RunStarted { level, .. } => level,
            Event::LevelRaised { to, .. } | Event::LevelLowered { to, .. } => to,
            _ => return None,
        };
        Some(Reached {
            name: name.clone(),
            title: told.words.level(name),
            at: logged.at,
            seq: logged.seq,
        })
    });
    levels.collect()
}

/// Who did something, each once, in the order of the first deed.
fn people(told: &Teller<'_>, log: &[Logged]) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for by in log.iter().filter_map(|logged| doer(&logged.event)) {
        let name = told.words.person(by);
        if !by.is_empty() && by != PROGRAM && !people.contains(&name) {
            people.push(name);
        }
    }
    people
}

/// Who did what an event tells; nobody for what the program did.
pub(super) fn doer(event: &Event) -> Option<&str> {
    match event {
        Event::LevelRaised { by, .. } | Event::PhaseOpened { by, .. } => by.as_deref(),
        Event::Answered { person, .. } | Event::PassedOn { person, .. } => Some(person),
        Event::DraftEdited { draft } => draft.by.as_deref(),
        Event::LevelLowered { by, .. }
        | Event::TaskAdded { by, .. }
        | Event::TaskDone { by, .. }
        | Event::Skipped { by, .. }
        | Event::TaskReopened { by, .. }
        | Event::Assigned { by, .. }
        | Event::Decided { by, .. }
        | Event::QuestionAnswered { by, .. }
        | Event::CaseOpened { by, .. }
        | Event::Approved { by, .. }
        | Event::ReviewOverridden { by, .. }
        | Event::DraftsHeld { by, .. }
        | Event::Agreed { by, .. }
        | Event::Published { by, .. }
        | Event::StandDownPutOff { by, .. }
        | Event::Ticked { by, .. }
        | Event::StoodDown { by, .. }
        | Event::RunReopened { by, .. }
        | Event::MergedIn { by, .. }
        | Event::Noted { by, .. }
        | Event::FactSet { by, .. }
        | Event::RunClosed { by, .. } => Some(by),
        Event::RunStarted { cause, .. } => match cause {
            crate::domain::run::Cause::ByHand { by, .. } => Some(by),
            crate::domain::run::Cause::Trigger { .. } => None,
        },
        _ => None,
    }
}
