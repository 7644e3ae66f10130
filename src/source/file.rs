//! Follows an NDJSON file that grows.
//!
//! Another program writes it, and may rename, truncate or replace it, or not
//! have made it yet. The place to continue is the file itself (device, inode
//! and a hash of how it begins), not its name: after a rotation the old file is
//! read to its end first, also when that happened while we were down.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::lines::LineSplitter;
use super::wire::{Reject, read_mention};
use super::{Duty, Intake};
use crate::domain::mention::Mention;

/// So much is read before it is delivered.
const CHUNK: usize = 1 << 20;

/// Enough to tell two files apart: they differ in their first mention.
const HEAD: usize = 256;

/// Follows `path` until told to stop, looking every `every`.
pub async fn follow(path: PathBuf, every: Duration, intake: &impl Intake, duty: &Duty) {
    let mut follower = Follower::new(path, duty.position.as_deref());
    while !duty.stop.is_cancelled() {
        // Reading blocks, so it may not run among the async tasks.
        let read = tokio::task::spawn_blocking(move || {
            let step = follower.step();
            (follower, step)
        });
        let Ok((back, step)) = read.await else {
            duty.fail("reading the file broke down");
            return;
        };
        follower = back;
        let is_busy = match step {
            Ok(step) => {
                duty.succeed();
                duty.refuse(&step.rejects);
                let has_news = step.has_news;
                if has_news
                    && duty
                        .deliver(
                            intake,
                            step.mentions,
                            step.rejects.len(),
                            follower.position(),
                        )
                        .await
                        .is_err()
                {
                    return;
                }
                has_news
            }
            Err(error) => {
                duty.fail(&format!("{}: {error}", follower.path.display()));
                false
            }
        };
        if !is_busy && !duty.pause(every).await {
            return;
        }
    }
}

/// Where to continue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    device: u64,
    inode: u64,
    /// Behind the last line that was complete.
    offset: u64,
    head: Head,
}

/// How the file begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    length: usize,
    hash: u64,
}

impl Head {
    fn of(file: &File, longest: usize) -> io::Result<Self> {
        let mut bytes = [0; HEAD];
        let mut length = 0;
        while length < longest {
            match file.read_at(&mut bytes[length..longest], length as u64)? {
                0 => break,
                more => length += more,
            }
        }
        let hash = xxh3_64(&bytes[..length]);
        Ok(Self { length, hash })
    }

    /// Whether the file still begins like this.
    fn is_of(self, file: &File) -> io::Result<bool> {
        Ok(Self::of(file, self.length)? == self)
    }
}

#[derive(Default)]
struct Step {
    mentions: Vec<Mention>,
    rejects: Vec<Reject>,
    /// Something was read: there may be more, and the position has moved.
    has_news: bool,
}

impl Step {
    fn take(&mut self, number: usize, line: Result<&[u8], Reject>) {
        let read = line.and_then(|line| {
            if line.trim_ascii().is_empty() {
                return Ok(None);
            }
            read_mention(line).map(Some).map_err(|reason| Reject {
                line: number,
                reason,
            })
        });
        match read {
            Ok(mention) => self.mentions.extend(mention),
            Err(reject) => self.rejects.push(reject),
        }
    }
}

struct Follower {
    path: PathBuf,
    /// From before the restart; used for the first file that is opened.
    resume: Option<Position>,
    open: Option<Open>,
    buffer: Vec<u8>,
}

/// The file that is being read; perhaps no longer the one of that name.
struct Open {
    file: File,
    device: u64,
    inode: u64,
    head: Head,
    /// Read so far, complete lines or not.
    offset: u64,
    splitter: LineSplitter,
    /// It had another name when we last came to its end. Its writer may not
    /// have noticed yet, so it gets one more look.
    was_replaced: bool,
}

impl Open {
    fn new(file: File, about: &Metadata, offset: u64) -> io::Result<Self> {
        let mut file = file;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self {
            head: Head::of(&file, HEAD)?,
            file,
            device: about.dev(),
            inode: about.ino(),
            offset,
            splitter: LineSplitter::default(),
            was_replaced: false,
        })
    }
}

impl Follower {
    fn new(path: PathBuf, position: Option<&str>) -> Self {
        Self {
            path,
            // What cannot be read any more is as good as nothing: the file is
            // read from its beginning, and what is known stays known.
            resume: position.and_then(|position| serde_json::from_str(position).ok()),
            open: None,
            buffer: Vec::new(),
        }
    }

    fn position(&self) -> Option<String> {
        let position = match &self.open {
            Some(open) => Position {
                device: open.device,
                inode: open.inode,
                offset: open.offset - open.splitter.held(),
                head: open.head,
            },
            None => self.resume.clone()?,
        };
        serde_json::to_string(&position).ok()
    }

    /// Reads what is there, up to a chunk.
    fn step(&mut self) -> io::Result<Step> {
        let mut step = Step::default();
        if self.open.is_none() {
            self.open = self.find()?;
        }
        let Some(open) = &mut self.open else {
            // Perhaps only not made yet; but a wrong name looks the same, and
            // blind is not quiet.
            return Err(io::Error::new(ErrorKind::NotFound, "is not there yet"));
        };
        if was_rewritten(open)? {
            open.file.seek(SeekFrom::Start(0))?;
            open.offset = 0;
            open.splitter = LineSplitter::default();
            open.head = Head::default();
        }
        self.buffer.resize(CHUNK, 0);
        let length = open.file.read(&mut self.buffer)?;
        if length > 0 {
            open.offset += length as u64;
            if open.head.length < HEAD {
                open.head = Head::of(&open.file, HEAD)?;
            }
            open.was_replaced = false;
            step.has_news = true;
            let Open { splitter, .. } = open;
            splitter.feed(&self.buffer[..length], |number, line| {
                step.take(number, line);
            });
            return Ok(step);
        }
        if !is_replaced(&self.path, open)? {
            return Ok(step);
        }
        if !open.was_replaced {
            open.was_replaced = true;
            return Ok(step);
        }
        // Nobody will complete the last line any more.
        open.splitter.finish(|number, line| step.take(number, line));
        step.has_news = true;
        self.open = open_at(&self.path, 0)?;
        Ok(step)
    }

    /// Opens the file to begin with; `None` while there is none.
    fn find(&mut self) -> io::Result<Option<Open>> {
        let Some(resume) = self.resume.clone() else {
            return open_at(&self.path, 0);
        };
        let current = open_at(&self.path, 0)?;
        let is_same = |open: &Open| (open.device, open.inode) == (resume.device, resume.inode);
        let candidate = match current {
            Some(open) if is_same(&open) => Some(open),
            current => match renamed(&self.path, &resume) {
                Some(old) => open_at(&old, 0)?,
                None => current,
            },
        };
        let Some(mut open) = candidate else {
            return Ok(None);
        };
        self.resume = None;
        let reaches = open.file.metadata()?.len() >= resume.offset;
        if is_same(&open) && reaches && resume.head.is_of(&open.file)? {
            open.file.seek(SeekFrom::Start(resume.offset))?;
            open.offset = resume.offset;
        }
        Ok(Some(open))
    }
}

fn open_at(path: &Path, offset: u64) -> io::Result<Option<Open>> {
    // Looked at before it is opened: opening a pipe waits for whoever writes it.
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(about) if !about.is_file() => {
            return Err(io::Error::other("is not a file that can be followed"));
        }
        looked => looked?,
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let about = file.metadata()?;
    Open::new(file, &about, offset).map(Some)
}

/// Shorter than what was read, or with another beginning.
fn was_rewritten(open: &Open) -> io::Result<bool> {
    let length = open.file.metadata()?.len();
    if length == open.offset {
        return Ok(false);
    }
    Ok(length < open.offset || !open.head.is_of(&open.file)?)
}

/// Whether another file has the name now. While none has it, the old one may
/// still grow.
fn is_replaced(path: &Path, open: &Open) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(about) => Ok((about.dev(), about.ino()) != (open.device, open.inode)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The file we were in the middle of, when it was renamed in its folder.
fn renamed(path: &Path, resume: &Position) -> Option<PathBuf> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    entries
        .filter_map(Result::ok)
        .find(|entry| {
            entry
                .metadata()
                .is_ok_and(|about| (about.dev(), about.ino()) == (resume.device, resume.inode))
        })
        .map(|entry| entry.path())
}
