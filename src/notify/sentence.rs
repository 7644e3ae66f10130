//! The sentences of an alert that hold numbers and times: what happened, why
//! it alarmed, since when, and who it comes from.

use super::defang;
use super::words::Words;
use crate::domain::effect::Alert;
use crate::domain::evidence::{Evidence, said};
use crate::domain::text::Text;

const LONGEST_NAME: usize = 80;
const LONGEST_SENTENCE: usize = 400;

pub(super) fn headline(words: &Words, alert: &Alert) -> String {
    let measured = alert
        .evidence
        .as_ref()
        .and_then(|evidence| evidence.measures.first());
    match (measured, &alert.started_by_hand) {
        (Some(measure), _) => defang::line(&said::headline(words, measure), LONGEST_NAME),
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

/// The numbers against the rule and the usual, and why now, a sentence each.
pub(super) fn why(
    words: &Words,
    evidence: &Evidence,
    text: impl Fn(&Text) -> String,
) -> Vec<String> {
    let why = said::why(words, evidence, text).into_iter();
    why.map(|sentence| defang::line(&sentence, LONGEST_SENTENCE))
        .collect()
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
    let spread = said::spread(words, evidence)?;
    Some(defang::line(&spread, LONGEST_SENTENCE))
}

/// What we could not see.
pub(super) fn missing(words: &Words, evidence: &Evidence) -> Option<String> {
    let missing = said::missing(words, evidence)?;
    Some(defang::line(&missing, LONGEST_SENTENCE))
}

pub(super) fn one_source(evidence: &Evidence) -> Option<String> {
    let source = said::one_source(evidence)?;
    Some(defang::line(source, LONGEST_NAME))
}
