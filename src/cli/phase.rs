//! `draaiboek phase`: the three aims of a run.

use std::process::ExitCode;

use serde_json::json;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, local, say, table};
use crate::domain::playbook::Aim;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// List the phases of a run, and open one by hand
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List which phases are open, and what the others wait for
    List(RunPlace),
    /// Open a phase now; opening one closes none
    ///
    /// Example: `draaiboek phase open meaning_making --reason "Relatives are waiting"`
    Open {
        /// information, damage_limitation or meaning_making
        #[arg(value_parser = phase)]
        phase: Aim,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: RunPlace,
    },
}

fn phase(written: &str) -> Result<Aim, String> {
    let found = Aim::ALL.into_iter().find(|aim| aim.name() == written);
    found.ok_or_else(|| {
        let names = Aim::ALL.map(Aim::name).join(", ");
        format!("the phases are {names}")
    })
}

pub fn run(args: Args) -> ExitCode {
    let place = match args.command {
        Command::Open {
            phase,
            reason,
            place,
        } => return act(&place, Act::OpenPhase { phase, reason }),
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
        print::json(&json!({ "run": run["run"], "phases": run["phases"] }));
        return ExitCode::SUCCESS;
    }
    let phases = list_of(&run["phases"]);
    let rows: Vec<Vec<String>> = phases
        .iter()
        .map(|phase| {
            let state = match phase["open"] == true {
                true => format!("open since {}", local(&phase["opened_at"])),
                false if phase["waits_for"].is_null() => "not open".to_owned(),
                false => format!("waits for {}", cell(&phase["waits_for"])),
            };
            vec![cell(&phase["phase"]), state]
        })
        .collect();
    if rows.is_empty() {
        say("The playbook has no phases with something in them.");
    } else {
        say(table(&["PHASE", "STATE"], &rows).trim_end());
    }
    ExitCode::SUCCESS
}
