//! What must come of a story, and by when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::playbook::Aim;
use crate::domain::text::Text;

/// Something that must be so at some moment from `after` up to and with
/// `before`, both counted from the beginning of the story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    pub after: Duration,
    /// `None`: until the end.
    pub before: Option<Duration>,
    pub what: Expected,
    pub points: u64,
    pub because: Option<Text>,
}

/// What is expected, or must never be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// This trigger fires.
    Trigger(String),
    Run(RunState),
    /// The run reaches this level or a higher one.
    Level(String),
    Phase(Aim),
    Told(Told),
    /// Somebody answers for this role.
    Answered(String),
    /// All these messages lie ready.
    Drafted(Vec<String>),
    Approved(Vec<String>),
    /// All these tasks are done, messages published.
    Done(Vec<String>),
    Overdue(Vec<String>),
    /// All these facts are filled in.
    Known(Vec<String>),
    /// Each task decided, with one of its options.
    Decided(Vec<(String, Vec<String>)>),
    StandDown(StandDownState),
    Promise(PromiseState),
    /// This source is blind.
    Blind(String),
    /// A warning of this family of review rules was passed over.
    Overridden(String),
    /// We replied to this persona (in a test: account).
    RepliedTo(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Started,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandDownState {
    Proposed,
    Decided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    Kept,
    Broken,
}

/// Somebody is sent something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The key of a person.
    pub who: String,
    /// `mail` or the key of a webhook; `None`: whichever.
    pub through: Option<String>,
    /// Words that must all be in it.
    pub says: Vec<String>,
    /// Words of which none may be in it.
    pub lacks: Vec<String>,
}
