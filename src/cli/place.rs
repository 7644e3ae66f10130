//! The arguments that most commands share: which folder, which run, and
//! whether a script reads the answer.

use std::path::PathBuf;

use crate::domain::run::RunId;

/// Which organisation, and for whom to print.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) dir: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

/// Which run of which organisation.
#[derive(Debug, clap::Args)]
pub(super) struct RunPlace {
    /// Number of the run; the only open one when not given
    #[arg(long, value_name = "NUMBER")]
    pub(super) run: Option<RunId>,
    #[command(flatten)]
    pub(super) at: Place,
}
