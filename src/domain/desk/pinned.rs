//! What a run keeps from the moment it starts.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::hex::hex;
use crate::domain::playbook::{Playbook, StatementTemplate};

/// What a run keeps from the moment it starts: edits touch later runs only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pinned {
    /// SHA-256 of the rest, which tells it from every other content.
    #[serde(skip)]
    pub hash: String,
    pub playbook: Playbook,
    pub templates: Vec<StatementTemplate>,
}

impl Pinned {
    pub fn new(playbook: Playbook, templates: Vec<StatementTemplate>) -> Self {
        let mut pinned = Self {
            hash: String::new(),
            playbook,
            templates,
        };
        // Plain data with names as keys: writing it as JSON does not fail.
        let json = serde_json::to_vec(&pinned).unwrap_or_default();
        pinned.hash = hex(&Sha256::digest(&json));
        pinned
    }
}
