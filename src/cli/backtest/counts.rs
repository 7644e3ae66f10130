//! `draaiboek backtest --counts`: the condition `unusual` over a table of counts
//! in time. Rows go through the same slow model and detector as in the daemon,
//! one by one, and come out as they came in with one more column.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime};
use csv::{ReaderBuilder, StringRecord};

use crate::cli::print::note;
use crate::domain::retrospect::curve::Curve;
use crate::domain::retrospect::{Firing, Past, Period, Storm};
use crate::domain::time::Timestamp;
use crate::domain::unusual::watching::Follower;
use crate::domain::unusual::{BIN, Sensitivity};
use crate::domain::usual::{Grade, Slot};

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

/// Reads counts and follows them; writes where alarms begin, if that is wanted.
pub(super) fn follow(counts: &Path, events: Option<&Path>, easily: Easily) -> Result<Past, String> {
    let said = |path: &Path| {
        let path = path.display().to_string();
        move |error| format!("{path}: {error}")
    };
    let text = fs::read_to_string(counts).map_err(said(counts))?;
    let told = judge(&text, easily.into()).map_err(|why| format!("{}: {why}", counts.display()))?;
    if let Some(events) = events {
        fs::write(events, &told.table).map_err(said(events))?;
    }
    if told.n_unread > 0 {
        note(&format!(
            "{} rows have no time, no count, or come before the row above them; they were passed over",
            told.n_unread
        ));
    }
    note(&format!("{} rows, {} alarms", told.n_rows, told.n_alarms));
    Ok(told.line.past())
}

/// The table with its new column, and what is to be said of it.
struct Told {
    table: String,
    n_rows: usize,
    n_unread: usize,
    n_alarms: usize,
    line: Line,
}

/// The course of the counts, to be told and drawn.
#[derive(Default)]
struct Line {
    first: Option<i64>,
    last: i64,
    /// Of the hour that runs.
    hour: i64,
    counted: f64,
    sum: f64,
    curve: Curve,
    guessed_from: Option<i64>,
    learnt_from: Option<i64>,
    storms: Vec<Storm>,
    is_on: bool,
}

impl Line {
    fn push(&mut self, at: i64, counted: f64, alarm: bool, follower: &Follower) {
        let hour = at.div_euclid(3_600);
        if self.first.is_none() || hour != self.hour {
            self.end_hour();
            self.hour = hour;
            let expected = follower.usual().expect(Slot::of_utc(hour));
            self.curve.add(hour * 3_600, 0);
            if expected.grade != Grade::Unknown {
                self.curve.set_usual(hour, expected.mentions);
                self.guessed_from = self.guessed_from.or(Some(at));
            }
            if expected.grade == Grade::Learnt {
                self.learnt_from = self.learnt_from.or(Some(at));
            }
        }
        self.first = self.first.or(Some(at));
        self.last = at;
        self.counted += counted;
        self.sum += counted;
        // What the detector says is of bins that are over: it lags behind.
        let begun = self.storms.last().map_or(at, |storm| storm.from);
        if self.is_on && !alarm {
            if let Some(storm) = self.storms.last_mut() {
                storm.until = at;
            }
            self.is_on = follower.detector().is_unusual() || at - begun < 2 * BIN;
        }
        if alarm {
            self.is_on = true;
            let firing = Firing {
                at,
                until: at,
                trigger: "unusual".to_owned(),
                level: String::new(),
                rank: 0,
                because: String::new(),
            };
            self.storms.push(Storm {
                firings: vec![firing],
                from: at,
                until: at,
            });
        }
    }

    fn end_hour(&mut self) {
        // A count that does not fit is beyond any drawing.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "finite and not negative"
        )]
        let counted = self.counted.round() as u32;
        if self.first.is_some() {
            self.curve.add(self.hour * 3_600, counted);
        }
        self.counted = 0.0;
    }

    fn past(mut self) -> Past {
        self.end_hour();
        let at = |second| Timestamp::from_timestamp(second, 0).unwrap_or_default();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "finite and not negative"
        )]
        let n_mentions = self.sum.round() as u64;
        Past {
            period: Period {
                from: at(self.first.unwrap_or(self.last)),
                until: at(self.last),
            },
            storms: self.storms,
            curve: self.curve,
            guessed_from: self.guessed_from,
            learnt_from: self.learnt_from,
            n_mentions,
            voices: 0,
        }
    }
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
        line: Line::default(),
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
            let alarm = follower.push(at, counted);
            told.line.push(at, counted, alarm, &follower);
            alarm
        });
        told.n_rows += 1;
        told.n_unread += usize::from(read.is_none());
        told.n_alarms += usize::from(alarm);
        told.table.push_str(raw);
        told.table.push_str(if alarm { ",1\n" } else { ",0\n" });
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
