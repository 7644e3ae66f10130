//! The distinct texts of the last day, to be found by likeness.
//!
//! A ring of texts, oldest first, and a table in which each text hangs under
//! the keys of its sketch. The table may forget a text that shares its keys
//! with many later ones, and may lead to texts that are gone; the comparison of
//! sketches decides, so that neither makes a copy of what is none.

use std::collections::VecDeque;

use super::REMEMBERED;
use crate::domain::voices::Sketch;
use crate::domain::voices::sketch::{BANDS, PLACES};

/// Bound on distinct texts, per watch; beyond it the oldest are forgotten.
/// Places in the ring are 16 bits, so it must stay below 65,536.
pub(super) const MOST_TEXTS: usize = 20_000;

/// Texts under one key: half a cache line, the latest first. Many under one key
/// share a phrase; what is copied was mostly said lately.
const WAYS: usize = 8;

/// One text, by its first mention.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) sketch: Sketch,
    pub(super) second: i64,
    pub(super) cluster: u64,
    pub(super) founder: Option<u64>,
    /// Mentions that said it, reposts and spam left out.
    pub(super) n_said: u32,
}

/// A text that was found, until the next is put.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) number: u16,
    pub(super) cluster: u64,
    pub(super) founder: Option<u64>,
    pub(super) n_said: u32,
}

impl Text {
    /// Whether a text of that second is compared with this one.
    fn is_near(&self, second: i64, before: i64) -> bool {
        self.second > before && (second - self.second).abs() < REMEMBERED
    }

    fn found(&self, number: u16) -> Found {
        Found {
            number,
            cluster: self.cluster,
            founder: self.founder,
            n_said: self.n_said,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    texts: VecDeque<Text>,
    /// Number of the text in front; numbers wrap around.
    first: u16,
    /// As many as a power of two; empty while nothing hangs in it.
    table: Vec<[Hook; WAYS]>,
    /// How many there will be when all hang.
    n_rows: usize,
    /// Texts at the end that do not hang in the table yet.
    n_loose: usize,
}

/// A text under a key: sixteen bits of either. An empty one leads to whatever
/// text has number 0, which is compared and found different.
#[derive(Debug, Clone, Copy, Default)]
struct Hook {
    key: u16,
    number: u16,
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.texts.capacity() * size_of::<Text>()
            + self.table.capacity() * size_of::<[Hook; WAYS]>()
    }

    /// A text by its number, if it is still that of the cluster, may be compared at that
    /// second, and is alike.
    pub(super) fn known(
        &self,
        number: u16,
        sketch: Sketch,
        cluster: u64,
        second: i64,
        before: i64,
    ) -> Option<Found> {
        let place = usize::from(number.wrapping_sub(self.first));
        let text = self.texts.get(place)?;
        let is_it = text.cluster == cluster && text.is_near(second, before);
        (is_it && sketch.likeness(text.sketch).is_some()).then(|| text.found(number))
    }

    /// The text most like this one, of those later than `before` and within a
    /// day of `second`; of equals the earliest. Finds only what hangs.
    pub(super) fn find(&self, sketch: Sketch, second: i64, before: i64) -> Option<Found> {
        if self.texts.is_empty() || !sketch.is_some() {
            return None;
        }
        let mut best: Option<(u32, usize)> = None;
        for (band, key) in sketch.bands().into_iter().enumerate() {
            for hook in &self.table[row(band, key, self.table.len())] {
                if hook.key != key {
                    continue;
                }
                let place = usize::from(hook.number.wrapping_sub(self.first));
                let Some(text) = self.texts.get(place) else {
                    continue;
                };
                if !text.is_near(second, before) {
                    continue;
                }
                let Some(likeness) = sketch.likeness(text.sketch) else {
                    continue;
                };
                let is_better = best.is_none_or(|(most, nearest)| {
                    likeness > most || likeness == most && place < nearest
                });
                if is_better {
                    best = Some((likeness, place));
                }
            }
            // Nothing can be more alike.
            if best.is_some_and(|(likeness, _)| likeness == PLACES) {
                break;
            }
        }
        let (_, place) = best?;
        let text = self.texts.get(place)?;
        Some(text.found(self.first.wrapping_add(place as u16)))
    }

    /// One more mention said this text.
    pub(super) fn said_again(&mut self, number: u16) {
        let place = usize::from(number.wrapping_sub(self.first));
        if let Some(text) = self.texts.get_mut(place) {
            text.n_said = text.n_said.saturating_add(1);
        }
    }

    /// A text that is like no other; its number. Those up to second `before` are let go.
    /// It hangs, and can be found, after [`Self::hang_rest`].
    pub(super) fn put(&mut self, text: Text, before: i64) -> u16 {
        while self.texts.len() >= MOST_TEXTS
            || self.texts.front().is_some_and(|text| text.second <= before)
        {
            self.texts.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        self.fit();
        let number = self.first.wrapping_add(self.texts.len() as u16);
        self.texts.push_back(text);
        self.n_loose += 1;
        number
    }

    /// Hangs what was put since. What came and went meanwhile need not: it would be
    /// pushed out of the table by later ones, as it is out of the ring.
    pub(super) fn hang_rest(&mut self) {
        if self.table.is_empty() {
            self.table = vec![Default::default(); self.n_rows];
        }
        let n_texts = self.texts.len();
        for place in n_texts - self.n_loose.min(n_texts)..n_texts {
            let number = self.first.wrapping_add(place as u16);
            self.hang(number, self.texts[place].sketch);
        }
        self.n_loose = 0;
    }

    /// Keeps the table half empty or more, and small when a storm is over.
    fn fit(&mut self) {
        let n_hooks = (self.texts.len() + 1) * BANDS;
        let room = self.n_rows * WAYS;
        let is_wasteful = room > 32 * n_hooks && self.n_rows > 8;
        if room >= 2 * n_hooks && !is_wasteful {
            return;
        }
        self.texts.shrink_to(2 * self.texts.len());
        // Made anew when something hangs: who remembers many puts them all before that.
        self.table = Vec::new();
        self.n_rows = (4 * n_hooks / WAYS).next_power_of_two();
        self.n_loose = self.texts.len();
    }

    fn hang(&mut self, number: u16, sketch: Sketch) {
        let n_rows = self.table.len();
        for (band, key) in sketch.bands().into_iter().enumerate() {
            let hooks = &mut self.table[row(band, key, n_rows)];
            hooks.copy_within(..WAYS - 1, 1);
            hooks[0] = Hook { key, number };
        }
    }
}

/// Where the hooks of a key are, in a table of `n_rows`.
fn row(band: usize, key: u16, n_rows: usize) -> usize {
    let both = (band as u64) << 16 | u64::from(key);
    (both.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (n_rows - 1)
}
