//! The outline of a tide: what a picture of it takes, apart from what came in.
//! Small enough to be handed out while the tide goes on.

use chrono::DateTime;

use super::{Alarm, HOUR, Tide};
use crate::domain::almanac::Almanac;
use crate::domain::chart::Band;
use crate::domain::deaf::Deafness;
use crate::domain::unusual::Sensitivity;
use crate::domain::usual::{Expected, Grade, Usual};

/// Standard deviations to each side between which four of five hours lie.
const SPREAD: f64 = 1.28;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    usual: Usual,
    /// From which hour on it was listened to.
    since: Option<i64>,
    /// The hour that runs.
    hour: i64,
    /// What was expected of each hour when it began; the last is the one that runs.
    expected: Vec<Expected>,
    alarms: Vec<Alarm>,
    deaf: Deafness,
}

impl Tide {
    /// What is to be drawn of it.
    pub fn outline(&self) -> Outline {
        Outline {
            usual: self.usual.clone(),
            since: self.since,
            hour: self.hour,
            expected: self.expected.iter().copied().collect(),
            alarms: self.alarms(Sensitivity::Normal),
            deaf: self.deaf.clone(),
        }
    }
}

impl Outline {
    /// How well the usual is known.
    pub fn grade(&self) -> Grade {
        self.usual.grade()
    }

    /// Hours learnt; gaps do not count.
    pub fn n_hours(&self) -> u32 {
        self.usual.n_hours()
    }

    /// From which second on it was listened to; `None`: not yet.
    pub fn since(&self) -> Option<i64> {
        self.since.map(|hour| hour * HOUR)
    }

    /// When it was unusually loud in the last two days, oldest first.
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// Whether it is unusually loud at a second.
    pub fn is_unusual(&self, second: i64) -> bool {
        let mut alarms = self.alarms.iter();
        alarms.any(|alarm| alarm.from <= second && alarm.to.is_none_or(|to| second < to))
    }

    /// When we could not hear all in the time from `from` up to `until`, as far as
    /// that is remembered: three days.
    pub fn gaps(&self, from: i64, until: i64) -> Vec<(i64, i64)> {
        let now = self.deaf.since().map(|since| (since, until.max(since)));
        let all = self.deaf.past().iter().copied().chain(now);
        all.filter(|gap| gap.0 < until && from < gap.1).collect()
    }

    /// What is usual from one second up to another, and between which bounds four
    /// of five such times are, taken as a negative binomial distribution; as was
    /// expected when each hour began, or, where nobody expected anything yet, as
    /// is known now. `None` while nothing is known.
    pub fn usual(&self, from: i64, to: i64, almanac: &Almanac) -> Option<Band> {
        let (mut mean, mut variance) = (0.0, 0.0);
        for hour in from.div_euclid(HOUR)..=(to - 1).div_euclid(HOUR) {
            let expected = self.expected(hour, almanac);
            if expected.grade == Grade::Unknown {
                return None;
            }
            let seconds = to.min((hour + 1) * HOUR) - from.max(hour * HOUR);
            #[expect(clippy::cast_precision_loss, reason = "seconds of one hour")]
            let here = expected.mentions * seconds as f64 / HOUR as f64;
            mean += here;
            variance += here + expected.dispersion * here * here;
        }
        let aside = SPREAD * variance.sqrt();
        Some(Band {
            low: (mean - aside).max(0.0),
            mean,
            high: mean + aside,
        })
    }

    fn expected(&self, hour: i64, almanac: &Almanac) -> Expected {
        let back = self.hour.checked_sub(hour);
        let back = back.and_then(|back| usize::try_from(back).ok());
        let place = back.and_then(|back| self.expected.len().checked_sub(back + 1));
        let then = place.and_then(|place| self.expected.get(place));
        let then = then.filter(|then| then.grade != Grade::Unknown);
        then.copied().unwrap_or_else(|| {
            let of_hour = almanac.hour(hour);
            let expected = self.usual.expect(of_hour.slot);
            Expected {
                mentions: expected.mentions * of_hour.times,
                ..expected
            }
        })
    }

    /// What came in against the usual, in steps of `each` whole hours from `first`
    /// (an hour since 1970) to `now` (a second). `counts`: of each hour that had
    /// any. Begins no sooner than we listened, or the first mention.
    pub fn steps(
        &self,
        counts: &[(i64, u64)],
        (first, each): (i64, i64),
        now: i64,
        almanac: &Almanac,
    ) -> Vec<Step> {
        let each = each.clamp(1, 24 * 7);
        let heard = counts.iter().map(|(hour, _)| *hour).chain(self.since).min();
        let heard = heard.unwrap_or(now.div_euclid(HOUR));
        let first = first.max(heard - heard.rem_euclid(each));
        let mut steps = Vec::new();
        let mut hour = first;
        while hour * HOUR <= now && DateTime::from_timestamp(hour * HOUR, 0).is_some() {
            let (from, until) = (hour * HOUR, (hour + each) * HOUR);
            let here = counts
                .iter()
                .filter(|(one, _)| (hour..hour + each).contains(one));
            steps.push(Step {
                from,
                until,
                mentions: here.map(|(_, n)| *n).fold(0, u64::saturating_add),
                usual: self.usual(from, until, almanac),
                is_unusual: self
                    .alarms
                    .iter()
                    .any(|alarm| alarm.from < until && alarm.to.is_none_or(|end| end > from)),
                is_running: until > now,
            });
            hour += each;
        }
        steps
    }
}

/// A stretch of time of a curve; seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub from: i64,
    pub until: i64,
    pub mentions: u64,
    /// Of the whole step, also while it runs.
    pub usual: Option<Band>,
    /// It was unusually loud in a part of it.
    pub is_unusual: bool,
    /// It is not over yet.
    pub is_running: bool,
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::usual::{Counted, Slot};

    /// Four weeks of six mentions an hour, heard from hour 1,000 on.
    fn learnt() -> Outline {
        let mut usual = Usual::new();
        for hour in 1_000..1_000 + 28 * 24 {
            usual.learn(hour, Slot::of_utc(hour), Some(Counted::plain(6.0)));
        }
        Outline {
            usual,
            since: Some(1_000),
            hour: 1_700,
            ..Outline::default()
        }
    }

    #[test]
    fn the_band_lies_around_the_mean_and_is_narrower_over_a_day() {
        let (outline, almanac) = (learnt(), Almanac::plain(Tz::UTC));
        let hour = outline.usual(1_690 * HOUR, 1_691 * HOUR, &almanac).unwrap();
        assert!(hour.low < 6.0 && 6.0 < hour.high, "{hour:?}");
        assert!((hour.mean - 6.0).abs() < 0.5, "{hour:?}");
        let day = outline.usual(1_666 * HOUR, 1_690 * HOUR, &almanac).unwrap();
        assert!((day.mean - 144.0).abs() < 12.0, "{day:?}");
        assert!((day.high - day.mean) / day.mean < (hour.high - hour.mean) / hour.mean);
        let half = outline
            .usual(1_690 * HOUR + 1_800, 1_691 * HOUR, &almanac)
            .unwrap();
        assert!((half.mean * 2.0 - hour.mean).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_said_of_the_usual_before_it_is_known() {
        let outline = Outline::default();
        assert_eq!(outline.usual(0, HOUR, &Almanac::plain(Tz::UTC)), None);
        let steps = outline.steps(&[], (0, 1), 40 * HOUR + 60, &Almanac::plain(Tz::UTC));
        assert_eq!(steps.len(), 1, "only the hour that runs: {steps:?}");
    }

    #[test]
    fn steps_hold_every_mention_once_and_the_last_one_runs() {
        let outline = learnt();
        let almanac = Almanac::plain(Tz::UTC);
        let counts = [(1_695, 3), (1_698, 4), (1_700, 5)];
        for each in [1, 6] {
            let steps = outline.steps(&counts, (1_692, each), 1_700 * HOUR + 600, &almanac);
            assert_eq!(steps.iter().map(|step| step.mentions).sum::<u64>(), 12);
            let running: Vec<bool> = steps.iter().map(|step| step.is_running).collect();
            assert_eq!(running.iter().filter(|one| **one).count(), 1);
            assert_eq!(running.last(), Some(&true));
            assert_eq!(steps[0].from, 1_692 * HOUR);
        }
    }

    #[test]
    fn what_goes_on_is_a_gap_until_now() {
        let mut outline = learnt();
        outline.deaf.add(100, 200);
        outline.deaf.begin(500);
        assert_eq!(outline.gaps(0, 900), [(100, 200), (500, 900)]);
        assert_eq!(outline.gaps(250, 400), []);
    }
}
