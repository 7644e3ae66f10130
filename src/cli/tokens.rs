//! `draaiboek account token`, `tokens` and `revoke-token`: what programs of ours get
//! in to the JSON interface with.

use std::process::ExitCode;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, list_of, safe, say, table};
use crate::engine::request::Request;

/// A token of somebody's own, which is shown once.
#[derive(Debug, clap::Args)]
pub(super) struct Make {
    /// A name under `team`: what the program does is done by them
    #[arg(value_name = "PERSON")]
    person: String,
    /// What it is for, so that it can be told from others
    #[arg(long, value_name = "NAME", default_value = "token")]
    name: String,
    /// It may look and do nothing
    #[arg(long)]
    look_only: bool,
    #[command(flatten)]
    place: Place,
}

/// Which tokens there are.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
}

/// A token that works no more.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// Whose it is
    #[arg(value_name = "PERSON")]
    person: String,
    /// What it is called
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn make(args: &Make) -> ExitCode {
    let request = Request::TokenMake {
        person: args.person.clone(),
        name: args.name.clone(),
        look_only: args.look_only,
    };
    match ask(&args.place, &request) {
        Err(why) => return failed(&why),
        Ok(made) if args.place.json => json(&made),
        Ok(made) => {
            let may = match args.look_only {
                true => "may look",
                false => "may do what they may do",
            };
            say(&format!(
                "With this token a program is {} and {may}. It is shown once; keep it as a password:\n{}",
                cell(&made["person_name"]),
                cell(&made["token"])
            ));
        }
    }
    ExitCode::SUCCESS
}

pub(super) fn list(args: &List) -> ExitCode {
    match ask(&args.place, &Request::Tokens) {
        Err(why) => return failed(&why),
        Ok(tokens) if args.place.json => json(&tokens),
        Ok(tokens) if list_of(&tokens).is_empty() => {
            say("no tokens; `draaiboek account token PERSON` makes one");
        }
        Ok(tokens) => {
            let row = |token: &serde_json::Value| {
                let may = match (&token["works"], &token["look_only"]) {
                    (serde_json::Value::Bool(false), _) => "nothing: not in the team any more",
                    (_, serde_json::Value::Bool(true)) => "look",
                    _ => "as the person",
                };
                vec![
                    cell(&token["person"]),
                    cell(&token["name"]),
                    may.to_owned(),
                    cell(&token["made_at"]),
                    cell(&token["used_at"]),
                ]
            };
            let rows: Vec<Vec<String>> = list_of(&tokens).iter().map(row).collect();
            say(&table(
                &["PERSON", "NAME", "MAY", "MADE", "LAST USED"],
                &rows,
            ));
        }
    }
    ExitCode::SUCCESS
}

pub(super) fn revoke(args: &Revoke) -> ExitCode {
    let request = Request::TokenRevoke {
        person: args.person.clone(),
        name: args.name.clone(),
    };
    match ask(&args.place, &request) {
        Err(why) => return failed(&why),
        Ok(gone) if args.place.json => json(&gone),
        Ok(_) => {
            let (person, name) = (safe(&args.person), safe(&args.name));
            say(&format!("the token {name} of {person} works no more"));
        }
    }
    ExitCode::SUCCESS
}
