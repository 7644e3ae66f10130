//! What a drill is measured on, and what counts as good.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The measures of a drill; all are taken, whatever is written. Shares are 0
/// to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Targets {
    /// From the moment it could be known to the first alert; at most.
    pub alerted: Duration,
    /// From an alert to its answer; at most.
    pub answered: Duration,
    /// From the start to the first decision; at most.
    pub decided: Duration,
    /// From the start to the first thing published; at most.
    pub first_statement: Duration,
    /// At least this share.
    pub tasks_on_time: f64,
    /// At least this share of the promised updates.
    pub promises_kept: f64,
    /// At least this share of what outsiders asked.
    pub questions_answered: f64,
    /// At least so many of the three aims.
    pub goals_covered: u64,
    /// At most.
    pub contradictions: u64,
    /// Warnings of review that were passed over; at most.
    pub overrides: u64,
    /// How much alike our replies may be; at most.
    pub repetition: f64,
    /// Roles that never reacted; at most.
    pub roles_silent: u64,
}

impl Default for Targets {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self {
            alerted: minutes(5),
            answered: minutes(5),
            decided: minutes(20),
            first_statement: minutes(30),
            tasks_on_time: 0.8,
            promises_kept: 1.0,
            questions_answered: 0.8,
            goals_covered: 3,
            contradictions: 0,
            overrides: 0,
            repetition: 0.4,
            roles_silent: 0,
        }
    }
}
