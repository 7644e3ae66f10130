//! Figures that were worked out by hand, and each kind of expectation.

use super::expectation::{Kept, Verdict};
use super::instead::Instead;
use super::measure::{Basis, Figure, Light, Measure, Name, Why};
use super::sample::*;
use super::*;
use crate::domain::playbook::Aim;
use crate::domain::run::Event;
use crate::domain::scenario::expect::Expected;

fn measured(entries: Vec<(i64, What)>) -> Score {
    score(&scenario(""), &record(entries))
}

fn measure(score: &Score, name: Name) -> Measure {
    let found = score.measures.iter().find(|measure| measure.name == name);
    found.unwrap().clone()
}

/// Value, light and minute.
fn light(score: &Score, name: Name) -> (Option<Figure>, Light, Option<i64>) {
    let measure = measure(score, name);
    let minute = measure.at.map(|moment| (moment - at(0, 0)).num_minutes());
    (measure.value, measure.light, minute)
}

fn minutes(minutes: u64) -> Option<Figure> {
    Some(Figure::Seconds(60 * minutes))
}

#[test]
fn the_figures_of_a_whole_drill_are_those_worked_out_by_hand() {
    let score = measured(rich());
    for (name, value, colour, minute) in [
        // The storm begins at 10, the trigger fires at 15.
        (Name::Detected, minutes(5), Light::Grey, Some(15)),
        (Name::Alerted, minutes(2), Light::Green, Some(17)),
        // The writer at 22: seven minutes, and five are allowed.
        (Name::Answered, minutes(7), Light::Amber, Some(22)),
        // 22 minutes of 20 allowed.
        (Name::Decided, minutes(22), Light::Amber, Some(37)),
        // 40 minutes of 30 allowed.
        (Name::FirstStatement, minutes(40), Light::Amber, Some(55)),
        // Information and meaning, not damage: two of three are 67 %.
        (
            Name::GoalsCovered,
            Some(Figure::Count(2)),
            Light::Red,
            Some(62),
        ),
        (
            Name::PromisesKept,
            Some(Figure::Share(1.0)),
            Light::Green,
            Some(70),
        ),
        (
            Name::QuestionsAnswered,
            Some(Figure::Share(0.5)),
            Light::Red,
            Some(80),
        ),
        (
            Name::RolesSilent,
            Some(Figure::Count(0)),
            Light::Green,
            None,
        ),
        (Name::Overrides, Some(Figure::Count(0)), Light::Green, None),
    ] {
        assert_eq!(light(&score, name), (value, colour, minute), "{name:?}");
    }
    // Of three deadlines the pump (25) was met; the choice (35, done 37) and the
    // statement (45, done 55) were not.
    let on_time = measure(&score, Name::TasksOnTime);
    assert_eq!((on_time.counted, on_time.light), (Some((1, 3)), Light::Red));
    let shares = score.on_time_by_aim.iter();
    let shares: Vec<_> = shares.map(|one| (one.aim, one.n, one.of)).collect();
    assert_eq!(shares, [(Some(Aim::Information), 1, 2), (None, 0, 1)]);
    let missed: Vec<&str> = score.missed.iter().map(|one| one.item.as_str()).collect();
    assert_eq!(missed, ["choose", "holding"]);
    // 4 and 7 minutes; 30 and 35 minutes after the message was called for.
    assert_eq!(score.answer_times.median_seconds, Some(330));
    assert_eq!(score.answer_times.p90_seconds, Some(420));
    assert_eq!(score.approval_times.median_seconds, Some(32 * 60 + 30));
    assert_eq!(score.approval_times.p90_seconds, Some(35 * 60));
    // The storm was over at 70, the stand-down at 100.
    assert_eq!(score.stand_down.light, Light::Green);
    assert_eq!(score.stand_down.storm_over_at, Some(at(70, 0)));
    assert_eq!(score.stand_down.by.as_deref(), Some("anna"));
    assert!(score.passed);
    assert_eq!(score.share, None);
}

#[test]
fn lights_include_their_bounds() {
    for (minute, colour) in [
        (45, Light::Green),
        (46, Light::Amber),
        (60, Light::Amber),
        (61, Light::Red),
    ] {
        let score = measured(vec![(15, started(15)), (minute, published("holding"))]);
        assert_eq!(light(&score, Name::FirstStatement).1, colour, "{minute}");
    }
    for (value, colour) in [(0.8, Light::Green), (0.6, Light::Amber), (0.59, Light::Red)] {
        assert_eq!(measure::at_least(value, 0.8), colour, "{value}");
    }
    assert_eq!(measure::at_most(1, 0), Light::Red);
    assert_eq!(measure::at_most(3, 2), Light::Amber);
}

#[test]
fn nothing_at_all_is_red_only_where_it_should_have_been() {
    let score = measured(Vec::new());
    assert_eq!(measure(&score, Name::Detected).why, Some(Why::Never));
    assert_eq!(measure(&score, Name::Detected).light, Light::Red);
    for name in [Name::Alerted, Name::Decided, Name::GoalsCovered] {
        assert_eq!(measure(&score, name).why, Some(Why::NotStarted), "{name:?}");
    }
    assert_eq!(measure(&score, Name::Answered).why, Some(Why::NoAlert));
}

#[test]
fn a_drill_that_ends_before_the_time_is_up_is_grey() {
    let mut record = record(vec![(15, started(15))]);
    for (minute, why) in [(44, Why::EndedFirst), (45, Why::Never)] {
        record.ended_at = at(minute, 0);
        let score = score(&scenario(""), &record);
        let measure = measure(&score, Name::FirstStatement);
        assert_eq!(measure.why, Some(why), "{minute}");
    }
}

#[test]
fn a_replay_is_counted_from_the_moment_the_condition_held() {
    let mut scenario = scenario("");
    scenario.story.replay = Some("real.ndjson".to_owned());
    let score = score(&scenario, &record(vec![(15, started(15))]));
    let detected = measure(&score, Name::Detected);
    assert_eq!(
        detected.from.map(|from| from.what),
        Some(Basis::ConditionHeld)
    );
    assert_eq!(detected.value, minutes(5));
    assert_eq!(score.stand_down.is_too_early, None);
}

#[test]
fn colleagues_are_not_the_outside_and_defaults_are_not_people() {
    let score = measured(vec![
        (15, started(15)),
        (20, published("staff")),
        (35, decided("open", true)),
    ]);
    assert_eq!(measure(&score, Name::FirstStatement).why, Some(Why::Never));
    assert_eq!(measure(&score, Name::Decided).why, Some(Why::Never));
    let covered = measure(&score, Name::GoalsCovered);
    assert_eq!(covered.value, Some(Figure::Count(1)));
}

#[test]
fn silent_roles_are_named() {
    let score = measured(vec![
        (15, started(15)),
        (15, alert_step(&["owner", "writer"], 15)),
        (18, answered("anna", "owner")),
    ]);
    let silent = Some(Why::Silent(vec![text("writer")]));
    assert_eq!(measure(&score, Name::Answered).why, silent);
    assert_eq!(measure(&score, Name::RolesSilent).why, silent);
    assert_eq!(measure(&score, Name::RolesSilent).light, Light::Red);
}

#[test]
fn an_answer_that_was_not_theirs_is_none() {
    let score = measured(vec![
        (15, started(15)),
        (15, alert_step(&["owner"], 15)),
        (16, answered("anna", "owner")),
        (
            17,
            event(Event::AnswerUndone {
                person: text("anna"),
                roles: vec![text("owner")],
                through: crate::domain::run::alarm::Through::Link,
                by: text("anna"),
            }),
        ),
    ]);
    assert_eq!(
        measure(&score, Name::RolesSilent).value,
        Some(Figure::Count(1))
    );
}

#[test]
fn deadlines_are_met_to_the_second_and_left_out_ones_do_not_count() {
    let skipped = event(Event::Skipped {
        item: text("choose"),
        by: text("anna"),
        reason: text("niet nodig"),
    });
    let score = measured(vec![
        (15, started(15)),
        (15, opened("pump", 25)),
        (15, opened("choose", 35)),
        (15, called("holding", Some(500))),
        (25, done("pump")),
        (30, skipped),
    ]);
    assert_eq!(measure(&score, Name::TasksOnTime).counted, Some((1, 1)));
}

#[test]
fn each_turn_has_its_own_deadline() {
    let score = measured(vec![
        (15, started(15)),
        (15, opened("pump", 25)),
        (20, done("pump")),
        (40, opened("pump", 50)),
        (60, opened("pump", 70)),
        (75, done("pump")),
    ]);
    assert_eq!(measure(&score, Name::TasksOnTime).counted, Some((1, 3)));
}

#[test]
fn standing_down_in_the_storm_is_too_early() {
    let score = measured(vec![(15, started(15)), (69, stood_down())]);
    assert_eq!(score.stand_down.light, Light::Red);
}

/// What comes of one expectation in the whole drill.
fn verdict(written: &str) -> Verdict {
    let scenario = scenario(&format!("expect: [ {written} ]\n"));
    score(&scenario, &record(rich())).expectations[0]
        .verdict
        .clone()
}

#[test]
fn every_kind_of_expectation_has_its_moment() {
    for (written, minute) in [
        ("trigger: rising", 15),
        ("run: started", 15),
        ("level: attention", 15),
        ("level: crisis", 71),
        ("phase: information", 15),
        (
            "told: { who: anna, through: mail, says: [water, KELDER], lacks: [brand] }",
            17,
        ),
        ("answered: writer", 22),
        ("drafted: [holding]", 15),
        // Both roles must, and the second came at 50.
        ("approved: [holding]", 50),
        ("done: [pump, holding]", 55),
        ("done: [choose]", 37),
        ("known: [where]", 40),
        ("decided: { choose: [open, shut] }", 37),
        ("stand_down: proposed", 90),
        ("stand_down: decided", 100),
        ("promise: kept", 70),
        ("replied_to: piet", 62),
    ] {
        let expected = Verdict::Met { at: at(minute, 0) };
        assert_eq!(verdict(&format!("{{ {written} }}")), expected, "{written}");
    }
}

#[test]
fn late_early_and_overdue_news_have_their_moments_too() {
    let scenario = scenario(
        "expect: [ { overdue: [pump] }, { blind: news }, { promise: broken }, { run: closed } ]\n",
    );
    let record = record(vec![
        (15, started(15)),
        (
            25,
            event(Event::TaskDue {
                task: text("pump"),
                role: text("writer"),
                due_at: at(25, 0),
                late: false,
            }),
        ),
        (
            30,
            event(Event::SourceBlind {
                source: text("news"),
                because: text("stil"),
            }),
        ),
        (
            75,
            event(Event::PromiseBroken {
                promised_at: at(75, 0),
            }),
        ),
        (
            90,
            event(Event::RunClosed {
                by: text("anna"),
                reason: text("klaar"),
                outcome: Default::default(),
            }),
        ),
    ]);
    let judged = score(&scenario, &record).expectations;
    let moments: Vec<Verdict> = judged.into_iter().map(|one| one.verdict).collect();
    let met = |minute| Verdict::Met { at: at(minute, 0) };
    assert_eq!(moments, [met(25), met(30), met(75), met(90)]);
}

#[test]
fn both_bounds_are_in_time() {
    let met = Verdict::Met { at: at(71, 0) };
    for (bounds, expected) in [
        ("before: 71m", met.clone()),
        ("after: 71m", met),
        ("before: 70m59s", Verdict::TooLate { at: at(71, 0) }),
        ("after: 71m1s", Verdict::TooEarly { at: at(71, 0) }),
    ] {
        let written = format!("{{ {bounds}, level: crisis }}");
        assert_eq!(verdict(&written), expected, "{bounds}");
    }
}

#[test]
fn a_fraction_of_a_second_is_in_time() {
    let scenario = scenario("expect: [ { before: 15m, run: started } ]\n");
    let mut record = record(vec![(15, started(15))]);
    record.entries[0].at += chrono::TimeDelta::milliseconds(400);
    assert!(score(&scenario, &record).expectations[0].is_met());
}

#[test]
fn what_came_instead_is_said() {
    for (written, instead) in [
        (
            "{ decided: { choose: [open] } }",
            Some(Instead::Option {
                task: text("choose"),
                option: text("shut"),
                at: at(37, 0),
            }),
        ),
        (
            "{ done: [pump, staff] }",
            Some(Instead::Lacking(vec![text("staff")])),
        ),
        ("{ told: { who: bo } }", Some(Instead::ToldNothing)),
        (
            "{ told: { who: anna, says: [brand] } }",
            Some(Instead::Told {
                through: text("mail"),
                at: at(17, 0),
            }),
        ),
        ("{ phase: meaning_making }", None),
    ] {
        let missed = Verdict::Missed {
            instead,
            ended_first: false,
        };
        assert_eq!(verdict(written), missed, "{written}");
    }
}

#[test]
fn points_and_never_decide_whether_it_was_passed() {
    let expect =
        "expect: [ { before: 20m, run: started, points: 7 }, { promise: broken, points: 3 } ]\n";
    let check = |never: &str, passed: bool, kept: Kept| {
        let score = score(&scenario(&format!("{expect}{never}")), &record(rich()));
        let points = Points {
            got: 7,
            of: 10,
            not_measured: 0,
        };
        assert_eq!(score.points, points);
        assert_eq!(
            (score.passed, score.never[0].verdict),
            (passed, kept),
            "{never}"
        );
    };
    check("never: [ { promise: broken } ]\n", true, Kept::Held);
    check("never: [ { overridden: privacy } ]\n", true, Kept::Held);
    let broken = Kept::Broken { at: at(71, 0) };
    check("never: [ { level: crisis } ]\n", false, broken);
    let harder = scenario(&format!("{expect}score: {{ pass: 71% }}\n"));
    assert!(!score(&harder, &record(rich())).passed);
}

#[test]
fn overruling_review_is_counted_and_belongs_to_a_family() {
    let overruled = |rules: &[&str]| {
        event(Event::ReviewOverridden {
            message: text("holding"),
            drafts: vec![text("holding.website.nl")],
            rules: rules.iter().map(|rule| text(rule)).collect(),
            by: text("anna"),
            reason: text("de patiënt wil het zelf"),
        })
    };
    let expect = "expect: [ { overridden: privacy }, { overridden: length } ]\nnever: [ { overridden: blame } ]\n";
    let mut entries = rich();
    entries.push((56, overruled(&["personal-data-name", "tone"])));
    let score = score(&scenario(expect), &record(entries));
    assert_eq!(
        light(&score, Name::Overrides),
        (Some(Figure::Count(1)), Light::Red, Some(56))
    );
    assert!(score.expectations[0].is_met());
    assert!(!score.expectations[1].is_met());
    assert_eq!(score.never[0].verdict, Kept::Held);
}

#[test]
fn runs_of_other_playbooks_are_not_what_is_drilled() {
    let mut entries = vec![(15, started(15)), (20, published("holding"))];
    if let What::Event { logged, .. } = &mut entries[0].1
        && let Event::RunStarted { playbook, .. } = &mut logged.event
    {
        *playbook = text("mouse");
    }
    let score = measured(entries);
    assert_eq!(
        measure(&score, Name::FirstStatement).why,
        Some(Why::NotStarted)
    );
}

#[test]
fn a_score_survives_json() {
    let scenario = scenario(
        "expect: [ { before: 1h, level: crisis }, { told: { who: anna } } ]\nnever: [ { run: closed } ]\n",
    );
    let score = score(&scenario, &record(rich()));
    let json = serde_json::to_string_pretty(&score).unwrap();
    assert_eq!(serde_json::from_str::<Score>(&json).unwrap(), score);
    assert!(json.contains("\"began_at\": \"2026-03-10T12:00:00Z\""));
    assert!(matches!(score.expectations[0].what, Expected::Level(_)));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let measures = serde_json::to_string_pretty(&value["measures"]).unwrap();
    insta::assert_snapshot!("measures", measures);
}
