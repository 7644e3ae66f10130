//! `draaiboek watch`: what the watches look for, why they find a mention or do
//! not, and what another query would find.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::print::{failed, note};
use crate::config;
use crate::domain::organisation::Organisation;
use crate::domain::query::{Query, QueryError, Vocabulary, parse};

mod explain;

mod figure;

mod list;

mod marks;

mod nearness;

mod portrait;

mod quality;

mod seek;

mod show;

mod tally;

mod try_;

/// List watches, show one, explain what they find, try another query
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Explain(explain::Args),
    #[command(name = "try")]
    Try(try_::Args),
    Quality(quality::Args),
}

pub fn run(args: &Args) -> ExitCode {
    let done = match &args.command {
        Command::List(args) => list::run(args),
        Command::Show(args) => show::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Try(args) => try_::run(args),
        Command::Quality(args) => quality::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// Which organisation, and for whom to print.
#[derive(Debug, clap::Args)]
struct Folder {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

fn organisation(dir: &Path) -> Result<Organisation, String> {
    of(config::load(dir).organisation, dir)
}

/// What was read, or that nothing was.
fn of<T>(organisation: Option<T>, dir: &Path) -> Result<T, String> {
    organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })
}

/// A query from the command line; doubts about it are said on stderr.
fn read(query: &str, organisation: &Organisation) -> Result<Query, String> {
    let read = parse(query, &Vocabulary::strict(organisation))
        .map_err(|error| pointed(query, &error, "error"))?;
    for remark in read.remarks() {
        note(&pointed(query, remark, "warning"));
    }
    Ok(read)
}

/// What is wrong with a query, under the characters where it shows.
fn pointed(query: &str, error: &QueryError, severity: &str) -> String {
    let line: String = query
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect();
    let what = if severity == "warning" {
        "warning: "
    } else {
        ""
    };
    let mut text = format!(
        "{what}the query, character {}: {}\n    {line}\n    {}{}",
        error.start + 1,
        error.message,
        " ".repeat(error.start),
        "^".repeat(error.length.max(1))
    );
    if !error.hint.is_empty() {
        text.push_str(&format!("\n    hint: {}", error.hint));
    }
    text
}

/// The key of a watch that exists.
fn known_watch<'a>(key: &str, organisation: &'a Organisation) -> Result<&'a str, String> {
    let keys = || organisation.watches.iter().map(|watch| watch.key.as_str());
    keys().find(|known| *known == key).ok_or_else(|| {
        let all: Vec<&str> = keys().collect();
        format!(
            "there is no watch `{key}`; the watches are {}",
            all.join(", ")
        )
    })
}

/// The key of a source that exists.
fn known_source(key: &str, organisation: &Organisation) -> Result<String, String> {
    let keys = || {
        organisation
            .sources
            .iter()
            .map(|source| source.key.as_str())
    };
    if keys().any(|known| known == key) {
        return Ok(key.to_owned());
    }
    let all: Vec<&str> = keys().collect();
    Err(format!(
        "there is no source `{key}`; the sources are {}",
        all.join(", ")
    ))
}
