//! `draaiboek watch list`: every watch, what it looks for, how much it found, and
//! whether that is usual.

use std::time::Duration;

use serde_json::{Value, json};

use super::nearness::rounded;
use super::{Folder, organisation};
use crate::cli::print::{self, safe, say, wrap};
use crate::domain::almanac::Almanac;
use crate::domain::heard::tide::Tide;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::time::{Timestamp, before};
use crate::domain::usual::Grade;
use crate::engine::clock;
use crate::store::Store;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How wide a terminal surely is.
const WIDTH: usize = 76;

/// List the watches: title, query, and how much each found against its usual
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
        let count = |length| {
            let count = store.map(|store| store.count(&watch.key, before(now, length)));
            count.transpose().map_err(|error| error.to_string())
        };
        Ok(json!({
            "watch": watch.key,
            "title": watch.title.get(language.tag(), language),
            "query": watch.query,
            "ignore": watch.ignore,
            "last_day": count(DAY)?,
            "last_hour": count(HOUR)?,
            "usual_hour": usual(organisation, &watch.key, store, now)?,
        }))
    });
    rows.collect()
}

/// What is usual in an hour at this time; `None` while nothing is known.
fn usual(
    organisation: &Organisation,
    watch: &str,
    store: Option<&Store>,
    now: Timestamp,
) -> Result<Option<f64>, String> {
    let saved = store.map(|store| store.usual(watch)).transpose();
    let saved = saved.map_err(|error| error.to_string())?.flatten();
    Ok(saved.and_then(|saved| {
        let mut tide = Tide::default();
        tide.restore(saved);
        let hour = now.timestamp().div_euclid(3_600);
        let expected = tide.expect(hour, &Almanac::new(organisation, watch));
        let usual = (expected.mentions * 10.0).round() / 10.0;
        (expected.grade != Grade::Unknown).then_some(usual)
    }))
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
            |n| format!("{n} in 24 hours{}", against_usual(row)),
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

/// `; 42 in the last hour, usually 7`.
fn against_usual(row: &Value) -> String {
    let Some(now) = row["last_hour"].as_u64() else {
        return String::new();
    };
    let usual = match row["usual_hour"].as_f64() {
        Some(usual) => format!("usually {}", rounded(usual, 1)),
        None => "the usual is not known yet".to_owned(),
    };
    format!("; {now} in the last hour, {usual}")
}
