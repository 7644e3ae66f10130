//! Who there is in a log: keys of our own people and their roles, and which words
//! are names of something else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::organisation::Organisation;
use crate::domain::step::promises::PROGRAM;

/// Fields that hold the key of a person.
pub(super) const OF_PEOPLE: [&str; 8] = [
    "by",
    "person",
    "writers",
    "asked_by",
    "pictured_by",
    "approvers",
    "participants",
    "who",
];

/// Shorter than this a key or a name is found in too many words.
const SHORTEST: usize = 2;

/// Short words that keys of people, and parts of their names, can be as well: on
/// their own they name nobody.
const WORDS: [&str; 48] = [
    "al", "als", "am", "an", "and", "as", "at", "be", "by", "da", "de", "del", "den", "der", "die",
    "do", "du", "een", "el", "en", "er", "het", "if", "in", "is", "it", "je", "la", "le", "no",
    "of", "om", "on", "op", "or", "te", "ten", "ter", "the", "to", "uit", "up", "us", "van", "von",
    "we", "nl", "me",
];

/// Keys of everybody of ours in the log, in order of appearance.
pub(super) fn keys_of(events: &[Value]) -> Vec<String> {
    fn below(value: &Value, field: &str, found: &mut Vec<String>) {
        match value {
            Value::String(key)
                if OF_PEOPLE.contains(&field)
                    && !key.is_empty()
                    && key != PROGRAM
                    && !found.contains(key) =>
            {
                found.push(key.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| below(item, field, found)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(field, value)| below(value, field, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for event in events {
        // There, channels did it.
        let by_channels = ["nothing_delivered", "delivering_again"];
        if !by_channels.contains(&event["event"].as_str().unwrap_or_default()) {
            below(event, "", &mut found);
        }
    }
    found
}

/// The roles in which somebody was told or acted, and those they have now.
pub(super) fn roles_of(key: &str, events: &[Value], organisation: &Organisation) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    let of_log = events
        .iter()
        .filter(|event| event["person"] == key || event["by"] == key)
        .flat_map(|event| {
            let many = event["roles"].as_array().into_iter().flatten();
            // The role of what was called for is not the role of who did it.
            let one = (event["event"] == "approved").then(|| &event["role"]);
            many.chain(one)
        })
        .filter_map(Value::as_str);
    let now = organisation.roles.iter().filter(|role| {
        let swapped = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swapped).any(|one| one == key)
    });
    for role in of_log.chain(now.map(|role| role.key.as_str())) {
        if !roles.iter().any(|known| known == role) {
            roles.push(role.to_owned());
        }
    }
    roles
}

/// Whether a word on its own can be taken for somebody.
pub(super) fn is_name(word: &str) -> bool {
    word.chars().count() >= SHORTEST && !WORDS.contains(&word.to_lowercase().as_str())
}

/// Words that the organisation and the program call other things by.
pub(super) fn nouns(organisation: &Organisation, events: &[Value]) -> BTreeSet<String> {
    let keys = organisation.roles.iter().map(|one| &one.key);
    let keys = keys
        .chain(organisation.levels.iter().map(|one| &one.name))
        .chain(organisation.watches.iter().map(|one| &one.key))
        .chain(organisation.channels.iter().map(|one| &one.key))
        .chain(organisation.webhooks.iter().map(|one| &one.key))
        .chain(organisation.sources.iter().map(|one| &one.key))
        .chain(organisation.lists.iter().map(|one| &one.key))
        .chain(&organisation.own_accounts)
        .cloned();
    let of_events = events.iter().flat_map(|event| {
        let named = [
            "event", "playbook", "watch", "task", "message", "role", "trigger",
        ];
        named.map(|key| event[key].as_str().unwrap_or_default().to_owned())
    });
    keys.chain(of_events)
        .chain([PROGRAM.to_owned(), "mail".to_owned()])
        .filter(|noun| !noun.is_empty())
        .collect()
}
