//! Checks the parts of `draaiboek.yaml` that this version reads but does not
//! carry out, and says so at each.

use super::fields::{Fields, named};
use super::names::{Scope, well_formed};
use super::tree::Node;
use super::{address, measure, value};

const WORD_LISTS: [&str; 7] = [
    "positive",
    "negative",
    "information",
    "harm",
    "meaning",
    "rumour",
    "jargon",
];

pub(super) fn later(fields: &mut Fields<'_>, scope: Scope<'_>) {
    if let Some(node) = fields.get("partners") {
        partners(node, scope);
    }
    if let Some(node) = fields.get("words") {
        words(node, scope);
    }
    if let Some(node) = fields.get("review") {
        review(node, scope);
    }
    fields.not_supported(&["words", "review"]);
}

fn partners(node: &Node, scope: Scope<'_>) {
    for entry in named(node, "partner", scope.problems) {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("partner `{}`", entry.key);
        if let Some(mut fields) = Fields::of(entry, what, scope.problems) {
            fields.demand("title", "\"Municipality\"", value::text);
            fields.read("phone", address::phone);
            fields.close();
        }
    }
}

/// The certificate and key files of `web.tls`.
pub(super) fn certificate(node: &Node, scope: Scope<'_>) -> Option<(String, String)> {
    let mut fields = Fields::open(node, node.span, "`tls`", scope.problems)?;
    let cert = fields.demand("cert", "cert.pem", value::line);
    let key = fields.demand("key", "key.pem", value::line);
    fields.close();
    cert.zip(key)
}

fn words(node: &Node, scope: Scope<'_>) {
    if let Some(mut fields) = Fields::open(node, node.span, "`words`", scope.problems) {
        for list in WORD_LISTS {
            fields.read(list, |node, p| {
                value::list(node, "[\"word\", \"-word\"]", p, value::line)
            });
        }
        fields.close();
    }
}

fn review(node: &Node, scope: Scope<'_>) {
    let Some(mut fields) = Fields::open(node, node.span, "`review`", scope.problems) else {
        return;
    };
    fields.read("patient_number", value::line);
    fields.read("public_names", |node, p| {
        value::list(node, "[\"Name\"]", p, value::line)
    });
    fields.read("pause", measure::duration);
    if let Some(node) = fields.get("rules") {
        for entry in named(node, "rule", scope.problems) {
            let what = format!("rule `{}`", entry.key);
            if let Some(mut rule) = Fields::of(entry, what, scope.problems) {
                let severities = ["block", "warn", "note", "ignore"];
                rule.demand("severity", "warn", |node, p| {
                    value::choice(node, "a severity", &severities, p)
                });
                rule.demand("because", "\"why\"", value::text);
                rule.close();
            }
        }
    }
    fields.close();
}
