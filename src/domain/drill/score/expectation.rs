//! Whether what was expected came about in time, and what never may happen did
//! not.
//!
//! An expectation is about the moment at which something comes about: a level
//! that was reached before `after` was reached too early. Both bounds count as
//! in time. Lists are met when the last of them comes about.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::instead::{self, Instead};
use super::occasions::occasions;
use super::scene::Scene;
use crate::domain::drill::record::What;
use crate::domain::scenario::Persona;
use crate::domain::scenario::expect::{Expectation, Expected};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// An expectation, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub what: Expected,
    /// Seconds since the story began.
    pub after_seconds: u64,
    pub before_seconds: Option<u64>,
    pub points: u64,
    pub because: Option<Text>,
    pub verdict: Verdict,
}

/// What came of an expectation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met {
        at: Timestamp,
    },
    /// It came about before `after`, and not again.
    TooEarly {
        at: Timestamp,
    },
    /// It came about after `before`.
    TooLate {
        at: Timestamp,
    },
    Missed {
        /// What happened in its place.
        instead: Option<Instead>,
        /// The drill ended while it could still have come about.
        ended_first: bool,
    },
    /// This version cannot tell.
    NotMeasured,
}

/// Something that never may happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forbidden {
    pub what: Expected,
    pub verdict: Kept,
}

/// Whether it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    Held,
    Broken { at: Timestamp },
    NotMeasured,
}

impl Judged {
    pub fn is_met(&self) -> bool {
        matches!(self.verdict, Verdict::Met { .. })
    }

    pub fn is_measured(&self) -> bool {
        self.verdict != Verdict::NotMeasured
    }
}

impl Forbidden {
    pub fn is_broken(&self) -> bool {
        matches!(self.verdict, Kept::Broken { .. })
    }
}

/// Judges every expectation, in order. `cast` are the personas; in the tests of
/// a playbook, which have none, a reply is to an account.
pub fn judge(expected: &[Expectation], cast: &[Persona], scene: &Scene<'_>) -> Vec<Judged> {
    let judged = expected.iter().map(|one| Judged {
        what: one.what.clone(),
        after_seconds: one.after.as_secs(),
        before_seconds: one.before.map(|before| before.as_secs()),
        points: one.points,
        because: one.because.clone(),
        verdict: verdict(one, cast, scene),
    });
    judged.collect()
}

fn verdict(expected: &Expectation, cast: &[Persona], scene: &Scene<'_>) -> Verdict {
    let Some(moments) = occasions(&expected.what, cast, scene) else {
        return Verdict::NotMeasured;
    };
    // The clock of a live drill has fractions of a second; what is written has
    // none.
    let since = |at: &Timestamp| (*at - scene.record.began_at).num_seconds();
    let seconds = |length: Duration| i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
    let first = seconds(expected.after);
    let last = expected.before.map_or(i64::MAX, seconds);
    let is_in_time = |at: &&Timestamp| (first..=last).contains(&since(at));
    if let Some(at) = moments.iter().find(is_in_time) {
        return Verdict::Met { at: *at };
    }
    if let Some(at) = moments.iter().find(|at| since(at) > last) {
        return Verdict::TooLate { at: *at };
    }
    if let Some(at) = moments.last() {
        return Verdict::TooEarly { at: *at };
    }
    let record = scene.record;
    let mut entries = record.entries.iter();
    let was_stopped = entries.any(|entry| matches!(entry.what, What::Stopped { .. }));
    let ended = since(&record.ended_at);
    Verdict::Missed {
        instead: instead::instead(&expected.what, scene),
        ended_first: ended < last && (was_stopped || expected.before.is_some()),
    }
}

/// Judges what never may happen, in order.
pub fn forbidden(never: &[Expected], cast: &[Persona], scene: &Scene<'_>) -> Vec<Forbidden> {
    let judged = never.iter().map(|what| Forbidden {
        what: what.clone(),
        verdict: match occasions(what, cast, scene) {
            None => Kept::NotMeasured,
            Some(moments) => moments
                .first()
                .map_or(Kept::Held, |at| Kept::Broken { at: *at }),
        },
    });
    judged.collect()
}
