//! What the daemon of a story has on disk: the real store with its outbox, in
//! memory. A daemon that is killed is made again from nothing else.

use std::sync::Arc;

use crate::domain::desk::{Happening, Pinned};
use crate::domain::lookout::NO_RUN;
use crate::domain::plane::Plane;
use crate::domain::run::{Logged, Run};
use crate::domain::time::Timestamp;
use crate::domain::trigger::Hold;
use crate::store::{Delivery, Parcel, Store, StoreError};

/// See the module.
#[derive(Debug)]
pub(super) struct Disk {
    store: Store,
    /// Batches with something in them.
    n_kept: u64,
}

/// How far a trigger has come: playbook, trigger, stretches.
pub(super) type Holds = (String, String, Vec<Hold>);

impl Disk {
    /// The error is for who wants to play.
    pub(super) fn new() -> Result<Self, String> {
        let store = Store::in_memory(Plane::Real).map_err(|error| error.to_string())?;
        Ok(Self { store, n_kept: 0 })
    }

    /// How often something was stored.
    pub(super) fn n_kept(&self) -> u64 {
        self.n_kept
    }

    /// Stores causes and effects together, as the daemon does.
    pub(super) fn keep(
        &mut self,
        happenings: &[Happening],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let is_kept = |one: &Happening| !matches!(one, Happening::Signal(_));
        if !happenings.iter().any(is_kept) {
            return Ok(());
        }
        let batch = self.store.begin()?;
        for happening in happenings {
            match happening {
                Happening::Change(change) => {
                    batch.append(change, now)?;
                }
                Happening::Outside(outside) => {
                    batch.append_outside(outside, now)?;
                }
                Happening::Signal(_) => {}
            }
        }
        self.n_kept += 1;
        batch.commit()
    }

    pub(super) fn keep_holds(&mut self, holds: &[Holds]) -> Result<(), StoreError> {
        let batch = self.store.begin()?;
        for (playbook, trigger, holds) in holds {
            batch.save_holds(playbook, trigger, holds)?;
        }
        batch.commit()
    }

    /// What came of a try to deliver.
    pub(super) fn tried(
        &mut self,
        effect: &str,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let batch = self.store.begin()?;
        batch.record_delivery(effect, delivery, now)?;
        batch.commit()
    }

    /// Every run with what it pinned, oldest first.
    pub(super) fn runs(&self) -> Result<Vec<(Run, Arc<Pinned>)>, StoreError> {
        let rows = self.store.runs()?;
        let runs = rows.iter().rev().map(|row| self.store.run(row.id));
        let runs: Result<Vec<_>, _> = runs.collect();
        Ok(runs?.into_iter().flatten().collect())
    }

    /// The log of what belongs to no run.
    pub(super) fn outside(&self) -> Result<Vec<Logged>, StoreError> {
        self.store.log(NO_RUN)
    }

    pub(super) fn holds(
        &self,
        playbook: &str,
        trigger: &str,
    ) -> Result<Option<Vec<Hold>>, StoreError> {
        self.store.holds(playbook, trigger)
    }

    /// What still has to go out, in its order.
    pub(super) fn waiting(&self) -> Result<Vec<Parcel>, StoreError> {
        self.store.waiting()
    }
}
