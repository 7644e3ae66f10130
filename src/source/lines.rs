//! Cuts a stream into lines without ever holding more than one of them.

use std::io::{self, BufRead};

use super::wire::Reject;

/// The longest line that is read; a longer one is skipped, not buffered.
pub const MAX_LINE: usize = 1 << 20;

/// Takes chunks as they come, gives lines.
#[derive(Debug, Default)]
pub struct LineSplitter {
    partial: Vec<u8>,
    /// Lines that have ended.
    n_lines: usize,
    /// Bytes since the last line end, kept or skipped.
    held: u64,
}

impl LineSplitter {
    /// Calls `each` with every line that ends in the chunk, and its number
    /// counted from 1. Line ends are not part of lines.
    pub fn feed(&mut self, mut chunk: &[u8], mut each: impl FnMut(usize, Result<&[u8], Reject>)) {
        while !chunk.is_empty() {
            let Some(end) = memchr::memchr(b'\n', chunk) else {
                self.hold(chunk);
                return;
            };
            let line = &chunk[..end];
            chunk = &chunk[end + 1..];
            if self.held == 0 {
                self.n_lines += 1;
                each(self.n_lines, checked(line, self.n_lines));
            } else {
                self.hold(line);
                self.end(&mut each);
            }
        }
    }

    /// The last line, when no line end follows it.
    pub fn finish(&mut self, mut each: impl FnMut(usize, Result<&[u8], Reject>)) {
        if self.held > 0 {
            self.end(&mut each);
        }
    }

    /// Bytes that were fed since the last line end: where the line that is not
    /// complete yet begins.
    pub fn held(&self) -> u64 {
        self.held
    }

    fn hold(&mut self, piece: &[u8]) {
        self.held += piece.len() as u64;
        if self.held <= MAX_LINE as u64 {
            self.partial.extend_from_slice(piece);
        } else {
            self.partial = Vec::new();
        }
    }

    fn end(&mut self, each: &mut impl FnMut(usize, Result<&[u8], Reject>)) {
        self.n_lines += 1;
        if self.held > MAX_LINE as u64 {
            each(self.n_lines, Err(too_long(self.n_lines)));
        } else {
            each(self.n_lines, checked(&self.partial, self.n_lines));
        }
        self.partial.clear();
        self.held = 0;
    }
}

fn checked(line: &[u8], number: usize) -> Result<&[u8], Reject> {
    if line.len() > MAX_LINE {
        return Err(too_long(number));
    }
    Ok(line.strip_suffix(b"\r").unwrap_or(line))
}

fn too_long(line: usize) -> Reject {
    Reject {
        line,
        reason: format!("the line is longer than {} KiB", MAX_LINE >> 10),
    }
}

/// What [`next_line`] found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads the next line into `line`, without its end.
pub(super) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut length = 0;
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let mut rest = chunk;
        let taken = rest.skip_until(b'\n')?;
        let piece = &chunk[..taken];
        let has_ended = piece.ends_with(b"\n");
        length += taken;
        if length <= MAX_LINE + 1 {
            line.extend_from_slice(piece);
        }
        reader.consume(taken);
        if has_ended {
            break;
        }
    }
    if length == 0 {
        return Ok(Line::End);
    }
    if length > MAX_LINE + 1 {
        return Ok(Line::TooLong);
    }
    if line.ends_with(b"\n") {
        line.pop();
    }
    if line.ends_with(b"\r") {
        line.pop();
    }
    Ok(Line::Whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(chunks: &[&[u8]]) -> (Vec<String>, LineSplitter) {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        let mut each = |number: usize, line: Result<&[u8], Reject>| {
            let line = line.map(|line| String::from_utf8_lossy(line).into_owned());
            lines.push(format!(
                "{number}:{}",
                line.unwrap_or("too long".to_owned())
            ));
        };
        for chunk in chunks {
            splitter.feed(chunk, &mut each);
        }
        (lines, splitter)
    }

    #[test]
    fn joins_what_chunks_cut() {
        let (lines, splitter) = split(&[b"a", b"b\r\nc\n", b"\nd"]);
        assert_eq!(lines, ["1:ab", "2:c", "3:"]);
        assert_eq!(splitter.held(), 1);
    }

    #[test]
    fn skips_a_line_that_is_too_long_without_holding_it() {
        let block = vec![b'x'; 1 << 16];
        let mut chunks: Vec<&[u8]> = vec![b"a\n"];
        chunks.extend(std::iter::repeat_n(&block[..], 1_600));
        chunks.push(b"x\nb\n");
        let (lines, splitter) = split(&chunks);
        assert_eq!(lines, ["1:a", "2:too long", "3:b"]);
        assert!(splitter.partial.capacity() <= 2 * MAX_LINE);
    }

    proptest! {
        #[test]
        fn does_not_care_where_chunks_are_cut(text in "[ab\r\n]{0,40}", cut in 0..40_usize) {
            let cut = cut.min(text.len());
            let (whole, _) = split(&[text.as_bytes()]);
            let (halves, _) = split(&[&text.as_bytes()[..cut], &text.as_bytes()[cut..]]);
            prop_assert_eq!(whole, halves);
        }
    }
}
