//! What people do with runs by hand: start, act, merge.

use std::sync::Arc;

use super::{Desk, Happening, Refusal};
use crate::domain::facts::FactValue;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::run::ending::Outcome;
use crate::domain::run::{Cause, Event, RunId};
use crate::domain::step::acts::{self, Act, NoAct, open_titles};
use crate::domain::time::Timestamp;

/// How a person wants to start a playbook.
#[derive(Debug, Clone, PartialEq)]
pub struct ByHand {
    pub playbook: String,
    /// `None`: as the playbook says, else the lowest.
    pub level: Option<String>,
    pub facts: Vec<(String, FactValue)>,
    pub by: String,
    pub reason: String,
}

impl ByHand {
    /// Nothing but which playbook, who and why.
    pub fn new(playbook: &str, by: &str, reason: &str) -> Self {
        Self {
            playbook: playbook.to_owned(),
            level: None,
            facts: Vec::new(),
            by: by.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

impl Desk {
    /// Starts the first playbook, whoever may: for a desk that is thrown away.
    pub fn rehearse(&mut self, level: Option<&str>, now: Timestamp) {
        let Some(pinned) = self.shelf.first().cloned() else {
            return;
        };
        let cause = Cause::ByHand {
            by: String::new(),
            reason: String::new(),
        };
        let level = level.unwrap_or_default().to_owned();
        let (id, _) = self.start(pinned, level, cause, (Vec::new(), &[]), now);
        if let Some(due) = self.drafts_due(id) {
            self.tick(due);
        }
    }

    /// Starts a run by hand, if the playbook lets this person.
    pub fn start_by_hand(
        &mut self,
        asked: &ByHand,
        now: Timestamp,
    ) -> Result<(RunId, Vec<Happening>), Refusal> {
        let name = &asked.playbook;
        let mut shelf = self.shelf.iter();
        let pinned = shelf.find(|pinned| pinned.playbook.name == *name).cloned();
        let pinned = pinned.ok_or_else(|| Refusal::NoSuchPlaybook(name.clone()))?;
        let playbook = &pinned.playbook;
        if let Some(run) = self.open_run(&playbook.watch) {
            return Err(Refusal::AlreadyOpen(run.id, run.watch.clone()));
        }
        may_start(&self.organisation, playbook, asked)?;
        let lowest = playbook.levels.first().map_or("", |level| &level.name);
        let level = asked.level.as_ref().or(playbook.by_hand.level.as_ref());
        let level = level.map_or(lowest, String::as_str).to_owned();
        let cause = Cause::ByHand {
            by: asked.by.clone(),
            reason: asked.reason.clone(),
        };
        let watch = playbook.watch.clone();
        let known = asked.facts.iter().map(|(fact, value)| Event::FactSet {
            fact: fact.clone(),
            value: value.clone(),
            by: asked.by.clone(),
            source: None,
            as_of: None,
        });
        let known: Vec<Event> = known.collect();
        let pinned = Arc::clone(&pinned);
        let (id, started) = self.start(pinned, level, cause, (Vec::new(), &known), now);
        let mut happenings = vec![started];
        happenings.extend(self.tell_of_blind(id, now));
        happenings.extend(self.run_changed(&watch, now));
        Ok((id, happenings))
    }

    /// Does what a person asks of a run; nothing of it when a part cannot be.
    pub fn act(
        &mut self,
        id: RunId,
        act: &Act,
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let plan = self.plan(&on_desk.pinned);
        let events = acts::act(&plan, &on_desk.run, act, by, now)?;
        let watch = &on_desk.run.watch;
        if let Act::Reopen { .. } = act
            && let Some(other) = self.open_run(watch)
            && other.id != id
        {
            return Err(Refusal::AlreadyOpen(other.id, watch.clone()));
        }
        let mut happenings = Vec::new();
        for event in events {
            happenings.extend(self.take(id, &event, now));
        }
        Ok(happenings)
    }

    /// One run goes on as part of another: what it knew goes along, its watch
    /// follows the other from now on, and it closes.
    pub fn merge(
        &mut self,
        from: RunId,
        into: RunId,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        if from == into {
            return Err(Refusal::MergedIntoItself);
        }
        for id in [from, into] {
            let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
            if !on_desk.run.is_open {
                return Err(Refusal::Closed(id));
            }
        }
        let old = &self.runs[&from];
        let close = Act::Close {
            outcome: Outcome::Merged(into),
            reason: reason.to_owned(),
        };
        let plan = self.plan(&old.pinned);
        let closing = acts::act(&plan, &old.run, &close, by, now)?;
        let merged = Event::MergedIn {
            run: from,
            playbook: old.run.playbook.clone(),
            watch: old.run.watch.clone(),
            by: by.to_owned(),
            open: open_titles(&plan, &old.run),
        };
        let asked = &self.runs[&into].pinned.playbook.facts;
        let known = &self.runs[&into].run.facts;
        let facts = old.run.facts.iter().filter(|(name, _)| {
            !known.contains_key(*name) && asked.iter().any(|fact| fact.name == **name)
        });
        let facts = facts.map(|(name, fact)| Event::FactSet {
            fact: name.clone(),
            value: fact.value.clone(),
            by: fact.by.clone(),
            source: fact.source.clone(),
            as_of: Some(fact.as_of.unwrap_or(fact.at)),
        });
        let events: Vec<Event> = std::iter::once(merged).chain(facts).collect();
        let mut happenings = Vec::new();
        for event in closing {
            happenings.extend(self.take(from, &event, now));
        }
        for event in events {
            happenings.extend(self.take(into, &event, now));
        }
        // The storm goes on elsewhere: there is no tail to keep quiet about.
        self.cooling.retain(|one| one.run != from);
        Ok(happenings)
    }
}

/// Whether the playbook lets this person start it with these facts.
fn may_start(
    organisation: &Organisation,
    playbook: &Playbook,
    asked: &ByHand,
) -> Result<(), NoAct> {
    let by_hand = &playbook.by_hand;
    if !by_hand.allowed.is_empty() {
        acts::demand_role(
            organisation,
            &by_hand.allowed,
            &asked.by,
            "starting this playbook",
        )?;
    }
    let given = |fact: &String| asked.facts.iter().any(|(name, _)| name == fact);
    let missing: Vec<&str> = by_hand
        .facts
        .iter()
        .filter(|fact| !given(fact))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(NoAct(format!(
        "this playbook starts with {} known: add --fact {}=…",
        missing.join(" and "),
        missing.join("=… --fact ")
    )))
}
