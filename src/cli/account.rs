//! `draaiboek account`: who can get in to the pages.

use std::process::ExitCode;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, say};
use super::tokens;
use crate::engine::request::Request;

/// Let people in to the pages of the daemon
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print a link that lets somebody in, once, within 15 minutes
    Link {
        /// A name under `team`
        #[arg(value_name = "PERSON")]
        person: String,
        #[command(flatten)]
        place: Place,
    },
    /// Make a token: what a program gets in to the JSON interface with
    Token(tokens::Make),
    /// List the tokens of programs
    Tokens(tokens::List),
    /// End a token of a program
    RevokeToken(tokens::Revoke),
}

pub fn run(args: &Args) -> ExitCode {
    let (person, place) = match &args.what {
        What::Link { person, place } => (person, place),
        What::Token(args) => return tokens::make(args),
        What::Tokens(args) => return tokens::list(args),
        What::RevokeToken(args) => return tokens::revoke(args),
    };
    let person = person.clone();
    match ask(place, &Request::EntryLink { person }) {
        Err(why) => return failed(&why),
        Ok(link) if place.json => json(&link),
        Ok(link) => say(&format!(
            "{} gets in with this link, once, until {}:\n{}",
            cell(&link["name"]),
            cell(&link["until"]),
            cell(&link["url"])
        )),
    }
    ExitCode::SUCCESS
}
