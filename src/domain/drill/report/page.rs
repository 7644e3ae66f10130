//! Lines of at most 80 letters: headings, paragraphs and entries that hang.

/// How wide a report is, in letters.
const WIDTH: usize = 80;

/// A text in the making. What others wrote stays on its line and cannot steer a
/// terminal.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// A heading with a rule under it, and a blank line above.
    pub(super) fn heading(&mut self, heading: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.hanging("", heading);
        let n_letters = heading.chars().count().min(WIDTH);
        self.line(&"-".repeat(n_letters));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.hanging("", text);
    }

    /// `first`, then the text beside it; further lines stand under the text.
    pub(super) fn hanging(&mut self, first: &str, text: &str) {
        let indent = first.chars().count();
        let lines = wrapped(text, WIDTH.saturating_sub(indent));
        if lines.is_empty() {
            self.line(first);
        }
        for (n, line) in lines.iter().enumerate() {
            if n == 0 {
                self.line(&format!("{first}{line}"));
            } else {
                self.line(&format!("{}{line}", " ".repeat(indent)));
            }
        }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A word padded to a column.
pub(super) fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut n_last = 0;
    for word in text.split_whitespace() {
        let word: String = word.chars().map(visible).collect();
        let n_word = word.chars().count();
        match lines.last_mut() {
            Some(line) if n_last + 1 + n_word <= width => {
                line.push(' ');
                line.push_str(&word);
                n_last += 1 + n_word;
            }
            _ => {
                lines.push(word);
                n_last = n_word;
            }
        }
    }
    lines
}

/// What controls a terminal or turns the direction of writing is a mark.
fn visible(letter: char) -> char {
    match letter {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    }
}
