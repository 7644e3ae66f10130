//! The team: is somebody on duty for every role, and did they practise?

use std::path::Path;
use std::time::Duration;

use chrono::Datelike;

use super::Patient;
use crate::cli::drill::due;
use crate::cli::learnt::{of_runs, open_lessons};
use crate::domain::drill::due::State;
use crate::domain::duty;
use crate::domain::readiness::Check;
use crate::domain::time::{after, shown};

/// How far ahead somebody must be on duty.
const AHEAD: Duration = Duration::from_secs(14 * 86_400);

/// One line when everybody is there, else one for each role that lacks somebody.
pub(super) fn duty(patient: &Patient) -> Vec<Check> {
    let id = "duty";
    let (organisation, now) = (&patient.organisation, patient.now);
    let hint = "fill `rota`, `swaps` or `people`; `draaiboek duty --next 14d` shows the days";
    let (zone, year) = (
        organisation.timezone,
        now.with_timezone(&organisation.timezone).year(),
    );
    let until = after(now, AHEAD);
    let mut checks = Vec::new();
    for role in &organisation.roles {
        let gaps = duty::gaps(organisation, &role.key, now, until);
        let Some((from, end)) = gaps.first() else {
            continue;
        };
        let end = end.map_or_else(
            || "for good".to_owned(),
            |end| format!("until {}", shown(end, zone, year)),
        );
        checks.push(
            match *from <= now {
                true => Check::fail(id, format!("NOBODY has it now, {end}"), hint),
                false => {
                    let from = shown(*from, zone, year);
                    Check::warn(id, format!("nobody has it from {from} {end}"), hint)
                }
            }
            .about(&role.key),
        );
    }
    if checks.is_empty() {
        let n_roles = organisation.roles.len();
        checks.push(Check::ok(
            id,
            format!("all {n_roles} roles are taken, now and for 14 days"),
        ));
    }
    checks
}

pub(super) fn drills(dir: &Path) -> Check {
    let id = "drill";
    let due = match due::of_folder(dir) {
        Ok((due, _)) => due,
        Err(why) => return Check::skipped(id, why),
    };
    let overdue = due.iter().filter(|one| one.state == State::Overdue);
    let overdue: Vec<&str> = overdue.map(|one| one.playbook.as_str()).collect();
    if !overdue.is_empty() {
        return Check::warn(
            id,
            format!("to be practised: {}", overdue.join(", ")),
            "`draaiboek drill due` says since when; `draaiboek drill list` what can be played",
        );
    }
    match due.iter().filter_map(|one| one.last_at).max() {
        Some(last) => Check::ok(
            id,
            format!("the last one was on {}", last.format("%Y-%m-%d")),
        ),
        None => Check::skipped(id, "no playbook asks for practice (`drill_every`)"),
    }
}

/// Lessons of runs and drills that nobody saw to.
pub(super) fn lessons(patient: &Patient) -> Check {
    let (id, zone) = ("lessons", patient.organisation.timezone);
    // Of a store that is damaged nothing is called well.
    if of_runs(&patient.dir).is_err() {
        return Check::skipped(id, "the store cannot be asked");
    }
    let open = open_lessons(&patient.dir, zone, None);
    if open.is_empty() {
        return Check::ok(id, "no lesson is open");
    }
    let today = patient.now.with_timezone(&zone).date_naive();
    let overdue = open.iter().filter(|one| one.lesson.is_overdue(today));
    let overdue: Vec<String> = overdue
        .map(|one| format!("lesson {} of {}", one.number, one.of))
        .collect();
    match overdue.is_empty() {
        true => Check::ok(id, format!("{} open, none overdue", open.len())),
        false => Check::warn(
            id,
            format!("{} open, overdue: {}", open.len(), overdue.join(", ")),
            "`draaiboek lesson list` shows them; `lesson close` says that one was seen to",
        ),
    }
}
