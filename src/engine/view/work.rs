//! Shows the work of a run: the ladder, phases, tasks and messages, cases, and
//! the questions that people will ask.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Seen, first};
use crate::domain::condition::Moment;
use crate::domain::plainly::Plainly;
use crate::domain::playbook::{self, Home, ItemKind};
use crate::domain::run::Draft;
use crate::domain::run::item::{Item, State};
use crate::domain::step::title_of;
use crate::domain::text::Language;
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
            "title": first::phase_title(seen, phase.aim),
            "open": opened_at.is_some(),
            "opened_at": seen.time(opened_at),
            "waits_for": waits_for.map(wording::condition),
            "waits_says": waits_for.map(|when| plainly(seen).lasting(when, phase.held_for)),
        })
    });
    shown.collect()
}

/// Says things of the playbook to who reads this.
pub(super) fn plainly<'a>(seen: &'a Seen) -> Plainly<'a> {
    let counter = seen.counter;
    Plainly::new(
        &counter.organisation,
        &seen.pinned.playbook,
        counter.language,
    )
}

/// Tasks and messages: open ones by deadline, then what is not called for yet,
/// then what is finished; with what is theirs who asks.
pub(super) fn items(seen: &Seen, by: &str) -> Vec<Value> {
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
    let mut all: Vec<Value> = open.chain(later).chain(settled).collect();
    for shown in &mut all {
        let person = shown["person"].as_str();
        let is_mine = person.map_or_else(
            || {
                let role = shown["role"].as_str().unwrap_or_default();
                first::is_in(seen.counter, role, by)
            },
            |person| person == by,
        );
        shown["mine"] = json!(is_mine);
    }
    all
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
    let waits_says = written
        .filter(|_| is_open)
        .map(|written| needs_said(seen, &written));
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
        "due_says": due_says(seen, written.as_ref().filter(|_| is_unknown)),
        "is_late": is_open && seen.run.is_open && item.due_at.is_some_and(|due_at| due_at < seen.now),
        "waits_for": waits_for.unwrap_or_default(),
        "waits_says": waits_says.unwrap_or_default(),
        "draft": first_draft(seen, key),
        "settled_at": seen.time(settled_at),
        "report": report(written.as_ref()),
        "report_command": report_command(seen, written.as_ref()),
        "by": by,
        "by_name": by.map(|by| seen.name(by)),
        "reason": reason,
        "decision": decision(seen, item),
    });
    surroundings(seen, written.as_ref(), left, &mut shown);
    shown
}

/// Something of the playbook that is not called for yet.
fn later_item(seen: &Seen, item: &playbook::Item) -> Value {
    let mut waits_for = Vec::new();
    let waits_says = waits_said(seen, item);
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
        "due_says": null,
        "is_due": false,
        "is_late": false,
        "waits_for": waits_for,
        "waits_says": waits_says,
        "draft": first_draft(seen, item.name),
        "settled_at": null,
        "report": report(Some(item)),
        "report_command": report_command(seen, Some(item)),
        "by": null,
        "by_name": null,
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

/// The name of the report that lies ready with a task.
fn report(item: Option<&playbook::Item>) -> Option<&'static str> {
    Some(ready(item)?.name())
}

/// What to type for it.
fn report_command(seen: &Seen, item: Option<&playbook::Item>) -> Option<String> {
    Some(ready(item)?.command(seen.run.id))
}

fn ready(item: Option<&playbook::Item>) -> Option<playbook::Report> {
    match item?.kind {
        ItemKind::Task(task) => task.report,
        ItemKind::Message(_) => None,
    }
}

/// The same in the reader's language, by titles and questions.
fn needs_said(seen: &Seen, item: &playbook::Item) -> Vec<String> {
    let plainly = plainly(seen);
    let needs = needs(seen, item).into_iter();
    let said = needs.map(|need| match need.strip_prefix("fact ") {
        Some(fact) => plainly.fact(fact),
        None => plainly.item(&need),
    });
    said.collect()
}

/// What must come before something is called for, in the reader's language.
fn waits_said(seen: &Seen, item: &playbook::Item) -> Vec<String> {
    let plainly = plainly(seen);
    let mut said = Vec::new();
    match item.home {
        Home::Phase(aim) if !seen.run.phases.contains_key(&aim) => {
            let title = first::phase_title(seen, aim);
            said.push(match seen.counter.language {
                Language::Nl => format!("fase {title}"),
                Language::En => format!("phase {title}"),
            });
        }
        Home::Aftercare if !seen.run.is_in_aftercare() => {
            said.push(plainly.pick("het afschalen", "the stand-down").to_owned());
        }
        _ => {}
    }
    if item.per_case && seen.run.cases.is_empty() {
        said.push(plainly.pick("een casus", "a case").to_owned());
    }
    said.extend(item.when.map(|when| plainly.condition(when)));
    said.extend(needs_said(seen, item));
    said
}

/// The first draft of a message; a task has none.
fn first_draft(seen: &Seen, key: &str) -> Option<String> {
    let own = seen.counter.organisation.language.tag();
    let drafts = seen.run.drafts.values().filter(|draft| draft.item() == key);
    let found = drafts.min_by_key(|draft| (draft.language != own, channel_place(seen, draft)));
    found.map(Draft::id)
}

fn channel_place(seen: &Seen, draft: &Draft) -> Option<usize> {
    let mut channels = seen.counter.organisation.channels.iter();
    channels.position(|one| one.key == draft.channel)
}

/// What a deadline hangs on, in the reader's language.
fn due_says(seen: &Seen, item: Option<&playbook::Item>) -> Option<String> {
    match item.and_then(|item| item.due)? {
        Moment::Since(_) => None,
        moment => Some(plainly(seen).due(moment)),
    }
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
        "says": plainly(seen).option(&item.name, &decision.option),
        "at": seen.time(Some(decision.at)),
        "by": Some(&decision.by).filter(|by| !by.is_empty()),
        "by_name": Some(seen.name(&decision.by)).filter(|by| !by.is_empty()),
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
    let default = task.and_then(|task| task.default.as_ref());
    shown["default"] = json!(default);
    let says = task.zip(default);
    let says = says.map(|(task, default)| plainly(seen).option(&task.name, default));
    shown["default_says"] = json!(says);
    shown["facts"] = json!(task.map_or(&[][..], |task| &task.facts));
    let legal = item.and_then(|item| item.legal);
    shown["legal"] = legal.map_or(Value::Null, |legal| seen.show(legal));
    let hours = left.filter(|_| legal.is_some());
    shown["hours_left"] = json!(hours.map(|left| left.num_minutes().div_euclid(60)));
}
