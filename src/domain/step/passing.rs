//! Somebody who was alerted cannot answer, or cannot be reached: who is next.

use std::collections::BTreeMap;

use super::Course;
use super::alerts::{Told, add};
use crate::domain::duty;
use crate::domain::organisation::Person;
use crate::domain::run::alarm::{Alarm, Move, Why};
use crate::domain::run::{Event, Held};

/// A role a person was alerted for.
struct Asked {
    role: String,
    /// Roles of the alarm that an answer would take care of.
    covers: Vec<String>,
    must_answer: bool,
}

impl<'a> Course<'a> {
    /// Whoever is next in line is alerted at once; when there is nobody, the
    /// next step goes now.
    pub(super) fn pass_on(&mut self, person: &str, why: &Why) {
        let Some(alarm) = self.run.alarm.clone() else {
            return;
        };
        let mut told: Vec<Told<'a>> = Vec::new();
        let mut stuck: Vec<String> = Vec::new();
        let mut passed: Vec<String> = Vec::new();
        for asked in self.asked_of(person, &alarm) {
            match self.next_in_line(&asked, &alarm) {
                Some(person) => {
                    passed.extend(asked.covers.iter().cloned());
                    add(
                        &mut told,
                        person,
                        &asked.role,
                        asked.must_answer,
                        &asked.covers,
                    );
                }
                None => {
                    stuck.extend(asked.covers);
                    self.log(Event::NotTold {
                        role: asked.role,
                        because: "everybody who has this role was tried".to_owned(),
                    });
                }
            }
        }
        self.send(&told, why);
        stuck.retain(|role| !passed.contains(role));
        stuck.sort();
        stuck.dedup();
        self.hurry(&stuck, &alarm, why);
    }

    /// Nobody is next in line: the next step goes now. After the last one it
    /// is said that nobody answers, unless somebody still may.
    fn hurry(&mut self, roles: &[String], alarm: &Alarm, why: &Why) {
        let n_steps = self.steps().len();
        for ((place, _), roles) in self.places_of(roles) {
            if (place.step as usize) < n_steps {
                self.take_step_now(roles, &place.next_step(), why);
                continue;
            }
            let is_over = |role: &String| {
                let next = alarm.roles.get(role).and_then(|coverage| coverage.next);
                let is_said = next.is_some_and(|next| next.what == Move::StartOver);
                is_said || self.is_waited_for(role, alarm)
            };
            if !roles.iter().any(is_over) {
                self.give_up(&roles);
            }
        }
    }

    /// Whether somebody who was alerted for a role may still answer.
    fn is_waited_for(&self, role: &String, alarm: &Alarm) -> bool {
        let began_at = alarm.roles.get(role).map(|coverage| coverage.began_at);
        // Who got too many alerts lately is still to hear of this one.
        let is_held = |(person, held): (&String, &Held)| {
            held.covers.contains(role) && !alarm.out.contains_key(person)
        };
        if self.run.held.iter().any(is_held) {
            return true;
        }
        self.run.alerts.values().any(|alert| {
            Some(alert.at) >= began_at
                && alert.covers.contains(role)
                && !alarm.out.contains_key(&alert.person)
        })
    }

    /// What a person was alerted for in this round and nobody answered yet.
    fn asked_of(&self, person: &str, alarm: &Alarm) -> Vec<Asked> {
        let mut asked: BTreeMap<&String, Asked> = BTreeMap::new();
        let is_missing = |role: &&String| {
            let coverage = alarm.roles.get(*role);
            coverage.is_some_and(|coverage| coverage.answer.is_none())
        };
        for alert in self.run.alerts.values() {
            if alert.person != person || alert.level != alarm.level {
                continue;
            }
            for role in &alert.roles {
                // In the first step every role needs an answer of its own.
                let is_own = alert.covers.contains(role);
                let covers = alert.covers.iter().filter(is_missing);
                let covers = covers.filter(|one| !is_own || *one == role);
                let entry = asked.entry(role).or_insert_with(|| Asked {
                    role: role.clone(),
                    covers: Vec::new(),
                    must_answer: false,
                });
                entry.must_answer |= alert.must_answer;
                for one in covers {
                    if !entry.covers.contains(one) {
                        entry.covers.push(one.clone());
                    }
                }
            }
        }
        let is_open = |asked: &Asked| !asked.must_answer || !asked.covers.is_empty();
        asked.into_values().filter(is_open).collect()
    }

    /// Who comes after those who were alerted for a role in this round.
    fn next_in_line(&self, asked: &Asked, alarm: &Alarm) -> Option<&'a Person> {
        let began = |role: &String| Some(alarm.roles.get(role)?.began_at);
        let began_at = asked.covers.iter().filter_map(began).min();
        let was_tried = |person: &&Person| {
            self.run.alerts.values().any(|alert| {
                alert.person == person.key
                    && alert.level == alarm.level
                    && alert.roles.contains(&asked.role)
                    && began_at.is_none_or(|began_at| alert.at >= began_at)
            })
        };
        duty::in_order(self.plan.organisation, &asked.role, self.now)
            .into_iter()
            .find(|person| !was_tried(person) && !alarm.out.contains_key(&person.key))
    }
}
