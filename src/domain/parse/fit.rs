//! How badly a file fits the table of keys: so many names and values stand where none
//! of their kind can. By it `moved.rs` judges which line was meant elsewhere; what is
//! wrong with a file the readers say.

use crate::domain::schema::{Map, Names, Takes, map_named};

use super::fields::nearest;
use super::tree::{Entry, Node, Value};
use super::value::is_tag;

/// What does not fit, counted, and the lines at which it shows.
#[derive(Debug, Default)]
pub(super) struct Misfit {
    pub count: usize,
    /// The lines of names that do not fit, and of the names these stand under.
    pub lines: Vec<usize>,
    /// Only the lines of names that do not fit.
    pub own: Vec<usize>,
    /// The lines of names that are almost known.
    pub misspelt: Vec<usize>,
}

impl Misfit {
    pub(super) fn of(root: &Node, map: &'static Map) -> Self {
        let mut misfit = Self::default();
        misfit.value(root, Takes::In(map.id), root.span.line);
        misfit.lines.sort_unstable();
        misfit.lines.dedup();
        misfit
    }

    fn add(&mut self, line: usize, parent: usize) {
        self.count += 1;
        self.lines.extend([line, parent]);
        self.own.push(line);
    }

    /// A value that stands under a name on line `parent`.
    fn value(&mut self, node: &Node, takes: Takes, parent: usize) {
        if let Takes::Either(several) = takes {
            let each = several.iter().map(|one| {
                let mut misfit = Self::default();
                misfit.value(node, *one, parent);
                misfit
            });
            if let Some(best) = each.min_by_key(|misfit| misfit.count) {
                self.count += best.count;
                self.lines.extend(best.lines);
                self.own.extend(best.own);
                self.misspelt.extend(best.misspelt);
            }
            return;
        }
        let line = node.span.line;
        match (takes, &node.value) {
            (Takes::FactValue, _) => {}
            (_, Value::Null(_)) => self.add(line, parent),
            (Takes::In(id), Value::Map(entries)) => {
                if let Some(map) = map_named(id) {
                    self.map(entries, map, parent);
                }
            }
            (Takes::Named(names, inner), Value::Map(entries)) => {
                self.twice(entries, parent);
                let known = match names {
                    Names::Made(words) => Some(words()),
                    _ => None,
                };
                for entry in entries.iter() {
                    if let Some(words) = &known
                        && !words.contains(&entry.key.as_str())
                    {
                        self.unknown(entry, words.iter().copied(), parent);
                    }
                    self.value(&entry.value, *inner, entry.key_span.line);
                }
            }
            (Takes::List(inner), Value::List(items)) => {
                for item in items.iter() {
                    self.value(item, *inner, item.span.line);
                }
            }
            (Takes::Text, Value::Map(entries)) => {
                for entry in entries.iter() {
                    if !is_tag(&entry.key) || entry.value.scalar().is_none() {
                        self.add(entry.key_span.line, parent);
                    }
                }
            }
            (Takes::In(_) | Takes::Named(..) | Takes::List(_), _)
            | (_, Value::List(_) | Value::Map(_)) => self.add(line, parent),
            _ => {}
        }
    }

    /// A name that is not known here. What is only misspelt stands where it belongs.
    fn unknown(
        &mut self,
        entry: &Entry,
        known: impl IntoIterator<Item = &'static str>,
        parent: usize,
    ) {
        let line = entry.key_span.line;
        match nearest(&entry.key, known) {
            Some(_) => self.misspelt.push(line),
            None => self.add(line, parent),
        }
    }

    fn map(&mut self, entries: &[Entry], map: &'static Map, parent: usize) {
        self.twice(entries, parent);
        let has = |name: &str| entries.iter().any(|entry| entry.key == name);
        for entry in entries {
            let line = entry.key_span.line;
            match map.key(&entry.key) {
                Some(key) => self.value(&entry.value, key.takes, line),
                None => self.unknown(entry, map.keys.iter().map(|key| key.name), parent),
            }
        }
        let misspelt = |name: &str| {
            let mut entries = entries.iter();
            entries.any(|entry| nearest(&entry.key, [name]).is_some())
        };
        for key in map.keys.iter().filter(|key| key.is_needed) {
            if !has(key.name) && !misspelt(key.name) {
                self.add(parent, parent);
            }
        }
        let groups = map.one_of.iter().copied().chain([map.some_of]);
        for group in groups.filter(|group| !group.is_empty()) {
            if !group.iter().any(|name| has(name)) {
                self.add(parent, parent);
            }
        }
        for (one, other) in map.apart {
            if has(one) && has(other) {
                self.add(parent, parent);
            }
        }
    }

    fn twice(&mut self, entries: &[Entry], parent: usize) {
        for (index, entry) in entries.iter().enumerate() {
            if entries[..index].iter().any(|one| one.key == entry.key) {
                self.add(entry.key_span.line, parent);
            }
        }
    }
}
