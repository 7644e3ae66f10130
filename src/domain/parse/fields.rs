//! Takes the keys of a map one by one and says what is missing, empty,
//! unknown or written twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::problems::{Problems, Span};
use super::tree::{Entry, Node, Value, shortened};

/// Names in a map that are compared with each other one by one.
const SMALL: usize = 16;

/// A map that is being read. Ask for every key the format has, present or not,
/// then call [`Fields::close`]: what was never asked for is unknown.
pub(super) struct Fields<'a> {
    /// What the map is, for messages: "task `verify`".
    what: String,
    at: Span,
    /// Where the map itself stands.
    span: Span,
    entries: Vec<&'a Entry>,
    asked: Vec<&'static str>,
    /// What must be there and is not: said when all keys are known, because one that
    /// is misspelt is not missing.
    missing: Vec<Missing>,
    problems: &'a Problems,
}

/// A key that is not there, or several of which one must be.
struct Missing {
    keys: Vec<&'static str>,
    message: String,
    hint: String,
}

impl<'a> Fields<'a> {
    /// Opens a map; `at` is where a missing key is reported: for a map that stands
    /// below its name, that name.
    pub(super) fn open(
        node: &'a Node,
        at: Span,
        what: impl Into<String>,
        problems: &'a Problems,
    ) -> Option<Self> {
        let what = what.into();
        if !matches!(node.value, Value::Map(_)) {
            wrong_kind(
                node,
                &format!("a map with the keys of {what}"),
                "",
                problems,
            );
            return None;
        }
        Some(Self {
            what,
            at: if at == node.span { node.home } else { at },
            span: node.span,
            entries: without_duplicates(node, problems),
            asked: Vec::new(),
            missing: Vec::new(),
            problems,
        })
    }

    /// Opens the map that stands under a name.
    pub(super) fn of(
        entry: &'a Entry,
        what: impl Into<String>,
        problems: &'a Problems,
    ) -> Option<Self> {
        Self::open(&entry.value, entry.key_span, what, problems)
    }

    pub(super) fn at(&self) -> Span {
        self.at
    }

    /// The entry with this name, when it is there and not empty.
    pub(super) fn entry(&mut self, key: &'static str) -> Option<&'a Entry> {
        self.asked.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        if let Value::Null(written) = &entry.value.value {
            empty_value(entry, written, self.problems);
            return None;
        }
        Some(entry)
    }

    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// The same, and a finding when the key is not there at all.
    pub(super) fn need(&mut self, key: &'static str, example: &str) -> Option<&'a Node> {
        if !self.has(key) {
            self.asked.push(key);
            self.missing.push(Missing {
                keys: vec![key],
                message: format!("{} has no `{key}`", self.what),
                hint: format!("add `{key}: {example}`"),
            });
            return None;
        }
        self.get(key)
    }

    /// Reads the value of an optional key.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        reader: impl FnOnce(&'a Node, &'a Problems) -> Option<T>,
    ) -> Option<T> {
        let problems = self.problems;
        self.get(key).and_then(|node| reader(node, problems))
    }

    /// Reads the value of a key that must be there.
    pub(super) fn demand<T>(
        &mut self,
        key: &'static str,
        example: &str,
        reader: impl FnOnce(&'a Node, &'a Problems) -> Option<T>,
    ) -> Option<T> {
        let problems = self.problems;
        self.need(key, example)
            .and_then(|node| reader(node, problems))
    }

    /// Exactly one of these keys must be there; which one is.
    pub(super) fn one_of(&mut self, keys: &[&'static str]) -> Option<&'a Entry> {
        self.asked.extend(keys);
        let present: Vec<&'a Entry> = self
            .entries
            .iter()
            .filter(|entry| keys.contains(&entry.key.as_str()))
            .copied()
            .collect();
        let listed = || listed(keys.iter().copied());
        match present.as_slice() {
            [] => {
                self.missing.push(Missing {
                    keys: keys.to_vec(),
                    message: format!("{} has none of {}", self.what, listed()),
                    hint: "give exactly one of them".to_owned(),
                });
                None
            }
            [only] => {
                if let Value::Null(written) = &only.value.value {
                    empty_value(only, written, self.problems);
                    return None;
                }
                Some(only)
            }
            [_, second, ..] => {
                self.problems.error(
                    second.key_span,
                    "one-of",
                    format!("{} can have only one of {}", self.what, listed()),
                    format!("take `{}` or `{}` away", present[0].key, second.key),
                );
                None
            }
        }
    }

    /// Reports the keys nobody asked for, and those that are missing.
    pub(super) fn close(mut self) {
        self.problems.asked(self.span, &self.asked);
        if self.is_another_map() {
            return;
        }
        for entry in std::mem::take(&mut self.entries) {
            if self.asked.contains(&entry.key.as_str()) {
                continue;
            }
            if is_secret(&entry.key) {
                self.problems.hide(entry.value.span);
            }
            let hint = if self.problems.is_full() {
                String::new()
            } else {
                self.hint_for(&entry.key)
            };
            self.problems.error(
                entry.key_span,
                "unknown-key",
                format!("unknown key `{}` in {}", shortened(&entry.key), self.what),
                hint,
            );
        }
    }

    /// Reports a map with several keys of which none is known, though some must be
    /// there: it is another map, at the wrong place. One mistake, said once.
    fn is_another_map(&mut self) -> bool {
        let is_strange = |entry: &&Entry| nearest(&entry.key, self.asked.iter().copied()).is_none();
        if self.missing.is_empty()
            || self.entries.len() < 2
            || !self.entries.iter().all(is_strange)
            || self.entries.iter().any(|entry| is_secret(&entry.key))
        {
            return false;
        }
        let missing = self.missing.drain(..).flat_map(|one| one.keys);
        let missing = listed(missing.collect::<Vec<_>>());
        let written = listed(self.entries.iter().map(|entry| entry.key.as_str()));
        self.problems.error(
            self.at,
            "missing-key",
            format!(
                "{} has no {missing}, and no other key that belongs there",
                self.what
            ),
            format!("{written} belong elsewhere: does this stand one step too deep?"),
        );
        true
    }

    /// The way out for a key that is not known. What is missing beside it was most
    /// likely meant with it: one mistake, said once.
    fn hint_for(&mut self, key: &str) -> String {
        if let Some(meant) = nearest(key, self.asked.iter().copied()) {
            self.missing.retain(|one| !one.keys.contains(&meant));
            return format!("did you mean `{meant}`?");
        }
        if is_secret(key) {
            return "a secret never stands in a file: take it away, and give it as an environment variable".to_owned();
        }
        let known = format!("known here: {}", listed(self.asked.iter().copied()));
        let missing: Vec<&str> = self.missing.drain(..).flat_map(|one| one.keys).collect();
        if missing.is_empty() {
            return known;
        }
        let is_all = missing.len() == self.asked.len();
        let missing = listed(missing);
        match is_all {
            true => format!("{missing} is missing here: is it meant?"),
            false => format!("{missing} is missing here: is it meant? {known}"),
        }
    }
}

/// Whether what stands under this key may be a password.
fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    let words = [
        "passw",
        "wachtwoord",
        "secret",
        "geheim",
        "token",
        "api_key",
        "apikey",
        "api-key",
    ];
    words.iter().any(|word| key.contains(word))
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        for one in self.missing.drain(..) {
            self.problems
                .error(self.at, "missing-key", one.message, one.hint);
        }
    }
}

/// The entries of a map in which each name is ours to choose.
pub(super) fn named<'a>(node: &'a Node, what: &str, problems: &'a Problems) -> Vec<&'a Entry> {
    if !matches!(node.value, Value::Map(_)) {
        wrong_kind(node, &format!("a map from name to {what}"), "", problems);
        return Vec::new();
    }
    let mut entries = without_duplicates(node, problems);
    if entries.is_empty() {
        problems.error(
            node.span,
            "empty-value",
            format!("there is no {what} in this map"),
            "add one, or take the key away",
        );
    }
    entries.retain(|entry| {
        if let Value::Null(written) = &entry.value.value {
            empty_value(entry, written, problems);
            return false;
        }
        true
    });
    entries
}

/// Says that a name is written without a value.
fn empty_value(entry: &Entry, written: &str, problems: &Problems) {
    let (message, hint) = if written.is_empty() {
        (
            format!("`{}` has no value", shortened(&entry.key)),
            "give it one, or take the key away".to_owned(),
        )
    } else {
        (
            format!(
                "`{}` is `{written}`, which YAML reads as nothing",
                shortened(&entry.key)
            ),
            format!("take the key away, or quote the word: \"{written}\""),
        )
    };
    problems.error(entry.key_span, "empty-value", message, hint);
}

/// The first entry of each name; the others are reported.
pub(super) fn without_duplicates<'a>(node: &'a Node, problems: &Problems) -> Vec<&'a Entry> {
    let entries = node.entries();
    let mut kept: Vec<&Entry> = Vec::with_capacity(entries.len());
    let mut places = HashMap::new();
    for entry in entries {
        // In a small map looking is quicker than keeping a table.
        let first = match entries.len() <= SMALL {
            true => kept.iter().find(|known| known.key == entry.key).copied(),
            false => match places.entry(entry.key.as_str()) {
                Slot::Occupied(slot) => Some(*slot.get()),
                Slot::Vacant(slot) => {
                    slot.insert(entry);
                    None
                }
            },
        };
        match first {
            Some(first) => problems.error(
                entry.key_span,
                "duplicate-key",
                format!("`{}` stands here twice", shortened(&entry.key)),
                format!(
                    "the first is in line {}; rename one or take it away",
                    first.key_span.line
                ),
            ),
            None => kept.push(entry),
        }
    }
    kept
}

/// Says what was expected and what was found.
pub(super) fn wrong_kind(node: &Node, expected: &str, example: &str, problems: &Problems) {
    let hint = if example.is_empty() {
        String::new()
    } else {
        format!("for example {example}")
    };
    // A text or a list below its name begins behind a sign beside that name; of a map
    // it is the first name that lacks one.
    let at = match node.value {
        Value::Map(_) => node.span,
        _ => node.home,
    };
    problems.error(
        at,
        "wrong-kind",
        format!("expected {expected}, found {}", node.described()),
        hint,
    );
}

/// "did you mean `x`?", when something known resembles what was written.
pub(super) fn did_you_mean<'n>(
    written: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    nearest(written, known).map(|name| format!("did you mean `{name}`?"))
}

/// What is known and resembles what was written most.
pub(super) fn nearest<'n>(
    written: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let written: String = written.chars().take(80).collect();
    let folded = written.to_lowercase().replace(['-', ' '], "_");
    // A third of the letters wrong is a typing error; more is another word.
    let furthest = match written.chars().count() {
        0..=2 => 0,
        length => (length / 3).clamp(1, 4),
    };
    known
        .into_iter()
        .map(|name| {
            let same = name.to_lowercase().replace('-', "_");
            (strsim::damerau_levenshtein(&folded, &same), name)
        })
        .filter(|(distance, name)| *distance <= furthest || shares_start(&folded, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `comms_lead` and `communications_lead` share their beginning and their end.
fn shares_start(written: &str, name: &str) -> bool {
    strsim::jaro_winkler(written, name) > 0.88
}

/// Names for in a sentence: "`a`, `b` or `c`"; long lists are cut.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut shown: Vec<String> = Vec::new();
    for name in names {
        let quoted = format!("`{name}`");
        if !shown.contains(&quoted) {
            shown.push(quoted);
        }
    }
    if shown.len() > 24 {
        shown.truncate(24);
        return format!("{} …", shown.join(", "));
    }
    match shown.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
