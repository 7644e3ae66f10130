//! How a storm goes: when each of its mentions comes.

use std::time::Duration;

use crate::domain::scenario::story::Storm;

/// The straight line of a storm's rate, and what lies under it.
pub(super) struct Course {
    n_mentions: u64,
    seconds: f64,
    /// Mentions a second, at the beginning and at the end.
    rate: f64,
    to: f64,
}

impl Course {
    pub(super) fn of(storm: &Storm) -> Self {
        Self {
            n_mentions: storm.n_mentions(),
            seconds: storm.lasts.as_secs_f64(),
            rate: storm.rate / 3_600.0,
            to: storm.to / 3_600.0,
        }
    }

    /// When mention `number`, from 0, comes: where the area under the line is
    /// `number` and a half, so that they are as evenly spread as the line allows.
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    pub(super) fn moment(&self, number: u64) -> Duration {
        let area = (self.rate + self.to) / 2.0 * self.seconds;
        // Rounding made a whole number of mentions of the area.
        let area = area * (number as f64 + 0.5) / (self.n_mentions.max(1) as f64);
        let slope = (self.to - self.rate) / self.seconds;
        // area = rate·t + slope·t²/2, in the form that also works for slope 0.
        let root = (self.rate * self.rate + 2.0 * slope * area).max(0.0).sqrt();
        let moment = 2.0 * area / (self.rate + root);
        // Sources give whole seconds, so does this.
        Duration::from_secs(whole(moment.clamp(0.0, self.seconds)))
    }

    /// The numbers of the mentions from `from` up to and without `to`.
    pub(super) fn between(&self, from: Duration, to: Duration) -> std::ops::Range<u64> {
        self.first_at(from)..self.first_at(to)
    }

    /// The number of the first mention that is not before `moment`.
    fn first_at(&self, moment: Duration) -> u64 {
        let (mut low, mut high) = (0, self.n_mentions);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.moment(middle) < moment {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds within a storm"
)]
fn whole(seconds: f64) -> u64 {
    (seconds + 1e-6) as u64
}

/// Whether mention `number` is among the `share` of them, spread evenly.
#[expect(clippy::cast_precision_loss, reason = "at most a million")]
pub(super) fn is_among(number: u64, share: f64) -> bool {
    let until = |n: u64| (n as f64 * share + 0.5 + 1e-9).floor();
    until(number + 1) > until(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mention::Platform;
    use crate::domain::scenario::story::Start;

    fn storm(rate: f64, to: f64, minutes: u64) -> Storm {
        Storm {
            start: Start::At(Duration::ZERO),
            lasts: Duration::from_secs(60 * minutes),
            rate,
            to,
            negative: 0.0,
            platforms: vec![Platform::X],
            authors: None,
            by: Vec::new(),
            says: Vec::new(),
        }
    }

    #[test]
    fn a_steady_storm_is_evenly_spread() {
        let course = Course::of(&storm(60.0, 60.0, 60));
        assert_eq!(course.n_mentions, 60);
        for number in 0..60 {
            let expected = Duration::from_secs(60 * number + 30);
            assert_eq!(course.moment(number), expected, "{number}");
        }
    }

    #[test]
    fn a_growing_storm_follows_its_line() {
        for (rate, to) in [(0.0, 240.0), (60.0, 240.0), (240.0, 6.0), (80.0, 0.0)] {
            let course = Course::of(&storm(rate, to, 60));
            let half = course.between(Duration::ZERO, Duration::from_secs(1_800));
            // Under the first half of the line.
            let expected = (rate + (rate + to) / 2.0) / 2.0 * 0.5;
            let n_half = half.end as f64;
            assert!((n_half - expected).abs() <= 1.0, "{rate} to {to}: {n_half}");
            let moments: Vec<Duration> = (0..course.n_mentions)
                .map(|number| course.moment(number))
                .collect();
            assert!(moments.is_sorted());
            let all = course.between(Duration::ZERO, Duration::from_secs(3_600));
            assert_eq!(all, 0..course.n_mentions);
        }
    }

    #[test]
    fn a_storm_without_mentions_has_none() {
        let course = Course::of(&storm(0.0, 0.0, 60));
        let all = course.between(Duration::ZERO, Duration::MAX);
        assert_eq!(all, 0..0);
    }

    #[test]
    fn shares_are_exact() {
        for percent in [0_u32, 10, 40, 60, 75, 100] {
            let share = f64::from(percent) / 100.0;
            let n_among = (0..200).filter(|number| is_among(*number, share)).count();
            assert_eq!(n_among, 2 * percent as usize);
        }
    }
}
