//! Deletes what was kept long enough, and what somebody chose to have forgotten, in step
//! with the desk.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Live;
use crate::domain::forgetting::Forgotten;
use crate::domain::organisation::Organisation;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::engine::forgetting::{self, Forgetting};
use crate::engine::{access, before};
use crate::store::{Batch, StoreError};

/// How often texts are looked at that were kept long enough.
pub(super) const FORGET_MINUTES: i64 = 10;

impl Live {
    /// Deletes what was kept long enough, before anything is decided: what is
    /// still in memory would be mailed, or folded into the store again.
    pub(super) fn forget(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let n_before = self.store.n_written();
        let batch = self.store.begin()?;
        let runs = forget(&batch, self.desk.organisation(), self.forgotten_to, now)?;
        batch.commit()?;
        self.owes_empty_log |= self.store.n_written() > n_before;
        for id in runs {
            if self.desk.run(id).is_some()
                && let Some((run, pinned)) = self.store.run(id)?
            {
                self.desk.replace(run, pinned);
            }
        }
        self.forget_at = now + TimeDelta::minutes(FORGET_MINUTES);
        self.forgotten_to = before(now, self.keep_texts());
        Ok(())
    }

    /// The same for what somebody chose. The desk is made anew after it: it may
    /// hold what was forgotten, to quote it later.
    pub(super) fn forget_chosen(
        &mut self,
        forgetting: &Forgetting,
        now: Timestamp,
    ) -> Result<Forgotten, StoreError> {
        let batch = self.store.begin()?;
        let organisation = Arc::clone(self.desk.organisation());
        let (done, _) = forgetting::forget(&batch, &organisation, forgetting, now)?;
        batch.commit()?;
        self.fresh.clear();
        self.behind_until = Some(now);
        self.owes_empty_log = true;
        Ok(done)
    }
}

/// Deletes texts, and who wrote them, that were kept as long as the organisation
/// wants. Gives the runs that lost quotes.
fn forget(
    batch: &Batch,
    organisation: &Organisation,
    forgotten_to: Timestamp,
    now: Timestamp,
) -> Result<BTreeSet<RunId>, StoreError> {
    let oldest = before(now, organisation.keep_texts);
    let n_forgotten = batch.forget_texts(oldest)?;
    for watch in &organisation.watches {
        batch.forget_authors(&watch.key, forgotten_to, oldest)?;
    }
    if n_forgotten > 0 {
        tracing::info!(n_forgotten, "texts that were kept long enough are deleted");
    }
    batch.forget_readings(before(now, organisation.reading.keep))?;
    batch.forget_keyed(now)?;
    access::tidy(batch, organisation, now)?;
    let runs = batch.forget_quotes(oldest)?;
    if !runs.is_empty() {
        let n_runs = runs.len();
        tracing::info!(n_runs, "quotes that were kept long enough are deleted");
    }
    Ok(runs)
}
