//! `draaiboek drill due`: when each playbook was last practised, and when it must
//! be again.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::cli::place::Folder;
use crate::cli::print::{self, failed, note, safe, say, table};
use crate::config;
use crate::domain::drill::due::{Due, Practice, State, due};
use crate::domain::time::{Timestamp, format_duration, rfc3339};
use crate::drill::archive;
use crate::engine::clock;

/// Show when each playbook was last practised, and when it must be again
///
/// Live and table-top drills count as practice; unattended ones are shown but do
/// not count.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Exit code 1 when a playbook is overdue
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    place: Folder,
}

pub(super) fn run(args: &Args) -> ExitCode {
    let (due, zone) = match of_folder(&args.place.dir) {
        Ok(due) => due,
        Err(why) => return failed(&why),
    };
    if args.place.json {
        print::json(&lines(&due));
    } else {
        say(readable(&due, zone).trim_end());
    }
    let is_overdue = due.iter().any(|one| one.state == State::Overdue);
    if args.strict && is_overdue {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// How every playbook of a folder stands now.
pub(crate) fn of_folder(dir: &Path) -> Result<(Vec<Due>, Tz), String> {
    let loaded = config::load(dir);
    let Some(organisation) = loaded.organisation else {
        return super::finish::organisation(dir).map(|other| (Vec::new(), other.timezone));
    };
    let (kept, remarks) = archive::list(dir, organisation.timezone)
        .map_err(|error| format!("the drills cannot be read: {error}"))?;
    for remark in remarks {
        note(&remark);
    }
    let played: Vec<Practice> = kept.iter().map(archive::Kept::practice).collect();
    let due = due(&loaded.playbooks, &played, clock::wall());
    Ok((due, organisation.timezone))
}

/// One line for `status`, when a playbook must be practised again; `None` when
/// none must, or when it cannot be told.
pub(crate) fn warning(dir: &Path) -> Option<String> {
    let (due, _) = of_folder(dir).ok()?;
    let overdue = due.iter().filter(|one| one.state == State::Overdue);
    let overdue: Vec<&str> = overdue.map(|one| one.playbook.as_str()).collect();
    (!overdue.is_empty()).then(|| {
        let names = overdue.join(", ");
        format!("TO PRACTISE: {names} (`draaiboek drill due`)")
    })
}

fn lines(due: &[Due]) -> Value {
    let moment = |at: Option<Timestamp>| at.map(rfc3339);
    due.iter()
        .map(|one| {
            let every = one.every_seconds.map(Duration::from_secs);
            json!({
                "playbook": one.playbook,
                "last_at": moment(one.last_at),
                "unattended_at": moment(one.unattended_at),
                "drill_every": every.map(format_duration),
                "due_at": moment(one.due_at),
                "state": one.state,
            })
        })
        .collect()
}

fn readable(due: &[Due], zone: Tz) -> String {
    if due.is_empty() {
        return "There are no playbooks.".to_owned();
    }
    let day = |at: Option<Timestamp>| {
        at.map_or_else(
            || "-".to_owned(),
            |at| at.with_timezone(&zone).format("%Y-%m-%d").to_string(),
        )
    };
    let rows: Vec<Vec<String>> = due
        .iter()
        .map(|one| {
            let every = one.every_seconds.map(Duration::from_secs);
            vec![
                safe(&one.playbook),
                day(one.last_at),
                every.map_or_else(|| "-".to_owned(), format_duration),
                day(one.due_at),
                state(one).to_owned(),
                day(one.unattended_at),
            ]
        })
        .collect();
    let headers = [
        "PLAYBOOK",
        "PRACTISED",
        "EVERY",
        "DUE",
        "STATE",
        "UNATTENDED",
    ];
    table(&headers, &rows)
}

fn state(due: &Due) -> &'static str {
    match (due.state, due.last_at) {
        (State::Free, _) => "-",
        (State::Fresh, _) => "ok",
        (State::Due, _) => "due",
        (State::Overdue, Some(_)) => "OVERDUE",
        (State::Overdue, None) => "NEVER PRACTISED",
    }
}
