//! One number over the mentions of a window, kept up to date as they come and
//! go: what `authors`, `voices`, `platforms`, `reach` and `engagement` compare.
//!
//! Exact, and blind to order: whatever came and went in between, the value is
//! that of the notes that are in it now. So a late mention, or one that leaves
//! before another that came earlier, changes nothing. Mentions that do not
//! count (an echo) never enter, and spam enters no number that stands for
//! people; `mentions` counts spam too, as it always counts all.

use super::{Note, Words};
use crate::domain::said::Flag;

mod authors;

mod engagement;

mod mentions;

mod platforms;

mod reach;

mod rumour;

mod said;

mod voices;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// Mentions, unweighted.
    Mentions,
    /// Different accounts.
    Authors,
    /// Different people with something different to say.
    Voices,
    /// Different platforms.
    Platforms,
    /// Followers of the different authors together.
    Reach,
    /// Likes, reposts and replies together.
    Engagement,
    /// Different accounts that pass on the same rumour.
    Rumour,
    /// Mentions that say this; part of a share, no condition by itself.
    Saying(Flag),
}

impl What {
    /// Those that are conditions, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::Mentions,
        Self::Authors,
        Self::Voices,
        Self::Platforms,
        Self::Reach,
        Self::Engagement,
        Self::Rumour,
    ];

    /// The name of the condition.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mentions => "mentions",
            Self::Authors => "authors",
            Self::Voices => "voices",
            Self::Platforms => "platforms",
            Self::Reach => "reach",
            Self::Engagement => "engagement",
            Self::Rumour => "rumour",
            Self::Saying(flag) => flag.name(),
        }
    }

    /// The one with this name; `None` for others.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }

    /// Whether a mention of this sort is in the number at all.
    pub fn takes(self, words: Words) -> bool {
        match self {
            Self::Mentions => words.counts(),
            _ => words.is_credible(),
        }
    }
}

/// One kind of count.
trait Count {
    fn enter(&mut self, note: &Note);

    /// Only what entered may leave.
    fn leave(&mut self, note: &Note);

    fn value(&self) -> u64;
}

/// The count of one window.
#[derive(Debug, Clone)]
pub struct Gauge {
    what: What,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Mentions(mentions::Mentions),
    Authors(authors::Authors),
    Voices(voices::Voices),
    Platforms(platforms::Platforms),
    Reach(reach::Reach),
    Engagement(engagement::Engagement),
    Rumour(rumour::Rumour),
    Saying(said::Saying),
}

impl Gauge {
    /// Of a window without mentions.
    pub fn new(what: What) -> Self {
        let kind = match what {
            What::Mentions => Kind::Mentions(mentions::Mentions::default()),
            What::Authors => Kind::Authors(authors::Authors::default()),
            What::Voices => Kind::Voices(voices::Voices::default()),
            What::Platforms => Kind::Platforms(platforms::Platforms::default()),
            What::Reach => Kind::Reach(reach::Reach::default()),
            What::Engagement => Kind::Engagement(engagement::Engagement::default()),
            What::Rumour => Kind::Rumour(rumour::Rumour::default()),
            What::Saying(flag) => Kind::Saying(said::Saying::new(flag)),
        };
        Self { what, kind }
    }

    /// What it counts.
    pub fn what(&self) -> What {
        self.what
    }

    /// A mention is in the window now.
    pub fn enter(&mut self, note: &Note) {
        if self.what.takes(note.words) {
            self.count_mut().enter(note);
        }
    }

    /// A mention that entered is in the window no longer.
    pub fn leave(&mut self, note: &Note) {
        if self.what.takes(note.words) {
            self.count_mut().leave(note);
        }
    }

    /// The number now.
    pub fn value(&self) -> u64 {
        self.count().value()
    }

    /// Back to a window without mentions.
    pub fn clear(&mut self) {
        *self = Self::new(self.what);
    }

    fn count(&self) -> &dyn Count {
        match &self.kind {
            Kind::Mentions(count) => count,
            Kind::Authors(count) => count,
            Kind::Voices(count) => count,
            Kind::Platforms(count) => count,
            Kind::Reach(count) => count,
            Kind::Engagement(count) => count,
            Kind::Rumour(count) => count,
            Kind::Saying(count) => count,
        }
    }

    fn count_mut(&mut self) -> &mut dyn Count {
        match &mut self.kind {
            Kind::Mentions(count) => count,
            Kind::Authors(count) => count,
            Kind::Voices(count) => count,
            Kind::Platforms(count) => count,
            Kind::Reach(count) => count,
            Kind::Engagement(count) => count,
            Kind::Rumour(count) => count,
            Kind::Saying(count) => count,
        }
    }
}

#[cfg(test)]
mod tests;
