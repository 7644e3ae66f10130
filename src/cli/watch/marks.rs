//! A text with what was found in it underlined, safe for a terminal.

use std::ops::Range;

use crate::cli::print::visible;

/// Where a line is broken at the next space.
const WIDTH: usize = 66;

/// Where a line is broken in any case.
const WIDEST: usize = 76;

/// The lines of a text; under those that hold a mark (in bytes) one with carets.
pub(super) fn marked(text: &str, marks: &[Range<usize>]) -> String {
    let mut shown = Shown::default();
    for (at, letter) in text.char_indices() {
        let is_marked = marks.iter().any(|mark| mark.contains(&at));
        let is_full = shown.n_cells >= WIDTH && letter.is_whitespace() || shown.n_cells >= WIDEST;
        if letter == '\n' || is_full {
            shown.end_line();
            if letter.is_whitespace() {
                continue;
            }
        }
        shown.push(letter, is_marked);
    }
    shown.end_line();
    shown.lines
}

#[derive(Default)]
struct Shown {
    lines: String,
    line: String,
    carets: String,
    n_cells: usize,
}

impl Shown {
    fn push(&mut self, letter: char, is_marked: bool) {
        let shown = visible(letter);
        let n_cells = shown.chars().map(cells).sum();
        self.line.push_str(&shown);
        let sign = if is_marked { '^' } else { ' ' };
        self.carets.extend(std::iter::repeat_n(sign, n_cells));
        self.n_cells += n_cells;
    }

    fn end_line(&mut self) {
        for line in [&self.line, &self.carets] {
            let line = line.trim_end();
            if !line.is_empty() {
                self.lines.push_str(&format!("    {line}\n"));
            }
        }
        self.line.clear();
        self.carets.clear();
        self.n_cells = 0;
    }
}

/// How wide a letter is shown, as far as carets under it must know.
fn cells(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{ad}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "one mark is a list of one")]
mod tests {
    use super::*;

    fn check(text: &str, marks: &[Range<usize>], expected: &[&str]) {
        let shown = marked(text, marks);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn underlines_what_was_found() {
        check(
            "In De Linde nu",
            &[3..11],
            &["    In De Linde nu", "       ^^^^^^^^"],
        );
        check(
            "🚑 é\u{301}a\nb",
            &[5..9],
            &["    🚑 é\u{301}a", "       ^", "    b"],
        );
        check(
            "a\u{1b}[31m\tb",
            &[7..8],
            &["    a\u{fffd}[31m    b", "              ^"],
        );
        check("", &[], &[]);
    }

    #[test]
    fn breaks_long_lines() {
        let shown = marked(&"woord ".repeat(40), &[0..5, 100..105]);
        assert!(
            shown.lines().all(|line| line.chars().count() <= 80),
            "{shown}"
        );
        assert_eq!(shown.matches("^^^^^").count(), 2, "{shown}");
    }
}
