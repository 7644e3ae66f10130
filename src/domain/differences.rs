//! What changed between the playbook and templates that a run is pinned to and
//! those of today, in words a communications lead can read.
//!
//! Works on the serialized values, so that a new key of the format is told
//! without a line here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::desk::Pinned;
use super::playbook::StatementTemplate;
use super::time::format_duration;

/// More is not read; the rest is counted.
const MOST: usize = 200;

/// The longest value that is shown whole.
const LONGEST: usize = 120;

/// What tells the entries of a list apart, in this order.
const NAMES: [&str; 4] = ["key", "name", "aim", "file"];

/// A line for each difference, playbook first; empty when there is none.
pub fn differences(before: &Pinned, after: &Pinned) -> Vec<String> {
    let mut found = Vec::new();
    let value = |pinned: &Pinned| serde_json::to_value(&pinned.playbook).unwrap_or_default();
    compare(&value(before), &value(after), "", &mut found);
    templates(&before.templates, &after.templates, &mut found);
    bounded(found)
}

/// The same of any two things of one kind, as they are written as JSON.
pub(super) fn between(before: &impl Serialize, after: &impl Serialize) -> Vec<String> {
    let value = |one: serde_json::Result<Value>| one.unwrap_or_default();
    let (before, after) = (serde_json::to_value(before), serde_json::to_value(after));
    let mut found = Vec::new();
    compare(&value(before), &value(after), "", &mut found);
    found
}

/// No more lines than anybody reads.
pub(super) fn bounded(mut found: Vec<String>) -> Vec<String> {
    let n_more = found.len().saturating_sub(MOST);
    if n_more > 0 {
        found.truncate(MOST);
        found.push(format!("and {n_more} more"));
    }
    found
}

fn compare(before: &Value, after: &Value, path: &str, found: &mut Vec<String>) {
    if before == after {
        return;
    }
    let (Some(old), Some(new)) = (entries(before), entries(after)) else {
        let path = written(path);
        found.push(format!("{path}: {} → {}", shown(before), shown(after)));
        return;
    };
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    let n_found = found.len();
    for (name, value) in &old {
        match new.iter().find(|(other, _)| other == name) {
            Some((_, other)) => compare(value, other, &below(name), found),
            None => {
                let path = written(&below(name));
                found.push(format!("{path}: taken away, was {}", shown(value)));
            }
        }
    }
    for (name, value) in &new {
        if !old.iter().any(|(other, _)| other == name) {
            let path = written(&below(name));
            found.push(format!("{path}: added, {}", shown(value)));
        }
    }
    if found.len() == n_found {
        found.push(format!("{}: in another order", written(path)));
    }
}

/// A path in the keys that people write: what a condition asks for stands in it without
/// a number, and `for` has another name among ours.
fn written(path: &str) -> String {
    let mut parts = path.split('.').peekable();
    let mut kept = Vec::new();
    let is_place = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    while let Some(part) = parts.next() {
        match part {
            "tests" if parts.next_if(is_place).is_some() => {}
            "held_for" => kept.push("for"),
            part => kept.push(part),
        }
    }
    kept.join(".")
}

/// What a value is made of, by name; `None` for one that is shown as a whole.
fn entries(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Object(fields) if length(fields).or(moment(fields)).is_none() => {
            let all = fields.iter().map(|(name, value)| (name.clone(), value));
            Some(all.collect())
        }
        Value::Array(items) => {
            let all: Option<Vec<_>> = items.iter().enumerate().map(named).collect();
            let all = all?;
            let names: BTreeMap<&String, ()> = all.iter().map(|(name, _)| (name, ())).collect();
            (names.len() == all.len()).then_some(all)
        }
        _ => None,
    }
}

/// Entries without a name are called by their place, and pairs by their first.
fn named((place, item): (usize, &Value)) -> Option<(String, &Value)> {
    match item {
        Value::Object(fields) => {
            let name = NAMES.iter().find_map(|name| fields.get(*name)?.as_str());
            let name = name.map_or_else(|| (place + 1).to_string(), str::to_owned);
            Some((name, item))
        }
        Value::Array(pair) => match &pair[..] {
            [Value::String(name), value] => Some((name.clone(), value)),
            _ => None,
        },
        _ => None,
    }
}

/// A length of time, as people write it.
fn length(fields: &Map<String, Value>) -> Option<String> {
    let seconds = fields.get("secs")?.as_u64()?;
    let is_length = fields.len() == 2 && fields.contains_key("nanos");
    is_length.then(|| format_duration(Duration::from_secs(seconds)))
}

/// `30m after start`, as people write it.
fn moment(fields: &Map<String, Value>) -> Option<String> {
    let (how, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    match (how.as_str(), value) {
        ("since", Value::Object(since)) => length(since),
        ("after" | "before", Value::Array(parts)) => {
            let [Value::Object(by), Value::String(of)] = &parts[..] else {
                return None;
            };
            Some(format!("{} {how} {of}", length(by)?))
        }
        _ => None,
    }
}

fn shown(value: &Value) -> String {
    let text = words(value);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("“{text}”"),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            if let Some(written) = length(fields).or(moment(fields)) {
                return written;
            }
            let told = fields.iter().filter(|(_, value)| is_something(value));
            let told = told.map(|(name, value)| format!("{name} {}", words(value)));
            told.collect::<Vec<_>>().join("; ")
        }
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn templates(before: &[StatementTemplate], after: &[StatementTemplate], found: &mut Vec<String>) {
    let find = |all: &[StatementTemplate], file: &str| {
        let template = all.iter().find(|template| template.file == file);
        template.map(|template| template.source.clone())
    };
    for old in before {
        match find(after, &old.file) {
            None => found.push(format!("template {}: taken away", old.file)),
            Some(new) if new != old.source => {
                let (added, gone) = (
                    lines_only_in(&new, &old.source),
                    lines_only_in(&old.source, &new),
                );
                found.push(match (added, gone) {
                    (0, 0) => format!("template {}: lines in another order", old.file),
                    _ => format!(
                        "template {}: {added} lines added, {gone} taken away",
                        old.file
                    ),
                });
            }
            Some(_) => {}
        }
    }
    for new in after {
        if find(before, &new.file).is_none() {
            let n_lines = new.source.lines().count();
            found.push(format!("template {}: added, {n_lines} lines", new.file));
        }
    }
}

/// How many lines of a text the other does not have.
fn lines_only_in(text: &str, other: &str) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    other
        .lines()
        .for_each(|line| *left.entry(line).or_default() += 1);
    let mut n_new = 0;
    for line in text.lines() {
        match left.get_mut(line).filter(|n| **n > 0) {
            Some(n) => *n -= 1,
            None => n_new += 1,
        }
    }
    n_new
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: Value, after: Value, expected: &[&str]) {
        let mut found = Vec::new();
        compare(&before, &after, "", &mut found);
        assert_eq!(found, expected);
    }

    #[test]
    fn says_where_and_what() {
        let task =
            |due: u64| json!({ "name": "verify", "due": { "since": { "secs": due, "nanos": 0 } } });
        let phase = |tasks: Value| json!({ "phases": [{ "aim": "information", "tasks": tasks }] });
        check(
            phase(json!([task(600)])),
            phase(json!([task(1_200)])),
            &["phases.information.tasks.verify.due: 10m → 20m"],
        );
        check(
            phase(json!([])),
            phase(json!([task(600)])),
            &["phases.information.tasks.verify: added, name “verify”; due 10m"],
        );
        check(
            json!({ "a": [{ "name": "x" }, { "name": "y" }], "deputy": null }),
            json!({ "a": [{ "name": "y" }, { "name": "x" }], "deputy": "bo" }),
            &["a: in another order", "deputy: nothing → “bo”"],
        );
        check(
            json!({ "alert": [["attention", [{ "roles": ["a"] }]]], "when": ["x"] }),
            json!({ "alert": [], "when": ["x", "y"] }),
            &[
                "alert.attention: taken away, was roles “a”",
                "when: “x” → “x”, “y”",
            ],
        );
        check(json!({ "a": 1 }), json!({ "a": 1 }), &[]);
    }

    #[test]
    fn templates_are_counted_by_line() {
        let template = |file: &str, source: &str| StatementTemplate {
            file: file.to_owned(),
            name: "holding".to_owned(),
            language: "nl".to_owned(),
            channel: None,
            source: source.into(),
        };
        let mut found = Vec::new();
        templates(
            &[
                template("a", "1\n2\n"),
                template("b", "x"),
                template("d", "1\n2"),
            ],
            &[
                template("a", "1\n3\n4\n"),
                template("c", "x"),
                template("d", "2\n1"),
            ],
            &mut found,
        );
        assert_eq!(
            found,
            [
                "template a: 2 lines added, 1 taken away",
                "template b: taken away",
                "template d: lines in another order",
                "template c: added, 1 lines"
            ]
        );
    }
}
