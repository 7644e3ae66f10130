//! The only reader of the clock. Everybody else is told the time.

use crate::domain::time::Timestamp;

/// The time now, by the system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn now() -> Timestamp {
    chrono::Utc::now()
}

/// A moment to measure a length from; not a time of day.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
pub fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}
