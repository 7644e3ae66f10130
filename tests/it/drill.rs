//! Drills from outside: the example scenario played by scripted people, by a
//! facilitator at a table, and on recorded crises.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::TimeDelta;
use draaiboek::config;
use draaiboek::domain::drill::record::{Entry, Manner, Record, What};
use draaiboek::domain::drill::score::measure::Name;
use draaiboek::domain::drill::score::score;
use draaiboek::domain::run::Event;
use draaiboek::domain::time::Timestamp;
use draaiboek::drill::replay::{self, Shift};
use draaiboek::drill::stage::Stage;
use draaiboek::drill::unattended;
use draaiboek::engine;
use draaiboek::notify::MailTemplates;

const STORM: &str = "viral-complaint-storm";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/drill")
}

/// A copy of the example organisation, with these scenarios beside its own.
fn folder(name: &str, scenarios: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("drill-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    for file in config::read_folder(&fixture()).files {
        write(&folder.join(file.path), &file.bytes);
    }
    for (name, text) in scenarios {
        let path = folder.join(format!("playbooks/scenarios/{name}.yaml"));
        write(&path, text.as_bytes());
    }
    folder
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn stage(folder: &Path, scenario: &str, seed: u64) -> Stage {
    let parsed = config::load(folder);
    assert_eq!(parsed.n_errors(), 0, "{:#?}", parsed.findings);
    let organisation = parsed.organisation.unwrap();
    let mut scenarios = parsed.scenarios.iter();
    let read = scenarios.find(|read| read.scenario.name == scenario);
    let read = read.unwrap();
    let begins = read.scenario.story.begins_at(organisation.timezone);
    let replayed = config::replay_path(folder, read)
        .map(|path| replay::load(&path, Shift::To(begins)).unwrap().mentions);
    Stage {
        scenario: read.scenario.clone(),
        shelf: engine::shelf(&parsed.playbooks, &parsed.templates),
        watches: engine::watches_of(&organisation).unwrap(),
        organisation: Arc::new(organisation),
        templates: Arc::new(MailTemplates::shipped()),
        replayed: replayed.unwrap_or_default(),
        seed,
        manner: Manner::Unattended,
    }
}

fn play(folder: &Path, scenario: &str) -> Record {
    unattended::run(stage(folder, scenario, 1), |_, _| {}).unwrap()
}

/// Minutes since the story began.
fn minute(record: &Record, at: Timestamp) -> i64 {
    (at - record.began_at).num_minutes()
}

/// The events of all runs, with their minute.
fn events(record: &Record) -> Vec<(i64, &Event)> {
    let events = record.entries.iter().filter_map(|entry| match &entry.what {
        What::Event { logged, .. } => Some((minute(record, entry.at), &logged.event)),
        _ => None,
    });
    events.collect()
}

/// When something of a kind happened first, in minutes.
fn first(record: &Record, is_it: impl Fn(&Event) -> bool) -> Option<i64> {
    let events = events(record).into_iter();
    let mut found = events.filter(|(_, event)| is_it(event));
    found.next().map(|(at, _)| at)
}

fn count(record: &Record, is_it: impl Fn(&Event) -> bool) -> usize {
    let events = events(record).into_iter();
    events.filter(|(_, event)| is_it(event)).count()
}

/// Who was told when, by which way.
fn told(record: &Record) -> Vec<(i64, &str, &str)> {
    let told = record.entries.iter().filter_map(|entry| match &entry.what {
        What::Told {
            person, through, ..
        } => Some((minute(record, entry.at), person.as_str(), through.as_str())),
        _ => None,
    });
    told.collect()
}

fn in_order(entries: &[Entry]) -> bool {
    entries.is_sorted_by_key(|entry| entry.at)
}

#[test]
fn scripted_people_play_the_example() {
    let record = play(&fixture(), STORM);
    assert_eq!(record.manner, Manner::Unattended);
    assert_eq!(record.ended_at - record.began_at, TimeDelta::hours(5));
    assert!(in_order(&record.entries));
    let started = first(&record, |event| matches!(event, Event::RunStarted { .. })).unwrap();
    assert!((10..60).contains(&started), "{started}");
    // Webcare hears it first, and answers four minutes later.
    let (alerted, person, through) = told(&record)[0];
    assert_eq!((alerted, person, through), (started, "noor", "mail"));
    let answered = first(&record, |event| matches!(event, Event::Answered { .. })).unwrap();
    assert_eq!(answered, started + 4);
    let levels: Vec<&str> = events(&record)
        .into_iter()
        .filter_map(|(_, event)| match event {
            Event::LevelRaised { to, .. } => Some(to.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(levels, ["incident", "crisis"]);
    let is_done = |name: &str| {
        let done = first(
            &record,
            |event| matches!(event, Event::TaskDone { task, .. } if task == name),
        );
        done.is_some()
    };
    assert!(is_done("verify") && is_done("call-complainant@1") && is_done("privacy-check"));
    let published = |name: &str| {
        first(
            &record,
            |event| matches!(event, Event::Published { message, .. } if message == name),
        )
    };
    assert!(published("staff-note") < published("statement"));
    assert!(published("staff-note").is_some());
    // What nobody is asked to do happens to nobody: the board has no responder.
    let by_board = count(
        &record,
        |event| matches!(event, Event::Answered { person, .. } if person == "henk"),
    );
    assert_eq!(by_board, 0);
    let injects = record.entries.iter().filter(|entry| {
        matches!(
            entry.what,
            What::Injected {
                number: Some(_),
                ..
            }
        )
    });
    // The one that waits for our silence as well: the last update is long ago.
    assert_eq!(injects.count(), 9);
}

#[test]
fn two_runs_are_the_same_to_the_byte() {
    let json = |seed| {
        let record = unattended::run(stage(&fixture(), STORM, seed), |_, _| {}).unwrap();
        serde_json::to_string(&record).unwrap()
    };
    let one = json(7);
    assert_eq!(one, json(7));
    assert_ne!(one, json(8));
}

#[test]
fn while_mail_fails_the_next_way_is_used() {
    let record = play(&fixture(), STORM);
    // The inject: from minute 50, for twenty minutes.
    let during = |at: i64| (51..70).contains(&at);
    let told = told(&record);
    let by_mail = told
        .iter()
        .filter(|(at, _, way)| during(*at) && *way == "mail");
    assert_eq!(by_mail.count(), 0);
    assert!(told.iter().any(|(at, _, way)| during(*at) && *way == "sms"));
    assert!(
        told.iter()
            .any(|(at, who, way)| *at >= 70 && *who == "joost" && *way == "mail")
    );
    let failed = first(&record, |event| {
        matches!(event, Event::DeliveryFailed { .. })
    });
    assert!(failed.is_some_and(during));
}

const CAST: &str = "responders:\n  webcare: { answers: 4m, finishes: 0.5x }\n  \
    communications_lead: { answers: 5m, finishes: 0.5x, approves: 5m }\n";

fn scenario(name: &str, lasts: &str, injects: &str) -> String {
    format!(
        "scenario: {name}\ntitle: Oefening\nplaybook: viral-complaint\nbegins: 2026-03-10 13:00\nlasts: {lasts}\n\
         storm: [ {{ at: 0m, rate: 90/h, for: 3h, platforms: [x, facebook] }} ]\ninjects:\n{injects}{CAST}"
    )
}

#[test]
fn a_daemon_that_was_killed_goes_on_where_it_was() {
    let killed = scenario("killed", "3h", "  - { at: 22m, fails: daemon, for: 30m }\n");
    let folder = folder("killed", &[("killed", &killed)]);
    let record = play(&folder, "killed");
    assert!(in_order(&record.entries));
    let started = count(&record, |event| matches!(event, Event::RunStarted { .. }));
    assert_eq!(started, 1);
    let down = events(&record)
        .into_iter()
        .filter(|(at, _)| (23..52).contains(at));
    assert_eq!(down.count(), 0);
    // What fell due meanwhile is noticed, late, and the storm raises the level.
    let late = count(&record, |event| {
        matches!(
            event,
            Event::TaskDue { late: true, .. } | Event::AlarmDue { late: true, .. }
        )
    });
    assert!(late > 0);
    let raised = first(&record, |event| matches!(event, Event::LevelRaised { .. }));
    assert!(raised >= Some(52), "{raised:?}");
}

#[test]
fn who_cannot_be_reached_is_passed_over_and_a_blind_source_is_said() {
    let injects = "  - { at: 0m, fails: { person: noor }, for: 2h }\n  \
        - { at: 30m, fails: { source: suite }, for: 20m }\n";
    let text = scenario("away", "2h", injects);
    let folder = folder("away", &[("away", &text)]);
    let record = play(&folder, "away");
    let told = told(&record);
    assert!(told.iter().all(|(_, who, _)| *who != "noor"));
    assert!(told.iter().any(|(_, who, _)| *who == "lotte"), "{told:?}");
    let blind = first(&record, |event| matches!(event, Event::SourceBlind { .. }));
    let sees = first(&record, |event| matches!(event, Event::SourceSees { .. }));
    assert_eq!((blind, sees), (Some(30), Some(50)));
}

#[test]
fn what_waits_for_our_silence_begins_once() {
    let text = scenario(
        "silent",
        "4h",
        "  - { when: { we_are_silent: 1h }, who: marieke, does: { level: crisis } }\n",
    );
    let text = text.replace(
        "platforms: [x, facebook] } ]",
        "platforms: [x, facebook] }, { when: { we_are_silent: 90m }, rate: 60/h, for: 1h } ]",
    );
    let text = text.replace(CAST, "");
    let folder = folder("silent", &[("silent", &text)]);
    let record = play(&folder, "silent");
    let began: Vec<(i64, bool)> = record
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            What::Injected { number, what } if number.is_some() || what.contains("storm") => {
                Some((minute(&record, entry.at), number.is_some()))
            }
            _ => None,
        })
        .collect();
    let started = first(&record, |event| matches!(event, Event::RunStarted { .. })).unwrap();
    let [(inject, true), (storm, false)] = began[..] else {
        panic!("{began:?}");
    };
    // Judged at the next whole minute.
    assert!((60..=61).contains(&(inject - started)));
    assert!((90..=91).contains(&(storm - started)));
}

fn draaiboek(name: &str, args: &[&str], typed: &str) -> (bool, String, String) {
    let folder = folder(name, &[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .args(args)
        .args(["--dir", folder.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may end before it has read everything.
    let _ = input.write_all(typed.as_bytes());
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_facilitator_plays_it_at_a_table() {
    let typed = "skip 35m\nas noor answer\nas noor fact topic \"de wachttijd\"\n\
        as marieke decide respond acknowledge\nas norr answer\nnote Niemand belde de afdeling\n\
        inject 7\npost anna x \"Nog steeds #delinde\"\nmessage webcare \"Mag filmen?\"\nstatu\ntasks\nstop\n";
    let (is_fine, said, _) = draaiboek("cli1", &["drill", STORM, "--table-top"], typed);
    assert!(is_fine);
    for part in [
        "13:05  INJECT 1: Anna V. op facebook",
        "→ Noor Jansen by mail: [AANDACHT] Klacht die viraal gaat",
        "13:35  Noor Jansen pakt het op als Webcare.",
        "did you mean `noor`?",
        "Note: Niemand belde de afdeling",
        "13:35  INJECT 7: Redactie Lindecourant op news",
        "INJECT: Anna V. op x: “Nog steeds #delinde”",
        "INJECT: message for webcare: “Mag filmen?”",
        "did you mean `status`?",
        "verify",
        "Stopped: the facilitator stopped it.",
        "[13:35, Aandacht, ",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

#[test]
fn a_name_that_is_not_there_gets_a_suggestion() {
    let (is_fine, _, why) = draaiboek(
        "cli2",
        &["drill", "viral-complant-storm", "--unattended"],
        "",
    );
    assert!(!is_fine);
    assert!(
        why.contains("did you mean `viral-complaint-storm`?"),
        "{why}"
    );
    let (is_fine, said, _) = draaiboek("cli3", &["drill", "list"], "");
    assert!(is_fine && said.contains("viral-complaint-storm"), "{said}");
    let file = fixture().join("playbooks/scenarios/viral-complaint-storm.yaml");
    let (is_fine, said, _) = draaiboek(
        "cli4",
        &["drill", file.to_str().unwrap(), "--table-top"],
        "",
    );
    assert!(is_fine && said.contains("Stopped"), "{said}");
}

/// The first second at which the last hour held this many for ten minutes on end,
/// counted plainly.
fn held_for_ten_minutes(seconds: &[i64], at_least: usize) -> i64 {
    let mut held_since = None;
    for second in seconds[0].. {
        let until = seconds.partition_point(|one| *one <= second);
        let from = seconds.partition_point(|one| *one <= second - 3_600);
        if until - from < at_least {
            held_since = None;
        } else if second - *held_since.get_or_insert(second) >= 600 {
            return second;
        }
    }
    unreachable!("the stream has a storm")
}

#[test]
#[expect(clippy::print_stderr, reason = "data that is not there must be told")]
fn recorded_crises_can_be_drilled() {
    let data = Path::new("/work/shared/data/crises");
    if !data.exists() {
        eprintln!(
            "NOT CHECKED: the recorded crises are not at {}",
            data.display()
        );
        return;
    }
    for (name, lasts) in [
        ("2013_Glasgow_helicopter_crash", "1d"),
        ("2013_NY_train_crash", "1d"),
        ("2012_Colorado_wildfires", "19d"),
        ("2013_Alberta_floods", "1d"),
    ] {
        let text = format!(
            "scenario: real\ntitle: Echt\nplaybook: viral-complaint\nlasts: {lasts}\nreplay: real.ndjson\n{CAST}"
        );
        let folder = folder(name, &[("real", &text)]);
        let path = folder.join("draaiboek.yaml");
        let organisation = std::fs::read_to_string(&path).unwrap();
        let everything = organisation.replace("query: '{us}', ignore", "query: '*', ignore");
        assert_ne!(everything, organisation);
        write(&path, everything.as_bytes());
        let csv = data
            .join(name)
            .join(format!("{name}-tweetids_entire_period.csv"));
        let mut stream = String::new();
        let mut seconds = Vec::new();
        for line in std::fs::read_to_string(csv).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split(',').map(|one| one.trim_matches('"')).collect();
            let at =
                chrono::DateTime::parse_from_str(fields[0], "%a %b %d %H:%M:%S %z %Y").unwrap();
            seconds.push(at.timestamp());
            stream.push_str(&format!(
                "{{\"id\":\"{0}\",\"platform\":\"x\",\"author\":\"a{0}\",\"text\":\"a post\",\"published_at\":\"{1}\"}}\n",
                fields[1],
                at.to_rfc3339()
            ));
        }
        write(
            &folder.join("playbooks/scenarios/real.ndjson"),
            stream.as_bytes(),
        );
        let scenario = stage(&folder, "real", 1).scenario;
        let record = play(&folder, "real");
        let started = first(&record, |event| matches!(event, Event::RunStarted { .. }));
        seconds.sort_unstable();
        let fires_at = held_for_ten_minutes(&seconds, 15) - seconds[0];
        assert_eq!(
            started,
            Some(fires_at / 60),
            "{name}: by hand from the data"
        );
        let score = score(&scenario, &record);
        let measured = |name: Name| {
            let found = score.measures.iter().find(|measure| measure.name == name);
            found.and_then(|measure| measure.at)
        };
        let fired_at = record.began_at + TimeDelta::seconds(fires_at);
        assert_eq!(measured(Name::Detected), Some(fired_at), "{name}");
        let reached = record
            .entries
            .iter()
            .find(|entry| matches!(entry.what, What::Told { .. }));
        assert_eq!(
            measured(Name::Alerted),
            reached.map(|entry| entry.at),
            "{name}"
        );
        assert!(!told(&record).is_empty(), "{name}");
        assert!(count(&record, |event| matches!(event, Event::Answered { .. })) > 0);
        let days: i64 = lasts.trim_end_matches('d').parse().unwrap();
        assert_eq!(
            record.ended_at - record.began_at,
            TimeDelta::days(days),
            "{name}"
        );
    }
}
