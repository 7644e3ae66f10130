//! Where a live drill lives: `DIR/drill/`, a fresh store each time, and beside
//! it what a drill must know that no run does. What a crash left is moved aside
//! or gone on with, never mixed with the next.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::place::drill_home;
use crate::domain::drill::record::{Entry, What};
use crate::domain::time::{Timestamp, rfc3339};

/// What makes up one drill, moved together.
const PARTS: [&str; 5] = ["data", "outbox", "drill.json", "journal.ndjson", "clock"];

/// What a drill began as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) scenario: String,
    /// On the clock of the story.
    pub(super) at: Timestamp,
    pub(super) seed: u64,
    pub(super) speed: f64,
}

/// The folder of a drill; nobody else plays in it as long as this lives.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) path: PathBuf,
    journal: File,
    _lock: File,
}

/// What is there already.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) begun: Begun,
    /// What the clock showed last.
    pub(super) until: Timestamp,
    pub(super) entries: Vec<Entry>,
}

impl Left {
    pub(super) fn is_over(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| matches!(entry.what, What::Stopped { .. }))
    }

    /// Numbers of the injects that came.
    pub(super) fn came(&self) -> BTreeSet<usize> {
        let numbers = self.entries.iter().filter_map(|entry| match entry.what {
            What::Injected { number, .. } => number,
            _ => None,
        });
        numbers.collect()
    }
}

impl Home {
    /// Takes the folder, if no drill runs in it.
    pub(super) fn take(dir: &Path) -> Result<Self, String> {
        let path = drill_home(dir);
        make_private(&path)?;
        let lock = private(&path.join("lock"))?;
        lock.try_lock().map_err(|_| {
            "a drill runs here already; `stop` ends it, or `draaiboek status --drill` shows it"
                .to_owned()
        })?;
        let journal = private(&path.join("journal.ndjson"))?;
        Ok(Self {
            path,
            journal,
            _lock: lock,
        })
    }

    /// A drill that a crash left; `None` when there is none.
    pub(super) fn left(&self) -> Result<Option<Left>, String> {
        let about = |error: String| format!("{}: {error}", self.path.display());
        let begun = match fs::read(self.path.join("drill.json")) {
            Ok(bytes) => serde_json::from_slice::<Begun>(&bytes),
            Err(_) => return Ok(None),
        };
        let begun = begun.map_err(|error| about(error.to_string()))?;
        let entries = fs::read_to_string(self.path.join("journal.ndjson")).unwrap_or_default();
        // The last line may have been cut off by the crash.
        let entries = entries
            .lines()
            .map_while(|line| serde_json::from_str(line).ok());
        let shown = fs::read_to_string(self.path.join("clock")).unwrap_or_default();
        let shown = chrono::DateTime::parse_from_rfc3339(shown.trim());
        Ok(Some(Left {
            until: shown.map_or(begun.at, |shown| shown.to_utc()),
            entries: entries.collect(),
            begun,
        }))
    }

    /// Puts aside what is there, and begins another. The name of where it went.
    pub(super) fn begin(
        &mut self,
        begun: &Begun,
        now: Timestamp,
    ) -> Result<Option<PathBuf>, String> {
        let aside = self
            .path
            .join(format!("old-{}", now.format("%Y%m%d-%H%M%S%.3f")));
        let is_there = self.path.join("data").exists() || self.path.join("drill.json").exists();
        if is_there {
            make_private(&aside)?;
            for part in PARTS {
                let from = self.path.join(part);
                if from.exists() {
                    let moved = fs::rename(&from, aside.join(part));
                    moved.map_err(|error| format!("{}: {error}", from.display()))?;
                }
            }
            self.journal = private(&self.path.join("journal.ndjson"))?;
        }
        let json = serde_json::to_vec(begun).map_err(|error| error.to_string())?;
        self.keep("drill.json", &json)?;
        Ok(is_there.then_some(aside))
    }

    /// Notes one thing; on disk when this returns.
    pub(super) fn note(&mut self, entry: &Entry) {
        let written = serde_json::to_string(entry).map_err(std::io::Error::other);
        let written = written.and_then(|line| {
            writeln!(self.journal, "{line}")?;
            self.journal.sync_data()
        });
        if let Err(error) = written {
            tracing::error!(%error, "the journal of the drill cannot be written");
        }
    }

    /// The drill is over: nothing is gone on with.
    pub(super) fn end(self) {
        if let Err(error) = fs::remove_file(self.path.join("drill.json")) {
            tracing::warn!(%error, "the drill still looks as if it were cut off");
        }
    }

    /// Where the clock is, for who goes on after a crash.
    pub(super) fn keep_clock(&self, now: Timestamp) {
        if let Err(error) = self.keep("clock", rfc3339(now).as_bytes()) {
            tracing::error!(error, "the clock of the drill cannot be kept");
        }
    }

    /// Whole or not at all.
    fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let path = self.path.join(name);
        let part = self.path.join(format!(".{name}.part"));
        let kept = private(&part).and_then(|mut file| {
            let written = file
                .set_len(0)
                .and_then(|()| file.write_all(bytes))
                .and_then(|()| fs::rename(&part, &path));
            written.map_err(|error| error.to_string())
        });
        kept.map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn make_private(path: &Path) -> Result<(), String> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(|error| format!("{}: {error}", path.display()))
}

fn private(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    let opened = options.create(true).append(true).mode(0o600).open(path);
    opened.map_err(|error| format!("{}: {error}", path.display()))
}
