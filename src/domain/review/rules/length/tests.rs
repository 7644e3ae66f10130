//! Lengths by hand; `tests/it/review_data.rs` has published cases.

use super::*;
use crate::domain::review::rules::tests::{about, ids_of};
use crate::domain::text::Language;

#[track_caller]
fn check(kind: &str, text: &str, used: usize) {
    assert_eq!(length(text, kind).used, used, "{kind}: {text}");
}

#[test]
fn counts_as_each_channel_does() {
    check("x", "Hallo", 5);
    check(
        "x",
        "Lees https://www.een-heel-lang-adres.nl/met/een/pad?en=meer nu",
        31,
    );
    check("x", "zorg.nl", 23);
    check("x", "patie\u{308}nt", 7);
    check("x", "👨‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇳🇱", 14);
    check("x", "医院", 4);
    check("x", " spatie \n", 9);
    check("bluesky", "👨‍👩‍👧‍👦 zorg.nl", 9);
    check(
        "mastodon",
        "@anna@social.example dag https://zorg.nl/lang/pad/hier zorg.nl",
        5 + 1 + 3 + 1 + 23 + 1 + 7,
    );
    check("mastodon", "mail@zorg.nl", 12);
    check("linkedin", "👨‍👩‍👧‍👦", 7);
    assert_eq!(length("x", "web").limit, None);
    assert_eq!(length(&"a".repeat(161), "sms").parts, 2);
}

#[track_caller]
fn found(kind: &str, limit: Option<u64>, text: &str, expected: &[(&str, &str)]) {
    let mut about = about(Language::Nl, kind);
    about.limit = limit;
    let page = Page::new(text, &about);
    let mut hits = Vec::new();
    for rule in RULES {
        for hit in (rule.look)(&page) {
            hits.push((rule.id, &text[hit.span]));
        }
    }
    assert_eq!(hits, expected, "{kind}: {text}");
}

#[test]
fn shows_what_does_not_fit() {
    found("x", None, &"a".repeat(280), &[]);
    found(
        "x",
        None,
        &format!("{}bcd\n", "a".repeat(280)),
        &[("length", "bcd")],
    );
    found("bluesky", None, &"é".repeat(300), &[]);
    found("bluesky", None, &"é".repeat(301), &[("length", "é")]);
    // 120 families are 120 letters and 3,000 bytes; one more is too many.
    found("bluesky", None, &"👨‍👩‍👧‍👦".repeat(120), &[]);
    found("bluesky", None, &"👨‍👩‍👧‍👦".repeat(121), &[("length", "👨‍👩‍👧‍👦")]);
    found("mastodon", None, &"a".repeat(501), &[("length", "a")]);
    found("mastodon", Some(1_000), &"a".repeat(501), &[]);
    found("instagram", None, &"a".repeat(2_201), &[("length", "a")]);
    found("web", None, &"a".repeat(9_000), &[]);
    found("web", Some(10), "twaalf tekens", &[("length", "ens")]);
    found(
        "sms",
        Some(160),
        &"a".repeat(161),
        &[("length", "a"), ("sms-parts", "a")],
    );
    found("sms", None, "De patiënt belt", &[("sms-letters", "ë")]);
    found("email", None, "Onderwerp: kort\n\nTekst", &[]);
    let long = "Belangrijke informatie over de storing in onze telefooncentrale van vandaag";
    found(
        "email",
        None,
        &format!("Onderwerp: {long}\n\nTekst"),
        &[("subject-length", long)],
    );
    found("web", None, &format!("Onderwerp: {long}\n\nTekst"), &[]);
}

#[test]
fn an_expensive_letter_weighs_when_it_costs_a_part() {
    let short = "Beste patiënt";
    let long = format!("{short} {}", "a".repeat(100));
    assert_eq!(
        ids_of(RULES, Language::Nl, "sms", short),
        [("sms-letters", Severity::Note)]
    );
    assert_eq!(
        ids_of(RULES, Language::Nl, "sms", &long),
        [
            ("sms-letters", Severity::Warn),
            ("sms-parts", Severity::Warn)
        ]
    );
}
