//! What came of a drill: its log goes to a file, its score to the reader.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::Play;
use super::finish::finish;
use crate::domain::drill::record::Record;
use crate::domain::scenario::Scenario;

/// Writes the record where it is asked for, and scores, keeps and prints it.
pub(super) fn end(play: &Play, scenario: &Scenario, record: &Record) -> Result<ExitCode, String> {
    if let Some(path) = &play.log {
        write(record, path)?;
    }
    let (bound, language) = (play.fail_under, play.language);
    let dir = &play.dir;
    Ok(finish(dir, scenario, record, bound, language, play.json))
}

/// Writes a record: what it is of, then one entry a line.
fn write(record: &Record, path: &Path) -> Result<(), String> {
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
