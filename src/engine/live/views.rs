//! What can be asked of the store and the desk as they are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::Live;
use crate::domain::evidence::near::NearMiss;
use crate::domain::heard::tide::Outline;
use crate::domain::organisation::Watch;
use crate::domain::query::watches::Watches;
use crate::domain::run::Run;
use crate::domain::time::Timestamp;
use crate::engine::Sieve;
use crate::engine::current::Current;
use crate::engine::fresh::Fresh;
use crate::engine::ledger::Ledger;
use crate::store::{Needed, Store};

impl Live {
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What waits to go out.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Runs in memory: open ones and those that closed lately.
    pub fn runs(&self) -> impl Iterator<Item = &Run> + Clone {
        self.desk.runs()
    }

    /// What each watch is expected to bring, by its key.
    pub fn outlines(&self) -> BTreeMap<String, Outline> {
        let watches = self.desk.organisation().watches.iter();
        let outlines = watches.enumerate().filter_map(|(place, watch)| {
            let heard = self.desk.heard_at(place)?;
            Some((watch.key.clone(), heard.tide.outline()))
        });
        outlines.collect()
    }

    /// Each watch, and for how long its past is needed after a restart.
    pub fn needed(&self) -> Vec<Needed> {
        let watches = self.desk.organisation().watches.iter().enumerate();
        let needed =
            |(place, watch): (usize, &Watch)| (watch.key.clone(), self.desk.needs(place) + 3_600);
        watches.map(needed).collect()
    }

    /// What nearly fired in the last four weeks, as far as this daemon knows; what is
    /// known already is not worked out anew.
    pub fn near_misses(&self, known: &[NearMiss], now: Timestamp) -> Vec<NearMiss> {
        let soon = now + TimeDelta::hours(1);
        self.desk
            .near_misses_beside(known, now - TimeDelta::weeks(4), soon)
    }

    /// Whether the last commit failed.
    pub fn is_behind(&self) -> bool {
        self.behind_until.is_some()
    }

    /// Commits that failed so far.
    pub fn n_commits_failed(&self) -> u64 {
        self.n_commits_failed
    }

    pub fn watches(&self) -> Arc<Watches> {
        Arc::clone(&self.watches)
    }

    pub fn keep_texts(&self) -> Duration {
        self.desk.organisation().keep_texts
    }

    /// What decides which mentions are kept, also when other files come into force.
    pub fn sieve(&self) -> Current<Sieve> {
        self.sieve.clone()
    }

    /// What was stored a moment ago.
    pub(in crate::engine) fn fresh(&self) -> Fresh {
        self.fresh.clone()
    }
}
