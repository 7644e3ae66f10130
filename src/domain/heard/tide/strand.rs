//! One sensitivity of a tide: its detector, hour by hour, and the alarms it gave.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{BINS_AN_HOUR, HOUR};
use crate::domain::unusual::{Bin, Detector, Sensitivity, Verdict};
use crate::domain::usual::Expected;

/// A stretch in which a watch was unusually loud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The second in which it became so.
    pub from: i64,
    /// First second in which it was so no longer; `None` while it is.
    pub to: Option<i64>,
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Strand {
    pub(super) sensitivity: Sensitivity,
    /// The detector as it was at the beginning of each of the last hours.
    pub(super) begun: VecDeque<(i64, Detector)>,
    /// As it is before the bin that runs.
    pub(super) head: Detector,
    /// Of bins that are over, oldest first; only the last may be open.
    pub(super) alarms: Vec<Alarm>,
    /// How near the last bin that is over was to an alarm: 1 is one.
    pub(super) score: f64,
    /// That an alarm began in the bin that runs.
    pub(super) turn: Option<Turn>,
    /// What an alarm takes in a bin: asked at every mention, and the same until
    /// the detector goes on.
    needed: Option<(i64, Option<f64>)>,
}

/// A new alarm begins: what that does to one that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// When the one that is open ends for it.
    pub(super) ends: Option<i64>,
    pub(super) from: i64,
}

impl Strand {
    pub(super) fn new(sensitivity: Sensitivity) -> Self {
        Self {
            sensitivity,
            begun: VecDeque::new(),
            head: Detector::new(sensitivity),
            alarms: Vec::new(),
            turn: None,
            score: 0.0,
            needed: None,
        }
    }

    /// Goes on from a detector that was stored at the beginning of these hours.
    pub(super) fn restore(
        &mut self,
        hours: impl Iterator<Item = i64>,
        head: Detector,
        alarms: Vec<Alarm>,
    ) {
        self.begun = hours.map(|hour| (hour, head.clone())).collect();
        (self.head, self.alarms, self.needed) = (head, alarms, None);
    }

    /// How many voices begin an alarm in a bin that is not over; `None` when none
    /// can.
    pub(super) fn needed(&mut self, number: i64, expected: &Expected) -> Option<f64> {
        if let Some((_, needed)) = self.needed.filter(|(known, _)| *known == number) {
            return needed;
        }
        let needed = self.head.needed(number, expected);
        self.needed = Some((number, needed));
        needed
    }

    /// A bin is over.
    pub(super) fn step(&mut self, bin: &Bin) -> Verdict {
        let verdict = self.head.step(bin);
        (self.score, self.needed) = (verdict.score, None);
        verdict
    }

    /// Goes back to the beginning of an hour, or as far as it remembers; gives
    /// the bin to go on from.
    pub(super) fn rewind(&mut self, hour: i64) -> Option<i64> {
        let known = self.begun.iter().rfind(|(one, _)| *one <= hour);
        let (hour, head) = known.or(self.begun.front())?;
        (self.head, self.needed) = (head.clone(), None);
        let from = hour * HOUR;
        self.alarms.retain(|alarm| alarm.from < from);
        if let Some(last) = self.alarms.last_mut()
            && last.to.is_some_and(|to| to >= from)
        {
            last.to = None;
        }
        Some(hour * BINS_AN_HOUR)
    }

    /// An alarm begins at `at`. When it is a bigger storm in one that is open,
    /// there is none in that very second, so that it begins anew: in the one
    /// before, the triggers may have looked already.
    pub(super) fn turn(&self, at: i64) -> Turn {
        match self.alarms.last() {
            Some(Alarm { from, to: None }) => {
                let ends = at.max(from + 1);
                Turn {
                    ends: Some(ends),
                    from: ends + 1,
                }
            }
            Some(Alarm { to: Some(to), .. }) if *to >= at => Turn {
                ends: None,
                from: to + 1,
            },
            _ => Turn {
                ends: None,
                from: at,
            },
        }
    }

    pub(super) fn begin_alarm(&mut self, at: i64) {
        let turn = self.turn(at);
        if let Some(ends) = turn.ends {
            self.end_alarm(ends);
        }
        self.alarms.push(Alarm {
            from: turn.from,
            to: None,
        });
    }

    pub(super) fn end_alarm(&mut self, at: i64) {
        if let Some(last) = self.alarms.last_mut()
            && last.to.is_none()
        {
            last.to = Some(at.max(last.from + 1));
        }
    }
}
