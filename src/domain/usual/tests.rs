//! What the slow model promises, on invented weeks.

use proptest::prelude::*;

use super::*;

/// Busy at noon, quiet at night, half at the weekend.
fn rhythm(hour: i64) -> f64 {
    let of_day = (hour.rem_euclid(24) - 12) as f64;
    let weekend = if Slot::of_utc(hour).of_week() >= 120 {
        0.5
    } else {
        1.0
    };
    (2.0 - of_day.abs() / 6.0 + 0.1) * weekend
}

fn learn(usual: &mut Usual, hours: std::ops::Range<i64>, count: impl Fn(i64) -> f64) {
    for hour in hours {
        usual.learn(hour, Slot::of_utc(hour), Some(Counted::plain(count(hour))));
    }
}

/// A watch with so many weeks of a level.
fn weeks(n_weeks: i64, level: f64) -> Usual {
    let mut usual = Usual::new();
    learn(&mut usual, 0..n_weeks * 168, |hour| level * rhythm(hour));
    usual
}

/// The mean of a whole week.
fn mean_of(usual: &Usual) -> f64 {
    (0..168)
        .map(|hour| usual.expect(Slot::new(hour)).mentions)
        .sum::<f64>()
        / 168.0
}

#[test]
fn learns_the_hours_of_day_and_week() {
    let usual = weeks(6, 40.0);
    for hour in 0..168 {
        let expected = usual.expect(Slot::of_utc(hour)).mentions;
        let truth = 40.0 * rhythm(hour);
        assert!(
            (0.6..1.6).contains(&(expected / truth)),
            "{hour}: {expected} for {truth}"
        );
    }
    assert_eq!(usual.grade(), Grade::Learnt);
}

#[test]
fn says_how_little_it_knows() {
    let mut usual = Usual::new();
    let check = |usual: &Usual, grade| assert_eq!(usual.expect(Slot::new(0)).grade, grade);
    check(&usual, Grade::Unknown);
    learn(&mut usual, 0..23, |_| 5.0);
    check(&usual, Grade::Unknown);
    learn(&mut usual, 23..24, |_| 5.0);
    check(&usual, Grade::Guess);
    learn(&mut usual, 24..335, |_| 5.0);
    check(&usual, Grade::Guess);
    learn(&mut usual, 335..336, |_| 5.0);
    check(&usual, Grade::Learnt);
}

#[test]
fn a_crisis_of_any_size_teaches_little() {
    for size in [100.0, 1e4, 1e12] {
        let mut usual = weeks(6, 10.0);
        let before: Vec<f64> = (0..168)
            .map(|hour| usual.expect(Slot::of_utc(hour)).mentions)
            .collect();
        let start = 6 * 168;
        learn(&mut usual, start..start + 24, |_| size);
        learn(&mut usual, start + 24..start + 168, |hour| {
            10.0 * rhythm(hour)
        });
        for (hour, before) in (0..168).zip(before) {
            let after = usual.expect(Slot::of_utc(hour)).mentions;
            assert!(
                (0.8..1.6).contains(&(after / before)),
                "{size}, hour {hour}: {before} {after}"
            );
        }
    }
}

#[test]
fn a_doubled_level_is_adopted_within_two_weeks() {
    let mut usual = weeks(6, 20.0);
    let before = mean_of(&usual);
    let start = 6 * 168;
    learn(&mut usual, start..start + 336, |hour| 40.0 * rhythm(hour));
    assert!(
        mean_of(&usual) > 1.8 * before,
        "{before} {}",
        mean_of(&usual)
    );
    // And a halved one.
    learn(&mut usual, start + 336..start + 672, |hour| {
        20.0 * rhythm(hour)
    });
    assert!(
        mean_of(&usual) < 1.2 * before,
        "{before} {}",
        mean_of(&usual)
    );
}

#[test]
fn growth_is_capped() {
    let mut usual = weeks(6, 20.0);
    let before = mean_of(&usual);
    let start = 6 * 168;
    learn(&mut usual, start..start + 72, |_| 1e6);
    // 8 % a day of the level, and what the hours themselves took up.
    assert!(
        mean_of(&usual) < 2.0 * before,
        "{before} {}",
        mean_of(&usual)
    );
}

#[test]
fn a_gap_moves_nothing_and_no_hour_is_learnt_twice() {
    let mut usual = weeks(3, 20.0);
    let before = usual.clone();
    let start = 3 * 168;
    for hour in start..start + 1_000 {
        usual.learn(hour, Slot::of_utc(hour), None);
    }
    for hour in start..start + 1_000 {
        usual.learn(hour, Slot::of_utc(hour), Some(Counted::plain(1e6)));
    }
    let now = Usual {
        last: before.last,
        ..usual
    };
    assert_eq!(now, before);
}

#[test]
fn silence_is_not_zero() {
    let usual = weeks(6, 0.0);
    assert!(usual.expect(Slot::new(0)).mentions >= LEAST);
}

#[test]
fn voices_and_authors_are_shares_of_mentions() {
    let mut usual = Usual::new();
    for hour in 0..2_000 {
        let counted = Counted {
            mentions: 20.0,
            voices: 10.0,
            authors: 15.0,
            is_laid_out: false,
        };
        usual.learn(hour, Slot::of_utc(hour), Some(counted));
    }
    let expected = usual.expect(Slot::new(3));
    assert!((expected.voices_share - 0.5).abs() < 0.02);
    assert!((expected.authors_share - 0.75).abs() < 0.02);
    assert!((expected.voices() - 10.0).abs() < 1.0);
}

#[test]
fn days_without_hours_teach_the_level_and_nothing_else() {
    let laid_out = |mentions: f64| Counted {
        is_laid_out: true,
        ..Counted::plain(mentions)
    };
    let mut usual = Usual::new();
    for hour in 0..60 * 24 {
        usual.learn(hour, Slot::of_utc(hour), Some(laid_out(5.0)));
    }
    for slot in [3, 12, 100] {
        let expected = usual.expect(Slot::new(slot));
        assert!((expected.mentions - 5.0).abs() < 0.1, "{expected:?}");
        assert_eq!(expected.grade, Grade::Guess);
        assert_eq!(
            expected.dispersion, FIRST_DISPERSION,
            "how hours vary nobody knows"
        );
    }

    // A watch that knows its days and nights keeps them while its level doubles.
    let rhythm = |hour: i64| if hour.rem_euclid(24) < 8 { 2.0 } else { 8.0 };
    let mut usual = Usual::new();
    for hour in 0..8 * 168 {
        usual.learn(hour, Slot::of_utc(hour), Some(Counted::plain(rhythm(hour))));
    }
    let of = |usual: &Usual| [3, 12].map(|slot| usual.expect(Slot::new(slot)).mentions);
    let before = of(&usual);
    for hour in 8 * 168..12 * 168 {
        usual.learn(hour, Slot::of_utc(hour), Some(laid_out(12.0)));
    }
    let after = of(&usual);
    assert!(
        (after[1] / before[1] - 2.0).abs() < 0.3,
        "{before:?} {after:?}"
    );
    assert!(
        (after[1] / after[0] - before[1] / before[0]).abs() < 0.01,
        "{before:?} {after:?}"
    );
    assert_eq!(usual.grade(), Grade::Learnt);
}

#[test]
fn it_is_small() {
    let kept = serde_json::to_string(&weeks(8, 1234.5)).unwrap();
    assert!(kept.len() <= 4_096, "{}", kept.len());
}

proptest! {
    #[test]
    fn any_input_leaves_sane_numbers_and_restoring_is_going_on(
        counts in prop::collection::vec(prop::option::of(any::<f64>()), 1..60),
        wild in prop::collection::vec(0.0_f64..1e6, 1..30),
    ) {
        let mut usual = Usual::new();
        let all = counts.into_iter().chain(wild.into_iter().map(Some));
        for (hour, counted) in (0_i64..).zip(all) {
            let kept = serde_json::to_string(&usual).unwrap();
            let mut restored: Usual = serde_json::from_str(&kept).unwrap();
            let slot = Slot::of_utc(hour);
            let counted = counted.map(|mentions| Counted { mentions, voices: mentions / 2.0, authors: f64::NAN, is_laid_out: false });
            usual.learn(hour, slot, counted);
            restored.learn(hour, slot, counted);
            prop_assert_eq!(&restored, &usual);
            let expected = usual.expect(slot);
            prop_assert!(expected.mentions.is_finite() && expected.mentions > 0.0);
            prop_assert!(expected.dispersion.is_finite() && expected.dispersion > 0.0);
            prop_assert!(expected.voices_share > 0.0 && expected.voices_share <= 1.0);
        }
    }
}
