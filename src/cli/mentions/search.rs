//! `draaiboek mentions search`: what is stored that a query means.

use serde_json::json;

use super::{Filter, Shelf};
use crate::cli::place::Folder;
use crate::cli::print::{json, note, safe, say, wrap};
use crate::cli::reading::read;
use crate::store::Found;

/// Columns of text on a terminal.
const WIDTH: usize = 96;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// In the watch language, as in `query` of a watch; `*` finds everything
    #[arg(value_name = "QUERY")]
    query: String,
    #[command(flatten)]
    filter: Filter,
    /// How many are shown, the latest first
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    at: Folder,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let shelf = Shelf::open(&args.at.dir, Some(&args.query))?;
    let mut shown = Vec::new();
    let mut n_found = 0_usize;
    shelf.each(&args.filter, true, |found| {
        n_found += 1;
        if shown.len() < args.limit {
            shown.push(found.clone());
        }
        Ok(true)
    })?;
    let chosen = args.filter.written(&args.query);
    read(&args.at.dir, "mentions search", &chosen, shown.len())?;
    if args.at.json {
        let mentions = shown.iter().map(|found| {
            json!({ "mention": found.mention, "source": found.source, "watches": found.watches })
        });
        let mentions: Vec<_> = mentions.collect();
        json(&json!({ "found": n_found, "mentions": mentions }));
        return Ok(());
    }
    for found in &shown {
        say(&readable(found, &shelf));
    }
    note(&match n_found - shown.len() {
        0 => format!("{n_found} found"),
        n_more => format!("{n_found} found, {n_more} of them not shown (--limit)"),
    });
    Ok(())
}

fn readable(found: &Found, shelf: &Shelf) -> String {
    let mention = &found.mention;
    let at = mention
        .published_at
        .with_timezone(&shelf.organisation.timezone);
    let who = mention.author.as_deref().unwrap_or("somebody");
    let watches = match found.watches.is_empty() {
        true => "no watch".to_owned(),
        false => found.watches.join(", "),
    };
    let head = format!(
        "{}  {} on {}  [{watches}; id {}]",
        at.format("%Y-%m-%d %H:%M"),
        who.replace('\n', " "),
        mention.platform.name(),
        mention.id.replace('\n', " ")
    );
    let mut text = format!("{}\n", safe(&head));
    for line in wrap(&safe(&mention.text), WIDTH) {
        text.push_str(&format!("    {line}\n"));
    }
    if let Some(url) = &mention.url {
        text.push_str(&format!("    {}\n", safe(&url.replace('\n', " "))));
    }
    text
}
