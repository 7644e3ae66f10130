//! What waits to go out, kept beside the store so that the auditor need not ask
//! it every few seconds. Changes only after a commit.

use std::collections::BTreeMap;

use crate::domain::audit::Outbox;
use crate::domain::time::Timestamp;
use crate::store::{Delivery, Parcel, Turn};

/// How a try ended, for metrics: channel and outcome.
pub type Outcome = (String, &'static str);

/// One that waits.
#[derive(Debug)]
struct Waiting {
    person: String,
    turn: Turn,
    created_at: Timestamp,
    next_at: Timestamp,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Ledger {
    /// By effect.
    waiting: BTreeMap<String, Waiting>,
    n_sent: u64,
    n_failed: u64,
    tried_at: Option<Timestamp>,
    /// Tries since the program started.
    tries: BTreeMap<Outcome, u64>,
}

impl Ledger {
    /// What the store holds at start: what waits, how many were sent and failed.
    pub fn new(waiting: &[Parcel], n_sent: u64, n_failed: u64, now: Timestamp) -> Self {
        let mut ledger = Self {
            n_sent,
            n_failed,
            // What waited while we were down is not overdue yet.
            tried_at: Some(now),
            ..Self::default()
        };
        ledger.record(waiting);
        ledger
    }

    /// Notes what has to go out.
    pub fn record(&mut self, parcels: &[Parcel]) {
        for parcel in parcels {
            let waiting = Waiting {
                person: parcel.notice.person.clone(),
                turn: parcel.turn(),
                created_at: parcel.created_at,
                next_at: parcel.next_at,
            };
            self.waiting.insert(parcel.effect.clone(), waiting);
        }
    }

    /// Notes how a try ended.
    pub fn tried(&mut self, effect: &str, channel: &str, delivery: &Delivery, now: Timestamp) {
        self.tried_at = Some(now);
        let outcome = match delivery {
            Delivery::Later { next_at, .. } => {
                if let Some(waiting) = self.waiting.get_mut(effect) {
                    waiting.next_at = *next_at;
                }
                "retry"
            }
            Delivery::Sent => {
                let known = self.waiting.remove(effect);
                self.n_sent += u64::from(known.is_some());
                "sent"
            }
            Delivery::Never { .. } => {
                let known = self.waiting.remove(effect);
                self.n_failed += u64::from(known.is_some());
                "failed"
            }
        };
        *self.tries.entry((channel.to_owned(), outcome)).or_default() += 1;
    }

    /// In numbers.
    pub fn outbox(&self) -> Outbox {
        Outbox {
            n_waiting: self.waiting.len() as u64,
            n_sent: self.n_sent,
            n_failed: self.n_failed,
            oldest_at: self.waiting.values().map(|one| one.created_at).min(),
            next_at: self.next_at(),
            tried_at: self.tried_at,
        }
    }

    /// When a try is due: for each person that of the first. The others wait
    /// for it in their lane, however long ago they could have gone.
    fn next_at(&self) -> Option<Timestamp> {
        let mut firsts: BTreeMap<&str, &Waiting> = BTreeMap::new();
        for one in self.waiting.values() {
            let first = firsts.entry(&one.person).or_insert(one);
            if one.turn < first.turn {
                *first = one;
            }
        }
        firsts.values().map(|first| first.next_at).min()
    }

    /// Tries since the program started, by channel and outcome.
    pub fn tries(&self) -> &BTreeMap<Outcome, u64> {
        &self.tries
    }
}
