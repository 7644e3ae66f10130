//! What is known of the recent mentions of a watch: who, where, through what,
//! and since when it is loud.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::domain::heard::Heard;
use crate::domain::mention::Platform;
use crate::domain::meter::narrowing::Narrowing;
use crate::domain::time::Timestamp;
use crate::domain::voices::gauge::{Gauge, What};
use crate::domain::voices::{Note, Words};

/// Groups of like texts that are told of, and how large one must be.
const MOST_CLUSTERS: usize = 3;
const SMALLEST_CLUSTER: u64 = 3;

/// Since when it is loud is looked up in steps of so many seconds, this far back.
const STEP: i64 = 360;
const FURTHEST: i64 = 12 * 3_600;

/// A step is loud with more than so many times the usual, and more than so many
/// standard deviations above it; one mention is never loud.
const LOUD: f64 = 2.0;

/// Under so many usual mentions in a step, the first one of a storm is somebody.
const QUIET: f64 = 0.1;

/// Of a busier watch the first is named that so many repeated.
const REPEATED: u64 = 3;

/// When it began to be loud.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Began {
    pub at: Timestamp,
    /// Where the first mention was, where one can be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

/// See the module.
pub(super) struct Recent<'a> {
    pub(super) heard: &'a Heard,
    /// The window (at − within, at].
    pub(super) at: i64,
    pub(super) within: i64,
    /// What the rule counts of them, where it does not count all.
    pub(super) asked: &'a [Narrowing],
    /// The second in which it became loud, and that of the first mention of the
    /// storm, where it is known.
    pub(super) loud_from: Option<i64>,
    pub(super) first_at: Option<i64>,
}

impl Recent<'_> {
    pub(super) fn notes(&self) -> impl Iterator<Item = &Note> {
        self.heard.notes.within(self.at - self.within, self.at)
    }

    pub(super) fn is_asked(&self, note: &Note) -> bool {
        self.asked.iter().any(|narrowing| narrowing.takes(note))
    }

    pub(super) fn gauged(&self, what: What) -> u64 {
        let mut gauge = Gauge::new(what);
        self.notes().for_each(|note| gauge.enter(note));
        gauge.value()
    }

    pub(super) fn platforms(&self) -> Vec<(Platform, u64)> {
        most_first(self.notes().map(|note| note.platform))
    }

    pub(super) fn sources(&self) -> Vec<(String, u64)> {
        let sources = self.notes().filter_map(|note| {
            let source = self.heard.source(note.source)?;
            Some(source.to_string())
        });
        most_first(sources)
    }

    pub(super) fn left_out(&self) -> Vec<(Words, u64)> {
        let words = self.notes().map(|note| note.words);
        most_first(words.filter(|words| *words != Words::Own))
    }

    pub(super) fn cluster_sizes(&self) -> HashMap<u64, u64> {
        let mut sizes = HashMap::new();
        self.notes()
            .for_each(|note| *sizes.entry(note.cluster).or_default() += 1);
        sizes
    }

    /// The sizes of the largest groups of like texts.
    pub(super) fn clusters(&self) -> Vec<u64> {
        let sizes = self.cluster_sizes().into_values();
        let mut sizes: Vec<u64> = sizes.filter(|size| *size >= SMALLEST_CLUSTER).collect();
        sizes.sort_unstable_by_key(|size| Reverse(*size));
        sizes.truncate(MOST_CLUSTERS);
        sizes
    }

    /// The first second of the storm that goes on: back from now, step by step,
    /// until it was quiet twice in a row. Nothing where it is not loud now.
    pub(super) fn began(&self) -> Option<Began> {
        let tide = &self.heard.tide;
        let usual = |from: i64| {
            let usually = tide.usually(from, from + STEP);
            if usually.known() {
                usually.mentions
            } else {
                0.0
            }
        };
        let mut oldest = None;
        let mut n_calm = 0;
        for back in 1..=FURTHEST / STEP {
            let from = self.at - back * STEP;
            let counted = self.heard.history.count(from, from + STEP);
            let usual = usual(from);
            let calm = (LOUD * usual).max(usual + LOUD * usual.sqrt()).max(1.0);
            if super::measure::float(counted) > calm {
                oldest = Some(from);
                n_calm = 0;
            } else {
                n_calm += 1;
                if n_calm == 2 {
                    break;
                }
            }
        }
        let from = oldest?;
        let sizes = self.cluster_sizes();
        let is_repeated = |note: &&Note| {
            let size = sizes.get(&note.cluster).copied().unwrap_or_default();
            note.words == Words::Own && size >= REPEATED
        };
        let mut first = self.heard.notes.within(from, from + 2 * STEP);
        let named = match usual(from) < QUIET {
            true => first.next(),
            false => first.find(is_repeated),
        };
        let mut entries = self.heard.history.entries(from, self.at);
        let second = named.map(|note| note.second);
        let second = second.or_else(|| entries.next().map(|(second, _)| second));
        Some(Began {
            at: Timestamp::from_timestamp(second?, 0)?,
            platform: named.map(|note| note.platform),
        })
    }
}

fn most_first<K: Ord>(all: impl Iterator<Item = K>) -> Vec<(K, u64)> {
    let mut counts: BTreeMap<K, u64> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| Reverse(*n));
    counts
}
