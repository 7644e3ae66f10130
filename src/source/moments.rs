//! Reads times as tables have them: with an offset or without, day first as in
//! the Netherlands, with months in words, as Excel counts days.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::wire::shown;
use crate::domain::time::{Timestamp, instant_of};

/// How a table writes its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing {
    /// Where a time without an offset was read off the clock.
    pub zone: Tz,
    /// Whether `03/02/2026` is the second of March.
    pub month_first: bool,
}

/// A time, and whether only the day was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub is_day: bool,
}

/// Excel counts days from here.
const EXCEL_BEGINS: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// Numbers that are Excel's days and not seconds: the years 1982 to 2064.
const EXCEL_DAYS: std::ops::Range<f64> = 30_000.0..60_000.0;

/// Reads a time as tables have it.
pub fn parse_moment(written: &str, writing: Writing) -> Result<Moment, String> {
    let written = written.trim();
    let at = |at: Timestamp| Ok(Moment { at, is_day: false });
    if let Ok(instant) = DateTime::parse_from_rfc3339(written) {
        return at(instant.to_utc());
    }
    if let Some(instant) = of_number(written, writing.zone) {
        return at(instant);
    }
    if let Ok(instant) = DateTime::parse_from_str(written, "%a %b %d %H:%M:%S %z %Y") {
        return at(instant.to_utc());
    }
    if let Ok(instant) = DateTime::parse_from_rfc2822(written) {
        return at(instant.to_utc());
    }
    in_words(written, writing).ok_or_else(|| not_a_time(written, writing))
}

/// Seconds or milliseconds since 1970, or days as Excel counts them.
fn of_number(written: &str, zone: Tz) -> Option<Timestamp> {
    let number: f64 = written.replace(',', ".").parse().ok()?;
    if EXCEL_DAYS.contains(&number) {
        let begin = EXCEL_BEGINS?.and_time(NaiveTime::MIN);
        let seconds = TimeDelta::try_seconds((number * 86_400.0).round() as i64)?;
        return Some(instant_of(begin.checked_add_signed(seconds)?, zone));
    }
    let whole: i64 = written.parse().ok()?;
    // Eleven digits of seconds are the year 5138, of milliseconds 1973.
    match written.len() {
        ..=11 => DateTime::from_timestamp(whole, 0),
        _ => DateTime::from_timestamp_millis(whole),
    }
}

fn in_words(written: &str, writing: Writing) -> Option<Moment> {
    let (rest, offset) = cut_offset(written);
    let plain = in_english(rest);
    let at = plain.find(':').map_or(plain.len(), |colon| {
        let hour = plain[..colon].rfind(|letter: char| !letter.is_ascii_digit());
        hour.map_or(0, |before| before + 1)
    });
    let (day, time) = plain.split_at(at);
    let day = day.trim_end_matches([' ', 't', ',', '-']);
    let day = day_of(day, writing.month_first)?;
    let is_day = time.is_empty();
    let time = match is_day {
        true => NaiveTime::MIN,
        false => time_of(time)?,
    };
    let local = NaiveDateTime::new(day, time);
    let at = match offset {
        Some(offset) => local.and_local_timezone(offset).single()?.to_utc(),
        None => instant_of(local, writing.zone),
    };
    Some(Moment { at, is_day })
}

/// Takes `Z`, `UTC`, `+01:00` or `+0100` off the end, when a time stands before.
fn cut_offset(written: &str) -> (&str, Option<FixedOffset>) {
    for name in ["Z", "UTC", "GMT"] {
        if let Some(rest) = written.strip_suffix(name)
            && rest.contains(':')
        {
            return (rest.trim_end(), FixedOffset::east_opt(0));
        }
    }
    let sign = written
        .rfind(['+', '-'])
        .filter(|at| written[..*at].contains(':'));
    let offset = sign.and_then(|at| {
        let digits: String = written[at + 1..].split(':').collect();
        let number: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
        let seconds = (number / 100) * 3_600 + (number % 100) * 60;
        let east = if written[at..].starts_with('-') {
            -seconds
        } else {
            seconds
        };
        Some((at, FixedOffset::east_opt(east)?))
    });
    offset.map_or((written, None), |(at, offset)| {
        (written[..at].trim_end(), Some(offset))
    })
}

/// Lower case, months in English, without weekdays and words between.
fn in_english(written: &str) -> String {
    const MONTHS: [(&str, &str); 9] = [
        ("januari", "jan"),
        ("februari", "feb"),
        ("maart", "mar"),
        ("mrt", "mar"),
        ("mei", "may"),
        ("juni", "jun"),
        ("juli", "jul"),
        ("augustus", "aug"),
        ("oktober", "oct"),
    ];
    const LEFT_OUT: [&str; 24] = [
        "om",
        "at",
        "uur",
        "ma",
        "di",
        "wo",
        "do",
        "vr",
        "za",
        "zo",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ];
    let lower = written
        .to_lowercase()
        .replace("okt", "oct")
        .replace("october", "oct");
    let mut plain = String::with_capacity(lower.len());
    let mut word = String::new();
    for letter in lower.chars().chain(['\0']) {
        if letter.is_alphabetic()
            && !(letter == 't' && plain.ends_with(|last: char| last.is_ascii_digit()))
        {
            word.push(letter);
            continue;
        }
        let known = MONTHS.iter().find(|(dutch, _)| *dutch == word);
        let is_left_out = LEFT_OUT.contains(&word.trim_end_matches("day"));
        if !is_left_out {
            plain.push_str(known.map_or(word.as_str(), |(_, english)| english));
        }
        word.clear();
        match letter {
            '\0' => {}
            ',' | '|' | '\u{a0}' | '\u{202f}' => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn day_of(written: &str, month_first: bool) -> Option<NaiveDate> {
    const DAY_FIRST: [&str; 8] = [
        "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y",
        "%B %d %Y",
    ];
    const YEAR_FIRST: [&str; 3] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"];
    const MONTH_FIRST: [&str; 3] = ["%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"];
    let is_year_first = written.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let formats: &[&str] = match (is_year_first, month_first) {
        (true, _) => &YEAR_FIRST,
        (false, true) => &MONTH_FIRST,
        (false, false) => &DAY_FIRST,
    };
    let named = DAY_FIRST[3..].iter().filter(|_| month_first);
    let mut formats = formats.iter().chain(named);
    let day = formats.find_map(|format| NaiveDate::parse_from_str(written, format).ok())?;
    use chrono::Datelike;
    match day.year() {
        0..100 => day.with_year(day.year() + 2_000),
        _ => Some(day),
    }
}

fn time_of(written: &str) -> Option<NaiveTime> {
    let written = written.trim();
    let formats = [
        "%H:%M:%S%.f",
        "%H:%M",
        "%I:%M:%S %p",
        "%I:%M %p",
        "%I:%M:%S%p",
        "%I:%M%p",
    ];
    let mut formats = formats.iter();
    formats.find_map(|format| NaiveTime::parse_from_str(written, format).ok())
}

fn not_a_time(written: &str, writing: Writing) -> String {
    let other = Writing {
        month_first: !writing.month_first,
        ..writing
    };
    let hint = match (in_words(written, other), writing.month_first) {
        (Some(_), false) => "; is the month written first? `--dates mdy` says so",
        (Some(_), true) => "; is the day written first? Leave `--dates mdy` out",
        _ => "; write it as 2013-11-29T22:51:28Z",
    };
    format!("`{}` is not a time{hint}", shown(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMSTERDAM: Writing = Writing {
        zone: Tz::Europe__Amsterdam,
        month_first: false,
    };

    #[test]
    fn reads_what_tools_write() {
        for written in [
            "2026-03-02T07:14:00Z",
            "2026-03-02T08:14:00+01:00",
            "2026-03-02 08:14:00",
            "2026-03-02T08:14",
            "2026-03-02 08:14:00 +0100",
            "2026-03-02 07:14 UTC",
            "2026/03/02 08:14",
            "02-03-2026 08:14",
            "2-3-2026 8:14:00",
            "02-03-26 08:14",
            "02/03/2026 08:14",
            "2.3.2026 08:14",
            "02-Mar-2026 08:14AM",
            "02-Mar-2026 08:14 AM",
            "2 mrt 2026 om 08:14 uur",
            "maandag 2 maart 2026 08:14",
            "Mar 2, 2026 8:14 AM",
            "March 2, 2026 at 8:14 AM",
            "Mon, 2 Mar 2026 08:14:00 +0100",
            "Mon Mar 02 07:14:00 +0000 2026",
            "1772435640",
            "1772435640000",
            "46083.343055555",
            "46083,343055555",
        ] {
            let read = parse_moment(written, AMSTERDAM);
            let read = read.map(|moment| (moment.at.timestamp(), moment.is_day));
            assert_eq!(read, Ok((1_772_435_640, false)), "{written}");
        }
        let mdy = Writing {
            month_first: true,
            ..AMSTERDAM
        };
        for written in ["3/2/2026 8:14 AM", "02-Mar-2026 08:14"] {
            let read = parse_moment(written, mdy).map(|moment| moment.at.timestamp());
            assert_eq!(read, Ok(1_772_435_640), "{written}");
        }
    }

    #[test]
    fn a_day_is_a_day() {
        let read = parse_moment("2 maart 2026", AMSTERDAM).unwrap();
        assert!(read.is_day);
        assert_eq!(read.at.timestamp(), 1_772_406_000);
    }

    #[test]
    fn says_what_may_be_wrong() {
        let why = parse_moment("03/29/2026 08:14", AMSTERDAM).unwrap_err();
        assert!(why.contains("--dates mdy"), "{why}");
        for written in [
            "",
            "now",
            "31-02-2026",
            "99999999999999999999",
            "25:61",
            "1-2",
        ] {
            assert!(parse_moment(written, AMSTERDAM).is_err(), "{written}");
        }
    }
}
