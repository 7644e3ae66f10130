//! What is left of a text to compare it by: sixteen bytes.
//!
//! A MinHash: for each of thirty ways to shuffle all pairs of neighbouring words
//! there are, four bits of the pair of this text that comes first. Two texts
//! agree in as many places as the share of word pairs they have in common (plus
//! one in sixteen by chance). Word pairs, not words: complaints about one thing
//! share its words, copies share their order.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// Places that are compared; the remaining byte holds the number of words.
pub(super) const PLACES: u32 = 30;

/// Lanes that are computed: a whole number of vector registers.
const LANES: usize = 32;

/// Below this many words nobody can be said to copy: many say "Schandalig!",
/// and each of them means it.
pub const FEWEST_WORDS: usize = 4;

/// From here on texts may differ a little. Below, one word is a fifth of the
/// text, and only the very same words are the same.
const FEWEST_ALIKE: usize = 6;

/// From here on one changed word in twelve still leaves a copy. Between, people
/// who complain about the same often happen on the same short sentence ("Al drie
/// uur wachten op de SEH", "Al vier uur …"), so only an added word passes.
const FEWEST_EDITED: u32 = 12;

/// Groups of places under which a sketch is looked up: two texts that are alike
/// agree in all four places of one of them, nearly always.
pub(super) const BANDS: usize = 14;

/// A text, to be compared. `NONE` is like nothing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct Sketch(pub [u64; 2]);

impl Sketch {
    /// Of a text with too few words.
    pub const NONE: Self = Self([0, 0]);

    /// Of these words (hashes), in order.
    pub(super) fn of(words: &[u64]) -> Self {
        let n_words = words.len().min(255) as u64;
        let both = match words.len() {
            0..FEWEST_WORDS => return Self::NONE,
            FEWEST_WORDS..FEWEST_ALIKE => exactly(words),
            _ => alike(words),
        };
        Self([both[0], both[1] & LOW | n_words << 56])
    }

    /// Whether it can be compared at all.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Words of the text, at most 255.
    pub fn n_words(self) -> u32 {
        (self.0[1] >> 56) as u32
    }

    /// In how many of the thirty places two texts agree.
    fn n_agreeing(self, other: Self) -> u32 {
        let first = n_different(self.0[0] ^ other.0[0]);
        let second = n_different((self.0[1] ^ other.0[1]) & LOW);
        PLACES - first - second
    }

    /// How much alike, when a text with this sketch says nearly the same as an
    /// earlier one: places that agree. `None` when it says something else.
    pub(super) fn likeness(self, earlier: Self) -> Option<u32> {
        if self == earlier {
            return self.is_some().then_some(PLACES);
        }
        let (words, before) = (self.n_words(), earlier.n_words());
        if words.min(before) < FEWEST_ALIKE as u32 {
            return None;
        }
        // Who quotes a text and adds half as much has something to say.
        if words > before + before * 2 / 5 + 2 {
            return None;
        }
        let needed = match (words.min(before), words * 10 < before * 9) {
            // Three quarters of the word pairs in common, about.
            (..FEWEST_EDITED, _) => 24,
            // Over a half; a text that was cut off is contained in the other.
            (_, false) => 17,
            (_, true) => 15,
        };
        let agreeing = self.n_agreeing(earlier);
        (agreeing >= needed).then_some(agreeing)
    }

    /// Its key in each band.
    pub(super) fn bands(self) -> [u16; BANDS] {
        let [first, second] = self.0;
        let all = u128::from(second & LOW) << 64 | u128::from(first);
        let mut keys = [0; BANDS];
        for band in 0..BANDS / 2 {
            // Four places side by side, and four spread over the sketch.
            let place = |step: usize| (all >> (4 * (band + 7 * step))) as u16 & 0xf;
            keys[band] = (all >> (16 * band)) as u16;
            keys[band + BANDS / 2] = place(0) | place(1) << 4 | place(2) << 8 | place(3) << 12;
        }
        keys
    }
}

/// The bits of the second half that hold places.
const LOW: u64 = (1 << 56) - 1;

fn n_different(difference: u64) -> u32 {
    let folded = difference | difference >> 1;
    let folded = (folded | folded >> 2) & 0x1111_1111_1111_1111;
    folded.count_ones()
}

/// All of the words in their order, for texts that must be the same.
fn exactly(words: &[u64]) -> [u64; 2] {
    let mut bytes = Vec::with_capacity(8 * words.len());
    words
        .iter()
        .for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
    let hash = xxh3_128(&bytes);
    [hash as u64, (hash >> 64) as u64]
}

/// Sixteen bits a pair and a lane: that many pairs of one text hardly ever fall
/// together, and eight lanes fit in the oldest vector registers.
fn alike(words: &[u64]) -> [u64; 2] {
    let mut least = [i16::MAX; LANES];
    for pair in words.windows(2) {
        let mixed = (pair[0].rotate_left(23) ^ pair[1]).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let pair = (mixed >> 48) as u16;
        for lane in 0..LANES {
            let shuffled = (pair ^ MASKS[lane]).wrapping_mul(FACTORS[lane]);
            least[lane] = least[lane].min(shuffled.cast_signed());
        }
    }
    let mut places = [0; 2];
    for (lane, least) in least.iter().enumerate().take(PLACES as usize) {
        let mixed = least.cast_unsigned().wrapping_mul(0x9e37) >> 12;
        places[lane / 16] |= u64::from(mixed) << (4 * (lane % 16));
    }
    places
}

/// What each lane shuffles by: any numbers, the factors odd. They are part of
/// what is stored: other ones make stored sketches worthless.
const MASKS: [u16; LANES] = numbers(32, 0);
const FACTORS: [u16; LANES] = numbers(48, 1);

/// Sixteen bits of each of the first outputs of SplitMix64.
const fn numbers(from_bit: u32, least: u16) -> [u16; LANES] {
    let mut numbers = [0; LANES];
    let mut state: u64 = 0x6472_6161_6962_6f65;
    let mut lane = 0;
    while lane < LANES {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        numbers[lane] = (mixed >> from_bit) as u16 | least;
        lane += 1;
    }
    numbers
}

#[cfg(test)]
mod tests;
