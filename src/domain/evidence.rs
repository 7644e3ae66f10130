//! Why a trigger fired: the numbers against the rule, the curve, and the most
//! telling mentions, frozen at that moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::mention::Platform;
use super::time::Timestamp;

/// Everything an alert says about why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// When the rule was met, by publication time.
    pub at: Timestamp,
    pub watch: String,
    /// Each count that took part, against its bound.
    pub measures: Vec<Measure>,
    /// How long the rule had to hold.
    pub held_for: Duration,
    /// Distinct authors among the recent mentions; mentions without an author
    /// are not among them.
    pub authors: u64,
    /// Mentions by platform, most first.
    pub platforms: Vec<(Platform, u64)>,
    /// Mentions by source, most first. A single one is worth saying.
    pub sources: Vec<(String, u64)>,
    pub curve: Curve,
    /// At most three, most telling first, never two with the same text.
    pub quotes: Vec<Quote>,
}

/// One count against its bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The kind of condition: `mentions`.
    pub kind: String,
    pub within: Duration,
    pub counted: u64,
    pub at_least: u64,
}

/// Mentions in equal steps, oldest first; the last step ends at `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curve {
    pub until: Timestamp,
    /// Length of one step, in seconds.
    pub step_seconds: u64,
    pub counts: Vec<u64>,
}

/// A mention as it is shown to the team: somebody else's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    pub platform: Platform,
    pub author: Option<String>,
    pub followers: Option<u64>,
    pub text: String,
    pub url: Option<String>,
    pub published_at: Timestamp,
}
