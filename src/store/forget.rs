//! Forgets strangers' words in logs and notices that were kept long enough.
//! The chain over the log stays whole: only hashes are in it.

use std::collections::BTreeSet;

use rusqlite::params;
use serde_json::Value;

use super::{Batch, StoreError};
use crate::domain::chain::Kind;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;

/// Strings and notices in one go: a bound on how long it holds up the rest.
const MOST_AT_ONCE: i64 = 2_000;

impl Batch<'_> {
    /// Deletes the quotes of events before `before`, oldest first, and every
    /// copy of them. Gives the runs that lost some: whoever holds one of them
    /// in memory holds what is no longer known.
    pub fn forget_quotes(&self, before: Timestamp) -> Result<BTreeSet<RunId>, StoreError> {
        self.forget_quotes_in_notices(before)?;
        let mut old = self.transaction.prepare_cached(
            "SELECT run, seq, hash FROM personal WHERE kind = $1 AND at < $2
             ORDER BY at LIMIT $3",
        )?;
        let rows = old.query_map(
            params![Kind::Quote.name(), before.timestamp(), MOST_AT_ONCE],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let old: Vec<(i64, i64, String)> = rows.collect::<Result<_, _>>()?;
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM personal WHERE run = $1 AND seq = $2 AND hash = $3")?;
        let mut runs = BTreeSet::new();
        for (run, seq, hash) in old {
            delete.execute(params![run, seq, hash])?;
            runs.insert(run.cast_unsigned());
        }
        let mut unfold = self
            .transaction
            .prepare_cached("DELETE FROM folded WHERE run = $1")?;
        for run in &runs {
            unfold.execute([run.cast_signed()])?;
        }
        Ok(runs)
    }

    /// What still waits keeps its quotes until it is out.
    fn forget_quotes_in_notices(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut old = self.transaction.prepare_cached(
            "SELECT effect, json FROM outbox
             WHERE quoted = 1 AND created_at < $1 AND state <> 'waiting'
             ORDER BY created_at LIMIT $2",
        )?;
        let rows = old.query_map(params![before.timestamp(), MOST_AT_ONCE], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let old: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        let mut update = self
            .transaction
            .prepare_cached("UPDATE outbox SET json = $1, quoted = 0 WHERE effect = $2")?;
        for (effect, json) in old {
            let mut notice: Value = serde_json::from_str(&json)?;
            if let Some(quotes) = notice.pointer_mut("/content/alert/evidence/quotes") {
                *quotes = Value::Array(Vec::new());
            }
            update.execute(params![notice.to_string(), effect])?;
        }
        Ok(())
    }
}
