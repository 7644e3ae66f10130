//! What was learnt of each source's silences, and when a source was blind.
//!
//! The gaps are for whoever learns what is usual: what was not heard then is no
//! silence of the world.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Batch, IMPORTED, Store, StoreError};
use crate::domain::time::Timestamp;

/// Instead of a source: all of them, as the program was down. No source of ours
/// can have this name.
pub const DOWN: &str = "@down";

/// The row of `meta` that says when we were last there.
const ALIVE: &str = "alive_at";

/// A time in which nothing came through a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub source: String,
    pub from: Timestamp,
    /// `None` while it lasts.
    pub until: Option<Timestamp>,
}

impl Batch<'_> {
    /// Keeps what was learnt of a source, as JSON.
    pub fn remember_freshness(&self, source: &str, json: &str) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO freshness (source, json) VALUES ($1, $2)
             ON CONFLICT (source) DO UPDATE SET json = excluded.json",
        )?;
        save.execute(params![source, json])?;
        Ok(())
    }

    /// A source brings nothing since then; nothing when that is known.
    pub fn begin_gap(&self, source: &str, from: Timestamp) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO gap (source, from_at) SELECT $1, $2
             WHERE NOT EXISTS (SELECT 1 FROM gap WHERE source = $1 AND to_at IS NULL)
             ON CONFLICT DO NOTHING",
        )?;
        insert.execute(params![source, from.timestamp()])?;
        Ok(())
    }

    /// A source sees again.
    pub fn end_gap(&self, source: &str, until: Timestamp) -> Result<(), StoreError> {
        let mut update = self
            .transaction
            .prepare_cached("UPDATE gap SET to_at = $1 WHERE source = $2 AND to_at IS NULL")?;
        update.execute(params![until.timestamp(), source])?;
        Ok(())
    }
}

impl Batch<'_> {
    /// When sources were blind, as far as it was after `since`; oldest first.
    pub fn gaps(&self, since: Timestamp) -> Result<Vec<Gap>, StoreError> {
        gaps(&self.transaction, since)
    }

    /// Nobody listened at all: the program was down.
    pub fn was_down(&self, from: Timestamp, until: Timestamp) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO gap (source, from_at, to_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )?;
        insert.execute(params![DOWN, from.timestamp(), until.timestamp()])?;
        Ok(())
    }

    /// We are there at `now`.
    pub fn sign_of_life(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?;
        save.execute(params![ALIVE, now.timestamp().to_string()])?;
        Ok(())
    }
}

impl Store {
    /// When somebody was last there: by what we wrote ourselves, or else by the
    /// mention that came in last.
    pub fn alive_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT value FROM meta WHERE key = $1")?;
        let written: Option<String> = select.query_row([ALIVE], |row| row.get(0)).optional()?;
        let mut seconds: Option<i64> = written.and_then(|seconds| seconds.parse().ok());
        if seconds.is_none() {
            let mut select = self.connection.prepare_cached(
                "SELECT received_at FROM mention WHERE source <> $1
                 ORDER BY number DESC LIMIT 1",
            )?;
            seconds = select.query_row([IMPORTED], |row| row.get(0)).optional()?;
        }
        Ok(seconds.and_then(|seconds| Timestamp::from_timestamp(seconds, 0)))
    }

    /// What was learnt of each source: its name and JSON.
    pub fn freshness(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT source, json FROM freshness ORDER BY source")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// See [`Batch::gaps`].
    pub fn gaps(&self, since: Timestamp) -> Result<Vec<Gap>, StoreError> {
        gaps(&self.connection, since)
    }

    /// Which sources ever brought mentions of which watch.
    pub fn brought(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT DISTINCT watch, source FROM matched")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn gaps(connection: &Connection, since: Timestamp) -> Result<Vec<Gap>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT source, from_at, to_at FROM gap
         WHERE to_at IS NULL OR to_at > $1 ORDER BY from_at, source",
    )?;
    let at = |seconds: i64| Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
    let rows = select.query_map([since.timestamp()], |row| {
        Ok(Gap {
            source: row.get(0)?,
            from: at(row.get(1)?),
            until: row.get::<_, Option<i64>>(2)?.map(at),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
