//! `draaiboek drill`: practise on a scenario. Which one and how; the ways of
//! playing have files of their own.

mod account;

pub(super) mod due;

pub mod finish;

pub(super) mod held;

mod list;

mod live;

mod outcome;

mod report;

mod room;

mod table_top;

mod trend;

mod unattended;

use std::path::PathBuf;
use std::process::ExitCode;

use super::print::failed;
use crate::domain::text::Language;
pub(super) use report::kept_drill;

/// Drill the team on a scenario: live, at a table, or with scripted people
///
/// Examples: `draaiboek drill list`, `draaiboek drill viral-complaint-storm --table-top`,
/// `draaiboek drill viral-complaint-storm --unattended`, `… --live`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    play: Play,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the scenarios with their playbook and length
    List(list::Args),
    /// Print the report of a drill once more
    Report(report::Args),
    /// Show when each playbook was last practised, and when it must be again
    Due(due::Args),
    /// Lay the drills so far side by side: score and measures, and which way they go
    Trend(trend::Args),
}

/// Which scenario is played, and how.
#[derive(Debug, clap::Args)]
struct Play {
    /// Name of a scenario in playbooks/scenarios, or its file
    scenario: Option<String>,
    #[command(flatten)]
    manner: Manner,
    #[command(flatten)]
    how: live::How,
    /// Another number gives other invented mentions; the same gives the same
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Write what happened to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Exit with code 1 when less than this share of the points is reached, or
    /// the drill is not passed
    #[arg(long, value_name = "SHARE", value_parser = finish::share)]
    fail_under: Option<f64>,
    /// Language of the report; the organisation's when not given
    #[arg(long, value_name = "LANG", value_parser = finish::language)]
    language: Option<Language>,
    /// Print the score as JSON, and nothing else
    #[arg(long)]
    json: bool,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// How it is played; one of these.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Manner {
    /// Nobody takes part: scripted people play it in no time, the same every time
    #[arg(long)]
    unattended: bool,
    /// With real people and real mail, marked, to who takes part and nobody else
    #[arg(long)]
    live: bool,
    /// At a table: you move the time and type what people do; nobody is mailed
    #[arg(long)]
    table_top: bool,
}

pub fn run(args: Args) -> ExitCode {
    let play = args.play;
    match (args.command, &play.scenario) {
        (Some(Command::List(args)), _) => list::run(&args),
        (Some(Command::Report(args)), _) => report::run(&args),
        (Some(Command::Due(args)), _) => due::run(&args),
        (Some(Command::Trend(args)), _) => trend::run(&args),
        (None, None) => failed("which scenario? `draaiboek drill list` shows them"),
        (None, Some(_)) if play.manner.unattended => unattended::run(&play),
        (None, Some(scenario)) if play.manner.live => {
            remind(&play);
            live::run(&play, scenario)
        }
        (None, Some(_)) if play.manner.table_top => {
            remind(&play);
            table_top::run(&play)
        }
        (None, Some(_)) => failed("how is it played? Add --live, --table-top or --unattended"),
    }
}

/// What was learnt before and is open, for who is about to practise.
fn remind(play: &Play) {
    if play.json {
        return;
    }
    if let Ok(organisation) = finish::organisation(&play.dir) {
        super::lesson::remind(&play.dir, &organisation);
    }
}
