//! What a start, or a look, needs of what was heard of a watch: read in one pass.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroU32;
use std::sync::Arc;

use rusqlite::params;

use super::mentions::{IMPORTED, NO_WATCH, OURS};
use super::{Store, StoreError};
use crate::domain::desk::ASKS;
use crate::domain::enrich::Rumour;
use crate::domain::heard::notes::MOST_NOTES;
use crate::domain::heard::tide::Saved;
use crate::domain::heard::{Asked, MOST_LATEST, Past, note_key};
use crate::domain::mention::{Mention, Platform};
use crate::domain::said::Said;
use crate::domain::time::Timestamp;
use crate::domain::voices::{Note, Sketch, Weighed, Words};

/// Of what repeats our own words: not counted.
const ECHO: &str = "echo";

/// What one pass over the past of a watch finds, in order of publication.
#[derive(Debug, Default)]
struct Scan {
    seconds: Vec<(i64, u32, u32)>,
    notes: Vec<(Note, Weighed, Arc<str>)>,
    echoes: Vec<i64>,
    /// Which rumour was told, and by which mention.
    rumours: Vec<(NonZeroU32, i64)>,
    /// What was put to us, and posts of ours: second, mention, whether it is ours.
    asked: Vec<(i64, i64, bool)>,
}

impl Store {
    /// What the desk needs of a watch's mentions published after `since`:
    /// counts and notes of all, everything of the latest few. `read` gives the
    /// bits of stored marks. Not of what was imported: that wakes nobody, now or
    /// after a restart.
    pub fn past(
        &self,
        watch: &str,
        since: Timestamp,
        asked_since: Timestamp,
        read: impl Fn(&str) -> u64,
    ) -> Result<Past, StoreError> {
        let tide = self.usual(watch)?;
        let needed = tide.as_ref().map(Saved::needs_from);
        let mut since = since.timestamp();
        since = needed.map_or(since, |needed| needed.min(since));
        let Scan {
            seconds,
            notes,
            echoes,
            rumours,
            asked,
        } = self.scan(watch, since, read)?;
        Ok(Past {
            seconds,
            notes,
            latest: self.latest(watch, since)?,
            asked: self.asked(watch, since, asked_since.timestamp(), asked)?,
            rumours: self.rumours(rumours)?,
            echoes,
            tide,
        })
    }

    /// Everything of a watch after `since` in one pass, latest first: a day of a storm is
    /// a million rows, and reading those again for every question is what a start takes
    /// its time for.
    fn scan(
        &self,
        watch: &str,
        since: i64,
        read: impl Fn(&str) -> u64,
    ) -> Result<Scan, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT published_at, author, platform, source, words, weight, cluster, sketch_1,
                    sketch_2, followers, engagement, marks, said, rumour,
                    CASE WHEN said IS NULL
                         THEN (SELECT key FROM mention m WHERE m.number = matched.mention) END,
                    mention
             FROM matched WHERE watch = $1 AND published_at > $2
             ORDER BY published_at DESC, mention DESC",
        )?;
        let mut rows = select.query(params![watch, since])?;
        let mut sources: Vec<Arc<str>> = Vec::new();
        let mut scan = Scan::default();
        while let Some(row) = rows.next()? {
            let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
            let bits = |column: usize| {
                Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.cast_unsigned())
            };
            let (second, number): (i64, i64) = (row.get(0)?, row.get(15)?);
            let (words, marks) = (text(4)?, text(11)?);
            let rumour = row.get::<_, Option<u32>>(13)?.and_then(NonZeroU32::new);
            scan.rumours.extend(rumour.map(|rumour| (rumour, number)));
            if words == OURS || marks.contains(ASKS) {
                scan.asked.push((second, number, words == OURS));
            }
            if words == ECHO {
                scan.echoes.push(second);
            }
            let name = text(3)?;
            if words == OURS || words == ECHO || name == IMPORTED {
                continue;
            }
            let weight: u32 = row.get(5)?;
            match scan.seconds.last_mut().filter(|last| last.0 == second) {
                Some((_, n, sum)) => {
                    *n += 1;
                    *sum += weight;
                }
                None => scan.seconds.push((second, 1, weight)),
            }
            if scan.notes.len() >= MOST_NOTES {
                continue;
            }
            let known = sources.iter().find(|source| &***source == name);
            let source = known.cloned().unwrap_or_else(|| {
                sources.push(name.into());
                name.into()
            });
            let weighed = Weighed {
                words: Words::from_name(words).unwrap_or_default(),
                weight: row.get(5)?,
                cluster: bits(6)?,
                sketch: Sketch([bits(7)?, bits(8)?]),
            };
            let note = Note {
                second,
                author: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
                cluster: weighed.cluster,
                marks: read(marks),
                followers: row.get(9)?,
                engagement: row.get(10)?,
                source: 0,
                words: weighed.words,
                weight: weighed.weight,
                platform: Platform::from_name(text(2)?).unwrap_or_default(),
                // What was read needs not be found again.
                key: row.get::<_, Option<i64>>(14)?.map_or(0, note_key),
                said: Said::from_bits(row.get::<_, Option<u8>>(12)?.unwrap_or(0)),
                rumour,
            };
            scan.notes.push((note, weighed, source));
        }
        scan.seconds.reverse();
        scan.notes.reverse();
        scan.echoes.reverse();
        scan.rumours.reverse();
        scan.asked.reverse();
        Ok(scan)
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
        told: Vec<(NonZeroU32, i64)>,
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
