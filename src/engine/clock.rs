//! The only reader of the clock. Everybody else is told the time.
//!
//! The demo runs the real daemon on a simulated clock: one that starts at a
//! given moment and runs many times as fast, in stretches. It is set once,
//! before anything asks.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::domain::time::Timestamp;

static SIMULATED: OnceLock<(Instant, Schedule)> = OnceLock::new();

/// A simulated clock: stretches of simulated time, each with a speed.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    begins: Timestamp,
    /// Each: the speed until the given moment; the last one lasts.
    stretches: Vec<(Timestamp, f64)>,
    last_speed: f64,
}

impl Schedule {
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
    SIMULATED
        .set((stopwatch(), schedule))
        .map_err(|_| "the clock is simulated already".to_owned())
}

/// The time now: the system's, or the simulated one.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn now() -> Timestamp {
    match SIMULATED.get() {
        Some((since, schedule)) => schedule.at(since.elapsed()).0,
        None => chrono::Utc::now(),
    }
}

/// How long to wait, in real time, until `length` has passed on this clock.
pub fn real_pause(length: Duration) -> Duration {
    match SIMULATED.get() {
        Some((since, schedule)) => length.div_f64(schedule.at(since.elapsed()).1),
        None => length,
    }
}

/// How many times as fast as the system's this clock runs.
pub fn speed() -> f64 {
    SIMULATED
        .get()
        .map_or(1.0, |(since, schedule)| schedule.at(since.elapsed()).1)
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
