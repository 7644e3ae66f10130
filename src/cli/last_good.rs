//! The last good files: a copy of what was last in force, for a start with a folder
//! that is broken. It is text, in `data/last-good`, for nobody but us.
//!
//! There is always a whole one, also when the power goes in the middle: the new one is
//! complete before the old one is moved aside.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::config;
use crate::domain::parse::{ORGANISATION, SourceFile};

const NAME: &str = "last-good";

/// Where the copy is; `None` when there is none.
pub(super) fn folder(dir: &Path) -> Option<PathBuf> {
    let places = [at(dir, ""), at(dir, ".old")].into_iter();
    let mut there = places.filter(|place| place.join(ORGANISATION).is_file());
    there.next()
}

/// Path and a hash of every file that belongs to an organisation.
pub(super) fn hashes(files: &[SourceFile]) -> BTreeMap<String, u64> {
    let hashed = files
        .iter()
        .map(|file| (file.path.clone(), xxh3_64(&file.bytes)));
    hashed.collect()
}

/// The files that are in a folder now.
pub(super) fn read(dir: &Path) -> Vec<SourceFile> {
    config::belongings(dir)
}

/// Keeps these files instead of those before.
pub(super) fn keep(dir: &Path, files: &[SourceFile]) -> io::Result<()> {
    let (new, current, old) = (at(dir, ".new"), at(dir, ""), at(dir, ".old"));
    if !files.is_empty() && hashes(&config::belongings(&current)) == hashes(files) {
        return Ok(());
    }
    remove(&new)?;
    for file in files {
        let path = new.join(&file.path);
        let parent = path.parent().unwrap_or(&new);
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)?;
        let mut options = fs::OpenOptions::new();
        let mut written = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        written.write_all(&file.bytes)?;
    }
    if !files.is_empty() {
        // All at once: a thousand files one by one keep the disk busy for a second, just
        // when the first mentions come in.
        rustix::fs::syncfs(fs::File::open(&new)?)?;
    }
    remove(&old)?;
    if current.exists() {
        fs::rename(&current, &old)?;
    }
    fs::rename(&new, &current)?;
    if let Some(data) = current.parent() {
        fs::File::open(data)?.sync_all()?;
    }
    remove(&old)
}

fn at(dir: &Path, ending: &str) -> PathBuf {
    dir.join("data").join(format!("{NAME}{ending}"))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn there_is_a_whole_one_wherever_it_is_cut_off() {
        let dir = std::env::temp_dir().join(format!("draaiboek-last-good-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        assert_eq!(folder(&dir), None);
        keep(&dir, &[file(ORGANISATION, "one"), file("lists/a.txt", "a")]).unwrap();
        let text = || fs::read_to_string(folder(&dir).unwrap().join(ORGANISATION)).unwrap();
        assert_eq!(text(), "one");
        // Cut off after the old one was moved aside, with half a new one there.
        fs::rename(at(&dir, ""), at(&dir, ".old")).unwrap();
        fs::create_dir_all(at(&dir, ".new").join("lists")).unwrap();
        assert_eq!(text(), "one");
        keep(&dir, &[file(ORGANISATION, "two")]).unwrap();
        assert_eq!(text(), "two");
        assert!(!at(&dir, ".old").exists() && !at(&dir, ".new").exists());
        assert!(!folder(&dir).unwrap().join("lists").exists());
        let _ = fs::remove_dir_all(&dir);
    }
}
