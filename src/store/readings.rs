//! Who read stored texts: one row for each time, also for who was refused.

use rusqlite::params;

use super::{Batch, Store, StoreError};
use crate::domain::reading::Reading;
use crate::domain::time::Timestamp;

/// What stands in the place of a query that named somebody who was forgotten.
const NO_QUERY: &str = "[forgotten]";

/// That somebody read, or wanted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRow {
    pub at: Timestamp,
    /// A user of the system.
    pub by: String,
    pub reading: Reading,
    pub is_refused: bool,
}

impl Batch<'_> {
    /// Records a reading. What is committed with it may be shown after that.
    pub fn record_reading(&self, row: &ReadingRow) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO reading (at, by, what, query, shown, refused)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )?;
        insert.execute(params![
            row.at.timestamp(),
            row.by,
            row.reading.what,
            row.reading.query,
            row.reading.shown.cast_signed(),
            i64::from(row.is_refused)
        ])?;
        Ok(())
    }

    /// Deletes what was recorded before `before`.
    pub fn forget_readings(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM reading WHERE at < $1")?;
        Ok(delete.execute([before.timestamp()])? as u64)
    }

    /// Deletes the words of queries that these words stand in; that somebody read
    /// stays.
    pub fn forget_queries(&self, words: &[&str]) -> Result<(), StoreError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT number, query FROM reading")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
        let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let mut update = self
            .transaction
            .prepare_cached("UPDATE reading SET query = $1 WHERE number = $2")?;
        for (number, query) in rows {
            let query = query.to_lowercase();
            if words.iter().any(|word| query.contains(word.as_str())) {
                update.execute(params![NO_QUERY, number])?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// Who read what, the latest first, at most so many.
    pub fn readings(&self, limit: usize) -> Result<Vec<ReadingRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT at, by, what, query, shown, refused FROM reading ORDER BY number DESC LIMIT $1",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = select.query_map([limit], |row| {
            Ok(ReadingRow {
                at: Timestamp::from_timestamp(row.get(0)?, 0).unwrap_or_default(),
                by: row.get(1)?,
                reading: Reading {
                    what: row.get(2)?,
                    query: row.get(3)?,
                    shown: row.get::<_, i64>(4)?.cast_unsigned(),
                },
                is_refused: row.get::<_, i64>(5)? != 0,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
