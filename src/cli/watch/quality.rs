//! `draaiboek watch quality`: how well mentions are read here, by what people
//! corrected.

use serde_json::json;

use super::{Folder, organisation};
use crate::cli::print::{json as print_json, note, say, table};
use crate::domain::quality::{Hits, Quality, TONES};
use crate::domain::time::{Timestamp, before, parse_duration};
use crate::engine::clock;
use crate::store::{LabelRow, Store};

/// Show how well tone, needs and rumours are read, by your own corrections
///
/// What `mentions label` corrected or confirmed, against what the program had read.
/// Label mentions as they come, not only the wrong ones: else it looks worse than it is.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only labels of the last so long (30d)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    since: Option<std::time::Duration>,
    #[command(flatten)]
    at: Folder,
}

/// With fewer labels the shares say little.
const ENOUGH: u64 = 50;

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = organisation(&args.at.dir)?;
    let store = Store::open_to_read(&args.at.dir, organisation.plane());
    let labels = match store.map_err(|error| error.to_string())? {
        Some(store) => store.labels().map_err(|error| error.to_string())?,
        None => Vec::new(),
    };
    let since = args
        .since
        .map_or(Timestamp::UNIX_EPOCH, |length| before(clock::now(), length));
    let labels: Vec<LabelRow> = labels.into_iter().filter(|row| row.at >= since).collect();
    let quality = Quality::of(labels.iter().map(|row| (row.said, row.meant)));
    if args.at.json {
        print_json(&as_json(&quality));
        return Ok(());
    }
    if quality.labels == 0 {
        note(
            "nobody labelled a mention yet: `draaiboek mentions search '*'` shows ids, `draaiboek mentions label ID --tone … --needs …` says what one is",
        );
        return Ok(());
    }
    let headers: Vec<&str> = std::iter::once("TONE: READ AS, DOWN")
        .chain(TONES)
        .collect();
    let rows: Vec<Vec<String>> = TONES
        .iter()
        .zip(quality.tone)
        .map(|(tone, row)| {
            let numbers = row.iter().map(u64::to_string);
            std::iter::once((*tone).to_owned()).chain(numbers).collect()
        })
        .collect();
    say(table(&headers, &rows).trim_end());
    say("");
    let rows: Vec<Vec<String>> = kinds(&quality)
        .iter()
        .map(|(name, hits)| {
            vec![
                (*name).to_owned(),
                hits.right.to_string(),
                hits.wrong.to_string(),
                hits.missed.to_string(),
                percent(hits.precision()),
                percent(hits.recall()),
            ]
        })
        .collect();
    let headers = ["NEED", "RIGHT", "WRONG", "MISSED", "PRECISION", "RECALL"];
    say(table(&headers, &rows).trim_end());
    say("");
    let labels = quality.labels;
    let accuracy = percent(quality.tone_accuracy());
    say(&format!("{labels} labels; the tone is right in {accuracy}"));
    if labels < ENOUGH {
        note("with fewer than 50 labels these shares can be far off");
    }
    Ok(())
}

fn kinds(quality: &Quality) -> [(&'static str, Hits); 4] {
    [
        ("information", quality.information),
        ("harm", quality.harm),
        ("meaning", quality.meaning),
        ("rumour", quality.rumour),
    ]
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.0}%", share * 100.0))
}

fn as_json(quality: &Quality) -> serde_json::Value {
    let mut shown = json!({
        "labels": quality.labels,
        "tones": TONES,
        "tone": quality.tone,
        "tone_accuracy": quality.tone_accuracy(),
    });
    for (name, hits) in kinds(quality) {
        shown[name] = json!({
            "right": hits.right,
            "wrong": hits.wrong,
            "missed": hits.missed,
            "precision": hits.precision(),
            "recall": hits.recall(),
        });
    }
    shown
}
