//! Reads how a drill is scored.

use crate::domain::scenario::PASS;
use crate::domain::scenario::expect::Expectation;
use crate::domain::scenario::targets::Targets;

use super::fields::Fields;
use super::problems::Problems;
use super::tree::Node;
use super::{measure, value};

/// The share that passes, and the targets.
pub(super) fn score(node: Option<&Node>, problems: &Problems) -> (f64, Targets) {
    let mut score = (PASS, Targets::default());
    let Some(node) = node else { return score };
    let Some(mut fields) = Fields::open(node, node.span, "`score`", problems) else {
        return score;
    };
    if let Some(pass) = fields.read("pass", measure::share) {
        score.0 = pass;
    }
    if let Some(node) = fields.get("targets") {
        targets(node, &mut score.1, problems);
    }
    fields.close();
    score
}

fn targets(node: &Node, targets: &mut Targets, problems: &Problems) {
    let Some(mut fields) = Fields::open(node, node.span, "`targets`", problems) else {
        return;
    };
    let lengths = [
        ("alerted", &mut targets.alerted),
        ("answered", &mut targets.answered),
        ("decided", &mut targets.decided),
        ("first_statement", &mut targets.first_statement),
    ];
    for (key, target) in lengths {
        if let Some(length) = fields.read(key, measure::duration) {
            *target = length;
        }
    }
    let shares = [
        ("tasks_on_time", &mut targets.tasks_on_time),
        ("promises_kept", &mut targets.promises_kept),
        ("questions_answered", &mut targets.questions_answered),
        ("repetition", &mut targets.repetition),
    ];
    for (key, target) in shares {
        if let Some(share) = fields.read(key, measure::share) {
            *target = share;
        }
    }
    let counts = [
        ("goals_covered", &mut targets.goals_covered),
        ("contradictions", &mut targets.contradictions),
        ("overrides", &mut targets.overrides),
        ("roles_silent", &mut targets.roles_silent),
    ];
    for (key, target) in counts {
        if let Some(count) = fields.read(key, value::count) {
            *target = count;
        }
    }
    fields.close();
}

/// Expectations that together are worth nothing cannot be passed or failed.
pub(super) fn worth_something(node: &Node, expect: &[Expectation], problems: &Problems) {
    if !expect.is_empty() && expect.iter().all(|expectation| expectation.points == 0) {
        problems.error(
            node.span,
            "no-points",
            "no expectation gives a point, so there is nothing to score",
            "give one of them points; without `points` it gives 1",
        );
    }
}
