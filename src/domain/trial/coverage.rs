//! What the tests of a playbook reached of it, and what none of them did.
//!
//! Reached is a trigger that fired, a phase that opened, a step of the alert that
//! was taken, a task that was handed out, a message that was called for, and a
//! language in which a called message was drafted.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::condition::Test;
use crate::domain::drill::record::Record;
use crate::domain::drill::score::scene::{Scene, name_of};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{ItemKind, Playbook};
use crate::domain::run::Event;

/// What was reached until now, by kind and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached(BTreeSet<(Kind, String)>);

/// A kind of thing that can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Triggers,
    Phases,
    Steps,
    Tasks,
    Messages,
    Languages,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::Triggers,
        Self::Phases,
        Self::Steps,
        Self::Tasks,
        Self::Messages,
        Self::Languages,
    ];

    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Triggers => "triggers",
            Self::Phases => "phases",
            Self::Steps => "escalation steps",
            Self::Tasks => "tasks",
            Self::Messages => "messages",
            Self::Languages => "languages",
        }
    }
}

/// How much of one kind was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    pub kind: Kind,
    pub reached: usize,
    pub of: usize,
    /// What no test reached, in the order of the playbook.
    pub missing: Vec<String>,
    /// What no test can reach, since only a person can open a case for it; not
    /// counted in `of`.
    pub by_hand: Vec<String>,
}

impl Reached {
    /// Adds what one test reached.
    pub fn see(&mut self, record: &Record) {
        let scene = Scene::new(record);
        for (_, trigger) in scene.fired() {
            self.add(Kind::Triggers, trigger);
        }
        let mut drafted = Vec::new();
        for (_, event) in scene.events() {
            match event {
                Event::PhaseOpened { phase, .. } => self.add(Kind::Phases, phase.name()),
                Event::AlertStep { level, step, .. } => {
                    self.add(Kind::Steps, &step_name(level, *step as usize));
                }
                Event::TaskOpened { task, .. } => self.add(Kind::Tasks, name_of(task)),
                Event::MessageCalled { message, .. } => {
                    self.add(Kind::Messages, name_of(message));
                }
                Event::DraftRendered { draft } => drafted.push(draft),
                _ => {}
            }
        }
        for draft in drafted {
            let message = (Kind::Messages, name_of(&draft.message).to_owned());
            if self.0.contains(&message) {
                self.add(Kind::Languages, &draft.language);
            }
        }
    }

    /// Adds what other tests reached.
    pub fn join(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    fn add(&mut self, kind: Kind, name: &str) {
        self.0.insert((kind, name.to_owned()));
    }

    /// How much that is of a playbook, in the order of [`Kind::ALL`].
    pub fn of(&self, playbook: &Playbook, organisation: &Organisation) -> Vec<Part> {
        let opens_cases = playbook.triggers.iter().any(|trigger| {
            let tests = trigger.when.all_tests();
            let is_case =
                |test: &&Test| matches!(test, Test::Unanswered { .. } | Test::SameAuthor { .. });
            tests.iter().any(is_case)
        });
        let parts = Kind::ALL.map(|kind| {
            let mut part = Part {
                kind,
                reached: 0,
                of: 0,
                missing: Vec::new(),
                by_hand: Vec::new(),
            };
            for (name, per_case) in names(kind, playbook, organisation) {
                if self.0.contains(&(kind, name.clone())) {
                    part.of += 1;
                    part.reached += 1;
                } else if per_case && !opens_cases {
                    part.by_hand.push(name);
                } else {
                    part.of += 1;
                    part.missing.push(name);
                }
            }
            part
        });
        parts.into()
    }
}

/// `crisis, step 2`.
fn step_name(level: &str, step: usize) -> String {
    format!("{level}, step {step}")
}

/// Everything of one kind in a playbook, and whether it is done for each case.
fn names(kind: Kind, playbook: &Playbook, organisation: &Organisation) -> Vec<(String, bool)> {
    let plain = |name: &str| (name.to_owned(), false);
    let items = |is_message: bool| {
        let items = playbook.items();
        let items =
            items.filter(move |item| matches!(item.kind, ItemKind::Message(_)) == is_message);
        items
            .map(|item| (item.name.to_owned(), item.per_case))
            .collect()
    };
    match kind {
        Kind::Triggers => {
            let triggers = playbook.triggers.iter();
            triggers.map(|trigger| plain(&trigger.name)).collect()
        }
        Kind::Phases => {
            let phases = playbook.phases.iter();
            let filled = phases.filter(|phase| {
                let is_empty = phase.tasks.is_empty() && phase.messages.is_empty();
                phase.when.is_some() || !is_empty
            });
            filled.map(|phase| plain(phase.aim.name())).collect()
        }
        Kind::Steps => {
            let steps = playbook.alert.iter().flat_map(|(level, steps)| {
                (1..=steps.len()).map(|step| (step_name(level, step), false))
            });
            steps.collect()
        }
        Kind::Tasks => items(false),
        Kind::Messages => items(true),
        Kind::Languages => {
            let mut languages: Vec<(String, bool)> = Vec::new();
            for (_, message) in playbook.messages() {
                let audiences = organisation.audiences.iter();
                let read = audiences.filter(|audience| message.to.contains(&audience.key));
                for language in read.flat_map(|audience| &audience.languages) {
                    if !languages.iter().any(|(known, _)| known == language) {
                        languages.push(plain(language));
                    }
                }
            }
            languages
        }
    }
}
