//! The secret that personal links are signed with.
//!
//! It stands in the database, not in a file beside it: a backup that was put
//! back without that file would make every link in the team's mailboxes dead
//! in the middle of a crisis. Whoever can read the database can read the crisis
//! itself, so it is no better hidden elsewhere.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::{Connection, params};

use super::{Store, StoreError};
use crate::domain::hex::hex;

const NAME: &str = "link_key";

/// Makes the key once; it stays as long as the store.
pub(super) fn make(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let find = "SELECT count(*) FROM meta WHERE key = $1";
    let n_found: i64 = connection.query_row(find, [NAME], |row| row.get(0))?;
    if n_found > 0 {
        return Ok(());
    }
    let random = random().map_err(|error| StoreError::Open {
        path: path.to_owned(),
        reason: format!("no random key can be made: {error}"),
    })?;
    let insert = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    connection.execute(insert, params![NAME, hex(&random)])?;
    Ok(())
}

/// The system's own; SQLite's random numbers are not meant for secrets.
pub(super) fn random() -> std::io::Result<[u8; 32]> {
    let mut random = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(random)
}

/// So many of them, read at once.
pub(super) fn randoms(n_wanted: usize) -> std::io::Result<Vec<[u8; 32]>> {
    let mut randoms = vec![[0; 32]; n_wanted];
    // Opening takes longer than reading, and this is on the way of every alert.
    static SYSTEM: OnceLock<File> = OnceLock::new();
    let mut system = match SYSTEM.get() {
        Some(system) => system,
        None => SYSTEM.get_or_init({
            let opened = File::open("/dev/urandom")?;
            || opened
        }),
    };
    system.read_exact(randoms.as_flattened_mut())?;
    Ok(randoms)
}

impl Store {
    /// The secret of this store; made when it was first opened for writing.
    pub fn link_key(&self) -> Result<[u8; 32], StoreError> {
        let find = "SELECT value FROM meta WHERE key = $1";
        let hex: String = self.connection.query_row(find, [NAME], |row| row.get(0))?;
        let byte = |place: usize| {
            let digits = hex.get(2 * place..2 * place + 2)?;
            u8::from_str_radix(digits, 16).ok()
        };
        let mut key = [0; 32];
        for (place, slot) in key.iter_mut().enumerate() {
            // A key that was damaged must not become a weak one.
            *slot = byte(place).ok_or_else(|| StoreError::Open {
                path: self.path.clone(),
                reason: "its key for personal links is damaged".to_owned(),
            })?;
        }
        Ok(key)
    }
}
