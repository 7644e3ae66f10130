//! News of the house: of the program and its files, not of any run. It stands in the
//! log of no run, beside the word about blind sources (`lookout.rs`).

use serde::{Deserialize, Serialize};

use super::run::alarm::Through;
use super::time::Timestamp;
use super::unreachable::Sign;

/// What happened, in the past tense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum House {
    /// The files of the organisation have mistakes, so that what was changed is not
    /// in force. The operators are told in the same breath.
    FolderBroken {
        /// Tells this state from every other.
        digest: String,
        /// In English, one sentence.
        what: String,
    },
    /// They are good again, and in force.
    FolderMended,
    /// People are asked whether they get alerts here (`roll_call.rs`).
    RollCallBegan {
        /// Counted from 1.
        number: u32,
        people: Vec<String>,
        deadline: Timestamp,
        by: String,
    },
    /// One mail of it.
    RollCallMailed { effect: String, person: String },
    /// Somebody does get alerts here; `by` says so, usually the person.
    RollCallAnswered {
        person: String,
        through: Through,
        by: String,
    },
    /// A mail of it came back, or an automatic answer says that they are away.
    RollCallReturned { person: String, sign: Sign },
    /// The deadline passed; the operators hear it in the same breath.
    RollCallEnded { missing: Vec<String> },
    /// Somebody is mailed a link that lets them in to the pages.
    EntryMailed { effect: String, person: String },
}

impl House {
    /// The name in logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::FolderBroken { .. } => "folder_broken",
            Self::FolderMended => "folder_mended",
            Self::RollCallBegan { .. } => "roll_call_began",
            Self::RollCallMailed { .. } => "roll_call_mailed",
            Self::RollCallAnswered { .. } => "roll_call_answered",
            Self::RollCallReturned { .. } => "roll_call_returned",
            Self::RollCallEnded { .. } => "roll_call_ended",
            Self::EntryMailed { .. } => "entry_mailed",
        }
    }
}

/// What is wrong with the files, for the operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderTrouble {
    /// Tells this state from every other: nobody is told twice.
    pub digest: String,
    /// In English, one sentence.
    pub what: String,
    /// `FILE:LINE: what is wrong`.
    pub findings: Vec<String>,
}
