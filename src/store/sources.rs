//! What each source brought, and where it continues.

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::time::Timestamp;

/// What one batch brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub received: u64,
    pub matched: u64,
    pub new: u64,
    pub rejected: u64,
}

/// What a source brought in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    pub key: String,
    pub total: Tally,
    pub last_at: Option<Timestamp>,
}

impl Batch<'_> {
    /// Adds to what a source brought; `position` is where it continues.
    pub fn tally(
        &self,
        source: &str,
        tally: Tally,
        position: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut add = self.transaction.prepare_cached(
            "INSERT INTO source (key, position, received, matched, new, rejected, last_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (key) DO UPDATE SET
               position = coalesce(excluded.position, position), received = received + excluded.received,
               matched = matched + excluded.matched, new = new + excluded.new,
               rejected = rejected + excluded.rejected, last_at = coalesce(excluded.last_at, last_at)",
        )?;
        let last_at = (tally.received > 0).then(|| now.timestamp());
        add.execute(params![
            source,
            position,
            tally.received.cast_signed(),
            tally.matched.cast_signed(),
            tally.new.cast_signed(),
            tally.rejected.cast_signed(),
            last_at
        ])?;
        Ok(())
    }
}

impl Store {
    /// Where a source continues after a restart.
    pub fn position(&self, source: &str) -> Result<Option<String>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT position FROM source WHERE key = $1")?;
        let position: Option<Option<String>> =
            select.query_row([source], |row| row.get(0)).optional()?;
        Ok(position.flatten())
    }

    /// Every source that ever brought something, by name.
    pub fn sources(&self) -> Result<Vec<SourceRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT key, received, matched, new, rejected, last_at FROM source ORDER BY key",
        )?;
        let rows = select.query_map([], |row| {
            let number =
                |index: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(index)?.cast_unsigned());
            Ok(SourceRow {
                key: row.get(0)?,
                total: Tally {
                    received: number(1)?,
                    matched: number(2)?,
                    new: number(3)?,
                    rejected: number(4)?,
                },
                last_at: row
                    .get::<_, Option<i64>>(5)?
                    .and_then(|seconds| Timestamp::from_timestamp(seconds, 0)),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
