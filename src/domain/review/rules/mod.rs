//! The rules of review, a family a file. A new rule is one entry of its
//! family's `RULES`; a new family one file and one line here.

mod avoid;
mod contact;
mod contradiction;
mod engage;
mod ingredients;
pub mod promise;
mod strategy;
mod tone;

use super::Rule;

const FAMILIES: [&[Rule]; 8] = [
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
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// The rule with this name.
pub fn named(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
