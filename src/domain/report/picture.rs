//! The environment analysis at one moment of a run, as a report repeats it.
//!
//! What is analysed and how is not decided here: whoever makes the analysis hands
//! its figures over, and a report without any says that none was made.

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

/// What people needed at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub at: Timestamp,
    /// Number of the event of the log that it rests on, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Mentions it was made of.
    pub mentions: u64,
    /// By need: information, damage, meaning; then rumours.
    pub rows: Vec<Row>,
    /// What was advised, in the reader's language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
}

/// One kind of need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// In the reader's language.
    pub title: String,
    pub mentions: u64,
    /// 0 to 1, of all mentions of the picture.
    pub share: f64,
}
