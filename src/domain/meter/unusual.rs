//! Whether a watch is unusually loud, without numbers: `unusual`.

use super::Reading;
use crate::domain::evidence::{Measure, Threshold};
use crate::domain::heard::Heard;
use crate::domain::unusual::Sensitivity;

/// What the detector of a watch says, at a moment.
#[derive(Debug, Clone)]
pub(super) struct Unusual {
    sensitivity: Sensitivity,
    at: i64,
}

impl Unusual {
    /// `None` for a sensitivity that there is not.
    pub(super) fn new(sensitivity: &str) -> Option<Self> {
        Some(Self {
            sensitivity: Sensitivity::from_name(sensitivity)?,
            at: i64::MIN / 2,
        })
    }

    pub(super) fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }

    pub(super) fn place(&mut self, second: i64) {
        self.at = second;
    }

    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        heard.tide.next_alarm_change(self.sensitivity, self.at)
    }

    pub(super) fn holds(&self, heard: &Heard) -> bool {
        heard.tide.is_unusual(self.sensitivity, self.at)
    }

    /// How near the test is to holding, cheaply: 1 is holding.
    pub(super) fn nearness(&self, heard: &Heard) -> f64 {
        heard.tide.score(self.sensitivity)
    }

    fn threshold(&self, heard: &Heard) -> Option<Threshold> {
        let verdict = heard.tide.verdict(self.sensitivity, self.at)?;
        // While nothing can alarm, nothing is enough.
        let is_known = verdict.needed.is_finite() && verdict.needed > 0.0;
        let rounded = |number: f64| (number * 10.0).round() / 10.0;
        is_known.then(|| Threshold {
            within: std::time::Duration::from_secs(verdict.window.unsigned_abs()),
            voices: rounded(verdict.counted),
            usual: rounded(verdict.usual),
            needed: rounded(verdict.needed),
            ordinary: rounded(verdict.ordinary),
        })
    }

    pub(super) fn reading(&self, heard: &Heard) -> Reading {
        let hour = 3_600;
        let usually = heard.tide.usually(self.at - hour, self.at);
        Reading {
            holds: self.holds(heard),
            measure: Measure {
                kind: "unusual".to_owned(),
                within: std::time::Duration::from_secs(hour.unsigned_abs()),
                counted: heard.history.count(self.at - hour, self.at),
                usual: usually.known().then_some(usually.mentions),
                grade: Some(usually.grade),
                threshold: self.threshold(heard),
                ..Measure::default()
            },
        }
    }
}
