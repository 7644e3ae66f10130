//! The tests of a playbook: what came of one that was played, judged from its
//! record as a drill is, and what all of them together reached.

pub mod coverage;

pub mod around;

mod instead;

use serde::Serialize;

use super::drill::record::{Record, What};
use super::drill::score::expectation::{self, Forbidden, Judged, Kept, Verdict};
use super::drill::score::scene::Scene;
use super::organisation::Organisation;
use super::scenario::Test;
use super::time::{Timestamp, after, format_duration};

/// Something in a test that did not come true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Where it is written, from 1, in the file of the test.
    pub line: usize,
    /// What happened instead, for a person.
    pub says: String,
    /// The moment at which to look: by when it was expected, or when it
    /// happened that never may.
    pub at: Timestamp,
}

/// Everything that did not come true, in the order of the file. Empty: the test
/// succeeded.
pub fn judge(test: &Test, record: &Record, organisation: &Organisation) -> Vec<Failure> {
    let scene = Scene::new(record);
    let clock = Clock {
        record,
        organisation,
    };
    let expected = expectation::judge(&test.expect, &[], &scene);
    let never = expectation::forbidden(&test.never, &[], &scene);
    let line = |lines: &[usize], place: usize| lines.get(place).copied().unwrap_or(test.line);
    let missed = expected.iter().enumerate().filter_map(|(place, judged)| {
        let (says, at) = missed(judged, &scene, &clock)?;
        let line = line(&test.expect_lines, place);
        Some(Failure { line, says, at })
    });
    let broken = never.iter().enumerate().filter_map(|(place, forbidden)| {
        let (says, at) = broken(forbidden, &clock)?;
        let line = line(&test.never_lines, place);
        Some(Failure { line, says, at })
    });
    let stopped = record.entries.iter().filter_map(|entry| match &entry.what {
        What::Stopped { because } => Some(Failure {
            line: test.line,
            says: format!("the test stopped before its end: {because}"),
            at: entry.at,
        }),
        _ => None,
    });
    let mut failures: Vec<Failure> = missed.chain(broken).chain(stopped).collect();
    failures.sort_by_key(|failure| failure.line);
    failures
}

/// What somebody could not do although the test says so: no failure by itself,
/// since a refusal may be what is tested.
pub fn refusals(record: &Record) -> Vec<(Timestamp, &str)> {
    let entries = record.entries.iter();
    let refused = entries.filter_map(|entry| match &entry.what {
        What::Observed { text } => Some((entry.at, text.as_str())),
        _ => None,
    });
    refused.collect()
}

/// The first thing that is not the same when the daemon is restarted after
/// everything that it stores; `None` when restarts change nothing.
pub fn difference(plain: &Record, restarted: &Record, test: &Test) -> Option<Failure> {
    let is_outcome = |entry: &&super::drill::record::Entry| {
        matches!(entry.what, What::Event { .. } | What::Told { .. })
    };
    let mut one = plain.entries.iter().filter(is_outcome);
    let mut other = restarted.entries.iter().filter(is_outcome);
    loop {
        let (was, is) = (one.next(), other.next());
        if was == is {
            was?;
            continue;
        }
        let begin = plain.began_at;
        let told = |entry: Option<&super::drill::record::Entry>| match entry {
            None => "nothing more".to_owned(),
            Some(entry) => format!("{} at {}", named(&entry.what), since(begin, entry.at)),
        };
        let at = [was, is].into_iter().flatten().map(|entry| entry.at).min();
        return Some(Failure {
            line: test.line,
            says: format!(
                "a restart after every event changes what happens: {} with restarts, {} without",
                told(is),
                told(was)
            ),
            at: at.unwrap_or(begin),
        });
    }
}

/// The name of an event, or who was told what.
fn named(what: &What) -> String {
    match what {
        What::Event { run, logged } => {
            let event = serde_json::to_value(&logged.event).unwrap_or_default();
            let name = event["event"].as_str().unwrap_or("an event");
            format!("`{name}` of run {run} ({event})")
        }
        What::Told {
            person,
            through,
            subject,
            ..
        } => format!("{person} is told “{subject}” by {through}"),
        _ => "something else".to_owned(),
    }
}

/// Moments on the clock of a test.
struct Clock<'a> {
    record: &'a Record,
    organisation: &'a Organisation,
}

impl Clock<'_> {
    /// `19m (10:19)`: as times are written in a test, and on the clocks of the
    /// organisation.
    fn shown(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.organisation.timezone);
        let since = since(self.record.began_at, at);
        format!("{since} ({})", local.format("%H:%M"))
    }
}

/// So long after the beginning, as it is written in a test.
pub fn since(began_at: Timestamp, at: Timestamp) -> String {
    format_duration((at - began_at).to_std().unwrap_or_default())
}

fn missed(judged: &Judged, scene: &Scene<'_>, clock: &Clock<'_>) -> Option<(String, Timestamp)> {
    let record = clock.record;
    let seconds = |seconds| after(record.began_at, std::time::Duration::from_secs(seconds));
    let deadline = judged.before_seconds.map_or(record.ended_at, seconds);
    Some(match &judged.verdict {
        Verdict::Met { .. } => return None,
        Verdict::TooEarly { at } => (
            format!("it came about too early, at {}", clock.shown(*at)),
            *at,
        ),
        Verdict::TooLate { at } => (
            format!("it came about too late, at {}", clock.shown(*at)),
            deadline,
        ),
        Verdict::Missed {
            instead,
            ended_first,
        } => {
            let mut says = "it never came about".to_owned();
            if let Some(instead) = instead::instead(&judged.what, instead.as_ref(), scene, clock) {
                says = format!("{says}: {instead}");
            }
            if *ended_first {
                says += "; the test ended before: choose a longer `lasts`";
            }
            (says, deadline.min(record.ended_at))
        }
        Verdict::NotMeasured => (
            "this version cannot tell whether it came about".to_owned(),
            deadline,
        ),
    })
}

fn broken(forbidden: &Forbidden, clock: &Clock<'_>) -> Option<(String, Timestamp)> {
    match forbidden.verdict {
        Kept::Held => None,
        Kept::Broken { at } => Some((
            format!("it must never happen, and did at {}", clock.shown(at)),
            at,
        )),
        Kept::NotMeasured => Some((
            "this version cannot tell whether it happened".to_owned(),
            clock.record.ended_at,
        )),
    }
}
