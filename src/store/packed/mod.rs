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
//! takes the claim with it. Several are claimed together, and filled in together: while
//! much comes in, whoever packs waits longest for the turn to write.
//!
//! What was packed before all of it was read is early: a start looks up what was read
//! since. When nothing else is left to do it is packed once more.

mod packer;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

use super::StoreError;
use super::sayings::Sayings;
use super::scan::Scan;
use super::stretch::{EARLY, FORMAT, SHORTEST_NOTE, unpack_counts, unpack_notes};
pub use packer::{Claimed, Needed, Packed, Packer};

impl Scan {
    /// Everything of a watch published after `since`, with the latest `most` notes.
    pub(super) fn of(
        connection: &Connection,
        watch: &str,
        since: i64,
        most: usize,
        sayings: &Sayings,
    ) -> Result<Self, StoreError> {
        // Stretches and the rows between them must be of one moment.
        let moment = connection.unchecked_transaction()?;
        let mut stretches = stretches(&moment, watch, since)?;
        stretches.reverse();
        let n_gone = n_gone(&moment)?;
        let mut scan = Self::default();
        scan.expect_notes(n_packed(&moment, watch, since)?.min(most));
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
        scan.look_up(&moment, sayings)?;
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
        let stretch = params![watch, through, after, EARLY, FORMAT];
        if n_before < most {
            let mut select = connection.prepare_cached(
                "SELECT notes FROM packed
                 WHERE watch = $1 AND through = $2 AND after = $3 AND format IN ($4, $5)",
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
             WHERE watch = $1 AND through = $2 AND after = $3 AND format IN ($4, $5)",
        )?;
        let mut rows = select.query(stretch)?;
        if let Some(ValueRef::Blob(bytes)) = rows.next()?.map(|row| row.get_ref(0)).transpose()?
            && unpack_counts(bytes, since, self).is_some()
        {
            return Ok(true);
        }
        self.keep_notes(n_before);
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

/// How many notes are packed of a watch beyond a second, at most about: room is made for
/// them at once.
fn n_packed(connection: &Connection, watch: &str, beyond: i64) -> Result<usize, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT coalesce(sum(length(notes)), 0) FROM packed WHERE watch = $1 AND through > $2",
    )?;
    let bytes: i64 = select.query_row(params![watch, beyond], |row| row.get(0))?;
    Ok(usize::try_from(bytes).unwrap_or(0) / SHORTEST_NOTE)
}

/// How many mentions were deleted, ever. The database counts them: that a key was looked
/// up is true only as long as none is.
fn n_gone(connection: &Connection) -> Result<i64, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'mentions_gone'")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
