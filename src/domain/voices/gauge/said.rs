//! How many mentions say one thing; for shares.

use super::{Count, Note};
use crate::domain::said::Flag;

#[derive(Debug, Clone)]
pub(super) struct Saying {
    flag: Flag,
    mentions: u64,
}

impl Saying {
    pub(super) fn new(flag: Flag) -> Self {
        Self { flag, mentions: 0 }
    }
}

impl Count for Saying {
    fn enter(&mut self, note: &Note) {
        self.mentions += u64::from(note.said.has(self.flag));
    }

    fn leave(&mut self, note: &Note) {
        let is_one = u64::from(note.said.has(self.flag));
        self.mentions = self.mentions.saturating_sub(is_one);
    }

    fn value(&self) -> u64 {
        self.mentions
    }
}
