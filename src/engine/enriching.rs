//! Reads mentions after they were stored: what they say is worked out beside the
//! engine, and given back to it as work. Intake never waits for it; only conditions
//! about what is said do.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::fresh::Fresh;
use super::work::Work;
use super::{Handle, NotDone, Sieve, clock};
use crate::domain::desk::{Observed, Told, said};
use crate::domain::enrich::{Enricher, WordLists};
use crate::domain::mention::Mention;
use crate::domain::plane::Plane;
use crate::domain::query::watches::Watches;
use crate::domain::said::Said;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError, Unheard};

/// Mentions read in one work: some milliseconds of the engine.
const MOST_AT_ONCE: usize = 500;

/// How long reading rests when it has caught up: what comes meanwhile is read together
/// and is one transaction, which mentions and mails need not wait for one by one.
const REST: Duration = Duration::from_millis(100);

/// What was read in one stored mention.
#[derive(Debug, Clone)]
pub struct Enriched {
    /// In the store.
    pub number: i64,
    /// `None` for other words under a known id that count for nothing.
    pub told: Option<Told>,
    pub said: Said,
    /// The whole reading as JSON, with its reasons.
    pub because: String,
    /// For other watches it is matched again.
    pub seen: Option<Arc<Observed>>,
}

impl Enriched {
    /// Other files came into force meanwhile: it may count for other watches.
    pub(super) fn match_anew(&mut self, watches: &Watches) {
        let seen = self
            .seen
            .as_ref()
            .and_then(|seen| seen.matched_anew(watches));
        self.told = self.told.take().zip(seen).map(|(told, seen)| Told {
            watches: seen.matched.counted().to_vec(),
            ..told
        });
    }
}

/// How far behind reading is.
#[derive(Debug, Default)]
pub struct Lag {
    waiting: AtomicU64,
    milliseconds: AtomicU64,
}

impl Lag {
    /// Mentions that were stored and not read when this was last looked at.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How long the one that waited longest waited, in the group that was read last.
    pub fn seconds(&self) -> f64 {
        let milliseconds = self.milliseconds.load(Ordering::Relaxed);
        Duration::from_millis(milliseconds).as_secs_f64()
    }

    fn note(&self, waiting: u64, oldest: Timestamp) {
        let waited = (clock::now() - oldest).num_milliseconds().max(0);
        self.waiting.store(waiting, Ordering::Relaxed);
        self.milliseconds
            .store(waited.cast_unsigned(), Ordering::Relaxed);
    }
}

/// Reads what is stored and what will be, until told to stop.
pub async fn run(engine: Handle, dir: PathBuf, plane: Plane, stop: CancellationToken) {
    let mut changes = engine.changes();
    let mut reader = Reader::new(dir, plane, engine.fresh.clone());
    loop {
        // What is stored from here on is a change after this.
        changes.borrow_and_update();
        let sieve = engine.sieve.get();
        let (back, slice) = match tokio::task::spawn_blocking(move || {
            let slice = reader.read(&sieve);
            (reader, slice)
        })
        .await
        {
            Ok(read) => read,
            Err(why) => {
                tracing::error!(%why, "reading mentions stopped: this is a bug of ours");
                return;
            }
        };
        reader = back;
        let has_caught_up = match &slice {
            Ok(Some(slice)) => slice.enriched.len() < MOST_AT_ONCE,
            Ok(None) | Err(_) => true,
        };
        let has_more = match slice {
            Ok(None) => false,
            Ok(Some(slice)) => match give(&engine, slice).await {
                Ok(()) => true,
                Err(NotDone::Stopping) => return,
                // A full disk: it is tried again.
                Err(_) => false,
            },
            Err(why) => {
                tracing::warn!(%why, "stored mentions cannot be read now");
                false
            }
        };
        if has_more && !stop.is_cancelled() {
            if has_caught_up {
                let rest = clock::real_pause(REST).min(REST);
                // Who stops us does not wait for what is short.
                let _ = tokio::time::timeout(rest, stop.cancelled()).await;
            }
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

/// Some mentions that were read together.
struct Slice {
    enriched: Vec<Enriched>,
    read_to: i64,
    watches: Arc<Watches>,
    oldest: Timestamp,
    waiting: u64,
}

async fn give(engine: &Handle, slice: Slice) -> Result<(), NotDone> {
    let work = Work::Enriched {
        enriched: slice.enriched,
        read_to: slice.read_to,
        watches: slice.watches,
    };
    engine.send(work).await?;
    engine.fresh.read_to(slice.read_to);
    engine.lag.note(slice.waiting, slice.oldest);
    Ok(())
}

struct Reader {
    dir: PathBuf,
    plane: Plane,
    fresh: Fresh,
    store: Option<Store>,
    enricher: Option<(WordLists, Enricher)>,
}

impl Reader {
    fn new(dir: PathBuf, plane: Plane, fresh: Fresh) -> Self {
        Self {
            dir,
            plane,
            fresh,
            store: None,
            enricher: None,
        }
    }

    /// The next mentions that nobody read; `None` when all were.
    fn read(&mut self, sieve: &Sieve) -> Result<Option<Slice>, StoreError> {
        if self.store.is_none() {
            self.store = Store::open_to_read(&self.dir, self.plane)?;
        }
        let Some(store) = &self.store else {
            return Ok(None);
        };
        let kept = |number, key, content| self.fresh.get(number, key, content);
        let unread = store.unread(MOST_AT_ONCE, kept)?;
        let (Some(first), Some(last)) = (unread.first(), unread.last()) else {
            return Ok(None);
        };
        let (oldest, read_to) = (first.received_at, last.number);
        let waiting = match unread.len() < MOST_AT_ONCE {
            true => 0,
            false => store.n_unread()?.0.saturating_sub(unread.len() as u64),
        };
        if self
            .enricher
            .as_ref()
            .is_none_or(|(words, _)| *words != sieve.words)
        {
            self.enricher = Some((sieve.words.clone(), Enricher::new(&sieve.words)));
        }
        let Some((_, enricher)) = &self.enricher else {
            return Ok(None);
        };
        let read = |mention: &Mention| enricher.read(&mention.text, mention.lang.as_deref());
        let enriched = unread.into_iter().map(|one| {
            let (reading, seen) = match one.words {
                // Matched when it came in; against other watches, it is when it is given.
                Unheard::Kept(seen) => (read(&seen.mention), Some(seen)),
                Unheard::Stored {
                    mention,
                    source,
                    is_beside,
                } => {
                    let reading = read(&mention);
                    let seen = match is_beside {
                        true => beside(store, sieve, one.number, *mention, &source.into())?,
                        false => Observed::new(*mention, &sieve.watches, &source.into()),
                    };
                    (reading, seen.map(Arc::new))
                }
            };
            Ok(Enriched {
                number: one.number,
                told: seen.as_ref().map(|seen| Told::new(seen, &reading)),
                said: said(&reading),
                because: serde_json::to_string(&reading).unwrap_or_default(),
                seen,
            })
        });
        Ok(Some(Slice {
            enriched: enriched.collect::<Result<_, StoreError>>()?,
            read_to,
            watches: Arc::clone(&sieve.watches),
            oldest,
            waiting,
        }))
    }
}

/// Other words under a known id, in the watches where they count.
fn beside(
    store: &Store,
    sieve: &Sieve,
    number: i64,
    mention: Mention,
    source: &Arc<str>,
) -> Result<Option<Observed>, StoreError> {
    let Some(seen) = Observed::new(mention, &sieve.watches, source) else {
        return Ok(None);
    };
    let mut here = Vec::new();
    for place in seen.matched.counted() {
        let key = sieve.watches.key(*place);
        if store.counts_in(key, &seen.mention, number)? {
            here.push(*place);
        }
    }
    Ok((!here.is_empty()).then(|| seen.only_in(here)))
}
