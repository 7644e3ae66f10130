//! What the daemon knows of its sources, and who says that one went blind.
//!
//! Sources put their health on the board; a task of its own asks every half
//! minute what `domain/blind.rs` makes of it, and tells the engine when that
//! changed. A run keeps what it was told, so after a restart the first word about
//! a source that a run takes for blind is told as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::work::Command;
use super::{Handle, clock};
use crate::domain::blind::{Signs, Word, judge};
use crate::domain::organisation::{Organisation, Source, SourceKind};
use crate::domain::plane::Plane;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError};

/// How often sources are judged.
const EVERY: Duration = Duration::from_secs(30);

/// On a simulated clock that runs fast, no more often than this in real time.
const SOONEST: Duration = Duration::from_millis(100);

/// What a source last said of itself, and what we think of it.
#[derive(Debug, Clone, Default)]
pub struct SourceHealth {
    pub last_success_at: Option<Timestamp>,
    /// The trouble since then; `None` while all is well.
    pub trouble: Option<String>,
    pub failures: u32,
    /// When it failed first since the last success.
    pub failing_since: Option<Timestamp>,
    /// Why it is blind, when it is.
    pub blind: Option<String>,
    /// Pushes that were not taken, or not to their end, since the start.
    pub n_refused: u64,
}

/// The latest word of every source, by name.
#[derive(Debug, Clone, Default)]
pub struct HealthBoard(Arc<Mutex<BTreeMap<String, SourceHealth>>>);

impl HealthBoard {
    /// Notes that a source could be read, or had nothing to say yet.
    pub fn works(&self, source: &str, last_success_at: Option<Timestamp>) {
        self.change(source, |health| {
            let (blind, n_refused) = (health.blind.take(), health.n_refused);
            *health = SourceHealth {
                last_success_at,
                blind,
                n_refused,
                ..SourceHealth::default()
            };
        });
    }

    /// Notes that a source failed again, and when it did.
    pub fn fails(&self, source: &str, trouble: &str, failures: u32, at: Timestamp) {
        self.change(source, |health| {
            health.trouble = Some(trouble.to_owned());
            health.failures = failures;
            health.failing_since.get_or_insert(at);
        });
    }

    /// Notes that a push was not taken, or not to its end.
    pub fn refused(&self, source: &str) {
        self.change(source, |health| health.n_refused += 1);
    }

    /// The latest word of each.
    pub fn all(&self) -> BTreeMap<String, SourceHealth> {
        self.lock().clone()
    }

    pub(super) fn get(&self, source: &str) -> SourceHealth {
        self.lock().get(source).cloned().unwrap_or_default()
    }

    fn change(&self, source: &str, change: impl FnOnce(&mut SourceHealth)) {
        change(self.lock().entry(source.to_owned()).or_default());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SourceHealth>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges every source again and again, until told to stop.
pub async fn watch(
    dir: PathBuf,
    organisation: Arc<Organisation>,
    board: HealthBoard,
    engine: Handle,
    stop: CancellationToken,
) {
    let watched_since = clock::now();
    // Whether the engine takes each for blind. What a run was told before we
    // started is open until we know.
    let before = thought_blind(&dir).unwrap_or_default();
    let keys = organisation.sources.iter().map(|source| &*source.key);
    let mut told: BTreeMap<&str, bool> = keys
        .filter(|key| !before.contains(*key))
        .map(|key| (key, false))
        .collect();
    loop {
        for source in &organisation.sources {
            let trouble = match word(source, &dir, &board, watched_since) {
                Word::Unknown => continue,
                Word::Sees => None,
                Word::Blind(because) => Some(because),
            };
            // How it fails may change; that it does is what counts.
            let key = source.key.as_str();
            let is_blind = trouble.is_some();
            if told.get(key) == Some(&is_blind) {
                continue;
            }
            board.change(key, |health| health.blind.clone_from(&trouble));
            let command = Command::SourceWord {
                source: key.to_owned(),
                trouble: trouble.clone(),
            };
            // What could not be stored is said again next time.
            if engine.carry_out(command).await.is_ok() {
                told.insert(key, is_blind);
                say(key, trouble.as_deref());
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(clock::real_pause(EVERY).max(SOONEST)) => {}
        }
    }
}

/// Sources that an open run takes for blind, from before we started.
fn thought_blind(dir: &Path) -> Result<BTreeSet<String>, StoreError> {
    let Some(store) = Store::open_to_read(dir, Plane::Real)? else {
        return Ok(BTreeSet::new());
    };
    let mut blind = BTreeSet::new();
    for row in store.runs()?.iter().filter(|row| row.is_open) {
        if let Some((run, _)) = store.run(row.id)? {
            blind.extend(run.ending.blind.into_keys());
        }
    }
    Ok(blind)
}

fn say(source: &str, trouble: Option<&str>) {
    match trouble {
        Some(because) => tracing::warn!(source, because, "the source is blind"),
        None => tracing::info!(source, "the source sees again"),
    }
}

fn word(source: &Source, dir: &Path, board: &HealthBoard, watched_since: Timestamp) -> Word {
    let tells_failures = match source.kind {
        SourceKind::Feed { .. } | SourceKind::File { .. } => true,
        SourceKind::Push { .. } => false,
        // Read but not carried out yet: nothing starts them.
        SourceKind::Mastodon { .. } | SourceKind::Bluesky { .. } => return Word::Unknown,
    };
    let health = board.get(&source.key);
    let failing = health.failing_since.zip(health.trouble.as_deref());
    let last_at = source
        .silent_after
        .and_then(|_| last_at(dir, &source.key).ok().flatten());
    let signs = Signs {
        watched_since,
        failing,
        was_read: health.last_success_at.is_some(),
        tells_failures,
        last_at,
        silent_after: source.silent_after,
    };
    judge(&signs, clock::now())
}

/// When a source last brought something.
fn last_at(dir: &Path, source: &str) -> Result<Option<Timestamp>, StoreError> {
    let Some(store) = Store::open_to_read(dir, Plane::Real)? else {
        return Ok(None);
    };
    let rows = store.sources()?;
    let row = rows.into_iter().find(|row| row.key == source);
    Ok(row.and_then(|row| row.last_at))
}
