//! `authors`: how many different accounts. A mention without an author is
//! nobody: without a name nobody can be told apart.

use super::{Count, Note};
use crate::domain::voices::keyed::{Keyed, one_less, one_more};

#[derive(Debug, Clone, Default)]
pub(super) struct Authors {
    /// Mentions of each.
    mentions: Keyed<u32>,
}

impl Count for Authors {
    fn enter(&mut self, note: &Note) {
        if let Some(author) = note.author {
            one_more(&mut self.mentions, author);
        }
    }

    fn leave(&mut self, note: &Note) {
        if let Some(author) = note.author {
            one_less(&mut self.mentions, author);
        }
    }

    fn value(&self) -> u64 {
        self.mentions.len() as u64
    }
}
