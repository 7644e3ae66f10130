//! Releasing statements: approving, waiting, agreeing with partners, and saying
//! that something was published.

use super::{Hand, NoAct, demand_role, is_in, nearest, no, written};
use crate::domain::facts::FactValue;
use crate::domain::playbook::{FactQuestion, Message};
use crate::domain::run::{Draft, Event, Run};
use crate::domain::step::Plan;
use crate::domain::step::holds::holds_now;
use crate::domain::time::Timestamp;

/// What stands in the way of publishing a draft, whoever does it; `None` when
/// nothing does.
pub fn blocked(plan: &Plan, run: &Run, draft: &str, now: Timestamp) -> Option<String> {
    let by = "";
    let hand = Hand { plan, run, by, now };
    let (key, message, drafts) = hand.drafts(draft).ok()?;
    let stands = hand
        .demand_not_held(&drafts)
        .and_then(|()| hand.demand_releasable(&key, message, &drafts, None))
        .and_then(|()| match message.preapproved {
            true => Ok(()),
            false => hand.demand_approved(&key, message, &drafts),
        });
    stands.err().map(|why| why.0)
}

impl Hand<'_> {
    /// The drafts that are meant: one, or all of a message; of one message only.
    pub(super) fn drafts(&self, wanted: &str) -> Result<(String, &Message, Vec<&Draft>), NoAct> {
        let begins = format!("{wanted}.");
        let fits = |draft: &&Draft| draft.id() == wanted || draft.id().starts_with(&begins);
        let mut drafts: Vec<&Draft> = self.run.drafts.values().filter(fits).collect();
        if drafts.is_empty() {
            let of_cases = |draft: &&Draft| draft.case.is_some() && draft.message == wanted;
            drafts = self.run.drafts.values().filter(of_cases).collect();
        }
        let Some(first) = drafts.first() else {
            let known = self.run.drafts.keys().map(String::as_str);
            return no(format!(
                "there is no draft `{wanted}`{}",
                nearest(wanted, known)
            ));
        };
        let key = first.item();
        if drafts.iter().any(|draft| draft.item() != key) {
            return no(format!(
                "`{wanted}` is for each case: name one, such as {key}"
            ));
        }
        match self.plan.playbook.message(&first.message) {
            Some(message) => Ok((key, message, drafts)),
            None => no(format!("the playbook has no message `{}`", first.message)),
        }
    }

    /// What stands in the way of releasing these drafts. A reason lets what is
    /// not called for go out; nothing lets a gap.
    pub(super) fn demand_releasable(
        &self,
        key: &str,
        message: &Message,
        drafts: &[&Draft],
        reason: Option<&str>,
    ) -> Result<(), NoAct> {
        if let Some(draft) = drafts.iter().find(|draft| !draft.gaps.is_empty()) {
            return no(format!(
                "{} still has a gap: {}; `draaiboek fact set {} …` fills it",
                draft.id(),
                draft.gaps.join(", "),
                draft.gaps[0]
            ));
        }
        let next = self.run.facts.get("next_update").map(|fact| &fact.value);
        let uses_next = drafts
            .iter()
            .any(|draft| draft.used.iter().any(|name| name == "next_update"));
        if let Some(FactValue::Time(next)) = next
            && uses_next
            && *next <= self.now
        {
            return no(format!(
                "`{key}` promises an update for a time that has passed: `draaiboek fact set next_update 14:30` gives another"
            ));
        }
        let agreed = |partner: &&String| {
            let pair = (message.name.clone(), (*partner).clone());
            self.run.statements.agreed.contains(&pair)
        };
        let open: Vec<&str> = message
            .agree_with
            .iter()
            .filter(|partner| !agreed(partner))
            .map(String::as_str)
            .collect();
        if !open.is_empty() {
            return no(format!(
                "`{key}` must be agreed with {} first: `draaiboek draft agree {key} {}` says that it is",
                open.join(" and "),
                open[0]
            ));
        }
        match self.run.items.get(key) {
            Some(item) => self.demand_needs(key, item)?,
            None if reason.is_none() => {
                return no(format!(
                    "`{key}` is not called for now: say why it goes out all the same with --reason"
                ));
            }
            None => {}
        }
        let was_called = message.when.as_ref();
        let still = was_called.is_none_or(|when| holds_now(self.plan, self.run, when, self.now));
        if !still && reason.is_none() {
            return no(format!(
                "what `{key}` was called for does not hold any more: say why it goes out all the same with --reason"
            ));
        }
        self.demand_live(message, drafts)
    }

    /// A text may name a contact that must be confirmed only after a task of this
    /// run did: people who call a line that is not open lose their trust.
    fn demand_live(&self, message: &Message, drafts: &[&Draft]) -> Result<(), NoAct> {
        let contacts = self.plan.organisation.contacts.iter();
        for contact in contacts.filter(|contact| contact.confirm_live) {
            let path = format!("contacts.{}.", contact.key);
            let templates = self.plan.templates.iter();
            let mut naming = templates.filter(|template| {
                let is_used = |draft: &&Draft| draft.template == template.file;
                template.source.contains(&path) && drafts.iter().any(is_used)
            });
            let tasks = self.plan.playbook.every_task();
            let confirming = tasks.filter(|task| task.confirms.contains(&contact.key));
            let confirming: Vec<_> = confirming.collect();
            let is_live = confirming.iter().any(|task| self.run.is_done(&task.name));
            if naming.next().is_some() && !is_live {
                let how = confirming.first().map_or_else(String::new, |task| {
                    format!(": `draaiboek task done {}` says that it is", task.name)
                });
                return no(format!(
                    "`{}` names the contact `{}`, which nobody confirmed to be open{how}",
                    message.name, contact.key
                ));
            }
        }
        Ok(())
    }

    pub(super) fn approve(&self, wanted: &str, reason: Option<&str>) -> Result<Vec<Event>, NoAct> {
        let (key, message, drafts) = self.drafts(wanted)?;
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        demand_role(
            self.plan.organisation,
            &message.approve,
            self.by,
            &format!("approving `{key}`"),
        )?;
        self.demand_releasable(&key, message, &drafts, reason.as_deref())?;
        let ids: Vec<String> = drafts.iter().map(|draft| draft.id()).collect();
        let roles = message.approve.iter();
        let own = roles.filter(|role| is_in(self.plan.organisation, role, self.by));
        // One person of each role: who has two of them speaks for one.
        let mut open = own.filter(|role| {
            let is_given = |draft: &&Draft| {
                let given = self.run.statements.approved(draft);
                given.iter().any(|one| one.role == **role)
            };
            !drafts.iter().all(is_given)
        });
        let gave = |draft: &&Draft| {
            let given = self.run.statements.approved(draft);
            given.iter().any(|one| one.by == self.by)
        };
        if drafts.iter().all(gave) {
            return no(format!("you approved `{key}` already"));
        }
        let Some(role) = open.next() else {
            return no(format!("`{key}` is approved already"));
        };
        Ok(vec![Event::Approved {
            message: key,
            drafts: ids,
            role: role.clone(),
            by: self.by(),
            reason,
        }])
    }

    pub(super) fn hold(&self, wanted: &str, reason: &str) -> Result<Vec<Event>, NoAct> {
        let (_, _, drafts) = self.drafts(wanted)?;
        Ok(vec![Event::DraftsHeld {
            drafts: drafts.iter().map(|draft| draft.id()).collect(),
            by: self.by(),
            reason: written("reason", reason)?,
        }])
    }

    pub(super) fn agree(&self, name: &str, partner: &str) -> Result<Vec<Event>, NoAct> {
        let playbook = self.plan.playbook;
        let Some(message) = playbook.message(name) else {
            let known = playbook
                .messages()
                .map(|(_, message)| message.name.as_str());
            return no(format!(
                "there is no message `{name}`{}",
                nearest(name, known)
            ));
        };
        // Also a partner whose fact it tells may say so, without being asked.
        let tells = |fact: &FactQuestion| fact.told_by.as_deref() == Some(partner);
        let is_theirs = playbook.facts.iter().any(tells);
        if !is_theirs && !message.agree_with.iter().any(|one| one == partner) {
            let near = nearest(partner, message.agree_with.iter().map(String::as_str));
            return no(format!("`{name}` is not agreed with `{partner}`{near}"));
        }
        Ok(vec![Event::Agreed {
            message: name.to_owned(),
            partner: partner.to_owned(),
            by: self.by(),
        }])
    }

    pub(super) fn publish(
        &self,
        wanted: &str,
        url: Option<&str>,
        reason: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let (key, message, drafts) = self.drafts(wanted)?;
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        self.demand_not_held(&drafts)?;
        self.demand_releasable(&key, message, &drafts, reason.as_deref())?;
        let is_own = is_in(self.plan.organisation, &message.role, self.by);
        if !(message.preapproved && is_own) {
            self.demand_approved(&key, message, &drafts)?;
        }
        let uses_next = drafts
            .iter()
            .any(|draft| draft.used.iter().any(|name| name == "next_update"));
        let next = self.run.facts.get("next_update").map(|fact| &fact.value);
        let promise = match next {
            Some(FactValue::Time(next)) if uses_next => Some(*next),
            _ => None,
        };
        let mut events = Vec::new();
        // What people outside hear keeps the promise.
        if let Some(promise) = &self.run.statements.promise
            && message.kind != "internal"
        {
            events.push(Event::PromiseKept {
                promised_at: promise.at,
            });
        }
        events.push(Event::Published {
            message: key,
            role: message.role.clone(),
            drafts: drafts.iter().map(|draft| draft.id()).collect(),
            by: self.by(),
            url: url.map(str::to_owned),
            is_internal: message.kind == "internal",
            promise: promise.filter(|_| message.kind != "internal"),
            reason,
        });
        Ok(events)
    }

    fn demand_not_held(&self, drafts: &[&Draft]) -> Result<(), NoAct> {
        let held = drafts.iter().find_map(|draft| {
            let (by, why) = self.run.statements.held.get(&draft.id())?;
            Some(format!("{} is held by {by}: {why}", draft.id()))
        });
        held.map_or(Ok(()), |held| {
            no(format!("{held}; approving it lets it go"))
        })
    }

    /// Every role that must release it did, in its present words.
    pub(super) fn demand_approved(
        &self,
        key: &str,
        message: &Message,
        drafts: &[&Draft],
    ) -> Result<(), NoAct> {
        for draft in drafts {
            let given = self.run.statements.approved(draft);
            let is_given = |role: &&String| given.iter().any(|one| one.role == **role);
            let missing = message.approve.iter().filter(|role| !is_given(role));
            let missing: Vec<&str> = missing.map(String::as_str).collect();
            if !missing.is_empty() {
                return no(format!(
                    "{} is not approved: {} must (`draaiboek draft approve {key}`)",
                    draft.id(),
                    missing.join(" and ")
                ));
            }
        }
        Ok(())
    }
}
