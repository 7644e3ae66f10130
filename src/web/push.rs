//! One body on its way in: read in pieces, handed to the engine in batches, and
//! what became of it so far.
//!
//! While a batch is being stored the next is read, never more than that: a body
//! costs two batches, however long it is. A pause of its sender hands over what
//! is there, so that mentions are judged when they come and not when the body
//! ends.

use std::pin::Pin;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, header};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::door::{Door, Entrance, Full, Ticket};
use crate::domain::mention::Mention;
use crate::engine::{Delivered, NotDone, Receipt, clock};
use crate::source::body::read_all;
use crate::source::pushed::{Pushed, Unreadable};
use crate::source::wire::Reject;

/// Mentions handed to the engine at once, or bytes of them; a longer body is
/// several batches.
const BATCH: usize = 2_000;
const BATCH_BYTES: usize = 1 << 20;

/// A pause this long hands over what is there.
const PAUSE: Duration = Duration::from_millis(250);

/// A body in which no line ends for so long, nor this much comes, is given up.
const SLOWEST: Duration = Duration::from_secs(30);
const PROGRESS: usize = 64 << 10;

/// Reasons that are told; the rest is only counted.
const MOST_PROBLEMS: usize = 20;

/// What became of a body so far: only what is on disk.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) received: u64,
    pub(super) new: u64,
    pub(super) known: u64,
    pub(super) unmatched: u64,
    pub(super) rejected: u64,
    pub(super) problems: Vec<Reject>,
    /// All lines up to this one are on disk, or were rejected.
    pub(super) settled_to: usize,
}

/// Why a body was not taken further.
#[derive(Debug)]
pub(super) enum Stopped {
    Engine(NotDone),
    Full(Full),
    Unreadable(Unreadable),
    Packing(String),
    Slow,
}

impl From<Unreadable> for Stopped {
    fn from(why: Unreadable) -> Self {
        Self::Unreadable(why)
    }
}

impl From<Full> for Stopped {
    fn from(why: Full) -> Self {
        Self::Full(why)
    }
}

/// Lines that are read and not handed over yet.
#[derive(Debug, Default)]
struct Batch {
    /// With the line each came from, for the one that says it is too old.
    mentions: Vec<(usize, Mention)>,
    /// Lines between them that were no mentions.
    n_rejected: u64,
    problems: Vec<Reject>,
    last_line: usize,
    n_bytes: usize,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.mentions.is_empty() && self.n_rejected == 0
    }

    fn is_full(&self) -> bool {
        self.mentions.len() >= BATCH || self.n_bytes >= BATCH_BYTES
    }

    fn add(&mut self, line: usize, read: Result<Mention, String>) {
        self.last_line = line;
        match read {
            Ok(mention) => self.mentions.push((line, mention)),
            Err(reason) => {
                self.n_rejected += 1;
                if self.problems.len() < MOST_PROBLEMS {
                    self.problems.push(Reject { line, reason });
                }
            }
        }
    }
}

/// A batch that the engine has.
#[derive(Debug)]
struct UnderWay {
    lines: Vec<usize>,
    n_rejected: u64,
    problems: Vec<Reject>,
    last_line: usize,
    answer: JoinHandle<Result<Receipt, NotDone>>,
}

/// See the module.
pub(super) struct Push<'a> {
    door: &'a Door,
    entrance: &'a Entrance,
    pub(super) tally: Tally,
    batch: Batch,
    ticket: Option<Ticket>,
    under_way: Option<UnderWay>,
}

impl<'a> Push<'a> {
    pub(super) fn new(door: &'a Door, entrance: &'a Entrance) -> Self {
        Self {
            door,
            entrance,
            tally: Tally::default(),
            batch: Batch::default(),
            ticket: None,
            under_way: None,
        }
    }

    /// Reads the body to its end, or to where it cannot be read further; what
    /// came before that is handed over all the same.
    pub(super) async fn read(&mut self, headers: &HeaderMap, body: Body) -> Result<(), Stopped> {
        let read = self.read_body(headers, body).await;
        match read {
            Err(Stopped::Engine(_) | Stopped::Full(_)) => {
                let _ = self.settle().await;
                read
            }
            _ => self.hand_over_all().await.and(read),
        }
    }

    async fn read_body(&mut self, headers: &HeaderMap, mut body: Body) -> Result<(), Stopped> {
        let mut pushed = Pushed::new(is_packed(headers)?);
        let mut held = Vec::new();
        let mut progress = Progress::new();
        while let Some(chunk) = self.next_chunk(&mut body, &progress).await? {
            let chunk = chunk.map_err(|error| Unreadable::Damaged(error.to_string()))?;
            let n_lines = pushed.n_lines();
            for step in pushed.steps(&chunk) {
                self.feed(&mut pushed, step).await?;
                if self.batch.is_full() {
                    self.hand_over().await?;
                }
                while pushed.n_whole() > (held.len() + 1) * PROGRESS {
                    held.push(self.entrance.whole(PROGRESS)?);
                }
            }
            progress.note(chunk.len(), pushed.n_lines() > n_lines)?;
        }
        let entrance = self.entrance;
        let whole = {
            let _turn = entrance.turn().await;
            pushed.finish(|line, read| self.batch.add(line, checked(entrance, read)))?
        };
        self.read_whole(&whole).await
    }

    async fn feed(&mut self, pushed: &mut Pushed, step: &[u8]) -> Result<(), Stopped> {
        if self.ticket.is_none() {
            self.ticket = Some(self.entrance.ticket().await?);
        }
        let entrance = self.entrance;
        let _turn = entrance.turn().await;
        let n_before = self.batch.mentions.len();
        pushed.feed(step, |line, read| {
            self.batch.add(line, checked(entrance, read));
        })?;
        if self.batch.mentions.len() > n_before {
            self.batch.n_bytes += step.len();
        }
        Ok(())
    }

    /// An array or an object, a batch at a time.
    async fn read_whole(&mut self, whole: &[u8]) -> Result<(), Stopped> {
        let mut mentions = read_all(whole);
        loop {
            if self.ticket.is_none() {
                self.ticket = Some(self.entrance.ticket().await?);
            }
            let turn = self.entrance.turn().await;
            let is_over = loop {
                if self.batch.is_full() {
                    break false;
                }
                match mentions.next() {
                    None => break true,
                    Some(Ok(mention)) => {
                        let line = mentions.began_on();
                        self.batch.add(line, checked(self.entrance, Ok(mention)));
                    }
                    Some(Err(reject)) => self.batch.add(reject.line, Err(reject.reason)),
                }
            };
            drop(turn);
            if is_over {
                return Ok(());
            }
            self.hand_over().await?;
        }
    }

    /// The next piece of the body. A pause hands over what is there.
    async fn next_chunk(
        &mut self,
        body: &mut Body,
        progress: &Progress,
    ) -> Result<Option<Result<Bytes, axum::Error>>, Stopped> {
        if let Ok(chunk) = timeout(PAUSE, next_frame(body)).await {
            return Ok(chunk);
        }
        self.hand_over_all().await?;
        // Storing may have taken long: that is no reason to give the body up.
        let left = progress.left().max(PAUSE);
        let waited = timeout(left, next_frame(body)).await;
        waited.map_err(|_| Stopped::Slow)
    }

    /// Gives the batch to the engine, after the one before is on disk: so the
    /// order of a body is kept.
    async fn hand_over(&mut self) -> Result<(), Stopped> {
        self.settle().await?;
        let batch = std::mem::take(&mut self.batch);
        let ticket = self.ticket.take();
        if batch.is_empty() {
            return Ok(());
        }
        let (lines, mentions): (Vec<usize>, Vec<Mention>) = batch.mentions.into_iter().unzip();
        let delivered = Delivered {
            source: self.entrance.pusher.source.clone(),
            mentions,
            rejected: batch.n_rejected,
            position: None,
        };
        let engine = self.door.engine.clone();
        let sorted = {
            let _turn = self.entrance.turn().await;
            engine.sort(delivered)
        };
        self.under_way = Some(UnderWay {
            lines,
            n_rejected: batch.n_rejected,
            problems: batch.problems,
            last_line: batch.last_line,
            // The ticket goes with it: when the sender hangs up, the batch is
            // still under way.
            answer: tokio::spawn(async move {
                let kept = engine.keep(sorted).await;
                ticket.into_iter().for_each(Ticket::give_back);
                kept
            }),
        });
        Ok(())
    }

    async fn hand_over_all(&mut self) -> Result<(), Stopped> {
        self.hand_over().await?;
        self.settle().await
    }

    /// Waits until the batch under way is on disk.
    async fn settle(&mut self) -> Result<(), Stopped> {
        let Some(under_way) = self.under_way.take() else {
            return Ok(());
        };
        let answered = under_way.answer.await;
        let receipt = answered.map_err(|_| Stopped::Engine(NotDone::Stopping))?;
        let receipt = receipt.map_err(Stopped::Engine)?;
        let mut problems = under_way.problems;
        let n_rejected = under_way.n_rejected + receipt.rejected.len() as u64;
        problems.extend(receipt.rejected.into_iter().map(|reject| Reject {
            line: under_way.lines[reject.line - 1],
            reason: reject.reason,
        }));
        problems.sort_by_key(|reject| reject.line);
        let source = &self.entrance.pusher.source;
        for (fate, n) in [
            ("new", receipt.new),
            ("known", receipt.known),
            ("unmatched", receipt.unmatched),
            ("rejected", n_rejected),
        ] {
            self.door.metrics.count(source, fate, n);
        }
        let tally = &mut self.tally;
        tally.received += receipt.matched + receipt.unmatched;
        tally.new += receipt.new;
        tally.known += receipt.known;
        tally.unmatched += receipt.unmatched;
        tally.rejected += n_rejected;
        tally.settled_to = under_way.last_line;
        let room = MOST_PROBLEMS.saturating_sub(tally.problems.len());
        tally.problems.extend(problems.into_iter().take(room));
        Ok(())
    }
}

/// A mention from a platform that this source may push from, or why not.
fn checked(entrance: &Entrance, read: Result<Mention, String>) -> Result<Mention, String> {
    let mention = read?;
    let allowed = &entrance.pusher.platforms;
    if allowed.is_empty() || allowed.contains(&mention.platform) {
        return Ok(mention);
    }
    let platform = mention.platform.name();
    Err(format!("this source may not push from platform {platform}"))
}

fn is_packed(headers: &HeaderMap) -> Result<bool, Stopped> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    match encoding.map(|value| value.to_str()) {
        None | Some(Ok("identity")) => Ok(false),
        Some(Ok("gzip" | "x-gzip")) => Ok(true),
        Some(other) => Err(Stopped::Packing(other.unwrap_or("?").to_owned())),
    }
}

/// The next piece of the body; trailers are nobody's business here.
pub(super) async fn next_frame(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        let frame =
            std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(bytes)) => return Some(Ok(bytes)),
            Ok(Err(_)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Whether a body gets on.
struct Progress {
    since: Instant,
    n_bytes: usize,
}

impl Progress {
    fn new() -> Self {
        Self {
            since: clock::stopwatch(),
            n_bytes: 0,
        }
    }

    fn left(&self) -> Duration {
        SLOWEST.saturating_sub(self.since.elapsed())
    }

    /// Bytes came, and what was read was handed over: how long that took is
    /// our doing and not the sender's.
    fn note(&mut self, n_bytes: usize, has_line: bool) -> Result<(), Stopped> {
        self.n_bytes += n_bytes;
        if has_line || self.n_bytes >= PROGRESS {
            *self = Self::new();
        } else if self.left().is_zero() {
            return Err(Stopped::Slow);
        }
        Ok(())
    }
}
