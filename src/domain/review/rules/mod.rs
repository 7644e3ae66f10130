//! The rules of review, a family a file. A new rule is one entry of its
//! family's `RULES`; a new family one file and one line here.

mod pattern;

pub mod length;

pub mod readability;

mod personal_data;

pub mod repetition;

mod markup;

use super::Rule;

const FAMILIES: [&[Rule]; 5] = [
    personal_data::RULES,
    markup::RULES,
    length::RULES,
    repetition::RULES,
    readability::RULES,
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
