//! History that an operator imports: what is taken of it, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::mention::Mention;
use super::time::{Timestamp, instant_of, rfc3339};
use super::usual::Counted;

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

/// Lays what is only known by its day evenly over the hours of that day, among
/// what is known by the hour, and marks the hours that are mostly made of it.
/// `hours` are hours since 1970, oldest first; `days` begin at a second and last
/// until the same time on the next day in `zone`.
pub fn lay_out(
    hours: Vec<(i64, Counted)>,
    days: &[(i64, Counted)],
    zone: Tz,
) -> Vec<(i64, Counted)> {
    let mut all: BTreeMap<i64, Counted> = hours.into_iter().collect();
    for (begin, counted) in days {
        let first = begin.div_euclid(3_600);
        let end = next_day(*begin, zone).div_euclid(3_600).max(first + 1);
        let length = (end - first) as f64;
        for hour in first..end {
            let sum = all.entry(hour).or_insert(Counted::plain(0.0));
            let mentions = counted.mentions / length;
            sum.is_laid_out |= mentions > sum.mentions;
            sum.mentions += mentions;
            sum.voices += counted.voices / length;
            sum.authors += counted.authors / length;
        }
    }
    all.into_iter().collect()
}

/// 23, 24 or 25 hours later, as the clock changes.
fn next_day(begin: i64, zone: Tz) -> i64 {
    let local = DateTime::from_timestamp(begin, 0).unwrap_or_default();
    let local = local.with_timezone(&zone).naive_local();
    let next = local.checked_add_signed(TimeDelta::days(1));
    instant_of(next.unwrap_or(local), zone).timestamp()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_laid_over_its_hours_and_nothing_is_lost() {
        let day = |hour: i64, mentions: f64| (hour * 3_600, Counted::plain(mentions));
        let hours = vec![(47, Counted::plain(2.0)), (72, Counted::plain(1.5))];
        let all = lay_out(
            hours,
            &[day(23, 120.0), day(71, 24.0)],
            Tz::Europe__Amsterdam,
        );
        let said = all
            .iter()
            .map(|(hour, one)| (*hour, one.mentions, one.is_laid_out));
        let first = (23..47)
            .map(|hour| (hour, 5.0, true))
            .chain([(47, 2.0, false)]);
        let second = (71..95).map(|hour| match hour {
            72 => (hour, 2.5, false),
            _ => (hour, 1.0, true),
        });
        assert!(said.eq(first.chain(second)), "{all:?}");
        assert!(lay_out(Vec::new(), &[], Tz::UTC).is_empty());
        // 25 October 2026 has 25 hours in Amsterdam, and none of them is empty.
        let begin = 1_792_879_200;
        let days = [
            (begin, Counted::plain(50.0)),
            (begin + 25 * 3_600, Counted::plain(48.0)),
        ];
        let all = lay_out(Vec::new(), &days, Tz::Europe__Amsterdam);
        let said: Vec<f64> = all.iter().map(|(_, one)| one.mentions).collect();
        assert_eq!(said, vec![2.0; 49]);
    }
}
