//! `draaiboek run`: list, show, start, export, verify, upgrade, merge and close runs.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

use super::act::note_of_mail;
use super::ask::ask;
use super::close::Came;
use super::draft::standing;
use super::export;
use super::place::Place;
use super::print::{cell, failed, json, list_of, local, say, table};
use super::sections::{heads, lists};
use super::task::items_table;
use super::verify;
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;
use crate::domain::text::Language;
use crate::engine::request::Request;

/// List, show, start, export, verify, upgrade, merge and close runs
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
        /// With what strangers wrote, for who may read mentions: that is recorded
        #[arg(long, requires = "json")]
        quotes: bool,
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
        /// What is known already; may be given again
        #[arg(long = "fact", value_name = "NAME=VALUE", value_parser = fact)]
        facts: Vec<(String, String)>,
        #[command(flatten)]
        place: Place,
    },
    /// Check that logs are what was once written, and where a mail's head stood
    Verify {
        /// Number of the run; all when not given
        run: Option<RunId>,
        /// The digits behind `Log` at the end of a mail, 12 at least
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// A dossier, or the folder it was unpacked in, instead of what is stored
        #[arg(long, value_name = "FILE", conflicts_with_all = ["run", "dir", "drill", "on_behalf_of"])]
        archive: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Put all that is kept of a run into one archive, which anybody can check
    Export(export::Args),
    /// Show how the playbook of an open run differs from the one in force now
    Upgrade {
        /// Number of the run
        run: RunId,
        /// Move the run over: its log says so
        #[arg(long)]
        apply: bool,
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
        /// What it turned out to be
        #[arg(long, value_enum, default_value_t)]
        outcome: Came,
        #[command(flatten)]
        place: Place,
    },
    /// Let a run go on as part of another: two storms turned out to be one
    ///
    /// Its facts go along, its watch follows the other run, and it closes; what
    /// was open in it is said in the log of the other.
    Merge {
        /// Number of the run that ends
        run: RunId,
        /// Number of the run that goes on
        #[arg(long, value_name = "NUMBER")]
        into: RunId,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
}

fn fact(written: &str) -> Result<(String, String), String> {
    let pair = written.split_once('=');
    let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    let is_whole = |(name, value): &(String, String)| !name.is_empty() && !value.is_empty();
    pair.filter(is_whole)
        .ok_or_else(|| "write NAME=VALUE, such as topic=\"the waiting time\"".to_owned())
}

pub fn run(args: Args) -> ExitCode {
    let is_full = matches!(args.command, Command::Show { full: true, .. });
    let (place, request) = match args.command {
        Command::List(place) => (place, Request::Runs),
        Command::Show {
            run,
            language,
            quotes,
            place,
            full: _,
        } => {
            let run = Some(run);
            let request = Request::Run {
                run,
                language,
                quotes,
            };
            (place, request)
        }
        Command::Start {
            playbook,
            reason,
            level,
            facts,
            place,
        } => (
            place,
            Request::StartRun {
                playbook,
                level,
                facts,
                reason,
            },
        ),
        Command::Export(args) => return export::run(&args),
        Command::Verify {
            head,
            archive: Some(archive),
            place,
            ..
        } => return export::verify(&archive, head.as_deref(), place.json),
        Command::Verify {
            run, head, place, ..
        } => (place, Request::VerifyRuns { run, head }),
        Command::Upgrade { run, apply, place } => (place, Request::UpgradeRun { run, apply }),
        Command::Close {
            run,
            reason,
            outcome,
            place,
        } => {
            let outcome = outcome.outcome();
            let act = Act::Close { outcome, reason };
            let run = Some(run);
            (place, Request::Act { run, act })
        }
        Command::Merge {
            run,
            into,
            reason,
            place,
        } => (place, Request::Merge { run, into, reason }),
    };
    let answer = match ask(&place, &request) {
        Ok(answer) => answer,
        Err(why) => return failed(&why),
    };
    if place.json {
        json(&answer);
    } else if request == Request::Runs {
        say(&list(&answer));
    } else if let Request::VerifyRuns { .. } = request {
        say(&verify::show(&answer));
    } else if let Request::UpgradeRun { .. } = request {
        say(&upgraded(&answer));
    } else {
        say(&show(&answer, is_full));
    }
    if answer["whole"] == false {
        return ExitCode::FAILURE;
    }
    if !place.json {
        note_of_mail(&answer);
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

fn upgraded(answer: &Value) -> String {
    let run = cell(&answer["run"]);
    let none = Vec::new();
    let differences = answer["differences"].as_array().unwrap_or(&none);
    if differences.is_empty() {
        return format!("Run {run} has the playbook and templates of now: nothing to move over.");
    }
    let mut lines: Vec<String> = differences.iter().map(cell).collect();
    lines.push(match answer["applied"] == true {
        true => format!("Run {run} is moved over."),
        false => format!("`draaiboek run upgrade {run} --apply` moves run {run} over."),
    });
    lines.join("\n")
}

pub(super) fn show(run: &Value, is_full: bool) -> String {
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
    text.push_str(&heads(run));
    let why = list_of(&run["why"]);
    if !why.is_empty() {
        text.push_str("\nWhy\n");
        for sentence in why {
            text.push_str(&format!("  {}\n", cell(sentence)));
        }
    }
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
    let is_open = |item: &&Value| item["state"] == "open";
    let open: Vec<Value> = list_of(&run["items"])
        .iter()
        .filter(is_open)
        .cloned()
        .collect();
    if !open.is_empty() {
        text.push_str(&format!("\nTasks\n{}", items_table(&open)));
    }
    section(
        &mut text,
        "Drafts",
        &["DRAFT", "VERSION", "TO FILL IN", "STATE"],
        &run["drafts"],
        |draft| {
            vec![
                cell(&draft["draft"]),
                cell(&draft["version"]),
                cell(&draft["gaps"]),
                standing(draft),
            ]
        },
    );
    text.push_str(&lists(run));
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
