//! Runs: what they pinned, and their logs.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError, events};
use crate::domain::chain::{self, Mark};
use crate::domain::desk::{Change, Pinned};
use crate::domain::lookout::{NO_RUN, Outside};
use crate::domain::run::{Event, Logged, Run, RunHead, RunId};
use crate::domain::time::Timestamp;
use crate::domain::trigger::Hold;
use crate::domain::verify::{Stored, StoredEvent};

/// A line of the list of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub id: RunId,
    pub playbook: String,
    pub watch: String,
    pub level: String,
    pub is_open: bool,
    pub started_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

impl Batch<'_> {
    /// Stores what one event made of a run: events and effects together.
    /// Gives the head of its log then.
    pub fn append(&self, change: &Change, now: Timestamp) -> Result<Mark, StoreError> {
        let run = &change.run;
        let mark = events::write(&self.transaction, run.id, &change.events)?;
        self.index(change)?;
        for effect in &change.effects {
            self.record_effect(&mark, effect, now)?;
        }
        Ok(mark)
    }

    /// Stores what belongs to no run, in a log of its own.
    pub fn append_outside(&self, outside: &Outside, now: Timestamp) -> Result<Mark, StoreError> {
        let mark = events::write(&self.transaction, NO_RUN, &outside.events)?;
        for effect in &outside.effects {
            self.record_effect(&mark, effect, now)?;
        }
        Ok(mark)
    }

    fn index(&self, change: &Change) -> Result<(), StoreError> {
        let run = &change.run;
        let is_first = change.events.first().is_some_and(|logged| logged.seq == 1);
        if is_first {
            self.pin(&change.pinned)?;
            let mut insert = self.transaction.prepare_cached(
                "INSERT INTO run (id, playbook, watch, level, is_open, started_at, pinned, seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )?;
            insert.execute(params![
                run.id.cast_signed(),
                run.playbook,
                run.watch,
                run.level,
                i64::from(run.is_open),
                run.started_at.unwrap_or_default().timestamp(),
                change.pinned.hash,
                run.seq.cast_signed()
            ])?;
            return Ok(());
        }
        let is_moved = |logged: &Logged| matches!(logged.event, Event::Upgraded { .. });
        if change.events.iter().any(is_moved) {
            self.pin(&change.pinned)?;
        }
        let mut update = self.transaction.prepare_cached(
            "UPDATE run SET level = $1, is_open = $2, closed_at = $3, seq = $4, pinned = $5
             WHERE id = $6",
        )?;
        update.execute(params![
            run.level,
            i64::from(run.is_open),
            run.closed_at.map(|at| at.timestamp()),
            run.seq.cast_signed(),
            change.pinned.hash,
            run.id.cast_signed()
        ])?;
        Ok(())
    }

    /// Stores a playbook with its templates, once for each content. Done for all
    /// of them when the daemon starts, so that a crossing has less to write.
    pub fn pin(&self, pinned: &Pinned) -> Result<(), StoreError> {
        let mut known = self
            .transaction
            .prepare_cached("SELECT 1 FROM pinned WHERE hash = $1")?;
        if known.exists([&pinned.hash])? {
            return Ok(());
        }
        let mut insert = self
            .transaction
            .prepare_cached("INSERT INTO pinned (hash, json) VALUES ($1, $2)")?;
        insert.execute(params![pinned.hash, serde_json::to_string(pinned)?])?;
        Ok(())
    }

    /// Forgets how far every trigger has come.
    pub fn clear_holds(&self) -> Result<(), StoreError> {
        self.transaction.execute("DELETE FROM hold", [])?;
        Ok(())
    }

    /// Stores how far a trigger has come.
    pub fn save_holds(
        &self,
        playbook: &str,
        trigger: &str,
        holds: &[Hold],
    ) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO hold (playbook, trigger, json) VALUES ($1, $2, $3)
             ON CONFLICT (playbook, trigger) DO UPDATE SET json = excluded.json",
        )?;
        save.execute(params![playbook, trigger, serde_json::to_string(holds)?])?;
        Ok(())
    }
}

impl Store {
    /// When something last happened in a run that is open.
    pub fn latest_event(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql =
            "SELECT max(event.at) FROM event JOIN run ON run.id = event.run WHERE run.is_open = 1";
        let latest: Option<String> = self.connection.query_row(sql, [], |row| row.get(0))?;
        let latest = latest.and_then(|at| chrono::DateTime::parse_from_rfc3339(&at).ok());
        Ok(latest.map(|at| at.to_utc()))
    }

    /// How far a trigger had come; `None` for one that never ran.
    pub fn holds(&self, playbook: &str, trigger: &str) -> Result<Option<Vec<Hold>>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM hold WHERE playbook = $1 AND trigger = $2")?;
        let json: Option<String> = select
            .query_row([playbook, trigger], |row| row.get(0))
            .optional()?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// All runs, newest first.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT id, playbook, watch, level, is_open, started_at, closed_at FROM run ORDER BY id DESC",
        )?;
        let rows = select.query_map([], |row| {
            let at = |seconds: i64| Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
            Ok(RunRow {
                id: row.get::<_, i64>(0)?.cast_unsigned(),
                playbook: row.get(1)?,
                watch: row.get(2)?,
                level: row.get(3)?,
                is_open: row.get::<_, i64>(4)? != 0,
                started_at: at(row.get(5)?),
                closed_at: row.get::<_, Option<i64>>(6)?.map(at),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The log of a run, in order; empty when there is no such run.
    pub fn log(&self, run: RunId) -> Result<Vec<Logged>, StoreError> {
        self.log_after(run, 0)
    }

    /// What was logged after an event.
    fn log_after(&self, run: RunId, seq: u64) -> Result<Vec<Logged>, StoreError> {
        let rows = events::rows(&self.connection, run, seq)?;
        let values = events::values(&self.connection, run, seq)?;
        let known: HashMap<(u64, &str), &str> = values
            .iter()
            .map(|(seq, one)| ((*seq, one.hash.as_str()), one.value.as_str()))
            .collect();
        let read = |row: &StoredEvent| {
            if !chain::may_have_holes(&row.json) {
                return serde_json::from_str(&row.json);
            }
            let mut event = serde_json::from_str(&row.json)?;
            chain::fill(&mut event, &|hash| known.get(&(row.seq, hash)).copied());
            serde_json::from_value(event)
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// The state of a run after its whole log, and never mind the folded one.
    pub fn replayed(&self, id: RunId) -> Result<Run, StoreError> {
        Ok(Run::replay(id, &self.log(id)?))
    }

    /// The numbers of all runs of which anything is stored.
    pub fn every_run(&self) -> Result<Vec<RunId>, StoreError> {
        let sql = "SELECT id FROM run UNION SELECT run FROM event ORDER BY 1";
        let mut select = self.connection.prepare(sql)?;
        let rows = select.query_map([], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A run just as it is on disk, all of it of one moment.
    pub fn stored(&self, run: RunId) -> Result<Stored, StoreError> {
        let _moment = self.connection.unchecked_transaction()?;
        Ok(Stored {
            run,
            listed: self.listed(run)?,
            events: events::rows(&self.connection, run, 0)?,
            values: events::values(&self.connection, run, 0)?,
            folded: self.folded(run)?,
        })
    }

    fn listed(&self, run: RunId) -> Result<Option<RunHead>, StoreError> {
        let sql = "SELECT playbook, watch, level, is_open, started_at, closed_at, seq
                   FROM run WHERE id = $1";
        let at = |seconds: i64| Timestamp::from_timestamp(seconds, 0);
        let found = self
            .connection
            .query_row(sql, [run.cast_signed()], |row| {
                Ok(RunHead {
                    id: run,
                    playbook: row.get(0)?,
                    watch: row.get(1)?,
                    level: row.get(2)?,
                    is_open: row.get::<_, i64>(3)? != 0,
                    started_at: at(row.get(4)?),
                    closed_at: row.get::<_, Option<i64>>(5)?.and_then(at),
                    seq: row.get::<_, i64>(6)?.cast_unsigned(),
                })
            })
            .optional()?;
        Ok(found)
    }

    /// A run as its log made it, with what it pinned.
    pub fn run(&self, id: RunId) -> Result<Option<(Run, Arc<Pinned>)>, StoreError> {
        let pinned: Option<(String, String)> = self
            .connection
            .query_row(
                "SELECT p.json, p.hash FROM run r JOIN pinned p ON p.hash = r.pinned WHERE r.id = $1",
                [id.cast_signed()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((json, hash)) = pinned else {
            return Ok(None);
        };
        let folded = self.folded(id)?.unwrap_or_else(|| Run::new(id));
        let since = self.log_after(id, folded.seq)?;
        let run = since
            .iter()
            .fold(folded, |run, logged| run.apply(&logged.event, logged.at));
        let pinned = Pinned {
            hash,
            ..serde_json::from_str(&json)?
        };
        Ok(Some((run, Arc::new(pinned))))
    }
}
