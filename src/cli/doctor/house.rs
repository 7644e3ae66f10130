//! The server itself: configuration, daemon, secrets, disk, store, backups.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Patient, mode, n_warnings};
use crate::backup::{LastBackup, space};
use crate::cli::ask::ask_real;
use crate::cli::print::cell;
use crate::cli::render::counted;
use crate::cli::{last_good, shift};
use crate::config;
use crate::domain::parse::{ORGANISATION, Parsed};
use crate::domain::readiness::{self, Check};
use crate::domain::time::Timestamp;
use crate::engine::request::Request;
use crate::guard::Guard;
use crate::notify::Webhook;
use crate::store::copy;
use crate::store::database_path;

/// A copy of before a change that is older than this nobody will go back to.
const OLD_COPY: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// No more files that anybody may change are named.
const MOST_OPEN: usize = 5;

/// `n_of_drills`: errors past which `serve` starts.
pub(super) fn configuration(loaded: &Parsed, n_of_drills: usize) -> Check {
    let id = "configuration";
    let hint = "`draaiboek check` shows each at its line, with a way out";
    match (loaded.n_errors(), n_warnings(loaded)) {
        (0, _) if n_of_drills > 0 => {
            let n_errors = counted(n_of_drills, "error");
            let why = format!("{n_errors} in scenarios: `serve` starts, and they cannot be played");
            Check::warn(id, why, hint)
        }
        (0, 0) => Check::ok(
            id,
            format!(
                "nothing wrong, {}",
                counted(loaded.playbooks.len(), "playbook")
            ),
        ),
        (0, n) => Check::warn(id, counted(n, "warning"), hint),
        (n, _) => {
            let n_errors = counted(n, "error");
            Check::fail(id, format!("{n_errors}: `serve` does not start"), hint)
        }
    }
}

pub(super) fn daemon(patient: &Patient, why_not: Option<&String>) -> Check {
    let id = "daemon";
    let status = &patient.status;
    if let Some(why) = why_not {
        return Check::fail(
            id,
            why.as_str(),
            "look at its log; one that hangs is restarted by systemd, else stop it and start it again",
        );
    }
    if !patient.has_daemon() {
        return Check::fail(
            id,
            "none is running: nobody listens",
            "start `draaiboek serve`, under systemd so that it comes back after a restart",
        );
    }
    let reasons = |of: &Value| -> Vec<String> {
        let reasons = of.as_array().into_iter().flatten();
        reasons.map(cell).collect()
    };
    let wrong = reasons(&status["health"]["reasons"]);
    if !wrong.is_empty() {
        return Check::fail(
            id,
            wrong.join("; "),
            "look at its log; /healthz says the same",
        );
    }
    if !status["listening_only"].is_null() {
        return Check::warn(
            id,
            "it listens only: no mention alarms anybody",
            "start it without --listen-only when the first weeks are over",
        );
    }
    let warnings = reasons(&status["health"]["warnings"]);
    match warnings.is_empty() {
        true => Check::ok(id, "running and well"),
        false => Check::warn(id, warnings.join("; "), "`draaiboek status` shows more"),
    }
}

/// What the environment must bring, and who may read the files it names.
pub(super) fn secrets(patient: &Patient, missing: &[String]) -> Vec<Check> {
    let id = "secrets";
    let mut checks: Vec<Check> = missing
        .iter()
        .map(|what| match patient.has_daemon() {
            // The daemon would not have started without it.
            true => Check::warn(
                id,
                format!("not in this environment: {what}"),
                "the daemon has it; run `doctor` with the daemon's environment to try it",
            ),
            false => Check::fail(id, what.as_str(), "`serve` does not start without it"),
        })
        .collect();
    let unusable = unusable(patient);
    if missing.is_empty() && unusable.is_empty() {
        checks.push(Check::ok(id, "all that are needed are set"));
    }
    checks.extend(unusable.into_iter().map(|why| match patient.has_daemon() {
        true => Check::warn(
            id,
            format!("in this environment: {why}"),
            "the daemon has another, or does not start again: correct it where it is set",
        ),
        false => Check::fail(id, why, "`serve` does not start with it"),
    }));
    for path in config::own_secret_files(&patient.organisation) {
        if let Some(mode) = mode(&path) {
            let shown = path.display().to_string();
            checks.push(readiness::secrecy(mode, &shown));
        }
    }
    checks
}

/// Addresses that are set and are none, or that may not be asked: `serve` refuses them.
fn unusable(patient: &Patient) -> Vec<String> {
    let (organisation, secrets) = (&patient.organisation, &patient.secrets);
    let guard = Guard::new(&organisation.web.private_hosts);
    let webhooks = organisation.webhooks.iter();
    let mut found: Vec<String> = webhooks
        .filter_map(|webhook| {
            let url = secrets.webhook(&webhook.key)?.reveal();
            Webhook::new(webhook, url, &[], None, &guard).err()
        })
        .collect();
    found.extend(shift::heartbeat_of(organisation, secrets, false).err());
    found
}

/// Whether what is written of open runs is what was once written.
pub(super) fn runs(patient: &Patient) -> Vec<Check> {
    let runs = patient.status["runs"].as_array().into_iter().flatten();
    let open = runs.filter_map(|run| run["run"].as_u64());
    let verified = open.map(|run| {
        let request = Request::VerifyRuns {
            run: Some(run),
            head: None,
        };
        let hint = "`draaiboek run verify` says where; compare with the last lines of the mails";
        let check = match ask_real(&patient.dir, &request) {
            Ok(found) if found["whole"] == true => Check::ok("log", "the chain is whole"),
            Ok(_) => Check::fail("log", "the log is not what was once written", hint),
            Err(why) => Check::fail("log", why, hint),
        };
        check.about(&format!("of run {run}"))
    });
    verified.collect()
}

/// All that needs no organisation.
pub(super) fn without_organisation(dir: &Path, now: Timestamp) -> Vec<Check> {
    let mut checks = vec![disk(dir)];
    checks.extend(store(dir, now));
    checks.extend(permissions(dir));
    checks.push(match database_path(dir).exists() {
        true => readiness::backup(LastBackup::of(dir).map(|last| last.at), now),
        false => Check::skipped("backup", "there is nothing yet that could be lost"),
    });
    checks
}

fn disk(dir: &Path) -> Check {
    let store = fs::metadata(database_path(dir)).map_or(0, |about| about.len());
    match space::free(dir) {
        Ok(free) => readiness::room(free, store),
        Err(error) => Check::skipped("disk", format!("the disk does not say: {error}")),
    }
}

fn store(dir: &Path, now: Timestamp) -> Vec<Check> {
    let id = "store";
    let damaged = "stop the daemon, keep a copy of data/, and restore the last good backup";
    let first = match copy::glance(dir) {
        Ok(None) if was_served(dir) => Check::fail(
            id,
            "it is gone or empty, and a daemon has run here: its runs and mentions are lost",
            "do not start `serve`, which begins anew; find data/draaiboek.db, or restore the last good backup",
        ),
        Ok(None) => Check::skipped(id, "there is none yet: nothing has happened"),
        Ok(Some(contents)) if contents.troubles.is_empty() => {
            let n_runs = counted(contents.n_runs as usize, "run");
            Check::ok(id, format!("whole; version {}, {n_runs}", contents.version))
        }
        Ok(Some(contents)) => Check::fail(id, contents.troubles.join("; "), damaged),
        Err(error) => Check::fail(id, error.to_string(), damaged),
    };
    let is_old = |path: &PathBuf| {
        let changed = fs::metadata(path).and_then(|about| about.modified());
        changed.is_ok_and(|changed| now - Timestamp::from(changed) > OLD_COPY)
    };
    let old = copy::older(dir).into_iter().filter(is_old);
    let old = old.map(|path| {
        let shown = path.display();
        let why = format!("{shown} is from before an upgrade, and holds what was forgotten since");
        Check::warn(id, why, "delete it when nobody will go back")
    });
    std::iter::once(first).chain(old).collect()
}

/// Whether a daemon once worked in a folder: it keeps the files it works with.
fn was_served(dir: &Path) -> bool {
    last_good::folder(dir).is_some()
}

fn permissions(dir: &Path) -> Vec<Check> {
    let mut checks = Vec::new();
    for name in ["data", "drills", "backups"] {
        let path = dir.join(name);
        if let Some(mode) = mode(&path) {
            checks.push(readiness::secrecy(mode, &path.display().to_string()));
        }
    }
    let mut paths = vec![dir.join(ORGANISATION)];
    for name in ["playbooks", "templates", "lists"] {
        below(dir.join(name), &mut paths);
    }
    let open = paths.iter().filter_map(|path| {
        let shown = path.display().to_string();
        readiness::authority(mode(path)?, &shown)
    });
    let open: Vec<Check> = open.collect();
    let n_more = open.len().saturating_sub(MOST_OPEN);
    checks.extend(open.into_iter().take(MOST_OPEN));
    if n_more > 0 {
        checks.push(Check::fail(
            "permissions",
            format!("and {n_more} more that everybody on this machine may change"),
            &format!("chmod -R o-w {}", dir.display()),
        ));
    }
    checks
}

/// A folder and all in it, by name.
fn below(path: PathBuf, found: &mut Vec<PathBuf>) {
    // Links are not followed: what they name has its own permissions, and may be us.
    let entries = match fs::symlink_metadata(&path) {
        Ok(about) if about.is_dir() => fs::read_dir(&path).into_iter().flatten(),
        Ok(about) if about.is_symlink() => return,
        Ok(_) => return found.push(path),
        Err(_) => return,
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    found.push(path);
    entries.into_iter().for_each(|path| below(path, found));
}
