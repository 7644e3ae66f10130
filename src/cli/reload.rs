//! `draaiboek reload`: the running daemon takes the files as they are now.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, say};
use crate::engine::request::Request;

/// Bring changed files into force in the running daemon, or say why not
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 in force, 1 refused: what was good before stays in force.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &Args) -> ExitCode {
    let came = match ask(&args.place, &Request::Reload) {
        Err(why) => return failed(&why),
        Ok(came) => came,
    };
    if args.place.json {
        json(&came);
    } else {
        say(&readable(&came));
    }
    match came["reloaded"] == true {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn readable(came: &Value) -> String {
    let lines = |key: &str| came[key].as_array().into_iter().flatten();
    let mut text = Vec::new();
    if came["reloaded"] != true {
        for finding in lines("findings") {
            let place = match finding["line"].as_u64() {
                None | Some(0) => cell(&finding["file"]),
                Some(line) => format!(
                    "{}:{line}:{}",
                    cell(&finding["file"]),
                    cell(&finding["column"])
                ),
            };
            text.push(format!("{place}: {}", cell(&finding["message"])));
            text.push(format!("  -> {}", cell(&finding["hint"])));
        }
        if text.is_empty() {
            text.extend(lines("why").map(cell));
        }
        let n_errors = cell(&came["errors"]);
        text.push(format!(
            "REFUSED, mistakes: {n_errors}. What was good before stays in force."
        ));
        return text.join("\n");
    }
    text.extend(lines("differences").map(cell));
    let n_changes = text.len();
    text.extend(lines("needs_restart").map(|key| {
        let key = cell(key);
        format!("{key} NEEDS A RESTART: what it was when the daemon started stays in force")
    }));
    text.extend(lines("left_behind").map(|line| {
        let line = cell(line);
        format!("OPEN RUN: {line}\n  -> write it back while the run is open, or close the run")
    }));
    text.push(match n_changes {
        0 => "In force; nothing is different.".to_owned(),
        1 => "In force, with 1 difference.".to_owned(),
        n => format!("In force, with {n} differences."),
    });
    text.join("\n")
}
