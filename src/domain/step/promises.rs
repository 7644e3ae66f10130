//! The rhythm of updates that we promise, and what our publications did.

use chrono::{DurationRound, TimeDelta};
use chrono_tz::Tz;

use super::Course;
use crate::domain::facts::FactValue;
use crate::domain::playbook::StatementTemplate;
use crate::domain::review::rules::promise;
use crate::domain::run::Event;
use crate::domain::run::impact::{Compared, EFFECT_MINUTES, effect};
use crate::domain::said::Flag;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// The fact that holds when people hear more.
const NEXT_UPDATE: &str = "next_update";

/// Who fills in what the program works out.
pub const PROGRAM: &str = "draaiboek";

/// Promised times are round: people remember 14:30, not 14:28.
const ROUND_MINUTES: i64 = 5;

impl Course<'_> {
    /// Fills in the next update by the playbook's rhythm, unless somebody wrote
    /// one that is still to come, or no text tells it.
    pub(super) fn promise_next_update(&mut self) {
        let known = self.run.facts.get(NEXT_UPDATE);
        let is_ahead = known.is_some_and(
            |fact| matches!(fact.value, FactValue::Time(instant) if instant > self.now),
        );
        let is_asked = |template: &StatementTemplate| template.source.contains(NEXT_UPDATE);
        if is_ahead || !self.plan.templates.iter().any(is_asked) {
            return;
        }
        let Some(next) = self.next_of_cadence() else {
            return;
        };
        self.log(Event::FactSet {
            fact: NEXT_UPDATE.to_owned(),
            value: FactValue::Time(rounded_up(next)),
            by: PROGRAM.to_owned(),
            source: None,
            as_of: None,
        });
        self.render_again(NEXT_UPDATE, None);
    }

    /// An hour after a publication: what it did.
    pub(super) fn measure_effects(&mut self) {
        let publications = self.run.statements.publications.iter();
        let due = publications.filter(|one| one.measure_at.is_some_and(|at| at <= self.now));
        let due: Vec<(String, Timestamp)> = due.map(|one| (one.message.clone(), one.at)).collect();
        let hour = std::time::Duration::from_secs(EFFECT_MINUTES.unsigned_abs() * 60);
        for (message, published_at) in due {
            let sight = self.plan.sight;
            let watch = &self.run.watch;
            let until = published_at + TimeDelta::minutes(EFFECT_MINUTES);
            let before = sight.mentions(watch, hour, published_at);
            let after = sight.mentions(watch, hour, until);
            let part = |flag| {
                let before = sight.said(watch, flag, hour, published_at)?;
                Some(Compared::new(before, sight.said(watch, flag, hour, until)?))
            };
            let event = Event::EffectMeasured {
                effect: effect(before, after),
                negative: part(Flag::Negative),
                questions: part(Flag::Information),
                echo: sight.echoes(watch, hour, until),
                message,
                published_at,
                before,
                after,
            };
            self.log(event.clone());
            self.tell_of_effect(&event);
        }
    }
}

/// The moment for which a text promises more, read from its words; `None` when it
/// promises none that can be read.
pub(super) fn promised(
    text: &str,
    language: Option<Language>,
    now: Timestamp,
    zone: Tz,
) -> Option<Timestamp> {
    let promised = promise::promised(text, language?, now, zone)?;
    (promised.at > now).then_some(promised.at)
}

pub(super) fn rounded_up(instant: Timestamp) -> Timestamp {
    let step = TimeDelta::minutes(ROUND_MINUTES);
    match instant.duration_trunc(step) {
        Ok(whole) if whole < instant => whole + step,
        _ => instant,
    }
}
