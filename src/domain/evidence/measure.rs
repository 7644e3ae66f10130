//! One count against its bounds: what was counted, what was asked, what is
//! usual, and how near it came.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::mention::Platform;
use crate::domain::usual::Grade;

/// With under two weeks of history the usual is a guess, and ratios to it must
/// be so much larger.
pub const WIDER: f64 = 1.5;

/// One count against its bounds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measure {
    /// The kind of condition: `mentions`, `authors`, `unusual` …
    pub kind: String,
    pub within: Duration,
    pub counted: u64,
    /// 0 where there is no such bound.
    pub at_least: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// So many times the usual, or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above_usual: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_usual: Option<f64>,
    /// So many times the window before, or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growing: Option<f64>,
    /// What was counted in the window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// What is usual for this window, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// How well the usual is known, where it says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Of `unusual`: what the detector held against each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// Of a share: what it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Key of another watch than that of the playbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// Only what this named query means was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<String>,
    /// Only what accounts of these lists posted was counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Only these platforms were counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
}

/// A share and its bounds, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// All that were read.
    pub of: u64,
    /// With fewer a share says nothing.
    pub of_at_least: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl Part {
    /// From 0 to 1.
    pub fn share(&self, counted: u64) -> f64 {
        float(counted) / float(self.of.max(1))
    }
}

/// What made a watch unusually loud, or nearly: voices in the window that came
/// nearest to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Threshold {
    pub within: Duration,
    pub voices: f64,
    pub usual: f64,
    /// What an alarm takes.
    pub needed: f64,
    /// The most that an ordinary day brings in such a window.
    pub ordinary: f64,
}

/// A bound that a measure did not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast,
    AtMost,
    AboveUsual,
    BelowUsual,
    Growing,
    /// The detector of `unusual` saw nothing.
    Unusual,
    /// Of a share: it is too small, or too large.
    Share,
    /// Too few mentions or authors for a ratio to say anything.
    Floor,
}

impl Measure {
    /// How many times the usual it is, and what is usual; only where a bound or
    /// the detector asks.
    pub fn times_usual(&self) -> Option<(f64, f64)> {
        let asks = self.above_usual.is_some() || self.below_usual.is_some();
        let usual = self
            .usual
            .filter(|usual| *usual > 0.0 && (asks || self.kind == "unusual"))?;
        Some((float(self.counted) / usual, usual))
    }

    /// Whether other mentions were counted than all of the watch of the playbook.
    pub fn is_narrowed(&self) -> bool {
        self.watch.is_some()
            || self.matching.is_some()
            || !self.by.is_empty()
            || !self.platforms.is_empty()
    }

    /// The usual times the ratio that a bound asks, as wide as it is guessed.
    fn against_usual(&self, ratio: f64, is_above: bool) -> Option<f64> {
        let wider = match self.grade? {
            Grade::Unknown => return None,
            Grade::Guess if is_above => WIDER,
            Grade::Guess => 1.0 / WIDER,
            Grade::Learnt => 1.0,
        };
        Some(ratio * wider * self.usual?)
    }

    /// Each bound with how much of it was reached: 1 or more is met.
    fn reached(&self) -> impl Iterator<Item = (Bound, f64)> {
        let counted = float(self.counted);
        let at_least = (self.at_least > 0).then(|| counted / float(self.at_least));
        let at_most = self.at_most.map(|most| inverse(counted, float(most)));
        let above = self.above_usual.map(|ratio| {
            // Unknown counts as met where a fixed number stands beside it.
            let needed = self.against_usual(ratio, true);
            needed.map_or(1.0, |needed| counted / needed.max(f64::MIN_POSITIVE))
        });
        let below = self.below_usual.map(|ratio| {
            let limit = self.against_usual(ratio, false);
            limit.map_or(1.0, |limit| inverse(counted, limit))
        });
        let growing = self.growing.map(|ratio| {
            let before = float(self.before.unwrap_or(0).max(1));
            counted / (ratio * before).max(f64::MIN_POSITIVE)
        });
        let loud = self.threshold.map(|one| one.voices / one.needed.max(1.0));
        let enough = self.part.filter(|part| part.of_at_least > 0);
        let enough = enough.map(|part| float(part.of) / float(part.of_at_least));
        let share = self.part.map(|part| {
            let share = part.share(self.counted);
            let up = part.at_least.filter(|least| *least > 0.0);
            let down = part.at_most.map_or(1.0, |most| inverse(share, most));
            up.map_or(1.0, |least| share / least).min(down)
        });
        [
            (Bound::Floor, enough),
            (Bound::Share, share),
            (Bound::AtLeast, at_least),
            (Bound::AtMost, at_most),
            (Bound::AboveUsual, above),
            (Bound::BelowUsual, below),
            (Bound::Growing, growing),
            (Bound::Unusual, loud),
        ]
        .into_iter()
        .filter_map(|(bound, reached)| Some((bound, reached?)))
    }

    /// How much of its bounds was reached: of the one that is furthest away. 1
    /// is all of it.
    pub fn nearness(&self) -> f64 {
        let least = self.reached().map(|(_, share)| share).reduce(f64::min);
        least.unwrap_or(0.0).clamp(0.0, 1.0)
    }

    /// The bound that was not met, when the test did not hold.
    pub fn lacks(&self) -> Bound {
        if self.kind == "unusual" {
            return Bound::Unusual;
        }
        let missed = self.reached().filter(|(_, share)| *share < 1.0);
        let worst = missed.min_by(|(_, one), (_, other)| one.total_cmp(other));
        worst.map_or(Bound::Floor, |(bound, _)| bound)
    }
}

/// How much of an upper limit is kept.
fn inverse(counted: f64, limit: f64) -> f64 {
    if counted <= limit {
        1.0
    } else {
        (limit.max(0.0) / counted).max(0.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions(counted: u64) -> Measure {
        Measure {
            kind: "mentions".to_owned(),
            counted,
            ..Measure::default()
        }
    }

    #[test]
    fn nearness_is_that_of_the_bound_furthest_away() {
        let one = Measure {
            at_least: 20,
            above_usual: Some(4.0),
            usual: Some(5.0),
            grade: Some(Grade::Learnt),
            ..mentions(16)
        };
        assert!((one.nearness() - 0.8).abs() < 1e-9);
        assert_eq!(one.lacks(), Bound::AtLeast);
        let guessed = Measure {
            grade: Some(Grade::Guess),
            ..one.clone()
        };
        assert!(guessed.nearness() < 0.54);
        assert_eq!(guessed.lacks(), Bound::AboveUsual);
        let unknown = Measure {
            grade: Some(Grade::Unknown),
            ..one
        };
        assert!((unknown.nearness() - 0.8).abs() < 1e-9);
    }

    #[test]
    fn an_upper_limit_is_kept_or_missed_by_so_much() {
        let calm = |counted| Measure {
            at_most: Some(5),
            ..mentions(counted)
        };
        assert!((calm(5).nearness() - 1.0).abs() < 1e-9);
        assert!((calm(10).nearness() - 0.5).abs() < 1e-9);
        assert_eq!(calm(10).lacks(), Bound::AtMost);
        assert!(mentions(0).nearness() < 1e-9);
    }

    #[test]
    fn growth_from_nothing_is_growth_from_one() {
        let grows = Measure {
            growing: Some(3.0),
            before: Some(0),
            ..mentions(2)
        };
        assert!((grows.nearness() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(grows.lacks(), Bound::Growing);
    }
}
