//! `draaiboek lesson`: what to do otherwise next time, who sees to it and by when.

use std::io;
use std::process::ExitCode;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::act::act;
use super::ask::ask;
use super::drill::kept_drill;
use super::learnt;
use super::place::{Place, RunPlace};
use super::print::{self, cell, failed, list_of, note, say, table};
use crate::domain::drill::record::What;
use crate::domain::organisation::Organisation;
use crate::domain::report::{carried_line, owner_title};
use crate::domain::run::lesson::in_order;
use crate::domain::run::{Event, Logged};
use crate::domain::step::acts::{Act, NoAct, lesson_closed, lesson_noted};
use crate::domain::text::Language;
use crate::domain::timeline::{Names, sentence};
use crate::drill::archive::Kept;
use crate::drill::learnt as file;
use crate::engine::clock;
use crate::engine::request::Request;
use crate::web::local::own_name;

/// Note lessons with an owner and a date, list what is open, and close them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Note a lesson of a run or a drill, also after it is closed
    ///
    /// Examples: `draaiboek lesson add "Put the ward's number in the playbook" --owner
    /// comms_lead --due 2026-05-01 --run 3`; of a drill that is over: `… --of latest`.
    Add {
        /// What to do otherwise, in quotes
        text: String,
        /// Who sees to it: a role, or a name under `team`
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// The last day on which it is in time, such as 2026-05-01
        #[arg(long, value_name = "DATE", value_parser = day)]
        due: NaiveDate,
        #[command(flatten)]
        of: Of,
    },
    /// List the open lessons of all runs and drills
    List {
        /// Also those that were seen to
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        of: Of,
    },
    /// Say that a lesson was seen to, and how
    ///
    /// Example: `draaiboek lesson close 1 --run 3 --how "It stands in the playbook now"`
    Close {
        /// Its number, as `lesson list` shows it
        lesson: String,
        /// How it was seen to
        #[arg(long, value_name = "TEXT")]
        how: String,
        #[command(flatten)]
        of: Of,
    },
}

/// Of which run, or which drill that is over.
#[derive(Debug, clap::Args)]
struct Of {
    /// Of a drill that was kept: its folder in drills/, a scenario, or `latest`
    #[arg(long = "of", value_name = "DRILL", conflicts_with_all = ["run", "drill"])]
    of: Option<String>,
    #[command(flatten)]
    place: RunPlace,
}

fn day(written: &str) -> Result<NaiveDate, String> {
    written
        .parse()
        .map_err(|_| "write a day as 2026-05-01".to_owned())
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::Add {
            text,
            owner,
            due,
            of,
        } => match &of.of {
            None => act(&of.place, Act::NoteLesson { text, owner, due }),
            Some(name) => in_drill(&of.place.at, name, |organisation, known, by| {
                lesson_noted(organisation, known, (&text, &owner, due), by)
            }),
        },
        Command::Close { lesson, how, of } => match &of.of {
            None => act(&of.place, Act::CloseLesson { lesson, how }),
            Some(name) => in_drill(&of.place.at, name, |_, known, by| {
                lesson_closed(known, (&lesson, &how), by)
            }),
        },
        Command::List { all, of } => list(&of, all),
    }
}

type Lessons = std::collections::BTreeMap<String, crate::domain::run::lesson::Lesson>;

/// Does something to the lessons of a drill that is over.
fn in_drill(
    place: &Place,
    name: &str,
    makes: impl Fn(&Organisation, &Lessons, &str) -> Result<Event, NoAct>,
) -> ExitCode {
    let done = || -> Result<(Organisation, Kept, Logged), String> {
        let (organisation, kept) = kept_drill(place.folder(), name)?;
        let unreadable =
            |error: io::Error| format!("the lessons of {} cannot be read: {error}", kept.name);
        let known = file::lessons(&kept.path).map_err(unreadable)?;
        let by = own_name(&Request::Status, &organisation);
        let event = makes(&organisation, &known, &by).map_err(|why| why.to_string())?;
        let logged = file::note(&kept.path, event, clock::wall(), last_seq(&kept)?)
            .map_err(|error| format!("the lesson could not be kept: {error}"))?;
        Ok((organisation, kept, logged))
    };
    let (organisation, kept, logged) = match done() {
        Ok(done) => done,
        Err(why) => return failed(&why),
    };
    if place.json {
        print::json(&json!({ "drill": kept.name, "event": logged }));
        return ExitCode::SUCCESS;
    }
    let playbook = crate::domain::playbook::Playbook::default();
    let names = Names {
        playbook: &playbook,
        organisation: &organisation,
        run: None,
    };
    let said = sentence(&logged, names, Language::En);
    say(&format!("{}: {}", kept.name, cell(&said.into())));
    ExitCode::SUCCESS
}

/// The number of the last event of a drill's run.
fn last_seq(kept: &Kept) -> Result<u64, String> {
    let record = kept
        .record()
        .map_err(|error| format!("the record of {} cannot be read: {error}", kept.name))?;
    let seqs = record.entries.iter().filter_map(|entry| match &entry.what {
        What::Event { logged, .. } => Some(logged.seq),
        _ => None,
    });
    Ok(seqs.max().unwrap_or(0))
}

fn list(of: &Of, all: bool) -> ExitCode {
    let lines = match &of.of {
        Some(name) => of_drill(&of.place.at, name, all),
        None if of.place.run.is_some() => of_run(&of.place, all),
        None => of_all(&of.place.at, all),
    };
    let lines = match lines {
        Ok(lines) => lines,
        Err(why) => return failed(&why),
    };
    if of.place.at.json {
        print::json(&lines.into());
        return ExitCode::SUCCESS;
    }
    if lines.is_empty() {
        say(match all {
            true => "No lesson was noted.",
            false => "No lesson is open.",
        });
        return ExitCode::SUCCESS;
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let state = match (&line["how"], line["is_overdue"] == true) {
                (Value::Null, true) => "OVERDUE".to_owned(),
                (Value::Null, false) => "open".to_owned(),
                (how, _) => format!("closed: {}", cell(how)),
            };
            let names = ["of", "lesson", "due", "owner_title"];
            let cells = names.iter().map(|name| cell(&line[*name]));
            cells.chain([state, cell(&line["text"])]).collect()
        })
        .collect();
    let headers = ["OF", "LESSON", "DUE", "OWNER", "STATE", "TEXT"];
    say(table(&headers, &rows).trim_end());
    ExitCode::SUCCESS
}

fn of_run(place: &RunPlace, all: bool) -> Result<Vec<Value>, String> {
    let request = Request::Run {
        run: place.run,
        language: None,
        quotes: false,
    };
    let run = ask(&place.at, &request)?;
    let of = format!("run {}", cell(&run["run"]));
    let lines = list_of(&run["lessons"]).iter();
    let lines = lines.filter(|line| all || line["open"] == true).cloned();
    Ok(lines.map(|line| marked(line, &of)).collect())
}

fn marked(mut line: Value, of: &str) -> Value {
    line["of"] = of.into();
    line
}

fn of_drill(place: &Place, name: &str, all: bool) -> Result<Vec<Value>, String> {
    let (organisation, kept) = kept_drill(place.folder(), name)?;
    drill_lines(&organisation, &kept, all)
}

fn drill_lines(organisation: &Organisation, kept: &Kept, all: bool) -> Result<Vec<Value>, String> {
    let lessons = file::lessons(&kept.path)
        .map_err(|error| format!("the lessons of {} cannot be read: {error}", kept.name))?;
    let today = clock::wall().with_timezone(&organisation.timezone);
    let lines = in_order(&lessons).into_iter();
    let lines = lines.filter(|(_, lesson)| all || lesson.closed.is_none());
    let lines = lines.map(|(number, lesson)| {
        json!({
            "of": kept.name,
            "lesson": number,
            "text": lesson.text,
            "owner_title": owner_title(organisation, &lesson.owner, organisation.language),
            "due": lesson.due,
            "is_overdue": lesson.is_overdue(today.date_naive()),
            "by": lesson.by,
            "open": lesson.closed.is_none(),
            "how": lesson.closed.as_ref().map(|closed| &closed.how),
        })
    });
    Ok(lines.collect())
}

/// Of all runs, then of all drills.
fn of_all(place: &Place, all: bool) -> Result<Vec<Value>, String> {
    let runs = ask(place, &Request::Lessons { all })?;
    let runs = list_of(&runs).iter().cloned().map(|line| {
        let of = format!("run {}", cell(&line["run"]));
        marked(line, &of)
    });
    let mut lines: Vec<Value> = runs.collect();
    if place.is_drill() {
        return Ok(lines);
    }
    let organisation = super::drill::finish::organisation(place.folder())?;
    let (kept, remarks) = crate::drill::archive::list(place.folder(), organisation.timezone)
        .map_err(|error| format!("the drills cannot be read: {error}"))?;
    remarks.iter().for_each(|remark| note(remark));
    for kept in &kept {
        lines.extend(drill_lines(&organisation, kept, all)?);
    }
    Ok(lines)
}

/// What was learnt before, for who begins a drill: nothing when nothing is open.
pub(super) fn remind(dir: &std::path::Path, organisation: &Organisation) {
    let open = learnt::open_lessons(dir, organisation.timezone, None);
    if open.is_empty() {
        return;
    }
    say("Lessons of before that are open; watch for them:");
    for one in &open {
        let line = carried_line(one, organisation, organisation.language);
        say(&format!("  - {}", cell(&line.into())));
    }
    say("");
}
