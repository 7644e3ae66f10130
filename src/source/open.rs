//! Opens a file of mentions, whatever its form: NDJSON, a JSON array or object,
//! or a table; packed with gzip or not; `-` is what comes in on stdin.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::body::{Mentions, end_of_value, is_packed, without_mark};
use super::lines::{Line, MAX_LINE, next_line};
use super::table::Table;
use super::wire::{Reject, read_mention};
use crate::domain::mention::Mention;

/// The largest JSON array or single object: it is read as a whole.
const MAX_WHOLE: u64 = 1 << 30;

/// The mentions of a file, one by one.
pub struct MentionFile {
    mentions: Box<dyn Iterator<Item = Result<Mention, Reject>> + Send>,
    n_read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl MentionFile {
    /// Bytes read from the file so far, packed if it is.
    pub fn bytes_read(&self) -> u64 {
        self.n_read.load(Ordering::Relaxed)
    }

    /// The size of the file; `None` for stdin and pipes.
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

impl Iterator for MentionFile {
    type Item = Result<Mention, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        self.mentions.next()
    }
}

/// Opens `path`, or stdin for `-`; `columns` is for tables, see [`Table`].
pub fn open_mentions(path: &Path, columns: &[(String, String)]) -> Result<MentionFile, String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    if path == Path::new("-") {
        return read_from(io::stdin(), None, path, columns);
    }
    let file = File::open(path).map_err(named)?;
    let about = file.metadata().map_err(named)?;
    if about.is_dir() {
        return Err(format!("{} is a folder", path.display()));
    }
    let size = about.is_file().then_some(about.len());
    read_from(file, size, path, columns)
}

fn read_from(
    source: impl Read + Send + 'static,
    size: Option<u64>,
    path: &Path,
    columns: &[(String, String)],
) -> Result<MentionFile, String> {
    let named = |reason: String| format!("{}: {reason}", path.display());
    let n_read = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        source,
        n_read: Arc::clone(&n_read),
    };
    let mut reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 18, counted));
    let start = reader
        .fill_buf()
        .map_err(|error| named(error.to_string()))?;
    if is_packed(start) {
        let unpacked = MultiGzDecoder::new(reader);
        reader = Box::new(BufReader::with_capacity(1 << 18, unpacked));
    }
    let start = reader
        .fill_buf()
        .map_err(|error| named(error.to_string()))?;
    let mentions: Box<dyn Iterator<Item = _> + Send> = match form_of(path, start) {
        Form::Table => Box::new(Table::new(reader, columns).map_err(named)?),
        Form::Lines => Box::new(Lines::new(reader)),
        Form::Whole => Box::new(whole(reader).map_err(named)?),
    };
    Ok(MentionFile {
        mentions,
        n_read,
        size,
    })
}

enum Form {
    Table,
    Lines,
    Whole,
}

/// By the extension, `.gz` taken off; by the first characters otherwise.
fn form_of(path: &Path, start: &[u8]) -> Form {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if name.ends_with(".csv") || name.ends_with(".tsv") {
        return Form::Table;
    }
    let is_json = [".ndjson", ".jsonl", ".json"]
        .iter()
        .any(|extension| name.ends_with(extension));
    let text = without_mark(start).trim_ascii_start();
    match text.first() {
        Some(b'[') => Form::Whole,
        // An object that goes on after its first line; a first line that does
        // not fit what was read so far is long, not open.
        Some(b'{') if text.contains(&b'\n') && is_open(text) => Form::Whole,
        Some(b'{') | None => Form::Lines,
        Some(_) if is_json => Form::Lines,
        Some(_) => Form::Table,
    }
}

fn is_open(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .next()
        .is_some_and(|first| end_of_value(first).is_none())
}

fn whole(reader: impl BufRead) -> Result<Mentions<'static>, String> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_WHOLE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_WHOLE {
        return Err("a JSON array this large is not read; write one mention a line".to_owned());
    }
    Ok(Mentions::new(Cow::Owned(bytes)))
}

struct Counted<R> {
    source: R,
    n_read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.n_read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: usize,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
            number: 0,
            is_over: false,
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Mention, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.is_over {
                return None;
            }
            self.number += 1;
            let line = self.number;
            let refuse = |reason| Some(Err(Reject { line, reason }));
            match next_line(&mut self.reader, &mut self.line) {
                Ok(Line::End) => self.is_over = true,
                Ok(Line::TooLong) => {
                    return refuse(format!("the line is longer than {} KiB", MAX_LINE >> 10));
                }
                Ok(Line::Whole) => {
                    let text = match self.number {
                        1 => without_mark(&self.line),
                        _ => &self.line,
                    };
                    if !text.trim_ascii().is_empty() {
                        return read_mention(text).map_or_else(refuse, |mention| Some(Ok(mention)));
                    }
                }
                Err(error) => {
                    self.is_over = true;
                    return refuse(format!("the file cannot be read further: {error}"));
                }
            }
        }
    }
}
