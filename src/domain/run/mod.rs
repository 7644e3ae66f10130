//! The nouns of a run: what it is and what happened to it.
//!
//! A run is the fold of its events (`Run::apply`), and nothing else: replaying
//! the log gives the same run, whatever the program has learnt to decide since.

pub mod alarm;

pub mod event;

pub mod underway;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use event::{Cause, Event};

use super::evidence::Evidence;
use super::facts::{Fact, FactSheet};
use super::playbook::Aim;
use super::time::Timestamp;
use alarm::{Alarm, Why};
use underway::Underway;

/// Runs are numbered per store, from 1; people type the number.
pub type RunId = u64;

/// One rendered statement: for one message, channel and language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub message: String,
    pub channel: String,
    pub language: String,
    /// Counted from 1.
    pub version: u32,
    pub text: String,
    /// Names of facts (and other values) that show as a gap in the text.
    pub gaps: Vec<String>,
    /// Names of facts the template asked for, known or not.
    pub used: Vec<String>,
    /// File name of the template.
    pub template: String,
}

impl Draft {
    /// `holding.website.nl`: what people type to mean this draft.
    pub fn id(&self) -> String {
        format!("{}.{}.{}", self.message, self.channel, self.language)
    }
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    pub seq: u64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub event: Event,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub playbook: String,
    pub watch: String,
    pub level: String,
    pub started_at: Option<Timestamp>,
    /// Number of events folded in.
    pub seq: u64,
    pub is_open: bool,
    pub closed_at: Option<Timestamp>,
    pub cause: Option<Cause>,
    /// Titles of other playbooks that would have started on the same watch.
    pub offers: Vec<String>,
    /// The latest trigger, and its evidence.
    pub trigger: Option<String>,
    pub evidence: Option<Evidence>,
    pub phases: BTreeMap<Aim, Timestamp>,
    pub tasks: BTreeMap<String, TaskState>,
    pub facts: FactSheet,
    /// Latest version of each draft, by `Draft::id`.
    pub drafts: BTreeMap<String, Draft>,
    /// Drafts whose template failed: id and reason.
    pub failed_drafts: BTreeMap<String, String>,
    /// The alarm in force; `None` until somebody was alerted.
    #[serde(default)]
    pub alarm: Option<Alarm>,
    /// Alerts that wait, by person.
    #[serde(default)]
    pub held: BTreeMap<String, Held>,
    /// Alerts by effect id.
    pub alerts: BTreeMap<String, AlertState>,
    /// Effects that arrived.
    pub delivered: BTreeSet<String>,
    /// Faults that operators were told of.
    pub troubles: BTreeSet<String>,
    /// Roles that could not be told, and not since either: role and reason.
    pub not_told: Vec<(String, String)>,
    /// Alerts on their way.
    #[serde(default)]
    pub underway: Underway,
}

/// What lists and indexes need of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    pub id: RunId,
    pub playbook: String,
    pub watch: String,
    pub level: String,
    pub started_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub is_open: bool,
    pub seq: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskState {
    pub role: String,
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// Whether it was said that it fell due.
    pub due_told: bool,
}

/// An alert that waits, because the person got so many lately.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub at: Timestamp,
    pub level: String,
    pub roles: Vec<String>,
    pub covers: Vec<String>,
    pub must_answer: bool,
    pub why: Why,
    pub until: Timestamp,
}

impl Held {
    /// Takes in what was held back before, which then goes along.
    fn joined(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let join = |all: &mut Vec<String>, more: Vec<String>| {
            let new: Vec<String> = more.into_iter().filter(|one| !all.contains(one)).collect();
            all.extend(new);
        };
        join(&mut self.roles, before.roles);
        join(&mut self.covers, before.covers);
        self.must_answer |= before.must_answer;
        self.at = before.at;
        self.until = before.until;
        self
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertState {
    pub roles: Vec<String>,
    pub person: String,
    pub level: String,
    pub must_answer: bool,
    /// Roles of the alarm that an answer takes care of.
    pub covers: Vec<String>,
    /// Its link was used by somebody else, and does not work any more.
    pub is_void: bool,
    pub at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    /// The latest failure, while it is not delivered.
    pub failure: Option<String>,
    pub given_up: bool,
}

impl Run {
    /// A run to which nothing has happened yet.
    pub fn new(id: RunId) -> Self {
        Self {
            id,
            playbook: String::new(),
            watch: String::new(),
            level: String::new(),
            started_at: None,
            seq: 0,
            is_open: false,
            closed_at: None,
            cause: None,
            offers: Vec::new(),
            trigger: None,
            evidence: None,
            phases: BTreeMap::new(),
            tasks: BTreeMap::new(),
            facts: FactSheet::new(),
            drafts: BTreeMap::new(),
            failed_drafts: BTreeMap::new(),
            alarm: None,
            held: BTreeMap::new(),
            alerts: BTreeMap::new(),
            delivered: BTreeSet::new(),
            troubles: BTreeSet::new(),
            not_told: Vec::new(),
            underway: Underway::default(),
        }
    }

    pub fn head(&self) -> RunHead {
        RunHead {
            id: self.id,
            playbook: self.playbook.clone(),
            watch: self.watch.clone(),
            level: self.level.clone(),
            started_at: self.started_at,
            closed_at: self.closed_at,
            is_open: self.is_open,
            seq: self.seq,
        }
    }

    /// The run after a whole log.
    pub fn replay(id: RunId, log: &[Logged]) -> Self {
        log.iter().fold(Self::new(id), |run, logged| {
            run.apply(&logged.event, logged.at)
        })
    }

    /// The run after one more event. Knows no playbook and decides nothing.
    pub fn apply(mut self, event: &Event, at: Timestamp) -> Self {
        self.seq += 1;
        self.apply_to_alarm(event, at);
        self.apply_to_underway(event, at);
        match event {
            Event::RunStarted {
                playbook,
                watch,
                level,
                cause,
                offers,
            } => {
                self.playbook.clone_from(playbook);
                self.watch.clone_from(watch);
                self.level.clone_from(level);
                self.offers.clone_from(offers);
                self.started_at = Some(at);
                self.is_open = true;
                if let Cause::Trigger { trigger, evidence } = cause {
                    self.trigger = Some(trigger.clone());
                    self.evidence = Some((**evidence).clone());
                }
                self.cause = Some(cause.clone());
            }
            Event::TriggerFired {
                trigger, evidence, ..
            } => {
                self.trigger = Some(trigger.clone());
                self.evidence = Some(evidence.clone());
            }
            Event::LevelRaised { to, .. } => self.level.clone_from(to),
            Event::PhaseOpened { phase } => {
                self.phases.insert(*phase, at);
            }
            Event::TaskOpened { task, role, due_at } => {
                let state = TaskState {
                    role: role.clone(),
                    opened_at: at,
                    due_at: *due_at,
                    due_told: false,
                };
                self.tasks.insert(task.clone(), state);
            }
            Event::TaskDue { task, .. } => {
                if let Some(state) = self.tasks.get_mut(task) {
                    state.due_told = true;
                }
            }
            Event::Alerted {
                effect,
                level,
                roles,
                person,
                must_answer,
                covers,
            } => {
                let state = AlertState {
                    roles: roles.clone(),
                    person: person.clone(),
                    level: level.clone(),
                    must_answer: *must_answer,
                    covers: covers.clone(),
                    is_void: false,
                    at,
                    delivered_at: None,
                    failure: None,
                    given_up: false,
                };
                self.held.remove(person);
                self.not_told.retain(|(role, _)| !roles.contains(role));
                self.alerts.insert(effect.clone(), state);
            }
            Event::HeldBack {
                person,
                level,
                roles,
                covers,
                must_answer,
                why,
                until,
                ..
            } => {
                let held = Held {
                    at,
                    level: level.clone(),
                    roles: roles.clone(),
                    covers: covers.clone(),
                    must_answer: *must_answer,
                    why: why.clone(),
                    until: *until,
                };
                let before = self.held.remove(person);
                self.held.insert(person.clone(), held.joined(before));
            }
            Event::HoldEnded { person, .. } => {
                self.held.remove(person);
            }
            Event::NotTold { role, because } => {
                self.not_told.retain(|(known, _)| known != role);
                self.not_told.push((role.clone(), because.clone()));
            }
            Event::Informed { effect, person, .. } => {
                // Its link is as personal as an alert's, and asks for nothing.
                let state = AlertState {
                    roles: Vec::new(),
                    person: person.clone(),
                    level: self.level.clone(),
                    must_answer: false,
                    covers: Vec::new(),
                    is_void: false,
                    at,
                    delivered_at: None,
                    failure: None,
                    given_up: false,
                };
                self.alerts.insert(effect.clone(), state);
            }
            Event::FactSet { fact, value, by } => {
                self.facts.insert(
                    fact.clone(),
                    Fact {
                        value: value.clone(),
                        by: by.clone(),
                        at,
                    },
                );
            }
            Event::DraftRendered { draft } => {
                self.failed_drafts.remove(&draft.id());
                self.drafts.insert(draft.id(), draft.clone());
            }
            Event::DraftFailed {
                message,
                channel,
                language,
                because,
            } => {
                self.failed_drafts
                    .insert(format!("{message}.{channel}.{language}"), because.clone());
            }
            Event::Delivered { effect, .. } => {
                self.delivered.insert(effect.clone());
                if let Some(alert) = self.alerts.get_mut(effect) {
                    alert.delivered_at = Some(at);
                    alert.failure = None;
                }
            }
            Event::DeliveryFailed {
                effect,
                because,
                for_good,
                ..
            } => {
                if let Some(alert) = self.alerts.get_mut(effect) {
                    alert.failure = Some(because.clone());
                    alert.given_up = *for_good;
                }
            }
            Event::OperatorTold { what, .. } => {
                self.troubles.insert(what.clone());
            }
            Event::AnswerUndone { person, .. } => {
                for alert in self.alerts.values_mut() {
                    alert.is_void |= alert.person == *person;
                }
            }
            Event::AlertStep { .. }
            | Event::StepSkipped { .. }
            | Event::AlarmDue { .. }
            | Event::NobodyAnswers { .. }
            | Event::Answered { .. }
            | Event::PassedOn { .. }
            | Event::AtWork { .. }
            | Event::Unreachable { .. }
            | Event::Noted { .. }
            | Event::NothingDelivered { .. }
            | Event::DeliveringAgain { .. }
            | Event::PlainMailSent { .. }
            | Event::Upgraded { .. } => {}
            Event::RunClosed { .. } => {
                self.is_open = false;
                self.closed_at = Some(at);
            }
        }
        self
    }
}
