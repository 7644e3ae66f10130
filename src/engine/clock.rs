//! The only reader of the clock. Everybody else is told the time.
//!
//! The demo runs the real daemon on a simulated clock: one that starts at a
//! given moment and runs many times as fast, in stretches. It is set once,
//! before anything asks. A drill runs on one that its facilitator steers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::domain::time::Timestamp;

static SIMULATED: RwLock<Option<(Instant, Schedule)>> = RwLock::new(None);

/// What the clock showed last, and when that was by the stopwatch.
static LAST: Mutex<Option<(Instant, Timestamp)>> = Mutex::new(None);

/// Whether the system's clock was behind this one when it was last looked at.
static IS_BEHIND: AtomicBool = AtomicBool::new(false);

/// A clock that was set back by no more than this is not followed: timers of
/// an open run would stand still for as long. After a larger step back the old
/// time was plainly wrong, and mentions would look too old to wake anybody.
const MOST_BACK: TimeDelta = TimeDelta::hours(3);

/// Corrections as small as this are made all day long.
const A_LITTLE: TimeDelta = TimeDelta::seconds(2);

/// How fast a simulated clock hurries: an hour in six seconds, which leaves mail
/// servers and people's screens time to follow.
const HURRY: f64 = 600.0;

/// How long to wait on a clock that stands still.
const STILL: Duration = Duration::from_secs(1);

/// A simulated clock: stretches of simulated time, each with a speed.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    begins: Timestamp,
    /// Each: the speed until the given moment; the last one lasts.
    stretches: Vec<(Timestamp, f64)>,
    last_speed: f64,
}

impl Schedule {
    /// A clock with one speed.
    pub fn steady(begins: Timestamp, speed: f64) -> Self {
        Self {
            begins,
            stretches: Vec::new(),
            last_speed: speed,
        }
    }

    /// Reads `BEGIN@SPEED[,UNTIL@SPEED…]`: each `UNTIL` ends the stretch before
    /// it. Times are RFC 3339.
    pub fn read(written: &str) -> Result<Self, String> {
        let parts: Vec<(Timestamp, f64)> = written
            .split(',')
            .map(read_part)
            .collect::<Result<_, _>>()?;
        let (begins, first_speed) = *parts.first().ok_or("the clock is empty")?;
        let mut speed = first_speed;
        let mut stretches = Vec::new();
        for (until, next_speed) in &parts[1..] {
            stretches.push((*until, speed));
            speed = *next_speed;
        }
        if stretches.windows(2).any(|two| two[0].0 >= two[1].0) {
            return Err("the moments of a clock must come one after the other".to_owned());
        }
        Ok(Self {
            begins,
            stretches,
            last_speed: speed,
        })
    }

    /// The first moment on this clock.
    pub fn begins(&self) -> Timestamp {
        self.begins
    }

    /// The simulated time after so much real time, and the speed then.
    fn at(&self, real: Duration) -> (Timestamp, f64) {
        let mut left = real.as_secs_f64();
        let mut from = self.begins;
        for (until, speed) in &self.stretches {
            let length = (*until - from).as_seconds_f64().max(0.0) / speed;
            if left < length {
                return (forward(from, left * speed), *speed);
            }
            left -= length;
            from = *until;
        }
        (forward(from, left * self.last_speed), self.last_speed)
    }

    /// How much real time passes until the simulated clock shows `moment`.
    pub fn real_until(&self, moment: Timestamp) -> Duration {
        let mut real = 0.0;
        let mut from = self.begins;
        for (until, speed) in &self.stretches {
            let end = moment.min(*until);
            real += (end - from).as_seconds_f64().max(0.0) / speed;
            from = *until;
        }
        real += (moment - from).as_seconds_f64().max(0.0) / self.last_speed;
        Duration::from_secs_f64(real)
    }
}

fn read_part(written: &str) -> Result<(Timestamp, f64), String> {
    let how = "a simulated clock is written BEGIN@SPEED, such as 2026-03-02T00:00:00Z@600";
    let (moment, speed) = written.split_once('@').ok_or(how)?;
    let moment = chrono::DateTime::parse_from_rfc3339(moment).map_err(|_| how)?;
    let speed: f64 = speed.parse().map_err(|_| how)?;
    if !(1.0..=1_000_000.0).contains(&speed) {
        return Err("the speed of a simulated clock is from 1 to 1000000".to_owned());
    }
    Ok((moment.to_utc(), speed))
}

fn forward(from: Timestamp, seconds: f64) -> Timestamp {
    from + TimeDelta::milliseconds((seconds * 1_000.0) as i64)
}

/// Makes the whole process live in simulated time from now on. Says no when it
/// does already.
pub fn simulate(schedule: Schedule) -> Result<(), String> {
    let mut simulated = SIMULATED.write().unwrap_or_else(PoisonError::into_inner);
    if simulated.is_some() {
        return Err("the clock is simulated already".to_owned());
    }
    *simulated = Some((stopwatch(), schedule));
    Ok(())
}

/// A simulated clock runs on from now at another speed; at 0 it stands still.
/// With `fast_to` it hurries there first. Nothing is skipped: what would happen
/// on the way happens, in order.
pub fn steer(speed: f64, fast_to: Option<Timestamp>) {
    let mut simulated = SIMULATED.write().unwrap_or_else(PoisonError::into_inner);
    let Some((since, schedule)) = simulated.as_mut() else {
        return;
    };
    let begins = schedule.at(since.elapsed()).0;
    let stretches = fast_to.filter(|to| *to > begins).map(|to| (to, HURRY));
    *schedule = Schedule {
        begins,
        stretches: stretches.into_iter().collect(),
        last_speed: speed,
    };
    *since = stopwatch();
}

/// What the simulated clock shows now, and its speed.
fn simulated() -> Option<(Timestamp, f64)> {
    let simulated = SIMULATED.read().unwrap_or_else(PoisonError::into_inner);
    let (since, schedule) = simulated.as_ref()?;
    Some(schedule.at(since.elapsed()))
}

/// The time now: the system's, or the simulated one. When the system's clock is
/// set back, time goes on from where it was until the system is there too.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn now() -> Timestamp {
    if let Some((shown, _)) = simulated() {
        return shown;
    }
    let (stopwatch, system) = (Instant::now(), chrono::Utc::now());
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let shown = steady(*last, stopwatch, system);
    let before = last.replace((stopwatch, shown));
    // Who writes the log may ask for the time as well.
    drop(last);
    let was_behind = IS_BEHIND.swap(system < shown, Ordering::Relaxed);
    let expected = before.map_or(system, |before| ahead(before, stopwatch));
    if let Some(news) = news(was_behind, expected - system) {
        tracing::warn!("{news}");
    }
    shown
}

/// The system's time, also where this clock is a simulated one.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn wall() -> Timestamp {
    chrono::Utc::now()
}

/// Time does not go back behind what the store has seen, within reason: so the
/// timers of a run go on after a restart too.
pub fn resume(latest: Timestamp) {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none_or(|(_, shown)| shown < latest) {
        *last = Some((stopwatch(), latest));
    }
}

/// What a clock shows by the stopwatch that showed this before.
fn ahead((then, shown): (Instant, Timestamp), stopwatch: Instant) -> Timestamp {
    let passed = stopwatch.saturating_duration_since(then);
    shown + TimeDelta::from_std(passed).unwrap_or_default()
}

fn steady(last: Option<(Instant, Timestamp)>, stopwatch: Instant, system: Timestamp) -> Timestamp {
    let Some(last) = last else {
        return system;
    };
    let expected = ahead(last, stopwatch);
    let back = expected - system;
    if back > A_LITTLE && back <= MOST_BACK {
        expected
    } else {
        system
    }
}

/// What is to be said of a system's clock that is so far back: once when it was set back,
/// and once when it is there again.
fn news(was_behind: bool, back: TimeDelta) -> Option<String> {
    let seconds = back.num_seconds();
    if back > MOST_BACK {
        return Some(format!(
            "the clock was set back by {seconds} s, and is followed: what it showed was wrong"
        ));
    }
    match (was_behind, back > A_LITTLE) {
        (false, true) => Some(format!(
            "the clock was set back by {seconds} s; time goes on until it is there again"
        )),
        (true, false) => Some("the clock is there again, and followed".to_owned()),
        (true, true) | (false, false) => None,
    }
}

/// How long to wait, in real time, until `length` has passed on this clock.
pub fn real_pause(length: Duration) -> Duration {
    match simulated() {
        // It stands still: look again now and then.
        Some((_, speed)) if speed <= 0.0 => STILL,
        Some((_, speed)) => length.div_f64(speed),
        None => length,
    }
}

/// How many times as fast as the system's this clock runs.
pub fn speed() -> f64 {
    simulated().map_or(1.0, |(_, speed)| speed)
}

/// A moment to measure a length from; not a time of day.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn stopwatch() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_each_stretch_at_its_own_speed() {
        let schedule = Schedule::read("2026-03-02T00:00:00Z@3600,2026-03-02T02:00:00Z@60").unwrap();
        let shown = |seconds| schedule.at(Duration::from_secs(seconds)).0.to_rfc3339();
        assert_eq!(shown(0), "2026-03-02T00:00:00+00:00");
        assert_eq!(shown(1), "2026-03-02T01:00:00+00:00");
        assert_eq!(shown(3), "2026-03-02T02:01:00+00:00");
        let moment = schedule.at(Duration::from_secs(3)).0;
        assert_eq!(schedule.real_until(moment), Duration::from_secs(3));
    }

    #[test]
    fn that_the_clock_was_set_back_is_said_once_and_once_that_it_is_there_again() {
        let back = [0, 1, 3600, 3590, 3, 1, 0, -5, 0].map(TimeDelta::seconds);
        let mut was_behind = false;
        let said = back.map(|back| {
            let news = news(was_behind, back);
            was_behind = back > A_LITTLE && back <= MOST_BACK;
            news
        });
        let said: Vec<usize> = (0..said.len()).filter(|at| said[*at].is_some()).collect();
        assert_eq!(said, [2, 5]);
        let of = |hours| news(false, TimeDelta::hours(hours)).unwrap();
        assert!(of(1).contains("by 3600 s; time goes on"));
        // Further back the old time was wrong; the next look is in step again.
        assert!(of(4).contains("and is followed"));
        assert_eq!(news(false, TimeDelta::zero()), None);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_time() {
        let noon = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let start = stopwatch();
        let shown = |seconds, system| {
            let later = start + Duration::from_secs(seconds);
            steady(Some((start, noon)), later, system)
        };
        let second = TimeDelta::seconds(1);
        // As it should be, forward and a little back: the system is right.
        for system in [
            noon + second * 10,
            noon + second * 90_000,
            noon + second * 9,
        ] {
            assert_eq!(shown(10, system), system);
        }
        // An hour back: time goes on, until the system is there.
        assert_eq!(shown(10, noon - second * 3_590), noon + second * 10);
        assert_eq!(shown(3_700, noon + second * 100), noon + second * 3_700);
        // A day back: the old time was wrong.
        assert_eq!(shown(10, noon - second * 86_400), noon - second * 86_400);
        assert_eq!(steady(None, start, noon), noon);
    }

    #[test]
    fn refuses_what_is_no_clock() {
        for written in [
            "",
            "now",
            "2026-03-02T00:00:00Z",
            "2026-03-02T00:00:00Z@0",
            "2026-03-02T00:00:00Z@x",
        ] {
            assert!(Schedule::read(written).is_err(), "{written}");
        }
    }
}
