//! Plays all tests that are meant, on every processor there is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{Case, Failed, Outcome, place};
use crate::domain::drill::record::Record;
use crate::domain::mention::Mention;
use crate::domain::trial::around::around;
use crate::domain::trial::coverage::Reached;
use crate::domain::trial::{Failure, difference, judge, refusals, since};
use crate::drill::replay::{self, Shift};
use crate::drill::trial;
use crate::engine::clock::stopwatch;

/// The text of the files that tests stand in, by path.
type Sources = BTreeMap<PathBuf, String>;

/// What came of each, in the order of `cases`.
pub(super) fn all(cases: &[Case<'_>]) -> Vec<Outcome> {
    let sources = sources(cases);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(place) else {
                return done;
            };
            done.push((place, one(case, &sources)));
        }
    };
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let mut outcomes = thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads.min(cases.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut outcomes = Vec::with_capacity(cases.len());
        for thread in threads {
            match thread.join() {
                Ok(done) => outcomes.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcomes
    });
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn sources(cases: &[Case<'_>]) -> Sources {
    let mut sources = Sources::new();
    for case in cases {
        let path = case.set.base.join(&case.test.file);
        sources
            .entry(path)
            // Only to show a line of it: without, the place must do.
            .or_insert_with_key(|path| std::fs::read_to_string(path).unwrap_or_default());
    }
    sources
}

fn one(case: &Case<'_>, sources: &Sources) -> Outcome {
    let watch = stopwatch();
    let mut reached = Reached::default();
    let mut remarks = Vec::new();
    let failures = match tried(case, &mut reached, &mut remarks) {
        Ok(failures) => failures,
        Err(why) => vec![(case.test.line, why, Vec::new())],
    };
    let failures = failures.into_iter().map(|(line, says, around)| Failed {
        place: place(case, line),
        written: written(case, line, sources),
        says,
        around,
    });
    Outcome {
        failures: failures.collect(),
        took: watch.elapsed(),
        remarks,
        reached,
    }
}

/// Line, what happened instead, and what happened around.
type Told = (usize, String, Vec<String>);

fn tried(
    case: &Case<'_>,
    reached: &mut Reached,
    remarks: &mut Vec<String>,
) -> Result<Vec<Told>, String> {
    let (test, company) = (case.test, &case.set.company);
    let organisation = &company.organisation;
    let replayed = replayed(case)?;
    let play = |restarts| trial::play(test, case.playbook, company, replayed.clone(), restarts);
    let record = play(false)?;
    reached.see(&record);
    let refused = refusals(&record).into_iter();
    remarks.extend(refused.map(|(at, text)| format!("{}: {text}", since(record.began_at, at))));
    let told = |failure: Failure, record: &Record| {
        let around = around(record, organisation, failure.at);
        (failure.line, failure.says, around)
    };
    let failures = judge(test, &record, organisation).into_iter();
    let mut failures: Vec<Told> = failures.map(|one| told(one, &record)).collect();
    if test.restart_everywhere {
        let restarted = play(true)?;
        let other = difference(&record, &restarted, test);
        failures.extend(other.map(|one| told(one, &restarted)));
    }
    Ok(failures)
}

/// The mentions that a test replays, moved to its beginning.
fn replayed(case: &Case<'_>) -> Result<Vec<Mention>, String> {
    let Some(name) = &case.test.story.replay else {
        return Ok(Vec::new());
    };
    let file = case.set.base.join(&case.test.file);
    let path = file.with_file_name("").join(name);
    let zone = case.set.company.organisation.timezone;
    let begins = case.test.story.begins_at(zone);
    Ok(replay::load(&path, Shift::To(begins))?.mentions)
}

/// A line of the file that the test stands in.
fn written(case: &Case<'_>, line: usize, sources: &Sources) -> String {
    let text = sources.get(&case.set.base.join(&case.test.file));
    let text = text.map_or("", String::as_str);
    let line = text.lines().nth(line.saturating_sub(1));
    line.unwrap_or_default().trim().to_owned()
}
