//! What scripted people find out: the facts of the scenario, and where it gives
//! none a sensible line, so that no statement keeps a gap.

use chrono::{DurationRound, TimeDelta};

use super::doing::{Doing, values};
use crate::domain::facts::FactValue;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactKind, Playbook};
use crate::domain::run::{Draft, Run};
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, after};

/// What a value is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) organisation: &'a Organisation,
    pub(super) playbook: &'a Playbook,
    /// When it will be used.
    pub(super) at: Timestamp,
}

/// What these drafts lack to be published at `at`: facts that nobody knows, and
/// the next update when its time has passed by then.
pub(super) fn gaps(run: &Run, drafts: &[&Draft], at: Timestamp) -> Vec<String> {
    let mut gaps: Vec<String> = Vec::new();
    for draft in drafts {
        // Whoever posts a reply signs it with their own first name, and writes
        // what holds for that one reader.
        let own = ["signature", "personal"];
        let open = draft.gaps.iter().filter(|gap| !own.contains(&gap.as_str()));
        gaps.extend(open.cloned());
        let next = run.facts.get("next_update").map(|fact| &fact.value);
        let is_used = draft.used.iter().any(|name| name == "next_update");
        let is_past = matches!(next, Some(FactValue::Time(next)) if *next <= at);
        if is_used && is_past {
            gaps.push("next_update".to_owned());
        }
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

/// Times are round: people do not promise 14:37.
const ROUND: TimeDelta = TimeDelta::minutes(5);

impl Filling<'_> {
    /// Somebody finds a fact out; `None` when the playbook knows none of this
    /// name, written as a template may call it.
    pub(super) fn know(&self, name: &str) -> Option<Doing> {
        let name = name.strip_prefix("facts.").unwrap_or(name);
        // A source that lacks is told with the value: `sick.source`.
        let name = name.split('.').next().unwrap_or(name);
        let kind = self.playbook.fact(name)?.kind;
        let mut written =
            values(&self.scenario.facts, self.playbook, self.organisation).into_iter();
        let is_next_update = name == "next_update";
        let given = written.find(|(fact, _)| fact == name && !is_next_update);
        let value = given.map_or_else(|| self.made_up(name, kind), |(_, value)| value);
        Some(Doing::Know {
            fact: name.to_owned(),
            value,
        })
    }

    fn made_up(&self, name: &str, kind: FactKind) -> FactValue {
        let line = || line(name, self.organisation.language).to_owned();
        match kind {
            FactKind::Text => FactValue::Text(line()),
            FactKind::List => FactValue::List(vec![line()]),
            FactKind::Number => FactValue::Number(1.0),
            FactKind::YesNo => FactValue::YesNo(false),
            FactKind::Date => {
                let local = self.at.with_timezone(&self.organisation.timezone);
                FactValue::Date(local.date_naive())
            }
            FactKind::Time => FactValue::Time(self.next_update()),
        }
    }

    /// One turn of the rhythm later, rounded up.
    fn next_update(&self) -> Timestamp {
        let every = self.playbook.cadence.first().map(|line| line.every);
        let next = after(self.at, every.unwrap_or_default()) + ROUND;
        next.duration_trunc(ROUND).unwrap_or(next)
    }
}

fn line(fact: &str, language: Language) -> &'static str {
    let (nl, en) = match fact {
        "known" => (
            "Wij zien de berichten en nemen ze serieus",
            "We see what people write and take it seriously",
        ),
        "unknown" => (
            "Hoe dit precies kon gebeuren",
            "How exactly this could happen",
        ),
        "doing" => (
            "Wij zoeken uit wat er is gebeurd",
            "We are finding out what happened",
        ),
        "advice" => (
            "Kijk op onze website voor het laatste nieuws",
            "Find the latest news on our website",
        ),
        "remedy" => ("Wij passen onze werkwijze aan", "We change the way we work"),
        _ => ("dit wordt nog uitgezocht", "this is still being found out"),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}
