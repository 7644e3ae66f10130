//! `draaiboek baseline`: what the past of a watch looks like, and a ladder of
//! bounds that fits it.

use std::process::ExitCode;
use std::time::Duration;

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::place::Folder;
use super::print::{failed, json, say, table};
use crate::config;
use crate::domain::baseline::{Baseline, Bound, Peak, STEP, Trust, baseline};
use crate::domain::organisation::{Organisation, Watch};
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, before};
use crate::engine::clock;
use crate::store::Store;

/// Names of triggers, from the lowest level up.
const RUNGS: [&str; 3] = ["rising", "spreading", "storm"];

/// When the latest mention is older, the past ends with it: nobody listens now.
const STILL_LISTENING: Duration = Duration::from_secs(7 * 86_400);

/// Say what is usual on a watch, and propose bounds for its triggers
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The watch; all of them when not given
    #[arg(value_name = "WATCH")]
    watch: Option<String>,
    /// How many days back
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u64).range(1..=1_100))]
    days: u64,
    #[command(flatten)]
    at: Folder,
}

pub fn run(args: &Args) -> ExitCode {
    match told(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn told(args: &Args) -> Result<(), String> {
    let organisation = config::load(&args.at.dir).organisation.ok_or_else(|| {
        format!(
            "there is no usable organisation in {}; `draaiboek check --dir {0}` says why",
            args.at.dir.display()
        )
    })?;
    let store = Store::open_to_read(&args.at.dir, organisation.plane());
    let store = store.map_err(|error| error.to_string())?;
    let is_meant = |watch: &&Watch| args.watch.as_ref().is_none_or(|key| watch.key == *key);
    let watches: Vec<&Watch> = organisation.watches.iter().filter(is_meant).collect();
    if watches.is_empty() {
        let keys: Vec<&str> = organisation
            .watches
            .iter()
            .map(|watch| watch.key.as_str())
            .collect();
        let written = args.watch.as_deref().unwrap_or_default();
        return Err(format!(
            "there is no watch `{written}`; there are {}",
            keys.join(", ")
        ));
    }
    let mut found = Vec::new();
    for watch in watches {
        let seen = look(store.as_ref(), watch, args.days, organisation.timezone)?;
        found.push((watch, seen));
    }
    if args.at.json {
        let watches = found.iter().map(|(watch, (baseline, n_day_only))| {
            let yaml = baseline
                .as_ref()
                .map(|baseline| ladder_yaml(baseline, &organisation));
            json!({
                "watch": watch.key, "baseline": baseline, "day_only": n_day_only, "yaml": yaml
            })
        });
        json(&Value::Array(watches.collect()));
        return Ok(());
    }
    let texts = found.iter().map(|(watch, seen)| match seen {
        (Some(baseline), n_day_only) => readable(watch, baseline, *n_day_only, &organisation),
        (None, 1..) => format!(
            "{}: all {} mentions in {} days have a day and no time. Which hours are busy, and how many \
             in an hour would have alarmed, cannot be told of them: import an export with times, or \
             listen for two weeks (`draaiboek serve --listen-only`) and ask again.\n",
            watch.key, seen.1, args.days
        ),
        (None, 0) => format!(
            "{}: nothing was counted in {} days. `draaiboek import` takes in history; or listen \
             for two weeks (`draaiboek serve --listen-only`) and ask again.\n",
            watch.key, args.days
        ),
    });
    say(texts.collect::<Vec<_>>().join("\n").trim_end());
    Ok(())
}

/// Also how many mentions are left out, as only their day is known.
fn look(
    store: Option<&Store>,
    watch: &Watch,
    days: u64,
    zone: Tz,
) -> Result<(Option<Baseline>, u64), String> {
    let Some(store) = store else {
        return Ok((None, 0));
    };
    let now = clock::now();
    let since = before(now, Duration::from_secs(days * 86_400));
    let counts = store
        .counts(&watch.key, since, STEP)
        .map_err(|error| error.to_string())?;
    let newest = counts.last().map_or(0, |(step, _)| *step + 1);
    let is_listening = newest * STEP > before(now, STILL_LISTENING).timestamp();
    let until = if is_listening {
        now.timestamp() / STEP
    } else {
        newest
    };
    let n_day_only = store.n_day_only(&watch.key, since);
    let from = since.timestamp() / STEP;
    Ok((
        baseline(&counts, from, until.max(newest), zone),
        n_day_only.map_err(|error| error.to_string())?,
    ))
}

fn readable(
    watch: &Watch,
    found: &Baseline,
    n_day_only: u64,
    organisation: &Organisation,
) -> String {
    let zone = organisation.timezone;
    let day = |at: Timestamp| at.with_timezone(&zone).format("%-d %b %Y").to_string();
    let mut text = format!(
        "{}: {} mentions in {} of listening, {} until {}\n",
        watch.key,
        found.mentions,
        length(found.days),
        day(found.from),
        day(found.until)
    );
    if n_day_only > 0 {
        text.push_str(&format!(
            "  {n_day_only} more have a day and no time: they are in none of the numbers below\n"
        ));
    }
    for (from, until) in &found.gaps {
        text.push_str(&format!(
            "  nothing at all from {} until {}: taken for not listening, left out\n",
            day(*from),
            day(*until)
        ));
    }
    match found.trust {
        Trust::Enough => {}
        Trust::Little => text.push_str(
            "LITTLE HISTORY: under two weeks. A usual week is not known yet; take the bounds below for \
             a first guess, and ask again later.\n",
        ),
        Trust::None => text.push_str(
            "TOO LITTLE HISTORY: under a day. No bounds are proposed; import history, or listen longer.\n",
        ),
    }
    let parts = found.parts.iter().map(|part| {
        let numbers = [part.median, part.nine_of_ten, part.most];
        [part.name.to_owned()]
            .into_iter()
            .chain(numbers.map(|n| n.to_string()))
            .collect()
    });
    let parts: Vec<Vec<String>> = parts.collect();
    text.push_str("\nMentions in an hour of the clock:\n");
    text.push_str(&table(
        &["PART OF THE WEEK", "MEDIAN", "9 OF 10", "MOST"],
        &parts,
    ));
    let busiest = found.busiest.iter();
    let busiest =
        busiest.map(|hour| format!("{} {}:00 ({:.1})", hour.weekday, hour.hour, hour.mean));
    let busiest: Vec<String> = busiest.collect();
    text.push_str(&format!(
        "\nBusiest hours as a rule: {}\n",
        busiest.join(", ")
    ));
    text.push_str("\nLargest peaks; do you know what they were?\n");
    for peak in &found.peaks {
        text.push_str(&format!("  {}\n", peak_words(*peak, zone)));
    }
    text.push_str("\nSo many in an hour would have alarmed:\n");
    for bound in &found.bounds {
        text.push_str(&format!("  {}\n", bound_words(bound, found.days, zone)));
    }
    if !found.ladder.is_empty() {
        text.push_str(&format!(
            "\nProposed for a playbook on this watch:\n\n{}",
            ladder_yaml(found, organisation)
        ));
    }
    text
}

/// A number of days in words.
fn length(days: f64) -> String {
    match days {
        ..1.0 => format!("{:.0} hours", days * 24.0),
        ..21.0 => format!("{days:.0} days"),
        _ => format!("{:.0} weeks", days / 7.0),
    }
}

fn peak_words(peak: Peak, zone: Tz) -> String {
    let at = peak.at.with_timezone(&zone);
    format!(
        "{} in the hour until {}",
        peak.in_an_hour,
        at.format("%a %-d %b %Y %H:%M")
    )
}

fn bound_words(bound: &Bound, days: f64, zone: Tz) -> String {
    let often = match bound.times {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    let moments = bound.reached.iter().take(3).map(|peak| {
        let at = peak.at.with_timezone(&zone);
        at.format("%-d %b %H:%M").to_string()
    });
    let moments = moments.collect::<Vec<_>>().join(", ");
    let more = if bound.times > 3 { " …" } else { "" };
    let when = match bound.times {
        0 => String::new(),
        _ => format!(" ({moments}{more}), {:.1} a week", bound.per_week),
    };
    format!(
        "{} in an hour: reached {often} in {}{when}",
        bound.at_least,
        length(days)
    )
}

/// Ready for a playbook; each rung with how often it was reached.
fn ladder_yaml(found: &Baseline, organisation: &Organisation) -> String {
    let mut yaml = String::from("triggers:\n");
    if found.trust == Trust::Little {
        yaml.push_str("  # Of under two weeks of history: a first guess.\n");
    }
    for ((bound, level), name) in found.ladder.iter().zip(&organisation.levels).zip(RUNGS) {
        let words = bound_words(bound, found.days, organisation.timezone);
        let title = level.title.get(Language::En.tag(), organisation.language);
        yaml.push_str(&format!(
            "  # {}: {words}.\n  {name}: {{ level: {}, when: {{ mentions: {{ within: 1h, at_least: {} }} }}, for: 10m }}\n",
            title.replace('\n', " "),
            level.name,
            bound.at_least
        ));
    }
    yaml
}
