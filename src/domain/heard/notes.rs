//! Mentions without their words, in order of publication: what conditions about
//! who, where and what count over.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::note_key;
use crate::domain::desk::Told;
use crate::domain::mention::Mention;
use crate::domain::voices::Note;

/// More than this of one watch are not remembered: the oldest tenth goes, and
/// what is counted over notes is of the rest. Plain mentions are counted elsewhere, all.
pub const MOST_NOTES: usize = 200_000;

/// Notes of one watch, oldest first; equal seconds keep the order of arrival.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    notes: VecDeque<Note>,
    /// Dropped at the front: note i has number `n_dropped + i`, which stays the
    /// same when old ones go.
    n_dropped: u64,
}

impl Notes {
    /// What was noted before a restart, in order.
    pub fn restore(notes: Vec<Note>) -> Self {
        Self {
            notes: notes.into(),
            n_dropped: 0,
        }
    }

    pub fn add(&mut self, note: Note) {
        if self.notes.len() >= MOST_NOTES {
            // Many at once: who counts over them must then count anew.
            self.notes.drain(..MOST_NOTES / 10);
            self.n_dropped += MOST_NOTES as u64 / 10;
        }
        if self.newest() <= Some(note.second) {
            self.notes.push_back(note);
        } else {
            let place = self.notes.partition_point(|one| one.second <= note.second);
            self.notes.insert(place, note);
        }
    }

    /// Notes what was read in a mention; false when there is no note of it.
    pub fn say(&mut self, told: &Told, rumour: Option<NonZeroU32>) -> bool {
        let first = self.notes.partition_point(|one| one.second < told.second);
        let same = self.notes.iter_mut().skip(first);
        let mut same = same.take_while(|one| one.second == told.second);
        let key = note_key(told.key);
        // What was read before a restart is known by its author only.
        let is_it = |one: &&mut Note| {
            let by_author = one.key == 0 && one.author.is_some() && one.author == told.author;
            one.key == key || by_author
        };
        match same.find(is_it) {
            Some(note) => {
                note.said = told.said;
                note.rumour = rumour;
                true
            }
            None => false,
        }
    }

    /// More marks for the note of what was published under this id, at this second;
    /// false when there is none, or it has them.
    pub fn mark(&mut self, mention: &Mention, second: i64, marks: u64) -> bool {
        let first = self.notes.partition_point(|one| one.second < second);
        let same = self.notes.iter_mut().skip(first);
        let mut same = same.take_while(|one| one.second == second);
        let (key, author) = (note_key(mention.key()), mention.author_hash());
        let note = same.find(|one| {
            let by_author = one.key == 0 && one.author.is_some() && one.author == author;
            one.key == key || by_author
        });
        let has_more = |note: &&mut Note| note.marks | marks != note.marks;
        note.filter(has_more)
            .map(|note| note.marks |= marks)
            .is_some()
    }

    /// The note of a mention; `None` when there is none (any more).
    pub fn of(&self, mention: &Mention) -> Option<&Note> {
        let second = mention.published_at.timestamp();
        let (key, author) = (note_key(mention.key()), mention.author_hash());
        let first = self.notes.partition_point(|one| one.second < second);
        let same = self.notes.range(first..);
        let mut same = same.take_while(|one| one.second == second);
        same.find(|one| {
            let by_author = one.key == 0 && one.author.is_some() && one.author == author;
            one.key == key || by_author
        })
    }

    /// Forgets notes up to and including `through`.
    pub fn forget(&mut self, through: i64) {
        while self.notes.front().is_some_and(|one| one.second <= through) {
            self.notes.pop_front();
            self.n_dropped += 1;
        }
    }

    pub fn newest(&self) -> Option<i64> {
        self.notes.back().map(|note| note.second)
    }

    /// Notes in (after, through].
    pub fn within(&self, after: i64, through: i64) -> impl DoubleEndedIterator<Item = &Note> {
        let first = self.notes.partition_point(|one| one.second <= after);
        let end = self.notes.partition_point(|one| one.second <= through);
        self.notes.range(first..end.max(first))
    }

    /// The note with this number; `None` when it is gone or still to come.
    pub fn get(&self, number: u64) -> Option<&Note> {
        let place = number.checked_sub(self.n_dropped)?;
        self.notes.get(usize::try_from(place).ok()?)
    }

    /// The oldest number that is still there.
    pub fn first_number(&self) -> u64 {
        self.n_dropped
    }

    /// Number of the first note after `second`.
    pub fn number_after(&self, second: i64) -> u64 {
        self.n_dropped + self.notes.partition_point(|one| one.second <= second) as u64
    }
}
