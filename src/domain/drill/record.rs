//! What happened in a drill, in order: all that it is judged by.

use serde::{Deserialize, Serialize};

use crate::domain::playbook::Playbook;
use crate::domain::report::volume::Volume;
use crate::domain::run::{Event, Logged, RunId};
use crate::domain::time::Timestamp;

/// A drill from begin to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Name of the scenario.
    pub scenario: String,
    pub manner: Manner,
    /// On the clock of the story.
    pub began_at: Timestamp,
    pub ended_at: Timestamp,
    /// The playbook as the run pinned it, or as it stood when no run started.
    pub playbook: Playbook,
    pub entries: Vec<Entry>,
    /// What came in on the watch of the playbook; empty in old records.
    #[serde(default, skip_serializing_if = "Volume::is_empty")]
    pub volume: Volume,
}

/// How it was played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// In real time, with people and real mail.
    Live,
    /// At a table: the facilitator moves the time.
    TableTop,
    /// With scripted responders.
    Unattended,
}

impl What {
    /// Of what belongs to no run, whether we see.
    pub fn sight(event: &Event) -> Option<Self> {
        let (source, because) = match event {
            Event::SourceBlind { source, because } => (source, Some(because.clone())),
            Event::SourceSees { source } => (source, None),
            _ => return None,
        };
        let source = source.clone();
        Some(Self::Sight { source, because })
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An event of a run's log.
    Event {
        run: RunId,
        logged: Box<Logged>,
    },
    /// A trigger fired, whether a run came of it or not.
    TriggerFired {
        trigger: String,
    },
    /// A source went blind, and why, or sees again. An open run tells it too.
    Sight {
        source: String,
        because: Option<String>,
    },
    /// Something reached a person.
    Told {
        effect: String,
        person: String,
        /// `mail`, or the key of a webhook.
        through: String,
        subject: String,
        text: String,
    },
    /// The story brought something in: number of the inject, from 1, and what.
    Injected {
        number: Option<usize>,
        what: String,
    },
    /// Somebody saw something that is worth talking about afterwards.
    Observed {
        text: String,
    },
    Paused,
    Resumed,
    /// The facilitator moved the time on to then.
    Skipped {
        to: Timestamp,
    },
    /// It ended before the story did; one of these reasons, or a real run by name.
    Stopped {
        because: String,
    },
}

/// Who leads the drill ended it.
pub const BY_FACILITATOR: &str = "the facilitator stopped it";

/// At a table, and the keyboard is gone.
pub const NOBODY_TYPES: &str = "nobody types any more";

/// The story has no end of its own.
pub const NOTHING_COMES: &str = "nothing comes any more";
