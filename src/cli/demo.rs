//! `draaiboek demo`: three quiet days and a storm, replayed fast through the
//! real daemon, with real SMTP to a catcher on this machine.
//!
//! The daemon runs as a process of its own on a simulated clock; this one
//! pushes mentions to it over HTTP, as a listening suite would, and tells what
//! comes of it. Nothing leaves this machine.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeZone};
use chrono_tz::Europe::Amsterdam;
use serde_json::Value;

use super::ask::ask;
use super::init;
use super::print::{cell, failed, say, table};
use crate::demo::catcher::{Catcher, Caught};
use crate::demo::stream;
use crate::domain::mention::Mention;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::engine::clock::{Schedule, stopwatch};
use crate::engine::request::Request;

/// How much faster than life: the quiet days, and the storm.
const QUIET_SPEED: u32 = 30_000;
const STORM_SPEED: u32 = 1_200;

/// When the demo ends, counted from the complaint.
const STORM_HOURS: i64 = 11;

/// Real time between two looks at what happened.
const BEAT: Duration = Duration::from_millis(50);

/// Mentions for one block of the bar.
const PER_BLOCK: u64 = 10;

/// Show the whole thing at work on a made-up storm, nothing to set up
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to make the organisation in; a new one in the temporary folder when not given
    #[arg(long)]
    dir: Option<PathBuf>,
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
    let written = format!(
        "{}@{QUIET_SPEED},{}@{STORM_SPEED}",
        midnight.to_rfc3339(),
        complaint.to_rfc3339()
    );
    let mut daemon = Daemon::start(&folder, &written)?;
    let mut story = Story {
        schedule: Schedule::read(&written)?,
        since: stopwatch(),
        ends: complaint + chrono::TimeDelta::hours(STORM_HOURS),
        complaint,
        mentions: stream::mentions(midnight),
        folder: folder.clone(),
        address: daemon.address.clone(),
        client: reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?,
        n_pushed: 0,
        n_told: 0,
        n_mails: 0,
        n_in_step: 0,
        next_line: midnight,
        has_facts: false,
    };
    story.introduce(&catcher);
    let told = story.tell(&catcher).await;
    // The last mails are on their way.
    tokio::time::sleep(Duration::from_millis(500)).await;
    daemon.stop();
    told?;
    story.look_back(&catcher.mails()).await
}

/// The organisation that `init` writes, with mail to the catcher.
fn make_organisation(folder: &Path, server: &str) -> Result<(), String> {
    let mut files = init::files(Language::Nl);
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

const TOKEN: &str = "the-token-of-the-demo";

/// The daemon, as a process of its own.
struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    fn start(folder: &Path, clock: &str) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let log =
            std::fs::File::create(folder.join("daemon.log")).map_err(|error| error.to_string())?;
        let mut child = Command::new(program)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--clock",
                clock,
                "--dir",
            ])
            .arg(folder)
            .env("DRAAIBOEK_PUSH_TOKEN", TOKEN)
            .env_remove("DRAAIBOEK_SMTP_PASSWORD")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("the daemon does not start: {error}"))?;
        let out = child.stdout.take().map(BufReader::new);
        let ready = out.and_then(|out| {
            out.lines()
                .map_while(Result::ok)
                .find(|line| line.contains("http://"))
        });
        let address = ready.and_then(|line| {
            let rest = line.split("http://").nth(1)?;
            rest.split([':', '/', ',', ' '])
                .take(2)
                .map(str::to_owned)
                .reduce(|host, port| format!("{host}:{port}"))
        });
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                let _ = child.kill();
                Err(format!(
                    "the daemon did not get ready; {} says why",
                    folder.join("daemon.log").display()
                ))
            }
        }
    }

    /// As systemd would.
    fn stop(&mut self) {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let waited = stopwatch();
        while asked.is_ok() && waited.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(BEAT);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is told, and how far it is.
struct Story {
    schedule: Schedule,
    since: Instant,
    complaint: Timestamp,
    ends: Timestamp,
    mentions: Vec<Mention>,
    folder: PathBuf,
    address: String,
    client: reqwest::Client,
    n_pushed: usize,
    /// Entries of the run's log that were told.
    n_told: usize,
    n_mails: usize,
    /// Mentions since the last line about volume.
    n_in_step: u64,
    next_line: Timestamp,
    has_facts: bool,
}

impl Story {
    fn introduce(&self, catcher: &Catcher) {
        say(
            "Three quiet days and a storm around an invented hospital, replayed fast through the real daemon.",
        );
        say(&format!(
            "Mentions go in over HTTP ({}); mail goes out over SMTP to a catcher ({}).\n",
            self.address,
            catcher.address()
        ));
    }

    async fn tell(&mut self, catcher: &Catcher) -> Result<(), String> {
        while self.schedule.real_until(self.ends) > self.since.elapsed() {
            let elapsed = self.since.elapsed();
            let due = self.mentions[self.n_pushed..].partition_point(|mention| {
                self.schedule.real_until(mention.published_at) <= elapsed
            });
            let batch = self.mentions[self.n_pushed..self.n_pushed + due].to_vec();
            self.push(&batch).await?;
            self.n_pushed += due;
            self.tell_volume(&batch);
            self.tell_mails(&catcher.mails());
            self.tell_run().await?;
            tokio::time::sleep(BEAT).await;
        }
        self.tell_mails(&catcher.mails());
        Ok(())
    }

    async fn push(&self, batch: &[Mention]) -> Result<(), String> {
        if batch.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = batch
            .iter()
            .filter_map(|mention| serde_json::to_string(mention).ok())
            .collect();
        let request = self
            .client
            .post(format!("http://{}/api/mentions", self.address))
            .bearer_auth(TOKEN);
        let sent = request
            .body(lines.join("\n"))
            .send()
            .await
            .map_err(|error| format!("push: {error}"))?;
        if !sent.status().is_success() {
            return Err(format!(
                "the daemon refused mentions: {}",
                sent.text().await.unwrap_or_default()
            ));
        }
        Ok(())
    }

    /// A line a quiet day, then one an hour.
    fn tell_volume(&mut self, batch: &[Mention]) {
        for mention in batch {
            let is_storm = self.next_line >= self.complaint;
            let step = if is_storm {
                chrono::TimeDelta::hours(1)
            } else {
                chrono::TimeDelta::days(1)
            };
            let end = if is_storm {
                self.next_line + step
            } else {
                (self.next_line + step).min(self.complaint)
            };
            if mention.published_at >= end {
                self.tell_step(self.next_line, end, is_storm);
                self.next_line = end;
                self.n_in_step = 0;
                if end == self.complaint {
                    say(&format!(
                        "\n{}  A complaint is posted on {}:",
                        time(end),
                        mention.platform.name()
                    ));
                    say(&format!("       \u{201c}{}\u{201d}", mention.text));
                }
            }
            self.n_in_step += 1;
        }
    }

    fn tell_step(&self, from: Timestamp, end: Timestamp, is_storm: bool) {
        if is_storm {
            let blocks =
                "\u{2587}".repeat(usize::try_from(self.n_in_step.div_ceil(PER_BLOCK)).unwrap_or(0));
            say(&format!(
                "{}  {:>4} mentions in the last hour {blocks}",
                time(end),
                self.n_in_step
            ));
        } else {
            let day = from.with_timezone(&Amsterdam).format("%a %e %B");
            say(&format!(
                "{day}  {:>4} mentions; nobody is woken",
                self.n_in_step
            ));
        }
    }

    fn tell_mails(&mut self, mails: &[Caught]) {
        for mail in &mails[self.n_mails..] {
            say(&format!(
                "       MAIL to {}: {}",
                mail.to.join(", "),
                mail.subject
            ));
        }
        self.n_mails = mails.len();
    }

    /// What the log of the run says since the last look.
    async fn tell_run(&mut self) -> Result<(), String> {
        let Some(run) = self.ask(Request::Run { run: 1 }).await else {
            return Ok(());
        };
        let log = run["log"].as_array().cloned().unwrap_or_default();
        for entry in log.iter().skip(self.n_told) {
            let kind = entry["event"].as_str().unwrap_or_default();
            if ["run_started", "level_raised", "phase_opened", "task_due"].contains(&kind) {
                say(&format!(
                    "{}  RUN 1: {}",
                    log_time(&entry["at"]),
                    cell(&entry["says"])
                ));
            }
        }
        self.n_told = log.len();
        if run["level"] == "incident" && !self.has_facts {
            self.has_facts = true;
            self.fill_in().await;
        }
        Ok(())
    }

    /// What the communications lead would do now, so that the statement is more
    /// than gaps.
    async fn fill_in(&self) {
        let facts: [(&str, &[&str]); 5] = [
            ("topic", &["de wachttijd op de spoedeisende hulp"]),
            (
                "known",
                &["vanochtend moesten mensen lang wachten op de spoedeisende hulp"],
            ),
            ("unknown", &["waardoor het wachten zo lang duurde"]),
            (
                "doing",
                &[
                    "wij praten met de mensen die wachtten",
                    "er werkt nu een extra arts",
                ],
            ),
            ("next_update", &["12:30"]),
        ];
        for (fact, value) in facts {
            let value: Vec<String> = value.iter().map(|part| (*part).to_owned()).collect();
            let request = Request::SetFact {
                run: Some(1),
                fact: fact.to_owned(),
                value,
            };
            self.ask(request).await;
        }
        say(
            "       The communications lead fills in the fact sheet (`draaiboek fact set …`); the drafts are made anew.",
        );
    }

    async fn ask(&self, request: Request) -> Option<Value> {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || ask(&folder, &request).ok())
            .await
            .ok()
            .flatten()
    }

    async fn look_back(&self, mails: &[Caught]) -> Result<(), String> {
        say("\nMails that arrived at the catcher:\n");
        let rows: Vec<Vec<String>> = mails
            .iter()
            .map(|mail| vec![mail.to.join(", "), mail.subject.clone()])
            .collect();
        say(&table(&["TO", "SUBJECT"], &rows));
        self.keep(mails)?;
        let wanted = Request::Draft {
            run: Some(1),
            draft: "holding.website.nl".to_owned(),
        };
        let draft = self
            .ask(wanted)
            .await
            .ok_or("there is no holding statement")?;
        say(
            "The holding statement for the website lies ready; a person edits, approves and publishes it:\n",
        );
        for line in draft["text"].as_str().unwrap_or_default().lines() {
            say(format!("  | {line}").trim_end());
        }
        say(&format!(
            "\nEverything is in {}, the mails in its folder mails/. Look around:",
            self.folder.display()
        ));
        for command in [
            "run show 1",
            "draft list --run 1",
            "fact list --run 1",
            "check",
        ] {
            say(&format!(
                "  draaiboek {command} --dir {}",
                self.folder.display()
            ));
        }
        if mails.is_empty() {
            return Err("no mail arrived".to_owned());
        }
        Ok(())
    }

    /// Keeps the caught mails, to be opened in a mail reader.
    fn keep(&self, mails: &[Caught]) -> Result<(), String> {
        let folder = self.folder.join("mails");
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        for (number, mail) in mails.iter().enumerate() {
            let path = folder.join(format!("{:02}.eml", number + 1));
            std::fs::write(&path, &mail.raw).map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

fn time(instant: Timestamp) -> String {
    instant
        .with_timezone(&Amsterdam)
        .format("%H:%M")
        .to_string()
}

fn log_time(instant: &Value) -> String {
    let instant = DateTime::parse_from_rfc3339(instant.as_str().unwrap_or_default());
    instant.map_or_else(|_| "--:--".to_owned(), |instant| time(instant.to_utc()))
}
