//! `draaiboek receive`: takes a mail from a mail server, and says what it took
//! it for.
//!
//! A mail server bounces what a program fails on, and a bounce of a bounce helps
//! nobody: it is 0 also for what is ignored, and "try again later" for trouble.

use std::io::{self, Read};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask_real;
use super::print::{cell, failed, note, say};
use crate::domain::lookout::NO_RUN;
use crate::domain::plane::Plane;
use crate::engine::request::Request;
use crate::notify::inbox::{self, LARGEST, Verdict};
use crate::store::Store;

/// What mail servers understand as: keep it, and try again later.
const TRY_AGAIN: u8 = 75;

/// Take a mail from stdin: does it say that somebody cannot be reached?
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 dealt with, also when it was ignored; 75 not now, the mail server should try again.
To read a mailbox over IMAP, let mbsync, getmail or fetchmail fill a Maildir and name it in `mail.inbox`."
)]
pub struct Args {
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub fn run(args: &Args) -> ExitCode {
    match receive(&args.dir) {
        Ok(text) => {
            say(&text);
            ExitCode::SUCCESS
        }
        Err(why) => {
            failed(&why);
            ExitCode::from(TRY_AGAIN)
        }
    }
}

fn receive(dir: &Path) -> Result<String, String> {
    let bytes = from_stdin().map_err(|error| format!("stdin cannot be read: {error}"))?;
    if !dir.is_dir() {
        return Err(format!("there is no folder {}", dir.display()));
    }
    let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
    let Some(store) = store else {
        return Ok("Ignored: nothing was ever sent from here.".to_owned());
    };
    let instance = store.instance().to_owned();
    drop(store);
    // A parser that stumbles must not make the mail server bounce the mail.
    let verdict = catch_unwind(|| inbox::read(&bytes, &instance)).unwrap_or(Verdict::Other);
    let answer = ask_real(dir, &Request::Received { verdict })?;
    if answer["daemon"] == false && has_alerted(&answer) {
        note("Mail about it goes out while `draaiboek serve` runs.");
    }
    Ok(readable(&answer))
}

/// All of it is read, so that the mail server is not left writing; no more is
/// kept than is looked at.
fn from_stdin() -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    let mut bytes = Vec::new();
    (&mut stdin).take(LARGEST as u64).read_to_end(&mut bytes)?;
    io::copy(&mut stdin, &mut io::sink())?;
    Ok(bytes)
}

fn has_marked(answer: &Value) -> bool {
    answer["marked"]
        .as_array()
        .is_some_and(|list| !list.is_empty())
}

/// Whether others are alerted because of it: not because of a roll call.
fn has_alerted(answer: &Value) -> bool {
    let mut marked = answer["marked"].as_array().into_iter().flatten();
    marked.any(|one| one["run"] != NO_RUN)
}

fn readable(answer: &Value) -> String {
    let what = cell(&answer["text"]);
    let is_news = matches!(answer["received"].as_str(), Some("bounce" | "away"));
    if !is_news {
        return format!("Ignored: {what}.");
    }
    if !has_marked(answer) {
        return format!("Read as {what}; nobody it is about is waited for, so it changes nothing.");
    }
    let mut text = format!("Read as {what}.");
    for marked in answer["marked"].as_array().unwrap_or(&Vec::new()) {
        let (run, person) = (cell(&marked["run"]), cell(&marked["person"]));
        text.push_str(&match marked["run"] == NO_RUN {
            true => format!("\nRoll call: {person} was not reached; it is noted there."),
            false => {
                format!("\nRun {run}: {person} cannot be reached; whoever is next is alerted.")
            }
        });
    }
    text
}
