//! What one pass over rows of `matched` finds that a start needs, the latest first.
//!
//! Notes are laid down as the desk keeps them, so that a million need not be copied from
//! one form into another; what else is known of them stands beside them.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::mentions::{IMPORTED, OURS};
use super::sayings::Sayings;
use crate::domain::desk::ASKS;
use crate::domain::heard::note_key;
use crate::domain::mention::Platform;
use crate::domain::said::Said;
use crate::domain::voices::{Note, Sketch, Words};

/// Of what repeats our own words: not counted.
const ECHO: &str = "echo";

/// See the module. Everything in it is in descending order, as it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Scan {
    /// How many mentions in which second, and what they weigh together.
    pub(super) seconds: Vec<(i64, u32, u32)>,
    /// The latest few. `source` and `marks` are numbers of names, `key` is 0 where it
    /// was not looked up or is not needed any more.
    pub(super) notes: Vec<Note>,
    /// What each of the notes is compared by.
    pub(super) sketches: Vec<Sketch>,
    /// Notes of which nothing that was read is known, in order.
    pub(super) unread: Vec<Unread>,
    pub(super) echoes: Vec<i64>,
    /// When which rumour was told, and by which mention.
    pub(super) rumours: Vec<(i64, NonZeroU32, i64)>,
    /// What was put to us, and posts of ours: second, mention, whether it is ours.
    pub(super) asked: Vec<(i64, i64, bool)>,
    pub(super) sources: Names,
    pub(super) marks: Names,
}

/// Nothing that was read in it is known of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unread {
    /// Which note.
    pub(super) place: u32,
    /// The number of its mention.
    pub(super) number: i64,
}

/// Names that many rows share, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    all: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u16>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Names {
    /// The number of a name, the same each time.
    pub(super) fn number_of(&mut self, name: &str) -> u16 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let name: Arc<str> = name.into();
        // There are as many as an organisation has sources, or sets of lists.
        let number = u16::try_from(self.all.len()).unwrap_or(u16::MAX);
        self.all.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    #[cfg(test)]
    pub(super) fn get(&self, number: u16) -> Option<&Arc<str>> {
        self.all.get(usize::from(number))
    }

    pub(super) fn all(&self) -> &[Arc<str>] {
        &self.all
    }
}

impl Scan {
    /// Goes through the rows of a watch published in (after, through], which must be
    /// before what it went through already. Notes are taken until there are
    /// `most_notes`. Says how many rows there were.
    pub(super) fn rows(
        &mut self,
        connection: &Connection,
        watch: &str,
        (after, through): (i64, i64),
        most_notes: usize,
    ) -> Result<usize, StoreError> {
        let mut select = connection.prepare_cached(
            "SELECT published_at, author, platform, source, words, weight, cluster, sketch_1,
                    sketch_2, followers, engagement, marks, rumour, mention
             FROM matched WHERE watch = $1 AND published_at > $2 AND published_at <= $3
             ORDER BY published_at DESC, mention DESC",
        )?;
        let mut rows = select.query(params![watch, after, through])?;
        let mut n_rows = 0;
        while let Some(row) = rows.next()? {
            self.row(row, most_notes)?;
            n_rows += 1;
        }
        Ok(n_rows)
    }

    /// Looks up what was read in mentions, and the keys of the others: where a mention is
    /// gone there is none.
    pub(super) fn look_up(
        &mut self,
        connection: &Connection,
        sayings: &Sayings,
    ) -> Result<(), StoreError> {
        let mut select = connection.prepare_cached("SELECT key FROM mention WHERE number = $1")?;
        let numbers = self.unread.iter().map(|unread| unread.number);
        let sayings = sayings.about(connection, numbers)?;
        let mut still_unread = Vec::new();
        for unread in std::mem::take(&mut self.unread) {
            let Some(note) = self.notes.get_mut(unread.place as usize) else {
                continue;
            };
            let said = sayings.of(connection, unread.number, note.second)?;
            if let Some(said) = said {
                // What was read needs not be found again.
                (note.said, note.key) = (Said::from_bits(said), 0);
                continue;
            }
            if note.key == 0 {
                let known = select.query_row([unread.number], |row| row.get::<_, i64>(0));
                note.key = known.optional()?.map_or(0, note_key);
            }
            still_unread.push(unread);
        }
        self.unread = still_unread;
        Ok(())
    }

    /// So many notes will come, about.
    pub(super) fn expect_notes(&mut self, n_notes: usize) {
        self.notes.reserve(n_notes);
        self.sketches.reserve(n_notes);
    }

    /// Lets go of all notes but the first so many.
    pub(super) fn keep_notes(&mut self, n_notes: usize) {
        self.notes.truncate(n_notes);
        self.sketches.truncate(n_notes);
        let is_kept = |unread: &Unread| (unread.place as usize) < n_notes;
        let n_unread = self.unread.partition_point(is_kept);
        self.unread.truncate(n_unread);
    }

    fn row(&mut self, row: &Row<'_>, most_notes: usize) -> Result<(), StoreError> {
        let text = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
        let bits =
            |column: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.cast_unsigned());
        let (second, number): (i64, i64) = (row.get(0)?, row.get(13)?);
        let (words, marks) = (text(4)?, text(11)?);
        let rumour = row.get::<_, Option<u32>>(12)?.and_then(NonZeroU32::new);
        self.rumours
            .extend(rumour.map(|rumour| (second, rumour, number)));
        if words == OURS || marks.contains(ASKS) {
            self.asked.push((second, number, words == OURS));
        }
        if words == ECHO {
            self.echoes.push(second);
        }
        let source = text(3)?;
        if words == OURS || words == ECHO || source == IMPORTED {
            return Ok(());
        }
        let weight: u32 = row.get(5)?;
        match self.seconds.last_mut().filter(|last| last.0 == second) {
            Some((_, n, sum)) => {
                *n += 1;
                *sum += weight;
            }
            None => self.seconds.push((second, 1, weight)),
        }
        if self.notes.len() >= most_notes {
            return Ok(());
        }
        // There are at most `MOST_NOTES`, or as many as a stretch has rows.
        let place = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
        self.unread.push(Unread { place, number });
        self.notes.push(Note {
            second,
            author: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
            cluster: bits(6)?,
            marks: u64::from(self.marks.number_of(marks)),
            followers: row.get(9)?,
            engagement: row.get(10)?,
            source: self.sources.number_of(source),
            words: Words::from_name(words).unwrap_or_default(),
            weight: row.get(5)?,
            platform: Platform::from_name(text(2)?).unwrap_or_default(),
            key: 0,
            said: Said::default(),
            rumour,
        });
        self.sketches.push(Sketch([bits(7)?, bits(8)?]));
        Ok(())
    }
}
