//! What people do about those who ask: questions and their answers, and the cases
//! of people who are followed one by one.

use std::time::Duration;

use super::{Hand, NoAct, demand_role, is_in, nearest, no, written};
use crate::domain::answering::tree::{Given, Known, Step, Verdict, kind_of, proposal, walk};
use crate::domain::answering::{CaseKind, recurring};
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Aim;
use crate::domain::run::asked::{Status, Telling};
use crate::domain::run::{Case, Event, Run};
use crate::domain::step::Plan;
use crate::domain::step::items::next_update_due;
use crate::domain::time::{Timestamp, after};

/// How a case is closed.
pub(super) struct Closing<'a> {
    pub case: &'a str,
    pub message: Option<&'a str>,
    pub what: Option<&'a str>,
    pub how: Option<&'a str>,
    pub at: Option<Timestamp>,
}

/// What is known of a case without asking a person.
pub fn known(organisation: &Organisation, run: &Run, number: &str, case: &Case) -> Known {
    let engage = organisation.engage_with(&case.name, case.url.as_deref());
    Known {
        engage: engage.map(|(_, engage)| engage),
        signs: case.signs.clone(),
        kind: case.kind,
        n_replies: run.n_replies(number),
    }
}

/// Who finds the answer to a question; `None` for one that is not on the list.
pub fn role_of<'a>(plan: &Plan<'a>, run: &'a Run, question: &str) -> Option<&'a str> {
    let mut written = plan.playbook.questions.iter();
    let written = written.find(|one| one.name == question);
    let added = run.added.get(question).map(|one| one.role.as_str());
    written.map(|one| one.role.as_str()).or(added)
}

impl Hand<'_> {
    /// The name of a question that is on the list.
    fn question(&self, name: &str) -> Result<&str, NoAct> {
        let written = self.plan.playbook.questions.iter();
        let names = written.map(|one| one.name.as_str());
        let mut names = names.chain(self.run.added.keys().map(String::as_str));
        if let Some(found) = names.clone().find(|one| *one == name) {
            return Ok(found);
        }
        let near = nearest(name, names.by_ref());
        no(format!("there is no question `{name}`{near}"))
    }

    pub(super) fn add_question(
        &self,
        ask: &str,
        role: Option<&str>,
        goal: Option<Aim>,
        source: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let ask = written("question", ask)?;
        if let Some(known) = self.listed().find(|(_, one)| *one == ask) {
            return no(format!("question `{}` asks this already", known.0));
        }
        if let Some(role) = role {
            let roles = self.plan.organisation.roles.iter();
            let mut names = roles.map(|one| one.key.as_str());
            if !names.clone().any(|one| one == role) {
                let near = nearest(role, names.by_ref());
                return no(format!("there is no role `{role}`{near}"));
            }
        }
        let is_taken = |number: &usize| self.run.added.contains_key(&format!("asked-{number}"));
        let number = (1..).find(|number| !is_taken(number)).unwrap_or(1);
        Ok(vec![Event::QuestionAdded {
            question: format!("asked-{number}"),
            role: role.map_or_else(|| self.routed(&ask), str::to_owned),
            ask,
            goal: goal.unwrap_or(Aim::Information),
            source: source.map(|source| written("source", source)).transpose()?,
            by: self.by(),
        }])
    }

    /// Every question as people ask it, in each language.
    fn listed(&self) -> impl Iterator<Item = (&str, &str)> {
        let playbook = self.plan.playbook.questions.iter();
        let playbook = playbook.flat_map(|one| {
            let texts = one.ask.all().into_iter();
            texts.map(|text| (one.name.as_str(), text))
        });
        let added = self.run.added.iter();
        playbook.chain(added.map(|(name, one)| (name.as_str(), one.ask.as_str())))
    }

    /// Who answers a question about this: who answers the nearest one, else who
    /// writes our texts.
    fn routed(&self, ask: &str) -> String {
        let near = self
            .listed()
            .map(|(name, text)| (recurring::nearness(ask, text), name))
            .filter(|(nearness, _)| *nearness > 0.0)
            .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)));
        let role = near.and_then(|(_, name)| role_of(self.plan, self.run, name));
        role.unwrap_or(&self.plan.playbook.writer).to_owned()
    }

    pub(super) fn answer_question(
        &self,
        question: &str,
        text: &str,
        source: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        Ok(vec![Event::QuestionAnswered {
            question: self.question(question)?.to_owned(),
            text: written("answer", text)?,
            by: self.by(),
            source: source.map(|source| written("source", source)).transpose()?,
        }])
    }

    pub(super) fn approve_answer(
        &self,
        question: &str,
        valid_for: Option<Duration>,
    ) -> Result<Vec<Event>, NoAct> {
        let question = self.question(question)?.to_owned();
        let playbook = self.plan.playbook;
        demand_role(
            self.plan.organisation,
            &playbook.approve,
            self.by,
            &format!("approving the answer to `{question}`"),
        )?;
        let answer = self.run.answers.get(&question);
        let Some((answer, text)) = answer.and_then(|one| Some((one, one.latest()?))) else {
            return no(format!(
                "`{question}` has no answer yet: `draaiboek question answer {question} \"…\"` writes one"
            ));
        };
        if playbook.four_eyes && text.by == self.by {
            return no(format!(
                "the answer to `{question}` needs another pair of eyes: you wrote it, so somebody else approves it"
            ));
        }
        let is_same = answer.draft.is_none() && answer.status(self.now) == Status::Approved;
        if is_same && valid_for.is_none() {
            return no(format!("the answer to `{question}` is approved already"));
        }
        if valid_for.is_some_and(|length| length.is_zero()) {
            return no("an answer must be valid for a while");
        }
        let mut roles = playbook.approve.iter();
        let role = roles.find(|role| is_in(self.plan.organisation, role, self.by));
        let written = playbook.questions.iter().find(|one| one.name == question);
        let length = valid_for.or(written.and_then(|one| one.valid_for));
        let valid_until = match length {
            Some(length) => Some(after(self.now, length)),
            None => self.one_rhythm_on(),
        };
        Ok(vec![Event::AnswerApproved {
            role: role.cloned().unwrap_or_default(),
            by: self.by(),
            valid_until,
            question,
        }])
    }

    /// One whole turn of the playbook's rhythm from now: what is approved just
    /// before an update must not be old at once. `None` without a rhythm.
    fn one_rhythm_on(&self) -> Option<Timestamp> {
        let next = next_update_due(self.plan, self.run, self.now)?;
        let then = next_update_due(self.plan, self.run, next)?;
        Some(self.now + (then - next))
    }

    pub(super) fn withdraw_answer(
        &self,
        question: &str,
        reason: &str,
    ) -> Result<Vec<Event>, NoAct> {
        let question = self.question(question)?.to_owned();
        let answer = self.run.answers.get(&question);
        if answer.is_none_or(|answer| answer.approved.is_none()) {
            return no(format!("no answer to `{question}` is approved"));
        }
        Ok(vec![Event::AnswerWithdrawn {
            question,
            by: self.by(),
            reason: written("reason", reason)?,
        }])
    }

    pub(super) fn open_case(
        &self,
        name: &str,
        platform: Platform,
        url: Option<&str>,
        kind: Option<CaseKind>,
        signs: Option<&[Step]>,
    ) -> Result<Vec<Event>, NoAct> {
        let name = written("name", name)?;
        self.refuse_twin(&name, platform)?;
        Ok(vec![Event::CaseOpened {
            case: (self.run.cases.len() + 1).to_string(),
            name,
            platform,
            url: url.map(str::to_owned),
            by: self.by(),
            kind: kind.or(signs.and_then(kind_of)).unwrap_or_default(),
            signs: signs.map(<[Step]>::to_vec),
        }])
    }

    /// Nobody is followed twice at a time.
    fn refuse_twin(&self, name: &str, platform: Platform) -> Result<(), NoAct> {
        let is_same =
            |case: &Case| case.name == name && case.platform == platform && case.is_open();
        match self.run.cases.iter().find(|(_, case)| is_same(case)) {
            Some((number, _)) => no(format!(
                "case {number} is about `{name}` on {} already",
                platform.name()
            )),
            None => Ok(()),
        }
    }

    fn case(&self, number: &str) -> Result<&Case, NoAct> {
        match self.run.cases.get(number) {
            Some(case) if case.is_open() => Ok(case),
            Some(_) => no(format!("case {number} is closed")),
            None => no(format!(
                "there is no case {number}: `draaiboek case list` shows them"
            )),
        }
    }

    pub(super) fn decide_case(
        &self,
        number: &str,
        steps: &[(Step, Given)],
        verdict: Option<Verdict>,
        reason: Option<&str>,
        back_at: Option<Timestamp>,
    ) -> Result<Vec<Event>, NoAct> {
        let case = self.case(number)?;
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        let proposed = proposal(&known(self.plan.organisation, self.run, number, case));
        let walked = walk(steps);
        let verdict = match (walked, verdict) {
            (Ok(walked), None) => walked,
            (Ok(walked), Some(verdict)) if walked == verdict => walked,
            (Err(step), None) => {
                return no(format!(
                    "step `{0}` has no answer: --answer {0}=yes, {0}=no or {0}=doubt",
                    step.name()
                ));
            }
            (_, Some(_)) if reason.is_none() => {
                return no("the steps do not come out there: say why with --reason".to_owned());
            }
            (_, Some(verdict)) => verdict,
        };
        if back_at.is_some_and(|at| at <= self.now) {
            return no("what is promised must be still to come");
        }
        if back_at.is_some() && verdict != Verdict::Answer && verdict != Verdict::Acknowledge {
            return no("only who is answered or acknowledged hears from us again");
        }
        let mut reached = Vec::new();
        for step in Step::ALL {
            let said = steps.iter().rev().find(|(one, _)| *one == step);
            let Some(said) = said else { break };
            reached.push(*said);
            if said.1 != Given::No {
                break;
            }
        }
        let mut events = vec![Event::CaseDecided {
            case: number.to_owned(),
            verdict,
            proposed,
            steps: reached,
            by: self.by(),
            reason: reason.clone(),
            back_at,
        }];
        // Nobody waits for us then.
        if verdict == Verdict::Ignore {
            events.push(Event::CaseClosed {
                case: number.to_owned(),
                told: None,
                by: self.by(),
                reason,
            });
        }
        Ok(events)
    }

    /// A case stays open until its outcome was told.
    pub(super) fn close_case(&self, said: &Closing<'_>) -> Result<Vec<Event>, NoAct> {
        let number = said.case;
        let case = self.case(number)?;
        let what = said.what.map(|what| written("outcome", what)).transpose()?;
        let how = said
            .how
            .map(|how| written("way it was told", how))
            .transpose()?;
        let told = match (said.message, what, how) {
            (Some(message), ..) => self.told_by(number, message)?,
            (None, Some(what), Some(how)) => Telling {
                at: said.at.unwrap_or(self.now),
                message: None,
                how: Some(how),
                what: Some(what),
            },
            (None, Some(_), None) => {
                return no("say how it was told as well, such as by phone: --how");
            }
            (None, None, Some(_)) => {
                return no("say what was told as well: --told");
            }
            (None, None, None) => match self.outcome_of(number, case) {
                Some(told) => told,
                None => {
                    return no(format!(
                        "case {number} stays open until its outcome was told: publish a `closing` message for it, or say what was told and how: `draaiboek case close {number} --told \"…\" --how phone`"
                    ));
                }
            },
        };
        Ok(vec![Event::CaseClosed {
            case: number.to_owned(),
            told: Some(told),
            by: self.by(),
            reason: None,
        }])
    }

    /// Closed by mistake, or they came back.
    pub(super) fn reopen_case(
        &self,
        number: &str,
        reason: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let Some(case) = self.run.cases.get(number) else {
            self.case(number)?;
            return Ok(Vec::new());
        };
        if case.is_open() {
            return no(format!("case {number} is open"));
        }
        self.refuse_twin(&case.name, case.platform)?;
        Ok(vec![Event::CaseReopened {
            case: number.to_owned(),
            by: self.by(),
            reason: reason.map(|reason| written("reason", reason)).transpose()?,
        }])
    }

    /// A message that was published for the case, by name.
    fn told_by(&self, number: &str, message: &str) -> Result<Telling, NoAct> {
        let key = match message.contains('@') {
            true => message.to_owned(),
            false => format!("{message}@{number}"),
        };
        let is_of_case = key.split_once('@').is_some_and(|(_, case)| case == number);
        let publications = self.run.statements.publications.iter().rev();
        let mut found = publications.filter(|one| is_of_case && one.message == key);
        let reopened_at = self.run.cases.get(number).and_then(|case| case.reopened_at);
        match found.next() {
            Some(publication) if reopened_at.is_some_and(|at| publication.at <= at) => no(format!(
                "`{key}` was published before case {number} was opened again"
            )),
            Some(publication) => Ok(Telling {
                at: publication.at,
                message: Some(key),
                how: None,
                what: None,
            }),
            None => no(format!("`{key}` was not published for case {number}")),
        }
    }

    /// What was published that tells somebody what came of it: a closing message;
    /// for who did not complain, any reply.
    fn outcome_of(&self, number: &str, case: &Case) -> Option<Telling> {
        let publications = self.run.statements.publications.iter().rev();
        let mut told = publications.filter(|publication| {
            let Some((name, of)) = publication.message.split_once('@') else {
                return false;
            };
            let kind = self
                .plan
                .playbook
                .message(name)
                .map(|one| one.kind.as_str());
            let is_enough = kind == Some("closing") || case.kind.is_met_by_a_reply();
            // What was told before it was opened again was not the end of it.
            let is_new = case.reopened_at.is_none_or(|at| publication.at > at);
            of == number && !publication.is_internal && is_enough && is_new
        });
        told.next().map(|publication| Telling {
            at: publication.at,
            message: Some(publication.message.clone()),
            how: None,
            what: None,
        })
    }
}
