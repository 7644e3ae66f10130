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
use crate::engine::{NotDone, Receipt, Sorting, clock};
use crate::source::body::read_all;
use crate::source::pushed::{Line, Pushed, Unreadable};
use crate::source::wire::Reject;

/// Mentions handed to the engine at once, or bytes of them, or mentions of which
/// most are wanted by nobody; a longer body is several batches.
const BATCH: usize = 2_000;
const BATCH_BYTES: usize = 1 << 20;
const BATCH_READ: u64 = 20_000;

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
#[derive(Debug)]
struct Batch {
    sorting: Sorting,
    /// Lines between them that were no mentions, or are not taken.
    n_rejected: u64,
    problems: Vec<Reject>,
    last_line: usize,
    /// Of those that are kept.
    n_bytes: usize,
}

impl Batch {
    fn new(sorting: Sorting) -> Self {
        Self {
            sorting,
            n_rejected: 0,
            problems: Vec::new(),
            last_line: 0,
            n_bytes: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.sorting.n_kept() >= BATCH
            || self.n_bytes >= BATCH_BYTES
            || self.sorting.n_read() >= BATCH_READ
    }

    fn add(&mut self, entrance: &Entrance, line: Line<'_>) {
        self.last_line = line.number;
        let taken = line.read.and_then(|mention| {
            check(entrance, mention)?;
            self.sorting.add(mention)
        });
        match taken {
            Ok(true) => self.n_bytes += line.n_bytes,
            Ok(false) => {}
            Err(reason) => self.refuse(line.number, reason),
        }
    }

    fn refuse(&mut self, line: usize, reason: String) {
        self.n_rejected += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Reject { line, reason });
        }
    }
}

/// A batch that the engine has.
#[derive(Debug)]
struct UnderWay {
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
    /// With the ticket for it.
    batch: Option<(Batch, Ticket)>,
    under_way: Option<UnderWay>,
}

impl<'a> Push<'a> {
    pub(super) fn new(door: &'a Door, entrance: &'a Entrance) -> Self {
        Self {
            door,
            entrance,
            tally: Tally::default(),
            batch: None,
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
                if self.is_full() {
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
            let batch = self.batch().await?;
            let _turn = entrance.turn().await;
            pushed.finish(|line| batch.add(entrance, line))?
        };
        self.read_whole(&whole).await
    }

    async fn feed(&mut self, pushed: &mut Pushed, step: &[u8]) -> Result<(), Stopped> {
        let entrance = self.entrance;
        let batch = self.batch().await?;
        let _turn = entrance.turn().await;
        pushed.feed(step, |line| batch.add(entrance, line))?;
        Ok(())
    }

    /// An array or an object, a batch at a time.
    async fn read_whole(&mut self, whole: &[u8]) -> Result<(), Stopped> {
        let mut mentions = read_all(whole);
        let entrance = self.entrance;
        loop {
            let batch = self.batch().await?;
            let turn = entrance.turn().await;
            let is_over = loop {
                if batch.is_full() {
                    break false;
                }
                match mentions.next() {
                    None => break true,
                    Some(Ok(mut mention)) => {
                        let line = Line {
                            number: mentions.began_on(),
                            n_bytes: mention.text.len(),
                            read: Ok(&mut mention),
                        };
                        batch.add(entrance, line);
                    }
                    Some(Err(reject)) => {
                        batch.last_line = reject.line;
                        batch.refuse(reject.line, reject.reason);
                    }
                }
            };
            drop(turn);
            if is_over {
                return Ok(());
            }
            self.hand_over().await?;
        }
    }

    /// The batch that lines are added to, which come in now.
    async fn batch(&mut self) -> Result<&mut Batch, Stopped> {
        let (batch, _) = match self.batch.take() {
            Some(batch) => self.batch.insert(batch),
            None => {
                let ticket = self.entrance.ticket().await?;
                let sorting = self.door.engine.sorting(&self.entrance.pusher.source);
                self.batch.insert((Batch::new(sorting), ticket))
            }
        };
        batch.sorting.go_on(clock::now());
        Ok(batch)
    }

    fn is_full(&self) -> bool {
        self.batch
            .as_ref()
            .is_some_and(|(batch, _)| batch.is_full())
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
        let Some((batch, ticket)) = self.batch.take() else {
            return Ok(());
        };
        if batch.sorting.n_read() == 0 && batch.n_rejected == 0 {
            return Ok(());
        }
        let (engine, n_rejected) = (self.door.engine.clone(), batch.n_rejected);
        let sorting = batch.sorting;
        self.under_way = Some(UnderWay {
            n_rejected,
            problems: batch.problems,
            last_line: batch.last_line,
            // The ticket goes with it: when the sender hangs up, the batch is
            // still under way.
            answer: tokio::spawn(async move {
                let kept = engine.keep_pushed(sorting, n_rejected).await;
                ticket.give_back();
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
        let n_rejected = under_way.n_rejected;
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
        let problems = under_way.problems.into_iter();
        tally.problems.extend(problems.take(room));
        Ok(())
    }
}

/// Why a mention is from a platform that this source may not push from.
fn check(entrance: &Entrance, mention: &Mention) -> Result<(), String> {
    let allowed = &entrance.pusher.platforms;
    if allowed.is_empty() || allowed.contains(&mention.platform) {
        return Ok(());
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
