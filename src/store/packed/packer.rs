//! Who packs: a connection of its own, beside the one who writes in the store.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{n_gone, stretches};
use crate::store::pen::Pen;
use crate::store::said::{last_number, read_to};
use crate::store::sayings::Sayings;
use crate::store::scan::Scan;
use crate::store::stretch::{EARLY, FORMAT, pack_counts, pack_notes};
use crate::store::{Store, StoreError};

/// How large stretches are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Rows; more only when one second has more.
    pub(super) most: i64,
    /// Fewer rows are not worth a stretch.
    pub(super) least: i64,
    /// What was read after it was packed must be looked up: what comes next, so much, is
    /// not packed before. When reading is far behind, what is further on is packed.
    pub(super) read_soon: i64,
}

/// A few milliseconds of reading, some 120 KB of writing: what one late mention undoes.
const SIZES: Sizes = Sizes {
    most: 2_048,
    least: 512,
    read_soon: 10_000,
};

/// So many are packed together: half a megabyte that is written at once.
const AT_ONCE: usize = 4;

/// After so many times the log is moved into the database: it has a few megabytes then.
const CHECKPOINT_EVERY: u32 = 8;

/// For so many seconds longer than they are needed stretches are kept.
pub(super) const KEPT_LONGER: i64 = 7_200;

/// A watch, and for how many seconds its past is needed.
pub type Needed = (String, i64);

impl Store {
    /// A second connection that packs; `None` where there is no [`Store::beside`].
    pub fn packer(&self) -> Result<Option<Packer>, StoreError> {
        let Some(Self {
            connection, pen, ..
        }) = self.beside()?
        else {
            return Ok(None);
        };
        connection.pragma_update(None, "cache_size", -1_024)?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        // Stretches may be lost with the power, and the writer must not wait for the
        // disk because of them. Commits of others are as durable as they were.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        // Not while it is our turn to write.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        Ok(Some(Packer {
            connection,
            pen,
            place: 0,
            from: i64::MIN,
            early_from: 0,
            is_tidy: false,
            n_filled: 0,
            sizes: SIZES,
        }))
    }
}

/// Packs stretches, beside the one who writes in the store. Again and again:
/// [`Packer::claim`], [`Packer::read`], [`Packer::fill`].
#[derive(Debug)]
pub struct Packer {
    pub(super) connection: Connection,
    pen: Arc<Pen>,
    /// Where it goes on: the watch, and the second.
    pub(super) place: usize,
    from: i64,
    /// Where it goes on among those that were packed early.
    early_from: i64,
    /// Whether nothing that was left half done is there.
    is_tidy: bool,
    /// Since the log was last moved into the database.
    n_filled: u32,
    pub(super) sizes: Sizes,
}

/// A stretch that is being packed.
#[derive(Debug)]
struct Stretch {
    watch: String,
    after: i64,
    through: i64,
}

/// Stretches that are to be read.
#[derive(Debug)]
pub struct Claimed(Vec<Stretch>);

/// Stretches that were read: each with its counts and notes as bytes, and how they are
/// written.
#[derive(Debug)]
pub struct Packed {
    filled: Vec<(Stretch, Vec<u8>, Vec<u8>, i64)>,
    /// What is read soon: it is packed after that.
    waiting: Vec<Stretch>,
}

impl Packer {
    /// The next stretches to pack, of what was published up to and with `settled`; `None`
    /// when every watch was gone through and nothing is left to pack. Times in seconds.
    pub fn claim(
        &mut self,
        watches: &[Needed],
        now: i64,
        settled: i64,
    ) -> Result<Option<Claimed>, StoreError> {
        if !self.is_tidy {
            self.delete_leftovers()?;
            self.is_tidy = true;
        }
        let next = self.next(watches, now, settled)?;
        if !next.is_empty() {
            // What fails from here on leaves a claim behind.
            self.is_tidy = false;
            let _turn = self.pen.take();
            let together = self.connection.unchecked_transaction()?;
            next.iter()
                .try_for_each(|stretch| self.claim_one(stretch))?;
            together.commit()?;
            return Ok(Some(Claimed(next)));
        }
        self.place = 0;
        self.delete_old(watches, now)?;
        // One that is there is its own claim.
        let early = self.next_early()?;
        Ok((!early.is_empty()).then_some(Claimed(early)))
    }

    /// Reads what was claimed.
    pub fn read(&self, Claimed(stretches): Claimed) -> Result<Packed, StoreError> {
        let (mut filled, mut waiting) = (Vec::new(), Vec::new());
        for stretch in stretches {
            let n_gone = n_gone(&self.connection)?;
            let mut scan = Scan::default();
            let between = (stretch.after, stretch.through);
            scan.rows(&self.connection, &stretch.watch, between, usize::MAX)?;
            // Before what was read is looked up: it may be more by then.
            let read_to = read_to(&self.connection)?;
            scan.look_up(&self.connection, &Sayings::default())?;
            let ahead = scan.unread.iter().map(|unread| unread.number - read_to);
            let ahead = ahead.filter(|ahead| *ahead > 0);
            if ahead.clone().any(|ahead| ahead <= self.sizes.read_soon) {
                waiting.push(stretch);
                continue;
            }
            let format = if ahead.count() > 0 { EARLY } else { FORMAT };
            filled.push((
                stretch,
                pack_counts(&scan),
                pack_notes(&scan, n_gone),
                format,
            ));
        }
        Ok(Packed { filled, waiting })
    }

    /// Writes what was read, but for what changed meanwhile.
    pub fn fill(&mut self, packed: &Packed) -> Result<(), StoreError> {
        {
            let _turn = self.pen.take();
            let together = self.connection.unchecked_transaction()?;
            let mut fill = self.connection.prepare_cached(
                "UPDATE packed SET counts = $1, notes = $2, format = $3
                 WHERE watch = $4 AND through = $5 AND after = $6 AND (counts IS NULL OR format = $7)",
            )?;
            for (stretch, counts, notes, format) in &packed.filled {
                let Stretch {
                    watch,
                    after,
                    through,
                } = stretch;
                fill.execute(params![counts, notes, format, watch, through, after, EARLY])?;
            }
            let mut waits = self.connection.prepare_cached(
                "DELETE FROM packed
                 WHERE watch = $1 AND through = $2 AND after = $3 AND counts IS NULL",
            )?;
            for stretch in &packed.waiting {
                waits.execute(params![stretch.watch, stretch.through, stretch.after])?;
            }
            together.commit()?;
        }
        self.is_tidy = true;
        self.n_filled += 1;
        if self.n_filled >= CHECKPOINT_EVERY {
            self.n_filled = 0;
            let pragma = "PRAGMA wal_checkpoint(PASSIVE)";
            self.connection.query_row(pragma, [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// The next few that can be packed.
    fn next(
        &mut self,
        watches: &[Needed],
        now: i64,
        settled: i64,
    ) -> Result<Vec<Stretch>, StoreError> {
        let mut next = Vec::new();
        while let Some((watch, needed)) = watches.get(self.place) {
            let from = self.from.max(now - needed);
            self.next_of(watch, from, settled, &mut next)?;
            if let Some(last) = next.last()
                && next.len() >= AT_ONCE
            {
                self.from = last.through;
                break;
            }
            self.place += 1;
            self.from = i64::MIN;
        }
        Ok(next)
    }

    /// Adds those of a watch after `from`.
    fn next_of(
        &self,
        watch: &str,
        from: i64,
        settled: i64,
        next: &mut Vec<Stretch>,
    ) -> Result<(), StoreError> {
        let mut after = from;
        let packed = stretches(&self.connection, watch, from)?;
        for (next_after, next_through) in packed.into_iter().chain([(settled, settled)]) {
            while let Some(through) = self.find(watch, after, next_after.min(settled))? {
                if !self.is_read_soon(watch, through)? {
                    let watch = watch.to_owned();
                    next.push(Stretch {
                        watch,
                        after,
                        through,
                    });
                    if next.len() >= AT_ONCE {
                        return Ok(());
                    }
                }
                after = through;
            }
            after = after.max(next_through);
        }
        Ok(())
    }

    /// Whether the last of a second is among the next to be read: then it is not worth
    /// looking at what comes before it.
    fn is_read_soon(&self, watch: &str, second: i64) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT max(mention) FROM matched WHERE watch = $1 AND published_at = $2",
        )?;
        let last: Option<i64> = select.query_row(params![watch, second], |row| row.get(0))?;
        let ahead = last.unwrap_or(0) - read_to(&self.connection)?;
        Ok((1..=self.sizes.read_soon).contains(&ahead))
    }

    /// Some that were packed early, each once before it begins again; none while reading
    /// is far behind.
    fn next_early(&mut self) -> Result<Vec<Stretch>, StoreError> {
        let behind = last_number(&self.connection)? - read_to(&self.connection)?;
        if behind > self.sizes.read_soon {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare_cached(
            "SELECT rowid, watch, after, through FROM packed
             WHERE rowid > $1 AND format = $2 ORDER BY rowid LIMIT $3",
        )?;
        let rows = select.query_map(params![self.early_from, EARLY, AT_ONCE as i64], |row| {
            let stretch = Stretch {
                watch: row.get(1)?,
                after: row.get(2)?,
                through: row.get(3)?,
            };
            Ok((row.get::<_, i64>(0)?, stretch))
        })?;
        let rows: Vec<(i64, Stretch)> = rows.collect::<Result<_, _>>()?;
        self.early_from = rows.last().map_or(0, |(row, _)| *row);
        Ok(rows.into_iter().map(|(_, stretch)| stretch).collect())
    }

    /// How far a stretch would reach, from one second to at most another; `None` when
    /// there are too few rows.
    fn find(&self, watch: &str, after: i64, until: i64) -> Result<Option<i64>, StoreError> {
        if after >= until {
            return Ok(None);
        }
        let mut select = self.connection.prepare_cached(
            "SELECT published_at FROM matched
             WHERE watch = $1 AND published_at > $2 AND published_at <= $3
             ORDER BY published_at LIMIT 1 OFFSET $4",
        )?;
        let mut nth = |n: i64| {
            let found = select.query_row(params![watch, after, until, n - 1], |row| row.get(0));
            found.optional()
        };
        if let Some(through) = nth(self.sizes.most)? {
            return Ok(Some(through));
        }
        if nth(self.sizes.least)?.is_none() {
            return Ok(None);
        }
        let mut select = self.connection.prepare_cached(
            "SELECT max(published_at) FROM matched
             WHERE watch = $1 AND published_at > $2 AND published_at <= $3",
        )?;
        Ok(select.query_row(params![watch, after, until], |row| row.get(0))?)
    }

    fn claim_one(&self, stretch: &Stretch) -> Result<(), StoreError> {
        let mut claim = self.connection.prepare_cached(
            "INSERT INTO packed (watch, through, after, format) VALUES ($1, $2, $3, $4)",
        )?;
        let Stretch {
            watch,
            after,
            through,
        } = stretch;
        claim.execute(params![watch, through, after, FORMAT])?;
        Ok(())
    }

    fn delete(&self, watch: &str, (after, through): (i64, i64)) -> Result<(), StoreError> {
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM packed WHERE watch = $1 AND through = $2 AND after = $3",
        )?;
        delete.execute(params![watch, through, after])?;
        Ok(())
    }

    /// Deletes claims of a process that died, and what another version packed.
    fn delete_leftovers(&self) -> Result<(), StoreError> {
        let _turn = self.pen.take();
        self.connection.execute(
            "DELETE FROM packed WHERE counts IS NULL OR format NOT IN ($1, $2)",
            [EARLY, FORMAT],
        )?;
        Ok(())
    }

    /// Deletes what nobody needs any more, because it is too old or its watch is gone.
    fn delete_old(&self, watches: &[Needed], now: i64) -> Result<(), StoreError> {
        let needed: HashMap<&str, i64> = watches
            .iter()
            .map(|(watch, needed)| (watch.as_str(), *needed))
            .collect();
        let mut select = self
            .connection
            .prepare_cached("SELECT watch, through, after FROM packed")?;
        let rows = select.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        })?;
        let rows: Vec<(String, i64, i64)> = rows.collect::<Result<_, _>>()?;
        for (watch, through, after) in rows {
            let oldest = needed
                .get(watch.as_str())
                .map(|needed| now - needed - KEPT_LONGER);
            if oldest.is_none_or(|oldest| through <= oldest) {
                let _turn = self.pen.take();
                self.delete(&watch, (after, through))?;
            }
        }
        Ok(())
    }
}
