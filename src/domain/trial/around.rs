//! What happened around a moment of a test: the story of its runs, as `run show`
//! tells it, with what the test brought in.

use std::collections::BTreeMap;

use super::since;
use crate::domain::drill::record::{Record, What};
use crate::domain::organisation::Organisation;
use crate::domain::run::{Event, Logged, Run, RunId};
use crate::domain::time::Timestamp;
use crate::domain::timeline::{Names, sentence, story};

/// Lines up to the moment, and after it.
const BEFORE: usize = 8;
const AFTER: usize = 4;

/// Lines of a test, oldest first, as `10:19  19m  what happened`; in between
/// stands where the moment is.
pub fn around(record: &Record, organisation: &Organisation, moment: Timestamp) -> Vec<String> {
    let lines = everything(record, organisation);
    let place = lines.partition_point(|(at, _)| *at <= moment);
    let from = place.saturating_sub(BEFORE);
    let to = lines.len().min(place + AFTER);
    let shown = |at: Timestamp, says: &str| {
        let clock = at.with_timezone(&organisation.timezone).format("%H:%M");
        format!("{clock}  {:>6}  {says}", since(record.began_at, at))
    };
    let mut said = Vec::new();
    if from > 0 {
        said.push(format!("… {from} lines before"));
    }
    said.extend(lines[from..place].iter().map(|(at, says)| shown(*at, says)));
    said.push(shown(moment, "<— here"));
    said.extend(lines[place..to].iter().map(|(at, says)| shown(*at, says)));
    if to < lines.len() {
        said.push(format!("… {} lines after", lines.len() - to));
    }
    said
}

/// A source went blind, and why, or sees again.
fn sight(source: &str, because: Option<&str>) -> Event {
    let source = source.to_owned();
    match because {
        Some(because) => Event::SourceBlind {
            source,
            because: because.to_owned(),
        },
        None => Event::SourceSees { source },
    }
}

/// Whether a run that is told tells of this source at this moment already.
fn is_of_run(record: &Record, of: &str, at: Timestamp) -> bool {
    let mut entries = record.entries.iter().filter(|entry| entry.at == at);
    entries.any(|entry| match &entry.what {
        What::Event { logged, .. } => match &logged.event {
            Event::SourceBlind { source, .. } | Event::SourceSees { source } => source == of,
            _ => false,
        },
        _ => false,
    })
}

/// All of it, in order of time.
fn everything(record: &Record, organisation: &Organisation) -> Vec<(Timestamp, String)> {
    let mut logs: BTreeMap<RunId, Vec<Logged>> = BTreeMap::new();
    let mut lines = Vec::new();
    for entry in &record.entries {
        match &entry.what {
            What::Event { run, logged } => {
                logs.entry(*run).or_default().push((**logged).clone());
            }
            What::Injected { what, .. } => lines.push((entry.at, format!("[test] {what}"))),
            What::Observed { text } => lines.push((entry.at, format!("[test] {text}"))),
            What::Stopped { because } => lines.push((entry.at, format!("[test] {because}"))),
            What::Sight { source, because } if !is_of_run(record, source, entry.at) => {
                let names = Names {
                    playbook: &record.playbook,
                    organisation,
                    run: None,
                };
                let logged = Logged {
                    seq: 0,
                    at: entry.at,
                    event: sight(source, because.as_deref()),
                };
                let says = sentence(&logged, names, organisation.language);
                lines.push((entry.at, says));
            }
            What::Sight { .. }
            | What::TriggerFired { .. }
            | What::Told { .. }
            | What::Paused
            | What::Resumed
            | What::Skipped { .. } => {}
        }
    }
    for (id, log) in &logs {
        let other = log.first().and_then(|first| match &first.event {
            Event::RunStarted { playbook, .. } if *playbook != record.playbook.name => {
                Some((first.at, playbook))
            }
            _ => None,
        });
        if let Some((at, playbook)) = other {
            lines.push((at, format!("Another playbook started: {playbook}")));
            continue;
        }
        let run = Run::replay(*id, log);
        let names = Names {
            playbook: &record.playbook,
            organisation,
            run: Some(&run),
        };
        let told = story(log, names, organisation.language).into_iter();
        lines.extend(told.map(|line| (line.at, line.says)));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}
