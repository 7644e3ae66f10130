//! Facts to show a text with before anybody knows anything: each is plainly an
//! example, so that nobody takes the text for real.

use chrono::{DurationRound, TimeDelta};

use super::words::Wording;
use crate::domain::facts::{Fact, FactSheet, FactValue};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactKind, FactQuestion, Playbook};
use crate::domain::time::Timestamp;

/// Every fact of a playbook with an example, in the language of the text.
pub fn sample(
    organisation: &Organisation,
    playbook: &Playbook,
    language: &str,
    now: Timestamp,
) -> FactSheet {
    let wording = Wording::of(language, organisation.language);
    let facts = playbook.facts.iter().map(|question| {
        let fact = Fact {
            value: value(organisation, question, language, now),
            by: "sample".to_owned(),
            at: now,
            source: Some(wording.example("bron", "source")),
            as_of: None,
        };
        (question.name.clone(), fact)
    });
    facts.collect()
}

fn value(
    organisation: &Organisation,
    question: &FactQuestion,
    language: &str,
    now: Timestamp,
) -> FactValue {
    let wording = Wording::of(language, organisation.language);
    let asked = match &question.ask {
        Some(ask) => ask.get(language, organisation.language),
        None => wording.missing(&question.name),
    };
    let example = || wording.example_of(asked);
    let zone = organisation.timezone;
    match question.kind {
        FactKind::Text => FactValue::Text(example()),
        FactKind::List => FactValue::List(vec![example(), wording.example("nog iets", "one more")]),
        FactKind::Number => FactValue::Number(12.0),
        FactKind::YesNo => FactValue::YesNo(true),
        FactKind::Date => FactValue::Date(now.with_timezone(&zone).date_naive()),
        FactKind::Time => {
            let hour = TimeDelta::hours(1);
            FactValue::Time((now + hour * 2).duration_trunc(hour).unwrap_or(now))
        }
    }
}
