//! Says once, where it stands, that a name of `draaiboek.yaml` was changed or taken
//! away: not wherever it is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::finding::{Finding, Severity};

use super::ORGANISATION;
use super::fields::nearest;
use super::names::names_in;
use super::problems::Problems;
use super::tree::{Entry, Node};

/// From so many uses on it is the name that is wrong, and not each of them.
const SEVERAL: usize = 3;

/// Findings of names, the key under which each kind stands, and what one is called.
const SECTIONS: [(&str, &str, &str); 10] = [
    ("unknown-level", "levels", "level"),
    ("unknown-person", "team", "person"),
    ("unknown-role", "roles", "role"),
    ("unknown-partner", "partners", "partner"),
    ("unknown-list", "lists", "list"),
    ("unknown-query", "queries", "query"),
    ("unknown-watch", "watches", "watch"),
    ("unknown-channel", "channels", "channel"),
    ("unknown-audience", "audiences", "audience"),
    ("template", "contacts", "contact"),
];

/// See the module. `others` and `texts`: where names are used as well.
pub(super) fn fold<'n>(
    organisation: &Node,
    others: impl Iterator<Item = &'n Node>,
    texts: impl Iterator<Item = &'n str>,
    problems: &Problems,
) {
    let groups = problems.with_findings(groups);
    if groups.is_empty() {
        return;
    }
    let mut used = BTreeSet::new();
    words(organisation, &mut used);
    for root in others {
        words(root, &mut used);
    }
    for text in texts {
        let contacts = text.split("contacts.").skip(1);
        used.extend(contacts.filter_map(|rest| rest.split(['.', '}', ' ', ')']).next()));
    }
    for ((id, name), files) in groups {
        let Some((_, section, noun)) = SECTIONS.iter().find(|(one, ..)| *one == id) else {
            continue;
        };
        let Some(entry) = organisation.get(section) else {
            continue;
        };
        let is_free = |known: &&String| !used.contains(known.as_str());
        let known = names_in(&entry.value);
        let free: Vec<&String> = known.iter().filter(is_free).collect();
        let only = match free.as_slice() {
            [only] => Some(*only),
            _ => like(&name, &free),
        };
        // A mistake among these names is why this one is not there.
        if problems.with_findings(|found| has_mistake(found, organisation, entry)) {
            continue;
        }
        // A slip made again and again in one file stands in that file.
        if only.is_none() && files.len() < SEVERAL {
            continue;
        }
        let at = only.and_then(|only| entry.value.get(only));
        let at = at.map_or(entry.key_span, |entry| entry.key_span);
        let n_uses = problems.drop_findings(|one| about(one) == Some((id, name.as_str())));
        let (message, hint) = match only {
            Some(only) => (
                format!(
                    "`{name}` is used {n_uses} times and is no {noun}; `{only}` is used nowhere"
                ),
                format!("give it the name `{name}` again, or write `{only}` wherever it is used"),
            ),
            None => (
                format!("`{name}` is used {n_uses} times, and does not stand under `{section}`"),
                format!("add `{name}` here, or write another name wherever it is used"),
            ),
        };
        problems.error(at, id, message, hint);
    }
}

/// The name that resembles it most, or has the same words in another order.
fn like<'n>(name: &str, known: &[&'n String]) -> Option<&'n String> {
    let words = |name: &str| {
        let mut words: Vec<String> = name.split(['_', '-']).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let same = known.iter().find(|one| words(one) == words(name));
    let near = nearest(name, known.iter().map(|one| one.as_str()));
    let near = near.and_then(|near| known.iter().find(|one| **one == near));
    same.or(near).copied()
}

/// Whether something else is wrong under this key.
fn has_mistake(found: &[Finding], organisation: &Node, section: &Entry) -> bool {
    let first = section.key_span.line;
    let lines = organisation
        .entries()
        .iter()
        .map(|one| one.key_span.line)
        .filter(|line| *line > first);
    let end = lines.min().unwrap_or(usize::MAX);
    found.iter().any(|one| {
        let is_here = one.file == ORGANISATION && (first..end).contains(&one.line);
        is_here && one.severity == Severity::Error && about(one).is_none()
    })
}

/// Names that are unknown in several places, with the files they are used in.
fn groups(found: &[Finding]) -> Vec<((&'static str, String), BTreeSet<String>)> {
    let mut uses: BTreeMap<(&'static str, String), (usize, BTreeSet<String>)> = BTreeMap::new();
    for one in found {
        let Some((id, name)) = about(one) else {
            continue;
        };
        let (number, files) = uses.entry((id, name.to_owned())).or_default();
        *number += 1;
        files.insert(one.file.clone());
    }
    let several = uses
        .into_iter()
        .filter(|(_, (number, _))| *number >= SEVERAL);
    several.map(|(name, (_, files))| (name, files)).collect()
}

/// The unknown name that a finding is about.
fn about(finding: &Finding) -> Option<(&'static str, &str)> {
    SECTIONS.iter().find(|(id, ..)| *id == finding.id)?;
    let is_name = match finding.id {
        "template" => finding.message.starts_with("there is no contact "),
        _ => finding.message.starts_with("unknown "),
    };
    let mut parts = finding.message.split('`');
    let name = parts.nth(1).filter(|_| is_name)?;
    Some((finding.id, name))
}

/// Every word that stands as a value.
fn words<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    if let Some(word) = node.scalar() {
        found.insert(word);
        // Queries name each other inside.
        for part in word.split('{').skip(1) {
            found.extend(part.split('}').next());
        }
    }
    for entry in node.entries() {
        // Levels have their steps, and roles who responds for them.
        if entry.key == "alert" || entry.key == "responders" {
            found.extend(entry.value.entries().iter().map(|one| one.key.as_str()));
        }
        words(&entry.value, found);
    }
    for item in node.items() {
        words(item, found);
    }
}
