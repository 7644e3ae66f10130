//! Shows findings to people, with the line and a marker under the mistake.
//!
//! Text from files is foreign: it could hold escape sequences that rewrite the
//! terminal, so every control character is shown as a harmless sign.

use std::fmt::Write;

use super::print::visible;
use crate::domain::finding::{Finding, Severity};

/// Columns of source that are shown; longer lines are cut around the marker.
const WIDTH: usize = 100;

/// All findings and a summary line, as `check` prints them.
pub fn findings(findings: &[Finding], is_coloured: bool) -> String {
    let mut shown = String::new();
    for finding in findings {
        one(&mut shown, finding, is_coloured);
        shown.push('\n');
    }
    shown
}

/// "3 errors, 2 warnings".
pub fn tally(findings: &[Finding]) -> String {
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let mut parts = Vec::new();
    for (number, noun) in [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
    ] {
        if number > 0 {
            parts.push(counted(number, noun));
        }
    }
    parts.join(", ")
}

/// "1 watch", "2 watches".
pub fn counted(number: usize, noun: &str) -> String {
    let ending = match number {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{number} {noun}{ending}")
}

/// Colours of the parts, all empty on what is not a terminal.
struct Palette {
    severity: &'static str,
    frame: &'static str,
    bold: &'static str,
    off: &'static str,
}

fn palette(severity: Severity, is_coloured: bool) -> Palette {
    if !is_coloured {
        return Palette {
            severity: "",
            frame: "",
            bold: "",
            off: "",
        };
    }
    Palette {
        severity: match severity {
            Severity::Error => "\x1b[1;31m",
            Severity::Warning => "\x1b[1;33m",
        },
        frame: "\x1b[1;34m",
        bold: "\x1b[1m",
        off: "\x1b[0m",
    }
}

fn one(shown: &mut String, finding: &Finding, is_coloured: bool) {
    let Palette {
        severity,
        frame,
        bold,
        off,
    } = palette(finding.severity, is_coloured);
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let message = harmless(&finding.message);
    let mut put = |line: std::fmt::Arguments<'_>| {
        let _ = shown.write_fmt(line);
        shown.push('\n');
    };
    put(format_args!(
        "{severity}{word}[{}]{off}{bold}: {message}{off}",
        finding.id
    ));
    let file = harmless(&finding.file);
    let number = finding.line.to_string();
    let gutter = " ".repeat(if finding.line == 0 { 1 } else { number.len() });
    if finding.line == 0 {
        if !file.is_empty() {
            put(format_args!("{gutter}{frame}-->{off} {file}"));
        }
    } else {
        put(format_args!(
            "{gutter}{frame}-->{off} {file}:{}:{}",
            finding.line, finding.column
        ));
        let (line, before, marked) = marked(finding);
        put(format_args!("{gutter} {frame}|{off}"));
        put(format_args!("{frame}{number} |{off} {line}"));
        put(format_args!(
            "{gutter} {frame}|{off} {}{severity}{}{off}",
            " ".repeat(before),
            "^".repeat(marked)
        ));
    }
    if !finding.hint.is_empty() {
        put(format_args!(
            "{gutter} {frame}={off} {bold}hint{off}: {}",
            harmless(&finding.hint)
        ));
    }
}

/// The line as it is shown, the columns before the marker, and its width.
pub(super) fn marked(finding: &Finding) -> (String, usize, usize) {
    let letters: Vec<char> = finding.text.chars().collect();
    let start = finding.column.saturating_sub(1).min(letters.len());
    let end = (start + finding.length.max(1))
        .min(letters.len())
        .max(start);
    let (from, to) = if letters.len() <= WIDTH {
        (0, letters.len())
    } else {
        let from = start.saturating_sub(WIDTH / 3).min(letters.len() - WIDTH);
        (from, from + WIDTH)
    };
    let part = |from: usize, to: usize| -> String {
        letters[from.min(to)..to]
            .iter()
            .map(|c| visible(*c))
            .collect()
    };
    let (lead, tail) = (
        if from > 0 { "…" } else { "" },
        if to < letters.len() { "…" } else { "" },
    );
    let line = format!("{lead}{}{tail}", part(from, to));
    let before = lead.chars().count() + columns(&part(from, start));
    let width = columns(&part(start, end.min(to))).max(1);
    (line, before, width)
}

/// How many columns a terminal needs for it, roughly: what stands above another
/// letter needs none, East Asian letters and pictures need two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
            0x1100..=0x115F
            | 0x2E80..=0xA4CF
            | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F
            | 0xFF00..=0xFF60
            | 0xFFE0..=0xFFE6
            | 0x1F300..=0x1FAFF
            | 0x20000..=0x3FFFD => 2,
            _ => 1,
        })
        .sum()
}

/// A text from a file in one harmless line.
pub fn harmless(text: &str) -> String {
    let shown = |letter| {
        if letter == '\n' {
            " ".to_owned()
        } else {
            visible(letter)
        }
    };
    text.chars().map(shown).collect()
}
