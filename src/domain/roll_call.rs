//! The roll call: does everybody get alerts here? On a quiet day people are mailed a
//! link to confirm it, and the operators hear who did not. It is no alert: nobody is
//! escalated to, and it never goes out while a run is open.
//!
//! Its events stand in the log of no run; this is their fold.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::house::House;
use super::organisation::Organisation;
use super::run::RunId;
use super::run::alarm::Through;
use super::time::{Timestamp, after};
use super::unreachable::Sign;

/// How long people have when nothing else is said.
pub const USUAL_DEADLINE: Duration = Duration::from_secs(4 * 3_600);

/// Deadlines that make sense.
pub const SHORTEST: Duration = Duration::from_secs(5 * 60);
pub const LONGEST: Duration = Duration::from_secs(14 * 86_400);

/// A link works for so long after the deadline: a late answer is one too.
pub const GRACE: Duration = Duration::from_secs(86_400);

/// When the last one should be younger than this.
pub const TOO_OLD: Duration = Duration::from_secs(90 * 86_400);

/// Somebody wants one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Keys of people and roles; none: the whole team.
    pub to: Vec<String>,
    pub deadline: Duration,
    /// By each of their ways, instead of the first that works.
    pub each_way: bool,
    pub by: String,
}

/// Why something about a roll call cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCall {
    #[error("run {0} is open: a roll call would disturb; do it when all is quiet")]
    RunIsOpen(RunId),
    #[error("a roll call is under way; `draaiboek roll-call status` shows it")]
    UnderWay,
    #[error("there is nobody and no role `{0}` in `team` and `roles`")]
    Unknown(String),
    #[error("nobody holds any of these roles")]
    Nobody,
    #[error("the deadline must be between 5 minutes and 14 days")]
    Deadline,
    #[error("there was no roll call yet")]
    None,
    #[error("this roll call is over: another one came after it")]
    Over,
    #[error("{0} was not asked in this roll call")]
    NotAsked(String),
}

/// One that was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Ids of the mails to them.
    pub effects: Vec<String>,
    pub answered: Option<Answer>,
    /// What came of a mail to them instead of an answer, the last time.
    pub returned: Option<Sign>,
}

/// That somebody gets alerts here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub at: Timestamp,
    pub through: Through,
    /// Who said so, when it was somebody else.
    pub by: String,
}

/// The last roll call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollCall {
    pub number: u32,
    pub began_at: Timestamp,
    pub deadline: Timestamp,
    pub by: String,
    /// By key of person.
    pub people: BTreeMap<String, Asked>,
    /// The operators heard how it ended.
    pub is_ended: bool,
}

impl RollCall {
    /// Keys of those who did not answer yet.
    pub fn missing(&self) -> Vec<&str> {
        let missing = self.people.iter();
        let missing = missing.filter(|(_, asked)| asked.answered.is_none());
        missing.map(|(person, _)| person.as_str()).collect()
    }

    /// Whether people may still be expected to answer.
    pub fn is_under_way(&self) -> bool {
        !self.is_ended
    }

    /// Takes in what happened. `last` is the roll call before it, if any.
    pub fn apply(last: &mut Option<Self>, news: &House, at: Timestamp) {
        match news {
            House::RollCallBegan {
                number,
                people,
                deadline,
                by,
            } => {
                let people = people
                    .iter()
                    .map(|person| (person.clone(), Asked::default()));
                *last = Some(Self {
                    number: *number,
                    began_at: at,
                    deadline: *deadline,
                    by: by.clone(),
                    people: people.collect(),
                    is_ended: false,
                });
            }
            House::RollCallMailed { effect, person } => {
                if let Some(asked) = last.as_mut().and_then(|call| call.people.get_mut(person)) {
                    asked.effects.push(effect.clone());
                }
            }
            House::RollCallAnswered {
                person,
                through,
                by,
            } => {
                if let Some(asked) = last.as_mut().and_then(|call| call.people.get_mut(person)) {
                    asked.answered.get_or_insert(Answer {
                        at,
                        through: *through,
                        by: by.clone(),
                    });
                }
            }
            House::RollCallReturned { person, sign } => {
                if let Some(asked) = last.as_mut().and_then(|call| call.people.get_mut(person)) {
                    asked.returned = Some(sign.clone());
                }
            }
            House::RollCallEnded { .. } => {
                if let Some(call) = last {
                    call.is_ended = true;
                }
            }
            House::FolderBroken { .. } | House::FolderMended | House::EntryMailed { .. } => {}
        }
    }
}

/// Whom a call is for: keys of people, each once, in the order of `team`.
pub fn people(organisation: &Organisation, to: &[String]) -> Result<Vec<String>, NoCall> {
    let mut wanted: Vec<&str> = Vec::new();
    for key in to {
        let role = organisation.role(key);
        match (organisation.person(key), role) {
            (Some(person), _) => wanted.push(&person.key),
            (None, Some(role)) => wanted.extend(role.people.iter().map(String::as_str)),
            (None, None) => return Err(NoCall::Unknown(key.clone())),
        }
    }
    let team = organisation.team.iter().map(|person| person.key.as_str());
    let meant = team.filter(|person| to.is_empty() || wanted.contains(person));
    let meant: Vec<String> = meant.map(str::to_owned).collect();
    match meant.is_empty() {
        true => Err(NoCall::Nobody),
        false => Ok(meant),
    }
}

/// When a call that begins now ends.
pub fn deadline(call: &Call, now: Timestamp) -> Result<Timestamp, NoCall> {
    match (SHORTEST..=LONGEST).contains(&call.deadline) {
        true => Ok(after(now, call.deadline)),
        false => Err(NoCall::Deadline),
    }
}

/// What a mail about a roll call says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saying {
    /// Asks the reader whether they get alerts here.
    Ask,
    /// Tells the operators how it ended: how many were asked, the names of those who
    /// did not answer, and of whom of them a mail came back or who are away.
    Result {
        n_asked: usize,
        missing: Vec<String>,
        #[serde(default)]
        returned: BTreeMap<String, Sign>,
    },
}
