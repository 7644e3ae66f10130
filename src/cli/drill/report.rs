//! `draaiboek drill report`: a report that was kept, once more.

use std::process::ExitCode;

use crate::cli::place::Folder;
use crate::cli::print::{self, failed, note, safe, say};
use crate::domain::text::Language;
use crate::drill::archive::{self, Kept};

/// The word for the drill that was played last.
const LATEST: &str = "latest";

/// Print the report of a drill once more
///
/// As it was written when the drill ended. `draaiboek drill report --json` gives
/// the score for scripts.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of its folder in drills/, or of a scenario: its latest drill
    #[arg(value_name = "NAME", default_value = LATEST)]
    name: String,
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
    let organisation = super::finish::organisation(&args.place.dir)?;
    let (kept, remarks) = archive::list(&args.place.dir, organisation.timezone)
        .map_err(|error| format!("the drills cannot be read: {error}"))?;
    for remark in remarks {
        note(&remark);
    }
    let found = find(&kept, &args.name)?;
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

/// The drill that is meant: `latest`, a folder, or the latest of a scenario.
fn find<'a>(kept: &'a [Kept], name: &str) -> Result<&'a Kept, String> {
    let is_it = |one: &&Kept| name == LATEST || one.name == name || one.score.scenario == name;
    kept.iter().rev().find(is_it).ok_or_else(|| {
        let names: Vec<&str> = kept
            .iter()
            .rev()
            .take(5)
            .map(|one| one.name.as_str())
            .collect();
        if names.is_empty() {
            return "no drill was kept yet".to_owned();
        }
        format!(
            "there is no drill `{name}`; the latest are {}",
            names.join(", ")
        )
    })
}
