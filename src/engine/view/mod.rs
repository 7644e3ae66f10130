//! What people and scripts are shown: the state as JSON, one shape for the
//! command line, its `--json`, and the local socket.

mod answering;

mod answers;

pub(super) mod curve;

pub mod duty;

mod ending;

mod first;

mod foreseen;

mod lessons;

mod release;

mod standing;

mod versions;

mod work;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::outlook::outlook;
use super::request::{Counter, Owner, stored};
use super::{NotDone, clock};
use crate::domain::desk::Pinned;
use crate::domain::evidence::said;
use crate::domain::facts::{FactValue, Need, always_asks};
use crate::domain::lookout::{Lookout, NO_RUN};
use crate::domain::organisation::SourceKind;
use crate::domain::playbook::FactQuestion;
use crate::domain::reading::may_read;
use crate::domain::run::item::Item;
use crate::domain::run::{Cause, Draft, Event, Logged, Run, RunId};
use crate::domain::step::acts::NEXT_UPDATE;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;
use crate::domain::timeline::reasons::reason;
use crate::domain::timeline::{Names, sentence, story};
use crate::domain::words::Words;
use crate::store::hooks::Standing;
use crate::store::{RunRow, SourceRow, Store};
pub(super) use answers::replied;
pub(super) use foreseen::foreseen;
pub(super) use lessons::lessons;
pub(super) use release::{draft, drafts};
pub(super) use versions::{draft_diff, draft_history};

pub(super) fn show(counter: &Counter, text: &Text) -> String {
    let own = counter.organisation.language;
    text.get(counter.language.tag(), own).to_owned()
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
    let keys: Vec<&str> = organisation
        .watches
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    let counts = match store {
        Some(store) => {
            store.counts_of(&keys, now - TimeDelta::hours(1), now - TimeDelta::hours(24))
        }
        None => Ok(vec![(0, 0); keys.len()]),
    };
    let mut watches = Vec::new();
    for (watch, (last_hour, last_day)) in organisation.watches.iter().zip(counts.map_err(stored)?) {
        let blindness = counter.health.blindness(&watch.key);
        watches.push(json!({
            "watch": watch.key,
            "title": show(counter, &watch.title),
            "last_hour": last_hour,
            "last_day": last_day,
            "blind": blindness.name(),
            "blind_sources": blindness.sources(),
        }));
    }
    let (waiting, sent, failed) =
        store.map_or(Ok((0, 0, 0)), |store| store.outbox_counts().map_err(stored))?;
    let trouble = store.map_or(Ok(None), |store| store.outbox_trouble().map_err(stored))?;
    let last_sent = store.map_or(Ok(None), |store| store.last_sent().map_err(stored))?;
    let (open, health) = outlook(counter, store, &runs)?;
    Ok(json!({
        "at": time(counter, Some(now)),
        "organisation": show(counter, &organisation.name),
        "drill": organisation.exercise.as_ref().map(|exercise| show(counter, &exercise.title)),
        "daemon": matches!(counter.owner, Owner::Daemon(_)),
        "health": health,
        "listening_only": listening(counter),
        "unread": unread(counter, store)?,
        "reload": counter.show_reloading(),
        "roll_call": roll_call(counter, store),
        "runs": open,
        "watches": watches,
        "sources": sources(counter, &rows),
        "playbooks": counter.playbooks.iter().map(|pinned| &pinned.playbook.name).collect::<Vec<_>>(),
        "mail": { "by": counter.mail, "waiting": waiting, "sent": sent, "failed": failed, "trouble": trouble, "trouble_says": trouble.as_deref().map(|trouble| reason(&counter.words(), trouble)), "last_sent_at": time(counter, last_sent), "received": counter.received.counts() },
        "webhooks": webhooks(counter, store)?,
    }))
}

/// How things stand with the webhooks that are told of events.
fn webhooks(counter: &Counter, store: Option<&Store>) -> Result<Vec<Value>, NotDone> {
    let told = counter.organisation.webhooks.iter();
    let told = told.filter(|webhook| webhook.events.is_some());
    let shown = told.map(|webhook| {
        let standing = store.map_or(Ok(Standing::default()), |store| {
            store.posts_to(&webhook.key)
        });
        let standing = standing.map_err(stored)?;
        Ok(json!({
            "webhook": webhook.key,
            "waiting": standing.n_waiting,
            "sent": standing.n_sent,
            "left_out": standing.n_left_out,
            "oldest_at": time(counter, standing.oldest_at),
            "last_sent_at": time(counter, standing.last_sent_at),
            "tries": standing.n_tries,
            "trouble": standing.trouble,
        }))
    });
    shown.collect()
}

fn roll_call(counter: &Counter, store: Option<&Store>) -> Value {
    let lookout = store.and_then(|store| store.log(NO_RUN).ok());
    let lookout = lookout.map(|log| Lookout::replay(&log));
    let call = lookout.as_ref().and_then(Lookout::roll_call);
    call.map_or(Value::Null, |call| counter.shown_call(call))
}

/// Mentions whose tone and needs are not known yet, and since when the first waits.
fn unread(counter: &Counter, store: Option<&Store>) -> Result<Value, NotDone> {
    let unread = store.map_or(Ok((0, None)), Store::n_unread);
    let (mentions, since) = unread.map_err(stored)?;
    Ok(json!({ "mentions": mentions, "since": time(counter, since) }))
}

/// What listening without alarming anybody came to; null when people are alarmed.
fn listening(counter: &Counter) -> Value {
    let Owner::Daemon(engine) = &counter.owner else {
        return Value::Null;
    };
    engine
        .board()
        .reading()
        .listening
        .as_ref()
        .map_or(Value::Null, |listening| {
            let latest = listening.latest.as_ref().map(|(at, playbook, trigger)| {
            json!({ "at": time(counter, Some(*at)), "playbook": playbook, "trigger": trigger })
        });
            json!({
                "since": time(counter, Some(listening.since)),
                "would_have_alarmed": listening.n_held_back,
                "latest": latest,
            })
        })
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
                "last_success_at": time(counter, health.last_success_at),
                "trouble": health.trouble,
                "trouble_says": health.trouble.as_deref().map(|why| reason(&counter.words(), why)),
                "blind_says": health.blind.as_deref().map(|why| reason(&counter.words(), why)),
                "failures": health.failures,
                "blind": health.blind,
                "refused": health.n_refused,
            })
        })
        .collect()
}

pub(super) fn run_line(counter: &Counter, row: &RunRow) -> Value {
    let mut playbooks = counter.playbooks.iter().map(|pinned| &pinned.playbook);
    let title = playbooks.find(|playbook| playbook.name == row.playbook);
    let rank = counter.organisation.rank(&row.level);
    let level = rank.and_then(|rank| counter.organisation.levels.get(rank));
    json!({
        "run": row.id,
        "playbook": row.playbook,
        "title": title.map_or_else(|| row.playbook.clone(), |one| show(counter, &one.title)),
        "watch": row.watch,
        "level": row.level,
        "level_title": level.map_or_else(|| row.level.clone(), |one| show(counter, &one.title)),
        // From 1, the lowest; 0 for a level that is gone.
        "level_rank": rank.map_or(0, |rank| rank + 1),
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

/// One run, whole: its state and its log, as `by` sees it.
pub(super) fn run(
    counter: &Counter,
    store: &Store,
    id: RunId,
    language: Option<Language>,
    by: &str,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    let language = language.unwrap_or(counter.language);
    let log = store.log(id).map_err(stored)?;
    let mut shown = at_work(&seen, store, &log, language, by)?;
    let names = seen.names();
    let told: Vec<Value> = log
        .iter()
        .map(|logged| {
            let mut entry = serde_json::to_value(logged).unwrap_or_default();
            entry["at"] = time(counter, Some(logged.at));
            entry["says"] = Value::String(sentence(logged, names, language));
            entry
        })
        .collect();
    shown["evidence"] = json!(run.evidence);
    shown["drafts"] = release::lines(&seen).into();
    shown["log"] = told.into();
    Ok(shown)
}

/// One run for who works in it, without the texts of its drafts and the events
/// of its log: what a page shows, so it must be cheap.
pub(super) fn worked_on(
    counter: &Counter,
    store: &Store,
    id: RunId,
    language: Option<Language>,
    by: &str,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    let language = language.unwrap_or(counter.language);
    let log = store.log(id).map_err(stored)?;
    at_work(&seen, store, &log, language, by)
}

fn at_work(
    seen: &Seen,
    store: &Store,
    log: &[Logged],
    language: Language,
    by: &str,
) -> Result<Value, NotDone> {
    let (counter, run, pinned) = (seen.counter, seen.run, seen.pinned);
    let story = story(log, seen.names(), language).into_iter().map(|line| {
        json!({
            "at": time(counter, Some(line.at)),
            "says": line.says,
            "is_key": line.is_key,
            "about": first::about(log, &line.seqs),
            "seqs": line.seqs,
        })
    });
    let story: Vec<Value> = story.collect();
    let level = pinned.playbook.level_of(&run.level);
    Ok(json!({
        "run": run.id,
        "playbook": run.playbook,
        "title": show(counter, &pinned.playbook.title),
        "now": time(counter, Some(seen.now)),
        "watch": run.watch,
        "watch_title": work::plainly(seen).watch(&run.watch),
        "level": run.level,
        "level_title": seen.show(&level.1),
        "level_rank": level.0 + 1,
        "first": first::first(seen),
        "by_hand": first::by_hand(seen),
        "open": run.is_open,
        "one_source": one_source(log),
        "started_at": time(counter, run.started_at),
        "closed_at": time(counter, run.closed_at),
        "why": why(seen, language),
        "strategy": ending::strategy(seen),
        "levels": work::levels(seen),
        "phases": work::phases(seen),
        "items": work::items(seen, by),
        "cases": answering::cases(seen),
        "questions": answering::questions(seen),
        "answering": answering::answered(seen, store)?,
        "answers": answers::answers(counter, run, by),
        "out": answers::out(seen),
        "alerts": alerts(counter, store, run.id, log)?,
        "failed_drafts": run.failed_drafts,
        "publications": first::publications(seen, release::publications(seen)),
        "promise": release::promise(seen),
        "ending": ending::ending(seen, log, by),
        "lessons": lessons::of_run(counter, run, seen.now),
        "marks": first::marks(seen, log),
        "curve": curve::curve(seen, store)?,
        "team": first::team(counter),
        "roles": first::roles(counter),
        "platforms": first::platforms(&first::words(seen)),
        "may_read": may_read(&counter.organisation, by),
        "language": language.tag(),
        "story": story,
    }))
}

/// The source that all evidence rests on, when it is a single one.
fn one_source(log: &[Logged]) -> Option<&str> {
    let evidence = log.iter().filter_map(|logged| match &logged.event {
        Event::RunStarted {
            cause: Cause::Trigger { evidence, .. },
            ..
        } => Some(&**evidence),
        Event::TriggerFired { evidence, .. } => Some(evidence.as_ref()),
        _ => None,
    });
    let mut sources = evidence.flat_map(|evidence| &evidence.sources);
    let (first, _) = sources.next()?;
    sources.all(|(one, _)| one == first).then_some(first)
}

/// A run with what is needed to show it.
struct Seen<'a> {
    counter: &'a Counter,
    run: &'a Run,
    pinned: &'a Pinned,
    now: Timestamp,
}

impl Seen<'_> {
    fn show(&self, text: &Text) -> Value {
        Value::String(show(self.counter, text))
    }

    fn time(&self, instant: Option<Timestamp>) -> Value {
        time(self.counter, instant)
    }

    fn role_title(&self, key: &str) -> String {
        role_title(self.counter, key)
    }

    fn names(&self) -> Names<'_> {
        Names {
            playbook: &self.pinned.playbook,
            organisation: &self.counter.organisation,
            run: Some(self.run),
        }
    }

    /// Somebody of the team by name; who is not in it by what they are called.
    fn name<'b>(&'b self, key: &'b str) -> &'b str {
        person_name(self.counter, key)
    }
}

/// The evidence of the latest trigger in sentences; nothing when a person
/// started the run.
fn why(seen: &Seen, language: Language) -> Vec<String> {
    let Some(evidence) = &seen.run.evidence else {
        return Vec::new();
    };
    let organisation = &seen.counter.organisation;
    let words = Words {
        language,
        zone: organisation.timezone,
    };
    let text = |text: &Text| text.get(language.tag(), organisation.language).to_owned();
    said::all(&words, evidence, text)
}

/// Somebody of the team by name; who is not in it by what they are called.
pub(super) fn person_name<'a>(counter: &'a Counter, key: &'a str) -> &'a str {
    let person = counter.organisation.person(key);
    person.map_or(key, |person| &person.name)
}

fn role_title(counter: &Counter, key: &str) -> String {
    let role = counter.organisation.role(key);
    role.map_or_else(|| key.to_owned(), |role| show(counter, &role.title))
}

fn alerts(
    counter: &Counter,
    store: &Store,
    id: RunId,
    log: &[Logged],
) -> Result<Vec<Value>, NotDone> {
    let parcels = store.parcels_of(id).map_err(stored)?;
    let arrived = log.iter().filter_map(|logged| match &logged.event {
        Event::Delivered {
            effect, channel, ..
        } => Some((effect.as_str(), channel.as_str())),
        _ => None,
    });
    let arrived: BTreeMap<&str, &str> = arrived.collect();
    let alerts = parcels.iter().map(|parcel| {
        let next_at = Some(parcel.next_at).filter(|_| parcel.state == "waiting");
        json!({
            "effect": parcel.effect,
            "person": parcel.notice.person,
            "name": parcel.notice.name,
            "what": parcel.notice.content.name(),
            "way": arrived.get(parcel.effect.as_str()).copied().unwrap_or(parcel.course.way()),
            "ways": parcel.notice.ways,
            "state": parcel.state,
            "tries": parcel.tries,
            "created_at": time(counter, Some(parcel.created_at)),
            "sent_at": time(counter, parcel.sent_at),
            "next_at": time(counter, next_at),
            "trouble": parcel.last_error,
            "trouble_says": parcel.last_error.as_deref().map(|trouble| reason(&counter.words(), trouble)),
        })
    });
    Ok(alerts.collect())
}

/// What the log says since an event, in the words people read.
pub(super) fn news(
    counter: &Counter,
    store: &Store,
    id: RunId,
    since: u64,
) -> Result<Vec<String>, NotDone> {
    let (run, pinned) = found(store, id)?;
    let names = Names {
        playbook: &pinned.playbook,
        organisation: &counter.organisation,
        run: Some(&run),
    };
    let log = store.log(id).map_err(stored)?;
    let new = log.iter().filter(|logged| logged.seq > since);
    // What a command prints is English, like all of the command line.
    Ok(new
        .map(|logged| sentence(logged, names, Language::En))
        .collect())
}

/// The fact sheet, with for each fact how much it is needed; `by` is who asks.
pub(super) fn facts(
    counter: &Counter,
    store: &Store,
    id: RunId,
    by: &str,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    let passed = standing::passed(&seen);
    let mut open: Vec<(Need, &str)> = Vec::new();
    let facts: Vec<Value> = pinned
        .playbook
        .facts
        .iter()
        .map(|question| {
            let fact = run.facts.get(&question.name);
            let need = need(counter, &run, &pinned, question, by);
            if fact.is_none() {
                open.push((need, &question.name));
            }
            let ask = question.ask.as_ref().map(|ask| show(counter, ask));
            let always = || always_asks(&question.name, counter.language);
            json!({
                "fact": question.name,
                "ask": ask.or_else(|| always().map(str::to_owned)),
                "kind": question.kind,
                "role": question.role,
                "role_title": role_title(counter, &question.role),
                "value": fact.map(|fact| plain(counter, &fact.value)),
                "by": fact.map(|fact| &fact.by),
                "by_name": fact.map(|fact| person_name(counter, &fact.by)),
                "at": time(counter, fact.map(|fact| fact.at)),
                "source": fact.and_then(|fact| fact.source.as_deref()),
                "as_of": time(counter, fact.and_then(|fact| fact.as_of)),
                "passed": passed.as_ref().filter(|_| question.name == NEXT_UPDATE),
                "told_by": question.told_by,
                "drafts_waiting": need.n_gaps,
                "used_in_drafts": need.n_drafts,
                "mine": need.is_mine,
            })
        })
        .collect();
    open.sort_by_key(|(need, _)| need.rank());
    let open: Vec<&str> = open.into_iter().map(|(_, name)| name).collect();
    Ok(json!({ "run": id, "facts": facts, "open": open }))
}

/// How much an open question matters: to the drafts that are called for now, to
/// those that lie ready, to the tasks that are open, and to who asks.
fn need(counter: &Counter, run: &Run, pinned: &Pinned, question: &FactQuestion, by: &str) -> Need {
    let (name, playbook) = (&question.name, &pinned.playbook);
    let tasks = playbook.every_task();
    let tasks = tasks.filter(|task| task.facts.contains(name) && !run.is_settled(&task.name));
    let tasks: Vec<&str> = tasks.map(|task| task.name.as_str()).collect();
    // A draft also waits for what a task must know that comes before it.
    let waits = |draft: &&Draft| {
        let mut gaps = draft.gaps.iter();
        let needs = playbook
            .message(&draft.message)
            .map_or(&[][..], |one| &one.needs);
        gaps.any(|gap| gap.split('.').next() == Some(name.as_str()))
            || needs.iter().any(|need| tasks.contains(&need.as_str()))
    };
    let is_called = |draft: &&Draft| run.items.get(&draft.item()).is_some_and(Item::is_open);
    let mine = counter.organisation.role(&question.role);
    let drafts = || run.drafts.values();
    Need {
        n_gaps: drafts().filter(is_called).filter(waits).count(),
        n_drafts: drafts().filter(|draft| draft.used.contains(name)).count(),
        n_tasks: tasks.len(),
        is_mine: mine.is_some_and(|role| role.people.iter().any(|person| person == by)),
    }
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

/// A run as it is now.
pub(super) fn run_of(store: &Store, id: RunId) -> Result<Run, NotDone> {
    Ok(found(store, id)?.0)
}

pub(super) fn found(store: &Store, id: RunId) -> Result<(Run, Arc<Pinned>), NotDone> {
    let found = store.run(id).map_err(stored)?;
    found.ok_or_else(|| {
        NotDone::Refused(format!(
            "there is no run {id}; `draaiboek run list` shows them"
        ))
    })
}
