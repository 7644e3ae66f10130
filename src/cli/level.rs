//! `draaiboek level`: where a run is on the ladder.

use std::process::ExitCode;

use serde_json::json;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, say, table};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Raise or lower the level of a run, or show the ladder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  draaiboek level
  draaiboek level crisis --reason \"The press is at the door\"")]
pub struct Args {
    /// The new level; without it the ladder is shown
    #[arg(requires = "reason")]
    level: Option<String>,
    /// Why: goes into the alert and the log
    #[arg(long, value_name = "TEXT", requires = "level")]
    reason: Option<String>,
    #[command(flatten)]
    place: RunPlace,
}

pub fn run(args: Args) -> ExitCode {
    let Args {
        level,
        reason,
        place,
    } = args;
    if let Some((level, reason)) = level.zip(reason) {
        return act(&place, Act::SetLevel { level, reason });
    }
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
        print::json(&json!({ "run": run["run"], "level": run["level"], "levels": run["levels"] }));
        return ExitCode::SUCCESS;
    }
    let levels = list_of(&run["levels"]).iter().rev();
    let rows = levels.map(|level| {
        let state = match (level["is_now"] == true, level["reached"] == true) {
            (true, _) => "now",
            (_, true) => "reached before",
            _ => "",
        };
        vec![
            cell(&level["level"]),
            cell(&level["title"]),
            state.to_owned(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    say(table(&["LEVEL", "TITLE", ""], &rows).trim_end());
    ExitCode::SUCCESS
}
