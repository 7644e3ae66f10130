//! What can be measured of a text: lengths, syllables, and the classic formulas
//! made of them.
//!
//! Sources: Flesch-Douma (Onze Taal 1977), LIX (Björnsson), Brouwer, Flesch and
//! Flesch-Kincaid.

use crate::domain::review::page::{Sentence, Word, cut};
use crate::domain::text::Language;

/// What can be measured of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    pub n_words: usize,
    pub n_sentences: usize,
    /// Words a sentence.
    pub sentence: f64,
    /// Syllables a word.
    pub syllables: f64,
    /// Share of words of over six letters, 0 to 1.
    pub long_words: f64,
    /// 0 to about 100; under 40 is easy.
    pub lix: f64,
    /// Flesch-Douma (Dutch) or Flesch (English): about 0 to 100, over 60 is normal.
    pub ease: f64,
    /// Brouwer A, made for Dutch: higher is easier.
    pub brouwer: f64,
    /// Flesch-Kincaid: years of school, made for English.
    pub grade: f64,
}

/// What can be measured of a text in this language; all 0 for one without words.
pub fn measures(text: &str, language: Language) -> Measures {
    let (words, sentences) = cut(text);
    measured(text, &words, &sentences, language)
}

pub(super) fn measured(
    text: &str,
    words: &[Word],
    sentences: &[Sentence],
    language: Language,
) -> Measures {
    let counted = words.iter().filter(|word| is_word(word));
    let letters: Vec<&str> = counted.map(|word| &text[word.span.clone()]).collect();
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            0.0
        } else {
            part as f64 / whole as f64
        }
    };
    let n_long = letters
        .iter()
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() > 6)
        .count();
    let n_syllables = letters
        .iter()
        .map(|word| syllables_of(word, language))
        .sum();
    let sentence = share(letters.len(), sentences.len());
    let syllables = share(n_syllables, letters.len());
    let long_words = share(n_long, letters.len());
    let is_empty = letters.is_empty();
    let of = |score: f64| if is_empty { 0.0 } else { score };
    Measures {
        n_words: letters.len(),
        n_sentences: sentences.len(),
        sentence,
        syllables,
        long_words,
        lix: sentence + 100.0 * long_words,
        ease: of(match language {
            Language::Nl => 206.835 - 0.93 * sentence - 77.0 * syllables,
            Language::En => 206.835 - 1.015 * sentence - 84.6 * syllables,
        }),
        brouwer: of(195.0 - 2.0 * sentence - 66.7 * syllables),
        grade: of(0.39 * sentence + 11.8 * syllables - 15.59),
    }
}

/// Numbers and clock times are read at a glance and count for nothing.
pub(super) fn is_word(word: &Word) -> bool {
    word.folded.chars().any(char::is_alphabetic)
}

/// Syllables of one word, by its vowels: at least 1.
pub(super) fn syllables_of(word: &str, language: Language) -> usize {
    match language {
        Language::Nl => dutch_syllables(word),
        Language::En => english_syllables(word),
    }
}

/// Vowels that sound as one in Dutch; the longest first.
const DUTCH_VOWELS: [&str; 18] = [
    "ooi", "oei", "aai", "eeu", "ieu", "aa", "ee", "oo", "uu", "ie", "oe", "eu", "ui", "ou", "au",
    "ei", "ij", "ey",
];

fn dutch_syllables(word: &str) -> usize {
    let lower = word.to_lowercase().replace('ĳ', "ij");
    let mut n_syllables = 0;
    let mut rest = lower.as_str();
    while let Some(letter) = rest.chars().next() {
        let together = DUTCH_VOWELS
            .iter()
            .find(|vowels| rest.starts_with(**vowels));
        let width = together.map_or(letter.len_utf8(), |vowels| vowels.len());
        let is_vowel = together.is_some() || "aeiouyàáâäèéêëìíîïòóôöùúûü".contains(letter);
        n_syllables += usize::from(is_vowel);
        rest = &rest[width..];
    }
    n_syllables.max(1)
}

fn english_syllables(word: &str) -> usize {
    let lower: Vec<char> = word
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    let is_vowel = |letter: &char| "aeiouyàâäèéêëîïôöùûü".contains(*letter);
    let runs = (0..lower.len())
        .filter(|at| is_vowel(&lower[*at]) && (*at == 0 || !is_vowel(&lower[*at - 1])))
        .count();
    let ends = |end: &str| lower.iter().collect::<String>().ends_with(end);
    // A last e is mute, but in "table"; so is that of "-ed" behind most letters.
    let is_mute = (ends("e") && !ends("le") || ends("ed") && !ends("ted") && !ends("ded"))
        && !ends("ee")
        && runs > 1;
    runs.saturating_sub(usize::from(is_mute)).max(1)
}
