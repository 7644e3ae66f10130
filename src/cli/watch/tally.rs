//! What a query that is tried found: counts a day and a platform, and the
//! mentions that say most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use crate::domain::mention::{Mention, Platform};
use crate::domain::time::days_later;

/// A mention as the trial sees it.
pub(super) struct Sighting {
    pub(super) key: i64,
    pub(super) day: NaiveDate,
    pub(super) platform: Platform,
    pub(super) author: Option<u64>,
    pub(super) is_found: bool,
    pub(super) is_ours: bool,
    /// Counted by the watch that it is compared with.
    pub(super) is_watched: bool,
    /// Of what was found by either, with its source.
    pub(super) mention: Option<Box<(Mention, String)>>,
}

#[derive(Default)]
pub(super) struct Tally {
    /// Each mention counts once.
    seen: HashSet<i64>,
    authors: HashSet<u64>,
    /// Of all mentions, and of those found.
    pub(super) days: BTreeMap<NaiveDate, (u64, u64)>,
    pub(super) platforms: BTreeMap<Platform, u64>,
    pub(super) n_found: u64,
    /// Would be found, but are by our own accounts.
    pub(super) n_ours: u64,
    pub(super) n_both: u64,
    pub(super) n_watched: u64,
    /// Found by the query; with a comparison, only by it.
    pub(super) examples: Best,
    /// Found only by the watch.
    pub(super) missed: Best,
}

impl Tally {
    pub(super) fn new(n_examples: usize, is_compared: bool) -> Self {
        Self {
            examples: Best::new(n_examples),
            missed: Best::new(if is_compared { n_examples } else { 0 }),
            ..Self::default()
        }
    }

    pub(super) fn n_mentions(&self) -> u64 {
        self.seen.len() as u64
    }

    pub(super) fn n_authors(&self) -> u64 {
        self.authors.len() as u64
    }

    pub(super) fn add(&mut self, sighting: Sighting) {
        if !self.seen.insert(sighting.key) {
            return;
        }
        let day = self.days.entry(sighting.day).or_default();
        day.0 += 1;
        self.n_watched += u64::from(sighting.is_watched);
        let is_found = sighting.is_found && !sighting.is_ours;
        self.n_ours += u64::from(sighting.is_found && sighting.is_ours);
        if is_found {
            day.1 += 1;
            self.n_found += 1;
            self.authors.extend(sighting.author);
            *self.platforms.entry(sighting.platform).or_default() += 1;
        }
        match (is_found, sighting.is_watched, sighting.mention) {
            (true, true, _) => self.n_both += 1,
            (true, false, Some(mention)) => self.examples.add(*mention),
            (false, true, Some(mention)) => self.missed.add(*mention),
            _ => {}
        }
    }

    /// How many were found on each day from the first mention to the last; of a
    /// long time, in as many stretches of some days as fit.
    pub(super) fn curve(&self) -> (u64, Vec<u64>) {
        const MOST: u64 = 60;
        let (Some((first, _)), Some((last, _))) =
            (self.days.first_key_value(), self.days.last_key_value())
        else {
            return (1, Vec::new());
        };
        let n_days = u64::try_from((*last - *first).num_days()).unwrap_or(0) + 1;
        let step = n_days.div_ceil(MOST).max(1);
        let stretches = (0..n_days.div_ceil(step)).map(|number| {
            let from = days_later(*first, number * step);
            let until = days_later(from, step);
            self.days.range(from..until).map(|(_, day)| day.1).sum()
        });
        (step, stretches.collect())
    }
}

/// The mentions that people reacted to most, with their sources; of equals the
/// latest.
#[derive(Default)]
pub(super) struct Best {
    n_wanted: usize,
    kept: Vec<(Mention, String)>,
}

impl Best {
    fn new(n_wanted: usize) -> Self {
        Self {
            n_wanted,
            kept: Vec::new(),
        }
    }

    fn add(&mut self, mention: (Mention, String)) {
        self.kept.push(mention);
        if self.kept.len() >= 64 + 4 * self.n_wanted {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.kept.sort_by_key(|(mention, _)| {
            let engagement = mention.engagement;
            let reactions = engagement.likes.saturating_add(engagement.reposts);
            let reactions = reactions.saturating_add(engagement.replies);
            Reverse((reactions, mention.published_at))
        });
        self.kept.truncate(self.n_wanted);
    }

    pub(super) fn into_list(mut self) -> Vec<(Mention, String)> {
        self.sort();
        self.kept
    }
}

/// A curve as one line of blocks; a day with anything is never empty.
pub(super) fn spark(counts: &[u64]) -> String {
    const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let highest = counts.iter().copied().max().unwrap_or(0).max(1);
    let height = |count: &u64| (u128::from(*count) * 8).div_ceil(u128::from(highest));
    let letters = counts.iter().map(|count| {
        let height = usize::try_from(height(count)).unwrap_or(8).min(8);
        if *count == 0 { '·' } else { HEIGHTS[height] }
    });
    letters.collect()
}
