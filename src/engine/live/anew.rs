//! Makes a desk as the store has it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Live;
use crate::domain::desk::{Desk, Happening, Pinned};
use crate::domain::lookout::NO_RUN;
use crate::domain::organisation::Organisation;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::engine::remembering;
use crate::store::{DOWN, StoreError};

/// Hours of which the usual is not learnt yet, so that gaps in them matter.
const UNLEARNT_HOURS: i64 = 50;

/// Closed runs that stay on the desk: news of their mail, and their cool-down.
const CLOSED_DAYS: i64 = 30;

impl Live {
    /// Makes the desk anew from the store.
    pub(super) fn rebuild(&mut self, now: Timestamp) -> Result<Vec<Happening>, StoreError> {
        let (organisation, shelf) = (Arc::clone(self.desk.organisation()), self.shelf.clone());
        let (desk, happenings) = self.made_anew(&organisation, &shelf, now)?;
        self.desk = desk;
        Ok(happenings)
    }

    /// The desk as the store has it, for these files, and what happened on it by now.
    pub(super) fn made_anew(
        &self,
        organisation: &Arc<Organisation>,
        shelf: &[Arc<Pinned>],
        now: Timestamp,
    ) -> Result<(Desk, Vec<Happening>), StoreError> {
        let mut desk = Desk::new(Arc::clone(organisation), shelf.to_vec()).noting_down();
        if self.listening.is_some() {
            desk = desk.listening_only();
        }
        self.adopt_runs(&mut desk, now)?;
        remembering::remember(&self.store, &mut desk, now)?;
        let alive_at = self.store.alive_at()?.map_or(now, |at| at.min(now));
        let gaps_since = alive_at - TimeDelta::hours(UNLEARNT_HOURS);
        let gaps = self.store.gaps(gaps_since)?;
        if gaps.iter().any(|gap| gap.source != DOWN) {
            for (watch, source) in self.store.brought()? {
                desk.brings(&watch, &source);
            }
        }
        for gap in gaps {
            let until = gap.until.unwrap_or(now);
            match gap.source.as_str() {
                DOWN => desk.missed(gap.from, until),
                source => desk.missed_by(source, gap.from, until),
            }
        }
        let mut trouble = None;
        let happenings = desk.catch_up(now, |playbook, trigger| {
            self.store.holds(playbook, trigger).unwrap_or_else(|error| {
                trouble = Some(error);
                None
            })
        });
        let mut happenings = happenings;
        happenings.extend(desk.go_on(self.committed_at.unwrap_or(now), now));
        match trouble {
            Some(trouble) => Err(trouble),
            None => Ok((desk, happenings)),
        }
    }

    fn adopt_runs(&self, desk: &mut Desk, now: Timestamp) -> Result<(), StoreError> {
        let rows = self.store.runs()?;
        desk.number_runs_from(rows.first().map_or(1, |row| row.id + 1));
        let waiting: BTreeSet<RunId> = self
            .store
            .waiting()?
            .iter()
            .map(|parcel| parcel.run)
            .collect();
        let oldest = now - TimeDelta::days(CLOSED_DAYS);
        let wanted = rows.iter().filter(|row| {
            row.is_open || waiting.contains(&row.id) || row.closed_at.is_some_and(|at| at > oldest)
        });
        for row in wanted {
            if let Some((run, pinned)) = self.store.run(row.id)? {
                desk.adopt(run, pinned);
            }
        }
        desk.adopt_outside(&self.store.log(NO_RUN)?);
        Ok(())
    }
}
