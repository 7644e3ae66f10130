//! `draaiboek case`: complaints and questions that are followed by themselves.

use std::process::ExitCode;

use serde_json::json;

use super::act::{act, request};
use super::ask::ask;
use super::mentions::platform;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, local, say, table};
use crate::domain::mention::Platform;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Open a case for somebody's complaint, and list the cases
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Open a case: the playbook's tasks and replies for one case come with it
    ///
    /// Examples: `draaiboek case open "@anna_v" --platform x`,
    /// `draaiboek case open --mention 1748392 --platform facebook`.
    Open {
        /// Who it is about, as they are called there
        #[arg(required_unless_present = "mention", requires = "platform")]
        name: Option<String>,
        /// Where: x, facebook, forum, news …
        #[arg(long, value_parser = platform)]
        platform: Option<Platform>,
        /// Where it stands
        #[arg(long, conflicts_with = "mention")]
        url: Option<String>,
        /// The id of a mention that came in: who wrote it, where and its address
        #[arg(long, value_name = "ID", conflicts_with = "name")]
        mention: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// List the cases of a run, and what is open for each
    List(RunPlace),
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List(place) => list(&place),
        Command::Open {
            mention: Some(mention),
            platform,
            place,
            ..
        } => request(
            &place.at,
            &Request::CaseOf {
                run: place.run,
                mention,
                platform,
            },
        ),
        Command::Open {
            name,
            platform,
            url,
            place,
            ..
        } => act(
            &place,
            Act::OpenCase {
                name: name.unwrap_or_default(),
                platform: platform.unwrap_or_default(),
                url,
            },
        ),
    }
}

fn list(place: &RunPlace) -> ExitCode {
    let run = match ask(
        &place.at,
        &Request::Run {
            run: place.run,
            language: None,
            quotes: false,
        },
    ) {
        Ok(run) => run,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        print::json(&json!({ "run": run["run"], "cases": run["cases"] }));
        return ExitCode::SUCCESS;
    }
    let names = ["case", "name", "platform", "open", "url"];
    let rows: Vec<Vec<String>> = list_of(&run["cases"])
        .iter()
        .map(|case| {
            let cells = names.iter().map(|name| cell(&case[*name]));
            cells.chain([local(&case["opened_at"])]).collect()
        })
        .collect();
    if rows.is_empty() {
        say(&format!("Run {} has no cases.", cell(&run["run"])));
    } else {
        let headers = ["CASE", "NAME", "PLATFORM", "OPEN", "URL", "SINCE"];
        say(table(&headers, &rows).trim_end());
    }
    ExitCode::SUCCESS
}
