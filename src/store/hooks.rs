//! Events on their way to other programs: in the outbox, with three parts in their
//! id, `RUN.SEQ.WEBHOOK`. They are apart from what is told to people in everything
//! but their transaction.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{Batch, Store, StoreError};
use crate::domain::hook::{self, Post};
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;

/// One that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub effect: String,
    pub run: RunId,
    /// Failed tries so far.
    pub tries: u32,
    /// Not to be tried before.
    pub next_at: Timestamp,
    /// What is posted, but for its id.
    pub body: Value,
}

/// How things stand with one webhook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub n_waiting: u64,
    pub n_sent: u64,
    /// Refused, or left out because too many waited or for too long.
    pub n_left_out: u64,
    /// Since when the first of them waits.
    pub oldest_at: Option<Timestamp>,
    pub last_sent_at: Option<Timestamp>,
    /// How often the first that waits failed.
    pub n_tries: u32,
    /// What went wrong with it the last time.
    pub trouble: Option<String>,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    /// To be tried again then.
    Later {
        because: String,
        next_at: Timestamp,
    },
    /// This event will never be taken.
    Refused {
        because: String,
    },
}

/// Every id of a webhook fits this. Names of webhooks have no letter that means
/// something in it.
fn pattern(webhook: &str) -> String {
    format!("*.*.{webhook}")
}

/// The webhook in an id.
fn webhook(effect: &str) -> &str {
    effect.rsplit('.').next().unwrap_or_default()
}

impl Batch<'_> {
    /// Records what must be told to a webhook; in the transaction of its event.
    pub fn record_post(&self, post: &Post, now: Timestamp) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO outbox (effect, run, state, next_at, created_at, json, quoted)
             VALUES ($1, $2, 'waiting', $3, $4, $5, 0) ON CONFLICT DO NOTHING",
        )?;
        let mut body = post.body.clone();
        body["left_out"] = self.missing_at_the_end(&post.webhook)?.into();
        insert.execute(params![
            post.effect,
            post.run.cast_signed(),
            now.timestamp(),
            now.timestamp(),
            body.to_string()
        ])?;
        Ok(())
    }

    /// How many of a webhook were left out after all others: nobody said so yet.
    fn missing_at_the_end(&self, webhook: &str) -> Result<u64, StoreError> {
        let mut last = self.transaction.prepare_cached(
            "SELECT effect, state FROM outbox WHERE effect GLOB $1 ORDER BY rowid DESC LIMIT 1",
        )?;
        let last: Option<(String, String)> = last
            .query_row([pattern(webhook)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match last {
            Some((effect, state)) if state == "failed" => self.missing_with(&effect),
            _ => Ok(0),
        }
    }

    /// How many are missing when this one is.
    fn missing_with(&self, effect: &str) -> Result<u64, StoreError> {
        let before = self.body(effect)?["left_out"].as_u64();
        Ok(1 + before.unwrap_or_default())
    }

    /// Records what came of a try. What was taken stays taken.
    pub fn record_posted(
        &self,
        effect: &str,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (state, because, next_at) = match outcome {
            Outcome::Taken => ("sent", None, now),
            Outcome::Later { because, next_at } => ("waiting", Some(because), *next_at),
            Outcome::Refused { because } => ("failed", Some(because), now),
        };
        let sent_at = (*outcome == Outcome::Taken).then(|| now.timestamp());
        if let Outcome::Refused { because } = outcome
            && let Some(next) = self.behind(effect)?
        {
            return self.leave_out(&[effect.to_owned()], &next, because);
        }
        let mut update = self.transaction.prepare_cached(
            "UPDATE outbox SET state = $1, tries = tries + 1, next_at = $2, sent_at = $3, last_error = $4
             WHERE effect = $5 AND state <> 'sent'",
        )?;
        update.execute(params![
            state,
            // A part of a second counts as a whole one: never too soon.
            next_at.timestamp() + i64::from(next_at.timestamp_subsec_nanos() > 0),
            sent_at,
            because,
            effect
        ])?;
        Ok(())
    }

    /// Leaves out what is too much or too old of one webhook; how many.
    pub fn leave_out_old(&self, webhook: &str, now: Timestamp) -> Result<usize, StoreError> {
        let mut select = self.transaction.prepare_cached(
            "SELECT effect, created_at FROM outbox
             WHERE state = 'waiting' AND effect GLOB $1 ORDER BY rowid",
        )?;
        let rows = select.query_map([pattern(webhook)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        let waiting: Vec<(String, i64)> = rows.collect::<Result<_, _>>()?;
        let at = |second: i64| Timestamp::from_timestamp(second, 0).unwrap_or_default();
        let moments: Vec<Timestamp> = waiting.iter().map(|(_, second)| at(*second)).collect();
        let places = hook::left_out(&moments, now);
        let (Some((next, _)), false) = (waiting.get(places.end), places.is_empty()) else {
            return Ok(0);
        };
        let gone = waiting[places].iter().map(|(effect, _)| effect.clone());
        let gone: Vec<String> = gone.collect();
        self.leave_out(&gone, next, "left out: too many waited, or for too long")?;
        Ok(gone.len())
    }

    /// Nothing waits any more for webhooks that are told of no events; how many did.
    pub fn drop_posts_but_for(&self, webhooks: &[&str]) -> Result<usize, StoreError> {
        let mut select = self.transaction.prepare_cached(
            "SELECT effect FROM outbox WHERE state = 'waiting' AND effect GLOB '*.*.*'",
        )?;
        let rows = select.query_map([], |row| row.get(0))?;
        let waiting: Vec<String> = rows.collect::<Result<_, _>>()?;
        let gone = waiting.iter();
        let gone: Vec<&String> = gone
            .filter(|effect| !webhooks.contains(&webhook(effect)))
            .collect();
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM outbox WHERE effect = $1")?;
        for effect in &gone {
            delete.execute([effect])?;
        }
        Ok(gone.len())
    }

    /// The one that waits behind another for the same webhook.
    fn behind(&self, effect: &str) -> Result<Option<String>, StoreError> {
        let mut select = self.transaction.prepare_cached(
            "SELECT effect FROM outbox WHERE state = 'waiting' AND effect GLOB $1
             AND rowid > (SELECT rowid FROM outbox WHERE effect = $2) ORDER BY rowid LIMIT 1",
        )?;
        let found = select.query_row(params![pattern(webhook(effect)), effect], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// Takes these out of what waits, and has the next one say so.
    fn leave_out(&self, gone: &[String], next: &str, because: &str) -> Result<(), StoreError> {
        let mut n_missing = 0;
        for effect in gone {
            n_missing += self.missing_with(effect)?;
            self.transaction.execute(
                "UPDATE outbox SET state = 'failed', last_error = $1 WHERE effect = $2",
                params![because, effect],
            )?;
        }
        let mut body = self.body(next)?;
        let before = body["left_out"].as_u64().unwrap_or_default();
        body["left_out"] = (before + n_missing).into();
        self.transaction.execute(
            "UPDATE outbox SET json = $1 WHERE effect = $2",
            params![body.to_string(), next],
        )?;
        Ok(())
    }

    fn body(&self, effect: &str) -> Result<Value, StoreError> {
        let mut select = self
            .transaction
            .prepare_cached("SELECT json FROM outbox WHERE effect = $1")?;
        let json: Option<String> = select.query_row([effect], |row| row.get(0)).optional()?;
        let body = json.map(|json| serde_json::from_str(&json)).transpose()?;
        Ok(body.unwrap_or_default())
    }
}

impl Store {
    /// What a webhook is told next.
    pub fn next_post(&self, webhook: &str) -> Result<Option<Waiting>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT effect, run, tries, next_at, json FROM outbox
             WHERE state = 'waiting' AND effect GLOB $1 ORDER BY rowid LIMIT 1",
        )?;
        let mut rows = select.query([pattern(webhook)])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let json: String = row.get(4)?;
        Ok(Some(Waiting {
            effect: row.get(0)?,
            run: row.get::<_, i64>(1)?.cast_unsigned(),
            tries: row.get(2)?,
            next_at: Timestamp::from_timestamp(row.get(3)?, 0).unwrap_or_default(),
            body: serde_json::from_str(&json)?,
        }))
    }

    /// How many wait, for whatever webhook, that did not fail yet.
    pub fn n_posts_untried(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM outbox
                   WHERE state = 'waiting' AND tries = 0 AND effect GLOB '*.*.*'";
        let n: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(n.unsigned_abs())
    }

    /// How things stand with a webhook that is told of events.
    pub fn posts_to(&self, webhook: &str) -> Result<Standing, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT state, count(*), min(created_at), max(sent_at) FROM outbox
             WHERE effect GLOB $1 GROUP BY state",
        )?;
        let mut rows = select.query([pattern(webhook)])?;
        let at =
            |second: Option<i64>| second.and_then(|second| Timestamp::from_timestamp(second, 0));
        let mut standing = Standing::default();
        while let Some(row) = rows.next()? {
            let state: String = row.get(0)?;
            let n = row.get::<_, i64>(1)?.unsigned_abs();
            match state.as_str() {
                "waiting" => (standing.n_waiting, standing.oldest_at) = (n, at(row.get(2)?)),
                "sent" => (standing.n_sent, standing.last_sent_at) = (n, at(row.get(3)?)),
                _ => standing.n_left_out = n,
            }
        }
        let mut first = self.connection.prepare_cached(
            "SELECT tries, last_error FROM outbox
             WHERE state = 'waiting' AND effect GLOB $1 ORDER BY rowid LIMIT 1",
        )?;
        let first = first.query_row([pattern(webhook)], |row| Ok((row.get(0)?, row.get(1)?)));
        if let Some((n_tries, trouble)) = first.optional()? {
            (standing.n_tries, standing.trouble) = (n_tries, trouble);
        }
        Ok(standing)
    }
}
