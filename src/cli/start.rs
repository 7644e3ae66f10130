//! With which files the daemon starts: those in the folder, or, when they are broken,
//! the last good ones. A reboot at night must not end in silence because somebody
//! left a comma out in the afternoon.

use super::daemon::{Setting, Unusable};
use super::last_good;
use super::reloading::read_whole;
use super::serve::Args;
use crate::domain::parse::SourceFile;
use crate::domain::time::Timestamp;

/// What the daemon starts with.
pub(super) struct Began {
    pub(super) setting: Setting,
    /// The files that it was read from.
    pub(super) files: Vec<SourceFile>,
    /// What is wrong in the folder, when these are the last good files.
    pub(super) broken: Option<Unusable>,
}

/// Reads the files to start with. With `--strict-config`, or when there never were
/// good ones, broken files are a reason not to start.
pub(super) fn read(args: &Args, now: Timestamp) -> Result<Began, String> {
    let unusable = match read_whole(&args.dir, now) {
        Ok(whole) => {
            return Ok(Began {
                setting: whole.setting,
                files: whole.files,
                broken: None,
            });
        }
        Err(unusable) => unusable,
    };
    let copy = last_good::folder(&args.dir).filter(|_| !args.strict_config);
    let Some(copy) = copy else {
        return Err(unusable.why);
    };
    match Setting::read_to_serve(&copy, now) {
        Ok(setting) => {
            // Why may name people; `draaiboek check` and `status` show it.
            tracing::error!(
                "the files are broken: starting on the last good ones, in {}",
                copy.display()
            );
            Ok(Began {
                setting,
                files: last_good::read(&copy),
                broken: Some(unusable),
            })
        }
        Err(also) => Err(format!(
            "{}\nthe last good files, in {}, cannot be used either: {}",
            unusable.why,
            copy.display(),
            also.why
        )),
    }
}
