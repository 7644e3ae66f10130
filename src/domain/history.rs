//! History that an operator imports: what is taken of it, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::mention::Mention;
use super::time::{Timestamp, rfc3339};

/// How far ahead of us a time may be without being wrong.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// 2000-01-01: what claims to be older is a date that was not understood.
const OLDEST: i64 = 946_684_800;

/// What came of a file, or of a piece of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Records: mentions and what was not read as one.
    pub read: u64,
    /// Not read as a mention.
    pub rejected: u64,
    /// Belong to a watch or are ours, and were not known.
    pub new: u64,
    /// Were known already, from this file, another or a source.
    pub known: u64,
    /// Belong to no watch: not kept.
    pub unmatched: u64,
    /// Posted by our own accounts: kept apart, counted in no watch.
    pub ours: u64,
    /// New ones that are older than texts are kept: only their count is.
    pub only_counted: u64,
    /// Of which only the day is known.
    pub day_only: u64,
    /// By watch.
    pub watches: BTreeMap<String, Found>,
    pub oldest: Option<Timestamp>,
    pub newest: Option<Timestamp>,
}

/// What a file held for one watch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub matched: u64,
    /// Count now and did not before.
    pub new: u64,
}

impl Totals {
    /// Takes the time of one more mention in.
    pub fn see(&mut self, at: Timestamp) {
        self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
        self.newest = Some(self.newest.map_or(at, |newest| newest.max(at)));
    }

    /// Adds what came of another piece.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.rejected += other.rejected;
        self.new += other.new;
        self.known += other.known;
        self.unmatched += other.unmatched;
        self.ours += other.ours;
        self.only_counted += other.only_counted;
        self.day_only += other.day_only;
        for (watch, found) in &other.watches {
            let sum = self.watches.entry(watch.clone()).or_default();
            sum.matched += found.matched;
            sum.new += found.new;
        }
        for at in [other.oldest, other.newest].into_iter().flatten() {
            self.see(at);
        }
    }
}

/// Whether a mention can be history; why not, for who made the file. Unlike
/// what is pushed it may be old, but not of a time that cannot be.
pub fn admit(mention: &Mention, now: Timestamp) -> Result<(), String> {
    let at = mention.published_at;
    if at.signed_duration_since(now) > AHEAD {
        return Err(format!(
            "published_at {} is in the future; are day and month the other way round?",
            rfc3339(at)
        ));
    }
    let oldest = DateTime::from_timestamp(OLDEST, 0).unwrap_or_default();
    if at < oldest {
        return Err(format!(
            "published_at {} is before {}; is it a date?",
            rfc3339(at),
            rfc3339(oldest)
        ));
    }
    Ok(())
}
