//! Draws what came in and what is usual with letters: hours as blocks against
//! a line, and a week as a field of shades. Colours only add; without them
//! everything is still there.

use crate::cli::watch::nearness::rounded;

/// Rows of the chart of a day.
const HEIGHT: u32 = 6;

const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// One hour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hour {
    /// On the clock of the organisation.
    pub(super) clock: u32,
    pub(super) mentions: u64,
    pub(super) usual: Option<f64>,
    /// Whether the detector found it unusual.
    pub(super) is_alarm: bool,
}

/// The colours of a figure; none without a terminal that wants them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink(pub(super) bool);

impl Ink {
    fn paint(self, code: &str, text: &str) -> String {
        if self.0 && !text.trim().is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn loud(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub(super) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn bar(self, text: &str) -> String {
        self.paint("34", text)
    }

    fn line(self, text: &str) -> String {
        self.paint("33", text)
    }
}

/// Hours as blocks, with the usual as a line through and over them.
pub(super) fn day(hours: &[Hour], width: usize, ink: Ink) -> String {
    let usual = hours.iter().filter_map(|hour| hour.usual);
    #[expect(clippy::cast_precision_loss, reason = "a picture of counts")]
    let most = hours.iter().map(|hour| hour.mentions as f64);
    let top = most.chain(usual).fold(1.0, f64::max).ceil();
    let labels = [rounded(top, 0), rounded(top / 2.0, 0), "0".to_owned()];
    let margin = labels.iter().map(String::len).max().unwrap_or(1);
    let room = width.saturating_sub(margin + 1) / hours.len().max(1);
    let column = room.clamp(2, 4);
    let mut drawn = String::new();
    for row in (0..HEIGHT).rev() {
        let label = match row {
            row if row == HEIGHT - 1 => &labels[0],
            row if row == HEIGHT / 2 - 1 => &labels[1],
            _ => "",
        };
        let mut line = format!("{label:>margin$} ");
        for hour in hours {
            line.push_str(&cell(hour, row, top, column, ink));
        }
        drawn.push_str(line.trim_end());
        drawn.push('\n');
    }
    let mut axis = format!("{:>margin$} ", "0");
    for (place, hour) in hours.iter().enumerate() {
        // Where a column has no room for two digits and a space, every other.
        let clock = if column > 2 || place % 2 == 0 {
            format!("{:02}", hour.clock)
        } else {
            String::new()
        };
        axis.push_str(&format!("{clock:<column$}"));
    }
    drawn.push_str(axis.trim_end());
    drawn.push('\n');
    drawn
}

/// One row of one hour.
#[expect(clippy::cast_precision_loss, reason = "a picture of counts")]
fn cell(hour: &Hour, row: u32, top: f64, column: usize, ink: Ink) -> String {
    let eighths = eighths(hour.mentions as f64, top, hour.mentions > 0);
    let filled = eighths.saturating_sub(row * 8).min(8);
    let block = BLOCKS.get(filled as usize).copied().unwrap_or('█');
    let has_line = hour.usual.is_some_and(|usual| {
        let eighths = self::eighths(usual, top, true).max(1);
        (eighths - 1) / 8 == row
    });
    let bar: String = std::iter::repeat_n(block, column - 1).collect();
    let (bar, gap) = match (filled, has_line) {
        (0, true) => (ink.line(&"─".repeat(column - 1)), ink.line("─")),
        (_, has_line) => {
            let bar = match hour.is_alarm {
                true => ink.loud(&bar),
                false => ink.bar(&bar),
            };
            (
                bar,
                if has_line {
                    ink.line("─")
                } else {
                    " ".to_owned()
                },
            )
        }
    };
    format!("{bar}{gap}")
}

/// How high something is, in eighths of a row; what is there is never nothing.
fn eighths(value: f64, top: f64, is_there: bool) -> u32 {
    let most = HEIGHT * 8;
    let share = (value / top).clamp(0.0, 1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 48"
    )]
    let height = (share * f64::from(most)).round() as u32;
    height.max(u32::from(is_there)).min(most)
}

/// The usual of a week, from Monday midnight on, as a row of shades a day.
pub(super) fn week(usual: &[f64], width: usize) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let top = usual.iter().copied().fold(0.0, f64::max);
    let column = (width.saturating_sub(4) / 24).clamp(2, 3);
    let mut drawn = "    ".to_owned();
    for clock in (0..24).step_by(3) {
        drawn.push_str(&format!("{clock:02}{}", " ".repeat(3 * column - 2)));
    }
    drawn.truncate(drawn.trim_end().len());
    for (day, hours) in DAYS.iter().zip(usual.chunks(24)) {
        drawn.push_str(&format!("\n{day} "));
        for hour in hours {
            let shade = shade(*hour, top);
            drawn.extend(std::iter::repeat_n(shade, column));
        }
    }
    drawn.push('\n');
    drawn
}

fn shade(value: f64, top: f64) -> char {
    let share = if top > 0.0 { value / top } else { 0.0 };
    let place = [0.1, 0.3, 0.55, 0.8].iter().filter(|edge| share > **edge);
    SHADES.get(place.count()).copied().unwrap_or('█')
}

/// What the shades of a week mean, from the quietest on.
pub(super) fn legend(usual: &[f64]) -> String {
    let top = usual.iter().copied().fold(0.0, f64::max);
    let edges = [0.1, 0.3, 0.55, 0.8].map(|edge| rounded(edge * top, 1));
    format!(
        "{} to {}, {} to {}, {} to {}, {} to {}, {} more; mentions an hour",
        SHADES[0],
        edges[0],
        SHADES[1],
        edges[1],
        SHADES[2],
        edges[2],
        SHADES[3],
        edges[3],
        SHADES[4]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_stands_out_of_the_line() {
        let hours = (0..6).map(|clock| Hour {
            clock,
            mentions: if clock == 4 { 60 } else { u64::from(clock) },
            usual: (clock > 0).then_some(12.0),
            is_alarm: clock == 4,
        });
        let hours: Vec<Hour> = hours.collect();
        let drawn = day(&hours, 24, Ink(false));
        let lines: Vec<&str> = drawn.lines().collect();
        // The storm fills its column; nothing else leaves the lowest row.
        assert!(lines.len() == 7 && lines[0].starts_with("60 "), "{drawn}");
        assert!(lines[..5].iter().all(|line| line.contains("██")), "{drawn}");
        // The line of the usual stands over what is lower, not before it is known.
        assert!(lines[4].contains('─') != lines[5].contains('─'), "{drawn}");
        assert!(lines[6].ends_with("00 01 02 03 04 05"), "{drawn}");
        assert!(day(&hours, 24, Ink(true)).contains("\u{1b}[1;31m"));
        assert!(day(&[], 10, Ink(false)).contains('0'));
    }

    #[test]
    fn a_week_is_seven_rows_of_shades() {
        let usual: Vec<f64> = (0..168).map(|hour| f64::from(hour % 24)).collect();
        let drawn = week(&usual, 80);
        assert_eq!(drawn.lines().count(), 8);
        assert!(drawn.lines().all(|line| line.chars().count() <= 80));
        assert!(week(&[0.0; 168], 20).contains("··"));
    }
}
