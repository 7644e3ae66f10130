//! Reads what one request or file holds: mentions line by line (NDJSON), one
//! JSON array, or a single object. Holds one mention at a time.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use flate2::bufread::MultiGzDecoder;

use super::lines::MAX_LINE;
use super::wire::{Reject, read_mention};
use crate::domain::mention::Mention;

/// How the mentions are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Lines,
    Array,
    Object,
}

impl Body {
    /// Told by the first characters; an object that goes on over lines is one
    /// only when nothing follows it.
    pub fn of(bytes: &[u8]) -> Self {
        let bytes = without_mark(bytes).trim_ascii_start();
        match bytes.first() {
            Some(b'[') => Self::Array,
            Some(b'{') => {
                let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
                let is_open = end_of_value(first).is_none();
                let is_alone = is_open
                    && end_of_value(bytes).is_some_and(|end| bytes[end..].trim_ascii().is_empty());
                if is_alone { Self::Object } else { Self::Lines }
            }
            _ => Self::Lines,
        }
    }
}

/// All mentions in `bytes`; what cannot be read is a reject with its line.
pub fn read_all(bytes: &[u8]) -> Mentions<'_> {
    Mentions::new(Cow::Borrowed(bytes))
}

/// An iterator over the mentions of a body.
#[derive(Debug)]
pub struct Mentions<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
    /// The line on which `at` stands, from 1.
    line: usize,
    /// The line on which the latest mention began.
    began: usize,
    body: Body,
    is_unclosed: bool,
}

impl<'a> Mentions<'a> {
    pub(super) fn new(bytes: Cow<'a, [u8]>) -> Self {
        let marked = bytes.len() - without_mark(&bytes).len();
        let body = Body::of(&bytes);
        let mut mentions = Self {
            at: marked,
            line: 1,
            began: 1,
            body,
            bytes,
            is_unclosed: false,
        };
        if body == Body::Array {
            mentions.skip_space();
            mentions.at += 1;
        }
        mentions
    }

    /// The line on which the mention that came last began.
    pub fn began_on(&self) -> usize {
        self.began
    }

    /// Whether what came last is that the array is never closed.
    pub(super) fn is_unclosed(&self) -> bool {
        self.is_unclosed
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return;
            }
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
    }

    fn refuse(&mut self, reason: &str) -> Result<Mention, Reject> {
        self.at = self.bytes.len();
        Err(Reject {
            line: self.line,
            reason: reason.to_owned(),
        })
    }

    /// Reads what stands at `at` for so many bytes, and moves behind it.
    fn take(&mut self, length: usize) -> Result<Mention, Reject> {
        let piece = &self.bytes[self.at..self.at + length];
        let line = self.line;
        self.began = line;
        let read = if piece.len() > MAX_LINE {
            Err(format!("the mention is longer than {} KiB", MAX_LINE >> 10))
        } else {
            read_mention(piece)
        };
        if self.body != Body::Lines {
            self.line += piece.iter().filter(|byte| **byte == b'\n').count();
        }
        self.at += length;
        read.map_err(|reason| Reject { line, reason })
    }

    fn next_line(&mut self) -> Option<Result<Mention, Reject>> {
        self.skip_space();
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let mut after = rest;
        let length = after.skip_until(b'\n').unwrap_or(rest.len());
        let length = rest[..length].trim_ascii_end().len();
        Some(self.take(length))
    }

    fn next_element(&mut self) -> Option<Result<Mention, Reject>> {
        self.skip_space();
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty());
        let Some(rest) = rest else {
            // Reading beyond the end once more must stay the end.
            let was_closed = self.at > self.bytes.len();
            self.at = self.bytes.len() + 1;
            self.is_unclosed = !was_closed;
            return (!was_closed).then(|| {
                Err(Reject {
                    line: self.line,
                    reason: "the array is never closed with `]`".to_owned(),
                })
            });
        };
        if rest[0] == b']' {
            let has_more = !rest[1..].trim_ascii().is_empty();
            let refused = has_more.then(|| self.refuse("something follows the `]` of the array"));
            self.at = self.bytes.len() + 1;
            return refused;
        }
        let length = end_of_element(rest);
        let read = self.take(length);
        if self.bytes.get(self.at) == Some(&b',') {
            self.at += 1;
        }
        Some(read)
    }
}

impl Iterator for Mentions<'_> {
    type Item = Result<Mention, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.body {
            Body::Lines => self.next_line(),
            Body::Array => self.next_element(),
            Body::Object => {
                self.skip_space();
                let length = self.bytes.get(self.at..)?.len();
                (length > 0).then(|| self.take(length))
            }
        }
    }
}

pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Walks over JSON, knowing only strings and brackets: calls `is_end` with each
/// byte outside strings and the depth before it, and stops where that says so.
fn walk(bytes: &[u8], is_end: impl Fn(u8, usize) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, &byte) in bytes.iter().enumerate() {
        if in_string {
            in_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        if is_end(byte, depth) {
            return Some(at);
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn end_of_element(bytes: &[u8]) -> usize {
    walk(bytes, |byte, depth| {
        depth == 0 && matches!(byte, b',' | b']')
    })
    .unwrap_or(bytes.len())
}

/// Behind the bracket that closes the first one.
pub(super) fn end_of_value(bytes: &[u8]) -> Option<usize> {
    walk(bytes, |byte, depth| {
        depth == 1 && matches!(byte, b'}' | b']')
    })
    .map(|at| at + 1)
}

/// Whether the bytes are packed with gzip.
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Unpacks gzip, and leaves anything else as it is. More than `limit` bytes
/// are refused before they are made.
pub fn unpack(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, String> {
    if !is_packed(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit.saturating_add(1))
        .read_to_end(&mut unpacked)
        .map_err(|error| format!("the gzip is damaged: {error}"))?;
    if unpacked.len() as u64 > limit {
        return Err(format!("unpacked it is larger than {limit} bytes"));
    }
    Ok(Cow::Owned(unpacked))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn one(id: u32) -> String {
        format!(r#"{{"id":{id},"text":"a, ]}}\" \\","published_at":"2026-03-02T07:14:09Z"}}"#)
    }

    fn check(body: &str, expected: &[&str]) {
        let read: Vec<String> = read_all(body.as_bytes())
            .map(|read| match read {
                Ok(mention) => mention.id,
                Err(reject) => format!("{}: {}", reject.line, reject.reason),
            })
            .collect();
        assert_eq!(read, expected, "{body}");
    }

    #[test]
    fn reads_lines() {
        let (a, b) = (one(1), one(2));
        check(&format!("\u{feff}{a}\r\n\n  {b}"), &["1", "2"]);
        check(
            &format!("{a}\nx\n{b}\n"),
            &["1", "2: broken JSON at column 1: expected value", "2"],
        );
        check(" \n", &[]);
        check("", &[]);
    }

    #[test]
    fn reads_an_array() {
        let (a, b) = (one(1), one(2));
        check(&format!("[{a},\n {b} ]\n"), &["1", "2"]);
        check("[]", &[]);
        check(
            &format!("[{a},\n7,{b}"),
            &[
                "1",
                "2: a mention is a JSON object, written in { }",
                "2",
                "2: the array is never closed with `]`",
            ],
        );
        check(
            &format!("[{a}] x"),
            &["1", "1: something follows the `]` of the array"],
        );
    }

    #[test]
    fn reads_one_object_over_lines() {
        let a = one(1).replace(",\"", ",\n\"");
        check(&a, &["1"]);
        check("{\n\"text\": 1\n}", &["1: `text` must be a string"]);
    }

    #[test]
    fn unpacks_up_to_a_limit() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(unpack(&packed, 1 << 20).unwrap().len(), 1 << 20);
        assert!(
            unpack(&packed, (1 << 20) - 1)
                .unwrap_err()
                .contains("larger")
        );
        assert!(unpack(&packed[..packed.len() / 2], 1 << 21).is_err());
        assert_eq!(unpack(b"plain", 1).unwrap(), &b"plain"[..]);
    }
}
