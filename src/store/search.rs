//! Finds stored mentions, in order of publication, without holding them all.

use rusqlite::{OptionalExtension, params};

use std::sync::Arc;

use super::mentions::NO_WATCH;
use super::{Store, StoreError};
use crate::domain::heard::Asked;
use crate::domain::mention::{Mention, Platform};
use crate::domain::query::fold::fold;
use crate::domain::said::{Flag, Said};
use crate::domain::time::Timestamp;

/// Which mentions, before their words are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// Only those that count for it.
    pub watch: Option<&'a str>,
    /// Published at or after.
    pub since: Timestamp,
    /// Published before.
    pub until: Timestamp,
    pub newest_first: bool,
}

/// A mention with what the store knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub number: i64,
    pub mention: Mention,
    /// The key of the source that brought it, or `@import`.
    pub source: String,
    /// The watches it counts for; none for what we posted ourselves, and for
    /// other words under the id of another.
    pub watches: Vec<String>,
}

/// Which mentions of one watch, to look through them.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    pub watch: &'a str,
    /// Published at or after.
    pub since: Timestamp,
    pub platform: Option<Platform>,
    /// Somebody's own words, or only what repeats another; `None`: both.
    pub own: Option<bool>,
    /// By how people reacted, instead of by time.
    pub loudest_first: bool,
}

/// A mention with what it counted for.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub mention: Mention,
    /// The key of the source that brought it, or `@import`.
    pub source: String,
    /// What it is worth as a voice: a name of `Words`, or `ours`.
    pub words: String,
}

impl Store {
    /// Gives mentions of a watch whose text is kept, until `each` says enough.
    pub fn look_through(
        &self,
        choice: Choice<'_>,
        mut each: impl FnMut(Counted) -> bool,
    ) -> Result<(), StoreError> {
        let order = match choice.loudest_first {
            true => "w.engagement DESC, w.published_at DESC, w.mention DESC",
            false => "w.published_at DESC, w.mention DESC",
        };
        // The texts are read one by one, as far as somebody looks: sorting them all
        // would take a while.
        let mut select = self.connection.prepare_cached(&format!(
            "SELECT w.mention, w.published_at, w.words FROM matched w
             WHERE w.watch = $1 AND w.published_at >= $2
               AND ($3 IS NULL OR w.platform = $3)
               AND ($4 IS NULL OR (w.words = 'own') = $4)
             ORDER BY {order}"
        ))?;
        let mut text = self.connection.prepare_cached(
            "SELECT json, source FROM mention WHERE number = $1 AND published_at = $2",
        )?;
        let platform = choice.platform.map(Platform::name);
        let since = choice.since.timestamp();
        let mut rows = select.query(params![choice.watch, since, platform, choice.own])?;
        while let Some(row) = rows.next()? {
            let (number, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            let kept: Option<(String, String)> = text
                .query_row(params![number, at], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((json, source)) = kept else {
                continue;
            };
            let counted = Counted {
                mention: serde_json::from_str(&json)?,
                source,
                words: row.get(2)?,
            };
            if !each(counted) {
                break;
            }
        }
        Ok(())
    }

    /// What others wrote in a watch that says this, the newest first; not what was
    /// only passed on, nor spam, nor what is ours.
    pub fn that_say(
        &self,
        watch: &str,
        since: Timestamp,
        flag: Flag,
        most: usize,
    ) -> Result<Vec<Mention>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT m.json, s.said FROM matched w
             CROSS JOIN said s ON s.mention = w.mention AND s.published_at = w.published_at
             CROSS JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at >= $2 AND m.published_at = w.published_at
               AND w.words IN ('own', 'copy', 'again') AND (s.said & $3) <> 0
             ORDER BY w.published_at DESC, w.mention DESC LIMIT $4",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let bits = Said::default().and(flag).bits() & !Said::default().and(Flag::Read).bits();
        let mut rows = select.query(params![watch, since.timestamp(), bits, most])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            // What may be meant otherwise is taken for neither side.
            let said = Said::from_bits(row.get(1)?);
            if flag == Flag::Positive && (said.has(Flag::Unclear) || said.has(Flag::Negative)) {
                continue;
            }
            found.push(serde_json::from_str(
                row.get_ref(0)?.as_str().unwrap_or_default(),
            )?);
        }
        Ok(found)
    }

    /// All that we posted, and what may be put to us in the newest so many mentions
    /// of a watch: texts that name one of our handles (folded, without `@`),
    /// replies, and reviews.
    pub fn conversation(
        &self,
        watch: &str,
        since: Timestamp,
        handles: &[String],
        most: usize,
    ) -> Result<Vec<Asked>, StoreError> {
        let mut said = Vec::new();
        let mut ours = self.connection.prepare_cached(
            "SELECT m.json, w.watch FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch IN ($1, $2) AND w.published_at >= $3 AND w.words = 'ours'
               AND m.published_at = w.published_at",
        )?;
        let since = since.timestamp();
        let mut rows = ours.query(params![watch, NO_WATCH, since])?;
        while let Some(row) = rows.next()? {
            let mention = serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default())?;
            let is_here = row.get_ref(1)?.as_str().is_ok_and(|one| one == watch);
            said.push(Asked::Ours(Arc::new(mention), is_here));
        }
        let mut theirs = self.connection.prepare_cached(
            "SELECT m.json, w.platform FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at >= $2 AND w.words <> 'ours'
               AND m.published_at = w.published_at
             ORDER BY w.published_at DESC, w.mention DESC LIMIT $3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = theirs.query(params![watch, since, most])?;
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().unwrap_or_default();
            // Most mentions are put to nobody: those are not even read.
            let may_ask = row.get_ref(1)?.as_str() == Ok(Platform::Review.name())
                || json.contains("\"in_reply_to\":\"")
                || (json.contains(['@', '#', '＠', '＃']) && {
                    let folded = fold(json);
                    handles.iter().any(|one| folded.contains(one.as_str()))
                });
            if may_ask {
                said.push(Asked::Theirs(Arc::new(serde_json::from_str(json)?)));
            }
        }
        Ok(said)
    }

    /// How many [`Store::look_through`] would give.
    pub fn n_chosen(&self, choice: Choice<'_>) -> Result<u64, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT count(*) FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at >= $2 AND m.published_at = w.published_at
               AND ($3 IS NULL OR w.platform = $3)
               AND ($4 IS NULL OR (w.words = 'own') = $4)",
        )?;
        let platform = choice.platform.map(Platform::name);
        let since = choice.since.timestamp();
        let n: i64 = select
            .query_row(params![choice.watch, since, platform, choice.own], |row| {
                row.get(0)
            })?;
        Ok(n.unsigned_abs())
    }

    /// The numbers of all mentions in a range whose text is kept, in order.
    pub fn numbers(&self, range: Range<'_>) -> Result<Vec<i64>, StoreError> {
        let order = if range.newest_first { "DESC" } else { "ASC" };
        let (since, until) = (range.since.timestamp(), range.until.timestamp());
        let sql = match range.watch {
            Some(_) => format!(
                "SELECT w.mention FROM matched w JOIN mention m ON m.number = w.mention
                 WHERE w.published_at >= $1 AND w.published_at < $2 AND w.watch = $3
                   AND m.published_at = w.published_at
                 ORDER BY w.published_at {order}, w.mention {order}"
            ),
            None => format!(
                "SELECT number FROM mention WHERE published_at >= $1 AND published_at < $2
                 AND $3 IS NULL ORDER BY published_at {order}, number {order}"
            ),
        };
        let mut select = self.connection.prepare(&sql)?;
        let rows = select.query_map(params![since, until, range.watch], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The mention with this number; `None` when it is gone meanwhile.
    pub fn mention(&self, number: i64, watches: &[&str]) -> Result<Option<Found>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json, source FROM mention WHERE number = $1")?;
        let found: Option<(String, String)> = select
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((json, source)) = found else {
            return Ok(None);
        };
        let mention: Mention = serde_json::from_str(&json)?;
        let mut counts = self.connection.prepare_cached(
            "SELECT 1 FROM matched WHERE watch = $1 AND published_at = $2 AND mention = $3",
        )?;
        let second = mention.published_at.timestamp();
        let mut counted = Vec::new();
        for watch in watches {
            if counts.exists(params![watch, second, number])? {
                counted.push((*watch).to_owned());
            }
        }
        Ok(Some(Found {
            number,
            mention,
            source,
            watches: counted,
        }))
    }
}
