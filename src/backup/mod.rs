//! Backups: what belongs to an organisation in one file, and back again.
//!
//! The file is an ordinary `.tar.gz`, so that there is a way in when this program
//! is not at hand. Its last entry, the manifest, says what must be in it and with
//! which hashes: a file that was cut off has none. Knows nothing of databases: the
//! caller brings a copy that is whole.

mod manifest;

mod pack;

pub mod space;

pub mod tar;

mod unpack;

pub use manifest::{Entry, LastBackup, Manifest, StoreInBackup};
pub use pack::{Folder, Packed, pack};
pub use unpack::{Unpacked, unpack};

/// The database inside a backup, and below the organisation's folder.
pub const DATABASE: &str = "data/draaiboek.db";

/// Copies of the images that drafts show, beside the database.
const IMAGES: &str = "data/images";

/// What of an organisation's folder belongs to it, beside the database.
pub const KEPT: [&str; 9] = [
    "images",
    "playbooks",
    "templates",
    "lists",
    "drills",
    ".draaiboek",
    ".gitignore",
    "README.md",
    // Last: a folder in which a restore was cut off is no organisation yet.
    "draaiboek.yaml",
];

/// Folders that nobody else may read: they name people and what they did.
const PRIVATE: [&str; 2] = ["data", "drills"];

/// Why there is no backup, or nothing was restored, for who runs the server.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path}: {reason}")]
    File {
        path: String,
        reason: std::io::Error,
    },
    #[error("{path}: {reason}")]
    Unfit { path: String, reason: &'static str },
    #[error("this is no backup of draaiboek, or it is damaged: {0}")]
    Damaged(String),
    #[error(
        "this backup is of a newer kind (format {found}; this program knows {}): restore it with the program that made it, or a newer one",
        manifest::FORMAT
    )]
    Newer { found: u64 },
}

impl BackupError {
    fn file(path: impl AsRef<std::path::Path>, reason: std::io::Error) -> Self {
        Self::File {
            path: path.as_ref().display().to_string(),
            reason,
        }
    }

    fn damaged(reason: impl std::fmt::Display) -> Self {
        Self::Damaged(reason.to_string())
    }
}

/// Writes a small file whole or not at all, for its owner only.
pub fn write_private(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let beside = path.with_extension("partial");
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
