//! What stands around words: whether they are negated, quoted, or about what we
//! do not know; which links and contact points a text names.

use std::ops::Range;

use super::Page;
use super::lexicon::{Place, Words, ingredients};

/// Sites that ask to log in before one can read.
const WALLED: [&str; 12] = [
    "x.com",
    "twitter.com",
    "facebook.com",
    "fb.com",
    "fb.me",
    "instagram.com",
    "linkedin.com",
    "lnkd.in",
    "tiktok.com",
    "threads.net",
    "threads.com",
    "snapchat.com",
];

const NEGATIONS: [&str; 30] = [
    "niet", "geen", "nooit", "niemand", "nergens", "zonder", "evenmin", "not", "no", "never",
    "nobody", "without", "cannot", "can't", "don't", "isn't", "aren't", "wasn't", "won't",
    "didn't", "doesn't", "nor", "none", "couldn't", "weren't", "haven't", "hasn't", "neither",
    "noch", "niks",
];

/// Places outside quotations: what somebody else said is not what we say.
pub fn unquoted(page: &Page<'_>, words: &Words) -> Vec<Place> {
    let mut places = words.places(page);
    if places.is_empty() {
        return places;
    }
    let quotes = quotes(page.text);
    let is_quoted = |place: &Place| {
        quotes
            .iter()
            .any(|quote| quote.start < place.span.start && place.span.end <= quote.end)
    };
    places.retain(|place| !is_quoted(place));
    places
}

/// A link, as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub span: Range<usize>,
    pub is_walled: bool,
}

/// Whether a word of `before` words ahead of the place, or of `behind` words
/// after it, takes it back: "kunnen wij niet garanderen".
pub fn is_negated(page: &Page<'_>, place: &Place, before: usize, behind: usize) -> bool {
    let within = &page.sentences[place.sentence].words;
    let from = place.words.start.saturating_sub(before).max(within.start);
    let until = (place.words.end + behind).min(within.end);
    let around = page.words[from..place.words.start]
        .iter()
        .chain(&page.words[place.words.end..until]);
    let mut around = around.map(|word| plain(&word.folded));
    around.any(|word| NEGATIONS.contains(&word.as_str()))
}

/// A curly apostrophe folds to a space.
fn plain(folded: &str) -> String {
    folded.replace(' ', "'")
}

/// Whether a word negates.
pub fn negates(folded: &str) -> bool {
    NEGATIONS.contains(&plain(folded).as_str())
}

/// What stands between quotation marks: words of somebody else.
pub fn quotes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut opened: Option<(usize, char)> = None;
    for (at, letter) in text.char_indices() {
        match (letter, opened) {
            // A quotation that is not closed in its paragraph was none.
            ('\n', _) => opened = None,
            ('“' | '„' | '«', None) => opened = Some((at, '”')),
            ('"', None) => opened = Some((at, '"')),
            ('”' | '“' | '»', Some((from, '”'))) => {
                found.push(from..at);
                opened = None;
            }
            ('"', Some((from, '"'))) => {
                found.push(from..at);
                opened = None;
            }
            _ => {}
        }
    }
    found
}

/// Sentences about what we do not know yet: they say so, or stand in a list
/// under a heading that does.
pub fn unknown_sentences<'p>(page: &'p Page<'_>) -> &'p [bool] {
    page.read.unknown.get_or_init(|| unknown(page))
}

fn unknown(page: &Page<'_>) -> Vec<bool> {
    let says = ingredients::UNKNOWN.by_sentence(page);
    let mut is_under = false;
    let mut found = Vec::with_capacity(says.len());
    for (sentence, says) in page.sentences.iter().zip(says) {
        let start = sentence.span.start;
        let line = page.text[sentence.span.clone()].trim();
        let is_item = line.starts_with(['-', '•', '*', '–']);
        let begins_line = page.text[..start].ends_with('\n');
        if !is_item && !line.ends_with(['.', '!', '?', '…']) {
            is_under = says;
        } else if !is_item && begins_line && !follows_heading(page, start) {
            is_under = false;
        }
        found.push(says || is_under);
    }
    found
}

/// Whether the line just above has no full stop: a heading, or another item.
fn follows_heading(page: &Page<'_>, start: usize) -> bool {
    let above = page.text[..start].trim_end();
    let line = above.rsplit('\n').next().unwrap_or("");
    !line.ends_with(['.', '!', '?', '…'])
}

/// Every web address, with or without `https://`.
pub fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for chunk in chunks(text) {
        let written = text[chunk.clone()].to_lowercase();
        let Some(host) = host_of(&written) else {
            continue;
        };
        let is_walled = WALLED
            .iter()
            .any(|walled| host == *walled || host.ends_with(&format!(".{walled}")));
        found.push(Link {
            span: chunk,
            is_walled,
        });
    }
    found
}

/// Pieces between spaces, without the punctuation around them.
fn chunks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let around = [
        '(', ')', '[', ']', '<', '>', '"', '\'', ',', ';', '.', '!', '?', ':', '“', '”',
    ];
    text.split_whitespace().filter_map(move |chunk| {
        let start = chunk.as_ptr() as usize - text.as_ptr() as usize;
        let trimmed = chunk.trim_start_matches(around);
        let start = start + chunk.len() - trimmed.len();
        let trimmed = trimmed.trim_end_matches(around);
        (!trimmed.is_empty()).then(|| start..start + trimmed.len())
    })
}

fn host_of(written: &str) -> Option<&str> {
    let (rest, is_sure) = match written.split_once("://") {
        Some(("http" | "https", rest)) => (rest, true),
        Some(_) => return None,
        None => (written, written.starts_with("www.")),
    };
    if rest.contains('@') {
        return None;
    }
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let mut labels = host.rsplit('.');
    let last = labels.next()?;
    let has_name = labels.next().is_some_and(|name| !name.is_empty());
    let looks_like_one = (2..=10).contains(&last.len())
        && last.bytes().all(|letter| letter.is_ascii_lowercase())
        && host
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'.' | b'-'));
    // Without its beginning a bare word such as `o.a` must not pass.
    let is_long = is_sure || host.len() >= 6 || WALLED.contains(&host);
    (has_name && looks_like_one && is_long).then_some(host)
}

/// Whether the text names a number to call: at least eight digits, or a short
/// number that everybody may call.
pub fn has_phone(text: &str) -> bool {
    let mut digits = 0;
    let mut gap = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits += 1;
            gap = 0;
        } else if digits > 0 && gap == 0 && matches!(letter, ' ' | '-' | '(' | ')' | '.') {
            gap += 1;
        } else if !(digits > 0 && matches!(letter, '-' | '(' | ')' | ' ') && gap < 3) {
            digits = 0;
            gap = 0;
        } else {
            gap += 1;
        }
        if digits >= 8 {
            return true;
        }
    }
    let shorts = ["112", "0800", "0900", "14 0"];
    shorts.iter().any(|short| text.contains(short))
}

/// Whether the text names an e-mail address.
pub fn has_email(text: &str) -> bool {
    chunks(text).any(|chunk| {
        let parts = text[chunk]
            .split_once('@')
            .filter(|(name, _)| !name.is_empty());
        parts.is_some_and(|(_, host)| host.contains('.'))
    })
}

/// Digits only: how phone numbers are compared.
pub fn digits(written: &str) -> String {
    written.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_links_by_their_host() {
        let text = "Lees https://www.dewaard.example/a?b, (x.com/dewaard) of www.site.example. Mail a@b.example, o.a. om 14.30.";
        let found: Vec<(&str, bool)> = links(text)
            .into_iter()
            .map(|link| (&text[link.span], link.is_walled))
            .collect();
        let expected = [
            ("https://www.dewaard.example/a?b", false),
            ("x.com/dewaard", true),
            ("www.site.example", false),
        ];
        assert_eq!(found, expected);
        assert!(has_email(text) && !has_phone(text));
        assert!(
            has_phone("Bel 088 - 123 45 67")
                && has_phone("0800 1351")
                && has_phone("+31 (0)88 1234567")
        );
        assert!(!has_phone("Op 26 februari 2026 om 14.30 uur"));
    }

    #[test]
    fn knows_quotations() {
        let text = "Hij zei: \"Het is mis\" en “weg ermee”. 5\" is klein.\nNiets";
        let said: Vec<&str> = quotes(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(said, ["\"Het is mis", "“weg ermee"]);
    }
}
