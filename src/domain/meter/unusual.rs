//! Whether a watch is unusually loud, without numbers: `unusual`.

use super::Reading;
use crate::domain::evidence::Measure;
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
                ..Measure::default()
            },
        }
    }
}
