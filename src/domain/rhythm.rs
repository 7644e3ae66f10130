//! When things come back: at each full turn, or in a playbook's rhythm of
//! updates.

use std::time::Duration;

use chrono_tz::Tz;

use super::playbook::CadenceLine;
use super::time::{Timestamp, after, days_later, instant_of};

/// A line of the cadence with the instant from which it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    pub line: &'a CadenceLine,
    pub from: Timestamp,
}

/// The first full turn of `length` after `then`, counted from `anchor`.
pub fn full_turn(length: Duration, anchor: Timestamp, then: Timestamp) -> Timestamp {
    let length_ms = i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1);
    let passed = (then - anchor).num_milliseconds().max(-1);
    let n_turns = passed.div_euclid(length_ms) + 1;
    let turns = u32::try_from(n_turns.max(1)).unwrap_or(u32::MAX);
    after(anchor, length.saturating_mul(turns))
}

/// The next moment of a cadence after `then`. `lines` are those whose `from` is
/// known, in the order of the playbook: the last one whose `from` has come
/// counts. `None` without any line.
pub fn next_turn(
    lines: &[Line],
    anchor: Timestamp,
    then: Timestamp,
    zone: Tz,
) -> Option<Timestamp> {
    let mut then = then;
    loop {
        let place = lines.iter().rposition(|line| line.from <= then);
        let found = place.map(|place| turn_of(lines[place].line, anchor, then, zone));
        // A line that takes over before that has its own next moment, which may
        // be the very moment it takes over.
        let later = lines.iter().skip(place.map_or(0, |place| place + 1));
        let over = later
            .map(|line| line.from)
            .filter(|from| *from > then)
            .min();
        match (found, over) {
            (Some(found), Some(over)) if over <= found => {
                then = over - chrono::TimeDelta::milliseconds(1);
                let line = lines.iter().rev().find(|line| line.from == over)?;
                let turn = turn_of(line.line, anchor, then, zone);
                let next = lines
                    .iter()
                    .any(|line| line.from > over && line.from <= turn);
                if !next {
                    return Some(turn);
                }
                then = over;
            }
            (None, Some(over)) => then = over,
            (found, _) => return found,
        }
    }
}

fn turn_of(line: &CadenceLine, anchor: Timestamp, then: Timestamp, zone: Tz) -> Timestamp {
    let Some(clock) = line.at else {
        return full_turn(line.every, anchor, then);
    };
    let n_days = (line.every.as_secs() / 86_400).max(1);
    let first = anchor.with_timezone(&zone).date_naive();
    let today = then.with_timezone(&zone).date_naive();
    let passed = (today - first).num_days().max(0).unsigned_abs();
    let mut day = days_later(first, passed - passed % n_days);
    loop {
        let turn = instant_of(day.and_time(clock), zone);
        if turn > then {
            return turn;
        }
        day = days_later(day, n_days);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveTime};

    const ZONE: Tz = chrono_tz::Europe::Amsterdam;

    fn at(written: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(written).unwrap().to_utc()
    }

    fn every(hours: u64, clock: Option<&str>) -> CadenceLine {
        CadenceLine {
            every: Duration::from_secs(hours * 3_600),
            at: clock.map(|clock| NaiveTime::parse_from_str(clock, "%H:%M").unwrap()),
            from: None,
        }
    }

    #[test]
    fn a_full_turn_is_after_the_moment_and_counts_from_the_anchor() {
        let anchor = at("2026-03-02T10:20:00Z");
        let hour = Duration::from_secs(3_600);
        for (then, turn) in [
            ("2026-03-02T10:20:00Z", "2026-03-02T11:20:00Z"),
            ("2026-03-02T11:19:59Z", "2026-03-02T11:20:00Z"),
            ("2026-03-02T11:20:00Z", "2026-03-02T12:20:00Z"),
            ("2026-03-02T09:00:00Z", "2026-03-02T11:20:00Z"),
        ] {
            assert_eq!(full_turn(hour, anchor, at(then)), at(turn), "{then}");
        }
    }

    #[test]
    fn the_last_line_whose_moment_has_come_counts() {
        let anchor = at("2026-03-02T09:00:00Z");
        let (hourly, later) = (every(1, None), every(4, None));
        let lines = [
            Line {
                line: &hourly,
                from: anchor,
            },
            Line {
                line: &later,
                from: anchor + chrono::TimeDelta::hours(4),
            },
        ];
        let mut then = anchor;
        let mut hours = Vec::new();
        for _ in 0..6 {
            then = next_turn(&lines, anchor, then, ZONE).unwrap();
            hours.push((then - anchor).num_hours());
        }
        assert_eq!(hours, [1, 2, 3, 4, 8, 12]);
    }

    #[test]
    fn a_clock_time_is_the_zones_also_when_the_clocks_change() {
        let anchor = at("2026-03-27T12:00:00Z");
        let daily = every(24, Some("10:00"));
        let lines = [Line {
            line: &daily,
            from: anchor,
        }];
        let saturday = next_turn(&lines, anchor, anchor, ZONE).unwrap();
        assert_eq!(saturday, at("2026-03-28T09:00:00Z"));
        let sunday = next_turn(&lines, anchor, saturday, ZONE).unwrap();
        assert_eq!(sunday, at("2026-03-29T08:00:00Z"));
    }

    #[test]
    fn a_cadence_without_a_line_has_no_turn() {
        let now = at("2026-03-02T09:00:00Z");
        assert_eq!(next_turn(&[], now, now, ZONE), None);
    }
}
