//! What a playbook would have made of the past: alarms a week, what each was
//! about, how early they were, and how another version compares.
//!
//! A backtest closes no runs, for nobody is there to stand down. So what people
//! would have been woken for is worked out here, from the firings of triggers:
//! firings that follow each other belong to one storm, and a storm is one alarm.

pub mod about;

pub mod against;

pub mod curve;

pub mod incident;

pub mod record;

use std::collections::BTreeMap;

use super::time::Timestamp;
use curve::Curve;

/// Seconds in a week.
pub const WEEK: f64 = 7.0 * 86_400.0;

/// A trigger fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// By publication time, in seconds.
    pub at: i64,
    /// First second in which its condition held no longer.
    pub until: i64,
    pub trigger: String,
    pub level: String,
    /// Place of the level on the ladder.
    pub rank: usize,
    pub because: String,
}

/// Firings of one storm, in order: one alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// At least one.
    pub firings: Vec<Firing>,
    pub from: i64,
    pub until: i64,
}

impl Storm {
    /// The firing that starts the run: of those in the first second, the highest.
    pub fn first(&self) -> Option<&Firing> {
        let first = self.firings.iter().filter(|one| one.at == self.from);
        // The last of equals is what `max_by_key` gives; the first is meant.
        first.rev().max_by_key(|one| one.rank)
    }

    /// The firing that reached the highest level first.
    pub fn highest(&self) -> Option<&Firing> {
        self.firings.iter().rev().max_by_key(|one| one.rank)
    }

    /// The firings that raised the level after the first.
    pub fn raised(&self) -> Vec<&Firing> {
        let Some(first) = self.first() else {
            return Vec::new();
        };
        let mut rank = first.rank;
        let mut raised = Vec::new();
        for one in self.firings.iter().filter(|one| one.at > self.from) {
            if one.rank > rank {
                rank = one.rank;
                raised.push(one);
            }
        }
        raised
    }
}

/// Firings are one storm when no more than `apart` seconds lie between the end
/// of one and the next.
pub fn storms(mut firings: Vec<Firing>, apart: i64) -> Vec<Storm> {
    firings.sort_by_key(|one| one.at);
    let mut storms: Vec<Storm> = Vec::new();
    for one in firings {
        match storms.last_mut() {
            Some(storm) if one.at.saturating_sub(storm.until) <= apart => {
                storm.until = storm.until.max(one.until);
                storm.firings.push(one);
            }
            _ => storms.push(Storm {
                from: one.at,
                until: one.until,
                firings: vec![one],
            }),
        }
    }
    storms
}

/// A stretch of time that was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Period {
    /// Its length in weeks.
    pub fn weeks(&self) -> f64 {
        (self.until - self.from).num_seconds().max(0) as f64 / WEEK
    }

    /// So many a week. A period of less than a week counts as one: two alarms in
    /// a day are no fourteen a week.
    pub fn a_week(&self, number: usize) -> f64 {
        number as f64 / self.weeks().max(1.0)
    }
}

/// What became of the past in the hands of one playbook.
#[derive(Debug, Clone)]
pub struct Past {
    pub period: Period,
    pub storms: Vec<Storm>,
    pub curve: Curve,
    /// From when what is usual was known in any way, and well; in seconds.
    pub guessed_from: Option<i64>,
    pub learnt_from: Option<i64>,
    pub n_mentions: u64,
    /// Hundredths.
    pub voices: u64,
}

impl Past {
    /// Alarms by the highest level they reached: rank, level, how many; lowest
    /// first.
    pub fn by_level(&self) -> Vec<(String, usize)> {
        let mut by: BTreeMap<usize, (String, usize)> = BTreeMap::new();
        for highest in self.storms.iter().filter_map(Storm::highest) {
            let entry = by.entry(highest.rank);
            entry.or_insert_with(|| (highest.level.clone(), 0)).1 += 1;
        }
        by.into_values().collect()
    }

    /// How many alarms each trigger began, by name.
    pub fn by_trigger(&self) -> BTreeMap<String, usize> {
        let mut by = BTreeMap::new();
        for first in self.storms.iter().filter_map(Storm::first) {
            *by.entry(first.trigger.clone()).or_default() += 1;
        }
        by
    }

    /// The longest time without an alarm: from and until, in seconds.
    pub fn longest_quiet(&self) -> (i64, i64) {
        let end = self.period.until.timestamp();
        let mut from = self.period.from.timestamp();
        let mut longest = (from, from);
        let edges = self.storms.iter().map(|storm| (storm.from, storm.until));
        for (next, until) in edges.chain([(end, end)]) {
            if next - from > longest.1 - longest.0 {
                longest = (from, next);
            }
            from = from.max(until);
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firing(at: i64, until: i64, rank: usize) -> Firing {
        Firing {
            at,
            until,
            trigger: format!("t{rank}"),
            level: format!("l{rank}"),
            rank,
            because: String::new(),
        }
    }

    #[test]
    fn firings_that_follow_each_other_are_one_storm() {
        let all = vec![
            firing(0, 10, 0),
            firing(5, 8, 1),
            firing(20, 30, 0),
            firing(41, 50, 0),
        ];
        let storms = storms(all, 10);
        let edges: Vec<(i64, i64)> = storms.iter().map(|one| (one.from, one.until)).collect();
        assert_eq!(edges, [(0, 30), (41, 50)]);
        assert_eq!(storms[0].raised().len(), 1);
        assert_eq!(storms[0].highest().map(|one| one.at), Some(5));
    }

    #[test]
    fn of_what_fires_at_once_the_highest_starts_the_run() {
        let storms = storms(vec![firing(0, 9, 0), firing(0, 9, 2), firing(1, 9, 1)], 0);
        assert_eq!(storms[0].first().map(|one| one.rank), Some(2));
        assert!(storms[0].raised().is_empty());
    }

    #[test]
    fn less_than_a_week_counts_as_one() {
        let at = |second| Timestamp::from_timestamp(second, 0).unwrap();
        let period = |until| Period {
            from: at(0),
            until: at(until),
        };
        assert!((period(86_400).a_week(2) - 2.0).abs() < 1e-9);
        assert!((period(14 * 86_400).a_week(2) - 1.0).abs() < 1e-9);
    }
}
