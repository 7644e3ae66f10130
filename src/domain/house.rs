//! News of the house: of the program and its files, not of any run. It stands in the
//! log of no run, beside the word about blind sources (`lookout.rs`).

use serde::{Deserialize, Serialize};

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
}

impl House {
    /// The name in logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::FolderBroken { .. } => "folder_broken",
            Self::FolderMended => "folder_mended",
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
