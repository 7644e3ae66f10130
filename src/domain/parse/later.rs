//! Checks the parts of `draaiboek.yaml` that this version reads but does not
//! carry out, and says so at each.

use super::fields::{Fields, named};
use super::names::{Scope, WATCH, refer, well_formed};
use super::tree::{Node, shortened};
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

/// The days of the week, as they are written.
pub(super) const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

pub(super) fn later(fields: &mut Fields<'_>, scope: Scope<'_>) {
    if let Some(node) = fields.get("partners") {
        partners(node, scope);
    }
    if let Some(node) = fields.get("words") {
        words(node, scope);
    }
    if let Some(node) = fields.get("calendar") {
        calendar(node, scope);
    }
    if let Some(node) = fields.get("review") {
        review(node, scope);
    }
    fields.not_supported(&["words", "calendar", "review"]);
}

/// `{ days: monday-friday, from: "08:00", to: "18:00" }`.
pub(super) fn office_hours(node: &Node, scope: Scope<'_>) {
    let Some(mut fields) = Fields::open(node, node.span, "`office_hours`", scope.problems) else {
        return;
    };
    fields.demand("days", "monday-friday", |node, p| {
        let written = value::word(node, "days", "monday-friday", p)?;
        let are_days =
            written.split('-').count() <= 2 && written.split('-').all(|day| DAYS.contains(&day));
        if !are_days {
            p.error(
                node.span,
                "days",
                format!("`{}` are not days", shortened(written)),
                "write the first and the last day, such as monday-friday",
            );
        }
        Some(())
    });
    let from = fields.demand("from", "\"08:00\"", measure::clock);
    let to = fields.demand("to", "\"18:00\"", measure::clock);
    if let Some((from, to)) = from.zip(to)
        && from >= to
    {
        scope.problems.error(
            fields.at(),
            "clock",
            "office hours end before they begin",
            "`from` must be earlier than `to`",
        );
    }
    fields.close();
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

fn calendar(node: &Node, scope: Scope<'_>) {
    let example = "[ { date: 2026-04-27, title: \"…\", like: sunday } ]";
    value::list(node, example, scope.problems, |item, problems| {
        let mut fields = Fields::open(item, item.span, "a day in the calendar", problems)?;
        fields.demand("date", "2026-04-27", measure::date);
        fields.read("through", measure::date);
        fields.demand("title", "\"Open day\"", value::text);
        fields.read("watch", |node, p| {
            refer(node, &WATCH, &scope.names.watches, p)
        });
        if let Some(usual) = fields.one_of(&["like", "usual"]) {
            if usual.key == "like" {
                value::choice(&usual.value, "a weekday", &DAYS, problems);
            } else {
                measure::ratio(&usual.value, problems);
            }
        }
        fields.close();
        Some(())
    });
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
