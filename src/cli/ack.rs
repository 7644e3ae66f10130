//! `draaiboek ack`: answer an alert on the server, for oneself or for somebody
//! on the phone.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, local, note, say};
use crate::domain::run::RunId;
use crate::domain::step::answers::Reply;
use crate::engine::request::Request;

/// Answer the alert of a run, so that it does not go on to others
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of the run; the only open one when not given
    run: Option<RunId>,
    /// They cannot: whoever is next in line is alerted at once
    #[arg(long)]
    pass_on: bool,
    /// An answer that was counted for them was not theirs: it does not count,
    /// and the alert goes out again
    #[arg(long, conflicts_with = "pass_on")]
    not_me: bool,
    #[command(flatten)]
    place: Place,
}

pub fn run(args: Args) -> ExitCode {
    let reply = match (args.pass_on, args.not_me) {
        (true, _) => Reply::PassOn,
        (_, true) => Reply::NotMe,
        _ => Reply::Take,
    };
    let request = Request::Reply {
        run: args.run,
        person: args.place.person.clone(),
        reply,
    };
    match ask(&args.place, &request) {
        Err(why) => failed(&why),
        Ok(answer) => {
            if args.place.json {
                json(&answer);
            } else {
                say(&readable(&answer));
                if answer["daemon"] == false {
                    note("Mail about it goes out while `draaiboek serve` runs.");
                }
            }
            ExitCode::SUCCESS
        }
    }
}

fn readable(answer: &Value) -> String {
    let run = cell(&answer["run"]);
    let who = cell(&answer["name"]);
    let did = match answer["said"].as_str() {
        Some("pass_on") => "passed it on".to_owned(),
        Some("not_me") => "does not count as having answered any more".to_owned(),
        _ if answer["roles"].as_array().is_none_or(Vec::is_empty) => {
            "answered; others had done so before".to_owned()
        }
        _ => format!("answered for {}", cell(&answer["roles"])),
    };
    let mut text = format!("Run {run}: {who} {did}.");
    for role in answer["answers"].as_array().unwrap_or(&Vec::new()) {
        let title = cell(&role["title"]);
        let line = match role["answered_by"].as_str() {
            Some(_) => format!(
                "{title}: {}, since {}",
                cell(&role["name"]),
                local(&role["answered_at"])
            ),
            None => format!(
                "{title}: NO ANSWER; {} at {}",
                cell(&role["next"]),
                local(&role["next_at"])
            ),
        };
        text.push_str(&format!("\n  {line}"));
    }
    text
}
