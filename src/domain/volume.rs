//! Counts in time: how many mentions a watch had in which second, and the
//! sliding windows over them.
//!
//! A window of length w at time t is (t − w, t]. Everything is exact to the
//! second; fractions of a second are cut off. Mentions may arrive late, so the
//! history is kept for a while and a window can be put at any moment of it.

use std::collections::VecDeque;
use std::time::Duration;

use super::time::Timestamp;

/// How long seconds are kept, so that a late mention can still complete a
/// window: a day. Older than a day is history, not news.
pub const LATENESS: i64 = 86_400;

/// Mentions per second, oldest first; only seconds that have any.
#[derive(Debug, Clone, Default)]
pub struct History {
    seconds: VecDeque<(i64, u32)>,
    /// How many entries were dropped at the front: entry i has number
    /// `n_dropped + i`, which stays the same when old ones go.
    n_dropped: u64,
}

/// Where a new mention came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// As the newest second.
    New,
    /// In the newest second, which was there already.
    Again,
    /// Before the newest second: numbers of entries may have shifted.
    Late,
}

impl History {
    /// What was counted before a restart: seconds in order, each once.
    pub fn restore(seconds: Vec<(i64, u32)>) -> Self {
        Self {
            seconds: seconds.into(),
            n_dropped: 0,
        }
    }

    /// Counts one mention in `second`.
    pub fn add(&mut self, second: i64) -> Added {
        match self.seconds.back_mut() {
            Some((newest, n)) if *newest == second => {
                *n += 1;
                Added::Again
            }
            Some((newest, _)) if *newest > second => {
                match self.seconds.binary_search_by_key(&second, |entry| entry.0) {
                    Ok(place) => self.seconds[place].1 += 1,
                    Err(place) => self.seconds.insert(place, (second, 1)),
                }
                Added::Late
            }
            _ => {
                self.seconds.push_back((second, 1));
                Added::New
            }
        }
    }

    /// Forgets seconds up to and including `through`.
    pub fn forget(&mut self, through: i64) {
        while self.seconds.front().is_some_and(|entry| entry.0 <= through) {
            self.seconds.pop_front();
            self.n_dropped += 1;
        }
    }

    /// The oldest second that is kept.
    pub fn oldest(&self) -> Option<i64> {
        self.seconds.front().map(|entry| entry.0)
    }

    /// The newest second that is kept.
    pub fn newest(&self) -> Option<i64> {
        self.seconds.back().map(|entry| entry.0)
    }

    /// Mentions in (after, through].
    pub fn count(&self, after: i64, through: i64) -> u64 {
        let first = self.seconds.partition_point(|entry| entry.0 <= after);
        let rest = self.seconds.range(first..);
        rest.take_while(|entry| entry.0 <= through)
            .map(|entry| u64::from(entry.1))
            .sum()
    }

    fn entry(&self, number: u64) -> Option<(i64, u32)> {
        let place = number.checked_sub(self.n_dropped)?;
        self.seconds.get(usize::try_from(place).ok()?).copied()
    }

    /// Number of the first entry after `second`.
    fn number_after(&self, second: i64) -> u64 {
        self.n_dropped + self.seconds.partition_point(|entry| entry.0 <= second) as u64
    }
}

/// What can be counted at a moment, for conditions of an open run.
pub trait Sight: std::fmt::Debug {
    /// Mentions of a watch in (at − within, at]; none of a watch that is unknown.
    fn mentions(&self, watch: &str, within: Duration, at: Timestamp) -> u64;

    /// Whether a source is blind, so that more may be said than is counted.
    fn is_blind(&self) -> bool {
        false
    }
}

/// Sees nothing: for where no mentions are kept.
#[derive(Debug, Clone, Copy)]
pub struct Dark;

impl Sight for Dark {
    fn mentions(&self, _watch: &str, _within: Duration, _at: Timestamp) -> u64 {
        0
    }
}

/// A window that slides over one history: knows what is in it now.
#[derive(Debug, Clone)]
pub struct Window {
    /// Length in seconds.
    within: i64,
    /// Number of the oldest entry inside.
    first: u64,
    /// Number of the entry that comes in next.
    next: u64,
    /// Mentions inside.
    sum: u64,
}

impl Window {
    /// An empty window at the beginning of time.
    pub fn new(within: i64) -> Self {
        Self {
            within,
            first: 0,
            next: 0,
            sum: 0,
        }
    }

    /// Mentions inside.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// Puts the window at `second`, with what the history has there.
    pub fn place(&mut self, history: &History, second: i64) {
        self.first = history.number_after(second.saturating_sub(self.within));
        self.next = history.number_after(second);
        self.sum = history.count(second.saturating_sub(self.within), second);
    }

    /// When what is inside next changes by time alone or by what the history
    /// holds after it.
    pub fn next_change(&self, history: &History) -> Option<i64> {
        let leaves = history.entry(self.first).filter(|_| self.first < self.next);
        let leaves = leaves.map(|entry| entry.0 + self.within);
        let enters = history.entry(self.next).map(|entry| entry.0);
        match (leaves, enters) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Moves the window to `second`, which is not before where it is.
    pub fn slide(&mut self, history: &History, second: i64) {
        while let Some((at, n)) = history.entry(self.next) {
            if at > second {
                break;
            }
            self.sum += u64::from(n);
            self.next += 1;
        }
        while self.first < self.next {
            let Some((at, n)) = history.entry(self.first) else {
                // Forgotten entries were outside every window already.
                self.first = self.first.max(history.n_dropped);
                continue;
            };
            if at > second - self.within {
                break;
            }
            self.sum -= u64::from(n);
            self.first += 1;
        }
    }

    /// One more mention in the newest second, which is already inside.
    pub fn bump(&mut self) {
        self.sum += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sliding_window_counts_what_a_plain_count_counts(
            seconds in prop::collection::vec(0_i64..200, 0..60),
            within in 1_i64..50,
        ) {
            let mut history = History::default();
            for second in &seconds {
                history.add(*second);
            }
            let mut window = Window::new(within);
            for now in 0..260 {
                window.slide(&history, now);
                let plain = seconds.iter().filter(|second| **second > now - within && **second <= now).count();
                prop_assert_eq!(window.sum(), plain as u64);
                let mut placed = Window::new(within);
                placed.place(&history, now);
                prop_assert_eq!(placed.sum(), plain as u64);
            }
        }
    }

    #[test]
    fn says_where_a_mention_came_in() {
        let mut history = History::default();
        assert_eq!(history.add(10), Added::New);
        assert_eq!(history.add(10), Added::Again);
        assert_eq!(history.add(9), Added::Late);
        assert_eq!(history.add(11), Added::New);
        assert_eq!(history.count(9, 11), 3);
    }
}
