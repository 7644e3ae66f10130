//! Days that are unlike their weekday, and days of 23 and 25 hours.

use chrono::NaiveDate;

use super::*;

fn almanac(days: &[(&str, &str, Unlike)]) -> Almanac {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    let days = days.iter().map(|(from, through, unlike)| SpecialDays {
        from: date(from),
        through: date(through),
        title: "a day".into(),
        watch: None,
        unlike: *unlike,
    });
    Almanac {
        days: days.collect(),
        ..Almanac::plain(Tz::Europe__Amsterdam)
    }
}

fn hour_of(utc: &str) -> i64 {
    let instant: chrono::DateTime<Utc> = utc.parse().unwrap();
    instant.timestamp() / 3_600
}

/// Day of the week (Monday is 0) and hour of the day.
fn slot(day: i64, hour: i64) -> Slot {
    Slot::new(day * 24 + hour)
}

#[test]
fn the_clock_of_people_goes_on() {
    let plain = almanac(&[]);
    // Monday, winter and summer.
    assert_eq!(plain.hour(hour_of("2026-03-02T08:00:00Z")).slot, slot(0, 9));
    assert_eq!(
        plain.hour(hour_of("2026-07-06T08:00:00Z")).slot,
        slot(0, 10)
    );
    // The last Sunday of March has no hour from two to three …
    assert_eq!(plain.hour(hour_of("2026-03-29T00:00:00Z")).slot, slot(6, 1));
    assert_eq!(plain.hour(hour_of("2026-03-29T01:00:00Z")).slot, slot(6, 3));
    // … and that of October has it twice.
    assert_eq!(plain.hour(hour_of("2026-10-25T00:00:00Z")).slot, slot(6, 2));
    assert_eq!(plain.hour(hour_of("2026-10-25T01:00:00Z")).slot, slot(6, 2));
    assert_eq!(plain.hour(hour_of("2026-10-25T02:00:00Z")).slot, slot(6, 3));
}

#[test]
fn a_holiday_is_like_a_sunday_from_midnight_to_midnight() {
    let king = [("2026-04-27", "2026-04-27", Unlike::Like(Weekday::Sun))];
    let almanac = almanac(&king);
    assert_eq!(
        almanac.hour(hour_of("2026-04-26T22:00:00Z")).slot,
        slot(6, 0)
    );
    assert_eq!(
        almanac.hour(hour_of("2026-04-27T21:00:00Z")).slot,
        slot(6, 23)
    );
    assert_eq!(
        almanac.hour(hour_of("2026-04-27T22:00:00Z")).slot,
        slot(1, 0)
    );
    assert_eq!(almanac.special(hour_of("2026-04-27T12:00:00Z")).count(), 1);
    assert_eq!(almanac.special(hour_of("2026-04-28T12:00:00Z")).count(), 0);
}

#[test]
fn so_many_times_the_usual_and_both_together() {
    let almanac = almanac(&[
        ("2026-06-05", "2026-06-07", Unlike::Usual(3.0)),
        ("2026-06-06", "2026-06-06", Unlike::Usual(0.5)),
    ]);
    let times = |utc: &str| almanac.hour(hour_of(utc)).times;
    assert!((times("2026-06-05T12:00:00Z") - 3.0).abs() < 1e-9);
    assert!((times("2026-06-06T12:00:00Z") - 1.5).abs() < 1e-9);
    assert!((times("2026-06-08T12:00:00Z") - 1.0).abs() < 1e-9);
    // What is outside of the calendar of computers counts as any hour.
    assert!((almanac.hour(i64::MAX).times - 1.0).abs() < 1e-9);
}
