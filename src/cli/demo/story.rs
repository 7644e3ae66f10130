//! What the demo tells while it runs, and at the end.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use chrono_tz::Europe::Amsterdam;
use serde_json::Value;

use super::daemon::TOKEN;
use crate::cli::ask::ask_real;
use crate::cli::print::{cell, say, table};
use crate::demo::catcher::{Catcher, Caught};
use crate::domain::mention::Mention;
use crate::domain::step::answers::Reply;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::engine::clock::{Schedule, stopwatch};
use crate::engine::request::Request;

/// Real time between two looks at what happened.
const BEAT: Duration = Duration::from_millis(50);

/// Mentions for one block of the bar.
const PER_BLOCK: u64 = 10;

/// Events of the run that are told.
const TOLD: [&str; 6] = [
    "run_started",
    "level_raised",
    "phase_opened",
    "task_due",
    "alert_step",
    "answered",
];

/// Who picks up the phone at which level, in what order. At the lowest nobody
/// does at first: the deputy answers, when the alert comes to her.
const ANSWERS: [(&str, &[&str]); 3] = [
    ("attention", &["karin"]),
    ("incident", &["marieke", "samir"]),
    ("crisis", &["ilse", "marieke", "lotte"]),
];

/// What a story is about.
pub(super) struct Plot {
    pub(super) schedule: Schedule,
    pub(super) begins: Timestamp,
    /// When the complaint is posted and the storm begins.
    pub(super) complaint: Timestamp,
    pub(super) ends: Timestamp,
    /// In order of time.
    pub(super) mentions: Vec<Mention>,
    pub(super) folder: PathBuf,
    /// Where the daemon listens.
    pub(super) address: String,
}

/// What is told, and how far it is.
pub(super) struct Story {
    plot: Plot,
    since: Instant,
    client: reqwest::Client,
    n_pushed: usize,
    /// Entries of the run's log that were told.
    n_told: usize,
    n_mails: usize,
    /// Mentions since the last line about volume.
    n_in_step: u64,
    next_line: Timestamp,
    has_facts: bool,
    /// Level and person.
    answered: BTreeSet<(String, String)>,
}

impl Story {
    /// Its clock starts now.
    pub(super) fn begin(plot: Plot) -> Result<Self, String> {
        let client = reqwest::Client::builder().no_proxy().build();
        Ok(Self {
            since: stopwatch(),
            client: client.map_err(|error| error.to_string())?,
            n_pushed: 0,
            n_told: 0,
            n_mails: 0,
            n_in_step: 0,
            next_line: plot.begins,
            has_facts: false,
            answered: BTreeSet::new(),
            plot,
        })
    }

    pub(super) fn introduce(&self, catcher: &Catcher) {
        say(
            "Three quiet days and a storm around an invented hospital, replayed fast through the real daemon.",
        );
        say(&format!(
            "Mentions go in over HTTP ({}); mail goes out over SMTP to a catcher ({}).\n",
            self.plot.address,
            catcher.address()
        ));
    }

    pub(super) async fn tell(&mut self, catcher: &Catcher) -> Result<(), String> {
        while self.plot.schedule.real_until(self.plot.ends) > self.since.elapsed() {
            let elapsed = self.since.elapsed();
            let due = self.plot.mentions[self.n_pushed..].partition_point(|mention| {
                self.plot.schedule.real_until(mention.published_at) <= elapsed
            });
            let batch = self.plot.mentions[self.n_pushed..self.n_pushed + due].to_vec();
            self.push(&batch).await?;
            self.n_pushed += due;
            self.tell_volume(&batch);
            self.tell_run().await?;
            self.tell_mails(&catcher.mails());
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
            .post(format!("http://{}/api/mentions", self.plot.address))
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
            let is_storm = self.next_line >= self.plot.complaint;
            let step = if is_storm {
                TimeDelta::hours(1)
            } else {
                TimeDelta::days(1)
            };
            let end = if is_storm {
                self.next_line + step
            } else {
                (self.next_line + step).min(self.plot.complaint)
            };
            if mention.published_at >= end {
                self.tell_step(self.next_line, end, is_storm);
                self.next_line = end;
                self.n_in_step = 0;
                if end == self.plot.complaint {
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
        let request = Request::Run {
            run: Some(1),
            language: Some(Language::En),
            quotes: false,
        };
        let Some(run) = self.ask(request).await else {
            return Ok(());
        };
        let log = run["log"].as_array().cloned().unwrap_or_default();
        for entry in log.iter().skip(self.n_told) {
            let kind = entry["event"].as_str().unwrap_or_default();
            if TOLD.contains(&kind) {
                say(&format!(
                    "{}  RUN 1: {}",
                    log_time(&entry["at"]),
                    cell(&entry["says"])
                ));
            }
        }
        self.n_told = log.len();
        self.answer(&run, &log).await;
        if run["level"] == "incident" && !self.has_facts {
            self.has_facts = true;
            self.fill_in().await;
        }
        Ok(())
    }

    /// Whoever is asked says that they are on it, and what they do.
    async fn answer(&mut self, run: &Value, log: &[Value]) {
        let level = run["level"].as_str().unwrap_or_default();
        let answers = ANSWERS.iter().find(|(name, _)| *name == level);
        for person in answers.map_or(&[][..], |(_, people)| people) {
            let is_alerted = log.iter().any(|entry| {
                entry["event"] == "alert" && entry["person"] == *person && entry["level"] == level
            });
            let key = (level.to_owned(), (*person).to_owned());
            if !is_alerted || !self.answered.insert(key) {
                continue;
            }
            for reply in [Reply::Take, Reply::Note("Ik ben ermee bezig.".to_owned())] {
                let request = Request::Reply {
                    run: Some(1),
                    person: Some((*person).to_owned()),
                    reply,
                };
                self.ask(request).await;
            }
        }
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
                source: Some("Balie spoedeisende hulp".to_owned()),
                as_of: None,
            };
            self.ask(request).await;
        }
        say(
            "       The communications lead fills in the fact sheet (`draaiboek fact set …`); the drafts are made anew.",
        );
    }

    async fn ask(&self, request: Request) -> Option<Value> {
        let folder = self.plot.folder.clone();
        tokio::task::spawn_blocking(move || ask_real(&folder, &request).ok())
            .await
            .ok()
            .flatten()
    }

    pub(super) async fn look_back(&self, mails: &[Caught]) -> Result<(), String> {
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
            version: None,
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
            self.plot.folder.display()
        ));
        for command in [
            "run show 1",
            "draft list --run 1",
            "fact list --run 1",
            "check",
        ] {
            say(&format!(
                "  draaiboek {command} --dir {}",
                self.plot.folder.display()
            ));
        }
        if mails.is_empty() {
            return Err("no mail arrived".to_owned());
        }
        Ok(())
    }

    /// Keeps the caught mails, to be opened in a mail reader.
    fn keep(&self, mails: &[Caught]) -> Result<(), String> {
        let folder = self.plot.folder.join("mails");
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
