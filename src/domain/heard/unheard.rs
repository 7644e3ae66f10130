//! Hours of the past that say nothing of what is usual: nobody listened then.

use super::Counted;

/// Whole hours since 1970: from, and up to.
pub(super) type Hours = (i64, i64);

const HOUR: i64 = 3_600;
const DAY: i64 = 24;
const WEEK: i64 = 168;

/// Mentions a day of a watch that is talked about.
const LEAST_A_DAY: f64 = 5.0;

/// What is brought in of a time in which we were deaf teaches when it is at least
/// this share of what is usual otherwise: then it was brought in as a whole.
const FILLED: f64 = 0.5;

/// The hours that teach nothing, in order and apart: weeks without a mention, and
/// when we could not hear (`deaf`: from, and up to, in seconds). `hours` are those
/// that had any mention, oldest first.
pub(super) fn unheard(hours: &[(i64, Counted)], deaf: &[(i64, i64)]) -> Vec<Hours> {
    let silent = silent_weeks(hours);
    let deaf = deaf.iter().map(|(from, to)| {
        let last = (to - 1).div_euclid(HOUR);
        (from.div_euclid(HOUR), last + 1)
    });
    let deaf = joined(deaf.collect());
    let all = joined(silent.iter().chain(&deaf).copied().collect());
    let usual = usual_outside(hours, &all);
    let is_filled = |gap: &Hours| {
        let length = gap.1 - gap.0;
        let came = sum(hours, *gap);
        length >= DAY && came > 0.0 && came >= FILLED * usual * as_number(length)
    };
    let deaf = deaf.into_iter().filter(|gap| !is_filled(gap));
    joined(silent.into_iter().chain(deaf).collect())
}

/// Whether an hour is in one of them.
pub(super) fn is_in(unheard: &[Hours], hour: i64) -> bool {
    let place = unheard.partition_point(|(_, to)| *to <= hour);
    unheard.get(place).is_some_and(|(from, _)| *from <= hour)
}

/// A week and more without a mention, on a watch that has many else: nobody
/// listened then, as between what an import brought and the day that we began.
fn silent_weeks(hours: &[(i64, Counted)]) -> Vec<Hours> {
    let pairs = hours.windows(2).map(|pair| (pair[0].0 + 1, pair[1].0));
    let weeks: Vec<Hours> = pairs.filter(|(from, to)| to - from >= WEEK).collect();
    let is_talked_about = usual_outside(hours, &weeks) * as_number(DAY) >= LEAST_A_DAY;
    if is_talked_about { weeks } else { Vec::new() }
}

/// Mentions an hour from the first to the last that had any, outside of these.
fn usual_outside(hours: &[(i64, Counted)], gaps: &[Hours]) -> f64 {
    let Some(((first, _), (last, _))) = hours.first().zip(hours.last()) else {
        return 0.0;
    };
    let whole = (*first, last + 1);
    let inside = gaps
        .iter()
        .map(|(from, to)| (*from.max(&whole.0), *to.min(&whole.1)))
        .filter(|(from, to)| from < to);
    let (mut came, mut length) = (sum(hours, whole), whole.1 - whole.0);
    for gap in inside {
        came -= sum(hours, gap);
        length -= gap.1 - gap.0;
    }
    if length > 0 {
        came / as_number(length)
    } else {
        0.0
    }
}

fn sum(hours: &[(i64, Counted)], (from, to): Hours) -> f64 {
    let place = |hour: i64| hours.partition_point(|(one, _)| *one < hour);
    let between = hours.get(place(from)..place(to)).unwrap_or_default();
    between.iter().map(|(_, counted)| counted.mentions).sum()
}

/// In order, and what touches made one.
fn joined(mut gaps: Vec<Hours>) -> Vec<Hours> {
    gaps.sort_unstable();
    let mut joined: Vec<Hours> = Vec::with_capacity(gaps.len());
    for (from, to) in gaps.into_iter().filter(|(from, to)| from < to) {
        match joined.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => joined.push((from, to)),
        }
    }
    joined
}

#[expect(clippy::cast_precision_loss, reason = "hours of a few years")]
fn as_number(hours: i64) -> f64 {
    hours as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many a day, in each hour from one up to another.
    fn steady(from: i64, to: i64, an_hour: f64) -> Vec<(i64, Counted)> {
        (from..to)
            .map(|hour| (hour, Counted::plain(an_hour)))
            .collect()
    }

    #[test]
    fn what_was_not_heard_is_left_out_and_what_was_brought_in_is_not() {
        let mut hours = steady(0, 500, 5.0);
        hours.extend(steady(640, 1_000, 5.0));
        assert_eq!(
            unheard(&hours, &[]),
            [],
            "under a week says nothing by itself"
        );
        // Parts of hours, twice the same time, and sources that took turns.
        let deaf = [
            (500 * HOUR + 1, 600 * HOUR),
            (590 * HOUR, 640 * HOUR - 1),
            (500 * HOUR + 1, 510 * HOUR),
        ];
        assert_eq!(unheard(&hours, &deaf), [(500, 640)]);
        assert!(is_in(&[(500, 640)], 500) && is_in(&[(500, 640)], 639));
        assert!(!is_in(&[(500, 640)], 499) && !is_in(&[(500, 640)], 640));
        // A few late ones do not fill it; an export of those days does.
        hours.insert(500, (501, Counted::plain(3.0)));
        assert_eq!(unheard(&hours, &deaf), [(500, 640)]);
        let whole = steady(0, 1_000, 5.0);
        assert_eq!(unheard(&whole, &deaf), []);
        // Of less than a day nobody can tell.
        assert_eq!(unheard(&whole, &[(500 * HOUR, 510 * HOUR)]), [(500, 510)]);
        // All that is known was brought in.
        assert_eq!(unheard(&whole, &[(-10 * HOUR, 1_100 * HOUR)]), []);
    }

    #[test]
    fn a_silent_week_is_one_where_many_talk_else() {
        let mut hours = steady(0, 500, 1.0);
        hours.extend(steady(668, 900, 1.0));
        assert_eq!(unheard(&hours, &[]), [(500, 668)]);
        let hours = (0..30).map(|n| n * 20).chain([800]);
        let seldom: Vec<_> = hours.map(|hour| (hour, Counted::plain(1.0))).collect();
        assert_eq!(unheard(&seldom, &[]), []);
        assert_eq!(unheard(&[], &[(0, HOUR)]), [(0, 1)]);
    }
}
