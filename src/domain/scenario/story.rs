//! What happens in a drill or a test, and when.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::condition::Condition;
use crate::domain::mention::Platform;
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, instant_of};

use super::Facts;
use super::expect::Expectation;

/// What happens. Moments are lengths of time since it begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// On the organisation's clocks.
    pub begins: NaiveDateTime,
    /// As it is written; [`Story::length`] knows what holds without.
    pub lasts: Option<Duration>,
    /// Mentions an hour on an average hour of the week, also in the weeks before.
    pub usual: f64,
    /// A file of real mentions, relative to the scenario's folder, instead of
    /// `usual` and `storms`.
    pub replay: Option<String>,
    pub storms: Vec<Storm>,
    pub injects: Vec<Inject>,
}

/// Mentions an hour when nothing else is written.
pub const USUAL: f64 = 4.0;

/// How long the usual volume is there before the story begins.
pub const HISTORY: Duration = Duration::from_secs(8 * 7 * 86_400);

/// What passes after the last thing, when the story does not say how long it is.
const AFTERMATH: Duration = Duration::from_secs(3_600);

/// Ten o'clock on Monday 2 March 2026: an ordinary hour of an ordinary day.
const BEGINS: NaiveDateTime = match NaiveDate::from_ymd_opt(2026, 3, 2) {
    Some(day) => match NaiveTime::from_hms_opt(10, 0, 0) {
        Some(clock) => NaiveDateTime::new(day, clock),
        None => NaiveDateTime::MIN,
    },
    None => NaiveDateTime::MIN,
};

impl Default for Story {
    fn default() -> Self {
        Self {
            begins: BEGINS,
            lasts: None,
            usual: USUAL,
            replay: None,
            storms: Vec::new(),
            injects: Vec::new(),
        }
    }
}

impl Story {
    /// When it begins, with the organisation's clocks in `zone`.
    pub fn begins_at(&self, zone: Tz) -> Timestamp {
        instant_of(self.begins, zone)
    }

    /// `lasts`, or else until an hour after the last thing that happens or is
    /// expected. What waits for a condition and what a replay brings has no
    /// moment yet: who plays the story keeps an hour behind those too.
    pub fn length(&self, expected: &[Expectation]) -> Duration {
        if let Some(lasts) = self.lasts {
            return lasts;
        }
        let storms = self
            .storms
            .iter()
            .filter_map(|storm| Some(storm.start.at()?.saturating_add(storm.lasts)));
        let injects = self
            .injects
            .iter()
            .filter_map(|inject| Some(inject.start.at()?.saturating_add(inject.what.lasts())));
        let expected = expected
            .iter()
            .map(|expected| expected.before.unwrap_or(expected.after));
        let last = storms.chain(injects).chain(expected).max();
        last.unwrap_or_default().saturating_add(AFTERMATH)
    }
}

/// When something begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// So long after the story.
    At(Duration),
    /// As soon as this holds; once.
    When(Condition),
}

impl Start {
    /// The moment, when it is written.
    pub fn at(&self) -> Option<Duration> {
        match self {
            Self::At(moment) => Some(*moment),
            Self::When(_) => None,
        }
    }
}

/// Mentions on top of the usual, spread evenly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Storm {
    pub start: Start,
    pub lasts: Duration,
    /// Mentions an hour at the beginning.
    pub rate: f64,
    /// Mentions an hour at the end; in between it is a straight line.
    pub to: f64,
    /// The share, 0 to 1, that is negative.
    pub negative: f64,
    /// At least one.
    pub platforms: Vec<Platform>,
    /// How many different people; `None`: a new one each time.
    pub authors: Option<u64>,
    /// Keys of lists whose accounts post; then `authors` says nothing.
    pub by: Vec<String>,
    /// What they say, word for word; none: what the program invents.
    pub says: Vec<Text>,
}

impl Storm {
    /// How many mentions it brings.
    pub fn n_mentions(&self) -> u64 {
        let hours = self.lasts.as_secs_f64() / 3_600.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` keeps within bounds, and no rate is below zero"
        )]
        let rounded = ((self.rate + self.to) / 2.0 * hours).round() as u64;
        rounded
    }
}

/// One thing that the facilitator, or the world, brings in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inject {
    pub start: Start,
    /// For the facilitator only.
    pub note: Option<Text>,
    pub what: Happening,
}

/// What is brought in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// A mention. `by` is a persona in a scenario, any account in a test.
    Post {
        by: String,
        platform: Platform,
        text: Text,
    },
    /// Somebody turns to a role.
    Message {
        to: String,
        through: Way,
        from: Text,
        text: Text,
    },
    /// Zero `lasts` is over at once: a daemon that is killed starts again.
    Fails { what: Failing, lasts: Duration },
    /// A person of the team does something.
    Does { who: String, deed: Deed },
}

impl Happening {
    /// How long it goes on.
    pub fn lasts(&self) -> Duration {
        match self {
            Self::Fails { lasts, .. } => *lasts,
            Self::Post { .. } | Self::Message { .. } | Self::Does { .. } => Duration::ZERO,
        }
    }
}

/// How somebody outside reaches a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Phone,
    Mail,
    Visit,
}

/// What stops working for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failing {
    Mail,
    /// Killed, and started again.
    Daemon,
    Source(String),
    Webhook(String),
    /// Somebody who cannot be reached.
    Person(String),
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Answer,
    PassOn,
    StandDown,
    /// Starts a run by hand, with what is known.
    Start(Facts),
    Know(Facts),
    Finish(String),
    Skip(String),
    /// A task and its option; one or more.
    Decide(Vec<(String, String)>),
    Approve(String),
    Hold(String),
    /// Every partner who must has agreed to a message.
    Agree(String),
    Publish(String),
    Level(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scenario::expect::{Expected, RunState};

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn lasts_until_an_hour_after_the_last_thing() {
        let mut story = Story::default();
        assert_eq!(story.length(&[]), minutes(60));
        story.injects.push(Inject {
            start: Start::At(minutes(20)),
            note: None,
            what: Happening::Fails {
                what: Failing::Mail,
                lasts: minutes(15),
            },
        });
        assert_eq!(story.length(&[]), minutes(95));
        let expected = Expectation {
            after: Duration::ZERO,
            before: Some(minutes(90)),
            what: Expected::Run(RunState::Closed),
            points: 1,
            because: None,
        };
        assert_eq!(story.length(&[expected]), minutes(150));
        story.lasts = Some(minutes(30));
        assert_eq!(story.length(&[]), minutes(30));
    }

    #[test]
    fn begins_on_a_monday_morning() {
        let begins = Story::default().begins_at(chrono_tz::Europe::Amsterdam);
        assert_eq!(begins.to_rfc3339(), "2026-03-02T09:00:00+00:00");
    }
}
