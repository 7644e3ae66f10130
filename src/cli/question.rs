//! `draaiboek question`: what people will ask, and what we answer.

use std::process::ExitCode;

use serde_json::json;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, say, table};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// List what people will ask, and write the answers
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the questions with the answers so far
    List(RunPlace),
    /// Write or change an answer
    ///
    /// Example: `draaiboek question answer is-it-safe "Yes; the shop in the Markt is closed"`
    Answer {
        /// Name of the question, as `question list` shows it
        question: String,
        /// The answer, in quotes
        text: String,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    let place = match args.command {
        Command::Answer {
            question,
            text,
            place,
        } => return act(&place, Act::AnswerQuestion { question, text }),
        Command::List(place) => place,
    };
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
    if place.at.json {
        print::json(&json!({ "run": run["run"], "questions": run["questions"] }));
        return ExitCode::SUCCESS;
    }
    let names = ["question", "ask", "role_title", "answer", "by"];
    let rows: Vec<Vec<String>> = list_of(&run["questions"])
        .iter()
        .map(|one| names.iter().map(|name| cell(&one[*name])).collect())
        .collect();
    if rows.is_empty() {
        say("The playbook lists no questions.");
    } else {
        let headers = ["QUESTION", "ASKED", "WHO", "ANSWER", "BY"];
        say(table(&headers, &rows).trim_end());
    }
    ExitCode::SUCCESS
}
