//! How far a watch goes by itself: what an ordinary day's highest window is, and
//! what an alarm must therefore exceed. One per width of window.
//!
//! Heights are ratios to what is usual, so that night and day can be compared,
//! and they are averaged as logarithms: volumes of attention spread over powers
//! of ten. With `SOFT` on both sides the ratio of small counts stays tame
//! (3 instead of 0.1 expected is no thirtyfold).

use serde::{Deserialize, Serialize};

use super::Sensitivity;
use crate::domain::usual::Expected;

/// Voices added on both sides of a ratio.
const SOFT: f64 = 1.0;

/// What chance alone could bring: the mean and so many standard deviations of a
/// count that varies more than Poisson. Six, because its tail is long (negative
/// binomial) and a year has 105,000 bins.
const CHANCE: f64 = 6.0;

/// Of a quiet watch a ratio says too much: from 8 to 20 people in a quarter of an
/// hour is a few friends, to 24 is news. Where an ordinary day's highest window
/// holds few voices, so many more are enough; above that the ratio takes over.
const FEW: f64 = 10.0;
const MORE: f64 = 14.0;
const STEEP: f64 = 2.0;

/// No alarm below this ratio, however calm the watch was so far.
const LEAST_RATIO: f64 = 3.0;

/// Memory of an ordinary day, in days: a month.
const MEMORY: f64 = 30.0;

/// A day counts as at most e² = 7 times the ordinary: a storm teaches little.
const CUT: f64 = 2.0;

/// For how many days the first guess counts.
const FIRST_GUESS: f64 = 1.0;

/// One width of window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) n_bins: usize,
    /// No alarm with fewer voices in it: three mentions at night wake nobody.
    pub(super) least: f64,
    /// Logarithm of the highest ratio of an ordinary day, before any was seen.
    first: f64,
    /// Logarithm of the factor by which an alarm exceeds the ordinary day.
    beyond: f64,
}

pub(super) const N_SCALES: usize = 3;

/// Five minutes for a burst, a quarter of an hour for what takes off, an hour
/// and a half for what grows without a jump. The shorter the window, the higher it jumps by
/// itself.
pub(super) const SCALES: [Scale; N_SCALES] = [
    Scale {
        n_bins: 1,
        least: 8.0,
        first: 2.0,
        beyond: 0.9,
    },
    Scale {
        n_bins: 3,
        least: 8.0,
        first: 1.5,
        beyond: 1.0,
    },
    Scale {
        n_bins: 18,
        least: 12.0,
        first: 0.9,
        beyond: 0.9,
    },
];

impl Scale {
    /// What is usual for the window.
    pub(super) fn mean(&self, expected: &Expected) -> f64 {
        expected.voices() * self.n_bins as f64 / 12.0
    }

    /// A window as a ratio to what is usual.
    fn ratio(&self, counted: f64, expected: &Expected) -> f64 {
        (counted + SOFT) / (self.mean(expected) + SOFT)
    }

    /// Mean and `deviations` standard deviations, of variance m + α m².
    pub(super) fn chance(&self, expected: &Expected, deviations: f64) -> f64 {
        by_chance(self.mean(expected), expected.dispersion, deviations)
    }
}

fn by_chance(mean: f64, dispersion: f64, deviations: f64) -> f64 {
    mean + deviations * (mean + dispersion * mean * mean).sqrt()
}

impl Sensitivity {
    /// By how much more or less than normal an alarm exceeds the ordinary day,
    /// as a logarithm: half as much again, and two thirds.
    fn beyond(self) -> f64 {
        match self {
            Self::Low => 0.4,
            Self::Normal => 0.0,
            Self::High => -0.4,
        }
    }
}

/// How far a watch goes within one width of window.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Reach {
    /// Mean logarithm of the highest ratio of each day.
    ordinary: f32,
    /// The highest ratio of this day.
    today: f32,
    /// The most voices in the window during the last storm, partly forgotten.
    storm: f32,
    /// Its highest ratio, likewise.
    storm_ratio: f32,
}

impl Reach {
    /// Voices in the window from which an alarm begins, storms apart. `wont` of them
    /// are usual by the hours in which the window lies: half an hour after a busy day
    /// ended, all that it holds came while it was busy.
    pub(super) fn limit(
        &self,
        scale: &Scale,
        n_days: u32,
        sensitivity: Sensitivity,
        expected: &Expected,
        wont: f64,
    ) -> f64 {
        let ordinary = self.ordinary(scale, n_days);
        let ratio = (ordinary + scale.beyond + sensitivity.beyond())
            .exp()
            .max(LEAST_RATIO);
        // Where a window as usual would by itself be as high as that above the hour that
        // runs, it is the hours that differ.
        let by_hours = Some(wont).filter(|wont| *wont >= LEAST_RATIO * scale.mean(expected));
        let by_hours = by_hours.unwrap_or(scale.mean(expected));
        let mean = scale.mean(expected) + SOFT;
        let own = mean * ratio - SOFT;
        let highest = mean * ordinary.exp() - SOFT;
        let of_few = highest + MORE + STEEP * (highest - FEW).max(0.0);
        // What is calmer or quicker is so on a quiet watch too.
        let of_few = of_few * sensitivity.beyond().exp();
        own.min(of_few)
            .max(by_chance(by_hours, expected.dispersion, CHANCE))
            .max(scale.least)
    }

    /// Logarithm of the highest ratio of an ordinary day, as far as it is known.
    fn ordinary(&self, scale: &Scale, n_days: u32) -> f64 {
        let guessed = FIRST_GUESS / (FIRST_GUESS + f64::from(n_days));
        guessed * scale.first + (1.0 - guessed) * f64::from(self.ordinary)
    }

    /// The most voices that an ordinary day brings in the window.
    pub(super) fn ordinary_peak(&self, scale: &Scale, n_days: u32, expected: &Expected) -> f64 {
        let ratio = self.ordinary(scale, n_days).exp();
        (scale.mean(expected) + SOFT) * ratio - SOFT
    }

    /// Sees a window of this day.
    pub(super) fn see(&mut self, scale: &Scale, counted: f64, expected: &Expected) {
        self.today = self.today.max(scale.ratio(counted, expected) as f32);
    }

    /// Learns the day that ends, after `n_days` others.
    pub(super) fn close_day(&mut self, scale: &Scale, n_days: u32) {
        let ordinary = f64::from(self.ordinary);
        let known = if n_days == 0 { scale.first } else { ordinary };
        let height = f64::from(self.today).max(0.1).ln().min(known + CUT);
        let gain = 1.0 / (f64::from(n_days) + 1.0).min(MEMORY);
        self.ordinary = (ordinary + gain * (height - ordinary)) as f32;
        self.today = 0.0;
    }

    /// Leaves out the day that ends: too little of it was seen.
    pub(super) fn drop_day(&mut self) {
        self.today = 0.0;
    }

    /// The most voices of the last storm, as far as it is remembered.
    pub(super) fn storm(&self) -> f64 {
        f64::from(self.storm)
    }

    /// Voices from which the window is so many times as high as the last storm,
    /// measured against what is usual. A storm of the night that goes on must
    /// not alarm again in the morning, only because more people are awake.
    pub(super) fn storm_as_high(&self, scale: &Scale, times: f64, expected: &Expected) -> f64 {
        times * f64::from(self.storm_ratio) * (scale.mean(expected) + SOFT) - SOFT
    }

    pub(super) fn begin_storm(&mut self) {
        self.storm = 0.0;
        self.storm_ratio = 0.0;
    }

    pub(super) fn grow_storm(&mut self, scale: &Scale, counted: f64, expected: &Expected) {
        self.storm = self.storm.max(counted as f32);
        self.storm_ratio = self.storm_ratio.max(scale.ratio(counted, expected) as f32);
    }

    /// Keeps so large a part of the last storm.
    pub(super) fn forget_storm(&mut self, kept: f64) {
        self.storm = (f64::from(self.storm) * kept) as f32;
        self.storm_ratio = (f64::from(self.storm_ratio) * kept) as f32;
    }
}
