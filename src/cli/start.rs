//! With which files the daemon starts: those in the folder, or, when they are broken,
//! the last good ones. A reboot at night must not end in silence because somebody
//! left a comma out in the afternoon.

use super::daemon::{Setting, Unusable};
use super::last_good;
use super::serve::Args;
use crate::domain::time::Timestamp;

/// What the daemon starts with.
pub(super) struct Began {
    pub(super) setting: Setting,
    /// What is wrong in the folder, when these are the last good files.
    pub(super) broken: Option<Unusable>,
}

/// Reads the files to start with. With `--strict-config`, or when there never were
/// good ones, broken files are a reason not to start.
pub(super) fn read(args: &Args, now: Timestamp) -> Result<Began, String> {
    let unusable = match Setting::read_to_serve(&args.dir, now) {
        Ok(setting) => {
            return Ok(Began {
                setting,
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
            tracing::error!(
                why = unusable.why,
                "the files are broken: starting on the last good ones, in {}",
                copy.display()
            );
            Ok(Began {
                setting,
                broken: Some(unusable),
            })
        }
        // What people can mend is in the folder.
        Err(_) => Err(unusable.why),
    }
}
