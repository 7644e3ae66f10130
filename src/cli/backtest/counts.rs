//! `draaiboek backtest --counts`: the condition `unusual` over a table of counts
//! in time. Rows go through the same slow model and detector as in the daemon,
//! one by one, and come out as they came in with one more column.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime};
use csv::{ReaderBuilder, StringRecord};

use crate::cli::print::note;
use crate::domain::unusual::Sensitivity;
use crate::domain::unusual::watching::Follower;

/// How instants without a zone are written; they are taken as UTC.
const FORMS: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
];

/// `--sensitivity`, as people write it.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Easily {
    Low,
    Normal,
    High,
}

impl From<Easily> for Sensitivity {
    fn from(easily: Easily) -> Self {
        match easily {
            Easily::Low => Self::Low,
            Easily::Normal => Self::Normal,
            Easily::High => Self::High,
        }
    }
}

/// Reads counts, follows them, and writes where alarms begin.
pub(super) fn follow(counts: &Path, events: &Path, easily: Easily) -> Result<(), String> {
    let said = |path: &Path| {
        let path = path.display().to_string();
        move |error| format!("{path}: {error}")
    };
    let text = fs::read_to_string(counts).map_err(said(counts))?;
    let told = judge(&text, easily.into()).map_err(|why| format!("{}: {why}", counts.display()))?;
    fs::write(events, &told.table).map_err(said(events))?;
    if told.n_unread > 0 {
        note(&format!(
            "{} rows have no time, no count, or come before the row above them; they were passed over",
            told.n_unread
        ));
    }
    note(&format!("{} rows, {} alarms", told.n_rows, told.n_alarms));
    Ok(())
}

/// The table with its new column, and what is to be said of it.
struct Told {
    table: String,
    n_rows: usize,
    n_unread: usize,
    n_alarms: usize,
}

fn judge(text: &str, sensitivity: Sensitivity) -> Result<Told, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut follower = Follower::new(sensitivity);
    let mut told = Told {
        table: String::with_capacity(text.len() + text.len() / 8),
        n_rows: 0,
        n_unread: 0,
        n_alarms: 0,
    };
    let mut columns = None;
    let mut last_at = i64::MIN;
    let mut row = StringRecord::new();
    loop {
        let begin = reader.position().byte();
        if !reader
            .read_record(&mut row)
            .map_err(|error| error.to_string())?
        {
            break;
        }
        let raw = raw(text, begin, reader.position().byte());
        let Some((time, value)) = columns else {
            columns = Some(columns_of(&row)?);
            told.table += &format!("{raw},anomaly_score\n");
            continue;
        };
        let read = instant(row.get(time).unwrap_or_default())
            .filter(|at| *at >= last_at)
            .zip(count(row.get(value).unwrap_or_default()));
        let alarm = read.is_some_and(|(at, counted)| {
            last_at = at;
            follower.push(at, counted)
        });
        told.n_rows += 1;
        told.n_unread += usize::from(read.is_none());
        told.n_alarms += usize::from(alarm);
        told.table += &format!("{raw},{}\n", u8::from(alarm));
    }
    if told.n_rows == told.n_unread {
        return Err("there is no row with a timestamp and a value".to_owned());
    }
    Ok(told)
}

/// The row as it was written, without its line end.
fn raw(text: &str, begin: u64, end: u64) -> &str {
    let place = |byte: u64| usize::try_from(byte).unwrap_or(text.len());
    text.get(place(begin)..place(end))
        .unwrap_or_default()
        .trim_matches(['\r', '\n'])
}

/// Where time and count stand.
fn columns_of(header: &StringRecord) -> Result<(usize, usize), String> {
    let place = |name: &str| {
        header
            .iter()
            .position(|column| column.trim().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                format!("the first line names no column `{name}`: write timestamp,value")
            })
    };
    Ok((place("timestamp")?, place("value")?))
}

/// Seconds since 1970; without a zone it is UTC.
fn instant(written: &str) -> Option<i64> {
    let written = written.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(written) {
        return Some(instant.timestamp());
    }
    FORMS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(written, form).ok())
        .map(|instant| instant.and_utc().timestamp())
}

/// A count; what is no number was not counted.
fn count(written: &str) -> Option<f64> {
    let counted: f64 = written.trim().parse().ok()?;
    (counted.is_finite() && counted >= 0.0).then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(judge(text, Sensitivity::Normal).unwrap().table, expected);
    }

    #[test]
    fn rows_come_out_as_they_came() {
        check(
            "timestamp,value\n2015-02-26 21:42:53,104\n2015-02-26 21:47:53,1e2\n",
            "timestamp,value,anomaly_score\n2015-02-26 21:42:53,104,0\n2015-02-26 21:47:53,1e2,0\n",
        );
        check(
            "\u{feff}Value,x,\"timestamp\"\r\n1,\"a, b\",2015-02-26T21:42:53Z\r\n2,,2015-02-26 21:47",
            "Value,x,\"timestamp\",anomaly_score\n1,\"a, b\",2015-02-26T21:42:53Z,0\n2,,2015-02-26 21:47,0\n",
        );
    }

    #[test]
    fn what_cannot_be_read_is_passed_over_and_counted() {
        let text = "timestamp,value\n2015-02-26 21:42:53,3\nlater,3\n2015-02-26 21:47:53,NaN\n\
                    2015-02-26 21:47:53,-1\n2015-02-26 21:40:00,3\n2015-02-26 21:52:53\n";
        let told = judge(text, Sensitivity::Normal).unwrap();
        assert_eq!((told.n_rows, told.n_unread, told.n_alarms), (6, 5, 0));
        assert!(judge("timestamp,value\n", Sensitivity::Normal).is_err());
        assert!(judge("", Sensitivity::Normal).is_err());
        assert!(judge("time,value\n1,2\n", Sensitivity::Normal).is_err());
    }

    #[test]
    fn an_instant_without_a_zone_is_utc() {
        for written in [
            "2026-03-02T08:00:00Z",
            "2026-03-02T09:00:00+01:00",
            " 2026-03-02 08:00:00",
            "2026-03-02T08:00:00.5",
            "2026-03-02 08:00",
        ] {
            assert_eq!(instant(written), Some(1_772_438_400), "{written}");
        }
        assert_eq!(instant("yesterday"), None);
    }
}
