//! The alarm of a run: which roles a level asks for an answer, who gave it, and
//! what comes next for each role that has none.
//!
//! Every role keeps its own place in the steps, so that only the role nobody
//! answered for escalates. The next moment of each is stored, never counted in
//! memory: a restart finds it where it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Event, Run};
use crate::domain::time::Timestamp;

/// The alarm that is in force: a level that is reached begins a new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    pub level: String,
    /// The roles of the first step: each needs one answer.
    pub roles: BTreeMap<String, Coverage>,
    /// People who cannot or could not be reached, and why: no use alerting
    /// them again in this round.
    pub out: BTreeMap<String, String>,
    /// Who answered, also when others had done so before, and when.
    pub heard: BTreeMap<String, Timestamp>,
}

/// How far the alarm has come for one role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// From 1; one more each time the steps start over.
    pub round: u32,
    /// Number of the step that was taken last, from 1.
    pub step: u32,
    /// How often that step went.
    pub times: u32,
    /// From when `after` counts. Earlier than the first step when a step was
    /// skipped: the ones behind it move up.
    pub since: Timestamp,
    /// When the first step of this round was taken.
    pub began_at: Timestamp,
    pub answer: Option<Answer>,
    /// `None` while a named person is at work.
    pub next: Option<Next>,
}

/// Somebody has the role in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Key of the person; a user of the system for one who is not in the team.
    pub person: String,
    pub at: Timestamp,
    /// Whether they did something since.
    pub at_work: bool,
}

/// What time will do to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Next {
    pub at: Timestamp,
    pub what: Move,
}

/// What happens when the moment of a role comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The same step goes once more.
    Repeat,
    NextStep,
    /// The last step is used up: everybody in the steps hears it.
    GiveUp,
    StartOver,
    /// Somebody answered and did nothing.
    GoStale,
}

/// Why a step is taken, for who is alerted by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// `from` names the level before, when this is a rise.
    LevelReached {
        from: Option<String>,
    },
    NobodyAnswered,
    Repeated,
    PassedOn {
        person: String,
    },
    Unreachable {
        person: String,
    },
    WentStale {
        person: String,
    },
    AnswerUndone {
        person: String,
    },
    /// A closed run goes on.
    Reopened {
        person: String,
    },
    /// The last step is used up.
    NobodyAtAll,
    StartedOver,
}

/// How an answer came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// The personal link in a mail.
    Link,
    /// The command line on the server.
    Command,
}

impl Alarm {
    /// Roles without an answer, in order.
    pub fn missing(&self) -> impl Iterator<Item = &String> {
        let unanswered = |(_, coverage): &(&String, &Coverage)| coverage.answer.is_none();
        self.roles.iter().filter(unanswered).map(|(role, _)| role)
    }

    /// The earliest next move, with every role it is for.
    pub fn next(&self) -> Option<(Next, Vec<String>)> {
        let next = self
            .roles
            .values()
            .filter_map(|coverage| coverage.next)
            .min()?;
        let same = |(_, coverage): &(&String, &Coverage)| coverage.next == Some(next);
        let roles = self.roles.iter().filter(same);
        Some((next, roles.map(|(role, _)| role.clone()).collect()))
    }
}

impl Run {
    /// The part of `apply` that concerns the alarm.
    pub(super) fn apply_to_alarm(&mut self, event: &Event, at: Timestamp) {
        if let Event::AlertStep { level, .. } = event
            && self
                .alarm
                .as_ref()
                .is_none_or(|alarm| alarm.level != *level)
        {
            self.alarm = Some(Alarm {
                level: level.clone(),
                roles: BTreeMap::new(),
                out: BTreeMap::new(),
                heard: BTreeMap::new(),
            });
        }
        let Some(alarm) = &mut self.alarm else { return };
        match event {
            Event::AlertStep {
                round,
                step,
                times,
                roles,
                since,
                next,
                why,
                ..
            } => {
                if *why == Why::StartedOver {
                    // A new round asks everybody again: nobody else answered.
                    alarm.out.clear();
                }
                for role in roles {
                    let known = alarm.roles.get(role);
                    let began_at = known.filter(|_| *step > 1).map(|known| known.began_at);
                    let coverage = Coverage {
                        round: *round,
                        step: *step,
                        times: *times,
                        since: *since,
                        began_at: began_at.unwrap_or(at),
                        answer: None,
                        next: *next,
                    };
                    alarm.roles.insert(role.clone(), coverage);
                }
            }
            Event::AlarmDue { roles, .. } => {
                alarm.each(roles, |coverage| coverage.next = None);
            }
            Event::NobodyAnswers {
                roles,
                start_over_at,
            } => alarm.each(roles, |coverage| {
                coverage.next = Some(Next {
                    at: *start_over_at,
                    what: Move::StartOver,
                });
            }),
            Event::Answered {
                person,
                roles,
                stale_at,
                ..
            } => {
                alarm.heard.insert(person.clone(), at);
                alarm.out.remove(person);
                alarm.each(roles, |coverage| {
                    coverage.answer = Some(Answer {
                        person: person.clone(),
                        at,
                        at_work: false,
                    });
                    coverage.next = Some(Next {
                        at: *stale_at,
                        what: Move::GoStale,
                    });
                });
            }
            Event::AtWork { roles, .. } => alarm.each(roles, |coverage| {
                if let Some(answer) = &mut coverage.answer {
                    answer.at_work = true;
                }
                coverage.next = None;
            }),
            Event::PassedOn { person, .. } => {
                alarm.heard.remove(person);
                alarm.out.insert(person.clone(), "passed it on".to_owned());
            }
            Event::AnswerUndone { person, .. } => {
                alarm.heard.remove(person);
            }
            // Whoever lowers the level has it in hand; a rise alarms anew.
            Event::LevelLowered { to, by, .. } => {
                alarm.level.clone_from(to);
                for coverage in alarm.roles.values_mut() {
                    coverage.next = None;
                    coverage.answer.get_or_insert_with(|| Answer {
                        person: by.clone(),
                        at,
                        at_work: true,
                    });
                }
            }
            // Nobody needs to answer any more.
            Event::StoodDown { by, .. } => {
                for coverage in alarm.roles.values_mut() {
                    coverage.next = None;
                    coverage.answer.get_or_insert_with(|| Answer {
                        person: by.clone(),
                        at,
                        at_work: true,
                    });
                }
            }
            Event::Unreachable { person, because }
            | Event::DeliveryFailed {
                person,
                because,
                for_good: true,
                ..
            } => {
                alarm.out.insert(person.clone(), because.clone());
            }
            _ => {}
        }
    }
}

impl Alarm {
    fn each(&mut self, roles: &[String], change: impl Fn(&mut Coverage)) {
        for role in roles {
            if let Some(coverage) = self.roles.get_mut(role) {
                change(coverage);
            }
        }
    }
}
