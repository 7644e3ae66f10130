//! Files of history: how far each is in the store, and what came of it.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::mentions::DAY_ONLY;
use super::{Batch, Store, StoreError};
use crate::domain::history::Totals;
use crate::domain::time::Timestamp;

/// A file that was imported, or is being.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// Of the content, and of how it is read.
    pub digest: String,
    /// Its name, for people.
    pub file: String,
    pub by: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Records that are in the store, rejects among them.
    pub position: u64,
    /// Of the watches they were matched against.
    pub watches: String,
    pub totals: Totals,
}

impl Batch<'_> {
    /// How far the import of a file is.
    pub fn import(&self, digest: &str) -> Result<Option<ImportRow>, StoreError> {
        import(&self.transaction, digest)
    }

    /// Stores how far the import of a file is.
    pub fn save_import(&self, row: &ImportRow) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO import (digest, file, by, started_at, finished_at, position, watches, json)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (digest) DO UPDATE SET
               file = excluded.file, by = excluded.by, started_at = excluded.started_at,
               finished_at = excluded.finished_at, position = excluded.position,
               watches = excluded.watches, json = excluded.json",
        )?;
        save.execute(params![
            row.digest,
            row.file,
            row.by,
            row.started_at.timestamp(),
            row.finished_at.map(|at| at.timestamp()),
            row.position.cast_signed(),
            row.watches,
            serde_json::to_string(&row.totals)?
        ])?;
        Ok(())
    }
}

impl Store {
    /// How far the import of a file is; `None` when it never began.
    pub fn import(&self, digest: &str) -> Result<Option<ImportRow>, StoreError> {
        import(&self.connection, digest)
    }

    /// Whether a mention with this key counts already, or is kept as ours.
    pub fn is_known(&self, key: i64) -> Result<bool, StoreError> {
        let mut find = self.connection.prepare_cached(
            "SELECT 1 FROM mention WHERE key = $1
             UNION ALL SELECT 1 FROM counted WHERE key = $1 LIMIT 1",
        )?;
        Ok(find.query_row([key], |_| Ok(())).optional()?.is_some())
    }

    /// How many mentions counted for a watch, in steps of so many seconds, from
    /// the first on; steps without any are left out. Step n begins at
    /// n × `step`. Not of what is only known by its day.
    pub fn counts(
        &self,
        watch: &str,
        since: Timestamp,
        step: i64,
    ) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at / $1 AS step, count(*) FROM matched
             WHERE watch = $2 AND published_at >= $3 AND marks <> $4
             GROUP BY step ORDER BY step",
        )?;
        let asked = params![step, watch, since.timestamp(), DAY_ONLY];
        let rows = select.query_map(asked, |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many mentions counted for a watch of which only the day is known.
    pub fn n_day_only(&self, watch: &str, since: Timestamp) -> Result<u64, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT count(*) FROM matched WHERE watch = $1 AND published_at >= $2 AND marks = $3",
        )?;
        let asked = params![watch, since.timestamp(), DAY_ONLY];
        let n_rows: i64 = select.query_row(asked, |row| row.get(0))?;
        Ok(n_rows.unsigned_abs())
    }
}

fn import(connection: &Connection, digest: &str) -> Result<Option<ImportRow>, StoreError> {
    let mut find = connection.prepare_cached(
        "SELECT digest, file, by, started_at, finished_at, position, watches, json
         FROM import WHERE digest = $1",
    )?;
    let found = find.query_row([digest], read).optional()?;
    let Some((mut row, json)) = found else {
        return Ok(None);
    };
    row.totals = serde_json::from_str(&json)?;
    Ok(Some(row))
}

fn read(row: &Row<'_>) -> rusqlite::Result<(ImportRow, String)> {
    let moment = |seconds| Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
    let found = ImportRow {
        digest: row.get(0)?,
        file: row.get(1)?,
        by: row.get(2)?,
        started_at: moment(row.get(3)?),
        finished_at: row.get::<_, Option<i64>>(4)?.map(moment),
        position: row.get::<_, i64>(5)?.unsigned_abs(),
        watches: row.get(6)?,
        totals: Totals::default(),
    };
    Ok((found, row.get(7)?))
}
