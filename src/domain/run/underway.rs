//! The alerts of a run on their way: which wait, when one got through last, and
//! whether it was said that none does.
//!
//! Kept as the log is folded, so that asking costs nothing however long the run
//! is, and a restart finds it where it was.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Event, Run};
use crate::domain::time::Timestamp;

/// See the module. Nothing waits in a closed run: nobody needs it any more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Underway {
    /// Effect and moment of every alert that was neither delivered nor given up.
    pub waiting: BTreeMap<String, Timestamp>,
    /// The oldest alert that was given up for good while no later one got through
    /// and nobody answered: a server that refuses everybody is an outage too.
    #[serde(default)]
    pub lost: Option<Timestamp>,
    /// When an alert was delivered last.
    pub got_through_at: Option<Timestamp>,
    /// Channels whose latest try with an alert failed.
    pub failing: BTreeSet<String>,
    /// It was said that no alert gets through.
    pub outage: Option<Outage>,
}

/// No alert gets through, and this was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    pub since: Timestamp,
    /// The channels that said so; none when there was no other.
    pub by: Vec<String>,
}

impl Run {
    /// The part of `apply` that concerns what is under way.
    pub(super) fn apply_to_underway(&mut self, event: &Event, at: Timestamp) {
        let underway = &mut self.underway;
        match event {
            Event::Alerted { effect, .. } => {
                underway.waiting.insert(effect.clone(), at);
            }
            Event::Delivered {
                effect, channel, ..
            } => {
                let is_alert = self.alerts.get(effect);
                // Those who are only informed have no role in it.
                if is_alert.is_some_and(|alert| !alert.roles.is_empty()) {
                    underway.got_through_at = Some(at);
                    underway.lost = None;
                    underway.failing.remove(channel);
                }
                underway.waiting.remove(effect);
            }
            Event::DeliveryFailed {
                effect,
                channel,
                for_good,
                ..
            } if underway.waiting.contains_key(effect) => {
                underway.failing.insert(channel.clone());
                if *for_good && let Some(since) = underway.waiting.remove(effect) {
                    let is_later = |last: Timestamp| last >= since;
                    let is_asked = self.alerts.get(effect);
                    let is_asked = is_asked.is_some_and(|alert| !alert.roles.is_empty());
                    if is_asked && !underway.got_through_at.is_some_and(is_later) {
                        underway.lost = underway.lost.min(Some(since)).or(Some(since));
                    }
                }
            }
            Event::Answered { .. } => underway.lost = None,
            Event::NothingDelivered { since, by, .. } => {
                underway.outage = Some(Outage {
                    since: *since,
                    by: by.clone(),
                });
            }
            Event::DeliveringAgain { .. } => underway.outage = None,
            Event::RunClosed { .. } => {
                underway.waiting.clear();
                underway.lost = None;
                underway.outage = None;
            }
            _ => {}
        }
    }
}
