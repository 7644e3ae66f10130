//! `draaiboek backtest`: a playbook over mentions of the past, on a simulated
//! clock. The same core as the daemon; nothing is stored and nobody is mailed.
//! With `--counts`, the condition `unusual` over a table of counts.

mod chart;

mod counts;

mod known;

mod lines;

mod play;

mod read;

mod side;

mod summary;

mod svg;

mod view;

use std::fs;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;

use crate::cli::print::{failed, note};
use crate::cli::reading;
use crate::config;
use crate::domain::retrospect::Period;
use crate::domain::retrospect::incident::Verdict;
use crate::domain::text::Language;
use crate::domain::time::{after, parse_duration, rfc3339};
use crate::domain::words::Words;
use crate::engine;
use counts::Easily;
use lines::Printer;
use play::{Loaded, Told, load, play};
use read::Input;
use view::{Known, View};

/// Replay recorded mentions: when would this playbook have raised the alarm?
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The playbook file
    #[arg(long, value_name = "FILE", required_unless_present = "counts")]
    playbook: Option<PathBuf>,
    /// Mentions: NDJSON, a JSON array or CSV, packed with gzip or not; `-` reads stdin. Without it: what the folder stored
    #[arg(long, value_name = "FILE")]
    mentions: Vec<PathBuf>,
    /// Mentions of before, that only teach what is usual
    #[arg(long, value_name = "FILE", requires = "mentions")]
    history: Vec<PathBuf>,
    /// For CSV: which column holds which field, such as text=Body,published_at=Date
    #[arg(long, value_name = "FIELD=HEADER", value_delimiter = ',', value_parser = pair)]
    columns: Vec<(String, String)>,
    /// Judge from here on; what came before only teaches what is usual
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Judge until here
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// The first so long only teaches what is usual, such as 14d
    #[arg(long, value_name = "LENGTH", value_parser = parse_duration, conflicts_with = "since")]
    warm_up: Option<Duration>,
    /// Another version of the playbook, to compare with
    #[arg(long, value_name = "FILE", requires = "playbook")]
    against: Option<PathBuf>,
    /// What is known to have happened: CSV or YAML with from, to, title
    #[arg(long, value_name = "FILE")]
    incidents: Option<PathBuf>,
    /// An alarm so long before an incident is for it
    #[arg(long, value_name = "LENGTH", value_parser = parse_duration, default_value = "6h", requires = "incidents")]
    early: Duration,
    /// Exit with 1 when there are more false alarms a week
    #[arg(long, value_name = "NUMBER")]
    max_false_per_week: Option<f64>,
    /// Exit with 1 when an incident is missed
    #[arg(long, requires = "incidents")]
    must_find: bool,
    /// Also tell every event
    #[arg(long)]
    events: bool,
    /// Draw the curve, the usual and the alarms in a file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Print JSON for scripts, one event a line
    #[arg(long)]
    json: bool,
    /// Also say when a trigger nearly fired: at most once a day, after it ended
    #[arg(long, conflicts_with = "counts")]
    nearly: bool,
    /// With --json: end with an object that sums up
    #[arg(long, requires = "json")]
    summary: bool,
    /// Instead of mentions: counts in time, a CSV with `timestamp` and `value`
    #[arg(
        long,
        value_name = "IN.csv",
        conflicts_with_all = [
            "playbook", "mentions", "history", "columns", "since", "until", "warm_up", "events"
        ]
    )]
    counts: Option<PathBuf>,
    /// Where counts are written with `anomaly_score`: 1 where an alarm begins
    #[arg(long, value_name = "OUT.csv", requires = "counts")]
    events_csv: Option<PathBuf>,
    /// How easily counts are unusual
    #[arg(
        long,
        value_name = "HOW",
        default_value = "normal",
        requires = "counts"
    )]
    sensitivity: Easily,
}

fn pair(written: &str) -> Result<(String, String), String> {
    let (field, header) = written
        .split_once('=')
        .ok_or_else(|| format!("`{written}` is not FIELD=HEADER, such as text=Body"))?;
    Ok((field.trim().to_owned(), header.trim().to_owned()))
}

pub fn run(args: &Args) -> ExitCode {
    let done = match (&args.counts, &args.playbook) {
        (Some(counts), _) => follow(args, counts),
        (None, Some(playbook)) => backtest(args, playbook),
        (None, None) => Err("say --playbook, or --counts".to_owned()),
    };
    match done {
        Ok(unmet) if unmet.is_empty() => ExitCode::SUCCESS,
        Ok(unmet) => {
            unmet.iter().for_each(|one| note(one));
            ExitCode::FAILURE
        }
        Err(why) => failed(&why),
    }
}

/// Counts in time. Gives what was demanded and not met.
fn follow(args: &Args, counts: &Path) -> Result<Vec<String>, String> {
    let organisation = config::load(&args.dir).organisation;
    let words = Words {
        language: organisation
            .as_ref()
            .map_or(Language::En, |one| one.language),
        zone: organisation.map_or(Tz::UTC, |one| one.timezone),
    };
    let known = known(args, words.zone)?;
    let past = counts::follow(counts, args.events_csv.as_deref(), args.sensitivity)?;
    let view = View::new(file_name(counts), words.zone, past, &known);
    if args.json {
        if args.summary {
            say(&format!("{}\n", view.json()))?;
        }
    } else {
        say(&told(&view))?;
    }
    draw(args, &view, words)?;
    Ok(unmet(args, &view))
}

/// A playbook over mentions. Gives what was demanded and not met.
fn backtest(args: &Args, playbook: &Path) -> Result<Vec<String>, String> {
    let loaded = load(&args.dir, playbook)?;
    let other = args.against.as_ref().map(|other| load(&args.dir, other));
    let other = other.transpose()?;
    let organisation = &loaded.organisation;
    let zone = organisation.timezone;
    let known = known(args, zone)?;
    let watches = engine::watches_of(organisation)?;
    let input = if args.mentions.is_empty() {
        let input = read::stored(&args.dir, organisation, &watches)?;
        // Any of the texts may be quoted below.
        let n_texts = input.n_mentions.saturating_sub(input.n_without_text);
        let n_texts = usize::try_from(n_texts).unwrap_or(usize::MAX);
        reading::read(&args.dir, "backtest", &file_name(playbook), n_texts)?;
        input
    } else {
        read::files(&args.mentions, &args.history, &args.columns, &watches)?
    };
    let period = period(args, &input, zone)?;
    let is_told = !args.json || args.summary;
    let is_recorded =
        is_told || args.svg.is_some() || args.must_find || args.max_false_per_week.is_some();
    let mut printer = Printer {
        organisation: Arc::clone(organisation),
        is_json: args.json,
        out: BufWriter::new(std::io::stdout().lock()),
    };
    let has_lines = args.json || args.events;
    let past = play(
        &loaded,
        &input.heard,
        period,
        is_recorded,
        |told| match told {
            Told::Happened(happenings) if has_lines => printer.print(happenings),
            Told::Nearly(missed) if args.nearly => printer.near_misses(missed),
            Told::Happened(_) | Told::Nearly(_) => {}
        },
    );
    let n_judged = input.heard.iter().filter(|one| one.at() >= period.from);
    let n_judged = n_judged.filter(|one| one.at() <= period.until).count();
    let mut unmet_all = Vec::new();
    if let Some(past) = past {
        let name = |path: &Path| match &args.against {
            Some(against) if file_name(playbook) == file_name(against) => {
                path.display().to_string()
            }
            _ => file_name(path),
        };
        let remarks = remarks(&input, period, zone);
        let view = seen(&loaded, name(playbook), past, &input, &known, &remarks);
        let other = match (&other, &args.against) {
            (Some(other), Some(path)) => {
                let past = play(other, &input.heard, period, true, |_| {});
                past.map(|past| seen(other, name(path), past, &input, &known, &remarks))
            }
            _ => None,
        };
        if is_told {
            let text = if args.json {
                let mut summary = view.json();
                if let Some(other) = &other {
                    summary["against"] = side::json(&view, other);
                }
                format!("{summary}\n")
            } else {
                let gap = if args.events { "\n" } else { "" };
                let beside = other.as_ref().map(|other| side::text(&view, other));
                let beside = beside.map(|text| format!("\n{text}")).unwrap_or_default();
                format!("{gap}{}{beside}", told(&view))
            };
            printer.line(text.trim_end_matches('\n'));
        }
        let words = Words {
            language: organisation.language,
            zone,
        };
        draw(args, &view, words)?;
        unmet_all = unmet(args, &view);
    }
    printer.finish()?;
    drop(printer);
    let order = if input.is_sorted {
        ""
    } else {
        " (they were not in order of time and have been sorted)"
    };
    note(&format!(
        "{} mentions, {n_judged} of them for this playbook's watches{order}",
        input.n_mentions
    ));
    // The process ends here: giving back a million mentions one by one takes
    // longer than judging them.
    std::mem::forget(input);
    Ok(unmet_all)
}

/// What time is judged.
fn period(args: &Args, input: &Input, zone: Tz) -> Result<Period, String> {
    let since = args.since.as_deref();
    let since = since.map(|written| known::instant(written, zone, false));
    let until = args.until.as_deref();
    let until = until.map(|written| known::instant(written, zone, true));
    let warmed = args.warm_up.map(|warm_up| after(input.first, warm_up));
    let from = since.transpose()?.or(warmed).unwrap_or(input.first);
    let until = until.transpose()?.unwrap_or(input.last).min(input.last);
    if until < from {
        return Err(format!(
            "nothing is left to judge: from {} to {}; the mentions are of {} to {}",
            rfc3339(from),
            rfc3339(until),
            rfc3339(input.first),
            rfc3339(input.last)
        ));
    }
    Ok(Period { from, until })
}

/// What must be said about where it comes from.
fn remarks(input: &Input, period: Period, zone: Tz) -> Vec<String> {
    let mut remarks = Vec::new();
    let n_before = input.heard.partition_point(|one| one.at() < period.from);
    if n_before > 0 {
        remarks.push(format!(
            "{n_before} mentions of before that only taught what is usual."
        ));
    }
    if input.n_without_text > 0 {
        let words = Words {
            language: Language::En,
            zone,
        };
        let from = input.texts_from;
        let texts = from.map_or("there are no texts any more".to_owned(), |from| {
            format!("texts are kept from {}", words.full(from))
        });
        remarks.push(format!(
            "{} of {} stored mentions have no text any more ({texts}): they count as they did then, and what they were about is not known.",
            input.n_without_text, input.n_mentions
        ));
    }
    remarks
}

fn seen<'a>(
    loaded: &Loaded,
    name: String,
    past: crate::domain::retrospect::Past,
    input: &Input,
    known: &'a Known,
    remarks: &[String],
) -> View<'a> {
    let organisation = &loaded.organisation;
    let playbook = &loaded.playbook;
    let mut watches = organisation.watches.iter();
    let place = watches.position(|watch| watch.key == playbook.watch);
    let query = place.map_or("", |place| organisation.watches[place].query.as_str());
    let number = place.and_then(|place| u16::try_from(place).ok());
    let number = number.unwrap_or(u16::MAX);
    let mut view = View::new(name, organisation.timezone, past, known);
    view.remarks.extend_from_slice(remarks);
    view.with_texts(playbook, &input.heard, number, query)
}

fn known(args: &Args, zone: Tz) -> Result<Known, String> {
    let incidents = args.incidents.as_ref();
    let incidents = incidents.map(|path| known::incidents(path, zone));
    Ok(Known {
        incidents: incidents.transpose()?.unwrap_or_default(),
        early: i64::try_from(args.early.as_secs()).unwrap_or(i64::MAX),
    })
}

/// All of it for people.
fn told(view: &View) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    let chart = chart::draw(view, config::columns(), config::wants_colour(is_terminal));
    let (head, rest) = (summary::head(view), summary::rest(view));
    format!("{head}\n{chart}\n{rest}")
}

fn draw(args: &Args, view: &View, words: Words) -> Result<(), String> {
    let Some(path) = &args.svg else {
        return Ok(());
    };
    fs::write(path, svg::draw(view, words)).map_err(|error| format!("{}: {error}", path.display()))
}

/// What was demanded and is not so.
fn unmet(args: &Args, view: &View) -> Vec<String> {
    let mut unmet = Vec::new();
    let verdict = view.verdict.as_ref();
    let n_missed = verdict.map_or(0, |verdict| verdict.found.len() - Verdict::n_found(verdict));
    if args.must_find && n_missed > 0 {
        unmet.push(format!(
            "{n_missed} known incidents were missed (--must-find)"
        ));
    }
    let false_a_week = view.false_a_week();
    if let Some(most) = args.max_false_per_week.filter(|most| false_a_week > *most) {
        unmet.push(format!(
            "{false_a_week:.2} false alarms a week, more than {most} (--max-false-per-week)"
        ));
    }
    unmet
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn say(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
