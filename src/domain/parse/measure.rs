//! Reads lengths, moments, ratios, shares, rates, clock times and dates.
//!
//! All of them are words to YAML, or worse: `10:20` is a number to some
//! readers. Here only the letters count.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::condition::{LONGEST_WINDOW, Moment};
use crate::domain::time::parse_duration;

use super::problems::{Problems, Span};
use super::tree::{Node, shortened};
use super::value::word;

pub(super) fn duration(node: &Node, problems: &Problems) -> Option<Duration> {
    let written = word(node, "a duration", "30m", problems)?;
    parse_duration(written)
        .map_err(|reason| duration_problem(node, &reason, problems))
        .ok()
}

/// A duration that is not zero.
pub(super) fn length(node: &Node, problems: &Problems) -> Option<Duration> {
    let length = duration(node, problems)?;
    if length.is_zero() {
        problems.error(
            node.span,
            "duration",
            "this duration must be longer than nothing",
            "for example 10m",
        );
        return None;
    }
    Some(length)
}

/// Where a window in this condition is longer than is kept; else the condition itself.
pub(super) fn too_long_a_window(node: &Node) -> Span {
    fn find(node: &Node) -> Option<Span> {
        let is_long = |node: &Node| {
            let length = node
                .scalar()
                .and_then(|written| parse_duration(written).ok());
            length.is_some_and(|length| length > LONGEST_WINDOW)
        };
        let mut entries = node.entries().iter();
        let own = entries.find(|entry| entry.key == "within" && is_long(&entry.value));
        own.map(|entry| entry.value.span)
            .or_else(|| node.entries().iter().find_map(|entry| find(&entry.value)))
            .or_else(|| node.items().iter().find_map(find))
    }
    find(node).unwrap_or(node.span)
}

fn duration_problem(node: &Node, reason: &str, problems: &Problems) {
    let (message, hint) = reason.rsplit_once("; ").unwrap_or((reason, ""));
    problems.error(node.span, "duration", message, hint);
}

/// `72h`, `72h after NAME`, `14d before NAME`.
pub(super) fn moment(node: &Node, problems: &Problems) -> Option<Moment> {
    let written = word(node, "a moment", "30m, or 72h after start", problems)?;
    let words: Vec<&str> = written.split_whitespace().collect();
    let (length, anchor) = match words.as_slice() {
        [length] => (*length, None),
        [length, "after", name] => (*length, Some((true, *name))),
        [length, "before", name] => (*length, Some((false, *name))),
        _ => {
            problems.error(
                node.span,
                "moment",
                format!("`{}` is not a moment", shortened(written)),
                "write a duration, or `72h after NAME`, or `14d before NAME`",
            );
            return None;
        }
    };
    let length = parse_duration(length)
        .map_err(|reason| duration_problem(node, &reason, problems))
        .ok()?;
    Some(match anchor {
        None => Moment::Since(length),
        Some((true, name)) => Moment::After(length, name.to_owned()),
        Some((false, name)) => Moment::Before(length, name.to_owned()),
    })
}

/// `4x`, `1.5x`.
pub(super) fn ratio(node: &Node, problems: &Problems) -> Option<f64> {
    let written = word(node, "a ratio", "3x", problems)?;
    measured(
        node,
        written,
        "x",
        "ratio",
        "write a number and an x, such as 3x or 1.5x",
        problems,
    )
    .filter(|ratio| {
        if *ratio <= 0.0 {
            problems.error(node.span, "ratio", "a ratio must be more than nothing", "");
        }
        *ratio > 0.0
    })
}

/// `60%`, as a number from 0 to 1.
pub(super) fn share(node: &Node, problems: &Problems) -> Option<f64> {
    let written = word(node, "a share", "60%", problems)?;
    let percentage = measured(
        node,
        written,
        "%",
        "share",
        "write a percentage, such as 60%",
        problems,
    )?;
    if percentage > 100.0 {
        problems.error(node.span, "share", "a share cannot be more than 100%", "");
        return None;
    }
    Some(percentage / 100.0)
}

fn measured(
    node: &Node,
    written: &str,
    unit: &str,
    id: &'static str,
    hint: &str,
    problems: &Problems,
) -> Option<f64> {
    let digits = written.strip_suffix(unit).unwrap_or("");
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.len() <= 12
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = digits.parse::<f64>().ok().filter(|_| is_number);
    if number.is_none() {
        problems.error(
            node.span,
            id,
            format!("`{}` is not a {id}", shortened(written)),
            hint,
        );
    }
    number
}

/// `120/h`, as mentions an hour.
pub(super) fn rate(node: &Node, problems: &Problems) -> Option<f64> {
    let written = word(node, "a rate", "120/h", problems)?;
    let parsed = written.split_once('/').and_then(|(number, unit)| {
        let is_number = !number.is_empty()
            && number.len() <= 9
            && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let an_hour = match unit {
            "m" => 60.0,
            "h" => 1.0,
            "d" => 1.0 / 24.0,
            _ => return None,
        };
        number
            .parse::<f64>()
            .ok()
            .filter(|_| is_number)
            .map(|number| number * an_hour)
    });
    if parsed.is_none() {
        problems.error(
            node.span,
            "rate",
            format!("`{}` is not a rate", shortened(written)),
            "write a number and /m, /h or /d, such as 120/h",
        );
    }
    parsed
}

/// `"09:00"`. Unquoted it is a number to some readers of YAML.
pub(super) fn clock(node: &Node, problems: &Problems) -> Option<NaiveTime> {
    let written = word(node, "a clock time", "\"09:00\"", problems)?;
    if !node.is_quoted() {
        problems.error(
            node.span,
            "clock",
            format!("the clock time `{}` must be quoted", shortened(written)),
            format!(
                "write \"{}\"; without quotes some programs read it as a number",
                shortened(written)
            ),
        );
        return None;
    }
    let time = clock_time(written);
    if time.is_none() {
        problems.error(
            node.span,
            "clock",
            format!("`{}` is not a clock time", shortened(written)),
            "write hours and minutes, such as \"09:00\"",
        );
    }
    time
}

pub(super) fn clock_time(written: &str) -> Option<NaiveTime> {
    let is_shaped = written.len() == 5 && written.as_bytes()[2] == b':';
    NaiveTime::parse_from_str(written, "%H:%M")
        .ok()
        .filter(|_| is_shaped)
}

pub(super) fn date(node: &Node, problems: &Problems) -> Option<NaiveDate> {
    let written = word(node, "a date", "2026-03-02", problems)?;
    let date = NaiveDate::parse_from_str(written, "%Y-%m-%d")
        .ok()
        .filter(|_| written.len() == 10);
    if date.is_none() {
        problems.error(
            node.span,
            "date",
            format!("`{}` is not a date", shortened(written)),
            "write year, month and day, such as 2026-03-02",
        );
    }
    date
}

/// `2026-03-02 10:00`.
pub(super) fn date_and_clock(node: &Node, problems: &Problems) -> Option<NaiveDateTime> {
    let written = word(node, "a date and clock time", "2026-03-02 10:00", problems)?;
    let instant = NaiveDateTime::parse_from_str(written, "%Y-%m-%d %H:%M")
        .ok()
        .filter(|_| written.len() == 16);
    if instant.is_none() {
        problems.error(
            node.span,
            "date",
            format!("`{}` is not a date and clock time", shortened(written)),
            "write 2026-03-02 10:00",
        );
    }
    instant
}
