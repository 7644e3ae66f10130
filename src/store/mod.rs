//! The only room that knows SQL: one SQLite database, one writer.
//!
//! Every write happens inside a `Batch`, one transaction with full
//! synchronisation: a cause and its effects are on disk together or not at
//! all. Reads may come from other connections at any time. Nothing here
//! decides anything.

mod access;

mod claim;

pub mod copy;

mod events;

mod folded;

mod freshness;

mod forget;

mod heard;

mod history;

pub mod hooks;

mod key;

mod mentions;

mod migrate;

mod outbox;

mod packed;

mod past;

mod pen;

mod plane;

mod readings;

mod recent;

mod recall;

mod runs;

mod said;

mod sayings;

mod scan;

mod search;

mod sources;

mod stretch;

mod tokens;

mod whole;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use migrate::{migrate, version};
use pen::{Pen, Writing};

use crate::domain::plane::Plane;
pub use access::{AccessChange, AccountRow, EntryRow, NewSession, SessionRow, salt, secret};
pub use claim::Claim;
pub use folded::is_fold_due;
pub use forget::ForgottenRow;
pub use freshness::{DOWN, Gap};
pub use history::ImportRow;
pub use mentions::{IMPORTED, Kept, MentionNumber};
pub use outbox::{Delivery, Parcel, Turn};
pub use packed::{Claimed, Needed, Packed, Packer};
pub use past::Kept as StoredMention;
pub use readings::ReadingRow;
pub use runs::RunRow;
pub use said::{LabelRow, Unheard, Unread};
pub use sayings::Sayings;
pub use search::{Choice, Found, Range};
pub use sources::{SourceRow, Tally};
pub use tokens::{KeyedRow, TokenChange, TokenRow};
pub use whole::Whole;

/// The version of the tables this program writes.
const SCHEMA_VERSION: i64 = 10;

/// The version of the events this program writes.
pub(crate) const EVENT_VERSION: i64 = 1;

/// Pages of 4 KiB kept in memory: 8 MB, so that an idle daemon stays small.
const CACHE_KIB: i64 = 8_192;

/// Pages that the log may grow by before the writer itself moves them into the
/// database; before that a `Checkpointer` does, while nobody waits.
const MOST_PAGES_IN_LOG: i64 = 8_192;

/// Statements that stay parsed: all that the writer uses.
const STATEMENTS: usize = 192;

/// For how long a write waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long emptying the log waits for who reads from it.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// What can go wrong with the store, for the person who runs the server.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store is in use by another draaiboek process (lock {0})")]
    InUse(PathBuf),
    #[error("cannot open the store {path}: {reason}")]
    Open { path: PathBuf, reason: String },
    #[error(
        "the store {path} was written by a newer draaiboek (version {found}; this program knows {SCHEMA_VERSION})"
    )]
    Newer { path: PathBuf, found: i64 },
    #[error("the store could not be written or read: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] std::io::Error),
    #[error("the store {0} was removed or replaced while it was in use; restart draaiboek")]
    Gone(PathBuf),
    #[error(
        "the store {path} is of {}: nothing real is done with it and no drill with a real one", a_drill(*.is)
    )]
    OtherPlane { path: PathBuf, is: Plane },
    #[error(
        "the store {path} is of version {found} and must be brought to {SCHEMA_VERSION}; that is done only after a copy, and none can be made: {reason}"
    )]
    NoCopy {
        path: PathBuf,
        found: i64,
        reason: String,
    },
    #[error("the store holds something this program cannot read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    instance: String,
    path: PathBuf,
    /// Device and inode of the database when it was opened.
    identity: Option<(u64, u64)>,
    /// Shared with who writes beside us.
    pen: Arc<Pen>,
    /// Held as long as the store is open for writing; given back after the
    /// connection is closed, as fields are dropped in order.
    _claim: Option<Claim>,
}

/// The file of a store that was opened.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    /// Device and inode.
    identity: Option<(u64, u64)>,
}

impl Place {
    /// Whether the same file is still there.
    pub fn is_there(&self) -> bool {
        identity(&self.path) == self.identity
    }
}

/// One transaction. Dropped without `commit`, nothing of it happened.
#[derive(Debug)]
pub struct Batch<'a> {
    transaction: Transaction<'a>,
    // Given back after the transaction is over, as fields are dropped in order.
    _turn: Writing<'a>,
}

/// As that of `rusqlite`, which has its two statements parsed each time.
#[derive(Debug)]
struct Transaction<'a>(&'a Connection);

impl<'a> Transaction<'a> {
    fn begin(connection: &'a mut Connection) -> rusqlite::Result<Self> {
        let connection = &*connection;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self(connection))
    }

    fn commit(self) -> rusqlite::Result<()> {
        self.0.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // After a commit there is nothing to take back.
        if !self.0.is_autocommit() {
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

/// Where the database of an organisation is.
pub fn database_path(dir: &Path) -> PathBuf {
    dir.join("data").join("draaiboek.db")
}

impl Store {
    /// Opens the store of an organisation's folder for writing, and makes it
    /// when it is not there. Only one process at a time can. A store of the
    /// other plane is refused.
    pub fn open(dir: &Path, plane: Plane) -> Result<Self, StoreError> {
        let path = database_path(dir);
        let claim = Claim::new(dir)?;
        let mut connection = Connection::open(&path).map_err(|error| opening(&path, &error))?;
        prepare(&connection).map_err(|error| opening(&path, &error))?;
        migrate(&mut connection, &path, plane)?;
        plane::check(&connection, &path, plane)?;
        key::make(&connection, &path)?;
        let instance = instance(&connection)?;
        // A process that was killed may have left what was forgotten in the log.
        // When it cannot be emptied now (a full disk, a reader), a later one will
        // be; starting does not wait for that.
        connection.busy_timeout(LONGEST_WAIT)?;
        let _ = empty_log(&connection);
        connection.busy_timeout(PATIENCE)?;
        Ok(Self {
            connection,
            instance,
            identity: identity(&path),
            path,
            pen: Arc::default(),
            _claim: Some(claim),
        })
    }

    /// A store with the same tables that is gone with the process: what the daemon
    /// of a drill or a test has on disk.
    pub fn in_memory(plane: Plane) -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        // No file has this name: there is none that could be lost.
        let path = PathBuf::new();
        migrate(&mut connection, &path, plane)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let instance = instance(&connection)?;
        Ok(Self {
            connection,
            instance,
            identity: identity(&path),
            path,
            pen: Arc::default(),
            _claim: None,
        })
    }

    /// The same store once more, to read in from another thread what is on disk; `None`
    /// of one that is only in memory, or whose file is gone.
    pub fn beside(&self) -> Result<Option<Self>, StoreError> {
        // Another file that came in its place is another store.
        if self.path.as_os_str().is_empty() || !self.place().is_there() {
            return Ok(None);
        }
        Ok(Some(Self {
            connection: connect(&self.path)?,
            instance: self.instance.clone(),
            identity: self.identity,
            path: self.path.clone(),
            pen: Arc::clone(&self.pen),
            _claim: None,
        }))
    }

    /// Opens the store only to look; `None` when there is none yet.
    pub fn open_to_read(dir: &Path, plane: Plane) -> Result<Option<Self>, StoreError> {
        let path = database_path(dir);
        if !path.exists() {
            return Ok(None);
        }
        let connection = connect(&path)?;
        match version(&connection)? {
            0 => return Ok(None),
            SCHEMA_VERSION => {}
            // Only the owner may change tables; when nobody is, we are.
            1..SCHEMA_VERSION => drop(Self::open(dir, plane)?),
            found => return Err(StoreError::Newer { path, found }),
        }
        plane::check(&connection, &path, plane)?;
        let instance = instance(&connection)?;
        Ok(Some(Self {
            connection,
            instance,
            identity: identity(&path),
            path,
            pen: Arc::default(),
            _claim: None,
        }))
    }

    /// Random and lasting: makes Message-IDs of this store unlike those of any
    /// other.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Where it is, for who must see that it is still there.
    pub fn place(&self) -> Place {
        Place {
            path: self.path.clone(),
            identity: self.identity,
        }
    }

    /// A second connection that does the writer's housekeeping.
    pub fn checkpointer(&self) -> Result<Checkpointer, StoreError> {
        let connection = Connection::open(self.connection.path().unwrap_or_default())?;
        connection.pragma_update(None, "cache_size", -64)?;
        // The writer waits while the log is emptied, so that waits for readers
        // only so long.
        connection.busy_timeout(LONGEST_WAIT)?;
        Ok(Checkpointer { connection })
    }

    /// Empties the log beside the database, see [`Checkpointer::empty_log`].
    pub fn empty_log(&self) -> Result<bool, StoreError> {
        Ok(empty_log(&self.connection)?)
    }

    /// Gives back what was read and made ready and is not needed now, as after a start,
    /// which asks for far more than what comes then.
    pub fn give_back(&self) -> Result<(), StoreError> {
        self.connection.flush_prepared_statement_cache();
        Ok(self.connection.release_memory()?)
    }

    /// Rows written since the store was opened.
    pub fn n_written(&self) -> u64 {
        self.connection.total_changes()
    }

    /// Begins a transaction. Refuses when the file is not where it was: what is
    /// written to a deleted file is gone with the process.
    pub fn begin(&mut self) -> Result<Batch<'_>, StoreError> {
        if !self.place().is_there() {
            return Err(StoreError::Gone(self.path.clone()));
        }
        let turn = self.pen.take();
        let transaction = Transaction::begin(&mut self.connection)?;
        Ok(Batch {
            transaction,
            _turn: turn,
        })
    }
}

/// Moves what was committed from the log into the database. Two or three
/// synchronisations that no commit has to wait for.
#[derive(Debug)]
pub struct Checkpointer {
    connection: Connection,
}

impl Checkpointer {
    /// Moves what can be moved without making the writer wait.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        let pragma = "PRAGMA wal_checkpoint(PASSIVE)";
        Ok(self.connection.query_row(pragma, [], |_| Ok(()))?)
    }

    /// Moves all of the log and leaves an empty file: what was deleted stood in
    /// it still. False when somebody reads from it; then it is to be asked again.
    pub fn empty_log(&self) -> Result<bool, StoreError> {
        // Most of the work while the writer can go on.
        self.checkpoint()?;
        Ok(empty_log(&self.connection)?)
    }
}

fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    let pragma = "PRAGMA wal_checkpoint(TRUNCATE)";
    connection.query_row(pragma, [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

impl Batch<'_> {
    /// Makes everything in it durable.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }
}

/// Device and inode; `None` when there is no such file.
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path)
        .ok()
        .map(|about| (about.dev(), about.ino()))
}

fn a_drill(plane: Plane) -> &'static str {
    match plane {
        Plane::Real => "the real program",
        Plane::Drill => "a drill",
    }
}

/// Opens a database that is there, to read in or beside the one who writes.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    // A database in WAL mode needs its side files, also to be read.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn opening(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::Open {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // NORMAL would lose acknowledged commits when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What is forgotten is overwritten, not only left out.
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", MOST_PAGES_IN_LOG)?;
    // A plan that stays: else SQLite plans some queries again for every value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(PATIENCE)
}

fn instance(connection: &Connection) -> Result<String, StoreError> {
    let found = connection.query_row("SELECT value FROM meta WHERE key = 'instance'", [], |row| {
        row.get(0)
    });
    Ok(found.optional()?.unwrap_or_default())
}
