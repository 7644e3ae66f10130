//! What is stored of a tide; the rest follows from the mentions.

use serde::{Deserialize, Serialize};

use super::strand::Alarm;
use super::{HOUR, LEARNT_AFTER};
use crate::domain::unusual::{Detector, Sensitivity};
use crate::domain::usual::{Expected, Grade, Usual};

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub(super) usual: Usual,
    /// The first hour of which everything was heard, and the one that runs.
    pub(super) since: i64,
    pub(super) hour: i64,
    /// For the hours up to and with the one that runs.
    pub(super) expected: Vec<SavedExpected>,
    pub(super) gaps: Vec<(i64, i64)>,
    pub(super) strands: Vec<SavedStrand>,
}

impl Saved {
    /// The mentions published after this second are needed to go on.
    pub fn needs_from(&self) -> i64 {
        (self.hour - LEARNT_AFTER - 1) * HOUR
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedStrand {
    pub(super) sensitivity: Sensitivity,
    /// At the beginning of this hour.
    pub(super) hour: i64,
    pub(super) detector: Detector,
    pub(super) alarms: Vec<Alarm>,
}

/// What was expected, in numbers that survive JSON to the last bit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedExpected {
    pub(super) mentions: f32,
    pub(super) dispersion: f32,
    pub(super) voices_share: f32,
    pub(super) authors_share: f32,
    pub(super) grade: Grade,
}

impl SavedExpected {
    #[expect(clippy::cast_possible_truncation, reason = "rounded on purpose")]
    pub(super) fn of(expected: &Expected) -> Self {
        Self {
            mentions: expected.mentions as f32,
            dispersion: expected.dispersion as f32,
            voices_share: expected.voices_share as f32,
            authors_share: expected.authors_share as f32,
            grade: expected.grade,
        }
    }

    pub(super) fn read(&self) -> Expected {
        Expected {
            mentions: f64::from(self.mentions),
            dispersion: f64::from(self.dispersion),
            voices_share: f64::from(self.voices_share),
            authors_share: f64::from(self.authors_share),
            grade: self.grade,
        }
    }
}

/// As it will be read after a restart.
pub(super) fn storable(expected: Expected) -> Expected {
    SavedExpected::of(&expected).read()
}
