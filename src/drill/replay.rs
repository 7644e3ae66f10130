//! Brings the real mentions that a story replays into its own time.

use std::path::Path;

use chrono::TimeDelta;

use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;
use crate::source::open::each_mention;
use crate::source::table::Reading;
use crate::source::wire::Reject;

/// Where the mentions of a file go in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// All by the same length, so that the first falls at this moment.
    To(Timestamp),
    /// They stay where they are.
    None,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// In order of time; those of one moment in the order of the file.
    pub mentions: Vec<Mention>,
    /// How much later they are than in the file.
    pub shifted_by: TimeDelta,
    /// What was no mention, by line.
    pub rejects: Vec<Reject>,
}

/// Reads all mentions of a file: NDJSON, JSON or a table, packed or not, known
/// by its name and its first letters. An error is a file that cannot be read,
/// or that holds no mention.
pub fn load(path: &Path, shift: Shift) -> Result<Replay, String> {
    let mut mentions: Vec<Mention> = Vec::new();
    let mut rejects = Vec::new();
    each_mention(
        path,
        &Reading::plain(&[]),
        |mention| mention,
        |answer, _| match answer {
            Ok(mention) => mentions.push(mention),
            Err(reject) => rejects.push(reject),
        },
    )?;
    mentions.sort_by_key(|mention| mention.published_at);
    let Some(first) = mentions.first() else {
        let reason = rejects.first().map_or_else(String::new, |reject| {
            format!("; line {}: {}", reject.line, reject.reason)
        });
        return Err(format!("{}: no mention is in it{reason}", path.display()));
    };
    let shifted_by = match shift {
        Shift::To(moment) => moment - first.published_at,
        Shift::None => TimeDelta::zero(),
    };
    for mention in &mut mentions {
        mention.published_at = moved(mention.published_at, shifted_by);
    }
    Ok(Replay {
        mentions,
        shifted_by,
        rejects,
    })
}

/// Clamped to the calendar instead of overflowing.
fn moved(moment: Timestamp, by: TimeDelta) -> Timestamp {
    let limit = if by < TimeDelta::zero() {
        Timestamp::MIN_UTC
    } else {
        Timestamp::MAX_UTC
    };
    moment.checked_add_signed(by).unwrap_or(limit)
}
