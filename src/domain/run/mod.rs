//! The nouns of a run: what it is and what happened to it.
//!
//! A run is the fold of its events (`Run::apply`), and nothing else: replaying
//! the log gives the same run, whatever the program has learnt to decide since.

pub mod alarm;

pub mod draft;

pub mod event;

pub mod judge;

pub mod underway;

pub mod item;

pub mod statement;

pub mod ending;

pub mod impact;

pub mod asked;
pub mod lesson;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use draft::Draft;
pub use event::{Cause, Event};

use super::environment::Environment;
use super::evidence::Evidence;
use super::facts::{Fact, FactSheet};
use super::playbook::Aim;
use super::time::Timestamp;
use alarm::{Alarm, Why};
pub use asked::Case;
use asked::{AddedQuestion, Answer};
use ending::Ending;
use item::Item;
use lesson::Lesson;
use statement::Statements;
use underway::Underway;

/// Runs are numbered per store, from 1; people type the number.
pub type RunId = u64;

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
    /// Every level it was at, also those it left.
    #[serde(default)]
    pub reached: BTreeSet<String>,
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
    /// Tasks that were handed out and messages that are called for.
    pub items: BTreeMap<String, Item>,
    /// Questions that people of ours added to those of the playbook, by name.
    #[serde(default)]
    pub added: BTreeMap<String, AddedQuestion>,
    /// Answers to questions that people ask, by name.
    pub answers: BTreeMap<String, Answer>,
    /// Cases by number.
    pub cases: BTreeMap<String, Case>,
    pub statements: Statements,
    pub ending: Ending,
    pub facts: FactSheet,
    /// Latest version of each draft, by `Draft::id`.
    pub drafts: BTreeMap<String, Draft>,
    /// Whether drafts of the open phases are still to be rendered.
    #[serde(default)]
    pub owes_drafts: bool,
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
    /// Lessons by number.
    #[serde(default)]
    pub lessons: BTreeMap<String, Lesson>,
    /// What people need, as it was last analysed.
    #[serde(default)]
    pub environment: Environment,
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
            reached: BTreeSet::new(),
            started_at: None,
            seq: 0,
            is_open: false,
            closed_at: None,
            cause: None,
            offers: Vec::new(),
            trigger: None,
            evidence: None,
            phases: BTreeMap::new(),
            items: BTreeMap::new(),
            added: BTreeMap::new(),
            answers: BTreeMap::new(),
            cases: BTreeMap::new(),
            statements: Statements::default(),
            ending: Ending::default(),
            facts: FactSheet::new(),
            drafts: BTreeMap::new(),
            owes_drafts: false,
            failed_drafts: BTreeMap::new(),
            alarm: None,
            held: BTreeMap::new(),
            alerts: BTreeMap::new(),
            delivered: BTreeSet::new(),
            troubles: BTreeSet::new(),
            not_told: Vec::new(),
            underway: Underway::default(),
            lessons: BTreeMap::new(),
            environment: Environment::default(),
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
        self.apply_to_items(event, at);
        self.apply_to_statements(event, at);
        self.apply_to_ending(event, at);
        self.apply_to_lessons(event, at);
        self.apply_to_environment(event, at);
        self.apply_to_asked(event, at);
        match event {
            Event::RunStarted {
                playbook,
                watch,
                level,
                cause,
                offers,
                drafts_follow,
            } => {
                self.playbook.clone_from(playbook);
                self.watch.clone_from(watch);
                self.level.clone_from(level);
                self.reached.insert(level.clone());
                self.offers.clone_from(offers);
                self.started_at = Some(at);
                self.is_open = true;
                self.owes_drafts = *drafts_follow;
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
                self.evidence = Some(Evidence::clone(evidence));
            }
            Event::LevelRaised { to, .. } | Event::LevelLowered { to, .. } => {
                self.level.clone_from(to);
                self.reached.insert(to.clone());
            }
            Event::PhaseOpened { phase, .. } => {
                self.phases.insert(*phase, at);
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
            Event::FactSet {
                fact,
                value,
                by,
                source,
                as_of,
            } => {
                self.facts.insert(
                    fact.clone(),
                    Fact {
                        value: value.clone(),
                        by: by.clone(),
                        at,
                        source: source.clone(),
                        as_of: *as_of,
                    },
                );
            }
            Event::DraftsDue { .. } => self.owes_drafts = false,
            Event::DraftRendered { draft }
            | Event::DraftEdited { draft }
            | Event::ImageAttached { draft, .. }
            | Event::ImageRemoved { draft, .. } => {
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
            | Event::BlindnessTold { .. }
            | Event::House { .. }
            | Event::Upgraded { .. } => {}
            // These have folds of their own.
            Event::SituationMade { .. } | Event::RumourJudged { .. } => {}
            // Items, statements, the end, and what is asked have folds of their own.
            Event::QuestionAdded { .. }
            | Event::QuestionAnswered { .. }
            | Event::AnswerApproved { .. }
            | Event::AnswerWithdrawn { .. }
            | Event::CaseOpened { .. }
            | Event::CaseDecided { .. }
            | Event::CaseClosed { .. }
            | Event::CaseReopened { .. } => {}
            Event::TaskOpened { .. }
            | Event::MessageCalled { .. }
            | Event::TaskAdded { .. }
            | Event::TaskDue { .. }
            | Event::MessageDue { .. }
            | Event::DueChanged { .. }
            | Event::TaskDone { .. }
            | Event::Skipped { .. }
            | Event::TaskReopened { .. }
            | Event::Assigned { .. }
            | Event::Decided { .. }
            | Event::ErrandDue { .. }
            | Event::Approved { .. }
            | Event::DraftsHeld { .. }
            | Event::ApprovalWithdrawn { .. }
            | Event::ApprovalLapsed { .. }
            | Event::ReviewOverridden { .. }
            | Event::Agreed { .. }
            | Event::Published { .. }
            | Event::PromiseDue { .. }
            | Event::PromiseKept { .. }
            | Event::PromiseBroken { .. }
            | Event::EffectMeasured { .. }
            | Event::ConditionHolds { .. }
            | Event::ConditionEnded { .. }
            | Event::StandDownProposed { .. }
            | Event::StandDownPutOff { .. }
            | Event::Ticked { .. }
            | Event::StoodDown { .. }
            | Event::MergedIn { .. }
            | Event::SourceBlind { .. }
            | Event::SourceSees { .. }
            | Event::LessonNoted { .. }
            | Event::LessonClosed { .. } => {}
            Event::RunReopened { .. } => {
                self.is_open = true;
                self.closed_at = None;
                // Who answered before may be asleep by now.
                self.alarm = None;
            }
            Event::RunClosed { .. } => {
                self.is_open = false;
                self.closed_at = Some(at);
            }
        }
        self
    }
}
