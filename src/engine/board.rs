//! What the daemon knows of itself, for everybody who watches it: whether its
//! threads move, what the auditor found last, and whether it can still store.
//!
//! Whoever asks finds it here without waiting for the engine, so that an engine
//! that hangs is seen and not waited for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::clock;
use super::curve::Curves;
use super::ledger::Outcome;
use super::live::{Listening, Live};
use crate::domain::audit::{Audit, TOLERANCE, audit};
use crate::domain::evidence::near::NearMiss;
use crate::domain::heard::tide::Outline;
use crate::store::Place;

/// How often the auditor looks. It costs microseconds a run.
const AUDIT_EVERY: Duration = Duration::from_secs(5);

/// On a simulated clock that runs fast, no more often than this in real time.
const SOONEST: Duration = Duration::from_millis(250);

/// A thread that shows no sign of life for so long is stuck. Each does every few
/// seconds; the longest group of work, on a slow disk, takes less than ten.
const STUCK_AFTER: Duration = Duration::from_secs(30);

/// A thread's signs of life.
#[derive(Debug)]
pub struct Pulse {
    since: Instant,
    /// Milliseconds from `since` to the latest sign.
    latest: AtomicU64,
}

impl Pulse {
    fn new() -> Self {
        Self {
            since: clock::stopwatch(),
            latest: AtomicU64::new(0),
        }
    }

    /// A sign of life.
    pub fn beat(&self) {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.latest.store(now, Ordering::Relaxed);
    }

    /// How long ago the latest was.
    fn age(&self) -> Duration {
        let latest = Duration::from_millis(self.latest.load(Ordering::Relaxed));
        self.since.elapsed().saturating_sub(latest)
    }
}

/// What the auditor found, with numbers that belong to it.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub audit: Audit,
    /// Tries to deliver, by channel and outcome.
    pub tries: BTreeMap<Outcome, u64>,
    /// Set when no mention alarms anybody.
    pub listening: Option<Listening>,
}

/// How the daemon is. Names no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether its threads move and can do their work: what only a restart
    /// could mend. A mail server that is down is not that.
    pub is_alive: bool,
    /// What is wrong; none when all is well.
    pub reasons: Vec<String>,
}

impl Health {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Board(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Pulse,
    dispatcher: Pulse,
    place: Place,
    n_commits_failed: AtomicU64,
    /// The last commit failed.
    is_behind: AtomicBool,
    reading: Mutex<Arc<Reading>>,
    outlines: Mutex<Arc<Outlines>>,
    near: Mutex<Arc<Vec<NearMiss>>>,
    curves: Curves,
    posts: Mutex<BTreeMap<Outcome, u64>>,
}

/// By the keys of watches.
pub type Outlines = BTreeMap<String, Outline>;

impl Board {
    /// With a first look at everything.
    pub fn new(live: &Live) -> Self {
        let board = Self(Arc::new(Inner {
            engine: Pulse::new(),
            dispatcher: Pulse::new(),
            place: live.store().place(),
            n_commits_failed: AtomicU64::new(0),
            is_behind: AtomicBool::new(false),
            reading: Mutex::default(),
            outlines: Mutex::default(),
            near: Mutex::default(),
            curves: Curves::default(),
            posts: Mutex::default(),
        }));
        board.look(live);
        board
    }

    /// The dispatcher's signs of life.
    pub fn dispatcher(&self) -> &Pulse {
        &self.0.dispatcher
    }

    /// Commits that failed since the program started.
    pub fn n_commits_failed(&self) -> u64 {
        self.0.n_commits_failed.load(Ordering::Relaxed)
    }

    /// What the auditor found last.
    pub fn reading(&self) -> Arc<Reading> {
        Arc::clone(&self.lock())
    }

    /// What each watch is expected to bring, as it was when the auditor last looked.
    pub fn outlines(&self) -> Arc<Outlines> {
        let outlines = self.0.outlines.lock();
        Arc::clone(&outlines.unwrap_or_else(PoisonError::into_inner))
    }

    /// What nearly fired, oldest first, as it was when the auditor last looked.
    pub fn near_misses(&self) -> Arc<Vec<NearMiss>> {
        let near = self.0.near.lock();
        Arc::clone(&near.unwrap_or_else(PoisonError::into_inner))
    }

    /// Curves that were drawn lately.
    pub fn curves(&self) -> &Curves {
        &self.0.curves
    }

    /// A webhook was told of an event, or could not be.
    pub fn count_post(&self, webhook: &str, outcome: &'static str) {
        let posts = self.0.posts.lock();
        let mut posts = posts.unwrap_or_else(PoisonError::into_inner);
        *posts.entry((webhook.to_owned(), outcome)).or_default() += 1;
    }

    /// Tries to tell webhooks of events since the program started, by webhook and
    /// outcome.
    pub fn posts(&self) -> BTreeMap<Outcome, u64> {
        let posts = self.0.posts.lock();
        posts.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long ago the engine last showed that it moves.
    pub fn looked(&self) -> Duration {
        self.0.engine.age()
    }

    /// How the daemon is now.
    pub fn health(&self) -> Health {
        let inner = &*self.0;
        judge(&Signs {
            engine: inner.engine.age(),
            dispatcher: inner.dispatcher.age(),
            is_behind: inner.is_behind.load(Ordering::Relaxed),
            is_in_place: inner.place.is_there(),
            audit: &self.reading().audit,
        })
    }

    /// Looks at everything, on the engine's own thread: when that hangs, so
    /// does this, and `health` says so.
    fn look(&self, live: &Live) {
        // On a clock that runs fast a moment is long: the same moment counts.
        let speed = clock::speed().max(1.0);
        let tolerance = TOLERANCE * (speed.ceil() as i32);
        let ledger = live.ledger();
        let audit = audit(live.runs(), ledger.outbox(), clock::now(), tolerance);
        let tries = ledger.tries().clone();
        let listening = live.listening().cloned();
        let outlines = Arc::new(live.outlines());
        *(self.0.outlines.lock()).unwrap_or_else(PoisonError::into_inner) = outlines;
        let near = Arc::new(live.near_misses(&self.near_misses(), clock::now()));
        *(self.0.near.lock()).unwrap_or_else(PoisonError::into_inner) = near;
        *self.lock() = Arc::new(Reading {
            audit,
            tries,
            listening,
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Arc<Reading>> {
        self.0
            .reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The engine's part of the board: stamps it, and looks when it is time.
#[derive(Debug)]
pub struct Auditor {
    board: Board,
    looked: Instant,
    every: Duration,
}

impl Auditor {
    pub fn new(board: Board) -> Self {
        Self {
            board,
            looked: clock::stopwatch(),
            every: clock::real_pause(AUDIT_EVERY).max(SOONEST),
        }
    }

    /// A sign of life; to be given whenever nothing is due, at least every
    /// second.
    pub fn pass(&mut self, live: &Live) {
        self.board.0.engine.beat();
        if self.looked.elapsed() >= self.every {
            self.look(live);
        }
    }

    /// Work was done, or could not be stored.
    pub fn worked(&mut self, live: &Live) {
        let inner = &self.board.0;
        let n_failed = inner
            .n_commits_failed
            .swap(live.n_commits_failed(), Ordering::Relaxed);
        let was_behind = inner.is_behind.swap(live.is_behind(), Ordering::Relaxed);
        self.board.0.engine.beat();
        // Who asks must not hear of an outage that is over.
        let has_heard = self.board.reading().listening.as_ref() != live.listening();
        let is_news =
            has_heard || was_behind != live.is_behind() || n_failed != live.n_commits_failed();
        if is_news || !self.board.reading().audit.is_clean() {
            self.look(live);
        } else {
            self.pass(live);
        }
    }

    fn look(&mut self, live: &Live) {
        self.board.look(live);
        self.looked = clock::stopwatch();
    }
}

/// What there is to judge by.
struct Signs<'a> {
    engine: Duration,
    dispatcher: Duration,
    is_behind: bool,
    is_in_place: bool,
    audit: &'a Audit,
}

fn judge(signs: &Signs<'_>) -> Health {
    let mut reasons = Vec::new();
    for (who, age) in [("engine", signs.engine), ("dispatcher", signs.dispatcher)] {
        if age >= STUCK_AFTER {
            let seconds = age.as_secs();
            reasons.push(format!("the {who} has not moved for {seconds} seconds"));
        }
    }
    // Timers wait while nothing can be stored; a restart makes no room.
    let is_stalled = signs.audit.is_stalled && !signs.is_behind;
    let is_alive = reasons.is_empty() && !is_stalled;
    if signs.is_behind {
        reasons.push("the last commit failed: nothing is stored".to_owned());
    }
    if !signs.is_in_place {
        reasons.push("the store was removed or replaced: restart draaiboek".to_owned());
    }
    let findings = signs.audit.findings.iter();
    reasons.extend(findings.map(|finding| finding.text.clone()));
    Health { is_alive, reasons }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(change: impl FnOnce(&mut Signs<'_>, &mut Audit)) -> (bool, Vec<String>) {
        let clean = Audit::default();
        let mut audit = Audit::default();
        let mut signs = Signs {
            engine: Duration::from_secs(1),
            dispatcher: Duration::from_secs(5),
            is_behind: false,
            is_in_place: true,
            audit: &clean,
        };
        change(&mut signs, &mut audit);
        let health = judge(&Signs {
            audit: &audit,
            ..signs
        });
        (health.is_alive, health.reasons)
    }

    #[test]
    fn a_thread_that_hangs_is_noticed() {
        assert_eq!(judged(|_, _| {}), (true, vec![]));
        let (is_alive, reasons) = judged(|signs, _| signs.engine = Duration::from_secs(31));
        assert!(!is_alive);
        assert_eq!(reasons, ["the engine has not moved for 31 seconds"]);
        let (is_alive, reasons) = judged(|signs, _| signs.dispatcher = STUCK_AFTER);
        assert!(!is_alive);
        assert_eq!(reasons, ["the dispatcher has not moved for 30 seconds"]);
    }

    #[test]
    fn only_what_a_restart_mends_is_a_reason_for_one() {
        let (is_alive, reasons) = judged(|signs, _| signs.is_behind = true);
        assert!(is_alive && reasons.len() == 1, "{reasons:?}");
        let (is_alive, reasons) = judged(|signs, _| signs.is_in_place = false);
        assert!(is_alive && reasons.len() == 1, "{reasons:?}");
        let (is_alive, _) = judged(|_, audit| audit.is_stalled = true);
        assert!(!is_alive);
        let (is_alive, _) = judged(|signs, audit| {
            signs.is_behind = true;
            audit.is_stalled = true;
        });
        assert!(is_alive, "a full disk is still full after a restart");
    }
}
