//! What was worked out for one page is kept for the next, until something is
//! committed: many look at the same run, and each looks often.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::NotDone;
use super::request::{Counter, Owner};
use crate::domain::answering::times::Answering;
use crate::domain::run::RunId;

/// Answers that are kept: so many runs are looked at side by side.
const MOST_KEPT: usize = 64;

/// See the module. Clones share what they know. It holds counts and times of ours,
/// never what somebody wrote.
#[derive(Debug, Clone, Default)]
pub struct Memo {
    answering: Kept<(RunId, u64), Arc<Answering>>,
    counts: Kept<Counted, Arc<Vec<(i64, u64)>>>,
}

/// A watch, the length of a stretch in seconds, and from when until when.
pub(super) type Counted = (String, i64, (i64, i64));

#[derive(Debug)]
struct Kept<K, V>(Arc<Mutex<Known<K, V>>>);

#[derive(Debug)]
struct Known<K, V> {
    n_commits: u64,
    answers: BTreeMap<K, V>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Known {
            n_commits: 0,
            answers: BTreeMap::new(),
        })))
    }
}

impl<K, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Ord, V: Clone> Kept<K, V> {
    /// What is known since this commit, else what `work` gives. `n_commits` was read
    /// before the store is; then an answer may be newer than it says, never older.
    fn get(
        &self,
        n_commits: Option<u64>,
        key: K,
        work: impl FnOnce() -> Result<V, NotDone>,
    ) -> Result<V, NotDone> {
        // Without a daemon others may write meanwhile, and nobody asks twice.
        let Some(n_commits) = n_commits else {
            return work();
        };
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let known = lock();
            if known.n_commits == n_commits
                && let Some(answer) = known.answers.get(&key)
            {
                return Ok(answer.clone());
            }
        }
        let answer = work()?;
        let mut known = lock();
        if known.n_commits < n_commits || known.answers.len() >= MOST_KEPT {
            known.answers.clear();
            known.n_commits = known.n_commits.max(n_commits);
        }
        if known.n_commits == n_commits {
            known.answers.insert(key, answer.clone());
        }
        Ok(answer)
    }
}

impl Counter {
    fn n_commits(&self) -> Option<u64> {
        match &self.owner {
            Owner::Daemon(engine) => Some(engine.changes().borrow().n_commits),
            Owner::Alone(_) | Owner::Nobody => None,
        }
    }

    /// How a run with so many events was answered, from `work` when it is not known.
    pub(super) fn answering_of(
        &self,
        run: (RunId, u64),
        work: impl FnOnce() -> Result<Answering, NotDone>,
    ) -> Result<Arc<Answering>, NotDone> {
        let work = || work().map(Arc::new);
        self.memo.answering.get(self.n_commits(), run, work)
    }

    /// Counts by stretch, from `work` when they are not known.
    pub(super) fn counts_of(
        &self,
        counted: Counted,
        work: impl FnOnce() -> Result<Vec<(i64, u64)>, NotDone>,
    ) -> Result<Arc<Vec<(i64, u64)>>, NotDone> {
        let work = || work().map(Arc::new);
        self.memo.counts.get(self.n_commits(), counted, work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn got(kept: &Kept<u8, u8>, n_commits: Option<u64>, work: u8) -> Option<u8> {
        kept.get(n_commits, 1, || Ok(work)).ok()
    }

    #[test]
    fn an_answer_holds_until_the_next_commit() {
        let kept = Kept::default();
        assert_eq!(got(&kept, Some(1), 10), Some(10));
        assert_eq!(got(&kept, Some(1), 11), Some(10));
        assert_eq!(got(&kept, Some(2), 12), Some(12));
        assert_eq!(got(&kept, Some(2), 13), Some(12));
    }

    #[test]
    fn who_was_slow_puts_nothing_old_in_the_place_of_the_new() {
        let kept = Kept::default();
        assert_eq!(got(&kept, Some(3), 30), Some(30));
        assert_eq!(got(&kept, Some(2), 20), Some(20), "for itself only");
        assert_eq!(got(&kept, Some(3), 31), Some(30));
    }

    #[test]
    fn without_a_daemon_and_after_a_fault_nothing_is_kept() {
        let kept = Kept::default();
        assert_eq!(got(&kept, None, 1), Some(1));
        assert_eq!(got(&kept, None, 2), Some(2));
        let broken = kept.get(Some(1), 1, || Err(NotDone::Refused(String::new())));
        assert!(broken.is_err());
        assert_eq!(got(&kept, Some(1), 3), Some(3));
    }

    #[test]
    fn there_are_only_so_many() {
        let kept = Kept::default();
        for key in 0..1_000_u32 {
            assert!(kept.get(Some(1), key, || Ok(key)).is_ok());
        }
        let known = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(known.answers.len() <= MOST_KEPT && !known.answers.is_empty());
    }
}
