//! Reads whom a playbook alerts at which level.

use crate::domain::playbook::AlertStep;

use super::fields::{Fields, named};
use super::names::{LEVEL, Scope, exists};
use super::tree::Node;
use super::{measure, value};

/// Steps by level.
pub(super) fn alert(node: &Node, scope: Scope<'_>) -> Vec<(String, Vec<AlertStep>)> {
    let mut levels = Vec::new();
    for entry in named(node, "list of steps", scope.problems) {
        let known = scope.names.levels.iter().map(String::as_str);
        if !exists(&entry.key, entry.key_span, &LEVEL, scope.problems, known) {
            continue;
        }
        let example = "[ { roles: [webcare] } ]";
        let steps = value::list(&entry.value, example, scope.problems, |item, _| {
            step(item, scope)
        });
        check_first(&entry.value, steps.as_deref().unwrap_or_default(), scope);
        if let Some(steps) = steps {
            levels.push((entry.key.clone(), steps));
        }
    }
    levels
}

fn step(node: &Node, scope: Scope<'_>) -> Option<AlertStep> {
    let mut fields = Fields::open(node, node.span, "a step of an alert", scope.problems)?;
    let roles = fields.read("roles", |node, _| scope.roles(node));
    let tell = fields.read("tell", |node, _| scope.roles(node));
    let deputies = fields.read("deputies", value::boolean).unwrap_or(false);
    let after = fields.read("after", measure::duration).unwrap_or_default();
    let repeat = fields.read("repeat", measure::length);
    let times = fields.read("times", value::positive);
    let reaches_somebody = fields.has("roles") || fields.has("tell") || deputies;
    fields.close();
    if !reaches_somebody {
        scope.problems.error(
            node.span,
            "nobody",
            "this step reaches nobody",
            "add roles: [name_of_a_role]",
        );
    }
    Some(AlertStep {
        roles: roles.unwrap_or_default(),
        tell: tell.unwrap_or_default(),
        deputies,
        after,
        repeat,
        times,
    })
}

/// The first step must be answered by somebody; the others wait for a later
/// version.
fn check_first(node: &Node, steps: &[AlertStep], scope: Scope<'_>) {
    let [first, ..] = node.items() else { return };
    let problems = scope.problems;
    if !first.entries().is_empty() && first.get("roles").is_none() {
        problems.error(
            first.span,
            "nobody",
            "the first step names no roles, so nobody has to answer",
            "add roles: [name_of_a_role]",
        );
    }
    if let Some(after) = first.get("after")
        && steps.first().is_some_and(|step| !step.after.is_zero())
    {
        problems.error(
            after.key_span,
            "first-step",
            "the first step of an alert goes at once and cannot wait",
            "take `after` away",
        );
    }
    for key in ["repeat", "times", "deputies"] {
        if let Some(entry) = first.get(key) {
            problems.not_supported(entry.key_span, &format!("`{key}` in an alert"));
        }
    }
    if let Some(second) = node.items().get(1) {
        problems.not_supported_because(
            second.span,
            "a second or later step of an alert",
            "only the first step goes out; agree what happens when nobody answers",
        );
    }
}
