//! Simulated sources: the quiet ones are left alone, the dead ones are noticed.

use chrono::{TimeDelta, TimeZone};
use proptest::prelude::*;

use super::*;

const ZONE: Tz = chrono_tz::Europe::Amsterdam;

/// A Monday, midnight in Amsterdam.
fn monday() -> Timestamp {
    let local = ZONE.with_ymd_and_hms(2026, 1, 5, 0, 0, 0);
    local.unwrap().to_utc()
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }
}

/// A source that is listened to again and again.
struct Life {
    habit: Habit,
    now: Timestamp,
    dice: Dice,
    was_blind: bool,
    n_blind: u32,
    /// Minutes.
    every: i64,
}

impl Life {
    fn new(seed: u64) -> Self {
        Self {
            habit: Habit::new(monday()),
            now: monday(),
            dice: Dice(seed),
            was_blind: false,
            n_blind: 0,
            every: 5,
        }
    }

    /// Lives for some days; `rate` says how much comes an hour, by the clocks.
    fn live(&mut self, days: i64, rate: impl Fn(chrono::DateTime<Tz>) -> f64) -> &mut Self {
        self.live_hours(days * 24, rate)
    }

    fn live_hours(&mut self, hours: i64, rate: impl Fn(chrono::DateTime<Tz>) -> f64) -> &mut Self {
        let until = self.now + TimeDelta::hours(hours);
        while self.now < until {
            self.now += TimeDelta::minutes(self.every);
            let hours = self.every as f64 / 60.0;
            let chance = 1.0 - (-rate(self.now.with_timezone(&ZONE)) * hours).exp();
            match self.dice.roll() < chance {
                true => self.habit.sign(self.now, ZONE),
                false => self.habit.pass(self.now, ZONE),
            }
            let is_blind = matches!(self.habit.silence(), Silence::TooLong(_));
            self.n_blind += u32::from(is_blind && !self.was_blind);
            self.was_blind = is_blind;
        }
        self
    }

    /// Stops with a last word now; how long until that is noticed, in minutes.
    fn noticed_after(&mut self) -> i64 {
        self.habit.sign(self.now, ZONE);
        let stopped = self.now;
        while matches!(self.habit.silence(), Silence::Usual) {
            self.now += TimeDelta::minutes(1);
            self.habit.pass(self.now, ZONE);
            assert!(self.now - stopped < TimeDelta::days(100), "never noticed");
        }
        (self.now - stopped).num_minutes()
    }
}

fn is_day(local: chrono::DateTime<Tz>) -> bool {
    (8..20).contains(&local.hour())
}

fn is_office(local: chrono::DateTime<Tz>) -> bool {
    is_day(local) && local.weekday().num_days_from_monday() < 5
}

/// So many an hour by day, a part of it by night.
fn with_night(an_hour: f64, night: f64) -> impl Fn(chrono::DateTime<Tz>) -> f64 {
    move |local| an_hour * if is_day(local) { 1.0 } else { night }
}

fn in_office(an_hour: f64) -> impl Fn(chrono::DateTime<Tz>) -> f64 {
    move |local| if is_office(local) { an_hour } else { 0.0 }
}

#[test]
fn a_year_of_chance_is_hardly_ever_blamed() {
    let (mut n_all, mut n_quarters, mut table) = (0, 0, Vec::new());
    for (number, an_hour) in [20.0, 5.0, 1.0, 0.2, 0.04].into_iter().enumerate() {
        for night in [0.0, 0.1, 1.0] {
            let mut life = Life::new(number as u64);
            life.live(364, with_night(an_hour, night));
            assert!(life.n_blind <= 4, "{an_hour} {night}: {}", life.n_blind);
            table.push((an_hour, night, life.n_blind));
            n_all += life.n_blind;
            n_quarters += 4;
        }
    }
    assert!(
        n_all * 4 <= n_quarters,
        "{n_all} in {n_quarters} quarters: {table:?}"
    );
}

#[test]
fn weekends_are_quiet() {
    for seed in 0..3 {
        let mut life = Life::new(seed);
        life.live(182, in_office(6.0));
        assert!(life.n_blind <= 2, "{}", life.n_blind);
    }
}

#[test]
fn a_source_that_stops_by_day_is_noticed() {
    // Signs an hour by day; noticed within so many minutes on a Tuesday at eleven.
    for (an_hour, most) in [(20.0, 60), (10.0, 120), (5.0, 210)] {
        let mut life = Life::new(3);
        life.every = 1;
        life.live_hours(57 * 24 + 11, with_night(an_hour, 0.0));
        let minutes = life.noticed_after();
        assert!((30..=most).contains(&minutes), "{an_hour}: {minutes}");
    }
}

#[test]
fn what_stops_in_the_evening_is_noticed_in_the_morning() {
    let mut life = Life::new(3);
    life.live_hours(57 * 24 + 20, with_night(20.0, 0.0));
    let minutes = life.noticed_after() + 20 * 60;
    // Not in the night, which is silent; an hour or two into the day.
    let at_nine = 24 * 60 + 9 * 60;
    assert!((at_nine..at_nine + 120).contains(&minutes), "{minutes}");
}

#[test]
fn a_post_a_week_is_not_blamed_every_week() {
    for seed in 0..5 {
        let mut life = Life::new(seed);
        life.live(364, |_| 1.0 / 168.0);
        assert!(life.n_blind <= 2, "{}", life.n_blind);
    }
}

#[test]
fn fits_and_starts_are_learnt() {
    // Six hours with much, then two days with nothing, now and then four.
    for seed in 0..3 {
        let mut dice = Dice(seed);
        let pauses: Vec<i64> = (0..400)
            .map(|_| if dice.roll() < 0.2 { 96 } else { 40 })
            .collect();
        let is_on = |local: chrono::DateTime<Tz>| {
            let mut hours = (local.to_utc() - monday()).num_hours();
            for pause in &pauses {
                if hours < 6 {
                    return true;
                }
                hours -= 6 + pause;
                if hours < 0 {
                    return false;
                }
            }
            false
        };
        let mut life = Life::new(seed);
        life.live(182, |local| if is_on(local) { 8.0 } else { 0.0 });
        assert!(life.n_blind <= 4, "{}", life.n_blind);
    }
}

#[test]
fn a_source_that_becomes_quieter_is_blamed_at_most_once_or_twice() {
    let mut life = Life::new(5);
    life.live(84, with_night(10.0, 0.1));
    life.n_blind = 0;
    life.live(84, with_night(2.0, 0.1));
    assert!(life.n_blind <= 2, "{}", life.n_blind);
}

#[test]
fn little_history_gives_no_blame() {
    let mut life = Life::new(1);
    life.live(2, with_night(20.0, 0.0)).live(1, |_| 0.0);
    assert_eq!(life.n_blind, 0);
    let mut life = Life::new(1);
    life.live(5, with_night(20.0, 0.0)).live(2, |_| 0.0);
    assert_eq!(life.n_blind, 0, "it may be a weekend");
    life.live(2, |_| 0.0);
    assert_eq!(life.n_blind, 1, "no weekend is that long");
    // In the second week: twice the longest night.
    let mut life = Life::new(1);
    life.live_hours(10 * 24 + 11, with_night(20.0, 0.0));
    assert!((23 * 60..26 * 60).contains(&life.noticed_after()));
}

#[test]
fn an_outage_does_not_make_it_deaf() {
    let mut life = Life::new(7);
    life.live(57, with_night(20.0, 0.0)).live(4, |_| 0.0);
    assert_eq!(life.n_blind, 1);
    life.live_hours(3 * 24 + 11, with_night(20.0, 0.0));
    assert_eq!(life.n_blind, 1);
    let minutes = life.noticed_after();
    assert!(minutes <= 90, "{minutes}");
}

#[test]
fn what_was_not_heard_is_no_silence() {
    let mut life = Life::new(7);
    life.live(57, with_night(20.0, 0.0));
    life.habit.wake(life.now + TimeDelta::hours(12));
    assert_eq!(life.habit.silence(), Silence::Usual);
    let json = serde_json::to_string(&life.habit).unwrap();
    assert_eq!(Habit::read(&json).unwrap().silence(), Silence::Usual);
    assert!(json.len() < 10_000, "{}", json.len());
    assert_eq!(Habit::read("{}"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whatever comes when, all stays finite, and in what pieces time is told
    /// hardly matters.
    #[test]
    fn any_history_is_survived(
        steps in prop::collection::vec((0_i64..200_000, any::<bool>()), 1..300),
    ) {
        let (mut whole, mut pieces) = (Habit::new(monday()), Habit::new(monday()));
        let mut now = monday();
        for (seconds, is_sign) in steps {
            let then = now + TimeDelta::seconds(seconds);
            if seconds <= DEAF_AFTER {
                pieces.pass(now + TimeDelta::seconds(seconds / 3), ZONE);
            }
            now = then;
            for habit in [&mut whole, &mut pieces] {
                match is_sign {
                    true => habit.sign(now, ZONE),
                    false => habit.pass(now, ZONE),
                }
                let limit = habit.limit();
                prop_assert!(limit.is_finite() && limit >= LEAST_MISSING * LEAST_STRETCH);
                prop_assert!(habit.missing.is_finite() && habit.missing >= 0.0);
                prop_assert!(habit.expected(now, ZONE) > 0.0);
                if habit.silent_for < SHORTEST {
                    prop_assert!(!matches!(habit.silence(), Silence::TooLong(_)));
                }
            }
        }
    }
}
