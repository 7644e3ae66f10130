//! `draaiboek rumour`: says what is known of a rumour that goes round.

use std::process::ExitCode;

use super::act::act;
use super::place::RunPlace;
use crate::domain::environment::Status;
use crate::domain::step::acts::Act;

/// Say what is known of a rumour: by whom it was verified
///
/// Its number stands in the environment analysis (`draaiboek report RUN --sitrep`).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The number of the rumour
    rumour: u32,
    /// unverified, true, false or misleading
    #[arg(long, value_parser = status)]
    status: Status,
    /// From whom we know it: two sources, or one with authority
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: RunPlace,
}

fn status(written: &str) -> Result<Status, String> {
    Status::from_name(written).ok_or_else(|| {
        let names = Status::ALL.map(Status::name).join(", ");
        format!("what is known of a rumour is one of {names}")
    })
}

pub fn run(args: Args) -> ExitCode {
    let rumour = Act::JudgeRumour {
        rumour: args.rumour,
        status: args.status,
        reason: args.reason,
    };
    act(&args.place, rumour)
}
