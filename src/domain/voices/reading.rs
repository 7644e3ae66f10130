//! All that is asked of the text of a mention, read once for all its watches.

use super::Sketch;
use super::bare::words_seen;
use super::spam::Tally;
use crate::domain::mention::{Mention, Platform};
use crate::domain::query::fold::fold;

/// A mention, read for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// `Mention::key`.
    pub key: u64,
    /// When it was published.
    pub second: i64,
    /// `Mention::author_hash`.
    pub author: Option<u64>,
    /// What its text is compared by.
    pub sketch: Sketch,
    /// Passes on what another said.
    pub is_repost: bool,
    /// Published by a news site.
    pub is_news: bool,
    /// Fits a pattern of [`super::spam`].
    pub is_spam: bool,
}

impl Reading {
    /// Of one mention.
    pub fn of(mention: &Mention) -> Self {
        let folded = fold(&mention.text);
        let mut tally = Tally::default();
        let words = words_seen(&folded, |token| tally.see(token));
        Self {
            key: mention.key().cast_unsigned(),
            second: mention.published_at.timestamp(),
            author: mention.author_hash(),
            sketch: Sketch::of(&words),
            is_repost: is_repost(mention),
            is_news: mention.platform == Platform::News,
            is_spam: tally.pattern(&mention.text, &folded).is_some(),
        }
    }
}

/// Whether a mention only passes on: the source says so in one of the words
/// that platforms use, or the text begins with the old mark `RT @`.
pub fn is_repost(mention: &Mention) -> bool {
    const KINDS: [&str; 5] = ["repost", "retweet", "reblog", "boost", "share"];
    let is_kind = mention.kind.as_deref().is_some_and(|kind| {
        KINDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(kind.trim()))
    });
    is_kind || mention.text.trim_start().starts_with("RT @")
}
