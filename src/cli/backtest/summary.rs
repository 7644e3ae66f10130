//! What came of a backtest, for people.

use std::fmt::Write as _;
use std::time::Duration;

use super::view::{View, at};
use crate::cli::print::{safe, wrap};
use crate::domain::retrospect::Storm;
use crate::domain::retrospect::about::About;
use crate::domain::retrospect::incident::Verdict;
use crate::domain::text::Language;
use crate::domain::words::Words;

/// Alarms that are told one by one; `--summary --json` has all.
const MOST_ALARMS: usize = 60;

/// English, for the command line.
pub(super) fn words(view: &View) -> Words {
    Words {
        language: Language::En,
        zone: view.zone,
    }
}

/// What goes above the curve.
pub(super) fn head(view: &View) -> String {
    let words = words(view);
    let past = &view.past;
    let mut text = String::new();
    let what = if view.playbook.is_empty() {
        view.name.clone()
    } else {
        format!("{} on {}", view.playbook, view.watch)
    };
    let (from, until) = (past.period.from, past.period.until);
    let _ = writeln!(
        text,
        "{}: {} to {} ({}, times of {})",
        safe(&what),
        words.full(from),
        words.full(until),
        length(words, (until - from).num_seconds()),
        view.zone,
    );
    let mut counted = words.count(past.n_mentions, "mentions");
    if view.n_authors > 0 {
        let _ = write!(counted, " by {}", words.count(view.n_authors, "authors"));
    }
    if past.voices > 0 {
        let voices = words.count((past.voices + 50) / 100, "voices");
        let _ = write!(counted, ", weighed as {voices}");
    }
    let _ = writeln!(text, "{counted}.");
    for remark in &view.remarks {
        let _ = writeln!(text, "{}", safe(remark));
    }
    let _ = writeln!(text, "{}", usual(view));
    text
}

/// From when what is usual was known: what an alarm before that is worth.
fn usual(view: &View) -> String {
    let words = words(view);
    let past = &view.past;
    let until = past.period.until.timestamp();
    let moment = |second: i64| words.full(at(second));
    let before = |second: i64| {
        let early = past.storms.iter().filter(|storm| storm.from < second);
        match early.count() {
            0 => String::new(),
            1 => " (1 alarm before that)".to_owned(),
            n => format!(" ({n} alarms before that)"),
        }
    };
    match (past.guessed_from, past.learnt_from) {
        (None, _) => {
            let why = "Usual volume was never known: it takes more than a day of history";
            format!("{why}; conditions that compare with it could not hold.")
        }
        (Some(guess), Some(sure)) if sure <= past.period.from.timestamp() => {
            let _ = guess;
            "Usual volume was known well all the time.".to_owned()
        }
        (Some(guess), Some(sure)) if sure < until => format!(
            "Usual volume: a guess from {}, known well from {}{}.",
            moment(guess),
            moment(sure),
            before(sure)
        ),
        (Some(guess), _) => format!(
            "Usual volume: a guess from {}{}; two weeks make it sure.",
            moment(guess),
            before(guess)
        ),
    }
}

/// What goes below the curve.
pub(super) fn rest(view: &View) -> String {
    let words = words(view);
    let past = &view.past;
    let mut text = String::new();
    let n = past.storms.len();
    let noun = if n == 1 { "alarm" } else { "alarms" };
    let a_week = past.period.a_week(n);
    let _ = write!(text, "{n} {noun}");
    if n > 0 && past.period.weeks() >= 1.0 {
        let _ = write!(text, ", {a_week:.1} a week");
    }
    let levels: Vec<String> = past
        .by_level()
        .into_iter()
        .filter(|(level, _)| !level.is_empty())
        .map(|(level, n)| format!("{n} up to {level}"))
        .collect();
    if !levels.is_empty() {
        let _ = write!(text, ": {}", levels.join(", "));
    }
    text.push_str(".\n");
    let triggers = past.by_trigger();
    if triggers.len() > 1 {
        let triggers: Vec<String> = triggers
            .into_iter()
            .map(|(trigger, n)| format!("{trigger} {n}"))
            .collect();
        let _ = writeln!(text, "Raised by: {}.", safe(&triggers.join(", ")));
    }
    let (from, until) = past.longest_quiet();
    let _ = writeln!(
        text,
        "Longest quiet: {}, from {}.",
        length(words, until - from),
        words.full(at(from))
    );
    if let Some(verdict) = &view.verdict {
        text.push_str(&incidents(view, verdict));
    }
    if n > 0 {
        text.push('\n');
    }
    let alarms = past.storms.iter().zip(&view.abouts).enumerate();
    for (place, (storm, about)) in alarms.take(MOST_ALARMS) {
        text.push_str(&alarm(view, place, storm, about));
    }
    if n > MOST_ALARMS {
        let more = n - MOST_ALARMS;
        let _ = writeln!(text, "… and {more} more: --json --summary has them all.");
    }
    text
}

/// `Mon 2 Mar 2026 08:14`.
pub(super) fn moment(view: &View, second: i64) -> String {
    let local = at(second).with_timezone(&view.zone);
    local.format("%a %-d %b %Y %H:%M").to_string()
}

fn length(words: Words, seconds: i64) -> String {
    words.length(Duration::from_secs(seconds.max(0).unsigned_abs()))
}

/// Whole minutes: seconds of a storm of hours tell nothing.
pub(super) fn roughly(words: Words, seconds: i64) -> String {
    let seconds = seconds.abs();
    let whole = if seconds < 120 {
        seconds
    } else {
        seconds / 60 * 60
    };
    length(words, whole)
}

fn incidents(view: &View, verdict: &Verdict) -> String {
    let words = words(view);
    let mut text = String::new();
    let all = verdict.found.len();
    let _ = write!(
        text,
        "Known incidents: {} of {all} found",
        verdict.n_found()
    );
    if let Some(delay) = verdict.middle_delay() {
        let _ = write!(text, ", in the middle {}", delay_of(words, delay));
    }
    let n = verdict.n_false();
    let _ = write!(
        text,
        "; {n} false {}",
        if n == 1 { "alarm" } else { "alarms" }
    );
    if view.past.period.weeks() >= 1.0 {
        let _ = write!(text, ", {:.1} a week", view.false_a_week());
    }
    text.push_str(".\n");
    for (incident, found) in view.known.incidents.iter().zip(&verdict.found) {
        let what = match (&found.first, found.under) {
            (Some((delay, level)), _) if level.is_empty() => delay_of(words, *delay),
            (Some((delay, level)), _) => format!("{level} {}", delay_of(words, *delay)),
            (None, Some(from)) => {
                format!("missed: an alarm of {} was still on", moment(view, from))
            }
            (None, None) => "missed".to_owned(),
        };
        let _ = writeln!(
            text,
            "  {}  {}: {what}",
            moment(view, incident.from.timestamp()),
            safe(&incident.title.replace('\n', " "))
        );
    }
    text
}

/// `12 minutes after it began`.
pub(super) fn delay_of(words: Words, delay: i64) -> String {
    match delay {
        0 => "the moment it began".to_owned(),
        1.. => format!("{} after it began", roughly(words, delay)),
        _ => format!("{} before it began", roughly(words, delay)),
    }
}

fn alarm(view: &View, place: usize, storm: &Storm, about: &About) -> String {
    let words = words(view);
    let mut text = String::new();
    let Some(first) = storm.first() else {
        return text;
    };
    let level = if first.level.is_empty() {
        String::new()
    } else {
        format!("{}, ", first.level)
    };
    let because = if first.because.is_empty() {
        String::new()
    } else {
        format!(" ({})", first.because)
    };
    let _ = writeln!(
        text,
        "{:>3}  {}  {}",
        place + 1,
        moment(view, storm.from),
        safe(&format!("{level}{}{because}", first.trigger))
    );
    for raised in storm.raised() {
        let after = roughly(words, raised.at - storm.from);
        let (level, trigger, because) = (&raised.level, &raised.trigger, &raised.because);
        let line = format!("{level} after {after}: {trigger} ({because})");
        indent(&mut text, &line);
    }
    let mut course = format!("lasted {}", roughly(words, storm.until - storm.from));
    if storm.until >= view.past.period.until.timestamp() {
        course = format!(
            "still on at the end, after {}",
            roughly(words, storm.until - storm.from)
        );
    }
    if let Some((_, most, usual)) = view.peak(storm) {
        let _ = write!(
            course,
            "; at most {} an hour",
            words.number(u64::from(most))
        );
        match usual {
            Some(usual) if usual >= 1.0 => {
                let times = f64::from(most) / f64::from(usual);
                let _ = write!(course, ", {times:.1} times the usual {usual:.0}");
            }
            Some(_) => course.push_str(", where less than one is usual"),
            None => {}
        }
    }
    indent(&mut text, &course);
    let mut said = Vec::new();
    if !about.words.is_empty() {
        said.push(format!("about: {}", about.words.join(", ")));
    }
    if !about.platforms.is_empty() {
        let shares = about.platforms.iter();
        let shares = shares.map(|(platform, share)| {
            format!("{} {:.0} %", words.platform(*platform), share * 100.0)
        });
        said.push(shares.collect::<Vec<_>>().join(", "));
    }
    if !said.is_empty() {
        indent(&mut text, &said.join("; "));
    }
    if let Some((quote, n)) = &about.quote {
        let times = match n {
            0 | 1 => String::new(),
            n => format!(" (said by {n})"),
        };
        indent(&mut text, &format!("“{quote}”{times}"));
    }
    match (view.incident_of(place), &view.verdict) {
        (Some(incident), _) => indent(&mut text, &format!("incident: {}", incident.title)),
        (None, Some(_)) => indent(&mut text, "no known incident: a false alarm"),
        (None, None) => {}
    }
    text
}

fn indent(text: &mut String, line: &str) {
    for line in wrap(&safe(line), 92) {
        let _ = writeln!(text, "       {line}");
    }
}
