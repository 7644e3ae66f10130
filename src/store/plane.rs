//! What a store is of: the real program, or a drill. It is written when the
//! store is made, and whoever opens it says which of the two they mean.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError};
use crate::domain::plane::Plane;

const NAME: &str = "plane";

pub(super) fn write(connection: &Connection, plane: Plane) -> rusqlite::Result<()> {
    let insert = "INSERT INTO meta (key, value) VALUES ($1, $2)";
    connection.execute(insert, params![NAME, plane.name()])?;
    Ok(())
}

/// Stores from before there were drills say nothing: those are real.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Plane> {
    let find = "SELECT value FROM meta WHERE key = $1";
    let found: Option<String> = connection
        .query_row(find, [NAME], |row| row.get(0))
        .optional()?;
    Ok(found
        .and_then(|name| Plane::read(&name))
        .unwrap_or(Plane::Real))
}

/// Refuses a store of the other plane.
pub(super) fn check(connection: &Connection, path: &Path, wanted: Plane) -> Result<(), StoreError> {
    let is = read(connection)?;
    match is == wanted {
        true => Ok(()),
        false => Err(StoreError::OtherPlane {
            path: path.to_owned(),
            is,
        }),
    }
}

impl Store {
    pub fn plane(&self) -> Result<Plane, StoreError> {
        Ok(read(&self.connection)?)
    }
}
