//! Hashes a word in one go. The one of the standard library takes longer than
//! the rest of a look-up, and every word of every mention is looked up often.

use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// Maps by word. The words are ours: nobody from outside can make them collide.
pub(super) type ByWord<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<WordHasher>>;

#[derive(Debug, Clone, Default)]
pub(super) struct WordHasher(u64);

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
