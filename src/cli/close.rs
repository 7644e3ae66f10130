//! `draaiboek close`: end a run and say what it was.

use std::process::ExitCode;

use super::act::request;
use super::place::Place;
use crate::domain::run::RunId;
use crate::domain::run::ending::Outcome;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Close a run, and say whether it was real
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: draaiboek close --outcome false-alarm --reason \"It was about another bakery\"

`draaiboek reopen` takes it back. A run that goes on as another: `draaiboek run merge`."
)]
pub struct Args {
    /// Number of the run; the only open one when not given
    run: Option<RunId>,
    /// What it turned out to be
    #[arg(long, value_enum, default_value_t)]
    outcome: Came,
    /// Why: goes into the log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

/// What a run turned out to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Came {
    #[default]
    Real,
    FalseAlarm,
}

impl Came {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Real => Outcome::Real,
            Self::FalseAlarm => Outcome::FalseAlarm,
        }
    }
}

pub fn run(args: Args) -> ExitCode {
    let act = Act::Close {
        outcome: args.outcome.outcome(),
        reason: args.reason,
    };
    let run = args.run;
    request(&args.place, &Request::Act { run, act })
}
