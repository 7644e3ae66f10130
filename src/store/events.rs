//! Events on disk: a skeleton each, chained to the one before, with the
//! personal strings beside it.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{EVENT_VERSION, StoreError, key};
use crate::domain::chain::{self, Kind, Mark, Personal};
use crate::domain::run::{Logged, RunId};
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::verify::StoredEvent;

/// Stores more of a log. Gives its head then.
pub(super) fn write(
    connection: &Connection,
    run: RunId,
    events: &[Logged],
) -> Result<Mark, StoreError> {
    let first = events.first().map_or(1, |logged| logged.seq);
    let mut mark = Mark {
        run,
        seq: first.saturating_sub(1),
        head: head_at(connection, run, first.saturating_sub(1))?,
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO event (run, seq, at, version, json, head) VALUES ($1, $2, $3, $4, $5, $6)",
    )?;
    let seeds = key::randoms(events.len())?;
    for (logged, seed) in events.iter().zip(&seeds) {
        let event = serde_json::to_value(logged)?;
        let skeleton = take_out(connection, run, logged.seq, logged.at, event, seed)?;
        mark = Mark {
            run,
            seq: logged.seq,
            head: chain::next(&mark.head, &skeleton),
        };
        insert.execute(params![
            run.cast_signed(),
            logged.seq.cast_signed(),
            rfc3339(logged.at),
            EVENT_VERSION,
            skeleton,
            mark.head
        ])?;
    }
    Ok(mark)
}

/// Stores the personal strings of an event; what is left is its skeleton. See
/// [`chain::mask`] for the seed.
fn take_out(
    connection: &Connection,
    run: RunId,
    seq: u64,
    at: Timestamp,
    mut event: Value,
    seed: &[u8; 32],
) -> Result<String, StoreError> {
    let taken = chain::mask(&mut event, seed);
    let mut insert = connection.prepare_cached(
        "INSERT INTO personal (run, seq, hash, salt, value, kind, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )?;
    for one in taken {
        insert.execute(params![
            run.cast_signed(),
            seq.cast_signed(),
            one.hash,
            one.salt,
            one.value,
            one.kind.name(),
            at.timestamp()
        ])?;
    }
    Ok(chain::canonical(event))
}

fn head_at(connection: &Connection, run: RunId, seq: u64) -> Result<String, StoreError> {
    let mut find =
        connection.prepare_cached("SELECT head FROM event WHERE run = $1 AND seq = $2")?;
    let found: Option<String> = find
        .query_row(params![run.cast_signed(), seq.cast_signed()], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(found.unwrap_or_else(|| chain::genesis(run)))
}

/// Chains logs that were written before there was a chain.
pub(super) fn chain_all(connection: &Connection) -> Result<(), StoreError> {
    let mut select = connection.prepare("SELECT DISTINCT run FROM event")?;
    let runs = select.query_map([], |row| row.get::<_, i64>(0))?;
    let runs: Vec<i64> = runs.collect::<Result<_, _>>()?;
    let mut update =
        connection.prepare("UPDATE event SET json = $1, head = $2 WHERE run = $3 AND seq = $4")?;
    for run in runs.into_iter().map(i64::cast_unsigned) {
        let mut head = chain::genesis(run);
        for row in rows(connection, run, 0)? {
            let event: Value = serde_json::from_str(&row.json)?;
            let at = serde_json::from_value(event["at"].clone())?;
            let skeleton = take_out(connection, run, row.seq, at, event, &key::random()?)?;
            head = chain::next(&head, &skeleton);
            update.execute(params![
                skeleton,
                head,
                run.cast_signed(),
                row.seq.cast_signed()
            ])?;
        }
    }
    Ok(())
}

/// The events of a run after one, as they are stored.
pub(super) fn rows(
    connection: &Connection,
    run: RunId,
    after: u64,
) -> Result<Vec<StoredEvent>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT seq, at, json, head FROM event WHERE run = $1 AND seq > $2 ORDER BY seq",
    )?;
    let rows = select.query_map(params![run.cast_signed(), after.cast_signed()], |row| {
        Ok(StoredEvent {
            seq: row.get::<_, i64>(0)?.cast_unsigned(),
            at: row.get(1)?,
            json: row.get(2)?,
            head: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The personal strings of the events of a run after one, by event.
pub(super) fn values(
    connection: &Connection,
    run: RunId,
    after: u64,
) -> Result<Vec<(u64, Personal)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT seq, hash, salt, value, kind FROM personal WHERE run = $1 AND seq > $2",
    )?;
    let rows = select.query_map(params![run.cast_signed(), after.cast_signed()], |row| {
        let kind: String = row.get(4)?;
        let personal = Personal {
            hash: row.get(1)?,
            salt: row.get(2)?,
            value: row.get(3)?,
            kind: match kind.as_str() {
                "quote" => Kind::Quote,
                _ => Kind::Typed,
            },
        };
        Ok((row.get::<_, i64>(0)?.cast_unsigned(), personal))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
