//! What was heard of one watch: everything that conditions, alarms and
//! explanations look at.

pub mod notes;

pub mod tide;

use std::collections::VecDeque;
use std::sync::Arc;

use super::almanac::Almanac;
use super::mention::Mention;
use super::organisation::Organisation;
use super::unusual::Sensitivity;
use super::voices::{Crowd, Note, Weighed};
use super::volume::{Added, History, LATENESS};
use notes::Notes;
use tide::{Saved, Tide};

/// Whole mentions that are remembered, to quote from.
pub const MOST_LATEST: usize = 512;

/// For how long notes are kept at least: the hour that an alert tells of, and
/// the hour before.
const SHORTEST: i64 = 2 * 3_600;

/// History is kept as long as a late mention may come, and the longest window more.
pub const KEPT: i64 = LATENESS + 86_400;

/// See the module.
#[derive(Debug, Clone)]
pub struct Heard {
    pub history: History,
    pub notes: Notes,
    pub tide: Tide,
    /// Whole mentions, only the latest, in order of arrival.
    pub latest: VecDeque<Arc<Mention>>,
    crowd: Crowd,
    almanac: Almanac,
    /// For so many seconds notes are kept.
    keeps: i64,
    /// What was weighed and did not count: by why.
    sources: Vec<Arc<str>>,
}

/// What a store gives back of one watch, in order of publication.
#[derive(Debug, Default)]
pub struct Past {
    /// How many mentions in which second.
    pub seconds: Vec<(i64, u32)>,
    pub notes: Vec<(Note, Weighed, Arc<str>)>,
    /// The latest few, to quote from.
    pub latest: Vec<Arc<Mention>>,
    pub tide: Option<Saved>,
}

impl Heard {
    /// Nothing yet.
    pub fn new(organisation: &Organisation, watch: &str) -> Self {
        Self {
            history: History::default(),
            notes: Notes::default(),
            tide: Tide::default(),
            latest: VecDeque::new(),
            crowd: Crowd::default(),
            almanac: Almanac::new(organisation, watch),
            keeps: SHORTEST,
            sources: Vec::new(),
        }
    }

    /// Somebody counts over notes of the last so many seconds.
    pub fn keep_notes(&mut self, seconds: i64) {
        self.keeps = self.keeps.max((seconds + LATENESS).min(KEPT));
    }

    /// Somebody asks whether it is unusually loud.
    pub fn ask_unusual(&mut self, sensitivity: Sensitivity) {
        self.tide.ask(sensitivity);
    }

    pub fn almanac(&self) -> &Almanac {
        &self.almanac
    }

    /// The name of a source by its number in a note.
    pub fn source(&self, number: u16) -> Option<&Arc<str>> {
        self.sources.get(usize::from(number))
    }

    fn number_of(&mut self, source: &Arc<str>) -> u16 {
        let known = self.sources.iter().position(|one| one == source);
        let place = known.unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Weighs a mention and counts it. `None` for the first: it is an echo of
    /// ours and does not count.
    pub fn add(
        &mut self,
        mention: &Arc<Mention>,
        source: &Arc<str>,
        marks: u64,
        is_echo: bool,
    ) -> (Option<Added>, Weighed) {
        let weighed = self.crowd.weigh(mention, is_echo);
        if !weighed.words.counts() {
            return (None, weighed);
        }
        let number = self.number_of(source);
        let note = note(mention, weighed, marks, number);
        self.notes.add(note);
        self.tide.add(note.second, weighed.weight);
        if self.latest.len() == MOST_LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(Arc::clone(mention));
        (Some(self.history.add(note.second)), weighed)
    }

    /// Time goes on, in seconds: what is usual is learnt, the unusual is seen.
    pub fn advance(&mut self, now: i64) {
        let Self {
            tide,
            notes,
            almanac,
            ..
        } = self;
        tide.advance(now, almanac, |from, to| {
            let authors = notes.within(from - 1, to - 1);
            let authors: std::collections::HashSet<u64> =
                authors.filter_map(|note| note.author).collect();
            authors.len() as u64
        });
    }

    /// Forgets what is out of reach at a second. Only after the triggers
    /// looked: a window must see everything leave that it saw come in.
    pub fn forget(&mut self, now: i64) {
        self.history.forget(now - KEPT);
        self.notes.forget(now - self.keeps);
    }

    /// What was heard before a restart.
    pub fn remember(&mut self, past: Past) {
        if let Some(saved) = past.tide {
            self.tide.restore(saved);
        }
        let mut notes = Vec::with_capacity(past.notes.len());
        for (mut note, weighed, source) in past.notes {
            note.source = self.number_of(&source);
            self.crowd.restore(note.second, note.author, weighed);
            self.tide.add(note.second, note.weight);
            notes.push(note);
        }
        self.notes = Notes::restore(notes);
        self.latest = past.latest.into();
        self.history = History::restore(past.seconds);
    }
}

/// What is remembered of a mention.
pub fn note(mention: &Mention, weighed: Weighed, marks: u64, source: u16) -> Note {
    let engagement = mention.engagement;
    let reactions = engagement
        .likes
        .saturating_add(engagement.reposts)
        .saturating_add(engagement.replies);
    Note {
        second: mention.published_at.timestamp(),
        author: mention.author_hash(),
        cluster: weighed.cluster,
        marks,
        followers: saturated(mention.followers.unwrap_or(0)),
        engagement: saturated(reactions),
        source,
        words: weighed.words,
        weight: weighed.weight,
        platform: mention.platform,
    }
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
