//! What came in on the watch of a run, in steps, against what was usual: what the
//! curve of a report is drawn of, and the figures behind it.

use serde::{Deserialize, Serialize};

use crate::domain::chart::Band;
use crate::domain::time::Timestamp;

/// The mentions of a run's watches in time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Length of a step.
    pub step_seconds: i64,
    /// In order, without overlap; a step without mentions is 0.
    pub steps: Vec<Step>,
    /// When we could not hear all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// One step of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub from: Timestamp,
    pub until: Timestamp,
    pub mentions: u64,
    /// `None` while nothing was known of what is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Usual>,
    /// It was not over yet, so its count still grows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_running: bool,
}

/// What is usual in a step: four times of five it is between `low` and `high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    pub low: f64,
    pub mean: f64,
    pub high: f64,
}

/// A stretch in which we could not hear all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl From<Band> for Usual {
    /// With two decimals: more says nothing.
    fn from(band: Band) -> Self {
        let rounded = |number: f64| (number * 100.0).round() / 100.0;
        Self {
            low: rounded(band.low),
            mean: rounded(band.mean),
            high: rounded(band.high),
        }
    }
}

impl From<Usual> for Band {
    fn from(usual: Usual) -> Self {
        Self {
            low: usual.low,
            mean: usual.mean,
            high: usual.high,
        }
    }
}

/// Seconds of a step, and the longest curve that is cut so.
const STEPS: [(i64, i64); 3] = [(600, 24 * 3_600), (3_600, 7 * 86_400), (86_400, i64::MAX)];

/// Years of days: more than that no picture shows.
const MOST_STEPS: i64 = 1_000;

/// How a time is cut into steps: the length of one in seconds, and the first and
/// last step, counted in such lengths since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub step: i64,
    pub first: i64,
    pub last: i64,
}

impl Cut {
    /// Of the time between two seconds since 1970.
    pub fn of(from: i64, until: i64) -> Self {
        let fits = |(_, longest): &(i64, i64)| until - from <= *longest;
        let (step, _) = STEPS.into_iter().find(fits).unwrap_or(STEPS[2]);
        let first = from.div_euclid(step);
        let last = until.div_euclid(step).clamp(first, first + MOST_STEPS);
        Self { step, first, last }
    }

    /// The seconds from the first step up to the end of the last.
    pub fn span(self) -> (i64, i64) {
        (self.first * self.step, (self.last + 1) * self.step)
    }
}

impl Volume {
    /// The steps of a cut: `count` gives the mentions of a step by its place, and
    /// `usual` what is usual between two seconds.
    pub fn new(
        cut: Cut,
        count: impl Fn(i64) -> u64,
        usual: impl Fn(i64, i64) -> Option<Band>,
        now: Timestamp,
    ) -> Self {
        let at = |place: i64| Timestamp::from_timestamp(place * cut.step, 0).unwrap_or_default();
        let steps = (cut.first..=cut.last).map(|place| Step {
            from: at(place),
            until: at(place + 1),
            mentions: count(place),
            usual: usual(place * cut.step, (place + 1) * cut.step).map(Usual::from),
            is_running: at(place + 1) > now,
        });
        Self {
            step_seconds: cut.step,
            steps: steps.collect(),
            gaps: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// All mentions from one moment up to another; a step counts as a whole when
    /// it begins in between.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> u64 {
        let within = self.steps.iter();
        let within = within.filter(|step| from <= step.from && step.from < until);
        within.map(|step| step.mentions).sum()
    }

    /// The busiest step; of equals the first. `None` when nothing came.
    pub fn busiest(&self) -> Option<&Step> {
        let steps = self.steps.iter().rev();
        let most = steps.max_by_key(|step| step.mentions);
        most.filter(|step| step.mentions > 0)
    }
}
