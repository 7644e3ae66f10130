//! What came of a drill: printed at its end, and written to a file.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;

use crate::cli::print::say;
use crate::domain::drill::record::{Record, What};
use crate::domain::run::Event;

/// Prints what came of it.
pub(super) fn show(record: &Record, n_mentions: u64) {
    let count = |is_it: &dyn Fn(&What) -> bool| {
        let entries = record.entries.iter();
        entries.filter(|entry| is_it(&entry.what)).count()
    };
    let event = |is_it: fn(&Event) -> bool| {
        count(&|what| matches!(what, What::Event { logged, .. } if is_it(&logged.event)))
    };
    say("");
    for (what, n) in [
        (
            "mentions",
            usize::try_from(n_mentions).unwrap_or(usize::MAX),
        ),
        (
            "runs started",
            event(|event| matches!(event, Event::RunStarted { .. })),
        ),
        (
            "notices that reached somebody",
            count(&|what| matches!(what, What::Told { .. })),
        ),
        (
            "answers",
            event(|event| matches!(event, Event::Answered { .. })),
        ),
        (
            "tasks done or decided",
            event(|event| {
                let is_done = matches!(event, Event::TaskDone { .. });
                is_done
                    || matches!(
                        event,
                        Event::Decided {
                            is_default: false,
                            ..
                        }
                    )
            }),
        ),
        (
            "tasks and messages overdue",
            event(|event| matches!(event, Event::TaskDue { .. } | Event::MessageDue { .. })),
        ),
        (
            "messages published",
            event(|event| matches!(event, Event::Published { .. })),
        ),
    ] {
        say(&format!("{n:>7}  {what}"));
    }
}

/// Writes a record: what it is of, then one entry a line.
pub(super) fn write(record: &Record, path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = std::fs::File::create(path).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let head = json!({
        "scenario": record.scenario,
        "manner": record.manner,
        "began_at": record.began_at,
        "ended_at": record.ended_at,
        "playbook": record.playbook,
    });
    writeln!(out, "{head}").map_err(failed)?;
    for entry in &record.entries {
        serde_json::to_writer(&mut out, entry).map_err(|error| failed(error.into()))?;
        writeln!(out).map_err(failed)?;
    }
    out.flush().map_err(failed)
}
