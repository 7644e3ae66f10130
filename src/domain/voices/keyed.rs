//! Maps and sets whose keys are hashes already.
//!
//! Authors and clusters are 64-bit xxh3 numbers. Hashing them once more would
//! take longest of all that is done with them. It also makes no map differ from
//! run to run, though nothing here may depend on the order of a map anyway.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by numbers that are evenly spread.
pub(super) type Keyed<V> = HashMap<u64, V, BuildHasherDefault<AsItIs>>;

/// Takes the key for its own hash.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Counts one more of `key`.
pub(super) fn one_more(counts: &mut Keyed<u32>, key: u64) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(1);
}

/// Counts one less of `key`; at none it is gone.
pub(super) fn one_less(counts: &mut Keyed<u32>, key: u64) {
    if let Some(count) = counts.get_mut(&key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&key);
        }
    }
}
