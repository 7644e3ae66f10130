//! `engagement`: likes, reposts and replies together, as they were when each
//! mention came in.

use super::{Count, Note};

#[derive(Debug, Clone, Default)]
pub(super) struct Engagement(u64);

impl Count for Engagement {
    fn enter(&mut self, note: &Note) {
        self.0 += u64::from(note.engagement);
    }

    fn leave(&mut self, note: &Note) {
        self.0 = self.0.saturating_sub(u64::from(note.engagement));
    }

    fn value(&self) -> u64 {
        self.0
    }
}
