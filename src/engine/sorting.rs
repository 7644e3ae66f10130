//! Mentions of one source, sorted while they are read: what no watch wants is
//! counted and forgotten on the spot.

use std::sync::Arc;

use super::{Receipt, Sieve, Sorted, before};
use crate::domain::desk::Observed;
use crate::domain::mention::Mention;
use crate::domain::query::watches::Matched;
use crate::domain::time::Timestamp;
use crate::source::wire::admit;
use crate::store::Tally;

/// See the module.
#[derive(Debug)]
pub struct Sorting {
    source: Arc<str>,
    sieve: Arc<Sieve>,
    now: Timestamp,
    /// Older ones are refused.
    oldest: Timestamp,
    observed: Vec<Observed>,
    n_unmatched: u64,
    n_read: u64,
}

impl Sorting {
    pub(super) fn new(source: Arc<str>, sieve: Arc<Sieve>, now: Timestamp) -> Self {
        Self {
            oldest: before(now, sieve.keep_texts),
            source,
            sieve,
            now,
            observed: Vec::new(),
            n_unmatched: 0,
            n_read: 0,
        }
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// What is taken from here on comes in now.
    pub fn go_on(&mut self, now: Timestamp) {
        self.now = now;
        self.oldest = before(now, self.sieve.keep_texts);
    }

    /// Takes a mention and keeps a copy if a watch wants it, which it says; why not
    /// when it is not taken.
    pub fn add(&mut self, mention: &mut Mention) -> Result<bool, String> {
        let matched = self.judge(mention)?;
        let is_kept = matched.is_some();
        if let Some(matched) = matched {
            self.keep(mention.clone(), matched);
        }
        Ok(is_kept)
    }

    /// What a mention is to us; `None` for nothing.
    pub(super) fn judge(&mut self, mention: &mut Mention) -> Result<Option<Matched>, String> {
        self.n_read += 1;
        admit(mention, self.now, self.oldest)?;
        let matched = self.sieve.watches.matching(mention, &self.source);
        if matched.is_wanted() {
            return Ok(Some(matched));
        }
        self.n_unmatched += 1;
        Ok(None)
    }

    pub(super) fn keep(&mut self, mention: Mention, matched: Matched) {
        let observed = Observed::known(mention, matched, &self.source);
        self.observed.push(observed);
    }

    /// Mentions so far, those that were not taken too.
    pub fn n_read(&self) -> u64 {
        self.n_read
    }

    /// Mentions so far that a watch wants.
    pub fn n_kept(&self) -> usize {
        self.observed.len()
    }

    pub(super) fn sorted(self, n_rejected: u64) -> Sorted {
        let n_matched = self.observed.len() as u64;
        Sorted {
            source: self.source,
            observed: self.observed,
            watches: Arc::clone(&self.sieve.watches),
            tally: Tally {
                received: n_matched + self.n_unmatched,
                matched: n_matched,
                new: 0,
                rejected: n_rejected,
            },
            position: None,
            receipt: Receipt {
                matched: n_matched,
                unmatched: self.n_unmatched,
                ..Receipt::default()
            },
        }
    }
}
