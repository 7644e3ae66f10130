//! Personal data in a text that others will read, and confirming that somebody
//! is a patient.
//!
//! What blocks must be sure: a number passes its own check and stands beside a
//! word that says what it is, or a sentence ties somebody to care. What only
//! looks like it warns. Our own numbers, addresses and people are none.

mod confirm;
mod contact;
mod numbers;
mod person;
mod said;

use std::ops::Range;

use crate::domain::review::{Both, Hit, Page, Rule, Severity};

/// Why all of these matter: Dutch, English.
const WHY: (&str, &str) = (
    "Wat eenmaal openbaar is, haal je niet meer terug; gegevens over zorg vallen onder het beroepsgeheim en de AVG.",
    "What is public once cannot be taken back; data about care fall under medical secrecy and the GDPR.",
);

const fn rule(
    id: &'static str,
    severity: Severity,
    title: (&'static str, &'static str),
    look: fn(&Page<'_>) -> Vec<Hit>,
) -> Rule {
    Rule {
        id,
        severity,
        title,
        why: WHY,
        look,
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        why: (
            "Wie in het openbaar laat merken dat iemand patiënt is, schendt het beroepsgeheim; ook als diegene dat zelf al zei.",
            "To let on in public that somebody is a patient breaks medical secrecy; also when they said so themselves.",
        ),
        ..rule(
            "patient-confirmed",
            Severity::Block,
            (
                "Niet bevestigen dat iemand patiënt is",
                "Do not confirm that somebody is a patient",
            ),
            confirm::look,
        )
    },
    rule(
        "personal-data-bsn",
        Severity::Block,
        ("Geen burgerservicenummer", "No citizen service number"),
        numbers::bsn,
    ),
    rule(
        "personal-data-iban",
        Severity::Block,
        ("Geen rekeningnummer", "No bank account"),
        numbers::iban,
    ),
    rule(
        "personal-data-patient-number",
        Severity::Block,
        (
            "Geen patiënt- of dossiernummer",
            "No patient or record number",
        ),
        numbers::patient_number,
    ),
    rule(
        "personal-data-professional",
        Severity::Warn,
        (
            "Geen AGB-code of BIG-nummer",
            "No registration number of a professional",
        ),
        numbers::professional,
    ),
    rule(
        "personal-data-birth-date",
        Severity::Block,
        ("Geen geboortedatum", "No date of birth"),
        person::birth_date,
    ),
    rule(
        "personal-data-phone",
        Severity::Block,
        (
            "Geen telefoonnummer van een persoon",
            "No phone number of a person",
        ),
        contact::phone,
    ),
    rule(
        "personal-data-email",
        Severity::Block,
        (
            "Geen mailadres van een persoon",
            "No mail address of a person",
        ),
        contact::email,
    ),
    rule(
        "personal-data-address",
        Severity::Block,
        ("Geen woonadres", "No home address"),
        contact::address,
    ),
    rule(
        "personal-data-room",
        Severity::Block,
        ("Geen kamer of bed van iemand", "No room or bed of somebody"),
        contact::room,
    ),
    rule(
        "personal-data-name",
        Severity::Warn,
        (
            "Geen naam van iemand buiten het team",
            "No name of somebody outside the team",
        ),
        person::name,
    ),
    rule(
        "personal-data-combination",
        Severity::Warn,
        (
            "Geen optelsom waaraan iemand te herkennen is",
            "No sum of details that gives somebody away",
        ),
        person::combination,
    ),
];

/// A remark on a place.
fn hit(
    span: Range<usize>,
    message: (&str, &str),
    advice: (&str, &str),
    severity: Option<Severity>,
) -> Hit {
    Hit {
        span,
        message: Both::new(message.0, message.1),
        advice: Both::new(advice.0, advice.1),
        severity,
    }
}

/// The text of the sentence that a place stands in, folded and with one space
/// between its words; empty when there is none.
fn sentence_of(page: &Page<'_>, span: &Range<usize>) -> String {
    page.sentence_at(span.start)
        .map(|sentence| page.line(sentence).text)
        .unwrap_or_default()
}

/// What stands before and behind a place, as far as so many characters.
fn around<'t>(
    text: &'t str,
    span: &Range<usize>,
    before: usize,
    after: usize,
) -> (&'t str, &'t str) {
    let start = text[..span.start]
        .char_indices()
        .rev()
        .take(before)
        .last()
        .map_or(span.start, |(at, _)| at);
    let end = text[span.end..]
        .char_indices()
        .nth(after)
        .map_or(text.len(), |(at, _)| span.end + at);
    (&text[start..span.start], &text[span.end..end])
}

/// Whether a number is cut out of a longer one, or stands in a link.
fn is_inside(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let joins = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let chunk_start = text[..span.start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + 1);
    let in_link = text
        .get(chunk_start..span.start)
        .is_some_and(|chunk| chunk.contains("://") || chunk.contains("www."));
    joins(before) || joins(after) || in_link
}

/// Whether only those it is sent to read it.
fn is_private(page: &Page<'_>) -> bool {
    matches!(
        page.about.channel.as_str(),
        "email" | "letter" | "sms" | "phone"
    )
}

fn digits_of(text: &str) -> Vec<u32> {
    text.chars()
        .filter_map(|letter| letter.to_digit(10))
        .collect()
}

#[cfg(test)]
mod confirm_tests;

#[cfg(test)]
mod tests;
