//! When we could not hear all that was said, because a source was blind or
//! nobody listened: silence is not what it seems then.

use super::condition::{Condition, Count, Test};

/// Periods that ended so long ago say nothing any more, in seconds: a late
/// mention may come a day later, and the longest window is a day.
const REMEMBERED: i64 = 3 * 86_400;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Deafness {
    since: Option<i64>,
    /// (from, to) in seconds: from the first up to the second.
    past: Vec<(i64, i64)>,
}

impl Deafness {
    /// From `now` on; false when we were deaf already.
    pub fn begin(&mut self, now: i64) -> bool {
        let begins = self.since.is_none();
        self.since.get_or_insert(now);
        begins
    }

    /// We hear all again from `now` on; since when we did not.
    pub fn end(&mut self, now: i64) -> Option<i64> {
        let since = self.since.take()?;
        self.add(since, now);
        Some(since)
    }

    /// We were deaf from `from` to `to`; false when that was known.
    pub fn add(&mut self, from: i64, to: i64) -> bool {
        let mut past = self.past.iter();
        if from >= to || past.any(|(one, other)| *one <= from && to <= *other) {
            return false;
        }
        self.past.retain(|(_, end)| *end > to - REMEMBERED);
        self.past.push((from, to));
        true
    }

    /// The periods that are over: (from, to) in seconds.
    pub fn past(&self) -> &[(i64, i64)] {
        &self.past
    }

    /// Since when we are; `None` when we are not.
    pub fn since(&self) -> Option<i64> {
        self.since
    }

    /// Whether we are, or were, in a part of the time from `from` up to `to`.
    pub fn overlaps(&self, from: i64, to: i64) -> bool {
        let mut past = self.past.iter();
        self.since.is_some_and(|since| since < to)
            || past.any(|(deaf_from, deaf_to)| *deaf_from < to && from < *deaf_to)
    }

    /// Whether we are, or were, at a second.
    pub fn is(&self, second: i64) -> bool {
        let mut past = self.past.iter();
        self.since.is_some_and(|since| since <= second)
            || past.any(|(from, to)| (*from..*to).contains(&second))
    }

    /// Whether so much of the window of `within` seconds up to `at` was not heard
    /// that a low count in it says little: a tenth of it without a break.
    pub fn spoils(&self, within: i64, at: i64) -> bool {
        let mut past = self.past.iter();
        past.any(|(from, to)| to - from >= within / 10 && *from < at && *to > at - within)
    }

    /// When what could be heard of what a condition is about next changes, after a
    /// second.
    pub fn next_change(&self, when: &Condition, after: i64) -> Option<i64> {
        let mut edges: Vec<i64> = self.since.into_iter().collect();
        if !self.past.is_empty() {
            let tests = when.all_tests().into_iter();
            let windows: Vec<i64> = tests.filter_map(Test::count).map(seconds).collect();
            for (from, to) in &self.past {
                edges.extend([*from, *from + 1, *to]);
                for within in &windows {
                    edges.extend([from + within + 1, to + within, to + 2 * within]);
                }
            }
        }
        edges.into_iter().filter(|edge| *edge > after).min()
    }
}

fn seconds(count: &Count) -> i64 {
    i64::try_from(count.within.as_secs()).unwrap_or(i64::MAX / 4)
}

/// What of the mentions that a test is about could be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    All,
    /// More may have been said than was heard.
    Part,
    /// More may have been said in the window before the one that is counted: it
    /// only looks as if it grew.
    LessBefore,
}

impl Hearing {
    /// At a second; `is_sure`: for sure, or else possibly. That nobody answered is
    /// judged by the present alone: what comes back brings along what it missed.
    pub fn of(test: &Test, deaf: &Deafness, at: i64, is_sure: bool) -> Self {
        let of_window = |count: &Count| {
            let within = seconds(count);
            if (count.needs_little() || !is_sure) && deaf.spoils(within, at) {
                Self::Part
            } else if count.growing.is_some() && deaf.spoils(within, at - within) {
                Self::LessBefore
            } else {
                Self::All
            }
        };
        match deaf.is(at) {
            true => Self::Part,
            false => test.count().map_or(Self::All, of_window),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_when_it_was_deaf() {
        let mut deaf = Deafness::default();
        assert!(deaf.begin(10) && !deaf.begin(12));
        assert!(deaf.is(10) && deaf.is(1_000) && !deaf.is(9));
        assert_eq!(deaf.end(20), Some(10));
        assert_eq!(deaf.end(21), None);
        assert!(deaf.is(19) && !deaf.is(20));
        assert!(deaf.overlaps(0, 11) && deaf.overlaps(19, 30));
        assert!(!deaf.overlaps(0, 10) && !deaf.overlaps(20, 30));
        assert!(!deaf.add(11, 19) && deaf.past().len() == 1);
        let none = Condition { tests: Vec::new() };
        assert_eq!(deaf.next_change(&none, 5), Some(10));
        assert_eq!(deaf.next_change(&none, 11), Some(20));
        assert_eq!(deaf.next_change(&none, 20), None);
        // Ten seconds of a minute are much, of an hour they are not.
        assert!(deaf.spoils(60, 79) && !deaf.spoils(60, 80) && !deaf.spoils(3_600, 30));
        assert!(!deaf.spoils(60, 10));
        let count = Count {
            within: std::time::Duration::from_secs(60),
            at_most: Some(1),
            ..Count::default()
        };
        let few = Condition {
            tests: vec![Test::Mentions(count)],
        };
        assert_eq!(deaf.next_change(&few, 71), Some(80));
        deaf.add(REMEMBERED + 30, REMEMBERED + 31);
        assert!(!deaf.is(15), "long ago");
    }
}
