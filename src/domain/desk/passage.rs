//! The alerts of all runs together: whether any gets through.

use super::{Desk, Happening};
use crate::domain::run::Run;
use crate::domain::stuck::{Passage, channels};
use crate::domain::time::Timestamp;

impl Desk {
    /// Every run in memory, open ones and those that closed lately.
    pub fn runs(&self) -> impl Iterator<Item = &Run> + Clone {
        self.runs.values().map(|on_desk| &on_desk.run)
    }

    /// When it will have to be said that nothing gets through.
    pub(super) fn passage_due(&self) -> Option<Timestamp> {
        // A backtest sends nothing.
        self.has_team
            .then(|| Passage::of(self.runs()).due_at())
            .flatten()
    }

    /// Says that nothing gets through, or that it does again.
    pub(super) fn say_what_gets_through(&mut self, now: Timestamp) -> Vec<Happening> {
        if !self.has_team {
            return Vec::new();
        }
        let channels = channels(&self.organisation);
        match Passage::of(self.runs()).word(&channels, now) {
            Some((run, event)) => self.take(run, &event, now),
            None => Vec::new(),
        }
    }
}
