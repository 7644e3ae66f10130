//! A Maildir: mails that came in are files in `new/`, and go to `cur/` once
//! they are dealt with.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File};
use tokio::io::AsyncReadExt;

use super::inbox::LARGEST;

/// Mails taken at one look; what is left waits for the next.
const MOST_AT_ONCE: usize = 100;

/// See the module.
#[derive(Debug)]
pub struct Maildir {
    path: PathBuf,
    /// Files that could not be read or moved. They stay, and are left alone.
    left: BTreeSet<OsString>,
}

impl Maildir {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            left: BTreeSet::new(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the mails in `new/`, the oldest first as far as names tell;
    /// and whether there may be more.
    pub async fn look(&mut self) -> io::Result<(Vec<OsString>, bool)> {
        let mut entries = fs::read_dir(self.path.join("new")).await?;
        let mut names = BTreeSet::new();
        let mut left = BTreeSet::new();
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            if self.left.contains(&name) {
                left.insert(name);
            } else if !name.as_encoded_bytes().starts_with(b".") {
                names.insert(name);
            }
        }
        self.left = left;
        let has_more = names.len() > MOST_AT_ONCE;
        Ok((names.into_iter().take(MOST_AT_ONCE).collect(), has_more))
    }

    /// The beginning of a mail, as much as is ever read of one.
    pub async fn read(&self, name: &OsStr) -> io::Result<Vec<u8>> {
        let path = self.path.join("new").join(name);
        // Looked at before it is opened: a pipe would keep us waiting.
        if !fs::symlink_metadata(&path).await?.is_file() {
            return Err(io::Error::other("is not an ordinary file"));
        }
        let mut bytes = Vec::new();
        let file = File::open(&path).await?;
        file.take(LARGEST as u64).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    /// Moves a mail away as one that was seen.
    pub async fn done(&self, name: &OsStr) -> io::Result<()> {
        let mut seen = name.to_owned();
        if !seen.as_encoded_bytes().windows(2).any(|two| two == b":2") {
            seen.push(":2,S");
        }
        let to = self.path.join("cur").join(seen);
        fs::rename(self.path.join("new").join(name), to).await
    }

    /// Leaves a mail where it is, and does not look at it again.
    pub fn leave(&mut self, name: OsString) {
        self.left.insert(name);
    }
}
