//! Instants and lengths, and how people write them.

use std::time::Duration;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime};
use chrono::{Datelike, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// An instant, always in UTC; zones appear only where people read.
pub type Timestamp = DateTime<Utc>;

/// `instant + length`, clamped to the calendar instead of overflowing.
pub fn after(instant: Timestamp, length: Duration) -> Timestamp {
    TimeDelta::from_std(length)
        .ok()
        .and_then(|delta| instant.checked_add_signed(delta))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// `instant - length`, clamped to the calendar instead of overflowing.
pub fn before(instant: Timestamp, length: Duration) -> Timestamp {
    TimeDelta::from_std(length)
        .ok()
        .and_then(|delta| instant.checked_sub_signed(delta))
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// When a quarter of the time from one instant to another is left, to the whole
/// second.
pub fn last_quarter(from: Timestamp, until: Timestamp) -> Timestamp {
    until - TimeDelta::seconds((until - from).num_seconds() / 4)
}

/// When the clocks of a zone show this. A time that comes twice (autumn) is the
/// first of the two; one that is skipped (spring) is the moment of the skip.
pub fn instant_of(local: NaiveDateTime, zone: Tz) -> Timestamp {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
            instant.with_timezone(&Utc)
        }
        LocalResult::None => skip_around(local, zone),
    }
}

/// The moment at which the clocks of a zone skip `local`.
fn skip_around(local: NaiveDateTime, zone: Tz) -> Timestamp {
    let offset = |instant: Timestamp| zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    // No zone is a day away from UTC, so the skip lies between these.
    let mut before = local.and_utc() - TimeDelta::days(1);
    let mut later = local.and_utc() + TimeDelta::days(1);
    let old = offset(before);
    while later - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((later - before).num_seconds() / 2);
        if offset(middle) == old {
            before = middle;
        } else {
            later = middle;
        }
    }
    later
}

/// When a day begins in a zone.
pub fn begin_of(day: NaiveDate, zone: Tz) -> Timestamp {
    instant_of(day.and_time(NaiveTime::MIN), zone)
}

/// When the day after this one begins in a zone.
pub fn end_of(day: NaiveDate, zone: Tz) -> Timestamp {
    begin_of(days_later(day, 1), zone)
}

/// `day` so many days later, clamped to the calendar instead of overflowing.
pub fn days_later(day: NaiveDate, n_days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(n_days)).unwrap_or(LAST_DAY)
}

/// Beyond any date that can be written, and safely within the calendar.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(100_000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The longest duration that can be written: ten years. Longer ones are typing
/// errors, and would overflow calendars.
pub const LONGEST: Duration = Duration::from_secs(10 * 366 * 86_400);

/// Reads `30s 10m 4h 2d 26w 1h30m`; the error says what is wrong and how to
/// write it.
pub fn parse_duration(written: &str) -> Result<Duration, String> {
    let example = "write a number and a unit, such as 30s, 10m, 4h, 2d, 26w or 1h30m";
    let mut seconds: u64 = 0;
    let mut number = String::new();
    let mut previous_unit = u64::MAX;
    if written.is_empty() {
        return Err(format!("a duration is empty; {example}"));
    }
    for letter in written.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return Err(format!("`{written}` is not a duration; {example}")),
        };
        let count: u64 = number
            .parse()
            .map_err(|_| format!("`{written}` is not a duration; {example}"))?;
        if unit >= previous_unit {
            return Err(format!(
                "`{written}` is not a duration: larger units come first; {example}"
            ));
        }
        previous_unit = unit;
        number.clear();
        seconds = count
            .checked_mul(unit)
            .and_then(|length| seconds.checked_add(length))
            .filter(|sum| *sum <= LONGEST.as_secs())
            .ok_or_else(|| format!("`{written}` is longer than ten years"))?;
    }
    if !number.is_empty() {
        return Err(format!("`{written}` has no unit; {example}"));
    }
    Ok(Duration::from_secs(seconds))
}

/// Writes a length the way it is read: `1h30m`.
pub fn format_duration(length: Duration) -> String {
    let mut rest = length.as_secs();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut written = String::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        let count = rest / seconds;
        rest %= seconds;
        if count > 0 {
            written.push_str(&format!("{count}{unit}"));
        }
    }
    written
}

/// An instant as people read it: `Mon 9 Mar 09:00`, with the year where it is
/// not `year`.
pub fn shown(instant: Timestamp, zone: Tz, year: i32) -> String {
    let local = instant.with_timezone(&zone);
    let format = if local.year() == year {
        "%a %-d %b %H:%M"
    } else {
        "%a %-d %b %Y %H:%M"
    };
    local.format(format).to_string()
}

/// An instant as machines read it: RFC 3339, UTC, whole seconds.
pub fn rfc3339(instant: Timestamp) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (written, seconds) in [
            ("30s", 30),
            ("10m", 600),
            ("1h30m", 5_400),
            ("26w", 15_724_800),
            ("0m", 0),
        ] {
            assert_eq!(
                parse_duration(written),
                Ok(Duration::from_secs(seconds)),
                "{written}"
            );
        }
    }

    #[test]
    fn refuses_what_is_not_a_duration() {
        for written in [
            "",
            "10",
            "m",
            "10 m",
            "30m1h",
            "1m1m",
            "99999999999999999999s",
            "600w",
            "-5m",
            "1.5h",
        ] {
            assert!(parse_duration(written).is_err(), "{written}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for written in ["30s", "1h30m", "2d", "1d1h1m1s"] {
            assert_eq!(format_duration(parse_duration(written).unwrap()), written);
        }
    }
}
