//! Sends alerts: one person gets one alert, also with two roles in it, and all
//! that is told is in the log before it goes out.

use super::content::{and_others, named};
use super::{Course, Plan};
use crate::domain::duty;
use crate::domain::effect::{Content, Effect, Notice};
use crate::domain::organisation::{Organisation, Person};
use crate::domain::restraint::MOST;
use crate::domain::run::alarm::Why;
use crate::domain::run::{Event, Held};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// Somebody to tell, with the roles they are told for.
pub(super) struct Told<'a> {
    pub person: &'a Person,
    pub roles: Vec<String>,
    pub must_answer: bool,
    /// Roles of the alarm that an answer takes care of.
    pub covers: Vec<String>,
}

impl Told<'_> {
    /// Adds what the same person is told elsewhere.
    pub(super) fn join(&mut self, other: &Self) {
        let add = |all: &mut Vec<String>, one: &String| {
            if !all.contains(one) {
                all.push(one.clone());
            }
        };
        self.must_answer |= other.must_answer;
        other.roles.iter().for_each(|one| add(&mut self.roles, one));
        other
            .covers
            .iter()
            .for_each(|one| add(&mut self.covers, one));
    }
}

impl<'a> Course<'a> {
    /// One alert each, that says who else is alerted.
    pub(super) fn send(&mut self, told: &[Told<'a>], why: &Why) {
        let (named, others) = named(told);
        let names = named
            .iter()
            .map(|one| (one.person.name.clone(), self.titles(&one.roles)));
        let names: Vec<(String, Text)> = names.chain(others.map(and_others)).collect();
        for one in told {
            self.render_for_alert(one.person.language);
        }
        for one in told {
            self.alert(one, &names, why);
        }
    }

    fn alert(&mut self, told: &Told, everybody: &[(String, Text)], why: &Why) {
        let person = &told.person.key;
        let rank = self.plan.playbook.rank(&self.run.level);
        if let Err(until) = self.plan.ledger.allows(person, rank, self.now) {
            self.log(Event::HeldBack {
                person: person.clone(),
                level: self.run.level.clone(),
                roles: told.roles.clone(),
                covers: told.covers.clone(),
                must_answer: told.must_answer,
                why: why.clone(),
                until,
                because: format!("{MOST} alerts within ten minutes already"),
            });
            return;
        }
        let effect = self.next_effect();
        self.log(Event::Alerted {
            effect: effect.clone(),
            level: self.run.level.clone(),
            roles: told.roles.clone(),
            person: told.person.key.clone(),
            must_answer: told.must_answer,
            covers: told.covers.clone(),
        });
        let alert = self.content(told, everybody, why);
        let notice = notice_to(
            self.plan.organisation,
            told.person,
            Content::Alert(Box::new(alert)),
        );
        self.effects.push(Effect { id: effect, notice });
    }

    /// There is room for an alert that was held back: it goes, unless others
    /// answered meanwhile.
    pub(super) fn end_hold(&mut self, person: &str, held: &Held) {
        let alarm = self.run.alarm.as_ref();
        let missing: Vec<&String> = alarm
            .into_iter()
            .flat_map(|alarm| alarm.missing())
            .collect();
        let covers = held.covers.iter().filter(|role| missing.contains(role));
        let covers: Vec<String> = covers.cloned().collect();
        let Some(person) = self.plan.organisation.person(person) else {
            return;
        };
        if held.must_answer && covers.is_empty() {
            let because = format!("{} need not be told: others answered", person.name);
            for role in held.roles.clone() {
                let because = because.clone();
                self.log(Event::NotTold { role, because });
            }
            return;
        }
        let told = Told {
            person,
            roles: held.roles.clone(),
            must_answer: held.must_answer,
            covers,
        };
        self.send(&[told], &held.why);
    }

    /// The id of an effect that the next event asks for.
    pub(super) fn next_effect(&self) -> String {
        format!("{}.{}", self.run.id, self.run.seq + 1)
    }
}

/// What is decided in a drill is marked from here on, whoever carries it out.
pub(in crate::domain) fn notice_to(
    organisation: &Organisation,
    person: &Person,
    content: Content,
) -> Notice {
    Notice {
        person: person.key.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        ways: person.reach.clone(),
        language: person.language,
        exercise: organisation
            .exercise
            .as_ref()
            .map(|exercise| exercise.title.clone()),
        content,
    }
}

/// When nobody has any of the roles: the owner of the playbook, else its
/// deputy, else anybody. Better the wrong person than nobody.
pub(super) fn somebody<'a>(plan: &Plan<'a>, now: Timestamp) -> Option<&'a Person> {
    let roles = std::iter::once(&plan.playbook.owner).chain(&plan.playbook.deputy);
    let mut people = roles.filter_map(|role| duty::on_duty(plan.organisation, role, now).ok());
    people.next().or(plan.organisation.team.first())
}

/// Adds a person, or to what a person is told already.
pub(super) fn add<'a>(
    told: &mut Vec<Told<'a>>,
    person: &'a Person,
    role: &str,
    must_answer: bool,
    covers: &[String],
) {
    let new = Told {
        person,
        roles: vec![role.to_owned()],
        must_answer,
        covers: covers.to_vec(),
    };
    match told.iter_mut().find(|one| one.person.key == person.key) {
        Some(one) => one.join(&new),
        None => told.push(new),
    }
}
