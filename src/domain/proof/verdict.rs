//! Judges a text that was filled in: what got through, what is too long, what
//! review would hold back.

use crate::domain::draft::{limit, measure};
use crate::domain::organisation::{Channel, Organisation};
use crate::domain::playbook::{Message, Playbook, avoided};
use crate::domain::review::{About, Remark, Severity, review_for_proof};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

use super::sheets::MARKS;

/// How a hostile fact got out; `None` when it is only letters.
pub(super) fn unsafe_in(text: &str) -> Option<&'static str> {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_control = |letter: char| letter.is_control() && letter != '\n';
    // A hostile text is long: it is looked through once.
    let odd = text
        .chars()
        .filter(|letter| is_control(*letter) || turns(*letter));
    let odd: Vec<char> = odd.collect();
    if odd.iter().any(|letter| is_control(*letter)) {
        return Some("with control characters");
    }
    if !odd.is_empty() {
        return Some("with marks that turn the direction of reading");
    }
    if text
        .lines()
        .any(|line| line.trim_start().starts_with("Bcc:"))
    {
        return Some("with a line of its own, as a header of a mail");
    }
    let is_changed = text.split(MARKS.0).skip(1).any(|rest| {
        let inner = rest.split_once(MARKS.1).map(|(inner, _)| inner);
        // Without its end it was cut, and not read.
        inner.is_some_and(|inner| {
            inner != "{{organisation}}{{#each facts.known}}{{{this}}}{{/each}}"
        })
    });
    is_changed.then_some("as if it were part of the template")
}

/// How what is still to be filled in begins.
const GAPS: [&str; 2] = ["[nog invullen: ", "[to fill in: "];

/// The sentences of a text that another one, of the same template, does not have, a line
/// each. What has a gap stands in the other with its fact.
pub(super) fn only_in(text: &str, other: &str) -> String {
    let sentences = text
        .lines()
        .flat_map(|line| line.split_inclusive(['.', '!', '?']));
    let new = sentences.filter(|sentence| {
        let has_gap = GAPS.iter().any(|begin| sentence.contains(begin));
        !has_gap && !other.contains(sentence.trim())
    });
    new.map(str::trim).collect::<Vec<_>>().join("\n")
}

/// The text without what is still to be filled in.
pub(super) fn without_gaps(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let next = GAPS.iter().filter_map(|begin| rest.find(begin)).min();
        let Some((at, end)) = next.and_then(|at| Some((at, at + rest[at..].find(']')? + 1))) else {
            bare.push_str(rest);
            return bare;
        };
        bare.push_str(&rest[..at]);
        rest = &rest[end..];
    }
}

/// The length of a text on a channel and what fits there, when it is too long.
pub(super) fn over(channel: &Channel, text: &str) -> Option<(usize, usize)> {
    let limit = limit(channel)?;
    let length = measure(&channel.kind, text);
    (length > limit).then_some((length, limit))
}

/// What review would not let out, or would point out whatever the facts are.
pub(super) struct Block {
    pub(super) severity: Severity,
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) advice: String,
    /// The piece of the text that it is about.
    pub(super) words: String,
}

/// What review says of a text, whatever the moment: what it blocks, the wordings that
/// this playbook wants to avoid, and the ingredients that are not there. What hangs on
/// the clock, on earlier texts or on the channel is for the crisis itself.
pub(super) fn remarks(
    organisation: &Organisation,
    playbook: &Playbook,
    message: &Message,
    language: &str,
    text: &str,
    now: Timestamp,
) -> Vec<Block> {
    let mut about = About::of(organisation, language, "", now);
    about.message_kind = Some(message.kind.clone());
    about.is_internal = message.kind == "internal";
    // A wording with a condition counts only then.
    about.avoid = avoided(&playbook.avoid, |_| false);
    about.avoid.retain(|one| one.severity != Severity::Note);
    let remarks = review_for_proof(text, &about).into_iter();
    let remarks = remarks.map(|remark: Remark| Block {
        severity: remark.severity,
        rule: remark.rule,
        message: remark
            .message
            .get(Language::En)
            .trim_end_matches('.')
            .to_owned(),
        advice: remark.advice.get(Language::En).to_owned(),
        words: text
            .chars()
            .skip(remark.start)
            .take(remark.end.saturating_sub(remark.start))
            .collect(),
    });
    remarks.collect()
}
