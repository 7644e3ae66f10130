//! Whether one person possibly complains on several platforms: `same_author`.

use std::time::Duration;

use super::{Reading, Somebody};
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;

/// The same author, at a moment.
#[derive(Debug, Clone)]
pub(super) struct SameAuthor {
    within: Duration,
    on_platforms: u64,
    at: i64,
    /// On the most platforms, as it was looked up for the seconds from here
    /// until there, with so many complaints known: to look is slow.
    most: u64,
    from: i64,
    until: i64,
    n_complaints: u64,
}

impl SameAuthor {
    pub(super) fn new(within: Duration, on_platforms: u64) -> Self {
        Self {
            within,
            on_platforms,
            at: i64::MIN / 2,
            most: 0,
            from: 0,
            until: 0,
            n_complaints: 0,
        }
    }

    pub(super) fn place(&mut self, heard: &Heard, second: i64) {
        self.at = second;
        let is_known =
            self.n_complaints == heard.n_complaints() && (self.from..self.until).contains(&second);
        if !is_known {
            self.most = self.platforms(heard);
            self.from = second;
            self.until = self.next_change(heard).unwrap_or(i64::MAX);
            self.n_complaints = heard.n_complaints();
        }
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

    pub(super) fn holds(&self) -> bool {
        self.most >= self.on_platforms
    }

    /// The authors on enough platforms.
    pub(super) fn who(&self, heard: &Heard) -> Vec<Somebody> {
        let within = super::seconds(self.within);
        let sameness = heard.sameness();
        let found = sameness.at_least(self.on_platforms, within, self.at);
        let found = found.unwrap_or_default().into_iter();
        let somebody = found.filter_map(|one| {
            Some(Somebody {
                platform: *one.platforms.first()?,
                keys: one.keys,
                handle: None,
            })
        });
        somebody.collect()
    }

    pub(super) fn reading(&self) -> Reading {
        Reading {
            holds: self.holds(),
            measure: Measure {
                kind: "same_author".to_owned(),
                within: self.within,
                counted: self.most,
                at_least: self.on_platforms,
                ..Measure::default()
            },
        }
    }
}
