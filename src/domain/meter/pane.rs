//! A window that slides over the notes of one watch: knows what a gauge shows
//! of those inside.

use super::narrowing::Narrowing;
use crate::domain::heard::notes::Notes;
use crate::domain::voices::gauge::{Gauge, What};

/// The window (t − within, t].
#[derive(Debug, Clone)]
pub(super) struct Pane {
    /// In seconds.
    within: i64,
    narrowing: Narrowing,
    gauge: Gauge,
    /// Where it is put.
    at: i64,
    /// Numbers of the oldest note inside, and of the one that comes in next.
    first: u64,
    next: u64,
}

impl Pane {
    pub(super) fn new(what: What, within: i64, narrowing: Narrowing) -> Self {
        Self {
            within,
            narrowing,
            gauge: Gauge::new(what),
            at: i64::MIN / 2,
            first: 0,
            next: 0,
        }
    }

    pub(super) fn value(&self) -> u64 {
        self.gauge.value()
    }

    /// Puts the window at `second`, with the notes there are.
    pub(super) fn place(&mut self, notes: &Notes, second: i64) {
        self.gauge.clear();
        self.at = second;
        self.first = notes.number_after(second.saturating_sub(self.within));
        self.next = self.first;
        self.let_in(notes);
    }

    /// When what is inside next changes, by time or by the notes after it.
    pub(super) fn next_change(&self, notes: &Notes) -> Option<i64> {
        let inside = self.first.max(notes.first_number())..self.next;
        let leaves = notes.get(inside.start).filter(|_| !inside.is_empty());
        let leaves = leaves.map(|note| note.second + self.within);
        let enters = notes.get(self.next.max(notes.first_number()));
        match (leaves, enters.map(|note| note.second)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// Moves the window to `second`, which is not before where it is.
    pub(super) fn slide(&mut self, notes: &Notes, second: i64) {
        if self.first < notes.first_number() && self.first < self.next {
            // Notes went that were inside: there were too many to keep.
            self.place(notes, self.at);
        }
        self.at = second;
        self.next = self.next.max(notes.first_number());
        self.first = self.first.max(notes.first_number());
        self.let_in(notes);
        while self.first < self.next {
            let Some(note) = notes.get(self.first) else {
                break;
            };
            if note.second > second - self.within {
                break;
            }
            if self.narrowing.takes(note) {
                self.gauge.leave(note);
            }
            self.first += 1;
        }
    }

    fn let_in(&mut self, notes: &Notes) {
        while let Some(note) = notes.get(self.next).filter(|note| note.second <= self.at) {
            if self.narrowing.takes(note) {
                self.gauge.enter(note);
            }
            self.next += 1;
        }
    }
}
