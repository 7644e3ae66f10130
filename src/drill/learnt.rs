//! What was learnt from a drill that is over: its lessons, in a file of its folder.
//! Like a log it only grows; a line is an event, as a run has them.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::domain::drill::record::{Record, What};
use crate::domain::run::lesson::{Lesson, fold};
use crate::domain::run::{Event, Logged};
use crate::domain::time::Timestamp;

/// In the folder of the drill.
const FILE: &str = "lessons.ndjson";

/// More than this nobody learns.
const LARGEST: u64 = 16 << 20;

/// The events of lessons in a record, for when it is kept.
pub(super) fn in_record(record: &Record) -> Vec<Logged> {
    let events = record.entries.iter().filter_map(|entry| match &entry.what {
        What::Event { logged, .. } => Some(&**logged),
        _ => None,
    });
    let of_lessons = events.filter(|logged| {
        matches!(
            logged.event,
            Event::LessonNoted { .. } | Event::LessonClosed { .. }
        )
    });
    of_lessons.cloned().collect()
}

/// The events of the lessons of a drill, in order; none when nothing was noted.
pub fn events(folder: &Path) -> io::Result<Vec<Logged>> {
    let file = match File::open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let events = lines.map(|line| serde_json::from_str(line).map_err(io::Error::from));
    events.collect()
}

/// The lessons of a drill by number.
pub fn lessons(folder: &Path) -> io::Result<BTreeMap<String, Lesson>> {
    let mut lessons = BTreeMap::new();
    for logged in events(folder)? {
        fold(&mut lessons, &logged.event, logged.at);
    }
    Ok(lessons)
}

/// Writes down one more event; `after` is the number of the last one of the log.
pub fn note(folder: &Path, event: Event, at: Timestamp, after: u64) -> io::Result<Logged> {
    let last = events(folder)?.last().map_or(0, |logged| logged.seq);
    let logged = Logged {
        seq: last.max(after) + 1,
        at,
        event,
    };
    append(folder, std::slice::from_ref(&logged))?;
    Ok(logged)
}

/// Puts events behind those that are there, and waits until they are on disk.
pub(super) fn append(folder: &Path, events: &[Logged]) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::new();
    for logged in events {
        serde_json::to_writer(&mut lines, logged)?;
        lines.push(b'\n');
    }
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).mode(0o600);
    let mut file = options.open(folder.join(FILE))?;
    file.write_all(&lines)?;
    file.sync_all()
}
