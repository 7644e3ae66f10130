//! What a start, or a look, needs of what was heard of a watch.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroU32;
use std::sync::Arc;

use rusqlite::params;

use super::mentions::{IMPORTED, NO_WATCH};
use super::sayings::Sayings;
use super::scan::Scan;
use super::{Store, StoreError};
use crate::domain::desk::ASKS;
use crate::domain::enrich::Rumour;
use crate::domain::heard::notes::MOST_NOTES;
use crate::domain::heard::tide::Saved;
use crate::domain::heard::{Asked, MOST_LATEST, Past};
use crate::domain::mention::Mention;
use crate::domain::time::Timestamp;

impl Store {
    /// What the desk needs of a watch's mentions published after `since`:
    /// counts and notes of all, everything of the latest few. `read` gives the
    /// bits of stored marks; `sayings` are of this moment. Not of what was imported: that wakes nobody, now or
    /// after a restart.
    pub fn past(
        &self,
        watch: &str,
        since: Timestamp,
        asked_since: Timestamp,
        sayings: &Sayings,
        read: impl Fn(&str) -> u64,
    ) -> Result<Past, StoreError> {
        let tide = self.usual(watch)?;
        let needed = tide.as_ref().map(Saved::needs_from);
        let mut since = since.timestamp();
        since = needed.map_or(since, |needed| needed.min(since));
        let mut scan = Scan::of(&self.connection, watch, since, MOST_NOTES, sayings)?;
        let marks: Vec<u64> = scan.marks.all().iter().map(|words| read(words)).collect();
        for note in &mut scan.notes {
            let bits = marks.get(usize::try_from(note.marks).unwrap_or(usize::MAX));
            note.marks = bits.copied().unwrap_or_default();
        }
        scan.seconds.reverse();
        scan.notes.reverse();
        scan.sketches.reverse();
        scan.echoes.reverse();
        let told = scan.rumours.into_iter().rev();
        let told = told.map(|(_, rumour, number)| (rumour, number));
        Ok(Past {
            seconds: scan.seconds,
            notes: scan.notes,
            sketches: scan.sketches,
            sources: scan.sources.all().to_vec(),
            latest: self.latest(watch, since)?,
            asked: self.asked(watch, since, asked_since.timestamp(), scan.asked)?,
            rumours: self.rumours(told)?,
            echoes: scan.echoes,
            tide,
        })
    }

    /// What was put to us, complaints, and posts of ours, as far as their words
    /// are kept: those that were found after `since`, those of this watch before it, and
    /// posts of ours in no watch.
    fn asked(
        &self,
        watch: &str,
        since: i64,
        asked_since: i64,
        found: Vec<(i64, i64, bool)>,
    ) -> Result<Vec<Asked>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, mention, words = 'ours', watch FROM matched
             WHERE watch = $1 AND published_at > $2 AND published_at <= $3
               AND (words = 'ours' OR marks LIKE $4)
             ORDER BY published_at, mention",
        )?;
        let marked = format!("%{ASKS}%");
        let mut all: Vec<(i64, i64, bool, bool)> = Vec::new();
        for (of, until) in [(NO_WATCH, i64::MAX), (watch, since)] {
            let rows = select.query_map(params![of, asked_since, until, marked], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, of == watch))
            })?;
            for row in rows {
                all.push(row?);
            }
        }
        let found = found.into_iter();
        let found = found.filter(|(second, ..)| *second > asked_since);
        all.extend(found.map(|(second, number, is_ours)| (second, number, is_ours, true)));
        all.sort_by_key(|(second, number, ..)| (*second, *number));
        let mut asked = Vec::with_capacity(all.len());
        for (_, number, is_ours, is_here) in all {
            if let Some(mention) = self.words_of(number)? {
                asked.push(match is_ours {
                    true => Asked::Ours(Arc::new(mention), is_here),
                    false => Asked::Theirs(Arc::new(mention)),
                });
            }
        }
        Ok(asked)
    }

    /// A mention by its number, while its words are kept.
    fn words_of(&self, number: i64) -> Result<Option<Mention>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json FROM mention WHERE number = $1")?;
        let mut rows = select.query([number])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let json = row.get_ref(0)?.as_str().unwrap_or_default();
        Ok(Some(serde_json::from_str(json)?))
    }

    /// Each rumour as it was first told, as far as words of it are kept; they come in the
    /// order in which they were told.
    fn rumours(
        &self,
        told: impl Iterator<Item = (NonZeroU32, i64)>,
    ) -> Result<Vec<(NonZeroU32, Rumour)>, StoreError> {
        let mut first: BTreeMap<NonZeroU32, Rumour> = BTreeMap::new();
        for (rumour, number) in told {
            if let Entry::Vacant(place) = first.entry(rumour)
                && let Some(mention) = self.words_of(number)?
            {
                place.insert(Rumour::of(&mention.text));
            }
        }
        Ok(first.into_iter().collect())
    }

    fn latest(&self, watch: &str, since: i64) -> Result<Vec<Arc<Mention>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT m.json FROM matched w JOIN mention m ON m.number = w.mention
             WHERE w.watch = $1 AND w.published_at > $2 AND w.words NOT IN ('echo', 'ours')
               AND w.source <> $3
             ORDER BY w.published_at DESC, w.mention DESC LIMIT $4",
        )?;
        let mut rows = select.query(params![watch, since, IMPORTED, MOST_LATEST as i64])?;
        let mut latest = Vec::new();
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().unwrap_or_default();
            latest.push(Arc::new(serde_json::from_str(json)?));
        }
        latest.reverse();
        Ok(latest)
    }
}
