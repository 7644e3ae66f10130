//! `draaiboek draft`: the statements that lie ready.

use std::process::ExitCode;

use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, note, safe, say, table};
use crate::engine::request::Request;

/// List the drafts of a run, and print their texts
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the drafts of a run, and what is to be filled in
    List(RunPlace),
    /// Print the text of a draft
    Show {
        /// Its name as `draft list` shows it; `holding` alone means the first that fits
        draft: String,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    let (place, request) = match args.command {
        Command::List(place) => {
            let run = place.run;
            (place, Request::Drafts { run })
        }
        Command::Show { draft, place } => {
            let run = place.run;
            (place, Request::Draft { run, draft })
        }
    };
    let answer = match ask(&place.at, &request) {
        Ok(answer) => answer,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        json(&answer);
        return ExitCode::SUCCESS;
    }
    if let Some(text) = answer["text"].as_str() {
        say(&safe(text));
        let gaps = cell(&answer["gaps"]);
        if !gaps.is_empty() {
            note(&format!(
                "\nTo fill in before it can be used: {gaps} (`draaiboek fact set NAME VALUE`)"
            ));
        }
        return ExitCode::SUCCESS;
    }
    let drafts: Vec<Vec<String>> = answer["drafts"]
        .as_array()
        .map(|drafts| {
            let names = ["draft", "version", "characters", "gaps"];
            drafts
                .iter()
                .map(|draft| names.iter().map(|name| cell(&draft[*name])).collect())
                .collect()
        })
        .unwrap_or_default();
    if drafts.is_empty() {
        say(&format!("Run {} has no drafts.", cell(&answer["run"])));
    } else {
        say(table(&["DRAFT", "VERSION", "CHARACTERS", "TO FILL IN"], &drafts).trim_end());
    }
    if let Some(failed) = answer["failed"].as_object() {
        for (draft, why) in failed {
            note(&format!("FAILED {draft}: {}", cell(why)));
        }
    }
    ExitCode::SUCCESS
}
