//! Gives a desk what is stored of the past of its watches: several at once, because a
//! start waits for it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chrono::TimeDelta;

use crate::domain::desk::{Desk, Memory};
use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;
use crate::store::{Sayings, Store, StoreError};

/// How far back it is read again who asked us what, and what we posted.
const ASKED_DAYS: i64 = 14;

/// So many watches are remembered at once, where there are as many processors. Each takes
/// some megabytes while it is.
const MOST_AT_ONCE: usize = 4;

/// The moment from which that is read.
pub(super) fn asked_since(now: Timestamp) -> Timestamp {
    now - TimeDelta::days(ASKED_DAYS)
}

/// From when on the past of a watch is read.
pub(super) fn since(desk: &Desk, watch: usize, now: Timestamp) -> Timestamp {
    // An hour more, so that what is out of reach is not taken for none.
    now - TimeDelta::seconds(desk.needs(watch) + 3_600)
}

/// Gives the desk the past of every watch.
pub(super) fn remember(store: &Store, desk: &mut Desk, now: Timestamp) -> Result<(), StoreError> {
    let organisation = Arc::clone(desk.organisation());
    let asked_since = asked_since(now);
    let sinces: Vec<Timestamp> = (0..organisation.watches.len())
        .map(|watch| since(desk, watch, now))
        .collect();
    let (marks, sayings) = (desk.marks().clone(), Sayings::default());
    let memories = Mutex::new(desk.memories().into_iter().zip(sinces));
    let next = || {
        let mut memories = memories.lock().unwrap_or_else(PoisonError::into_inner);
        memories.next()
    };
    // Takes watches until none is left; what we posted, from who has the first.
    let work = |store: &Store| -> Result<Vec<Arc<Mention>>, StoreError> {
        let mut ours = Vec::new();
        while let Some((memory, since)) = next() {
            let Memory { watch, .. } = memory;
            let key = organisation.watches[watch].key.as_str();
            let read = |words: &str| marks.read(words);
            let past = store.past(key, since, asked_since, &sayings, read)?;
            if watch == 0 {
                ours = past.ours();
            }
            memory.remember(past);
        }
        Ok(ours)
    };
    let n_processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let n_beside = n_processors.min(MOST_AT_ONCE) - 1;
    let mut beside = Vec::new();
    while beside.len() < n_beside.min(organisation.watches.len().saturating_sub(1)) {
        match store.beside()? {
            Some(another) => beside.push(another),
            None => break,
        }
    }
    let ours = thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = beside
            .into_iter()
            .map(|another| scope.spawn(move || work(&another)))
            .collect();
        let mut all = work(store)?;
        for other in others {
            match other.join() {
                Ok(ours) => all.extend(ours?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<_, StoreError>(all)
    })?;
    desk.know_ours(&ours);
    Ok(())
}
