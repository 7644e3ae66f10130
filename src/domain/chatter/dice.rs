//! Numbers that look like chance and are not.
//!
//! Own dice, SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every
//! machine and after every update of a library.

/// A sequence that its seed decides.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice for one thing among many, which fall the same whatever was rolled
    /// for the others.
    pub fn for_one(seed: u64, kind: u64, number: u64) -> Self {
        let kind = Self::new(seed ^ kind.wrapping_mul(0xa076_1d64_78bd_642f)).roll();
        Self::new(Self::new(kind ^ number.wrapping_mul(0xe703_7ed1_a0b4_28db)).roll())
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to and without `end`; 0 when `end` is.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll().checked_rem(end).unwrap_or_default()
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these, of which there is at least one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an index into what is in memory"
        )]
        let at = self.below(from.len() as u64) as usize;
        from[at]
    }

    /// One of these, by weights that add up to a hundred; the last takes the rest.
    pub fn share<T: Copy>(&mut self, shares: &[(u64, T)]) -> T {
        let mut rolled = self.below(100);
        for (share, value) in shares {
            if rolled < *share {
                return *value;
            }
            rolled -= share;
        }
        shares[shares.len() - 1].1
    }

    /// From 0 up to and without 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// How many came, when `expected` come on average (Poisson).
    pub fn arrivals(&mut self, expected: f64) -> u64 {
        // In portions: e to the power −800 is nothing to a computer.
        let mut left = expected.max(0.0);
        let mut n_arrivals = 0;
        while left > 0.0 {
            let portion = left.min(64.0);
            left -= portion;
            let floor = (-portion).exp();
            let mut product = self.unit();
            while product > floor {
                n_arrivals += 1;
                product *= self.unit();
            }
        }
        n_arrivals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_as_published() {
        // The first numbers of the reference implementation for seed 1234567.
        let mut dice = Dice::new(1_234_567);
        assert_eq!(dice.roll(), 6_457_827_717_110_365_317);
        assert_eq!(dice.roll(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn arrivals_are_as_many_as_expected_and_as_spread() {
        let mut dice = Dice::new(7);
        for expected in [0.0, 0.3, 4.0, 900.0] {
            let counts: Vec<f64> = (0..2_000).map(|_| dice.arrivals(expected) as f64).collect();
            let mean = counts.iter().sum::<f64>() / 2_000.0;
            let spread = counts.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / 2_000.0;
            assert!((mean - expected).abs() <= expected.sqrt() / 10.0, "{mean}");
            assert!(
                (spread - expected).abs() <= expected / 5.0,
                "{spread} of {expected}"
            );
        }
    }
}
