//! Checks a scenario: a drill of people. Nothing plays it yet in this version.

use std::collections::BTreeMap;

use super::fields::{Fields, named};
use super::names::{
    Local, PERSON, PLAYBOOK, ROLE, Scope, exists, names_in, refer_to, references, well_formed,
};
use super::problems::Span;
use super::tree::Node;
use super::{measure, story, value};

/// How each measure of a drill is counted.
#[derive(Clone, Copy)]
enum Measure {
    Length,
    Share,
    Count,
}

const TARGETS: [(&str, Measure); 12] = [
    ("alerted", Measure::Length),
    ("answered", Measure::Length),
    ("decided", Measure::Length),
    ("first_statement", Measure::Length),
    ("tasks_on_time", Measure::Share),
    ("promises_kept", Measure::Share),
    ("questions_answered", Measure::Share),
    ("goals_covered", Measure::Count),
    ("contradictions", Measure::Count),
    ("overrides", Measure::Count),
    ("repetition", Measure::Share),
    ("roles_silent", Measure::Count),
];

/// Checks a scenario against the playbook it drills.
pub(super) fn scenario(root: &Node, playbooks: &BTreeMap<String, Local>, scope: Scope<'_>) {
    let problems = scope.problems;
    let whole = Span::whole(root.span.file);
    let Some(mut fields) = Fields::open(root, whole, "this scenario", problems) else {
        return;
    };
    fields.demand("scenario", "name-of-the-scenario", |node, p| {
        let name = value::word(node, "a name", "storm", p)?;
        well_formed(name, node.span, true, p).then_some(())
    });
    fields.not_supported(&["scenario"]);
    fields.demand("title", "\"What it drills\"", value::text);
    let drilled = fields.demand("playbook", "name-of-a-playbook", |node, p| {
        refer_to(node, &PLAYBOOK, p, playbooks.keys().map(String::as_str))
    });
    let Some(local) = drilled.and_then(|name| playbooks.get(&name)) else {
        // Without its playbook every name in it would be unknown.
        return;
    };
    let scope = Scope { local, ..scope };
    fields.read("aim", value::text);
    fields.read("participants", |node, p| {
        references(node, &PERSON, "[name]", &scope.names.people, p)
    });
    if let Some(node) = fields.get("facts") {
        story::known_facts(node, scope);
    }
    let personas = fields.get("personas");
    let known = personas.map_or_else(Vec::new, names_in);
    if let Some(node) = personas {
        self::personas(node, scope);
    }
    story::story(&mut fields, &known, scope);
    if let Some(node) = fields.get("responders") {
        responders(node, scope);
    }
    if let Some(node) = fields.get("score") {
        score(node, scope);
    }
    fields.read("debrief", |node, p| {
        value::list(node, "[\"…\"]", p, value::text)
    });
    fields.close();
}

fn personas(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "persona", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("persona `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.demand("name", "\"Anna V.\"", value::line);
            fields.read("handle", super::listening::account);
            fields.read("followers", value::count);
            fields.close();
        }
    }
}

fn responders(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "responder", scope.problems) {
        let known = scope.names.roles.iter().map(String::as_str);
        exists(&entry.key, entry.key_span, &ROLE, scope.problems, known);
        let what = format!("responder `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.read("answers", measure::duration);
            fields.read("finishes", measure::ratio);
            fields.read("approves", measure::duration);
            fields.close();
        }
    }
}

fn score(node: &Node, scope: Scope<'_>) {
    let Some(mut fields) = Fields::open(node, node.span, "`score`", scope.problems) else {
        return;
    };
    fields.read("pass", measure::share);
    if let Some(node) = fields.get("targets")
        && let Some(mut targets) = Fields::open(node, node.span, "`targets`", scope.problems)
    {
        for (name, measure) in TARGETS {
            targets.read(name, |node, p| match measure {
                Measure::Length => measure::duration(node, p).map(|_| ()),
                Measure::Share => measure::share(node, p).map(|_| ()),
                Measure::Count => value::count(node, p).map(|_| ()),
            });
        }
        targets.close();
    }
    fields.close();
}
