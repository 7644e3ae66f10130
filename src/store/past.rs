//! Everything that was stored of mentions, for a backtest: texts while they are
//! kept, and what they counted for after that.

use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::time::Timestamp;
use crate::domain::voices::Words;

/// A stored mention.
#[derive(Debug)]
pub enum Kept {
    /// With its text, and the source it came through.
    Whole { mention: Mention, source: String },
    /// Its text was deleted: what it counted for.
    Counted(Counted),
}

/// What is left of a mention whose text was deleted.
#[derive(Debug)]
pub struct Counted {
    /// Everything but its words; the author is a number.
    pub mention: Mention,
    pub source: String,
    /// Keys of watches.
    pub watches: Vec<String>,
    /// `query:severe list:press`.
    pub marks: String,
}

impl Store {
    /// Gives every mention published from `from` through `until`: those with a
    /// text first, then what is left of the others; each in order of time.
    pub fn everything(
        &self,
        from: Timestamp,
        until: Timestamp,
        mut each: impl FnMut(Kept),
    ) -> Result<(), StoreError> {
        let (from, until) = (from.timestamp(), until.timestamp());
        let mut select = self.connection.prepare(
            "SELECT json, source FROM mention WHERE published_at BETWEEN $1 AND $2
             ORDER BY published_at, number",
        )?;
        let mut rows = select.query(params![from, until])?;
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().unwrap_or_default();
            each(Kept::Whole {
                mention: serde_json::from_str(json)?,
                source: row.get(1)?,
            });
        }
        let mut select = self.connection.prepare(
            "SELECT w.mention, w.watch, w.published_at, w.author, w.platform, w.source, w.words,
                    w.followers, w.engagement, w.marks
             FROM matched w LEFT JOIN mention m ON m.number = w.mention
             WHERE m.number IS NULL AND w.published_at BETWEEN $1 AND $2 AND w.words <> 'echo'
             ORDER BY w.published_at, w.mention, w.watch",
        )?;
        let mut rows = select.query(params![from, until])?;
        let mut last: Option<(i64, Counted)> = None;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let watch: String = row.get(1)?;
            if let Some((known, counted)) = &mut last
                && *known == number
            {
                counted.watches.push(watch);
                continue;
            }
            let platform: String = row.get(4)?;
            let words = Words::from_name(&row.get::<_, String>(6)?).unwrap_or_default();
            let is_own = words == Words::Own;
            let author: Option<i64> = row.get(3)?;
            let mention = Mention {
                id: format!("stored-{number}"),
                platform: Platform::from_name(&platform).unwrap_or_default(),
                author: author.map(|author| format!("{:016x}", author.cast_unsigned())),
                author_name: None,
                followers: Some(row.get::<_, i64>(7)?.unsigned_abs()),
                text: String::new(),
                url: None,
                lang: None,
                published_at: Timestamp::from_timestamp(row.get(2)?, 0).unwrap_or_default(),
                // A copy cannot be told from its words any more; it weighs as
                // what is passed on.
                kind: (!is_own).then(|| "repost".to_owned()),
                in_reply_to: None,
                engagement: Engagement {
                    likes: row.get::<_, i64>(8)?.unsigned_abs(),
                    ..Engagement::default()
                },
                extra: serde_json::Map::new(),
            };
            let counted = Counted {
                mention,
                source: row.get(5)?,
                watches: vec![watch],
                marks: row.get(9)?,
            };
            if let Some((_, before)) = last.replace((number, counted)) {
                each(Kept::Counted(before));
            }
        }
        if let Some((_, before)) = last {
            each(Kept::Counted(before));
        }
        Ok(())
    }
}
