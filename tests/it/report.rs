//! After-action reports, as people get them: of a real run and of a drill, their
//! figures worked out again from the log, and what is learnt and comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::{DateTime, Utc};
use draaiboek::domain::report::volume::{Cut, Volume};
use draaiboek::domain::report::{Subject, html, markdown, report};
use draaiboek::domain::run::{Event, Logged};
use draaiboek::domain::text::Language;
use serde_json::Value;

use crate::room::browser::enter;
use crate::story::{Life, life};
use crate::world::{DRAAIBOEK, World};

/// A folder with the hospital of the drills in it.
fn hospital(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/drill"),
        &folder,
    );
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(DRAAIBOEK);
    command.args(args).arg("--dir").arg(folder);
    command.output().unwrap()
}

fn says(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&says(folder, args)).unwrap()
}

/// A drill that was played by scripted people.
fn drilled(name: &str) -> PathBuf {
    let folder = hospital(name);
    let log = folder.join("drill.ndjson");
    let play = [
        "drill",
        "viral-complaint-storm",
        "--unattended",
        "--log",
        log.to_str().unwrap(),
    ];
    says(&folder, &play);
    folder
}

/// The report without what is of today, and without the log behind it.
fn timeless(report: &str) -> String {
    let short = report.split("\n## Bijlage").next().unwrap();
    let short = short.split("\n## Appendix").next().unwrap();
    let lines = short.lines().map(|line| {
        match line.starts_with("Gemaakt op") || line.starts_with("Made on") {
            true => line
                .split_once(" uit het ")
                .map_or("Made …", |_| "Gemaakt …"),
            false => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn of_life(life: &Life, volume: &Volume, language: Language) -> (String, String) {
    let subject = Subject {
        run: 1,
        log: &life.log,
        playbook: &life.pinned.playbook,
        organisation: &life.organisation,
        volume,
        pictures: &[],
        drill: None,
        carried: &[],
        made_at: life.now,
    };
    let made = report(&subject, language);
    (markdown::markdown(&made), html::html(&made))
}

/// Twelve mentions in every step, and nobody knows what is usual.
fn volume(life: &Life) -> Volume {
    let started = life.log[0].at;
    let cut = Cut::of(started.timestamp(), life.now.timestamp());
    Volume::new(
        cut,
        |place| 12 + place.unsigned_abs() % 3,
        |_, _| None,
        life.now,
    )
}

#[test]
fn a_real_run_is_reported_in_both_languages() {
    let life = life();
    let volume = volume(&life);
    let (nl, _) = of_life(&life, &volume, Language::Nl);
    let (en, _) = of_life(&life, &volume, Language::En);
    insta::assert_snapshot!("report_real_nl", timeless(&nl));
    insta::assert_snapshot!("report_real_en", timeless(&en));
    for report in [nl, en] {
        assert!(!report.contains("Kees"), "who a case is about stays out");
        assert!(!report.contains("OEFENING") && !report.contains("DRILL"));
    }
}

#[test]
fn a_drill_is_reported_in_both_languages_and_nobody_takes_it_for_real() {
    let folder = drilled("report-drill");
    let shown = |format: &str, language: &str| {
        let args = [
            "report",
            "latest",
            "--format",
            format,
            "--language",
            language,
        ];
        says(&folder, &args)
    };
    insta::assert_snapshot!("report_drill_nl", timeless(&shown("md", "nl")));
    insta::assert_snapshot!("report_drill_en", timeless(&shown("md", "en")));
    for (language, mark) in [("nl", "OEFENING"), ("en", "DRILL")] {
        let page = shown("html", language);
        assert_page(&page);
        assert!(page.contains(&format!("<title>{mark}")));
        // On every sheet of paper, too.
        assert!(page.contains(&format!("@top-left{{content:\"{mark}")));
        let same = says(
            &folder,
            &[
                "drill",
                "report",
                "latest",
                "--format",
                "html",
                "--language",
                language,
            ],
        );
        let without_moment = |page: &str| {
            page.lines()
                .filter(|line| !line.contains("class=\"small\""))
                .collect::<String>()
        };
        assert_eq!(without_moment(&page), without_moment(&same));
    }
}

/// What must be true of every page: it loads nothing and runs nothing, and what is
/// opened is closed.
fn assert_page(page: &str) {
    let lower = page.to_lowercase();
    for forbidden in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "<object",
        "src=",
        "href=",
        "url(",
        "@import",
        "javascript:",
        " onload",
        " onclick",
        "style=\"",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains("default-src 'none'"));
    let body = page.split_once("<body>").unwrap().1;
    let mut open: Vec<String> = vec!["html".to_owned(), "body".to_owned()];
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for part in body.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        assert!(!rest.contains('>'), "a sign that is not escaped: {part}");
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap()
            .to_owned();
        if let Some((_, id)) = tag.split_once(" id=\"") {
            let id = id.split('"').next().unwrap().to_owned();
            assert!(ids.insert(id.clone()), "{id} is there twice");
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{part}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} is open");
    // For who does not see the picture.
    for part in [
        "role=\"img\"",
        "<title id=\"chart-report-t\"",
        "<desc id=\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_page_loads_nothing_whatever_people_wrote() {
    let mut life = life();
    let evil = "</style><script>alert('x')</script>\"><img src=x onerror=\"y\">`|\n# [a](b)";
    let last = life.log.last().unwrap().clone();
    life.log.push(Logged {
        seq: last.seq + 1,
        at: last.at,
        event: Event::Noted {
            by: evil.to_owned(),
            text: evil.to_owned(),
        },
    });
    life.log.push(Logged {
        seq: last.seq + 2,
        at: last.at,
        event: Event::LessonNoted {
            lesson: "3".to_owned(),
            text: evil.to_owned(),
            owner: draaiboek::domain::run::lesson::Owner::Role(evil.to_owned()),
            due: last.at.date_naive(),
            by: evil.to_owned(),
        },
    });
    let volume = volume(&life);
    for language in [Language::Nl, Language::En] {
        let (text, page) = of_life(&life, &volume, language);
        let page = page.replace("onerror=", "");
        assert!(page.contains("&lt;script&gt;"));
        let page = page.replace("src=x", "");
        assert_page(&page);
        assert!(!text.contains("<script") && !text.contains("[a](b)"));
        assert!(text.lines().all(|line| !line.starts_with("# [")));
    }
}

/// Whoever asks in the middle gets what is known by then.
#[test]
fn a_report_can_be_made_at_every_moment() {
    let whole = life();
    for n_events in (1..whole.log.len()).step_by(9) {
        let mut life = life();
        life.log.truncate(n_events);
        life.now = life.log.last().unwrap().at;
        let volume = volume(&life);
        let (text, page) = of_life(&life, &volume, Language::Nl);
        assert_page(&page);
        assert!(text.contains("loopt nu") || text.contains("duurde"));
        assert!(!text.contains("{}") && !page.contains("{}"), "{text}");
    }
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
    Some(at.to_utc())
}

/// An exported event: its moment, name and fields.
struct Exported {
    at: DateTime<Utc>,
    seq: u64,
    event: Value,
}

impl Exported {
    fn is(&self, name: &str) -> bool {
        self.event["event"] == name
    }
}

fn seconds(from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    (until - from).num_seconds().unsigned_abs()
}

/// The middle and the slow end, by the books: the nearest rank.
fn spread(mut took: Vec<u64>) -> Value {
    took.sort_unstable();
    let n = took.len();
    if n == 0 {
        return serde_json::json!({ "n": 0, "median_seconds": null, "p90_seconds": null });
    }
    let median = match n % 2 {
        1 => took[n / 2],
        _ => u64::midpoint(took[n / 2 - 1], took[n / 2]),
    };
    let p90 = took[(9 * n).div_ceil(10) - 1];
    serde_json::json!({ "n": n, "median_seconds": median, "p90_seconds": p90 })
}

fn measure<'a>(report: &'a Value, name: &str) -> &'a Value {
    let measures = report["measures"].as_array().unwrap();
    measures.iter().find(|one| one["name"] == name).unwrap()
}

/// Works the figures of a report out again from exported events, by other code.
fn recompute(report: &Value, log: &[Exported]) {
    let first = |is_it: &dyn Fn(&Exported) -> bool| log.iter().find(|one| is_it(one));
    let all = |name: &str| {
        log.iter()
            .filter(|one| one.is(name))
            .collect::<Vec<&Exported>>()
    };
    let started = first(&|one| one.is("run_started")).unwrap();
    let facts = &report["facts"];
    assert_eq!(moment(&facts["started_at"]), Some(started.at));
    assert_eq!(facts["n_events"], log.len());
    assert_eq!(report["last_seq"], log.last().unwrap().seq);
    if let Some(closed) = all("run_closed").last() {
        assert_eq!(facts["duration_seconds"], seconds(started.at, closed.at));
    }
    let levels = log
        .iter()
        .filter(|one| one.is("run_started") || one.is("level_raised") || one.is("level_lowered"));
    let levels: Vec<u64> = levels.map(|one| one.seq).collect();
    let told = facts["levels"].as_array().unwrap().iter();
    assert_eq!(
        told.map(|one| one["seq"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        levels
    );

    // Answered: from the first step until its last role had an answer.
    let step = first(&|one| one.is("alert_step"));
    if let Some(step) = step {
        let roles = step.event["roles"].as_array().unwrap().iter();
        let answers = roles.map(|role| {
            let has = |one: &Exported| {
                one.is("answered") && one.event["roles"].as_array().unwrap().contains(role)
            };
            first(&has).map(|one| one.at)
        });
        let answers: Option<Vec<_>> = answers.collect();
        let took = answers.and_then(|all| all.into_iter().max());
        let took = took.map(|at| seconds(step.at, at));
        assert_eq!(
            measure(report, "answered")["value"]["seconds"].as_u64(),
            took
        );
    }
    let decided = first(&|one| one.is("decided") && one.event["is_default"] != true);
    let took = decided.map(|one| seconds(started.at, one.at));
    assert_eq!(
        measure(report, "decided")["value"]["seconds"].as_u64(),
        took
    );
    let outside = first(&|one| one.is("published") && one.event["is_internal"] != true);
    let took = outside.map(|one| seconds(started.at, one.at));
    assert_eq!(
        measure(report, "first_statement")["value"]["seconds"].as_u64(),
        took
    );
    let (kept, broken) = (all("promise_kept").len(), all("promise_broken").len());
    let counted = &measure(report, "promises_kept")["counted"];
    match kept + broken {
        0 => assert!(counted.is_null()),
        of => assert_eq!(*counted, serde_json::json!([kept, of])),
    }
    let overrides = all("review_overridden").len();
    assert_eq!(measure(report, "overrides")["value"]["count"], overrides);

    // Who was asked and never answered.
    let asked: BTreeSet<&str> = all("alert_step")
        .iter()
        .flat_map(|one| one.event["roles"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    let heard: BTreeSet<&str> = all("answered")
        .iter()
        .flat_map(|one| one.event["roles"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    if !asked.is_empty() {
        let silent = asked.difference(&heard).count();
        assert_eq!(measure(report, "roles_silent")["value"]["count"], silent);
    }

    // The time to answer, for each role and alarm.
    let mut waiting: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    let mut took = Vec::new();
    for one in log {
        let roles = one.event["roles"].as_array();
        for role in roles.into_iter().flatten().filter_map(Value::as_str) {
            if one.is("alert_step") {
                waiting.entry(role).or_insert(one.at);
            } else if one.is("answered") {
                took.extend(waiting.remove(role).map(|since| seconds(since, one.at)));
            }
        }
    }
    assert_eq!(report["times"]["answers"], spread(took));
    // The time until a task was done, for each turn.
    let mut open: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    let mut took = Vec::new();
    for one in log {
        let task = one.event["task"].as_str().unwrap_or_default();
        if one.is("task_opened") {
            let key = match one.event["case"].as_str() {
                Some(case) => format!("{task}@{case}"),
                None => task.to_owned(),
            };
            open.insert(key, one.at);
        } else if one.is("task_added") {
            open.insert(task.to_owned(), one.at);
        } else if one.is("task_done") || (one.is("decided") && one.event["is_default"] != true) {
            took.extend(open.remove(task).map(|since| seconds(since, one.at)));
        }
    }
    assert_eq!(report["times"]["tasks"], spread(took));

    statements(report, log);
    // Every finding rests on events that are there, and begins with one.
    let known: BTreeSet<u64> = log.iter().map(|one| one.seq).collect();
    for part in ["went_well", "went_badly", "unseen"] {
        for finding in report[part].as_array().unwrap() {
            let seqs = finding["seqs"].as_array().unwrap();
            let mut seqs = seqs.iter().map(|seq| seq.as_u64().unwrap());
            assert!(seqs.all(|seq| known.contains(&seq)), "{finding}");
        }
    }
    // The curve adds up, and the story leaves nothing out.
    let steps = report["volume"]["steps"].as_array().unwrap();
    let during = steps.iter().filter(|step| {
        let from = moment(&step["from"]).unwrap();
        let closed = moment(&facts["closed_at"]);
        from >= started.at && closed.is_none_or(|closed| from < closed)
    });
    let during: u64 = during.map(|step| step["mentions"].as_u64().unwrap()).sum();
    assert_eq!(report["volume"]["during"], during);
    let most = steps.iter().map(|step| step["mentions"].as_u64().unwrap());
    let most = most.max().filter(|most| *most > 0);
    assert_eq!(report["volume"]["busiest"].as_u64(), most);
    let story = report["story"].as_array().unwrap().iter();
    let told: BTreeSet<u64> = story
        .flat_map(|line| line["seqs"].as_array().unwrap())
        .map(|seq| seq.as_u64().unwrap())
        .collect();
    assert_eq!(told, known);
}

fn statements(report: &Value, log: &[Exported]) {
    let published: Vec<&Exported> = log.iter().filter(|one| one.is("published")).collect();
    let told = report["statements"].as_array().unwrap();
    assert_eq!(told.len(), published.len());
    for (told, one) in told.iter().zip(published) {
        assert_eq!(told["seq"], one.seq);
        assert_eq!(told["message"], one.event["message"]);
        let went_out = moment(&one.event["went_out_at"]).unwrap_or(one.at);
        assert_eq!(moment(&told["at"]), Some(went_out));
        let effect = log.iter().find(|effect| {
            effect.is("effect_measured")
                && effect.event["message"] == one.event["message"]
                && moment(&effect.event["published_at"]) == Some(went_out)
        });
        match effect {
            None => assert!(told["effect"].is_null(), "{told}"),
            Some(effect) => {
                for figure in ["before", "after", "effect"] {
                    assert_eq!(told["effect"][figure], effect.event[figure]);
                }
            }
        }
        assert_eq!(
            moment(&told["promise"]["at"]),
            moment(&one.event["promise"]),
            "{told}"
        );
        let versions: Vec<&Value> = one.event["posted"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|posted| &posted["version"])
            .collect();
        let texts = told["texts"].as_array().unwrap().iter();
        assert_eq!(
            texts.map(|text| &text["versions"]).collect::<Vec<_>>(),
            versions
        );
    }
}

#[test]
fn every_figure_of_a_drill_comes_from_its_log() {
    let folder = drilled("report-figures");
    let exported = fs::read_to_string(folder.join("drill.ndjson")).unwrap();
    let entries = exported.lines().skip(1).map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        entry
    });
    let log: Vec<Exported> = entries
        .filter(|entry| entry["event"]["run"] == 1)
        .map(|entry| {
            let event = entry["event"]["logged"].clone();
            Exported {
                at: moment(&event["at"]).unwrap(),
                seq: event["seq"].as_u64().unwrap(),
                event,
            }
        })
        .collect();
    assert!(log.len() > 300, "{} events", log.len());
    let report = json(&folder, &["report", "latest", "--format", "json"]);
    assert_eq!(report["_made_by"], "draaiboek report");
    recompute(&report, &log);
    assert!(report["volume"]["busiest"].as_u64().unwrap() > 20);
    assert!(report["went_well"].as_array().unwrap().len() > 3);
    assert!(report["went_badly"].as_array().unwrap().len() > 3);
}

const PLAYBOOK: &str = r#"
playbook: mouse
title: { nl: Muis in de bakkerij, en: A mouse in the bakery }
watch: bakery
owner: owner
writer: writer
alert:
  attention: [ { roles: [owner] } ]
tasks:
  close-shop: { title: Sluit de winkel, role: owner, due: 30m }
  look-back: { title: Maak de evaluatie, role: owner, due: 14d, report: after_action }
  choose: { title: Blijven wij open?, role: owner, due: 1h, options: { stay: Open, shut: Dicht } }
"#;

/// A run that was real, with a daemon: alerted, answered, worked in.
fn real(name: &str) -> World {
    let mut world = World::new(name);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "Een klant belde"]);
    world.says(&["case", "open", "Kees Jansen", "--platform", "x"]);
    world.says(&["note", "Kees Jansen belde, en @piet_p ook"]);
    world.says(&["task", "done", "close-shop"]);
    world.says(&["decide", "choose", "shut"]);
    world
}

#[test]
fn every_figure_of_a_real_run_comes_from_its_log() {
    let world = real("report-real");
    world.says(&["close", "1", "--reason", "het is over"]);
    let report = world.json(&["report", "1", "--format", "json"]);
    let shown = world.json(&["run", "show", "1"]);
    let log: Vec<Exported> = shown["log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| Exported {
            at: moment(&event["at"]).unwrap(),
            seq: event["seq"].as_u64().unwrap(),
            event: event.clone(),
        })
        .collect();
    recompute_to_the_second(&report, &log);
    assert!(report["drill"].is_null());
    let text = report.to_string();
    for stranger in ["Kees", "piet_p"] {
        assert!(!text.contains(stranger), "{stranger}");
    }
    assert!(text.contains("[account]") && text.contains("[casus 1]"));
    // What was looked at is on record.
    let readings = world.json(&["mentions", "readings"]);
    let readings = readings.to_string();
    assert!(readings.contains("\"report\""), "{readings}");
    assert!(readings.contains("run 1"), "{readings}");
    // The task says where its report is.
    let tasks = world.says(&["task", "list", "--all", "--run", "1"]);
    assert!(tasks.contains("draaiboek report 1 --out"), "{tasks}");
}

/// `run show` gives whole seconds, and a length between two such may be one off.
fn recompute_to_the_second(report: &Value, log: &[Exported]) {
    let started = log.iter().find(|one| one.is("run_started")).unwrap();
    let decided = log.iter().find(|one| one.is("decided")).unwrap();
    let value = measure(report, "decided")["value"]["seconds"]
        .as_u64()
        .unwrap();
    assert!(value.abs_diff(seconds(started.at, decided.at)) <= 1);
    assert_eq!(report["facts"]["n_events"], log.len());
    assert_eq!(report["last_seq"], log.last().unwrap().seq);
    let known: BTreeSet<u64> = log.iter().map(|one| one.seq).collect();
    let story = report["story"].as_array().unwrap().iter();
    let told: BTreeSet<u64> = story
        .flat_map(|line| line["seqs"].as_array().unwrap())
        .map(|seq| seq.as_u64().unwrap())
        .collect();
    assert_eq!(told, known);
    let closed = log.iter().find(|one| one.is("run_closed")).unwrap();
    let lasted = report["facts"]["duration_seconds"].as_u64().unwrap();
    assert!(lasted.abs_diff(seconds(started.at, closed.at)) <= 1);
    assert_eq!(
        moment(&report["facts"]["closed_at"]).map(|at| at.timestamp()),
        Some(closed.at.timestamp())
    );
}

#[test]
fn lessons_are_noted_after_the_end_and_come_back_until_somebody_saw_to_them() {
    let mut world = real("report-lessons");
    world.says(&["close", "1", "--reason", "het is over"]);
    // Also when the program was started anew meanwhile.
    world.stop();
    world.serve();
    // Long ago, whatever day it is.
    let due = "2020-01-02";
    let said = world.says(&[
        "lesson",
        "add",
        "Zet een val",
        "--owner",
        "owner",
        "--due",
        due,
        "--run",
        "1",
    ]);
    assert!(
        said.contains("lesson") || said.contains("leerpunt"),
        "{said}"
    );
    let why = world.refuses(&[
        "lesson", "add", "Nog een", "--owner", "ownr", "--due", due, "--run", "1",
    ]);
    assert!(why.contains("did you mean `owner`?"), "{why}");
    let again = [
        "lesson",
        "add",
        "Zet een val",
        "--owner",
        "owner",
        "--due",
        due,
        "--run",
        "1",
    ];
    assert!(world.refuses(&again).contains("says that already"));
    let listed = world.says(&["lesson", "list"]);
    assert!(
        listed.contains("run 1") && listed.contains("OVERDUE"),
        "{listed}"
    );
    let doctor = Command::new(DRAAIBOEK)
        .args(["doctor", "--json", "--dir"])
        .arg(world.dir())
        .output()
        .unwrap();
    let doctor: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let check = |doctor: &Value| {
        let checks = doctor["checks"].as_array().unwrap().iter();
        let mut checks = checks.filter(|one| one["id"] == "lessons");
        checks.next().unwrap().clone()
    };
    assert_eq!(check(&doctor)["outcome"], "warn");
    // Another run's report says it, and its own.
    world.says(&["run", "start", "mouse", "--reason", "weer een muis"]);
    let other = world.json(&["report", "2", "--format", "json"]);
    assert_eq!(other["carried"][0]["text"], "Zet een val");
    assert_eq!(other["carried"][0]["of"], "run 1");
    let own = world.json(&["report", "1", "--format", "json"]);
    assert_eq!(own["lessons"][0]["is_overdue"], true);
    assert_eq!(own["carried"].as_array().unwrap().len(), 0);
    let close = [
        "lesson",
        "close",
        "1",
        "--how",
        "Er staat een val",
        "--run",
        "1",
    ];
    world.says(&close);
    assert!(world.refuses(&close).contains("closed already"));
    assert!(
        world
            .says(&["lesson", "list"])
            .contains("No lesson is open")
    );
    let own = world.json(&["report", "1", "--format", "json"]);
    assert_eq!(own["lessons"][0]["how"], "Er staat een val");
    // Nobody was mailed about it, and the log holds.
    assert_eq!(world.json(&["run", "verify", "1"])["whole"], true);
}

#[test]
fn what_a_drill_taught_comes_back_in_the_next_one() {
    let folder = drilled("report-learnt");
    let add = [
        "lesson",
        "add",
        "Bel eerst de <balie>",
        "--owner",
        "webcare",
        "--due",
        "2026-04-01",
        "--of",
        "latest",
    ];
    let said = says(&folder, &add);
    assert!(said.contains("viral-complaint-storm"), "{said}");
    let report = says(&folder, &["report", "latest"]);
    assert_page(&report);
    assert!(report.contains("Bel eerst de &lt;balie&gt;"));
    let first = json(&folder, &["report", "latest", "--format", "json"]);
    assert_eq!(first["lessons"][0]["owner"], "Webcare");
    // The same people again: who leads it reads it first, and it stands in what is kept.
    let typed = Command::new(DRAAIBOEK)
        .args(["drill", "viral-complaint-storm", "--table-top", "--dir"])
        .arg(&folder)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let typed = String::from_utf8(typed.stdout).unwrap();
    let (briefing, _) = typed.split_once("Score").unwrap_or((&typed, ""));
    assert!(
        briefing.contains("Bel eerst de <balie> (Webcare"),
        "{briefing}"
    );
    let again = says(&folder, &["drill", "report", "latest"]);
    assert!(again.contains("Leerpunten van eerder"), "{again}");
    let name = json(&folder, &["drill", "trend", "--unattended", "--json"])[0]["drill"].clone();
    let name = name.as_str().unwrap();
    says(
        &folder,
        &["lesson", "close", "1", "--how", "Staat erin", "--of", name],
    );
    assert_eq!(
        json(&folder, &["lesson", "list", "--json"]),
        serde_json::json!([])
    );
    let all = json(&folder, &["lesson", "list", "--all", "--json"]);
    assert_eq!(all[0]["how"], "Staat erin");
}

#[test]
fn drills_stand_side_by_side() {
    let folder = drilled("report-trend");
    let none = run(&folder, &["drill", "trend"]);
    assert!(!none.status.success());
    assert!(String::from_utf8_lossy(&none.stderr).contains("--unattended"));
    says(
        &folder,
        &[
            "drill",
            "viral-complaint-storm",
            "--unattended",
            "--seed",
            "7",
        ],
    );
    let table = says(&folder, &["drill", "trend", "--unattended"]);
    assert!(
        table.contains("First statement out") && table.contains("score"),
        "{table}"
    );
    let rows = json(&folder, &["drill", "trend", "--unattended", "--json"]);
    let score = json(&folder, &["drill", "report", "latest", "--json"]);
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[1]["share"], score["share"]);
    assert_eq!(rows[1]["measures"], score["measures"]);
    let page = folder.join("trend.html");
    let args = [
        "drill",
        "trend",
        "--unattended",
        "--language",
        "nl",
        "--out",
    ];
    says(&folder, &[&args[..], &[page.to_str().unwrap()]].concat());
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<rect class=\"trend-").count(), 2);
    assert!(page.contains("<desc id=\"trend-d\">") && !page.contains("<script"));
}

#[test]
fn a_report_is_written_for_its_owner_and_over_nothing_else() {
    use std::os::unix::fs::PermissionsExt;
    let folder = drilled("report-out");
    for format in ["html", "md", "json"] {
        let out = folder.join(format!("report.{format}"));
        let out = out.to_str().unwrap();
        let args = ["report", "latest", "--format", format, "--out", out];
        says(&folder, &args);
        let mode = fs::metadata(out).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // Its own may be written anew, somebody's may not.
        says(&folder, &args);
        fs::write(out, "# Mine\n{}\n").unwrap();
        let refused = run(&folder, &args);
        assert!(!refused.status.success());
        assert_eq!(fs::read_to_string(out).unwrap(), "# Mine\n{}\n");
    }
}

#[test]
fn the_page_of_a_run_shows_its_report_and_takes_lessons() {
    let world = real("report-page");
    let mut browser = enter(&world, "anna");
    let page = browser.opens("/runs/1/report");
    assert_page(&page.body);
    assert!(page.body.contains("Evaluatie: Muis in de bakkerij"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
    let run = browser.opens("/runs/1");
    assert!(run.body.contains("href=\"/runs/1/report\""));
    assert!(run.body.contains("/do/lesson"));
    let readings = world.json(&["mentions", "readings"]).to_string();
    assert!(readings.contains("anna"), "{readings}");
}
