//! The rules of review, a family a file. A new rule is one entry of its
//! family's `RULES`; a new family one file and one line here.

mod avoid;

mod contact;

mod contradiction;

mod engage;

mod ingredients;

pub mod length;

mod markup;

mod pattern;

mod personal_data;

pub mod promise;

pub mod readability;

pub mod repetition;

mod strategy;

mod tone;

use super::Rule;

const FAMILIES: [&[Rule]; 13] = [
    personal_data::RULES,
    markup::RULES,
    length::RULES,
    repetition::RULES,
    readability::RULES,
    ingredients::RULES,
    promise::RULES,
    tone::RULES,
    contact::RULES,
    contradiction::RULES,
    strategy::RULES,
    avoid::RULES,
    engage::RULES,
];

/// Every rule, in the order in which `draaiboek rules` lists them.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    FAMILIES.iter().copied().flatten()
}

/// The rule with this name.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

#[cfg(test)]
pub(crate) mod tests;
