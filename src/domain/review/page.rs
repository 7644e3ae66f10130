//! A text prepared for review: its words and sentences, with their places.

use std::cell::OnceCell;
use std::ops::Range;

use super::About;
use super::cut::folded;
use super::times::Moment;

pub use super::cut::{Sentence, Word, cut};

/// A text, and what is known beside it.
#[derive(Debug)]
pub struct Page<'a> {
    pub text: &'a str,
    pub about: &'a About,
    pub words: Vec<Word>,
    /// Each with the words in it; items of a list are sentences too.
    pub sentences: Vec<Sentence>,
    pub(super) read: Read,
}

/// What several rules read in the same page, each read when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) moments: OnceCell<Vec<Moment>>,
    pub(super) promises: OnceCell<Vec<Moment>>,
    pub(super) unknown: OnceCell<Vec<bool>>,
}

/// The folded words of a sentence with one space between them: what a pattern
/// can be looked for in, whatever stands between the words.
#[derive(Debug)]
pub struct Line {
    pub text: String,
    /// Where each word begins in `text`, and its place in the text itself.
    places: Vec<(usize, Range<usize>)>,
}

impl Line {
    /// The place in the text itself of a piece of this line, in bytes.
    pub fn span(&self, piece: Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let after = self.places.partition_point(|(begin, _)| *begin <= byte);
            self.places.get(after.saturating_sub(1))
        };
        let first = at(piece.start).map_or(0, |(_, span)| span.start);
        let last = at(piece.end.saturating_sub(1)).map_or(first, |(_, span)| span.end);
        first..last.max(first)
    }
}

impl<'a> Page<'a> {
    pub fn new(text: &'a str, about: &'a About) -> Self {
        let (words, sentences) = cut(text);
        Self {
            text,
            about,
            words,
            sentences,
            read: Read::default(),
        }
    }

    /// Characters before a byte of the text.
    pub fn characters(&self, byte: usize) -> usize {
        self.text
            .char_indices()
            .take_while(|(at, _)| *at < byte)
            .count()
    }

    /// The words of one sentence.
    pub fn words_of(&self, sentence: &Sentence) -> &[Word] {
        &self.words[sentence.words.clone()]
    }

    /// The sentence that a byte of the text stands in, or else the next one.
    pub fn sentence_at(&self, byte: usize) -> Option<&Sentence> {
        let at = self.sentences.partition_point(|one| one.span.end <= byte);
        self.sentences.get(at)
    }

    /// The folded words of a sentence, in one line.
    pub fn line(&self, sentence: &Sentence) -> Line {
        let mut text = String::new();
        let mut places = Vec::new();
        for word in self.words_of(sentence) {
            if !text.is_empty() {
                text.push(' ');
            }
            places.push((text.len(), word.span.clone()));
            text.push_str(&word.folded);
        }
        Line { text, places }
    }

    /// Where words stand one after another, in bytes. A word of the phrase that
    /// ends in `*` is the beginning of one.
    pub fn find(&self, phrase: &str) -> Vec<Range<usize>> {
        let wanted: Vec<(String, bool)> = phrase
            .split_whitespace()
            .map(|word| match word.strip_suffix('*') {
                Some(begin) => (folded(begin), true),
                None => (folded(word), false),
            })
            .collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let fits = |window: &&[Word]| {
            window
                .iter()
                .zip(&wanted)
                .all(|(word, (wanted, is_begin))| match is_begin {
                    true => word.folded.starts_with(wanted.as_str()),
                    false => word.folded == *wanted,
                })
        };
        let windows = self.words.windows(wanted.len()).filter(fits);
        windows
            .map(|window| window[0].span.start..window[window.len() - 1].span.end)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Language;

    fn about() -> About {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam)
    }

    #[test]
    fn reads_sentences_and_words() {
        let about = about();
        let text = "Dhr. Smit belt om 14.30 uur.\n- ga naar huis\n- zo'n X-ray is patiënt-vriendelijk! Klaar";
        let page = Page::new(text, &about);
        assert_eq!(page.sentences.len(), 4, "{:?}", page.sentences);
        let words: Vec<&str> = page
            .words
            .iter()
            .map(|word| &text[word.span.clone()])
            .collect();
        assert!(
            words.contains(&"14.30") && words.contains(&"zo'n") && words.contains(&"X-ray"),
            "{words:?}"
        );
        assert_eq!(page.find("patient*").len(), 1);
        assert_eq!(
            page.find("naar huis"),
            vec![text.find("naar").unwrap()..text.find("huis").unwrap() + 4]
        );
        assert_eq!(page.characters(text.len()), text.chars().count());
    }

    #[test]
    fn curly_signs_are_found_as_straight_ones() {
        let about = about();
        let page = Page::new("Zo’n anti\u{2011}stollingsmiddel", &about);
        assert_eq!(page.find("zo'n anti-stolling*").len(), 1);
    }

    #[test]
    fn a_line_leads_back_to_the_text() {
        let about = about();
        let text = "Hallo. Uw (eigen) operatie, morgen!";
        let page = Page::new(text, &about);
        let line = page.line(&page.sentences[1]);
        assert_eq!(line.text, "uw eigen operatie morgen");
        let at = line.text.find("operatie").unwrap();
        assert_eq!(&text[line.span(at..at + 8)], "operatie");
        assert_eq!(&text[line.span(0..at + 8)], "Uw (eigen) operatie");
    }
}
