//! Warns of work that hangs on one person: every role with the same one, a role without
//! a deputy, a text that only its writer could release.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::organisation::Organisation;
use crate::domain::playbook::{ItemKind, Playbook};

use super::opening::place_of;
use super::problems::Problems;
use super::tree::Node;

/// Whoever is behind every role, where that is one person: everything else about
/// deputies follows from it.
pub(super) fn the_only_one(organisation: &Organisation) -> Option<&str> {
    let people = organisation.roles.iter().flat_map(|role| {
        let swaps = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swaps)
    });
    let people: BTreeSet<&str> = people.map(String::as_str).collect();
    let only = people.first().copied();
    only.filter(|_| people.len() == 1 && organisation.roles.len() > 1)
}

/// A text that only its own writer could release.
pub(super) fn nobody_else(
    root: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    let only = |role: &str| {
        let role = organisation.role(role)?;
        match (role.people.as_slice(), role.swaps.as_slice()) {
            ([only], []) => Some(only.as_str()),
            _ => None,
        }
    };
    for item in playbook.items().filter(|_| playbook.four_eyes) {
        let ItemKind::Message(message) = item.kind else {
            continue;
        };
        let Some(writer) = only(&message.role).filter(|_| !message.preapproved) else {
            continue;
        };
        let Some(role) = message
            .approve
            .iter()
            .find(|role| only(role) == Some(writer))
        else {
            continue;
        };
        let mut path = place_of(&item);
        path.push("approve");
        let at = match root.place(&path) {
            at if at == root.place(&path[..path.len() - 1]) && root.get("approve").is_some() => {
                root.place(&["approve"])
            }
            at => at,
        };
        problems.warning(
            at,
            "nobody-approves",
            format!(
                "`{}` cannot be released once `{writer}` wrote in it: nobody else approves as `{role}`",
                message.name
            ),
            format!("add a second person to `{role}`, or let another role approve; with four_eyes: false the writer may"),
        );
        return;
    }
}

/// Roles that must act and have one person; of those in `alone` more was said already.
pub(super) fn deputies(
    root: &Node,
    organisation: &Organisation,
    playbooks: &[Playbook],
    alone: &BTreeSet<&str>,
    problems: &Problems,
) {
    for (role, what) in asked(playbooks) {
        let Some([only]) = organisation.role(role).map(|role| role.people.as_slice()) else {
            continue;
        };
        let has_swaps = organisation
            .role(role)
            .is_some_and(|role| !role.swaps.is_empty());
        if has_swaps || alone.contains(role) {
            continue;
        }
        let at = root.place(&["roles", role, "people"]);
        problems.warning(
            at,
            "no-deputy",
            format!("nobody stands in for `{only}` as `{role}`, which {what}"),
            "add a deputy to `people`: who is asleep, ill or away is not replaced now",
        );
    }
}

/// The roles without which a playbook comes to a halt, and what each is asked.
fn asked(playbooks: &[Playbook]) -> BTreeMap<&str, String> {
    let mut roles = BTreeMap::new();
    for playbook in playbooks {
        let name = &playbook.name;
        let steps = playbook.alert.iter().flat_map(|(_, steps)| steps.first());
        for role in steps.flat_map(|step| &step.roles) {
            let what = || format!("must answer the alert of `{name}`");
            roles.entry(role.as_str()).or_insert_with(what);
        }
        for (_, message) in playbook.messages().filter(|(_, one)| !one.preapproved) {
            for role in &message.approve {
                let what = || format!("releases `{}` of `{name}`", message.name);
                roles.entry(role.as_str()).or_insert_with(what);
            }
        }
        if let Some(stand_down) = &playbook.stand_down {
            let what = || format!("decides when `{name}` ends");
            roles.entry(&stand_down.role).or_insert_with(what);
        }
    }
    roles
}
