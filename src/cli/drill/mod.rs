//! `draaiboek drill`: practise a playbook, and see what came of it.

pub mod report;

pub mod due;

pub mod finish;

use std::process::ExitCode;

use clap::Subcommand;

/// Practise a playbook: reports of drills, and which is due
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the report of a drill once more
    Report(report::Args),
    /// Show when each playbook was last practised, and when it must be again
    Due(due::Args),
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::Report(args) => report::run(&args),
        Command::Due(args) => due::run(&args),
    }
}
