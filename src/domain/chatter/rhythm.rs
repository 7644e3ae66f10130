//! When people post: how the hours of a week differ from its mean.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;

use crate::domain::time::Timestamp;

/// By hour from midnight: quiet nights, a peak at breakfast, one in the evening.
const HOURS: [f64; 24] = [
    0.35, 0.18, 0.10, 0.08, 0.09, 0.20, 0.55, 1.05, 1.45, 1.35, 1.20, 1.15, 1.30, 1.15, 1.05, 1.05,
    1.15, 1.30, 1.35, 1.65, 1.75, 1.60, 1.15, 0.70,
];

/// By day from Monday.
const DAYS: [f64; 7] = [1.08, 1.08, 1.06, 1.06, 1.02, 0.82, 0.88];

/// How busy the hour at `at` is; 1 on average over a week.
pub(super) fn busyness(at: Timestamp, zone: Tz) -> f64 {
    let local = at.with_timezone(&zone);
    let hour = HOURS.get(local.hour() as usize).copied();
    let day = DAYS.get(local.weekday().num_days_from_monday() as usize);
    let mean = HOURS.iter().sum::<f64>() / 24.0 * (DAYS.iter().sum::<f64>() / 7.0);
    hour.unwrap_or(1.0) * day.copied().unwrap_or(1.0) / mean
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_week_is_as_busy_as_its_mean_and_nights_are_quiet() {
        let zone = chrono_tz::Europe::Amsterdam;
        let monday: Timestamp = "2026-02-22T23:00:00Z".parse().unwrap();
        let at = |hour| busyness(monday + TimeDelta::hours(hour), zone);
        let mean = (0..168).map(at).sum::<f64>() / 168.0;
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
        assert!(at(3) < 0.2 * at(20), "the night against the evening");
        assert!(at(8) > at(15) && at(20) > at(15), "two peaks");
        assert!(at(5 * 24 + 9) < at(9), "Saturday against Monday");
    }
}
