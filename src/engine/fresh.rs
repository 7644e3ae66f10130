//! What was stored a moment ago, as it came in: what reads it need not take it out of
//! the store, and match and compare it again. Only a help: what is not here is there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::desk::Observed;

/// Mentions that are remembered: some megabytes. More were stored at once than are
/// read at once, so those that come first stay.
const MOST: usize = 4_000;

/// By number in the store. Cheap to clone; all clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh(Arc<Mutex<BTreeMap<i64, Arc<Observed>>>>);

impl Fresh {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<Observed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These were committed, with these numbers.
    pub(super) fn add(&self, kept: impl IntoIterator<Item = (i64, Observed)>) {
        let mut fresh = self.lock();
        for (number, seen) in kept {
            if fresh.len() >= MOST {
                break;
            }
            fresh.insert(number, Arc::new(seen));
        }
    }

    /// The mention with this number, if it is the one with this key and content: a
    /// number may be given again to another.
    pub(super) fn get(&self, number: i64, key: i64, content: i64) -> Option<Arc<Observed>> {
        let fresh = self.lock();
        let seen = fresh.get(&number)?;
        let mention = &seen.mention;
        (mention.key() == key && mention.content_hash() == content).then(|| Arc::clone(seen))
    }

    /// All up to this number were read.
    pub(super) fn read_to(&self, number: i64) {
        let mut fresh = self.lock();
        *fresh = fresh.split_off(&number.saturating_add(1));
    }

    /// None of it is to be remembered: something was forgotten, or other watches hold.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}
