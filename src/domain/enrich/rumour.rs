//! Whether two rumours are one and the same, told in about the same words.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::cut::Cut;

/// Two texts tell the same rumour from this share of word threes on.
pub const ENOUGH: f32 = 0.5;

/// Most threes that are kept of one text.
const MOST_THREES: usize = 96;

/// The threes of words of a text, to be compared; a few hundred bytes at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rumour(Vec<u32>);

impl Rumour {
    /// Of a text as it was written. Links, names of accounts, the mark of a
    /// repost and numbers are left out: they differ between copies.
    pub fn of(text: &str) -> Self {
        let cut = Cut::new(text);
        let words: Vec<&str> = (0..cut.words.len())
            .filter(|place| !cut.words[*place].is_number)
            .map(|place| cut.word(place))
            .filter(|word| !matches!(*word, "rt" | "mt" | "via"))
            .collect();
        // A text of fewer words is one piece.
        let length = words.len().min(3);
        let mut threes: Vec<u32> = match length {
            0 => Vec::new(),
            _ => words
                .windows(length)
                .map(|three| short(&three.join(" ")))
                .collect(),
        };
        threes.sort_unstable();
        threes.dedup();
        threes.truncate(MOST_THREES);
        Self(threes)
    }

    /// Jaccard: the share of their threes that two texts have in common, 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let (mut one, mut two) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut n_common = 0;
        while let (Some(first), Some(second)) = (one.peek(), two.peek()) {
            match first.cmp(second) {
                std::cmp::Ordering::Less => drop(one.next()),
                std::cmp::Ordering::Greater => drop(two.next()),
                std::cmp::Ordering::Equal => {
                    n_common += 1;
                    one.next();
                    two.next();
                }
            }
        }
        let n_all = self.0.len() + other.0.len() - n_common;
        if n_all == 0 {
            0.0
        } else {
            n_common as f32 / n_all as f32
        }
    }

    /// Whether both tell the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.likeness(other) >= ENOUGH
    }
}

fn short(words: &str) -> u32 {
    xxh3_64(words.as_bytes()) as u32
}

/// Whether two texts tell the same rumour, by their words.
pub fn same_rumour(one: &str, other: &str) -> bool {
    Rumour::of(one).is_same(&Rumour::of(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_story_is_the_same_rumour() {
        let story = "Ik hoorde dat de spoedpost van De Linde vanavond om 8 uur dichtgaat";
        for (told, is_same) in [
            (
                "RT @anna: ik hoorde dat de spoedpost van De Linde vanavond om 9 uur dichtgaat! https://t.example/1",
                true,
            ),
            (
                "Ik hoorde dat de spoedpost van De Linde vanavond om 8 uur dichtgaat wegens een virus",
                true,
            ),
            ("Ik hoorde dat er een datalek is bij De Linde", false),
            ("", false),
        ] {
            assert_eq!(same_rumour(story, told), is_same, "{told}");
            assert_eq!(same_rumour(told, story), is_same, "{told}");
        }
        assert!(!same_rumour("", ""));
    }
}
