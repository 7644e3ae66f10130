//! What the detector promises, on invented watches.

use proptest::prelude::*;

use super::watching::Follower;
use super::*;
use crate::domain::usual::Expected;

/// Dice that fall the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / (1_u64 << 31) as f64
    }

    fn poisson(&mut self, mean: f64) -> f64 {
        let least = (-mean).exp();
        let mut left = self.roll();
        let mut count = 0.0;
        while left > least {
            left *= self.roll();
            count += 1.0;
        }
        count
    }
}

/// Mentions per bin of a watch with a rhythm of day and week.
fn rate(an_hour: f64, bin: i64) -> f64 {
    let hour = (bin.div_euclid(12).rem_euclid(24)) as f64;
    let day = bin.div_euclid(DAY).rem_euclid(7);
    let rhythm = 1.0 + 0.8 * ((hour - 14.0) / 24.0 * std::f64::consts::TAU).cos();
    let weekend = if day < 2 { 0.6 } else { 1.0 };
    an_hour / 12.0 * rhythm * weekend
}

/// A follower that saw so many quiet days, and how often it alarmed.
fn quiet(an_hour: f64, n_days: i64, seed: u64) -> (Follower, usize) {
    let mut dice = Dice(seed);
    let mut follower = Follower::new(Sensitivity::Normal);
    let alarms = (0..n_days * DAY)
        .filter(|bin| follower.push(bin * BIN, dice.poisson(rate(an_hour, *bin))))
        .count();
    (follower, alarms)
}

fn expected(an_hour: f64) -> Expected {
    Expected {
        mentions: an_hour,
        dispersion: 0.25,
        voices_share: 1.0,
        authors_share: 1.0,
        grade: Grade::Learnt,
    }
}

fn bin(number: i64, counted: f64) -> Bin {
    Bin {
        number,
        counted,
        expected: expected(3.0),
        is_blind: false,
    }
}

#[test]
fn a_quiet_watch_wakes_nobody_and_a_burst_is_found_within_a_quarter() {
    for an_hour in [0.5, 1.0, 2.0, 5.0] {
        let (follower, alarms) = quiet(an_hour, 180, 7);
        // At most one a month; in truth none.
        assert!(alarms <= 1, "{an_hour}: {alarms}");
        for spread in 1..=3 {
            let mut follower = follower.clone();
            let mut dice = Dice(11);
            // Two in the afternoon, when chance hides most.
            let start = 180 * DAY + 14 * 12;
            for number in 180 * DAY..start {
                follower.push(number * BIN, dice.poisson(rate(an_hour, number)));
            }
            let found = (start..start + 3).any(|number| {
                let burst = if number - start < spread {
                    30.0 / spread as f64
                } else {
                    0.0
                };
                follower.push(number * BIN, burst + rate(an_hour, number).round())
            });
            assert!(found, "{an_hour} an hour, over {spread} bins");
        }
    }
}

/// A desk that is open from eight to six on working days: what came before it closed
/// must not look like a storm of the evening, which has no usual.
#[test]
fn the_end_of_a_busy_day_is_no_storm() {
    let mut dice = Dice(17);
    let mut follower = Follower::new(Sensitivity::Normal);
    let mut alarms = 0;
    for number in 0..26 * 7 * DAY {
        let hour = number.div_euclid(12).rem_euclid(24);
        // The epoch was a Thursday.
        let is_open = (8..18).contains(&hour) && (number / DAY + 3) % 7 < 5;
        // In clumps: a bin has none, or a handful.
        let clump = if dice.roll() < 0.4 { 2.5 } else { 0.0 };
        let counted = if is_open {
            dice.poisson(0.5 * clump)
        } else {
            0.0
        };
        alarms += u32::from(follower.push(number * BIN, counted) && number > 14 * DAY);
    }
    // Half a year.
    assert!(alarms <= 3, "{alarms}");
}

#[test]
fn a_lasting_change_alarms_at_once_and_is_adopted() {
    let (mut follower, _) = quiet(200.0, 28, 3);
    let mut dice = Dice(5);
    let start = 28 * DAY;
    let alarms: Vec<i64> = (start..start + 42 * DAY)
        .filter(|number| follower.push(number * BIN, dice.poisson(8.0 * rate(200.0, *number))))
        .map(|number| number - start)
        .collect();
    // The rhythm of the day may make it look bigger once more.
    assert!((1..=2).contains(&alarms.len()), "{alarms:?}");
    assert!(
        alarms[0] <= 3 && alarms.iter().all(|bin| *bin < 3 * DAY),
        "{alarms:?}"
    );
    assert!(!follower.detector().is_unusual());
}

#[test]
fn a_slow_ramp_still_alarms() {
    let (mut follower, _) = quiet(10.0, 28, 3);
    let mut dice = Dice(5);
    // A fifth more each day, without a jump anywhere.
    let alarm = (0..14 * DAY).find(|bin| {
        let number = 28 * DAY + bin;
        let more = 1.2_f64.powf(*bin as f64 / DAY as f64);
        follower.push(number * BIN, dice.poisson(more * rate(10.0, number)))
    });
    assert!(alarm.is_some_and(|bin| bin < 14 * DAY), "{alarm:?}");
}

#[test]
fn a_storm_alarms_once_and_a_clearly_bigger_one_again() {
    let mut detector = Detector::new(Sensitivity::Normal);
    let mut step = |number: i64, counted: f64| detector.step(&bin(number, counted));
    for number in 0..DAY {
        assert!(!step(number, 0.0).alarm);
    }
    let storm = |at: i64, size: f64| (at..at + 12).map(move |number| (number, size));
    let quiet = |from: i64, until: i64| (from..until).map(|number| (number, 0.0));
    let mut alarms = Vec::new();
    let series = storm(DAY, 40.0)
        .chain(quiet(DAY + 12, DAY + 100))
        // As big: the same story goes round.
        .chain(storm(DAY + 100, 45.0))
        .chain(quiet(DAY + 112, DAY + 200))
        .chain(storm(DAY + 200, 90.0))
        .chain(quiet(DAY + 212, DAY + 300));
    let mut unusual = 0;
    for (number, counted) in series {
        let verdict = step(number, counted);
        unusual += u32::from(verdict.is_unusual);
        if verdict.alarm {
            alarms.push(number - DAY);
        }
    }
    assert_eq!(alarms, [0, 200]);
    // An hour of storm, one and a half until the window is empty, one to be
    // sure; twice.
    assert!((60..110).contains(&unusual), "{unusual}");
    assert!(!detector.is_unusual());
}

#[test]
fn three_mentions_at_night_wake_nobody() {
    let mut detector = Detector::new(Sensitivity::High);
    for number in 0..10 * DAY {
        let bin = Bin {
            expected: expected(0.02),
            ..bin(number, 0.0)
        };
        detector.step(&bin);
    }
    let needed = detector.needed(10 * DAY, &expected(0.02));
    assert!(needed.is_some_and(|needed| needed >= 8.0), "{needed:?}");
}

#[test]
fn the_sensitivities_are_in_order() {
    let needed = [Sensitivity::High, Sensitivity::Normal, Sensitivity::Low].map(|sensitivity| {
        let mut detector = Detector::new(sensitivity);
        for number in 0..5 * DAY {
            detector.step(&bin(number, f64::from(u8::from(number % 50 == 0)) * 5.0));
        }
        detector.needed(5 * DAY, &expected(3.0)).unwrap()
    });
    assert!(needed.is_sorted(), "{needed:?}");
    assert!(needed[0] < needed[2], "{needed:?}");
}

#[test]
fn nothing_is_said_while_nothing_is_known() {
    let mut detector = Detector::new(Sensitivity::Normal);
    let unknown = Expected {
        grade: Grade::Unknown,
        ..expected(1.0)
    };
    assert_eq!(detector.needed(5, &unknown), None);
    let verdict = detector.step(&Bin {
        expected: unknown,
        ..bin(5, 1e9)
    });
    assert!(!verdict.alarm && !verdict.is_unusual);
}

#[test]
fn the_explanation_names_the_window_that_decided() {
    let mut detector = Detector::new(Sensitivity::Normal);
    for number in 0..3 * DAY {
        detector.step(&bin(number, 0.0));
    }
    let verdict = detector.step(&bin(3 * DAY, 60.0));
    assert!(verdict.alarm && verdict.is_unusual && verdict.score >= 1.0);
    assert!(verdict.counted >= verdict.needed && verdict.needed > verdict.usual);
    assert!([300, 900, 5_400].contains(&verdict.window));
}

#[test]
fn the_state_is_small() {
    assert!(size_of::<Detector>() <= 280, "{}", size_of::<Detector>());
}

/// The same mentions in rows of another width.
fn alarms_with_rows_of(seconds: i64) -> Vec<i64> {
    let mut dice = Dice(21);
    let mut follower = Follower::new(Sensitivity::Normal);
    let storm = 20 * 86_400 + 36_000;
    let rows = 21 * 86_400 / seconds;
    let mut alarms = Vec::new();
    for row in 0..rows {
        let at = row * seconds;
        let mut counted = dice.poisson(6.0 * seconds as f64 / 3_600.0);
        if (storm..storm + 7_200).contains(&at) {
            counted += 600.0 * seconds as f64 / 3_600.0;
        }
        if follower.push(at, counted) {
            alarms.push(at - storm);
        }
    }
    alarms
}

#[test]
fn rows_of_any_width_find_the_storm_in_the_row_that_brings_it() {
    for seconds in [60, 120, 300, 900, 3_600] {
        let alarms = alarms_with_rows_of(seconds);
        assert_eq!(alarms.len(), 1, "{seconds}: {alarms:?}");
        assert!((0..600).contains(&alarms[0]), "{seconds}: {alarms:?}");
    }
}

#[test]
fn a_missing_stretch_teaches_nothing() {
    let (mut follower, _) = quiet(30.0, 21, 9);
    let before = follower.usual().clone();
    let mut dice = Dice(1);
    // Three days of nothing at all, and on.
    let alarms = (24 * DAY..31 * DAY)
        .filter(|number| follower.push(number * BIN, dice.poisson(rate(30.0, *number))))
        .count();
    assert_eq!(alarms, 0);
    for hour in 0..168 {
        let slot = crate::domain::usual::Slot::new(hour);
        let (then, now) = (
            before.expect(slot).mentions,
            follower.usual().expect(slot).mentions,
        );
        assert!((0.5..2.0).contains(&(now / then)), "{hour}: {then} {now}");
    }
}

proptest! {
    /// `needed` and `step` agree, whatever came before, and no input panics.
    #[test]
    fn what_is_needed_is_what_alarms(
        seed in 0_u64..1_000,
        jumps in prop::collection::vec((1_i64..400, 0.0_f64..60.0, any::<bool>()), 1..100),
        counted in 0.0_f64..200.0,
    ) {
        let mut dice = Dice(seed);
        let mut detector = Detector::new(Sensitivity::High);
        let mut number = -1_000;
        for (jump, most, is_blind) in jumps {
            number += if jump > 380 { jump } else { 1 };
            let bin = Bin { is_blind, ..bin(number, most * dice.roll().powi(4)) };
            let needed = detector.needed(number, &bin.expected);
            let verdict = detector.step(&bin);
            prop_assert_eq!(verdict.alarm, needed.is_some_and(|needed| bin.counted >= needed));
            // Restoring is going on.
            let kept = serde_json::to_string(&detector).unwrap();
            let restored: Detector = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(&restored, &detector);
        }
        let needed = detector.needed(number + 1, &expected(3.0));
        for counted in [counted, needed.unwrap_or(counted), needed.map_or(counted, f64::next_down)] {
            let alarm = detector.clone().step(&bin(number + 1, counted)).alarm;
            prop_assert_eq!(alarm, needed.is_some_and(|needed| counted >= needed));
        }
    }

    #[test]
    fn no_row_panics(
        rows in prop::collection::vec((any::<i64>(), any::<f64>()), 0..60),
        steps in prop::collection::vec((-100_i64..100_000, any::<f64>()), 0..60),
    ) {
        let mut follower = Follower::new(Sensitivity::Normal);
        for (at, counted) in rows {
            follower.push(at, counted);
        }
        let mut follower = Follower::new(Sensitivity::Normal);
        let mut at = i64::MIN / 2;
        for (step, counted) in steps {
            at += step;
            follower.push(at, counted);
        }
        follower.push(i64::MAX, f64::INFINITY);
    }
}

#[test]
fn any_count_leaves_numbers_that_json_can_hold() {
    for counted in [f64::NAN, f64::INFINITY, -5.0, 1e300, 100_000.0, 0.0] {
        let mut follower = Follower::new(Sensitivity::Normal);
        for number in 0..5 * DAY {
            follower.push(number * BIN, counted);
        }
        let detector = follower.detector();
        let kept = serde_json::to_string(detector).unwrap();
        assert_eq!(
            &serde_json::from_str::<Detector>(&kept).unwrap(),
            detector,
            "{counted}"
        );
        assert!(
            follower
                .usual()
                .expect(crate::domain::usual::Slot::new(0))
                .mentions
                .is_finite()
        );
    }
}
