//! What was heard of one watch: everything that conditions, alarms and
//! explanations look at.

pub mod notes;

mod people;

pub mod rumours;

pub mod tide;

mod unheard;

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::almanac::Almanac;
use super::desk::Told;
use super::enrich::Rumour;
use super::mention::Mention;
use super::organisation::Organisation;
use super::query::watches::own_handles;
use super::said::Said;
use super::time::Timestamp;
use super::unusual::Sensitivity;
use super::usual::Counted;
use super::voices::asks::{AskKind, Asks};
use super::voices::reading::is_repost;
use super::voices::same::Sameness;
use super::voices::{Crowd, Note, Reading, Sketch, Weighed, Words};
use super::volume::{Added, History, LATENESS};
use notes::Notes;
use rumours::Rumours;
use tide::{Saved, Tide};
use unheard::{is_in, unheard};

/// Whole mentions that are remembered, to quote from.
pub const MOST_LATEST: usize = 512;

/// Posts of ours whose moments are remembered.
const MOST_POSTS: usize = 1_000;

/// For how long notes are kept at least: the hour that an alert tells of, and
/// the hour before.
const SHORTEST: i64 = 2 * 3_600;

/// History is kept at least as long as a late mention may come, and the longest
/// window more.
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
    /// For so many seconds notes are kept, and counts.
    keeps: i64,
    keeps_counts: i64,
    /// Names by their numbers in notes.
    sources: Vec<Arc<str>>,
    /// What is put to us; only followed where a condition asks.
    asks: Asks,
    follows_asks: bool,
    rumours: Rumours,
    same: Sameness,
    follows_complaints: bool,
    /// Complaints that were followed so far.
    n_complaints: u64,
    /// When our accounts posted in this watch, in order of arrival.
    our_posts: VecDeque<i64>,
    /// When our own words came back, the latest few.
    echoes: VecDeque<i64>,
    /// Our accounts, as texts name them.
    handles: Arc<[String]>,
}

/// What became of a mention.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// `None`: it is an echo of ours and does not count.
    pub added: Option<Added>,
    pub weighed: Weighed,
    /// Whether it puts something to us, or complains: its words are needed again
    /// after a restart.
    pub asks: bool,
}

/// What a store gives back of one watch, in order of publication.
#[derive(Debug, Default)]
pub struct Past {
    /// How many mentions in which second, and what they weigh together.
    pub seconds: Vec<(i64, u32, u32)>,
    /// Of each, `source` is a place in `sources`.
    pub notes: Vec<Note>,
    /// What each note is compared by.
    pub sketches: Vec<Sketch>,
    pub sources: Vec<Arc<str>>,
    /// The latest few, to quote from.
    pub latest: Vec<Arc<Mention>>,
    pub tide: Option<Saved>,
    /// Of two weeks: what was put to us, complaints, and posts of ours (true when
    /// in this watch), in order of publication.
    pub asked: Vec<Asked>,
    /// Rumours by their number, as they were first told.
    pub rumours: Vec<(NonZeroU32, Rumour)>,
    /// When our own words came back.
    pub echoes: Vec<i64>,
}

impl Past {
    /// What our accounts posted, each once: it stands there for every watch, and once
    /// more where it matches.
    pub fn ours(&self) -> Vec<Arc<Mention>> {
        let asked = self.asked.iter();
        let ours = asked.filter_map(|asked| match asked {
            Asked::Ours(mention, _) => Some(Arc::clone(mention)),
            Asked::Theirs(_) => None,
        });
        let mut ours: Vec<Arc<Mention>> = ours.collect();
        ours.dedup_by_key(|mention| mention.key());
        ours
    }
}

/// One mention of the two weeks that asks are followed.
#[derive(Debug, Clone)]
pub enum Asked {
    Theirs(Arc<Mention>),
    /// True: in this watch.
    Ours(Arc<Mention>, bool),
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
            keeps_counts: KEPT,
            sources: Vec::new(),
            asks: Asks::default(),
            follows_asks: false,
            rumours: Rumours::default(),
            same: Sameness::default(),
            follows_complaints: false,
            n_complaints: 0,
            our_posts: VecDeque::new(),
            echoes: VecDeque::new(),
            handles: own_handles(organisation).into(),
        }
    }

    /// Somebody asks what waits for an answer.
    pub fn follow_asks(&mut self) {
        self.follows_asks = true;
    }

    /// Somebody asks who complains in several places.
    pub fn follow_complaints(&mut self) {
        self.follows_complaints = true;
    }

    pub fn asks(&self) -> &Asks {
        &self.asks
    }

    pub fn sameness(&self) -> &Sameness {
        &self.same
    }

    /// Changes when `sameness` does.
    pub fn n_complaints(&self) -> u64 {
        self.n_complaints
    }

    /// When our accounts posted in this watch.
    pub fn our_posts(&self) -> impl Iterator<Item = i64> + '_ {
        self.our_posts.iter().copied()
    }

    /// Our own account posted: it may answer what waits. `is_here`: in this
    /// watch, or in answer to somebody in it.
    pub fn post_of_ours(&mut self, mention: &Mention, is_here: bool) {
        let answers = self.follows_asks && self.asks.answered(mention) > 0;
        let second = mention.published_at.timestamp();
        if (is_here || answers) && !self.our_posts.contains(&second) {
            if self.our_posts.len() == MOST_POSTS {
                self.our_posts.pop_front();
            }
            self.our_posts.push_back(second);
        }
    }

    fn echo_at(&mut self, second: i64) {
        if self.echoes.len() == MOST_POSTS {
            self.echoes.pop_front();
        }
        self.echoes.push_back(second);
    }

    /// Mentions in (after, through] that repeat our own words.
    pub fn n_echoes(&self, after: i64, through: i64) -> u64 {
        let echoes = self.echoes.iter();
        let inside = echoes.filter(|second| (after + 1..=through).contains(second));
        inside.count() as u64
    }

    /// Follows what a mention asks of us; whether it may matter after a restart.
    fn follow(&mut self, mention: &Mention) -> bool {
        let asks = self.follows_asks && self.asks.add(mention, &self.handles).is_some();
        let complains = self.follows_complaints
            && !is_repost(mention)
            && AskKind::of_text(&mention.text) == Some(AskKind::Complaint);
        if complains {
            self.same.add(mention, true);
            self.n_complaints += 1;
        }
        asks || complains
    }

    /// Somebody counts over notes of the last so many seconds.
    pub fn keep_notes(&mut self, seconds: i64) {
        self.keeps = self.keeps.max(seconds + LATENESS);
    }

    /// For so many seconds notes are kept.
    pub fn keeps_notes(&self) -> i64 {
        self.keeps
    }

    /// Somebody counts mentions of the last so many seconds.
    pub fn keep_counts(&mut self, seconds: i64) {
        self.keeps_counts = self.keeps_counts.max(seconds + LATENESS);
    }

    /// For so many seconds the past is needed after a restart.
    pub fn needs(&self) -> i64 {
        self.keeps.max(self.keeps_counts)
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

    /// Whether a source that is blind is missed here: it brought something, or none
    /// did yet.
    pub fn hears_by(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|one| **one == *source)
    }

    /// A source brought something here, some time.
    pub fn expect_from(&mut self, source: &str) {
        self.number_of(&source.into());
    }

    fn number_of(&mut self, source: &Arc<str>) -> u16 {
        let known = self.sources.iter().position(|one| one == source);
        let place = known.unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Weighs a mention and counts it, unless it is an echo of ours. `reading` is
    /// of this mention: it is the same for every watch.
    pub fn add(
        &mut self,
        mention: &Arc<Mention>,
        source: &Arc<str>,
        reading: &Reading,
        marks: u64,
        is_echo: bool,
    ) -> Taken {
        let weighed = self.crowd.weigh(reading, is_echo);
        let mut taken = Taken {
            added: None,
            weighed,
            asks: false,
        };
        if !weighed.words.counts() {
            if weighed.words == Words::Echo {
                self.echo_at(mention.published_at.timestamp());
            }
            return taken;
        }
        taken.asks = self.follow(mention);
        let number = self.number_of(source);
        let note = note(mention, weighed, marks, number);
        self.notes.add(note);
        self.tide.add(note.second, weighed.weight, person_of(&note));
        if self.latest.len() == MOST_LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(Arc::clone(mention));
        taken.added = Some(self.history.add(note.second));
        taken
    }

    /// Other words came under the id of what counts from a second on: it is the same
    /// mention, meant by these queries and of these lists as well. Says whether that
    /// is another now. It is quoted as it is last.
    pub fn alter(&mut self, mention: &Mention, second: i64, marks: u64) -> bool {
        if !self.notes.mark(mention, second, marks) {
            return false;
        }
        let then = Timestamp::from_timestamp(second, 0).unwrap_or(mention.published_at);
        let altered = Arc::new(Mention {
            published_at: then,
            ..mention.clone()
        });
        let key = mention.key();
        match self.latest.iter_mut().find(|one| one.key() == key) {
            Some(one) => *one = altered,
            None => self.latest.push_back(altered),
        }
        true
    }

    /// Takes in what was read in a mention: whether it counts here, and the rumour
    /// that it tells.
    pub fn say(&mut self, told: &Told) -> (bool, Option<NonZeroU32>) {
        let rumour = told.rumour.as_ref();
        let rumour = rumour.and_then(|rumour| self.rumours.number_of(rumour));
        let is_counted = self.notes.say(told, rumour);
        (is_counted, rumour)
    }

    /// Time goes on, in seconds: what is usual is learnt, the unusual is seen.
    pub fn advance(&mut self, now: i64) {
        self.tide.advance(now, &self.almanac);
    }

    /// Learns what is usual anew, from whole hours of the past; `deaf` are times,
    /// in seconds, in which we could not hear all: they teach nothing.
    pub fn learn_anew(&mut self, hours: &[(i64, Counted)], deaf: &[(i64, i64)]) {
        let Some(((first, _), (last, _))) = hours.first().zip(hours.last()) else {
            return;
        };
        let unheard = unheard(hours, deaf);
        let mut coming = hours.iter().peekable();
        let all = (*first..=*last).map(|hour| {
            let counted = coming.next_if(|(one, _)| *one == hour);
            let counted = counted.map_or(Counted::plain(0.0), |(_, counted)| *counted);
            (hour, (!is_in(&unheard, hour)).then_some(counted))
        });
        self.tide.learn_anew(all, &self.almanac);
    }

    /// Forgets what is out of reach at a second. Only after the triggers
    /// looked: a window must see everything leave that it saw come in.
    pub fn forget(&mut self, now: i64) {
        self.history.forget(now - self.keeps_counts);
        self.notes.forget(now - self.keeps);
    }

    /// What was heard before a restart.
    pub fn remember(&mut self, past: Past) {
        if let Some(saved) = past.tide {
            self.tide.restore(saved);
        }
        let mut notes = past.notes;
        let weighed = notes.iter().zip(&past.sketches).map(|(note, sketch)| {
            let weighed = Weighed {
                words: note.words,
                weight: note.weight,
                cluster: note.cluster,
                sketch: *sketch,
            };
            (note.second, note.author, weighed)
        });
        self.crowd.restore(weighed);
        // Only those that notes came through: others may stand among them.
        let mut numbers: Vec<Option<u16>> = vec![None; past.sources.len()];
        for note in &mut notes {
            let place = usize::from(note.source);
            note.source = match (numbers.get_mut(place), past.sources.get(place)) {
                (Some(number), Some(source)) => {
                    *number.get_or_insert_with(|| self.number_of(source))
                }
                _ => u16::MAX,
            };
        }
        let spoke = notes
            .iter()
            .filter_map(|note| Some((note.second, person_of(note)?)));
        self.tide.add_authors(spoke);
        for asked in past.asked {
            match asked {
                Asked::Theirs(mention) => {
                    self.follow(&mention);
                }
                // It stands there for every watch, and once more for each that means it.
                Asked::Ours(mention, is_here) => self.post_of_ours(&mention, is_here),
            }
        }
        for second in past.echoes {
            self.echo_at(second);
        }
        for (number, first) in past.rumours {
            self.rumours.remember(number, first);
        }
        for number in notes.iter().filter_map(|note| note.rumour) {
            self.rumours.is_taken(number);
        }
        self.notes = Notes::restore(notes);
        self.latest = past.latest.into();
        for (second, mentions, weight) in &past.seconds {
            self.tide.add_many(*second, *mentions, *weight);
        }
        let seconds = past.seconds.into_iter();
        self.history = History::restore(seconds.map(|(second, n, _)| (second, n)).collect());
    }
}

/// Who is counted among the authors.
fn person_of(note: &Note) -> Option<u64> {
    note.author.filter(|_| note.words.is_credible())
}

/// Half of the key of a mention.
pub fn note_key(key: i64) -> u32 {
    (key.cast_unsigned() >> 32) as u32 | 1
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
        key: note_key(mention.key()),
        said: Said::default(),
        rumour: None,
    }
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
