//! What a mail of a roll call says, and the mail about how it ended.
//!
//! The field names are what organisations write in their own templates, so renaming
//! one is a change to the format.

use std::collections::BTreeMap;

use serde::Serialize;

use super::defang;
use super::letter::AnswerLink;
use super::words::Words;
use crate::domain::effect::{Notice, RollCallNotice};
use crate::domain::roll_call::Saying;
use crate::domain::unreachable::Sign;

const LONGEST_NAME: usize = 80;

/// Names in the mail about how it ended; `draaiboek roll-call status` has them all.
const MOST_NAMES: usize = 40;

/// A mail of a roll call, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct RollCallView {
    pub language: &'static str,
    pub name: String,
    /// The reader's key under `team`.
    pub person: String,
    pub organisation: String,
    /// The reader is asked; otherwise it says how it ended.
    pub is_ask: bool,
    pub link: Option<String>,
    /// With day and date.
    pub deadline: String,
    pub n_asked: usize,
    pub n_missing: usize,
    /// Names of those who did not answer, with the reason where one is known.
    pub missing: Vec<String>,
    /// The subject.
    pub headline: String,
    pub at_full: String,
    pub zone: String,
}

pub(super) fn view(
    notice: &Notice,
    call: &RollCallNotice,
    link: Option<&AnswerLink>,
) -> RollCallView {
    let words = Words::new(notice.language, &call.timezone);
    let organisation = &call.organisation;
    let organisation = organisation.get(notice.language.tag(), call.organisation_language);
    let organisation = defang::line(organisation, LONGEST_NAME);
    let deadline = words.full(call.deadline);
    let nobody = BTreeMap::new();
    let (is_ask, n_asked, missing, returned) = match &call.saying {
        Saying::Ask => (true, 0, &[][..], &nobody),
        Saying::Result {
            n_asked,
            missing,
            returned,
        } => (false, *n_asked, &missing[..], returned),
    };
    let n_missing = missing.len();
    let headline = match (is_ask, n_missing) {
        (true, _) => format!(
            "{} ({organisation})",
            words.pick(
                "Proef, geen crisis: krijg je alarmen hier?",
                "Test, no crisis: do you get alerts here?"
            )
        ),
        (false, 0) => format!(
            "{} ({organisation})",
            words.pick(
                "Bereikbaarheidstest: iedereen heeft geantwoord",
                "Roll call: everybody answered"
            )
        ),
        (false, n) => format!(
            "{} {n} {} {n_asked} ({organisation})",
            words.pick(
                "Bereikbaarheidstest: nog geen antwoord van",
                "Roll call: no answer yet from"
            ),
            words.pick("van de", "of")
        ),
    };
    RollCallView {
        language: notice.language.tag(),
        name: defang::line(&notice.name, LONGEST_NAME),
        person: defang::line(&notice.person, LONGEST_NAME),
        organisation,
        is_ask,
        link: link.map(|link| link.url.clone()),
        deadline,
        n_asked,
        n_missing,
        missing: missing
            .iter()
            .take(MOST_NAMES)
            .map(|name| {
                let why = returned.get(name).map(|sign| why(&words, sign));
                let name = defang::line(name, LONGEST_NAME);
                why.map_or_else(|| name.clone(), |why| format!("{name} ({why})"))
            })
            .collect(),
        headline,
        at_full: words.full(call.at),
        zone: words.zone.name().to_owned(),
    }
}

/// What came instead of an answer.
fn why(words: &Words, sign: &Sign) -> String {
    let came_back = words.pick("de mail kwam terug", "the mail came back");
    match sign {
        Sign::CameBack { status: None } => came_back.to_owned(),
        Sign::CameBack {
            status: Some(status),
        } => format!("{came_back}, {}", defang::line(status, LONGEST_NAME)),
        Sign::Undelivered => words
            .pick("niet te bezorgen", "could not be delivered")
            .to_owned(),
        Sign::Away => words
            .pick(
                "volgens een automatisch antwoord afwezig",
                "away, by an automatic answer",
            )
            .to_owned(),
    }
}
