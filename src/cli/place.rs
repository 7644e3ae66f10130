//! The arguments that most commands share: which folder, which run, whether the
//! real program or a drill is meant, and whether a script reads the answer.

use std::path::{Path, PathBuf};

use crate::domain::run::RunId;

/// Which organisation, in the real world or in a drill, and for whom to print.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// In the drill that runs now, instead of for real
    #[arg(long)]
    drill: bool,
    /// Who does this, a name under `team`: in a drill always, for real only to
    /// answer or note for somebody on the phone
    #[arg(id = "on_behalf_of", long = "for", value_name = "PERSON")]
    pub(super) person: Option<String>,
    /// Print JSON, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

/// Which organisation, for what needs no run.
#[derive(Debug, clap::Args)]
pub(super) struct Folder {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) dir: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    pub(super) json: bool,
}

impl Place {
    /// The folder that the organisation is written in.
    pub(super) fn folder(&self) -> &Path {
        &self.dir
    }

    pub(super) fn is_drill(&self) -> bool {
        self.drill
    }
}

/// Where a drill has its store, its socket and the mails that no server takes.
pub(super) fn drill_home(dir: &Path) -> PathBuf {
    dir.join("drill")
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
