//! The program while the clock jumps: a machine that slept, a clock that was
//! set back, a day that is missing. Timers go once, in order, and mail goes on.

use chrono::TimeDelta;
use draaiboek::demo::catcher::Fault;
use serde_json::Value;

use crate::team::{
    FIRST, alarm, assert_all_told, drain, log, moment, named, said, serve, team, until_events,
};
use crate::world::World;

/// A team that was alerted at ten o'clock, by a daemon that has stopped since.
fn alerted_at_ten(name: &str, fault: Option<Fault>) -> World {
    let mut world = team(name);
    let is_down = fault.is_some();
    world.misbehave(fault);
    serve(&mut world, "2026-03-02T10:00:00Z@1");
    alarm(&world);
    let event = if is_down {
        "delivery_failed"
    } else {
        "delivered"
    };
    until_events(&world, event, FIRST.len());
    assert_eq!(world.stop(), Some(0));
    world
}

/// What fell due: the minute of the run at which it should have, whether late,
/// and the last words.
fn due(log: &[Value]) -> Vec<(i64, bool, bool)> {
    let began = moment(&log[0]["at"]);
    let line = |entry: &Value| {
        let length = moment(&entry["due_at"]) - began;
        let says = entry["says"].as_str().unwrap();
        let is_late = entry["late"] == true;
        (
            length.num_minutes(),
            is_late,
            says.ends_with(" TE LAAT opgemerkt."),
        )
    };
    named(log, "alarm_due").map(line).collect()
}

fn steps(log: &[Value]) -> Vec<u64> {
    let step = |entry: &Value| entry["step"].as_u64().unwrap();
    named(log, "alert_step").map(step).collect()
}

#[test]
fn after_two_hours_asleep_what_passed_comes_once_in_order_and_marked_late() {
    let mut world = alerted_at_ten("asleep", None);
    serve(&mut world, "2026-03-02T12:00:00Z@1");
    let log_before = until_events(&world, "delivered", FIRST.len() + 4);
    // The last step repeats from the moment it went.
    assert_eq!(due(&log_before), [(10, true, true), (20, true, true)]);
    assert_eq!(steps(&log_before), [1, 2, 3], "{:#?}", said(&log_before));
    assert_eq!(world.stop(), Some(0));
    // Once: another start finds nothing to do until the next moment.
    serve(&mut world, "2026-03-02T12:01:00Z@1");
    assert_eq!(due(&log(&world)).len(), 2);
    assert_eq!(world.stop(), Some(0));
    serve(&mut world, "2026-03-02T12:14:50Z@60");
    let log = until_events(&world, "alarm_due", 3);
    let next = due(&log)[2];
    assert!((134..137).contains(&next.0), "{next:?}");
    assert_all_told(&drain(&world), &world.mails(), |_| 1);
}

#[test]
fn after_a_missing_day_mail_that_waited_goes_out_once_and_in_order() {
    let mut world = alerted_at_ten("day", Some(Fault::Busy));
    world.misbehave(None);
    serve(&mut world, "2026-03-03T10:00:00Z@1");
    let log = until_events(&world, "delivered", FIRST.len() + 4);
    assert_eq!(due(&log), [(10, true, true), (20, true, true)]);
    assert_eq!(steps(&log), [1, 2, 3], "{:#?}", said(&log));
    assert_all_told(&drain(&world), &world.mails(), |_| 1);
}

#[test]
fn after_the_clock_was_set_back_nothing_comes_twice_and_mail_does_not_wait_for_it() {
    let mut world = alerted_at_ten("back", Some(Fault::Busy));
    world.misbehave(None);
    serve(&mut world, "2026-03-02T09:00:00Z@1");
    let told = until_events(&world, "delivered", FIRST.len());
    let at = named(&told, "delivered").map(|entry| moment(&entry["at"]));
    let began = moment(&told[0]["at"]);
    assert!(
        at.max() < Some(began - TimeDelta::minutes(50)),
        "{:#?}",
        said(&told)
    );
    assert_eq!(steps(&told), [1], "{:#?}", said(&told));
    assert_eq!(world.stop(), Some(0));
    // The next step comes when the clock shows its moment.
    serve(&mut world, "2026-03-02T10:05:00Z@60");
    let log = until_events(&world, "alarm_due", 1);
    assert_eq!(due(&log)[0].0, 10);
    assert_eq!(steps(&log), [1, 2], "{:#?}", said(&log));
    assert_all_told(&drain(&world), &world.mails(), |_| 1);
}
