//! `platforms`: on how many different ones.

use super::{Count, Note};
use crate::domain::mention::Platform;

#[derive(Debug, Clone, Default)]
pub(super) struct Platforms {
    /// Mentions on each, in the order of `Platform::ALL`.
    mentions: [u32; Platform::ALL.len()],
}

impl Count for Platforms {
    fn enter(&mut self, note: &Note) {
        let mentions = &mut self.mentions[note.platform as usize];
        *mentions = mentions.saturating_add(1);
    }

    fn leave(&mut self, note: &Note) {
        let mentions = &mut self.mentions[note.platform as usize];
        *mentions = mentions.saturating_sub(1);
    }

    fn value(&self) -> u64 {
        self.mentions
            .iter()
            .filter(|mentions| **mentions > 0)
            .count() as u64
    }
}
