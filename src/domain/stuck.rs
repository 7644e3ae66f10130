//! Whether alerts get through at all, and who says so when they do not.
//!
//! A rule over stored moments: an alert waits, or was given up, and none of any run
//! was delivered for five minutes. Then every channel that does not fail says so, once; and
//! once more when alerts get through again.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::organisation::Organisation;
use super::run::underway::{Outage, Underway};
use super::run::{Event, Run, RunId};
use super::time::Timestamp;

/// So long nothing may get through. A server that restarts or greylists is back
/// within this time; a crisis team that hears nothing for longer is lost.
pub const NOTHING_FOR: TimeDelta = TimeDelta::minutes(5);

/// The channel of alerts, as deliveries name it.
pub const MAIL: &str = "mail";

/// How the alerts of all runs fare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// The alert that waits longest, or was given up before any later one got
    /// through, and its run.
    pub oldest: Option<(Timestamp, RunId)>,
    pub n_waiting: usize,
    pub got_through_at: Option<Timestamp>,
    pub failing: BTreeSet<String>,
    /// The run whose outbox said that nothing gets through.
    pub told: Option<(RunId, Outage)>,
}

impl Passage {
    /// Of runs in memory; those that are closed still say when one got through.
    pub fn of<'a>(runs: impl Iterator<Item = &'a Run> + Clone) -> Self {
        let mut passage = Self::default();
        for run in runs.clone() {
            let underway = &run.underway;
            passage.got_through_at = passage.got_through_at.max(underway.got_through_at);
            passage.n_waiting += underway.waiting.len();
            if let Some(outage) = &underway.outage {
                passage.told = Some((run.id, outage.clone()));
            }
        }
        for run in runs {
            let Underway {
                waiting,
                lost,
                failing,
                ..
            } = &run.underway;
            // What another run got through since shows that the way is open.
            let lost = lost.filter(|at| passage.got_through_at.is_none_or(|last| last < *at));
            let Some(at) = waiting
                .values()
                .min()
                .copied()
                .into_iter()
                .chain(lost)
                .min()
            else {
                continue;
            };
            let mine = Some((at, run.id));
            passage.oldest = passage.oldest.min(mine).or(mine);
            passage.failing.extend(failing.iter().cloned());
        }
        passage
    }

    /// Since when alerts wait while none got through.
    pub fn silent_since(&self) -> Option<Timestamp> {
        let (oldest, _) = self.oldest?;
        Some(self.got_through_at.map_or(oldest, |last| last.max(oldest)))
    }

    /// Since when, if that is too long.
    pub fn stuck_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.silent_since()
            .filter(|since| *since + NOTHING_FOR <= now)
    }

    /// When time alone makes something to be said.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.told {
            None => Some(self.silent_since()? + NOTHING_FOR),
            Some(_) => None,
        }
    }

    /// What there is to say now, in the log of which run.
    pub fn word(&self, channels: &[String], now: Timestamp) -> Option<(RunId, Event)> {
        if let Some((run, outage)) = &self.told {
            let is_over = self.got_through_at.is_some_and(|last| last > outage.since);
            let event = Event::DeliveringAgain {
                since: outage.since,
                by: outage.by.clone(),
            };
            return is_over.then_some((*run, event));
        }
        let since = self.stuck_since(now)?;
        let (_, run) = self.oldest?;
        let event = Event::NothingDelivered {
            since,
            failing: self.failing().into_iter().collect(),
            by: self.others(channels),
        };
        Some((run, event))
    }

    /// The channels that do not work. Without any try nobody knows, and it is
    /// the one that alerts go by.
    pub fn failing(&self) -> BTreeSet<String> {
        if self.failing.is_empty() {
            return BTreeSet::from([MAIL.to_owned()]);
        }
        self.failing.clone()
    }

    fn others(&self, channels: &[String]) -> Vec<String> {
        let failing = self.failing();
        let others = channels.iter().filter(|one| !failing.contains(*one));
        others.cloned().collect()
    }
}

/// Every channel that can tell the team something.
pub fn channels(organisation: &Organisation) -> Vec<String> {
    let mail = organisation.mail.iter().map(|_| MAIL.to_owned());
    // One that only hears of events is nobody's ear.
    let webhooks = organisation.webhooks.iter();
    let webhooks = webhooks.filter(|webhook| organisation.is_way(webhook));
    mail.chain(webhooks.map(|webhook| webhook.key.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_timestamp(minute * 60, 0).unwrap()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn passage(oldest: Option<i64>, got_through: Option<i64>) -> Passage {
        Passage {
            oldest: oldest.map(|minute| (at(minute), 7)),
            got_through_at: got_through.map(at),
            ..Passage::default()
        }
    }

    #[test]
    fn five_minutes_without_any_alert_is_too_long() {
        // (oldest waiting, last that got through, now, stuck since)
        let table = [
            (None, None, 100, None),
            (None, Some(1), 100, None),
            (Some(10), None, 14, None),
            (Some(10), None, 15, Some(10)),
            (Some(10), Some(3), 15, Some(10)),
            (Some(10), Some(12), 15, None),
            (Some(10), Some(12), 17, Some(12)),
            (Some(10), Some(16), 15, None),
        ];
        for (oldest, got_through, now, expected) in table {
            let found = passage(oldest, got_through).stuck_since(at(now));
            assert_eq!(found, expected.map(at), "{oldest:?} {got_through:?} {now}");
        }
    }

    #[test]
    fn every_channel_that_does_not_fail_says_so_once() {
        let table: [(&[&str], &[&str], &[&str]); 5] = [
            (&["mail"], &["mail"], &[]),
            (&["mail", "sms", "chat"], &["mail"], &["sms", "chat"]),
            (&["mail", "sms", "chat"], &["mail", "sms"], &["chat"]),
            (&["mail", "sms"], &["sms"], &["mail"]),
            // No try at all: it is the channel of alerts that does not move.
            (&["mail", "sms"], &[], &["sms"]),
        ];
        for (channels, failing, expected) in table {
            let mut passage = passage(Some(10), None);
            passage.failing = names(failing).into_iter().collect();
            let word = passage.word(&names(channels), at(15));
            let Some((7, Event::NothingDelivered { since, by, .. })) = word else {
                panic!("{word:?}");
            };
            assert_eq!((since, by), (at(10), names(expected)), "{failing:?}");
            passage.told = Some((
                7,
                Outage {
                    since,
                    by: names(expected),
                },
            ));
            assert_eq!(passage.word(&names(channels), at(99)), None);
            assert_eq!(passage.due_at(), None);
        }
    }

    #[test]
    fn the_same_channels_say_that_it_works_again() {
        let mut passage = passage(Some(10), Some(20));
        let by = names(&["sms"]);
        passage.told = Some((
            3,
            Outage {
                since: at(10),
                by: by.clone(),
            },
        ));
        let again = Event::DeliveringAgain { since: at(10), by };
        assert_eq!(passage.word(&names(&["mail"]), at(20)), Some((3, again)));
        passage.got_through_at = Some(at(9));
        assert_eq!(passage.word(&names(&["mail"]), at(20)), None);
    }
}
