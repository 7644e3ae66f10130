//! What scripted people would do in a drill that nobody attends, and when.
//!
//! Asked anew whenever the run changed: every wish follows from stored moments,
//! so that nothing is remembered here. Nobody acts before they were told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::doing::{Doing, stand_down};
use super::filling::{Filling, gaps};
use crate::domain::duty;
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Message, Playbook};
use crate::domain::run::item::Item;
use crate::domain::run::{Draft, Run};
use crate::domain::scenario::expect::Expected;
use crate::domain::scenario::{Responder, Scenario};
use crate::domain::step::acts::{Act, pause};
use crate::domain::step::answers::Reply;
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, after};

/// What a task allows when it has no deadline.
const USUALLY_ALLOWED: Duration = Duration::from_secs(30 * 60);

/// How long standing down takes who has no `answers`.
const UNHURRIED: Duration = Duration::from_secs(15 * 60);

/// Everything that people know.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub scenario: &'a Scenario,
    pub organisation: &'a Organisation,
    /// What the run pinned.
    pub playbook: &'a Playbook,
    pub run: &'a Run,
    /// When each person was reached first.
    pub told: &'a BTreeMap<String, Timestamp>,
    /// When each draft got its present words.
    pub rendered: &'a BTreeMap<String, Timestamp>,
    /// What personas posted: name, platform, when.
    pub posts: &'a [(String, Platform, Timestamp)],
    pub now: Timestamp,
}

/// Something that a person would do at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub at: Timestamp,
    /// The same for the same thing, so that one in vain is not tried at once
    /// again.
    pub key: String,
    pub who: String,
    /// In order, and only while each can be done.
    pub doings: Vec<Doing>,
}

/// Somebody who was told, with a role and its responder.
struct Worker<'a> {
    person: String,
    told_at: Timestamp,
    responder: &'a Responder,
}

/// What everybody would do, in no order.
pub fn wishes(scene: &Scene) -> Vec<Wish> {
    if !scene.run.is_open {
        return Vec::new();
    }
    let mut wishes = scene.answers();
    wishes.extend(scene.signs_of_life());
    wishes.extend(scene.first_case());
    for (key, item) in scene.run.items.iter().filter(|(_, item)| item.is_open()) {
        wishes.extend(scene.work(key, item));
    }
    wishes.extend(scene.end());
    wishes
}

impl<'a> Scene<'a> {
    fn answers(&self) -> Vec<Wish> {
        let Some(alarm) = &self.run.alarm else {
            return Vec::new();
        };
        let missing: Vec<&String> = alarm.missing().collect();
        let alerts = self.run.alerts.iter().filter(|(_, alert)| {
            alert.must_answer
                && !alert.is_void
                && alert.level == alarm.level
                && !alarm.out.contains_key(&alert.person)
                && alert.covers.iter().any(|role| missing.contains(&role))
        });
        let wishes = alerts.filter_map(|(effect, alert)| {
            let roles = alert.roles.iter();
            let mut roles = roles.filter_map(|role| self.scenario.responder(role));
            let answers = roles.find_map(|responder| responder.answers)?;
            Some(Wish {
                at: after(alert.delivered_at?, answers),
                key: format!("answer {effect}"),
                who: alert.person.clone(),
                doings: vec![Doing::Reply(Reply::Take)],
            })
        });
        wishes.collect()
    }

    /// Who answered and has nothing to do yet says so, before the answer goes
    /// stale.
    fn signs_of_life(&self) -> Vec<Wish> {
        let Some(alarm) = &self.run.alarm else {
            return Vec::new();
        };
        let answered = alarm.roles.iter().filter_map(|(role, coverage)| {
            let answer = coverage.answer.as_ref()?;
            let is_silent = self.scenario.responder(role)?.finishes.is_none();
            (!answer.at_work && !is_silent).then_some(answer)
        });
        let wishes = answered.map(|answer| {
            let at = after(answer.at, self.playbook.stale_after.mul_f64(0.8));
            let note = match self.organisation.language {
                Language::Nl => "Ik ben ermee bezig",
                Language::En => "I am working on it",
            };
            let key = format!("life {}", answer.person);
            let doing = Doing::Reply(Reply::Note(note.to_owned()));
            wish(at, key, &answer.person, vec![doing])
        });
        wishes.collect()
    }

    /// What complainants are owed begins with somebody opening a case.
    fn first_case(&self) -> Option<Wish> {
        let (name, platform, posted_at) = self.posts.first()?;
        if !self.run.cases.is_empty() {
            return None;
        }
        let mut items = self.playbook.items().filter(|item| item.per_case);
        let worker = items.find_map(|item| self.worker(item.role, None))?;
        let since = worker.told_at.max(*posted_at).max(self.run.started_at?);
        Some(Wish {
            at: after(since, worker.responder.answers.unwrap_or_default()),
            key: "case".to_owned(),
            who: worker.person,
            doings: vec![Doing::Act(Act::OpenCase {
                name: name.clone(),
                platform: *platform,
                url: None,
                kind: None,
                signs: None,
            })],
        })
    }

    fn work(&self, key: &str, item: &Item) -> Vec<Wish> {
        let Some(worker) = self.worker(&item.role, item.person.as_deref()) else {
            return Vec::new();
        };
        let Some(share) = worker.responder.finishes else {
            return Vec::new();
        };
        let written = self.playbook.item(&item.name);
        let needs = written.map_or(&[][..], |written| written.needs);
        if !needs.iter().all(|need| self.run.is_settled(need)) {
            return Vec::new();
        }
        if item.is_message {
            return match self.playbook.message(&item.name) {
                Some(message) => self.message(key, item, message, &worker, share),
                None => Vec::new(),
            };
        }
        let task = self.playbook.task(&item.name);
        let at = part_of(item, share).max(worker.told_at);
        let mut doings = Vec::new();
        if let Some(task) = task.filter(|task| task.is_question()) {
            let first = task.options.first().map(|(name, _)| name.clone());
            doings.extend(self.wanted(&item.name).or(first).map(|option| {
                Doing::Act(Act::Decide {
                    task: key.to_owned(),
                    option,
                    reason: None,
                })
            }));
        } else {
            let facts = task.map_or(&[][..], |task| &task.facts);
            let missing = facts
                .iter()
                .filter(|fact| !self.run.facts.contains_key(*fact));
            doings.extend(missing.filter_map(|fact| self.filling(at).know(fact)));
            let task = key.to_owned();
            doings.push(Doing::Act(Act::Finish { task }));
        }
        let key = format!("work {key} {}", item.turn);
        vec![wish(at, key, &worker.person, doings)]
    }

    /// The option that the scenario counts on.
    fn wanted(&self, task: &str) -> Option<String> {
        self.scenario.expect.iter().find_map(|expectation| {
            let Expected::Decided(wanted) = &expectation.what else {
                return None;
            };
            let (_, options) = wanted.iter().find(|(name, _)| name == task)?;
            options.first().cloned()
        })
    }

    /// First the gaps are filled, then it is released, then published.
    fn message(
        &self,
        key: &str,
        item: &Item,
        message: &Message,
        worker: &Worker,
        share: f64,
    ) -> Vec<Wish> {
        let drafts = self.run.drafts.values().filter(|draft| draft.item() == key);
        let drafts: Vec<&Draft> = drafts.collect();
        let held = &self.run.statements.held;
        if drafts.is_empty() || drafts.iter().any(|draft| held.contains_key(&draft.id())) {
            return Vec::new();
        }
        let publish_at = part_of(item, share).max(worker.told_at);
        let half_way = part_of(item, share / 2.0).max(worker.told_at);
        let missing = gaps(self.run, &drafts, publish_at.max(self.now));
        if !missing.is_empty() {
            let filling = self.filling(publish_at.max(self.now));
            let doings: Vec<Doing> = missing
                .iter()
                .filter_map(|name| filling.know(name))
                .collect();
            // What no fact can fill, such as a contact that is not live, stays.
            if doings.len() < missing.len() {
                return Vec::new();
            }
            let key = format!("fill {key} {}", item.turn);
            return vec![wish(half_way, key, &worker.person, doings)];
        }
        let releases = self.releases(key, item, message, worker, &drafts);
        if !releases.is_empty() {
            return releases;
        }
        let agreed = &self.run.statements.agreed;
        let partners = message
            .agree_with
            .iter()
            .filter(|partner| !agreed.contains(&(message.name.clone(), (*partner).clone())));
        let mut doings: Vec<Doing> = partners
            .map(|partner| {
                Doing::Act(Act::Agree {
                    message: message.name.clone(),
                    partner: partner.clone(),
                })
            })
            .collect();
        doings.push(Doing::Act(Act::Publish {
            draft: key.to_owned(),
            url: None,
            reason: None,
            at: None,
            text: None,
            overrides: None,
        }));
        // An approval counts once it could have been withdrawn.
        let approvals = drafts
            .iter()
            .flat_map(|draft| self.run.statements.approved(draft));
        let counts_at = approvals.map(|one| after(one.at, pause(self.organisation)));
        let publish_at = counts_at.max().map_or(publish_at, |at| at.max(publish_at));
        let key = format!("publish {key} {}", item.turn);
        vec![wish(publish_at, key, &worker.person, doings)]
    }

    /// Approvals that are missing, by who gives them. A wish without anything to
    /// do stands for one that nobody will give.
    fn releases(
        &self,
        key: &str,
        item: &Item,
        message: &Message,
        writer: &Worker,
        drafts: &[&Draft],
    ) -> Vec<Wish> {
        let role = self.organisation.role(&message.role);
        let is_own = role.is_some_and(|role| role.people.contains(&writer.person));
        if message.preapproved && is_own {
            return Vec::new();
        }
        let is_given = |role: &String| {
            drafts.iter().all(|draft| {
                let given = self.run.statements.approved(draft);
                given.iter().any(|one| one.role == *role)
            })
        };
        let rendered = drafts
            .iter()
            .filter_map(|draft| self.rendered.get(&draft.id()));
        let ready_at = rendered.max().copied().unwrap_or(item.opened_at);
        let missing = message.approve.iter().filter(|role| !is_given(role));
        let wishes = missing.map(|role| {
            let is_free = |person: &str| {
                !self.playbook.four_eyes || !drafts.iter().any(|draft| draft.is_of(person))
            };
            let worker = self.worker_of(role, None, is_free);
            let approves = worker.as_ref().and_then(|worker| worker.responder.approves);
            let (Some(worker), Some(approves)) = (worker, approves) else {
                return wish(Timestamp::MAX_UTC, format!("never {key}"), "", Vec::new());
            };
            let since = ready_at.max(item.opened_at).max(worker.told_at);
            let approve = Doing::Act(Act::Approve {
                draft: key.to_owned(),
                reason: None,
                overrides: None,
                hash: None,
            });
            let key = format!("approve {key} {} {role}", item.turn);
            wish(after(since, approves), key, &worker.person, vec![approve])
        });
        wishes.collect()
    }

    /// Whoever decides about scaling down does so when it is proposed.
    fn end(&self) -> Option<Wish> {
        let proposed_at = self.run.ending.proposed_at?;
        let role = self.playbook.stand_down.as_ref().map(|one| &one.role);
        let worker = self.worker(role.unwrap_or(&self.playbook.owner), None)?;
        let hesitates = worker.responder.answers.unwrap_or(UNHURRIED);
        Some(wish(
            after(proposed_at, hesitates).max(worker.told_at),
            "stand down".to_owned(),
            &worker.person,
            stand_down(self.playbook, "it is quiet again"),
        ))
    }

    /// Who does the work of a role: who has the item, else who answered for the
    /// role, else the first in order who was told.
    fn worker(&self, role: &str, assigned: Option<&str>) -> Option<Worker<'a>> {
        self.worker_of(role, assigned, |_| true)
    }

    /// The same, of those who may do it.
    fn worker_of(
        &self,
        role: &str,
        assigned: Option<&str>,
        may: impl Fn(&str) -> bool,
    ) -> Option<Worker<'a>> {
        let responder = self.scenario.responder(role)?;
        let alarm = self.run.alarm.as_ref();
        let answer = alarm.and_then(|alarm| alarm.roles.get(role)?.answer.as_ref());
        let people = &self.organisation.role(role)?.people;
        let answered = answer.map(|answer| answer.person.as_str());
        let answered = answered.filter(|person| people.iter().any(|one| one == person));
        let in_order = duty::in_order(self.organisation, role, self.now);
        let in_order = in_order.into_iter().map(|person| person.key.as_str());
        let mut candidates = assigned.into_iter().chain(answered).chain(in_order);
        let person = candidates.find(|person| self.told.contains_key(*person) && may(person))?;
        Some(Worker {
            person: person.to_owned(),
            told_at: self.told[person],
            responder,
        })
    }

    fn filling(&self, at: Timestamp) -> Filling<'a> {
        Filling {
            scenario: self.scenario,
            organisation: self.organisation,
            playbook: self.playbook,
            at,
        }
    }
}

fn wish(at: Timestamp, key: String, who: &str, doings: Vec<Doing>) -> Wish {
    let who = who.to_owned();
    Wish {
        at,
        key,
        who,
        doings,
    }
}

/// The moment at which so much of the time that an item allows is gone.
fn part_of(item: &Item, share: f64) -> Timestamp {
    let allowed = item.due_at.map(|due_at| due_at - item.timed_at);
    let allowed = allowed.and_then(|allowed| allowed.to_std().ok());
    let allowed = allowed.filter(|allowed| !allowed.is_zero());
    let seconds = allowed.unwrap_or(USUALLY_ALLOWED).as_secs_f64() * share;
    // A share may be any number that people write.
    let length = Duration::try_from_secs_f64(seconds.round()).unwrap_or(USUALLY_ALLOWED);
    after(item.timed_at, length)
}
