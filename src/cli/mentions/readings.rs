//! `draaiboek mentions readings`: who read what strangers wrote, and who wanted to.

use serde_json::json;

use super::usable;
use crate::cli::place::Folder;
use crate::cli::print::{json, safe, say, table};
use crate::domain::time::rfc3339;
use crate::store::Store;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many are shown, the latest first
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    at: Folder,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = usable(&args.at.dir)?;
    let store = Store::open_to_read(&args.at.dir, organisation.plane());
    let rows = match store.map_err(|error| error.to_string())? {
        Some(store) => store
            .readings(args.limit)
            .map_err(|error| error.to_string())?,
        None => Vec::new(),
    };
    if args.at.json {
        let rows = rows.iter().map(|row| {
            json!({
                "at": rfc3339(row.at),
                "by": row.by,
                "what": row.reading.what,
                "query": row.reading.query,
                "shown": row.reading.shown,
                "refused": row.is_refused,
            })
        });
        json(&rows.collect());
        return Ok(());
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let at = row.at.with_timezone(&organisation.timezone);
            let shown = match row.is_refused {
                true => "REFUSED".to_owned(),
                false => row.reading.shown.to_string(),
            };
            let query = safe(&row.reading.query.replace('\n', " "));
            vec![
                at.format("%Y-%m-%d %H:%M").to_string(),
                safe(&row.by),
                row.reading.what.clone(),
                shown,
                query,
            ]
        })
        .collect();
    let headers = ["WHEN", "WHO", "WHAT", "TEXTS", "CHOSEN BY"];
    say(table(&headers, &lines).trim_end());
    Ok(())
}
