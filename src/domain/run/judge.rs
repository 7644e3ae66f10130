//! Whether a condition about a run holds, and the instants of its moments.
//! What counts mentions is judged elsewhere.

use chrono_tz::Tz;

use super::Run;
use super::item::State;
use crate::domain::condition::{Moment, Test};
use crate::domain::facts::{Fact, FactValue};
use crate::domain::playbook::Playbook;
use crate::domain::rhythm::Line;
use crate::domain::time::{Timestamp, after, before};

/// A run at a moment, with what is needed to judge it.
#[derive(Debug, Clone, Copy)]
pub struct Facing<'a> {
    pub run: &'a Run,
    /// What the run pinned.
    pub playbook: &'a Playbook,
    pub zone: Tz,
}

impl Facing<'_> {
    /// Whether a test about the run holds at `at`; tests about anything else do
    /// not, and neither does any while no run is open.
    pub fn holds(&self, test: &Test, at: Timestamp) -> bool {
        let Self { run, playbook, .. } = *self;
        if !run.is_open {
            return false;
        }
        match test {
            Test::Level(name) => {
                let is_known = playbook.levels.iter().any(|level| level.name == *name);
                is_known && playbook.rank(&run.level) >= playbook.rank(name)
            }
            Test::Time(moment) => self.start_moment(moment).is_some_and(|when| when <= at),
            Test::Done(names) => names.iter().all(|name| run.is_done(name)),
            Test::Known(facts) => facts.iter().all(|fact| run.facts.contains_key(fact)),
            Test::Fact(wanted) => wanted.iter().all(|(name, value)| {
                let fact = run.facts.get(name);
                fact.is_some_and(|fact| self.is_value(fact, value))
            }),
            Test::Decided(wanted) => wanted.iter().all(|(task, options)| {
                let items = run.items.values().filter(|item| item.name == *task);
                let mut decisions = items.filter_map(|item| item.decision.as_ref());
                decisions.any(|decision| options.contains(&decision.option))
            }),
            Test::Effect(wanted) => run
                .statements
                .latest_effect()
                .is_some_and(|effect| effect.name() == wanted),
            Test::WeAreSilent(length) => {
                let spoke = run.statements.latest().map(|latest| latest.at);
                let since = spoke.max(run.started_at);
                since.is_some_and(|since| after(since, *length) <= at)
            }
            _ => false,
        }
    }

    fn is_value(&self, fact: &Fact, wanted: &serde_json::Value) -> bool {
        match &fact.value {
            FactValue::Text(text) => match wanted {
                serde_json::Value::Object(texts) => texts.values().any(|one| one == text),
                one => one == text,
            },
            FactValue::List(items) => wanted == &serde_json::json!(items),
            FactValue::Number(number) => wanted.as_f64() == Some(*number),
            FactValue::Time(instant) => {
                let local = instant.with_timezone(&self.zone).naive_local();
                wanted == &local.to_string()
            }
            FactValue::Date(date) => wanted == &date.to_string(),
            FactValue::YesNo(answer) => wanted == answer,
        }
    }

    /// The instant of a moment in a condition or a cadence, where a bare length
    /// counts from the start.
    pub fn start_moment(&self, moment: &Moment) -> Option<Timestamp> {
        self.run.moment(moment, self.run.started_at?)
    }

    /// The lines of the cadence whose beginning is known.
    pub fn cadence(&self) -> Vec<Line<'_>> {
        let lines = self.playbook.cadence.iter().filter_map(|line| {
            let from = match &line.from {
                None => self.run.started_at?,
                Some(moment) => self.start_moment(moment)?,
            };
            Some(Line { line, from })
        });
        lines.collect()
    }
}

impl Run {
    /// The instant of a moment for something that opened at `opened_at`; `None`
    /// while what it hangs on is unknown.
    pub fn moment(&self, moment: &Moment, opened_at: Timestamp) -> Option<Timestamp> {
        match moment {
            Moment::Since(length) => Some(after(opened_at, *length)),
            Moment::After(length, name) => Some(after(self.named_moment(name)?, *length)),
            Moment::Before(length, name) => Some(before(self.named_moment(name)?, *length)),
        }
    }

    /// When something named happened or will: the start, the stand-down, a fact
    /// that is a time, a task that was done, a message that was published.
    fn named_moment(&self, name: &str) -> Option<Timestamp> {
        match name {
            "start" => return self.started_at,
            "stand_down" => return self.ending.stood_down_at,
            _ => {}
        }
        if let Some(fact) = self.facts.get(name) {
            return match &fact.value {
                FactValue::Time(instant) => Some(*instant),
                _ => None,
            };
        }
        let items = self.items.values().filter(|item| item.name == name);
        items.filter_map(|item| item.done_at).min()
    }

    /// When an item was settled in this turn.
    pub fn settled_at(&self, key: &str) -> Option<Timestamp> {
        match &self.items.get(key)?.state {
            State::Open => None,
            State::Finished { at, .. } | State::Skipped { at, .. } => Some(*at),
        }
    }
}
