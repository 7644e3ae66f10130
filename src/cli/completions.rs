//! `draaiboek completions`: commands and options, completed by the shell.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::print::failed;

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn run(args: &Args) -> ExitCode {
    // Into memory first: what writes to a closed pipe would panic.
    let mut script = Vec::new();
    generate(
        args.shell,
        &mut super::Cli::command(),
        "draaiboek",
        &mut script,
    );
    match io::stdout().lock().write_all(&script) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&error.to_string()),
        _ => ExitCode::SUCCESS,
    }
}
