//! A playbook over recorded mentions: exact times, every form of input, and
//! the fields that others rely on.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Output, Stdio};

use draaiboek::domain::time::{Timestamp, rfc3339};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::world::{DRAAIBOEK, World};

/// Mentions come in here: 2026-03-02T08:00:00Z.
const START: i64 = 1_772_438_400;

/// The bakery with one more playbook, `plan.yaml`, that has these triggers.
fn bakery(triggers: &str) -> World {
    let world = World::new("backtest");
    let plan = format!(
        "playbook: plan\ntitle: Plan\nwatch: bakery\nowner: owner\nwriter: writer\n\
         triggers:\n{triggers}\n\
         alert:\n  attention:\n    - {{ roles: [owner], tell: [writer] }}\n\
         facts:\n  where: {{ ask: Waar?, role: writer }}\n\
         tasks:\n  look: {{ title: Kijk, role: owner, due: 1m after start }}\n\
         phases:\n  information:\n    messages:\n      holding: {{ kind: holding, to: [public], due: 30m }}\n"
    );
    world.folder.write("plan.yaml", plan);
    world
}

fn at(second: i64) -> String {
    rfc3339(Timestamp::from_timestamp(START + second, 0).unwrap())
}

fn line(id: usize, second: i64) -> String {
    format!(
        r#"{{"id":"{id}","platform":"x","author":"a{id}","text":"korst {id}","published_at":"{}"}}"#,
        at(second)
    )
}

fn lines(seconds: &[i64]) -> String {
    let numbered = seconds.iter().enumerate();
    numbered
        .map(|(id, second)| line(id, *second) + "\n")
        .collect()
}

fn run(world: &World, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut command = world.command(DRAAIBOEK);
    command.args(["backtest", "--playbook", "plan.yaml", "--mentions"]);
    command.env("COLUMNS", "100");
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = pipe.write_all(&stdin);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn events_of(output: &Output) -> Vec<Value> {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn backtest(world: &World, arguments: &[&str]) -> Vec<Value> {
    events_of(&run(world, &[arguments, &["--json"]].concat(), b""))
}

/// Seconds after the start at which this event came.
fn times(events: &[Value], name: &str) -> Vec<i64> {
    let of_kind = events.iter().filter(|event| event["event"] == name);
    of_kind
        .map(|event| {
            let at: Timestamp = event["at"].as_str().unwrap().parse().unwrap();
            at.timestamp() - START
        })
        .collect()
}

/// When a rule fires and starts a run over mentions at these seconds.
fn check(rule: &str, seconds: &[i64], fired: &[i64], started: &[i64]) {
    let world = bakery(&format!("  rising: {rule}"));
    world.folder.write("m.ndjson", lines(seconds));
    let events = backtest(&world, &["m.ndjson"]);
    let what = format!("{rule} over {seconds:?}: {events:?}");
    assert_eq!(times(&events, "trigger_fired"), fired, "{what}");
    assert_eq!(times(&events, "run_started"), started, "{what}");
}

#[test]
fn a_window_is_open_at_its_beginning_and_closed_at_its_end() {
    let three = "{ when: { mentions: { within: 10s, at_least: 3 } } }";
    check(three, &[0, 4, 9], &[9], &[9]);
    check(three, &[0, 4, 10], &[], &[]);
    check(three, &[0, 4, 10, 13], &[13], &[13]);
    check(three, &[5, 5, 5], &[5], &[5]);
    check(three, &[5, 5, 5, 5, 5], &[5], &[5]);
    // The condition ends after 19 and holds again at 40: one storm, one run.
    check(three, &[0, 4, 9, 38, 39, 40], &[9, 40], &[9]);
    check(
        "{ when: { mentions: { within: 1h, at_least: 2 } } }",
        &[0, 3_599],
        &[3_599],
        &[3_599],
    );
    check(
        "{ when: { mentions: { within: 1h, at_least: 2 } } }",
        &[0, 3_600],
        &[],
        &[],
    );
}

#[test]
fn a_condition_must_hold_for_every_second() {
    let rule = "{ when: { mentions: { within: 10s, at_least: 2 } }, for: 10s }";
    // Holds in [5, 15): just long enough.
    check(rule, &[5, 5, 60], &[15], &[15]);
    // Holds in [9, 15): not long enough.
    check(rule, &[5, 9, 60], &[], &[]);
    check(rule, &[5, 9, 14, 18, 60], &[19], &[19]);
    // A gap of one second starts the counting again.
    check(rule, &[0, 1, 11, 12, 22, 23, 60], &[], &[]);
    check(rule, &[0, 1, 9, 11, 18, 20, 60], &[11], &[11]);
}

#[test]
fn every_part_of_a_condition_counts_in_its_own_window() {
    let two = "mentions: { within: 10s, at_least: 2 }";
    let four = "mentions: { within: 1m, at_least: 4 }";
    let all = format!("{{ when: {{ all: [{{ {two} }}, {{ {four} }}] }} }}");
    check(&all, &[0, 1, 2, 3, 40, 41], &[3, 41], &[3]);
    check(&all, &[0, 20, 40, 59], &[], &[]);
    let any = format!("{{ when: {{ any: [{{ {four} }}, {{ {two} }}] }} }}");
    check(&any, &[0, 20, 40, 59, 80], &[59], &[59]);
    check(&any, &[0, 1, 2, 3], &[1], &[1]);
    let none = format!("{{ when: {{ all: [{{ none: [{{ {four} }}] }}, {{ {two} }}] }} }}");
    check(&none, &[0, 1, 2, 3, 40, 41], &[1], &[1]);
    check(&none, &[0, 1, 40, 41], &[1], &[1]);
    check(&none, &[0, 1, 60, 62], &[1, 62], &[1]);
}

#[test]
fn a_timer_and_a_mention_in_the_same_second_make_one_firing() {
    // At 11 the first mention leaves the window and the last one enters.
    check(
        "{ when: { mentions: { within: 11s, at_least: 1 } } }",
        &[0, 11, 60],
        &[0, 60],
        &[0],
    );
    check(
        "{ when: { mentions: { within: 10s, at_least: 1 } }, for: 10s }",
        &[0, 10, 60, 90],
        &[10, 70],
        &[10],
    );
}

#[test]
fn a_second_trigger_raises_the_level_once() {
    let world = bakery(
        "  rising: { when: { mentions: { within: 1m, at_least: 2 } } }\n  \
         storm: { level: crisis, when: { mentions: { within: 1m, at_least: 4 } } }\n  \
         again: { level: attention, when: { mentions: { within: 1m, at_least: 5 } } }",
    );
    world.folder.write("m.ndjson", lines(&[0, 1, 2, 3, 4, 90]));
    let events = backtest(&world, &["m.ndjson"]);
    assert_eq!(times(&events, "run_started"), [1]);
    assert_eq!(times(&events, "level_raised"), [3]);
    assert_eq!(times(&events, "trigger_fired"), [1, 3, 4]);
    assert_eq!(times(&events, "alert"), [1, 1, 3, 3]);
    assert_eq!(times(&events, "task_due"), [61]);
    let raised = events
        .iter()
        .find(|event| event["event"] == "level_raised")
        .unwrap();
    assert_eq!(
        (&raised["from"], &raised["to"]),
        (&"attention".into(), &"crisis".into())
    );
}

#[test]
fn the_events_have_the_fields_that_were_promised() {
    let world = bakery("  rising: { when: { mentions: { within: 1m, at_least: 3 } }, for: 10s }");
    world.folder.write("m.ndjson", lines(&[0, 1, 2, 80]));
    let events = backtest(&world, &["m.ndjson"]);
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    let expected = [
        "trigger_pending",
        "trigger_fired",
        "run_started",
        "task_opened",
        "phase_opened",
        "message_called",
        "draft_rendered",
        "alert",
        "alert",
        "task_due",
    ];
    assert_eq!(names, expected);
    for event in &events {
        for field in ["at", "playbook", "watch"] {
            assert!(event[field].is_string(), "no {field} in {event}");
        }
        assert!(event["at"].as_str().unwrap().ends_with('Z'), "{event}");
        assert_eq!(
            (&event["playbook"], &event["watch"]),
            (&"plan".into(), &"bakery".into())
        );
    }
    assert_eq!(times(&events, "trigger_pending"), [2]);
    assert_eq!(times(&events, "trigger_fired"), [12]);
    let field = |name: &str, field: &str| {
        let event = events.iter().find(|event| event["event"] == name).unwrap();
        event[field].clone()
    };
    assert_eq!(field("trigger_pending", "trigger"), "rising");
    assert_eq!(
        field("trigger_fired", "because"),
        "3 mentions in 1m (at least 3), for 10s"
    );
    assert_eq!(
        field("run_started", "because"),
        field("trigger_fired", "because")
    );
    assert_eq!(field("run_started", "level"), "attention");
    assert_eq!(field("phase_opened", "phase"), "information");
    assert_eq!(field("alert", "to"), "anna");
    assert_eq!(
        field("draft_rendered", "gaps"),
        serde_json::json!(["where"])
    );
    assert_eq!(field("task_due", "task"), "look");
    let readable = run(&world, &["m.ndjson", "--events"], b"");
    let readable = String::from_utf8(readable.stdout).unwrap();
    let (readable, _) = readable.split_once("\n\n").unwrap();
    assert_eq!(readable.lines().count(), events.len(), "{readable}");
    assert!(readable.contains(&at(12)), "{readable}");
}

#[test]
fn every_form_of_input_gives_the_same_bytes() {
    let world = bakery("  rising: { when: { mentions: { within: 10s, at_least: 3 } } }");
    let seconds = [0, 8, 8, 9, 40, 41, 41, 42];
    let all = lines(&seconds);
    world.folder.write("m.ndjson", &all);
    let expected = run(&world, &["m.ndjson", "--json"], b"").stdout;
    assert!(!expected.is_empty());
    let same = |arguments: &[&str], stdin: &[u8]| {
        let output = run(&world, &[arguments, &["--json"]].concat(), stdin);
        let (found, expected) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&expected),
        );
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(found, expected, "{arguments:?}: {said}");
    };
    same(&["m.ndjson"], b"");
    same(&["-"], all.as_bytes());

    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(all.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    world.folder.write("m.ndjson.gz", &packed);
    same(&["m.ndjson.gz"], b"");
    same(&["-"], &packed);

    let array = format!("[{}]", all.trim_end().replace('\n', ",\n"));
    world.folder.write("m.json", &array);
    same(&["m.json"], b"");
    same(&["-"], array.as_bytes());

    // Not in order of time: sorted, equal times as they stood.
    let ordered: Vec<&str> = all.lines().collect();
    let late = [3, 1, 0, 2, 7, 5, 4, 6].map(|number| ordered[number]);
    world.folder.write("late.ndjson", late.join("\n"));
    let output = run(&world, &["late.ndjson", "--json"], b"");
    assert_eq!(output.stdout, expected);
    assert!(String::from_utf8_lossy(&output.stderr).contains("have been sorted"));

    // A table with other headers, and times as Twitter writes them.
    let mut table = "When, Number, Words, Where, Who\n".to_owned();
    for (id, second) in seconds.iter().enumerate() {
        let when = Timestamp::from_timestamp(START + second, 0).unwrap();
        let when = when.format("%a %b %d %H:%M:%S +0000 %Y");
        table.push_str(&format!("\"{when}\",{id},korst {id},x,a{id}\n"));
    }
    world.folder.write("m.csv", &table);
    let columns = "published_at=When,id=Number,text=Words,platform=Where,author=Who";
    same(&["m.csv", "--columns", columns], b"");
    same(&["-", "--columns", columns], table.as_bytes());
    let output = run(&world, &["m.csv", "--columns", "published_at=Date"], b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("there is no column `Date`"), "{said}");
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_counts() {
    let world = bakery("  rising: { when: { mentions: { within: 10s, at_least: 3 } } }");
    let body = lines(&[0, 1]) + "broken\n" + &lines(&[0, 1]) + &line(9, 2) + "\n";
    world.folder.write("m.ndjson", body);
    let output = run(&world, &["m.ndjson", "--json"], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("line 3: "), "{said}");
    // The same id twice counts once.
    assert_eq!(times(&events_of(&output), "run_started"), [2]);
    for (file, words) in [
        ("gone.ndjson", "No such file"),
        (".", "is a folder"),
        ("empty.ndjson", "no mentions"),
    ] {
        world.folder.write("empty.ndjson", "");
        let output = run(&world, &[file], b"");
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{file}: {said}");
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_reason_to_panic() {
    let world = bakery("  rising: { when: { mentions: { within: 5s, at_least: 2 } } }");
    // More than fits in a pipe.
    let seconds: Vec<i64> = (0..6_000)
        .flat_map(|number| [number * 10, number * 10 + 1])
        .collect();
    world.folder.write("m.ndjson", lines(&seconds));
    let mut command = world.command(DRAAIBOEK);
    let mut child = command
        .args([
            "backtest",
            "--playbook",
            "plan.yaml",
            "--mentions",
            "m.ndjson",
            "--json",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 20];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    assert!(output.status.code().is_some(), "{output:?}");
}

/// A storm as they come: a murmur, a steep rise, a long tail; our own making.
fn storm() -> Vec<i64> {
    let mut seconds: Vec<i64> = (0..40).map(|number| number * 613).collect();
    let peak = 25_000_i64;
    // Waiting times shrink to two seconds and grow again.
    let mut now = peak;
    for number in 0..600_i64 {
        now += 2 + (number - 200).abs() / 12;
        seconds.push(now);
    }
    seconds
}

#[test]
fn a_whole_storm_starts_one_run_at_the_second_that_counting_gives() {
    let world = bakery("  rising: { when: { mentions: { within: 15m, at_least: 10 } } }");
    let seconds = storm();
    world.folder.write("m.ndjson", lines(&seconds));
    let expected = seconds.iter().copied().find(|now| {
        let inside = seconds.iter().filter(|at| **at > now - 900 && *at <= now);
        inside.count() >= 10
    });
    let events = backtest(&world, &["m.ndjson"]);
    assert_eq!(times(&events, "run_started"), [expected.unwrap()]);
    // With --dir, from anywhere.
    let dir = world.dir().to_str().unwrap();
    let plan = world.folder.path("plan.yaml");
    let file = world.folder.path("m.ndjson");
    let output = std::process::Command::new(DRAAIBOEK)
        .args([
            "backtest",
            "--json",
            "--dir",
            dir,
            "--playbook",
            plan.to_str().unwrap(),
        ])
        .args(["--mentions", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(events_of(&output), events);
}

#[test]
#[expect(clippy::print_stderr, reason = "data that is not there must be told")]
fn recorded_crises_start_their_runs_at_the_known_second() {
    let folder = Path::new("/work/shared/data/crises");
    if !folder.exists() {
        eprintln!(
            "NOT CHECKED: the recorded crises are not at {}",
            folder.display()
        );
        return;
    }
    let world = bakery("  rising: { when: { mentions: { within: 15m, at_least: 10 } } }");
    let text = std::fs::read_to_string(world.folder.path("draaiboek.yaml")).unwrap();
    world
        .folder
        .write("draaiboek.yaml", text.replace("query: korst", "query: '*'"));
    for (name, expected) in [
        ("2013_Glasgow_helicopter_crash", "2013-11-29T22:51:28Z"),
        ("2013_NY_train_crash", "2013-12-01T13:10:51Z"),
        ("2012_Colorado_wildfires", "2012-06-26T21:38:50Z"),
        ("2013_Alberta_floods", "2013-06-20T20:51:42Z"),
    ] {
        let file = folder
            .join(name)
            .join(format!("{name}-tweetids_entire_period.csv"));
        let columns = "published_at=Timestamp,id=Tweet-ID";
        let events = backtest(&world, &[file.to_str().unwrap(), "--columns", columns]);
        let started: Vec<&Value> = events
            .iter()
            .filter(|event| event["event"] == "run_started")
            .collect();
        assert_eq!(started.len(), 1, "{name}");
        assert_eq!(started[0]["at"], expected, "{name}");
    }
}

/// Five weeks of a murmur with two storms that have words of their own, and a
/// flurry about nothing. In hours after the start.
fn weeks() -> String {
    let mut all: Vec<(i64, String)> = Vec::new();
    for hour in 0..35 * 24 {
        let n = if (7..22).contains(&(hour % 24)) { 4 } else { 1 };
        for number in 0..n {
            let text = format!("lekker brood van korst vandaag {hour} {number}");
            all.push((hour * 3_600 + number * 800 + 31, text));
        }
    }
    for (begin, n, text) in [
        (
            20 * 24 + 10,
            80,
            "glas gevonden in brood van korst, wat een schrik",
        ),
        (27 * 24 + 14, 25, "korst wint prijs"),
        (
            30 * 24 + 9,
            120,
            "brand bij korst, overal rook <b>\u{202e}\u{1b}[31m",
        ),
    ] {
        all.extend((0..n).map(|number| (begin * 3_600 + number * 40, format!("{text} {number}"))));
    }
    all.sort();
    let told = all.iter().enumerate().map(|(id, (second, text))| {
        let platform = if id % 5 == 0 { "facebook" } else { "x" };
        let mention = serde_json::json!({
            "id": id.to_string(), "platform": platform, "author": format!("a{id}"),
            "text": text, "published_at": at(*second),
        });
        format!("{mention}\n")
    });
    told.collect()
}

/// The bakery with five weeks to look back on.
fn five_weeks() -> World {
    let world = bakery(
        "  rising: { when: { mentions: { within: 15m, at_least: 15 } } }\n  \
         storm: { level: crisis, when: { mentions: { within: 1h, at_least: 60 } } }",
    );
    let text = std::fs::read_to_string(world.folder.path("plan.yaml")).unwrap();
    world
        .folder
        .write("strict.yaml", text.replace("at_least: 15", "at_least: 30"));
    world.folder.write("weeks.ndjson", weeks());
    world.folder.write(
        "known.csv",
        "from,to,title\n2026-03-22 18:00,2026-03-23 09:00,Glass <script>\n\
         2026-04-01T09:05:00Z,,Fire\n2026-04-03,,Nobody noticed\n",
    );
    world
}

fn told(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_summary_tells_what_people_would_have_been_woken_for() {
    let world = five_weeks();
    let arguments = ["weeks.ndjson", "--incidents", "known.csv"];
    let output = run(&world, &arguments, b"");
    let text = told(&output);
    assert_eq!(text, told(&run(&world, &arguments, b"")));
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    insta::assert_snapshot!("backtest_summary", text);
}

#[test]
fn two_versions_stand_side_by_side() {
    let world = five_weeks();
    let arguments = [
        "weeks.ndjson",
        "--incidents",
        "known.csv",
        "--against",
        "strict.yaml",
    ];
    let text = told(&run(&world, &arguments, b""));
    let beside = text
        .lines()
        .skip_while(|line| !line.contains(" strict.yaml"));
    let beside = beside.collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("backtest_side_by_side", beside);
    let events = backtest(&world, &[&arguments[..], &["--summary"]].concat());
    let summary = events.last().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["found"], 2);
    assert_eq!(summary["false_alarms"], 1);
    assert_eq!(summary["incidents"][1]["level"], "attention");
    assert_eq!(summary["alarms"][0]["words"][0], "gevonden");
    assert_eq!(
        summary["against"]["only_first"].as_array().unwrap().len(),
        1
    );
    assert_eq!(summary["against"]["summary"]["false_alarms"], 0);
    // Without --summary the lines are the events and nothing else.
    let plain = backtest(&world, &arguments);
    assert_eq!(plain[..], events[..events.len() - 1]);
}

#[test]
fn scripts_can_demand_that_alarms_are_few_and_incidents_found() {
    let world = five_weeks();
    let code = |arguments: &[&str]| {
        let known = ["weeks.ndjson", "--incidents", "known.csv"];
        run(&world, &[&known, arguments].concat(), b"")
            .status
            .code()
    };
    assert_eq!(code(&["--max-false-per-week", "0.5"]), Some(0));
    assert_eq!(code(&["--max-false-per-week", "0.1"]), Some(1));
    assert_eq!(code(&["--must-find"]), Some(1));
    assert_eq!(code(&["--must-find", "--json"]), Some(1));
    world
        .folder
        .write("known.csv", "from,to,title\n2026-13-01,,x\n");
    let output = run(&world, &["weeks.ndjson", "--incidents", "known.csv"], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("incident 1: `2026-13-01` is no time"),
        "{said}"
    );
}

#[test]
fn what_comes_before_only_teaches() {
    let world = five_weeks();
    let since = ["weeks.ndjson", "--since", "2026-03-31", "--summary"];
    let events = backtest(&world, &since);
    let summary = events.last().unwrap();
    assert_eq!(summary["from"], "2026-03-30T22:00:00Z");
    assert_eq!(summary["usual_sure_from"], "2026-03-30T22:00:00Z");
    assert_eq!(summary["alarms"].as_array().unwrap().len(), 1);
    let usual = summary["alarms"][0]["usual"].as_f64().unwrap();
    assert!((2.0..8.0).contains(&usual), "{usual}");
    // The same from a file of its own.
    let all = weeks();
    let (before, after): (Vec<&str>, Vec<&str>) = all
        .lines()
        .partition(|line| line.contains("2026-03-0") || line.contains("2026-03-1"));
    world.folder.write("before.ndjson", before.join("\n"));
    world.folder.write("after.ndjson", after.join("\n"));
    let taught = ["after.ndjson", "--history", "before.ndjson", "--summary"];
    let by_file = backtest(&world, &taught);
    let warm = ["weeks.ndjson", "--warm-up", "18d", "--summary"];
    let by_length = backtest(&world, &warm);
    let alarms = |events: &[Value]| events.last().unwrap()["alarms"].clone();
    assert_eq!(alarms(&by_file).as_array().unwrap().len(), 3);
    assert_eq!(alarms(&by_file), alarms(&by_length));
}

/// Whether every element is closed in order, and nothing runs or is loaded.
fn check_picture(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        assert!(!rest.contains('>'), "{rest}");
        let name = tag.split_whitespace().next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        let loads = ["href", "onload", "src=", "url("];
        assert!(!loads.iter().any(|one| tag.contains(one)), "{tag}");
        assert_ne!(name, "script");
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(svg.contains("prefers-color-scheme:dark") && !svg.contains("NaN"));
}

#[test]
fn the_curve_is_a_picture_without_scripts() {
    let world = five_weeks();
    let arguments = [
        "weeks.ndjson",
        "--incidents",
        "known.csv",
        "--svg",
        "curve.svg",
    ];
    told(&run(&world, &arguments, b""));
    let svg = std::fs::read_to_string(world.folder.path("curve.svg")).unwrap();
    check_picture(&svg);
    assert!(svg.contains("Glass &lt;script&gt;"), "{svg}");
    for said in [
        "gebruikelijk",
        "bekend incident",
        "2 maart",
        "Europe/Amsterdam",
    ] {
        assert!(svg.contains(said), "{said}: {svg}");
    }
    assert_eq!(svg.matches("class=\"alarm\"").count(), 3);
    told(&run(&world, &arguments, b""));
    let again = std::fs::read_to_string(world.folder.path("curve.svg")).unwrap();
    assert_eq!(svg, again);
}

#[test]
fn counts_are_summed_up_and_drawn_too() {
    let world = five_weeks();
    let mut table = "timestamp,value\n".to_owned();
    for bin in 0..28 * 288_i64 {
        let hour = bin / 12;
        let value = if hour == 24 * 24 + 12 {
            90
        } else {
            3 + (hour % 24) / 4 + bin * 7 % 3
        };
        table.push_str(&format!("{},{value}\n", at(bin * 300)));
    }
    world.folder.write("counts.csv", table);
    world
        .folder
        .write("known.csv", "from,to,title\n2026-03-26T20:00:00Z,,Fire\n");
    let mut command = world.command(DRAAIBOEK);
    let output = command
        .args([
            "backtest",
            "--counts",
            "counts.csv",
            "--events-csv",
            "out.csv",
        ])
        .args([
            "--incidents",
            "known.csv",
            "--must-find",
            "--max-false-per-week",
            "0",
        ])
        .args(["--svg", "counts.svg"])
        .output()
        .unwrap();
    let text = told(&output);
    assert!(text.contains("1 alarm, 0.3 a week"), "{text}");
    assert!(text.contains("Fire: the moment it began"), "{text}");
    assert!(text.contains('▲') && text.contains('·'), "{text}");
    check_picture(&std::fs::read_to_string(world.folder.path("counts.svg")).unwrap());
    let out = std::fs::read_to_string(world.folder.path("out.csv")).unwrap();
    assert_eq!(out.lines().filter(|line| line.ends_with(",1")).count(), 1);
}
