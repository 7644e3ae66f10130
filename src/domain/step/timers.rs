//! What time alone brings to a run. Every timer is a stored moment; nothing is
//! counted in memory.

use chrono::{DurationRound, TimeDelta};

use super::Plan;
use super::answering::answering_due;
use super::drafts::drafts_event;
use super::holds::facing;
use super::items::replacements;
use crate::domain::condition::Condition;
use crate::domain::run::event::About;
use crate::domain::run::item::Item;
use crate::domain::run::{Event, Run};
use crate::domain::time::{Timestamp, last_quarter};

/// What time brings.
#[derive(Debug, Clone, PartialEq)]
pub enum Due {
    /// Something to log.
    Event(Box<Event>),
    /// The run must be looked at: a condition may hold from now on.
    Look,
    /// The same, and what is counted must be looked at as well: each whole minute.
    Count,
}

/// Up to when a run was looked at. Not stored: after a restart everything that
/// passed is looked at once more, and counting goes on at the next whole minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    pub at: Timestamp,
    pub counted_at: Timestamp,
}

/// How long after a deadline the owner of the playbook hears of it.
pub(super) const OWNER_AFTER: TimeDelta = TimeDelta::minutes(15);

/// The first thing that time brings by `now`, with the moment it belongs to.
/// What passed while we were down comes one by one, in order, each once.
pub fn next_due(
    plan: &Plan,
    run: &Run,
    looked: Looked,
    now: Timestamp,
) -> Option<(Timestamp, Due)> {
    if !run.is_open {
        return None;
    }
    let alarm = alarm_due(run, now).filter(|_| plan.has_team);
    let errand = errand_due(run, now).filter(|_| plan.has_team);
    let answering = answering_due(run, now).filter(|_| plan.has_team);
    // At the same moment drafts come first, then items, then reminders, then alarms.
    let events = [
        drafts_event(run, now),
        item_due(run, now),
        errand,
        answering,
        promise_due(run, now),
        alarm,
        hold_due(run, now),
    ];
    let events = events
        .into_iter()
        .flatten()
        .map(|(due_at, event)| (due_at, Due::Event(Box::new(event))));
    let waiting = waiting_conditions(plan, run);
    let look = look_due(plan, run, &waiting, looked.at).map(|due_at| (due_at, Due::Look));
    let counts = waiting.iter().any(|when| when.counts());
    let count = counts.then(|| (next_minute(looked.counted_at), Due::Count));
    events
        .chain(look)
        .chain(count)
        .min_by_key(|(due_at, _)| *due_at)
        .filter(|(due_at, _)| *due_at <= now)
}

fn hold_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let (person, held) = run.held.iter().min_by_key(|(_, held)| held.until)?;
    let due_at = held.until;
    let event = Event::HoldEnded {
        person: person.clone(),
        due_at,
        late: is_late(due_at, now),
    };
    Some((due_at, event))
}

fn item_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let open = run.items.iter().filter(|(_, item)| item.is_open());
    let due = open.filter(|(_, item)| !item.due_told);
    let due = due.filter_map(|(key, item)| Some((item.due_at?, key, item)));
    let (due_at, key, item) = due.min_by_key(|(due_at, ..)| *due_at)?;
    let (key, role) = (key.clone(), item.role.clone());
    let late = is_late(due_at, now);
    let event = if item.is_message {
        Event::MessageDue {
            message: key,
            role,
            due_at,
            late,
        }
    } else {
        Event::TaskDue {
            task: key,
            role,
            due_at,
            late,
        }
    };
    Some((due_at, event))
}

/// Reminders, and what the owner hears: all that have the same moment together.
fn errand_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let reminder = |item: &Item| {
        let is_wanted = !item.told.reminder && !item.due_told;
        item.remind_at().filter(|_| is_wanted)
    };
    let for_owner = |item: &Item| {
        let is_wanted = item.due_told && !item.told.owner;
        item.due_at
            .filter(|_| is_wanted)
            .map(|due_at| due_at + OWNER_AFTER)
    };
    let of = |about: About, moment: &dyn Fn(&Item) -> Option<Timestamp>| {
        let open = run.items.iter().filter(|(_, item)| item.is_open());
        let due = open.filter_map(|(key, item)| Some((moment(item)?, key)));
        let due: Vec<(Timestamp, &String)> = due.collect();
        let due_at = due.iter().map(|(at, _)| *at).min()?;
        let together = due.iter().filter(|(at, _)| *at == due_at);
        let items: Vec<String> = together.map(|(_, key)| (*key).clone()).collect();
        let event = Event::ErrandDue {
            about,
            items,
            due_at,
            late: is_late(due_at, now),
        };
        Some((due_at, event))
    };
    let reminders = of(About::Reminder, &reminder);
    let owners = of(About::OverdueForOwner, &for_owner);
    let both = reminders.into_iter().chain(owners);
    both.min_by_key(|(due_at, _)| *due_at)
}

/// A promised update: reminded when a quarter of the time is left, broken when
/// its moment passes.
fn promise_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let promise = run.statements.promise.as_ref()?;
    let promised_at = promise.at;
    if promise.reminded {
        return Some((promised_at, Event::PromiseBroken { promised_at }));
    }
    let due_at = last_quarter(promise.made_at, promised_at);
    let event = Event::PromiseDue {
        promised_at,
        due_at,
        late: is_late(due_at, now),
    };
    Some((due_at, event))
}

fn alarm_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let (next, roles) = run.alarm.as_ref()?.next()?;
    let (what, due_at) = (next.what, next.at);
    Some((
        due_at,
        Event::AlarmDue {
            what,
            roles,
            due_at,
            late: is_late(due_at, now),
        },
    ))
}

/// When the run must be looked at next, after `looked_at`.
fn look_due(
    plan: &Plan,
    run: &Run,
    waiting: &[&Condition],
    looked_at: Timestamp,
) -> Option<Timestamp> {
    let mut moments = replacements(plan, run);
    let facing = facing(plan, run);
    for when in waiting {
        let times = when.moments().into_iter();
        moments.extend(times.filter_map(|moment| facing.start_moment(moment)));
    }
    moments.extend(run.ending.lasting.values());
    let publications = run.statements.publications.iter();
    moments.extend(publications.filter_map(|one| one.measure_at));
    moments.into_iter().filter(|at| *at > looked_at).min()
}

/// Conditions that may open or propose something yet.
fn waiting_conditions<'a>(plan: &Plan<'a>, run: &Run) -> Vec<&'a Condition> {
    let playbook = plan.playbook;
    let phases = playbook
        .phases
        .iter()
        .filter(|phase| !run.phases.contains_key(&phase.aim));
    let phases = phases.filter_map(|phase| phase.when.as_ref());
    let items = playbook
        .items()
        .filter(|item| item.per_case || item.every.is_some() || !run.items.contains_key(item.name));
    let items = items.filter_map(|item| item.when);
    let stand_down = playbook.stand_down.iter().map(|one| &one.when);
    let stand_down = stand_down.filter(|_| run.ending.stood_down_at.is_none());
    phases.chain(items).chain(stand_down).collect()
}

/// The last whole minute up to an instant.
pub fn whole_minute(instant: Timestamp) -> Timestamp {
    let minute = TimeDelta::minutes(1);
    instant.duration_trunc(minute).unwrap_or(instant)
}

/// The first whole minute after an instant.
fn next_minute(instant: Timestamp) -> Timestamp {
    whole_minute(instant)
        .checked_add_signed(TimeDelta::minutes(1))
        .unwrap_or(Timestamp::MAX_UTC)
}

pub(super) fn is_late(due_at: Timestamp, now: Timestamp) -> bool {
    now - due_at >= super::LATE
}
