//! `draaiboek watch list`: every watch, what it looks for, and how much it found.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Folder, organisation};
use crate::cli::print::{self, safe, say, wrap};
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::time::{Timestamp, before};
use crate::engine::clock;
use crate::store::Store;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How wide a terminal surely is.
const WIDTH: usize = 76;

/// List the watches: title, query, and how much each found in the last 24 hours
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    at: Folder,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = organisation(&args.at.dir)?;
    let store = Store::open_to_read(&args.at.dir, Plane::Real);
    let store = store.map_err(|error| error.to_string())?;
    let rows = rows(&organisation, store.as_ref(), clock::now())?;
    if args.at.json {
        print::json(&Value::Array(rows));
    } else {
        say(readable(&rows).trim_end());
    }
    Ok(())
}

fn rows(
    organisation: &Organisation,
    store: Option<&Store>,
    now: Timestamp,
) -> Result<Vec<Value>, String> {
    let language = organisation.language;
    let rows = organisation.watches.iter().map(|watch| {
        let count = store.map(|store| store.count(&watch.key, before(now, DAY)));
        let count = count.transpose().map_err(|error| error.to_string())?;
        Ok(json!({
            "watch": watch.key,
            "title": watch.title.get(language.tag(), language),
            "query": watch.query,
            "ignore": watch.ignore,
            "last_day": count,
        }))
    });
    rows.collect()
}

fn readable(rows: &[Value]) -> String {
    if rows.is_empty() {
        return "There are no watches; write them under `watches` in draaiboek.yaml.".to_owned();
    }
    let text = |value: &Value| safe(value.as_str().unwrap_or_default());
    let mut shown = String::new();
    for row in rows {
        let count = row["last_day"].as_u64().map_or_else(
            || "nothing stored yet".to_owned(),
            |n| format!("{n} in 24 hours"),
        );
        shown.push_str(&format!(
            "{} ({}): {count}\n",
            text(&row["watch"]),
            text(&row["title"])
        ));
        for line in wrap(&text(&row["query"]), WIDTH) {
            shown.push_str(&format!("    {line}\n"));
        }
        let ignored: Vec<String> = print::list_of(&row["ignore"]).iter().map(text).collect();
        if !ignored.is_empty() {
            shown.push_str(&format!("    not by {}\n", ignored.join(", ")));
        }
    }
    shown
}
