//! Cuts a text into what is read: words, folded, with how loud they are, emoji,
//! and the signs between them.
//!
//! Words are folded as queries fold them. Unlike there, an apostrophe joins
//! (`don't` is `dont`), and a hashtag is one word, whatever its capitals: so a
//! text says the same in capitals.

use crate::domain::query::fold::fold;

use super::emoji::{self, Emoji};
use super::hasher::Key;

/// Longest text that is read, in bytes; of a longer one the beginning.
const MOST_BYTES: usize = 4_000;

/// A text in pieces.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    folded: String,
    pub(super) words: Vec<Word>,
    pub(super) emoji: Vec<(&'static Emoji, &'a str)>,
    pub(super) n_questions: u32,
    pub(super) n_bangs: u32,
    /// Whether some words are shouted and others are not.
    pub(super) is_mixed: bool,
}

/// One word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    start: u32,
    end: u32,
    pub(super) is_hashtag: bool,
    /// Written in capitals, at least three of them.
    pub(super) is_loud: bool,
    /// Counted from the begin; a comma begins a clause.
    pub(super) clause: u16,
    /// Ends with a full stop, a question mark or a line.
    pub(super) sentence: u16,
    /// Digits.
    pub(super) is_number: bool,
    /// That of its [`Key`].
    pub(super) hash: u64,
}

impl<'a> Cut<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut end = text.len().min(MOST_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let mut cut = Cut {
            folded: String::with_capacity(text.len() + 8),
            words: Vec::with_capacity(text.len() / 5 + 2),
            emoji: Vec::new(),
            n_questions: 0,
            n_bangs: 0,
            is_mixed: false,
        };
        cut.walk(text);
        let n_loud = cut.words.iter().filter(|word| word.is_loud).count();
        cut.is_mixed = n_loud * 2 < cut.words.len();
        cut
    }

    pub(super) fn word(&self, place: usize) -> &str {
        self.words.get(place).map_or("", |word| {
            &self.folded[word.start as usize..word.end as usize]
        })
    }

    /// To look it up.
    pub(super) fn key(&self, place: usize) -> Key<'_> {
        let word = self.word(place);
        match self.words.get(place) {
            Some(known) => Key {
                word,
                hash: known.hash,
            },
            None => Key::of(word),
        }
    }

    /// The words from one place to another, both included.
    pub(super) fn words_between(&self, first: usize, last: usize) -> String {
        let words: Vec<&str> = (first..=last).map(|place| self.word(place)).collect();
        words.join(" ")
    }

    fn walk(&mut self, text: &'a str) {
        let bytes = text.as_bytes();
        let (mut clause, mut sentence) = (0_u16, 0_u16);
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_alphanumeric() || byte >= 128 && is_letter(text, at) {
                let end = end_of_word(text, at);
                if let Some(behind) = end_of_link(bytes, at, end) {
                    at = behind;
                    continue;
                }
                let sign = at.checked_sub(1).map_or(0, |before| bytes[before]);
                match sign {
                    b'@' => {}
                    // An entity of HTML, such as `&amp;`.
                    b'&' if bytes.get(end) == Some(&b';') => {}
                    _ => self.push(&text[at..end], sign == b'#', clause, sentence),
                }
                at = end;
                continue;
            }
            if let Some((known, length)) = emoji::at(&bytes[at..]) {
                self.emoji.push((known, &text[at..at + length]));
                at += length;
                continue;
            }
            match byte {
                b'?' => self.n_questions += 1,
                b'!' => self.n_bangs += 1,
                _ => {}
            }
            match byte {
                b'?' | b'!' | b'.' | b'\n' => {
                    clause = clause.saturating_add(1);
                    sentence = sentence.saturating_add(1);
                }
                b',' | b';' | b':' => clause = clause.saturating_add(1),
                _ => {}
            }
            if byte < 128 {
                at += 1;
                continue;
            }
            let width = text[at..].chars().next().map_or(1, char::len_utf8);
            if let Some(known) = emoji::of(&text[at..at + width]) {
                self.emoji.push((known, &text[at..at + width]));
            }
            at += width;
        }
    }

    fn push(&mut self, written: &str, is_hashtag: bool, clause: u16, sentence: u16) {
        let start = self.folded.len();
        if written.is_ascii() {
            let letters = written.bytes().filter(|byte| *byte != b'\'');
            self.folded
                .extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            let folded = fold(written);
            let kept = folded
                .chars()
                .filter(|letter| letter.is_alphanumeric() || *letter == '_');
            self.folded.extend(kept);
        }
        if self.folded.len() == start {
            return;
        }
        let n_capitals = written
            .chars()
            .filter(|letter| letter.is_uppercase())
            .count();
        let is_number = self.folded[start..]
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        self.words.push(Word {
            start: start as u32,
            end: self.folded.len() as u32,
            is_hashtag,
            is_loud: n_capitals >= 3 && !written.chars().any(char::is_lowercase),
            clause,
            sentence,
            is_number,
            hash: Key::of(&self.folded[start..]).hash,
        });
    }
}

fn is_letter(text: &str, at: usize) -> bool {
    let letter = text[at..].chars().next();
    letter.is_some_and(|letter| letter.is_alphanumeric() || is_mark(letter))
}

/// What stands inside a word without being a letter: accents of their own.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}')
}

fn end_of_word(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut letters = text[start..].char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let is_joint = matches!(letter, '\'' | '\u{2019}') && next.is_some_and(char::is_alphabetic);
        if !(letter.is_alphanumeric() || letter == '_' || is_mark(letter) || is_joint) {
            break;
        }
        end = start + at + letter.len_utf8();
    }
    end
}

/// Where the link ends of which this is the first word.
fn end_of_link(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let word = &bytes[start..end];
    let is_link = word.eq_ignore_ascii_case(b"http") && bytes[end..].starts_with(b"://")
        || word.eq_ignore_ascii_case(b"https") && bytes[end..].starts_with(b"://")
        || word.eq_ignore_ascii_case(b"www") && bytes[end..].starts_with(b".");
    is_link.then(|| {
        let length = bytes[end..].iter().position(u8::is_ascii_whitespace);
        length.map_or(bytes.len(), |length| end + length)
    })
}
