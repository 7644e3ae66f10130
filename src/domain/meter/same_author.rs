//! Whether one person possibly complains on several platforms: `same_author`.

use std::time::Duration;

use super::{Reading, Somebody};
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;
use crate::domain::voices::same::MOST_COMPLAINTS;

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
        let n_new = heard.n_complaints().wrapping_sub(self.n_complaints);
        let is_known = (self.from..self.until).contains(&second);
        if is_known && n_new == 0 {
            return;
        }
        let within = super::seconds(self.within);
        let sameness = heard.sameness();
        self.most = match is_known && n_new < MOST_COMPLAINTS as u64 {
            // Nobody left the window: only authors of what is new have more now.
            true => self
                .most
                .max(sameness.most_platforms_of_new(n_new, within, second)),
            false => sameness.most_platforms(within, second),
        };
        self.from = second;
        self.until = sameness.next_change(within, second).unwrap_or(i64::MAX);
        self.n_complaints = heard.n_complaints();
    }

    /// A new complaint, or one that is too long ago.
    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        if self.n_complaints == heard.n_complaints() && (self.from..self.until).contains(&self.at) {
            return (self.until != i64::MAX).then_some(self.until);
        }
        heard
            .sameness()
            .next_change(super::seconds(self.within), self.at)
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
