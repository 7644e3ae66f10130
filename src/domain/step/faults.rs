//! What goes wrong on the way out: those who run the program hear of it.

use super::Course;
use super::alerts::{notice_to, somebody};
use crate::domain::duty;
use crate::domain::effect::{Content, Effect, Notice, Trouble};
use crate::domain::organisation::Person;
use crate::domain::run::Event;
use crate::domain::time::Timestamp;

impl Course<'_> {
    /// Tells those who run the program about a fault, once for each fault; but
    /// not `unreachable`, whom this mail would not reach either.
    pub(super) fn tell_operators(&mut self, what: &str, unreachable: Option<&str>) {
        let organisation = self.plan.organisation;
        // Who does not take part in a drill is no fault of anything.
        if unreachable.is_some_and(|person| !organisation.may_be_told(person)) {
            return;
        }
        if self.run.troubles.contains(what) {
            return;
        }
        let mut told: Vec<&Person> = Vec::new();
        for role in &organisation.operators {
            match duty::on_duty(organisation, role, self.now) {
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
            self.tell_fault(person, what, false, person.reach.clone());
        }
    }

    /// One person hears of a fault, by these ways in order, or that it is over.
    fn tell_fault(&mut self, person: &Person, what: &str, is_over: bool, ways: Vec<String>) {
        let organisation = self.plan.organisation;
        let effect = self.next_effect();
        self.log(Event::OperatorTold {
            effect: effect.clone(),
            person: person.key.clone(),
            what: what.to_owned(),
        });
        let trouble = Trouble {
            findings: Vec::new(),
            organisation: organisation.name.clone(),
            organisation_language: organisation.language,
            timezone: organisation.timezone.name().to_owned(),
            run: Some(self.run.id),
            at: self.now,
            what: what.to_owned(),
            is_over,
        };
        let notice = Notice {
            ways,
            ..notice_to(organisation, person, Content::Trouble(trouble))
        };
        self.effects.push(Effect { id: effect, notice });
    }

    /// No alert gets through: the channels that work say so.
    pub(super) fn tell_of_outage(&mut self, since: Timestamp, failing: &[String], by: &[String]) {
        let (since, failing) = (self.clock(since), failing.join(", "));
        let what = format!("no alert got through since {since}; what fails: {failing}");
        self.tell_by(&what, false, by);
    }

    /// Alerts get through again: who heard that they did not, hears this.
    pub(super) fn tell_of_its_end(&mut self, since: Timestamp, by: &[String]) {
        let since = self.clock(since);
        let what = format!("alerts get through again; they did not since {since}");
        self.tell_by(&what, true, by);
    }

    /// Every one of these channels tells those who run the program, whatever
    /// way they are usually reached; where nobody does, the owner's people,
    /// and in the last resort anybody.
    fn tell_by(&mut self, what: &str, is_over: bool, by: &[String]) {
        let organisation = self.plan.organisation;
        let mut roles = organisation.operators.clone();
        if roles.is_empty() {
            roles.push(self.plan.playbook.owner.clone());
        }
        let mut told: Vec<&Person> = Vec::new();
        for role in &roles {
            let person = duty::on_duty(organisation, role, self.now).ok();
            told.extend(person.filter(|person| told.iter().all(|one| one.key != person.key)));
        }
        if told.is_empty() {
            told.extend(somebody(&self.plan, self.now));
        }
        for person in told {
            for channel in by {
                self.tell_fault(person, what, is_over, vec![channel.clone()]);
            }
        }
    }

    fn clock(&self, at: Timestamp) -> String {
        let zone = self.plan.organisation.timezone;
        at.with_timezone(&zone).format("%d-%m %H:%M").to_string()
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
