//! Writes a backup: the files of an organisation and a copy of its database.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::manifest::{NAME, StoreInBackup};
use super::tar::{self, Header};
use super::{BackupError, DATABASE, Entry, IMAGES, KEPT, Manifest, manifest};
use crate::domain::hex::hex;
use crate::domain::time::Timestamp;

/// More files than this is not an organisation's folder.
const MOST_FILES: usize = 20_000;

/// Folders below folders; a link to a folder above must not go round for ever.
const DEEPEST: usize = 8;

/// What is to be kept.
#[derive(Debug)]
pub struct Folder<'a> {
    pub dir: &'a Path,
    pub organisation: Option<String>,
    /// A copy of the database that nobody writes to, and what is in it.
    pub store: Option<(&'a Path, StoreInBackup)>,
    /// Files that hold secrets, wherever they are.
    pub secrets: &'a [PathBuf],
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub manifest: Manifest,
    /// Size of the file.
    pub bytes: u64,
    /// Of the file, hexadecimal.
    pub sha256: String,
}

/// Writes the file `to`, which must not be there yet: whole and on disk, or not at
/// all. Nobody but its owner may read it.
pub fn pack(folder: &Folder, to: &Path, at: Timestamp) -> Result<Packed, BackupError> {
    let (found, left_out) = collect(folder)?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let partial = to.with_file_name(format!(".{name}.partial"));
    if to.symlink_metadata().is_ok() {
        return Err(BackupError::file(to, io::ErrorKind::AlreadyExists.into()));
    }
    let packed = write(folder, &found, left_out, &partial, at).and_then(|packed| {
        fs::rename(&partial, to).map_err(|error| BackupError::file(to, error))?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let synced = File::open(parent).and_then(|parent| parent.sync_all());
        synced.map_err(|error| BackupError::file(parent, error))?;
        Ok(packed)
    });
    let _ = fs::remove_file(&partial);
    packed
}

fn write(
    folder: &Folder,
    found: &[String],
    left_out: Vec<String>,
    to: &Path,
    at: Timestamp,
) -> Result<Packed, BackupError> {
    let about = |error| BackupError::file(to, error);
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(true).write(true).mode(0o600);
    let file = options.open(to).map_err(about)?;
    let sum = Summed {
        to: BufWriter::new(file),
        hash: Sha256::new(),
        bytes: 0,
    };
    // The fastest: texts shrink by it, and a night is long enough.
    let mut out = GzEncoder::new(sum, Compression::fast());
    let mut files = Vec::new();
    for path in found {
        files.push(append(&mut out, &folder.dir.join(path), path)?);
    }
    if let Some((copy, _)) = &folder.store {
        files.push(append(&mut out, copy, DATABASE)?);
    }
    let manifest = Manifest {
        format: manifest::FORMAT,
        draaiboek: env!("CARGO_PKG_VERSION").to_owned(),
        organisation: folder.organisation.clone(),
        at,
        store: folder.store.as_ref().map(|(_, store)| store.clone()),
        files,
        left_out,
    };
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(BackupError::damaged)?;
    let header = Header {
        path: NAME.to_owned(),
        size: bytes.len() as u64,
        mode: 0o600,
        mtime: at.timestamp().max(0).cast_unsigned(),
    };
    let finish = || -> io::Result<Summed> {
        tar::write_header(&mut out, &header)?;
        out.write_all(&bytes)?;
        out.write_all(&vec![0; tar::padding(header.size)])?;
        tar::write_end(&mut out)?;
        let mut sum = out.finish()?;
        sum.to.flush()?;
        sum.to.get_ref().sync_all()?;
        Ok(sum)
    };
    let sum = finish().map_err(about)?;
    Ok(Packed {
        manifest,
        bytes: sum.bytes,
        sha256: hex(&sum.hash.finalize()),
    })
}

/// One file, as long as it is when it is opened: what grows meanwhile stays out.
fn append(out: &mut impl Write, from: &Path, path: &str) -> Result<Entry, BackupError> {
    let about = |error| BackupError::file(from, error);
    let mut file = File::open(from).map_err(about)?;
    let metadata = file.metadata().map_err(about)?;
    let size = metadata.len();
    let header = Header {
        path: path.to_owned(),
        size,
        mode: metadata.mode() & 0o777,
        mtime: metadata.mtime().max(0).cast_unsigned(),
    };
    tar::write_header(out, &header).map_err(about)?;
    let mut hash = Sha256::new();
    let mut rest = size;
    let mut buffer = vec![0; 1 << 16];
    while rest > 0 {
        let wanted = buffer
            .len()
            .min(usize::try_from(rest).unwrap_or(usize::MAX));
        let n_read = file.read(&mut buffer[..wanted]).map_err(about)?;
        if n_read == 0 {
            return Err(BackupError::Unfit {
                path: from.display().to_string(),
                reason: "it was cut off while it was read; try again",
            });
        }
        hash.update(&buffer[..n_read]);
        out.write_all(&buffer[..n_read]).map_err(about)?;
        rest -= n_read as u64;
    }
    out.write_all(&vec![0; tar::padding(size)]).map_err(about)?;
    Ok(Entry {
        path: path.to_owned(),
        size,
        sha256: hex(&hash.finalize()),
    })
}

/// The paths of all that is kept, and what in the folder is not.
fn collect(folder: &Folder) -> Result<(Vec<String>, Vec<String>), BackupError> {
    let about = |error| BackupError::file(folder.dir, error);
    let mut left_out = Vec::new();
    for entry in fs::read_dir(folder.dir).map_err(about)? {
        let name = entry.map_err(about)?.file_name();
        let name = name.to_string_lossy().into_owned();
        // The rest of `data` is of the running program.
        if !KEPT.contains(&name.as_str()) && name != "data" {
            left_out.push(name);
        }
    }
    let secrets: BTreeSet<PathBuf> = folder
        .secrets
        .iter()
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut found = Found {
        dir: folder.dir,
        secrets,
        paths: Vec::new(),
        left_out,
    };
    for name in std::iter::once(IMAGES).chain(KEPT) {
        if folder.dir.join(name).exists() {
            found.take(name, 0)?;
        }
    }
    found.left_out.sort();
    Ok((found.paths, found.left_out))
}

struct Found<'a> {
    dir: &'a Path,
    secrets: BTreeSet<PathBuf>,
    paths: Vec<String>,
    left_out: Vec<String>,
}

impl Found<'_> {
    /// A file, or all below a folder, in the order of names. Links are followed:
    /// what they lead to is what the program reads.
    fn take(&mut self, path: &str, depth: usize) -> Result<(), BackupError> {
        let full = self.dir.join(path);
        let about = |error| BackupError::file(&full, error);
        let Ok(metadata) = fs::metadata(&full) else {
            // A link to nothing: the program does not read it either.
            self.left_out.push(path.to_owned());
            return Ok(());
        };
        if metadata.is_dir() {
            if depth == DEEPEST {
                self.left_out.push(path.to_owned());
                return Ok(());
            }
            let mut names = Vec::new();
            for entry in fs::read_dir(&full).map_err(about)? {
                match entry.map_err(about)?.file_name().into_string() {
                    Ok(name) => names.push(name),
                    Err(name) => self
                        .left_out
                        .push(format!("{path}/{}", name.to_string_lossy())),
                }
            }
            names.sort();
            for name in names {
                self.take(&format!("{path}/{name}"), depth + 1)?;
            }
            return Ok(());
        }
        let is_secret = full
            .canonicalize()
            .is_ok_and(|path| self.secrets.contains(&path));
        if is_secret || !metadata.is_file() {
            self.left_out.push(path.to_owned());
            return Ok(());
        }
        if self.paths.len() == MOST_FILES {
            return Err(BackupError::Unfit {
                path: self.dir.display().to_string(),
                reason: "there are too many files below it; is this the right folder?",
            });
        }
        self.paths.push(path.to_owned());
        Ok(())
    }
}

/// Counts and hashes what passes.
struct Summed {
    to: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.to.write(bytes)?;
        self.hash.update(&bytes[..n_written]);
        self.bytes += n_written as u64;
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
