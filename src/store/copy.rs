//! Copies of a whole store: for a backup, and before an older one is changed.
//!
//! `VACUUM INTO` reads one moment of the database while others go on writing, and
//! leaves out what was deleted. A copy is never opened for writing here.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use super::migrate::version;
use super::{PATIENCE, SCHEMA_VERSION, StoreError, database_path, instance, opening, plane};
use crate::domain::plane::Plane;

/// Troubles that are told of a damaged database; the first say enough.
const MOST_TROUBLES: usize = 5;

/// How the names of copies before a change begin.
const OLDER: &str = "draaiboek-v";

/// What is in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Of its tables.
    pub version: i64,
    pub instance: String,
    pub plane: Plane,
    pub n_runs: u64,
    pub n_open_runs: u64,
    /// Notices that have not gone out.
    pub n_waiting: u64,
    /// What is wrong with it; empty when nothing is.
    pub troubles: Vec<String>,
}

/// Copies the store of a folder as it is at one moment, also while a daemon writes
/// in it. `to` must be empty or not there. False when there is no store.
pub fn copy(dir: &Path, to: &Path) -> Result<bool, StoreError> {
    let path = database_path(dir);
    if !path.exists() {
        return Ok(false);
    }
    // A database in WAL mode needs its side files, also to be read.
    let connection = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    match version(&connection)? {
        0 => return Ok(false),
        1..=SCHEMA_VERSION => {}
        found => return Err(StoreError::Newer { path, found }),
    }
    plane::check(&connection, &path, Plane::Real)?;
    copy_into(&connection, to)?;
    Ok(true)
}

/// Looks at a store that nobody uses: what is in it, and whether every page, row
/// and index of it is sound (`PRAGMA integrity_check`).
pub fn look(path: &Path) -> Result<Contents, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let found = version(&connection)?;
    if found > SCHEMA_VERSION {
        let path = path.to_owned();
        return Err(StoreError::Newer { path, found });
    }
    contents(&connection, "integrity_check")
}

/// Looks at the store of a folder, which may be in use: every page and row, not
/// whether indexes agree (`PRAGMA quick_check`). `None` when there is none.
pub fn glance(dir: &Path) -> Result<Option<Contents>, StoreError> {
    let path = database_path(dir);
    if !path.exists() {
        return Ok(None);
    }
    let connection = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    match version(&connection)? {
        0 => Ok(None),
        1..=SCHEMA_VERSION => contents(&connection, "quick_check").map(Some),
        found => Err(StoreError::Newer { path, found }),
    }
}

/// The copies of before a change that lie beside the store of a folder.
pub fn older(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("data")).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_older = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(OLDER) && name.ends_with(".db")
    };
    let mut found: Vec<PathBuf> = paths.filter(is_older).collect();
    found.sort();
    found
}

/// Removes them: what is forgotten must not lie beside the store still.
pub fn remove_older(dir: &Path) -> std::io::Result<()> {
    older(dir).into_iter().try_for_each(fs::remove_file)
}

/// Puts a copy of version `found` beside the database at `path`, on disk before
/// this returns.
pub(super) fn before_migration(
    connection: &Connection,
    path: &Path,
    found: i64,
) -> Result<(), StoreError> {
    let to = path.with_file_name(format!("{OLDER}{found}.db"));
    let partial = to.with_extension("partial");
    let copied = copy_into(connection, &partial)
        .map_err(|error| error.to_string())
        .and_then(|()| fs::rename(&partial, &to).map_err(|error| error.to_string()));
    copied.map_err(|reason| {
        let _ = fs::remove_file(&partial);
        StoreError::NoCopy {
            path: path.to_owned(),
            found,
            reason,
        }
    })
}

/// Leaves a file of its own, which only its owner may read.
fn copy_into(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    let about = |error: std::io::Error| StoreError::Open {
        path: to.to_owned(),
        reason: error.to_string(),
    };
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(true).write(true).mode(0o600);
    options.open(to).map_err(about)?;
    let name = to.to_str().ok_or_else(|| StoreError::Open {
        path: to.to_owned(),
        reason: "the name of the copy is not UTF-8".to_owned(),
    })?;
    connection.execute("VACUUM INTO $1", params![name])?;
    File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(about)
}

fn open(path: &Path, how: OpenFlags) -> Result<Connection, StoreError> {
    let flags = how | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn contents(connection: &Connection, check: &str) -> Result<Contents, StoreError> {
    let count = |select: &str| -> rusqlite::Result<u64> {
        connection.query_row(select, [], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))
    };
    let troubles = troubles(connection, check)?;
    Ok(Contents {
        version: version(connection)?,
        instance: instance(connection)?,
        plane: plane::read(connection)?,
        n_runs: count("SELECT count(*) FROM run")?,
        n_open_runs: count("SELECT count(*) FROM run WHERE is_open = 1")?,
        n_waiting: count(
            "SELECT count(*) FROM outbox WHERE state = 'waiting' AND effect NOT GLOB '*.*.*'",
        )?,
        troubles,
    })
}

fn troubles(connection: &Connection, check: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("PRAGMA {check}({MOST_TROUBLES})"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let said: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}
