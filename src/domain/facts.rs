//! The fact sheet: what is known, by whom and since when.

use std::collections::BTreeMap;

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::playbook::FactKind;
use super::text::Language;
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
    /// When it was written down.
    pub at: Timestamp,
    /// Who said it, where we have it from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was so, if that is not when it was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
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

/// The question behind a fact that is always there; `None` for any other.
pub fn always_asks(name: &str, language: Language) -> Option<&'static str> {
    let (nl, en) = match name {
        "known" => ("Wat weten wij nu zeker?", "What do we know for sure now?"),
        "unknown" => ("Wat weten wij nog niet?", "What do we not know yet?"),
        "doing" => ("Wat doen wij nu?", "What are we doing now?"),
        "advice" => (
            "Wat kunnen mensen zelf doen?",
            "What can people do themselves?",
        ),
        "remedy" => ("Hoe maken wij het goed?", "How do we put it right?"),
        "next_update" => (
            "Hoe laat komt het volgende bericht?",
            "When does the next update come?",
        ),
        "similar_before" => ("Is dit eerder gebeurd?", "Has this happened before?"),
        "bad_reputation" => (
            "Dachten mensen al slecht over ons?",
            "Did people think badly of us already?",
        ),
        _ => return None,
    };
    Some(match language {
        Language::Nl => nl,
        Language::En => en,
    })
}

/// How much an open question matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Drafts that are called for now and cannot go out for want of it.
    pub n_gaps: usize,
    /// Drafts whose template asks for it.
    pub n_drafts: usize,
    /// Open tasks that cannot be ticked without it.
    pub n_tasks: usize,
    /// Whether finding it out is up to who asks.
    pub is_mine: bool,
}

impl Need {
    /// Smaller is asked first: what most drafts wait for, then what tasks wait
    /// for, then what is up to this person.
    pub fn rank(
        &self,
    ) -> (
        std::cmp::Reverse<usize>,
        std::cmp::Reverse<usize>,
        bool,
        std::cmp::Reverse<usize>,
    ) {
        use std::cmp::Reverse;
        (
            Reverse(self.n_gaps),
            Reverse(self.n_tasks),
            !self.is_mine,
            Reverse(self.n_drafts),
        )
    }
}

/// In characters; it stands in the middle of a text.
const LONGEST: usize = 2_000;

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
    if whole.chars().count() > LONGEST {
        return Err(format!(
            "the value is longer than {LONGEST} characters: a fact is a sentence or two"
        ));
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
        // The hour that comes twice in autumn: the first of the two, as long as it is
        // not over.
        LocalResult::Ambiguous(first, second) => {
            let is_over = first.with_timezone(&Utc) < now - JUST_NOW;
            let instant = if is_over { second } else { first };
            Ok(instant.with_timezone(&Utc))
        }
        LocalResult::None => Err(format!(
            "{written} does not exist: the clock skips that hour; {how}"
        )),
    }
}

/// How long a moment is not over yet for who types it.
const JUST_NOW: TimeDelta = TimeDelta::minutes(5);

/// A clock time that comes within so long is not yesterday's.
const STILL_TO_COME: TimeDelta = TimeDelta::hours(8);

/// The same for something that happened: a clock time is the latest one that has
/// come, and what is still to come is refused.
pub fn read_past(written: &str, zone: Tz, now: Timestamp) -> Result<Timestamp, String> {
    // A minute that has only just begun is now.
    let has_come = |instant: &Timestamp| *instant <= now + TimeDelta::minutes(1);
    let Ok(clock) = NaiveTime::parse_from_str(written, "%H:%M") else {
        let read = read_time(written, zone, now)?;
        return match read <= now {
            true => Ok(read),
            false => Err(format!(
                "`{written}` is still to come; write since when it is so, such as 14:30"
            )),
        };
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
    // Who types a time that comes in a while mistyped, or is early: yesterday's is
    // not what he means.
    if let Some(comes) = on(today).filter(|instant| !has_come(instant))
        && comes - now < STILL_TO_COME
    {
        return Err(format!(
            "`{written}` is still to come; write since when it is so, with the day if that was yesterday, such as 2026-03-02 14:30"
        ));
    }
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
    fn what_most_drafts_wait_for_is_asked_first_then_what_is_mine() {
        let need = |n_gaps, n_drafts, n_tasks, is_mine| Need {
            n_gaps,
            n_drafts,
            n_tasks,
            is_mine,
        };
        let mut all = [
            need(0, 9, 0, true),
            need(2, 2, 0, false),
            need(0, 0, 1, false),
            need(2, 2, 0, true),
            need(7, 7, 0, false),
        ];
        all.sort_by_key(Need::rank);
        let order: Vec<_> = all.map(|one| (one.n_gaps, one.n_tasks, one.is_mine)).into();
        let expected = [
            (7, 0, false),
            (2, 0, true),
            (2, 0, false),
            (0, 1, false),
            (0, 0, true),
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn in_the_hour_that_comes_twice_a_time_is_the_one_still_to_come() {
        let read = |typed: &str, now: &str| {
            let now: Timestamp = now.parse().unwrap();
            let at = read_time(typed, chrono_tz::Europe::Amsterdam, now).unwrap();
            at.format("%H:%M").to_string()
        };
        // 02:54 in summer time: half past two is to come once more.
        assert_eq!(read("02:30", "2026-10-25T00:54:00Z"), "01:30");
        assert_eq!(read("2026-10-25 02:30", "2026-10-25T00:54:00Z"), "01:30");
        assert_eq!(read("02:30", "2026-10-25T00:10:00Z"), "00:30");
        assert_eq!(read("02:30", "2026-10-25T00:33:00Z"), "00:30");
    }

    #[test]
    fn since_when_it_is_so_lies_behind_us() {
        let now: Timestamp = "2026-03-02T11:00:00Z".parse().unwrap();
        let read = |typed: &str| {
            read_past(typed, chrono_tz::Europe::Amsterdam, now).map(|at| at.to_rfc3339())
        };
        assert_eq!(read("09:00").unwrap(), "2026-03-02T08:00:00+00:00");
        assert_eq!(read("23:30").unwrap(), "2026-03-01T22:30:00+00:00");
        assert_eq!(read("12:00").unwrap(), "2026-03-02T11:00:00+00:00");
        assert!(read("2026-03-02 12:01").is_err());
        assert!(read("12:05").is_err() && read("19:59").is_err());
        assert!(read("vanochtend").is_err());
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
        assert_eq!(read("22:30"), Ok(at("2026-03-01T21:30:00Z")));
        assert!(read("12:30").is_err(), "that is mistyped, not yesterday");
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
