//! How near a trigger came without firing: the near misses that a team wants to
//! see when it sets its thresholds.

use serde::{Deserialize, Serialize};

use crate::domain::condition::{Condition, Test};
use crate::domain::heard::Heard;
use crate::domain::meter::Meter;
use crate::domain::time::Timestamp;

/// From this part of every bound on, it was near.
pub const NEAR: f64 = 0.8;

/// Days of which the nearest moment is remembered.
const MOST_DAYS: usize = 32;

const DAY: i64 = 86_400;

/// The nearest moment of one day; `share` of what the rule asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    pub at: i64,
    pub share: f64,
    /// It fired on that day after all: no near miss.
    has_fired: bool,
}

/// A trigger that nearly fired, for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearMiss {
    pub at: Timestamp,
    pub playbook: String,
    pub watch: String,
    pub trigger: String,
    /// How much of the bound that was furthest away was reached, 0.8 to 1.
    pub share: f64,
    pub because: String,
}

/// The nearest moment of each of the last days, in UTC, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Days(Vec<Nearest>);

impl Days {
    /// It came so near at a second.
    pub fn see(&mut self, at: i64, share: f64) {
        if share >= NEAR {
            self.keep(Nearest {
                at,
                share: share.min(1.0),
                has_fired: false,
            });
        }
    }

    /// It fired: what led to it is no near miss.
    pub fn fire(&mut self, at: i64) {
        self.keep(Nearest {
            at,
            share: 1.0,
            has_fired: true,
        });
    }

    fn keep(&mut self, new: Nearest) {
        let day = new.at.div_euclid(DAY);
        let place = self.0.partition_point(|one| one.at.div_euclid(DAY) < day);
        match self.0.get_mut(place) {
            Some(old) if old.at.div_euclid(DAY) == day => {
                if !old.has_fired && (new.has_fired || new.share > old.share) {
                    *old = new;
                }
            }
            _ => {
                self.0.insert(place, new);
                if self.0.len() > MOST_DAYS {
                    self.0.remove(0);
                }
            }
        }
    }

    /// The near misses in [from, to), oldest first.
    pub fn within(&self, from: i64, to: i64) -> impl Iterator<Item = &Nearest> {
        let days = self.0.iter();
        days.filter(move |one| !one.has_fired && from <= one.at && one.at < to)
    }
}

/// How much of what a condition asks was reached where its meters are: 1 is all.
/// `holds` says whether a test that is not about mentions holds.
pub fn nearness(
    when: &Condition,
    meters: &[Meter],
    heard: &[Heard],
    holds: &impl Fn(&Test) -> bool,
) -> f64 {
    of_condition(when, &mut meters.iter(), heard, holds)
}

fn of_condition(
    condition: &Condition,
    meters: &mut std::slice::Iter<Meter>,
    heard: &[Heard],
    holds: &impl Fn(&Test) -> bool,
) -> f64 {
    let tests = condition.tests.iter();
    // Each test must take its own meter, so none may be skipped.
    tests.fold(1.0, |least: f64, test| {
        least.min(of_test(test, meters, heard, holds))
    })
}

fn of_test(
    test: &Test,
    meters: &mut std::slice::Iter<Meter>,
    heard: &[Heard],
    holds: &impl Fn(&Test) -> bool,
) -> f64 {
    let of = |one: &Condition| of_condition(one, meters, heard, holds);
    match test {
        Test::All(inner) => inner.iter().map(of).fold(1.0, f64::min),
        Test::Any(inner) => inner.iter().map(of).fold(0.0, f64::max),
        // What must not be is not nearly so.
        Test::None(inner) => match inner.iter().map(of).fold(0.0, f64::max) {
            most if most >= 1.0 => 0.0,
            _ => 1.0,
        },
        test if Meter::is_for(test) => meters.next().map_or(0.0, |meter| meter.nearness(heard)),
        test if holds(test) => 1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &Days) -> Vec<(i64, i64)> {
        let all = days.within(0, i64::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "percents")]
        let percent = |share: f64| (share * 100.0).round() as i64;
        all.map(|one| (one.at, percent(one.share))).collect()
    }

    #[test]
    fn each_day_keeps_its_nearest_moment() {
        let mut seen = Days::default();
        for (at, share) in [(10, 0.5), (20, 0.85), (30, 0.95), (40, 0.9), (DAY + 5, 0.8)] {
            seen.see(at, share);
        }
        assert_eq!(days(&seen), [(30, 95), (DAY + 5, 80)]);
        seen.see(25, 0.97);
        assert_eq!(days(&seen)[0], (25, 97), "a late mention");
    }

    #[test]
    fn a_day_on_which_it_fired_has_no_near_miss() {
        let mut seen = Days::default();
        seen.see(20, 0.85);
        seen.fire(30);
        seen.see(40, 0.99);
        assert_eq!(days(&seen), []);
    }
}
