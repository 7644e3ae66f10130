//! `draaiboek run`: list, show, start and close runs.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, local, note, say, table};
use crate::domain::run::RunId;
use crate::domain::run::ending::Outcome;
use crate::domain::step::acts::Act;
use crate::domain::text::Language;
use crate::engine::request::Request;

/// List, show, start and close runs
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List all runs, newest first
    List(Place),
    /// Show one run: tasks, alerts, drafts, and what happened
    Show {
        /// Number of the run
        run: RunId,
        /// Every event of the log, instead of the story
        #[arg(long)]
        full: bool,
        /// Tell it in nl or en; the organisation's own language when not given
        #[arg(long, value_name = "LANG", value_parser = language)]
        language: Option<Language>,
        #[command(flatten)]
        place: Place,
    },
    /// Start a playbook by hand: alerts its team and makes its drafts
    Start {
        /// Name of the playbook, as `draaiboek status --json` lists them
        playbook: String,
        /// Why: goes into the alert and the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Level to start at; the lowest when not given
        #[arg(long)]
        level: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Close a run: no new alerts and drafts come of it
    Close {
        /// Number of the run
        run: RunId,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(args: Args) -> ExitCode {
    let is_full = matches!(args.command, Command::Show { full: true, .. });
    let (place, request) = match args.command {
        Command::List(place) => (place, Request::Runs),
        Command::Show {
            run,
            language,
            place,
            full: _,
        } => (place, Request::Run { run, language }),
        Command::Start {
            playbook,
            reason,
            level,
            place,
        } => (
            place,
            Request::StartRun {
                playbook,
                level,
                facts: Vec::new(),
                reason,
            },
        ),
        Command::Close { run, reason, place } => {
            let act = Act::Close {
                outcome: Outcome::Real,
                reason,
            };
            let run = Some(run);
            (place, Request::Act { run, act })
        }
    };
    let answer = match ask(&place.dir, &request) {
        Ok(answer) => answer,
        Err(why) => return failed(&why),
    };
    if place.json {
        json(&answer);
    } else if request == Request::Runs {
        say(&list(&answer));
    } else {
        say(&show(&answer, is_full));
    }
    let waits = answer["alerts"]
        .as_array()
        .is_some_and(|alerts| alerts.iter().any(|alert| alert["state"] == "waiting"));
    if waits && !place.json {
        note("Mail that waits goes out while `draaiboek serve` runs.");
    }
    ExitCode::SUCCESS
}

fn list(runs: &Value) -> String {
    let empty = Vec::new();
    let runs = runs.as_array().unwrap_or(&empty);
    if runs.is_empty() {
        return "No run yet.".to_owned();
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            let state = if run["open"] == true {
                "open".to_owned()
            } else {
                format!("closed {}", local(&run["closed_at"]))
            };
            vec![
                cell(&run["run"]),
                state,
                cell(&run["level"]),
                cell(&run["playbook"]),
                cell(&run["watch"]),
                local(&run["started_at"]),
            ]
        })
        .collect();
    table(
        &["RUN", "STATE", "LEVEL", "PLAYBOOK", "WATCH", "STARTED"],
        &rows,
    )
    .trim_end()
    .to_owned()
}

fn show(run: &Value, is_full: bool) -> String {
    let state = if run["open"] == true {
        "open"
    } else {
        "closed"
    };
    let mut text = format!(
        "Run {}: {} ({})\n{state}, level {}, watch {}, started {}\n",
        cell(&run["run"]),
        cell(&run["title"]),
        cell(&run["playbook"]),
        cell(&run["level"]),
        cell(&run["watch"]),
        local(&run["started_at"])
    );
    section(
        &mut text,
        "Alerts",
        &["TO", "STATE", "TRIES", "SENT", "TROUBLE"],
        &run["alerts"],
        |alert| {
            let sent = local(&alert["sent_at"]);
            vec![
                cell(&alert["name"]),
                cell(&alert["state"]),
                cell(&alert["tries"]),
                sent,
                cell(&alert["trouble"]),
            ]
        },
    );
    section(
        &mut text,
        "Answers",
        &["ROLE", "ANSWER", "NEXT"],
        &run["answers"],
        |role| {
            let answer = match role["name"].as_str() {
                Some(_) => format!("{}, {}", cell(&role["name"]), local(&role["answered_at"])),
                None => format!("NONE, step {}", cell(&role["step"])),
            };
            let next = match role["next"].as_str() {
                Some(_) => format!("{}: {}", local(&role["next_at"]), cell(&role["next"])),
                None => "at work".to_owned(),
            };
            vec![cell(&role["title"]), answer, next]
        },
    );
    section(
        &mut text,
        "Tasks",
        &["DUE", "ROLE", "TASK"],
        &run["tasks"],
        |task| {
            let late = if task["is_due"] == true {
                " (passed)"
            } else {
                ""
            };
            vec![
                format!("{}{late}", local(&task["due_at"])),
                cell(&task["role_title"]),
                cell(&task["title"]),
            ]
        },
    );
    section(
        &mut text,
        "Drafts",
        &["DRAFT", "VERSION", "TO FILL IN"],
        &run["drafts"],
        |draft| {
            vec![
                cell(&draft["draft"]),
                cell(&draft["version"]),
                cell(&draft["gaps"]),
            ]
        },
    );
    text.push_str(&match is_full {
        true => diary("Log", &run["log"]),
        false => diary("Story", &run["story"]),
    });
    text.trim_end().to_owned()
}

/// Lines under the day on which they happened.
fn diary(title: &str, lines: &Value) -> String {
    let mut text = format!("\n{title}\n");
    let mut today = String::new();
    for line in lines.as_array().unwrap_or(&Vec::new()) {
        let moment = local(&line["at"]);
        let (day, clock) = moment.split_once(' ').unwrap_or(("", &moment));
        if day != today {
            text.push_str(&format!("{day}\n"));
            day.clone_into(&mut today);
        }
        text.push_str(&format!("  {clock}  {}\n", cell(&line["says"])));
    }
    text
}

/// A language that a run can be told in.
fn language(written: &str) -> Result<Language, String> {
    Language::from_tag(written).ok_or_else(|| "write nl or en".to_owned())
}

fn section(
    text: &mut String,
    title: &str,
    headers: &[&str],
    list: &Value,
    row: impl Fn(&Value) -> Vec<String>,
) {
    let rows: Vec<Vec<String>> = list
        .as_array()
        .map(|items| items.iter().map(row).collect())
        .unwrap_or_default();
    if !rows.is_empty() {
        text.push_str(&format!("\n{title}\n{}", table(headers, &rows)));
    }
}
