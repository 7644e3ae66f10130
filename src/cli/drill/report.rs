//! `draaiboek drill report`: the report of a drill that was kept, once more.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::place::Folder;
use crate::cli::print::{self, failed, note, safe, say};
use crate::cli::report::{Format, of_drill, put};
use crate::domain::organisation::Organisation;
use crate::domain::text::Language;
use crate::drill::archive::{self, Kept};

/// The word for the drill that was played last.
const LATEST: &str = "latest";

/// Print the report of a drill once more
///
/// As text it is what was written when the drill ended. `--format html` or `md` is
/// the after-action report, with the curve, statements and lessons; so is
/// `draaiboek report NAME`. `--json` gives the score for scripts.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of its folder in drills/, or of a scenario: its latest drill
    #[arg(value_name = "NAME", default_value = LATEST)]
    name: String,
    /// What it is written as; text when not given
    #[arg(long, value_enum, conflicts_with = "json")]
    format: Option<Format>,
    /// Where to write it, readable by the owner only; without it, to stdout
    #[arg(long, value_name = "FILE", requires = "format")]
    out: Option<PathBuf>,
    /// nl or en; the organisation's when not given
    #[arg(long, value_name = "LANGUAGE", value_parser = super::finish::language)]
    language: Option<Language>,
    #[command(flatten)]
    place: Folder,
}

pub(super) fn run(args: &Args) -> ExitCode {
    match print(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn print(args: &Args) -> Result<(), String> {
    if let Some(format) = args.format {
        let made = of_drill(&args.place.dir, &args.name, args.language, format.form())?;
        return put(&made, args.out.as_deref());
    }
    let (organisation, found) = kept_drill(&args.place.dir, &args.name)?;
    if args.place.json {
        print::json(&serde_json::to_value(&found.score).unwrap_or_default());
        return Ok(());
    }
    let language = args.language.unwrap_or(organisation.language);
    let report = found
        .report(language)
        .map_err(|error| format!("the report of {} cannot be read: {error}", found.name))?;
    say(safe(&report).trim_end());
    Ok(())
}

/// The drill that is meant, of all that were kept: `latest`, a folder, or the latest
/// of a scenario; with the organisation.
pub(in crate::cli) fn kept_drill(dir: &Path, name: &str) -> Result<(Organisation, Kept), String> {
    let organisation = super::finish::organisation(dir)?;
    let (mut kept, remarks) = archive::list(dir, organisation.timezone)
        .map_err(|error| format!("the drills cannot be read: {error}"))?;
    for remark in remarks {
        note(&remark);
    }
    let is_it = |one: &Kept| name == LATEST || one.name == name || one.score.scenario == name;
    if let Some(place) = kept.iter().rposition(is_it) {
        return Ok((organisation, kept.swap_remove(place)));
    }
    let names: Vec<&str> = kept
        .iter()
        .rev()
        .take(5)
        .map(|one| one.name.as_str())
        .collect();
    if names.is_empty() {
        return Err("no drill was kept yet".to_owned());
    }
    Err(format!(
        "there is no drill `{name}`; the latest are {}",
        names.join(", ")
    ))
}
