//! `draaiboek import`: history from files, so that what is usual is known on the
//! first day.

mod account;

mod courier;

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono_tz::Tz;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::place::Folder;
use super::print::{failed, json, note, say};
use crate::config;
use crate::domain::hex::hex;
use crate::domain::history::admit;
use crate::domain::organisation::Organisation;
use crate::engine::clock;
use crate::source::open::{MentionFile, Progress, open_mentions};
use crate::source::table::Reading;
use crate::source::vocabulary::Preset;
use crate::source::wire::Reject;
use account::Account;
use courier::{Courier, Rehearsal, Sender};

/// Take in history: last year's mentions, from files
#[derive(Debug, clap::Args)]
pub struct Args {
    /// NDJSON, a JSON array or CSV, packed with gzip or not; `-` reads stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose export a CSV file is: meltwater or talkwalker; seen by itself mostly
    #[arg(long, value_name = "TOOL", value_parser = Preset::read)]
    preset: Option<Preset>,
    /// For CSV: which column holds which field, such as text=Body,published_at=Date
    #[arg(long, value_name = "FIELD=HEADER", value_delimiter = ',', value_parser = pair)]
    columns: Vec<(String, String)>,
    /// For CSV: how 03/02/2026 is meant: dmy (3 February) or mdy (2 March)
    #[arg(long, value_name = "ORDER", default_value = "dmy", value_parser = ["dmy", "mdy"])]
    dates: String,
    /// For CSV: where times without an offset were read off the clock; as usual
    /// the organisation's `timezone`
    #[arg(long, value_name = "ZONE")]
    timezone: Option<Tz>,
    /// Read a file once more that was imported to its end already
    #[arg(long)]
    again: bool,
    /// Only say what would come of it; nothing is stored
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    at: Folder,
}

/// `text=Body` as field and header.
pub(super) fn pair(written: &str) -> Result<(String, String), String> {
    let (field, header) = written
        .split_once('=')
        .ok_or_else(|| format!("`{written}` is not FIELD=HEADER, such as text=Body"))?;
    Ok((field.trim().to_owned(), header.trim().to_owned()))
}

pub fn run(args: &Args) -> ExitCode {
    let mut told = Vec::new();
    let mut is_fine = true;
    let organisation = match usable(&args.at.dir) {
        Ok(organisation) => organisation,
        Err(why) => return failed(&why),
    };
    for file in &args.files {
        match import(args, &organisation, file) {
            Ok(account) => {
                is_fine &= account.has_mentions() && account.broken_off().is_none();
                if !args.at.json {
                    say(&account.readable());
                }
                if let Some(why) = account.broken_off() {
                    failed(why);
                }
                told.push(account.json());
            }
            // What went in before stays in, and a script must hear of it.
            Err(why) => {
                is_fine = false;
                told.push(json!({ "file": file.display().to_string(), "error": why }));
                failed(&why);
                break;
            }
        }
    }
    if args.at.json {
        json(&Value::Array(told));
    }
    if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn usable(dir: &Path) -> Result<Organisation, String> {
    config::load(dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            dir.display()
        )
    })
}

fn import(args: &Args, organisation: &Organisation, path: &Path) -> Result<Account, String> {
    let zone = args.timezone.unwrap_or(organisation.timezone);
    let reading = Reading {
        preset: args.preset,
        month_first: args.dates == "mdy",
        ..Reading::guessed(&args.columns, zone)
    };
    let name = path.file_name().map_or_else(
        || "stdin".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let name = if path == Path::new("-") {
        "stdin".to_owned()
    } else {
        name
    };
    let digest = digest_of(path, &reading)?;
    let file = open_mentions(path, &reading)?;
    let mut account = Account::new(&name, organisation, &file, args.dry_run);
    if args.dry_run {
        let mut sender = Rehearsal::new(&args.at.dir, organisation)?;
        carry(file, &mut account, &mut sender, 0)?;
        return Ok(account);
    }
    let (mut sender, state) = Courier::open(&args.at.dir, &name, digest)?;
    if state.is_finished && !args.again {
        account.was_finished(state);
        return Ok(account);
    }
    let first = if args.again { 0 } else { state.position };
    if first > 0 {
        note(&format!(
            "{name}: going on after {first} records that are in the store"
        ));
        account.go_on(&state);
    }
    sender.go_on(first);
    carry(file, &mut account, &mut sender, first)?;
    Ok(account)
}

/// Of the content and of how it is read; `None` for stdin and pipes, which are
/// gone when they have been read.
fn digest_of(path: &Path, reading: &Reading) -> Result<Option<String>, String> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    if path == Path::new("-") || !path.is_file() {
        return Ok(None);
    }
    let mut file = File::open(path).map_err(named)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let length = file.read(&mut buffer).map_err(named)?;
        if length == 0 {
            break;
        }
        digest.update(&buffer[..length]);
    }
    digest.update(format!("{reading:?}"));
    Ok(Some(hex(&digest.finalize())))
}

/// Gives every record after the first so many to the sender.
fn carry(
    file: MentionFile,
    account: &mut Account,
    sender: &mut impl Sender,
    first: u64,
) -> Result<(), String> {
    let now = clock::now();
    let bar = account.bar();
    let mut number = 0_u64;
    let mut failure = None;
    let admitted = |mention| admit(&mention, now).map(|()| mention);
    let each = |record: Result<Result<_, String>, Reject>, progress: &Progress| {
        number += 1;
        if number.is_multiple_of(512) {
            bar.set_length(progress.size().unwrap_or(0));
            bar.set_position(progress.bytes_read());
        }
        let record = match record {
            Ok(Ok(mention)) => Ok(mention),
            // Where the mention stands is not known any more, only its number.
            Ok(Err(reason)) => Err(format!("record {number}: {reason}")),
            Err(reject) => Err(format!("line {}: {}", reject.line, reject.reason)),
        };
        if let Err(reason) = &record {
            account.reject(reason);
        }
        if number <= first {
            return ControlFlow::Continue(());
        }
        match sender.take(record.ok()) {
            Ok(Some(totals)) => account.totals.add(&totals),
            Ok(None) => {}
            Err(why) => {
                failure = Some(why);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    };
    let read = file.each(admitted, each);
    bar.finish_and_clear();
    if let Some(why) = failure {
        return Err(format!(
            "{why}\nwhat was stored stays; run it again and it goes on"
        ));
    }
    account.totals.add(&sender.finish(read.is_err())?);
    if let Err(Reject { line, reason }) = read {
        account.breaks_off(format!(
            "{}: breaks off at line {line}: {reason}; what stands before that was taken, and it does \
             not count as finished: import the whole file",
            account.file()
        ));
    }
    Ok(())
}
