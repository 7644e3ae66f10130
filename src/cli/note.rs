//! `draaiboek note`: write something in the log of a run.

use std::process::ExitCode;

use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, say};
use crate::domain::step::answers::Reply;
use crate::engine::request::Request;

/// Write a note in the log of a run: what was decided, said or seen
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The note, in quotes
    text: String,
    #[command(flatten)]
    place: RunPlace,
}

pub fn run(args: Args) -> ExitCode {
    let request = Request::Reply {
        run: args.place.run,
        person: args.place.at.person.clone(),
        reply: Reply::Note(args.text),
    };
    match ask(&args.place.at, &request) {
        Err(why) => failed(&why),
        Ok(answer) if args.place.at.json => {
            json(&answer);
            ExitCode::SUCCESS
        }
        Ok(answer) => {
            say(&format!(
                "Run {}: noted by {}.",
                cell(&answer["run"]),
                cell(&answer["name"])
            ));
            ExitCode::SUCCESS
        }
    }
}
