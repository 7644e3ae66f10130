//! Reads what is replayed: files of mentions, or what the folder stored; and
//! keeps what belongs to a watch.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::print::note;
use crate::domain::desk::Observed;
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::query::watches::{Matched, Watches};
use crate::domain::time::Timestamp;
use crate::source::open::each_mention;
use crate::source::table::Reading;
use crate::store::{Store, StoredMention};

/// Rejected lines that are named; the rest is only counted.
const MOST_NAMED: u64 = 10;

/// A mention that belongs to a watch.
pub(super) struct Heard {
    key: i64,
    pub(super) observed: Observed,
}

impl Heard {
    pub(super) fn at(&self) -> Timestamp {
        self.observed.mention.published_at
    }
}

/// Everything as it was read.
pub(super) struct Input {
    /// In order of publication, each once; equal times keep the order they came in.
    pub(super) heard: Vec<Heard>,
    /// Of those that are judged.
    pub(super) n_mentions: u64,
    /// When the first and the last of all judged mentions were published: so far
    /// time goes.
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) is_sorted: bool,
    /// Stored ones whose text is gone, and from when on there are texts.
    pub(super) n_without_text: u64,
    pub(super) texts_from: Option<Timestamp>,
}

impl Input {
    fn new() -> Self {
        Self {
            heard: Vec::new(),
            n_mentions: 0,
            first: Timestamp::MAX_UTC,
            last: Timestamp::MIN_UTC,
            is_sorted: true,
            n_without_text: 0,
            texts_from: None,
        }
    }

    fn saw(&mut self, at: Timestamp) {
        self.is_sorted &= self.last <= at;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        self.n_mentions += 1;
    }

    /// Puts all in order, once each.
    fn settle(mut self, is_mixed: bool) -> Self {
        if !self.is_sorted || is_mixed {
            self.heard.sort_by_key(Heard::at);
        }
        let hashed = Hashed::default();
        let mut seen = HashSet::with_capacity_and_hasher(self.heard.len(), hashed);
        self.heard.retain(|one| seen.insert(one.key));
        self
    }
}

/// Reads files: those of `history` only teach.
pub(super) fn files(
    mentions: &[PathBuf],
    history: &[PathBuf],
    columns: &[(String, String)],
    watches: &Watches,
) -> Result<Input, String> {
    let mut input = Input::new();
    for path in mentions {
        file(path, columns, watches, &mut input)?;
    }
    if input.n_mentions == 0 {
        let names = mentions.iter().map(|path| path.display().to_string());
        let names: Vec<String> = names.collect();
        return Err(format!("there are no mentions in {}", names.join(", ")));
    }
    let mut taught = Input::new();
    for path in history {
        file(path, columns, watches, &mut taught)?;
    }
    // What a history holds of the time that is judged would be counted twice.
    taught.heard.retain(|one| one.at() < input.first);
    let is_mixed = !taught.heard.is_empty();
    taught.heard.append(&mut input.heard);
    input.heard = taught.heard;
    Ok(input.settle(is_mixed))
}

/// Reads all mentions of a file and keeps those of a watch: what no watch wants
/// only lets time pass.
fn file(
    path: &Path,
    columns: &[(String, String)],
    watches: &Watches,
    input: &mut Input,
) -> Result<(), String> {
    let bar = progress_bar();
    let mut n_rejected = 0_u64;
    let mut n_read = 0_u64;
    let source: Arc<str> = "backtest".into();
    let look = |mention: Mention| {
        let (key, published_at) = (mention.key(), mention.published_at);
        let heard =
            Observed::new(mention, watches, &source).map(|observed| Heard { key, observed });
        (published_at, heard)
    };
    each_mention(
        path,
        &Reading::plain(columns),
        look,
        |mention, progress| match mention {
            Ok((published_at, heard)) => {
                input.saw(published_at);
                input.heard.extend(heard);
                n_read += 1;
                if n_read.is_multiple_of(4_096) {
                    bar.set_length(progress.size().unwrap_or(0));
                    bar.set_position(progress.bytes_read());
                }
            }
            Err(reject) => {
                n_rejected += 1;
                if n_rejected <= MOST_NAMED {
                    note(&format!("line {}: {}", reject.line, reject.reason));
                }
            }
        },
    )?;
    bar.finish_and_clear();
    if n_rejected > 0 {
        note(&format!(
            "{n_rejected} lines could not be read as mentions and were left out"
        ));
    }
    Ok(())
}

/// Reads what the folder stored. Mentions whose text is gone count for the
/// watches they counted for then.
pub(super) fn stored(
    dir: &Path,
    organisation: &Organisation,
    watches: &Watches,
) -> Result<Input, String> {
    let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
    let none = || {
        format!(
            "nothing is stored in {}: say --mentions FILE",
            dir.display()
        )
    };
    let store = store.ok_or_else(none)?;
    let mut input = Input::new();
    let ours = |kept: StoredMention| match kept {
        StoredMention::Whole { mention, source } => {
            let (at, key) = (mention.published_at, mention.key());
            input.saw(at);
            input.texts_from = Some(input.texts_from.map_or(at, |from: Timestamp| from.min(at)));
            let observed = Observed::new(mention, watches, &source.as_str().into());
            let heard = observed.map(|observed| Heard { key, observed });
            input.heard.extend(heard);
        }
        StoredMention::Counted(counted) => {
            input.saw(counted.mention.published_at);
            input.n_without_text += 1;
            let key = counted.mention.key();
            let matched = matched(&counted.watches, &counted.marks, organisation);
            let source = counted.source.as_str().into();
            let observed = Observed::known(counted.mention, matched, &source);
            input.heard.push(Heard { key, observed });
        }
    };
    store
        .everything(Timestamp::UNIX_EPOCH, Timestamp::MAX_UTC, ours)
        .map_err(|error| error.to_string())?;
    if input.n_mentions == 0 {
        return Err(none());
    }
    // Those without a text come last; that is no disorder of anybody's file.
    input.is_sorted = true;
    Ok(input.settle(true))
}

/// What a mention was to the organisation when it came in, in today's numbers.
fn matched(keys: &[String], marks: &str, organisation: &Organisation) -> Matched {
    let number = |place: Option<usize>| place.and_then(|place| u16::try_from(place).ok());
    let mut matched = Matched::default();
    let known = &organisation.watches;
    for key in keys {
        matched
            .watches
            .extend(number(known.iter().position(|watch| watch.key == *key)));
    }
    matched.watches.sort_unstable();
    for mark in marks.split_whitespace() {
        let (queries, lists) = (&organisation.queries, &organisation.lists);
        if let Some(name) = mark.strip_prefix("query:") {
            let place = queries.iter().position(|(query, _)| query == name);
            matched.queries.extend(number(place));
        } else if let Some(name) = mark.strip_prefix("list:") {
            let place = lists.iter().position(|list| list.key == name);
            matched.lists.extend(number(place));
        }
    }
    matched
}

/// A bar on a terminal, and only when it takes a while.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {eta}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}

/// Keys are hashes already.
#[derive(Default, Clone)]
struct Hashed(u64);

impl BuildHasher for Hashed {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self::default()
    }
}

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
