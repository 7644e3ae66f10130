//! Mentions that matched a watch, each once.

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::desk::Noted;
use crate::domain::heard::tide::Saved;
use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;
use crate::domain::usual;
use crate::domain::voices::{Note, Sketch};

/// Instead of a watch: posts of ours, of which any may be an answer.
pub(super) const NO_WATCH: &str = "";

/// Instead of what a mention is worth as a voice: it is ours.
pub(super) const OURS: &str = "ours";

/// The place of a mention in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MentionNumber(i64);

impl MentionNumber {
    pub fn get(self) -> i64 {
        self.0
    }
}

/// The source of what an import brought, a name that no source of ours can
/// have. Triggers never see it: what is imported wakes nobody.
pub const IMPORTED: &str = "@import";

/// The mark of what an import brought of which only the day is known: its time
/// is where that day begins.
pub(super) const DAY_ONLY: &str = "day_only";

/// What became of a mention that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    New(MentionNumber),
    /// The same mention was stored before.
    Known,
    /// The id was known with other words: kept beside the first, and counted only
    /// where no other words under the id were.
    Beside(MentionNumber),
}

/// Where some words under an id count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAs {
    number: i64,
    /// When they were published: it counts from then.
    pub second: i64,
    marks: String,
}

impl Batch<'_> {
    /// Keeps a mention that is in these watches.
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
            (Some(number), true) => Ok(Kept::Beside(MentionNumber(number))),
            (Some(number), false) => Ok(Kept::New(MentionNumber(number))),
        }
    }

    /// How any words under the id of a mention count for a watch; `None` when none
    /// do.
    pub fn counted_as(
        &self,
        watch: &str,
        mention: &Mention,
    ) -> Result<Option<CountedAs>, StoreError> {
        let mut versions = self
            .transaction
            .prepare_cached("SELECT number, published_at FROM mention WHERE key = $1")?;
        let mut find = self.transaction.prepare_cached(
            "SELECT marks FROM matched WHERE watch = $1 AND published_at = $2 AND mention = $3",
        )?;
        let mut rows = versions.query([mention.key()])?;
        while let Some(row) = rows.next()? {
            let (number, second): (i64, i64) = (row.get(0)?, row.get(1)?);
            let marks = find.query_row(params![watch, second, number], |row| row.get(0));
            if let Some(marks) = marks.optional()? {
                return Ok(Some(CountedAs {
                    number,
                    second,
                    marks,
                }));
            }
        }
        Ok(None)
    }

    /// Other words under the id have these marks: what counts has them too.
    pub fn mark(&self, watch: &str, counted: &CountedAs, marks: &str) -> Result<(), StoreError> {
        let mut all: Vec<&str> = counted.marks.split_whitespace().collect();
        all.extend(marks.split_whitespace());
        all.sort_unstable();
        all.dedup();
        if all.len() == counted.marks.split_whitespace().count() {
            return Ok(());
        }
        let mut update = self.transaction.prepare_cached(
            "UPDATE matched SET marks = $1
             WHERE watch = $2 AND published_at = $3 AND mention = $4",
        )?;
        update.execute(params![
            all.join(" "),
            watch,
            counted.second,
            counted.number
        ])?;
        Ok(())
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
        };
        let mut new_in = Vec::new();
        for (place, watch) in watches.iter().enumerate() {
            // Other words under the id may count for it already.
            let counts = known.is_some() && self.counted_as(watch, mention)?.is_some();
            if !counts && self.count_history(watch, mention, &of)? {
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

    /// Counts a mention that was kept for a watch.
    ///
    /// `OR FAIL`, here and where else mentions are written: SQLite need not keep a copy of
    /// each page to take back one statement. What fails takes back the transaction.
    pub fn count(
        &self,
        watch: &str,
        number: MentionNumber,
        source: &str,
        noted: &Noted,
    ) -> Result<(), StoreError> {
        let mut count = self.transaction.prepare_cached(
            "INSERT OR FAIL INTO matched (watch, published_at, mention, author, platform, source, words,
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

    /// What was counted for a watch in each whole hour that had any, since 1970 in
    /// UTC, oldest first. Who is not known any more counts as somebody else. What
    /// is only known by its day is in [`Batch::days`].
    pub fn hours(&self, watch: &str) -> Result<Vec<(i64, usual::Counted)>, StoreError> {
        self.counted_by("published_at / 3600", "<>", watch)
    }

    /// The same of what is only known by its day, by the second at which the day
    /// begins.
    pub fn days(&self, watch: &str) -> Result<Vec<(i64, usual::Counted)>, StoreError> {
        self.counted_by("published_at", "=", watch)
    }

    fn counted_by(
        &self,
        time: &str,
        is_day_only: &str,
        watch: &str,
    ) -> Result<Vec<(i64, usual::Counted)>, StoreError> {
        let mut select = self.transaction.prepare_cached(&format!(
            "SELECT {time}, count(*), sum(weight), count(DISTINCT coalesce(author, mention))
             FROM matched
             WHERE watch = $1 AND words NOT IN ('echo', 'ours') AND marks {is_day_only} $2
             GROUP BY {time} ORDER BY {time}"
        ))?;
        let rows = select.query_map([watch, DAY_ONLY], |row| {
            let counted = usual::Counted {
                mentions: row.get(1)?,
                voices: row.get::<_, f64>(2)? / 100.0,
                authors: row.get(3)?,
                is_laid_out: false,
            };
            Ok((row.get(0)?, counted))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
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

    /// Lets a mention of an import count for a watch, in full; false when it did
    /// already.
    fn count_history(
        &self,
        watch: &str,
        mention: &Mention,
        of: &Counted,
    ) -> Result<bool, StoreError> {
        let mut count = self.transaction.prepare_cached(
            "INSERT INTO matched (watch, published_at, mention, author, platform, source, marks)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )?;
        let author = mention.author_hash().map(u64::cast_signed);
        let n_counted = count.execute(params![
            watch,
            of.published_at,
            of.number,
            author.filter(|_| of.has_author),
            mention.platform.name(),
            IMPORTED,
            if mention.is_day_only() { DAY_ONLY } else { "" }
        ])?;
        Ok(n_counted > 0)
    }

    /// What is stored under a key, also when only the count is left.
    fn known(&self, key: i64) -> Result<Option<Known>, StoreError> {
        // One mention is stored under a key, hardly ever two: to have SQLite sort
        // them takes longer than to find them.
        let mut find = self
            .transaction
            .prepare_cached("SELECT number, published_at, source FROM mention WHERE key = $1")?;
        let mut first: Option<Known> = None;
        let mut rows = find.query([key])?;
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            if first.as_ref().is_none_or(|first| number < first.number) {
                first = Some(Known {
                    number,
                    published_at: row.get(1)?,
                    source: row.get(2)?,
                    has_text: true,
                });
            }
        }
        if first.is_some() {
            return Ok(first);
        }
        let mut find = self
            .transaction
            .prepare_cached("SELECT number, published_at FROM counted WHERE key = $1")?;
        let counted = find.query_row([key], |row| {
            Ok(Known {
                number: row.get(0)?,
                published_at: row.get(1)?,
                source: String::new(),
                has_text: false,
            })
        });
        Ok(counted.optional()?)
    }

    /// Takes back that an imported mention counts.
    fn uncount(&self, key: i64, known: &Known, watches: &[&str]) -> Result<(), StoreError> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM mention WHERE key = $1 AND source = $2")?;
        delete.execute(params![key, IMPORTED])?;
        self.unsay(known.published_at, known.number)?;
        self.read_again_what_comes()?;
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

/// How a mention of an import counts.
struct Counted {
    number: i64,
    published_at: i64,
    /// Whether who wrote it may be told from others.
    has_author: bool,
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
        let n_deleted = delete.execute(params![before.timestamp(), MOST_FORGOTTEN])?;
        self.read_again_what_comes()?;
        Ok(n_deleted)
    }

    /// Deletes who wrote what a watch counted, from `after` until `before`, by
    /// publication; the counts stay. Says how many authors were known.
    pub fn forget_authors(
        &self,
        watch: &str,
        after: Timestamp,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut forget = self.transaction.prepare_cached(
            "UPDATE matched SET author = NULL
             WHERE watch = $1 AND published_at >= $2 AND published_at < $3 AND author IS NOT NULL",
        )?;
        Ok(forget.execute(params![watch, after.timestamp(), before.timestamp()])? as u64)
    }
}

impl Store {
    /// What is usual for a watch, as it was last saved. What an older program
    /// saved in another way is learnt anew.
    pub fn usual(&self, watch: &str) -> Result<Option<Saved>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM usual WHERE watch = $1")?;
        let json: Option<String> = select.query_row([watch], |row| row.get(0)).optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// How many mentions of a watch after `since` were worth what as a voice, by
    /// the name of it in the store: with those that do not count.
    pub fn by_words(
        &self,
        watch: &str,
        since: Timestamp,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT words, count(*) FROM matched WHERE watch = $1 AND published_at > $2
             GROUP BY words",
        )?;
        let rows = select.query_map(params![watch, since.timestamp()], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many mentions counted for a watch in each hour since 1970 that had
    /// any, from one hour on.
    pub fn counts_by_hour(&self, watch: &str, from: i64) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at / 3600, count(*) FROM matched
             WHERE watch = $1 AND published_at >= $2 AND words NOT IN ('echo', 'ours')
             GROUP BY published_at / 3600",
        )?;
        let rows = select.query_map(params![watch, from.saturating_mul(3_600)], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many mentions counted for a watch in each stretch of `step` seconds since
    /// 1970 that had any, from `from` until before `until`.
    pub fn counts_by_step(
        &self,
        watch: &str,
        step: i64,
        (from, until): (i64, i64),
    ) -> Result<Vec<(i64, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at / $1, count(*) FROM matched
             WHERE watch = $2 AND published_at >= $3 AND published_at < $4
               AND words NOT IN ('echo', 'ours')
             GROUP BY published_at / $1",
        )?;
        let rows = select.query_map(params![step.max(1), watch, from, until], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the newest mention that counts for a watch was published.
    pub fn newest(&self, watch: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at FROM matched WHERE watch = $1 AND words NOT IN ('echo', 'ours')
             ORDER BY published_at DESC LIMIT 1",
        )?;
        let newest: Option<i64> = select.query_row([watch], |row| row.get(0)).optional()?;
        Ok(newest.and_then(|second| Timestamp::from_timestamp(second, 0)))
    }

    /// How many mentions counted for a watch after `since`.
    pub fn count(&self, watch: &str, since: Timestamp) -> Result<u64, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT count(*) FROM matched WHERE watch = $1 AND published_at > $2 AND words NOT IN ('echo', 'ours')",
        )?;
        let count = select.query_row(params![watch, since.timestamp()], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(count.unsigned_abs())
    }
}
