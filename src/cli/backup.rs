//! `draaiboek backup`: all that an organisation is in one file, also while the
//! daemon runs.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::place::Folder;
use super::print::{self, failed, safe, say};
use super::render::counted;
use crate::backup::{self, LastBackup, Packed, StoreInBackup, space};
use crate::config;
use crate::domain::parse::ORGANISATION;
use crate::domain::time::{Timestamp, rfc3339};
use crate::engine::clock;
use crate::store::copy::{self, Contents};
use crate::store::database_path;

/// Where backups go when nothing else is said, below the folder.
const BACKUPS: &str = "backups";

/// Bytes that stay free beside a backup: a daemon on a full disk takes nothing in.
const LEFT_FREE: u64 = 64 << 20;

/// Copy all that an organisation is into one file, also while the daemon runs
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The file is a .tar.gz for its owner only. It names people and what they did, and it is
not encrypted: keep it as you keep patient records. Exit code 1 when it was not made."
)]
pub struct Args {
    /// The file to write, or a folder to write one in; as usual DIR/backups
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    place: Folder,
}

pub fn run(args: &Args) -> ExitCode {
    match made(args) {
        Err(why) => failed(&why),
        Ok((to, packed)) if args.place.json => {
            print::json(&shown(&to, &packed));
            ExitCode::SUCCESS
        }
        Ok((to, packed)) => {
            say(readable(&to, &packed).trim_end());
            ExitCode::SUCCESS
        }
    }
}

fn made(args: &Args) -> Result<(PathBuf, Packed), String> {
    let dir = &args.place.dir;
    if !dir.join(ORGANISATION).exists() && !database_path(dir).exists() {
        return Err(format!(
            "there is no organisation in {}; --dir DIR says where yours is",
            dir.display()
        ));
    }
    let at = clock::wall();
    let to = destination(dir, args.to.as_deref(), at)?;
    if to.symlink_metadata().is_ok() {
        return Err(format!(
            "{} is there already, and a backup overwrites nothing",
            to.display()
        ));
    }
    let near = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    check_space(dir, near.unwrap_or(Path::new(".")))?;
    let copy = Copy::of(dir)?;
    if copy.is_some() {
        remove_leftovers(&dir.join(BACKUPS));
    }
    let folder = backup::Folder {
        dir,
        organisation: config::load(dir).organisation.map(|known| {
            known
                .name
                .get(known.language.tag(), known.language)
                .to_owned()
        }),
        store: copy
            .as_ref()
            .map(|copy| (copy.path.as_path(), copy.about.clone())),
        secrets: &config::secret_files(),
    };
    let packed = backup::pack(&folder, &to, at).map_err(|error| error.to_string())?;
    let last = LastBackup {
        at,
        file: fs::canonicalize(&to).unwrap_or_else(|_| to.clone()),
        bytes: packed.bytes,
        sha256: packed.sha256.clone(),
    };
    last.remember(dir).map_err(|error| {
        format!(
            "{} is made, but that cannot be remembered for `doctor`: {error}",
            to.display()
        )
    })?;
    Ok((to, packed))
}

/// The file to write. A folder gets one named after the moment.
fn destination(dir: &Path, to: Option<&Path>, at: Timestamp) -> Result<PathBuf, String> {
    let name = format!("draaiboek-{}.tar.gz", at.format("%Y%m%dT%H%M%SZ"));
    match to {
        Some(folder) if folder.is_dir() => Ok(folder.join(name)),
        Some(file) => Ok(file.to_owned()),
        None => {
            let folder = dir.join(BACKUPS);
            if !folder.is_dir() {
                let made = fs::DirBuilder::new().mode(0o700).create(&folder);
                made.map_err(|error| format!("{}: {error}", folder.display()))?;
            }
            Ok(folder.join(name))
        }
    }
}

/// What backups that were killed left in our own folder: nobody else makes any as
/// long as we have the lock. Elsewhere others may be at work.
fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".draaiboek-") && name.ends_with(".partial") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Refuses before it is too late: twice the database at most is written.
fn check_space(dir: &Path, to: &Path) -> Result<(), String> {
    let size = |name: &str| fs::metadata(dir.join("data").join(name)).map_or(0, |one| one.len());
    let needed = 2 * (size("draaiboek.db") + size("draaiboek.db-wal")) + LEFT_FREE;
    for place in [dir, to] {
        // A disk that does not say is tried.
        let free = space::free(place).unwrap_or(u64::MAX);
        if free < needed {
            return Err(format!(
                "there is too little room at {}: {} free, and {} wanted; --to writes elsewhere",
                place.display(),
                bytes(free),
                bytes(needed)
            ));
        }
    }
    Ok(())
}

/// A copy of the database, gone when it is dropped.
struct Copy {
    path: PathBuf,
    about: StoreInBackup,
    /// One backup at a time.
    _lock: File,
}

impl Copy {
    fn of(dir: &Path) -> Result<Option<Self>, String> {
        if !database_path(dir).exists() {
            return Ok(None);
        }
        let data = dir.join("data");
        let lock = private(&data.join("backup.lock"))?;
        lock.try_lock().map_err(|_| {
            "another backup of this folder is being made; wait until it is done".to_owned()
        })?;
        let path = data.join("backup.partial");
        // What a backup that was killed left.
        let _ = fs::remove_file(&path);
        let mut copied = Self {
            path,
            about: StoreInBackup::default(),
            _lock: lock,
        };
        let is_there = copy::copy(dir, &copied.path).map_err(|error| error.to_string())?;
        if !is_there {
            return Ok(None);
        }
        let contents = copy::look(&copied.path).map_err(|error| error.to_string())?;
        if !contents.troubles.is_empty() {
            return Err(format!(
                "the store is damaged, and a copy of it is no backup: {}\n\
                 stop the daemon, keep a copy of data/ as it is, and restore the last good backup",
                contents.troubles.join("; ")
            ));
        }
        copied.about = in_backup(&contents);
        Ok(Some(copied))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn in_backup(contents: &Contents) -> StoreInBackup {
    StoreInBackup {
        version: contents.version,
        instance: contents.instance.clone(),
        runs: contents.n_runs,
        open_runs: contents.n_open_runs,
        waiting: contents.n_waiting,
    }
}

fn private(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    let options = options.create(true).write(true).truncate(false).mode(0o600);
    let file = options.open(path);
    file.map_err(|error| format!("{}: {error}", path.display()))
}

/// As people read sizes.
pub(super) fn bytes(n: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let (mut size, mut unit) = (n as f64, 0);
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{n} B"),
        _ => format!("{size:.1} {}", units[unit]),
    }
}

fn shown(to: &Path, packed: &Packed) -> Value {
    let manifest = &packed.manifest;
    json!({
        "file": to.display().to_string(),
        "at": rfc3339(manifest.at),
        "bytes": packed.bytes,
        "sha256": packed.sha256,
        "files": manifest.files.len(),
        "store": manifest.store,
        "left_out": manifest.left_out,
    })
}

fn readable(to: &Path, packed: &Packed) -> String {
    let manifest = &packed.manifest;
    let n_files = manifest.files.len() - usize::from(manifest.store.is_some());
    let store = match &manifest.store {
        None => "no store yet, for nothing has happened".to_owned(),
        Some(store) => format!(
            "the store with {} ({} open)",
            counted(store.runs as usize, "run"),
            store.open_runs
        ),
    };
    let mut text = format!(
        "Backed up to {} ({}): {} and {store}.\nsha256 {}\n",
        safe(&to.display().to_string()),
        bytes(packed.bytes),
        counted(n_files, "file"),
        packed.sha256
    );
    if !manifest.left_out.is_empty() {
        text.push_str(&format!(
            "Not in it: {}.\n",
            safe(&manifest.left_out.join(", "))
        ));
    }
    text.push_str(
        "Secrets from the environment are not in it: keep those apart, restoring needs them.\n",
    );
    text
}
