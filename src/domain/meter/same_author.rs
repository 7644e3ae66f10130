//! Whether one person possibly complains on several platforms: `same_author`.

use std::time::Duration;

use super::Reading;
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;

/// The same author, at a moment.
#[derive(Debug, Clone)]
pub(super) struct SameAuthor {
    within: Duration,
    on_platforms: u64,
    at: i64,
}

impl SameAuthor {
    pub(super) fn new(within: Duration, on_platforms: u64) -> Self {
        Self {
            within,
            on_platforms,
            at: i64::MIN / 2,
        }
    }

    pub(super) fn place(&mut self, second: i64) {
        self.at = second;
    }

    /// A new complaint, or one that is too long ago.
    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        heard
            .sameness()
            .next_change(super::seconds(self.within), self.at)
    }

    /// On the most platforms.
    fn platforms(&self, heard: &Heard) -> u64 {
        let within = super::seconds(self.within);
        let found = heard
            .sameness()
            .at_least(self.on_platforms, within, self.at);
        let found = found.unwrap_or_default();
        let most = found.iter().map(|one| one.platforms.len() as u64).max();
        most.unwrap_or(0)
    }

    pub(super) fn holds(&self, heard: &Heard) -> bool {
        self.platforms(heard) >= self.on_platforms
    }

    pub(super) fn reading(&self, heard: &Heard) -> Reading {
        let counted = self.platforms(heard);
        Reading {
            holds: counted >= self.on_platforms,
            measure: Measure {
                kind: "same_author".to_owned(),
                within: self.within,
                counted,
                at_least: self.on_platforms,
                ..Measure::default()
            },
        }
    }
}
