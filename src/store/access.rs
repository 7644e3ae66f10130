//! Who can get in to the pages, and who is in: hashes only, never what opens.

use rusqlite::{OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::time::Timestamp;

/// A random secret, for a link or a cookie: 64 hexadecimal digits.
pub fn secret() -> std::io::Result<String> {
    Ok(crate::domain::hex::hex(&super::key::random()?))
}

/// Something that changes who can get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// A link that works once, for somebody; `hash` is of what stands in it.
    LinkMade {
        hash: String,
        person: String,
        by: String,
        until: Timestamp,
    },
    /// A link was used, and this browser is in. Refused when the link is not
    /// there, was used, or is too old.
    EnteredByLink { link: String, session: NewSession },
    /// A browser does something; noted now and then only.
    Seen { session: String },
    /// One browser is out.
    Left { session: String },
}

/// A browser that gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Of what the browser keeps.
    pub hash: String,
    /// However busy it is, it ends then.
    pub until: Timestamp,
}

/// A browser that is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub person: String,
    pub began_at: Timestamp,
    pub seen_at: Timestamp,
    pub ends_at: Timestamp,
}

impl Batch<'_> {
    /// Makes the change; false when it may not be made.
    pub fn change_access(&self, change: &AccessChange, now: Timestamp) -> Result<bool, StoreError> {
        match change {
            AccessChange::LinkMade {
                hash,
                person,
                by,
                until,
            } => {
                self.transaction.execute(
                    "INSERT INTO entry_link (hash, person, made_by, made_at, ends_at)
                     VALUES ($1, $2, $3, $4, $5)",
                    params![hash, person, by, now.timestamp(), until.timestamp()],
                )?;
                Ok(true)
            }
            AccessChange::EnteredByLink { link, session } => {
                let person = self
                    .transaction
                    .query_row(
                        "UPDATE entry_link SET used_at = $1
                         WHERE hash = $2 AND used_at IS NULL AND ends_at > $1 RETURNING person",
                        params![now.timestamp(), link],
                        |row| row.get::<_, String>(0),
                    )
                    .optional()?;
                match person {
                    Some(person) => self.enter(&person, session, now).map(|()| true),
                    None => Ok(false),
                }
            }
            AccessChange::Seen { session } => {
                let update = "UPDATE session SET seen_at = $1 WHERE hash = $2";
                let n_changed = self
                    .transaction
                    .execute(update, params![now.timestamp(), session])?;
                Ok(n_changed > 0)
            }
            AccessChange::Left { session } => {
                let delete = "DELETE FROM session WHERE hash = $1";
                Ok(self.transaction.execute(delete, [session])? > 0)
            }
        }
    }

    fn enter(&self, person: &str, session: &NewSession, now: Timestamp) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO session (hash, person, began_at, seen_at, ends_at)
             VALUES ($1, $2, $3, $3, $4)",
            params![
                session.hash,
                person,
                now.timestamp(),
                session.until.timestamp()
            ],
        )?;
        Ok(())
    }
}

impl Store {
    /// The browser whose cookie has this hash, if it is in.
    pub fn session(&self, hash: &str) -> Result<Option<SessionRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT person, began_at, seen_at, ends_at FROM session WHERE hash = $1",
        )?;
        let at = |row: &rusqlite::Row, column: usize| -> rusqlite::Result<Timestamp> {
            Ok(Timestamp::from_timestamp(row.get(column)?, 0).unwrap_or_default())
        };
        let found = select.query_row([hash], |row| {
            Ok(SessionRow {
                person: row.get(0)?,
                began_at: at(row, 1)?,
                seen_at: at(row, 2)?,
                ends_at: at(row, 3)?,
            })
        });
        Ok(found.optional()?)
    }
}
