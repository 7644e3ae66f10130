//! The measures of a report in words: value, target, light, and how it was
//! counted. What a measure is, is decided where drills are scored.

use std::collections::BTreeMap;

use super::model::{MeasureRow, MissedRow, Times};
use super::teller::Teller;
use crate::domain::drill::report::measures as said;
use crate::domain::drill::score::Taken;
use crate::domain::drill::score::deadlines::Missed;
use crate::domain::drill::score::measure::{Measure, Why};
use crate::domain::drill::score::spread::Spread;
use crate::domain::run::{Event, Logged, item};
use crate::domain::time::Timestamp;

/// `is_open`: the run goes on, so that what is not reached yet may still be.
pub(super) fn rows(told: &Teller<'_>, is_open: bool, measures: &[Measure]) -> Vec<MeasureRow> {
    let words = &told.words;
    let rows = measures.iter().map(|measure| {
        let why = match (&measure.why, told.is_drill) {
            (Some(Why::EndedFirst), false) if is_open => Some(
                told.pick(
                    "de inzet loopt nog, en de tijd is nog niet om",
                    "the run is going on, and the time is not up yet",
                )
                .to_owned(),
            ),
            (Some(Why::EndedFirst), false) => Some(
                told.pick(
                    "de inzet eindigde voordat de tijd om was",
                    "the run ended before the time was up",
                )
                .to_owned(),
            ),
            (Some(Why::NoDeadlines), false) => Some(
                told.pick(
                    "er viel geen termijn binnen de inzet",
                    "no deadline fell within the run",
                )
                .to_owned(),
            ),
            _ => said::why(words, measure),
        };
        let remark = [said::from(words, measure), why].into_iter().flatten();
        MeasureRow {
            title: said::name(words, measure.name).to_owned(),
            value_says: said::value(words, measure),
            target_says: measure.target.map_or_else(
                || told.pick("geen doel", "no target").to_owned(),
                |target| said::bounded(words, measure.name, target),
            ),
            light_says: said::light(words, measure.light).trim().to_owned(),
            remark: remark.collect::<Vec<_>>().join("; "),
            measure: measure.clone(),
        }
    });
    rows.collect()
}

pub(super) fn times(taken: &Taken, log: &[Logged]) -> Times {
    Times {
        answers: taken.answer_times,
        approvals: taken.approval_times,
        tasks: tasks(log),
    }
}

/// From being handed out to being done, for each turn; questions count from there
/// to the decision of a person.
fn tasks(log: &[Logged]) -> Spread {
    let mut open: BTreeMap<String, Timestamp> = BTreeMap::new();
    // Since when the last turn was open, and where it stands in `took`.
    let mut closed: BTreeMap<&str, (Timestamp, usize)> = BTreeMap::new();
    let mut took: Vec<Option<u64>> = Vec::new();
    for logged in log {
        let done = match &logged.event {
            Event::TaskReopened { item, .. } => {
                if let Some((since, place)) = closed.remove(item.as_str()) {
                    took[place] = None;
                    open.insert(item.clone(), since);
                }
                continue;
            }
            Event::TaskOpened { task, case, .. } => {
                open.insert(item::key(task, case.as_deref()), logged.at);
                continue;
            }
            Event::TaskAdded { task, .. } => {
                open.insert(task.clone(), logged.at);
                continue;
            }
            Event::TaskDone { task, .. }
            | Event::Decided {
                task,
                is_default: false,
                ..
            } => task,
            _ => continue,
        };
        if let Some(since) = open.remove(done) {
            closed.insert(done, (since, took.len()));
            took.push(Some((logged.at - since).num_seconds().unsigned_abs()));
        }
    }
    Spread::of(took.into_iter().flatten().collect())
}

pub(super) fn missed(told: &Teller<'_>, missed: &[Missed]) -> Vec<MissedRow> {
    let rows = missed.iter().map(|one| MissedRow {
        item: one.item.clone(),
        title: told.item(&one.item),
        due_at: one.due_at,
        done_at: one.done_at,
    });
    rows.collect()
}
