//! Decides whether a watch is clearly busier than usual: the detector behind
//! the condition `unusual: low|normal|high`.
//!
//! Time goes in bins of five minutes. After each, the voices of the last five
//! minutes, quarter of an hour and hour and a half are held against three things:
//! a floor, what chance could bring, and what this watch reaches by itself on an
//! ordinary day (`reach.rs`). The last is what keeps the team asleep: popular
//! brands have peaks of ten times the usual hour every day, and a fixed ratio
//! wakes somebody for each. After an alarm the storm's own peak is the measure,
//! so that only a clearly bigger one alarms again; the peak is forgotten by and
//! by.
//!
//! A detector is small, is cloned freely, and is stepped over bins in order: a
//! late mention is worked in by going back to an older clone and stepping again.
//! It knows no playbooks and no mentions, only numbers.

mod reach;
#[cfg(test)]
mod tests;
pub mod watching;

use serde::{Deserialize, Serialize};

use super::usual::{Expected, Grade};
use reach::{N_SCALES, Reach, SCALES};

/// Seconds in a bin.
pub const BIN: i64 = 300;

/// Bins in a day.
const DAY: i64 = 288;

/// Bins in the longest window, and how many of them came before the current one.
const LONGEST: usize = SCALES[N_SCALES - 1].n_bins;
const EARLIER: usize = LONGEST - 1;

/// Bins for which a storm only grows: whatever it reaches in its first two hours
/// is the same storm, and is what a second one is measured by.
const GROWS_FOR: i64 = 24;

/// A second storm alarms when it is clearly bigger than the last one …
const BIGGER: f64 = 1.4;

/// … of which half is forgotten in this many bins: a week. After a day it takes
/// 1.27 times the last peak, after three and a half days as much, after two
/// weeks 0.35.
const FORGOTTEN_IN: f64 = 7.0 * DAY as f64;

/// A storm goes on while its hour and a half holds more than the mean and three
/// standard deviations, and ends after an hour of less.
const GOES_ON_ABOVE: f64 = 3.0;
const ENDS_AFTER: u32 = 12;

/// No bin counts more: far above anything real, and nothing overflows.
const MOST: f64 = 1e9;

/// How easily the condition `unusual` holds. One detector has one sensitivity:
/// its storms begin when *it* alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sensitivity {
    Low,
    #[default]
    Normal,
    High,
}

impl Sensitivity {
    /// All of them, the calmest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// The name in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// The one with this name; `None` for others.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|sensitivity| sensitivity.name() == name)
    }
}

/// One bin of five minutes, closed or still open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Bins since 1970, UTC.
    pub number: i64,
    /// Voices.
    pub counted: f64,
    /// What is expected in the hour of this bin.
    pub expected: Expected,
    /// Whether a source was blind: what was counted is at least what there was.
    /// Such a bin may alarm, and does not teach what an ordinary day is.
    pub is_blind: bool,
}

/// What a bin means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// An alarm begins in this bin.
    pub alarm: bool,
    /// A storm is going on.
    pub is_unusual: bool,
    /// How near an alarm is or was: 1 is an alarm, 0.5 half of what it takes.
    pub score: f64,
    /// The window that is nearest to an alarm, in seconds, ending with this bin.
    pub window: i64,
    /// Voices in it, what was usual for it, and how many an alarm takes; the
    /// last is infinite while none can begin.
    pub counted: f64,
    pub usual: f64,
    pub needed: f64,
    /// How many an ordinary day reaches there at its highest.
    pub ordinary: f64,
}

/// Watches one watch at one sensitivity. Under 280 bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    sensitivity: Sensitivity,
    /// The bin that was stepped over last.
    number: Option<i64>,
    /// Voices in the bins before the next, newest first.
    recent: [f32; EARLIER],
    /// Voices that were usual in those bins; none where they were left out.
    #[serde(default)]
    wont: [f32; EARLIER],
    reaches: [Reach; N_SCALES],
    /// Whole days in `reaches`, and bins seen of this one.
    n_days: u32,
    n_seen: u32,
    /// When the last alarm began.
    alarm_at: Option<i64>,
    is_unusual: bool,
    /// Bins in a row in which the storm did not go on.
    n_calm: u32,
}

impl Detector {
    /// Nothing was seen yet.
    pub fn new(sensitivity: Sensitivity) -> Self {
        Self {
            sensitivity,
            number: None,
            recent: [0.0; EARLIER],
            wont: [0.0; EARLIER],
            reaches: [Reach::default(); N_SCALES],
            n_days: 0,
            n_seen: 0,
            alarm_at: None,
            is_unusual: false,
            n_calm: 0,
        }
    }

    /// The bin that was stepped over last.
    pub fn number(&self) -> Option<i64> {
        self.number
    }

    /// Whether a storm is going on.
    pub fn is_unusual(&self) -> bool {
        self.is_unusual
    }

    /// Steps over one closed bin. Bins come in order; those that are left out
    /// count as empty, and one that is not after the last changes nothing.
    pub fn step(&mut self, bin: &Bin) -> Verdict {
        if self.number.is_some_and(|number| bin.number <= number) {
            return self.verdict(bin, &[f64::INFINITY; N_SCALES]);
        }
        self.advance(bin.number);
        let needed = self.needed_in_windows(bin.number, &bin.expected);
        // The one rule for an alarm, so that `needed` cannot disagree with it.
        let alarm = self
            .least_of(&needed)
            .is_some_and(|least| sane(bin.counted) >= least);
        if alarm {
            self.begin(bin);
        }
        let verdict = self.verdict(bin, &needed);
        self.learn(bin);
        self.go_on(bin);
        self.pass(sane(bin.counted), of_a_bin(&bin.expected));
        self.number = Some(bin.number);
        Verdict {
            alarm,
            is_unusual: self.is_unusual,
            ..verdict
        }
    }

    /// The smallest count in bin `number` at which an alarm begins; `None` while
    /// none can. A bin that is stepped over alarms exactly when it counts as
    /// much, so that nobody needs to wait for its end.
    pub fn needed(&self, number: i64, expected: &Expected) -> Option<f64> {
        if self.number.is_some_and(|last| number <= last) {
            return None;
        }
        let mut then = self.clone();
        then.advance(number);
        then.least_of(&then.needed_in_windows(number, expected))
    }

    /// A bin becomes one of those before the next.
    fn pass(&mut self, counted: f64, wont: f64) {
        self.recent.rotate_right(1);
        self.recent[0] = counted as f32;
        self.wont.rotate_right(1);
        self.wont[0] = wont as f32;
    }

    /// Lets time pass to just before bin `number`.
    fn advance(&mut self, number: i64) {
        let Some(last) = self.number else {
            return;
        };
        let n_bins = number.saturating_sub(last);
        // Bins in between were not seen: they count as empty.
        for _ in 1..n_bins.min(LONGEST as i64) {
            self.pass(0.0, 0.0);
        }
        if number.div_euclid(DAY) != last.div_euclid(DAY) {
            self.close_day();
        }
        if !self.is_unusual {
            let kept = (-(n_bins as f64) / FORGOTTEN_IN).exp2();
            for reach in &mut self.reaches {
                reach.forget_storm(kept);
            }
        }
    }

    /// Adds the day to what an ordinary day reaches, if half of it was seen.
    fn close_day(&mut self) {
        if self.n_seen >= DAY as u32 / 2 {
            for (reach, scale) in self.reaches.iter_mut().zip(&SCALES) {
                reach.close_day(scale, self.n_days);
            }
            self.n_days = self.n_days.saturating_add(1);
        } else {
            for reach in &mut self.reaches {
                reach.drop_day();
            }
        }
        self.n_seen = 0;
    }

    /// Voices before the current bin that are in the window of each scale.
    fn earlier(&self) -> [f64; N_SCALES] {
        SCALES.map(|scale| {
            let recent = self.recent.iter().take(scale.n_bins - 1);
            recent.map(|counted| f64::from(*counted)).sum()
        })
    }

    /// Voices that are usual for the window of each scale: of each bin as its own hour
    /// has it. Of bins that were left out nothing was heard, and nothing is expected.
    fn wonts(&self, expected: &Expected) -> [f64; N_SCALES] {
        let now = of_a_bin(expected);
        SCALES.map(|scale| {
            let earlier = self.wont.iter().take(scale.n_bins - 1);
            now + earlier.map(|wont| f64::from(*wont)).sum::<f64>()
        })
    }

    /// How many voices each window must hold for an alarm in the current bin.
    fn needed_in_windows(&self, number: i64, expected: &Expected) -> [f64; N_SCALES] {
        let still_grows = self.still_grows(number);
        if expected.grade == Grade::Unknown || still_grows {
            return [f64::INFINITY; N_SCALES];
        }
        let mut needed = [0.0; N_SCALES];
        let windows = self.reaches.iter().zip(&SCALES).zip(self.wonts(expected));
        for (needed, ((reach, scale), wont)) in needed.iter_mut().zip(windows) {
            let own = reach.limit(scale, self.n_days, self.sensitivity, expected, wont);
            *needed = own.max(BIGGER * reach.storm());
            if self.is_unusual {
                *needed = needed.max(reach.storm_as_high(scale, BIGGER, expected));
            }
        }
        needed
    }

    /// Whether the storm of the last alarm is in its first two hours.
    fn still_grows(&self, number: i64) -> bool {
        self.alarm_at
            .is_some_and(|at| number.saturating_sub(at) < GROWS_FOR)
    }

    /// The smallest count of the current bin that fills any window; `None` when
    /// none can be filled.
    fn least_of(&self, needed: &[f64; N_SCALES]) -> Option<f64> {
        let earlier = self.earlier();
        let least = needed
            .iter()
            .zip(&earlier)
            .map(|(needed, earlier)| needed - earlier)
            .fold(f64::INFINITY, f64::min);
        least.is_finite().then_some(least.max(0.0))
    }

    /// Begins a storm. What led up to it belongs to it: a slow alarm may come
    /// after the highest bin.
    fn begin(&mut self, bin: &Bin) {
        self.alarm_at = Some(bin.number);
        self.is_unusual = true;
        self.n_calm = 0;
        for (reach, scale) in self.reaches.iter_mut().zip(&SCALES) {
            let windows = self.recent.windows(scale.n_bins);
            let sums = windows.map(|window| window.iter().copied().map(f64::from).sum());
            reach.begin_storm();
            reach.grow_storm(scale, sums.fold(0.0, f64::max), &bin.expected);
        }
    }

    /// The day's highest, and the storm's.
    fn learn(&mut self, bin: &Bin) {
        let counted = sane(bin.counted);
        let still_grows = self.still_grows(bin.number);
        let teaches = !bin.is_blind && bin.expected.grade != Grade::Unknown;
        let earlier = self.earlier();
        for ((reach, scale), earlier) in self.reaches.iter_mut().zip(&SCALES).zip(earlier) {
            if teaches {
                reach.see(scale, earlier + counted, &bin.expected);
            }
            if still_grows {
                reach.grow_storm(scale, earlier + counted, &bin.expected);
            }
        }
        self.n_seen += u32::from(teaches);
    }

    /// Whether the storm goes on.
    fn go_on(&mut self, bin: &Bin) {
        if !self.is_unusual {
            return;
        }
        let scale = &SCALES[N_SCALES - 1];
        let counted = self.earlier()[N_SCALES - 1] + sane(bin.counted);
        let is_calm = counted
            <= scale
                .chance(&bin.expected, GOES_ON_ABOVE)
                .max(scale.least / 2.0);
        // Blindness looks like calm and is none.
        self.n_calm = match (bin.is_blind, is_calm) {
            (true, _) => self.n_calm,
            (false, true) => self.n_calm + 1,
            (false, false) => 0,
        };
        self.is_unusual = self.n_calm < ENDS_AFTER;
    }

    /// What is to be told of a bin: of the window that is nearest to an alarm.
    fn verdict(&self, bin: &Bin, needed: &[f64; N_SCALES]) -> Verdict {
        let mut told = Verdict {
            alarm: false,
            is_unusual: self.is_unusual,
            score: -1.0,
            window: 0,
            counted: 0.0,
            usual: 0.0,
            needed: 0.0,
            ordinary: 0.0,
        };
        let reaches = SCALES.iter().zip(&self.reaches);
        for (((scale, reach), earlier), needed) in reaches.zip(self.earlier()).zip(needed) {
            let counted = earlier + sane(bin.counted);
            let score = counted / needed;
            if score > told.score {
                told.score = score;
                told.window = scale.n_bins as i64 * BIN;
                told.counted = counted;
                told.usual = scale.mean(&bin.expected);
                told.needed = *needed;
                told.ordinary = reach.ordinary_peak(scale, self.n_days, &bin.expected);
            }
        }
        told
    }
}

/// Voices that are usual in one bin of an hour.
fn of_a_bin(expected: &Expected) -> f64 {
    sane(expected.voices()) * BIN as f64 / 3_600.0
}

/// A count as it can be: what is no number is none.
fn sane(counted: f64) -> f64 {
    if counted.is_nan() {
        0.0
    } else {
        counted.clamp(0.0, MOST)
    }
}
