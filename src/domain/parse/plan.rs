//! Checks the parts of a playbook that this version reads but does not carry
//! out: rhythm, start by hand, stand-down, aftercare, questions, wordings.

use super::condition::{condition, moment};
use super::fields::{Fields, named};
use super::names::{FACT, Scope, references_to, well_formed};
use super::tree::Node;
use super::{measure, value, work};

pub(super) fn plan(fields: &mut Fields<'_>, default: work::Defaults<'_>, scope: Scope<'_>) {
    fields.read("review_by", measure::date);
    fields.read("drill_every", measure::length);
    let blame = ["victim", "accidental", "preventable", "rumour"];
    fields.read("responsibility", |node, p| {
        value::choice(node, "a responsibility", &blame, p)
    });
    fields.read("four_eyes", value::boolean);
    fields.read("cadence", |node, _| cadence(node, scope));
    // Its names are checked when the playbook is merged.
    fields.read("leave_out", |node, p| {
        value::list(node, "[freeze-posts]", p, value::line)
    });
    if let Some(node) = fields.get("by_hand") {
        by_hand(node, scope);
    }
    if let Some(node) = fields.get("stand_down") {
        stand_down(node, scope);
    }
    if let Some(node) = fields.get("aftercare") {
        aftercare(node, default, scope);
    }
    if let Some(node) = fields.get("questions") {
        questions(node, scope);
    }
    if let Some(node) = fields.get("avoid") {
        avoid(node, scope);
    }
    fields.not_supported(&[
        "review_by",
        "drill_every",
        "responsibility",
        "four_eyes",
        "cadence",
        "by_hand",
        "stand_down",
        "aftercare",
        "questions",
        "avoid",
    ]);
}

fn cadence(node: &Node, scope: Scope<'_>) -> Option<()> {
    value::list(
        node,
        "[ { every: 2h } ]",
        scope.problems,
        |item, problems| {
            let mut fields = Fields::open(item, item.span, "a line of `cadence`", problems)?;
            fields.demand("every", "2h", measure::length);
            fields.read("at", measure::clock);
            fields.read("from", |node, _| moment(node, scope));
            fields.close();
            Some(())
        },
    )
    .map(|_| ())
}

fn by_hand(node: &Node, scope: Scope<'_>) {
    let Some(mut fields) = Fields::open(node, node.span, "`by_hand`", scope.problems) else {
        return;
    };
    fields.read("allowed", |node, _| scope.roles(node));
    fields.read("level", |node, _| scope.level(node));
    fields.read("facts", |node, p| {
        references_to(node, &FACT, "[topic]", p, || scope.local.fact_names())
    });
    fields.close();
}

fn stand_down(node: &Node, scope: Scope<'_>) {
    let problems = scope.problems;
    let Some(mut fields) = Fields::open(node, node.span, "`stand_down`", problems) else {
        return;
    };
    fields.demand(
        "when",
        "{ mentions: { within: 6h, at_most: 10 } }",
        |node, _| condition(node, scope),
    );
    fields.read("for", measure::duration);
    if let Some(node) = fields.get("checklist") {
        for entry in named(node, "thing to tick", problems) {
            well_formed(&entry.key, entry.key_span, true, problems);
            value::text(&entry.value, problems);
        }
    }
    fields.read("role", |node, _| scope.role(node));
    fields.close();
}

fn aftercare(node: &Node, default: work::Defaults<'_>, scope: Scope<'_>) {
    let Some(mut fields) = Fields::open(node, node.span, "`aftercare`", scope.problems) else {
        return;
    };
    if let Some(node) = fields.get("tasks") {
        work::tasks(node, scope);
    }
    if let Some(node) = fields.get("messages") {
        work::messages(node, default, scope);
    }
    fields.close();
}

fn questions(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "question", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("question `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.demand("ask", "\"What happened?\"", value::text);
            fields.read("role", |node, _| scope.role(node));
            fields.close();
        }
    }
}

fn avoid(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "wording", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("wording `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.demand("words", "[\"sorry if\"]", |node, p| {
                value::list(node, "[\"sorry if\"]", p, value::line)
            });
            fields.demand("because", "\"why\"", value::text);
            let severities = ["block", "warn", "note", "ignore"];
            fields.read("severity", |node, p| {
                value::choice(node, "a severity", &severities, p)
            });
            fields.read("when", |node, _| condition(node, scope));
            fields.close();
        }
    }
}
