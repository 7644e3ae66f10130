//! Who is called what in a dossier without names: `person-1 (role)` for people of
//! ours, `author-7` for strangers, the same in every file.
//!
//! Numbers go by first appearance in the log, which only grows: a later dossier of
//! the same run has the same ones. Replaced is what we know of somebody: key, name,
//! first and last name, address, number, handle; beside it everything that looks
//! like an address, handle, number or link. Who is named in a text and is known to
//! nobody stays, and the manifest says so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};

use super::people::{OF_PEOPLE, is_name, keys_of, nouns, roles_of};
use super::redaction::Own;
use super::{DossierError, File, Material, Sent};
use crate::domain::chain::FORGOTTEN;
use crate::domain::organisation::Organisation;
use crate::domain::run::Draft;
use crate::domain::step::promises::PROGRAM;

/// From so many letters on a first name is hardly ever another word.
const LONG_NAME: usize = 5;

/// A regular expression of the names of a large team, and of a storm of strangers.
const LARGEST_PATTERN: usize = 256 << 20;

/// Pseudonyms, and where they go.
#[derive(Debug)]
pub(super) struct Pseudonyms {
    /// Pseudonym by key.
    keys: BTreeMap<String, String>,
    /// What is replaced by what, as it is written and in any case.
    exact: HashMap<String, String>,
    loose: HashMap<String, String>,
    words: Option<Regex>,
    /// Pseudonym by platform and handle.
    authors: BTreeMap<(String, String), String>,
    roles: BTreeMap<String, Vec<String>>,
    own: Own,
}

impl Pseudonyms {
    pub(super) fn of(material: &Material, events: &[Value]) -> Result<Self, DossierError> {
        let organisation = material.organisation;
        let drafts = events.iter().filter_map(|event| {
            let draft: Draft = serde_json::from_value(event.get("draft")?.clone()).ok()?;
            Some(draft.id())
        });
        let drafts: BTreeSet<String> = drafts.collect();
        let mut known = Self {
            keys: BTreeMap::new(),
            exact: HashMap::new(),
            loose: HashMap::new(),
            words: None,
            authors: BTreeMap::new(),
            roles: BTreeMap::new(),
            own: Own::of(organisation, drafts.into_iter().collect()),
        };
        let mut keys = keys_of(events);
        let told = material.sent.iter().map(|sent| sent.notice.person.clone());
        let team = organisation.team.iter().map(|person| person.key.clone());
        let asks = std::iter::once(material.by.to_owned());
        for key in told.chain(team).chain(asks) {
            if !keys.contains(&key) && !key.is_empty() && key != PROGRAM {
                keys.push(key);
            }
        }
        let nouns = nouns(organisation, events);
        for key in keys {
            let pseudonym = format!("person-{}", known.keys.len() + 1);
            if is_name(&key) && !nouns.contains(&key) {
                known.exact.insert(key.clone(), pseudonym.clone());
            }
            let roles = roles_of(&key, events, organisation);
            known.roles.insert(key.clone(), roles);
            known.keys.insert(key, pseudonym);
        }
        for person in &organisation.team {
            let phone = person.phone.as_deref();
            known.add_person(&person.key, &person.name, &person.email, phone);
        }
        for sent in &material.sent {
            let notice = &sent.notice;
            let phone = notice.phone.as_deref();
            known.add_person(&notice.person, &notice.name, &notice.email, phone);
        }
        for event in events {
            known.add_strangers(event);
        }
        for sent in &material.sent {
            if let Ok(notice) = serde_json::to_value(&sent.notice) {
                known.add_strangers(&notice);
            }
        }
        // What is ours is nobody's name.
        for noun in &nouns {
            known.loose.remove(&noun.to_lowercase());
            known.exact.remove(noun);
        }
        known.words = known.pattern()?;
        Ok(known)
    }

    fn add_person(&mut self, key: &str, name: &str, email: &str, phone: Option<&str>) {
        let Some(pseudonym) = self.keys.get(key).cloned() else {
            return;
        };
        let whole = match self.roles.get(key).and_then(|roles| roles.first()) {
            Some(role) => format!("{pseudonym} ({role})"),
            None => pseudonym.clone(),
        };
        let parts = name.split_whitespace().filter(|part| {
            let is_capital = part.chars().next().is_some_and(char::is_uppercase);
            is_capital && is_name(part)
        });
        for (place, part) in parts.enumerate() {
            let part = part.trim_matches(|letter: char| !letter.is_alphanumeric());
            let mut ways = vec![part.to_owned(), part.to_uppercase()];
            // A first name in small letters; a short one is too often a word.
            if place == 0 && part.chars().count() >= LONG_NAME {
                ways.push(part.to_lowercase());
            }
            for way in ways {
                self.exact.entry(way).or_insert(pseudonym.clone());
            }
        }
        self.loose.insert(name.trim().to_lowercase(), whole);
        self.loose.insert(email.to_lowercase(), pseudonym.clone());
        if let Some(phone) = phone {
            self.loose.insert(phone.to_lowercase(), pseudonym);
        }
    }

    fn add_strangers(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                let text = |key: &str| fields.get(key).and_then(Value::as_str);
                let is_case = text("event") == Some("case_opened");
                if let Some(platform) = text("platform").filter(|_| is_quote(value) || is_case) {
                    let names = [
                        text("author"),
                        text("author_name"),
                        text("name").filter(|_| is_case),
                    ];
                    let names: Vec<&str> = names.into_iter().flatten().collect();
                    if let Some(first) = names.first() {
                        let pseudonym = self.author(platform, first);
                        for name in &names {
                            self.add_stranger(name, &pseudonym);
                        }
                    }
                }
                fields.values().for_each(|field| self.add_strangers(field));
            }
            Value::Array(items) => items.iter().for_each(|item| self.add_strangers(item)),
            _ => {}
        }
    }

    fn author(&mut self, platform: &str, name: &str) -> String {
        let number = self.authors.len() + 1;
        let place = (platform.to_owned(), name.to_owned());
        let known = self.authors.entry(place);
        known.or_insert_with(|| format!("author-{number}")).clone()
    }

    fn add_stranger(&mut self, name: &str, pseudonym: &str) {
        let name = name.trim().trim_start_matches('@');
        if !is_name(name) || name == FORGOTTEN {
            return;
        }
        let lower = name.to_lowercase();
        self.loose.entry(lower).or_insert(pseudonym.to_owned());
    }

    /// All names at once, the longest first.
    fn pattern(&self) -> Result<Option<Regex>, DossierError> {
        let exact = self.exact.keys().map(|word| (word, false));
        let mut words: Vec<(&String, bool)> = exact
            .chain(self.loose.keys().map(|word| (word, true)))
            .collect();
        words.retain(|(word, _)| !word.is_empty());
        words.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then(one.cmp(other)));
        if words.is_empty() {
            return Ok(None);
        }
        let is_in_word = |letter: Option<char>| {
            letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
        };
        let alternatives: Vec<String> = words
            .into_iter()
            .map(|(word, is_loose)| {
                let edge = |letter| if is_in_word(letter) { r"\b" } else { "" };
                let case = if is_loose { "(?i:" } else { "(?:" };
                let (before, after) = (edge(word.chars().next()), edge(word.chars().last()));
                format!("{case}{before}{}{after})", regex::escape(word))
            })
            .collect();
        let pattern = RegexBuilder::new(&alternatives.join("|"))
            .size_limit(LARGEST_PATTERN)
            .build();
        pattern
            .map(Some)
            .map_err(|error| DossierError::Names(error.to_string()))
    }

    /// What somebody of ours is called.
    pub(super) fn key(&self, key: &str) -> String {
        self.keys.get(key).cloned().unwrap_or(key.to_owned())
    }

    fn text(&self, text: &str) -> String {
        let named = match &self.words {
            None => text.to_owned(),
            Some(words) => {
                let by = |found: &regex::Captures| {
                    let word = &found[0];
                    let known = self.exact.get(word);
                    let known = known.or_else(|| self.loose.get(&word.to_lowercase()));
                    known.map_or("[name]", String::as_str).to_owned()
                };
                words.replace_all(text, by).into_owned()
            }
        };
        self.own.clean(&named)
    }

    /// Takes everybody out of a value.
    pub(super) fn redact(&self, value: &mut Value) {
        self.redact_field(value, "");
    }

    fn redact_field(&self, value: &mut Value, field: &str) {
        match value {
            Value::String(text) => {
                if let Some(pseudonym) = self.keys.get(text).filter(|_| OF_PEOPLE.contains(&field))
                {
                    text.clone_from(pseudonym);
                } else if !is_of_the_program(field, text) {
                    *text = self.text(text);
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.redact_field(item, field)),
            Value::Object(fields) => {
                let is_quote = is_quote_of(fields);
                let is_case = fields
                    .get("event")
                    .is_some_and(|name| name == "case_opened");
                if is_quote || is_case {
                    self.redact_stranger(fields);
                }
                for (key, field) in fields {
                    self.redact_field(field, key);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn redact_stranger(&self, fields: &mut serde_json::Map<String, Value>) {
        let platform = fields.get("platform").and_then(Value::as_str);
        let platform = platform.unwrap_or_default().to_owned();
        for key in ["author", "author_name", "name"] {
            let Some(Value::String(name)) = fields.get_mut(key) else {
                continue;
            };
            let known = self.authors.get(&(platform.clone(), name.clone()));
            if let Some(pseudonym) = known {
                name.clone_from(pseudonym);
            }
        }
        if let Some(Value::String(url)) = fields.get_mut("url") {
            "[link]".clone_into(url);
        }
    }

    /// Takes everybody out of a text that is JSON.
    pub(super) fn redact_json(&self, json: &mut String) {
        if let Ok(mut value) = serde_json::from_str::<Value>(json) {
            let before = value.clone();
            self.redact(&mut value);
            if value != before {
                *json = value.to_string();
            }
        }
    }

    /// Takes everybody out of a file that people read.
    pub(super) fn redact_file(&self, file: &mut File) {
        if file.path.ends_with(".txt")
            && let Ok(text) = std::str::from_utf8(&file.bytes)
        {
            // What a notice ends with must stay as it is: the head of the log.
            file.bytes = self.text(text).into_bytes();
        }
    }

    /// Whether the skeleton of an event names somebody.
    pub(super) fn is_named_in(&self, skeleton: &str) -> bool {
        let Ok(mut value) = serde_json::from_str::<Value>(skeleton) else {
            return true;
        };
        let before = value.clone();
        self.redact(&mut value);
        value != before
    }

    pub(super) fn sent(&self, sent: Vec<Sent>) -> Result<Vec<Sent>, DossierError> {
        let redacted = |sent: Sent| {
            let unreadable = |reason: serde_json::Error| DossierError::Unreadable {
                what: format!("notice {}", sent.effect),
                reason: reason.to_string(),
            };
            let mut notice = serde_json::to_value(&sent.notice).map_err(unreadable)?;
            self.redact(&mut notice);
            Ok(Sent {
                notice: serde_json::from_value(notice).map_err(unreadable)?,
                last_error: sent.last_error.as_deref().map(|error| self.text(error)),
                ..sent
            })
        };
        sent.into_iter().map(redacted).collect()
    }

    /// The organisation as sentences name its people.
    pub(super) fn organisation(&self, organisation: &Organisation) -> Organisation {
        let mut organisation = organisation.clone();
        for person in &mut organisation.team {
            let pseudonym = self.key(&person.key);
            let name = self.loose.get(&person.name.trim().to_lowercase());
            person.name = name.unwrap_or(&pseudonym).clone();
            person.key = pseudonym;
        }
        organisation
    }

    /// Which pseudonyms there are, in which roles.
    pub(super) fn people(&self) -> File {
        let number = |name: &str| name.rsplit('-').next().and_then(|n| n.parse::<u32>().ok());
        let mut people: Vec<Value> = self
            .keys
            .iter()
            .map(|(key, name)| json!({ "person": name, "roles": self.roles.get(key) }))
            .collect();
        people.sort_by_key(|one| one["person"].as_str().and_then(number));
        let mut authors: Vec<Value> = self
            .authors
            .iter()
            .map(|((platform, _), name)| json!({ "author": name, "platform": platform }))
            .collect();
        authors.sort_by_key(|one| one["author"].as_str().and_then(number));
        let all = json!({ "people": people, "authors": authors });
        File::json("people.json", &all)
    }

    /// Refuses files in which somebody is still named.
    pub(super) fn check(&self, files: &[File]) -> Result<(), DossierError> {
        let Some(words) = &self.words else {
            return Ok(());
        };
        let ours = |file: &&File| file.path != "README.md" && !file.path.starts_with("images/");
        for file in files.iter().filter(ours) {
            let text = String::from_utf8_lossy(&file.bytes);
            if words.is_match(&text) || words.is_match(&file.path) {
                return Err(DossierError::StillNamed(file.path.clone()));
            }
        }
        Ok(())
    }
}

/// Names of fields whose values the program made, and texts that are a moment.
fn is_of_the_program(field: &str, text: &str) -> bool {
    matches!(
        field,
        "event" | "hash" | "hashes" | "head" | "§" | "effect" | "timezone"
    ) || chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_quote(value: &Value) -> bool {
    value.as_object().is_some_and(is_quote_of)
}

fn is_quote_of(fields: &serde_json::Map<String, Value>) -> bool {
    ["platform", "author", "text"]
        .iter()
        .all(|key| fields.contains_key(*key))
}
