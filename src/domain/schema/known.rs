//! The names in one organisation's files, for editors to offer where a name stands.

use std::collections::BTreeMap;

use crate::domain::effect::MAIL;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;

/// Names by what they are names of: "role", "watch", as the table calls them.
pub type Known = BTreeMap<&'static str, Vec<String>>;

/// What can be named. Facts, tasks and messages are not among them: they are of one
/// playbook, and an editor has one schema for all.
pub fn known(organisation: &Organisation, playbooks: &[Playbook]) -> Known {
    let webhooks: Vec<String> = keys(&organisation.webhooks, |one| &one.key);
    let ways = std::iter::once(MAIL.to_owned()).chain(webhooks.iter().cloned());
    let ways = ways.collect();
    let known = [
        ("person", keys(&organisation.team, |one| &one.key)),
        ("role", keys(&organisation.roles, |one| &one.key)),
        ("level", keys(&organisation.levels, |one| &one.name)),
        ("way", ways),
        ("webhook", webhooks),
        ("list", keys(&organisation.lists, |one| &one.key)),
        ("query", keys(&organisation.queries, |(name, _)| name)),
        ("watch", keys(&organisation.watches, |one| &one.key)),
        ("source", keys(&organisation.sources, |one| &one.key)),
        ("channel", keys(&organisation.channels, |one| &one.key)),
        ("contact", keys(&organisation.contacts, |one| &one.key)),
        ("audience", keys(&organisation.audiences, |one| &one.key)),
        ("playbook", keys(playbooks, |one| &one.name)),
    ];
    let known = known.into_iter();
    known.filter(|(_, names)| !names.is_empty()).collect()
}

fn keys<T>(items: &[T], key: impl Fn(&T) -> &String) -> Vec<String> {
    items.iter().map(|item| key(item).clone()).collect()
}
