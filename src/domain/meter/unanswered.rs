//! Whether something that was put to us waits too long for an answer:
//! `unanswered`.

use std::time::Duration;

use super::Reading;
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;
use crate::domain::office::OfficeHours;
use crate::domain::voices::asks::{Ask, AskKind};
use chrono_tz::Tz;

/// What waits at a moment.
#[derive(Debug, Clone)]
pub(super) struct Unanswered {
    /// `None`: complaints and questions.
    what: Option<AskKind>,
    older_than: Duration,
    at_least: u64,
    zone: Tz,
    /// Only time in them counts; `None`: always open.
    office: Option<OfficeHours>,
    at: i64,
}

impl Unanswered {
    pub(super) fn new(
        what: Option<&str>,
        older_than: Duration,
        at_least: u64,
        zone: Tz,
        office: Option<OfficeHours>,
    ) -> Self {
        Self {
            what: match what {
                Some("complaints") => Some(AskKind::Complaint),
                Some("questions") => Some(AskKind::Question),
                _ => None,
            },
            older_than,
            at_least,
            zone,
            office,
            at: i64::MIN / 2,
        }
    }

    pub(super) fn place(&mut self, second: i64) {
        self.at = second;
    }

    fn due(&self, asked: i64) -> i64 {
        match &self.office {
            Some(office) => office.after(self.zone, asked, self.older_than),
            None => asked.saturating_add(super::seconds(self.older_than)),
        }
    }

    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        let asks = heard.asks();
        asks.next_change(self.what, |asked| self.due(asked), self.at)
    }

    fn waiting<'a>(&self, heard: &'a Heard) -> Vec<&'a Ask> {
        heard
            .asks()
            .open(self.what, |asked| self.due(asked), self.at)
    }

    pub(super) fn holds(&self, heard: &Heard) -> bool {
        self.waiting(heard).len() as u64 >= self.at_least
    }

    /// How much of what it takes waits too long.
    #[expect(clippy::cast_precision_loss, reason = "asks are few")]
    pub(super) fn nearness(&self, heard: &Heard) -> f64 {
        let waiting = self.waiting(heard).len() as f64;
        (waiting / self.at_least.max(1) as f64).min(1.0)
    }

    pub(super) fn reading(&self, heard: &Heard) -> Reading {
        let counted = self.waiting(heard).len() as u64;
        let kind = match self.what {
            Some(AskKind::Complaint) => "unanswered_complaints",
            Some(AskKind::Question) => "unanswered_questions",
            None => "unanswered",
        };
        Reading {
            holds: counted >= self.at_least,
            measure: Measure {
                kind: kind.to_owned(),
                within: self.older_than,
                counted,
                at_least: self.at_least,
                ..Measure::default()
            },
        }
    }
}
