//! Who may push, and how much of one source may be under way at once.
//!
//! A source has places (bodies that are read at the same time), tickets (batches
//! from the first line until they are on disk) and turns (batches that are
//! computed on). They bound what a flood costs: its memory by tickets, its share
//! of the processors by turns. Nothing is limited to a rate: a source that
//! nobody else disturbs goes as fast as the machine does. Who has no token gets
//! none of this.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::metrics::Metrics;
use crate::config::Secret;
use crate::domain::mention::Platform;
use crate::engine::sources::HealthBoard;
use crate::engine::{Handle, clock};

/// Bodies of one source that are read at once, and of all sources together;
/// each source always has one, however busy the others are.
pub(super) const MOST_PUSHES: usize = 32;
const MOST_PUSHES_IN_ALL: usize = 128;

/// Batches of one source between their first line and the disk: with 2,000
/// mentions or a megabyte each, some 25 megabytes.
const MOST_BATCHES: usize = 12;

/// Bytes of one source that must be read whole: arrays and objects.
const MOST_WHOLE: usize = 64 << 20;

/// How long a body waits for a ticket before its sender is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// A refusal is logged so often for each source, with how many there were.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Nobody is told to wait longer than this.
const LONGEST_WAIT: u64 = 60;

/// Times that are remembered to say how long things take.
const REMEMBERED: usize = 32;

/// One source that may push.
#[derive(Debug)]
pub struct Pusher {
    pub source: String,
    pub token: Secret,
    /// Empty: every platform.
    pub platforms: Vec<Platform>,
}

/// What taking mentions needs.
#[derive(Debug)]
pub struct Door {
    entrances: Vec<Entrance>,
    pub(super) engine: Handle,
    pub(super) metrics: Arc<Metrics>,
    sources: HealthBoard,
    in_all: Arc<Semaphore>,
}

/// The part of the door that belongs to one source.
#[derive(Debug)]
pub(super) struct Entrance {
    pub(super) pusher: Pusher,
    first: Arc<Semaphore>,
    places: Arc<Semaphore>,
    tickets: Arc<Semaphore>,
    whole: Arc<Semaphore>,
    turns: Semaphore,
    /// How long bodies took lately, and batches.
    bodies: Pace,
    batches: Arc<Pace>,
    unsaid: Mutex<Unsaid>,
}

/// Refusals that the log has not told yet.
#[derive(Debug, Default)]
struct Unsaid {
    n_refused: u64,
    said: Option<Instant>,
}

/// Why a push is not taken, or not further. The names are for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The source has all its places in use.
    Places,
    /// The places of all sources are in use.
    Daemon,
    /// The source's batches are not on disk fast enough.
    Batches,
    /// The source has too much under way that must be read whole.
    Whole,
}

impl Full {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Places => "too_many_at_once",
            Self::Daemon => "daemon_full",
            Self::Batches => "too_much_at_once",
            Self::Whole => "too_large_at_once",
        }
    }
}

/// A body that is being read. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    entrance: &'a Entrance,
    began: Instant,
    _permits: [Option<OwnedSemaphorePermit>; 2],
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.entrance.bodies.note(self.began.elapsed());
    }
}

/// Room for one batch, until it is on disk.
#[derive(Debug)]
pub(super) struct Ticket {
    _permit: OwnedSemaphorePermit,
    began: Instant,
    pace: Arc<Pace>,
}

impl Ticket {
    /// The batch is on disk. To be called then and not when its sender looks:
    /// who waits for a second ticket does not look.
    pub(super) fn give_back(self) {
        self.pace.note(self.began.elapsed());
    }
}

/// How long something took the last times.
#[derive(Debug, Default)]
struct Pace(Mutex<VecDeque<Duration>>);

impl Pace {
    fn note(&self, took: Duration) {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() == REMEMBERED {
            times.pop_front();
        }
        times.push_back(took);
    }

    /// Whole seconds, rounded up; what is not known yet counts as five.
    fn seconds(&self) -> u64 {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n_times = u32::try_from(times.len()).unwrap_or(u32::MAX);
        let mean = match n_times {
            0 => Duration::from_secs(5),
            n => times.iter().sum::<Duration>() / n,
        };
        (mean.as_secs_f64().ceil() as u64).clamp(1, LONGEST_WAIT)
    }
}

impl Door {
    pub fn new(
        pushers: Vec<Pusher>,
        engine: Handle,
        metrics: Arc<Metrics>,
        sources: HealthBoard,
    ) -> Self {
        let n_turns = std::thread::available_parallelism().map_or(1, usize::from);
        let entrances = pushers
            .into_iter()
            .map(|pusher| Entrance::new(pusher, n_turns))
            .collect();
        Self {
            entrances,
            engine,
            metrics,
            sources,
            in_all: Arc::new(Semaphore::new(MOST_PUSHES_IN_ALL)),
        }
    }

    /// The source whose token this is. Every token is compared, so that the
    /// time it takes tells nothing.
    pub(super) fn entrance(&self, headers: &HeaderMap) -> Option<&Entrance> {
        let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = given.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let token = token.trim().as_bytes();
        let fits = |one: &&Entrance| bool::from(one.pusher.token.reveal().as_bytes().ct_eq(token));
        // Not the first that fits: that would stop comparing.
        self.entrances
            .iter()
            .filter(fits)
            .fold(None, |_, entrance| Some(entrance))
    }

    /// A place for one more body of a source.
    pub(super) fn admit<'a>(&self, entrance: &'a Entrance) -> Result<Place<'a>, Full> {
        let place = Arc::clone(&entrance.places).try_acquire_owned();
        let place = place.map_err(|_| Full::Places)?;
        let first = Arc::clone(&entrance.first).try_acquire_owned();
        let shared = match first {
            Ok(first) => first,
            Err(_) => Arc::clone(&self.in_all)
                .try_acquire_owned()
                .map_err(|_| Full::Daemon)?,
        };
        Ok(Place {
            entrance,
            began: clock::stopwatch(),
            _permits: [Some(place), Some(shared)],
        })
    }

    /// Counts and shows a request that was not taken, or not to its end.
    pub(super) fn count_refusal(&self, entrance: &Entrance, reason: &'static str) {
        let source = entrance.pusher.source.as_str();
        self.metrics.count_refusal(source, reason);
        self.sources.refused(source);
        let mut unsaid = entrance.unsaid();
        unsaid.n_refused += 1;
        unsaid.say(source, reason);
    }

    /// Says of a flood that ended how many more there were.
    pub(super) fn say_rest(&self, entrance: &Entrance) {
        let mut unsaid = entrance.unsaid();
        if unsaid.n_refused > 0 {
            unsaid.say(&entrance.pusher.source, "");
        }
    }
}

impl Unsaid {
    fn say(&mut self, source: &str, reason: &str) {
        if self.said.is_some_and(|at| at.elapsed() < LOG_EVERY) {
            return;
        }
        let n_refused = std::mem::take(&mut self.n_refused);
        self.said = Some(clock::stopwatch());
        tracing::warn!(
            source,
            n_refused,
            reason,
            "pushes were refused; their senders were told, and when to come back"
        );
    }
}

impl Entrance {
    fn new(pusher: Pusher, n_turns: usize) -> Self {
        let room = |n| Arc::new(Semaphore::new(n));
        Self {
            pusher,
            first: room(1),
            places: room(MOST_PUSHES),
            tickets: room(MOST_BATCHES),
            whole: room(MOST_WHOLE),
            turns: Semaphore::new(n_turns),
            bodies: Pace::default(),
            batches: Arc::default(),
            unsaid: Mutex::default(),
        }
    }

    fn unsaid(&self) -> std::sync::MutexGuard<'_, Unsaid> {
        self.unsaid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for a batch, as soon as an earlier one is on disk.
    pub(super) async fn ticket(&self) -> Result<Ticket, Full> {
        let waited = timeout(PATIENCE, Arc::clone(&self.tickets).acquire_owned()).await;
        Ok(Ticket {
            _permit: waited
                .map_err(|_| Full::Batches)?
                .map_err(|_| Full::Batches)?,
            began: clock::stopwatch(),
            pace: Arc::clone(&self.batches),
        })
    }

    /// The right to compute on a batch; kept for moments, never while waiting.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Room for so many more bytes of a body that is read whole. It is not
    /// waited for: who waits would keep what others wait for.
    pub(super) fn whole(&self, n_bytes: usize) -> Result<OwnedSemaphorePermit, Full> {
        let n_bytes = u32::try_from(n_bytes).map_err(|_| Full::Whole)?;
        let whole = Arc::clone(&self.whole).try_acquire_many_owned(n_bytes);
        whole.map_err(|_| Full::Whole)
    }

    /// When it is worth coming back: when what is under way now took as long as
    /// the same did lately.
    pub(super) fn retry_after(&self, why: Full) -> u64 {
        match why {
            Full::Places | Full::Daemon | Full::Whole => self.bodies.seconds(),
            Full::Batches => self.batches.seconds(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_told_what_others_took_lately() {
        let pace = Pace::default();
        assert_eq!(pace.seconds(), 5);
        pace.note(Duration::from_millis(3));
        assert_eq!(pace.seconds(), 1);
        for _ in 0..REMEMBERED {
            pace.note(Duration::from_millis(7_100));
        }
        assert_eq!(pace.seconds(), 8);
        for _ in 0..REMEMBERED {
            pace.note(Duration::from_secs(900));
        }
        assert_eq!(pace.seconds(), LONGEST_WAIT);
    }

    #[tokio::test]
    async fn what_one_source_uses_another_has_still() {
        let pusher = |name: &str| Pusher {
            source: name.to_owned(),
            token: Secret::new(name.to_owned()),
            platforms: Vec::new(),
        };
        let (one, other) = (Entrance::new(pusher("a"), 1), Entrance::new(pusher("b"), 1));
        let mut tickets = Vec::new();
        for _ in 0..MOST_BATCHES {
            tickets.push(one.ticket().await.unwrap());
        }
        let _whole = one.whole(MOST_WHOLE).unwrap();
        let _turn = one.turn().await;
        assert_eq!(one.whole(1).unwrap_err(), Full::Whole);
        assert!(other.ticket().await.is_ok());
        assert!(other.whole(MOST_WHOLE).is_ok());
        assert!(other.turn().await.is_some());
        tickets.pop().unwrap().give_back();
        assert!(one.ticket().await.is_ok());
    }
}
