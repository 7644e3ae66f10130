//! `draaiboek reopen`: take a closed or stood-down run up again.

use std::process::ExitCode;

use super::act::request;
use super::place::Place;
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Open a run again that was closed or stood down; its team is alerted anew
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: draaiboek reopen 3 --reason \"The video is back\"")]
pub struct Args {
    /// Number of the run
    run: RunId,
    /// Why: goes into the alert and the log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

pub fn run(args: Args) -> ExitCode {
    let run = Some(args.run);
    let act = Act::Reopen {
        reason: args.reason,
    };
    request(&args.place, &Request::Act { run, act })
}
