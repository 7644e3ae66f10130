//! Whether our accounts posted nothing in a watch: half of `we_are_silent`. The
//! other half, that the run published nothing, is the run's.

use std::time::Duration;

use super::Reading;
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;

/// Our silence, at a moment.
#[derive(Debug, Clone)]
pub(super) struct Silence {
    length: Duration,
    at: i64,
}

impl Silence {
    pub(super) fn new(length: Duration) -> Self {
        Self {
            length,
            at: i64::MIN / 2,
        }
    }

    pub(super) fn place(&mut self, second: i64) {
        self.at = second;
    }

    /// When we post, and when that is long enough ago.
    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        let length = super::seconds(self.length);
        let posts = heard.our_posts();
        let edges = posts.flat_map(|second| [second, second + length]);
        edges.filter(|edge| *edge > self.at).min()
    }

    pub(super) fn holds(&self, heard: &Heard) -> bool {
        let since = self.at - super::seconds(self.length);
        let mut posts = heard.our_posts();
        !posts.any(|second| second > since && second <= self.at)
    }

    pub(super) fn reading(&self, heard: &Heard) -> Reading {
        Reading {
            holds: self.holds(heard),
            measure: Measure {
                kind: "we_are_silent".to_owned(),
                within: self.length,
                ..Measure::default()
            },
        }
    }
}
