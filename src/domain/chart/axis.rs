//! Where dates and numbers stand beside a curve.

use chrono::{DateTime, Days, Timelike};
use chrono_tz::Tz;

use crate::domain::time::{Timestamp, begin_of};
use crate::domain::words::Words;

/// A round number of at least this: 1, 2 or 5 with zeros, and no less than 4.
pub fn round_top(most: f64) -> f64 {
    let mut round = 1.0_f64;
    // A count of at most 20 digits, so this ends.
    while round < 1e21 {
        for step in [1.0, 2.0, 4.0, 6.0, 8.0] {
            if round * step >= most && round * step >= 4.0 {
                return round * step;
            }
        }
        round *= 10.0;
    }
    round
}

/// Moments on the axis with their labels, at most twice `most`: days where the
/// time is long enough, or else whole hours by the clock of `zone`. Seconds since
/// 1970.
pub fn moments(from: i64, until: i64, zone: Tz, words: Words, most: i64) -> Vec<(i64, String)> {
    let n_days = until.saturating_sub(from) / 86_400;
    if n_days >= 3 {
        days(from, until, zone, words, most)
    } else {
        hours(from, until, zone, words, most)
    }
}

fn days(from: i64, until: i64, zone: Tz, words: Words, most: i64) -> Vec<(i64, String)> {
    let mut moments = Vec::new();
    let n_days = until.saturating_sub(from) / 86_400;
    let each = [1, 2, 7, 14, 28, 56, 91, 182, 364, 1_092]
        .into_iter()
        .find(|each| n_days / each < most)
        .unwrap_or(3_650);
    let mut day = at(from).with_timezone(&zone).date_naive();
    while let Some(next) = day.checked_add_days(Days::new(1)) {
        let begins = begin_of(day, zone).timestamp();
        if begins > until || i64::try_from(moments.len()).unwrap_or(0) > 2 * most {
            break;
        }
        if begins >= from {
            moments.push((begins, day_of(words, begins)));
            let later = Days::new(each.unsigned_abs());
            day = day.checked_add_days(later).unwrap_or(next);
        } else {
            day = next;
        }
    }
    moments
}

fn hours(from: i64, until: i64, zone: Tz, words: Words, most: i64) -> Vec<(i64, String)> {
    let whole = until.saturating_sub(from);
    let mut each = [1, 2, 3, 6, 12].into_iter();
    let each = each
        .find(|each| whole / (each * 3_600) < most)
        .unwrap_or(24);
    let first = from.div_euclid(3_600) + 1;
    let hours = (first..=until.div_euclid(3_600)).filter_map(|hour| {
        let second = hour * 3_600;
        let local: DateTime<Tz> = at(second).with_timezone(&zone);
        let label = match local.hour() {
            0 => day_of(words, second),
            _ => words.hour_and_minute(at(second)),
        };
        (i64::from(local.hour()) % each == 0).then_some((second, label))
    });
    hours.collect()
}

/// `2 maart`.
fn day_of(words: Words, second: i64) -> String {
    // Seen from far away, the clock names the day.
    let shown = words.clock(at(second), at(second + 400 * 86_400));
    shown
        .rsplit_once(' ')
        .map_or(shown.clone(), |(day, _)| day.to_owned())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap_or_default()
}
