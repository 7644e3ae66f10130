//! Mentions that matched a watch, each once.

use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::desk::{ASKS, Noted};
use crate::domain::heard::notes::MOST_NOTES;
use crate::domain::heard::tide::Saved;
use crate::domain::heard::{Asked, MOST_LATEST, Past};
use crate::domain::mention::{Mention, Platform};
use crate::domain::time::Timestamp;
use crate::domain::voices::{Note, Sketch, Weighed, Words};

/// Instead of a watch: posts of ours, of which any may be an answer.
const NO_WATCH: &str = "";

/// Instead of what a mention is worth as a voice: it is ours.
const OURS: &str = "ours";

/// The place of a mention in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MentionNumber(i64);

/// What became of a mention that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    New(MentionNumber),
    /// The same mention was stored before.
    Known,
    /// The id was known with other words: kept beside the first, not counted.
    Beside,
}

impl Batch<'_> {
    /// Keeps a mention.
    pub fn keep(
        &self,
        mention: &Mention,
        source: &str,
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
        Ok(Kept::New(MentionNumber(
            self.transaction.last_insert_rowid(),
        )))
    }

    /// Counts a mention that was kept for a watch.
    pub fn count(
        &self,
        watch: &str,
        number: MentionNumber,
        source: &str,
        noted: &Noted,
    ) -> Result<(), StoreError> {
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO matched (watch, published_at, mention, author, platform, source, words,
                                  weight, cluster, sketch_1, sketch_2, followers, engagement, marks)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT DO NOTHING",
        )?;
        let Note {
            second,
            author,
            cluster,
            followers,
            engagement,
            words,
            weight,
            platform,
            ..
        } = noted.note;
        let Sketch([sketch_1, sketch_2]) = noted.weighed.sketch;
        count.execute(params![
            watch,
            second,
            number.0,
            author.map(u64::cast_signed),
            platform.name(),
            source,
            words.name(),
            weight,
            cluster.cast_signed(),
            sketch_1.cast_signed(),
            sketch_2.cast_signed(),
            followers,
            engagement,
            noted.marks
        ])?;
        Ok(())
    }

    /// Notes a post of our own in the watches that mean it; in none of them, it
    /// may still answer somebody.
    pub fn count_ours(
        &self,
        watches: &[&str],
        number: MentionNumber,
        mention: &Mention,
        source: &str,
    ) -> Result<(), StoreError> {
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO matched (watch, published_at, mention, author, platform, source, words, weight)
             VALUES ($1, $2, $3, NULL, $4, $5, $6, 0) ON CONFLICT DO NOTHING",
        )?;
        let published_at = mention.published_at.timestamp();
        for watch in watches.iter().chain([&NO_WATCH]) {
            let platform = mention.platform.name();
            count.execute(params![
                watch,
                published_at,
                number.0,
                platform,
                source,
                OURS
            ])?;
        }
        Ok(())
    }

    /// Saves what is usual for a watch.
    pub fn save_usual(&self, watch: &str, saved: &Saved) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO usual (watch, json) VALUES ($1, $2)
             ON CONFLICT (watch) DO UPDATE SET json = excluded.json",
        )?;
        save.execute(params![watch, serde_json::to_string(saved)?])?;
        Ok(())
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
    /// counts and notes of all, everything of the latest few. `read` gives the
    /// bits of stored marks.
    pub fn past(
        &self,
        watch: &str,
        since: Timestamp,
        asked_since: Timestamp,
        read: impl Fn(&str) -> u64,
    ) -> Result<Past, StoreError> {
        let tide = self.usual(watch)?;
        let needed = tide.as_ref().map(Saved::needs_from);
        let mut since = since.timestamp();
        since = needed.map_or(since, |needed| needed.min(since));
        Ok(Past {
            seconds: self.seconds(watch, since)?,
            notes: self.notes(watch, since, read)?,
            latest: self.latest(watch, since)?,
            asked: self.asked(watch, asked_since.timestamp())?,
            tide,
        })
    }

    /// What was put to us, complaints, and posts of ours, as far as their words
    /// are kept.
    fn asked(&self, watch: &str, since: i64) -> Result<Vec<Asked>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT m.json, w.words, w.watch FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch IN ($1, $2) AND w.published_at > $3
               AND (w.words = 'ours' OR w.marks LIKE $4)
             ORDER BY w.published_at, w.mention",
        )?;
        let marked = format!("%{ASKS}%");
        let mut rows = select.query(params![watch, NO_WATCH, since, marked])?;
        let mut asked = Vec::new();
        while let Some(row) = rows.next()? {
            let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
            let mention = Arc::new(serde_json::from_str(text(0)?)?);
            let is_here = text(2)? == watch;
            asked.push(match text(1)? {
                OURS => Asked::Ours(mention, is_here),
                _ => Asked::Theirs(mention),
            });
        }
        Ok(asked)
    }

    /// What is usual for a watch, as it was last saved. What an older program
    /// saved in another way is learnt anew.
    pub fn usual(&self, watch: &str) -> Result<Option<Saved>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM usual WHERE watch = $1")?;
        let json: Option<String> = select.query_row([watch], |row| row.get(0)).optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    fn seconds(&self, watch: &str, since: i64) -> Result<Vec<(i64, u32)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, count(*) FROM matched
             WHERE watch = $1 AND published_at > $2 AND words NOT IN ('echo', 'ours')
             GROUP BY published_at ORDER BY published_at",
        )?;
        let rows = select.query_map(params![watch, since], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn notes(
        &self,
        watch: &str,
        since: i64,
        read: impl Fn(&str) -> u64,
    ) -> Result<Vec<(Note, Weighed, Arc<str>)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, author, platform, source, words, weight, cluster, sketch_1,
                    sketch_2, followers, engagement, marks FROM matched
             WHERE watch = $1 AND published_at > $2 AND words NOT IN ('echo', 'ours')
             ORDER BY published_at DESC, mention DESC LIMIT $3",
        )?;
        let mut rows = select.query(params![watch, since, MOST_NOTES as i64])?;
        let mut sources: Vec<Arc<str>> = Vec::new();
        let mut notes = Vec::new();
        while let Some(row) = rows.next()? {
            let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
            let bits = |column: usize| {
                Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.cast_unsigned())
            };
            let name = text(3)?;
            let known = sources.iter().find(|source| &***source == name);
            let source = known.cloned().unwrap_or_else(|| {
                sources.push(name.into());
                name.into()
            });
            let weighed = Weighed {
                words: Words::from_name(text(4)?).unwrap_or_default(),
                weight: row.get(5)?,
                cluster: bits(6)?,
                sketch: Sketch([bits(7)?, bits(8)?]),
            };
            let note = Note {
                second: row.get(0)?,
                author: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
                cluster: weighed.cluster,
                marks: read(text(11)?),
                followers: row.get(9)?,
                engagement: row.get(10)?,
                source: 0,
                words: weighed.words,
                weight: weighed.weight,
                platform: Platform::from_name(text(2)?).unwrap_or_default(),
            };
            notes.push((note, weighed, source));
        }
        notes.reverse();
        Ok(notes)
    }

    fn latest(&self, watch: &str, since: i64) -> Result<Vec<Arc<Mention>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT m.json FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at > $2 AND w.words NOT IN ('echo', 'ours')
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
            "SELECT count(*) FROM matched WHERE watch = $1 AND published_at > $2 AND words NOT IN ('echo', 'ours')",
            params![watch, since.timestamp()],
            |row| row.get::<_, i64>(0),
        )?;
        Ok(count.unsigned_abs())
    }
}
