//! Who is alerted when, until somebody answers.

use draaiboek::domain::desk::Refusal;
use draaiboek::domain::run::Event;
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::run::ending::Outcome;
use draaiboek::domain::step::answers::{NoReply, Reply, Standing, Who};
use insta::assert_snapshot;

use crate::crew::{Crew, STEPS, evidence};

#[test]
fn nobody_answers_and_it_starts_over() {
    let mut crew = Crew::new(STEPS);
    let said = crew.until(65);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn only_the_role_without_an_answer_goes_on() {
    let mut crew = Crew::new(STEPS);
    crew.until(4);
    crew.said();
    let said = crew.says("anna", &Reply::Take);
    crew.tell(&said);
    let said = crew.until(12);
    crew.tell(&said);
    // Her deputy for one role, not for the other.
    let said = crew.says("bo", &Reply::Take);
    crew.tell(&said);
    crew.submit(&Event::Noted {
        by: "anna".into(),
        text: "calling the shop".into(),
    });
    crew.submit(&Event::Noted {
        by: "cas".into(),
        text: "counting".into(),
    });
    let said = crew.until(600);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn who_answers_a_later_step_takes_over_what_is_missing() {
    let mut crew = Crew::new(STEPS);
    crew.until(20);
    crew.said();
    assert_eq!(
        crew.reply("dirk", &Reply::Take).unwrap(),
        Standing::Yours(crew.now, vec!["analyst".into(), "lead".into()])
    );
    let said = crew.said();
    crew.tell(&said);
    // The others need not answer any more, and may still say that they are there.
    assert!(matches!(
        crew.reply("cas", &Reply::Take),
        Ok(Standing::Others(_))
    ));
    let said = crew.said();
    crew.tell(&said);
    assert_eq!(crew.says("cas", &Reply::Take), "");
    assert_snapshot!(crew.story);
}

#[test]
fn who_answers_for_one_role_does_not_silence_another() {
    // Bo is deputy of the lead as well, and asked only as the analyst.
    let mut crew = Crew::with(
        STEPS,
        "",
        "away: [ { who: cas, from: 2027-01-01, through: 2027-01-31 } ]",
    );
    assert_eq!(
        crew.reply("bo", &Reply::Take).unwrap(),
        Standing::Yours(crew.now, vec!["analyst".into()])
    );
    assert_snapshot!(crew.until(11));
}

#[test]
fn i_cannot_escalates_at_once() {
    let mut crew = Crew::new(STEPS);
    crew.until(2);
    crew.said();
    let said = crew.says("anna", &Reply::PassOn);
    crew.tell(&said);
    // Her only deputy cannot either: the next step, for this role alone.
    let said = crew.says("bo", &Reply::PassOn);
    crew.tell(&said);
    assert_eq!(
        crew.says("bo", &Reply::PassOn),
        "",
        "a second time is no news"
    );
    let said = crew.until(21);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn what_was_in_hand_can_be_handed_on() {
    let mut crew = Crew::new(STEPS);
    crew.says("anna", &Reply::Take);
    crew.says("cas", &Reply::Take);
    crew.until(8);
    crew.submit(&Event::Noted {
        by: "anna".into(),
        text: "on it".into(),
    });
    let said = crew.says("anna", &Reply::PassOn);
    crew.tell(&said);
    let said = crew.says("bo", &Reply::Take);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn a_step_that_reaches_nobody_is_skipped_at_once() {
    // Nobody is deputy for the board, so step 2 has nobody behind it.
    let steps = "
    - { roles: [board] }
    - { after: 10m, deputies: true }
    - { after: 30m, roles: [lead] }
    - { after: 40m, roles: [boss] }
";
    let mut crew = Crew::new(steps);
    let said = crew.until(25);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn an_answer_without_a_deed_goes_stale() {
    let mut crew = Crew::new(STEPS);
    crew.says("cas", &Reply::Take);
    crew.says("anna", &Reply::Take);
    crew.until(14);
    let said = crew.submit(&Event::Noted {
        by: "cas".into(),
        text: "counting".into(),
    });
    crew.tell(&said);
    let said = crew.until(16);
    crew.tell(&said);
    // She answers again, and now does something.
    crew.says("anna", &Reply::Take);
    crew.submit(&Event::Noted {
        by: "anna".into(),
        text: "calling".into(),
    });
    assert_eq!(crew.until(600), "");
    assert_snapshot!(crew.story);
}

#[test]
fn that_was_not_me_undoes_and_alerts_again() {
    let mut crew = Crew::new(STEPS);
    crew.until(1);
    let first = crew.who("anna");
    crew.says("anna", &Reply::Take);
    crew.until(3);
    let said = crew.says("anna", &Reply::NotMe);
    crew.tell(&said);
    // Whoever has the old link can do nothing with it.
    for reply in [
        Reply::Take,
        Reply::PassOn,
        Reply::NotMe,
        Reply::Note("x".into()),
    ] {
        assert_eq!(
            crew.reply_as(&first, &reply),
            Err(Refusal::NoReply(NoReply::Void))
        );
    }
    assert!(matches!(
        crew.reply("anna", &Reply::Take),
        Ok(Standing::Yours(..))
    ));
    assert_snapshot!(crew.story);
}

#[test]
fn who_cannot_be_reached_is_not_waited_for() {
    let mut crew = Crew::new(STEPS);
    crew.until(1);
    crew.said();
    let said = crew.refuse("anna");
    crew.tell(&said);
    let said = crew.submit(&Event::Unreachable {
        person: "cas".into(),
        because: "out of office".into(),
    });
    crew.tell(&said);
    let said = crew.refuse("bo");
    crew.tell(&said);
    let said = crew.refuse("dirk");
    crew.tell(&said);
    let said = crew.refuse("els");
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn a_rise_asks_everybody_again_and_ends_the_old_alarm() {
    let mut crew = Crew::with(
        STEPS,
        "\n    - { roles: [boss] }\n    - { after: 5m, deputies: true }\n",
        "",
    );
    crew.says("anna", &Reply::Take);
    crew.until(5);
    let rise = Event::TriggerFired {
        playbook: "mouse".into(),
        trigger: "storm".into(),
        level: "crisis".into(),
        evidence: Box::new(evidence(crew.now)),
    };
    let said = crew.submit(&rise);
    crew.tell(&said);
    let said = crew.until(11);
    crew.tell(&said);
    assert!(matches!(
        crew.reply("cas", &Reply::Take),
        Ok(Standing::Others(_) | Standing::ToldOnly)
    ));
    assert_snapshot!(crew.story);
}

#[test]
fn who_came_on_duty_since_the_first_step_is_asked_with_the_deputies() {
    // Anna is back at midnight; until then Bo stands in.
    let mut crew = Crew::with(
        STEPS,
        "\n    - { roles: [lead] }\n    - { after: 10m, deputies: true, repeat: 5m }\n",
        "away: [ { who: anna, from: 2027-01-15, through: 2027-01-15 } ]",
    );
    crew.until(16 * 60 - 5);
    crew.said();
    let rise = Event::TriggerFired {
        playbook: "mouse".into(),
        trigger: "storm".into(),
        level: "crisis".into(),
        evidence: Box::new(evidence(crew.now)),
    };
    let said = crew.submit(&rise);
    assert!(said.contains("Bo (Lead) alerted"), "{said}");
    for minutes in [5, 10] {
        let said = crew.until(16 * 60 + minutes);
        assert!(said.contains("Anna (Lead) alerted"), "{said}");
    }
}

#[test]
fn a_role_that_could_be_told_after_all_is_not_said_to_be_missed() {
    // Both are away today, and back at midnight.
    let day = "from: 2027-01-15, through: 2027-01-15";
    let away = format!("away: [ {{ who: anna, {day} }}, {{ who: bo, {day} }} ]");
    let mut crew = Crew::with(STEPS, "", &away);
    assert!(crew.said().contains("Lead not told"));
    let run = crew.desk.run(1).unwrap();
    assert_eq!(run.not_told[0].0, "lead");
    let said = crew.until(17 * 60);
    assert!(said.contains("Anna (Lead) alerted"), "{said}");
    assert_eq!(crew.desk.run(1).unwrap().not_told, []);
}

#[test]
fn a_deputy_at_work_hears_of_a_rise_and_is_asked_again() {
    let mut crew = Crew::with(STEPS, STEPS, "");
    crew.says("cas", &Reply::PassOn);
    crew.says("bo", &Reply::Take);
    let rise = Event::TriggerFired {
        playbook: "mouse".into(),
        trigger: "storm".into(),
        level: "crisis".into(),
        evidence: Box::new(evidence(crew.now)),
    };
    let said = crew.submit(&rise);
    assert!(said.contains("Bo (Analyst) alerted"), "{said}");
    assert!(matches!(
        crew.reply("bo", &Reply::Take),
        Ok(Standing::Yours(..))
    ));
}

#[test]
fn a_step_repeats_until_its_times_are_used_up() {
    let steps = "
    - { roles: [lead], repeat: 5m, times: 3 }
    - { after: 60m, roles: [boss], repeat: 15m }
";
    let mut crew = Crew::new(steps);
    let said = crew.until(100);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn after_two_hours_asleep_what_was_missed_happens_once_and_in_order() {
    let mut crew = Crew::new(STEPS);
    crew.said();
    let said = crew.asleep_until(120);
    crew.tell(&said);
    assert_eq!(crew.asleep_until(121), "");
    // A clock that goes back makes nothing happen twice.
    assert_eq!(crew.asleep_until(61), "");
    let said = crew.asleep_until(131);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn a_step_that_only_tells_keeps_the_time_of_the_next() {
    let steps = "
    - { roles: [lead] }
    - { after: 10m, tell: [board] }
    - { after: 20m, roles: [boss] }
";
    let mut crew = Crew::new(steps);
    crew.said();
    let said = crew.until(20);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn a_closed_run_asks_nobody() {
    let mut crew = Crew::new(STEPS);
    crew.submit(&Event::RunClosed {
        by: "root".into(),
        reason: "false alarm".into(),
        outcome: Outcome::FalseAlarm,
    });
    assert_eq!(crew.until(600), "");
    assert_eq!(
        crew.reply("anna", &Reply::Take),
        Err(Refusal::NoReply(NoReply::Closed))
    );
}

#[test]
fn who_got_too_many_alerts_gets_the_rest_later_and_hears_of_it() {
    // Every minute: the eleventh within ten minutes has to wait.
    let steps = "\n    - { roles: [lead], repeat: 50s }\n    - { after: 12m, roles: [boss] }\n";
    let mut crew = Crew::new(steps);
    crew.until(7);
    crew.said();
    let said = crew.until(12);
    crew.tell(&said);
    // A rise goes at once, whatever the person got before.
    let rise = Event::TriggerFired {
        playbook: "mouse".into(),
        trigger: "storm".into(),
        level: "crisis".into(),
        evidence: Box::new(evidence(crew.now)),
    };
    let said = crew.submit(&rise);
    crew.tell(&said);
    assert_snapshot!(crew.story);
}

#[test]
fn who_is_at_the_server_can_answer_for_all_that_is_missing() {
    let mut crew = Crew::new(STEPS);
    crew.said();
    let root = Who {
        person: "root".into(),
        effect: None,
        through: Through::Command,
        by: "root".into(),
    };
    crew.reply_as(&root, &Reply::Take).unwrap();
    let said = crew.said();
    crew.tell(&said);
    // For one on the phone: what is theirs.
    let story = crew.story;
    let mut crew = Crew::new(STEPS);
    crew.story = story;
    crew.said();
    let anna = Who {
        person: "anna".into(),
        ..root
    };
    crew.reply_as(&anna, &Reply::Take).unwrap();
    let said = crew.said();
    crew.tell(&said);
    assert_snapshot!(crew.story);
}
