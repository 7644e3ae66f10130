//! `draaiboek report`: the after-action report of a run, or of a drill that was
//! kept, as one page, as Markdown or as figures.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::drill::kept_drill;
use super::learnt;
use super::made::{self, Made};
use super::place::Place;
use super::print::{self, failed, note, safe, say};
use crate::config;
use crate::domain::drill::record::{Record, What};
use crate::domain::report::model::MADE_BY;
use crate::domain::report::picture::pictures;
use crate::domain::report::{Drill, Subject, html, markdown};
use crate::domain::run::{Event, Logged, RunId};
use crate::domain::text::Language;
use crate::drill::archive::Kept;
use crate::drill::learnt as lessons;
use crate::engine::clock;
use crate::engine::reporting::{Form, written};
use crate::engine::request::Request;

/// Write the after-action report of a run or a drill
///
/// Examples: `draaiboek report 3 --out report-3.html`, `draaiboek report latest
/// --format md` (a drill), `draaiboek report 3 --format json`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Number of a run; or a drill: its folder in drills/, a scenario, or `latest`
    #[arg(value_name = "RUN")]
    of: String,
    /// html is one page to read and to print; json holds every figure
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where to write it, readable by the owner only; without it, to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// nl or en; the organisation's when not given
    #[arg(long, value_name = "LANG", value_parser = made::language)]
    language: Option<Language>,
    /// The environment analysis instead: what people need now, as plain text to paste.
    /// A new one is made, and is in the log then
    #[arg(long, conflicts_with_all = ["format", "out"])]
    sitrep: bool,
    /// With --sitrep: the latest one that was made, no new one
    #[arg(long, requires = "sitrep")]
    last: bool,
    #[command(flatten)]
    place: Place,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    #[default]
    Html,
    Md,
    Json,
}

impl Format {
    pub(super) fn form(self) -> Form {
        match self {
            Self::Html => Form::Html,
            Self::Md => Form::Md,
            Self::Json => Form::Json,
        }
    }
}

pub fn run(args: &Args) -> ExitCode {
    if args.sitrep {
        return match sitrep(args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => failed(&why),
        };
    }
    // `--json` says the same as `--format json`.
    let form = match args.place.json {
        true => Form::Json,
        false => args.format.form(),
    };
    let made = match args.of.parse::<RunId>() {
        Ok(run) => of_run(&args.place, run, args.language, form),
        Err(_) if args.place.is_drill() => {
            Err("a drill that is going on has runs: name the number of one".to_owned())
        }
        Err(_) => of_drill(args.place.folder(), &args.of, args.language, form),
    };
    match made.and_then(|made| put(&made, args.out.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn sitrep(args: &Args) -> Result<(), String> {
    let run: RunId = args
        .of
        .parse()
        .map_err(|_| "--sitrep is of a run: give its number".to_owned())?;
    let request = Request::Situation {
        run: Some(run),
        make: !args.last,
        language: args.language,
    };
    let shown = ask(&args.place, &request)?;
    if args.place.json {
        print::json(&shown);
        return Ok(());
    }
    match shown["text"].as_str() {
        Some(text) => say(safe_lines(text).trim_end()),
        None => note("no environment analysis was made in this run yet"),
    }
    Ok(())
}

/// Each line as a terminal may show it.
fn safe_lines(text: &str) -> String {
    let lines = text.lines().map(|line| safe(line) + "\n");
    lines.collect()
}

fn of_run(
    place: &Place,
    run: RunId,
    language: Option<Language>,
    form: Form,
) -> Result<Value, String> {
    let request = Request::Report {
        run: Some(run),
        language,
        form,
    };
    let mut answer = ask(place, &request)?;
    Ok(answer["report"].take())
}

/// The report of a drill that was kept.
pub(super) fn of_drill(
    dir: &Path,
    name: &str,
    language: Option<Language>,
    form: Form,
) -> Result<Value, String> {
    let (organisation, kept) = kept_drill(dir, name)?;
    let record = kept
        .record()
        .map_err(|error| format!("the record of {} cannot be read: {error}", kept.name))?;
    let (run, mut log) = log(&record).ok_or_else(|| {
        format!(
            "no run of {} started in {}: `draaiboek drill report {}` says what did happen",
            record.playbook.name, kept.name, kept.name
        )
    })?;
    learn(&mut log, &kept)?;
    let language = language.unwrap_or(organisation.language);
    let parsed = config::load(dir);
    let mut scenarios = parsed.scenarios.iter();
    let scenario = scenarios.find(|read| read.scenario.name == record.scenario);
    let title = scenario.map_or_else(
        || record.scenario.clone(),
        |read| {
            let title = &read.scenario.title;
            title.get(language.tag(), organisation.language).to_owned()
        },
    );
    let carried = learnt::open_lessons(dir, organisation.timezone, Some(&kept.name));
    let subject = Subject {
        run,
        log: &log,
        playbook: &record.playbook,
        organisation: &organisation,
        volume: &record.volume,
        // Whoever makes the environment analysis hands what it said over here.
        pictures: &pictures(&log, language),
        drill: Some(Drill {
            scenario: &record.scenario,
            title: &title,
            manner: record.manner,
            score: Some(&kept.score),
            record: Some(&record),
        }),
        carried: &carried,
        made_at: clock::wall(),
    };
    Ok(written(&subject, language, form))
}

/// The first run of the playbook that was drilled, with its log.
fn log(record: &Record) -> Option<(RunId, Vec<Logged>)> {
    let events = || {
        record.entries.iter().filter_map(|entry| match &entry.what {
            What::Event { run, logged } => Some((*run, &**logged)),
            _ => None,
        })
    };
    let is_start = |event: &Event| matches!(event, Event::RunStarted { playbook, .. } if *playbook == record.playbook.name);
    let (run, _) = events().find(|(_, logged)| is_start(&logged.event))?;
    let theirs = events().filter(|(of, _)| *of == run);
    Some((run, theirs.map(|(_, logged)| logged.clone()).collect()))
}

/// What was learnt after the drill goes behind its log.
fn learn(log: &mut Vec<Logged>, kept: &Kept) -> Result<(), String> {
    let after = log.last().map_or(0, |logged| logged.seq);
    let events = lessons::events(&kept.path)
        .map_err(|error| format!("the lessons of {} cannot be read: {error}", kept.name))?;
    log.extend(events.into_iter().filter(|logged| logged.seq > after));
    Ok(())
}

/// Writes it where it is asked for.
pub(super) fn put(made: &Value, out: Option<&Path>) -> Result<(), String> {
    let text = match made {
        Value::String(text) => text.trim_end().to_owned(),
        figures => serde_json::to_string_pretty(figures).unwrap_or_default(),
    };
    let Some(path) = out else {
        say(&text);
        return Ok(());
    };
    let mark = match made {
        Value::String(text) if text.starts_with("<!DOCTYPE") => html::MARK,
        Value::String(_) => markdown::MARK,
        _ => MADE_BY,
    };
    made::write(
        path,
        &Made {
            text: &format!("{text}\n"),
            mark,
            is_private: true,
        },
    )?;
    note(&format!("written: {}", path.display()));
    note("it holds names: only you can read the file (0600)");
    Ok(())
}
