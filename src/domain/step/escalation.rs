//! Escalation: which step of an alert goes when, and to whom, until every role
//! of the first step has an answer.
//!
//! Each role keeps its own place in the steps (`Coverage`), so only the role
//! that nobody answered for goes on. A step that reaches nobody is skipped at
//! once, and those behind it move up.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Course;
use super::alerts::{Told, add, somebody};
use crate::domain::duty;
use crate::domain::organisation::Person;
use crate::domain::playbook::AlertStep;
use crate::domain::run::Event;
use crate::domain::run::alarm::{Move, Next, Why};
use crate::domain::time::{Timestamp, after, before};

/// How long the last step waits for an answer when nothing written says so.
const LAST_WAITS: Duration = Duration::from_secs(600);

/// The last step waits no longer than this, however far the steps are apart.
const LAST_WAITS_AT_MOST: Duration = Duration::from_secs(900);

/// A place in the steps, which roles can share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub round: u32,
    /// From 1.
    pub step: u32,
    pub times: u32,
    pub since: Timestamp,
}

impl Place {
    fn first(round: u32, now: Timestamp) -> Self {
        Self {
            round,
            step: 1,
            times: 1,
            since: now,
        }
    }

    pub(super) fn next_step(&self) -> Self {
        Self {
            step: self.step + 1,
            times: 1,
            ..self.clone()
        }
    }
}

impl<'a> Course<'a> {
    /// A level was reached: its first step goes at once.
    pub(super) fn raise_alarm(&mut self, from: Option<String>) {
        let roles = self.steps()[0].roles.clone();
        let place = Place::first(1, self.now);
        self.take_step(roles, &place, &Why::LevelReached { from });
    }

    /// A run goes on that was over: the first step of its level goes once more.
    pub(super) fn alarm_again(&mut self, why: &Why) {
        let roles = self.steps()[0].roles.clone();
        let place = Place::first(1, self.now);
        self.take_step(roles, &place, why);
    }

    /// The moment of some roles has come.
    pub(super) fn move_on(&mut self, what: Move, roles: &[String]) {
        for ((place, person), roles) in self.places_of(roles) {
            match what {
                Move::Repeat => {
                    let times = place.times + 1;
                    self.take_step(roles, &Place { times, ..place }, &Why::Repeated);
                }
                Move::NextStep => self.take_step(roles, &place.next_step(), &Why::NobodyAnswered),
                Move::GiveUp => self.give_up(&roles),
                Move::StartOver => {
                    let place = Place::first(place.round + 1, self.now);
                    self.take_step(roles, &place, &Why::StartedOver);
                }
                Move::GoStale => {
                    let person = person.unwrap_or_default();
                    self.begin_again(roles, &Why::WentStale { person });
                }
            }
        }
    }

    /// Roles that had an answer have none any more: the first step once more.
    pub(super) fn begin_again(&mut self, roles: Vec<String>, why: &Why) {
        if roles.is_empty() {
            return;
        }
        let alarm = self.run.alarm.as_ref();
        let round = |role: &String| Some(alarm?.roles.get(role)?.round);
        let round = roles.iter().filter_map(round).max().unwrap_or(1);
        self.take_step(roles, &Place::first(round, self.now), why);
    }

    /// Where roles are, those that are at the same place and were answered by
    /// the same person together.
    pub(super) fn places_of(
        &self,
        roles: &[String],
    ) -> BTreeMap<(Place, Option<String>), Vec<String>> {
        let mut places: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for role in roles {
            let alarm = self.run.alarm.as_ref();
            let Some(coverage) = alarm.and_then(|alarm| alarm.roles.get(role)) else {
                continue;
            };
            let place = Place {
                round: coverage.round,
                step: coverage.step,
                times: coverage.times,
                since: coverage.since,
            };
            let person = coverage.answer.as_ref().map(|answer| answer.person.clone());
            places
                .entry((place, person))
                .or_default()
                .push(role.clone());
        }
        places
    }

    /// Takes a step for roles that miss an answer.
    pub(super) fn take_step(&mut self, roles: Vec<String>, place: &Place, why: &Why) {
        let mut told = Vec::new();
        let mut lost = Vec::new();
        self.gather(roles, place, why, &mut told, &mut lost);
        // At the end: who is asked by a step behind a skipped one, or because
        // nobody is left, gets one alert, not two that say different things.
        told.retain(|one: &Told| {
            match lost
                .iter_mut()
                .find(|other: &&mut Told| other.person.key == one.person.key)
            {
                Some(louder) => {
                    louder.join(one);
                    false
                }
                None => true,
            }
        });
        self.send(&told, why);
        self.send(&lost, &Why::NobodyAtAll);
    }

    /// Finds out whom a step alerts, and the steps that go because it reaches
    /// nobody for a role.
    fn gather(
        &mut self,
        roles: Vec<String>,
        place: &Place,
        why: &Why,
        told: &mut Vec<Told<'a>>,
        lost: &mut Vec<Told<'a>>,
    ) {
        let steps = self.steps();
        let Some(step) = steps.get(place.step as usize - 1) else {
            lost.extend(self.last_resort(&roles));
            return;
        };
        let at_it = match why {
            Why::LevelReached { .. } => self.in_hand(),
            _ => Vec::new(),
        };
        self.log(Event::AlertStep {
            level: self.run.level.clone(),
            round: place.round,
            step: place.step,
            times: place.times,
            roles: roles.clone(),
            why: why.clone(),
            since: place.since,
            next: Some(self.next_move(&steps, place)),
        });
        let n_told = told.len();
        let mut reached = if place.step == 1 {
            self.ask_each(&roles, told)
        } else {
            self.ask_for_all(&step.roles, &roles, told)
        };
        if step.deputies {
            reached.extend(self.ask_deputies(&roles, told));
        }
        if let Why::WentStale { person } | Why::AnswerUndone { person } = why
            && let Some(person) = self.plan.organisation.person(person)
        {
            // Who answered is asked too, also when it is not theirs by rota.
            add(told, person, &roles[0], true, &roles);
            reached.extend(roles.iter().cloned());
        }
        for (role, person) in at_it {
            // Who is at work must not be the last to hear that it got worse.
            let Some(person) = self.plan.organisation.person(&person) else {
                continue;
            };
            let covers: &[String] = match roles.contains(&role) {
                true => std::slice::from_ref(&role),
                false => &[],
            };
            add(told, person, &role, !covers.is_empty(), covers);
            reached.extend_from_slice(covers);
        }
        // Who is only told hears it once a round, not at every turn of one role.
        let is_new = matches!(why, Why::LevelReached { .. } | Why::StartedOver);
        if place.times == 1 && (place.step > 1 || is_new) {
            self.tell_only(&step.tell, told);
        }
        if step.roles.is_empty() && !step.deputies && told.len() > n_told {
            // It only tells, and did: those behind it keep their time.
            reached.clone_from(&roles);
        }
        let unreached = |role: &String| !reached.contains(role);
        let unreached: Vec<String> = roles.into_iter().filter(unreached).collect();
        if !unreached.is_empty() {
            self.log(Event::StepSkipped {
                step: place.step,
                roles: unreached.clone(),
                because: "it reaches nobody".to_owned(),
            });
            let place = self.moved_up(&place.next_step());
            self.gather(unreached, &place, why, told, lost);
        }
    }

    /// Each role that somebody answered for, with who did.
    fn in_hand(&self) -> Vec<(String, String)> {
        let roles = self.run.alarm.iter().flat_map(|alarm| &alarm.roles);
        let answered = roles
            .filter_map(|(role, coverage)| Some((role.clone(), coverage.answer.clone()?.person)));
        answered.collect()
    }

    /// Takes a step before its time: those behind it move up.
    pub(super) fn take_step_now(&mut self, roles: Vec<String>, place: &Place, why: &Why) {
        let place = self.moved_up(place);
        self.take_step(roles, &place, why);
    }

    /// A step that goes now, with those behind it moved up.
    fn moved_up(&self, place: &Place) -> Place {
        let steps = self.steps();
        let written = steps.get(place.step as usize - 1);
        let since = written.map_or(self.now, |step| before(self.now, step.after));
        // It may be due already: what is behind it never moves down.
        Place {
            since: since.min(place.since),
            ..place.clone()
        }
    }

    /// The last step is used up: everybody in the steps hears it, loudly.
    pub(super) fn give_up(&mut self, roles: &[String]) {
        let told = self.last_resort(roles);
        self.send(&told, &Why::NobodyAtAll);
    }

    /// Everybody in the steps, for roles that nobody answered for.
    fn last_resort(&mut self, roles: &[String]) -> Vec<Told<'a>> {
        self.log(Event::NobodyAnswers {
            roles: roles.to_vec(),
            start_over_at: after(self.now, self.plan.playbook.start_over),
        });
        let mut told: Vec<Told> = Vec::new();
        for step in &self.steps() {
            for role in step.roles.iter().chain(&step.tell) {
                let mut people = duty::in_order(self.plan.organisation, role, self.now);
                if !step.deputies {
                    people.truncate(1);
                }
                for person in people {
                    add(&mut told, person, role, true, roles);
                }
            }
            for role in roles.iter().filter(|_| step.deputies) {
                for person in duty::in_order(self.plan.organisation, role, self.now) {
                    add(&mut told, person, role, true, roles);
                }
            }
        }
        if told.is_empty()
            && let Some(person) = somebody(&self.plan, self.now)
        {
            add(&mut told, person, &self.plan.playbook.owner, true, roles);
        }
        told
    }

    /// What comes after a step that goes now.
    fn next_move(&self, steps: &[AlertStep], place: &Place) -> Next {
        let index = place.step as usize - 1;
        let step = &steps[index];
        let repeat = step.repeat.filter(|_| {
            step.times
                .is_none_or(|times| u64::from(place.times) < times)
        });
        let repeat = repeat.map(|length| Next {
            at: after(self.now, length),
            what: Move::Repeat,
        });
        match (steps.get(index + 1), repeat) {
            (Some(next), repeat) => {
                let at = after(place.since, next.after);
                let what = Move::NextStep;
                match repeat {
                    Some(repeat) if repeat.at < at => repeat,
                    _ => Next { at, what },
                }
            }
            (None, Some(repeat)) => repeat,
            (None, None) => Next {
                at: after(self.now, last_waits(steps)),
                what: Move::GiveUp,
            },
        }
    }

    /// The first step: for each role whoever has it now.
    fn ask_each(&mut self, roles: &[String], told: &mut Vec<Told<'a>>) -> Vec<String> {
        let mut reached = Vec::new();
        for role in roles {
            if let Some(person) = self.whoever_has(role) {
                add(told, person, role, true, std::slice::from_ref(role));
                reached.push(role.clone());
            }
        }
        reached
    }

    /// A later step: whoever answers takes over all that is missing.
    fn ask_for_all(
        &mut self,
        asked: &[String],
        missing: &[String],
        told: &mut Vec<Told<'a>>,
    ) -> Vec<String> {
        let mut is_reached = false;
        for role in asked {
            if let Some(person) = self.whoever_has(role) {
                add(told, person, role, true, missing);
                is_reached = true;
            }
        }
        if is_reached {
            missing.to_vec()
        } else {
            Vec::new()
        }
    }

    fn ask_deputies(&mut self, missing: &[String], told: &mut Vec<Told<'a>>) -> Vec<String> {
        let mut reached = Vec::new();
        for role in missing {
            let people = duty::in_order(self.plan.organisation, role, self.now);
            for (place, person) in people.into_iter().enumerate() {
                // Who came on duty since the first step went was not asked yet.
                let is_deputy = place > 0 || !self.was_asked_first(&person.key, role);
                if is_deputy && !self.is_out(&person.key) {
                    add(told, person, role, true, std::slice::from_ref(role));
                    reached.push(role.clone());
                }
            }
        }
        reached
    }

    /// Whether the first step of this round went to this person for a role.
    fn was_asked_first(&self, person: &str, role: &String) -> bool {
        let coverage = self
            .run
            .alarm
            .as_ref()
            .and_then(|alarm| alarm.roles.get(role));
        let began_at = coverage.map(|coverage| coverage.began_at);
        self.run.alerts.values().any(|alert| {
            Some(alert.at) == began_at && alert.person == person && alert.covers.contains(role)
        })
    }

    fn tell_only(&mut self, roles: &[String], told: &mut Vec<Told<'a>>) {
        for role in roles {
            if let Some(person) = self.whoever_has(role) {
                add(told, person, role, false, &[]);
            }
        }
    }

    /// Who has a role now and did not say no; that nobody does is logged.
    fn whoever_has(&mut self, role: &str) -> Option<&'a Person> {
        let organisation = self.plan.organisation;
        let people = duty::in_order(organisation, role, self.now);
        let found = people.into_iter().find(|person| !self.is_out(&person.key));
        if found.is_none() {
            let because = match duty::on_duty(organisation, role, self.now) {
                Err(because) => because,
                Ok(_) => "everybody who has this role passed it on or cannot be reached".to_owned(),
            };
            let role = role.to_owned();
            self.log(Event::NotTold { role, because });
        }
        found
    }

    fn is_out(&self, person: &str) -> bool {
        let alarm = self.run.alarm.as_ref();
        alarm.is_some_and(|alarm| alarm.out.contains_key(person))
    }

    /// The steps of the level the run is at: of the nearest lower level when it
    /// has none of its own, else the owner and then the deputy.
    pub(super) fn steps(&self) -> Vec<AlertStep> {
        let playbook = self.plan.playbook;
        let rank = playbook.rank(&self.run.level);
        let levels = &playbook.levels[..=rank.min(playbook.levels.len().saturating_sub(1))];
        let written = levels.iter().rev().find_map(|level| {
            let mut alerts = playbook.alert.iter();
            alerts.find(|(name, steps)| *name == level.name && !steps.is_empty())
        });
        written.map_or_else(
            || AlertStep::usual(&playbook.owner, playbook.deputy.as_deref()),
            |(_, steps)| steps.clone(),
        )
    }
}

/// As long as between the last two steps, within reason.
fn last_waits(steps: &[AlertStep]) -> Duration {
    let apart = match steps {
        [.., one, last] => last.after.saturating_sub(one.after),
        _ => Duration::ZERO,
    };
    if let Some(repeat) = steps.last().and_then(|step| step.repeat) {
        return repeat;
    }
    if apart.is_zero() {
        LAST_WAITS
    } else {
        apart.min(LAST_WAITS_AT_MOST)
    }
}
