//! Reads a scenario: a drill of people.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::organisation::Organisation;
use crate::domain::scenario::{Persona, Responder, Scenario};

use super::fields::{Fields, named};
use super::inject::facts;
use super::names::{
    Local, PERSON, PLAYBOOK, ROLE, Scope, exists, names_in, refer_to, references, well_formed,
};
use super::problems::Problems;
use super::score::{score, worth_something};
use super::sight::{Sight, Watching};
use super::story::{Stage, story};
use super::taking_part::TakingPart;
use super::tree::Node;
use super::{measure, value};

/// What a scenario must know of the playbook it drills.
pub(super) struct Drilled {
    pub name: String,
    pub local: Arc<Local>,
    watch: Option<String>,
    /// Roles that are asked for anything in it.
    roles: BTreeSet<String>,
}

impl Drilled {
    /// Of a playbook with everything in it that `every_playbook` gives.
    pub(super) fn new(merged: &Node, local: Arc<Local>, roles: &[String]) -> Option<Self> {
        let word = |key| merged.get(key)?.value.scalar().map(str::to_owned);
        let mut found = BTreeSet::new();
        roles_in(merged, roles, &mut found);
        Some(Self {
            name: word("playbook")?,
            local,
            watch: word("watch"),
            roles: found,
        })
    }

    /// Name of the playbook.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The keys under which a playbook names roles.
const ROLE_KEYS: [&str; 8] = [
    "role", "roles", "tell", "owner", "deputy", "writer", "approve", "allowed",
];

fn roles_in(node: &Node, known: &[String], found: &mut BTreeSet<String>) {
    for entry in node.entries() {
        if ROLE_KEYS.contains(&entry.key.as_str()) {
            let named = entry.value.items().iter().chain([&entry.value]);
            let named = named.filter_map(Node::scalar);
            let roles = named.filter(|name| known.iter().any(|role| role == name));
            found.extend(roles.map(str::to_owned));
        }
        roles_in(&entry.value, known, found);
    }
    for item in node.items() {
        roles_in(item, known, found);
    }
}

/// Reads a scenario against the playbook it drills; complete when nothing was
/// reported.
pub(super) fn scenario(
    root: &Node,
    playbooks: &[Drilled],
    organisation: &Organisation,
    watches: &Watching,
    scope: Scope<'_>,
) -> Option<Scenario> {
    let problems = scope.problems;
    let named = root.place(&["scenario"]);
    let mut fields = Fields::open(root, named, "this scenario", problems)?;
    let name = fields.demand("scenario", "name-of-the-scenario", |node, p| {
        let name = value::word(node, "a name", "storm", p)?;
        well_formed(name, node.span, true, p).then(|| name.to_owned())
    });
    let title = fields.demand("title", "\"What it drills\"", value::text);
    let names = playbooks.iter().map(|drilled| drilled.name.as_str());
    let playbook = fields.demand("playbook", "name-of-a-playbook", |node, p| {
        refer_to(node, &PLAYBOOK, p, names)
    });
    // Without its playbook every name in it would be unknown.
    let playbook = playbook?;
    let drilled = playbooks.iter().find(|drilled| drilled.name == playbook)?;
    let scope = Scope {
        local: &drilled.local,
        ..scope
    };
    let aim = fields.read("aim", value::text);
    let participants = fields.get("participants");
    let participants =
        participants.map(|node| self::participants(node, drilled, organisation, scope));
    let facts = fields.get("facts").map(|node| facts(node, scope));
    let personas = fields.get("personas");
    let cast = personas.map_or_else(Vec::new, names_in);
    let personas = personas.map_or_else(Vec::new, |node| self::personas(node, problems));
    let watch = drilled.watch.as_deref();
    let sight = watch.and_then(|watch| Sight::new(organisation, watches, watch));
    let stage = Stage {
        scope,
        cast: Some(&cast),
        personas: &personas,
        sight: sight.as_ref(),
        lasts: None,
        late: None,
    };
    let read = story(&mut fields, stage);
    if let Some(participants) = &participants {
        let part = TakingPart {
            participants,
            organisation,
            problems,
        };
        part.check(root);
    }
    if let Some(node) = fields.get("expect") {
        worth_something(node, &read.expect, problems);
    }
    if read.story.replay.is_none() && sight.as_ref().is_some_and(|sight| !sight.can_be_fed()) {
        cannot_be_fed(&mut fields, problems);
    }
    let responders = fields.get("responders");
    let responders = responders.map_or_else(Vec::new, |node| self::responders(node, scope));
    let (pass, targets) = score(fields.get("score"), problems);
    let debrief = fields.read("debrief", |node, p| {
        value::list(node, "[\"…\"]", p, value::text)
    });
    fields.close();
    Some(Scenario {
        name: name?,
        title: title?,
        playbook,
        aim,
        participants: participants.unwrap_or_default(),
        facts: facts.unwrap_or_default(),
        personas,
        responders,
        story: read.story,
        expect: read.expect,
        never: read.never,
        pass,
        targets,
        debrief: debrief.unwrap_or_default(),
    })
}

fn cannot_be_fed(fields: &mut Fields<'_>, problems: &Problems) {
    let at = fields.entry("playbook").map(|entry| entry.value.span);
    problems.warning(
        at.unwrap_or_else(|| fields.at()),
        "no-chatter",
        "the program finds no words that the watch of this playbook finds: there will be no mentions",
        "bring them with `replay`, or give the query of the watch a word of its own",
    );
}

/// Whether somebody is behind a role, first or as a deputy.
fn has_role(person: &str, role: &str, organisation: &Organisation) -> bool {
    let role = organisation.role(role);
    role.is_some_and(|role| role.people.iter().any(|key| key == person))
}

fn participants(
    node: &Node,
    drilled: &Drilled,
    organisation: &Organisation,
    scope: Scope<'_>,
) -> Vec<String> {
    let people = references(node, &PERSON, "[name]", &scope.names.people, scope.problems);
    let people = people.unwrap_or_default();
    for item in node.items() {
        let Some(person) = item
            .scalar()
            .filter(|name| people.iter().any(|key| key == name))
        else {
            continue;
        };
        let mut roles = drilled.roles.iter();
        // Without roles all of them are wrong, and that is said where the roles are.
        let is_without = !roles.any(|role| has_role(person, role, organisation));
        if is_without && !organisation.roles.is_empty() {
            scope.problems.warning(
                item.span,
                "no-role",
                format!("`{person}` has no role in playbook `{}`, so there is nothing to drill", drilled.name),
                "take the name away, or give this person a role that the playbook asks something of",
            );
        }
    }
    people
}

fn personas(node: &Node, problems: &Problems) -> Vec<Persona> {
    let mut personas = Vec::new();
    for entry in named(node, "persona", problems) {
        well_formed(&entry.key, entry.key_span, true, problems);
        let what = format!("persona `{}`", entry.key);
        let Some(mut fields) = Fields::of(entry, what, problems) else {
            continue;
        };
        let name = fields.demand("name", "\"Anna V.\"", value::line);
        let handle = fields.read("handle", super::listening::account);
        let followers = fields.read("followers", value::count);
        let handle_at = fields.get("handle").map(|node| node.span);
        fields.close();
        let mut before = personas.iter();
        let same = before.find(|one: &&Persona| {
            let its = one.handle.as_deref().map(str::to_lowercase);
            its.is_some() && its == handle.as_deref().map(str::to_lowercase)
        });
        if let Some((at, other)) = handle_at.zip(same) {
            problems.warning(
                at,
                "copied",
                format!(
                    "`{}` has the handle of `{}`: what both post comes from one person",
                    entry.key, other.key
                ),
                "give each persona a handle of its own",
            );
        }
        personas.extend(name.map(|name| Persona {
            key: entry.key.clone(),
            name,
            handle,
            followers,
        }));
    }
    personas
}

fn responders(node: &Node, scope: Scope<'_>) -> Vec<Responder> {
    let problems = scope.problems;
    let mut responders = Vec::new();
    for entry in named(node, "responder", problems) {
        let known = scope.names.roles.iter().map(String::as_str);
        exists(&entry.key, entry.key_span, &ROLE, problems, known);
        let what = format!("responder `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, problems) {
            responders.push(Responder {
                role: entry.key.clone(),
                answers: fields.read("answers", measure::duration),
                finishes: fields.read("finishes", measure::ratio),
                approves: fields.read("approves", measure::duration),
            });
            fields.close();
        }
    }
    responders
}
