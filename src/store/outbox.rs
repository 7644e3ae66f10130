//! The outbox: effects that wait, were delivered, or could not be.
//!
//! What is told to people has the id `RUN.SEQ`. Beside it lie the events for other
//! programs, `RUN.SEQ.WEBHOOK`: those are read in `hooks.rs` only.

use rusqlite::params;

use super::{Batch, Store, StoreError};
use crate::domain::chain::Mark;
use crate::domain::delivery::{Course, place};
use crate::domain::effect::{Effect, Notice};
use crate::domain::plane::NO_PART;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;

/// An effect on its way out.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub effect: String,
    pub run: RunId,
    pub notice: Notice,
    /// Failed tries so far.
    pub tries: u32,
    /// Which ways were used.
    pub course: Course,
    /// Not to be tried before.
    pub next_at: Timestamp,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    pub last_error: Option<String>,
    /// The log of the run when this was decided; `None` from older programs.
    pub mark: Option<Mark>,
}

/// Sorts parcels: when it was decided, and its number as numbers.
pub type Turn = (i64, (u64, u64), String);

impl Parcel {
    /// Its place among others: they go in the order in which they were decided.
    pub fn turn(&self) -> Turn {
        // Seconds, because no more of it is stored.
        let created_at = self.created_at.timestamp();
        (created_at, place(&self.effect), self.effect.clone())
    }
}

/// What one try led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Sent,
    /// To be tried again then.
    Later {
        because: String,
        next_at: Timestamp,
        course: Course,
    },
    Never {
        because: String,
    },
}

impl Batch<'_> {
    pub(super) fn record_effect(
        &self,
        mark: &Mark,
        effect: &Effect,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO outbox (effect, run, state, next_at, created_at, json, head, quoted)
             VALUES ($1, $2, 'waiting', $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )?;
        let json = serde_json::to_string(&effect.notice)?;
        insert.execute(params![
            effect.id,
            mark.run.cast_signed(),
            now.timestamp(),
            now.timestamp(),
            json,
            mark.to_string(),
            i64::from(effect.notice.quotes_strangers())
        ])?;
        Ok(())
    }

    /// Records what a try led to. What was sent stays sent.
    pub fn record_delivery(
        &self,
        effect: &str,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (state, because, next_at, course) = match delivery {
            Delivery::Sent => ("sent", None, now, None),
            Delivery::Later {
                because,
                next_at,
                course,
            } => ("waiting", Some(because), *next_at, Some(course)),
            Delivery::Never { because } => ("failed", Some(because), now, None),
        };
        let course = course.map(serde_json::to_string).transpose()?;
        let sent_at = (*delivery == Delivery::Sent).then(|| now.timestamp());
        let mut update = self.transaction.prepare_cached(
            "UPDATE outbox SET state = $1, tries = tries + 1, next_at = $2, sent_at = $3, last_error = $4, course = $5
             WHERE effect = $6 AND state <> 'sent'",
        )?;
        update.execute(params![
            state,
            // A part of a second counts as a whole one: never too soon.
            next_at.timestamp() + i64::from(next_at.timestamp_subsec_nanos() > 0),
            sent_at,
            because,
            course,
            effect
        ])?;
        Ok(())
    }
}

impl Store {
    /// Everything that still has to go out, oldest first.
    pub fn waiting(&self) -> Result<Vec<Parcel>, StoreError> {
        self.parcels("WHERE state = 'waiting' AND effect NOT GLOB '*.*.*'", [])
    }

    /// Everything that was or is to be sent for a run.
    pub fn parcels_of(&self, run: RunId) -> Result<Vec<Parcel>, StoreError> {
        let of_run = "WHERE run = $1 AND effect NOT GLOB '*.*.*'";
        self.parcels(of_run, [run.cast_signed()])
    }

    /// What one effect sent or is to send; `None` when there is no such effect.
    pub fn parcel(&self, effect: &str) -> Result<Option<Parcel>, StoreError> {
        let with_id = "WHERE effect = $1 AND effect NOT GLOB '*.*.*'";
        let mut found = self.parcels(with_id, [effect])?;
        Ok(found.pop())
    }

    /// How many effects are in each state: waiting, sent, failed. Who does not take part
    /// in a drill is not counted: nothing failed there.
    pub fn outbox_counts(&self) -> Result<(u64, u64, u64), StoreError> {
        let count = |state: &str| -> Result<u64, StoreError> {
            let sql = "SELECT count(*) FROM outbox WHERE state = $1 AND effect NOT GLOB '*.*.*'
                       AND (last_error IS NULL OR last_error <> $2)";
            let n: i64 = (self.connection).query_row(sql, [state, NO_PART], |row| row.get(0))?;
            Ok(n.unsigned_abs())
        };
        Ok((count("waiting")?, count("sent")?, count("failed")?))
    }

    /// When an effect was last delivered.
    pub fn last_sent(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql =
            "SELECT max(sent_at) FROM outbox WHERE state = 'sent' AND effect NOT GLOB '*.*.*'";
        let last: Option<i64> = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(last.and_then(|second| Timestamp::from_timestamp(second, 0)))
    }

    /// The last thing that went wrong with an effect that still waits.
    pub fn outbox_trouble(&self) -> Result<Option<String>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT last_error FROM outbox WHERE state <> 'sent' AND last_error <> $1
             AND effect NOT GLOB '*.*.*' ORDER BY next_at DESC LIMIT 1",
        )?;
        let mut rows = select.query([NO_PART])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    fn parcels<P: rusqlite::Params>(
        &self,
        rest: &str,
        params: P,
    ) -> Result<Vec<Parcel>, StoreError> {
        let sql = format!(
            "SELECT effect, run, json, tries, next_at, created_at, sent_at, state, last_error, course, head FROM outbox {rest}"
        );
        let mut select = self.connection.prepare_cached(&sql)?;
        let mut rows = select.query(params)?;
        let at = |seconds: i64| Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
        let mut parcels = Vec::new();
        while let Some(row) = rows.next()? {
            let json: String = row.get(2)?;
            let notice: Notice = serde_json::from_str(&json)?;
            let course: Option<String> = row.get(9)?;
            parcels.push(Parcel {
                effect: row.get(0)?,
                run: row.get::<_, i64>(1)?.cast_unsigned(),
                course: match course {
                    Some(json) => serde_json::from_str(&json)?,
                    None => Course::new(&notice.ways),
                },
                notice,
                tries: row.get(3)?,
                next_at: at(row.get(4)?),
                created_at: at(row.get(5)?),
                sent_at: row.get::<_, Option<i64>>(6)?.map(at),
                state: row.get(7)?,
                last_error: row.get(8)?,
                mark: row
                    .get::<_, Option<String>>(10)?
                    .and_then(|written| Mark::read(&written)),
            });
        }
        parcels.sort_by_key(Parcel::turn);
        Ok(parcels)
    }
}
