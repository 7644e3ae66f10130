//! How long people took to answer and to release: the middle and the slow end.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::measure::seconds;
use super::scene::Scene;
use crate::domain::run::{Event, RunId, item};
use crate::domain::time::Timestamp;

/// Lengths of time, summed up. `None` when there are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many there are.
    pub n: u64,
    /// The middle one; of an even number the mean of the two in the middle,
    /// rounded down.
    pub median_seconds: Option<u64>,
    /// Nine in ten took no longer than this (the nearest rank).
    pub p90_seconds: Option<u64>,
}

impl Spread {
    /// Of these lengths, in any order.
    pub fn of(mut seconds: Vec<u64>) -> Self {
        seconds.sort_unstable();
        let n = seconds.len();
        let at = |place: usize| seconds.get(place).copied();
        let middle = at(n / 2).map(|upper| match n {
            _ if n.is_multiple_of(2) => {
                let lower = at(n / 2 - 1).unwrap_or(upper);
                lower + (upper - lower) / 2
            }
            _ => upper,
        });
        Self {
            n: n as u64,
            median_seconds: middle,
            p90_seconds: at((n * 9).div_ceil(10).saturating_sub(1)),
        }
    }
}

/// From the step that first asked a role until somebody answered for it; again
/// for each later alarm.
pub(super) fn answers(scene: &Scene<'_>) -> Spread {
    let mut waiting: BTreeMap<(RunId, &str), Timestamp> = BTreeMap::new();
    let mut took = Vec::new();
    for seen in &scene.events {
        match seen.event {
            Event::AlertStep { roles, .. } => {
                for role in roles {
                    waiting.entry((seen.run, role)).or_insert(seen.at);
                }
            }
            Event::Answered { roles, .. } => {
                for role in roles {
                    let since = waiting.remove(&(seen.run, role.as_str()));
                    took.extend(since.map(|since| seconds(since, seen.at)));
                }
            }
            _ => {}
        }
    }
    Spread::of(took)
}

/// From the moment a message was called for until a role released it for the
/// first time in that turn. One that was released before it was called for
/// counts from its first draft.
pub(super) fn approvals(scene: &Scene<'_>) -> Spread {
    let mut asked: BTreeMap<(RunId, String), Timestamp> = BTreeMap::new();
    let mut given: BTreeSet<(RunId, String, &str)> = BTreeSet::new();
    let mut took = Vec::new();
    for seen in &scene.events {
        match seen.event {
            Event::DraftRendered { draft } => {
                asked.entry((seen.run, draft.item())).or_insert(seen.at);
            }
            Event::MessageCalled { message, case, .. } => {
                let key = item::key(message, case.as_deref());
                given.retain(|(run, known, _)| (*run, known) != (seen.run, &key));
                asked.insert((seen.run, key), seen.at);
            }
            Event::Approved { message, role, .. } => {
                let is_first = given.insert((seen.run, message.clone(), role.as_str()));
                let since = asked.get(&(seen.run, message.clone()));
                let since = since.filter(|_| is_first);
                took.extend(since.map(|since| seconds(*since, seen.at)));
            }
            _ => {}
        }
    }
    Spread::of(took)
}
