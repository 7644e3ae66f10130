//! Who can get in to the pages, and who is in: hashes only, never what opens. And the
//! log of who got in and out.

use rusqlite::{OptionalExtension, Row, params};

use super::{Batch, Store, StoreError};
use crate::domain::access::Origin;
use crate::domain::time::Timestamp;

/// Sessions of one person at once; one more ends the one that was silent longest.
const MOST_SESSIONS: i64 = 20;

/// Rows for one who reads the log.
const MOST_ROWS: usize = 10_000;

/// A random secret, for a link or a cookie: 64 hexadecimal digits.
pub fn secret() -> std::io::Result<String> {
    Ok(crate::domain::hex::hex(&super::key::random()?))
}

/// What a password is hashed with.
pub fn salt() -> std::io::Result<[u8; 16]> {
    let [salt, ..] = *super::key::random()?.as_chunks::<16>().0 else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    Ok(salt)
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
    /// Somebody showed their password, and this browser is in.
    EnteredByPassword { person: String, session: NewSession },
    /// Somebody showed what opens nothing; not who they said to be.
    Refused { origin: Origin },
    /// A browser does something; noted now and then only.
    Seen { session: String },
    /// One browser is out.
    Left { session: String },
    /// All browsers of somebody are out, and links to them work no more.
    PutOut { person: String, by: String },
    /// Somebody has this password from now on, as a hash. All their browsers are out
    /// but `keeps`.
    PasswordSet {
        person: String,
        hash: String,
        by: String,
        keeps: Option<String>,
    },
    /// Somebody has no password any more, and is out. Refused when they had none.
    Removed { person: String, by: String },
}

/// A browser that gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Of what the browser keeps.
    pub hash: String,
    /// However busy it is, it ends then.
    pub until: Timestamp,
    pub origin: Origin,
}

/// A browser that is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Of what the browser keeps.
    pub hash: String,
    pub person: String,
    pub began_at: Timestamp,
    pub seen_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Somebody with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub person: String,
    pub set_at: Timestamp,
    pub set_by: String,
}

/// A line of the log of who got in and out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    pub at: Timestamp,
    /// Empty for who was refused.
    pub person: String,
    pub what: String,
    pub by: String,
    /// `Origin::name`.
    pub origin: String,
}

impl Batch<'_> {
    /// Makes the change; false when it may not be made.
    pub fn change_access(&self, change: &AccessChange, now: Timestamp) -> Result<bool, StoreError> {
        let here = Origin::Here;
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
                self.note_entry(person, "link made", by, here, now)?;
                Ok(true)
            }
            AccessChange::EnteredByLink { link, session } => {
                let person = self.use_link(link, now)?;
                let Some(person) = person else {
                    self.note_entry("", "link refused", "", session.origin, now)?;
                    return Ok(false);
                };
                self.enter(&person, session, "in by link", now)?;
                Ok(true)
            }
            AccessChange::EnteredByPassword { person, session } => {
                self.enter(person, session, "in by password", now)?;
                Ok(true)
            }
            AccessChange::Refused { origin } => {
                self.note_entry("", "password refused", "", *origin, now)?;
                Ok(true)
            }
            AccessChange::Seen { session } => {
                let update = "UPDATE session SET seen_at = $1 WHERE hash = $2";
                let n_changed = self
                    .transaction
                    .execute(update, params![now.timestamp(), session])?;
                Ok(n_changed > 0)
            }
            AccessChange::Left { session } => {
                let delete = "DELETE FROM session WHERE hash = $1 RETURNING person";
                let left = self
                    .transaction
                    .query_row(delete, [session], |row| row.get::<_, String>(0))
                    .optional()?;
                if let Some(person) = &left {
                    self.note_entry(person, "out", person, here, now)?;
                }
                Ok(left.is_some())
            }
            AccessChange::PutOut { person, by } => {
                let n_out = self.put_out(person, None)?;
                self.note_entry(person, "out everywhere", by, here, now)?;
                Ok(n_out > 0)
            }
            AccessChange::PasswordSet {
                person,
                hash,
                by,
                keeps,
            } => {
                self.transaction.execute(
                    "INSERT INTO account (person, password, set_at, set_by) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (person) DO UPDATE SET password = $2, set_at = $3, set_by = $4",
                    params![person, hash, now.timestamp(), by],
                )?;
                self.put_out(person, keeps.as_deref())?;
                self.note_entry(person, "password set", by, here, now)?;
                Ok(true)
            }
            AccessChange::Removed { person, by } => {
                let delete = "DELETE FROM account WHERE person = $1";
                let had_one = self.transaction.execute(delete, [person])? > 0;
                self.put_out(person, None)?;
                if had_one {
                    self.note_entry(person, "account removed", by, here, now)?;
                }
                Ok(had_one)
            }
        }
    }

    /// Whose link it was; a link works once.
    fn use_link(&self, link: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let used = self.transaction.query_row(
            "UPDATE entry_link SET used_at = $1
             WHERE hash = $2 AND used_at IS NULL AND ends_at > $1 RETURNING person",
            params![now.timestamp(), link],
            |row| row.get::<_, String>(0),
        );
        Ok(used.optional()?)
    }

    fn enter(
        &self,
        person: &str,
        session: &NewSession,
        how: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
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
        self.transaction.execute(
            "DELETE FROM session WHERE person = $1 AND hash NOT IN (
                 SELECT hash FROM session WHERE person = $1 ORDER BY seen_at DESC, hash = $2 DESC
                 LIMIT $3)",
            params![person, session.hash, MOST_SESSIONS],
        )?;
        self.note_entry(person, how, person, session.origin, now)
    }

    /// How many browsers of somebody are out now, all but one.
    fn put_out(&self, person: &str, keeps: Option<&str>) -> Result<usize, StoreError> {
        let delete = "DELETE FROM entry_link WHERE person = $1 AND used_at IS NULL";
        self.transaction.execute(delete, [person])?;
        let delete = "DELETE FROM session WHERE person = $1 AND hash IS NOT $2";
        Ok(self.transaction.execute(delete, params![person, keeps])?)
    }

    fn note_entry(
        &self,
        person: &str,
        what: &str,
        by: &str,
        origin: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO entry (at, person, what, by, origin) VALUES ($1, $2, $3, $4, $5)",
            params![now.timestamp(), person, what, by, origin.name()],
        )?;
        Ok(())
    }

    /// Deletes what lets nobody in any more: sessions that are over, or were silent
    /// since `silent_since`, and those of who is not in the team; links that were used
    /// or are too old; and the log before `log_before`.
    pub fn tidy_access(
        &self,
        team: &[&str],
        silent_since: Timestamp,
        log_before: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let delete = "DELETE FROM session WHERE ends_at <= $1 OR seen_at < $2";
        self.transaction
            .execute(delete, params![now.timestamp(), silent_since.timestamp()])?;
        let delete = "DELETE FROM entry_link WHERE used_at IS NOT NULL OR ends_at <= $1";
        self.transaction.execute(delete, [now.timestamp()])?;
        let delete = "DELETE FROM entry WHERE at < $1";
        self.transaction.execute(delete, [log_before.timestamp()])?;
        let team = serde_json::to_string(team)?;
        for table in ["session", "account", "entry_link"] {
            let delete = format!(
                "DELETE FROM {table} WHERE person NOT IN (SELECT value FROM json_each($1))"
            );
            self.transaction.execute(&delete, [&team])?;
        }
        Ok(())
    }
}

fn at(row: &Row, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_timestamp(row.get(column)?, 0).unwrap_or_default())
}

fn read_session(row: &Row) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        hash: row.get(0)?,
        person: row.get(1)?,
        began_at: at(row, 2)?,
        seen_at: at(row, 3)?,
        ends_at: at(row, 4)?,
    })
}

impl Store {
    /// The browser whose cookie has this hash, if it is in.
    pub fn session(&self, hash: &str) -> Result<Option<SessionRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT hash, person, began_at, seen_at, ends_at FROM session WHERE hash = $1",
        )?;
        Ok(select.query_row([hash], read_session).optional()?)
    }

    /// All browsers that were not put out, the latest seen first.
    pub fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT hash, person, began_at, seen_at, ends_at FROM session ORDER BY seen_at DESC",
        )?;
        let rows = select.query_map([], read_session)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The hash of somebody's password.
    pub fn password(&self, person: &str) -> Result<Option<String>, StoreError> {
        let select = "SELECT password FROM account WHERE person = $1";
        let mut select = self.connection.prepare_cached(select)?;
        Ok(select.query_row([person], |row| row.get(0)).optional()?)
    }

    /// Who has a password.
    pub fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        let select = "SELECT person, set_at, set_by FROM account ORDER BY person";
        let mut select = self.connection.prepare_cached(select)?;
        let rows = select.query_map([], |row| {
            Ok(AccountRow {
                person: row.get(0)?,
                set_at: at(row, 1)?,
                set_by: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Who got in and out, the latest first, at most so many.
    pub fn entries(&self, limit: usize) -> Result<Vec<EntryRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT at, person, what, by, origin FROM entry ORDER BY number DESC LIMIT $1",
        )?;
        let limit = i64::try_from(limit.min(MOST_ROWS)).unwrap_or(i64::MAX);
        let rows = select.query_map([limit], |row| {
            Ok(EntryRow {
                at: at(row, 0)?,
                person: row.get(1)?,
                what: row.get(2)?,
                by: row.get(3)?,
                origin: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
