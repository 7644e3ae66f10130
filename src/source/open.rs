//! Opens a file of mentions, whatever its form: NDJSON, a JSON array or object,
//! or a table; packed with gzip or not; `-` is what comes in on stdin.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::MultiGzDecoder;

use super::body::{Mentions, end_of_value, is_packed, without_mark};
use super::encoding::as_utf8;
use super::lines::{Line, MAX_LINE, next_line};
use super::table::{Reading, Table};
use super::vocabulary::Preset;
use super::wire::{Reject, read_mention};
use crate::domain::mention::Mention;

/// The largest JSON array or single object: it is read as a whole.
const MAX_WHOLE: u64 = 1 << 30;

/// The mentions of a file, not read yet.
pub struct MentionFile {
    mentions: Source,
    progress: Progress,
    /// Which header stands for which field; `None` when it is no table.
    pub mapping: Option<Vec<(&'static str, String)>>,
    /// The preset that a table's header gave away, or that was given.
    pub preset: Option<Preset>,
}

enum Source {
    Lines(Lines<Box<dyn BufRead + Send>>),
    Table(Box<Table<Box<dyn BufRead + Send>>>),
    Whole(Whole),
}

/// How far a file has been read.
#[derive(Clone)]
pub struct Progress {
    n_read: Arc<AtomicU64>,
    size: Option<u64>,
}

impl Progress {
    /// Bytes read from the file so far, packed if it is.
    pub fn bytes_read(&self) -> u64 {
        self.n_read.load(Ordering::Relaxed)
    }

    /// The size of the file; `None` for stdin and pipes.
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

/// Reads every mention of `path`, or of stdin for `-`; `reading` is for tables.
///
/// `look` is asked about each mention, on as many threads as there are
/// processors where the form allows; `each` gets the answers in the order of
/// the file, with the bytes read so far. Where the file breaks off is told as
/// the last of what could not be read.
pub fn each_mention<T: Send>(
    path: &Path,
    reading: &Reading,
    look: impl Fn(Mention) -> T + Sync,
    mut each: impl FnMut(Result<T, Reject>, &Progress),
) -> Result<(), String> {
    let file = open_mentions(path, reading)?;
    let progress = file.progress.clone();
    let read = file.each(look, |answer, progress| {
        each(answer, progress);
        ControlFlow::Continue(())
    });
    if let Err(broken_off) = read {
        each(Err(broken_off), &progress);
    }
    Ok(())
}

impl MentionFile {
    /// Reads it to its end, or until `each` has enough; see [`each_mention`]. An
    /// error says where it breaks off: there was more, that cannot be read.
    pub fn each<T: Send>(
        self,
        look: impl Fn(Mention) -> T + Sync,
        mut each: impl FnMut(Result<T, Reject>, &Progress) -> ControlFlow<()>,
    ) -> Result<(), Reject> {
        let progress = self.progress;
        let mut each = |answer| each(answer, &progress);
        let broken_off = match self.mentions {
            Source::Lines(lines) => each_line(lines, look, each),
            Source::Table(mut table) => {
                // Whoever breaks off had enough, or told why himself.
                let _ = table.try_for_each(|row| each(row.map(&look)));
                table.broken_off()
            }
            Source::Whole(whole) => whole.each(|one| each(one.map(&look))),
        };
        broken_off.map_or(Ok(()), Err)
    }
}

/// Opens a file of mentions, or stdin for `-`.
pub fn open_mentions(path: &Path, reading: &Reading) -> Result<MentionFile, String> {
    let named = |error: io::Error| format!("{}: {error}", path.display());
    if path == Path::new("-") {
        return read_from(io::stdin(), None, path, reading);
    }
    let file = File::open(path).map_err(named)?;
    let about = file.metadata().map_err(named)?;
    if about.is_dir() {
        return Err(format!("{} is a folder", path.display()));
    }
    let size = about.is_file().then_some(about.len());
    read_from(file, size, path, reading)
}

fn read_from(
    source: impl Read + Send + 'static,
    size: Option<u64>,
    path: &Path,
    reading: &Reading,
) -> Result<MentionFile, String> {
    let named = |reason: String| format!("{}: {reason}", path.display());
    let told = |error: io::Error| named(error.to_string());
    let n_read = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        source,
        n_read: Arc::clone(&n_read),
    };
    let mut reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 18, counted));
    if is_packed(reader.fill_buf().map_err(told)?) {
        let unpacked = MultiGzDecoder::new(reader);
        reader = Box::new(BufReader::with_capacity(1 << 18, unpacked));
    }
    if let Some(why) = no_text(reader.fill_buf().map_err(told)?) {
        return Err(named(why.to_owned()));
    }
    let mut reader = as_utf8(reader).map_err(told)?;
    let (mut mapping, mut preset) = (None, None);
    let mentions = match form_of(path, reader.fill_buf().map_err(told)?) {
        Form::Table => {
            let table = Table::new(reader, reading).map_err(named)?;
            (mapping, preset) = (Some(table.mapping()), table.preset());
            Source::Table(Box::new(table))
        }
        Form::Lines => Source::Lines(Lines::new(reader)),
        Form::Whole => Source::Whole(Whole::read(reader).map_err(named)?),
    };
    Ok(MentionFile {
        mentions,
        progress: Progress { n_read, size },
        mapping,
        preset,
    })
}

/// What looks like a table to people but is no text.
fn no_text(start: &[u8]) -> Option<&'static str> {
    match start {
        [b'P', b'K', 3, 4, ..] => {
            Some("this is an Excel workbook or a zip file; save it as CSV (\"CSV UTF-8\") first")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Some("this is an old Excel workbook; save it as CSV (\"CSV UTF-8\") first")
        }
        _ => None,
    }
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

/// A JSON array or object, read as far as it could be.
struct Whole {
    mentions: Mentions<'static>,
    /// Why there is no more of it.
    error: Option<io::Error>,
}

impl Whole {
    fn read(reader: impl BufRead) -> Result<Self, String> {
        let mut bytes = Vec::new();
        // What came before an error is in `bytes`.
        let read = reader.take(MAX_WHOLE + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > MAX_WHOLE {
            return Err("a JSON array this large is not read; write one mention a line".to_owned());
        }
        Ok(Self {
            mentions: Mentions::new(Cow::Owned(bytes)),
            error: read.err(),
        })
    }

    /// Says where it breaks off.
    fn each(
        mut self,
        mut each: impl FnMut(Result<Mention, Reject>) -> ControlFlow<()>,
    ) -> Option<Reject> {
        let mut unclosed = None;
        while let Some(one) = self.mentions.next() {
            if self.mentions.is_unclosed() {
                unclosed = one.err();
            } else if each(one).is_break() {
                return None;
            }
        }
        match self.error {
            Some(error) => Some(cannot_go_on(self.mentions.began_on(), &error)),
            None => unclosed,
        }
    }
}

fn cannot_go_on(line: usize, error: &io::Error) -> Reject {
    let reason = format!("the file cannot be read further: {error}");
    Reject { line, reason }
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

/// Lines that one thread reads at a time, and bytes in them.
const MOST_LINES: usize = 2_000;
const MOST_BYTES: usize = 1 << 20;

/// Reads lines in blocks; numbers both.
struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: usize,
    n_blocks: usize,
    is_over: bool,
    /// Where and why it could not be read further.
    broken_off: Option<Reject>,
}

/// Lines as they stand in the file, one after the other.
#[derive(Default)]
struct Block {
    number: usize,
    bytes: Vec<u8>,
    /// Number of the line, and where it ends in `bytes`, or why it is none.
    lines: Vec<(usize, Result<usize, String>)>,
}

impl<R: BufRead> Lines<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
            number: 0,
            n_blocks: 0,
            is_over: false,
            broken_off: None,
        }
    }

    fn next_block(&mut self) -> Option<Block> {
        let mut block = Block {
            number: self.n_blocks,
            ..Block::default()
        };
        while !self.is_over && block.lines.len() < MOST_LINES && block.bytes.len() < MOST_BYTES {
            self.number += 1;
            let line = match next_line(&mut self.reader, &mut self.line) {
                Ok(Line::End) => {
                    self.is_over = true;
                    continue;
                }
                Ok(Line::TooLong) => Err(format!("the line is longer than {} KiB", MAX_LINE >> 10)),
                Ok(Line::Whole) => {
                    let text = match self.number {
                        1 => without_mark(&self.line),
                        _ => &self.line,
                    };
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    block.bytes.extend_from_slice(text);
                    Ok(block.bytes.len())
                }
                Err(error) => {
                    self.is_over = true;
                    self.broken_off = Some(cannot_go_on(self.number, &error));
                    continue;
                }
            };
            block.lines.push((self.number, line));
        }
        self.n_blocks += 1;
        (!block.lines.is_empty()).then_some(block)
    }
}

impl Block {
    fn read<T>(self, look: &impl Fn(Mention) -> T) -> Vec<Result<T, Reject>> {
        let mut start = 0;
        let read = self.lines.into_iter().map(|(line, end)| {
            let end = end.map_err(|reason| Reject { line, reason })?;
            let text = &self.bytes[start..end];
            start = end;
            read_mention(text)
                .map(look)
                .map_err(|reason| Reject { line, reason })
        });
        read.collect()
    }
}

/// Parsing takes longest by far, so every processor parses blocks; they are put
/// back in order here. Says where the file breaks off.
fn each_line<T: Send>(
    lines: Lines<impl BufRead + Send>,
    look: impl Fn(Mention) -> T + Sync,
    mut each: impl FnMut(Result<T, Reject>) -> ControlFlow<()>,
) -> Option<Reject> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (sender, answers) = sync_channel(2 * n_threads);
    let lines = Mutex::new(lines);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            let sender = sender.clone();
            let (lines, look) = (&lines, &look);
            scope.spawn(move || {
                let next = || {
                    lines
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .next_block()
                };
                while let Some(block) = next() {
                    if sender.send((block.number, block.read(look))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut number = 0;
        for (at, block) in answers {
            early.insert(at, block);
            while let Some(block) = early.remove(&number) {
                if block.into_iter().try_for_each(&mut each).is_break() {
                    return;
                }
                number += 1;
            }
        }
    });
    let lines = lines.into_inner();
    lines.unwrap_or_else(PoisonError::into_inner).broken_off
}
