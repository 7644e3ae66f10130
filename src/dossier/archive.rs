//! A dossier on disk: written whole or not at all, and read again, from the archive
//! or from the folder that somebody unpacked it in.

use std::fs::{self, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::manifest::NAME;
use super::{Dossier, File};
use crate::backup::tar::{self, Header};
use crate::domain::hex::hex;

/// An archive that unpacks to more bytes, or more files, is no dossier.
const LARGEST: u64 = 4 << 30;
const MOST_FILES: usize = 1_000_000;

/// Folders below folders, in an archive that somebody unpacked.
const DEEPEST: usize = 8;

/// A dossier that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Size of the file.
    pub bytes: u64,
    /// Of the file, hexadecimal.
    pub sha256: String,
}

/// Writes the file `to`, which must not be there yet, for its owner only. Packed
/// unless its name ends in `.tar`.
pub fn write(dossier: &Dossier, to: &Path) -> io::Result<Kept> {
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let partial = to.with_file_name(format!(".{name}.partial"));
    let is_packed = to.extension().is_none_or(|ending| ending != "tar");
    let written = fill(dossier, &partial, is_packed).and_then(|kept| {
        // Whoever made a file of this name meanwhile keeps it.
        fs::hard_link(&partial, to).or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(error),
            // A disk that knows no links.
            _ => fs::rename(&partial, to),
        })?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(kept)
    });
    let _ = fs::remove_file(&partial);
    written
}

fn fill(dossier: &Dossier, to: &Path, is_packed: bool) -> io::Result<Kept> {
    // What an export that was killed left may be anybody's to read.
    let _ = fs::remove_file(to);
    let mut options = OpenOptions::new();
    let file = options.create_new(true).write(true).mode(0o600).open(to)?;
    let mut out = Summed {
        to: BufWriter::new(file),
        hash: Sha256::new(),
        bytes: 0,
    };
    match is_packed {
        true => pack(dossier, &mut out)?,
        false => entries(dossier, &mut out)?,
    }
    out.flush()?;
    out.to.get_ref().sync_all()?;
    Ok(Kept {
        bytes: out.bytes,
        sha256: hex(&out.hash.finalize()),
    })
}

/// The bytes of a `.tar.gz`.
pub fn pack(dossier: &Dossier, out: impl Write) -> io::Result<()> {
    let mut out = GzEncoder::new(out, Compression::default());
    entries(dossier, &mut out)?;
    out.finish().map(|_| ())
}

fn entries(dossier: &Dossier, out: &mut impl Write) -> io::Result<()> {
    let folder = dossier.folder();
    for file in &dossier.files {
        let header = Header {
            path: format!("{folder}/{}", file.path),
            size: file.bytes.len() as u64,
            mode: 0o600,
            mtime: dossier
                .manifest
                .exported_at
                .timestamp()
                .max(0)
                .cast_unsigned(),
        };
        tar::write_header(out, &header)?;
        out.write_all(&file.bytes)?;
        out.write_all(&vec![0; tar::padding(header.size)])?;
    }
    tar::write_end(out)
}

/// The files of an archive, or of the folder it was unpacked in, with paths below
/// the folder of the dossier. In words why they cannot be read.
pub fn read(from: &Path) -> Result<Vec<File>, String> {
    let read = match from.is_dir() {
        true => unpacked(from),
        false => packed(from),
    };
    let mut files = read.map_err(|error| format!("{}: {error}", from.display()))?;
    let of_manifest = |file: &File| file.path.strip_suffix(NAME).map(str::to_owned);
    let mut folders: Vec<String> = files.iter().filter_map(of_manifest).collect();
    folders.sort_by_key(String::len);
    let Some(folder) = folders
        .first()
        .filter(|one| one.is_empty() || one.ends_with('/'))
    else {
        return Err(format!(
            "{}: there is no {NAME} in it: it is no dossier, or it was cut off",
            from.display()
        ));
    };
    for file in &mut files {
        if let Some(below) = file.path.strip_prefix(folder.as_str()) {
            file.path = below.to_owned();
        }
    }
    Ok(files)
}

fn packed(from: &Path) -> io::Result<Vec<File>> {
    let mut file = BufReader::new(fs::File::open(from)?);
    let mut magic = [0; 2];
    let n_read = file.read(&mut magic)?;
    let file = io::Cursor::new(magic[..n_read].to_vec()).chain(file);
    match magic == [0x1f, 0x8b] {
        true => headers(GzDecoder::new(file).take(LARGEST)),
        false => headers(file.take(LARGEST)),
    }
}

fn headers(mut from: impl Read) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    while let Some(header) = tar::read_header(&mut from)? {
        if files.len() == MOST_FILES {
            return Err(io::Error::other("there are too many files in it"));
        }
        let mut bytes = Vec::new();
        let n_read = from.by_ref().take(header.size).read_to_end(&mut bytes)?;
        if n_read as u64 != header.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut rest = [0; 512];
        from.read_exact(&mut rest[..tar::padding(header.size)])?;
        files.push(File::new(header.path, bytes));
    }
    // Behind the end nothing may hide, and the sum of a packed file is looked at.
    let mut rest = Vec::new();
    from.take(1 << 20).read_to_end(&mut rest)?;
    match rest.iter().all(|byte| *byte == 0) {
        true => Ok(files),
        false => Err(io::Error::other("something stands behind its end")),
    }
}

fn unpacked(root: &Path) -> io::Result<Vec<File>> {
    fn below(
        folder: PathBuf,
        path: &str,
        depth: usize,
        files: &mut Vec<File>,
        size: &mut u64,
    ) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = match path.is_empty() {
                true => name,
                false => format!("{path}/{name}"),
            };
            // Links are not followed: they lead to what is not in it.
            let about = entry.metadata()?;
            if about.is_dir() && depth < DEEPEST {
                below(entry.path(), &path, depth + 1, files, size)?;
                continue;
            }
            *size += about.len();
            if *size > LARGEST || files.len() == MOST_FILES || !about.is_file() {
                return Err(io::Error::other(format!("{path} belongs in no dossier")));
            }
            files.push(File::new(path, fs::read(entry.path())?));
        }
        Ok(())
    }
    let mut files = Vec::new();
    below(root.to_owned(), "", 0, &mut files, &mut 0)?;
    Ok(files)
}

/// Counts and hashes what passes.
struct Summed {
    to: BufWriter<fs::File>,
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
