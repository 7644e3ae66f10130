//! `rumour`: how many different accounts pass on one and the same rumour, that of
//! the most. Who is not known by name cannot be told apart and counts for none.

use std::collections::BTreeMap;

use super::{Count, Note};
use crate::domain::voices::keyed::{Keyed, one_less, one_more};

#[derive(Debug, Clone, Default)]
pub(super) struct Rumour {
    /// Mentions of each author, by rumour.
    authors: BTreeMap<u32, Keyed<u32>>,
}

impl Count for Rumour {
    fn enter(&mut self, note: &Note) {
        if let (Some(rumour), Some(author)) = (note.rumour, note.author) {
            one_more(self.authors.entry(rumour.get()).or_default(), author);
        }
    }

    fn leave(&mut self, note: &Note) {
        let Some((rumour, author)) = note.rumour.zip(note.author) else {
            return;
        };
        if let Some(authors) = self.authors.get_mut(&rumour.get()) {
            one_less(authors, author);
            if authors.is_empty() {
                self.authors.remove(&rumour.get());
            }
        }
    }

    fn value(&self) -> u64 {
        let most = self.authors.values().map(|authors| authors.len());
        most.max().unwrap_or(0) as u64
    }
}
