//! What changed in the files of an organisation from one set to the next, in words
//! for who asks for a reload, and what of it only a restart can bring into force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::desk::Pinned;
use super::differences::{between, bounded, differences};
use super::organisation::Organisation;

/// One set of files, already checked.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub organisation: &'a Organisation,
    pub shelf: &'a [Arc<Pinned>],
    /// Path and a hash of every file that is in neither.
    pub others: &'a BTreeMap<String, u64>,
}

/// A line for each difference, the organisation first; empty when there is none.
/// With `playbook NAME: ` and `file PATH: ` before what is not in `draaiboek.yaml`.
pub fn amended(before: Files<'_>, after: Files<'_>) -> Vec<String> {
    let mut found = between(before.organisation, after.organisation);
    let named = |files: Files<'_>| -> BTreeMap<String, Arc<Pinned>> {
        let shelf = files.shelf.iter();
        let named = shelf.map(|pinned| (pinned.playbook.name.clone(), Arc::clone(pinned)));
        named.collect()
    };
    let (old, new) = (named(before), named(after));
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        match (old.get(name), new.get(name)) {
            (Some(_), None) => found.push(format!("playbook {name}: taken away")),
            (None, Some(_)) => found.push(format!("playbook {name}: added")),
            (Some(old), Some(new)) if old.hash != new.hash => {
                let lines = differences(old, new).into_iter();
                found.extend(lines.map(|line| format!("playbook {name}: {line}")));
            }
            _ => {}
        }
    }
    let paths = before.others.keys().chain(after.others.keys());
    for path in paths.collect::<BTreeSet<_>>() {
        match (before.others.get(path), after.others.get(path)) {
            (Some(_), None) => found.push(format!("file {path}: taken away")),
            (None, Some(_)) => found.push(format!("file {path}: added")),
            (Some(old), Some(new)) if old != new => found.push(format!("file {path}: changed")),
            _ => {}
        }
    }
    bounded(found)
}

/// What was changed, without the values: these may be people's names and addresses,
/// and belong in no log.
pub fn places(lines: &[String]) -> Vec<String> {
    let place = |line: &String| {
        let mut parts = line.split(": ");
        let first = parts.next().unwrap_or_default();
        if first.starts_with("playbook ") || first.starts_with("file ") {
            return first.to_owned();
        }
        first.split('.').take(2).collect::<Vec<_>>().join(".")
    };
    let places: BTreeSet<String> = lines.iter().map(place).collect();
    places.into_iter().collect()
}

/// Keys that are written otherwise now and hold only after a restart. `web.listen`
/// does not when the command line says where to listen.
pub fn needs_restart(
    before: &Organisation,
    after: &Organisation,
    listens_where_written: bool,
) -> Vec<String> {
    let (old, new) = (&before.web, &after.web);
    let mut keys = Vec::new();
    if listens_where_written && old.listen != new.listen {
        keys.push("web.listen".to_owned());
    }
    // Another certificate is taken at once; none instead of one, or the other way, not.
    if old.tls.is_some() != new.tls.is_some() {
        keys.push("web.tls".to_owned());
    }
    keys
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn organisation(change: impl FnOnce(&mut Value)) -> Organisation {
        let mut written = json!({
            "name": "Korst", "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": [], "levels": [],
            "team": [{
                "key": "anna", "name": "Anna", "email": "anna@korst.example",
                "phone": null, "language": "nl", "reach": ["mail"],
            }],
            "roles": [], "away": [], "mail": null, "webhooks": [], "lists": [], "queries": [],
            "watches": [{ "key": "bakery", "title": "Bakkerij", "query": "korst", "ignore": [] }],
            "web": { "url": null, "listen": "a", "proxy": false, "tls": null, "private_hosts": [] },
            "sources": [], "channels": [], "own_accounts": [], "contacts": [], "audiences": [],
        });
        change(&mut written);
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn says_what_was_added_taken_away_and_changed() {
        let before = organisation(|_| {});
        let after = organisation(|written| {
            written["team"][0]["email"] = json!("a@korst.example");
            written["watches"][0]["query"] = json!("korst OR brood");
            written["web"]["listen"] = json!("b");
        });
        let hashes = |all: &[(&str, u64)]| -> BTreeMap<String, u64> {
            all.iter()
                .map(|(path, hash)| ((*path).to_owned(), *hash))
                .collect()
        };
        let (old, new) = (
            hashes(&[("lists/a.txt", 1), ("lists/b.txt", 1)]),
            hashes(&[("lists/b.txt", 2), ("lists/c.txt", 1)]),
        );
        let files = |organisation, others| Files {
            organisation,
            shelf: &[],
            others,
        };
        let found = amended(files(&before, &old), files(&after, &new));
        assert_eq!(
            found,
            [
                "team.anna.email: “anna@korst.example” → “a@korst.example”",
                "web.listen: “a” → “b”",
                "watches.bakery.query: “korst” → “korst OR brood”",
                "file lists/a.txt: taken away",
                "file lists/b.txt: changed",
                "file lists/c.txt: added",
            ]
        );
        let places = places(&found);
        assert_eq!(
            places[..3],
            ["file lists/a.txt", "file lists/b.txt", "file lists/c.txt"]
        );
        assert_eq!(places[3..], ["team.anna", "watches.bakery", "web.listen"]);
        assert_eq!(amended(files(&after, &new), files(&after, &new)), [""; 0]);
        assert_eq!(needs_restart(&before, &after, true), ["web.listen"]);
        assert_eq!(needs_restart(&before, &after, false), [""; 0]);
    }
}
