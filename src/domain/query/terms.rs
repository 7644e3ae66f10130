//! The words of all queries, numbered and quickly found.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// Words and their numbers, with a quick "surely not" in front: for most words
/// of a text no query has one that begins the same and is as long.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    numbers: HashMap<Box<[u8]>, u32, BuildHasherDefault<WordHasher>>,
    /// By the first two bytes: a bit for each length that occurs.
    lengths: Box<[u128; 1024]>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            numbers: HashMap::default(),
            lengths: Box::new([0; 1024]),
        }
    }
}

impl Terms {
    /// Every word with its number, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], u32)> {
        self.numbers.iter().map(|(word, term)| (&**word, *term))
    }

    /// The number of the word; `fresh` when it had none.
    pub(super) fn add(&mut self, word: &[u8], fresh: u32) -> u32 {
        self.lengths[bucket(word)] |= length_bit(word.len());
        *self.numbers.entry(word.into()).or_insert(fresh)
    }

    #[inline]
    pub(super) fn find(&self, word: &[u8], found: &mut impl FnMut(u32)) {
        if self.lengths[bucket(word)] & length_bit(word.len()) == 0 {
            return;
        }
        if let Some(&term) = self.numbers.get(word) {
            found(term);
        }
    }

    /// Terms that the word begins with; they have at least two bytes.
    #[inline]
    pub(super) fn find_beginnings(&self, word: &[u8], found: &mut impl FnMut(u32)) {
        let mut lengths = self.lengths[bucket(word)];
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            let Some(beginning) = word.get(..length) else {
                return;
            };
            if let Some(&term) = self.numbers.get(beginning) {
                found(term);
            }
        }
    }
}

#[inline]
fn bucket(word: &[u8]) -> usize {
    let first = usize::from(word.first().copied().unwrap_or(0));
    let second = usize::from(word.get(1).copied().unwrap_or(0));
    (first * 37 + second) & 1023
}

/// Longer words share the last bit. Beginnings are never that long: the parser
/// takes at most 30 letters, and a sign, which is 121 bytes.
#[inline]
fn length_bit(length: usize) -> u128 {
    1 << length.min(127)
}

/// The whole word in one go; the length that slices hash first adds nothing.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
