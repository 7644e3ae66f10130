//! Which deadlines fell within the drill, and whether they were met.
//!
//! Each turn of a task or message that comes back has a deadline of its own.
//! What was left out with a reason before its deadline does not count, and
//! neither does what fell due after its run was closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::scene::{Scene, name_of};
use crate::domain::playbook::{Aim, Home};
use crate::domain::run::{Event, RunId, item};
use crate::domain::time::Timestamp;

/// A deadline that fell within the drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Key of the task or message, with its case.
    pub item: String,
    pub due_at: Timestamp,
    /// When it was finished, in time or not.
    pub done_at: Option<Timestamp>,
}

/// A deadline that was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Key of the task or message, with its case.
    pub item: String,
    pub due_at: Timestamp,
    /// `None`: not finished before the drill ended.
    pub done_at: Option<Timestamp>,
}

/// How many deadlines of one aim were met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AimShare {
    /// `None`: tasks of the run itself, of aftercare, and added by hand.
    pub aim: Option<Aim>,
    pub n: u64,
    pub of: u64,
}

impl Deadline {
    /// Finished by then, at the latest in the same second.
    pub fn is_met(&self) -> bool {
        let is_in_time = |at: Timestamp| at.timestamp() <= self.due_at.timestamp();
        self.done_at.is_some_and(is_in_time)
    }
}

/// One turn of a task or message.
struct Turn {
    due_at: Option<Timestamp>,
    done_at: Option<Timestamp>,
    left_out_at: Option<Timestamp>,
}

/// Every deadline within the drill, in order.
pub(super) fn deadlines(scene: &Scene<'_>) -> Vec<Deadline> {
    let mut over: Vec<(RunId, String, Turn)> = Vec::new();
    let mut closed: BTreeMap<RunId, Timestamp> = BTreeMap::new();
    let mut turns: BTreeMap<(RunId, String), Turn> = BTreeMap::new();
    for seen in &scene.events {
        let place = |key: &str| (seen.run, key.to_owned());
        match seen.event {
            Event::TaskOpened {
                task: name,
                case,
                due_at,
                ..
            }
            | Event::MessageCalled {
                message: name,
                case,
                due_at,
                ..
            } => {
                let key = item::key(name, case.as_deref());
                open_turn(&mut turns, &mut over, place(&key), *due_at);
            }
            Event::TaskAdded { task, due_at, .. } => {
                open_turn(&mut turns, &mut over, place(task), *due_at);
            }
            Event::DueChanged { item, due_at } => {
                if let Some(turn) = turns.get_mut(&place(item)) {
                    turn.due_at = *due_at;
                }
            }
            Event::TaskDone { task: key, .. }
            | Event::Published { message: key, .. }
            | Event::Decided {
                task: key,
                is_default: false,
                ..
            } => {
                if let Some(turn) = turns.get_mut(&place(key)) {
                    turn.done_at.get_or_insert(seen.at);
                }
            }
            Event::TaskReopened { item, .. } => {
                if let Some(turn) = turns.get_mut(&place(item)) {
                    turn.done_at = None;
                    turn.left_out_at = None;
                }
            }
            Event::Skipped { item, .. } => {
                if let Some(turn) = turns.get_mut(&place(item)) {
                    turn.left_out_at.get_or_insert(seen.at);
                }
            }
            Event::RunClosed { .. } => {
                closed.insert(seen.run, seen.at);
            }
            Event::RunReopened { .. } => {
                closed.remove(&seen.run);
            }
            _ => {}
        }
    }
    over.extend(turns.into_iter().map(|((run, key), turn)| (run, key, turn)));
    let ended_at = scene.record.ended_at;
    let counts = |(run, item, turn): (RunId, String, Turn)| {
        let until = closed.get(&run).copied().unwrap_or(ended_at).min(ended_at);
        let due_at = turn.due_at.filter(|due_at| *due_at <= until)?;
        let is_left_out = turn.left_out_at.is_some_and(|at| at <= due_at);
        (!is_left_out).then_some(Deadline {
            item,
            due_at,
            done_at: turn.done_at,
        })
    };
    let mut deadlines: Vec<Deadline> = over.into_iter().filter_map(counts).collect();
    deadlines.sort_by(|one, other| (one.due_at, &one.item).cmp(&(other.due_at, &other.item)));
    deadlines
}

/// A new turn takes the place of the one before, which is over.
fn open_turn(
    turns: &mut BTreeMap<(RunId, String), Turn>,
    over: &mut Vec<(RunId, String, Turn)>,
    place: (RunId, String),
    due_at: Option<Timestamp>,
) {
    let turn = Turn {
        due_at,
        done_at: None,
        left_out_at: None,
    };
    if let Some(before) = turns.insert(place.clone(), turn) {
        over.push((place.0, place.1, before));
    }
}

/// The same for each aim by itself, in the order of the doctrine.
pub(super) fn by_aim(scene: &Scene<'_>, deadlines: &[Deadline]) -> Vec<AimShare> {
    let aim_of = |deadline: &Deadline| {
        let item = scene.playbook().item(name_of(&deadline.item));
        item.and_then(|item| match item.home {
            Home::Phase(aim) => Some(aim),
            Home::Run | Home::Aftercare => None,
        })
    };
    let aims = Aim::ALL.into_iter().map(Some).chain([None]);
    let shares = aims.map(|aim| {
        let all: Vec<&Deadline> = deadlines.iter().filter(|one| aim_of(one) == aim).collect();
        AimShare {
            aim,
            n: all.iter().filter(|one| one.is_met()).count() as u64,
            of: all.len() as u64,
        }
    });
    shares.filter(|share| share.of > 0).collect()
}

/// Those that were missed, in order.
pub(super) fn missed(deadlines: &[Deadline]) -> Vec<Missed> {
    let missed = deadlines.iter().filter(|deadline| !deadline.is_met());
    missed
        .map(|deadline| Missed {
            item: deadline.item.clone(),
            due_at: deadline.due_at,
            done_at: deadline.done_at,
        })
        .collect()
}
