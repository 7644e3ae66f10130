//! What was read in mentions: kept apart from what they count for, so that it stays when
//! their texts go; the words that made it so go with the texts. It comes in the order of
//! the mentions, so that many share a page.

use std::num::NonZeroU32;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Batch, Store, StoreError};
use crate::domain::mention::{Mention, Platform};
use crate::domain::said::Said;
use crate::domain::time::Timestamp;

/// Up to which mention everything was read.
const READ_TO: &str = "read_to";

/// So many are counted one by one.
const MOST_COUNTED: i64 = 10_000;

/// A stored mention that was not read yet.
#[derive(Debug)]
pub struct Unread<T> {
    pub number: i64,
    pub received_at: Timestamp,
    pub words: Unheard<T>,
}

/// What is to be read.
#[derive(Debug)]
pub enum Unheard<T> {
    /// Whoever asked has it still.
    Kept(T),
    Stored {
        mention: Box<Mention>,
        source: String,
        /// Whether it is other words under a known id: it counts only where those do not.
        is_beside: bool,
    },
}

/// A person's correction, against what the program had read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelRow {
    /// What the program had read, without any correction.
    pub said: Said,
    /// What a person says it is.
    pub meant: Said,
    pub at: Timestamp,
}

pub(super) fn read_to(connection: &Connection) -> Result<i64, StoreError> {
    let mut select = connection.prepare_cached("SELECT value FROM meta WHERE key = $1")?;
    let value: Option<String> = select.query_row([READ_TO], |row| row.get(0)).optional()?;
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

/// The bits of what a mention says that was published in this second; `None` while it was
/// not read.
pub(super) fn said(
    connection: &Connection,
    number: i64,
    second: i64,
) -> Result<Option<u8>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT said FROM said WHERE mention = $1 AND published_at = $2")?;
    let found = select.query_row(params![number, second], |row| row.get(0));
    Ok(found.optional()?)
}

/// The highest number of any mention.
pub(super) fn last_number(connection: &Connection) -> Result<i64, StoreError> {
    let mut select = connection.prepare_cached("SELECT max(number) FROM mention")?;
    let last: Option<i64> = select.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0))
}

/// The highest number of anything that was read.
pub(super) fn last_said(connection: &Connection) -> Result<i64, StoreError> {
    let mut select = connection.prepare_cached("SELECT max(mention) FROM said")?;
    let last: Option<i64> = select.query_row([], |row| row.get(0))?;
    Ok(last.unwrap_or(0))
}

impl Store {
    /// The number up to which everything was read.
    pub fn read_to(&self) -> Result<i64, StoreError> {
        read_to(&self.connection)
    }

    /// The first mentions that were not read yet, in the order they were stored. `kept`
    /// gives what whoever asks has still, by number, `Mention::key` and
    /// `Mention::content_hash`.
    pub fn unread<T>(
        &self,
        most: usize,
        kept: impl Fn(i64, i64, i64) -> Option<T>,
    ) -> Result<Vec<Unread<T>>, StoreError> {
        let read_to = self.read_to()?;
        let mut select = self.connection.prepare_cached(
            "SELECT number, received_at, key, content FROM mention
             WHERE number > $1 ORDER BY number LIMIT $2",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = select.query(params![read_to, most])?;
        let mut unread = Vec::new();
        while let Some(row) = rows.next()? {
            let (number, received_at) = (row.get(0)?, row.get(1)?);
            let words = match kept(number, row.get(2)?, row.get(3)?) {
                Some(kept) => Some(Unheard::Kept(kept)),
                None => self.unheard(number)?,
            };
            // Forgotten in between, it is not there any more.
            unread.extend(words.map(|words| Unread {
                number,
                received_at: Timestamp::from_timestamp(received_at, 0).unwrap_or_default(),
                words,
            }));
        }
        Ok(unread)
    }

    fn unheard<T>(&self, number: i64) -> Result<Option<Unheard<T>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT json, source,
                    EXISTS (SELECT 1 FROM mention b WHERE b.key = m.key AND b.number < m.number)
             FROM mention m WHERE number = $1",
        )?;
        let mut rows = select.query([number])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(Unheard::Stored {
            mention: serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default())?,
            source: row.get(1)?,
            is_beside: row.get(2)?,
        }))
    }

    /// Whether what is stored under a number counts for a watch.
    pub fn counts_in(
        &self,
        watch: &str,
        mention: &Mention,
        number: i64,
    ) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT 1 FROM matched WHERE watch = $1 AND published_at = $2 AND mention = $3",
        )?;
        let second = mention.published_at.timestamp();
        Ok(select.exists(params![watch, second, number])?)
    }

    /// How many mentions wait to be read, and since when the first does. When they are
    /// many it is how many came and not how many are left: looking at each would take
    /// longer than the answer is worth.
    pub fn n_unread(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let read_to = self.read_to()?;
        let mut select = self.connection.prepare_cached(
            "SELECT number, received_at FROM mention WHERE number > $1 ORDER BY number LIMIT 1",
        )?;
        let first = select.query_row([read_to], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((first, since)): Option<(i64, i64)> = first.optional()? else {
            return Ok((0, None));
        };
        let mut n = last_number(&self.connection)? - first + 1;
        if n <= MOST_COUNTED {
            let mut select = self
                .connection
                .prepare_cached("SELECT count(*) FROM mention WHERE number > $1")?;
            n = select.query_row([read_to], |row| row.get(0))?;
        }
        Ok((n.unsigned_abs(), Timestamp::from_timestamp(since, 0)))
    }

    /// Why a mention was read as it was, as JSON; `None` while it was not, or when its
    /// text is gone.
    pub fn because(&self, number: i64) -> Result<Option<String>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM because WHERE mention = $1")?;
        Ok(select.query_row([number], |row| row.get(0)).optional()?)
    }

    /// What a mention is taken for; `None` where it counts for nothing, or was not
    /// read.
    pub fn said(&self, number: i64, at: Timestamp) -> Result<Option<Said>, StoreError> {
        let said = said(&self.connection, number, at.timestamp())?;
        Ok(said.map(Said::from_bits))
    }

    /// The stored mentions with this id, each with its number: the first words under
    /// the id, one a platform at most.
    pub fn numbered(&self, id: &str) -> Result<Vec<(i64, Mention)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT number, json FROM mention WHERE key = $1 ORDER BY number LIMIT 1",
        )?;
        let mut found = Vec::new();
        for platform in Platform::ALL {
            let key = Mention::key_of(platform, id);
            let row: Option<(i64, String)> = select
                .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((number, json)) = row {
                found.push((number, serde_json::from_str(&json)?));
            }
        }
        Ok(found)
    }

    /// Every correction, the oldest first.
    pub fn labels(&self) -> Result<Vec<LabelRow>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT said, meant, at FROM label ORDER BY at, mention")?;
        let rows = select.query_map([], |row| {
            Ok(LabelRow {
                said: Said::from_bits(row.get(0)?),
                meant: Said::from_bits(row.get(1)?),
                at: Timestamp::from_timestamp(row.get(2)?, 0).unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Batch<'_> {
    /// Everything up to this mention was read.
    pub fn read_to(&self, number: i64) -> Result<(), StoreError> {
        let mut save = self.transaction.prepare_cached(
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?;
        save.execute(params![READ_TO, number.to_string()])?;
        Ok(())
    }

    /// Numbers of mentions that are gone are given to new ones: those must be read too.
    pub(super) fn read_again_what_comes(&self) -> Result<(), StoreError> {
        let mut lower = self.transaction.prepare_cached(
            "UPDATE meta SET value =
                 CAST(min(CAST(value AS BIGINT), (SELECT coalesce(max(number), 0) FROM mention)) AS TEXT)
             WHERE key = $1",
        )?;
        lower.execute([READ_TO])?;
        Ok(())
    }

    /// Why a mention was read as it was, as JSON. It goes with its text.
    pub fn keep_because(&self, number: i64, json: &str) -> Result<(), StoreError> {
        // What was forgotten since it was read stays so.
        let mut insert = self.transaction.prepare_cached(
            "INSERT OR FAIL INTO because (mention, json)
             SELECT number, $1 FROM mention WHERE number = $2 ON CONFLICT DO NOTHING",
        )?;
        if insert.execute(params![json, number])? == 0 {
            let mut update = self
                .transaction
                .prepare_cached("UPDATE because SET json = $1 WHERE mention = $2")?;
            update.execute(params![json, number])?;
        }
        Ok(())
    }

    /// What a mention says that counts for some watch.
    pub fn say(&self, second: i64, number: i64, said: Said) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT OR FAIL INTO said (mention, published_at, said) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )?;
        if insert.execute(params![number, second, said.bits()])? == 0 {
            let mut update = self.transaction.prepare_cached(
                "UPDATE said SET said = $1 WHERE mention = $2 AND published_at = $3 AND said <> $1",
            )?;
            update.execute(params![said.bits(), number, second])?;
        }
        Ok(())
    }

    /// Which rumour a mention tells, where it counts for a watch.
    pub fn tell(
        &self,
        watch: &str,
        second: i64,
        number: i64,
        rumour: Option<NonZeroU32>,
    ) -> Result<(), StoreError> {
        let mut update = self.transaction.prepare_cached(
            "UPDATE matched SET rumour = $1
             WHERE watch = $2 AND published_at = $3 AND mention = $4 AND rumour IS NOT $1",
        )?;
        let rumour = rumour.map(NonZeroU32::get);
        update.execute(params![rumour, watch, second, number])?;
        Ok(())
    }

    /// A mention is to be read again: it may come with another number.
    pub(super) fn unsay(&self, second: i64, number: i64) -> Result<(), StoreError> {
        let mut delete = self
            .transaction
            .prepare_cached("DELETE FROM said WHERE mention = $1 AND published_at = $2")?;
        delete.execute(params![number, second])?;
        Ok(())
    }

    /// A person says what a mention is; the first reading stays to compare with.
    pub fn label(
        &self,
        number: i64,
        said: Said,
        meant: Said,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO label (mention, at, by, said, meant) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mention) DO UPDATE
             SET at = excluded.at, by = excluded.by, meant = excluded.meant",
        )?;
        let at = now.timestamp();
        insert.execute(params![number, at, by, said.bits(), meant.bits()])?;
        Ok(())
    }

    /// What a mention is taken for in a watch; `None` where it does not count.
    pub fn said_of(
        &self,
        watch: &str,
        second: i64,
        number: i64,
    ) -> Result<Option<Said>, StoreError> {
        let mut select = self.transaction.prepare_cached(
            "SELECT s.said FROM matched w
             LEFT JOIN said s ON s.mention = w.mention AND s.published_at = w.published_at
             WHERE w.watch = $1 AND w.published_at = $2 AND w.mention = $3",
        )?;
        let found = select.query_row(params![watch, second, number], |row| {
            let said: Option<u8> = row.get(0)?;
            Ok(Said::from_bits(said.unwrap_or(0)))
        });
        Ok(found.optional()?)
    }
}
