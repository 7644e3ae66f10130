//! `draaiboek demo`: three quiet days and a storm, replayed fast through the
//! real daemon, with real SMTP to a catcher on this machine.
//!
//! The daemon runs as a process of its own on a simulated clock; this one
//! pushes mentions to it over HTTP, as a listening suite would, and tells what
//! comes of it. Nothing leaves this machine.

mod daemon;

mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta, TimeZone};
use chrono_tz::Europe::Amsterdam;

use super::ask::ask_real;
use super::init;
use super::print::{cell, failed, say};
use crate::demo::catcher::Catcher;
use crate::demo::stream;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::engine::clock::Schedule;
use crate::engine::request::Request;
use daemon::Daemon;
use story::{Plot, Story};

/// How much faster than life: the quiet days, and the storm.
const QUIET_SPEED: u32 = 30_000;
const STORM_SPEED: u32 = 1_200;

/// When the demo ends, counted from the complaint.
const STORM_HOURS: i64 = 11;

/// The clock goes on quickly for so long after that: the last mails are on their way.
const LAST_MINUTES: i64 = 10;

/// Whose pages are left open.
const VISITOR: &str = "marieke";

/// Show the whole thing at work on a made-up storm, nothing to set up
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to make the organisation in; a new one in the temporary folder when not given
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Leave the pages open afterwards, until ctrl-c
    #[arg(long)]
    serve: bool,
}

pub fn run(args: &Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(play(args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

async fn play(args: &Args) -> Result<(), String> {
    let folder = args.dir.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("draaiboek-demo-{}", std::process::id()))
    });
    let catcher = Catcher::start()
        .await
        .map_err(|error| format!("no mail catcher: {error}"))?;
    make_organisation(&folder, &catcher.url())?;
    let midnight = monday()?;
    let complaint = stream::storm_start(midnight);
    let ends = complaint + TimeDelta::hours(STORM_HOURS);
    let mut written = format!(
        "{}@{QUIET_SPEED},{}@{STORM_SPEED}",
        midnight.to_rfc3339(),
        complaint.to_rfc3339()
    );
    if args.serve {
        // Who looks around afterwards does so as fast as life.
        let last = ends + TimeDelta::minutes(LAST_MINUTES);
        written.push_str(&format!(",{}@1", last.to_rfc3339()));
    }
    let mut daemon = Daemon::start(&folder, &written)?;
    let mut story = Story::begin(Plot {
        schedule: Schedule::read(&written)?,
        begins: midnight,
        complaint,
        ends,
        mentions: stream::mentions(midnight),
        folder: folder.clone(),
        address: daemon.address.clone(),
    })?;
    story.introduce(&catcher);
    let told = story.tell(&catcher).await;
    // The last mails are on their way.
    tokio::time::sleep(Duration::from_millis(500)).await;
    if !args.serve {
        daemon.stop();
    }
    told?;
    story.look_back(&catcher.mails()).await?;
    if args.serve {
        leave_open(&folder).await?;
        daemon.stop();
    }
    Ok(())
}

/// Says how to get in to the pages, and waits until nobody looks any more.
async fn leave_open(folder: &Path) -> Result<(), String> {
    let (folder, person) = (folder.to_owned(), VISITOR.to_owned());
    let request = Request::EntryLink { person };
    let link = tokio::task::spawn_blocking(move || ask_real(&folder, &request)).await;
    let link = link.map_err(|error| error.to_string())??;
    say(&format!(
        "\nThe pages are open. This link lets you in as {}, once, within 15 minutes:\n{}\nStop with ctrl-c.",
        cell(&link["name"]),
        cell(&link["url"])
    ));
    let stopped = tokio::signal::ctrl_c().await;
    stopped.map_err(|error| error.to_string())
}

/// What the demo is about.
const PLAYBOOK: &str = "viral-complaint.yaml";

/// The organisation that `init` writes, with one playbook and mail to the catcher.
fn make_organisation(folder: &Path, server: &str) -> Result<(), String> {
    let mut files = init::files(Language::Nl);
    // One storm, one playbook: people complain in words that others listen to as well.
    files.retain(|(path, _)| !path.starts_with("playbooks") || path.ends_with(PLAYBOOK));
    for (path, content) in &mut files {
        if path == Path::new("draaiboek.yaml") {
            content.push_str(&format!(
                "\nmail:\n  from: Crisisteam De Linde <crisis@delinde.example>\n  server: {server}\n"
            ));
        }
    }
    init::write_all(folder, &files).map_err(|problem| problem.to_string())
}

/// Midnight on a Monday, where the hospital is.
fn monday() -> Result<Timestamp, String> {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|day| day.and_hms_opt(0, 0, 0));
    let midnight = day.and_then(|midnight| Amsterdam.from_local_datetime(&midnight).single());
    midnight
        .map(|midnight| midnight.to_utc())
        .ok_or_else(|| "the calendar has no such day".to_owned())
}
