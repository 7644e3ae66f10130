//! `draaiboek fact`: the fact sheet of a run.

use std::process::ExitCode;

use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, say, table};
use crate::engine::request::Request;

/// Show and fill in the fact sheet of a run
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what is asked and what is known
    List(RunPlace),
    /// Fill in a fact; the drafts that use it are made anew
    ///
    /// Examples: `draaiboek fact set topic "the waiting time"`,
    /// `draaiboek fact set known "We are open" "Urgent cases go first"`,
    /// `draaiboek fact set next_update 14:30`.
    Set {
        /// Name of the fact, as `fact list` shows it
        fact: String,
        /// The value, in quotes; for a list, one for each item
        #[arg(required = true)]
        value: Vec<String>,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    let (place, request) = match args.command {
        Command::List(place) => {
            let run = place.run;
            (place, Request::Facts { run })
        }
        Command::Set { fact, value, place } => {
            let run = place.run;
            (place, Request::SetFact { run, fact, value })
        }
    };
    match ask(&place.at, &request) {
        Err(why) => failed(&why),
        Ok(answer) if place.at.json => {
            json(&answer);
            ExitCode::SUCCESS
        }
        Ok(answer) => {
            let rows: Vec<Vec<String>> = answer["facts"]
                .as_array()
                .map(|facts| {
                    let names = ["fact", "kind", "value", "by", "ask"];
                    facts
                        .iter()
                        .map(|fact| names.iter().map(|name| cell(&fact[*name])).collect())
                        .collect()
                })
                .unwrap_or_default();
            say(table(&["FACT", "KIND", "VALUE", "BY", "QUESTION"], &rows).trim_end());
            ExitCode::SUCCESS
        }
    }
}
