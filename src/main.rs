//! Parses arguments, starts the logs, runs the command, chooses the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    draaiboek::cli::main()
}
