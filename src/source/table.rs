//! Reads mentions from a table: CSV, with commas, semicolons or tabs.
//!
//! For exports of other tools, so it takes their habits: spaces after commas,
//! a byte-order mark, times written in five ways, columns with other names.

use std::io::{BufRead, Read};

use chrono::{DateTime, NaiveDateTime};
use csv::{ByteRecord, ReaderBuilder, Trim};
use serde_json::Value;

use super::body::without_mark;
use super::wire::{Reject, known_platform, shown};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;

/// What a column can hold; the names are those of the wire.
const FIELDS: [&str; 14] = [
    "id",
    "platform",
    "author",
    "author_name",
    "followers",
    "text",
    "url",
    "lang",
    "published_at",
    "kind",
    "in_reply_to",
    "likes",
    "reposts",
    "replies",
];

/// A table that is being read, row by row.
pub struct Table<R> {
    reader: csv::Reader<R>,
    /// By column: its header, and the field it holds.
    columns: Vec<(String, Option<&'static str>)>,
    record: ByteRecord,
    /// The CSV reader counts a `\r\n` only with the row after it.
    late_lines: u64,
    is_over: bool,
}

impl<R: BufRead> Table<R> {
    /// Reads the header. `columns` says which header stands for which field,
    /// as in `("published_at", "Timestamp")`; the others go by their names.
    pub fn new(mut reader: R, columns: &[(String, String)]) -> Result<Self, String> {
        let start = reader.fill_buf().map_err(|error| error.to_string())?;
        let marked = start.len() - without_mark(start).len();
        let delimiter = delimiter_of(&start[marked..]);
        let first_line = start.split(|byte| *byte == b'\n').next();
        let late_lines = u64::from(first_line.is_some_and(|line| line.ends_with(b"\r")));
        reader.consume(marked);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(Trim::All)
            .from_reader(reader);
        let headers = reader
            .headers()
            .map_err(|error| match error.kind() {
                csv::ErrorKind::Utf8 { .. } => NOT_UTF8.to_owned(),
                _ => format!("the header cannot be read: {error}"),
            })?
            .iter()
            .map(str::to_owned)
            .collect();
        Ok(Self {
            columns: assign(headers, columns)?,
            reader,
            record: ByteRecord::new(),
            late_lines,
            is_over: false,
        })
    }
}

const NOT_UTF8: &str =
    "the file is not UTF-8 but perhaps Latin-1 or Windows-1252; save it as UTF-8 (\"CSV UTF-8\")";

/// The sign that cuts the header best, outside quotes.
fn delimiter_of(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut in_quotes = false;
    for &byte in start.iter().take_while(|byte| **byte != b'\n') {
        in_quotes ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!in_quotes && byte == *delimiter);
        }
    }
    let [comma, semicolon, tab] = counts;
    [comma, semicolon, tab]
        .into_iter()
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(b',', |best| best.0)
}

fn assign(
    headers: Vec<String>,
    given: &[(String, String)],
) -> Result<Vec<(String, Option<&'static str>)>, String> {
    let known = headers.join(", ");
    let mut columns: Vec<(String, Option<&'static str>)> =
        headers.into_iter().map(|header| (header, None)).collect();
    for (field, header) in given {
        let field = FIELDS
            .into_iter()
            .find(|known| known == field)
            .ok_or_else(|| {
                format!(
                    "there is no field `{field}`; there are {}",
                    FIELDS.join(", ")
                )
            })?;
        let column = columns
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(header.trim()))
            .ok_or_else(|| format!("there is no column `{header}`; there are {known}"))?;
        column.1 = Some(field);
    }
    for field in FIELDS {
        let is_given = columns.iter().any(|(_, assigned)| *assigned == Some(field));
        let free = columns
            .iter_mut()
            .find(|(header, assigned)| assigned.is_none() && header.eq_ignore_ascii_case(field));
        if let (false, Some(column)) = (is_given, free) {
            column.1 = Some(field);
        }
    }
    if columns
        .iter()
        .all(|(_, field)| *field != Some("published_at"))
    {
        return Err(format!(
            "no column says when a mention was published; \
             say which one does with --columns published_at=NAME; there are {known}"
        ));
    }
    Ok(columns)
}

impl<R: Read> Iterator for Table<R> {
    type Item = Result<Mention, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let read = self.reader.read_byte_record(&mut self.record);
        let line = self
            .record
            .position()
            .map_or(0, |position| position.line() + self.late_lines);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        match read {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                self.is_over = true;
                let reason = format!("the table cannot be read further: {error}");
                return Some(Err(Reject { line, reason }));
            }
        }
        if self
            .record
            .iter()
            .any(|cell| std::str::from_utf8(cell).is_err())
        {
            self.is_over = true;
            let reason = NOT_UTF8.to_owned();
            return Some(Err(Reject { line, reason }));
        }
        Some(self.mention().map_err(|reason| Reject { line, reason }))
    }
}

impl<R> Table<R> {
    fn mention(&self) -> Result<Mention, String> {
        let mut mention = Mention {
            id: String::new(),
            platform: Platform::Other,
            author: None,
            author_name: None,
            followers: None,
            text: String::new(),
            url: None,
            lang: None,
            published_at: Timestamp::UNIX_EPOCH,
            kind: None,
            in_reply_to: None,
            engagement: Engagement::default(),
            extra: serde_json::Map::new(),
        };
        let mut has_time = false;
        for ((header, field), cell) in self.columns.iter().zip(&self.record) {
            let cell = std::str::from_utf8(cell).unwrap_or_default();
            if cell.is_empty() {
                continue;
            }
            match field {
                Some("published_at") => {
                    mention.published_at = parse_time(cell)?;
                    has_time = true;
                }
                Some(field) => put(&mut mention, field, cell),
                None => {
                    let value = Value::String(cell.to_owned());
                    mention.extra.insert(format!("column_{header}"), value);
                }
            }
        }
        if !has_time {
            return Err("the row does not say when it was published".to_owned());
        }
        Ok(mention.complete())
    }
}

/// What is not a count or a platform is kept as it stands, as on the wire.
fn put(mention: &mut Mention, field: &str, cell: &str) {
    let owned = cell.to_owned();
    let count = cell.parse::<u64>().ok();
    let is_taken = match field {
        "id" => set(&mut mention.id, Some(owned)),
        "platform" => set(&mut mention.platform, known_platform(cell)),
        "author" => set(&mut mention.author, Some(Some(owned))),
        "author_name" => set(&mut mention.author_name, Some(Some(owned))),
        "followers" => set(&mut mention.followers, count.map(Some)),
        "text" => set(&mut mention.text, Some(owned)),
        "url" => set(&mut mention.url, Some(Some(owned))),
        "lang" => set(&mut mention.lang, Some(Some(owned))),
        "kind" => set(&mut mention.kind, Some(Some(owned))),
        "in_reply_to" => set(&mut mention.in_reply_to, Some(Some(owned))),
        "likes" => set(&mut mention.engagement.likes, count),
        "reposts" => set(&mut mention.engagement.reposts, count),
        "replies" => set(&mut mention.engagement.replies, count),
        _ => false,
    };
    if !is_taken {
        let value = Value::String(cell.to_owned());
        mention.extra.insert(format!("sent_{field}"), value);
    }
}

fn set<T>(place: &mut T, value: Option<T>) -> bool {
    value.is_some_and(|value| {
        *place = value;
        true
    })
}

/// Reads a time as tables have it; without an offset it is taken as UTC.
pub fn parse_time(written: &str) -> Result<Timestamp, String> {
    let written = written.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(written) {
        return Ok(instant.to_utc());
    }
    if !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) {
        // Eleven digits of seconds are the year 5138, of milliseconds 1973.
        let number: Option<i64> = written.parse().ok();
        let instant = number.and_then(|number| match written.len() {
            ..=11 => DateTime::from_timestamp(number, 0),
            _ => DateTime::from_timestamp_millis(number),
        });
        return instant.ok_or_else(|| not_a_time(written));
    }
    for format in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"] {
        if let Ok(instant) = NaiveDateTime::parse_from_str(written, format) {
            return Ok(instant.and_utc());
        }
    }
    DateTime::parse_from_str(written, "%a %b %d %H:%M:%S %z %Y")
        .map(|instant| instant.to_utc())
        .map_err(|_| not_a_time(written))
}

fn not_a_time(written: &str) -> String {
    format!(
        "`{}` is not a time; write it as 2013-11-29T22:51:28Z",
        shown(written)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], columns: &[(&str, &str)], expected: &[&str]) {
        let columns: Vec<(String, String)> = columns
            .iter()
            .map(|(field, header)| ((*field).to_owned(), (*header).to_owned()))
            .collect();
        let read: Vec<String> = match Table::new(text, &columns) {
            Err(reason) => vec![reason],
            Ok(table) => table
                .map(|row| match row {
                    Ok(mention) => format!(
                        "{} {} {} {}",
                        mention.id,
                        mention.published_at.timestamp(),
                        mention.platform.name(),
                        mention.text
                    ),
                    Err(reject) => format!("{}: {}", reject.line, reject.reason),
                })
                .collect(),
        };
        assert_eq!(read.len(), expected.len(), "{read:?}");
        for (read, expected) in read.iter().zip(expected) {
            assert!(read.starts_with(expected), "{read:?} {expected:?}");
        }
    }

    #[test]
    fn reads_what_other_tools_export() {
        check(
            b"Timestamp, Tweet-ID, Included(Y/N)\n\"Fri Nov 29 18:49:59 +0000 2013\",\"406\",Y\n",
            &[("published_at", "Timestamp"), ("id", "Tweet-ID")],
            &["406 1385750999 other "],
        );
        check(
            "\u{feff}published_at;text;id;platform\r\n2013-11-29 22:51:28;\"a;b\r\n\"\"c\"\"\";1;X\r\nsoon;x;2;\r\n".as_bytes(),
            &[],
            &["1 1385765488 x a;b\r\n\"c\"", "4: `soon` is not a time"],
        );
        check(
            b"id\tpublished_at\n1\t1385765488\n2\n",
            &[],
            &["1 1385765488", "3: the row does not"],
        );
    }

    #[test]
    fn says_what_is_wrong_with_the_table() {
        check(b"a,b\n", &[], &["no column says when"]);
        check(
            b"a,b\n",
            &[("published_at", "c")],
            &["there is no column `c`; there are a, b"],
        );
        check(b"a,b\n", &[("when", "a")], &["there is no field `when`"]);
        check(
            b"published_at,text\n1385765488,pati\xebnt\n1385765488,x\n",
            &[],
            &["2: the file is not UTF-8"],
        );
        check(b"", &[], &["no column says when"]);
    }

    #[test]
    fn reads_times() {
        for written in [
            "2013-11-29T22:51:28Z",
            "2013-11-29T23:51:28+01:00",
            "2013-11-29 22:51:28",
            "2013-11-29T22:51:28",
            "Fri Nov 29 22:51:28 +0000 2013",
            "1385765488",
            "1385765488000",
        ] {
            assert_eq!(
                parse_time(written).map(|at| at.timestamp()),
                Ok(1_385_765_488),
                "{written}"
            );
        }
        for written in ["", "now", "29-11-2013", "99999999999999999999"] {
            assert!(parse_time(written).is_err(), "{written}");
        }
    }
}
