//! What comes of what the desk is given: happenings, or a refusal.

use std::sync::Arc;

use super::Pinned;
use crate::domain::effect::Effect;
use crate::domain::lookout::Outside;
use crate::domain::roll_call::NoCall;
use crate::domain::run::{Logged, RunHead, RunId};
use crate::domain::step::acts::NoAct;
use crate::domain::step::answers::NoReply;
use crate::domain::time::Timestamp;

/// Something that came of an input, in order.
#[derive(Debug, Clone)]
pub enum Happening {
    /// News of a trigger; belongs to no run (yet).
    Signal(Signal),
    /// A run changed: to be stored as a whole.
    Change(Box<Change>),
    /// What belongs to no run: who heard that a source is blind.
    Outside(Box<Outside>),
}

/// News of a trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// By publication time for what mentions did.
    pub at: Timestamp,
    pub playbook: String,
    pub watch: String,
    pub trigger: String,
    pub kind: SignalKind,
    pub because: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    Pending,
    Cleared,
    Fired,
    /// It fired, but the cool-down kept it from starting a run.
    HeldBack,
}

impl SignalKind {
    /// The name of the event in logs and backtests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "trigger_pending",
            Self::Cleared => "trigger_cleared",
            Self::Fired => "trigger_fired",
            Self::HeldBack => "trigger_held_back",
        }
    }
}

/// What one event made of one run.
#[derive(Debug, Clone)]
pub struct Change {
    pub run: RunHead,
    pub pinned: Arc<Pinned>,
    pub events: Vec<Logged>,
    pub effects: Vec<Effect>,
}

/// Why a command was refused, in words for who gave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    #[error("run {0} is closed")]
    Closed(RunId),
    #[error("there is no playbook `{0}`")]
    NoSuchPlaybook(String),
    #[error("a run cannot be merged into itself")]
    MergedIntoItself,
    #[error("run {0} is already open on watch `{1}`; one storm, one run")]
    AlreadyOpen(RunId, String),
    #[error("there is no playbook `{0}` any more")]
    PlaybookGone(String),
    #[error("run {0} has the playbook and templates of now: nothing to move over")]
    NothingToUpgrade(RunId),
    #[error("{0}")]
    NoReply(NoReply),
    #[error("{0}")]
    NoAct(#[from] NoAct),
    #[error("{0}")]
    NoCall(#[from] NoCall),
}
