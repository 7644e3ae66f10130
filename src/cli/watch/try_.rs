//! `draaiboek watch try`: what a query would have found in a file of mentions,
//! or in what is stored.

use std::path::PathBuf;

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::marks::marked;
use super::seek::Trial;
use super::tally::{Tally, spark};
use super::{Folder, known_source, known_watch, organisation, read};
use crate::cli::print::{self, safe, say, table};
use crate::cli::reading;
use crate::domain::mention::Mention;
use crate::domain::query::Query;
use crate::domain::query::explain::explain;
use crate::engine;

/// Show what a query would have found, beside what a watch finds
///
/// In a file of mentions, or in what is stored: that are only mentions which
/// matched a watch. A mention that comes twice counts once; our own posts do not
/// count.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: draaiboek watch try '{us} klacht*' --mentions mei.ndjson --against hospital"
)]
pub(super) struct Args {
    /// A query in the watch language
    query: String,
    /// Mentions: NDJSON, a JSON array or CSV, packed with gzip or not; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    mentions: Option<PathBuf>,
    /// For CSV: which column holds which field, such as text=Body,published_at=Date
    #[arg(long, value_name = "FIELD=HEADER", value_delimiter = ',', value_parser = pair, requires = "mentions")]
    columns: Vec<(String, String)>,
    /// Compare with what this watch counts
    #[arg(long, value_name = "WATCH")]
    against: Option<String>,
    /// How many examples to show
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    limit: usize,
    /// As if all came from this source [default: as stored, or the one for the platform]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    #[command(flatten)]
    at: Folder,
}

fn pair(written: &str) -> Result<(String, String), String> {
    let (field, header) = written
        .split_once('=')
        .ok_or_else(|| format!("`{written}` is not FIELD=HEADER, such as text=Body"))?;
    Ok((field.trim().to_owned(), header.trim().to_owned()))
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let organisation = organisation(&args.at.dir)?;
    let query = read(&args.query, &organisation)?;
    let watches = engine::watches_of(&organisation)?;
    let mut trial = Trial::new(&query, &watches, &organisation);
    if let Some(key) = &args.against {
        let key = known_watch(key, &organisation)?;
        let mut places = (0..).zip(&organisation.watches);
        trial.against = places
            .find(|(_, watch)| watch.key == key)
            .map(|(place, _)| place);
    }
    let source = args.source.as_deref();
    trial.source = source
        .map(|key| known_source(key, &organisation))
        .transpose()?;
    let mut tally = Tally::new(args.limit, args.against.is_some());
    match &args.mentions {
        Some(path) => trial.file(path, &args.columns, &mut tally)?,
        None => trial.store(&args.at.dir, &mut tally)?,
    }
    if tally.n_mentions() == 0 {
        return Err("there are no mentions to try it on".to_owned());
    }
    let outcome = Outcome::new(tally, &query, organisation.timezone, args);
    if outcome.is_stored {
        let shown = outcome.examples.len() + outcome.missed.len();
        reading::read(&args.at.dir, "watch try", &args.query, shown)?;
    }
    if args.at.json {
        print::json(&outcome.json());
    } else {
        say(outcome.readable().trim_end());
    }
    Ok(())
}

/// What is shown of a trial.
struct Outcome<'a> {
    query: &'a Query,
    timezone: Tz,
    written: &'a str,
    against: Option<&'a str>,
    is_stored: bool,
    tally: Tally,
    examples: Vec<(Mention, String)>,
    missed: Vec<(Mention, String)>,
}

impl<'a> Outcome<'a> {
    fn new(mut tally: Tally, query: &'a Query, timezone: Tz, args: &'a Args) -> Self {
        Self {
            query,
            timezone,
            written: &args.query,
            against: args.against.as_deref(),
            is_stored: args.mentions.is_none(),
            examples: std::mem::take(&mut tally.examples).into_list(),
            missed: std::mem::take(&mut tally.missed).into_list(),
            tally,
        }
    }

    fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
        let share = self.tally.n_found as f64 / self.tally.n_mentions().max(1) as f64;
        share
    }

    /// Only the query and only the watch.
    fn apart(&self) -> (u64, u64) {
        let both = self.tally.n_both;
        (self.tally.n_found - both, self.tally.n_watched - both)
    }

    fn json(&self) -> Value {
        let example = |(mention, source): &(Mention, String)| {
            let reason = explain(self.query, mention, source);
            let marks = reason.marks().into_iter();
            let marks = marks.map(|mark| mention.text.get(mark).unwrap_or_default().to_owned());
            json!({
                "mention": mention,
                "because": reason.in_words(),
                "marks": marks.collect::<Vec<_>>(),
            })
        };
        let days = self.tally.days.iter();
        let platforms = self.tally.platforms.iter();
        let mut whole = json!({
            "query": self.written,
            "mentions": self.tally.n_mentions(),
            "found": self.tally.n_found,
            "share": self.share(),
            "ours": self.tally.n_ours,
            "authors": self.tally.n_authors(),
            "days": days
                .map(|(day, (all, found))| json!({"day": day.to_string(), "mentions": all, "found": found}))
                .collect::<Vec<_>>(),
            "platforms": platforms
                .map(|(platform, count)| (platform.name().to_owned(), json!(count)))
                .collect::<serde_json::Map<_, _>>(),
            "examples": self.examples.iter().map(example).collect::<Vec<_>>(),
        });
        if let Some(watch) = self.against {
            let (only_query, only_watch) = self.apart();
            whole["against"] = json!({
                "watch": watch,
                "both": self.tally.n_both,
                "only_query": only_query,
                "only_watch": only_watch,
                "missed": self.missed.iter().map(example).collect::<Vec<_>>(),
            });
        }
        whole
    }

    fn readable(&self) -> String {
        let tally = &self.tally;
        let mut shown = format!(
            "Found {} of {} mentions ({:.1}%), by {} authors.\n",
            tally.n_found,
            tally.n_mentions(),
            100.0 * self.share(),
            tally.n_authors()
        );
        if self.is_stored {
            shown.push_str("Stored are only mentions that a watch found; a wider query needs --mentions FILE.\n");
        }
        if tally.n_ours > 0 {
            shown.push_str(&format!(
                "{} more are our own posts and do not count.\n",
                tally.n_ours
            ));
        }
        if tally.n_found > 0 {
            shown.push_str(&self.curve());
            let mut rows: Vec<_> = tally.platforms.iter().collect();
            rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .map(|(platform, count)| vec![platform.name().to_owned(), count.to_string()])
                .collect();
            shown.push_str(&format!("\n{}", table(&["PLATFORM", "FOUND"], &rows)));
        }
        if let Some(watch) = self.against {
            let watch = safe(watch);
            let (only_query, only_watch) = self.apart();
            shown.push_str(&format!(
                "\nAgainst the watch {watch}: {} found by both, {only_query} only by this query, \
                 {only_watch} only by {watch}.\n",
                tally.n_both
            ));
            shown.push_str(&self.texts("Only by this query:", &self.examples));
            shown.push_str(&self.texts(&format!("Only by {watch}:"), &self.missed));
        } else {
            shown.push_str(&self.texts("Most reacted to:", &self.examples));
        }
        shown
    }

    fn curve(&self) -> String {
        let (step, counts) = self.tally.curve();
        let days = self.tally.days.keys();
        let (first, last) = (days.clone().next(), days.last());
        let shown =
            |day: Option<&chrono::NaiveDate>| day.map(ToString::to_string).unwrap_or_default();
        let each = match step {
            1 => "day".to_owned(),
            step => format!("{step} days"),
        };
        format!(
            "\nPer {each}, {} to {}: {} (at most {})\n",
            shown(first),
            shown(last),
            spark(&counts),
            counts.iter().max().unwrap_or(&0)
        )
    }

    fn texts(&self, head: &str, mentions: &[(Mention, String)]) -> String {
        if mentions.is_empty() {
            return String::new();
        }
        let mut shown = format!("\n{head}\n");
        for (mention, source) in mentions {
            let author = mention.author.as_deref().unwrap_or("somebody");
            let at = mention.published_at.with_timezone(&self.timezone);
            let place = format!(
                "{} {author} on {}",
                at.format("%Y-%m-%d %H:%M"),
                mention.platform.name()
            );
            shown.push_str(&format!("\n  {}\n", safe(&place)));
            let reason = explain(self.query, mention, source);
            shown.push_str(&marked(&mention.text, &reason.marks()));
            if !reason.matched {
                shown.push_str(&format!("  {}\n", safe(&reason.in_words())));
            }
        }
        shown
    }
}
