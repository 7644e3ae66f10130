//! About how many different people: exact for a few, an estimate for a crowd,
//! in two kilobytes however large it is.
//!
//! Keeps the smallest hashes there were. As hashes spread evenly, the largest
//! of those that are kept says how many there must be. Neither order nor
//! repetition changes it, so a late mention and a restart change nothing.

/// So many are counted exactly; beyond, within some six per cent.
const KEPT: usize = 256;

/// Different people, by hashes of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct People {
    /// The smallest, ascending.
    least: Vec<u64>,
}

impl People {
    pub(super) fn add(&mut self, person: u64) {
        if self.least.len() == KEPT && self.least.last() <= Some(&person) {
            return;
        }
        if let Err(place) = self.least.binary_search(&person) {
            self.least.insert(place, person);
            self.least.truncate(KEPT);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn count(&self) -> f64 {
        match self.least.last() {
            Some(largest) if self.least.len() == KEPT => {
                let share = (*largest as f64 + 1.0) / u64::MAX as f64;
                (KEPT - 1) as f64 / share
            }
            _ => self.least.len() as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    #[test]
    fn few_are_counted_exactly_and_many_nearly() {
        for n in [0_u32, 1, 255, 300, 5_000, 100_000] {
            let mut people = People::default();
            let mut other = People::default();
            for person in 0..n {
                people.add(xxh3_64(&person.to_le_bytes()));
                people.add(xxh3_64(&(person / 2).to_le_bytes()));
                other.add(xxh3_64(&(n - 1 - person).to_le_bytes()));
            }
            assert_eq!(people, other);
            let (counted, plain) = (people.count(), f64::from(n));
            let most = if n < 256 { 0.0 } else { plain / 8.0 };
            assert!((counted - plain).abs() <= most, "{counted} for {n}");
        }
    }
}
