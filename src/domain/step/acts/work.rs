//! Work that people do by hand: tasks, decisions, phases, the level.

use std::time::Duration;

use super::{Hand, NoAct, nearest, no, written};
use crate::domain::playbook::{self, Aim, ItemKind};
use crate::domain::run::Event;
use crate::domain::run::item::{Item, State};
use crate::domain::time::after;

impl Hand<'_> {
    pub(super) fn finish(&self, name: &str) -> Result<Vec<Event>, NoAct> {
        let (key, item) = self.open_item(name)?;
        if item.is_message {
            return no(format!(
                "`{key}` is a message: `draaiboek draft publish {key}` says that it is out"
            ));
        }
        let task = self.plan.playbook.task(&item.name);
        if task.is_some_and(|task| task.is_question()) {
            let options: Vec<&str> = task.map_or_else(Vec::new, |task| {
                task.options.iter().map(|(name, _)| name.as_str()).collect()
            });
            return no(format!(
                "`{key}` is a question: `draaiboek decide {key} OPTION`, with one of {}",
                options.join(", ")
            ));
        }
        self.demand_needs(&key, item)?;
        self.demand_facts(&key, item)?;
        let by = self.by();
        Ok(vec![Event::TaskDone { task: key, by }])
    }

    /// The facts that must be known first.
    fn demand_facts(&self, key: &str, item: &Item) -> Result<(), NoAct> {
        let task = self.plan.playbook.task(&item.name);
        let facts = task.map_or(&[][..], |task| &task.facts);
        let missing = facts
            .iter()
            .filter(|fact| !self.run.facts.contains_key(*fact));
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        if !missing.is_empty() {
            return no(format!(
                "before `{key}` is done, {} must be known: `draaiboek fact set {} …`",
                missing.join(" and "),
                missing[0]
            ));
        }
        Ok(())
    }

    pub(super) fn skip(&self, name: &str, reason: &str) -> Result<Vec<Event>, NoAct> {
        let reason = written("reason", reason)?;
        let by = self.by();
        let mut events = Vec::new();
        // What is not called for yet can be left out too, or what needs it would
        // wait for ever.
        let written = self.plan.playbook.item(name).filter(|item| !item.per_case);
        let item = match written.filter(|_| !self.run.items.contains_key(name)) {
            Some(item) => {
                events.push(called(&item));
                name.to_owned()
            }
            None => self.open_item(name)?.0,
        };
        events.push(Event::Skipped { item, by, reason });
        Ok(events)
    }

    /// A slip of the finger is undone; what went out to people is not.
    pub(super) fn reopen_task(
        &self,
        name: &str,
        reason: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let (key, item) = self.item(name)?;
        if item.is_open() {
            return no(format!("`{key}` is open"));
        }
        let is_finished = matches!(item.state, State::Finished { .. });
        if is_finished && item.is_message {
            return no(format!(
                "`{key}` went out: `draaiboek draft correct {key}` puts it right"
            ));
        }
        if is_finished && item.decision.is_some() {
            return no(format!(
                "`{key}` was decided: `draaiboek decide {key} OPTION --reason` changes it"
            ));
        }
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        Ok(vec![Event::TaskReopened {
            item: key,
            by: self.by(),
            reason,
        }])
    }

    pub(super) fn assign(&self, name: &str, person: &str) -> Result<Vec<Event>, NoAct> {
        let (item, _) = self.open_item(name)?;
        self.demand_person(person)?;
        Ok(vec![Event::Assigned {
            item,
            person: person.to_owned(),
            by: self.by(),
        }])
    }

    pub(super) fn add(
        &self,
        title: &str,
        role: &str,
        person: Option<&str>,
        due: Option<Duration>,
    ) -> Result<Vec<Event>, NoAct> {
        let title = written("title", title)?;
        let roles = &self.plan.organisation.roles;
        if !roles.iter().any(|one| one.key == role) {
            let near = nearest(role, roles.iter().map(|one| one.key.as_str()));
            return no(format!("there is no role `{role}`{near}"));
        }
        if let Some(person) = person {
            self.demand_person(person)?;
        }
        let is_taken = |number: &usize| self.run.items.contains_key(&format!("extra-{number}"));
        let number = (1..).find(|number| !is_taken(number)).unwrap_or(1);
        Ok(vec![Event::TaskAdded {
            task: format!("extra-{number}"),
            title,
            role: role.to_owned(),
            person: person.map(str::to_owned),
            due_at: due.map(|due| after(self.now, due)),
            by: self.by(),
        }])
    }

    pub(super) fn decide(
        &self,
        name: &str,
        option: &str,
        reason: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let (key, item) = self.item(name)?;
        let task = self.plan.playbook.task(&item.name);
        let options = task.map_or(&[][..], |task| &task.options);
        let names = options.iter().map(|(name, _)| name.as_str());
        if options.is_empty() {
            return no(format!(
                "`{key}` is no question: `draaiboek task done {key}`"
            ));
        }
        if !names.clone().any(|one| one == option) {
            let near = nearest(option, names.clone());
            let names: Vec<&str> = names.collect();
            return no(format!(
                "`{key}` has no option `{option}` ({}){near}",
                names.join(", ")
            ));
        }
        self.demand_needs(&key, item)?;
        self.demand_facts(&key, item)?;
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        // To change one's mind is a decision too, and wants a reason.
        if !item.is_open() && reason.is_none() {
            return no(format!(
                "`{key}` was decided before: say why it changes with --reason"
            ));
        }
        Ok(vec![Event::Decided {
            task: key,
            option: option.to_owned(),
            by: self.by(),
            reason,
            is_default: false,
        }])
    }

    pub(super) fn open_phase(&self, phase: Aim, reason: &str) -> Result<Vec<Event>, NoAct> {
        if self.run.phases.contains_key(&phase) {
            return no(format!("phase {} is open already", phase.name()));
        }
        let reason = written("reason", reason)?;
        Ok(vec![Event::PhaseOpened {
            phase,
            by: Some(self.by()),
            reason: Some(reason),
        }])
    }

    pub(super) fn set_level(&self, level: &str, reason: &str) -> Result<Vec<Event>, NoAct> {
        let playbook = self.plan.playbook;
        let names = playbook.levels.iter().map(|level| level.name.as_str());
        if !names.clone().any(|name| name == level) {
            let near = nearest(level, names.clone());
            let names: Vec<&str> = names.collect();
            return no(format!(
                "there is no level `{level}` ({}){near}",
                names.join(", ")
            ));
        }
        let reason = written("reason", reason)?;
        let (from, to, by) = (self.run.level.clone(), level.to_owned(), self.by());
        let (old, new) = (playbook.rank(&from), playbook.rank(&to));
        if old == new {
            return no(format!("run {} is at level `{level}` already", self.run.id));
        }
        Ok(vec![if new > old {
            Event::LevelRaised {
                from,
                to,
                because: reason,
                by: Some(by),
            }
        } else {
            Event::LevelLowered {
                from,
                to,
                by,
                reason,
            }
        }])
    }
}

/// That a task or message is called for, without a deadline.
fn called(item: &playbook::Item) -> Event {
    let (name, role) = (item.name.to_owned(), item.role.to_owned());
    match item.kind {
        ItemKind::Task(_) => Event::TaskOpened {
            task: name,
            role,
            due_at: None,
            turn: 1,
            case: None,
        },
        ItemKind::Message(_) => Event::MessageCalled {
            message: name,
            role,
            due_at: None,
            turn: 1,
            case: None,
        },
    }
}
