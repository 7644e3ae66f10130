//! What a publication did to what people say: `domain.md` 5.3.

use serde::{Deserialize, Serialize};

/// How long before and after a publication mentions are compared, in minutes.
pub const EFFECT_MINUTES: i64 = 60;

/// With fewer mentions in both hours together nothing can be said, unless the
/// difference is beyond doubt: of 60 to 30 and 30 to 60 nineteen of twenty are told
/// rightly, of half of that only four of five.
const ENOUGH: f64 = 45.0;

/// Beyond doubt: a difference that chance makes once in a thousand times.
const CERTAIN: f64 = 3.3;

/// Fewer than this say nothing, whatever the difference.
const SOME: f64 = 9.0;

/// So many times as many is busier, so many times is calmer. With the least z beside
/// them nineteen of twenty doublings and halvings at 60 an hour are seen (the test
/// below), and of what stays the same at that rate at most one in eight is taken for a
/// change; at 200 an hour one in fifty.
const BUSIER: (f64, f64) = (1.4, 2.0);
const CALMER: (f64, f64) = (0.75, -1.5);

/// What a publication did to the volume, or to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicEffect {
    Amplified,
    Calmed,
    Unchanged,
    /// Too few mentions to tell.
    TooLittle,
}

impl PublicEffect {
    /// The name in YAML and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amplified => "amplified",
            Self::Calmed => "calmed",
            Self::Unchanged => "unchanged",
            Self::TooLittle => "too_little",
        }
    }
}

/// What a publication did, from the mentions in the hour before it and in the hour
/// after, each taken for a count that varies as chance does (Poisson).
#[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
pub fn effect(before: u64, after: u64) -> PublicEffect {
    let (before, after) = (before as f64, after as f64);
    let both = before + after;
    let z = (after - before) / both.max(1.0).sqrt();
    match () {
        () if both < SOME => PublicEffect::TooLittle,
        () if both < ENOUGH && z.abs() < CERTAIN.min(both.sqrt()) => PublicEffect::TooLittle,
        () if after >= BUSIER.0 * before && z >= BUSIER.1 => PublicEffect::Amplified,
        () if after <= CALMER.0 * before && z <= CALMER.1 => PublicEffect::Calmed,
        () => PublicEffect::Unchanged,
    }
}

/// A part of the mentions before and after: the negative ones, or those that ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub before: u64,
    pub of_before: u64,
    pub after: u64,
    pub of_after: u64,
    pub effect: PublicEffect,
}

impl Compared {
    /// Two shares against each other (two proportions, pooled).
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    pub fn new((before, of_before): (u64, u64), (after, of_after): (u64, u64)) -> Self {
        let (n_before, n_after) = (of_before as f64, of_after as f64);
        let shares = (
            before as f64 / n_before.max(1.0),
            after as f64 / n_after.max(1.0),
        );
        let pooled = (before + after) as f64 / (n_before + n_after).max(1.0);
        let spread = (pooled * (1.0 - pooled) * (1.0 / n_before.max(1.0) + 1.0 / n_after.max(1.0)))
            .sqrt()
            .max(f64::MIN_POSITIVE);
        let z = (shares.1 - shares.0) / spread;
        let effect = match () {
            () if of_before < 10 || of_after < 10 => PublicEffect::TooLittle,
            () if z >= 2.0 && shares.1 >= 1.25 * shares.0 => PublicEffect::Amplified,
            () if z <= -2.0 && shares.1 <= 0.8 * shares.0 => PublicEffect::Calmed,
            () => PublicEffect::Unchanged,
        };
        Self {
            before,
            of_before,
            after,
            of_after,
            effect,
        }
    }

    /// The share before and after, in whole percents.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a percentage"
    )]
    pub fn percents(&self) -> (u64, u64) {
        let percent =
            |part: u64, all: u64| (part as f64 * 100.0 / all.max(1) as f64).round() as u64;
        (
            percent(self.before, self.of_before),
            percent(self.after, self.of_after),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many mentions an hour of chance brings, by inversion: as a stream of
    /// independent people does. The numbers are the same at every run.
    fn poisson(mean: f64, dice: &mut u64) -> u64 {
        let mut draw = || {
            *dice ^= *dice << 13;
            *dice ^= *dice >> 7;
            *dice ^= *dice << 17;
            (*dice >> 11) as f64 / (1_u64 << 53) as f64
        };
        let (mut n, mut product) = (0, draw());
        let limit = (-mean).exp();
        while product > limit {
            product *= draw();
            n += 1;
        }
        n
    }

    /// The share of simulated hours that are judged as they truly are.
    fn right(before: f64, after: f64, truth: PublicEffect) -> f64 {
        let mut dice = 0x9E37_79B9_7F4A_7C15;
        let n = 4_000;
        let hits = (0..n)
            .filter(|_| effect(poisson(before, &mut dice), poisson(after, &mut dice)) == truth)
            .count();
        hits as f64 / f64::from(n)
    }

    #[test]
    fn a_halving_and_a_doubling_are_seen() {
        let halved = right(60.0, 30.0, PublicEffect::Calmed);
        let doubled = right(60.0, 120.0, PublicEffect::Amplified);
        assert!(halved >= 0.95, "{halved}");
        assert!(doubled >= 0.95, "{doubled}");
        let same = right(60.0, 60.0, PublicEffect::Unchanged);
        assert!(same >= 0.88, "{same}");
        let many = right(200.0, 200.0, PublicEffect::Unchanged);
        assert!(many >= 0.98, "{many}");
        let few = right(6.0, 3.0, PublicEffect::TooLittle);
        assert!(few >= 0.9, "{few}");
        let some = right(12.0, 12.0, PublicEffect::TooLittle);
        assert!(some >= 0.95, "{some}");
    }

    #[test]
    fn an_effect_is_more_than_chance() {
        assert_eq!(effect(20, 60), PublicEffect::Amplified);
        assert_eq!(effect(60, 20), PublicEffect::Calmed);
        assert_eq!(effect(2, 6), PublicEffect::TooLittle);
        assert_eq!(effect(15, 15), PublicEffect::TooLittle);
        assert_eq!(effect(100, 130), PublicEffect::Unchanged);
        assert_eq!(effect(0, 0), PublicEffect::TooLittle);
        // Beyond doubt, although few.
        assert_eq!(effect(2, 30), PublicEffect::Amplified);
        assert_eq!(effect(0, 12), PublicEffect::Amplified);
    }

    #[test]
    fn shares_are_compared_as_shares() {
        let calmer = Compared::new((40, 60), (10, 40));
        assert_eq!(calmer.effect, PublicEffect::Calmed);
        assert_eq!(calmer.percents(), (67, 25));
        let more = Compared::new((5, 60), (20, 60));
        assert_eq!(more.effect, PublicEffect::Amplified);
        assert_eq!(
            Compared::new((3, 5), (0, 60)).effect,
            PublicEffect::TooLittle
        );
        assert_eq!(
            Compared::new((10, 60), (11, 60)).effect,
            PublicEffect::Unchanged
        );
        assert_eq!(
            Compared::new((0, 20), (0, 20)).effect,
            PublicEffect::Unchanged
        );
    }
}
