//! What the readers ask for: which keys they know at each map of a file, and which
//! words they take.
//!
//! The readers are code, and the table in `src/domain/schema` says in data what
//! they know. With this the two can be held against each other.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::problems::{Log, Problems, Span};
use super::tree::{Node, Value};
use super::{Input, read_with, sort};

/// What readers asked for at one place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Relative to the organisation's folder.
    pub file: String,
    /// The keys that lead to it; `[]` for an item of a list.
    pub place: Vec<String>,
    /// The keys that a map was asked for. Empty when words were offered.
    pub keys: Vec<&'static str>,
    /// The words of which one could stand here. Empty at a map.
    pub choices: Vec<&'static str>,
    /// The keys that stand in the map.
    pub written: Vec<String>,
}

/// Reads everything in an organisation's folder, and returns what the readers
/// asked for, in the order in which they did.
pub fn asked(input: Input) -> Vec<Asked> {
    let files = input.files.clone();
    let log = Arc::new(Mutex::new(Log::default()));
    read_with(input, None, Problems::logging(log.clone()));
    // The same files in the same order have the same numbers again.
    let problems = Problems::default();
    let sorted = sort(&files, BTreeMap::new(), None, &problems);
    let mut places = HashMap::new();
    let trees = sorted.organisation.iter().chain(&sorted.playbooks);
    for tree in trees.chain(&sorted.scenarios) {
        walk(tree, &mut Vec::new(), &mut places);
    }
    let log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = log.asked.iter().map(|(span, keys)| (span, keys, true));
    let offered = log.offered.iter().map(|(span, words)| (span, words, false));
    asked
        .chain(offered)
        .filter_map(|(span, words, is_map)| {
            let (place, written) = places.get(&(*span, is_map))?.clone();
            let (keys, choices) = if is_map {
                (words.clone(), Vec::new())
            } else {
                (Vec::new(), words.clone())
            };
            Some(Asked {
                file: problems.path(span.file),
                place,
                keys,
                choices,
                written,
            })
        })
        .collect()
}

/// Where things stand: by place in the file, and whether it is a map, for a list
/// and its first item can begin at the same letter.
type Places = HashMap<(Span, bool), (Vec<String>, Vec<String>)>;

fn walk(node: &Node, place: &mut Vec<String>, places: &mut Places) {
    let is_map = matches!(node.value, Value::Map(_));
    let written = node.entries().iter().map(|entry| entry.key.clone());
    if is_map || node.scalar().is_some() {
        let found = (place.clone(), written.collect());
        places.insert((node.span, is_map), found);
    }
    for entry in node.entries() {
        place.push(entry.key.clone());
        walk(&entry.value, place, places);
        place.pop();
    }
    for item in node.items() {
        place.push("[]".to_owned());
        walk(item, place, places);
        place.pop();
    }
}
