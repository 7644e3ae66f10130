//! What is learnt when, what is told when, and that going back is going on.

use chrono_tz::Tz;

use super::*;

const START: i64 = 1_800_000_000 / HOUR * HOUR;

fn almanac() -> Almanac {
    Almanac::plain(Tz::Europe__Amsterdam)
}

/// A tide that heard one mention every five minutes for so many hours.
fn steady(hours: i64) -> Tide {
    let mut tide = Tide::default();
    tide.advance(START, &almanac());
    for second in (START..START + hours * HOUR).step_by(300) {
        say(&mut tide, second, 1);
    }
    tide
}

fn say(tide: &mut Tide, second: i64, many: u32) {
    tide.advance(second, &almanac());
    tide.add_many(second, many, 100 * many);
    tide.advance(second, &almanac());
}

fn saved(tide: &mut Tide) -> Saved {
    tide.is_unsaved = true;
    tide.must_save = true;
    let json = serde_json::to_string(&tide.save().unwrap()).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// The program starts again, with all mentions that are needed.
fn restarted(tide: &mut Tide, now: i64) -> Tide {
    let saved = saved(tide);
    let needs_from = saved.needs_from();
    let mut again = Tide::default();
    again.restore(saved);
    let kept: Vec<(i64, u32)> = tide.weights.entries(needs_from, i64::MAX).collect();
    for (second, weight) in kept {
        again.add_many(second, weight / 100, weight);
    }
    again.advance(now, &almanac());
    again
}

const DAYS: i64 = 20 * 24;

#[test]
fn a_late_mention_changes_the_hour_it_is_of_as_if_it_had_come_on_time() {
    let mut on_time = steady(DAYS);
    let mut late = on_time.clone();
    let from = START + DAYS * HOUR;
    for second in from..from + 60 {
        say(&mut on_time, second, 1);
    }
    for second in (from + 300..from + 5 * HOUR).step_by(300) {
        say(&mut on_time, second, 1);
        say(&mut late, second, 1);
    }
    assert!(late.alarms(Sensitivity::Normal).is_empty());
    for second in (from..from + 60).rev() {
        late.add(second, 100, None);
    }
    late.advance(from + 5 * HOUR, &almanac());
    on_time.advance(from + 5 * HOUR, &almanac());
    let alarms = late.alarms(Sensitivity::Normal);
    assert_eq!(alarms.len(), 1);
    assert!((from..from + 60).contains(&alarms[0].from), "{alarms:?}");
    assert_eq!(alarms, on_time.alarms(Sensitivity::Normal));
    // Also over a restart, in any hour.
    let now = from + 5 * HOUR;
    assert_eq!(
        restarted(&mut late, now).alarms(Sensitivity::Normal),
        alarms
    );
}

#[test]
fn an_alarm_told_in_the_bin_that_runs_keeps_its_second() {
    let mut tide = steady(DAYS);
    let from = START + DAYS * HOUR;
    for second in from + 10..from + 70 {
        say(&mut tide, second, 1);
    }
    let told = tide.alarms(Sensitivity::Normal);
    assert_eq!((told.len(), told[0].to), (1, None));
    let begins = told[0].from;
    assert!(!tide.is_unusual(Sensitivity::Normal, begins - 1));
    assert!(tide.is_unusual(Sensitivity::Normal, begins));
    tide.advance(from + 600, &almanac());
    assert_eq!(tide.alarms(Sensitivity::Normal)[0].from, begins);
    assert_eq!(tide.bin, (from + 600) / BIN);
}

#[test]
fn a_bigger_second_storm_is_a_new_alarm_even_if_no_second_is_silent() {
    let mut tide = steady(DAYS);
    let from = START + DAYS * HOUR;
    for second in from..from + 3 * HOUR {
        say(&mut tide, second, u32::from(second % 30 == 0));
    }
    let first = tide.alarms(Sensitivity::Normal);
    assert_eq!((first.len(), first[0].to), (1, None));
    for second in from + 3 * HOUR..from + 3 * HOUR + 240 {
        say(&mut tide, second, 3);
    }
    let running = tide.alarms(Sensitivity::Normal);
    assert_eq!(running.len(), 2, "{running:?}");
    let (ended, begins) = (running[0].to.unwrap(), running[1].from);
    assert_eq!(ended + 1, begins, "one second in which it is not unusual");
    assert!(ended >= from + 3 * HOUR, "not before what is known");
    let after = tide.next_alarm_change(Sensitivity::Normal, ended - 1);
    assert_eq!(after, Some(ended));
    tide.advance(from + 3 * HOUR + 900, &almanac());
    assert_eq!(tide.alarms(Sensitivity::Normal), running);
}

#[test]
fn a_gap_teaches_nothing_and_no_hour_twice() {
    let mut tide = steady(DAYS);
    let mut deaf = tide.clone();
    let from = START + DAYS * HOUR;
    let n_learnt = |tide: &Tide| tide.usual.last();
    deaf.deafen(from);
    deaf.advance(from + 48 * HOUR, &almanac());
    tide.advance(from + 48 * HOUR, &almanac());
    assert_eq!(n_learnt(&deaf), n_learnt(&tide));
    deaf.hears_again(from + 48 * HOUR);
    let usual = |tide: &Tide| tide.expect(from / HOUR, &almanac()).mentions;
    assert!(usual(&tide) < 0.9 * usual(&deaf), "silence taught");
    assert!((usual(&deaf) - 12.0).abs() < 1.5, "{}", usual(&deaf));
    // The same when the gap is only known after a restart.
    let mut before = steady(DAYS);
    let mut again = Tide::default();
    again.restore(saved(&mut before));
    for (second, weight) in before.weights.entries(0, i64::MAX) {
        again.add_many(second, weight / 100, weight);
    }
    again.gap(from, from + 48 * HOUR);
    again.gap(from + HOUR, from + 2 * HOUR);
    assert_eq!(
        again.deaf.past().len(),
        1,
        "what is known is not noted twice"
    );
    again.advance(from + 48 * HOUR, &almanac());
    assert!((usual(&again) - usual(&deaf)).abs() < 0.01);
}

#[test]
fn after_an_import_the_past_days_are_known_and_it_is_saved() {
    let mut tide = Tide::default();
    tide.advance(START, &almanac());
    assert!(
        tide.save().is_some(),
        "the first time also without a mention"
    );
    assert!(tide.save().is_none());
    tide.advance(START + 3 * HOUR, &almanac());
    assert!(tide.save().is_none(), "nothing came");
    let hour = START / HOUR;
    let past = (hour - 30 * 24..hour).map(|hour| (hour, Some(Counted::plain(6.0))));
    tide.learn_anew(past, &almanac());
    let now = START + 3 * HOUR;
    let usually = tide.usually(now - 24 * HOUR, now);
    assert_eq!(usually.grade, Grade::Learnt);
    assert!((usually.mentions - 24.0 * 6.0).abs() < 20.0, "{usually:?}");
    assert!(tide.save().is_some(), "or a restart would forget it");
}

#[test]
fn a_feed_that_is_always_late_has_its_authors_all_the_same() {
    let mut tide = Tide::default();
    tide.advance(START, &almanac());
    for hour in 0..40 * 24 {
        let now = START + (hour + 2) * HOUR;
        tide.advance(now, &almanac());
        for author in 0..10_u64 {
            let second = START + hour * HOUR + 60 * i64::try_from(author).unwrap();
            tide.add(second, 100, Some(author * 7_919));
        }
        tide.advance(now, &almanac());
    }
    let expected = tide.expect(START / HOUR, &almanac());
    assert!(expected.authors_share > 0.9, "{expected:?}");
}

#[test]
fn a_restart_in_any_hour_is_going_on() {
    let mut tide = steady(DAYS);
    let from = START + DAYS * HOUR;
    for step in 0..30 * 12 {
        let second = from + step * 300;
        say(&mut tide, second, if step % 100 == 50 { 40 } else { 1 });
        if step % 7 == 0 {
            let again = restarted(&mut tide, second);
            let alarms = tide.alarms(Sensitivity::Normal);
            assert_eq!(again.alarms(Sensitivity::Normal), alarms);
            assert_eq!(again.usual, tide.usual);
            assert_eq!(again.expected, tide.expected);
        }
    }
    assert!(!tide.alarms(Sensitivity::Normal).is_empty());
}
