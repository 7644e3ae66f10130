//! What people and scripts are shown: the state as JSON, one shape for the
//! command line, its `--json`, and the local socket.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{SecondsFormat, TimeDelta};
use serde::Serialize;
use serde_json::{Value, json};

use super::outlook::outlook;
use super::request::{Counter, Owner, stored};
use super::{NotDone, clock};
use crate::domain::desk::Pinned;
use crate::domain::facts::FactValue;
use crate::domain::organisation::SourceKind;
use crate::domain::playbook::Playbook;
use crate::domain::run::alarm::Move;
use crate::domain::run::{Draft, Run, RunId};
use crate::domain::step::answers::{Reply, Standing, Who};
use crate::domain::step::title_of;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;
use crate::domain::timeline::{Names, sentence, story};
use crate::store::{RunRow, SourceRow, Store};

/// What a source last said of itself.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceHealth {
    pub last_success_at: Option<Timestamp>,
    /// The trouble since then; `None` while all is well.
    pub trouble: Option<String>,
    pub failures: u32,
}

/// The latest word of every source, by name.
#[derive(Debug, Clone, Default)]
pub struct HealthBoard(Arc<Mutex<BTreeMap<String, SourceHealth>>>);

impl HealthBoard {
    /// Notes the latest word of a source.
    pub fn set(&self, source: &str, health: SourceHealth) {
        self.lock().insert(source.to_owned(), health);
    }

    /// The latest word of each.
    pub fn all(&self) -> BTreeMap<String, SourceHealth> {
        self.lock().clone()
    }

    fn get(&self, source: &str) -> SourceHealth {
        self.lock().get(source).cloned().unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SourceHealth>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn show(counter: &Counter, text: &Text) -> String {
    let language = counter.organisation.language;
    text.get(language.tag(), language).to_owned()
}

/// RFC 3339, in the organisation's zone: what people and scripts both can read.
pub(super) fn time(counter: &Counter, instant: Option<Timestamp>) -> Value {
    let zone = counter.organisation.timezone;
    instant.map_or(Value::Null, |instant| {
        let local = instant.with_timezone(&zone);
        Value::String(local.to_rfc3339_opts(SecondsFormat::Secs, false))
    })
}

/// What is going on, at a glance. Without a store nothing has happened yet.
pub(super) fn status(counter: &Counter, store: Result<&Store, NotDone>) -> Result<Value, NotDone> {
    let organisation = &counter.organisation;
    let store = store.ok();
    let runs = store.map_or(Ok(Vec::new()), |store| store.runs().map_err(stored))?;
    let rows = store.map_or(Ok(Vec::new()), |store| store.sources().map_err(stored))?;
    let now = clock::now();
    let mut watches = Vec::new();
    for watch in &organisation.watches {
        let count = |hours| {
            store.map_or(Ok(0), |store| {
                store.count(&watch.key, now - TimeDelta::hours(hours))
            })
        };
        watches.push(json!({
            "watch": watch.key,
            "title": show(counter, &watch.title),
            "last_hour": count(1).map_err(stored)?,
            "last_day": count(24).map_err(stored)?,
        }));
    }
    let (waiting, sent, failed) =
        store.map_or(Ok((0, 0, 0)), |store| store.outbox_counts().map_err(stored))?;
    let trouble = store.map_or(Ok(None), |store| store.outbox_trouble().map_err(stored))?;
    let (open, health) = outlook(counter, store, &runs)?;
    Ok(json!({
        "at": time(counter, Some(now)),
        "organisation": show(counter, &organisation.name),
        "daemon": matches!(counter.owner, Owner::Daemon(_)),
        "health": health,
        "runs": open,
        "watches": watches,
        "sources": sources(counter, &rows),
        "playbooks": counter.playbooks.iter().map(|pinned| &pinned.playbook.name).collect::<Vec<_>>(),
        "mail": { "by": counter.mail, "waiting": waiting, "sent": sent, "failed": failed, "trouble": trouble, "received": counter.received.counts() },
    }))
}

fn sources(counter: &Counter, rows: &[SourceRow]) -> Vec<Value> {
    let sources = counter.organisation.sources.iter();
    sources
        .map(|source| {
            let kind = match &source.kind {
                SourceKind::Feed { .. } => "feed",
                SourceKind::Push { .. } => "push",
                SourceKind::File { .. } => "file",
                SourceKind::Mastodon { .. } => "mastodon",
                SourceKind::Bluesky { .. } => "bluesky",
            };
            let row = rows.iter().find(|row| row.key == source.key);
            let total = row.map(|row| row.total).unwrap_or_default();
            let health = counter.health.get(&source.key);
            json!({
                "source": source.key,
                "kind": kind,
                "received": total.received,
                "matched": total.matched,
                "new": total.new,
                "rejected": total.rejected,
                "last_at": time(counter, row.and_then(|row| row.last_at)),
                "trouble": health.trouble,
                "failures": health.failures,
            })
        })
        .collect()
}

pub(super) fn run_line(counter: &Counter, row: &RunRow) -> Value {
    json!({
        "run": row.id,
        "playbook": row.playbook,
        "watch": row.watch,
        "level": row.level,
        "open": row.is_open,
        "started_at": time(counter, Some(row.started_at)),
        "closed_at": time(counter, row.closed_at),
    })
}

pub(super) fn runs(counter: &Counter, store: Result<&Store, NotDone>) -> Result<Value, NotDone> {
    let rows = store
        .ok()
        .map_or(Ok(Vec::new()), |store| store.runs().map_err(stored))?;
    Ok(rows.iter().map(|row| run_line(counter, row)).collect())
}

/// One run, whole: its state and its log.
pub(super) fn run(
    counter: &Counter,
    store: &Store,
    id: RunId,
    language: Option<Language>,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let names = Names {
        playbook: &pinned.playbook,
        organisation: &counter.organisation,
        run: Some(&run),
    };
    let language = language.unwrap_or(counter.organisation.language);
    let log = store.log(id).map_err(stored)?;
    let parcels = store.parcels_of(id).map_err(stored)?;
    let alerts: Vec<Value> = parcels
        .iter()
        .map(|parcel| {
            json!({
                "effect": parcel.effect,
                "person": parcel.notice.person,
                "name": parcel.notice.name,
                "state": parcel.state,
                "tries": parcel.tries,
                "created_at": time(counter, Some(parcel.created_at)),
                "sent_at": time(counter, parcel.sent_at),
                "next_at": if parcel.state == "waiting" { time(counter, Some(parcel.next_at)) } else { Value::Null },
                "trouble": parcel.last_error,
            })
        })
        .collect();
    let story = story(&log, names, language).into_iter().map(|line| {
        json!({
            "at": time(counter, Some(line.at)),
            "says": line.says,
            "is_key": line.is_key,
            "seqs": line.seqs,
        })
    });
    let story: Vec<Value> = story.collect();
    let log: Vec<Value> = log
        .iter()
        .map(|logged| {
            let mut entry = serde_json::to_value(logged).unwrap_or_default();
            entry["at"] = time(counter, Some(logged.at));
            entry["says"] = Value::String(sentence(logged, names, language));
            entry
        })
        .collect();
    Ok(json!({
        "run": run.id,
        "playbook": run.playbook,
        "title": show(counter, &pinned.playbook.title),
        "watch": run.watch,
        "level": run.level,
        "open": run.is_open,
        "started_at": time(counter, run.started_at),
        "closed_at": time(counter, run.closed_at),
        "tasks": tasks(counter, &run, &pinned.playbook),
        "answers": answers(counter, &run),
        "alerts": alerts,
        "drafts": in_order(counter, &run).into_iter().map(draft_line).collect::<Vec<_>>(),
        "failed_drafts": run.failed_drafts,
        "language": language.tag(),
        "story": story,
        "log": log,
    }))
}

/// Tasks and messages that are called for, by deadline; those without one last.
fn tasks(counter: &Counter, run: &Run, playbook: &Playbook) -> Vec<Value> {
    let mut items: Vec<_> = run.items.iter().collect();
    items.sort_by_key(|(_, item)| (item.due_at.is_none(), item.due_at));
    let shown = items.into_iter().map(|(key, item)| {
        let role = counter.organisation.role(&item.role);
        json!({
            "task": key,
            "title": show(counter, &title_of(playbook, run, key)),
            "is_message": item.is_message,
            "role": item.role,
            "role_title": role.map_or_else(|| item.role.clone(), |role| show(counter, &role.title)),
            "due_at": time(counter, item.due_at),
            "is_due": item.due_told && item.is_open(),
        })
    });
    shown.collect()
}

fn draft_line(draft: &Draft) -> Value {
    json!({
        "draft": draft.id(),
        "message": draft.message,
        "channel": draft.channel,
        "language": draft.language,
        "version": draft.version,
        "gaps": draft.gaps,
        "characters": draft.text.chars().count(),
    })
}

/// Who answered for which role, and what comes next for those without.
fn answers(counter: &Counter, run: &Run) -> Vec<Value> {
    let organisation = &counter.organisation;
    let name = |key: &str| {
        let person = organisation.person(key);
        person.map_or_else(|| key.to_owned(), |person| person.name.clone())
    };
    let alarm = run.alarm.iter().filter(|_| run.is_open);
    let roles = alarm.flat_map(|alarm| &alarm.roles);
    roles
        .map(|(key, coverage)| {
            let role = organisation.role(key);
            let answer = coverage.answer.as_ref();
            json!({
                "role": key,
                "title": role.map_or_else(|| key.clone(), |role| show(counter, &role.title)),
                "step": coverage.step,
                "answered_by": answer.map(|answer| &answer.person),
                "name": answer.map(|answer| name(&answer.person)),
                "answered_at": time(counter, answer.map(|answer| answer.at)),
                "at_work": answer.map(|answer| answer.at_work),
                "next": coverage.next.map(|next| match next.what {
                    Move::Repeat => "alerted again",
                    Move::NextStep => "goes to the next step",
                    Move::GiveUp => "everybody hears that nobody answers",
                    Move::StartOver => "starts over",
                    Move::GoStale => "alerted again if nothing is done",
                }),
                "next_at": time(counter, coverage.next.map(|next| next.at)),
            })
        })
        .collect()
}

/// What came of a reply, and how the alarm stands.
pub(super) fn replied(
    counter: &Counter,
    store: &Store,
    id: RunId,
    who: &Who,
    reply: &Reply,
    standing: &Standing,
) -> Result<Value, NotDone> {
    let (run, _) = found(store, id)?;
    let person = counter.organisation.person(&who.person);
    let roles = match standing {
        Standing::Yours(_, roles) => roles.as_slice(),
        _ => &[],
    };
    let titles = roles.iter().map(|key| {
        let role = counter.organisation.role(key);
        role.map_or_else(|| key.clone(), |role| show(counter, &role.title))
    });
    Ok(json!({
        "run": id,
        "person": who.person,
        "name": person.map_or(&who.person, |person| &person.name),
        "by": who.by,
        "said": match reply {
            Reply::Take => "take",
            Reply::PassOn => "pass_on",
            Reply::NotMe => "not_me",
            Reply::Note(_) => "note",
        },
        "roles": titles.collect::<Vec<_>>(),
        "answers": answers(counter, &run),
        "daemon": matches!(counter.owner, Owner::Daemon(_)),
    }))
}

pub(super) fn drafts(counter: &Counter, store: &Store, id: RunId) -> Result<Value, NotDone> {
    let (run, _) = found(store, id)?;
    Ok(json!({
        "run": id,
        "drafts": in_order(counter, &run).into_iter().map(draft_line).collect::<Vec<_>>(),
        "failed": run.failed_drafts,
    }))
}

/// Drafts by message, the organisation's own language first, then by channel as
/// the organisation lists them.
fn in_order<'a>(counter: &Counter, run: &'a Run) -> Vec<&'a Draft> {
    let organisation = &counter.organisation;
    let channel = |draft: &Draft| {
        organisation
            .channels
            .iter()
            .position(|one| one.key == draft.channel)
    };
    let mut drafts: Vec<&Draft> = run.drafts.values().collect();
    drafts.sort_by_key(|draft| {
        let is_foreign = draft.language != organisation.language.tag();
        (
            draft.message.clone(),
            is_foreign,
            draft.language.clone(),
            channel(draft),
        )
    });
    drafts
}

/// One draft with its text. `wanted` may leave out what is clear without it:
/// `holding` or `holding.website` mean the first that fits.
pub(super) fn draft(
    counter: &Counter,
    store: &Store,
    id: RunId,
    wanted: &str,
) -> Result<Value, NotDone> {
    let (run, _) = found(store, id)?;
    let fits =
        |draft: &&Draft| draft.id() == wanted || draft.id().starts_with(&format!("{wanted}."));
    let found = in_order(counter, &run).into_iter().find(fits);
    let draft = found.ok_or_else(|| {
        let known: Vec<String> = run.drafts.keys().cloned().collect();
        let known = if known.is_empty() {
            "it has none".to_owned()
        } else {
            known.join(", ")
        };
        NotDone::Refused(format!("run {id} has no draft `{wanted}` ({known})"))
    })?;
    let mut shown = draft_line(draft);
    shown["run"] = json!(id);
    shown["text"] = json!(draft.text);
    shown["template"] = json!(draft.template);
    Ok(shown)
}

pub(super) fn facts(counter: &Counter, store: &Store, id: RunId) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let facts: Vec<Value> = pinned
        .playbook
        .facts
        .iter()
        .map(|question| {
            let fact = run.facts.get(&question.name);
            json!({
                "fact": question.name,
                "ask": question.ask.as_ref().map(|ask| show(counter, ask)),
                "kind": question.kind,
                "role": question.role,
                "value": fact.map(|fact| plain(counter, &fact.value)),
                "by": fact.map(|fact| &fact.by),
                "at": time(counter, fact.map(|fact| fact.at)),
            })
        })
        .collect();
    Ok(json!({ "run": id, "facts": facts }))
}

fn plain(counter: &Counter, value: &FactValue) -> Value {
    match value {
        FactValue::Text(text) => json!(text),
        FactValue::List(items) => json!(items),
        FactValue::Number(number) => json!(number),
        FactValue::Time(instant) => time(counter, Some(*instant)),
        FactValue::Date(date) => json!(date),
        FactValue::YesNo(answer) => json!(answer),
    }
}

fn found(store: &Store, id: RunId) -> Result<(Run, Arc<Pinned>), NotDone> {
    let found = store.run(id).map_err(stored)?;
    found.ok_or_else(|| {
        NotDone::Refused(format!(
            "there is no run {id}; `draaiboek run list` shows them"
        ))
    })
}
