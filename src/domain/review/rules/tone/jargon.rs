//! Words of the trade, with what to say instead.

use std::sync::LazyLock;

use crate::domain::query::fold::fold;
use crate::domain::review::lexicon::Lexicon;
use crate::domain::review::lexicon::tone::{ABBREVIATIONS, JARGON_EN, JARGON_NL};
use crate::domain::review::{Both, Hit, Page, Severity};
use crate::domain::text::Language;

static NL: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&JARGON_NL.map(|(words, _)| words)));
static EN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&JARGON_EN.map(|(words, _)| words)));

pub(super) fn look(page: &Page<'_>) -> Vec<Hit> {
    let Some(language) = page.about.language else {
        return Vec::new();
    };
    // Colleagues share words; they too read better without.
    let severity = page.about.is_internal.then_some(Severity::Note);
    let (lexicon, plain): (&Lexicon, &[(&str, &str)]) = match language {
        Language::Nl => (&NL, &JARGON_NL),
        Language::En => (&EN, &JARGON_EN),
    };
    let mut found = Vec::new();
    let shipped = lexicon.places(page).into_iter();
    for (span, plain) in shipped.map(|place| (place.span, plain[place.phrase].1)) {
        found.push((span, Some(plain.to_owned())));
    }
    for word in &page.words {
        let written = &page.text[word.span.clone()];
        let known = ABBREVIATIONS.iter().find(|(short, ..)| *short == written);
        if let Some((_, nl, en)) = known {
            let plain = if language == Language::Nl { nl } else { en };
            found.push((word.span.clone(), Some((*plain).to_owned())));
        }
    }
    for added in &page.about.jargon {
        found.extend(page.find(added).into_iter().map(|span| (span, None)));
    }
    found.retain(|(span, _)| {
        !is_explained(page, span.end) && !is_taken_away(page, &page.text[span.clone()])
    });
    found.sort_by_key(|(span, _)| span.start);
    found.dedup_by(|one, other| one.0 == other.0);
    found
        .into_iter()
        .map(|(span, plain)| hit(page, span, plain, severity))
        .collect()
}

/// `calamiteit (een ernstige gebeurtenis)` explains itself.
fn is_explained(page: &Page<'_>, end: usize) -> bool {
    page.text[end..].trim_start().starts_with('(')
}

fn is_taken_away(page: &Page<'_>, written: &str) -> bool {
    let written = fold(written);
    page.about.not_jargon.iter().any(|word| {
        let word = fold(word);
        let word = word.trim_start_matches('-');
        match word.strip_suffix('*') {
            Some(begin) => written.starts_with(begin),
            None => written == word,
        }
    })
}

fn hit(
    page: &Page<'_>,
    span: std::ops::Range<usize>,
    plain: Option<String>,
    severity: Option<Severity>,
) -> Hit {
    let written = &page.text[span.clone()];
    let advice = match plain {
        Some(plain) => Both::new(
            format!("Schrijf bijvoorbeeld: {plain}."),
            format!("Write for instance: {plain}."),
        ),
        None => Both::new(
            "Schrijf het in gewone woorden, of leg het uit.",
            "Write it in plain words, or explain it.",
        ),
    };
    Hit {
        message: Both::new(
            format!("“{written}” kent niet iedereen."),
            format!("Not everybody knows “{written}”."),
        ),
        advice,
        severity,
        span,
    }
}
