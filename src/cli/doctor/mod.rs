//! `draaiboek doctor`: is everything ready for tonight?
//!
//! Looks and changes nothing. The one thing that goes out is a test mail, when it
//! is asked for.

mod certificate;

mod files;

mod house;

mod mail;

mod people;

mod sender;

mod roll_call;

mod sources;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ask::ask_real;
use super::place::Folder;
use super::print::{self, failed, safe, say, wrap};
use crate::config::{self, Secrets};
use crate::domain::organisation::Organisation;
use crate::domain::parse::Parsed;
use crate::domain::readiness::{Check, Outcome, is_ready};
use crate::domain::time::{Timestamp, rfc3339};
use crate::engine::clock;
use crate::engine::request::Request;

/// Where the second column begins.
const INDENT: usize = 30;

/// Look whether all is ready for tonight
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Run it as the user and with the environment of the daemon. It changes nothing, and without
--send-test nobody gets a message. Exit code 1 when something fails; a warning does not count."
)]
pub struct Args {
    /// Also send a test mail to somebody under `team`
    #[arg(long, value_name = "PERSON")]
    send_test: Option<String>,
    #[command(flatten)]
    place: Folder,
}

/// What everybody who looks may look at.
struct Patient {
    dir: PathBuf,
    now: Timestamp,
    organisation: Arc<Organisation>,
    secrets: Secrets,
    /// As `draaiboek status --json` says it; null when it cannot be told.
    status: Value,
}

impl Patient {
    /// A daemon that runs has its secrets, whatever this environment lacks.
    fn has_daemon(&self) -> bool {
        self.status["daemon"] == true
    }
}

pub fn run(args: &Args) -> ExitCode {
    let now = clock::wall();
    let checks = match look(args, now) {
        Ok(checks) => checks,
        Err(why) => return failed(&why),
    };
    let is_ready = is_ready(&checks);
    if args.place.json {
        print::json(&json!({ "ready": is_ready, "at": rfc3339(now), "checks": checks }));
    } else {
        say(&readable(&checks));
    }
    match is_ready {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn look(args: &Args, now: Timestamp) -> Result<Vec<Check>, String> {
    let dir = &args.place.dir;
    let (loaded, of_drills) = super::drills_only::read(dir, now);
    let mut checks = vec![house::configuration(&loaded, of_drills.len())];
    let Some(organisation) = loaded.organisation.clone() else {
        checks.extend(house::without_organisation(dir, now));
        return Ok(checks);
    };
    if let Some(person) = &args.send_test
        && !organisation.team.iter().any(|one| one.key == *person)
    {
        let known: Vec<&str> = organisation
            .team
            .iter()
            .map(|one| one.key.as_str())
            .collect();
        let known = known.join(", ");
        return Err(format!("nobody under `team` is `{person}`; write {known}"));
    }
    let status = ask_real(dir, &Request::Status);
    let (secrets, missing) = match config::secrets(&organisation) {
        Ok(secrets) => (secrets, Vec::new()),
        Err(missing) => (config::found_secrets(&organisation), missing),
    };
    let patient = Patient {
        dir: dir.clone(),
        now,
        organisation: Arc::new(organisation),
        secrets,
        status: status.as_ref().cloned().unwrap_or_default(),
    };
    checks.push(house::daemon(&patient, status.as_ref().err()));
    checks.push(files::look(&patient));
    checks.extend(house::secrets(&patient, &missing));
    checks.extend(certificate::look(&patient));
    checks.extend(by_network(&patient, args.send_test.as_deref())?);
    checks.extend(people::duty(&patient));
    checks.push(people::drills(dir));
    checks.push(people::lessons(&patient));
    checks.push(roll_call::look(&patient));
    checks.extend(house::runs(&patient));
    checks.extend(house::without_organisation(dir, now));
    Ok(checks)
}

fn by_network(patient: &Patient, send_test: Option<&str>) -> Result<Vec<Check>, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let checks = runtime.block_on(async {
        let mut checks = mail::look(patient, send_test).await;
        checks.extend(sources::look(patient).await);
        checks
    });
    // A name that does not resolve must not keep us.
    runtime.shutdown_background();
    Ok(checks)
}

/// What is wrong with the folder itself, for those who read the findings too.
fn n_warnings(loaded: &Parsed) -> usize {
    loaded.findings.len() - loaded.n_errors()
}

/// The permissions of something; `None` when it is not there.
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let about = std::fs::metadata(path).ok()?;
    Some(about.permissions().mode())
}

fn readable(checks: &[Check]) -> String {
    let width = config::columns().min(120);
    let mut text = String::new();
    for check in checks {
        let mark = match check.outcome {
            Outcome::Ok => "ok",
            Outcome::Warn => "WARN",
            Outcome::Fail => "FAIL",
            Outcome::Skipped => "-",
        };
        let name = match check.about.as_str() {
            "" => check.id.to_owned(),
            about => format!("{} {}", check.id, safe(about)),
        };
        let hint = match check.hint.as_str() {
            "" => Vec::new(),
            hint => wrap(&format!("-> {hint}"), width - INDENT),
        };
        let said = wrap(&check.why, width - INDENT);
        let mut first = format!("{mark:<5} {name}");
        if first.chars().count() >= INDENT {
            text.push_str(&format!("{first}\n"));
            first.clear();
        }
        for line in said.iter().chain(&hint) {
            let line = format!("{first:INDENT$}{}", safe(line));
            text.push_str(line.trim_end());
            text.push('\n');
            first.clear();
        }
    }
    let count = |outcome| checks.iter().filter(|one| one.outcome == outcome).count();
    let (n_failed, n_warned) = (count(Outcome::Fail), count(Outcome::Warn));
    let verdict = match (n_failed, n_warned) {
        (0, 0) => "Ready for tonight.".to_owned(),
        (0, n) => format!("Ready for tonight; {n} to look at."),
        (n, m) => format!("NOT READY for tonight: {n} to mend, {m} more to look at."),
    };
    format!("{text}\n{verdict}")
}
