//! The curve in the terminal: bars of mentions an hour, the usual as dots, marks
//! where alarms began.

use std::fmt::Write as _;

use chrono::Offset;

use super::view::{View, at};
use crate::domain::retrospect::curve::Column;

/// Rows of bars.
const ROWS: usize = 8;

/// Letters left of the bars.
const MARGIN: usize = 8;

/// Parts of a block, an eighth each.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const RED: &str = "\x1b[31m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// How many seconds the reader's clocks are ahead when the curve begins.
pub(super) fn ahead(view: &View) -> i64 {
    let start = at(view.past.curve.start * 3_600).with_timezone(&view.zone);
    i64::from(start.offset().fix().local_minus_utc())
}

/// Draws it in so many letters; nothing when there is nothing to draw.
pub(super) fn draw(view: &View, width: usize, is_coloured: bool) -> String {
    let room = width.saturating_sub(MARGIN + 1).max(20);
    let columns = view.past.curve.columns(room, ahead(view));
    let Some(first) = columns.first() else {
        return String::new();
    };
    let usuals = columns.iter().filter_map(|column| column.usual);
    let most = columns.iter().map(|column| column.most).max().unwrap_or(0);
    let top = usuals.fold(most as f32, f32::max).max(1.0);
    let step = (first.until - first.from) / 3_600;
    let mut text = match step {
        1 => "Mentions an hour".to_owned(),
        step if step % 24 == 0 => format!("Mentions in the busiest hour of {}", days(step / 24)),
        step => format!("Mentions in the busiest of {step} hours"),
    };
    text.push_str("; · is usual, ▲ an alarm");
    if !view.known.incidents.is_empty() {
        text.push_str(", ━ an incident");
    }
    text.push_str("\n\n");
    // A short curve is stretched, so that it can be read.
    let stretch = (room / columns.len()).clamp(1, 4);
    let alarms = |column: &Column| {
        let mut storms = view.past.storms.iter();
        storms.any(|storm| column.from <= storm.from && storm.from < column.until)
    };
    let in_storm = |column: &Column| {
        let mut storms = view.past.storms.iter();
        storms.any(|storm| storm.from < column.until && column.from < storm.until)
    };
    for row in (0..ROWS).rev() {
        let label = match row {
            0 => "0".to_owned(),
            row if row == ROWS - 1 => format!("{top:.0}"),
            _ => String::new(),
        };
        let mut line = format!("{label:>width$} ", width = MARGIN - 1);
        for column in &columns {
            let cell = cell(column, row, top);
            let (colour, end) = match (is_coloured, cell) {
                (false, _) | (_, ' ') => ("", ""),
                (true, '·') => (DIM, PLAIN),
                (true, _) if in_storm(column) => (RED, PLAIN),
                (true, _) => ("", ""),
            };
            let cells: String = std::iter::repeat_n(cell, stretch).collect();
            let _ = write!(line, "{colour}{cells}{end}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let marks = |mark: char, is_marked: &dyn Fn(&Column) -> bool, is_once: bool| {
        let mut line = " ".repeat(MARGIN);
        for column in &columns {
            let (first, others) = match (is_marked(column), is_once) {
                (false, _) => (' ', ' '),
                (true, true) => (mark, ' '),
                (true, false) => (mark, mark),
            };
            line.push(first);
            line.extend(std::iter::repeat_n(others, stretch - 1));
        }
        format!("{}\n", line.trim_end())
    };
    if !view.past.storms.is_empty() {
        text.push_str(&marks('▲', &alarms, true));
    }
    if !view.known.incidents.is_empty() {
        let known = |column: &Column| {
            let mut incidents = view.known.incidents.iter();
            incidents.any(|one| {
                one.from.timestamp() < column.until && column.from <= one.until.timestamp()
            })
        };
        text.push_str(&marks('━', &known, false));
    }
    text.push_str(&axis(view, &columns, stretch, step));
    text
}

fn days(n: i64) -> String {
    match n {
        1 => "each day".to_owned(),
        7 => "each week".to_owned(),
        n => format!("each {n} days"),
    }
}

/// What stands in a row of a column.
fn cell(column: &Column, row: usize, top: f32) -> char {
    let eighths = column.most as f32 / top * (ROWS * 8) as f32;
    // Never more than 64.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of the height"
    )]
    let filled = (eighths.ceil() as usize).saturating_sub(row * 8).min(8);
    let is_usual = column.usual.is_some_and(|usual| {
        let height = usual / top * ROWS as f32;
        (row as f32) < height.max(0.01) && height.max(0.01) <= (row + 1) as f32
    });
    match (filled, is_usual) {
        (0, true) => '·',
        (filled, _) => BLOCKS[filled],
    }
}

/// Dates below the bars, where they fit.
fn axis(view: &View, columns: &[Column], stretch: usize, step: i64) -> String {
    let mut line = " ".repeat(MARGIN);
    let mut free_from = 0;
    let mut last_day = None;
    for (number, column) in columns.iter().enumerate() {
        let place = MARGIN + number * stretch;
        if place < free_from {
            continue;
        }
        let local = at(column.from).with_timezone(&view.zone);
        let day = local.date_naive();
        let label = if step >= 24 || last_day != Some(day) {
            local.format("%-d %b").to_string()
        } else {
            local.format("%H:%M").to_string()
        };
        last_day = Some(day);
        let fill = place.saturating_sub(line.chars().count());
        line.extend(std::iter::repeat_n(' ', fill));
        line.push_str(&label);
        free_from = place + label.chars().count() + 5;
    }
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_filled_from_below_and_the_usual_shows_where_there_is_room() {
        let column = |most, usual| Column {
            from: 0,
            until: 3_600,
            most,
            usual,
        };
        assert_eq!(cell(&column(8, None), 7, 8.0), '█');
        assert_eq!(cell(&column(4, Some(8.0)), 7, 8.0), '·');
        assert_eq!(cell(&column(4, Some(2.0)), 1, 8.0), '█');
        assert_eq!(cell(&column(0, Some(0.0)), 0, 8.0), '·');
        assert_eq!(cell(&column(1, None), 0, 80.0), '▁');
    }
}
