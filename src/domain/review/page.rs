//! A text prepared for review: its words and sentences, with their places.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::About;
use crate::domain::query::fold::fold;

/// A text, and what is known beside it.
#[derive(Debug)]
pub struct Page<'a> {
    pub text: &'a str,
    pub about: &'a About,
    pub words: Vec<Word>,
    /// Each with the words in it; items of a list are sentences too.
    pub sentences: Vec<Sentence>,
}

/// A run of letters and digits, with `'` and `-` inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Lower case, without accents: how word lists are written.
    pub folded: String,
    /// Place among the sentences.
    pub sentence: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Places of its words.
    pub words: Range<usize>,
}

impl<'a> Page<'a> {
    pub fn new(text: &'a str, about: &'a About) -> Self {
        let mut page = Self {
            text,
            about,
            words: Vec::new(),
            sentences: Vec::new(),
        };
        for span in sentences(text) {
            let first = page.words.len();
            for word in words(&text[span.clone()]) {
                let place = span.start + word.start..span.start + word.end;
                page.words.push(Word {
                    folded: fold(&text[place.clone()]),
                    span: place,
                    sentence: page.sentences.len(),
                });
            }
            if page.words.len() > first {
                page.sentences.push(Sentence {
                    span,
                    words: first..page.words.len(),
                });
            }
        }
        page
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

    /// Where words stand one after another, in bytes. A word of the phrase that
    /// ends in `*` is the beginning of one.
    pub fn find(&self, phrase: &str) -> Vec<Range<usize>> {
        let wanted: Vec<(String, bool)> = phrase
            .split_whitespace()
            .map(|word| match word.strip_suffix('*') {
                Some(begin) => (fold(begin), true),
                None => (fold(word), false),
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

/// Sentences end at `.`, `!`, `?` or `…` before a space, and at the end of a
/// line; the dots of abbreviations, numbers and clock times end nothing.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let is_end = match letter {
            '\n' => true,
            '.' => next.is_none_or(char::is_whitespace) && !is_abbreviated(&text[from..at]),
            '!' | '?' | '…' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if is_end {
            found.push(from..at + letter.len_utf8());
            from = at + letter.len_utf8();
        }
    }
    found.push(from..text.len());
    found
}

/// Whether the dot that comes next belongs to the word before it.
fn is_abbreviated(before: &str) -> bool {
    const ABBREVIATIONS: [&str; 20] = [
        "dhr", "mw", "mevr", "dr", "drs", "prof", "ir", "mr", "ing", "bijv", "bv", "o.a", "d.w.z",
        "i.v.m", "t/m", "nr", "tel", "st", "e.g", "i.e",
    ];
    let last = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let last = last.trim_start_matches(['(', '"', '\'']).to_lowercase();
    ABBREVIATIONS.contains(&last.as_str())
}

/// Words of a piece of text; web and mail addresses are none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, chunk) in text.split_word_bound_indices() {
        let is_word = chunk.chars().any(char::is_alphanumeric);
        if !is_word {
            continue;
        }
        let end = at + chunk.len();
        let joins = found
            .last()
            .is_some_and(|last: &Range<usize>| matches!(&text[last.end..at], "-" | "'" | "’"));
        match found.last_mut() {
            Some(last) if joins => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
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
        let said: Vec<&str> = page
            .sentences
            .iter()
            .map(|one| text[one.span.clone()].trim())
            .collect();
        assert_eq!(said.len(), 4, "{said:?}");
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
}
