//! `draaiboek decide`: answer a question of the playbook.

use std::process::ExitCode;

use serde_json::Value;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, list_of, local, say, table};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Answer a question of the playbook, or show what can be answered
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question, as `task list` shows it
    task: String,
    /// The option that is chosen; without it the options are shown
    option: Option<String>,
    /// Why; needed to change what was decided before
    #[arg(long, value_name = "TEXT", requires = "option")]
    reason: Option<String>,
    #[command(flatten)]
    place: RunPlace,
}

pub fn run(args: Args) -> ExitCode {
    let Args {
        task,
        option,
        reason,
        place,
    } = args;
    match option {
        None => show(&place, &task),
        Some(option) => act(
            &place,
            Act::Decide {
                task,
                option,
                reason,
            },
        ),
    }
}

fn show(place: &RunPlace, task: &str) -> ExitCode {
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
    let questions = list_of(&run["items"])
        .iter()
        .filter(|item| item["kind"] == "question");
    let is_meant = |item: &&Value| {
        let key = item["item"].as_str().unwrap_or_default();
        key == task || key.split_once('@').is_some_and(|(name, _)| name == task)
    };
    let Some(question) = questions.clone().find(is_meant) else {
        let names: Vec<String> = questions.map(|item| cell(&item["item"])).collect();
        let known = match &names[..] {
            [] => "the playbook asks none".to_owned(),
            names => format!("there are {}", names.join(", ")),
        };
        return failed(&format!("there is no question `{task}`: {known}"));
    };
    if place.at.json {
        json(question);
    } else {
        say(&readable(question));
    }
    ExitCode::SUCCESS
}

fn readable(question: &Value) -> String {
    let rows: Vec<Vec<String>> = list_of(&question["options"])
        .iter()
        .map(|one| {
            let is_default = one["option"] == question["default"];
            let mark = if is_default { "default" } else { "" };
            vec![cell(&one["option"]), cell(&one["text"]), mark.to_owned()]
        })
        .collect();
    let mut text = format!(
        "{} ({})\n\n{}",
        cell(&question["title"]),
        cell(&question["role_title"]),
        table(&["OPTION", "MEANS", ""], &rows)
    );
    let decision = &question["decision"];
    let standing = match (question["state"].as_str(), decision["is_default"].as_bool()) {
        (Some("not_yet"), _) => format!(
            "It is not called for yet: it waits for {}.",
            cell(&question["waits_for"])
        ),
        (_, Some(false)) => format!(
            "Decided: {}, by {} at {}.",
            cell(&decision["option"]),
            cell(&decision["by"]),
            local(&decision["at"])
        ),
        (Some("skipped"), _) => format!("Skipped: {}.", cell(&question["reason"])),
        (_, Some(true)) => format!(
            "`{}` counts since {}, because nobody had answered; the question stays open.",
            cell(&decision["option"]),
            local(&decision["at"])
        ),
        _ if question["default"].is_null() => {
            format!(
                "Open, due {}; there is no default.",
                local(&question["due_at"])
            )
        }
        _ => format!(
            "Open: `{}` counts from {} if nobody answers.",
            cell(&question["default"]),
            local(&question["due_at"])
        ),
    };
    text.push_str(&format!("\n{standing}"));
    text
}
