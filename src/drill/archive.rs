//! Drills that ended, kept on disk: one folder each below `drills`.
//!
//! A folder is named after the calendar of the organisation, `2026-03-10-1300-`
//! and the scenario; that is also how it is known when a drill was played, since
//! the record itself is on the clock of its story. Nothing is ever overwritten,
//! and nobody else may read it: a record names people and what they did.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::learnt;
use crate::domain::drill::due::Practice;
use crate::domain::drill::record::Record;
use crate::domain::drill::score::Score;
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, instant_of};

/// The folder of an organisation in which its drills are kept.
pub const FOLDER: &str = "drills";

/// How a name begins: calendar and clock to the minute.
const BEGINS: &str = "%Y-%m-%d-%H%M";

/// Letters of that.
const N_BEGINS: usize = "2026-03-10-1300".len();

/// So many drills in one minute is a mistake.
const MOST_A_MINUTE: u32 = 1_000;

/// A score of more than this is none of ours.
const LARGEST: u64 = 64 << 20;

/// A drill that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Name of its folder.
    pub name: String,
    pub path: PathBuf,
    pub played_at: Timestamp,
    pub score: Score,
}

impl Kept {
    pub fn practice(&self) -> Practice {
        Practice {
            playbook: self.score.playbook.clone(),
            manner: self.score.manner,
            played_at: self.played_at,
        }
    }

    /// What happened in it.
    pub fn record(&self) -> io::Result<Record> {
        Ok(serde_json::from_str(&read(
            &self.path.join("record.json"),
        )?)?)
    }

    /// The report as it was written then.
    pub fn report(&self, language: Language) -> io::Result<String> {
        read(&self.path.join(report_name(language)))
    }
}

/// Keeps a drill that was played at `played_at`; says where.
pub fn keep(
    dir: &Path,
    record: &Record,
    score: &Score,
    reports: &[(Language, String)],
    (played_at, zone): (Timestamp, Tz),
) -> io::Result<PathBuf> {
    let parent = dir.join(FOLDER);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&parent)?;
    let name = name_of(&record.scenario, played_at, zone);
    let path = new_folder(&parent, &name)?;
    write(&path, "record.json", &json(record)?)?;
    for (language, report) in reports {
        write(&path, &report_name(*language), report.as_bytes())?;
    }
    learnt::append(&path, &learnt::in_record(record))?;
    // Last: a folder without a score was cut off half-way and is not listed.
    write(&path, "score.json", &json(score)?)?;
    File::open(&path)?.sync_all()?;
    File::open(&parent)?.sync_all()?;
    Ok(path)
}

/// `2026-03-10-1300-water-in-the-cellar`: stays inside the folder whatever the
/// scenario is called.
fn name_of(scenario: &str, played_at: Timestamp, zone: Tz) -> String {
    let safe: String = scenario
        .chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter,
            _ => '_',
        })
        .collect();
    let local = played_at.with_timezone(&zone);
    format!("{}-{safe}", local.format(BEGINS))
}

/// A folder that was not there; a second drill in one minute gets a number.
fn new_folder(parent: &Path, name: &str) -> io::Result<PathBuf> {
    for n in 1..=MOST_A_MINUTE {
        let path = match n {
            1 => parent.join(name),
            n => parent.join(format!("{name}-{n}")),
        };
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("there are too many drills of this minute"))
}

fn report_name(language: Language) -> String {
    format!("report.{}.txt", language.tag())
}

fn json(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(folder.join(name))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Every drill that was kept, oldest first, and remarks on folders that look
/// like one and cannot be read.
pub fn list(dir: &Path, zone: Tz) -> io::Result<(Vec<Kept>, Vec<String>)> {
    let entries = match fs::read_dir(dir.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((vec![], vec![])),
        Err(error) => return Err(error),
    };
    let (mut all, mut remarks) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.map(str::to_owned) else {
            continue;
        };
        let Some(played_at) = played_at(&name, zone) else {
            continue;
        };
        match score(&path) {
            Ok(score) => all.push(Kept {
                name,
                path,
                played_at,
                score,
            }),
            Err(error) => remarks.push(format!("{FOLDER}/{name} is left out: {error}")),
        }
    }
    all.sort_by(|one, other| (one.played_at, &one.name).cmp(&(other.played_at, &other.name)));
    remarks.sort();
    Ok((all, remarks))
}

/// When a drill was played, by the name of its folder.
fn played_at(name: &str, zone: Tz) -> Option<Timestamp> {
    let begins = name.get(..N_BEGINS)?;
    let local = NaiveDateTime::parse_from_str(begins, BEGINS).ok()?;
    name.get(N_BEGINS..)?.strip_prefix('-')?;
    Some(instant_of(local, zone))
}

fn score(path: &Path) -> io::Result<Score> {
    Ok(serde_json::from_str(&read(&path.join("score.json"))?)?)
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = File::open(path)?;
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_moment_on_the_calendar_of_the_organisation() {
        let zone = chrono_tz::Europe::Amsterdam;
        let noon = instant_of(
            NaiveDateTime::parse_from_str("2026-03-10-1200", BEGINS).unwrap(),
            Tz::UTC,
        );
        let name = name_of("../storm 1", noon, zone);
        assert_eq!(name, "2026-03-10-1300-___storm_1");
        assert_eq!(played_at(&name, zone), Some(noon));
        for name in [
            "2026-03-10",
            "2026-13-10-1300-x",
            "notes",
            "2026-03-10-1300x",
        ] {
            assert_eq!(played_at(name, zone), None, "{name}");
        }
    }
}
