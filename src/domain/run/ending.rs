//! How a run ends: what must last a while before it counts, the stand-down,
//! aftercare, closing and opening again; and which sources are blind meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Event, Run, RunId};
use crate::domain::time::Timestamp;

/// What came of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Real,
    FalseAlarm,
    /// It went on as part of another run.
    Merged(RunId),
}

/// The end of a run as far as it has come: see the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Conditions with a `for` that hold, and when they have held long enough.
    pub lasting: BTreeMap<String, Timestamp>,
    /// Since when scaling down is proposed.
    pub proposed_at: Option<Timestamp>,
    /// Somebody decided that it was too early: not proposed again while the
    /// condition goes on to hold.
    pub put_off: bool,
    /// Entries of the checklist that were ticked: who and when.
    pub ticked: BTreeMap<String, (String, Timestamp)>,
    pub stood_down_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    /// Sources that deliver nothing, and why.
    pub blind: BTreeMap<String, String>,
    /// Watches of runs that were merged into this one.
    pub also_watches: BTreeSet<String>,
}

impl Run {
    /// Whether the storm is over and only aftercare is left.
    pub fn is_in_aftercare(&self) -> bool {
        self.is_open && self.ending.stood_down_at.is_some()
    }

    /// The part of `apply` that concerns the end.
    pub(super) fn apply_to_ending(&mut self, event: &Event, at: Timestamp) {
        let ending = &mut self.ending;
        match event {
            Event::ConditionHolds { what, until } => {
                ending.lasting.insert(what.clone(), *until);
            }
            Event::ConditionEnded { what } => {
                ending.lasting.remove(what);
                if what == "stand_down" {
                    ending.proposed_at = None;
                    ending.put_off = false;
                }
            }
            Event::StandDownProposed { .. } => ending.proposed_at = Some(at),
            Event::StandDownPutOff { .. } => {
                ending.proposed_at = None;
                ending.put_off = true;
            }
            Event::Ticked { entry, by } => {
                ending.ticked.insert(entry.clone(), (by.clone(), at));
            }
            Event::StoodDown { .. } => {
                ending.stood_down_at = Some(at);
                ending.proposed_at = None;
                ending.lasting.clear();
            }
            Event::RunClosed { outcome, .. } => {
                ending.outcome = Some(*outcome);
                ending.lasting.clear();
                ending.also_watches.clear();
            }
            Event::RunReopened { .. } => {
                let blind = std::mem::take(&mut ending.blind);
                *ending = Ending {
                    blind,
                    ..Ending::default()
                };
            }
            Event::SourceBlind { source, because } => {
                ending.blind.insert(source.clone(), because.clone());
            }
            Event::SourceSees { source } => {
                ending.blind.remove(source);
            }
            Event::MergedIn { watch, .. } => {
                ending.also_watches.insert(watch.clone());
            }
            _ => {}
        }
    }
}
