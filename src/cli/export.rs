//! `draaiboek run export`: the dossier of a run as one archive; and how a dossier is
//! checked with `draaiboek run verify --archive`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ask::{NO_DRILL, ask};
use super::backup::bytes;
use super::place::{Place, drill_home};
use super::print::{self, failed, note, safe, say};
use super::render::counted;
use crate::config;
use crate::domain::plane::Plane;
use crate::domain::run::RunId;
use crate::dossier::archive::{self, Kept};
use crate::dossier::{self, Dossier, Verdict};
use crate::engine::dossier::{Source, Wanted};
use crate::engine::request::Request;
use crate::web::local::own_name;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Who exports is recorded, and only who may read mentions can: see `draaiboek mentions
readings`. The file is for its owner only, and not encrypted: keep it as you keep patient
records. `draaiboek run verify --archive FILE` checks it anywhere, without the store."
)]
pub(super) struct Args {
    /// Number of the run
    run: RunId,
    /// The file to write, or a folder to write one in; .tar.gz, or .tar when it is called that
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Nobody in it is called by name: person-1, author-7, the same in every file
    #[arg(long)]
    pseudonymise: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> ExitCode {
    match exported(args) {
        Err(why) => failed(&why),
        Ok((to, dossier, kept)) => {
            // What is wrong with the log goes along: that is what a dossier is for.
            let verdict = dossier::verify(dossier.files.clone(), None);
            let wrong = verdict.map_or_else(
                |why| vec![why],
                |verdict| {
                    verdict
                        .wrong
                        .iter()
                        .map(|fault| fault.says.clone())
                        .collect()
                },
            );
            for why in &wrong {
                note(&format!("the log is not what it was: {why}"));
            }
            match args.place.json {
                true => print::json(&shown(&to, &dossier, &kept, &wrong)),
                false => say(readable(&to, &dossier, &kept).trim_end()),
            }
            ExitCode::SUCCESS
        }
    }
}

fn exported(args: &Args) -> Result<(PathBuf, Dossier, Kept), String> {
    let dir = args.place.folder();
    let organisation = config::load(dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })?;
    let (home, plane) = match args.place.is_drill() {
        true => (drill_home(dir), Plane::Drill),
        false => (dir.to_owned(), Plane::Real),
    };
    let source = Source {
        home,
        plane,
        organisation: Arc::new(organisation),
    };
    let wanted = Wanted {
        run: args.run,
        pseudonymise: args.pseudonymise,
    };
    let n_quotes = source.n_quotes(args.run).map_err(|why| why.to_string())?;
    let to = destination(args, &wanted.name(plane))?;
    // On record before anything is written.
    let reading = wanted.reading(n_quotes);
    let request = Request::Reading {
        reading: reading.clone(),
    };
    let own = || own_name(&request, &source.organisation);
    let by = match ask(&args.place, &request) {
        Ok(answer) => answer["by"].as_str().map_or_else(own, str::to_owned),
        // A drill that is over: its store is still there.
        Err(why) if why == NO_DRILL => {
            let by = args.place.person.clone().unwrap_or_else(own);
            source.record(reading, &by).map_err(|why| why.to_string())?;
            by
        }
        Err(why) => return Err(why),
    };
    let dossier = source.make(wanted, &by).map_err(|why| why.to_string())?;
    let kept = archive::write(&dossier, &to)
        .map_err(|error| format!("{} was not made: {error}", to.display()))?;
    Ok((to, dossier, kept))
}

/// The file to write. A folder gets one named after the run.
fn destination(args: &Args, name: &str) -> Result<PathBuf, String> {
    let to = match args.out.is_dir() {
        false => args.out.clone(),
        true => args.out.join(name),
    };
    match to.symlink_metadata() {
        Ok(_) => Err(format!(
            "{} is there already, and an export overwrites nothing",
            to.display()
        )),
        Err(_) => Ok(to),
    }
}

fn shown(to: &Path, dossier: &Dossier, kept: &Kept, wrong: &[String]) -> Value {
    let manifest = &dossier.manifest;
    json!({
        "file": to.display().to_string(),
        "bytes": kept.bytes,
        "sha256": kept.sha256,
        "run": manifest.run,
        "events": manifest.events,
        "head": manifest.head,
        "files": dossier.files.len(),
        "quotes": manifest.quotes,
        "pseudonymised": manifest.pseudonymised,
        "withheld": manifest.withheld,
        "missing": manifest.missing,
        "wrong": wrong,
    })
}

fn readable(to: &Path, dossier: &Dossier, kept: &Kept) -> String {
    let manifest = &dossier.manifest;
    let mut text = format!(
        "Run {} is in {} ({}): {} and {}.\nsha256 {}\nhead   {}\n",
        manifest.run,
        safe(&to.display().to_string()),
        bytes(kept.bytes),
        counted(manifest.events as usize, "event"),
        counted(dossier.files.len(), "file"),
        kept.sha256,
        manifest.head
    );
    if !manifest.missing.is_empty() {
        text.push_str(&format!(
            "Not kept any more: {}.\n",
            manifest.missing.join(", ")
        ));
    }
    text.push_str(match manifest.pseudonymised {
        true => "Nobody who is known to draaiboek is named in it. Who is named in a text and known\nnowhere else still is: manifest.json says under free_text where to look.\n",
        false => "It calls people by name and is not encrypted: keep it as you keep patient records.\nNote the sha256 elsewhere: it shows whether this is still the same file.\n",
    });
    text
}

/// Checks an archive, or the folder it was unpacked in.
pub(super) fn verify(archive: &Path, head: Option<&str>, as_json: bool) -> ExitCode {
    let found = archive::read(archive).and_then(|files| dossier::verify(files, head));
    match found {
        Err(why) => failed(&why),
        Ok(verdict) => {
            match as_json {
                true => print::json(&serde_json::to_value(&verdict).unwrap_or_default()),
                false => say(judged(&verdict).trim_end()),
            }
            match verdict.whole {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
    }
}

fn judged(verdict: &Verdict) -> String {
    let mut text = format!(
        "Run {}: {} and {}, {} links of the chain worked out again",
        verdict.run,
        counted(verdict.files as usize, "file"),
        counted(verdict.events as usize, "event"),
        verdict.links
    );
    if verdict.withheld > 0 {
        text.push_str(&format!(
            "; {} name somebody, and only the full dossier shows those",
            verdict.withheld
        ));
    }
    if verdict.forgotten > 0 {
        text.push_str(&format!(", {} forgotten", verdict.forgotten));
    }
    text.push_str(&format!(
        "; {} with a head of it\n  head {}\n",
        counted(verdict.letters as usize, "letter"),
        safe(&verdict.head)
    ));
    for fault in &verdict.wrong {
        let (kind, file) = (fault.kind, safe(&fault.file));
        text.push_str(&format!("  WRONG ({kind}) {file}: {}\n", safe(&fault.says)));
    }
    if let Some(asked) = &verdict.asked {
        text.push_str(&match verdict.found_at {
            Some(seq) => format!("Head {asked} stood at event {seq}: until there nothing was rewritten.\n"),
            None => format!("WRONG: head {asked} stands nowhere in it. The dossier was made of another log, or the mail is of another store.\n"),
        });
    }
    if verdict.wrong.is_empty() {
        text.push_str(
            "Nothing in it was changed. Compare the head with one under a mail of that time.\n",
        );
    }
    text
}
