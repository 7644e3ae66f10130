//! Whether something that was put to us waits too long for an answer:
//! `unanswered`.

use std::time::Duration;

use super::{Reading, Somebody};
use crate::domain::evidence::Measure;
use crate::domain::heard::Heard;
use crate::domain::office::OfficeHours;
use crate::domain::voices::asks::{Ask, AskKind, REMEMBERED};
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
    /// What was asked up to and with this second should be answered by then.
    due_through: i64,
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
            due_through: i64::MIN / 2,
        }
    }

    pub(super) fn place(&mut self, second: i64) {
        self.at = second;
        self.due_through = match &self.office {
            None => second.saturating_sub(super::seconds(self.older_than)),
            Some(_) => self.last_due_by(second),
        };
    }

    /// What is asked later is never due earlier, so that the latest can be found
    /// by halving: reckoning in office hours is slow, and there may be thousands.
    fn last_due_by(&self, second: i64) -> i64 {
        let (mut is, mut is_not) = (second - REMEMBERED - 1, second + 1);
        while is_not - is > 1 {
            let middle = is + (is_not - is) / 2;
            match self.due(middle) <= second {
                true => is = middle,
                false => is_not = middle,
            }
        }
        is
    }

    /// Only whether it is due where it is put: as a second.
    fn due_now(&self, asked: i64) -> i64 {
        match asked <= self.due_through {
            true => i64::MIN,
            false => i64::MAX,
        }
    }

    fn due(&self, asked: i64) -> i64 {
        match &self.office {
            Some(office) => office.after(self.zone, asked, self.older_than),
            None => asked.saturating_add(super::seconds(self.older_than)),
        }
    }

    pub(super) fn next_change(&self, heard: &Heard) -> Option<i64> {
        let asks = heard.asks();
        let change = asks.next_change(self.what, |_| i64::MIN, self.at);
        let next = asks.first_after(self.what, self.due_through);
        let due = next.map(|asked| self.due(asked));
        change.into_iter().chain(due).min()
    }

    fn waiting<'a>(&self, heard: &'a Heard) -> Vec<&'a Ask> {
        heard
            .asks()
            .open(self.what, |asked| self.due_now(asked), self.at)
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

    /// Who waits, the longest first.
    pub(super) fn who(&self, heard: &Heard) -> Vec<Somebody> {
        let waiting = self.waiting(heard).into_iter();
        let somebody = waiting.map(|ask| Somebody {
            keys: vec![ask.key],
            platform: ask.platform,
            handle: ask.handle.clone(),
        });
        somebody.collect()
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
