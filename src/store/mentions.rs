//! Mentions that matched a watch, each once.

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;

/// What became of a mention that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    New,
    /// The same mention was stored before.
    Known,
    /// The id was known with other words: kept beside the first, not counted.
    Beside,
}

/// A stored mention, to rebuild the counts from.
#[derive(Debug)]
pub struct Remembered {
    pub mention: Mention,
    pub source: String,
    /// Keys of the watches it counts for.
    pub watches: Vec<String>,
}

impl Batch<'_> {
    /// Keeps a mention for the watches it matched.
    pub fn keep(
        &self,
        mention: &Mention,
        source: &str,
        watches: &[&str],
        now: Timestamp,
    ) -> Result<Kept, StoreError> {
        let (key, content) = (mention.key(), mention.content_hash());
        let mut known = self
            .transaction
            .prepare_cached("SELECT 1 FROM mention WHERE key = $1 LIMIT 1")?;
        let is_known = known.query_row([key], |_| Ok(())).optional()?.is_some();
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO mention (key, content, published_at, received_at, source, json)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )?;
        let published_at = mention.published_at.timestamp();
        let json = serde_json::to_string(mention)?;
        let stored = insert.execute(params![
            key,
            content,
            published_at,
            now.timestamp(),
            source,
            json
        ])?;
        match (stored, is_known) {
            (0, _) => return Ok(Kept::Known),
            (_, true) => return Ok(Kept::Beside),
            _ => {}
        }
        let number = self.transaction.last_insert_rowid();
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO matched (watch, published_at, mention) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )?;
        for watch in watches {
            count.execute(params![watch, published_at, number])?;
        }
        Ok(Kept::New)
    }
}

/// Mentions forgotten in one go: a bound on how long it holds up the rest.
const MOST_FORGOTTEN: i64 = 2_000;

impl Batch<'_> {
    /// Deletes mentions that came in before `before`, oldest first; what they
    /// counted for stays. Says how many, at most a bounded number at a time.
    pub fn forget_texts(&self, before: Timestamp) -> Result<usize, StoreError> {
        // Numbers grow with the time of arrival, so the oldest are the first.
        let mut delete = self.transaction.prepare_cached(
            "DELETE FROM mention WHERE received_at < $1
             AND number IN (SELECT number FROM mention ORDER BY number LIMIT $2)",
        )?;
        Ok(delete.execute(params![before.timestamp(), MOST_FORGOTTEN])?)
    }
}

impl Store {
    /// Gives every counted mention published after `since`, in order of
    /// publication, to `each`.
    pub fn remembered(
        &self,
        since: Timestamp,
        mut each: impl FnMut(Remembered),
    ) -> Result<(), StoreError> {
        // Unary plus keeps the planner on the order of arrival instead of one
        // probe a watch; the window is a day.
        let mut select = self.connection.prepare(
            "SELECT m.json, m.source, group_concat(w.watch, char(10))
             FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.published_at > $1 GROUP BY w.mention ORDER BY m.published_at, m.number",
        )?;
        let mut rows = select.query([since.timestamp()])?;
        while let Some(row) = rows.next()? {
            let json: String = row.get(0)?;
            let watches: String = row.get(2)?;
            each(Remembered {
                mention: serde_json::from_str(&json)?,
                source: row.get(1)?,
                watches: watches.split('\n').map(str::to_owned).collect(),
            });
        }
        Ok(())
    }

    /// How many mentions counted for a watch after `since`.
    pub fn count(&self, watch: &str, since: Timestamp) -> Result<u64, StoreError> {
        let count = self.connection.query_row(
            "SELECT count(*) FROM matched WHERE watch = $1 AND published_at > $2",
            params![watch, since.timestamp()],
            |row| row.get::<_, i64>(0),
        )?;
        Ok(count.unsigned_abs())
    }
}
