//! `draaiboek roll-call`: does everybody get alerts? Mails people a link to confirm
//! it, and says who did not.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::ask::ask_real;
use super::place::Folder;
use super::print::{cell, failed, json, local, say, table};
use crate::domain::time::parse_duration;
use crate::engine::request::Request;

/// Ask the team by mail whether alerts reach them, and see who did not answer
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "It is marked as a test and is no alert: nobody else is told when somebody does not answer.
While a run is open none begins. Operators hear at the deadline who did not answer."
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    call: Call,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show who answered the last one and who did not
    Status(Folder),
    /// Answer it on the server, for yourself or for somebody whose mail came
    Answer(Answer),
}

#[derive(Debug, clap::Args)]
struct Call {
    /// Only these people or roles; may be repeated
    #[arg(long, value_name = "ROLE|PERSON")]
    to: Vec<String>,
    /// How long people have, from 5 minutes to 14 days
    #[arg(long, value_name = "LENGTH", value_parser = parse_duration, default_value = "4h")]
    deadline: Duration,
    /// By each of their ways, instead of the first that works
    #[arg(long)]
    each_way: bool,
    #[command(flatten)]
    place: Folder,
}

#[derive(Debug, clap::Args)]
struct Answer {
    /// Whose mail came, a name under `team`; your user of the system when not given
    #[arg(id = "on_behalf_of", long = "for", value_name = "PERSON")]
    person: Option<String>,
    #[command(flatten)]
    place: Folder,
}

pub fn run(args: Args) -> ExitCode {
    let (place, request) = match args.command {
        None => {
            let Call {
                to,
                deadline,
                each_way,
                place,
            } = args.call;
            let request = Request::RollCall {
                to,
                deadline_seconds: deadline.as_secs(),
                each_way,
            };
            (place, request)
        }
        Some(Command::Status(place)) => (place, Request::RollCallStatus),
        Some(Command::Answer(Answer { person, place })) => {
            (place, Request::RollCallAnswer { person })
        }
    };
    match ask_real(&place.dir, &request) {
        Err(why) => failed(&why),
        Ok(call) => {
            if place.json {
                json(&call);
            } else {
                say(&readable(&call));
            }
            ExitCode::SUCCESS
        }
    }
}

fn readable(call: &Value) -> String {
    let state = match call["under_way"] == true {
        true => format!("until {}", local(&call["deadline"])),
        false => format!("it ended {}", local(&call["deadline"])),
    };
    let mut text = format!(
        "Roll call {} by {}, {}: {} of {} answered; {state}.\n\n",
        cell(&call["number"]),
        cell(&call["by"]),
        local(&call["began_at"]),
        cell(&call["answered"]),
        cell(&call["asked"]),
    );
    let people = call["people"].as_array().into_iter().flatten();
    let rows: Vec<Vec<String>> = people
        .map(|one| {
            let answered = match one["answered_at"].is_null() {
                true => "NO ANSWER".to_owned(),
                false => local(&one["answered_at"]),
            };
            let by = match (one["by"].as_str(), one["person"].as_str()) {
                (Some(by), Some(person)) if by != person => {
                    format!("entered by {}", cell(&one["by"]))
                }
                _ if one["answered_at"].is_null() => cell_or_nothing(&one["returned"]),
                _ => String::new(),
            };
            vec![cell(&one["person"]), cell(&one["name"]), answered, by]
        })
        .collect();
    text.push_str(&table(&["PERSON", "NAME", "ANSWERED", ""], &rows));
    text.trim_end().to_owned()
}

/// Why nobody answered, where that is known.
fn cell_or_nothing(why: &Value) -> String {
    match why.is_null() {
        true => String::new(),
        false => cell(why),
    }
}
