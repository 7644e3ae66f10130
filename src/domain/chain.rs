//! The chain over a run's log: every event is stored as a skeleton, and each
//! link is made of the one before and the skeleton.
//!
//! Personal strings are not in the skeleton but beside it; only their salted
//! hash is in it. So a text can be forgotten and the chain still shows that
//! nothing else was changed, and without the salt nobody can guess what the
//! text was. Salts come from outside, as everything random does.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::hex::hex;
use super::run::RunId;

/// The one key of what stands in the place of a personal string.
pub const HOLE: &str = "§";

/// How a value reads that is gone.
pub const FORGOTTEN: &str = "[forgotten]";

/// Whose words they are, which decides how long they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Strangers' words and names: forgotten after `keep_texts`.
    Quote,
    /// What our own people typed: kept with the log.
    Typed,
}

/// Which strings are personal: event (`*` for all), path in its JSON, kind. In
/// a path `*` is any key or place in a list, and `**` any number of them. Only
/// strings are ever taken out, and one that must parse as something else (a
/// time, a name of ours) must not be listed: it may become `FORGOTTEN`.
const PERSONAL: [(&str, &str, Kind); 35] = [
    ("*", "**.evidence.quotes.*.author", Kind::Quote),
    ("*", "**.evidence.quotes.*.author_name", Kind::Quote),
    ("*", "**.evidence.quotes.*.text", Kind::Quote),
    ("*", "**.evidence.quotes.*.url", Kind::Quote),
    ("case_opened", "name", Kind::Quote),
    ("case_opened", "url", Kind::Quote),
    ("question_answered", "text", Kind::Typed),
    ("question_answered", "source", Kind::Typed),
    ("question_added", "ask", Kind::Typed),
    ("question_added", "source", Kind::Typed),
    ("case_closed", "told.what", Kind::Typed),
    ("case_closed", "told.how", Kind::Typed),
    ("task_added", "title", Kind::Typed),
    ("level_raised", "because", Kind::Typed),
    ("merged_in", "open.*", Kind::Typed),
    ("noted", "text", Kind::Typed),
    ("situation_made", "analysis.**.quotes.*.text", Kind::Quote),
    ("lesson_noted", "text", Kind::Typed),
    ("lesson_closed", "how", Kind::Typed),
    ("fact_set", "value.text", Kind::Typed),
    ("fact_set", "value.list.*", Kind::Typed),
    ("fact_set", "source", Kind::Typed),
    ("draft_rendered", "draft.text", Kind::Typed),
    ("draft_rendered", "draft.rendered", Kind::Typed),
    ("draft_edited", "draft.text", Kind::Typed),
    ("draft_edited", "draft.rendered", Kind::Typed),
    ("image_attached", "draft.text", Kind::Typed),
    ("image_attached", "draft.rendered", Kind::Typed),
    ("image_removed", "draft.text", Kind::Typed),
    ("image_removed", "draft.rendered", Kind::Typed),
    ("published", "posted.*.text", Kind::Typed),
    ("*", "**.images.*.alt", Kind::Typed),
    ("*", "image.alt", Kind::Typed),
    ("*", "**.reason", Kind::Typed),
    ("house", "news.folder_broken.what", Kind::Typed),
];

impl Kind {
    /// As the store writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Typed => "typed",
        }
    }

    /// Of the string at a path of an event; `None` when it is not personal.
    fn at(event: &str, path: &[&str]) -> Option<Self> {
        let last = path.last().copied().unwrap_or_default();
        let is_it = |(of, pattern, _): &&(&str, &str, Kind)| {
            // Quick to say no, because most strings are not personal.
            (*of == "*" || *of == event)
                && (pattern.ends_with(last) || pattern.ends_with('*'))
                && fits(&pattern.split('.').collect::<Vec<_>>(), path)
        };
        PERSONAL.iter().find(is_it).map(|(.., kind)| *kind)
    }
}

fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], path) => {
            fits(rest, path) || (!path.is_empty() && fits(pattern, &path[1..]))
        }
        ([first, rest @ ..], [key, keys @ ..]) => {
            (first == key || *first == "*") && fits(rest, keys)
        }
        _ => false,
    }
}

/// A string that was taken out of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    pub hash: String,
    pub salt: String,
    pub value: String,
    pub kind: Kind,
}

impl Personal {
    /// Whether the value is the one that the skeleton speaks of.
    pub fn is_true(&self) -> bool {
        self.hash == personal_hash(&self.salt, &self.value)
    }
}

/// `printf '%s%s' SALT VALUE | sha256sum` gives the same.
fn personal_hash(salt: &str, value: &str) -> String {
    hex(&Sha256::new()
        .chain_update(salt)
        .chain_update(value)
        .finalize())
}

/// Takes the personal strings out of an event as JSON. `seed` must be random
/// and used for nothing else: every string gets a salt that is made from it.
pub fn mask(event: &mut Value, seed: &[u8; 32]) -> Vec<Personal> {
    let name = event["event"].as_str().unwrap_or_default().to_owned();
    let mut taken = Vec::new();
    mask_below(event, &name, &mut Vec::new(), seed, &mut taken);
    taken
}

fn mask_below<'a>(
    value: &'a mut Value,
    event: &str,
    path: &mut Vec<&'a str>,
    seed: &[u8; 32],
    taken: &mut Vec<Personal>,
) {
    match value {
        Value::String(text) => {
            let Some(kind) = Kind::at(event, path) else {
                return;
            };
            let number = (taken.len() as u64).to_be_bytes();
            let salt = Sha256::new().chain_update(seed).chain_update(number);
            let salt = hex(&salt.finalize()[..16]);
            let text = std::mem::take(text);
            let hash = personal_hash(&salt, &text);
            *value = Value::Object(Map::from_iter([(
                HOLE.to_owned(),
                Value::String(hash.clone()),
            )]));
            taken.push(Personal {
                hash,
                salt,
                value: text,
                kind,
            });
        }
        Value::Array(items) => {
            for item in items {
                path.push("*");
                mask_below(item, event, path, seed, taken);
                path.pop();
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                path.push(key);
                mask_below(field, event, path, seed, taken);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts the values back that are still known.
pub fn fill<'a>(skeleton: &mut Value, known: &impl Fn(&str) -> Option<&'a str>) {
    if let Some(hash) = hole(skeleton) {
        *skeleton = Value::String(known(hash).unwrap_or(FORGOTTEN).to_owned());
        return;
    }
    match skeleton {
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, known)),
        _ => {}
    }
}

/// The hash in a hole; `None` for anything else.
fn hole(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(HOLE)?.as_str()
}

/// Somebody of whom an event holds words: what stands together about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stranger {
    /// Of the strings that are theirs.
    pub hashes: Vec<String>,
    /// All that stands beside those, and they themselves.
    pub fields: BTreeMap<String, Value>,
}

/// Everybody in a skeleton of whom one of these strings, by hash, speaks.
pub fn strangers(skeleton: &Value, known: &BTreeMap<String, String>) -> Vec<Stranger> {
    let mut found = Vec::new();
    strangers_below(skeleton, known, &mut found);
    found
}

fn strangers_below(value: &Value, known: &BTreeMap<String, String>, found: &mut Vec<Stranger>) {
    if let Value::Object(fields) = value {
        let mut stranger = Stranger {
            hashes: Vec::new(),
            fields: BTreeMap::new(),
        };
        for (key, field) in fields {
            let value = match hole(field).map(|hash| (hash, known.get(hash))) {
                Some((hash, Some(value))) => {
                    stranger.hashes.push(hash.to_owned());
                    Value::String(value.clone())
                }
                Some((_, None)) => continue,
                None => field.clone(),
            };
            stranger.fields.insert(key.clone(), value);
        }
        if !stranger.hashes.is_empty() {
            found.push(stranger);
        }
    }
    let below: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    for one in below {
        strangers_below(one, known, found);
    }
}

/// Whether there may be holes: a cheap look before a dear one.
pub fn may_have_holes(skeleton: &str) -> bool {
    skeleton.contains(HOLE)
}

/// Every hole of a skeleton, with the kind of what belongs in it.
pub fn holes(skeleton: &Value) -> Vec<(String, Option<Kind>)> {
    let event = skeleton["event"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    holes_below(skeleton, event, &mut Vec::new(), &mut found);
    found
}

fn holes_below<'a>(
    value: &'a Value,
    event: &str,
    path: &mut Vec<&'a str>,
    found: &mut Vec<(String, Option<Kind>)>,
) {
    if let Some(hash) = hole(value) {
        found.push((hash.to_owned(), Kind::at(event, path)));
        return;
    }
    let below: Vec<(&str, &Value)> = match value {
        Value::Array(items) => items.iter().map(|item| ("*", item)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, field)| (key.as_str(), field))
            .collect(),
        _ => Vec::new(),
    };
    for (key, one) in below {
        path.push(key);
        holes_below(one, event, path, found);
        path.pop();
    }
}

/// The one way to write a skeleton: keys in order, no spaces.
pub fn canonical(mut skeleton: Value) -> String {
    skeleton.sort_all_objects();
    skeleton.to_string()
}

/// The head before the first event: no log can stand in for another run's.
pub fn genesis(run: RunId) -> String {
    hex(&Sha256::digest(format!("draaiboek run {run}")))
}

/// The head after one more skeleton, which holds the event's number and time.
pub fn next(head: &str, skeleton: &str) -> String {
    hex(&Sha256::new()
        .chain_update(head)
        .chain_update(skeleton)
        .finalize())
}

/// The head of a log at one event: what a mail carries, out of our hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub run: RunId,
    pub seq: u64,
    pub head: String,
}

impl Mark {
    /// `3.41: 9f2c…`: enough digits that nobody finds another log with them.
    pub fn short(&self) -> String {
        let digits = self.head.get(..16).unwrap_or(&self.head);
        format!("{}.{}: {digits}", self.run, self.seq)
    }

    /// Reads `3.41 9f2c…`.
    pub fn read(written: &str) -> Option<Self> {
        let (place, head) = written.split_once(' ')?;
        let (run, seq) = place.split_once('.')?;
        Some(Self {
            run: run.parse().ok()?,
            seq: seq.parse().ok()?,
            head: head.to_owned(),
        })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.{} {}", self.run, self.seq, self.head)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(event: Value) -> (Value, Vec<Personal>) {
        let mut skeleton = event;
        let taken = mask(&mut skeleton, &[7; 32]);
        (skeleton, taken)
    }

    #[test]
    fn personal_strings_leave_the_skeleton_and_come_back() {
        let quote = json!({ "platform": "x", "author": "piet", "text": "boe", "url": null });
        let evidence = json!({ "watch": "w", "quotes": [quote, quote] });
        for (event, expected) in [
            (
                json!({ "event": "noted", "by": "bo", "text": "hallo" }),
                vec!["hallo"],
            ),
            (
                json!({ "event": "fact_set", "value": { "text": "hier" } }),
                vec!["hier"],
            ),
            (
                json!({ "event": "fact_set", "value": { "list": ["a", ""] } }),
                vec!["a", ""],
            ),
            (
                json!({ "event": "fact_set", "value": { "number": 4.5 } }),
                vec![],
            ),
            (
                json!({ "event": "fact_set", "value": { "time": "2026-01-01T00:00:00Z" } }),
                vec![],
            ),
            (
                json!({ "event": "draft_rendered", "draft": { "message": "m", "text": "t" } }),
                vec!["t"],
            ),
            (
                json!({ "event": "run_closed", "by": "bo", "reason": "klaar" }),
                vec!["klaar"],
            ),
            (
                json!({ "event": "run_started", "cause": { "by_hand": { "by": "b", "reason": "r" } } }),
                vec!["r"],
            ),
            (
                json!({ "event": "trigger_fired", "evidence": evidence }),
                vec!["piet", "boe", "piet", "boe"],
            ),
            (
                json!({ "event": "run_started", "cause": { "trigger": { "evidence": evidence } } }),
                vec!["piet", "boe", "piet", "boe"],
            ),
            (
                json!({ "event": "case_opened", "case": "1", "name": "piet", "url": "u" }),
                vec!["piet", "u"],
            ),
            (
                json!({ "event": "other", "text": "hallo", "case": { "name": "n" } }),
                vec![],
            ),
        ] {
            let (skeleton, taken) = masked(event.clone());
            let values: Vec<&str> = taken.iter().map(|one| one.value.as_str()).collect();
            assert_eq!(values, expected, "{event}");
            assert!(taken.iter().all(Personal::is_true));
            let holes = holes(&skeleton);
            let kinds: Vec<_> = taken
                .iter()
                .map(|one| (one.hash.clone(), Some(one.kind)))
                .collect();
            assert_eq!(holes, kinds);
            let text = canonical(skeleton.clone());
            assert!(!text.contains("piet") && !text.contains("hallo") || event["event"] == "other");
            let mut back = skeleton;
            fill(&mut back, &|hash| {
                let one = taken.iter().find(|one| one.hash == hash)?;
                Some(one.value.as_str())
            });
            assert_eq!(back, event);
        }
    }

    #[test]
    fn the_same_words_have_another_hash_each_time() {
        let event = json!({ "event": "fact_set", "value": { "list": ["a", "a"] } });
        let (_, taken) = masked(event.clone());
        assert_ne!(taken[0].hash, taken[1].hash);
        let mut again = event;
        assert_ne!(mask(&mut again, &[8; 32])[0].hash, taken[0].hash);
    }

    #[test]
    fn what_is_gone_reads_as_forgotten() {
        let (mut skeleton, _) = masked(json!({ "event": "noted", "text": "hallo" }));
        fill(&mut skeleton, &|_| None);
        assert_eq!(skeleton["text"], FORGOTTEN);
    }

    #[test]
    fn a_skeleton_is_written_in_one_way() {
        let one: Value = serde_json::from_str(r#"{"b":1,"a":{"d":[2],"c":"é"}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"a":{"c":"é","d":[2]},"b":1}"#).unwrap();
        assert_eq!(canonical(one), canonical(other));
        assert_ne!(genesis(1), genesis(2));
        assert_ne!(next("a", "b"), next("a", "c"));
    }

    #[test]
    fn a_mark_is_read_as_it_is_written() {
        let mark = Mark {
            run: 3,
            seq: 41,
            head: genesis(3),
        };
        assert_eq!(Mark::read(&mark.to_string()), Some(mark.clone()));
        assert_eq!(mark.short().len(), "3.41: ".len() + 16);
        assert_eq!(Mark::read("3 41"), None);
    }
}
