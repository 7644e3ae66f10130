//! What people ask in a run and what we answer: the list of questions, and the
//! cases of people who are followed one by one.

use serde::{Deserialize, Serialize};

use super::event::About;
use super::{Event, Run};
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::{Step, Verdict};
use crate::domain::mention::Platform;
use crate::domain::playbook::Aim;
use crate::domain::time::Timestamp;

/// A question that is not in the playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedQuestion {
    pub ask: String,
    pub role: String,
    pub goal: Aim,
    pub source: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

/// The answer to a question: what somebody wrote last, and what was approved. The
/// approved one stays in use while a new one waits for approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What is not approved (yet).
    pub draft: Option<Written>,
    pub approved: Option<Released>,
    /// Why what was approved is no more: who, why, when.
    pub withdrawn: Option<(String, String, Timestamp)>,
}

/// An answer as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub text: String,
    pub by: String,
    pub source: Option<String>,
    pub at: Timestamp,
}

/// An answer that people may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub written: Written,
    pub role: String,
    pub by: String,
    pub at: Timestamp,
    /// `None`: as long as the run.
    pub valid_until: Option<Timestamp>,
    /// Its owner was told that it is older than it may be.
    pub is_stale_told: bool,
}

/// How an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody answered yet.
    Open,
    /// Answered, and not approved.
    Draft,
    /// People may be told it.
    Approved,
    /// It was approved, and is older than it may be.
    Stale,
}

impl Status {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Stale => "stale",
        }
    }
}

impl Answer {
    /// How it stands at a moment; from the second on at which it is no longer
    /// valid it is stale.
    pub fn status(&self, now: Timestamp) -> Status {
        match (&self.approved, &self.draft) {
            (Some(approved), _) if approved.is_stale(now) => Status::Stale,
            (Some(_), _) => Status::Approved,
            (None, Some(_)) => Status::Draft,
            (None, None) => Status::Open,
        }
    }

    /// What somebody wrote last.
    pub fn latest(&self) -> Option<&Written> {
        let approved = self.approved.as_ref().map(|approved| &approved.written);
        self.draft.as_ref().or(approved)
    }
}

impl Released {
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.valid_until.is_some_and(|until| until <= now)
    }
}

/// Somebody who is followed by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub name: String,
    pub platform: Platform,
    pub url: Option<String>,
    pub opened_at: Timestamp,
    pub kind: CaseKind,
    pub signs: Option<Vec<Step>>,
    /// The latest.
    pub decision: Option<Response>,
    pub closed: Option<Closed>,
    /// When it was last opened again: what was told before tells no outcome any more.
    #[serde(default)]
    pub reopened_at: Option<Timestamp>,
}

/// Whether and how we respond to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub verdict: Verdict,
    pub proposed: Verdict,
    pub by: String,
    pub reason: Option<String>,
    pub at: Timestamp,
    /// When they would hear from us.
    pub back_at: Option<Timestamp>,
    /// The one who answers was told that the moment came.
    pub is_back_told: bool,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub at: Timestamp,
    pub by: String,
    pub told: Option<Telling>,
    pub reason: Option<String>,
}

/// What somebody was told came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    pub at: Timestamp,
    /// The key of the message that told it, where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// How it was told otherwise, such as by phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What was told; in a message it stands in the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

impl Case {
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// When they would hear from us, while they wait.
    pub fn back_at(&self) -> Option<Timestamp> {
        let decision = self.decision.as_ref().filter(|_| self.is_open())?;
        decision.back_at
    }
}

impl Run {
    /// Replies that were published to somebody.
    pub fn n_replies(&self, case: &str) -> usize {
        let publications = self.statements.publications.iter();
        let to_them = publications.filter(|publication| {
            let of = publication.message.split_once('@').map(|(_, case)| case);
            of == Some(case) && !publication.is_internal
        });
        to_them.count()
    }

    /// The part of `apply` that concerns questions and cases.
    pub(super) fn apply_to_asked(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::QuestionAdded {
                question,
                ask,
                role,
                goal,
                source,
                by,
            } => {
                let added = AddedQuestion {
                    ask: ask.clone(),
                    role: role.clone(),
                    goal: *goal,
                    source: source.clone(),
                    by: by.clone(),
                    at,
                };
                self.added.insert(question.clone(), added);
            }
            Event::QuestionAnswered {
                question,
                text,
                by,
                source,
            } => {
                let answer = self.answers.entry(question.clone()).or_default();
                answer.draft = Some(Written {
                    text: text.clone(),
                    by: by.clone(),
                    source: source.clone(),
                    at,
                });
            }
            Event::AnswerApproved {
                question,
                role,
                by,
                valid_until,
            } => {
                let answer = self.answers.entry(question.clone()).or_default();
                let before = answer.approved.take().map(|approved| approved.written);
                answer.approved = answer.draft.take().or(before).map(|written| Released {
                    written,
                    role: role.clone(),
                    by: by.clone(),
                    at,
                    valid_until: *valid_until,
                    is_stale_told: false,
                });
                answer.withdrawn = None;
            }
            Event::AnswerWithdrawn {
                question,
                by,
                reason,
            } => {
                let answer = self.answers.entry(question.clone()).or_default();
                // What was written stays, to be put right.
                let approved = answer.approved.take().map(|approved| approved.written);
                answer.draft = answer.draft.take().or(approved);
                answer.withdrawn = Some((by.clone(), reason.clone(), at));
            }
            Event::CaseOpened {
                case,
                name,
                platform,
                url,
                kind,
                signs,
                ..
            } => {
                let opened = Case {
                    name: name.clone(),
                    platform: *platform,
                    url: url.clone(),
                    opened_at: at,
                    kind: *kind,
                    signs: signs.clone(),
                    decision: None,
                    closed: None,
                    reopened_at: None,
                };
                self.cases.insert(case.clone(), opened);
            }
            Event::CaseDecided {
                case,
                verdict,
                proposed,
                by,
                reason,
                back_at,
                ..
            } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.decision = Some(Response {
                        verdict: *verdict,
                        proposed: *proposed,
                        by: by.clone(),
                        reason: reason.clone(),
                        at,
                        back_at: *back_at,
                        is_back_told: false,
                    });
                }
            }
            Event::CaseClosed {
                case,
                told,
                by,
                reason,
            } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.closed = Some(Closed {
                        at,
                        by: by.clone(),
                        told: told.clone(),
                        reason: reason.clone(),
                    });
                }
            }
            Event::CaseReopened { case, .. } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.closed = None;
                    case.reopened_at = Some(at);
                    // Who is responded to after all is not ignored: the steps come again.
                    let ignored = |one: &Response| one.verdict == Verdict::Ignore;
                    case.decision = case.decision.take().filter(|one| !ignored(one));
                }
            }
            Event::ErrandDue { about, items, .. } => self.note_told(*about, items),
            _ => {}
        }
    }

    fn note_told(&mut self, about: About, items: &[String]) {
        for key in items {
            match about {
                About::Stale => {
                    let answer = self.answers.get_mut(key);
                    if let Some(approved) = answer.and_then(|answer| answer.approved.as_mut()) {
                        approved.is_stale_told = true;
                    }
                }
                About::Back => {
                    let case = self.cases.get_mut(key);
                    if let Some(decision) = case.and_then(|case| case.decision.as_mut()) {
                        decision.is_back_told = true;
                    }
                }
                _ => {}
            }
        }
    }
}
