//! Reads tasks and messages: what people do, and what they say.

use crate::domain::condition::{Condition, Moment};
use crate::domain::playbook::{Every, Message, Report, Task};
use crate::domain::text::Text;

use super::condition::{condition, moment};
use super::fields::{Fields, named};
use super::names::{
    AUDIENCE, CHANNEL, CONTACT, OPTION, PARTNER, Scope, refer, references, well_formed,
};
use super::problems::Problems;
use super::tree::{Entry, Node, Value};
use super::{measure, pictures, value};

/// Who writes and who approves when a message does not say.
#[derive(Clone, Copy)]
pub(super) struct Defaults<'a> {
    pub writer: &'a str,
    pub approve: &'a [String],
}

/// Every map of tasks and of messages in a playbook, with what it holds.
pub(super) fn homes(root: &Node) -> Vec<(&Entry, &'static str)> {
    let mut found = Vec::new();
    if let Some(tasks) = root.get("tasks") {
        found.push((tasks, "task"));
    }
    let phases = root
        .get("phases")
        .map_or(&[][..], |entry| entry.value.entries());
    for home in phases.iter().chain(root.get("aftercare")) {
        found.extend(home.value.get("tasks").map(|entry| (entry, "task")));
        found.extend(home.value.get("messages").map(|entry| (entry, "message")));
    }
    found
}

pub(super) fn tasks(node: &Node, scope: Scope<'_>) -> Vec<Task> {
    named(node, "task", scope.problems)
        .into_iter()
        .filter_map(|entry| task(entry, scope))
        .collect()
}

pub(super) fn messages(node: &Node, default: Defaults<'_>, scope: Scope<'_>) -> Vec<Message> {
    named(node, "message", scope.problems)
        .into_iter()
        .filter_map(|entry| message(entry, default, scope))
        .collect()
}

/// A condition that can be judged, or none: what waits for something this
/// version cannot see would never come, so it comes at once, and that is said.
pub(super) fn only_carried_out(
    when: Option<Condition>,
    entry: &Entry,
    what: &str,
    scope: Scope<'_>,
) -> Option<Condition> {
    let when = when?;
    let Err(part) = when.carried_out() else {
        return Some(when);
    };
    scope.problems.not_supported_because(
        entry.key_span,
        &format!("`{part}`, which {what} waits for,"),
        "it does not wait: it opens at once",
    );
    None
}

/// What tasks and messages have in common.
struct Common {
    when: Option<Condition>,
    due: Option<Moment>,
    needs: Vec<String>,
    every: Option<Every>,
    per_case: bool,
    legal: Option<Text>,
}

fn common(fields: &mut Fields<'_>, scope: Scope<'_>) -> Common {
    let when = fields.read("when", |node, _| condition(node, scope));
    let due = fields.read("due", |node, _| moment(node, scope));
    let needs = fields
        .read("needs", |node, _| scope.items(node))
        .unwrap_or_default();
    let every = fields.read("every", |node, p| {
        if node.scalar() == Some("cadence") {
            return Some(Every::Cadence);
        }
        measure::length(node, p).map(Every::Length)
    });
    let per_case = fields.read("per_case", value::boolean).unwrap_or(false);
    let legal = fields.read("legal", value::text);
    Common {
        when,
        due,
        needs,
        every,
        per_case,
        legal,
    }
}

fn task(entry: &Entry, scope: Scope<'_>) -> Option<Task> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("task `{}`", entry.key), problems)?;
    let title = fields.demand("title", "\"What must be done\"", value::text);
    let role = fields.demand("role", "name_of_a_role", |node, _| scope.role(node));
    let common = common(&mut fields, scope);
    let facts = fields
        .read("facts", |node, _| scope.facts(node))
        .unwrap_or_default();
    let confirms = fields.read("confirms", |node, p| {
        references(node, &CONTACT, "[extra_line]", &scope.names.contacts, p)
    });
    let report = report(&mut fields);
    let (options, default) = question(&mut fields, scope);
    fields.close();
    let what = format!("task `{}`", entry.key);
    Some(Task {
        name: entry.key.clone(),
        title: title?,
        role: role?,
        when: only_carried_out(common.when, entry, &what, scope),
        due: common.due,
        needs: common.needs,
        facts,
        every: common.every,
        per_case: common.per_case,
        legal: common.legal,
        confirms: confirms.unwrap_or_default(),
        options,
        default,
        report,
    })
}

/// The report that lies ready with a task.
fn report(fields: &mut Fields<'_>) -> Option<Report> {
    let name = fields.read("report", |node, p| {
        value::choice(node, "a report", &["situation", "after_action"], p)
    });
    match name? {
        "after_action" => Some(Report::AfterAction),
        _ => Some(Report::Situation),
    }
}

/// `options` make a task a question; `default` is one of them.
fn question(fields: &mut Fields<'_>, scope: Scope<'_>) -> (Vec<(String, Text)>, Option<String>) {
    let problems = scope.problems;
    let node = fields.get("options");
    let entries = node.map_or_else(Vec::new, |node| named(node, "option", problems));
    let options = entries.into_iter().filter_map(|entry| {
        well_formed(&entry.key, entry.key_span, true, problems);
        let text = value::text(&entry.value, problems)?;
        Some((entry.key.clone(), text))
    });
    let options: Vec<(String, Text)> = options.collect();
    if let ([(only, _)], Some(node)) = (options.as_slice(), node)
        && node.entries().len() == 1
    {
        problems.warning(
            node.span,
            "one-option",
            format!("`{only}` is the only option, so there is nothing to decide"),
            "add the other options, or make it a task without `options`",
        );
    }
    let Some(entry) = fields.entry("default") else {
        return (options, None);
    };
    let Some(node) = node else {
        problems.error(
            entry.key_span,
            "default",
            "`default` stands here without `options`",
            "add options: { name: \"text\" }, or take `default` away",
        );
        return (options, None);
    };
    let known = super::names::names_in(node);
    let default = refer(&entry.value, &OPTION, &known, problems);
    if !fields.has("due") {
        problems.error(
            entry.key_span,
            "default",
            "`default` counts at `due`, and there is no `due`",
            "add due: 30m",
        );
    }
    (options, default)
}

/// The kinds of messages.
pub(in crate::domain) const KINDS: [&str; 8] = [
    "statement",
    "holding",
    "update",
    "instruction",
    "reply",
    "internal",
    "letter",
    "closing",
];

fn message(entry: &Entry, default: Defaults<'_>, scope: Scope<'_>) -> Option<Message> {
    let problems = scope.problems;
    let names = scope.names;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("message `{}`", entry.key), problems)?;
    let to = fields.demand("to", "[public]", |node, p| {
        references(node, &AUDIENCE, "[public]", &names.audiences, p)
    });
    let channels = fields.read("channels", |node, p| {
        references(node, &CHANNEL, "[website]", &names.channels, p)
    });
    let title = fields.read("title", value::text);
    let template = fields.read("template", |node, p| {
        let name = value::word(node, "the name of a template", "holding", p)?;
        well_formed(name, node.span, true, p).then(|| name.to_owned())
    });
    let kind = fields.read("kind", |node, p| {
        value::choice(node, "a kind of message", &KINDS, p)
    });
    let role = fields.read("role", |node, _| scope.role(node));
    let approve = fields.read("approve", |node, _| scope.roles(node));
    let agree_with = fields.read("agree_with", |node, p| {
        references(node, &PARTNER, "[police]", &names.partners, p)
    });
    let preapproved = fields.read("preapproved", value::boolean).unwrap_or(false);
    if preapproved && let Some(approve) = fields.entry("approve") {
        problems.warning(
            approve.key_span,
            "approve-unused",
            format!(
                "`{}` is `preapproved`, so who has its role releases it alone",
                entry.key
            ),
            "take `approve` away, or `preapproved`: only one of the two counts",
        );
    }
    let images = fields.read("images", |node, _| pictures::pictures(node, scope));
    let common = common(&mut fields, scope);
    fields.close();
    let what = format!("message `{}`", entry.key);
    Some(Message {
        title: title.unwrap_or_else(|| Text::from(entry.key.as_str())),
        template: template.unwrap_or_else(|| entry.key.clone()),
        name: entry.key.clone(),
        kind: kind.unwrap_or("statement").to_owned(),
        to: to?,
        channels,
        role: role.unwrap_or_else(|| default.writer.to_owned()),
        approve: approve.unwrap_or_else(|| default.approve.to_vec()),
        when: only_carried_out(common.when, entry, &what, scope),
        due: common.due,
        needs: common.needs,
        per_case: common.per_case,
        every: common.every,
        legal: common.legal,
        agree_with: agree_with.unwrap_or_default(),
        preapproved,
        images: images.unwrap_or_default(),
    })
}

/// Tasks and messages that wait for each other are never finished.
pub(super) fn check_circles(root: &Node, problems: &Problems) {
    let mut waiting: Vec<&Entry> = homes(root)
        .into_iter()
        .flat_map(|(home, _)| home.value.entries())
        .collect();
    let needs = |entry: &Entry| -> Vec<String> {
        let items = entry
            .value
            .get("needs")
            .map_or(&[][..], |needs| needs.value.items());
        items
            .iter()
            .filter_map(|item| item.scalar().map(str::to_owned))
            .collect()
    };
    loop {
        let names: std::collections::HashSet<&str> =
            waiting.iter().map(|entry| entry.key.as_str()).collect();
        let before = waiting.len();
        waiting.retain(|entry| {
            needs(entry)
                .iter()
                .any(|need| names.contains(need.as_str()))
        });
        if waiting.len() == before {
            break;
        }
    }
    // What is left is in a circle, or waits for one; the first in the circle is shown.
    let next = |at: usize| {
        let needs = needs(waiting[at]);
        waiting.iter().position(|entry| needs.contains(&entry.key))
    };
    let mut at = match waiting.is_empty() {
        true => None,
        false => Some(0),
    };
    for _ in 0..waiting.len() {
        at = at.and_then(next);
    }
    let mut first = at;
    for _ in 0..waiting.len() {
        at = at.and_then(next);
        first = first.min(at);
    }
    if let Some(entry) = first.map(|first| waiting[first])
        && let Some(needs) = entry.value.get("needs")
        && matches!(needs.value.value, Value::List(_))
    {
        problems.error(
            needs.key_span,
            "circle",
            format!("`{}` waits for itself, through what it needs", entry.key),
            "take one of the names out of `needs`",
        );
    }
}
