//! Two versions of a playbook side by side, for people and scripts.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::summary::{moment, roughly, words};
use super::view::View;
use crate::cli::print::{safe, table};
use crate::domain::retrospect::Storm;
use crate::domain::retrospect::against::{Difference, compare};
use crate::domain::retrospect::incident::Verdict;

/// Alarms of one side that are named.
const MOST_NAMED: usize = 30;

/// Alarms this near are about the same.
const APART: i64 = 3_600;

/// See the module.
pub(super) fn text(one: &View, other: &View) -> String {
    let mut text = table(
        &["", &safe(&one.name), &safe(&other.name)],
        &rows(one, other),
    );
    let difference = compare(&one.past.storms, &other.past.storms, APART);
    let n = difference.both.len();
    let noun = if n == 1 { "alarm" } else { "alarms" };
    let _ = writeln!(text, "\nBoth raise {n} {noun}.");
    for (ours, theirs) in &difference.both {
        let (ours, theirs) = (&one.past.storms[*ours], &other.past.storms[*theirs]);
        if (ours.from - theirs.from).abs() >= 60 {
            let later = roughly(words(one), theirs.from - ours.from);
            let when = if theirs.from > ours.from {
                "later"
            } else {
                "earlier"
            };
            let _ = writeln!(
                text,
                "  {}: {} raises it {later} {when}",
                moment(one, ours.from),
                safe(&other.name)
            );
        }
    }
    only(&mut text, one, &difference.only_one);
    only(&mut text, other, &difference.only_other);
    text
}

fn rows(one: &View, other: &View) -> Vec<Vec<String>> {
    let both =
        |name: &str, tell: &dyn Fn(&View) -> String| vec![name.to_owned(), tell(one), tell(other)];
    let mut rows = vec![both("alarms", &|view| view.past.storms.len().to_string())];
    rows.push(both("alarms a week", &|view| {
        format!("{:.1}", view.past.period.a_week(view.past.storms.len()))
    }));
    let mut levels: Vec<String> = Vec::new();
    for (level, _) in one.past.by_level().into_iter().chain(other.past.by_level()) {
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    for level in levels {
        rows.push(both(&format!("  up to {level}"), &|view| {
            let by = view.past.by_level();
            let n = by.iter().find(|(name, _)| *name == level);
            n.map_or(0, |(_, n)| *n).to_string()
        }));
    }
    if one.verdict.is_some() {
        rows.push(both("false alarms a week", &|view| {
            format!("{:.1}", view.false_a_week())
        }));
        rows.push(both("incidents found", &|view| {
            let n = view.verdict.as_ref().map_or(0, Verdict::n_found);
            format!("{n} of {}", view.known.incidents.len())
        }));
    }
    for (number, incident) in one.known.incidents.iter().enumerate() {
        let title = safe(&incident.title.replace('\n', " "));
        rows.push(both(&format!("  {title}"), &|view| {
            let verdict = view.verdict.as_ref();
            let found = verdict.and_then(|verdict| verdict.found.get(number));
            match found.and_then(|found| found.first.as_ref()) {
                Some((delay, level)) => {
                    let sign = if *delay < 0 { '-' } else { '+' };
                    format!("{sign}{} {level}", roughly(words(view), *delay))
                }
                None => "missed".to_owned(),
            }
        }));
    }
    rows
}

fn only(text: &mut String, view: &View, places: &[usize]) {
    if places.is_empty() {
        return;
    }
    let _ = writeln!(text, "Only {} raises:", safe(&view.name));
    for place in places.iter().take(MOST_NAMED) {
        let storm = &view.past.storms[*place];
        let Some(first) = storm.first() else {
            continue;
        };
        let mut line = format!("{} ({})", first.trigger, first.because);
        if let Some(incident) = view.incident_of(*place) {
            let _ = write!(line, ": {}", incident.title);
        } else if let Some(about) = view.abouts.get(*place).filter(|one| !one.words.is_empty()) {
            let _ = write!(line, ": {}", about.words.join(", "));
        }
        let _ = writeln!(text, "  {}  {}", moment(view, storm.from), safe(&line));
    }
    if places.len() > MOST_NAMED {
        let _ = writeln!(text, "  … and {} more", places.len() - MOST_NAMED);
    }
}

/// What is different, for scripts; the second view stands beside it.
pub(super) fn json(one: &View, other: &View) -> Value {
    let Difference {
        both,
        only_one,
        only_other,
    } = compare(&one.past.storms, &other.past.storms, APART);
    let when = |storms: &[Storm], places: &[usize]| {
        let storms: Vec<i64> = places.iter().map(|place| storms[*place].from).collect();
        let instants = storms
            .into_iter()
            .map(|second| crate::domain::time::rfc3339(super::view::at(second)));
        instants.collect::<Vec<_>>()
    };
    json!({
        "summary": other.json(),
        "both": both.len(),
        "only_first": when(&one.past.storms, &only_one),
        "only_second": when(&other.past.storms, &only_other),
    })
}
