//! `draaiboek account`: who can get in to the pages.

use std::process::ExitCode;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, say};
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
}

pub fn run(args: &Args) -> ExitCode {
    let What::Link { person, place } = &args.what;
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
