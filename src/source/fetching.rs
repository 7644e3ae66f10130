//! What every source shares that asks a site: how long it stays away after a
//! failure, how much of an answer it reads, and what went wrong in few words.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use crate::domain::time::Timestamp;

/// The most that is read of one answer, unpacked.
const LARGEST: usize = 5 << 20;

/// A text that is longer is a whole book; what it is about stands in the beginning.
const LONGEST_TEXT: usize = 20_000;

/// The longest we stay away after failures, unless the site asks for more.
const LONGEST_BREAK: Duration = Duration::from_secs(3_600);

/// The longest we stay away because the site asks for it.
pub(super) const LONGEST_ASKED: Duration = Duration::from_secs(86_400);

/// Twice as long after each failure, and never shorter than asked for.
pub(super) fn pause_after(failures: u32, every: Duration, asked: Option<Duration>) -> Duration {
    let doubled = every.saturating_mul(1 << failures.min(16));
    let own = doubled.min(LONGEST_BREAK.max(every));
    own.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// Why a site could not be read, and how long it wants to be left alone.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: String,
    pub(super) retry_after: Option<Duration>,
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self {
            reason,
            retry_after: None,
        }
    }
}

impl Failure {
    /// The site answered, and not with what was asked for.
    pub(super) fn answered(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Self {
        Self {
            reason: format!("the site answers {status}"),
            retry_after: retry_after(headers, now),
        }
    }
}

/// A text, no longer than is kept of one.
pub(super) fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// A header that is text.
pub(super) fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The innermost reason: reqwest's own words only say that a request failed.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "the site does not answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// In seconds or as a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let written = text_of(headers, RETRY_AFTER)?;
    if let Ok(seconds) = written.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(written.trim()).ok()?;
    (until.to_utc() - now).to_std().ok()
}

/// All of an answer, unless it is larger than `what` can reasonably be.
pub(super) async fn read_body(mut response: Response, what: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| root_cause(&error))? {
        if bytes.len() + chunk.len() > LARGEST {
            let reason = format!("{what} is larger than {} MB", LARGEST >> 20);
            return Err(reason.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_away_longer_after_each_failure() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert_eq!(pause_after(1, minutes(2), None), minutes(4));
        assert_eq!(pause_after(3, minutes(2), None), minutes(16));
        assert_eq!(pause_after(99, minutes(2), None), minutes(60));
        assert_eq!(pause_after(5, minutes(180), None), minutes(180));
        assert_eq!(pause_after(1, minutes(2), Some(minutes(90))), minutes(90));
        assert_eq!(
            pause_after(1, minutes(2), Some(Duration::MAX)),
            LONGEST_ASKED
        );
    }
}
