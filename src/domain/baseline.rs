//! What the past of a watch looks like, and which bounds would have alarmed how
//! often in it: to set up a ladder of triggers with numbers that fit.
//!
//! Counts only, in steps of ten minutes; nothing here is learnt or kept. A past
//! that is too short is said to be so, not guessed around.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike, Weekday};
use chrono_tz::Tz;
use serde::Serialize;

use super::time::Timestamp;

/// Seconds in a step.
pub const STEP: i64 = 600;

/// Steps in an hour, a day and a week.
const HOUR: usize = 6;
const DAY: usize = 24 * HOUR;
const WEEK: usize = 7 * DAY;

/// Two alarms closer than this are one.
const APART: usize = 6 * HOUR;

/// Bounds that people can remember.
const ROUND: [u64; 36] = [
    3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500, 600,
    800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 20_000,
    50_000,
];

/// The lowest bound that is proposed: fewer is no storm on any watch.
const LOWEST: u64 = 5;

/// How seldom each rung is reached, in weeks, the lowest first.
const SELDOM: [f64; 3] = [2.0, 12.0, 26.0];

/// Peaks, busy hours and bounds that are shown.
const MOST_PEAKS: usize = 5;
const MOST_BUSY: usize = 5;
const MOST_BOUNDS: usize = 8;

/// How much the past can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Less than a day: nothing is proposed.
    None,
    /// Less than two weeks: a first guess.
    Little,
    Enough,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    pub mentions: u64,
    pub from: Timestamp,
    pub until: Timestamp,
    /// Days that were listened to, without gaps.
    pub days: f64,
    pub trust: Trust,
    /// Weeks and more in which a watch that is talked about had nothing: taken
    /// for times in which nobody listened.
    pub gaps: Vec<(Timestamp, Timestamp)>,
    pub parts: Vec<Part>,
    pub busiest: Vec<BusyHour>,
    pub peaks: Vec<Peak>,
    pub bounds: Vec<Bound>,
    /// From the lowest level up; empty when the past is too short.
    pub ladder: Vec<Bound>,
}

/// An hour in some part of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    pub name: &'static str,
    /// Half of the hours have no more.
    pub median: u64,
    /// Nine of ten hours have no more.
    pub nine_of_ten: u64,
    pub most: u64,
}

/// An hour of the week, with its mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BusyHour {
    pub weekday: String,
    pub hour: u32,
    pub mean: f64,
}

/// The busiest hour of some hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Peak {
    /// When the hour ends.
    pub at: Timestamp,
    pub in_an_hour: u64,
}

/// A number of mentions in an hour, and when it was reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bound {
    pub at_least: u64,
    pub times: u64,
    pub per_week: f64,
    /// The latest ones, each with its peak: when it was reached first, and the
    /// most in an hour after that.
    pub reached: Vec<Peak>,
}

/// Looks at mentions per step, sparse and in order, between two steps (the
/// second not included). `None` without any mention.
pub fn baseline(counts: &[(i64, u64)], from: i64, until: i64, zone: Tz) -> Option<Baseline> {
    let first = counts.first()?.0.max(from);
    let length = usize::try_from(until - first)
        .ok()
        .filter(|length| *length > 0)?;
    let mut steps = vec![0_u64; length];
    for (step, count) in counts {
        let place = usize::try_from(step - first).ok();
        if let Some(place) = place.and_then(|place| steps.get_mut(place)) {
            *place += count;
        }
    }
    let past = Past {
        gaps: gaps(&steps),
        hours: in_an_hour(&steps),
        steps,
        first,
        zone,
    };
    let days = past.n_listened() as f64 / DAY as f64;
    let trust = match days {
        ..1.0 => Trust::None,
        ..14.0 => Trust::Little,
        _ => Trust::Enough,
    };
    let weeks = days / 7.0;
    Some(Baseline {
        mentions: past.steps.iter().sum(),
        from: past.begin_of(0),
        until: past.begin_of(past.steps.len()),
        days,
        trust,
        gaps: past
            .gaps
            .iter()
            .map(|gap| (past.begin_of(gap.0), past.begin_of(gap.1)))
            .collect(),
        parts: past.parts(),
        busiest: past.busiest(),
        peaks: past.peaks(),
        bounds: past.bounds(weeks),
        ladder: match trust {
            Trust::None => Vec::new(),
            Trust::Little | Trust::Enough => past.ladder(weeks),
        },
    })
}

struct Past {
    steps: Vec<u64>,
    /// For each step the mentions of the hour that ends with it.
    hours: Vec<u64>,
    /// Places of steps: from, and until without.
    gaps: Vec<(usize, usize)>,
    /// The number of the first step.
    first: i64,
    zone: Tz,
}

/// Stretches of a week and more without anything, when a week has many else.
fn gaps(steps: &[u64]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (place, count) in steps.iter().chain([&1]).enumerate() {
        if *count > 0 {
            if place - begin >= WEEK {
                found.push((begin, place));
            }
            begin = place + 1;
        }
    }
    let n_silent: usize = found.iter().map(|(from, until)| until - from).sum();
    let total: u64 = steps.iter().sum();
    let days = (steps.len() - n_silent) as f64 / DAY as f64;
    let is_talked_about = total as f64 >= 5.0 * days;
    if is_talked_about { found } else { Vec::new() }
}

fn in_an_hour(steps: &[u64]) -> Vec<u64> {
    let mut sum = 0;
    let sums = steps.iter().enumerate().map(|(place, count)| {
        sum += count;
        if place >= HOUR {
            sum -= steps[place - HOUR];
        }
        sum
    });
    sums.collect()
}

impl Past {
    fn begin_of(&self, place: usize) -> Timestamp {
        let step = self
            .first
            .saturating_add(i64::try_from(place).unwrap_or(i64::MAX));
        DateTime::from_timestamp(step.saturating_mul(STEP), 0).unwrap_or_default()
    }

    fn n_listened(&self) -> usize {
        let n_silent: usize = self.gaps.iter().map(|(from, until)| until - from).sum();
        self.steps.len() - n_silent
    }

    /// Whole hours of the clock that were listened to, by when they begin.
    fn clock_hours(&self) -> impl Iterator<Item = (DateTime<Tz>, u64)> {
        let into_hour = usize::try_from(self.first.rem_euclid(HOUR as i64)).unwrap_or_default();
        let start = (HOUR - into_hour) % HOUR;
        let places = (start..)
            .step_by(HOUR)
            .take_while(|place| place + HOUR <= self.steps.len());
        let is_heard = |place: &usize| {
            let mut gaps = self.gaps.iter();
            !gaps.any(|(from, until)| (*from..*until).contains(place))
        };
        places.filter(is_heard).map(|place| {
            let at = self.begin_of(place).with_timezone(&self.zone);
            (at, self.steps[place..place + HOUR].iter().sum())
        })
    }

    fn parts(&self) -> Vec<Part> {
        const NAMES: [&str; 6] = [
            "working day, night (0-7)",
            "working day, morning (7-12)",
            "working day, afternoon (12-18)",
            "working day, evening (18-24)",
            "weekend, night (0-7)",
            "weekend, day (7-24)",
        ];
        let mut hours: [Vec<u64>; 6] = Default::default();
        for (at, count) in self.clock_hours() {
            let is_weekend = matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
            let part = match (is_weekend, at.hour()) {
                (false, ..7) => 0,
                (false, ..12) => 1,
                (false, ..18) => 2,
                (false, _) => 3,
                (true, ..7) => 4,
                (true, _) => 5,
            };
            hours[part].push(count);
        }
        let parts = NAMES
            .into_iter()
            .zip(hours)
            .filter(|(_, counts)| !counts.is_empty());
        parts
            .map(|(name, mut counts)| {
                counts.sort_unstable();
                let at = |share: usize| counts[(counts.len() - 1) * share / 100];
                Part {
                    name,
                    median: at(50),
                    nine_of_ten: at(90),
                    most: at(100),
                }
            })
            .collect()
    }

    fn busiest(&self) -> Vec<BusyHour> {
        let mut sums: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
        for (at, count) in self.clock_hours() {
            let sum = sums
                .entry((at.weekday().num_days_from_monday(), at.hour()))
                .or_default();
            *sum = (sum.0 + count, sum.1 + 1);
        }
        const DAYS: [&str; 7] = [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ];
        let means = sums
            .into_iter()
            .map(|((day, hour), (sum, n_hours))| BusyHour {
                weekday: DAYS[day as usize % 7].to_owned(),
                hour,
                mean: sum as f64 / n_hours as f64,
            });
        let mut means: Vec<BusyHour> = means.collect();
        means.sort_by(|one, other| other.mean.total_cmp(&one.mean));
        means.truncate(MOST_BUSY);
        means
    }

    /// The busiest hours, each at least half a day from the others.
    fn peaks(&self) -> Vec<Peak> {
        let mut places: Vec<usize> = (0..self.hours.len())
            .filter(|place| self.hours[*place] > 0)
            .collect();
        places.sort_by_key(|place| (std::cmp::Reverse(self.hours[*place]), *place));
        let mut chosen: Vec<usize> = Vec::new();
        for place in places {
            if chosen.len() == MOST_PEAKS {
                break;
            }
            if chosen.iter().all(|other| place.abs_diff(*other) >= DAY / 2) {
                chosen.push(place);
            }
        }
        chosen
            .into_iter()
            .map(|place| self.peak(place, self.hours[place]))
            .collect()
    }

    fn peak(&self, place: usize, in_an_hour: u64) -> Peak {
        Peak {
            at: self.begin_of(place + 1),
            in_an_hour,
        }
    }

    /// When so many in an hour were reached; alarms close together are one.
    fn bound(&self, at_least: u64, weeks: f64) -> Bound {
        let mut reached: Vec<Peak> = Vec::new();
        let mut last = None;
        for (place, &count) in self.hours.iter().enumerate() {
            if count < at_least {
                continue;
            }
            let goes_on = last.is_some_and(|last| place - last < APART);
            match reached.last_mut().filter(|_| goes_on) {
                Some(peak) => peak.in_an_hour = peak.in_an_hour.max(count),
                None => reached.push(self.peak(place, count)),
            }
            last = Some(place);
        }
        let times = reached.len() as u64;
        reached.reverse();
        reached.truncate(MOST_PEAKS);
        Bound {
            at_least,
            times,
            per_week: times as f64 / weeks.max(1.0 / 7.0),
            reached,
        }
    }

    /// Round numbers from what happens every day up to what never did.
    fn bounds(&self, weeks: f64) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for at_least in ROUND {
            let bound = self.bound(at_least, weeks);
            let is_never = bound.times == 0;
            bounds.push(bound);
            if is_never {
                break;
            }
        }
        let n_left_out = bounds.len().saturating_sub(MOST_BOUNDS);
        bounds.split_off(n_left_out)
    }

    /// Each rung at least double the one below, and so seldom reached.
    fn ladder(&self, weeks: f64) -> Vec<Bound> {
        let mut ladder: Vec<Bound> = Vec::new();
        for every in SELDOM {
            let lowest = ladder.last().map_or(LOWEST, |below| below.at_least * 2);
            let candidates = ROUND.into_iter().filter(|at_least| *at_least >= lowest);
            let mut bounds = candidates.map(|at_least| self.bound(at_least, weeks));
            let may_happen = (weeks / every).max(1.0);
            let Some(bound) = bounds.find(|bound| bound.times as f64 <= may_happen) else {
                break;
            };
            ladder.push(bound);
        }
        ladder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY: i64 = 1_772_406_000 / STEP;

    /// So many weeks with 2 an hour by day, and a storm on the third Monday.
    fn weeks(n_weeks: i64, storm: u64) -> Vec<(i64, u64)> {
        let steps = 0..n_weeks * WEEK as i64;
        let counts = steps.map(|step| {
            let hour = step / HOUR as i64 % 24;
            let is_storm = step / HOUR as i64 == 14 * 24 + 14;
            let usual = u64::from((8..20).contains(&hour) && step % 3 == 0);
            (MONDAY + step, if is_storm { storm / 6 } else { usual })
        });
        counts.filter(|(_, count)| *count > 0).collect()
    }

    fn of(counts: &[(i64, u64)], n_weeks: i64) -> Baseline {
        let until = MONDAY + n_weeks * WEEK as i64;
        baseline(counts, MONDAY, until, Tz::Europe__Amsterdam).unwrap()
    }

    #[test]
    fn a_quiet_watch_with_one_storm() {
        let found = of(&weeks(8, 120), 8);
        assert_eq!(found.trust, Trust::Enough);
        assert!(found.gaps.is_empty());
        assert_eq!((found.parts[0].median, found.parts[1].median), (0, 2));
        let storm = found.peaks[0];
        assert_eq!(storm.in_an_hour, 120);
        assert_eq!(
            storm.at.with_timezone(&Tz::Europe__Amsterdam).to_rfc3339(),
            "2026-03-16T15:00:00+01:00"
        );
        let ladder: Vec<(u64, u64)> = found
            .ladder
            .iter()
            .map(|one| (one.at_least, one.times))
            .collect();
        assert_eq!(ladder, [(5, 1), (10, 1), (20, 1)]);
        assert_eq!(found.ladder[0].reached[0].in_an_hour, 120);
        assert_eq!(
            found
                .bounds
                .last()
                .map(|bound| (bound.at_least, bound.times)),
            Some((125, 0))
        );
    }

    #[test]
    fn a_short_past_says_so() {
        assert_eq!(of(&weeks(1, 0), 1).trust, Trust::Little);
        let counts = [(MONDAY, 3)];
        let found = baseline(&counts, MONDAY, MONDAY + 20, Tz::UTC).unwrap();
        assert_eq!((found.trust, found.ladder.len()), (Trust::None, 0));
        assert_eq!(baseline(&[], 0, 10, Tz::UTC), None);
    }

    #[test]
    fn weeks_that_nobody_listened_do_not_count() {
        let mut counts = weeks(4, 0);
        let later = weeks(4, 0)
            .into_iter()
            .map(|(step, count)| (step + 20 * WEEK as i64, count));
        counts.extend(later);
        let found = of(&counts, 24);
        assert_eq!(found.gaps.len(), 1);
        assert!((55.0..57.0).contains(&found.days), "{}", found.days);
        assert_eq!(found.parts[1].median, 2);
    }
}
