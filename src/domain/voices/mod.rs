//! What each mention is worth as a voice: who says something, who passes it on,
//! who repeats it, and what is no voice at all.
//!
//! `mentions` always counts every mention once. Here it is decided what a
//! mention adds *beside* that number: to `voices`, `authors` and `reach`
//! ([`gauge`]), and to `unusual` ([`Weighed::weight`]). Nothing is thrown away:
//! each exclusion is a [`Words`] that is stored with the mention and counted, so
//! that the team can see what was left out and why. `docs/voices.md` says the
//! same for people.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::mention::Platform;
use super::said::Said;

mod bare;

mod keyed;

pub mod sketch;

pub mod lexicon;

pub mod spam;

pub mod reading;

pub mod echo;

pub mod asks;

pub mod same;

pub mod crowd;

pub mod gauge;

pub use crowd::Crowd;
pub use gauge::{Gauge, What};
pub use reading::Reading;
pub use sketch::Sketch;

/// What a mention says, as far as counting is concerned.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// Somebody's own words.
    #[default]
    Own,
    /// Passes on what another said: kind `repost`, or begins with `RT @`.
    Repost,
    /// Nearly what another account said in the last day.
    Copy,
    /// The same account says nearly the same again.
    Again,
    /// Trade, trickery or a heap of hashtags that happens to contain our name.
    Spam,
    /// Repeats a statement of ours.
    Echo,
    /// A news site that carries what was written elsewhere.
    NewsEcho,
}

impl Words {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Own,
        Self::Repost,
        Self::Copy,
        Self::Again,
        Self::Spam,
        Self::Echo,
        Self::NewsEcho,
    ];

    /// The name in the store, in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Repost => "repost",
            Self::Copy => "copy",
            Self::Again => "again",
            Self::Spam => "spam",
            Self::Echo => "echo",
            Self::NewsEcho => "news_echo",
        }
    }

    /// The one with this name; `None` for others.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|words| words.name() == name)
    }

    /// Whether it is a mention for conditions at all. Our own words that come
    /// back are not: they would start a crisis each time we publish.
    pub fn counts(self) -> bool {
        self != Self::Echo
    }

    /// Whether one such mention may be believed when it holds a severe word,
    /// and whether who wrote it is somebody: not spam, not an echo.
    pub fn is_credible(self) -> bool {
        !matches!(self, Self::Spam | Self::Echo)
    }
}

/// A mention weighed. Fixed when it arrives: what comes later changes the
/// weight of what comes later, never what was counted already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    pub words: Words,
    /// Hundredths of a voice, 0 to 100, for `unusual`.
    pub weight: u8,
    /// The first mention of its cluster of like texts, by `Mention::key`; a
    /// mention that is like no other is a cluster of its own.
    pub cluster: u64,
    /// What it is compared by. Stored, so that after a restart the memory can
    /// be rebuilt without the texts.
    pub sketch: Sketch,
}

/// What is remembered of one mention, without its words: what a [`Gauge`]
/// takes in and lets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// When it was published.
    pub second: i64,
    /// `Mention::author_hash`; `None` when the source does not say.
    pub author: Option<u64>,
    /// `Weighed::cluster`.
    pub cluster: u64,
    /// Which narrowings it meets; the bits are the caller's.
    pub marks: u64,
    /// Of its author; what does not fit is the largest number that does.
    pub followers: u32,
    /// Likes, reposts and replies together; likewise.
    pub engagement: u32,
    /// Through which source it came; the number is the caller's.
    pub source: u16,
    pub words: Words,
    /// Hundredths of a voice.
    pub weight: u8,
    pub platform: Platform,
    /// Half of `Mention::key`, enough to tell those of one second apart: what is read
    /// in it comes later, and is noted here. 0 where that is done.
    pub key: u32,
    pub said: Said,
    /// Which rumour it passes on, as its watch counts them.
    pub rumour: Option<NonZeroU32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for words in Words::ALL {
            assert_eq!(Words::from_name(words.name()), Some(words));
            let json = serde_json::to_value(words).unwrap();
            assert_eq!(json, serde_json::json!(words.name()));
        }
        assert_eq!(Words::from_name("shouting"), None);
    }

    #[test]
    fn a_note_is_small() {
        assert!(size_of::<Note>() <= 64, "{}", size_of::<Note>());
    }
}
