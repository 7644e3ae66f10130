//! What can be seen of the world at a moment, for conditions of an open run.

use std::time::Duration;

use super::condition::Test;
use super::deaf::Hearing;
use super::environment::Analysis;
use super::meter::Reading;
use super::run::Run;
use super::said::Flag;
use super::time::Timestamp;

/// Answers what is asked about mentions.
pub trait Sight: std::fmt::Debug {
    /// Mentions of a watch in (at − within, at]; none of a watch that is unknown.
    fn mentions(&self, watch: &str, within: Duration, at: Timestamp) -> u64;

    /// How many mentions in (at − within, at] say something, of how many that were
    /// read; `None` where that is not kept.
    fn said(
        &self,
        _watch: &str,
        _flag: Flag,
        _within: Duration,
        _at: Timestamp,
    ) -> Option<(u64, u64)> {
        None
    }

    /// What people need now, for a run; `None` where mentions are not kept.
    fn environment(&self, _run: &Run, _at: Timestamp) -> Option<Analysis> {
        None
    }

    /// Mentions in (at − within, at] that repeat our own words.
    fn echoes(&self, _watch: &str, _within: Duration, _at: Timestamp) -> u64 {
        0
    }

    /// Whether a watch is listened to: files that come into force while a run is open
    /// may take its watch away, and of that nothing is heard.
    fn listens_to(&self, _watch: &str) -> bool {
        true
    }

    /// Whether a source is blind, so that more may be said than is counted.
    fn is_blind(&self) -> bool {
        false
    }

    /// What could be heard of what a test is about.
    fn hearing(&self, _test: &Test, _at: Timestamp, _is_sure: bool) -> Hearing {
        match self.is_blind() {
            true => Hearing::Part,
            false => Hearing::All,
        }
    }

    /// How a test about mentions stands over the watches of a run; `None` where
    /// only plain counts are kept, and for tests about anything else.
    fn reading(&self, _test: &Test, _watches: &[&str], _at: Timestamp) -> Option<Reading> {
        None
    }
}

/// Sees nothing: for where no mentions are kept.
#[derive(Debug, Clone, Copy)]
pub struct Dark;

impl Sight for Dark {
    fn mentions(&self, _watch: &str, _within: Duration, _at: Timestamp) -> u64 {
        0
    }
}
