//! Answering people: whether and how to respond, which questions come back, whom
//! to thank, and how fast we answer what was put to us.
//!
//! Pure functions over texts, over what was put to us, and over a run. They
//! propose and they count; a person decides, and nothing is ever sent.

pub mod recurring;

pub mod thanks;

pub mod times;

pub mod tree;

pub mod words;

use serde::{Deserialize, Serialize};

/// What somebody came with.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Also every case of a program that knew no kinds: the strictest.
    #[default]
    Complaint,
    Question,
    Compliment,
}

impl CaseKind {
    pub const ALL: [Self; 3] = [Self::Complaint, Self::Question, Self::Compliment];

    /// The name in commands and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Question => "question",
            Self::Compliment => "compliment",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a reply that we posted is what this person waited for. A complaint
    /// asks for more: what came of it.
    pub fn is_met_by_a_reply(self) -> bool {
        self != Self::Complaint
    }
}
