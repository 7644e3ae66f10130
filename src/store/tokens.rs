//! What programs of ours get in with, and which of their requests were done: hashes
//! only, never what opens.

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::time::Timestamp;

/// For so long an answer is kept for who asks again, in seconds: a day.
const KEPT_FOR: i64 = 24 * 3600;

/// No more answers are kept of one person: the oldest go first.
const MOST_KEPT: i64 = 200;

/// Something that changes which programs get in, or what they were answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenChange {
    /// Somebody's program gets in with this. Refused when they have one of this
    /// name already.
    Made {
        hash: String,
        person: String,
        name: String,
        look_only: bool,
        by: String,
    },
    /// It does something; noted now and then only.
    Used { hash: String },
    /// It gets in no more.
    Revoked { person: String, name: String },
    /// A request with this key is about to be done. Refused when one was before.
    Begun {
        person: String,
        key: String,
        asked: String,
    },
    /// What it was answered.
    Answered {
        person: String,
        key: String,
        status: u16,
        /// As it is kept, packed.
        body: Vec<u8>,
    },
    /// Nothing was done, and it may be tried again.
    Undone { person: String, key: String },
}

/// A program that gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub person: String,
    pub name: String,
    pub look_only: bool,
    pub made_by: String,
    pub made_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRow {
    /// A hash of what was asked.
    pub asked: String,
    /// `None` while it is being done, or when the program died over it.
    pub answer: Option<(u16, Vec<u8>)>,
}

impl Batch<'_> {
    /// Makes the change; false when it may not be made.
    pub fn change_token(&self, change: &TokenChange, now: Timestamp) -> Result<bool, StoreError> {
        let (now, transaction) = (now.timestamp(), &self.transaction);
        let n_changed = match change {
            TokenChange::Made {
                hash,
                person,
                name,
                look_only,
                by,
            } => transaction.execute(
                "INSERT INTO token (hash, person, name, look_only, made_by, made_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                params![hash, person, name, look_only, by, now],
            )?,
            TokenChange::Used { hash } => transaction.execute(
                "UPDATE token SET used_at = $1 WHERE hash = $2",
                params![now, hash],
            )?,
            TokenChange::Revoked { person, name } => {
                let delete = "DELETE FROM token WHERE person = $1 AND name = $2";
                transaction.execute(delete, [person, name])?
            }
            TokenChange::Begun { person, key, asked } => {
                transaction.execute(
                    "DELETE FROM keyed WHERE person = $1 AND key NOT IN
                     (SELECT key FROM keyed WHERE person = $1 ORDER BY at DESC, key LIMIT $2)",
                    params![person, MOST_KEPT - 1],
                )?;
                transaction.execute(
                    "INSERT INTO keyed (person, key, asked, at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT DO NOTHING",
                    params![person, key, asked, now],
                )?
            }
            TokenChange::Answered {
                person,
                key,
                status,
                body,
            } => transaction.execute(
                "UPDATE keyed SET status = $1, body = $2 WHERE person = $3 AND key = $4",
                params![status, body, person, key],
            )?,
            TokenChange::Undone { person, key } => {
                let delete = "DELETE FROM keyed WHERE person = $1 AND key = $2";
                transaction.execute(delete, [person, key])?
            }
        };
        Ok(n_changed > 0)
    }

    /// Answers are kept for a day.
    pub fn forget_keyed(&self, now: Timestamp) -> Result<(), StoreError> {
        let delete = "DELETE FROM keyed WHERE at < $1";
        self.transaction
            .execute(delete, [now.timestamp() - KEPT_FOR])?;
        Ok(())
    }
}

const COLUMNS: &str = "person, name, look_only, made_by, made_at, used_at";

fn token(row: &rusqlite::Row) -> rusqlite::Result<TokenRow> {
    let at = |seconds: i64| Timestamp::from_timestamp(seconds, 0).unwrap_or_default();
    Ok(TokenRow {
        person: row.get(0)?,
        name: row.get(1)?,
        look_only: row.get(2)?,
        made_by: row.get(3)?,
        made_at: at(row.get(4)?),
        used_at: row.get::<_, Option<i64>>(5)?.map(at),
    })
}

impl Store {
    /// The program whose token has this hash.
    pub fn token(&self, hash: &str) -> Result<Option<TokenRow>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM token WHERE hash = $1");
        let mut select = self.connection.prepare_cached(&select)?;
        Ok(select.query_row([hash], token).optional()?)
    }

    /// All of them, by person and name.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM token ORDER BY person, name");
        let mut select = self.connection.prepare_cached(&select)?;
        let rows = select.query_map([], token)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What somebody asked with a key before, if that is kept.
    pub fn keyed(&self, person: &str, key: &str) -> Result<Option<KeyedRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT asked, status, body FROM keyed WHERE person = $1 AND key = $2",
        )?;
        let found = select.query_row([person, key], |row| {
            let (status, body): (Option<u16>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
            Ok(KeyedRow {
                asked: row.get(0)?,
                answer: status.zip(body),
            })
        });
        Ok(found.optional()?)
    }
}
