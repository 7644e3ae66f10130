//! The fact sheet: what is known, by whom and since when.

use std::collections::BTreeMap;

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::playbook::FactKind;
use super::time::Timestamp;

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    Text(String),
    List(Vec<String>),
    Number(f64),
    Time(Timestamp),
    Date(NaiveDate),
    YesNo(bool),
}

/// One filled-in fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub value: FactValue,
    pub by: String,
    pub at: Timestamp,
}

/// Facts by name; what is not in it is not known.
pub type FactSheet = BTreeMap<String, Fact>;

/// The facts that every playbook has without asking for them.
pub const ALWAYS: [(&str, FactKind); 8] = [
    ("known", FactKind::List),
    ("unknown", FactKind::List),
    ("doing", FactKind::List),
    ("advice", FactKind::List),
    ("remedy", FactKind::Text),
    ("next_update", FactKind::Time),
    ("similar_before", FactKind::YesNo),
    ("bad_reputation", FactKind::YesNo),
];

/// Reads what a person typed for a fact of this kind. Several words in `typed`
/// are several items of a list, and one text otherwise. The error says how to
/// write it.
pub fn read_value(
    kind: FactKind,
    typed: &[String],
    zone: Tz,
    now: Timestamp,
) -> Result<FactValue, String> {
    let whole = typed.join(" ").trim().to_owned();
    if whole.is_empty() {
        return Err("the value is empty".to_owned());
    }
    match kind {
        FactKind::Text => Ok(FactValue::Text(whole)),
        FactKind::List => {
            let items = typed
                .iter()
                .map(|item| item.trim().to_owned())
                .filter(|item| !item.is_empty());
            Ok(FactValue::List(items.collect()))
        }
        FactKind::Number => read_number(&whole).map(FactValue::Number),
        FactKind::Time => read_time(&whole, zone, now).map(FactValue::Time),
        FactKind::Date => NaiveDate::parse_from_str(&whole, "%Y-%m-%d")
            .map(FactValue::Date)
            .map_err(|_| format!("`{whole}` is not a date; write 2026-03-02")),
        FactKind::YesNo => match whole.to_lowercase().as_str() {
            "yes" | "ja" | "true" => Ok(FactValue::YesNo(true)),
            "no" | "nee" | "false" => Ok(FactValue::YesNo(false)),
            _ => Err(format!("`{whole}` is not an answer; write yes or no")),
        },
    }
}

fn read_number(written: &str) -> Result<f64, String> {
    // 1.200 is twelve hundred to one reader and one and a fifth to another; in
    // a statement about people that must not be guessed.
    let is_grouped = written
        .split(['.', ','])
        .skip(1)
        .any(|group| group.len() == 3);
    let plain = written
        .chars()
        .all(|letter| letter.is_ascii_digit() || ".,-".contains(letter));
    if is_grouped || !plain {
        return Err(format!(
            "`{written}` is not a number; write it without thousands separators, such as 1200"
        ));
    }
    let number: f64 = written
        .replace(',', ".")
        .parse()
        .map_err(|_| format!("`{written}` is not a number"))?;
    Ok(number)
}

/// Reads RFC 3339, `2026-03-02 14:30` or `14:30`, in `zone` unless it says
/// another; the error says how to write it.
pub fn read_time(written: &str, zone: Tz, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(written) {
        return Ok(instant.with_timezone(&Utc));
    }
    let how = "write a clock time such as 14:30, or 2026-03-02 14:30";
    let bad = || format!("`{written}` is not a time; {how}");
    let local = match NaiveTime::parse_from_str(written, "%H:%M") {
        Ok(clock) => {
            let today = now.with_timezone(&zone);
            let day = today.date_naive();
            // A clock time that has passed means tomorrow's, unless it was only
            // just now.
            let is_past = clock < today.time() - TimeDelta::hours(1)
                && today.time() > NaiveTime::MIN + TimeDelta::hours(1);
            if is_past {
                day.succ_opt().unwrap_or(day).and_time(clock)
            } else {
                day.and_time(clock)
            }
        }
        Err(_) => NaiveDateTime::parse_from_str(written, "%Y-%m-%d %H:%M").map_err(|_| bad())?,
    };
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) => Ok(instant.with_timezone(&Utc)),
        // The hour that comes twice in autumn: the first of the two.
        LocalResult::Ambiguous(first, _) => Ok(first.with_timezone(&Utc)),
        LocalResult::None => Err(format!(
            "{written} does not exist: the clock skips that hour; {how}"
        )),
    }
}

/// The same for something that happened: a clock time is the latest one that has
/// come.
pub fn read_past(written: &str, zone: Tz, now: Timestamp) -> Result<Timestamp, String> {
    let Ok(clock) = NaiveTime::parse_from_str(written, "%H:%M") else {
        return read_time(written, zone, now);
    };
    let today = now.with_timezone(&zone).date_naive();
    let on = |day: NaiveDate| match zone.from_local_datetime(&day.and_time(clock)) {
        LocalResult::Single(instant) => Some(instant.with_timezone(&Utc)),
        LocalResult::Ambiguous(first, second) => {
            let second = second.with_timezone(&Utc);
            Some(if second <= now {
                second
            } else {
                first.with_timezone(&Utc)
            })
        }
        LocalResult::None => None,
    };
    // A minute that has only just begun is now.
    let has_come = |instant: &Timestamp| *instant <= now + TimeDelta::minutes(1);
    let days = [Some(today), today.pred_opt()];
    let found = days.into_iter().flatten().filter_map(on).find(has_come);
    found.ok_or_else(|| format!("{written} does not exist: the clock skips that hour"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: FactKind, typed: &str, expected: Option<FactValue>) {
        let now = DateTime::parse_from_rfc3339("2026-03-02T11:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let value = read_value(kind, &[typed.to_owned()], chrono_tz::Europe::Amsterdam, now);
        assert_eq!(value.ok(), expected, "{typed}");
    }

    #[test]
    fn a_clock_time_that_was_is_the_latest_one() {
        let at = |written: &str| {
            let instant = DateTime::parse_from_rfc3339(written).unwrap();
            instant.with_timezone(&Utc)
        };
        let now = at("2026-03-02T11:00:00Z");
        let read = |written: &str| read_past(written, chrono_tz::Europe::Amsterdam, now);
        assert_eq!(read("11:55"), Ok(at("2026-03-02T10:55:00Z")));
        assert_eq!(read("12:00"), Ok(now));
        assert_eq!(read("12:30"), Ok(at("2026-03-01T11:30:00Z")));
        assert!(read("kwart over").is_err());
    }

    #[test]
    fn reads_what_people_type() {
        let at = |written: &str| {
            FactValue::Time(
                DateTime::parse_from_rfc3339(written)
                    .unwrap()
                    .with_timezone(&Utc),
            )
        };
        check(FactKind::Time, "14:30", Some(at("2026-03-02T13:30:00Z")));
        check(FactKind::Time, "09:00", Some(at("2026-03-03T08:00:00Z")));
        check(
            FactKind::Time,
            "2026-07-01 10:00",
            Some(at("2026-07-01T08:00:00Z")),
        );
        check(FactKind::Time, "2026-03-29 02:30", None);
        check(FactKind::Number, "1200", Some(FactValue::Number(1200.0)));
        check(FactKind::Number, "1,5", Some(FactValue::Number(1.5)));
        check(FactKind::Number, "1.200", None);
        check(FactKind::YesNo, "Ja", Some(FactValue::YesNo(true)));
        check(FactKind::YesNo, "misschien", None);
        check(FactKind::Date, "2 maart", None);
    }
}
