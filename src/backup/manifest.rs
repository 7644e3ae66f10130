//! What a backup says of itself, and what is remembered of the last one.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{BackupError, write_private};
use crate::domain::time::Timestamp;

/// The name of the manifest inside a backup.
pub(super) const NAME: &str = "backup.json";

/// The kind of backups this program makes.
pub(super) const FORMAT: u64 = 1;

/// A manifest of more than this is none of ours.
pub(super) const LARGEST: u64 = 64 << 20;

/// The last entry of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How backups are made; a reader that knows less must refuse.
    pub format: u64,
    /// Version of the program that made it.
    pub draaiboek: String,
    /// As the organisation calls itself; `None` when its file could not be read.
    pub organisation: Option<String>,
    /// What happened until then is in it.
    pub at: Timestamp,
    /// `None` when nothing had happened yet.
    pub store: Option<StoreInBackup>,
    /// All that is in it, in the order in which it stands there.
    pub files: Vec<Entry>,
    /// What stood in the folder too and was not taken along.
    pub left_out: Vec<String>,
}

/// What a store was when it was copied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreInBackup {
    /// Of its tables.
    pub version: i64,
    /// What its Message-IDs are made from.
    pub instance: String,
    pub runs: u64,
    pub open_runs: u64,
    /// Notices that had not gone out.
    pub waiting: u64,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Below the organisation's folder, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal.
    pub sha256: String,
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BackupError> {
        /// A later kind may look otherwise, but says which it is.
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }
        let format: Format = serde_json::from_slice(bytes).map_err(BackupError::damaged)?;
        if format.format != FORMAT {
            return Err(BackupError::Newer {
                found: format.format,
            });
        }
        serde_json::from_slice(bytes).map_err(BackupError::damaged)
    }
}

/// What is remembered of the last backup of a folder, or of the one it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    pub at: Timestamp,
    pub file: PathBuf,
    /// Of the file.
    pub bytes: u64,
    /// Of the file, hexadecimal.
    pub sha256: String,
}

impl LastBackup {
    fn path(dir: &Path) -> PathBuf {
        dir.join("data").join("last-backup.json")
    }

    /// `None` when there was none yet.
    pub fn of(dir: &Path) -> Option<Self> {
        let bytes = std::fs::read(Self::path(dir)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    pub fn remember(&self, dir: &Path) -> std::io::Result<()> {
        let path = Self::path(dir);
        // Where nothing happened yet there is no folder to remember it in.
        if path.parent().is_some_and(Path::is_dir) {
            write_private(&path, &serde_json::to_vec_pretty(self)?)?;
        }
        Ok(())
    }
}
