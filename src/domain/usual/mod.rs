//! What volume is usual for a watch: learnt hour by hour, slowly, so that a
//! crisis does not teach that crises are usual.
//!
//! Expected = level × hour of day × hour of week. Each factor is shrunk towards
//! 1 until it has been seen often enough to be trusted, so that a young watch
//! has a flat usual and an old one a week of 168 hours. Every hour that is
//! learnt is cut to what could have been expected (winsorised), and the level
//! may grow by so much a day and no more: a slow ramp must still stand out.
//!
//! Hours come in order, once each, and at least a day old: late mentions can no
//! longer change them. Numbers are kept as `f32` on purpose: a 32-bit number
//! survives JSON exactly, so that going on after a restart is going on.

use serde::{Deserialize, Serialize};

/// Hours in a week, and so the number of slots.
pub const SLOTS: usize = 168;

/// Hours learnt before anything is said: a day, so that day and night are both
/// in it.
const UNKNOWN_UNDER: u32 = 24;

/// Hours learnt before the profile is trusted: each slot was seen twice.
const GUESS_UNDER: u32 = 2 * 168;

/// Nothing is expected less often than once in two days: against division by
/// zero, and because silence never proves that a mention is impossible.
const LEAST: f64 = 0.02;

/// More than this in one hour is taken as this: far above any watch, and small
/// enough that nothing overflows.
const MOST: f64 = 1e12;

/// By how much the level may grow in a day: 8 % is a doubling in nine days. What
/// grows faster stays unusual; a doubling that lasts is adopted in two weeks.
const GROWTH: f64 = 1.08;

/// The same for a watch that is not yet learnt, whose level is a first guess.
const FIRST_GROWTH: f64 = 2.0;

/// Which part of a day's deviation the level takes over: a time constant of
/// about three days, before the cap on growth.
const LEVEL_GAIN: f64 = 0.3;

/// A day with fewer mentions than this tells little about the level.
const TELLING: f64 = 10.0;

/// Memory of the hour of day in days, of the hour of week in weeks.
const DAYS: f64 = 28.0;
const WEEKS: f64 = 8.0;

/// How much a factor leans on 1: as if so many observations, and so many
/// mentions, had been exactly usual.
const LEAN_ON: f64 = 2.0;

/// Memory of the dispersion in hours: two weeks.
const DISPERSION_MEMORY: f64 = 336.0;

/// Overdispersion before any is known: counts of mentions vary by half of their
/// mean beyond chance (0.5²).
const FIRST_DISPERSION: f64 = 0.25;

/// An hour of the week, 0 (Monday, midnight) to 167, in the organisation's time
/// zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u8);

impl Slot {
    /// The slot of an hour of the week; counts on after 167.
    pub fn new(hour_of_week: i64) -> Self {
        // In 0..168 after rem_euclid, so that the cast is exact.
        Self(hour_of_week.rem_euclid(168) as u8)
    }

    /// The slot of an hour since 1970 in UTC, which began on a Thursday.
    pub fn of_utc(hour: i64) -> Self {
        Self::new(hour.rem_euclid(168) + 72)
    }

    fn of_week(self) -> usize {
        usize::from(self.0)
    }

    fn of_day(self) -> usize {
        usize::from(self.0) % 24
    }
}

/// What was counted in one whole hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    pub mentions: f64,
    /// Mentions weighed for reposts, copies and loud accounts.
    pub voices: f64,
    pub authors: f64,
    /// Whether most of it is only known by its day, and laid over its hours: it
    /// teaches how much a day brings, not when, and not how hours vary.
    pub is_laid_out: bool,
}

impl Counted {
    /// Where only mentions are known: each is its own voice.
    pub fn plain(mentions: f64) -> Self {
        Self {
            mentions,
            voices: mentions,
            authors: mentions,
            is_laid_out: false,
        }
    }
}

/// How well the usual is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Under a day of history: nothing can be said.
    Unknown,
    /// Under two weeks: a pooled rate, with wider bounds.
    Guess,
    Learnt,
}

/// What to expect in one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Mentions an hour; at least a little above zero.
    pub mentions: f64,
    /// Overdispersion α of the hourly count: variance = mean + α · mean², as of
    /// a negative binomial distribution. Zero would be Poisson.
    pub dispersion: f64,
    /// Voices per mention.
    pub voices_share: f64,
    /// Authors per mention.
    pub authors_share: f64,
    pub grade: Grade,
}

impl Expected {
    /// Voices an hour.
    pub fn voices(&self) -> f64 {
        self.mentions * self.voices_share
    }
}

/// What is usual for one watch: about 2 KB as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// Whole hours learnt; gaps do not count.
    n_hours: u32,
    /// The hour learnt last, since 1970: none is learnt twice.
    last: Option<i64>,
    /// Mentions an hour, without the rhythm of day and week.
    level: f32,
    /// Factors by hour of day, then of week. Lengths 24 and 168; a factor that
    /// is missing (a record written by something else) is 1.
    day: Vec<f32>,
    week: Vec<f32>,
    dispersion: f32,
    voices_share: f32,
    authors_share: f32,
    /// The day that is being gathered: what came, what was expected, hours.
    came: f32,
    awaited: f32,
    n_gathered: u32,
}

impl Default for Usual {
    fn default() -> Self {
        Self::new()
    }
}

impl Usual {
    /// Nothing is known.
    pub fn new() -> Self {
        Self {
            n_hours: 0,
            last: None,
            level: 0.0,
            day: vec![1.0; 24],
            week: vec![1.0; SLOTS],
            dispersion: FIRST_DISPERSION as f32,
            voices_share: 1.0,
            authors_share: 1.0,
            came: 0.0,
            awaited: 0.0,
            n_gathered: 0,
        }
    }

    /// The hour since 1970 (UTC) that was learnt last.
    pub fn last(&self) -> Option<i64> {
        self.last
    }

    /// How many whole hours were learnt.
    pub fn n_hours(&self) -> u32 {
        self.n_hours
    }

    /// How well the usual is known.
    pub fn grade(&self) -> Grade {
        match self.n_hours {
            0..UNKNOWN_UNDER => Grade::Unknown,
            UNKNOWN_UNDER..GUESS_UNDER => Grade::Guess,
            GUESS_UNDER.. => Grade::Learnt,
        }
    }

    /// What to expect in an hour with this slot.
    pub fn expect(&self, slot: Slot) -> Expected {
        Expected {
            mentions: self.mean(slot),
            dispersion: f64::from(self.dispersion),
            voices_share: f64::from(self.voices_share),
            authors_share: f64::from(self.authors_share),
            grade: self.grade(),
        }
    }

    /// Learns one whole hour: its number since 1970 (UTC), its slot, and what
    /// was counted. `None` is an hour in which we were blind: a gap, never zero.
    /// Hours come in order; one that is not after the last is left out.
    pub fn learn(&mut self, hour: i64, slot: Slot, counted: Option<Counted>) {
        if self.last.is_some_and(|last| hour <= last) {
            return;
        }
        self.last = Some(hour);
        let Some(counted) = counted else {
            return;
        };
        let mentions = sane(counted.mentions);
        if self.n_hours < UNKNOWN_UNDER {
            self.first_day(mentions);
        } else if counted.is_laid_out {
            self.laid_out_hour(slot, mentions);
        } else {
            self.hour(slot, mentions);
        }
        self.shares(mentions, &counted);
        self.n_hours = match counted.is_laid_out {
            false => self.n_hours.saturating_add(1),
            // Without hours the profile is never more than a guess.
            true => self.n_hours.max((self.n_hours + 1).min(GUESS_UNDER - 1)),
        };
    }

    /// An hour of a day of which only the whole is known: only the level learns.
    fn laid_out_hour(&mut self, slot: Slot, mentions: f64) {
        let mean = self.mean(slot);
        self.gather(mean, self.cut(mean, mentions));
    }

    /// Two standard deviations, and one mention for the very quiet: what lies
    /// above teaches no more than that.
    fn cut(&self, mean: f64, mentions: f64) -> f64 {
        let variance = mean + f64::from(self.dispersion) * mean * mean;
        mentions.min(mean + 2.0 * variance.sqrt() + 1.0)
    }

    /// The first day has nothing to compare with: the mean of what came, each
    /// hour cut to four times the mean so far, so that a watch that is set up
    /// in the middle of a storm does not take it for its level.
    fn first_day(&mut self, mentions: f64) {
        let level = f64::from(self.level);
        let n = f64::from(self.n_hours);
        let cut = if self.n_hours < 6 {
            mentions
        } else {
            mentions.min(4.0 * level + 3.0)
        };
        self.level = ((level * n + cut) / (n + 1.0)) as f32;
    }

    fn hour(&mut self, slot: Slot, mentions: f64) {
        let mean = self.mean(slot);
        let cut = self.cut(mean, mentions);
        let ratio = cut / mean;
        let lean = LEAN_ON + LEAN_ON / mean;
        let n_days = f64::from(self.n_hours / 24).min(DAYS);
        let n_weeks = f64::from(self.n_hours / 168).min(WEEKS);
        // Both factors see the same ratio, so that their product takes up a
        // part of it and never more than the whole.
        if let Some(factor) = self.day.get_mut(slot.of_day()) {
            *factor = toward(*factor, ratio, 1.0 / (n_days + lean));
        }
        if n_weeks >= 1.0
            && let Some(factor) = self.week.get_mut(slot.of_week())
        {
            *factor = toward(*factor, ratio, 1.0 / (n_weeks + lean));
        }
        self.disperse(mean, cut);
        self.gather(mean, cut);
    }

    /// Moment estimate of α, as variance = m + α m² gives it, one hour at a
    /// time; hours with few mentions say little about it.
    fn disperse(&mut self, mean: f64, cut: f64) {
        let excess = ((cut - mean).powi(2) - mean) / (mean * mean);
        let gain = mean / (mean + 1.0) / DISPERSION_MEMORY;
        let dispersion = f64::from(self.dispersion);
        let moved = dispersion + gain * (excess.clamp(-1.0, 10.0) - dispersion);
        self.dispersion = moved.clamp(0.02, 4.0) as f32;
    }

    /// Gathers a day and then moves the level: day and night are both in it.
    fn gather(&mut self, mean: f64, cut: f64) {
        self.came = (f64::from(self.came) + cut) as f32;
        self.awaited = (f64::from(self.awaited) + mean) as f32;
        self.n_gathered += 1;
        if self.n_gathered < 24 {
            return;
        }
        let came = f64::from(self.came);
        let awaited = f64::from(self.awaited);
        let growth = if self.grade() == Grade::Learnt {
            GROWTH
        } else {
            FIRST_GROWTH
        };
        // One mention on both sides keeps a day of silence from being minus
        // infinity.
        let ratio = (came + 1.0) / (awaited + 1.0);
        let gain = LEVEL_GAIN * awaited.max(came) / (awaited.max(came) + TELLING);
        let step = ratio.powf(gain).clamp(1.0 / growth, growth);
        self.level = (f64::from(self.level) * step).clamp(LEAST, MOST) as f32;
        self.came = 0.0;
        self.awaited = 0.0;
        self.n_gathered = 0;
    }

    /// Voices and authors per mention, over about the last five hundred.
    fn shares(&mut self, mentions: f64, counted: &Counted) {
        if mentions <= 0.0 {
            return;
        }
        let gain = (mentions / 500.0).min(0.05);
        let share = |old: f32, now: f64| {
            let now = (sane(now) / mentions).clamp(0.01, 1.0);
            (f64::from(old) + gain * (now - f64::from(old))) as f32
        };
        self.voices_share = share(self.voices_share, counted.voices);
        self.authors_share = share(self.authors_share, counted.authors);
    }

    fn mean(&self, slot: Slot) -> f64 {
        let factor =
            |factors: &[f32], at: usize| f64::from(factors.get(at).copied().unwrap_or(1.0));
        let rhythm = factor(&self.day, slot.of_day()) * factor(&self.week, slot.of_week());
        (f64::from(self.level) * rhythm).clamp(LEAST, MOST)
    }
}

/// Moves a factor by a part of what the hour was above or below expectation.
fn toward(factor: f32, ratio: f64, gain: f64) -> f32 {
    (f64::from(factor) * (1.0 + gain * (ratio - 1.0))).clamp(0.02, 50.0) as f32
}

/// A count as it can be: what is no number is none.
fn sane(count: f64) -> f64 {
    if count.is_nan() {
        0.0
    } else {
        count.clamp(0.0, MOST)
    }
}

#[cfg(test)]
mod tests;
