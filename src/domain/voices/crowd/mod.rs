//! Who said what in the last day, in one watch: tells own words from copies,
//! and a person from a loud account.
//!
//! Everything that is remembered follows from what was stored of the mentions,
//! in their order, so a restart forgets nothing. Likeness is looked up under a
//! few keys of the sketch, so a mention costs the same in a storm as in a lull.
//! Times are those of publication. A late mention is held against its own hour
//! and day, on both sides: a feed that tells the newest first changes nothing.

use super::keyed::Keyed;
use super::reading::Reading;
use super::{Weighed, Words};

mod shelf;

mod speakers;

use shelf::Shelf;
use speakers::Speakers;

/// How long a text is remembered, in seconds: a copy a day later is news again.
pub const REMEMBERED: i64 = 86_400;

/// Bound on who repeated whose text, per watch; beyond it the oldest go.
pub const MOST_REPEATERS: usize = 200_000;

/// What an account's mentions of one hour weigh: its first in full, a second
/// less (it is the same voice), the third to fifth hardly, and then nothing: an
/// account that posts a sixth time in an hour is loud, not many.
const BY_RANK: [u8; 5] = [100, 30, 10, 10, 10];

/// Passing on is agreeing with a finger; the figure is that of domain 5.3.
const REPOST: u8 = 30;

/// A news site that carries an article of another says little about people;
/// a little more than nothing, as it carries far.
const NEWS_ECHO: u8 = 10;

/// The memory of one watch. Empty it is under a kilobyte, so that ten thousand
/// idle watches cost nothing.
#[derive(Debug, Clone, Default)]
pub struct Crowd {
    /// The latest second seen; what is a day older is forgotten.
    newest: i64,
    shelf: Shelf,
    speakers: Speakers,
    /// Who said a text that was said before (account and cluster in one
    /// number), and when.
    repeaters: Keyed<i64>,
    /// Repeaters at which the old ones are swept out.
    sweep_at: usize,
}

impl Crowd {
    /// Weighs one mention, in order of arrival, and remembers it. An echo of
    /// our own words is remembered as such and weighs nothing.
    pub fn weigh(&mut self, reading: &Reading, is_echo: bool) -> Weighed {
        let Reading { second, author, .. } = *reading;
        self.newest = self.newest.max(second);
        let before = self.newest - REMEMBERED;
        let found = self.shelf.find(reading.sketch, second, before);
        let cluster = found.map_or(reading.key, |found| found.cluster);
        let words = if is_echo {
            Words::Echo
        } else if reading.is_spam {
            Words::Spam
        } else {
            match found {
                Some(found) if self.is_again(found.founder, author, cluster) => Words::Again,
                _ if reading.is_repost => Words::Repost,
                Some(found) if found.n_said == 0 => Words::Own,
                Some(_) if reading.is_news => Words::NewsEcho,
                Some(_) => Words::Copy,
                None => Words::Own,
            }
        };
        let n_said = found.map_or(0, |found| found.n_said);
        let by_rank = author.map_or(100, |author| {
            let rank = self.speakers.rank(author, second, self.newest);
            // Who passed on and then speaks is heard in full; who did either
            // five times in the hour is loud.
            let earlier = if words == Words::Own {
                rank.n_own
            } else {
                rank.n_any
            };
            match BY_RANK.get(rank.n_any) {
                Some(_) => BY_RANK[earlier],
                None => 0,
            }
        });
        let weighed = Weighed {
            words,
            weight: by_rank.min(weight_of(words, n_said)),
            cluster,
            sketch: reading.sketch,
        };
        self.remember(second, author, &weighed, found.map(|found| found.number));
        weighed
    }

    /// What was weighed before a restart, in the same order: rebuilds the memory
    /// without the texts. The mentions of the last day suffice. When, by whom, and how
    /// it was weighed.
    pub fn restore(
        &mut self,
        weighed: impl DoubleEndedIterator<Item = (i64, Option<u64>, Weighed)> + Clone,
    ) {
        let newest = weighed.clone().map(|(second, ..)| second).max();
        let newest = newest.map_or(self.newest, |newest| newest.max(self.newest));
        // Which text each was like was found out before: the one of its cluster.
        let mut texts: Keyed<u16> = Keyed::default();
        texts.reserve(weighed.size_hint().0);
        for (second, author, weighed) in weighed {
            self.newest = self.newest.max(second);
            let before = self.newest - REMEMBERED;
            let found = texts.get(&weighed.cluster).and_then(|number| {
                let known =
                    self.shelf
                        .known(*number, weighed.sketch, weighed.cluster, second, before);
                known.or_else(|| {
                    self.shelf.hang_rest();
                    self.shelf.find(weighed.sketch, second, before)
                })
            });
            let put = self.remember_text(second, author, &weighed, found.map(|found| found.number));
            if let Some(number) = put {
                texts.insert(weighed.cluster, number);
            }
            if speakers::is_heard(second, newest) {
                self.remember_speaker(second, author, &weighed);
            }
        }
        self.shelf.hang_rest();
    }

    fn is_again(&self, founder: Option<u64>, author: Option<u64>, cluster: u64) -> bool {
        let Some(author) = author else {
            return false;
        };
        let is_repeater = || {
            self.repeaters
                .get(&repeater(author, cluster))
                .is_some_and(|&second| second > self.newest - REMEMBERED)
        };
        founder == Some(author) || is_repeater()
    }

    fn remember(
        &mut self,
        second: i64,
        author: Option<u64>,
        weighed: &Weighed,
        found: Option<u16>,
    ) {
        self.remember_text(second, author, weighed, found);
        self.shelf.hang_rest();
        self.remember_speaker(second, author, weighed);
    }

    /// Gives the number of the text when it is like no other.
    fn remember_text(
        &mut self,
        second: i64,
        author: Option<u64>,
        weighed: &Weighed,
        found: Option<u16>,
    ) -> Option<u16> {
        let is_said = matches!(weighed.words, Words::Own | Words::Copy | Words::NewsEcho);
        if let Some(number) = found {
            if is_said {
                self.shelf.said_again(number);
            }
            if let Some(author) = author {
                self.add_repeater(repeater(author, weighed.cluster), second);
            }
            return None;
        }
        weighed.sketch.is_some().then(|| {
            let before = self.newest - REMEMBERED;
            let text = shelf::Text {
                sketch: weighed.sketch,
                second,
                cluster: weighed.cluster,
                founder: author,
                n_said: u32::from(is_said),
            };
            self.shelf.put(text, before)
        })
    }

    fn remember_speaker(&mut self, second: i64, author: Option<u64>, weighed: &Weighed) {
        // Echoes are our words, so they make nobody loud.
        if let Some(author) = author.filter(|_| weighed.words != Words::Echo) {
            let is_own = weighed.words == Words::Own;
            self.speakers.add(author, second, is_own, self.newest);
        }
    }

    fn add_repeater(&mut self, repeater: u64, second: i64) {
        if self.repeaters.len() >= self.sweep_at.max(64) {
            let mut kept = REMEMBERED;
            loop {
                let before = self.newest - kept;
                self.repeaters.retain(|_, second| *second > before);
                if self.repeaters.len() < MOST_REPEATERS || kept == 0 {
                    break;
                }
                kept /= 2;
            }
            self.repeaters.shrink_to(self.repeaters.len() * 2);
            self.sweep_at = (self.repeaters.len() * 2).min(MOST_REPEATERS);
        }
        let latest = self.repeaters.entry(repeater).or_insert(second);
        *latest = (*latest).max(second);
    }

    /// Distinct texts remembered.
    pub fn n_texts(&self) -> usize {
        self.shelf.len()
    }

    /// Accounts remembered for their loudness.
    pub fn n_speakers(&self) -> usize {
        self.speakers.len()
    }

    /// Bytes in memory, about.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.shelf.bytes()
            + self.speakers.bytes()
            + self.repeaters.capacity() * 18
    }
}

/// An account and a cluster as one number.
fn repeater(author: u64, cluster: u64) -> u64 {
    (author.rotate_left(17) ^ cluster).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The most a mention weighs by what it says; `n_said` said it before.
fn weight_of(words: Words, n_said: u32) -> u8 {
    match words {
        Words::Own => 100,
        Words::Repost => REPOST,
        // The k-th copy 1/k: a cluster grows with the logarithm of its size, so
        // that fifty copies are about four voices.
        Words::Copy => (100 / n_said.saturating_add(1)).min(u32::from(REPOST)) as u8,
        Words::NewsEcho => NEWS_ECHO,
        Words::Again | Words::Spam | Words::Echo => 0,
    }
}

#[cfg(test)]
mod tests;
