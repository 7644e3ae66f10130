//! Mentions that matched a watch, each once.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::desk::Past;
use crate::domain::evidence::{MOST_LATEST, MOST_SEEN, REMEMBERED, Seen};
use crate::domain::mention::{Mention, Platform};
use crate::domain::time::Timestamp;

/// The source of what an import brought, a name that no source of ours can
/// have. Triggers never see it: what is imported wakes nobody.
pub const IMPORTED: &str = "@import";

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
        let key = mention.key();
        let known = match self.known(key)? {
            // Somebody imported it before it reached us: now it is news.
            Some(known) if known.source == IMPORTED => {
                self.uncount(key, &known, watches)?;
                None
            }
            known => known,
        };
        // Its text is gone, by age or because somebody had it forgotten.
        if known.as_ref().is_some_and(|known| !known.has_text) {
            return Ok(Kept::Known);
        }
        let stored = self.write(mention, source, now)?;
        match (stored, known.is_some()) {
            (None, _) => Ok(Kept::Known),
            (_, true) => Ok(Kept::Beside),
            (Some(number), false) => {
                let of = Counted {
                    number,
                    published_at: mention.published_at.timestamp(),
                    has_author: true,
                    source,
                };
                for watch in watches {
                    self.count_for(watch, mention, &of)?;
                }
                Ok(Kept::New)
            }
        }
    }

    /// Keeps a mention that an import brought: its text only when it was
    /// published since `texts_from`, its count always. Says for which of the
    /// watches it counts now and did not before, by place, and whether it was
    /// not known at all.
    pub fn keep_history(
        &self,
        mention: &Mention,
        watches: &[&str],
        texts_from: Timestamp,
        now: Timestamp,
    ) -> Result<(bool, Vec<usize>), StoreError> {
        let key = mention.key();
        let published_at = mention.published_at.timestamp();
        let keeps_text = mention.published_at >= texts_from;
        let known = self.known(key)?;
        let is_forgotten = known.as_ref().is_some_and(|known| !known.has_text);
        let stored = match keeps_text && !is_forgotten {
            true => self.write(mention, IMPORTED, now)?,
            false => None,
        };
        let (number, published_at) = match (&known, stored) {
            (Some(known), _) => (known.number, known.published_at),
            (None, Some(number)) => (number, published_at),
            // No text, so no number: its key is one as well.
            (None, None) if watches.is_empty() => return Ok((false, Vec::new())),
            (None, None) => {
                self.remember(key, key, published_at)?;
                (key, published_at)
            }
        };
        let of = Counted {
            number,
            published_at,
            has_author: keeps_text && !is_forgotten,
            source: IMPORTED,
        };
        let mut new_in = Vec::new();
        for (place, watch) in watches.iter().enumerate() {
            if self.count_for(watch, mention, &of)? {
                new_in.push(place);
            }
        }
        Ok((known.is_none(), new_in))
    }

    /// The number of the row that was written; `None` when the very same words
    /// were there.
    fn write(
        &self,
        mention: &Mention,
        source: &str,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO mention (key, content, published_at, received_at, source, json)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )?;
        let n_written = insert.execute(params![
            mention.key(),
            mention.content_hash(),
            mention.published_at.timestamp(),
            now.timestamp(),
            source,
            serde_json::to_string(mention)?
        ])?;
        Ok((n_written > 0).then(|| self.transaction.last_insert_rowid()))
    }

    /// Lets a mention count for a watch; false when it did already. The one
    /// place that writes to `matched`.
    fn count_for(
        &self,
        watch: &str,
        mention: &Mention,
        of: &Counted<'_>,
    ) -> Result<bool, StoreError> {
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO matched (watch, published_at, mention, author, platform, source)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )?;
        let author = mention.author_hash().map(u64::cast_signed);
        let n_counted = count.execute(params![
            watch,
            of.published_at,
            of.number,
            author.filter(|_| of.has_author),
            mention.platform.name(),
            of.source
        ])?;
        Ok(n_counted > 0)
    }

    /// What is stored under a key, also when only the count is left.
    fn known(&self, key: i64) -> Result<Option<Known>, StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT * FROM (SELECT number, published_at, source, 1 FROM mention
               WHERE key = $1 ORDER BY number LIMIT 1)
             UNION ALL SELECT number, published_at, '', 0 FROM counted WHERE key = $1
             LIMIT 1",
        )?;
        let known = find.query_row([key], |row| {
            Ok(Known {
                number: row.get(0)?,
                published_at: row.get(1)?,
                source: row.get(2)?,
                has_text: row.get::<_, i64>(3)? == 1,
            })
        });
        Ok(known.optional()?)
    }

    /// Takes back that an imported mention counts.
    fn uncount(&self, key: i64, known: &Known, watches: &[&str]) -> Result<(), StoreError> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM mention WHERE key = $1 AND source = $2")?;
        delete.execute(params![key, IMPORTED])?;
        let mut delete = self.transaction.prepare_cached(
            "DELETE FROM matched WHERE watch = $1 AND published_at = $2 AND mention = $3",
        )?;
        for watch in watches {
            delete.execute(params![watch, known.published_at, known.number])?;
        }
        Ok(())
    }

    /// Remembers that a mention counts of which no text is kept.
    fn remember(&self, key: i64, number: i64, published_at: i64) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO counted (key, number, published_at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )?;
        insert.execute(params![key, number, published_at])?;
        Ok(())
    }
}

/// What is stored under a key.
struct Known {
    number: i64,
    published_at: i64,
    source: String,
    has_text: bool,
}

/// How a mention counts.
struct Counted<'a> {
    number: i64,
    published_at: i64,
    /// Whether who wrote it may be told from others.
    has_author: bool,
    source: &'a str,
}

/// Mentions forgotten in one go: a bound on how long it holds up the rest.
const MOST_FORGOTTEN: i64 = 2_000;

impl Batch<'_> {
    /// Deletes mentions that came in before `before`, oldest first; what they
    /// counted for stays. Says how many, at most a bounded number at a time.
    pub fn forget_texts(&self, before: Timestamp) -> Result<usize, StoreError> {
        // Numbers grow with the time of arrival, so the oldest are the first.
        let mut remember = self.transaction.prepare_cached(
            "INSERT INTO counted (key, number, published_at)
             SELECT key, number, published_at FROM mention WHERE received_at < $1
             AND number IN (SELECT number FROM mention ORDER BY number LIMIT $2)
             ORDER BY number ON CONFLICT DO NOTHING",
        )?;
        remember.execute(params![before.timestamp(), MOST_FORGOTTEN])?;
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
    /// Not of what was imported: that wakes nobody, now or after a restart.
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
             WHERE watch = $1 AND published_at > $2 AND source <> $3
             GROUP BY published_at ORDER BY published_at",
        )?;
        let rows = select.query_map(params![watch, since, IMPORTED], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn seen(&self, watch: &str, since: i64) -> Result<Vec<Seen>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, author, platform, source FROM matched
             WHERE watch = $1 AND published_at > $2 AND source <> $3
             ORDER BY published_at DESC, mention DESC LIMIT $4",
        )?;
        let mut rows = select.query(params![watch, since, IMPORTED, MOST_SEEN as i64])?;
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
             WHERE w.watch = $1 AND w.published_at > $2 AND w.source <> $3
             ORDER BY w.published_at DESC, w.mention DESC LIMIT $4",
        )?;
        let mut rows = select.query(params![watch, since, IMPORTED, MOST_LATEST as i64])?;
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
