//! Gives a playbook what `every_playbook` has for it.
//!
//! Works on the tree, before anything is read: each entry keeps its place, so
//! a mistake is shown in the file in which it stands.

use std::sync::Arc;

use super::fields::{Fields, without_duplicates, wrong_kind};
use super::names::{Local, Scope};
use super::problems::Problems;
use super::tree::{Entry, Node, Value, shortened};
use super::{measure, plan, work};

/// Everything `every_playbook` can give.
const SHARED: [&str; 16] = [
    "writer",
    "approve",
    "four_eyes",
    "cadence",
    "cool_down",
    "stale_after",
    "start_over",
    "drill_every",
    "alert",
    "facts",
    "tasks",
    "phases",
    "stand_down",
    "aftercare",
    "questions",
    "avoid",
];

/// The keys of a file that are compared with each other.
const MOST_KEYS: usize = 200;

/// How a key of both is joined.
#[derive(Clone, Copy)]
enum Join {
    /// The playbook's replaces the whole key.
    Replace,
    /// Entries join by name; the same name replaces the whole entry.
    Names,
    /// A map in which tasks and messages join by name.
    Work,
    /// A map of such maps.
    Phases,
}

fn join_of(key: &str) -> Join {
    match key {
        "alert" | "facts" | "tasks" | "messages" | "questions" | "avoid" => Join::Names,
        "aftercare" => Join::Work,
        "phases" => Join::Phases,
        _ => Join::Replace,
    }
}

/// Unknown keys are found even when there is no playbook to give them to.
pub(super) fn check_shared(node: &Node, scope: Scope<'_>) {
    if let Some(mut fields) = Fields::open(node, node.span, "`every_playbook`", scope.problems) {
        for key in SHARED {
            fields.entry(key);
        }
        fields.close();
    }
}

/// What every playbook replaces would be read by nobody, and be wrong on the day the
/// first one leaves it out. `local` has the names of all playbooks.
pub(super) fn check_unused(node: &Node, playbooks: &[Node], local: &Local, scope: Scope<'_>) {
    let is_replaced = |entry: &&Entry| {
        let is_whole = matches!(join_of(&entry.key), Join::Replace);
        is_whole
            && playbooks
                .iter()
                .all(|playbook| playbook.get(&entry.key).is_some())
    };
    let unused: Vec<Entry> = node.entries().iter().filter(is_replaced).cloned().collect();
    let unused = Node {
        value: Value::Map(Arc::new(unused)),
        span: node.span,
        home: node.home,
    };
    if unused.entries().is_empty() {
        return;
    }
    let scope = Scope { local, ..scope };
    let Some(mut fields) = Fields::open(&unused, node.span, "`every_playbook`", scope.problems)
    else {
        return;
    };
    let nobody = work::Defaults {
        writer: "",
        approve: &[],
    };
    plan::surroundings(&mut fields, "", nobody, scope);
    fields.read("writer", |node, _| scope.role(node));
    fields.read("approve", |node, _| scope.roles(node));
    fields.read("cool_down", measure::duration);
    for key in ["stale_after", "start_over"] {
        fields.read(key, measure::length);
    }
}

/// The playbook with everything it gets from `every_playbook`.
pub(super) fn merged(shared: Option<&Node>, own: &Node, problems: &Problems) -> Node {
    let left_out = left_out(shared, own, problems);
    let own_entries = without_duplicates(own, problems);
    let mut entries: Vec<Entry> = own_entries.iter().copied().cloned().collect();
    // Nobody writes so many keys; comparing each with each would take minutes.
    if (entries.len() + 1..MOST_KEYS).contains(&own.entries().len()) {
        for entry in &mut entries {
            with_others(entry, own);
        }
    }
    let given = shared.map_or(&[][..], Node::entries);
    for given in given
        .iter()
        .filter(|entry| SHARED.contains(&entry.key.as_str()))
    {
        let join = join_of(&given.key);
        let given = without(given, join, &left_out);
        match entries.iter_mut().find(|entry| entry.key == given.key) {
            Some(entry) => entry.value = joined(&given.value, &entry.value, join, problems),
            None if is_emptied(&given) => {}
            None => entries.push(given),
        }
    }
    Node {
        value: Value::Map(Arc::new(entries)),
        span: own.span,
        home: own.home,
    }
}

/// Adds what stands under the same key elsewhere in the file: that it stands twice is
/// said, and not wherever something in the second is named.
fn with_others(entry: &mut Entry, own: &Node) {
    let same = own.entries().iter().filter(|one| one.key == entry.key);
    for other in same.filter(|one| one.key_span != entry.key_span) {
        if let (Value::Map(first), Value::Map(second)) =
            (&mut entry.value.value, &other.value.value)
        {
            let first = Arc::make_mut(first);
            let new = second
                .iter()
                .filter(|new| first.iter().all(|one| one.key != new.key));
            let new: Vec<Entry> = new.cloned().collect();
            first.extend(new);
        }
    }
}

/// Everything in it was left out.
fn is_emptied(entry: &Entry) -> bool {
    matches!(&entry.value.value, Value::Map(entries) if entries.is_empty())
}

fn joined(given: &Node, own: &Node, join: Join, problems: &Problems) -> Node {
    let is_joined = !matches!(join, Join::Replace) && matches!(own.value, Value::Map(_));
    if is_joined && !matches!(given.value, Value::Map(_)) {
        // No playbook would read it, and so nobody would say that it is wrong.
        wrong_kind(given, "a map, as in the playbooks", "", problems);
    }
    let are_maps = matches!((&given.value, &own.value), (Value::Map(_), Value::Map(_)));
    // An empty map is a mistake, which its reader reports.
    if matches!(join, Join::Replace) || !are_maps || own.entries().is_empty() {
        return own.clone();
    }
    // The order of the file, with what every playbook has first.
    let mut entries: Vec<Entry> = given.entries().to_vec();
    for own in without_duplicates(own, problems) {
        match entries.iter_mut().find(|entry| entry.key == own.key) {
            Some(entry) => {
                let inner = match join {
                    Join::Phases => Join::Work,
                    Join::Work => join_of(&own.key),
                    Join::Names | Join::Replace => Join::Replace,
                };
                let value = joined(&entry.value, &own.value, inner, problems);
                *entry = Entry {
                    value,
                    ..own.clone()
                };
            }
            None => entries.push(own.clone()),
        }
    }
    Node {
        value: Value::Map(Arc::new(entries)),
        span: own.span,
        home: own.home,
    }
}

/// The entry without the names the playbook does not want.
fn without(entry: &Entry, join: Join, left_out: &[String]) -> Entry {
    let mut entry = entry.clone();
    if left_out.is_empty() {
        return entry;
    }
    if let Value::Map(inner) = &mut entry.value.value {
        let inner = Arc::make_mut(inner);
        match join {
            Join::Replace => {}
            Join::Names => inner.retain(|entry| !left_out.contains(&entry.key)),
            Join::Work | Join::Phases => {
                for child in inner.iter_mut() {
                    let join = if matches!(join, Join::Phases) {
                        Join::Work
                    } else {
                        join_of(&child.key)
                    };
                    *child = without(child, join, left_out);
                }
                inner.retain(|child| !is_emptied(child));
            }
        }
    }
    entry
}

/// The names in `leave_out`, each of which must be in `every_playbook`.
fn left_out(shared: Option<&Node>, own: &Node, problems: &Problems) -> Vec<String> {
    let mut known = Vec::new();
    for entry in shared.map_or(&[][..], Node::entries) {
        collect(&entry.value, join_of(&entry.key), &mut known);
    }
    let mut names = Vec::new();
    for item in own
        .get("leave_out")
        .map_or(&[][..], |entry| entry.value.items())
    {
        let Some(name) = item.scalar() else { continue };
        let kind = super::names::Kind {
            noun: "entry of `every_playbook`",
            id: "unknown-entry",
            home: "`every_playbook` in draaiboek.yaml",
        };
        let shown = shortened(name);
        if super::names::exists(&shown, item.span, &kind, problems, known.iter().copied()) {
            names.push(name.to_owned());
        }
    }
    names
}

fn collect<'a>(node: &'a Node, join: Join, known: &mut Vec<&'a str>) {
    for entry in node.entries() {
        match join {
            Join::Replace => {}
            Join::Names => known.push(&entry.key),
            Join::Work => collect(&entry.value, join_of(&entry.key), known),
            Join::Phases => collect(&entry.value, Join::Work, known),
        }
    }
}
