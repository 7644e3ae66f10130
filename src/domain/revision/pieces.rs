//! Cuts a text into sentences and line breaks, from which it can be put
//! together again.

use std::hash::{Hash, Hasher};

use unicode_segmentation::UnicodeSegmentation;

/// A sentence with the blanks behind it, or a run of line breaks. Two sentences
/// are the same whatever blanks follow them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
}

impl<'a> Piece<'a> {
    pub(super) fn is_break(self) -> bool {
        self.text.starts_with('\n')
    }

    fn key(self) -> &'a str {
        match self.is_break() {
            true => self.text,
            false => self.text.trim(),
        }
    }
}

impl PartialEq for Piece<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Piece<'_> {}

impl PartialOrd for Piece<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Piece<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(other.key())
    }
}

impl Hash for Piece<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// The pieces of a text, in order; lines that only hold blanks are empty ones.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let breaks = rest.len() - rest.trim_start_matches('\n').len();
        if breaks > 0 {
            found.push(Piece {
                text: &rest[..breaks],
            });
            rest = &rest[breaks..];
            continue;
        }
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..end];
        let sentences = line.split_sentence_bounds();
        found.extend(
            sentences
                .filter(|sentence| !sentence.trim().is_empty())
                .map(|text| Piece { text }),
        );
        rest = &rest[end..];
    }
    found
}

/// Puts pieces together again: a blank between sentences of one line, none at
/// the end of a line.
pub(super) fn joined<'a>(pieces: impl IntoIterator<Item = Piece<'a>>) -> String {
    let mut text = String::new();
    for piece in pieces {
        if piece.is_break() {
            text.truncate(text.trim_end_matches([' ', '\t']).len());
        } else if !text.is_empty() && !text.ends_with(char::is_whitespace) {
            text.push(' ');
        }
        text.push_str(piece.text);
    }
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    text
}
