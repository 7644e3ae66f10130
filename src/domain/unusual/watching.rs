//! Follows one watch through a series of counts, as the daemon does through
//! mentions: `draaiboek backtest --counts`.
//!
//! Nothing is looked up ahead: a row is judged with what came before it and with
//! itself. How far rows lie apart is learnt on the way. Rows that are finer than
//! a bin are summed, and the row that crosses the line alarms; coarser rows are
//! spread evenly over the bins until the next is due. A longer pause than that
//! is blindness.

use std::collections::VecDeque;

use super::{BIN, Bin, DAY, Detector, Sensitivity, Verdict};
use crate::domain::usual::{Counted, Slot, Usual};

/// Bins in an hour.
const HOUR: i64 = 12;

/// The slow model learns an hour when so many have passed since it began: it is
/// a day old then, and late mentions can no longer change it.
const LAG: i64 = 25;

/// An hour that waits to be learnt.
#[derive(Debug, Clone, Copy)]
struct Hour {
    /// Hours since 1970, UTC.
    number: i64,
    counted: f64,
    n_seen: i64,
}

/// One watch with its slow model and its detector.
#[derive(Debug, Clone)]
pub struct Follower {
    usual: Usual,
    detector: Detector,
    /// Hours not yet learnt, oldest first; the last is going on.
    hours: VecDeque<Hour>,
    /// The bin that is open.
    open: Option<Bin>,
    /// Whether it alarmed already.
    has_alarmed: bool,
    /// When the last row was, how far from the one before, and how far rows
    /// commonly lie apart: seconds.
    last_at: Option<i64>,
    gap: i64,
    spacing: i64,
}

impl Follower {
    /// Nothing was seen yet.
    pub fn new(sensitivity: Sensitivity) -> Self {
        Self {
            usual: Usual::new(),
            detector: Detector::new(sensitivity),
            hours: VecDeque::new(),
            open: None,
            has_alarmed: false,
            last_at: None,
            gap: 0,
            spacing: BIN,
        }
    }

    /// What is usual, as learnt so far.
    pub fn usual(&self) -> &Usual {
        &self.usual
    }

    /// The detector, after the last closed bin.
    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Takes one row: seconds since 1970 (UTC) at which it begins, and what was
    /// counted. True when an alarm begins with it. A row from before the open
    /// bin is left out.
    pub fn push(&mut self, at: i64, counted: f64) -> bool {
        let number = at.div_euclid(BIN);
        if self.open.is_some_and(|open| number < open.number) {
            return false;
        }
        let was_paused = self.space(at);
        let n_bins = ((self.spacing + BIN / 2) / BIN).clamp(1, DAY);
        let share = counted / n_bins as f64;
        let mut alarm = false;
        for bin in 0..n_bins {
            alarm |= self.count(number.saturating_add(bin), share, was_paused);
        }
        alarm
    }

    /// Learns how far rows lie apart: a shorter gap counts at once, a longer one
    /// when it comes twice running. Tells whether rows are missing before `at`.
    fn space(&mut self, at: i64) -> bool {
        let Some(last_at) = self.last_at.replace(self.last_at.unwrap_or(at).max(at)) else {
            return false;
        };
        let gap = at.saturating_sub(last_at);
        if gap <= 0 {
            return false;
        }
        let repeats = gap.abs_diff(self.gap) <= gap.unsigned_abs() / 10;
        if gap < self.spacing || repeats {
            self.spacing = gap.min(DAY * BIN);
        }
        self.gap = gap;
        // Half a row late is late; two bins are the least that can be missing.
        gap > (self.spacing + self.spacing / 2).max(2 * BIN - 1)
    }

    /// Counts in one bin; closes the one that was open.
    fn count(&mut self, number: i64, counted: f64, was_paused: bool) -> bool {
        match &mut self.open {
            Some(open) if open.number == number => open.counted += counted,
            Some(open) if open.number > number => return false,
            _ => {
                self.close(number, was_paused);
                self.open = Some(Bin {
                    number,
                    counted,
                    expected: self.usual.expect(slot(number)),
                    is_blind: false,
                });
            }
        }
        let Some(open) = self.open.filter(|_| !self.has_alarmed) else {
            return false;
        };
        let needed = self.detector.needed(open.number, &open.expected);
        self.has_alarmed = needed.is_some_and(|needed| open.counted >= needed);
        self.has_alarmed
    }

    /// Closes the open bin, and those between it and `next`.
    fn close(&mut self, next: i64, was_paused: bool) {
        let Some(open) = self.open.take() else {
            return;
        };
        self.step(open);
        self.has_alarmed = false;
        // After a day of nothing it makes no difference how long it was.
        let last = next.min(open.number.saturating_add(1 + DAY));
        for number in open.number.saturating_add(1)..last {
            self.step(Bin {
                number,
                counted: 0.0,
                expected: self.usual.expect(slot(number)),
                is_blind: was_paused,
            });
        }
        self.learn(next.div_euclid(HOUR));
    }

    fn step(&mut self, bin: Bin) -> Verdict {
        let number = bin.number.div_euclid(HOUR);
        if self.hours.back().is_none_or(|hour| hour.number != number) {
            self.learn(number);
            self.hours.push_back(Hour {
                number,
                counted: 0.0,
                n_seen: 0,
            });
        }
        if let Some(hour) = self.hours.back_mut() {
            hour.counted += bin.counted;
            hour.n_seen += i64::from(!bin.is_blind);
        }
        self.detector.step(&bin)
    }

    /// Hands hours to the slow model that are old enough. One that was not seen
    /// whole is a gap.
    fn learn(&mut self, now: i64) {
        while let Some(hour) = self.hours.front() {
            if hour.number.saturating_add(LAG) > now {
                break;
            }
            let counted = (hour.n_seen == HOUR).then(|| Counted::plain(hour.counted));
            self.usual
                .learn(hour.number, Slot::of_utc(hour.number), counted);
            self.hours.pop_front();
        }
    }
}

/// The slot of a bin, in UTC.
fn slot(number: i64) -> Slot {
    Slot::of_utc(number.div_euclid(HOUR))
}
