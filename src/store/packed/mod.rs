//! Stretches of `matched`, each packed into one row: a start reads those instead of a
//! million rows.
//!
//! A stretch is all rows of one watch with `after < published_at <= through`. It is a
//! copy of what stands in them and of nothing else: no query, setting or clock is in it,
//! so none can make it wrong. When a row in it comes, goes or changes, a trigger of the
//! database deletes the stretch in the same transaction, whoever did it; what was
//! forgotten is gone from it as well. What no stretch covers, or what cannot be
//! unpacked, is read row by row.
//!
//! A stretch is claimed first, then read, then filled in: a row that changes meanwhile
//! takes the claim with it.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use super::said::read_to;
use super::scan::{Read, Scan};
use super::stretch::{FORMAT, pack_counts, pack_notes, unpack_counts, unpack_notes};
use super::{Store, StoreError};

/// How large stretches are.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Rows; more only when one second has more.
    most: i64,
    /// Fewer rows are not worth a stretch.
    least: i64,
    /// What was read after it was packed must be looked up: what comes next, so much, is
    /// not packed before. When reading is far behind, what is further on is packed.
    read_soon: i64,
}

/// A few milliseconds of reading, some 120 KB of writing: what one late mention undoes.
const SIZES: Sizes = Sizes {
    most: 2_048,
    least: 512,
    read_soon: 10_000,
};

/// For so many seconds longer than they are needed stretches are kept.
const KEPT_LONGER: i64 = 7_200;

/// A watch, and for how many seconds its past is needed.
pub type Needed = (String, i64);

impl Scan {
    /// Everything of a watch published after `since`, with the latest `most` notes.
    pub(super) fn of(
        connection: &Connection,
        watch: &str,
        since: i64,
        most: usize,
    ) -> Result<Self, StoreError> {
        // Stretches and the rows between them must be of one moment.
        let moment = connection.unchecked_transaction()?;
        let mut stretches = stretches(&moment, watch, since)?;
        stretches.reverse();
        let n_gone = n_gone(&moment)?;
        let mut scan = Self::default();
        let mut until = i64::MAX;
        for (after, through) in stretches {
            if through > until {
                continue;
            }
            scan.rows(&moment, watch, (through, until), most)?;
            until = through;
            if scan.stretch(&moment, watch, (after, through), since, (most, n_gone))? {
                until = after.max(since);
            }
        }
        if until > since {
            scan.rows(&moment, watch, (since, until), most)?;
        }
        scan.look_up(&moment)?;
        Ok(scan)
    }

    /// Takes what is packed in a stretch; false when it cannot be unpacked, and nothing
    /// was taken.
    fn stretch(
        &mut self,
        connection: &Connection,
        watch: &str,
        (after, through): (i64, i64),
        since: i64,
        (most, n_gone): (usize, i64),
    ) -> Result<bool, StoreError> {
        let n_before = self.notes.len();
        let stretch = params![watch, through, after, FORMAT];
        if n_before < most {
            let mut select = connection.prepare_cached(
                "SELECT notes FROM packed
                 WHERE watch = $1 AND through = $2 AND after = $3 AND format = $4",
            )?;
            let mut rows = select.query(stretch)?;
            let Some(ValueRef::Blob(bytes)) = rows.next()?.map(|row| row.get_ref(0)).transpose()?
            else {
                return Ok(false);
            };
            if unpack_notes(bytes, since, most, n_gone, self).is_none() {
                return Ok(false);
            }
        }
        let mut select = connection.prepare_cached(
            "SELECT counts FROM packed
             WHERE watch = $1 AND through = $2 AND after = $3 AND format = $4",
        )?;
        let mut rows = select.query(stretch)?;
        if let Some(ValueRef::Blob(bytes)) = rows.next()?.map(|row| row.get_ref(0)).transpose()?
            && unpack_counts(bytes, since, self).is_some()
        {
            return Ok(true);
        }
        self.notes.truncate(n_before);
        Ok(false)
    }
}

/// The stretches of a watch that reach beyond a second, in order: `after` and `through`.
fn stretches(
    connection: &Connection,
    watch: &str,
    beyond: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT after, through FROM packed WHERE watch = $1 AND through > $2 ORDER BY through",
    )?;
    let rows = select.query_map(params![watch, beyond], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many mentions were deleted, ever. The database counts them: that a key was looked
/// up is true only as long as none is.
fn n_gone(connection: &Connection) -> Result<i64, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'mentions_gone'")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

impl Store {
    /// A second connection that packs; `None` where there is no [`Store::beside`].
    pub fn packer(&self) -> Result<Option<Packer>, StoreError> {
        let Some(Self { connection, .. }) = self.beside()? else {
            return Ok(None);
        };
        connection.pragma_update(None, "cache_size", -1_024)?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        // Stretches may be lost with the power, and the writer must not wait for the
        // disk because of them. Commits of others are as durable as they were.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Some(Packer {
            connection,
            place: 0,
            from: i64::MIN,
            is_tidy: false,
            sizes: SIZES,
        }))
    }
}

/// Packs stretches, beside the one who writes in the store.
#[derive(Debug)]
pub struct Packer {
    connection: Connection,
    /// Where the next step goes on: the watch, and the second.
    place: usize,
    from: i64,
    /// Whether nothing that was left half done is there.
    is_tidy: bool,
    sizes: Sizes,
}

impl Packer {
    /// Packs one stretch of what was published up to and with `settled`; false when
    /// every watch was gone through and nothing is left to pack. Times in seconds.
    pub fn step(&mut self, watches: &[Needed], now: i64, settled: i64) -> Result<bool, StoreError> {
        if !self.is_tidy {
            self.delete_leftovers()?;
        }
        // What fails half-way leaves a claim behind.
        self.is_tidy = false;
        let has_packed = self.try_step(watches, now, settled)?;
        self.is_tidy = true;
        Ok(has_packed)
    }

    fn try_step(&mut self, watches: &[Needed], now: i64, settled: i64) -> Result<bool, StoreError> {
        while let Some((watch, needed)) = watches.get(self.place) {
            let from = self.from.max(now - needed);
            if let Some(through) = self.pack_next(watch, from, settled)? {
                self.from = through;
                return Ok(true);
            }
            self.place += 1;
            self.from = i64::MIN;
        }
        self.place = 0;
        self.delete_old(watches, now)?;
        Ok(false)
    }

    /// Packs the first stretch after `from` that can be; up to where it reaches.
    fn pack_next(&self, watch: &str, from: i64, settled: i64) -> Result<Option<i64>, StoreError> {
        let mut after = from;
        let packed = stretches(&self.connection, watch, from)?;
        for (next_after, next_through) in packed.into_iter().chain([(settled, settled)]) {
            while let Some(through) = self.find(watch, after, next_after.min(settled))? {
                if self.pack(watch, (after, through))? {
                    return Ok(Some(through));
                }
                after = through;
            }
            after = after.max(next_through);
        }
        Ok(None)
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

    /// Packs a stretch, unless that is too early or something changes meanwhile.
    fn pack(&self, watch: &str, stretch: (i64, i64)) -> Result<bool, StoreError> {
        self.claim(watch, stretch)?;
        let n_gone = n_gone(&self.connection)?;
        let mut scan = Scan::default();
        scan.rows(&self.connection, watch, stretch, usize::MAX)?;
        scan.look_up(&self.connection)?;
        let read_to = read_to(&self.connection)?;
        let is_read_soon = scan.notes.iter().any(|found| match found.read {
            Read::Not(number, _) => number > read_to && number - read_to <= self.sizes.read_soon,
            Read::Said(_) => false,
        });
        if is_read_soon {
            self.delete(watch, stretch)?;
            return Ok(false);
        }
        self.fill(watch, stretch, &scan, n_gone)
    }

    fn claim(&self, watch: &str, (after, through): (i64, i64)) -> Result<(), StoreError> {
        let mut claim = self.connection.prepare_cached(
            "INSERT INTO packed (watch, through, after, format) VALUES ($1, $2, $3, $4)",
        )?;
        claim.execute(params![watch, through, after, FORMAT])?;
        Ok(())
    }

    /// False when the claim is gone: something in it changed.
    fn fill(
        &self,
        watch: &str,
        (after, through): (i64, i64),
        scan: &Scan,
        n_gone: i64,
    ) -> Result<bool, StoreError> {
        let mut fill = self.connection.prepare_cached(
            "UPDATE packed SET counts = $1, notes = $2
             WHERE watch = $3 AND through = $4 AND after = $5 AND counts IS NULL",
        )?;
        let (counts, notes) = (pack_counts(scan), pack_notes(scan, n_gone));
        let n_filled = fill.execute(params![counts, notes, watch, through, after])?;
        Ok(n_filled == 1)
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
        self.connection.execute(
            "DELETE FROM packed WHERE counts IS NULL OR format <> $1",
            [FORMAT],
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
                self.delete(&watch, (after, through))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
