//! Folded runs: the state of a run at one event of its log, so that a long log
//! need not be replayed at every look.
//!
//! A copy, never the truth: without it, or when another program wrote it, the
//! log is replayed.

use std::sync::LazyLock;

use rusqlite::{OptionalExtension, params};
use xxhash_rust::xxh3::xxh3_64;

use super::{Batch, Store, StoreError};
use crate::domain::desk::Change;
use crate::domain::run::{Event, Run, RunId};

/// Events of a run between two foldings: what a look has to replay at most.
const EVERY: u64 = 200;

/// What a folded run is made by: whatever changes here may fold the same log
/// to another state, so a copy by other code is not believed.
const MADE_BY: [&str; 21] = [
    include_str!("../domain/run/mod.rs"),
    include_str!("../domain/run/event.rs"),
    include_str!("../domain/run/alarm.rs"),
    include_str!("../domain/run/underway.rs"),
    include_str!("../domain/run/item.rs"),
    include_str!("../domain/run/statement.rs"),
    include_str!("../domain/run/draft.rs"),
    include_str!("../domain/run/ending.rs"),
    include_str!("../domain/run/lesson.rs"),
    include_str!("../domain/run/impact.rs"),
    include_str!("../domain/environment/mod.rs"),
    include_str!("../domain/run/judge.rs"),
    include_str!("../domain/evidence/mod.rs"),
    include_str!("../domain/evidence/measure.rs"),
    include_str!("../domain/evidence/earlier.rs"),
    include_str!("../domain/evidence/recent.rs"),
    include_str!("../domain/evidence/quotes.rs"),
    include_str!("../domain/facts.rs"),
    include_str!("../domain/run/asked.rs"),
    include_str!("../domain/answering/mod.rs"),
    include_str!("../domain/answering/tree.rs"),
];

/// Worked out rather than counted up by hand: a number that somebody forgets to
/// raise would bring back a state that no log ever gave.
static STATE_VERSION: LazyLock<i64> =
    LazyLock::new(|| xxh3_64(MADE_BY.concat().as_bytes()).cast_signed());

/// Whether a run is to be folded after this change.
pub fn is_fold_due(change: &Change) -> bool {
    let closes = |event: &Event| matches!(event, Event::RunClosed { .. });
    let first = change.events.first().map_or(0, |logged| logged.seq);
    let last = change.events.last().map_or(0, |logged| logged.seq);
    first > 0 && first.saturating_sub(1) / EVERY != last / EVERY
        || change.events.iter().any(|logged| closes(&logged.event))
}

impl Batch<'_> {
    /// Stores the state of a run, which must be that after its last event.
    pub fn fold(&self, run: &Run) -> Result<(), StoreError> {
        let mut last = self
            .transaction
            .prepare_cached("SELECT max(seq) FROM event WHERE run = $1")?;
        let id = run.id.cast_signed();
        let last: Option<i64> = last.query_row([id], |row| row.get(0))?;
        // A state that is ahead of its log would outlive a commit that failed.
        if last != Some(run.seq.cast_signed()) {
            return Ok(());
        }
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO folded (run, seq, version, json) VALUES ($1, $2, $3, $4)
             ON CONFLICT (run) DO UPDATE SET
               seq = excluded.seq, version = excluded.version, json = excluded.json",
        )?;
        let json = serde_json::to_string(run)?;
        insert.execute(params![id, run.seq.cast_signed(), *STATE_VERSION, json])?;
        Ok(())
    }

    /// Folds a run whose folded state is missing, old, or far behind.
    pub fn fold_when_behind(&self, run: &Run) -> Result<(), StoreError> {
        let mut find = self
            .transaction
            .prepare_cached("SELECT seq FROM folded WHERE run = $1 AND version = $2")?;
        let id = run.id.cast_signed();
        let seq: Option<i64> = find
            .query_row([id, *STATE_VERSION], |row| row.get(0))
            .optional()?;
        if run.seq < seq.unwrap_or(0).cast_unsigned() + EVERY {
            return Ok(());
        }
        self.fold(run)
    }
}

impl Store {
    /// The folded state of a run; `None` when there is none to be believed.
    pub(super) fn folded(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        let mut find = self
            .connection
            .prepare_cached("SELECT json, seq FROM folded WHERE run = $1 AND version = $2")?;
        let found: Option<(String, i64)> = find
            .query_row([id.cast_signed(), *STATE_VERSION], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(found.and_then(|(json, seq)| {
            let run: Run = serde_json::from_str(&json).ok()?;
            (run.id == id && run.seq == seq.cast_unsigned()).then_some(run)
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_that_makes_a_run_is_in_its_version() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/run");
        let files = std::fs::read_dir(src).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        for text in texts {
            let first = text.lines().next().unwrap();
            assert!(MADE_BY.contains(&text.as_str()), "add to MADE_BY: {first}");
        }
    }
}
