//! `mentions`: how many, unweighted.

use super::{Count, Note};

#[derive(Debug, Clone, Default)]
pub(super) struct Mentions(u64);

impl Count for Mentions {
    fn enter(&mut self, _: &Note) {
        self.0 += 1;
    }

    fn leave(&mut self, _: &Note) {
        self.0 = self.0.saturating_sub(1);
    }

    fn value(&self) -> u64 {
        self.0
    }
}
