//! The distinct texts of the last day, to be found by likeness.
//!
//! A ring of texts, oldest first, and a table of chains through it: under each
//! key of a sketch hang the texts that may have that key, latest first. Keys may
//! fall together and chains may lead to texts that are gone; the comparison of
//! sketches decides, so both cost time, never correctness.

use std::collections::VecDeque;

use super::REMEMBERED;
use crate::domain::voices::Sketch;
use crate::domain::voices::sketch::BANDS;

/// Bound on distinct texts, per watch; beyond it the oldest are forgotten.
pub(super) const MOST_TEXTS: usize = 20_000;

/// Texts looked at under one key. Many under one key share a phrase; what is
/// copied was mostly said lately.
const MOST_STEPS: usize = 12;

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

/// A text that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) number: u32,
    pub(super) cluster: u64,
    pub(super) founder: Option<u64>,
    pub(super) n_said: u32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Shelf {
    texts: VecDeque<Entry>,
    /// Number of the text in front; numbers begin at 1.
    first: u32,
    /// The latest text of each key; 0 is none. A power of two long.
    heads: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Entry {
    text: Text,
    /// The text before it in each of its chains.
    next: [u32; BANDS],
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.texts.capacity() * size_of::<Entry>() + self.heads.capacity() * 4
    }

    /// The text most like this one, of those later than `before` and within a
    /// day of `second`; of equals the earliest.
    pub(super) fn find(&self, sketch: Sketch, second: i64, before: i64) -> Option<Found> {
        if self.texts.is_empty() || !sketch.is_some() {
            return None;
        }
        let mut best: Option<(u32, u32)> = None;
        for (band, key) in sketch.bands().into_iter().enumerate() {
            let mut number = self.heads[slot(key, self.heads.len())];
            for _ in 0..MOST_STEPS {
                let Some(entry) = self.entry(number) else {
                    break;
                };
                let Text {
                    second: said,
                    sketch: earlier,
                    ..
                } = entry.text;
                let is_near = said > before && (second - said).abs() < REMEMBERED;
                if let Some(likeness) = sketch.likeness(earlier).filter(|_| is_near) {
                    let is_better = best.is_none_or(|(most, nearest)| {
                        likeness > most || likeness == most && number < nearest
                    });
                    if is_better {
                        best = Some((likeness, number));
                    }
                }
                number = entry.next[band];
            }
            // The same to the letter: nothing can be more alike.
            if best.is_some_and(|(likeness, _)| likeness == 30) {
                break;
            }
        }
        let (_, number) = best?;
        let text = &self.entry(number)?.text;
        Some(Found {
            number,
            cluster: text.cluster,
            founder: text.founder,
            n_said: text.n_said,
        })
    }

    /// One more mention said this text.
    pub(super) fn said_again(&mut self, number: u32) {
        let place = number.wrapping_sub(self.first) as usize;
        if let Some(entry) = self.texts.get_mut(place) {
            entry.text.n_said = entry.text.n_said.saturating_add(1);
        }
    }

    /// A text that is like no other. Those up to second `before` are let go.
    pub(super) fn put(&mut self, text: Text, before: i64) {
        while self.texts.len() >= MOST_TEXTS
            || self
                .texts
                .front()
                .is_some_and(|entry| entry.text.second <= before)
        {
            self.texts.pop_front();
            self.first += 1;
        }
        self.fit();
        self.hang(text);
    }

    /// Keeps the table two to eight times as long as there are keys, and the
    /// numbers small.
    fn fit(&mut self) {
        let n_keys = (self.texts.len() + 1) * BANDS;
        let is_long_enough = self.heads.len() >= n_keys;
        let is_wasteful = self.heads.len() > 16 * n_keys && self.heads.len() > 256;
        if is_long_enough && !is_wasteful && self.first < u32::MAX / 2 {
            return;
        }
        let texts: Vec<Text> = self.texts.iter().map(|entry| entry.text).collect();
        self.texts = VecDeque::with_capacity(texts.len() + 1);
        self.first = 1;
        self.heads = vec![0; (2 * n_keys).next_power_of_two()];
        texts.into_iter().for_each(|text| self.hang(text));
    }

    fn hang(&mut self, text: Text) {
        let number = self.first + self.texts.len() as u32;
        let mut next = [0; BANDS];
        for (next, key) in next.iter_mut().zip(text.sketch.bands()) {
            let slot = slot(key, self.heads.len());
            *next = std::mem::replace(&mut self.heads[slot], number);
        }
        self.texts.push_back(Entry { text, next });
    }

    fn entry(&self, number: u32) -> Option<&Entry> {
        let place = number.checked_sub(self.first)?;
        self.texts.get(place as usize)
    }
}

fn slot(key: u32, length: usize) -> usize {
    let mixed = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize & (length - 1)
}
