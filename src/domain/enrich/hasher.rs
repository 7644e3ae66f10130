//! Looks words up in lists. Every word of every mention is looked up in many of them and
//! is in hardly any: its hash is worked out once, and tells most lists at a glance that
//! they do not have it.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// A word as it is looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) word: &'a str,
    pub(super) hash: u64,
}

impl<'a> Key<'a> {
    pub(super) fn of(word: &'a str) -> Self {
        let hash = xxh3_64(word.as_bytes());
        Self { word, hash }
    }
}

/// A map by word. The words are ours: nobody from outside can make them collide.
#[derive(Debug, Clone)]
pub(super) struct ByWord<K, V> {
    words: HashMap<K, V, BuildHasherDefault<WordHasher>>,
    /// A bit for each of its words, by hash.
    seen: Box<[u64; N_BITS / 64]>,
}

/// Some nine for each word of the largest list.
const N_BITS: usize = 1 << 16;

impl<K, V> Default for ByWord<K, V> {
    fn default() -> Self {
        Self {
            words: HashMap::default(),
            seen: Box::new([0; N_BITS / 64]),
        }
    }
}

impl<K: Borrow<str> + Eq + Hash, V> ByWord<K, V> {
    pub(super) fn get(&self, key: Key<'_>) -> Option<&V> {
        let (place, bit) = place_of(key.hash);
        match self.seen[place] & bit {
            0 => None,
            _ => self.words.get(key.word),
        }
    }

    pub(super) fn has(&self, key: Key<'_>) -> bool {
        self.get(key).is_some()
    }

    /// What stands at a word, to be changed.
    pub(super) fn at(&mut self, word: K) -> &mut V
    where
        V: Default,
    {
        let (place, bit) = place_of(Key::of(word.borrow()).hash);
        self.seen[place] |= bit;
        self.words.entry(word).or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.words.iter()
    }
}

impl<K: Borrow<str> + Eq + Hash, V: Default> FromIterator<(K, V)> for ByWord<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(words: I) -> Self {
        let mut map = Self::default();
        for (word, value) in words {
            *map.at(word) = value;
        }
        map
    }
}

fn place_of(hash: u64) -> (usize, u64) {
    let bit = hash as usize % N_BITS;
    (bit / 64, 1 << (bit % 64))
}

/// Hashes a word in one go. The hasher of the standard library takes longer than the rest
/// of a look-up.
#[derive(Debug, Clone, Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    /// What strings hash behind their bytes adds nothing.
    fn write_u8(&mut self, _end: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
