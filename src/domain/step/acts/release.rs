//! Releasing statements: approving and taking it back, waiting, agreeing with
//! partners.
//!
//! What is approved is a text, by its hash; never by who wrote it or asked for
//! it; and it counts after a pause.

use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::{Hand, NoAct, demand_role, is_in, nearest, no, written};
use crate::domain::facts::FactValue;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactQuestion, Message};
use crate::domain::review::blocks;
use crate::domain::run::draft::short_hash;
use crate::domain::run::{Draft, Event, Run};
use crate::domain::step::Plan;
use crate::domain::step::critique::remarks_on;
use crate::domain::step::holds::holds_now;
use crate::domain::step::items::next_update_due;
use crate::domain::step::promises::rounded_up;
use crate::domain::time::Timestamp;

/// The fact that holds when people hear more.
pub const NEXT_UPDATE: &str = "next_update";

/// How far ahead a promise must be to be proposed.
const SOONEST: TimeDelta = TimeDelta::minutes(15);

/// How long an approval can be withdrawn before it counts.
pub fn pause(organisation: &Organisation) -> Duration {
    organisation.review.pause
}

/// What stands in the way of publishing a draft, whoever does it; `None` when
/// nothing does.
pub fn blocked(plan: &Plan, run: &Run, draft: &str, now: Timestamp) -> Option<String> {
    let by = "";
    let hand = Hand { plan, run, by, now };
    let (key, message, drafts) = hand.drafts(draft).ok()?;
    let stands = hand
        .demand_not_held(&drafts)
        .and_then(|()| hand.demand_releasable(&key, message, &drafts, None))
        .and_then(|()| match hand.is_preapproved(message, &drafts) {
            true => hand.demand_reviewed(&drafts),
            false => hand.demand_approved(&key, message, &drafts),
        });
    stands.err().map(|why| why.0)
}

/// What keeps a draft from being released whoever approves it: a gap, a partner,
/// something that must come first, a message that is not called for. `None` when
/// only approvals are wanting.
pub fn unreleasable(plan: &Plan, run: &Run, draft: &str, now: Timestamp) -> Option<String> {
    let by = "";
    let hand = Hand { plan, run, by, now };
    let (key, message, drafts) = hand.drafts(draft).ok()?;
    let released = hand.demand_releasable(&key, message, &drafts, None);
    released.err().map(|why| why.0)
}

/// A promised update that did not come, and when the next could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedPromise {
    pub was: Timestamp,
    /// The next turn of the rhythm that can be kept; `None` where there is no rhythm. For
    /// a person to take over: no text is given it by itself.
    pub proposed: Option<Timestamp>,
}

/// Whether the next update that texts tell has passed.
pub fn passed_promise(plan: &Plan, run: &Run, now: Timestamp) -> Option<PassedPromise> {
    let next = run.facts.get(NEXT_UPDATE).map(|fact| &fact.value);
    let Some(FactValue::Time(was)) = next.filter(|_| run.is_open) else {
        return None;
    };
    // What comes in a few minutes nobody can promise any more.
    let turn = |from| next_update_due(plan, run, from).map(rounded_up);
    let soon = turn(now).filter(|at| *at < now + SOONEST);
    let proposed = soon.map_or_else(|| turn(now), turn);
    (*was <= now).then_some(PassedPromise {
        was: *was,
        proposed,
    })
}

/// Whether the text of a draft tells when the next update comes.
pub fn tells_next(draft: &Draft) -> bool {
    draft.used.iter().any(|name| name == NEXT_UPDATE)
}

/// A moment as people type it for a fact: the clock, and the day where it is another.
pub fn as_typed(at: Timestamp, zone: Tz, now: Timestamp) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = match at.date_naive() == now.date_naive() {
        true => "%H:%M",
        false => "%Y-%m-%d %H:%M",
    };
    at.format(form).to_string()
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
        if let Some(draft) = drafts.iter().find(|draft| draft.n_conflicts() > 0) {
            let id = draft.id();
            return no(format!(
                "in {id} somebody must choose between what a fact and what a person changed ({}): `draaiboek draft edit {id}`",
                draft.n_conflicts()
            ));
        }
        // What holds for one reader is in no fact.
        let is_own = |gap: &String| matches!(gap.as_str(), "personal" | "signature");
        if let Some(draft) = drafts.iter().find(|draft| !draft.gaps.is_empty()) {
            if draft.gaps.iter().all(is_own) {
                let id = draft.id();
                return no(format!(
                    "{id} still has a gap: {}; write it in the text: `draaiboek draft edit {id}`",
                    draft.gaps.join(", ")
                ));
            }
            return no(format!(
                "{} still has a gap: {}; `draaiboek fact set {} …` fills it",
                draft.id(),
                draft.gaps.join(", "),
                draft.gaps[0]
            ));
        }
        let passed = passed_promise(self.plan, self.run, self.now);
        if let Some(passed) = passed.filter(|_| drafts.iter().any(|draft| tells_next(draft))) {
            let typed = |at: Timestamp| as_typed(at, self.plan.organisation.timezone, self.now);
            let was = typed(passed.was);
            return match passed.proposed {
                Some(next) => no(format!(
                    "`{key}` promises an update for {was}, and that has passed: `draaiboek fact set next_update {}` gives the next of the rhythm",
                    typed(next)
                )),
                None => no(format!(
                    "`{key}` promises an update for {was}, and that has passed: `draaiboek fact set next_update` with a time to come gives another"
                )),
            };
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
        // What puts something right is called for by what was published.
        if drafts.iter().all(|draft| draft.corrects.is_some()) {
            return Ok(());
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

    pub(super) fn approve(
        &self,
        wanted: &str,
        reason: Option<&str>,
        overrides: Option<&str>,
        hash: Option<&str>,
    ) -> Result<Vec<Event>, NoAct> {
        let (key, message, drafts) = self.drafts(wanted)?;
        let reason = reason.map(|reason| written("reason", reason)).transpose()?;
        demand_role(
            self.plan.organisation,
            &message.approve,
            self.by,
            &format!("approving `{key}`"),
        )?;
        self.demand_four_eyes(&drafts)?;
        if let Some(hash) = hash {
            demand_read(&drafts, hash)?;
        }
        self.demand_releasable(&key, message, &drafts, reason.as_deref())?;
        let overridden = self.passed_review(&key, &drafts, overrides)?;
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
        let approved = Event::Approved {
            message: key,
            drafts: ids,
            role: role.clone(),
            by: self.by(),
            reason,
            hashes: drafts.iter().map(|draft| draft.hash()).collect(),
        };
        Ok(overridden.into_iter().chain([approved]).collect())
    }

    /// Nobody releases their own words, nor what they asked for.
    fn demand_four_eyes(&self, drafts: &[&Draft]) -> Result<(), NoAct> {
        if !self.plan.playbook.four_eyes {
            return Ok(());
        }
        let own = drafts.iter().find(|draft| draft.is_of(self.by));
        let Some(draft) = own else { return Ok(()) };
        let id = draft.id();
        let is_among = |people: &[String]| people.iter().any(|one| one == self.by);
        let why = if is_among(&draft.writers) {
            "you wrote in it"
        } else if is_among(&draft.pictured_by) {
            "you chose its images"
        } else {
            "you asked for it"
        };
        no(format!(
            "{id} needs another pair of eyes: {why}, so somebody else approves it"
        ))
    }

    /// The override that review asks for, where it holds a text back; nothing
    /// when it does not.
    pub(super) fn passed_review(
        &self,
        key: &str,
        drafts: &[&Draft],
        overrides: Option<&str>,
    ) -> Result<Option<Event>, NoAct> {
        let overrides = overrides
            .map(|reason| written("reason to overrule", reason))
            .transpose()?;
        let mut rules: Vec<String> = Vec::new();
        let mut first = None;
        for draft in drafts {
            for remark in blocks(&remarks_on(self.plan, self.run, draft, self.now)) {
                if self.run.statements.is_overridden(draft, remark.rule) {
                    continue;
                }
                first.get_or_insert_with(|| {
                    format!(
                        "review holds {} back ({}): {} {}",
                        draft.id(),
                        remark.rule,
                        remark.message.en,
                        remark.advice.en
                    )
                });
                if !rules.iter().any(|known| known == remark.rule) {
                    rules.push(remark.rule.to_owned());
                }
            }
        }
        match (first, overrides) {
            (None, _) => Ok(None),
            (Some(first), None) => no(format!(
                "{first} Change the text, or overrule it with --override \"WHY\", which is logged and told to the owner"
            )),
            (Some(_), Some(reason)) => Ok(Some(Event::ReviewOverridden {
                message: key.to_owned(),
                drafts: drafts.iter().map(|draft| draft.id()).collect(),
                rules,
                by: self.by(),
                reason,
            })),
        }
    }

    /// The same, for what nobody can give a reason for any more.
    fn demand_reviewed(&self, drafts: &[&Draft]) -> Result<(), NoAct> {
        self.passed_review("", drafts, None).map(|_| ())
    }

    /// Whether the role may release it alone: only as the playbook has it, with
    /// nobody's own words in it.
    pub(super) fn is_preapproved(&self, message: &Message, drafts: &[&Draft]) -> bool {
        let is_as_written = |draft: &&Draft| {
            draft.writers.is_empty() && draft.pictured_by.is_empty() && draft.corrects.is_none()
        };
        message.preapproved && drafts.iter().all(is_as_written)
    }

    pub(super) fn withdraw(&self, wanted: &str) -> Result<Vec<Event>, NoAct> {
        let (key, _, drafts) = self.drafts(wanted)?;
        let pause = TimeDelta::from_std(pause(self.plan.organisation)).unwrap_or_default();
        let mut own = Vec::new();
        let mut is_late = false;
        for draft in drafts {
            let given = self.run.statements.approved(draft);
            for approval in given.into_iter().filter(|one| one.by == self.by) {
                match self.now < approval.at + pause {
                    true => own.push(draft.id()),
                    false => is_late = true,
                }
            }
        }
        if own.is_empty() {
            return match is_late {
                true => no(format!(
                    "it is too late to withdraw your approval of `{key}`: it counts, and somebody may be posting it; `draaiboek draft hold {key} --reason WHY` stops it, and call them"
                )),
                false => no(format!("you did not approve `{key}`")),
            };
        }
        own.dedup();
        Ok(vec![Event::ApprovalWithdrawn {
            drafts: own,
            by: self.by(),
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

    pub(super) fn demand_not_held(&self, drafts: &[&Draft]) -> Result<(), NoAct> {
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
            if self.run.statements.is_another_text(draft) {
                let id = draft.id();
                return no(format!(
                    "the text of {id} is not the one that was approved (it is {} now): approve it again",
                    short_hash(&draft.hash())
                ));
            }
            if !missing.is_empty() {
                return no(format!(
                    "{} is not approved: {} must (`draaiboek draft approve {key}`)",
                    draft.id(),
                    missing.join(" and ")
                ));
            }
        }
        self.demand_paused(drafts)
    }

    /// An approval counts once it could have been withdrawn.
    fn demand_paused(&self, drafts: &[&Draft]) -> Result<(), NoAct> {
        let pause = TimeDelta::from_std(pause(self.plan.organisation)).unwrap_or_default();
        let approvals = drafts
            .iter()
            .flat_map(|draft| self.run.statements.approved(draft));
        let Some(latest) = approvals.map(|one| one.at).max() else {
            return Ok(());
        };
        let counts_at = latest + pause;
        if self.now >= counts_at {
            return Ok(());
        }
        let left = (counts_at - self.now).num_milliseconds();
        let seconds = (left + 999) / 1_000;
        no(format!(
            "it was approved just now: for {seconds} more seconds the approval can be withdrawn (`draaiboek draft withdraw`)"
        ))
    }
}

/// The text is still the one that was read.
fn demand_read(drafts: &[&Draft], hash: &str) -> Result<(), NoAct> {
    let wanted = hash.trim().to_lowercase();
    let is_it = |draft: &&Draft| !wanted.is_empty() && draft.hash().starts_with(&wanted);
    if drafts.iter().all(is_it) {
        return Ok(());
    }
    let present: Vec<String> = drafts
        .iter()
        .map(|draft| format!("{} is {}", draft.id(), short_hash(&draft.hash())))
        .collect();
    no(format!(
        "it is another text than the one with hash {}: {}; read it again",
        short_hash(&wanted),
        present.join(", ")
    ))
}
