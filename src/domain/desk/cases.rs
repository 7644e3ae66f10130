//! Cases that the program opens: who waits for an answer, and who possibly
//! complains in several places.
//!
//! A case is somebody to answer, so one is opened only where there is a name to
//! call them by, and once for the same person. People open others by hand.

use super::{Desk, Happening};
use crate::domain::answering::tree::{Step, kind_of, signs};
use crate::domain::mention::Platform;
use crate::domain::meter::{Meter, Somebody};
use crate::domain::run::{Event, Run, RunId};
use crate::domain::step::promises::PROGRAM;
use crate::domain::time::Timestamp;

/// More than this the program does not open in one run: nobody answers a flood
/// one by one.
const MOST_CASES: usize = 50;

/// What a case is told apart by, and where it is read.
struct Found {
    name: String,
    platform: Platform,
    url: Option<String>,
    /// What their words look like; `None` when they are not at hand.
    signs: Option<Vec<Step>>,
}

impl Desk {
    /// Opens a case in a run for everybody that made a trigger fire at a second.
    pub(super) fn open_cases(
        &mut self,
        id: RunId,
        armed: usize,
        at: i64,
        now: Timestamp,
    ) -> Vec<Happening> {
        let mut happenings = Vec::new();
        for known_as in self.who(armed, at) {
            let Some(run) = self.run(id) else { break };
            let is_known = known_as.iter().any(|one| has_case(run, one));
            let Some(last) = known_as.last() else {
                continue;
            };
            if is_known || run.cases.len() >= MOST_CASES {
                continue;
            }
            let event = Event::CaseOpened {
                case: (run.cases.len() + 1).to_string(),
                name: last.name.clone(),
                platform: last.platform,
                url: last.url.clone(),
                by: PROGRAM.to_owned(),
                kind: last.signs.as_deref().and_then(kind_of).unwrap_or_default(),
                signs: last.signs.clone(),
            };
            happenings.extend(self.take(id, &event, now));
        }
        happenings
    }

    /// Everybody that a trigger is about, each under all names that are known.
    fn who(&self, armed: usize, at: i64) -> Vec<Vec<Found>> {
        let home = self.armed[armed].watch;
        let ground = self.ground();
        let tests = self.trigger(armed).when.all_tests().into_iter();
        let meters = tests.filter_map(|test| Meter::new(test, home, &ground));
        let people = meters.flat_map(|mut meter| {
            meter.place(&self.heard, at);
            meter.who(&self.heard)
        });
        people.map(|one| self.known_as(home, one)).collect()
    }

    fn known_as(&self, watch: usize, somebody: Somebody) -> Vec<Found> {
        let latest = self.heard[watch].latest.iter();
        let mentions = latest.filter(|one| somebody.keys.contains(&one.key()));
        let mut found: Vec<Found> = mentions
            .filter_map(|mention| {
                let name = mention.author.as_ref().or(mention.author_name.as_ref())?;
                Some(Found {
                    name: name.clone(),
                    platform: mention.platform,
                    url: mention.url.clone(),
                    signs: Some(signs(&mention.text)),
                })
            })
            .collect();
        if found.is_empty() {
            found.extend(somebody.handle.map(|name| Found {
                name,
                platform: somebody.platform,
                url: None,
                signs: None,
            }));
        }
        found
    }
}

fn has_case(run: &Run, found: &Found) -> bool {
    let mut cases = run.cases.values();
    cases.any(|case| case.name == found.name && case.platform == found.platform && case.is_open())
}
