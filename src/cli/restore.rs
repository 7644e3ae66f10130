//! `draaiboek restore`: a backup back into a folder, checked before anything of it
//! is in its place.
//!
//! All is unpacked beside its place and judged there; then it is moved in,
//! `draaiboek.yaml` last: a folder without that file is no organisation, so a
//! restore that was cut off never looks finished.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::place::Folder;
use super::print::{self, failed, safe, say};
use super::render::counted;
use crate::backup::{DATABASE, KEPT, LastBackup, Unpacked, unpack};
use crate::config;
use crate::domain::plane::Plane;
use crate::domain::time::rfc3339;
use crate::engine::clock;
use crate::store::Claim;
use crate::store::copy::{self, Contents};

/// Where a restore that is not done yet keeps its files.
const UNFINISHED: &str = ".restore-partial";

/// Put a backup back into a folder, checked to the last byte
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Run it as the user that runs the daemon. Secrets are not in a backup: set them again.
Never let the old server and the restored one run side by side: both would alert."
)]
pub struct Args {
    /// The backup, as `draaiboek backup` made it
    file: PathBuf,
    /// Also when there are files in the folder: what the backup brings replaces
    /// what is there, and that is moved to `replaced-…` in it
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    place: Folder,
}

pub fn run(args: &Args) -> ExitCode {
    match restored(args) {
        Err(why) => failed(&why),
        Ok(done) if args.place.json => {
            print::json(&done.shown());
            ExitCode::SUCCESS
        }
        Ok(done) => {
            say(done.readable().trim_end());
            ExitCode::SUCCESS
        }
    }
}

/// A backup that is in its place.
struct Restored {
    dir: PathBuf,
    unpacked: Unpacked,
    store: Option<Contents>,
    /// Where what was there before is.
    replaced: Option<PathBuf>,
    /// What `check` would call wrong.
    n_errors: usize,
}

fn restored(args: &Args) -> Result<Restored, String> {
    let dir = &args.place.dir;
    make_folder(dir)?;
    let in_the_way = in_the_way(dir)?;
    if !in_the_way.is_empty() && !args.replace {
        return Err(format!(
            "{} is not empty: {}; choose another folder, or say --replace",
            dir.display(),
            in_the_way.join(", ")
        ));
    }
    // Held until the end, and also on an empty folder: nobody starts in it meanwhile.
    let _claim = Claim::new(dir).map_err(|error| format!("{error}; stop it first"))?;
    let beside = dir.join(UNFINISHED);
    let _ = fs::remove_dir_all(&beside);
    make_folder(&beside)?;
    let judged = judge(&args.file, &beside);
    let (unpacked, store) = judged.inspect_err(|_| {
        let _ = fs::remove_dir_all(&beside);
    })?;
    let replaced = move_in(&beside, dir)?;
    let last = LastBackup {
        at: unpacked.manifest.at,
        file: fs::canonicalize(&args.file).unwrap_or_else(|_| args.file.clone()),
        bytes: unpacked.bytes,
        sha256: unpacked.sha256.clone(),
    };
    last.remember(dir)
        .map_err(|error| format!("all is restored, but not when it is from: {error}"))?;
    Ok(Restored {
        n_errors: config::load_at(dir, clock::wall()).n_errors(),
        dir: dir.clone(),
        unpacked,
        store,
        replaced,
    })
}

fn make_folder(path: &Path) -> Result<(), String> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(|error| format!("{}: {error}", path.display()))
}

/// What is in a folder beside what a restore itself leaves when it is cut off.
fn in_the_way(dir: &Path) -> Result<Vec<String>, String> {
    let about = |error: std::io::Error| format!("{}: {error}", dir.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(about)? {
        let entry = entry.map_err(about)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !(name == UNFINISHED || name == "lost+found" || is_only_a_lock(&entry.path())) {
            names.push(name);
        }
    }
    names.sort();
    names.truncate(8);
    Ok(names)
}

/// Claiming a folder makes `data` with a lock in it.
fn is_only_a_lock(path: &Path) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let is_data = path.file_name().is_some_and(|name| name == "data");
    is_data && path.is_dir() && entries.into_iter().all(|entry| entry.file_name() == "lock")
}

/// Unpacks a backup and says whether it may be used.
fn judge(file: &Path, beside: &Path) -> Result<(Unpacked, Option<Contents>), String> {
    let unpacked = unpack(file, beside).map_err(|error| error.to_string())?;
    let database = beside.join(DATABASE);
    let Some(promised) = &unpacked.manifest.store else {
        return match database.exists() {
            true => Err("this backup holds a store that it does not speak of".to_owned()),
            false => Ok((unpacked, None)),
        };
    };
    let contents = copy::look(&database).map_err(|error| error.to_string())?;
    if !contents.troubles.is_empty() {
        let troubles = contents.troubles.join("; ");
        return Err(format!("the store in this backup is damaged: {troubles}"));
    }
    if contents.plane != Plane::Real || contents.instance != promised.instance {
        return Err("the store in this backup is not the one it speaks of".to_owned());
    }
    Ok((unpacked, Some(contents)))
}

/// Moves everything to its place; gives where what was there is now.
fn move_in(beside: &Path, dir: &Path) -> Result<Option<PathBuf>, String> {
    let names: Vec<&str> = std::iter::once("data").chain(KEPT).collect();
    let name = format!("replaced-{}", clock::wall().format("%Y%m%dT%H%M%SZ"));
    let aside = dir.join(name);
    let mut is_replaced = false;
    let go = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|error| {
            format!(
                "{}: {error}; what was in the folder is in {}",
                to.display(),
                aside.display()
            )
        })
    };
    // The organisation goes first and comes last.
    for name in names.iter().rev() {
        let old = dir.join(name);
        if old.symlink_metadata().is_err() {
            continue;
        }
        if is_only_a_lock(&old) {
            let _ = fs::remove_file(old.join("lock"));
            fs::remove_dir(&old).map_err(|error| format!("{}: {error}", old.display()))?;
            continue;
        }
        make_folder(&aside)?;
        is_replaced = true;
        go(&old, &aside.join(name))?;
    }
    for name in names {
        let new = beside.join(name);
        if new.symlink_metadata().is_ok() {
            go(&new, &dir.join(name))?;
        }
    }
    fs::remove_dir(beside).map_err(|error| format!("{}: {error}", beside.display()))?;
    let synced = File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(|error| format!("{}: {error}", dir.display()))?;
    Ok(is_replaced.then_some(aside))
}

impl Restored {
    fn shown(&self) -> Value {
        let manifest = &self.unpacked.manifest;
        json!({
            "dir": self.dir.display().to_string(),
            "at": rfc3339(manifest.at),
            "made_by": manifest.draaiboek,
            "files": manifest.files.len(),
            "store": manifest.store,
            "left_out": manifest.left_out,
            "replaced": self.replaced.as_ref().map(|path| path.display().to_string()),
            "errors": self.n_errors,
        })
    }

    fn readable(&self) -> String {
        let manifest = &self.unpacked.manifest;
        let dir = safe(&self.dir.display().to_string());
        let mut text = format!(
            "Restored {} in {dir}, as of {}.\n",
            counted(manifest.files.len(), "file"),
            rfc3339(manifest.at)
        );
        if let Some(store) = &self.store {
            text.push_str(&format!(
                "The store is whole: {}, {} open; {} not gone out yet.\n",
                counted(store.n_runs as usize, "run"),
                store.n_open_runs,
                match store.n_waiting {
                    1 => "1 notice had".to_owned(),
                    n => format!("{n} notices had"),
                }
            ));
        }
        if let Some(replaced) = &self.replaced {
            let replaced = safe(&replaced.display().to_string());
            text.push_str(&format!("What was there is in {replaced}.\n"));
        }
        if self.n_errors > 0 {
            text.push_str(&format!(
                "`draaiboek check --dir {dir}` finds {}: `serve` will not start.\n",
                counted(self.n_errors, "error")
            ));
        }
        text.push_str(&format!(
            "Now set the secrets and start `draaiboek serve --dir {dir}`. Notices that went out after \
             the backup\nmay come a second time, with the same Message-ID. Make sure the old server stays off.\n"
        ));
        text
    }
}
