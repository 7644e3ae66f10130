//! Office hours: the time in which people may wait for our answer.

use std::time::Duration;

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Looking further ahead than this for an open day makes no sense.
const MOST_DAYS: u64 = 400;

/// On which days we are open, and from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHours {
    /// The first and the last day of the week, both included; may go over Sunday.
    pub first: Weekday,
    pub last: Weekday,
    pub from: NaiveTime,
    /// Later than `from`.
    pub to: NaiveTime,
}

impl OfficeHours {
    fn is_open_on(&self, day: Weekday) -> bool {
        day.days_since(self.first) <= self.last.days_since(self.first)
    }

    /// The second at which so much office time has passed since `second`.
    pub fn after(&self, zone: Tz, second: i64, length: Duration) -> i64 {
        let far = second.saturating_add(seconds(length));
        let Some(start) = DateTime::from_timestamp(second, 0) else {
            return far;
        };
        let mut left = seconds(length);
        let first = start.with_timezone(&zone).date_naive();
        for days in 0..MOST_DAYS {
            let Some(date) = first.checked_add_days(Days::new(days)) else {
                break;
            };
            if !self.is_open_on(date.weekday()) {
                continue;
            }
            // Where the clock jumps over an edge, the office opens or closes an
            // hour later.
            let at = |time: NaiveTime| {
                let local = date.and_time(time);
                let instant = zone.from_local_datetime(&local).earliest();
                let later = local + chrono::TimeDelta::hours(1);
                let instant = instant.or_else(|| zone.from_local_datetime(&later).earliest());
                instant.map(|instant| instant.timestamp())
            };
            let (Some(opens), Some(closes)) = (at(self.from), at(self.to)) else {
                continue;
            };
            let from = opens.max(second);
            if closes <= from {
                continue;
            }
            if left <= closes - from {
                return from + left;
            }
            left -= closes - from;
        }
        far
    }
}

fn seconds(length: Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> i64 {
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        let instant = Tz::Europe__Amsterdam.from_local_datetime(&local).unwrap();
        instant.timestamp()
    }

    fn check(asked: &str, hours: u64, due: &str) {
        let office = OfficeHours {
            first: Weekday::Mon,
            last: Weekday::Fri,
            from: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            to: NaiveTime::from_hms_opt(18, 0, 0).unwrap(),
        };
        let length = Duration::from_secs(hours * 3_600);
        let found = office.after(Tz::Europe__Amsterdam, at(asked), length);
        assert_eq!(found, at(due), "{asked} and {hours} h");
    }

    #[test]
    fn nights_and_weekends_do_not_count() {
        check("2026-03-02 09:00", 4, "2026-03-02 13:00");
        check("2026-03-02 16:00", 4, "2026-03-03 10:00");
        check("2026-03-06 17:00", 4, "2026-03-09 11:00");
        check("2026-03-07 12:00", 4, "2026-03-09 12:00");
        check("2026-03-02 03:00", 1, "2026-03-02 09:00");
        // The clock is set forward on the Sunday in between.
        check("2026-03-27 17:00", 2, "2026-03-30 09:00");
    }
}
