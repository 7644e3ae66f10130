//! Whether a text fits its channel, counted exactly as the channel counts.
//!
//! Sources: twitter-text config v3 (X), the Bluesky lexicon, Mastodon's status
//! validator, 3GPP TS 23.038 and 23.040 (SMS), TS 23.041 (NL-Alert); `docs/review.md` says how each is
//! counted.

mod links;
mod sms;

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::pattern::Pattern;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};
pub use links::{Link, links};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "length",
        severity: Severity::Block,
        title: ("De tekst past op het kanaal", "The text fits the channel"),
        why: (
            "Wat niet past, wordt geweigerd of afgekapt, en dan mist juist het einde: waar mensen meer lezen.",
            "What does not fit is refused or cut off, and then the end is lost: where people can read more.",
        ),
        look: too_long,
    },
    Rule {
        id: "sms-parts",
        severity: Severity::Warn,
        title: (
            "Een sms past in één bericht",
            "A text message is one message",
        ),
        why: (
            "Ieder deel kost geld, en delen kunnen los of in de verkeerde volgorde aankomen.",
            "Each part costs money, and parts may arrive alone or in the wrong order.",
        ),
        look: parts,
    },
    Rule {
        id: "sms-letters",
        severity: Severity::Warn,
        title: (
            "Een sms heeft alleen letters die er één kosten",
            "A text message has only letters that cost one place",
        ),
        why: (
            "Eén letter buiten het sms-alfabet maakt van 160 tekens er 70.",
            "One letter outside the SMS alphabet makes 70 places of 160.",
        ),
        look: letters,
    },
    Rule {
        id: "subject-length",
        severity: Severity::Warn,
        title: ("Het onderwerp is kort", "The subject is short"),
        why: (
            "Telefoons tonen van een onderwerp ongeveer zestig tekens.",
            "Phones show about sixty characters of a subject.",
        ),
        look: subject,
    },
];

/// The longest subject of a mail that is shown whole.
const SUBJECT: usize = 60;

/// What one link on X and on Mastodon counts for.
const LINK: usize = 23;

const BLUESKY_BYTES: usize = 3_000;

/// What is counted on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode scalar values.
    Characters,
    /// Letters as people see them: an accent or a skin tone is none by itself.
    Graphemes,
    /// X: links are 23, emoji and East Asian letters 2.
    Weighted,
    /// SMS in the GSM alphabet.
    Septets,
    /// SMS with a letter outside that alphabet.
    Utf16,
    /// NL-Alert in the GSM alphabet, with what is left empty at the end of pages.
    Pages,
    /// NL-Alert with a letter outside that alphabet.
    PagesUtf16,
}

/// How long a text is on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    pub used: usize,
    /// What the channel takes; for SMS what one message takes. `None`: any.
    pub limit: Option<usize>,
    pub unit: Unit,
    /// Messages it is sent in: 1, but for a long SMS; the pages of an NL-Alert.
    pub parts: usize,
    /// Bytes in UTF-8, of which Bluesky takes 3,000.
    pub bytes: usize,
}

impl Length {
    /// Whether the channel refuses it; an SMS of several parts is not refused.
    pub fn is_over(&self) -> bool {
        let is_over = self.limit.is_some_and(|limit| self.used > limit);
        match self.unit {
            Unit::Septets | Unit::Utf16 => false,
            Unit::Graphemes if self.limit == Some(300) => is_over || self.bytes > BLUESKY_BYTES,
            _ => is_over,
        }
    }
}

/// How long a text is on a kind of channel (`x`, `sms`, …). Space counts, also
/// around the text: trim what is posted trimmed.
pub fn length(text: &str, kind: &str) -> Length {
    let counted = |used, limit, unit| Length {
        used,
        limit,
        unit,
        parts: 1,
        bytes: text.len(),
    };
    match kind {
        "x" => counted(weighted(text, true), Some(280), Unit::Weighted),
        "bluesky" => counted(graphemes(text), Some(300), Unit::Graphemes),
        "mastodon" => counted(on_mastodon(text), Some(500), Unit::Graphemes),
        "nl-alert" => {
            let broadcast = sms::broadcast(text);
            let unit = match broadcast.is_gsm {
                true => Unit::Pages,
                false => Unit::PagesUtf16,
            };
            Length {
                parts: broadcast.parts,
                ..counted(broadcast.used, Some(broadcast.single), unit)
            }
        }
        "sms" => {
            let cost = sms::cost(text);
            Length {
                parts: cost.parts,
                ..counted(
                    cost.used,
                    Some(cost.single),
                    if cost.is_gsm {
                        Unit::Septets
                    } else {
                        Unit::Utf16
                    },
                )
            }
        }
        other => counted(text.chars().count(), usual_limit(other), Unit::Characters),
    }
}

/// Characters that a post takes where links and emoji count as they stand.
fn usual_limit(kind: &str) -> Option<usize> {
    match kind {
        "facebook" => Some(63_206),
        "instagram" => Some(2_200),
        "linkedin" => Some(3_000),
        "tiktok" => Some(4_000),
        "youtube" => Some(5_000),
        _ => None,
    }
}

fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The length of a post on X; since version 3 of its rules an emoji of several
/// characters is discounted to 2, and that is what counts.
pub fn weighted(text: &str, is_discounted: bool) -> usize {
    let text: String = text.nfc().collect();
    let mut total = 0;
    let mut from = 0;
    for link in links(&text) {
        total += weight(&text[from..link.span.start], is_discounted) + LINK;
        from = link.span.end;
    }
    total + weight(&text[from..], is_discounted)
}

fn weight(text: &str, is_discounted: bool) -> usize {
    let of = |grapheme: &str| {
        if is_discounted && is_emoji(grapheme) {
            2
        } else {
            grapheme.chars().map(weight_of).sum()
        }
    };
    text.graphemes(true).map(of).sum()
}

fn weight_of(letter: char) -> usize {
    match u32::from(letter) {
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

/// Whether several characters make one emoji.
fn is_emoji(grapheme: &str) -> bool {
    let mut letters = grapheme.chars();
    let (Some(first), Some(_)) = (letters.next(), letters.next()) else {
        return false;
    };
    let is_keycap = matches!(first, '0'..='9' | '#' | '*') && grapheme.contains('\u{20e3}');
    let is_picture = matches!(first, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{2bff}'
        | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}');
    let is_sign = matches!(first, '©' | '®') && grapheme.contains('\u{fe0f}');
    is_keycap || is_picture || is_sign
}

/// On Mastodon a link counts for 23 and somebody elsewhere for the local name.
fn on_mastodon(text: &str) -> usize {
    static ELSEWHERE: Pattern =
        Pattern::new(r"(^|[^=/\w])(@[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@[\w.-]*\w");
    let mut total = 0;
    let mut from = 0;
    let plain = |piece: &str| {
        let mut counted = graphemes(piece);
        for groups in ELSEWHERE.groups(piece) {
            let whole = groups.get(0).map_or("", |whole| whole.as_str());
            let kept: usize = [1, 2]
                .iter()
                .filter_map(|group| groups.get(*group))
                .map(|kept| graphemes(kept.as_str()))
                .sum();
            counted -= graphemes(whole) - kept;
        }
        counted
    };
    for Link { span, .. } in links(text).into_iter().filter(|link| link.has_scheme) {
        total += plain(&text[from..span.start]) + LINK;
        from = span.end;
    }
    total + plain(&text[from..])
}

/// Where the text stops fitting, in bytes, found by halving.
fn overflow(text: &str, fits: impl Fn(&str) -> bool) -> Range<usize> {
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let kept = ends.partition_point(|end| fits(&text[..*end]));
    let from = ends.get(kept.saturating_sub(1)).copied().unwrap_or(0);
    from..text.trim_end().len().max(from)
}

fn too_long(page: &Page<'_>) -> Vec<Hit> {
    let kind = page.about.channel.as_str();
    let own = page.about.limit.and_then(|own| usize::try_from(own).ok());
    let found = length(page.text.trim(), kind);
    let limit = match own {
        Some(own) => own,
        None if found.is_over() => found.limit.unwrap_or(usize::MAX),
        None => return Vec::new(),
    };
    let is_heavy = own.is_none() && found.used <= limit;
    if found.used <= limit && !is_heavy {
        return Vec::new();
    }
    let fits = |piece: &str| {
        let length = length(piece.trim_start(), kind);
        length.used <= limit && (!is_heavy || length.bytes <= BLUESKY_BYTES)
    };
    let (used, limit) = if is_heavy {
        (found.bytes, BLUESKY_BYTES)
    } else {
        (found.used, limit)
    };
    let over = used - limit;
    let (nl, en) = match found.unit {
        Unit::Weighted => (
            " (een link telt voor 23, een emoji voor 2)",
            " (a link counts for 23, an emoji for 2)",
        ),
        Unit::Graphemes if kind == "mastodon" => {
            (" (een link telt voor 23)", " (a link counts for 23)")
        }
        Unit::Graphemes if is_heavy => (" (in bytes)", " (in bytes)"),
        Unit::Pages => (" (15 pagina's van 93)", " (15 pages of 93)"),
        Unit::PagesUtf16 => (
            " (15 pagina's van 41, door een teken buiten het sms-alfabet)",
            " (15 pages of 41, for a character outside the SMS alphabet)",
        ),
        _ => ("", ""),
    };
    vec![Hit {
        span: overflow(page.text, fits),
        message: Both::new(
            format!("De tekst is {used} tekens lang en hier passen er {limit}{nl}."),
            format!("The text is {used} characters long and {limit} fit here{en}."),
        ),
        advice: Both::new(
            format!("Haal er {over} af, of zet de rest op de eigen site en verwijs ernaar."),
            format!("Take {over} off, or put the rest on your own site and point to it."),
        ),
        severity: None,
    }]
}

fn parts(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != "sms" {
        return Vec::new();
    }
    let cost = sms::cost(page.text.trim());
    if cost.parts < 2 {
        return Vec::new();
    }
    let single = cost.single;
    let fits = |piece: &str| sms::cost(piece.trim()).used <= single;
    vec![Hit {
        span: overflow(page.text, fits),
        message: Both::new(
            format!(
                "Deze sms telt {} tekens en gaat in {} delen; in één deel passen er {single}.",
                cost.used, cost.parts
            ),
            format!(
                "This text message has {} places and goes in {} parts; one part takes {single}.",
                cost.used, cost.parts
            ),
        ),
        advice: Both::new(
            format!("Kort hem in tot {single} tekens."),
            format!("Shorten it to {single} places."),
        ),
        severity: None,
    }]
}

fn letters(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != "sms" {
        return Vec::new();
    }
    let text = page.text.trim();
    let now = sms::cost(text).parts;
    let cheap = sms::cost(&sms::transliterated(text)).parts;
    let mut found = foreign_letters(page, |letter| {
        Both::new(
            format!(
                "“{letter}” hoort niet bij het sms-alfabet: er passen nu 70 tekens in een sms, en geen 160."
            ),
            format!(
                "“{letter}” is not in the SMS alphabet: now 70 characters fit in one message, not 160."
            ),
        )
    });
    if now == cheap {
        // Within 70 it costs nothing.
        for hit in &mut found {
            hit.severity = Some(Severity::Note);
        }
    }
    found
}

/// Letters outside the GSM alphabet, with what is the matter with each and the
/// word in letters that are in it.
pub(super) fn foreign_letters(page: &Page<'_>, says: impl Fn(char) -> Both) -> Vec<Hit> {
    let text = page.text.trim();
    let start = page.text.len() - page.text.trim_start().len();
    let hit = |(at, letter): (usize, char)| {
        let span = start + at..start + at + letter.len_utf8();
        let word = word_around(page.text, span.clone());
        let plain = sms::transliterated(word);
        let advice = if plain == word || plain.is_empty() {
            Both::new("Laat dit teken weg.", "Leave this character out.")
        } else {
            Both::new(format!("Schrijf “{plain}”."), format!("Write “{plain}”."))
        };
        Hit {
            span,
            message: says(letter),
            advice,
            severity: None,
        }
    };
    sms::expensive(text).into_iter().take(10).map(hit).collect()
}

/// The word that a piece of text stands in.
fn word_around(text: &str, span: Range<usize>) -> &str {
    let start = text[..span.start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
    let end = text[span.end..]
        .find(char::is_whitespace)
        .map_or(text.len(), |length| span.end + length);
    text[start..end].trim_end_matches(['.', ',', '!', '?', ':', ';'])
}

fn subject(page: &Page<'_>) -> Vec<Hit> {
    static SUBJECTS: Pattern =
        Pattern::new(r"(?im)\A\s*(?:onderwerp|betreft|subject|re):[ \t]*(.+)$");
    if !matches!(page.about.channel.as_str(), "email" | "letter") {
        return Vec::new();
    }
    let found = SUBJECTS.groups(page.text).next();
    let Some(subject) = found.and_then(|groups| groups.get(1)) else {
        return Vec::new();
    };
    let used = subject.as_str().trim_end().chars().count();
    if used <= SUBJECT {
        return Vec::new();
    }
    vec![Hit {
        span: subject.range(),
        message: Both::new(
            format!(
                "Het onderwerp is {used} tekens lang; een telefoon toont er ongeveer {SUBJECT}."
            ),
            format!("The subject is {used} characters long; a phone shows about {SUBJECT}."),
        ),
        advice: Both::new(
            "Zet het belangrijkste woord vooraan en laat de rest weg.",
            "Put the word that matters first and leave the rest out.",
        ),
        severity: None,
    }]
}

#[cfg(test)]
mod tests;
