//! Learns how long a source is usually silent, to see when it is silent for too
//! long: nights and weekends are quiet for everybody, each source in its own way.
//!
//! Per hour of the week we keep how often something came in, and count in every
//! silence how many signs of life were to be expected. A silence is too long when
//! so many are missing that chance would leave them out about once in five years.
//! A source that is silent in fits and starts has shown longer silences, and gets
//! more patience; one that is as regular as a clock gets less. Counting the
//! expected makes the night short by itself: nothing is expected in it.
//!
//! Knows nothing of what came in, nor of the clock: who listens says that time
//! passed (`pass`), that something came (`sign`) and that it was deaf (`wake`).

use std::time::Duration;

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::time::Timestamp;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const HOURS_A_WEEK: usize = 168;

/// Below this nothing is known of a source.
const KNOWN_AFTER: i64 = 3 * DAY;
/// Until a whole week was heard nobody knows its weekend, which is shorter than
/// this.
const LONGEST_WEEKEND: i64 = 3 * DAY;
const A_WEEK: i64 = 8 * DAY;
/// Silences before that are too few to know the longest by.
const FEW: u64 = 10;
/// From here on the hours of the week are known.
const LEARNT_AFTER: i64 = 14 * DAY;
/// No silence is too long before this.
const SHORTEST: i64 = 30 * 60;

/// What comes within so many seconds of the last sign is the same delivery.
const ONE_SIGN: i64 = 60;
/// Time is counted in pieces: all offsets of zones are quarters of an hour.
const PIECE: i64 = 900;
/// Who did not listen for so long was deaf.
const DEAF_AFTER: i64 = DAY;

/// What is left of an hour of the week when the same hour comes again: half of it
/// after five weeks.
const KEPT_A_WEEK: f64 = 0.870_550_563;
/// An hour of which little is known is as the same hour of other days; this many
/// signs weigh as much as that.
const SHAPE: f64 = 0.5;

/// At least so many expected signs must be missing: once in 3,000 by chance.
const LEAST_MISSING: f64 = 8.0;
/// Chance may leave so many out once in 20 quarters.
const QUARTERS: f64 = 20.0;
const WEEKS_A_QUARTER: f64 = 13.0;

/// A silence that came to this part of the limit moves the limit.
const MOVES: f64 = 0.7;
/// One that was taken for blindness makes us so much more patient, not more; one
/// that was this many limits long was blindness, and teaches nothing.
const PATIENCE: f64 = 1.5;
const OUTAGE: f64 = 4.0;
const LEAST_STRETCH: f64 = 0.8;
const MOST_STRETCH: f64 = 30.0;
/// Silences that must be known before a source may be called regular.
const REGULAR_AFTER: u64 = 100;
const STRETCH_HALVES: f64 = 60.0 * DAY as f64;

/// How quickly we believe that a source has become quieter.
const RECENT_HALVES: f64 = 3.0 * DAY as f64;
const RECENT_WEIGHT: f64 = 3.0;
const LEAST_LEVEL: f64 = 0.05;

/// What is to be thought of the present silence of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// We do not know it long enough.
    Unknown,
    Usual,
    /// It is silent for so long.
    TooLong(Duration),
}

/// An hour of the week: signs and hours that were heard, older ones less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Heard {
    #[serde(rename = "n")]
    signs: f64,
    #[serde(rename = "h")]
    hours: f64,
}

/// What is known of the silences of one source: see the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Habit {
    /// Listened until here, and for so long in all; seconds.
    heard_to: i64,
    listened: i64,
    /// The last sign of life, and how long we listened since.
    last_at: Option<i64>,
    silent_for: i64,
    /// Signs that were expected since.
    missing: f64,
    longest: i64,
    n_silences: u64,
    /// How much longer its silences are than chance would make them.
    stretch: f64,
    n_learnt: u64,
    recent: f64,
    recent_expected: f64,
    hours: Vec<Heard>,
}

impl Habit {
    /// Nothing is known; we listen from now on.
    pub fn new(now: Timestamp) -> Self {
        Self {
            heard_to: now.timestamp(),
            listened: 0,
            last_at: None,
            silent_for: 0,
            missing: 0.0,
            longest: 0,
            n_silences: 0,
            stretch: 0.0,
            n_learnt: 0,
            recent: 0.0,
            recent_expected: 0.0,
            hours: vec![Heard::default(); HOURS_A_WEEK],
        }
    }

    /// What was written earlier, if it is whole.
    pub fn read(json: &str) -> Option<Self> {
        let habit: Self = serde_json::from_str(json).ok()?;
        (habit.hours.len() == HOURS_A_WEEK).then_some(habit)
    }

    /// We did not listen until now: that silence says nothing.
    pub fn wake(&mut self, now: Timestamp) {
        self.heard_to = self.heard_to.max(now.timestamp());
    }

    /// When something last came in.
    pub fn last_at(&self) -> Option<Timestamp> {
        Timestamp::from_timestamp(self.last_at?, 0)
    }

    /// We listened until now.
    pub fn pass(&mut self, now: Timestamp, zone: Tz) {
        let now = now.timestamp();
        if now - self.heard_to > DEAF_AFTER {
            self.heard_to = now;
        }
        // What a blind source does not bring must not become usual.
        let is_blind = matches!(self.silence(), Silence::TooLong(_));
        while self.heard_to < now {
            let end = (self.heard_to.div_euclid(PIECE) + 1) * PIECE;
            let end = end.min(now);
            self.listen(
                end - self.heard_to,
                hour_of_week(self.heard_to, zone),
                is_blind,
            );
            self.heard_to = end;
        }
    }

    /// Something came in.
    pub fn sign(&mut self, at: Timestamp, zone: Tz) {
        self.pass(at, zone);
        let at = at.timestamp().max(self.heard_to);
        let is_same = self.last_at.is_some_and(|last_at| at - last_at < ONE_SIGN);
        if self.last_at.is_some() && !is_same {
            self.learn();
        }
        if !is_same {
            self.hours[hour_of_week(at, zone)].signs += 1.0;
            self.recent += 1.0;
        }
        self.last_at = Some(at);
        self.silent_for = 0;
        self.missing = 0.0;
    }

    /// What is to be thought of the silence until where we listened.
    pub fn silence(&self) -> Silence {
        let is_young = self.listened < LEARNT_AFTER;
        let is_known = self.listened >= KNOWN_AFTER && self.n_silences >= FEW;
        if self.last_at.is_none() || (is_young && !is_known) {
            return Silence::Unknown;
        }
        let is_too_long = if is_young {
            let least = match self.listened < A_WEEK {
                true => LONGEST_WEEKEND,
                false => SHORTEST,
            };
            self.silent_for >= least.max(self.longest * 2)
        } else {
            let may_be = self.missing >= LEAST_MISSING * LEAST_STRETCH;
            may_be && self.silent_for >= SHORTEST && self.missing >= self.limit()
        };
        let length = Duration::from_secs(self.silent_for.unsigned_abs());
        match is_too_long {
            true => Silence::TooLong(length),
            false => Silence::Usual,
        }
    }

    /// How many signs are expected in the hour after an instant.
    pub fn expected(&self, at: Timestamp, zone: Tz) -> f64 {
        self.rate(hour_of_week(at.timestamp(), zone)) * self.level()
    }

    fn listen(&mut self, seconds: i64, hour: usize, is_blind: bool) {
        let length = seconds as f64;
        let hours = length / HOUR as f64;
        let expected = self.rate(hour) * hours;
        self.silent_for += seconds;
        self.missing += expected * self.level();
        self.listened += seconds;
        if is_blind {
            return;
        }
        let kept = KEPT_A_WEEK.powf(hours);
        let heard = &mut self.hours[hour];
        heard.signs *= kept;
        heard.hours = heard.hours * kept + hours;
        let kept = 0.5_f64.powf(length / RECENT_HALVES);
        self.recent *= kept;
        self.recent_expected = self.recent_expected * kept + expected;
        self.stretch *= 0.5_f64.powf(length / STRETCH_HALVES);
    }

    /// Takes in a silence that ended.
    fn learn(&mut self) {
        let was_blind = matches!(self.silence(), Silence::TooLong(_));
        self.longest = self.longest.max(self.silent_for);
        self.n_silences += 1;
        // Before a week was heard nobody knows what was to be expected.
        if self.listened < A_WEEK {
            return;
        }
        let (limit, base) = (self.limit(), self.base());
        let taught = match was_blind {
            true if self.missing > OUTAGE * limit => return,
            true => (limit * PATIENCE * MOVES).min(self.missing),
            false => self.missing,
        };
        self.n_learnt += 1;
        let stretch = taught / (base * MOVES);
        self.stretch = self.stretch.max(stretch).min(MOST_STRETCH);
    }

    /// So many expected signs must be missing.
    fn limit(&self) -> f64 {
        let least = match self.n_learnt < REGULAR_AFTER {
            true => 1.0,
            false => LEAST_STRETCH,
        };
        self.base() * self.stretch.max(least)
    }

    /// The same for a source whose deliveries are chance.
    fn base(&self) -> f64 {
        let week = self.any() * HOURS_A_WEEK as f64;
        (week * WEEKS_A_QUARTER * QUARTERS).ln().max(LEAST_MISSING)
    }

    /// Whether less came in lately than usual; never more than 1, so that a storm
    /// is not what we expect.
    fn level(&self) -> f64 {
        let level = (self.recent + RECENT_WEIGHT) / (self.recent_expected + RECENT_WEIGHT);
        level.clamp(LEAST_LEVEL, 1.0)
    }

    /// Signs in one hour of the week: what it brought itself, else what its hour
    /// brings on the other working days or weekend days, else what any hour does.
    fn rate(&self, hour: usize) -> f64 {
        let (day, hour_of_day) = (hour / 24, hour % 24);
        let days = if day < 5 { 0..5 } else { 5..7 };
        let alike = sum(days.map(|day| &self.hours[day * 24 + hour_of_day]));
        let own = self.hours[hour];
        shrunk(own, shrunk(alike, self.any()))
    }

    /// Signs in any hour. A source that was heard for a week without a word brings
    /// next to nothing.
    fn any(&self) -> f64 {
        let all = sum(self.hours.iter());
        (all.signs + SHAPE) / (all.hours + HOURS_A_WEEK as f64 * SHAPE)
    }
}

/// The mean of a gamma distribution that begins at `usual`.
fn shrunk(heard: Heard, usual: f64) -> f64 {
    (heard.signs + SHAPE) / (heard.hours + SHAPE / usual)
}

fn sum<'a>(heard: impl Iterator<Item = &'a Heard>) -> Heard {
    heard.fold(Heard::default(), |sum, one| Heard {
        signs: sum.signs + one.signs,
        hours: sum.hours + one.hours,
    })
}

/// 0 is the hour after midnight on Monday, by the clocks of the zone.
fn hour_of_week(second: i64, zone: Tz) -> usize {
    let at = Timestamp::from_timestamp(second, 0).unwrap_or_default();
    let local = at.with_timezone(&zone);
    (local.weekday().num_days_from_monday() * 24 + local.hour()) as usize
}

#[cfg(test)]
mod tests;
