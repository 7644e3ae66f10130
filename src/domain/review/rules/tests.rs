//! What holds for every rule, and how the tests of each family look at a text.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::review::{About, Severity, review};
use crate::domain::text::Language;

/// A text on a kind of channel, on a Monday in March.
pub(crate) fn about(language: Language, channel: &str) -> About {
    let now = chrono::DateTime::from_timestamp(1_772_445_600, 0).unwrap();
    let mut about = About::new(Some(language), now, chrono_tz::Europe::Amsterdam);
    about.channel = channel.to_owned();
    about
}

/// What is remarked on a text, the heaviest first.
pub(crate) fn ids(language: Language, channel: &str, text: &str) -> Vec<(&'static str, Severity)> {
    let remarks = review(text, &about(language, channel));
    remarks
        .into_iter()
        .map(|remark| (remark.rule, remark.severity))
        .collect()
}

/// The same, of some rules alone.
pub(crate) fn ids_of(
    rules: &[Rule],
    language: Language,
    channel: &str,
    text: &str,
) -> Vec<(&'static str, Severity)> {
    let mut found = ids(language, channel, text);
    found.retain(|(id, _)| rules.iter().any(|rule| rule.id == *id));
    found
}

proptest! {
    /// Whatever is put before it, review says something and points into the text.
    #[test]
    fn no_text_is_too_strange(
        words in prop::collection::vec(prop_oneof![
            Just("over"), Just("een"), Just("half"), Just("uur"), Just("om"), Just("kwart"),
            Just("voor"), Just("5"), Just("99"), Just("14.30"), Just("31"), Just("februari"),
            Just("maandag"), Just("within"), Just("an"), Just("hours"), Just("3"), Just("pm"),
            Just("tot"), Just("en"), Just("van"), Just("wij"), Just("uw operatie"), Just("dhr."),
            Just("111222333"), Just("bsn"), Just("06-12345678"), Just("https://x.com/a"), Just("\n- "),
            Just("."), Just("?"), Just("é\u{301}"), Just("👩‍⚕️"), Just("{{"), Just("[nog invullen: x]"),
        ], 0..24),
        noise in "\\PC{0,12}",
        kind in prop::option::of(prop_oneof![Just("holding"), Just("update"), Just("reply"), Just("letter")]),
        channel in prop_oneof![Just("web"), Just("x"), Just("sms"), Just("reply"), Just("email")],
        is_dutch in any::<bool>(),
    ) {
        let text = words.join(" ") + &noise;
        let language = if is_dutch { Language::Nl } else { Language::En };
        let mut about = about(language, channel);
        about.message_kind = kind.map(str::to_owned);
        let n_letters = text.chars().count();
        for remark in review(&text, &about) {
            prop_assert!(remark.start <= remark.end && remark.end <= n_letters, "{remark:?}");
        }
    }
}

#[test]
fn every_rule_has_a_name_of_its_own_and_says_why() {
    let names: BTreeSet<&str> = all().map(|rule| rule.id).collect();
    assert_eq!(names.len(), all().count(), "a name twice");
    for rule in all() {
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(rule.id.chars().all(is_name), "{}", rule.id);
        for text in [rule.title.0, rule.title.1, rule.why.0, rule.why.1] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
        assert!(
            rule.why.0.ends_with('.') && rule.why.1.ends_with('.'),
            "{}",
            rule.id
        );
        assert_eq!(named(rule.id).map(|found| found.id), Some(rule.id));
    }
    assert!(named("no-such-rule").is_none());
}
