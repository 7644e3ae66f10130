//! Reads whom a playbook alerts at which level.

use std::time::Duration;

use crate::domain::playbook::AlertStep;
use crate::domain::time::{format_duration, parse_duration};

use super::fields::{Fields, named};
use super::names::{LEVEL, Scope, exists};
use super::problems::Problems;
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
        check_order(&entry.value, scope.problems);
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
    if let Some(entry) = node.get("times")
        && repeat.is_none()
        && times.is_some_and(|times| times > 1)
    {
        scope.problems.error(
            entry.key_span,
            "times",
            "`times` says how often at most, but not after how long",
            "add repeat: 15m, or take `times` away",
        );
    }
    let both = roles
        .iter()
        .flatten()
        .find(|role| tell.iter().flatten().any(|told| told == *role));
    if let Some((role, entry)) = both.zip(node.get("tell")) {
        scope.problems.warning(
            entry.value.span,
            "told-twice",
            format!("`{role}` must answer this step, and is told that no answer is needed"),
            "leave the role in `roles` or in `tell`, not in both",
        );
    }
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

/// The first step must be answered by somebody, and goes at once.
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
}

/// `after` counts from when the level was reached, so it should grow: a step
/// that is due before the one above it leaves that one no time.
fn check_order(node: &Node, problems: &Problems) {
    let mut latest = Duration::ZERO;
    for (number, item) in node.items().iter().enumerate().skip(1) {
        let Some(entry) = item.get("after") else {
            problems.warning(
                item.span,
                "step-order",
                format!("step {} says no `after`, so it goes at once", number + 1),
                "add after: 10m, counted from when the level was reached",
            );
            continue;
        };
        let written = entry.value.scalar();
        let Some(after) = written.and_then(|written| parse_duration(written).ok()) else {
            continue;
        };
        if after <= latest {
            problems.warning(
                entry.value.span,
                "step-order",
                "this step does not come after the one above it",
                format!(
                    "`after` counts from when the level was reached: write more than {}",
                    format_duration(latest)
                ),
            );
        }
        latest = latest.max(after);
    }
}
