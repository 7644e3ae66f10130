//! What one pass over rows of `matched` finds that a start needs, the latest first.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::mentions::{IMPORTED, OURS};
use super::said::{last_said, said};
use crate::domain::desk::ASKS;
use crate::domain::heard::note_key;
use crate::domain::mention::Platform;
use crate::domain::voices::{Sketch, Weighed, Words};

/// Of what repeats our own words: not counted.
const ECHO: &str = "echo";

/// See the module. Everything in it is in descending order, as it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Scan {
    /// How many mentions in which second, and what they weigh together.
    pub(super) seconds: Vec<(i64, u32, u32)>,
    /// The latest few.
    pub(super) notes: Vec<Found>,
    pub(super) echoes: Vec<i64>,
    /// When which rumour was told, and by which mention.
    pub(super) rumours: Vec<(i64, NonZeroU32, i64)>,
    /// What was put to us, and posts of ours: second, mention, whether it is ours.
    pub(super) asked: Vec<(i64, i64, bool)>,
    pub(super) names: Names,
}

/// What a row says of a mention that counts; the rest of its note is looked up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) second: i64,
    pub(super) author: Option<u64>,
    pub(super) weighed: Weighed,
    pub(super) followers: u32,
    pub(super) engagement: u32,
    pub(super) platform: Platform,
    /// Numbers of names.
    pub(super) source: u32,
    pub(super) marks: u32,
    pub(super) read: Read,
    pub(super) rumour: Option<NonZeroU32>,
}

/// What was read in a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Said(u8),
    /// Nothing yet, or not looked up: its number, and [`note_key`] when that was.
    Not(i64, Option<u32>),
}

/// Names that many rows share, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    all: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Names {
    /// The number of a name, the same each time.
    pub(super) fn number_of(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let name: Arc<str> = name.into();
        // There are as many as an organisation has sources and lists.
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&Arc<str>> {
        self.all.get(number as usize)
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
    pub(super) fn look_up(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let mut select = connection.prepare_cached("SELECT key FROM mention WHERE number = $1")?;
        let last_said = last_said(connection)?;
        for found in &mut self.notes {
            let Read::Not(number, key) = &mut found.read else {
                continue;
            };
            let said = match *number <= last_said {
                true => said(connection, *number, found.second)?,
                false => None,
            };
            if let Some(said) = said {
                found.read = Read::Said(said);
            } else if key.is_none() {
                let known = select.query_row([*number], |row| row.get::<_, i64>(0));
                *key = known.optional()?.map(note_key);
            }
        }
        Ok(())
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
        self.notes.push(Found {
            second,
            author: row.get::<_, Option<i64>>(1)?.map(i64::cast_unsigned),
            weighed: Weighed {
                words: Words::from_name(words).unwrap_or_default(),
                weight: row.get(5)?,
                cluster: bits(6)?,
                sketch: Sketch([bits(7)?, bits(8)?]),
            },
            followers: row.get(9)?,
            engagement: row.get(10)?,
            platform: Platform::from_name(text(2)?).unwrap_or_default(),
            source: self.names.number_of(source),
            marks: self.names.number_of(marks),
            read: Read::Not(number, None),
            rumour,
        });
        Ok(())
    }
}
