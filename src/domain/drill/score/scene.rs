//! The record of a drill, as the measures and expectations ask for it.

use std::collections::BTreeSet;

use crate::domain::drill::record::{Record, What};
use crate::domain::playbook::{Message, Playbook};
use crate::domain::run::{Cause, Event, RunId};
use crate::domain::time::Timestamp;

/// A record with the events of the runs of its playbook at hand. Other
/// playbooks may have started too; they are not what is drilled.
pub struct Scene<'a> {
    pub(super) record: &'a Record,
    pub(super) events: Vec<Seen<'a>>,
}

/// An event of a run, with its moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) at: Timestamp,
    pub(super) run: RunId,
    pub(super) event: &'a Event,
}

/// Somebody took a role in hand, and did not undo it.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub at: Timestamp,
    pub role: &'a str,
}

impl<'a> Scene<'a> {
    pub fn new(record: &'a Record) -> Self {
        let all = record.entries.iter().filter_map(|entry| match &entry.what {
            What::Event { run, logged } => Some(Seen {
                at: entry.at,
                run: *run,
                event: &logged.event,
            }),
            _ => None,
        });
        let all: Vec<Seen<'_>> = all.collect();
        let ours: BTreeSet<RunId> = all
            .iter()
            .filter(|seen| {
                matches!(seen.event, Event::RunStarted { playbook, .. }
                    if *playbook == record.playbook.name)
            })
            .map(|seen| seen.run)
            .collect();
        let events = all.into_iter().filter(|seen| ours.contains(&seen.run));
        Self {
            record,
            events: events.collect(),
        }
    }

    /// The events of the runs of its playbook, in order.
    pub fn events(&self) -> impl Iterator<Item = (Timestamp, &'a Event)> {
        self.events.iter().map(|seen| (seen.at, seen.event))
    }

    pub(super) fn playbook(&self) -> &'a Playbook {
        &self.record.playbook
    }

    /// The moment of the first event that is one of these.
    pub(super) fn first(&self, is_it: impl Fn(&Event) -> bool) -> Option<Timestamp> {
        let found = self.events.iter().find(|seen| is_it(seen.event));
        found.map(|seen| seen.at)
    }

    /// When the first run of the playbook started.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.first(|event| matches!(event, Event::RunStarted { .. }))
    }

    /// Every firing of a trigger, in order: also those of which no run came.
    pub fn fired(&self) -> Vec<(Timestamp, &'a str)> {
        let entries = self.record.entries.iter();
        let told = entries.filter_map(|entry| match &entry.what {
            What::TriggerFired { trigger } => Some((entry.at, trigger.as_str())),
            _ => None,
        });
        let logged = self.events.iter().filter_map(|seen| match seen.event {
            Event::RunStarted {
                cause: Cause::Trigger { trigger, .. },
                ..
            } => Some((seen.at, trigger.as_str())),
            // Other playbooks may have a trigger of the same name.
            Event::TriggerFired {
                playbook, trigger, ..
            } if *playbook == self.record.playbook.name => Some((seen.at, trigger.as_str())),
            _ => None,
        });
        let mut fired: Vec<_> = told.chain(logged).collect();
        fired.sort_unstable();
        fired.dedup();
        fired
    }

    /// The roles that the first alert asked for an answer, and when.
    pub(super) fn first_alert(&self) -> Option<(Timestamp, &'a [String])> {
        self.events.iter().find_map(|seen| match seen.event {
            Event::AlertStep { roles, .. } => Some((seen.at, roles.as_slice())),
            _ => None,
        })
    }

    /// Answers in order, one for each role; an answer that its person said was
    /// not theirs is none.
    pub fn answers(&self) -> Vec<Answer<'a>> {
        let is_undone = |at: Timestamp, who: &str, role: &String| {
            self.events.iter().any(|seen| {
                seen.at >= at
                    && matches!(seen.event, Event::AnswerUndone { person, roles, .. }
                        if person == who && roles.contains(role))
            })
        };
        let mut answers = Vec::new();
        for seen in &self.events {
            let Event::Answered { person, roles, .. } = seen.event else {
                continue;
            };
            let standing = roles
                .iter()
                .filter(|role| !is_undone(seen.at, person, role));
            answers.extend(standing.map(|role| Answer {
                at: seen.at,
                role: role.as_str(),
            }));
        }
        answers
    }

    /// Every publication: moment, run, key of the message, and the message
    /// itself when the playbook knows it.
    pub(super) fn published(
        &self,
    ) -> impl Iterator<Item = (Seen<'a>, &'a str, Option<&'a Message>)> {
        self.events.iter().filter_map(|seen| match seen.event {
            Event::Published { message, .. } => {
                let known = self.playbook().message(name_of(message));
                Some((*seen, message.as_str(), known))
            }
            _ => None,
        })
    }

    /// Whether a message speaks to people outside.
    pub(super) fn is_outside(message: Option<&Message>) -> bool {
        message.is_none_or(|message| message.kind != "internal")
    }
}

/// The task, message or decision that an event says is done.
pub(crate) fn done(event: &Event) -> Option<&str> {
    match event {
        Event::TaskDone { task: key, .. }
        | Event::Published { message: key, .. }
        | Event::Decided {
            task: key,
            is_default: false,
            ..
        } => Some(name_of(key)),
        _ => None,
    }
}

/// The task or message that an event says is overdue.
pub(crate) fn overdue(event: &Event) -> Option<&str> {
    match event {
        Event::TaskDue { task: key, .. } | Event::MessageDue { message: key, .. } => {
            Some(name_of(key))
        }
        _ => None,
    }
}

/// The name of an item by its key, which has the case behind it.
pub(crate) fn name_of(key: &str) -> &str {
    key.split_once('@').map_or(key, |(name, _)| name)
}
