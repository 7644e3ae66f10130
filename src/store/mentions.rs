//! Mentions that matched a watch, each once.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::desk::Past;
use crate::domain::evidence::{MOST_LATEST, MOST_SEEN, REMEMBERED, Seen};
use crate::domain::mention::{Mention, Platform};
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
            "INSERT INTO matched (watch, published_at, mention, author, platform, source)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )?;
        let author = mention.author_hash().map(u64::cast_signed);
        let platform = mention.platform.name();
        for watch in watches {
            count.execute(params![
                watch,
                published_at,
                number,
                author,
                platform,
                source
            ])?;
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

    /// Deletes who wrote what a watch counted, from `after` until `before`, by
    /// publication; the counts stay.
    pub fn forget_authors(
        &self,
        watch: &str,
        after: Timestamp,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        let mut forget = self.transaction.prepare_cached(
            "UPDATE matched SET author = NULL
             WHERE watch = $1 AND published_at >= $2 AND published_at < $3 AND author IS NOT NULL",
        )?;
        forget.execute(params![watch, after.timestamp(), before.timestamp()])?;
        Ok(())
    }
}

impl Store {
    /// What the desk needs of a watch's mentions published after `since`:
    /// counts of all, more of the last hour, everything of the latest few.
    pub fn past(&self, watch: &str, since: Timestamp) -> Result<Past, StoreError> {
        let since = since.timestamp();
        let seconds = self.seconds(watch, since)?;
        let newest = seconds.last().map_or(since, |(second, _)| *second);
        Ok(Past {
            seen: self.seen(watch, since.max(newest - REMEMBERED))?,
            latest: self.latest(watch, since)?,
            seconds,
        })
    }

    fn seconds(&self, watch: &str, since: i64) -> Result<Vec<(i64, u32)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, count(*) FROM matched
             WHERE watch = $1 AND published_at > $2 GROUP BY published_at ORDER BY published_at",
        )?;
        let rows = select.query_map(params![watch, since], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn seen(&self, watch: &str, since: i64) -> Result<Vec<Seen>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, author, platform, source FROM matched
             WHERE watch = $1 AND published_at > $2 ORDER BY published_at DESC, mention DESC LIMIT $3",
        )?;
        let mut rows = select.query(params![watch, since, MOST_SEEN as i64])?;
        let mut sources: Vec<Arc<str>> = Vec::new();
        let mut seen = Vec::new();
        while let Some(row) = rows.next()? {
            let platform = row.get_ref(2)?.as_str().unwrap_or_default();
            let name = row.get_ref(3)?.as_str().unwrap_or_default();
            let known = sources.iter().find(|source| &***source == name);
            let source = known.cloned().unwrap_or_else(|| {
                sources.push(name.into());
                name.into()
            });
            seen.push(Seen {
                second: row.get(0)?,
                author: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
                platform: Platform::from_name(platform).unwrap_or_default(),
                source,
            });
        }
        seen.reverse();
        Ok(seen)
    }

    fn latest(&self, watch: &str, since: i64) -> Result<Vec<Arc<Mention>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT m.json FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at > $2
             ORDER BY w.published_at DESC, w.mention DESC LIMIT $3",
        )?;
        let mut rows = select.query(params![watch, since, MOST_LATEST as i64])?;
        let mut latest = Vec::new();
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().unwrap_or_default();
            latest.push(Arc::new(serde_json::from_str(json)?));
        }
        latest.reverse();
        Ok(latest)
    }

    /// The mentions with this id, one a platform at most.
    pub fn mentions_with(&self, id: &str) -> Result<Vec<Mention>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM mention WHERE key = $1 ORDER BY number LIMIT 1")?;
        let mut found = Vec::new();
        for platform in Platform::ALL {
            let key = Mention::key_of(platform, id);
            let json: Option<String> = select.query_row([key], |row| row.get(0)).optional()?;
            found.extend(json.map(|json| serde_json::from_str(&json)).transpose()?);
        }
        Ok(found)
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
