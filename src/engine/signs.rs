//! When each source last showed that it lives: by bringing something new,
//! whether a watch wants it or not.
//!
//! A feed serves its whole list again at each reading, so what it brings is
//! compared with what it brought before; what others push is always new.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;

/// The latest sign of life of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    pub at: Timestamp,
    /// When what it brought was published, if it is not known whether it was
    /// there before: the first list after a start.
    pub published_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Brought {
    sign: Option<Sign>,
    /// Hashes of the ids of the latest list, sorted.
    ids: Option<Vec<u64>>,
}

/// See the module. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Signs(Arc<Mutex<BTreeMap<String, Brought>>>);

impl Signs {
    /// A source brought this. `is_list`: it serves the same again.
    pub fn note(&self, source: &str, mentions: &[Mention], is_list: bool, now: Timestamp) {
        if mentions.is_empty() {
            return;
        }
        let ids = is_list.then(|| {
            let ids = mentions.iter().map(|one| xxh3_64(one.id.as_bytes()));
            let mut ids: Vec<u64> = ids.collect();
            ids.sort_unstable();
            ids
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = all.entry(source.to_owned()).or_default();
        let sign = |published_at| Sign {
            at: now,
            published_at,
        };
        match (&ids, &brought.ids) {
            (None, _) => brought.sign = Some(sign(None)),
            (Some(_), None) => {
                let newest = mentions.iter().map(|one| one.published_at).max();
                brought.sign = Some(sign(newest));
            }
            (Some(ids), Some(known)) => {
                if ids.iter().any(|id| known.binary_search(id).is_err()) {
                    brought.sign = Some(sign(None));
                }
            }
        }
        brought.ids = ids;
    }

    /// A source that pushes brought something: that is always new.
    pub fn note_push(&self, source: &str, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = all.entry(source.to_owned()).or_default();
        brought.ids = None;
        brought.sign = Some(Sign {
            at: now,
            published_at: None,
        });
    }

    /// The latest sign of a source; `None` when there was none since the start.
    pub fn of(&self, source: &str) -> Option<Sign> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(source)?.sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::wire::read_mention;

    fn list(ids: &[&str]) -> Vec<Mention> {
        let read = |id: &&str| {
            let line =
                format!(r#"{{"id":"{id}","text":"x","published_at":"2026-03-02T10:00:00Z"}}"#);
            read_mention(line.as_bytes()).unwrap()
        };
        ids.iter().map(read).collect()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + 60 * minute, 0).unwrap()
    }

    #[test]
    fn the_same_list_again_is_no_sign_of_life() {
        let signs = Signs::default();
        let last = || signs.of("feed").map(|sign| sign.at);
        signs.note("feed", &list(&["1", "2"]), true, at(0));
        assert!(signs.of("feed").unwrap().published_at.is_some());
        signs.note("feed", &list(&["2", "1"]), true, at(1));
        assert_eq!(last(), Some(at(0)));
        signs.note("feed", &list(&["2", "3"]), true, at(2));
        assert_eq!(last(), Some(at(2)));
        signs.note("feed", &[], true, at(3));
        assert_eq!(last(), Some(at(2)));
        signs.note("push", &list(&["1"]), false, at(4));
        signs.note("push", &list(&["1"]), false, at(5));
        assert_eq!(signs.of("push").map(|sign| sign.at), Some(at(5)));
    }
}
