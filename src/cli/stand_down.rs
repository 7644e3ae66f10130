//! `draaiboek stand-down`: scale a run down when the storm is over.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::act::all;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, local, say, table};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Scale a run down, tick its checklist, or show how that stands
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  draaiboek stand-down
  draaiboek stand-down --tick relatives --tick switchboard
  draaiboek stand-down --reason \"Quiet since this morning, all questions answered\"
  draaiboek stand-down --not-yet --reason \"The evening news is still to come\"")]
pub struct Args {
    /// An entry of the checklist that is true now; may be given again
    #[arg(long, value_name = "ENTRY")]
    tick: Vec<String>,
    /// Stand down, and why: goes into the log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Put the proposed stand-down off instead
    #[arg(long, requires = "reason")]
    not_yet: bool,
    #[command(flatten)]
    place: RunPlace,
}

pub fn run(args: Args) -> ExitCode {
    let mut acts = Vec::new();
    if !args.tick.is_empty() {
        acts.push(Act::Tick { entries: args.tick });
    }
    acts.extend(args.reason.map(|reason| match args.not_yet {
        true => Act::PutOff { reason },
        false => Act::StandDown { reason },
    }));
    if !acts.is_empty() {
        return all(&args.place, acts);
    }
    let place = &args.place;
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
        print::json(&json!({ "run": run["run"], "ending": run["ending"] }));
    } else {
        say(&readable(&run));
    }
    ExitCode::SUCCESS
}

fn readable(run: &Value) -> String {
    let ending = &run["ending"];
    let number = cell(&run["run"]);
    let mut text = if run["open"] != true {
        format!("Run {number} is closed.\n")
    } else if ending["in_aftercare"] == true {
        let at = local(&ending["stood_down_at"]);
        format!("Run {number} stood down at {at}; only aftercare is left.\n")
    } else if !ending["proposed_at"].is_null() {
        format!(
            "A stand-down of run {number} is proposed since {}: {}.\n",
            local(&ending["proposed_at"]),
            cell(&ending["because"])
        )
    } else if ending["put_off"] == true {
        format!(
            "The stand-down of run {number} was put off; it is proposed again when its condition holds anew.\n"
        )
    } else {
        match ending["waits_for"].as_str() {
            Some(_) => format!(
                "No stand-down of run {number} is proposed; that waits for {}.\n",
                cell(&ending["waits_for"])
            ),
            None => format!(
                "The playbook of run {number} never proposes a stand-down; a person can decide it.\n"
            ),
        }
    };
    for blind in list_of(&ending["blind"]) {
        text.push_str(&format!(
            "BLIND: {}: {}; until it sees again none is proposed.\n",
            cell(&blind["source"]),
            cell(&blind["because"])
        ));
    }
    let rows: Vec<Vec<String>> = list_of(&ending["checklist"])
        .iter()
        .map(|entry| {
            let ticked = match entry["by"].as_str() {
                Some(_) => format!("{}, {}", cell(&entry["by"]), local(&entry["at"])),
                None => "OPEN".to_owned(),
            };
            vec![cell(&entry["entry"]), cell(&entry["text"]), ticked]
        })
        .collect();
    if !rows.is_empty() {
        text.push_str(&format!("\n{}", table(&["ENTRY", "WHAT", "TICKED"], &rows)));
    }
    text.push_str(&format!(
        "\n{} decides ({}): --reason TEXT stands down.",
        cell(&ending["role_title"]),
        cell(&ending["people"])
    ));
    text
}
