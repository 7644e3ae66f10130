//! The sentences of an alert that hold numbers and times: what happened, why
//! it alarmed, since when, and who it comes from.

use super::defang;
use super::words::Words;
use crate::domain::effect::Alert;
use crate::domain::evidence::{Evidence, Measure};

const LONGEST_NAME: usize = 80;

pub(super) fn headline(words: &Words, alert: &Alert) -> String {
    let measured = alert
        .evidence
        .as_ref()
        .and_then(|evidence| evidence.measures.first());
    match (measured, &alert.started_by_hand) {
        (Some(measure), _) => counted(words, measure),
        (None, Some((by, _))) => format!(
            "{} {}",
            words.pick("met de hand gestart door", "started by hand by"),
            defang::line(by, LONGEST_NAME)
        ),
        (None, None) if alert.raised_from.is_some() => {
            words.pick("opgeschaald", "level raised").to_owned()
        }
        (None, None) => words.pick("inzet gestart", "run started").to_owned(),
    }
}

fn counted(words: &Words, measure: &Measure) -> String {
    format!(
        "{} in {}",
        words.count(measure.counted, &measure.kind),
        words.length(measure.within)
    )
}

pub(super) fn why(words: &Words, evidence: &Evidence) -> Vec<String> {
    let mut why: Vec<String> = evidence
        .measures
        .iter()
        .map(|measure| {
            format!(
                "{}; {} {}.",
                counted(words, measure),
                words.pick("de grens is", "the limit is"),
                words.number(measure.at_least)
            )
        })
        .collect();
    if !evidence.held_for.is_zero() {
        let length = words.length(evidence.held_for);
        why.push(match words.pick("nl", "en") {
            "nl" => format!("Dat hield {length} aan, zoals de regel vraagt."),
            _ => format!("It has held for {length}, as the rule asks."),
        });
    }
    why
}

/// Since when; and that we are late, when the rule was met long before.
pub(super) fn since(words: &Words, alert: &Alert) -> String {
    let started = words.clock(alert.started_at, alert.at);
    let now = words.clock(alert.at, alert.at);
    let run = match (words.pick("nl", "en"), alert.raised_from.is_some()) {
        ("nl", true) => format!("Opgeschaald om {now}. De inzet loopt sinds {started}."),
        ("nl", false) => format!("De inzet begon om {started}."),
        (_, true) => format!("Raised at {now}. The run has been going since {started}."),
        (_, false) => format!("The run started at {started}."),
    };
    let met_at = alert.evidence.as_ref().map(|evidence| evidence.at);
    let late = met_at.filter(|met_at| (alert.at - *met_at).num_minutes() >= 5);
    let Some(met_at) = late.map(|met_at| words.clock(met_at, alert.at)) else {
        return run;
    };
    match words.pick("nl", "en") {
        "nl" => format!("{run} Let op: de grens was al bereikt om {met_at}; dit alarm is laat."),
        _ => format!("{run} Note: the limit was already reached at {met_at}; this alert is late."),
    }
}

/// `31 auteurs. Verdeling: X (30), Facebook (8) en nieuws (4).`
pub(super) fn spread(words: &Words, evidence: &Evidence) -> Option<String> {
    let platforms: Vec<String> = evidence
        .platforms
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(platform, count)| {
            format!("{} ({})", words.platform(*platform), words.number(*count))
        })
        .collect();
    // Where the rule counts authors, they have been said already.
    let is_said = evidence
        .measures
        .iter()
        .any(|measure| measure.kind == "authors");
    // Sources that name no authors count none; "0 authors" would mislead.
    let authors = match evidence.authors {
        _ if is_said => None,
        0 => Some(
            words
                .pick("Auteurs onbekend.", "Authors unknown.")
                .to_owned(),
        ),
        authors => Some(format!("{}.", words.count(authors, "authors"))),
    };
    let by_platform = (!platforms.is_empty()).then(|| {
        let heading = words.pick("Verdeling:", "By platform:");
        format!("{heading} {}.", words.list(&platforms))
    });
    let spread: Vec<String> = authors.into_iter().chain(by_platform).collect();
    (!spread.is_empty()).then(|| spread.join(" "))
}

pub(super) fn one_source(evidence: &Evidence) -> Option<String> {
    match evidence.sources.as_slice() {
        [(source, count)] if *count > 1 => Some(defang::line(source, LONGEST_NAME)),
        _ => None,
    }
}
