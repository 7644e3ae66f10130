//! Word lists, and where their phrases stand in a page.
//!
//! A phrase is words after one another in one sentence. `a|b` is either, `kop*`
//! the beginning of a word, `~3` up to three words of any kind. Everything is
//! compared folded, so lists are written in lower case without accents.

pub mod contact;
pub mod ingredients;
pub mod promise;
pub mod strategy;
pub mod tone;

use std::collections::BTreeMap;
use std::ops::Range;

use super::Page;
use super::page::Word;
use crate::domain::text::Language;

/// A list in both languages; which one counts, the page says.
#[derive(Debug)]
pub struct Words {
    nl: Lexicon,
    en: Lexicon,
}

/// Where a phrase stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Places of its words in the page.
    pub words: Range<usize>,
    /// Place of its phrase in the list.
    pub phrase: usize,
    /// Place of its sentence in the page.
    pub sentence: usize,
}

impl Words {
    pub fn new(nl: &[&str], en: &[&str]) -> Self {
        Self {
            nl: Lexicon::new(nl),
            en: Lexicon::new(en),
        }
    }

    /// In the order of the text; none for a language without lists.
    pub fn places(&self, page: &Page<'_>) -> Vec<Place> {
        match page.about.language {
            Some(Language::Nl) => self.nl.places(page),
            Some(Language::En) => self.en.places(page),
            None => Vec::new(),
        }
    }

    pub fn is_in(&self, page: &Page<'_>) -> bool {
        !self.places(page).is_empty()
    }

    /// Whether each sentence of the page holds one.
    pub fn by_sentence(&self, page: &Page<'_>) -> Vec<bool> {
        let mut held = vec![false; page.sentences.len()];
        for place in self.places(page) {
            held[place.sentence] = true;
        }
        held
    }
}

/// One list, ready to look for.
#[derive(Debug)]
pub struct Lexicon {
    phrases: Vec<Vec<Piece>>,
    /// Phrases by how their first word begins: most words begin none.
    by_start: BTreeMap<[u8; 2], Vec<usize>>,
}

#[derive(Debug)]
enum Piece {
    Any(Vec<Form>),
    /// Up to so many words.
    Gap(usize),
}

#[derive(Debug)]
struct Form {
    text: String,
    is_begin: bool,
}

impl Form {
    fn new(written: &str) -> Self {
        let (text, is_begin) = match written.strip_suffix('*') {
            Some(begin) => (begin, true),
            None => (written, false),
        };
        Self {
            text: crate::domain::query::fold::fold(text),
            is_begin,
        }
    }

    fn fits(&self, word: &str) -> bool {
        if self.is_begin {
            word.starts_with(&self.text)
        } else {
            word == self.text
        }
    }
}

impl Lexicon {
    pub fn new<S: AsRef<str>>(phrases: &[S]) -> Self {
        let phrases: Vec<Vec<Piece>> = phrases
            .iter()
            .map(|phrase| phrase.as_ref().split_whitespace().map(piece).collect())
            .collect();
        let mut by_start: BTreeMap<[u8; 2], Vec<usize>> = BTreeMap::new();
        for (place, phrase) in phrases.iter().enumerate() {
            let Some(Piece::Any(forms)) = phrase.first() else {
                continue;
            };
            for form in forms {
                let places = by_start.entry(start(&form.text)).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { phrases, by_start }
    }

    /// In the order of the text; of phrases at the same word, the longest.
    pub fn places(&self, page: &Page<'_>) -> Vec<Place> {
        let mut found: Vec<Place> = Vec::new();
        for (at, word) in page.words.iter().enumerate() {
            let Some(candidates) = self.by_start.get(&start(&word.folded)) else {
                continue;
            };
            let last = page.sentences[word.sentence].words.end;
            let longest = candidates
                .iter()
                .filter_map(|place| {
                    let end = fits(&self.phrases[*place], &page.words, at, last)?;
                    Some((end, *place))
                })
                .max_by_key(|(end, _)| *end);
            if let Some((end, phrase)) = longest {
                found.push(Place {
                    span: word.span.start..page.words[end - 1].span.end,
                    words: at..end,
                    phrase,
                    sentence: word.sentence,
                });
            }
        }
        found
    }
}

fn piece(written: &str) -> Piece {
    match written
        .strip_prefix('~')
        .and_then(|count| count.parse().ok())
    {
        Some(count) => Piece::Gap(count),
        None => Piece::Any(written.split('|').map(Form::new).collect()),
    }
}

fn start(word: &str) -> [u8; 2] {
    let mut bytes = word.bytes();
    [bytes.next().unwrap_or(0), bytes.next().unwrap_or(0)]
}

/// Where the phrase ends when it begins at this word.
fn fits(pieces: &[Piece], words: &[Word], at: usize, last: usize) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(at);
    };
    match piece {
        Piece::Any(forms) => {
            let word = words.get(at).filter(|_| at < last)?;
            // A curly apostrophe folds to a space.
            let plain = word
                .folded
                .contains(' ')
                .then(|| word.folded.replace(' ', "'"));
            let word = plain.as_deref().unwrap_or(&word.folded);
            let is_it = forms.iter().any(|form| form.fits(word));
            is_it.then(|| fits(rest, words, at + 1, last)).flatten()
        }
        Piece::Gap(most) => (0..=*most)
            .filter(|skipped| at + skipped <= last)
            .find_map(|skipped| fits(rest, words, at + skipped, last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::About;

    #[test]
    fn finds_phrases_with_choices_beginnings_and_gaps() {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let about = About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam);
        let text = "Wij leven heel erg mee. Wij leven. Mee eens, patiënten!";
        let page = Page::new(text, &about);
        let words = Words::new(&["leef|leven ~3 mee", "patient*"], &[]);
        let said: Vec<&str> = words
            .places(&page)
            .into_iter()
            .map(|place| &text[place.span])
            .collect();
        assert_eq!(said, ["leven heel erg mee", "patiënten"]);
        assert_eq!(words.by_sentence(&page), [true, false, true]);
    }
}
