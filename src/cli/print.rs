//! Printing for people: tables, local times, and text that cannot play tricks.
#![expect(clippy::print_stderr, reason = "this is where commands speak")]

use std::fmt::Write as _;
use std::process::ExitCode;

use chrono::DateTime;
use serde_json::Value;

/// How a tab is shown.
const TAB: &str = "    ";

/// A letter as it may be printed: what controls a terminal, or could hide what
/// stands here by turning the direction of writing, is shown as a mark.
pub(super) fn visible(letter: char) -> String {
    match letter {
        '\t' => TAB.to_owned(),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "\u{fffd}".to_owned(),
        letter if letter.is_control() => "\u{fffd}".to_owned(),
        letter => letter.to_string(),
    }
}

/// Text that came from outside, made safe for a terminal; lines stay lines.
pub(super) fn safe(text: &str) -> String {
    let shown = |letter| {
        if letter == '\n' {
            "\n".to_owned()
        } else {
            visible(letter)
        }
    };
    text.chars().map(shown).collect()
}

/// An RFC 3339 instant as people read it, in the zone it is written in; a dash
/// for none.
pub(super) fn local(instant: &Value) -> String {
    let written = instant.as_str().unwrap_or_default();
    let instant = DateTime::parse_from_rfc3339(written);
    instant.map_or_else(
        |_| "-".to_owned(),
        |instant| instant.format("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// A value as a cell: strings without quotes, null as a dash.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => safe(&text.replace('\n', " ")),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The items of a list; none of what is no list.
pub(super) fn list_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// No column is wider; what is longer in one row moves only that row.
const WIDEST: usize = 200;

/// Rows under headers, in columns as wide as needed.
pub(super) fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain([headers[column].chars().count()])
            .max()
            .unwrap_or(0)
            .min(WIDEST)
    };
    let widths: Vec<usize> = (0..headers.len()).map(width).collect();
    let mut printed = String::new();
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    for row in std::iter::once(&headers).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        printed.push_str(line.trim_end());
        printed.push('\n');
    }
    printed
}

/// Lines of at most so many letters, unless a single word is longer.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut n_last = 0;
    for word in text.split_whitespace() {
        let n_word = word.chars().count();
        match lines.last_mut() {
            Some(line) if n_last + 1 + n_word <= width => {
                line.push(' ');
                line.push_str(word);
                n_last += 1 + n_word;
            }
            _ => {
                lines.push(word.to_owned());
                n_last = n_word;
            }
        }
    }
    lines
}

pub(super) fn say(text: &str) {
    // A reader that stopped reading (`| head`) is no reason to panic.
    let mut out = std::io::stdout().lock();
    let _ = std::io::Write::write_all(&mut out, text.as_bytes());
    let _ = std::io::Write::write_all(&mut out, b"\n");
}

pub(super) fn json(value: &Value) {
    say(&serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Says on stderr why it could not be done; exit code 1.
pub(super) fn failed(why: &str) -> ExitCode {
    eprintln!("error: {}", safe(why));
    ExitCode::FAILURE
}

/// A remark beside the result, on stderr.
pub(super) fn note(text: &str) {
    eprintln!("{}", safe(text));
}
