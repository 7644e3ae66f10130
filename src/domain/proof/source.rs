//! What is wrong with the words of a template as they are written, whatever the facts
//! are: a sentence in another language, a day or hour that was fixed when it was
//! written, letters that a wrong encoding made.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::enrich::{self, Lang};

use super::{Job, Trouble};

/// Fewer words that are no names can be a heading in any language.
const SHORTEST: usize = 4;

/// One of these is in nearly every sentence of the language, and in none of the other.
const LITTLE_ENGLISH: [&str; 16] = [
    "the", "and", "you", "your", "to", "for", "with", "are", "this", "that", "will", "have", "our",
    "it", "from", "be",
];
const LITTLE_DUTCH: [&str; 16] = [
    "de", "het", "een", "en", "u", "uw", "wij", "van", "voor", "niet", "dit", "dat", "naar", "met",
    "je", "ons",
];

pub(super) fn troubles(job: &Job<'_>, has_language: bool) -> Vec<Trouble> {
    let words = without_tags(&job.template.source);
    let found = [
        has_language.then(|| sentence(job, &words)).flatten(),
        moment(job, &words),
        garbled(job, &words),
        impersonal(job),
        never_alone(job),
    ];
    found.into_iter().flatten().collect()
}

/// The template with spaces where its tags are, each letter at its place.
fn without_tags(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(begins) = rest.find("{{") {
        let ends = rest[begins..]
            .find("}}")
            .map_or(rest.len(), |ends| begins + ends + 2);
        bare.push_str(&rest[..begins]);
        let tag = rest[begins..ends].bytes();
        bare.extend(tag.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = &rest[ends..];
    }
    bare.push_str(rest);
    bare
}

/// Sentences, and the items of lists, in bytes.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_end = |at: usize| {
        let next = text.as_bytes().get(at + 1);
        match text.as_bytes()[at] {
            b'\n' => true,
            b'.' | b'!' | b'?' => next.is_none_or(u8::is_ascii_whitespace),
            _ => false,
        }
    };
    let mut begins = 0;
    let ends = (0..text.len())
        .filter(move |at| is_end(*at))
        .chain([text.len()]);
    ends.map(move |end| {
        let sentence = begins..end.max(begins);
        begins = (end + 1).min(text.len());
        sentence
    })
}

/// One sentence was not translated, in a text that was.
fn sentence(job: &Job<'_>, words: &str) -> Option<Trouble> {
    let (other, little) = match &*job.language {
        "nl" => (Lang::En, LITTLE_ENGLISH),
        "en" => (Lang::Nl, LITTLE_DUTCH),
        _ => return None,
    };
    let is_other = |sentence: &Range<usize>| {
        let text = &words[sentence.clone()];
        // What is quoted was said so.
        let is_quoted = text.contains(['"', '“', '”', '„', '«', '‘']);
        // Names are of no language, and begin with a capital.
        let begins_small = |word: &&str| word.starts_with(char::is_lowercase);
        let n_words = text.split_whitespace().filter(begins_small);
        !is_quoted
            && n_words.count() >= SHORTEST
            // Most sentences need no closer look.
            && text.split_whitespace().any(|word| little.contains(&word))
            && enrich::language_of(text, &job.language) == Some(other)
    };
    let found = sentences(words).find(is_other)?;
    let name = match other {
        Lang::En => "English",
        _ => "Dutch",
    };
    let mut trouble = job.warning(
        "text-language",
        format!(
            "a sentence of the text of `{}` in `{}` is in {name}",
            job.message.name, job.language
        ),
        "translate it; what somebody said in their own words stands between quotes",
    );
    trouble.at = place_of(words, found);
    Some(trouble)
}

/// A clock time or a date that was true when somebody wrote the template.
fn moment(job: &Job<'_>, words: &str) -> Option<Trouble> {
    static FIXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(?:om|rond|uiterlijk|voor|vóór|tegen) \d{1,2}(?:[.:]\d{2})? ?uur\b",
            r"|\b(?:om|rond|uiterlijk) \d{1,2}[.:]\d{2}\b",
            r"|\b(?:at|by|before|around) \d{1,2}(?:[.:]\d{2})? ?(?:am|pm|a\.m|p\.m|o'clock|hrs)\b",
            r"|\b(?:at|by|around) \d{1,2}:\d{2}\b",
            r"|\b\d{1,2}(?:st|nd|rd|th|e)? (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october)\b",
            r"|\b(?:january|february|march|april|june|july|august|september|october|november|december) \d{1,2}\b",
            r"|\b\d{1,2}[-/]\d{1,2}[-/](?:19|20)?\d{2}\b|\b20\d{2}-\d{2}-\d{2}\b",
        ))
        .ok()
    });
    // Hours that hold each day, and the day of a law, are meant so.
    const LASTING: [&str; 12] = [
        "elke",
        "iedere",
        "dagelijks",
        "altijd",
        " tot ",
        "every",
        "daily",
        "each",
        "always",
        " wet",
        " act ",
        "sinds",
    ];
    if !words.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let found = FIXED.as_ref()?.find_iter(words).find(|found| {
        let mut sentences = sentences(words);
        let around = sentences.find(|one| one.end > found.start());
        let around = around.map_or("", |one| &words[one]).to_lowercase();
        !LASTING.iter().any(|word| around.contains(word))
    })?;
    let mut trouble = job.warning(
        "fixed-moment",
        format!(
            "`{}` is written into the text of `{}`: on another day it is not true",
            found.as_str().trim(),
            job.message.name
        ),
        "let a fact say it: {{facts.next_update}}, or a fact of your own of kind time or date",
    );
    trouble.at = place_of(words, found.range());
    Some(trouble)
}

/// `patiÃ«nt`: letters that were saved in one encoding and opened in another.
fn garbled(job: &Job<'_>, words: &str) -> Option<Trouble> {
    let is_garbled = |at: usize| {
        let mut letters = words[at..].chars();
        let first = letters.next();
        let next = letters.next().unwrap_or(' ');
        match first {
            Some('Ã' | 'Â') => matches!(next, '\u{80}'..='\u{bf}' | '‚' | 'ƒ' | 'œ' | '™'),
            Some('â') => next == '€' || next == '\u{80}',
            Some('\u{fffd}') => true,
            _ => false,
        }
    };
    let mut suspects = words
        .char_indices()
        .filter(|(_, letter)| matches!(letter, 'Ã' | 'Â' | 'â' | '\u{fffd}'));
    let (at, _) = suspects.find(|(at, _)| is_garbled(*at))?;
    let mut trouble = job.warning(
        "text-garbled",
        format!(
            "letters of the text of `{}` were lost: it was saved in one encoding and opened in another",
            job.message.name
        ),
        "write the letter again, such as ë, and save the file as UTF-8",
    );
    let length = words[at..].chars().next().map_or(1, char::len_utf8);
    trouble.at = place_of(words, at..at + length);
    Some(trouble)
}

/// What a person must fill in.
const PERSONAL: &str = "{{personal ";

/// A reply that has no place for what this person said is the same for everybody.
fn impersonal(job: &Job<'_>) -> Option<Trouble> {
    let is_reply = job.message.kind == "reply" && job.message.per_case;
    if !is_reply || job.template.source.contains(PERSONAL) {
        return None;
    }
    let mut trouble = job.warning(
        "reply-impersonal",
        format!(
            "every person gets the same words from `{}`: nothing in it is about what they said",
            job.message.name
        ),
        "add {{personal \"what this person wrote\"}}: who answers fills it in",
    );
    trouble.at = Some((1, 1, 1));
    Some(trouble)
}

/// A text approved beforehand with a sentence in it that somebody must write first: those
/// are nobody's words yet, so somebody approves it all the same.
fn never_alone(job: &Job<'_>) -> Option<Trouble> {
    let source = &job.template.source;
    let at = source.find(PERSONAL).filter(|_| job.message.preapproved)?;
    let mut trouble = job.warning(
        "preapproved-personal",
        format!(
            "`{}` is preapproved, and never goes out without approval: somebody must write a sentence in it first",
            job.message.name
        ),
        "take out `preapproved`, so that everybody knows that it is approved; or the `{{personal …}}`",
    );
    trouble.at = place_of(source, at..at + PERSONAL.len());
    Some(trouble)
}

fn place_of(words: &str, found: Range<usize>) -> Option<(usize, usize, usize)> {
    let piece = &words[found.clone()];
    let at = found.start + piece.len() - piece.trim_start().len();
    let before = &words[..at];
    let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    Some((
        before.matches('\n').count() + 1,
        before[begins..].chars().count() + 1,
        piece.trim().chars().count().max(1),
    ))
}
