//! The rules of review, a family a file. A new rule is one entry of its
//! family's `RULES`; a new family one file and one line here.

mod alt_text;

mod avoid;

mod contact;

mod contradiction;

mod engage;

mod ingredients;

pub mod length;

mod markup;

pub mod nl_alert;

mod pattern;

mod personal_data;

pub mod promise;

pub mod readability;

pub mod repetition;

mod strategy;

mod tone;

mod topic;

use super::Rule;

const FAMILIES: [&[Rule]; 16] = [
    personal_data::RULES,
    markup::RULES,
    length::RULES,
    nl_alert::RULES,
    alt_text::RULES,
    repetition::RULES,
    readability::RULES,
    ingredients::RULES,
    promise::RULES,
    tone::RULES,
    contact::RULES,
    topic::RULES,
    contradiction::RULES,
    strategy::RULES,
    avoid::RULES,
    engage::RULES,
];

/// Every rule, in the order in which `draaiboek rules` lists them.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    FAMILIES.iter().copied().flatten()
}

/// Rules that look at a text as a whole also where it holds two languages.
pub(super) fn is_of_whole(rule: &Rule) -> bool {
    let whole = [length::RULES, nl_alert::RULES, alt_text::RULES];
    whole.into_iter().flatten().any(|one| one.id == rule.id)
}

/// Rules that look at the words for who cannot see an image: what no text may
/// tell, these may not either.
pub(super) fn of_alt() -> impl Iterator<Item = &'static Rule> {
    personal_data::RULES.iter().chain(markup::RULES)
}

/// Rules about words that stand in a text, which need nothing else to judge them.
fn blocks_words(rule: &Rule) -> bool {
    let mut families = [personal_data::RULES, markup::RULES, avoid::RULES]
        .into_iter()
        .flatten();
    families.any(|one| one.id == rule.id)
}

/// Rules about wordings that nobody should read, whatever the facts are: guesses,
/// blame, comfort without proof, jargon, no moment of a next update, a page behind a
/// login.
fn is_of_wording(rule: &Rule) -> bool {
    let one = [
        "next-update-missing",
        "next-update-vague",
        "contact-login-wall",
        "contact-unlabelled-link",
        "very-long-sentence",
    ];
    one.contains(&rule.id) || tone::RULES.iter().any(|tone| tone.id == rule.id)
}

/// Rules whose warnings hold for a template before anything is filled in.
pub(super) fn counts_in_proof(rule: &Rule) -> bool {
    // What came of it is in a fact, and so may be what stands before the empathy, and
    // how much of the text is about the reader.
    let hangs_on_facts = [
        "ingredients-outcome",
        "ingredients-empathy-first",
        "self-centred",
    ];
    let words = blocks_words(rule) || is_of_wording(rule);
    (words || ingredients::RULES.iter().any(|one| one.id == rule.id))
        && !hangs_on_facts.contains(&rule.id)
}

/// The rule with this name.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

#[cfg(test)]
pub(crate) mod tests;
