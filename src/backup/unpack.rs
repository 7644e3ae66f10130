//! Reads a backup into an empty folder, and says whether all of it is there as it
//! was.
//!
//! A name in the file decides where something is written, so only names that a
//! backup of ours can hold are taken.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::manifest::{LARGEST, NAME};
use super::tar::{self, Header};
use super::{BackupError, DATABASE, Entry, IMAGES, KEPT, Manifest, PRIVATE};
use crate::domain::hex::hex;

/// What a packed file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a tar file says of itself, and where.
const TAR: &[u8] = b"ustar";
const TAR_AT: usize = 257;

/// More than this is none of ours.
const MOST_FILES: usize = 50_000;

/// A backup that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    pub manifest: Manifest,
    /// Size of the file.
    pub bytes: u64,
    /// Of the file, hexadecimal.
    pub sha256: String,
}

/// Writes what is in the backup `from` below `into`, which must be an empty folder.
/// On an error what was written is not to be trusted.
pub fn unpack(from: &Path, into: &Path) -> Result<Unpacked, BackupError> {
    let file = File::open(from).map_err(|error| BackupError::file(from, error))?;
    let mut sum = Summed {
        from: BufReader::new(file),
        hash: Sha256::new(),
        bytes: 0,
    };
    let begin = sum.from.fill_buf().map_err(cut_off)?;
    // Some browsers and file managers unpack what they fetch: the tar in it will do.
    let is_packed = begin.starts_with(&GZIP);
    let is_tar = begin
        .get(TAR_AT..)
        .is_some_and(|rest| rest.starts_with(TAR));
    if !is_packed && !is_tar {
        return Err(BackupError::damaged("it is neither a .tar.gz nor a .tar"));
    }
    let (manifest, mut sum) = if is_packed {
        let mut tar = GzDecoder::new(sum);
        (read_all(&mut tar, into)?, tar.into_inner())
    } else {
        (read_all(&mut sum, into)?, sum)
    };
    io::copy(&mut sum, &mut io::sink()).map_err(cut_off)?;
    Ok(Unpacked {
        manifest,
        bytes: sum.bytes,
        sha256: hex(&sum.hash.finalize()),
    })
}

/// Everything in it, to the end, where the sums over everything are.
fn read_all(tar: &mut impl Read, into: &Path) -> Result<Manifest, BackupError> {
    let mut files = Vec::new();
    let manifest = loop {
        let header = tar::read_header(tar).map_err(cut_off)?;
        let Some(header) = header else {
            return Err(BackupError::damaged("it does not say what must be in it"));
        };
        if header.path == NAME {
            break read_manifest(tar, &header)?;
        }
        if files.len() == MOST_FILES {
            return Err(BackupError::damaged("there are too many files in it"));
        }
        files.push(extract(tar, &header, into)?);
    };
    if let Some(what) = differs(&manifest.files, &files) {
        return Err(BackupError::damaged(what));
    }
    let ended = tar::read_header(tar).map_err(cut_off)?;
    if ended.is_some() {
        return Err(BackupError::damaged("something comes behind its end"));
    }
    io::copy(tar, &mut io::sink()).map_err(cut_off)?;
    Ok(manifest)
}

fn cut_off(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => BackupError::damaged("it is cut off"),
        _ => BackupError::damaged(error),
    }
}

fn read_manifest(tar: &mut impl Read, header: &Header) -> Result<Manifest, BackupError> {
    if header.size > LARGEST {
        return Err(BackupError::damaged("its manifest is too long"));
    }
    let mut bytes = Vec::new();
    tar.take(header.size)
        .read_to_end(&mut bytes)
        .map_err(cut_off)?;
    skip(tar, tar::padding(header.size))?;
    Manifest::read(&bytes)
}

fn skip(tar: &mut impl Read, n_bytes: usize) -> Result<(), BackupError> {
    let mut padding = vec![0; n_bytes];
    tar.read_exact(&mut padding).map_err(cut_off)
}

/// The first difference between what must be there and what is.
fn differs(promised: &[Entry], found: &[Entry]) -> Option<String> {
    for (promised, found) in promised.iter().zip(found) {
        if promised.path != found.path {
            return Some(format!("{} is not in its place", promised.path));
        }
        if promised != found {
            return Some(format!("{} is not what it was", promised.path));
        }
    }
    let at = promised.len().min(found.len());
    let missing = promised.get(at).map(|one| format!("{} is gone", one.path));
    missing.or_else(|| found.get(at).map(|one| format!("{} is new", one.path)))
}

fn extract(tar: &mut impl Read, header: &Header, into: &Path) -> Result<Entry, BackupError> {
    let path = &header.path;
    if !is_ours(path) {
        return Err(BackupError::damaged(format!(
            "`{path}` is nothing that a backup holds"
        )));
    }
    make_folders(into, path)?;
    let full = into.join(path);
    let about = |error| BackupError::file(&full, error);
    let mut options = OpenOptions::new();
    let options = options.create_new(true).write(true).mode(mode(header));
    let mut file = options.open(&full).map_err(about)?;
    let mut hash = Sha256::new();
    let mut rest = header.size;
    let mut buffer = vec![0; 1 << 16];
    while rest > 0 {
        let wanted = buffer
            .len()
            .min(usize::try_from(rest).unwrap_or(usize::MAX));
        let n_read = tar.read(&mut buffer[..wanted]).map_err(cut_off)?;
        if n_read == 0 {
            return Err(BackupError::damaged("it is cut off"));
        }
        hash.update(&buffer[..n_read]);
        file.write_all(&buffer[..n_read]).map_err(about)?;
        rest -= n_read as u64;
    }
    file.sync_all().map_err(about)?;
    skip(tar, tar::padding(header.size))?;
    Ok(Entry {
        path: path.clone(),
        size: header.size,
        sha256: hex(&hash.finalize()),
    })
}

/// As it was, but nobody else may write; and what names people is private.
fn mode(header: &Header) -> u32 {
    let first = header.path.split('/').next().unwrap_or_default();
    match PRIVATE.contains(&first) {
        true => 0o600,
        false => (header.mode & 0o755) | 0o600,
    }
}

/// Whether a name may stand in a backup: below what is kept, and not up again.
fn is_ours(path: &str) -> bool {
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    let is_plain =
        |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(|letter| letter == '\0');
    let is_image = path
        .strip_prefix(IMAGES)
        .is_some_and(|rest| rest.starts_with('/'));
    path == DATABASE || (is_image || KEPT.contains(&first)) && path.split('/').all(is_plain)
}

fn make_folders(into: &Path, path: &str) -> Result<(), BackupError> {
    let Some((folder, _)) = path.rsplit_once('/') else {
        return Ok(());
    };
    let first = folder.split('/').next().unwrap_or_default();
    let mode = match PRIVATE.contains(&first) {
        true => 0o700,
        false => 0o755,
    };
    let full = into.join(folder);
    if fs::symlink_metadata(&full).is_ok_and(|about| about.is_dir()) {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(mode).create(&full);
    made.map_err(|error| BackupError::file(&full, error))
}

/// Counts and hashes what passes.
struct Summed {
    from: BufReader<File>,
    hash: Sha256,
    bytes: u64,
}

impl Read for Summed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.from.read(buffer)?;
        self.hash.update(&buffer[..n_read]);
        self.bytes += n_read as u64;
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn takes_only_names_that_lead_into_the_folder() {
        for path in [
            "draaiboek.yaml",
            "playbooks/a.yaml",
            "templates/mail/x.hbs",
            "data/draaiboek.db",
            "data/images/0a.png",
        ] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../draaiboek.yaml",
            "playbooks/../../x",
            "playbooks//x",
            "playbooks/./x",
            "playbooks/",
            "data/lock",
            "data/images/../lock",
            "data/images",
            "data/draaiboek.db/x",
            "outbox/mail.eml",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
