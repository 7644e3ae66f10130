//! Brings the tables of an older program to those of this one.

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::{SCHEMA_VERSION, StoreError};

type Migration = fn(&Transaction) -> Result<(), StoreError>;

/// What each version changed, from the first on.
const MIGRATIONS: [Migration; SCHEMA_VERSION as usize - 1] = [remember_ways, fold_runs];

fn remember_ways(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch("ALTER TABLE outbox ADD COLUMN course TEXT")?)
}

fn fold_runs(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE folded (
            run     BIGINT PRIMARY KEY,
            seq     BIGINT NOT NULL,
            version BIGINT NOT NULL,
            json    TEXT NOT NULL
        );",
    )?)
}

/// All in one transaction: a store is of one version or of the other.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    match found {
        0 => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('instance', lower(hex(randomblob(6))))",
                [],
            )?;
        }
        1..SCHEMA_VERSION => {
            for step in MIGRATIONS.iter().skip(found.cast_unsigned() as usize - 1) {
                step(&transaction)?;
            }
        }
        found => {
            return Err(StoreError::Newer {
                path: path.to_owned(),
                found,
            });
        }
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(transaction.commit()?)
}

pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}
