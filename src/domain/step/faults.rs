//! What goes wrong on the way out: the next in line is alerted, and those who
//! run the program hear of it.

use super::Course;
use super::alerts::{Told, add, notice_to};
use crate::domain::duty::on_duty;
use crate::domain::effect::{Content, Effect, Trouble};
use crate::domain::organisation::Person;
use crate::domain::run::Event;

impl Course<'_> {
    /// The mail of an alert was refused for good: the next in line of each of
    /// its roles is alerted, as long as there is one.
    pub(super) fn alert_deputies(&mut self, effect: &str) {
        let organisation = self.plan.organisation;
        let Some(failed) = self.run.alerts.get(effect).cloned() else {
            return;
        };
        if failed.level != self.run.level {
            return;
        }
        let mut told: Vec<Told> = Vec::new();
        for role in &failed.roles {
            let people = organisation.role(role).map_or(&[][..], |role| &role.people);
            let next = people.iter().find(|key| !self.was_alerted(key, role));
            match next.and_then(|key| organisation.person(key)) {
                Some(person) => add(&mut told, person, role, failed.must_answer),
                None => {
                    let because = "everybody who has this role was tried".to_owned();
                    self.log(Event::NotTold {
                        role: role.clone(),
                        because,
                    });
                }
            }
        }
        self.send(&told, None);
    }

    /// Whether a person was alerted for this role at this level.
    fn was_alerted(&self, person: &str, role: &str) -> bool {
        self.run.alerts.values().any(|alert| {
            alert.person == person
                && alert.level == self.run.level
                && alert.roles.iter().any(|one| one == role)
        })
    }

    /// Tells those who run the program about a fault, once for each fault; but
    /// not `unreachable`, whom this mail would not reach either.
    pub(super) fn tell_operators(&mut self, what: &str, unreachable: Option<&str>) {
        let organisation = self.plan.organisation;
        if self.run.troubles.contains(what) {
            return;
        }
        let mut told: Vec<&Person> = Vec::new();
        for role in &organisation.operators {
            match on_duty(organisation, role, self.now) {
                Ok(person) if told.iter().any(|one| one.key == person.key) => {}
                Ok(person) if Some(person.key.as_str()) == unreachable => {}
                Ok(person) => told.push(person),
                Err(because) => self.log(Event::NotTold {
                    role: role.clone(),
                    because,
                }),
            }
        }
        for person in told {
            let effect = format!("{}.{}", self.run.id, self.run.seq + 1);
            self.log(Event::OperatorTold {
                effect: effect.clone(),
                person: person.key.clone(),
                what: what.to_owned(),
            });
            let trouble = Trouble {
                organisation: organisation.name.clone(),
                organisation_language: organisation.language,
                timezone: organisation.timezone.name().to_owned(),
                run: Some(self.run.id),
                at: self.now,
                what: what.to_owned(),
            };
            self.effects.push(Effect {
                id: effect,
                notice: notice_to(person, Content::Trouble(trouble)),
            });
        }
    }

    /// Whether an effect is an alert of this run while it is open: faults of
    /// mails about faults are not told by mail again.
    pub(super) fn is_alert(&self, effect: &str) -> bool {
        self.run.is_open && self.run.alerts.contains_key(effect)
    }

    /// One word to the operators about all drafts that failed in this decision.
    pub(super) fn tell_of_failed_drafts(&mut self) {
        let failed = self.events.iter().filter_map(|logged| match &logged.event {
            Event::DraftFailed { because, .. } => Some(because.clone()),
            _ => None,
        });
        let failed: Vec<String> = failed.collect();
        if let Some(first) = failed.first() {
            let what = format!(
                "{} drafts could not be made; the first: {first}",
                failed.len()
            );
            self.tell_operators(&what, None);
        }
    }
}
