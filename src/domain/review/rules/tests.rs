//! What holds for every rule, and how the tests of each family look at a text.

use std::collections::BTreeSet;

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
