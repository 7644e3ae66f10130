//! `draaiboek mentions forget`: mentions and their quotes are deleted; how much
//! is said and recorded.

use std::io::{self, BufRead, IsTerminal};

use serde_json::{Value, json};

use super::{moment, usable};
use crate::cli::ask::ask_real;
use crate::cli::place::Folder;
use crate::cli::print::{json, note, say, table};
use crate::domain::forgetting::Selection;
use crate::domain::time::rfc3339;
use crate::engine::request::Request;
use crate::store::Store;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["author", "id", "query", "before"]))]
pub(super) struct Args {
    /// Whose: a handle or a name
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// The id of one mention
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// What a query in the watch language means
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// Published before: a time, a day, or how long ago (90d)
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    at: Folder,
}

#[derive(Debug, clap::Args)]
pub(super) struct Record {
    #[command(flatten)]
    at: Folder,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = usable(&args.at.dir)?;
    let before = args
        .before
        .as_ref()
        .map(|written| moment(written, &organisation));
    let selection = Selection {
        author: args.author.clone(),
        id: args.id.clone(),
        query: args.query.clone(),
        before: before.transpose()?,
    };
    let put = |apply| {
        let selection = selection.clone();
        ask_real(&args.at.dir, &Request::Forget { selection, apply })
    };
    if !args.yes {
        let n_found = put(false)?["would_forget"].as_u64().unwrap_or_default();
        if !is_confirmed(n_found)? {
            return Err("nothing was forgotten".to_owned());
        }
    }
    let done = put(true)?;
    if args.at.json {
        json(&done);
    } else {
        say(&readable(&done));
    }
    Ok(())
}

fn is_confirmed(n_found: u64) -> Result<bool, String> {
    let what = format!(
        "{n_found} stored mentions would be deleted, with every quote of them; this cannot be undone"
    );
    if !io::stdin().is_terminal() {
        return Err(format!("{what}. Nothing was forgotten: --yes does it"));
    }
    note(&format!("{what}. Type yes to go on:"));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| error.to_string())?;
    Ok(answer.trim() == "yes")
}

fn readable(done: &Value) -> String {
    let n = |name: &str| done[name].as_u64().unwrap_or_default();
    format!(
        "Forgotten: {} mentions, who wrote {} of what is counted, {} quotes in logs, and what {} notices quoted.\n\
         What they counted for stays. Mails that went out are in people's mailboxes.",
        n("mentions"),
        n("authors"),
        n("quotes"),
        n("notices")
    )
}

/// Who had something forgotten.
pub(super) fn record(args: &Record) -> Result<(), String> {
    let organisation = usable(&args.at.dir)?;
    let store = Store::open_to_read(&args.at.dir, organisation.plane());
    let rows = match store.map_err(|error| error.to_string())? {
        Some(store) => store.forgotten().map_err(|error| error.to_string())?,
        None => Vec::new(),
    };
    if args.at.json {
        let rows = rows.iter().map(|row| {
            let mut told = json!({ "at": rfc3339(row.at), "by": row.by, "how": row.how });
            let done = serde_json::to_value(row.done).unwrap_or_default();
            if let (Some(told), Value::Object(done)) = (told.as_object_mut(), done) {
                told.extend(done);
            }
            told
        });
        json(&rows.collect());
        return Ok(());
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let at = row.at.with_timezone(&organisation.timezone);
            let done = row.done;
            let numbers = [done.mentions, done.authors, done.quotes, done.notices];
            let words = [
                at.format("%Y-%m-%d %H:%M").to_string(),
                row.by.clone(),
                row.how.clone(),
            ];
            words
                .into_iter()
                .chain(numbers.map(|n| n.to_string()))
                .collect()
        })
        .collect();
    let headers = [
        "WHEN", "WHO", "BY", "MENTIONS", "AUTHORS", "QUOTES", "NOTICES",
    ];
    say(table(&headers, &lines).trim_end());
    Ok(())
}
