//! Brings the tables of an older program to those of this one.

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::{SCHEMA_VERSION, StoreError, copy, events, plane};
use crate::domain::plane::Plane;

type Migration = fn(&Transaction) -> Result<(), StoreError>;

/// What each version changed, from the first on.
const MIGRATIONS: [Migration; SCHEMA_VERSION as usize - 1] = [
    remember_ways,
    chain_logs,
    detect,
    record_readings,
    let_people_in,
    let_programs_in,
    read_mentions,
    pack,
    append_what_is_read,
];

fn remember_ways(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch("ALTER TABLE outbox ADD COLUMN course TEXT")?)
}

fn chain_logs(transaction: &Transaction) -> Result<(), StoreError> {
    transaction.execute_batch(
        "CREATE TABLE folded (
            run     BIGINT PRIMARY KEY,
            seq     BIGINT NOT NULL,
            version BIGINT NOT NULL,
            json    TEXT NOT NULL
        );
        CREATE TABLE personal (
            run   BIGINT NOT NULL,
            seq   BIGINT NOT NULL,
            hash  TEXT NOT NULL,
            salt  TEXT NOT NULL,
            value TEXT NOT NULL,
            kind  TEXT NOT NULL,
            at    BIGINT NOT NULL,
            PRIMARY KEY (run, seq, hash)
        ) WITHOUT ROWID;
        CREATE INDEX personal_age ON personal (kind, at);
        ALTER TABLE outbox ADD COLUMN head TEXT;
        ALTER TABLE outbox ADD COLUMN quoted BIGINT NOT NULL DEFAULT 1;
        CREATE INDEX outbox_quoted ON outbox (created_at) WHERE quoted = 1;
        ALTER TABLE event ADD COLUMN head TEXT NOT NULL DEFAULT '';",
    )?;
    events::chain_all(transaction)
}

fn detect(transaction: &Transaction) -> Result<(), StoreError> {
    weigh_voices(transaction)?;
    remember_freshness(transaction)?;
    take_history(transaction)
}

fn weigh_voices(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "ALTER TABLE matched ADD COLUMN words TEXT NOT NULL DEFAULT 'own';
        ALTER TABLE matched ADD COLUMN weight BIGINT NOT NULL DEFAULT 100;
        ALTER TABLE matched ADD COLUMN cluster BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE matched ADD COLUMN sketch_1 BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE matched ADD COLUMN sketch_2 BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE matched ADD COLUMN followers BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE matched ADD COLUMN engagement BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE matched ADD COLUMN marks TEXT NOT NULL DEFAULT '';
        CREATE TABLE usual (
            watch TEXT PRIMARY KEY,
            json  TEXT NOT NULL
        );",
    )?)
}

fn take_history(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE counted (
            key          BIGINT PRIMARY KEY,
            number       BIGINT NOT NULL,
            published_at BIGINT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE import (
            digest      TEXT PRIMARY KEY,
            file        TEXT NOT NULL,
            by          TEXT NOT NULL,
            started_at  BIGINT NOT NULL,
            finished_at BIGINT,
            position    BIGINT NOT NULL,
            watches     TEXT NOT NULL,
            json        TEXT NOT NULL
        );
        CREATE TABLE forgotten (
            number   INTEGER PRIMARY KEY,
            at       BIGINT NOT NULL,
            by       TEXT NOT NULL,
            how      TEXT NOT NULL,
            mentions BIGINT NOT NULL,
            authors  BIGINT NOT NULL,
            quotes   BIGINT NOT NULL,
            notices  BIGINT NOT NULL
        );",
    )?)
}

fn record_readings(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE reading (
            number  INTEGER PRIMARY KEY,
            at      BIGINT NOT NULL,
            by      TEXT NOT NULL,
            what    TEXT NOT NULL,
            query   TEXT NOT NULL,
            shown   BIGINT NOT NULL,
            refused BIGINT NOT NULL
        );",
    )?)
}

fn let_people_in(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE entry_link (
            hash    TEXT PRIMARY KEY,
            person  TEXT NOT NULL,
            made_by TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            used_at BIGINT
        ) WITHOUT ROWID;
        CREATE TABLE session (
            hash     TEXT PRIMARY KEY,
            person   TEXT NOT NULL,
            began_at BIGINT NOT NULL,
            seen_at  BIGINT NOT NULL,
            ends_at  BIGINT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE account (
            person   TEXT PRIMARY KEY,
            password TEXT NOT NULL,
            set_at   BIGINT NOT NULL,
            set_by   TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE entry (
            number INTEGER PRIMARY KEY,
            at     BIGINT NOT NULL,
            person TEXT NOT NULL,
            what   TEXT NOT NULL,
            by     TEXT NOT NULL,
            origin TEXT NOT NULL
        );",
    )?)
}

fn let_programs_in(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE token (
            hash      TEXT PRIMARY KEY,
            person    TEXT NOT NULL,
            name      TEXT NOT NULL,
            look_only BIGINT NOT NULL,
            made_by   TEXT NOT NULL,
            made_at   BIGINT NOT NULL,
            used_at   BIGINT,
            UNIQUE (person, name)
        ) WITHOUT ROWID;
        CREATE TABLE keyed (
            person TEXT NOT NULL,
            key    TEXT NOT NULL,
            asked  TEXT NOT NULL,
            at     BIGINT NOT NULL,
            status BIGINT,
            body   BLOB,
            PRIMARY KEY (person, key)
        ) WITHOUT ROWID;",
    )?)
}

fn read_mentions(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "ALTER TABLE mention ADD COLUMN because TEXT;
        ALTER TABLE matched ADD COLUMN said BIGINT;
        ALTER TABLE matched ADD COLUMN rumour BIGINT;
        CREATE TABLE label (
            mention BIGINT PRIMARY KEY,
            at      BIGINT NOT NULL,
            by      TEXT NOT NULL,
            said    BIGINT NOT NULL,
            meant   BIGINT NOT NULL
        );",
    )?)
}

fn pack(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE packed (
            watch   TEXT NOT NULL,
            through BIGINT NOT NULL,
            after   BIGINT NOT NULL,
            format  BIGINT NOT NULL,
            counts  BLOB,
            notes   BLOB,
            PRIMARY KEY (watch, through, after)
        );
        CREATE TRIGGER packed_new AFTER INSERT ON matched BEGIN
            DELETE FROM packed WHERE watch = new.watch AND after < new.published_at
                AND through = (SELECT min(through) FROM packed
                               WHERE watch = new.watch AND through >= new.published_at);
        END;
        CREATE TRIGGER packed_changed AFTER UPDATE ON matched BEGIN
            DELETE FROM packed WHERE watch = old.watch AND after < old.published_at
                AND through = (SELECT min(through) FROM packed
                               WHERE watch = old.watch AND through >= old.published_at);
        END;
        CREATE TRIGGER packed_moved AFTER UPDATE OF watch, published_at ON matched BEGIN
            DELETE FROM packed WHERE watch = new.watch AND after < new.published_at
                AND through = (SELECT min(through) FROM packed
                               WHERE watch = new.watch AND through >= new.published_at);
        END;
        CREATE TRIGGER packed_gone AFTER DELETE ON matched BEGIN
            DELETE FROM packed WHERE watch = old.watch AND after < old.published_at
                AND through = (SELECT min(through) FROM packed
                               WHERE watch = old.watch AND through >= old.published_at);
        END;
        INSERT INTO meta (key, value) VALUES ('mentions_gone', '0');
        CREATE TRIGGER packed_text_gone AFTER DELETE ON mention BEGIN
            UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)
            WHERE key = 'mentions_gone';
        END;",
    )?)
}

/// What was read stood in the rows of what it was read in.
fn append_what_is_read(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE because (
            mention INTEGER PRIMARY KEY,
            json    TEXT NOT NULL
        );
        INSERT INTO because SELECT number, because FROM mention
            WHERE because IS NOT NULL ORDER BY number;
        ALTER TABLE mention DROP COLUMN because;
        CREATE TRIGGER because_gone AFTER DELETE ON mention BEGIN
            DELETE FROM because WHERE mention = old.number;
        END;
        CREATE TABLE said (
            mention      BIGINT NOT NULL,
            published_at BIGINT NOT NULL,
            said         BIGINT NOT NULL,
            PRIMARY KEY (mention, published_at)
        ) WITHOUT ROWID;
        INSERT INTO said SELECT mention, published_at, max(said) FROM matched
            WHERE said IS NOT NULL GROUP BY mention, published_at;
        ALTER TABLE matched DROP COLUMN said;
        CREATE TRIGGER packed_said_changed AFTER UPDATE ON said BEGIN
            DELETE FROM packed WHERE after < old.published_at AND through >= old.published_at;
        END;
        CREATE TRIGGER packed_said_gone AFTER DELETE ON said BEGIN
            DELETE FROM packed WHERE after < old.published_at AND through >= old.published_at;
        END;",
    )?)
}

fn remember_freshness(transaction: &Transaction) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TABLE freshness (
            source TEXT PRIMARY KEY,
            json   TEXT NOT NULL
        );
        CREATE TABLE gap (
            source  TEXT NOT NULL,
            from_at BIGINT NOT NULL,
            to_at   BIGINT,
            PRIMARY KEY (source, from_at)
        ) WITHOUT ROWID;",
    )?)
}

/// All in one transaction: a store is of one version or of the other. Before one of
/// an older program is changed, a copy is put beside it: the way back.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    plane: Plane,
) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    if (1..SCHEMA_VERSION).contains(&found) {
        copy::before_migration(connection, path, found)?;
    }
    let transaction = connection.transaction()?;
    match found {
        0 => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('instance', $1 || lower(hex(randomblob(6))))",
                [plane.prefix()],
            )?;
            plane::write(&transaction, plane)?;
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
