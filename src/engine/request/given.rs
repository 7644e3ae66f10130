//! What is typed, read against the playbook and the team before anything is done with it.

use serde_json::{Value, json};

use super::counter::{Counter, did_you_mean, stored};
use crate::domain::desk::Refusal;
use crate::domain::differences::differences;
use crate::domain::draft::plain;
use crate::domain::facts::{FactValue, read_past, read_value};
use crate::domain::run::RunId;
use crate::domain::run::alarm::Through;
use crate::domain::step::answers::{Reply, Who};
use crate::engine::work::{Answer, Command};
use crate::engine::{NotDone, clock, unexpected, view};

/// What somebody said about a fact beside its value, as it was typed.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) source: Option<&'a str>,
    pub(super) as_of: Option<&'a str>,
}

impl Counter {
    pub(super) async fn reply(
        &self,
        run: Option<RunId>,
        person: Option<String>,
        reply: Reply,
        by: &str,
    ) -> Result<Value, NotDone> {
        let run = self.meant(run)?;
        let person = person.unwrap_or_else(|| by.to_owned());
        let team = &self.organisation.team;
        if person != by && self.organisation.person(&person).is_none() {
            let hint = did_you_mean(&person, team.iter().map(|person| person.key.as_str()));
            return Err(NotDone::Refused(format!(
                "there is nobody `{person}` in the team{hint}"
            )));
        }
        let who = Who {
            person,
            effect: None,
            through: Through::Command,
            by: by.to_owned(),
        };
        let command = Command::Reply {
            run,
            who: who.clone(),
            reply: reply.clone(),
        };
        let standing = match self.carry_out(command).await? {
            Answer::Standing(standing) => standing,
            other => return Err(unexpected(&other)),
        };
        self.read(|store| view::replied(self, store?, run, &who, &reply, &standing))
    }

    pub(super) async fn set_fact(
        &self,
        run: Option<RunId>,
        fact: &str,
        typed: &[String],
        told: Told<'_>,
        by: &str,
    ) -> Result<Value, NotDone> {
        let run = self.meant(run)?;
        let pinned = self.read(|store| match store?.run(run).map_err(stored)? {
            Some((_, pinned)) => Ok(pinned),
            None => Err(NotDone::Refused(format!("there is no run {run}"))),
        })?;
        let question = pinned.playbook.fact(fact).ok_or_else(|| {
            let names = pinned.playbook.facts.iter().map(|fact| fact.name.as_str());
            NotDone::Refused(format!(
                "the playbook asks for no fact `{fact}`{}",
                did_you_mean(fact, names)
            ))
        })?;
        let zone = self.organisation.timezone;
        let refused = |why| NotDone::Refused(format!("fact `{fact}`: {why}"));
        let now = clock::now();
        let value = read_value(question.kind, typed, zone, now).map_err(refused)?;
        let as_of = told.as_of.map(|typed| read_past(typed, zone, now));
        let source = told.source.map(plain).filter(|source| !source.is_empty());
        let command = Command::SetFact {
            run,
            fact: fact.to_owned(),
            value,
            by: by.to_owned(),
            source,
            as_of: as_of.transpose().map_err(refused)?,
        };
        self.command(command).await?;
        self.read(|store| view::facts(self, store?, run, by))
    }

    /// The facts a run starts with, as the playbook asks for them.
    pub(super) fn read_facts(
        &self,
        playbook: &str,
        typed: &[(String, String)],
    ) -> Result<Vec<(String, FactValue)>, NotDone> {
        let mut shelf = self.playbooks.iter();
        let found = shelf.find(|pinned| pinned.playbook.name == playbook);
        let facts = found.map_or(&[][..], |pinned| &pinned.playbook.facts);
        let read = |(name, value): &(String, String)| {
            let question = facts.iter().find(|fact| fact.name == *name);
            let question = question.ok_or_else(|| {
                let names = facts.iter().map(|fact| fact.name.as_str());
                let hint = did_you_mean(name, names);
                NotDone::Refused(format!("the playbook asks for no fact `{name}`{hint}"))
            })?;
            let zone = self.organisation.timezone;
            let typed = std::slice::from_ref(value);
            let value = read_value(question.kind, typed, zone, clock::now())
                .map_err(|why| NotDone::Refused(format!("fact `{name}`: {why}")))?;
            Ok((name.clone(), value))
        };
        typed.iter().map(read).collect()
    }

    pub(super) async fn upgrade(&self, id: RunId, apply: bool, by: &str) -> Result<Value, NotDone> {
        let found = self.read(|store| store?.run(id).map_err(stored))?;
        let refuse = |why: Refusal| NotDone::Refused(why.to_string());
        let (run, pinned) = found.ok_or_else(|| refuse(Refusal::NoSuchRun(id)))?;
        if !run.is_open {
            return Err(refuse(Refusal::Closed(id)));
        }
        let mut shelf = self.playbooks.iter();
        let new = shelf.find(|one| one.playbook.name == run.playbook);
        let new = new.ok_or_else(|| refuse(Refusal::PlaybookGone(run.playbook.clone())))?;
        let is_same = new.hash == pinned.hash;
        if apply && !is_same {
            let by = by.to_owned();
            self.command(Command::Upgrade { run: id, by }).await?;
        }
        Ok(json!({
            "run": id,
            "playbook": run.playbook,
            "differences": differences(&pinned, new),
            "applied": apply && !is_same,
        }))
    }

    pub(super) fn check_start(&self, playbook: &str, level: Option<&str>) -> Result<(), NotDone> {
        let names = self
            .playbooks
            .iter()
            .map(|pinned| pinned.playbook.name.as_str());
        if !names.clone().any(|name| name == playbook) {
            let hint = did_you_mean(playbook, names);
            return Err(NotDone::Refused(format!(
                "there is no playbook `{playbook}`{hint}"
            )));
        }
        match level {
            Some(level) if self.organisation.rank(level).is_none() => {
                let names = self
                    .organisation
                    .levels
                    .iter()
                    .map(|level| level.name.as_str());
                let hint = did_you_mean(level, names);
                Err(NotDone::Refused(format!(
                    "there is no level `{level}`{hint}"
                )))
            }
            _ => Ok(()),
        }
    }
}
