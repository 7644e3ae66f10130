//! The schemas say the same as `check`: good files pass, files of the wrong shape
//! do not, and an independent validator agrees.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use draaiboek::domain::finding::Severity;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::schema::{FILES, File, Takes, json};
use serde_json::Value;

use super::corpus;
use super::validator::Validator;

/// The schema of each kind, in the order of [`FILES`].
fn validators() -> Vec<Validator> {
    FILES
        .iter()
        .map(|file| Validator::new(json::schema(file)))
        .collect()
}

fn number(kind: &File) -> usize {
    let place = FILES.iter().position(|file| file.name == kind.name);
    place.unwrap()
}

type Files = Vec<(String, usize, Value)>;

/// Every good file, as an editor reads it.
static GOOD: LazyLock<Files> = LazyLock::new(good_files);

fn good_files() -> Files {
    let mut all = Vec::new();
    for (name, input) in corpus::good() {
        for (kind, file) in corpus::files(&input) {
            let value = corpus::value(&file.bytes).unwrap();
            all.push((format!("{name}: {}", file.path), number(kind), value));
        }
    }
    assert!(all.len() > 40);
    all
}

/// The bad files, with what they mean to be. One that is no YAML is left out.
fn bad_files() -> Files {
    let mut files: Vec<_> = std::fs::read_dir(corpus::fixtures().join("bad"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = files.into_iter().filter_map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let value = corpus::value(&std::fs::read(&path).unwrap()).ok()?;
        let kind = if name.starts_with("organisation") {
            0
        } else if value.get("scenario").is_some() {
            2
        } else {
            1
        };
        Some((name, kind, value))
    });
    read.collect()
}

#[test]
fn good_files_pass() {
    let validators = validators();
    let any = Validator::new(json::any_file());
    for (name, kind, value) in GOOD.iter() {
        assert!(validators[*kind].accepts(value), "{name}");
        assert!(any.accepts(value), "{name}, by the schema for any file");
    }
}

/// Files that only `check` can refuse: names that do not exist, things that
/// contradict each other, texts that are not there.
const ONLY_CHECK_SEES: [&str; 11] = [
    "duplicate-playbook",
    "missing-template",
    "no-working-trigger",
    "not-supported",
    "organisation-not-supported",
    "organisation-queries",
    "scenario-after-the-end",
    "scenario-no-points",
    "scenario-too-many",
    "scenario-unseen",
    "scenario-without-playbook",
];

#[test]
fn files_of_the_wrong_shape_are_refused() {
    let validators = validators();
    let passed: Vec<String> = bad_files()
        .into_iter()
        .filter(|(_, kind, value)| validators[*kind].accepts(value))
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(passed, ONLY_CHECK_SEES);
}

/// What is wrong with the shape of a file, so that a schema must see it too.
const SHAPE: [&str; 14] = [
    "wrong-kind",
    "unknown-key",
    "missing-key",
    "one-of",
    "unknown-choice",
    "unknown-platform",
    "unknown-condition",
    "unknown-phase",
    "boolean",
    "ratio",
    "share",
    "rate",
    "moment",
    "timezone",
];

/// A way to spoil a value, or the map it stands in.
const SPOILS: [&str; 7] = [
    "list", "map", "word", "number", "boolean", "renamed", "removed",
];

fn spoilt(value: &Value, how: &str) -> Value {
    match how {
        "list" => Value::Array(vec![value.clone()]),
        "map" => serde_json::json!({ "spoilt": value }),
        "word" => "no such, thing!".into(),
        "number" => (-7).into(),
        _ => true.into(),
    }
}

/// Where every value stands, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let place = format!("{at}/{}", escaped(key));
                found.push(place.clone());
                places(inner, &place, found);
            }
        }
        Value::Array(items) => {
            for (number, inner) in items.iter().enumerate() {
                let place = format!("{at}/{number}");
                found.push(place.clone());
                places(inner, &place, found);
            }
        }
        _ => {}
    }
}

/// The file with one thing spoilt; `None` where that is not possible.
fn with_spoilt(whole: &Value, at: &str, how: &str) -> Option<Value> {
    let mut whole = whole.clone();
    let (parent, key) = at.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    if how == "renamed" || how == "removed" {
        let map = whole.pointer_mut(parent)?.as_object_mut()?;
        let value = map.shift_remove(&key)?;
        if how == "renamed" {
            map.insert(format!("{key} of_mine"), value);
        }
        return Some(whole);
    }
    let value = whole.pointer_mut(at)?;
    let other = spoilt(value, how);
    if other == *value {
        return None;
    }
    *value = other;
    Some(whole)
}

/// Spoils one thing after another in the examples, which hold every key. What the
/// schema refuses `check` refuses too, and what is wrong in shape the schema sees.
#[test]
fn what_is_spoilt_is_refused_by_both() {
    let validators = validators();
    let is_long = std::env::var_os("DRAAIBOEK_LONG").is_some();
    let (_, examples) = corpus::examples().into_iter().next().unwrap();
    let mut n_spoilt = 0;
    let mut wrong = Vec::new();
    for (kind, file) in corpus::files(&examples) {
        let whole = corpus::value(&file.bytes).unwrap();
        let mut places_of = Vec::new();
        places(&whole, "", &mut places_of);
        for (turn, at) in places_of.iter().enumerate() {
            for (number_of, how) in SPOILS.iter().enumerate() {
                // Each way in its turn; all of them take minutes.
                if !is_long && (turn * 5 + number_of) % (SPOILS.len() * 6) != 0 {
                    continue;
                }
                let Some(value) = with_spoilt(&whole, at, how) else {
                    continue;
                };
                n_spoilt += 1;
                let (is_refused, shapes) = judged(&examples, file, &value);
                let is_accepted = validators[number(kind)].accepts(&value);
                // What every playbook replaces is read by nobody, so that `check` says
                // nothing of it; an editor may.
                let is_read = !at.starts_with("/every_playbook/");
                if !is_accepted && !is_refused && is_read {
                    wrong.push(format!(
                        "{}{at} {how}: the schema is stricter than check",
                        kind.name
                    ));
                }
                if is_accepted && !shapes.is_empty() && !is_value_of_fact(kind, at) {
                    wrong.push(format!(
                        "{}{at} {how}: the schema does not see {shapes:?}",
                        kind.name
                    ));
                }
            }
        }
    }
    assert!(n_spoilt > 100, "{n_spoilt}");
    assert!(
        wrong.is_empty(),
        "{n_spoilt} spoilt, {} wrong: {wrong:#?}",
        wrong.len()
    );
}

/// Whether something is, or stands in, the value of a fact: only `check` knows what
/// kind of fact it is.
fn is_value_of_fact(kind: &File, at: &str) -> bool {
    let steps: Vec<&str> = at.split('/').skip(1).collect();
    let as_place = |step: &&str| match step.parse::<usize>() {
        Ok(_) => "[]".to_owned(),
        Err(_) => (*step).to_owned(),
    };
    let place: Vec<String> = steps.iter().map(as_place).collect();
    (1..=place.len()).any(|length| {
        let takes = kind.takes_at(place[..length].iter().map(String::as_str));
        matches!(takes, Some(Takes::FactValue))
    })
}

/// Whether `check` refuses the examples with this file, and what is wrong in shape.
fn judged(examples: &Input, file: &SourceFile, value: &Value) -> (bool, Vec<String>) {
    let mut files = examples.files.clone();
    let text = serde_json::to_string_pretty(value).unwrap();
    for known in files.iter_mut().filter(|known| known.path == file.path) {
        // JSON is YAML.
        known.bytes.clone_from(&text.clone().into_bytes());
    }
    let input = Input {
        files,
        images: examples.images.clone(),
        ..Input::default()
    };
    let findings = parse(input).findings;
    let errors = findings
        .iter()
        .filter(|one| one.severity == Severity::Error);
    let errors: Vec<_> = errors.filter(|one| one.file == file.path).collect();
    let shapes = errors.iter().filter(|one| SHAPE.contains(&one.id));
    let shapes = shapes.map(|one| format!("{}: {}", one.id, one.message));
    (!errors.is_empty(), shapes.collect())
}

/// Python's `jsonschema`, which `tests/run` installs beside the mail server.
#[test]
fn an_independent_validator_agrees() {
    let python = corpus::root().join("target/venv/bin/python");
    let script = corpus::root().join("tests/it/schema/validate.py");
    assert!(
        python.exists(),
        "{} is missing; make it with: python3 -m venv target/venv && \
         target/venv/bin/pip install -r tests/it/servers/requirements.txt",
        python.display()
    );
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let schemas: Vec<Value> = FILES
        .iter()
        .map(json::schema)
        .chain([json::any_file()])
        .collect();
    let files: Vec<_> = GOOD.iter().cloned().chain(bad_files()).collect();
    let mut asked = format!("{}\n", Value::from(schemas));
    for (_, kind, value) in &files {
        asked.push_str(&format!("{}\n", serde_json::json!([kind, value])));
    }
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let verdicts: Vec<bool> = said.lines().map(|line| line == "valid").collect();
    assert_eq!(verdicts.len(), files.len(), "{said}");
    let validators = validators();
    for ((name, kind, value), verdict) in files.iter().zip(verdicts) {
        assert_eq!(validators[*kind].accepts(value), verdict, "{name}");
    }
}
