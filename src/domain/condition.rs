//! The one condition vocabulary, as data: what a playbook may ask.
//!
//! The whole format is here; [`Test::carried_out`] says which of it this
//! program evaluates. The rest is reported by `check` as not supported yet.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::mention::Platform;

/// A map in which everything must hold. Never empty once parsed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Condition {
    pub tests: Vec<Test>,
}

/// One entry of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    Any(Vec<Condition>),
    None(Vec<Condition>),
    All(Vec<Condition>),
    /// Distinct ids, unweighted.
    Mentions(Count),
    /// Different people.
    Authors(Count),
    /// Different people with something different to say.
    Voices(Count),
    /// How many platforms.
    Platforms(Count),
    /// Followers of the different authors together.
    Reach(Count),
    /// Likes, reposts and replies together.
    Engagement(Count),
    Negative(Share),
    Need(String, Share),
    Rumour(Count),
    Unusual(String),
    Unanswered {
        what: Option<String>,
        older_than: Duration,
        at_least: u64,
    },
    SameAuthor {
        within: Duration,
        on_platforms: u64,
    },
    WeAreSilent(Duration),
    /// This level or higher.
    Level(String),
    Time(Moment),
    Done(Vec<String>),
    Known(Vec<String>),
    Fact(Vec<(String, serde_json::Value)>),
    Decided(Vec<(String, Vec<String>)>),
    Effect(String),
}

/// Bounds on something counted in a window of length `within`, which at time t
/// is (t − within, t].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Count {
    pub within: Duration,
    pub watch: Option<String>,
    pub matching: Option<String>,
    pub by: Vec<String>,
    pub platforms: Vec<Platform>,
    pub at_least: Option<u64>,
    pub at_most: Option<u64>,
    pub above_usual: Option<f64>,
    pub below_usual: Option<f64>,
    pub growing: Option<f64>,
}

/// Bounds on a share (0 to 1) of the mentions in a window.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Share {
    pub count: Count,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    pub of_at_least: u64,
}

/// When: a length since the thing opened, or before or after something named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    Since(Duration),
    After(Duration, String),
    Before(Duration, String),
}

/// Why a part of the format does not work yet: what it is called in YAML.
pub type Unsupported = String;

impl Test {
    /// `Err` names the part that this program reads but does not carry out.
    pub fn carried_out(&self) -> Result<(), Unsupported> {
        match self {
            Self::Any(conditions) | Self::None(conditions) | Self::All(conditions) => {
                conditions.iter().try_for_each(Condition::carried_out)
            }
            Self::Mentions(count) => count.carried_out(),
            Self::Level(_) => Ok(()),
            Self::Authors(_) => Err("authors".into()),
            Self::Voices(_) => Err("voices".into()),
            Self::Platforms(_) => Err("platforms".into()),
            Self::Reach(_) => Err("reach".into()),
            Self::Engagement(_) => Err("engagement".into()),
            Self::Negative(_) => Err("negative".into()),
            Self::Need(..) => Err("need".into()),
            Self::Rumour(_) => Err("rumour".into()),
            Self::Unusual(_) => Err("unusual".into()),
            Self::Unanswered { .. } => Err("unanswered".into()),
            Self::SameAuthor { .. } => Err("same_author".into()),
            Self::WeAreSilent(_) => Err("we_are_silent".into()),
            Self::Time(_) => Err("time".into()),
            Self::Done(_) => Err("done".into()),
            Self::Known(_) => Err("known".into()),
            Self::Fact(_) => Err("fact".into()),
            Self::Decided(_) => Err("decided".into()),
            Self::Effect(_) => Err("effect".into()),
        }
    }
}

impl Condition {
    /// `Err` names the first part that is read but not carried out yet.
    pub fn carried_out(&self) -> Result<(), Unsupported> {
        self.tests.iter().try_for_each(Test::carried_out)
    }

    /// The same for a condition of a phase or a task, which is asked about the
    /// run: what counts mentions belongs to triggers so far.
    pub fn carried_out_for_run(&self) -> Result<(), Unsupported> {
        let counts = |test: &&Test| matches!(test, Test::Mentions(_));
        if self.all_tests().iter().any(counts) {
            return Err("mentions outside a trigger".to_owned());
        }
        self.carried_out()
    }

    /// Every test in the tree, outermost first.
    pub fn all_tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        for test in &self.tests {
            found.push(test);
            if let Test::Any(inner) | Test::None(inner) | Test::All(inner) = test {
                found.extend(inner.iter().flat_map(Self::all_tests));
            }
        }
        found
    }
}

/// The longest window whose every second is kept.
pub const LONGEST_WINDOW: Duration = Duration::from_secs(3_600);

impl Count {
    fn carried_out(&self) -> Result<(), Unsupported> {
        let narrowed = [
            (self.watch.is_some(), "watch"),
            (self.matching.is_some(), "matching"),
            (!self.by.is_empty(), "by"),
            (!self.platforms.is_empty(), "platforms"),
            (self.at_most.is_some(), "at_most"),
            (self.above_usual.is_some(), "above_usual"),
            (self.below_usual.is_some(), "below_usual"),
            (self.growing.is_some(), "growing"),
        ];
        if let Some((_, part)) = narrowed.iter().find(|(used, _)| *used) {
            return Err((*part).to_owned());
        }
        if self.within > LONGEST_WINDOW {
            return Err("within over 1h".to_owned());
        }
        Ok(())
    }
}
