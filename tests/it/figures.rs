//! The figures of after-action reports, worked out again from exported logs by other
//! code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::report::{drilled, json, real};

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
