//! What is done with runs on the desk: every change of one goes through here.

use std::sync::Arc;

use super::on_desk::OnDesk;
use super::{Change, Desk, Happening, Pinned, Refusal};
use crate::domain::differences::differences;
use crate::domain::run::{Cause, Event, Run, RunId};
use crate::domain::step::answers::{self, Reply, Standing, Who};
use crate::domain::step::{Looked, Plan, Transition, drafts_due, look, start, step};
use crate::domain::time::Timestamp;

/// What a run is given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'a> {
    /// It starts, and this is known with it.
    Start(&'a Event, &'a [Event]),
    Event(&'a Event),
    Look {
        counts: bool,
    },
}

impl Desk {
    /// This desk takes the place of another, which counted up to `then`: looks
    /// at what time alone brought since.
    pub fn go_on(&mut self, then: Timestamp, now: Timestamp) -> Vec<Happening> {
        let ids: Vec<RunId> = self.runs.keys().copied().collect();
        let mut happenings = Vec::new();
        for id in ids {
            if let Some(on_desk) = self.runs.get_mut(&id) {
                on_desk.count_from(then);
            }
            happenings.extend(self.move_on(id, Given::Look { counts: false }, now));
        }
        happenings
    }
    /// The one door: gives `event` to a run and takes what comes of it.
    pub fn submit(
        &mut self,
        id: RunId,
        event: &Event,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let is_news_of_mail = matches!(
            event,
            Event::Delivered { .. } | Event::DeliveryFailed { .. } | Event::PlainMailSent { .. }
        );
        if !on_desk.run.is_open && !is_news_of_mail {
            return Err(Refusal::Closed(id));
        }
        Ok(self.take(id, event, now))
    }

    /// When drafts of a run are due that followed its alert; `None` when none are.
    pub fn drafts_due(&self, id: RunId) -> Option<Timestamp> {
        drafts_due(self.run(id)?)
    }

    /// How an alert stands for a person.
    pub fn standing(&self, id: RunId, who: &Who) -> Result<Standing, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let plan = self.plan(&on_desk.pinned);
        answers::standing(&plan, &on_desk.run, who).map_err(Refusal::NoReply)
    }

    /// Takes what a person says to an alert; how it stands for them then.
    pub fn reply(
        &mut self,
        id: RunId,
        who: &Who,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(Standing, Vec<Happening>), Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let plan = self.plan(&on_desk.pinned);
        let event =
            answers::reply(&plan, &on_desk.run, who, reply, now).map_err(Refusal::NoReply)?;
        let happenings = self.submit(id, &event, now)?;
        // After an undone answer the link itself is void, which is no error here.
        let standing = self.standing(id, who).unwrap_or(Standing::ToldOnly);
        Ok((standing, happenings))
    }

    pub(super) fn plan<'a>(&'a self, pinned: &'a Pinned) -> Plan<'a> {
        Plan {
            playbook: &pinned.playbook,
            templates: &pinned.templates,
            organisation: &self.organisation,
            ledger: &self.ledger,
            sight: self,
            has_team: self.has_team,
        }
    }

    /// Moves a run over to the playbook and templates in force.
    pub fn upgrade(
        &mut self,
        id: RunId,
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        if !on_desk.run.is_open {
            return Err(Refusal::Closed(id));
        }
        let name = &on_desk.pinned.playbook.name;
        let mut shelf = self.shelf.iter();
        let new = shelf.find(|pinned| pinned.playbook.name == *name).cloned();
        let new = new.ok_or_else(|| Refusal::PlaybookGone(name.clone()))?;
        if new.hash == on_desk.pinned.hash {
            return Err(Refusal::NothingToUpgrade(id));
        }
        let event = Event::Upgraded {
            hash: new.hash.clone(),
            differences: differences(&on_desk.pinned, &new),
            by: by.to_owned(),
        };
        if let Some(on_desk) = self.runs.get_mut(&id) {
            on_desk.pin(new);
        }
        self.submit(id, &event, now)
    }

    /// `known` is what is known from the first moment on.
    pub(super) fn start(
        &mut self,
        pinned: Arc<Pinned>,
        level: String,
        cause: Cause,
        (offers, known): (Vec<String>, &[Event]),
        now: Timestamp,
    ) -> (RunId, Happening) {
        let id = self.next_run;
        self.next_run += 1;
        let event = Event::RunStarted {
            playbook: pinned.playbook.name.clone(),
            watch: pinned.playbook.watch.clone(),
            level,
            cause,
            offers,
            drafts_follow: pinned.playbook.messages().next().is_some(),
        };
        let looked = Looked {
            at: now,
            counted_at: now,
        };
        let on_desk = OnDesk::new(Run::new(id), pinned, looked);
        let change = self.decide(on_desk, Given::Start(&event, known), now);
        (id, Happening::Change(Box::new(change)))
    }

    /// Steps a run that is on the desk, and lets the triggers that ask about it
    /// look again; nothing when the event was no news.
    pub(super) fn take(&mut self, id: RunId, event: &Event, now: Timestamp) -> Vec<Happening> {
        self.move_on(id, Given::Event(event), now)
    }

    pub(super) fn move_on(&mut self, id: RunId, given: Given, now: Timestamp) -> Vec<Happening> {
        let Some(on_desk) = self.runs.remove(&id) else {
            return Vec::new();
        };
        let watch = on_desk.run.watch.clone();
        let change = self.decide(on_desk, given, now);
        if change.events.is_empty() {
            return Vec::new();
        }
        // Only what may matter to a condition: a receipt for a mail does not.
        let matters = change
            .events
            .iter()
            .any(|logged| logged.event.changes_the_run());
        let mut happenings = vec![Happening::Change(Box::new(change))];
        if matters {
            happenings.extend(self.run_changed(&watch, now));
        }
        happenings
    }

    /// The one place where a run is stepped; it is put back as it is then.
    fn decide(&mut self, on_desk: OnDesk, given: Given, now: Timestamp) -> Change {
        let (run, pinned, mut looked) = on_desk.into_parts();
        let plan = self.plan(&pinned);
        let was_over = run.ending.stood_down_at.or(run.closed_at);
        let Transition {
            run,
            events,
            effects,
        } = match given {
            Given::Start(event, known) => start(&plan, run, event, known, now),
            Given::Event(event) => step(&plan, run, event, now),
            Given::Look { counts } => {
                looked.at = now;
                if counts {
                    looked.counted_at = now;
                }
                look(&plan, run, counts, now)
            }
        };
        let playbook = &pinned.playbook;
        for logged in &events {
            let level = playbook.level_of(&run.level);
            let title = &playbook.title;
            self.ledger
                .note(&run, title, level, &logged.event, logged.at);
        }
        for logged in &events {
            self.listen_for(&run, &logged.event, logged.at);
        }
        if run.ending.stood_down_at.or(run.closed_at) != was_over {
            self.cool_down(&run, &pinned);
        }
        let head = run.head();
        self.put(OnDesk::new(run, Arc::clone(&pinned), looked));
        Change {
            run: head,
            pinned,
            events,
            effects,
        }
    }

    /// What was published may come back as an echo.
    fn listen_for(&mut self, run: &Run, event: &Event, at: Timestamp) {
        let Event::Published { drafts, url, .. } = event else {
            return;
        };
        for id in drafts {
            if let Some(draft) = run.drafts.get(id) {
                let key = format!("{}.{id}", run.id);
                self.echo
                    .add(&key, &draft.text, url.as_deref(), at.timestamp());
            }
        }
    }
}
