//! Forgets strangers' words, because they were kept long enough or because
//! somebody wants it. The chain over the log stays whole: only hashes are in it.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{Batch, Store, StoreError};
use crate::domain::chain::Kind;
use crate::domain::forgetting::Forgotten;
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
        for run in &runs {
            self.unfold(*run)?;
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

/// A string in a log: run, event, hash and value.
type Quoted = (RunId, u64, String, String);

impl Batch<'_> {
    /// Deletes mentions by number; they stay known and counted, but not by whom.
    /// Gives how many, and how many counts knew their author.
    pub fn forget_mentions(
        &self,
        numbers: &[i64],
        watches: &[&str],
    ) -> Result<(u64, u64), StoreError> {
        let mut remember = self.transaction.prepare_cached(
            "INSERT INTO counted (key, number, published_at)
             SELECT key, number, published_at FROM mention WHERE number = $1
             ON CONFLICT DO NOTHING RETURNING published_at",
        )?;
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM mention WHERE number = $1")?;
        let mut unname = self.transaction.prepare_cached(
            "UPDATE matched SET author = NULL
             WHERE watch = $1 AND published_at = $2 AND mention = $3 AND author IS NOT NULL",
        )?;
        let (mut n_mentions, mut n_authors) = (0, 0);
        for number in numbers {
            let second = remember.query_row([number], |row| row.get::<_, i64>(0));
            if let Some(second) = second.optional()? {
                for watch in watches {
                    n_authors += unname.execute(params![watch, second, number])? as u64;
                }
            }
            n_mentions += delete.execute([number])? as u64;
        }
        self.read_again_what_comes()?;
        Ok((n_mentions, n_authors))
    }

    /// Deletes that these authors wrote what is counted, published before then.
    pub fn forget_author(
        &self,
        hashes: &[i64],
        before: Option<Timestamp>,
    ) -> Result<u64, StoreError> {
        let mut unname = self.transaction.prepare_cached(
            "UPDATE matched SET author = NULL WHERE author = $1 AND published_at < $2",
        )?;
        let before = before.map_or(i64::MAX, |before| before.timestamp());
        let mut n_authors = 0;
        for hash in hashes {
            n_authors += unname.execute(params![hash, before])? as u64;
        }
        Ok(n_authors)
    }

    /// Every quote of a stranger that logs still hold.
    pub fn quotes(&self) -> Result<Vec<Quoted>, StoreError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT run, seq, hash, value FROM personal WHERE kind = $1")?;
        let rows = select.query_map([Kind::Quote.name()], |row| {
            let number =
                |index: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(index)?.cast_unsigned());
            Ok((number(0)?, number(1)?, row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// An event without its personal strings.
    pub fn skeleton(&self, run: RunId, seq: u64) -> Result<Option<Value>, StoreError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT json FROM event WHERE run = $1 AND seq = $2")?;
        let json: Option<String> = select
            .query_row([run.cast_signed(), seq.cast_signed()], |row| row.get(0))
            .optional()?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// Deletes personal strings of an event, with the salt of their hash.
    pub fn forget_strings(
        &self,
        run: RunId,
        seq: u64,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM personal WHERE run = $1 AND seq = $2 AND hash = $3")?;
        for hash in hashes {
            delete.execute(params![run.cast_signed(), seq.cast_signed(), hash])?;
        }
        Ok(())
    }

    /// Deletes the folded copy of a run.
    pub fn unfold(&self, run: RunId) -> Result<(), StoreError> {
        let mut unfold = self
            .transaction
            .prepare_cached("DELETE FROM folded WHERE run = $1")?;
        unfold.execute([run.cast_signed()])?;
        Ok(())
    }

    /// Notices that may quote strangers, by effect.
    pub fn notices_that_quote(&self) -> Result<Vec<(String, Value)>, StoreError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT effect, json FROM outbox WHERE quoted = 1")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
        let read = rows.into_iter().map(|(effect, json)| {
            let notice = serde_json::from_str(&json)?;
            Ok((effect, notice))
        });
        read.collect()
    }

    /// Writes a notice that lost quotes.
    pub fn write_notice(&self, effect: &str, notice: &Value) -> Result<(), StoreError> {
        let mut update = self
            .transaction
            .prepare_cached("UPDATE outbox SET json = $1 WHERE effect = $2")?;
        update.execute(params![notice.to_string(), effect])?;
        Ok(())
    }

    /// Records that somebody had something forgotten: how much, not what.
    pub fn record_forgotten(
        &self,
        done: &Forgotten,
        by: &str,
        how: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO forgotten (at, by, how, mentions, authors, quotes, notices)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )?;
        insert.execute(params![
            now.timestamp(),
            by,
            how,
            done.mentions.cast_signed(),
            done.authors.cast_signed(),
            done.quotes.cast_signed(),
            done.notices.cast_signed()
        ])?;
        Ok(())
    }
}

/// That somebody had something forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgottenRow {
    pub at: Timestamp,
    pub by: String,
    /// By which kinds of things it was chosen.
    pub how: String,
    pub done: Forgotten,
}

impl Store {
    /// Who had something forgotten, the latest first.
    pub fn forgotten(&self) -> Result<Vec<ForgottenRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT at, by, how, mentions, authors, quotes, notices FROM forgotten
             ORDER BY number DESC",
        )?;
        let rows = select.query_map([], |row| {
            let number =
                |index: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(index)?.cast_unsigned());
            Ok(ForgottenRow {
                at: Timestamp::from_timestamp(row.get(0)?, 0).unwrap_or_default(),
                by: row.get(1)?,
                how: row.get(2)?,
                done: Forgotten {
                    mentions: number(3)?,
                    authors: number(4)?,
                    quotes: number(5)?,
                    notices: number(6)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
