//! One measure of a drill: target, value, and whether that is good.
//!
//! Which measures there are is `domain.md` 5.3; the targets are those of the
//! scenario.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::playbook::Aim;
use crate::domain::time::Timestamp;

/// What is measured. The names are those of `score.targets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// From the begin of the storm (in a replay, from the moment the condition
    /// held) until a trigger fired. Seconds; there is no target for it.
    Detected,
    /// From the trigger (or a start by hand) until the first alert was delivered
    /// to a person. Seconds.
    Alerted,
    /// From the first alert until every role of it had an answer. Seconds.
    Answered,
    /// From the start of the run until a person answered the first question of
    /// the playbook; defaults do not count. Seconds.
    Decided,
    /// From the start of the run until the first publication that is not
    /// `internal`. Seconds.
    FirstStatement,
    /// How many of the three aims had a published message.
    GoalsCovered,
    /// Share of the deadlines within the drill that were met.
    TasksOnTime,
    /// Share of the promises of an update that were kept or broken.
    PromisesKept,
    /// Share of the questions of the playbook that have an answer.
    QuestionsAnswered,
    /// Statements of ours that contradict each other.
    Contradictions,
    /// Warnings of review that were passed over.
    Overrides,
    /// How much alike our replies are.
    Repetition,
    /// Roles of the alerts that never answered.
    RolesSilent,
}

/// A value or a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    Seconds(u64),
    /// 0 to 1.
    Share(f64),
    Count(u64),
}

/// A traffic light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Within the target.
    Green,
    /// A time up to one and a half times its target; a share or a number of
    /// which more is better, from three quarters of it.
    Amber,
    Red,
    /// Not judged; `why` says why.
    Grey,
}

/// From which moment a time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    StormBegan,
    /// The condition of the trigger began to hold.
    ConditionHeld,
    TriggerFired,
    RunStarted,
    Alerted,
}

/// Why there is no value, or no judgement of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The scenario cannot set one.
    NoTarget,
    /// Nothing ever started.
    NotStarted,
    /// A person started the run, before any trigger fired.
    StartedByHand,
    /// It never happened.
    Never,
    /// It had not happened when the drill ended, which was within the target.
    EndedFirst,
    /// Nobody answered for these roles.
    Silent(Vec<String>),
    /// No message was published for these aims.
    Uncovered(Vec<Aim>),
    /// Nobody was alerted.
    NoAlert,
    /// The playbook asks nobody to decide.
    NoDecisions,
    /// The playbook has no message for people outside.
    NoStatements,
    /// No deadline fell within the drill.
    NoDeadlines,
    /// No promise fell due.
    NoPromises,
    /// The playbook lists no questions.
    NoQuestions,
    /// Somebody, or the program, must first read the texts.
    NeedsReview,
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub name: Name,
    pub target: Option<Figure>,
    pub value: Option<Figure>,
    /// Of a share: so many of so many.
    pub counted: Option<(u64, u64)>,
    pub light: Light,
    /// From which moment a time is counted.
    pub from: Option<From>,
    /// When it was reached.
    pub at: Option<Timestamp>,
    pub why: Option<Why>,
}

/// The moment from which a time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    pub what: Basis,
    pub at: Timestamp,
}

impl Measure {
    /// Not judged, and why.
    pub fn grey(name: Name, target: Option<Figure>, why: Why) -> Self {
        Self {
            name,
            target,
            value: None,
            counted: None,
            light: Light::Grey,
            from: None,
            at: None,
            why: Some(why),
        }
    }

    /// How long it took from `from` to `at`. What never happened is red, unless
    /// the drill ended before the target had passed.
    pub(super) fn time(
        name: Name,
        target: Duration,
        from: From,
        at: Option<Timestamp>,
        ended_at: Timestamp,
    ) -> Self {
        let target = target.as_secs();
        let figure = Some(Figure::Seconds(target));
        let Some(at) = at else {
            let is_short = seconds(from.at, ended_at) < target;
            let why = if is_short {
                Why::EndedFirst
            } else {
                Why::Never
            };
            return Self {
                light: if is_short { Light::Grey } else { Light::Red },
                from: Some(from),
                ..Self::grey(name, figure, why)
            };
        };
        let value = seconds(from.at, at);
        Self {
            name,
            target: figure,
            value: Some(Figure::Seconds(value)),
            counted: None,
            light: at_most(value, target),
            from: Some(from),
            at: Some(at),
            why: None,
        }
    }

    /// So many of so many; `at` is when the last came in.
    pub(super) fn share(
        name: Name,
        target: f64,
        (n, of): (u64, u64),
        at: Option<Timestamp>,
        nothing: Why,
    ) -> Self {
        let figure = Some(Figure::Share(target));
        if of == 0 {
            return Self::grey(name, figure, nothing);
        }
        let share = n as f64 / of as f64;
        Self {
            name,
            target: figure,
            value: Some(Figure::Share(share)),
            counted: Some((n, of)),
            light: at_least(share, target),
            from: None,
            at,
            why: None,
        }
    }
}

/// Whole seconds from one moment to another; none when it is the other way
/// round.
pub(super) fn seconds(from: Timestamp, until: Timestamp) -> u64 {
    u64::try_from((until - from).num_seconds()).unwrap_or(0)
}

/// Of a time or a number of which less is better.
pub(super) fn at_most(value: u64, target: u64) -> Light {
    if value <= target {
        Light::Green
    } else if value.saturating_mul(2) <= target.saturating_mul(3) {
        Light::Amber
    } else {
        Light::Red
    }
}

/// What a division may be off by.
const ROUNDING: f64 = 1e-9;

/// Of a share or a number of which more is better.
pub(super) fn at_least(value: f64, target: f64) -> Light {
    if value + ROUNDING >= target {
        Light::Green
    } else if value + ROUNDING >= 0.75 * target {
        Light::Amber
    } else {
        Light::Red
    }
}
