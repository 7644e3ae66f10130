//! Mail servers that fail in every way, while an alert escalates: everybody
//! who can be reached is told, in order, once, and the log says what happened.

use std::time::Duration;

use chrono::TimeDelta;
use draaiboek::demo::catcher::{Caught, Fault, Stage};
use serde_json::Value;

use crate::team::{
    FIRST, alarm, arrived, assert_all_told, assert_told_but_for_one, decided, drain, failures, log,
    moment, named, said, serve, team, until_clock, until_events,
};

/// An hour in seconds, and then slowly, to mend the server between two tries.
const AN_HOUR: &str = "2026-03-02T10:00:00Z@600,2026-03-02T11:10:00Z@30";

/// When `AN_HOUR` goes slowly.
const SLOWLY: &str = "2026-03-02T11:10";

const MINUTE_A_SECOND: &str = "2026-03-02T10:00:00Z@60";

fn data(answer: &str) -> Fault {
    Fault::Data(answer.to_owned())
}

fn content(answer: &str) -> Fault {
    Fault::Content(answer.to_owned())
}

/// No mail for an hour. The steps go on by the clock, and all that was decided
/// arrives afterwards.
fn an_hour_without(name: &str, fault: Option<Fault>, words: &str) -> (Vec<Value>, Vec<Caught>) {
    let mut world = team(name);
    match &fault {
        Some(_) => world.misbehave(fault.clone()),
        None => world.close_mail_server(),
    }
    serve(&mut world, AN_HOUR);
    alarm(&world);
    until_clock(&world, SLOWLY);
    // On a busy machine the run began late by this clock.
    until_events(&world, "alarm_due", 4);
    assert!(world.mails().is_empty(), "{name}");
    world.misbehave(None);
    world.open_mail_server();
    let log = drain(&world);

    let said = said(&log);
    let failures = failures(&log);
    let decided = decided(&log);
    assert!(
        failures.iter().all(|because| because.contains(words)),
        "{failures:?}"
    );
    for person in decided.keys() {
        let mut failed = named(&log, "delivery_failed");
        let is_said = failed.any(|entry| entry["person"] == **person);
        assert!(is_said, "{person}: {said:#?}");
    }
    // The steps, the last one twice, and that nobody answers. A repeat counts
    // from when a step went, which on a busy machine is late.
    let due = minutes_due(&log);
    assert!(due.starts_with(&[10, 20]), "{due:?} {said:#?}");
    assert!(due.len() >= 4 && due.is_sorted(), "{due:?} {said:#?}");
    assert!((35..50).contains(&due[2]), "{due:?} {said:#?}");
    for (person, at_least) in [("anna", 2), ("bo", 2), ("kees", 3)] {
        assert!(decided[person].len() >= at_least, "{person}: {said:#?}");
    }
    (log, world.mails())
}

/// The moments at which something was due, in minutes of the run.
fn minutes_due(log: &[Value]) -> Vec<i64> {
    let began = moment(&log[0]["at"]);
    let due = named(log, "alarm_due").map(|entry| moment(&entry["due_at"]) - began);
    due.map(|length| length.num_minutes()).collect()
}

/// `judge` sees log and mails of each.
fn side_by_side(
    outages: Vec<(&str, Option<Fault>, &str)>,
    judge: impl Fn(&[Value], &[Caught]) + Sync,
) {
    let judge = &judge;
    std::thread::scope(|scope| {
        for (name, fault, words) in outages {
            scope.spawn(move || {
                let (log, mails) = an_hour_without(name, fault, words);
                judge(&log, &mails);
            });
        }
    });
}

#[test]
fn a_server_that_is_away_for_an_hour_gets_everything_in_order_afterwards() {
    let midway = Fault::Goodbye(Stage::Recipient);
    let outages = vec![
        ("closed", None, "cannot be reached: Connection refused"),
        ("busy", Some(Fault::Busy), "refused in its greeting: 421"),
        ("midway", Some(midway), "refused at the recipient: 421"),
    ];
    side_by_side(outages, |log, mails| assert_all_told(log, mails, |_| 1));
}

#[test]
fn a_server_that_takes_no_content_for_an_hour_gets_everything_afterwards() {
    let outages = vec![
        ("data", Some(data("451 later")), "before the content: 451"),
        ("content", Some(content("451 full")), "at the content: 451"),
        ("drop", Some(Fault::DropInData), "broke at the content: "),
    ];
    side_by_side(outages, |log, mails| {
        // One that failed often by itself may be the only one that cannot pass, so
        // the next is tried too: when the server mends between the two, that one
        // comes first, and no other.
        assert_told_but_for_one(log, mails);
    });
}

#[test]
fn a_mail_whose_answer_was_lost_comes_twice_with_one_message_id() {
    let mut world = team("lost");
    world.misbehave(Some(Fault::DropOnceAfterDot));
    serve(&mut world, MINUTE_A_SECOND);
    alarm(&world);
    until_events(&world, "delivered", FIRST.len() + 3);
    let log = drain(&world);
    assert_all_told(&log, &world.mails(), |_| 2);
    let failures = failures(&log);
    let words = "the mail may have been taken, and will come twice then";
    assert_eq!(failures.len(), world.mails().len() / 2);
    assert!(
        failures.iter().all(|because| because.contains(words)),
        "{failures:?}"
    );
}

#[test]
fn a_server_that_hangs_at_any_stage_is_left_and_the_next_step_does_not_wait() {
    let mut world = team("hang");
    let at = |stage| Fault::Hang(stage);
    world.misbehave_in_turn(&[
        Fault::Silent,
        at(Stage::Hello),
        at(Stage::Sender),
        at(Stage::Recipient),
        at(Stage::Data),
        at(Stage::Content),
        Fault::HangAfterDot(Duration::from_secs(60)),
    ]);
    // A mail is given half a minute in real time: ten minutes and more here.
    serve(&mut world, "2026-03-02T10:00:00Z@30");
    alarm(&world);
    let log = until_events(&world, "delivered", 3);
    let mut told = named(&log, "delivered");
    let is_deputy = |entry: &Value| {
        ["bo", "dirk", "fenna"]
            .map(Value::from)
            .contains(&entry["person"])
    };
    assert!(
        told.all(is_deputy),
        "the first step hangs: {:#?}",
        said(&log)
    );
    until_events(&world, "delivered", FIRST.len() + 3);
    let log = drain(&world);
    let mails = world.mails();
    let copied: Vec<&String> = mails.iter().map(|mail| &mail.message_id).collect();
    let twice = |effect: &str| {
        let prefix = format!("<{effect}.");
        copied.iter().filter(|id| id.starts_with(&prefix)).count()
    };
    assert_eq!(mails.len(), FIRST.len() + 3 + 1, "one answer was lost");
    assert_all_told(&log, &mails, |effect| twice(effect).clamp(1, 2));

    let mut failures: Vec<String> = failures(&log);
    failures.sort();
    let said = |stage: &str| format!("{} did not answer in time {stage}", world.mail_server());
    let doubt = "; the mail may have been taken, and will come twice then";
    assert_eq!(
        failures,
        [
            said(&format!("at the content{doubt}")),
            said(&format!("at the content{doubt}")),
            said("at the recipient"),
            said("at the sender address"),
            said("before the content"),
            said("in its greeting"),
            said("in its greeting"),
        ]
    );
}

#[test]
fn a_server_so_slow_that_the_next_step_falls_due_gets_each_mail_once() {
    let mut world = team("slow");
    // Six answers a mail: 9 seconds, which are 18 minutes.
    world.misbehave(Some(Fault::Slow(Duration::from_millis(1_500))));
    serve(&mut world, "2026-03-02T10:00:00Z@120");
    alarm(&world);
    let steps = until_events(&world, "alert_step", 2);
    assert_eq!(named(&steps, "delivered").count(), 0, "{:#?}", said(&steps));
    until_events(&world, "alert_step", 4);
    let log = drain(&world);
    assert_all_told(&log, &world.mails(), |_| 1);
    assert!(failures(&log).is_empty(), "{:?}", failures(&log));
    assert!(arrived(&world.mails())["kees"].len() >= 2);
}

#[test]
fn a_server_that_greylists_gets_each_mail_once() {
    let mut world = team("grey");
    // Five minutes.
    world.misbehave(Some(Fault::Greylist(Duration::from_secs(5))));
    serve(&mut world, MINUTE_A_SECOND);
    alarm(&world);
    until_events(&world, "delivered", FIRST.len());
    let log = drain(&world);
    assert_all_told(&log, &world.mails(), |_| 1);
    let failures = failures(&log);
    assert!(failures.len() >= FIRST.len(), "{failures:?}");
    let words = "refused at the recipient: 451 4.7.1 (address) greylisted";
    assert!(
        failures.iter().all(|because| because.contains(words)),
        "{failures:?}"
    );
}

#[test]
fn one_refused_for_good_passes_to_the_next_in_line_and_disturbs_nobody_else() {
    let mut world = team("refused");
    world.misbehave(Some(Fault::Recipient {
        who: "cas@".to_owned(),
        answer: "550 5.1.1 <cas@korst.example>: no such user".to_owned(),
    }));
    // So slow that no step falls due.
    serve(&mut world, "2026-03-02T10:00:00Z@1");
    alarm(&world);
    // The six others, the next in line, and those who run the program.
    until_events(&world, "delivered", FIRST.len() + 1);
    let log = drain(&world);
    let said = said(&log);
    let decided = decided(&log);
    let cas = decided["cas"][0].clone();
    assert_all_told(&log, &world.mails(), |effect| usize::from(effect != cas));
    let people: Vec<(&str, usize)> = decided
        .iter()
        .map(|(person, effects)| (person.as_str(), effects.len()))
        .collect();
    let mut expected: Vec<(&str, usize)> = FIRST.iter().map(|person| (*person, 1)).collect();
    expected.extend([("dirk", 1), ("lea", 1)]);
    expected.sort_unstable();
    assert_eq!(people, expected, "{said:#?}");
    let refused: Vec<&Value> = named(&log, "delivery_failed").collect();
    assert_eq!(refused.len(), 1, "{said:#?}");
    assert_eq!(
        (&refused[0]["person"], &refused[0]["for_good"]),
        (&"cas".into(), &true.into())
    );
    let because = refused[0]["because"].to_string();
    assert!(
        because.contains("at the recipient: 550 5.1.1 (address)"),
        "{because}"
    );
    let to_dirk = named(&log, "alert").find(|entry| entry["person"] == "dirk");
    let waited = moment(&to_dirk.unwrap()["at"]) - moment(&refused[0]["at"]);
    assert!(waited < TimeDelta::seconds(1), "{said:#?}");
    assert_eq!(named(&log, "alarm_due").count(), 0, "{said:#?}");
}

#[test]
fn an_answer_on_the_server_ends_the_steps_also_while_no_mail_goes() {
    let mut world = team("ack");
    world.close_mail_server();
    serve(&mut world, AN_HOUR);
    alarm(&world);
    until_events(&world, "alert_step", 2);
    for person in ["anna", "cas", "els"] {
        world.says(&["ack", "1", "--for", person]);
    }
    let answered = log(&world);
    until_clock(&world, SLOWLY);
    let later = log(&world);
    assert_eq!(decided(&later), decided(&answered), "{:#?}", said(&later));
    assert!(
        named(&later, "alert_step").count() < 5,
        "{:#?}",
        said(&later)
    );
    world.open_mail_server();
    let log = drain(&world);
    // What was decided before the answer arrives all the same.
    assert_all_told(&log, &world.mails(), |_| 1);
    let n_told = arrived(&world.mails()).len();
    assert!(n_told >= FIRST.len() + 3, "{n_told}");
}
