//! Who is on duty, as tables: rotas, absences and swaps, also in the nights in
//! which the clock changes.

use proptest::prelude::*;

use super::*;
use crate::domain::parse::{Input, ORGANISATION, SourceFile, parse};

/// Anna, Bo and Cas with one role, `desk`, and `lines` below it.
fn organisation(zone: &str, lines: &str) -> Organisation {
    let text = format!(
        "organisation: {{ name: De Korst, timezone: {zone} }}
team:
  anna: {{ name: Anna, email: anna@korst.example }}
  bo: {{ name: Bo, email: bo@korst.example }}
  cas: {{ name: Cas, email: cas@korst.example }}
  dirk: {{ name: Dirk, email: dirk@korst.example }}
roles:
  desk:
    people: [anna, bo, cas]
{lines}
"
    );
    let parsed = parse(Input {
        files: vec![SourceFile {
            path: ORGANISATION.to_owned(),
            bytes: text.into_bytes(),
        }],
        ..Input::default()
    });
    parsed
        .organisation
        .unwrap_or_else(|| panic!("{:?}", parsed.findings))
}

fn in_amsterdam(lines: &str) -> Organisation {
    organisation("Europe/Amsterdam", lines)
}

fn instant(written: &str) -> Timestamp {
    written.parse().unwrap_or_else(|_| panic!("{written}"))
}

/// Who can be alerted at each moment, in order.
fn check(organisation: &Organisation, expected: &[(&str, &str)]) {
    for (written, names) in expected {
        let people = in_order(organisation, "desk", instant(written));
        let keys: Vec<&str> = people.iter().map(|person| person.key.as_str()).collect();
        assert_eq!(keys.join(" "), *names, "{written}");
    }
}

#[test]
fn the_first_holds_the_role_without_a_rota() {
    check(
        &in_amsterdam(""),
        &[
            ("1999-01-01T00:00:00Z", "anna bo cas"),
            ("2026-03-02T09:00:00Z", "anna bo cas"),
        ],
    );
}

#[test]
fn a_week_lasts_from_change_to_change() {
    let rota = "    rota: { each: week, change: monday 09:00, from: 2026-03-02 }";
    check(
        &in_amsterdam(rota),
        &[
            ("2020-01-01T00:00:00+01:00", "anna bo cas"),
            ("2026-03-02T08:59:59+01:00", "anna bo cas"),
            ("2026-03-09T08:59:59+01:00", "anna bo cas"),
            ("2026-03-09T09:00:00+01:00", "bo anna cas"),
            ("2026-03-16T09:00:00+01:00", "cas anna bo"),
            ("2026-03-23T09:00:00+01:00", "anna bo cas"),
            // The clock changed in between, and it still changes at nine.
            ("2026-03-30T08:59:59+02:00", "anna bo cas"),
            ("2026-03-30T09:00:00+02:00", "bo anna cas"),
            ("2031-03-03T09:00:00+01:00", "anna bo cas"),
        ],
    );
}

#[test]
fn a_rota_that_begins_within_a_week_begins_with_a_short_turn() {
    let rota = "    rota: { each: week, change: monday 09:00, from: 2026-03-05 }";
    check(
        &in_amsterdam(rota),
        &[
            ("2026-03-05T09:00:00+01:00", "anna bo cas"),
            ("2026-03-09T08:59:59+01:00", "anna bo cas"),
            ("2026-03-09T09:00:00+01:00", "bo anna cas"),
        ],
    );
}

#[test]
fn a_day_lasts_from_clock_to_clock() {
    let rota = "    rota: { each: day, change: \"17:30\", from: 2026-03-02 }";
    check(
        &in_amsterdam(rota),
        &[
            ("2026-03-02T17:29:59+01:00", "anna bo cas"),
            ("2026-03-03T17:29:59+01:00", "anna bo cas"),
            ("2026-03-03T17:30:00+01:00", "bo anna cas"),
            ("2026-03-04T17:30:00+01:00", "cas anna bo"),
            ("2026-03-05T17:30:00+01:00", "anna bo cas"),
        ],
    );
}

#[test]
fn a_change_in_the_hour_that_spring_skips_comes_when_the_clock_jumps() {
    for clock in ["02:00", "02:30", "03:00"] {
        let rota = format!("    rota: {{ each: day, change: \"{clock}\", from: 2026-03-28 }}");
        check(
            &in_amsterdam(&rota),
            &[
                ("2026-03-29T01:59:59+01:00", "anna bo cas"),
                ("2026-03-29T03:00:00+02:00", "bo anna cas"),
                ("2026-03-30T01:59:59+02:00", "bo anna cas"),
                ("2026-03-30T03:00:00+02:00", "cas anna bo"),
            ],
        );
        let rota = format!("    rota: {{ each: week, change: sunday {clock}, from: 2026-03-22 }}");
        check(
            &in_amsterdam(&rota),
            &[
                ("2026-03-29T01:59:59+01:00", "anna bo cas"),
                ("2026-03-29T03:00:00+02:00", "bo anna cas"),
            ],
        );
    }
}

#[test]
fn a_change_in_the_hour_that_comes_twice_in_autumn_comes_the_first_time() {
    let rota = "    rota: { each: day, change: \"02:30\", from: 2026-10-24 }";
    check(
        &in_amsterdam(rota),
        &[
            ("2026-10-25T02:29:59+02:00", "anna bo cas"),
            ("2026-10-25T02:30:00+02:00", "bo anna cas"),
            ("2026-10-25T02:29:59+01:00", "bo anna cas"),
            ("2026-10-25T02:30:00+01:00", "bo anna cas"),
            ("2026-10-26T02:29:59+01:00", "bo anna cas"),
            ("2026-10-26T02:30:00+01:00", "cas anna bo"),
        ],
    );
    let rota = "    rota: { each: week, change: sunday 03:00, from: 2026-10-18 }";
    check(
        &in_amsterdam(rota),
        &[
            // Three o'clock comes once: after the second hour.
            ("2026-10-25T02:59:59+02:00", "anna bo cas"),
            ("2026-10-25T02:00:00+01:00", "anna bo cas"),
            ("2026-10-25T02:59:59+01:00", "anna bo cas"),
            ("2026-10-25T03:00:00+01:00", "bo anna cas"),
        ],
    );
}

#[test]
fn the_next_stands_in_for_who_is_away() {
    let lines = "    rota: { each: week, change: monday 09:00, from: 2026-03-02 }
away:
  - { who: bo, from: 2026-03-06, through: 2026-03-10 }";
    check(
        &in_amsterdam(lines),
        &[
            ("2026-03-05T23:59:59+01:00", "anna bo cas"),
            ("2026-03-06T00:00:00+01:00", "anna cas"),
            // Bo's turn begins while Bo is away.
            ("2026-03-09T09:00:00+01:00", "anna cas"),
            ("2026-03-10T23:59:59+01:00", "anna cas"),
            ("2026-03-11T00:00:00+01:00", "bo anna cas"),
        ],
    );
    let last_is_away = "    rota: { each: week, change: monday 09:00, from: 2026-02-16 }
away: [ { who: cas, from: 2026-03-02, through: 2026-03-08 } ]";
    check(
        &in_amsterdam(last_is_away),
        &[("2026-03-04T12:00:00+01:00", "anna bo")],
    );
}

#[test]
fn a_swap_lasts_whole_days_and_over_a_change() {
    let lines = "    rota: { each: week, change: monday 09:00, from: 2026-03-02 }
    swaps:
      - { who: dirk, from: 2026-03-07, through: 2026-03-09 }
      - { who: anna, from: 2026-03-10, through: 2026-03-10 }";
    check(
        &in_amsterdam(lines),
        &[
            ("2026-03-06T23:59:59+01:00", "anna bo cas"),
            ("2026-03-07T00:00:00+01:00", "dirk anna bo cas"),
            ("2026-03-09T09:00:00+01:00", "dirk anna bo cas"),
            ("2026-03-09T23:59:59+01:00", "dirk anna bo cas"),
            ("2026-03-10T00:00:00+01:00", "anna bo cas"),
            ("2026-03-11T00:00:00+01:00", "bo anna cas"),
        ],
    );
}

#[test]
fn the_usual_one_comes_when_who_swaps_is_away() {
    let lines = "    swaps: [ { who: dirk, from: 2026-03-07, through: 2026-03-09 } ]
away:
  - { who: dirk, from: 2026-03-08, through: 2026-03-08 }
  - { who: anna, from: 2026-03-08, through: 2026-03-09 }";
    check(
        &in_amsterdam(lines),
        &[
            ("2026-03-07T12:00:00+01:00", "dirk anna bo cas"),
            ("2026-03-08T12:00:00+01:00", "bo cas"),
            ("2026-03-09T12:00:00+01:00", "dirk bo cas"),
        ],
    );
}

#[test]
fn days_of_absence_are_as_long_as_the_clock_makes_them() {
    let lines = "away: [ { who: anna, from: 2026-03-29, through: 2026-03-29 } ]";
    let organisation = in_amsterdam(lines);
    let ahead = stretches(
        &organisation,
        "desk",
        instant("2026-03-28T00:00:00Z"),
        instant("2026-03-31T00:00:00Z"),
    );
    let lengths: Vec<i64> = ahead
        .iter()
        .map(|stretch| (stretch.until - stretch.from).num_hours())
        .collect();
    assert_eq!(lengths, [23, 23, 26]);
}

#[test]
fn midnights_that_do_not_exist_or_come_twice_are_moments_too() {
    // In Santiago clocks jump from midnight to one, and in autumn back from
    // midnight to eleven.
    let lines = "    rota: { each: day, change: \"00:00\", from: 2026-09-05 }
away: [ { who: bo, from: 2026-09-06, through: 2026-09-06 } ]";
    check(
        &organisation("America/Santiago", lines),
        &[
            ("2026-09-05T23:59:59-04:00", "anna bo cas"),
            ("2026-09-06T01:00:00-03:00", "anna cas"),
            ("2026-09-07T00:00:00-03:00", "cas anna bo"),
        ],
    );
    let lines = "    rota: { each: day, change: \"23:30\", from: 2026-04-03 }";
    check(
        &organisation("America/Santiago", lines),
        &[
            ("2026-04-04T23:29:59-03:00", "anna bo cas"),
            ("2026-04-04T23:30:00-03:00", "bo anna cas"),
            ("2026-04-04T23:10:00-04:00", "bo anna cas"),
            ("2026-04-05T23:30:00-04:00", "cas anna bo"),
        ],
    );
}

#[test]
fn says_why_somebody_is_on_duty_and_until_when() {
    let lines = "    rota: { each: week, change: monday 09:00, from: 2026-03-02 }
    swaps: [ { who: dirk, from: 2026-03-25, through: 2026-03-26 } ]
away:
  - { who: bo, from: 2026-03-12, through: 2026-03-13 }
  - { who: bo, from: 2026-03-14, through: 2026-03-18 }
  - { who: bo, from: 2026-12-30, through: 2027-01-03 }";
    let organisation = in_amsterdam(lines);
    let shown = |written: &str| {
        let now = instant(written);
        let duty = at(&organisation, "desk", now).unwrap();
        let until = next_change(&organisation, "desk", now).unwrap();
        let until = until.with_timezone(&organisation.timezone).format("%F %R");
        format!(
            "{}, {}, {until}",
            duty.person.unwrap().name,
            duty.why.sentence(2026)
        )
    };
    assert_eq!(
        shown("2026-03-05T12:00:00+01:00"),
        "Anna, rota, 2026-03-09 09:00"
    );
    // Two absences in a row are one; the end of the turn comes first.
    assert_eq!(
        shown("2026-03-13T12:00:00+01:00"),
        "Anna, stands in for Bo, away until 18 Mar, 2026-03-16 09:00"
    );
    assert_eq!(
        shown("2026-03-25T12:00:00+01:00"),
        "Dirk, swap, 2026-03-27 00:00"
    );
    assert_eq!(
        shown("2026-12-31T12:00:00+01:00"),
        "Anna, stands in for Bo, away until 3 Jan 2027, 2027-01-04 00:00"
    );
    let alone = in_amsterdam("");
    let now = instant("2026-03-05T12:00:00Z");
    assert_eq!(next_change(&alone, "desk", now), None);
    assert_eq!(at(&alone, "desk", now).unwrap().why, Why::Holder);
}

#[test]
fn says_why_nobody_is_on_duty() {
    let lines = "away:
  - { who: anna, from: 2026-05-01, through: 2026-05-10 }
  - { who: bo, from: 2026-05-04, through: 2026-05-04 }
  - { who: cas, from: 2026-05-04, through: 2027-01-02 }";
    let mut organisation = in_amsterdam(lines);
    let now = instant("2026-05-04T12:00:00Z");
    assert_eq!(in_order(&organisation, "desk", now), Vec::<&Person>::new());
    assert_eq!(
        on_duty(&organisation, "desk", now).unwrap_err(),
        "everybody who holds this role is away: Anna until 10 May, Bo until 4 May, Cas until 2 Jan 2027"
    );
    assert_eq!(
        on_duty(&organisation, "press", now).unwrap_err(),
        "there is no role press any more"
    );
    organisation.roles[0].people.clear();
    assert_eq!(
        on_duty(&organisation, "desk", now).unwrap_err(),
        "nobody holds this role"
    );
}

/// Lines of a role with or without a rota, swaps and absences in some months
/// around both changes of the clock.
fn some_lines() -> impl Strategy<Value = String> {
    let day =
        || (0_u64..300).prop_map(|n| days_later(NaiveDate::from_ymd_opt(2026, 2, 1).unwrap(), n));
    let rota = prop_oneof![
        Just(String::new()),
        (day(), 0..24).prop_map(|(from, hour)| format!(
            "    rota: {{ each: day, change: \"{hour:02}:30\", from: {from} }}\n"
        )),
        (day(), 0..24).prop_map(|(from, hour)| format!(
            "    rota: {{ each: week, change: sunday {hour:02}:00, from: {from} }}\n"
        )),
    ];
    let stay = |people: [&'static str; 4]| {
        (prop::sample::select(people.to_vec()), day(), 0_u64..20).prop_map(|(who, from, length)| {
            let through = days_later(from, length);
            format!("{{ who: {who}, from: {from}, through: {through} }}")
        })
    };
    let people = ["anna", "bo", "cas", "dirk"];
    let swap = prop::option::of(stay(people));
    let away = prop::collection::vec(stay(people), 0..12);
    (rota, swap, away).prop_map(|(rota, swap, away)| {
        let swap = swap.map_or_else(String::new, |swap| format!("    swaps: [ {swap} ]\n"));
        let away = match away.join(", ") {
            none if none.is_empty() => none,
            some => format!("away: [ {some} ]"),
        };
        format!("{rota}{swap}{away}")
    })
}

proptest! {
    #[test]
    fn stretches_tile_the_time_and_agree_with_each_moment(
        lines in some_lines(),
        begin in 0_i64..300 * 86_400,
        length in 0_i64..60 * 86_400,
        moments in prop::collection::vec(0_i64..60 * 86_400, 20),
    ) {
        let organisation = in_amsterdam(&lines);
        let from = instant("2026-02-01T00:00:00Z") + TimeDelta::seconds(begin);
        let until = from + TimeDelta::seconds(length);
        let ahead = stretches(&organisation, "desk", from, until);
        prop_assert_eq!(ahead.is_empty(), length == 0);
        prop_assert_eq!(ahead.first().map_or(from, |stretch| stretch.from), from);
        prop_assert_eq!(ahead.last().map_or(until, |stretch| stretch.until), until);
        for two in ahead.windows(2) {
            prop_assert_eq!(two[0].until, two[1].from);
            prop_assert_ne!(&two[0].duty, &two[1].duty);
        }
        for stretch in &ahead {
            prop_assert!(stretch.from < stretch.until);
            let last = stretch.until - TimeDelta::seconds(1);
            let inside = moments.iter().map(|seconds| from + TimeDelta::seconds(*seconds));
            let inside = inside.filter(|now| stretch.from <= *now && *now < stretch.until);
            for now in inside.chain([stretch.from, last]) {
                let person = on_duty(&organisation, "desk", now).ok();
                prop_assert_eq!(person, stretch.duty.person);
                let everybody = in_order(&organisation, "desk", now);
                let deputies = everybody.get(1..).unwrap_or_default();
                prop_assert_eq!(deputies, &stretch.duty.deputies[..]);
            }
        }
    }
}
