//! What time alone brings to a run. Every timer is a stored moment; nothing is
//! counted in memory.

use crate::domain::run::{Event, Run};
use crate::domain::time::Timestamp;

/// The first thing that time brings by `now`, with the moment it belongs to.
/// What passed while we were down comes one by one, in order, each once.
///
/// `with_alarms`: also what happens when nobody answers; a backtest has no
/// team that could.
pub fn next_due(run: &Run, now: Timestamp, with_alarms: bool) -> Option<(Timestamp, Event)> {
    earliest(run, now, with_alarms).filter(|(due_at, _)| *due_at <= now)
}

fn earliest(run: &Run, now: Timestamp, with_alarms: bool) -> Option<(Timestamp, Event)> {
    if !run.is_open {
        return None;
    }
    let alarm = alarm_due(run, now).filter(|_| with_alarms);
    // At the same moment tasks come first, then alarms.
    [task_due(run, now), alarm, hold_due(run, now)]
        .into_iter()
        .flatten()
        .min_by_key(|(due_at, _)| *due_at)
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

fn task_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let due = run.tasks.iter().filter(|(_, task)| !task.due_told);
    let due = due.filter_map(|(name, task)| Some((task.due_at?, name, task)));
    let (due_at, name, task) = due.min_by_key(|(due_at, ..)| *due_at)?;
    let (task, role) = (name.clone(), task.role.clone());
    let late = is_late(due_at, now);
    let event = Event::TaskDue {
        task,
        role,
        due_at,
        late,
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

fn is_late(due_at: Timestamp, now: Timestamp) -> bool {
    now - due_at >= super::LATE
}
