//! `draaiboek drill`: a scenario played with people.

mod live;

use std::path::PathBuf;
use std::process::ExitCode;

/// Play a scenario with people: real mail, marked, to who takes part
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a scenario in `playbooks/scenarios`
    scenario: String,
    /// With real people and real mail
    #[arg(long, required = true)]
    live: bool,
    #[command(flatten)]
    how: live::How,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub fn run(args: &Args) -> ExitCode {
    live::run(&args.dir, &args.scenario, &args.how)
}
