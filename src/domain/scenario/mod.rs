//! A drill as it is written: who takes part, what happens to them, and what
//! they are scored on. Already known to be valid.
//!
//! What happens is a [`story::Story`], which the tests of a playbook share.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::text::Text;

pub mod story;

pub mod expect;

pub mod targets;

use expect::{Expectation, Expected};
use story::Story;
use targets::Targets;

/// Facts with values, as they are written: fitting the kind of the fact. A time
/// is `2026-03-02 10:00:00` on the organisation's clocks, a date `2026-03-02`; a
/// text in several languages is a map by language.
pub type Facts = Vec<(String, serde_json::Value)>;

/// One drill of people. Lists keep the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub name: String,
    pub title: Text,
    /// The playbook it drills.
    pub playbook: String,
    pub aim: Option<Text>,
    /// Keys of people; nobody else is mailed.
    pub participants: Vec<String>,
    /// The truth of the story, for who asks.
    pub facts: Facts,
    pub personas: Vec<Persona>,
    pub responders: Vec<Responder>,
    pub story: Story,
    pub expect: Vec<Expectation>,
    pub never: Vec<Expected>,
    /// From this share of the points, 0 to 1, the drill is passed.
    pub pass: f64,
    pub targets: Targets,
    /// What to talk about afterwards.
    pub debrief: Vec<Text>,
}

/// The share of the points that passes when nothing else is written.
pub const PASS: f64 = 0.7;

impl Scenario {
    pub fn persona(&self, key: &str) -> Option<&Persona> {
        self.personas.iter().find(|persona| persona.key == key)
    }

    pub fn responder(&self, role: &str) -> Option<&Responder> {
        self.responders
            .iter()
            .find(|responder| responder.role == role)
    }

    /// How long it takes; see [`Story::length`].
    pub fn length(&self) -> Duration {
        self.story.length(&self.expect)
    }

    /// All points that can be had.
    pub fn points(&self) -> u64 {
        let points = self.expect.iter().map(|expectation| expectation.points);
        points.fold(0, u64::saturating_add)
    }
}

/// An invented account that posts by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// The key under `personas`.
    pub key: String,
    pub name: String,
    /// As it is written; without one the key serves.
    pub handle: Option<String>,
    pub followers: Option<u64>,
}

impl Persona {
    /// Somebody of whom nothing but the handle is known, as in the tests of a
    /// playbook.
    pub fn unknown(handle: &str) -> Self {
        Self {
            key: handle.to_owned(),
            name: handle.trim_start_matches('@').to_owned(),
            handle: Some(handle.to_owned()),
            followers: None,
        }
    }

    /// The account as it stands in a mention: without `@`.
    pub fn account(&self) -> &str {
        let handle = self.handle.as_deref().unwrap_or(&self.key);
        handle.trim().trim_start_matches('@')
    }
}

/// How a role reacts when nobody sits behind it. What is `None` it never does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Responder {
    pub role: String,
    /// So long after being alerted.
    pub answers: Option<Duration>,
    /// In so much of the time a task allows; over 1 is too late.
    pub finishes: Option<f64>,
    /// So long after being asked to release something.
    pub approves: Option<Duration>,
}

/// A test of a playbook: a story that takes no time, and what must come of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// A sentence that says what must be true.
    pub name: String,
    /// Where it stands: relative to the organisation's folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    pub story: Story,
    pub expect: Vec<Expectation>,
    /// The line of each of `expect`, from 1.
    pub expect_lines: Vec<usize>,
    pub never: Vec<Expected>,
    /// The line of each of `never`, from 1.
    pub never_lines: Vec<usize>,
    /// Played once more with a restart after every event; nothing may change.
    pub restart_everywhere: bool,
}

impl Test {
    /// The same as a drill in which nobody takes part and nothing is scored.
    pub fn as_scenario(&self, playbook: &str) -> Scenario {
        Scenario {
            name: self.name.clone(),
            title: Text::same(self.name.as_str()),
            playbook: playbook.to_owned(),
            aim: None,
            participants: Vec::new(),
            facts: Facts::new(),
            personas: Vec::new(),
            responders: Vec::new(),
            story: self.story.clone(),
            expect: self.expect.clone(),
            never: self.never.clone(),
            pass: PASS,
            targets: Targets::default(),
            debrief: Vec::new(),
        }
    }

    /// How long it takes; see [`Story::length`].
    pub fn length(&self) -> Duration {
        self.story.length(&self.expect)
    }
}
