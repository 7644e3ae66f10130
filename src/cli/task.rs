//! `draaiboek task`: what has to be done in a run, and who did it.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, list_of, local, say, table};
use crate::domain::step::acts::Act;
use crate::domain::time::parse_duration;
use crate::engine::request::Request;

/// List the tasks of a run, tick them, skip them, take that back, hand them over, add one
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what is open, and what is not called for yet
    ///
    /// Tasks, questions and messages by deadline: whose they are and what they
    /// wait for. `legal` shows the hours that a rule leaves; have that checked.
    List {
        /// Also what is done or skipped
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Tick a task: it is done
    ///
    /// Refused while something it needs is open, or a fact it asks for is not
    /// known. A question is answered with `draaiboek decide`, a message is
    /// finished with `draaiboek draft publish`.
    ///
    /// Example: `draaiboek task done verify`
    Done {
        /// Its name, as `task list` shows it
        task: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Leave a task or a message out; what needed it may go on
    ///
    /// Example: `draaiboek task skip call-complainant --reason "We have no number"`
    Skip {
        /// Its name, as `task list` shows it
        item: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Take back a tick, or a task or message that was left out: it is to be done
    ///
    /// For a slip of the finger. Its deadline stays what it was. What was published
    /// is out: `draaiboek draft correct`. A decision changes with `draaiboek decide`.
    ///
    /// Example: `draaiboek task reopen verify`
    Reopen {
        /// Its name, as `task list --all` shows it
        item: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Hand a task or a message over to one person, who gets a mail
    ///
    /// Example: `draaiboek task assign verify anna`
    Assign {
        /// Its name, as `task list` shows it
        item: String,
        /// A name under `team`
        person: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Add a task that is not in the playbook
    ///
    /// Example: `draaiboek task add "Call the mayor" --role spokesperson --due 30m`
    Add {
        /// What is to be done, in quotes
        title: String,
        /// Whose work it is
        #[arg(long)]
        role: String,
        /// One person of the team, who gets a mail
        #[arg(long)]
        person: Option<String>,
        /// How long from now, such as 30m
        #[arg(long, value_name = "DURATION", value_parser = length)]
        due: Option<Duration>,
        #[command(flatten)]
        place: RunPlace,
    },
}

fn length(written: &str) -> Result<Duration, String> {
    let length = parse_duration(written)?;
    if length.is_zero() {
        return Err("write how long from now, such as 30m".to_owned());
    }
    Ok(length)
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List { all, place } => list(&place, all),
        Command::Done { task, place } => act(&place, Act::Finish { task }),
        Command::Skip {
            item,
            reason,
            place,
        } => act(&place, Act::Skip { item, reason }),
        Command::Reopen {
            item,
            reason,
            place,
        } => act(&place, Act::ReopenTask { item, reason }),
        Command::Assign {
            item,
            person,
            place,
        } => act(&place, Act::Assign { item, person }),
        Command::Add {
            title,
            role,
            person,
            due,
            place,
        } => act(
            &place,
            Act::Add {
                title,
                role,
                person,
                due,
            },
        ),
    }
}

fn list(place: &RunPlace, all: bool) -> ExitCode {
    let run = match ask(
        &place.at,
        &Request::Run {
            run: place.run,
            language: None,
            quotes: false,
        },
    ) {
        Ok(run) => run,
        Err(why) => return failed(&why),
    };
    let is_shown = |item: &&Value| all || item["state"] == "open" || item["state"] == "not_yet";
    let items: Vec<Value> = list_of(&run["items"])
        .iter()
        .filter(is_shown)
        .cloned()
        .collect();
    if place.at.json {
        json(&serde_json::json!({ "run": run["run"], "items": items }));
        return ExitCode::SUCCESS;
    }
    if items.is_empty() {
        say(&format!("Run {}: nothing is open.", cell(&run["run"])));
    } else {
        say(items_table(&items).trim_end());
    }
    ExitCode::SUCCESS
}

/// Items as people read them.
pub(super) fn items_table(items: &[Value]) -> String {
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            let who = match item["name"].as_str() {
                Some(_) => cell(&item["name"]),
                None => cell(&item["role_title"]),
            };
            vec![
                due(item),
                cell(&item["item"]),
                who,
                cell(&item["title"]),
                remarks(item),
            ]
        })
        .collect();
    table(&["DUE", "TASK", "WHO", "TITLE", ""], &rows)
}

fn due(item: &Value) -> String {
    match item["state"].as_str() {
        Some("not_yet") => "not yet".to_owned(),
        Some("open") if item["is_due"] == true => format!("{} (passed)", local(&item["due_at"])),
        Some("open") => local(&item["due_at"]),
        _ => format!("{} {}", cell(&item["state"]), local(&item["settled_at"])),
    }
}

fn remarks(item: &Value) -> String {
    let mut parts = Vec::new();
    if item["kind"] != "task" {
        parts.push(cell(&item["kind"]));
    }
    if !list_of(&item["waits_for"]).is_empty() {
        parts.push(format!("waits for {}", cell(&item["waits_for"])));
    }
    if !item["due_waits_for"].is_null() {
        parts.push(format!("due {}", cell(&item["due_waits_for"])));
    }
    let decision = &item["decision"];
    if decision["is_default"] == true {
        let option = cell(&decision["option"]);
        parts.push(format!("`{option}` counts until somebody decides"));
    } else if !decision.is_null() {
        parts.push(format!("decided: {}", cell(&decision["option"])));
    }
    if let Some(command) = item["report_command"].as_str() {
        parts.push(format!("its report: `{}`", cell(&command.into())));
    }
    if !item["by"].is_null() {
        parts.push(format!("by {}", cell(&item["by"])));
    }
    if !item["reason"].is_null() {
        parts.push(cell(&item["reason"]));
    }
    if !item["legal"].is_null() {
        let hours = match item["hours_left"].as_i64() {
            Some(hours) if hours < 0 => "; its time has PASSED".to_owned(),
            Some(hours) => format!("; {hours} hours left"),
            None => String::new(),
        };
        let legal = cell(&item["legal"]);
        parts.push(format!("legal: {legal}{hours}; have this checked"));
    }
    parts.join("; ")
}
