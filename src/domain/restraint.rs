//! How many alerts one person gets: more than this and the phone is muted, and
//! then the one that matters is missed.
//!
//! What is held back is said in the log and in the next mail, and goes out as
//! soon as there is room. A rise above everything the person heard lately
//! always goes.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::run::{Event, Run, RunId};
use super::text::Text;
use super::time::{Timestamp, after};

/// So many alerts go to one person within `WINDOW`: one a minute is what
/// somebody can still read.
pub const MOST: usize = 10;

/// See `MOST`.
pub const WINDOW: Duration = Duration::from_secs(600);

/// An alert to somebody that waits, in words for their next mail.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Waiting {
    pub run: RunId,
    pub title: Text,
    pub level_title: Text,
    pub since: Timestamp,
}

/// What everybody was told lately, in all runs together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// When, and the rank of the level.
    told: BTreeMap<String, VecDeque<(Timestamp, usize)>>,
    waiting: BTreeMap<String, BTreeMap<RunId, Waiting>>,
}

impl Ledger {
    /// Whether an alert of this rank may go now; the error says when it may.
    pub fn allows(&self, person: &str, rank: usize, now: Timestamp) -> Result<(), Timestamp> {
        let Some(told) = self.told.get(person) else {
            return Ok(());
        };
        let recent: Vec<(Timestamp, usize)> = told
            .iter()
            .copied()
            .filter(|(at, _)| after(*at, WINDOW) > now)
            .collect();
        let is_highest = recent.iter().all(|(_, known)| *known < rank);
        if recent.len() < MOST || is_highest {
            return Ok(());
        }
        // There is room when the oldest but MOST - 1 leave the window.
        Err(after(recent[recent.len() - MOST].0, WINDOW))
    }

    /// What waits for a person in other runs than this one, oldest first.
    pub fn waiting_for(&self, person: &str, run: RunId) -> Vec<Waiting> {
        let waiting = self.waiting.get(person).into_iter().flatten();
        let others = waiting.filter(|(id, _)| **id != run);
        let mut others: Vec<Waiting> = others.map(|(_, waiting)| waiting.clone()).collect();
        others.sort_by_key(|waiting| waiting.since);
        others
    }

    /// Notes what an event told, held back or settled.
    pub fn note(
        &mut self,
        run: &Run,
        title: &Text,
        level: (usize, Text),
        event: &Event,
        at: Timestamp,
    ) {
        match event {
            Event::Alerted { person, .. } => {
                self.told(person, level.0, at);
                self.settle(person, run.id);
            }
            Event::HeldBack { person, .. } => {
                let of_person = self.waiting.entry(person.clone()).or_default();
                // One that joins another is what waits now, since the first.
                let since = of_person.get(&run.id).map_or(at, |before| before.since);
                let waiting = Waiting {
                    run: run.id,
                    title: title.clone(),
                    level_title: level.1,
                    since,
                };
                of_person.insert(run.id, waiting);
            }
            Event::HoldEnded { person, .. } => self.settle(person, run.id),
            Event::RunClosed { .. } => {
                for person in run.held.keys() {
                    self.settle(person, run.id);
                }
            }
            _ => {}
        }
    }

    /// Notes what a run from the store told and holds.
    pub fn adopt(&mut self, run: &Run, title: &Text, level: impl Fn(&str) -> (usize, Text)) {
        for alert in run.alerts.values().filter(|alert| !alert.roles.is_empty()) {
            self.told(&alert.person, level(&alert.level).0, alert.at);
        }
        for told in self.told.values_mut() {
            told.make_contiguous().sort_unstable();
        }
        for (person, held) in run.held.iter().filter(|_| run.is_open) {
            let waiting = Waiting {
                run: run.id,
                title: title.clone(),
                level_title: level(&held.level).1,
                since: held.at,
            };
            let of_person = self.waiting.entry(person.clone()).or_default();
            of_person.insert(run.id, waiting);
        }
    }

    fn told(&mut self, person: &str, rank: usize, at: Timestamp) {
        let told = self.told.entry(person.to_owned()).or_default();
        told.push_back((at, rank));
        while told
            .front()
            .is_some_and(|(first, _)| after(*first, WINDOW) < at)
        {
            told.pop_front();
        }
    }

    fn settle(&mut self, person: &str, run: RunId) {
        if let Some(of_person) = self.waiting.get_mut(person) {
            of_person.remove(&run);
        }
    }
}
