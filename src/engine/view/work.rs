//! Shows the work of a run: the ladder, phases, tasks and messages, cases, and
//! the questions that people will ask.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Seen;
use crate::domain::condition::Moment;
use crate::domain::playbook::{self, Home, ItemKind};
use crate::domain::run::item::{Item, State};
use crate::domain::step::title_of;
use crate::domain::wording;

/// The ladder, lowest first.
pub(super) fn levels(seen: &Seen) -> Vec<Value> {
    let levels = seen.pinned.playbook.levels.iter();
    let shown = levels.map(|level| {
        json!({
            "level": level.name,
            "title": seen.show(&level.title),
            "is_now": level.name == seen.run.level,
            "reached": seen.run.reached.contains(&level.name),
        })
    });
    shown.collect()
}

/// The phases with something in them, and those that a person opened.
pub(super) fn phases(seen: &Seen) -> Vec<Value> {
    let phases = seen.pinned.playbook.phases.iter().filter(|phase| {
        let is_empty = phase.tasks.is_empty() && phase.messages.is_empty();
        !is_empty || seen.run.phases.contains_key(&phase.aim)
    });
    let shown = phases.map(|phase| {
        let opened_at = seen.run.phases.get(&phase.aim).copied();
        let waits_for = phase.when.as_ref().filter(|_| opened_at.is_none());
        json!({
            "phase": phase.aim.name(),
            "open": opened_at.is_some(),
            "opened_at": seen.time(opened_at),
            "waits_for": waits_for.map(wording::condition),
        })
    });
    shown.collect()
}

/// Tasks and messages: open ones by deadline, then what is not called for yet,
/// then what is finished.
pub(super) fn items(seen: &Seen) -> Vec<Value> {
    let mut known: Vec<(&String, &Item)> = seen.run.items.iter().collect();
    known.sort_by_key(|(_, item)| (item.due_at.is_none(), item.due_at));
    let (open, settled): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, item)| item.is_open());
    let later = seen.pinned.playbook.items().filter(|item| {
        let mut items = seen.run.items.values();
        seen.run.is_open && !items.any(|known| known.name == item.name)
    });
    let open = open
        .into_iter()
        .map(|(key, item)| known_item(seen, key, item));
    let later = later.map(|item| later_item(seen, &item));
    let settled = settled
        .into_iter()
        .map(|(key, item)| known_item(seen, key, item));
    open.chain(later).chain(settled).collect()
}

fn known_item(seen: &Seen, key: &str, item: &Item) -> Value {
    let written = seen.pinned.playbook.item(&item.name);
    let title = title_of(&seen.pinned.playbook, seen.run, key);
    let (state, settled_at, by, reason) = match &item.state {
        State::Open => ("open", None, None, None),
        State::Finished { at, by } => ("done", Some(*at), Some(by), None),
        State::Skipped { at, by, reason } => ("skipped", Some(*at), Some(by), Some(reason)),
    };
    let is_open = item.is_open();
    let waits_for = written
        .filter(|_| is_open)
        .map(|written| needs(seen, &written));
    let left = item
        .due_at
        .filter(|_| is_open)
        .map(|due_at| due_at - seen.now);
    let is_unknown = is_open && item.due_at.is_none();
    let mut shown = json!({
        "item": key,
        "kind": kind(written.as_ref(), item.is_message),
        "title": seen.show(&title),
        "case": item.case,
        "role": item.role,
        "role_title": seen.role_title(&item.role),
        "person": item.person,
        "name": item.person.as_ref().map(|person| seen.name(person)),
        "state": state,
        "turn": item.turn,
        "opened_at": seen.time(Some(item.opened_at)),
        "due_at": seen.time(item.due_at),
        "due_waits_for": due_waits_for(written.as_ref().filter(|_| is_unknown)),
        "is_due": item.due_told && is_open,
        "waits_for": waits_for.unwrap_or_default(),
        "settled_at": seen.time(settled_at),
        "by": by,
        "reason": reason,
        "decision": decision(seen, item),
    });
    surroundings(seen, written.as_ref(), left, &mut shown);
    shown
}

/// Something of the playbook that is not called for yet.
fn later_item(seen: &Seen, item: &playbook::Item) -> Value {
    let mut waits_for = Vec::new();
    match item.home {
        Home::Run => {}
        Home::Phase(aim) if seen.run.phases.contains_key(&aim) => {}
        Home::Phase(aim) => waits_for.push(format!("phase {}", aim.name())),
        Home::Aftercare if seen.run.is_in_aftercare() => {}
        Home::Aftercare => waits_for.push("the stand-down".to_owned()),
    }
    if item.per_case && seen.run.cases.is_empty() {
        waits_for.push("a case".to_owned());
    }
    waits_for.extend(item.when.map(wording::condition));
    waits_for.extend(needs(seen, item));
    let is_message = matches!(item.kind, ItemKind::Message(_));
    let mut shown = json!({
        "item": item.name,
        "kind": kind(Some(item), is_message),
        "title": seen.show(item.title),
        "case": null,
        "role": item.role,
        "role_title": seen.role_title(item.role),
        "person": null,
        "name": null,
        "state": "not_yet",
        "turn": 0,
        "opened_at": null,
        "due_at": null,
        "due_waits_for": null,
        "is_due": false,
        "waits_for": waits_for,
        "settled_at": null,
        "by": null,
        "reason": null,
        "decision": null,
    });
    surroundings(seen, Some(item), None, &mut shown);
    shown
}

fn kind(written: Option<&playbook::Item>, is_message: bool) -> &'static str {
    match written.map(|item| &item.kind) {
        Some(ItemKind::Task(task)) if task.is_question() => "question",
        _ if is_message => "message",
        _ => "task",
    }
}

/// What must come first and did not: items, then facts.
fn needs(seen: &Seen, item: &playbook::Item) -> Vec<String> {
    let needs = item.needs.iter().filter(|need| !seen.run.is_settled(need));
    let facts = match item.kind {
        ItemKind::Task(task) => task.facts.as_slice(),
        ItemKind::Message(_) => &[],
    };
    let facts = facts
        .iter()
        .filter(|fact| !seen.run.facts.contains_key(*fact));
    let facts = facts.map(|fact| format!("fact {fact}"));
    needs.cloned().chain(facts).collect()
}

/// What a deadline hangs on that is not known yet.
fn due_waits_for(item: Option<&playbook::Item>) -> Option<String> {
    let due = item.and_then(|item| item.due)?;
    match due {
        Moment::Since(_) => None,
        Moment::After(..) | Moment::Before(..) => Some(wording::moment(due)),
    }
}

fn decision(seen: &Seen, item: &Item) -> Value {
    let Some(decision) = &item.decision else {
        return Value::Null;
    };
    json!({
        "option": decision.option,
        "at": seen.time(Some(decision.at)),
        "by": Some(&decision.by).filter(|by| !by.is_empty()),
        "reason": decision.reason,
        "is_default": decision.is_default,
    })
}

/// What the playbook says about it: options, and the rule behind the deadline.
fn surroundings(
    seen: &Seen,
    item: Option<&playbook::Item>,
    left: Option<TimeDelta>,
    shown: &mut Value,
) {
    let task = item.and_then(|item| match item.kind {
        ItemKind::Task(task) => Some(task),
        ItemKind::Message(_) => None,
    });
    let options = task.map_or(&[][..], |task| &task.options);
    let options = options
        .iter()
        .map(|(name, text)| json!({ "option": name, "text": seen.show(text) }));
    shown["options"] = options.collect();
    shown["default"] = json!(task.and_then(|task| task.default.as_ref()));
    let legal = item.and_then(|item| item.legal);
    shown["legal"] = legal.map_or(Value::Null, |legal| seen.show(legal));
    let hours = left.filter(|_| legal.is_some());
    shown["hours_left"] = json!(hours.map(|left| left.num_minutes().div_euclid(60)));
}

/// Complaints and questions that are followed by themselves.
pub(super) fn cases(seen: &Seen) -> Vec<Value> {
    let cases = seen.run.cases.iter().map(|(number, case)| {
        let items = seen.run.items.iter();
        let open = items.filter(|(_, item)| item.is_open() && item.case.as_ref() == Some(number));
        let open: Vec<&String> = open.map(|(key, _)| key).collect();
        json!({
            "case": number,
            "name": case.name,
            "platform": case.platform,
            "url": case.url,
            "opened_at": seen.time(Some(case.opened_at)),
            "open": open,
        })
    });
    cases.collect()
}

/// What people will ask, and our answers so far.
pub(super) fn questions(seen: &Seen) -> Vec<Value> {
    let questions = seen.pinned.playbook.questions.iter().map(|question| {
        let answer = seen.run.answers.get(&question.name);
        json!({
            "question": question.name,
            "ask": seen.show(&question.ask),
            "role": question.role,
            "role_title": seen.role_title(&question.role),
            "answer": answer.map(|(text, _)| text),
            "by": answer.map(|(_, by)| by),
        })
    });
    questions.collect()
}
