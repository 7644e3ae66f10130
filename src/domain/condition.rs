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
            Self::Mentions(count)
            | Self::Authors(count)
            | Self::Voices(count)
            | Self::Platforms(count)
            | Self::Reach(count)
            | Self::Engagement(count)
            | Self::Rumour(count)
            | Self::Negative(Share { count, .. })
            | Self::Need(_, Share { count, .. }) => count.carried_out(),
            Self::Level(_)
            | Self::Time(_)
            | Self::Done(_)
            | Self::Known(_)
            | Self::Fact(_)
            | Self::Decided(_)
            | Self::Effect(_)
            | Self::Unusual(_)
            | Self::Unanswered { .. }
            | Self::SameAuthor { .. }
            | Self::WeAreSilent(_) => Ok(()),
        }
    }
}

impl Test {
    /// Whether what is heard makes it true, and not only the run.
    pub fn is_about_mentions(&self) -> bool {
        matches!(
            self,
            Self::Mentions(_)
                | Self::Authors(_)
                | Self::Voices(_)
                | Self::Platforms(_)
                | Self::Reach(_)
                | Self::Engagement(_)
                | Self::Negative(_)
                | Self::Need(..)
                | Self::Rumour(_)
                | Self::Unusual(_)
                | Self::Unanswered { .. }
                | Self::SameAuthor { .. }
        )
    }

    /// Whether it is about what mentions say, which is read after they came in.
    pub fn is_about_said(&self) -> bool {
        matches!(self, Self::Negative(_) | Self::Need(..) | Self::Rumour(_))
    }

    /// The window and bounds of one that counts.
    pub fn count(&self) -> Option<&Count> {
        match self {
            Self::Mentions(count)
            | Self::Authors(count)
            | Self::Voices(count)
            | Self::Platforms(count)
            | Self::Reach(count)
            | Self::Engagement(count)
            | Self::Rumour(count) => Some(count),
            Self::Negative(share) | Self::Need(_, share) => Some(&share.count),
            _ => None,
        }
    }

    /// What it is called in YAML.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Any(_) => "any",
            Self::None(_) => "none",
            Self::All(_) => "all",
            Self::Mentions(_) => "mentions",
            Self::Authors(_) => "authors",
            Self::Voices(_) => "voices",
            Self::Platforms(_) => "platforms",
            Self::Reach(_) => "reach",
            Self::Engagement(_) => "engagement",
            Self::Negative(_) => "negative",
            Self::Need(..) => "need",
            Self::Rumour(_) => "rumour",
            Self::Unusual(_) => "unusual",
            Self::Unanswered { .. } => "unanswered",
            Self::SameAuthor { .. } => "same_author",
            Self::WeAreSilent(_) => "we_are_silent",
            Self::Level(_) => "level",
            Self::Time(_) => "time",
            Self::Done(_) => "done",
            Self::Known(_) => "known",
            Self::Fact(_) => "fact",
            Self::Decided(_) => "decided",
            Self::Effect(_) => "effect",
        }
    }
}

impl Test {
    /// See `Condition::needs_silence`. `is_denied`: under a `none`.
    fn rests_on_silence(&self, is_denied: bool) -> bool {
        let of_count = |count: &Count| match is_denied {
            true => count.needs_much(),
            false => count.needs_little(),
        };
        match self {
            Self::Any(inner) | Self::All(inner) => {
                inner.iter().any(|one| one.rests_on_silence(is_denied))
            }
            Self::None(inner) => inner.iter().any(|one| one.rests_on_silence(!is_denied)),
            Self::Mentions(count)
            | Self::Authors(count)
            | Self::Voices(count)
            | Self::Platforms(count)
            | Self::Reach(count)
            | Self::Engagement(count)
            | Self::Rumour(count) => of_count(count),
            Self::Negative(share) | Self::Need(_, share) => match is_denied {
                true => share.at_least.is_some() || share.count.needs_much(),
                false => share.at_most.is_some() || share.count.needs_little(),
            },
            // `low` is how sensitive, not how quiet.
            Self::Unusual(_) | Self::SameAuthor { .. } => is_denied,
            // No reply was seen; or nothing that asks for one was.
            Self::Unanswered { .. } => true,
            Self::WeAreSilent(_) => !is_denied,
            Self::Level(_)
            | Self::Time(_)
            | Self::Done(_)
            | Self::Known(_)
            | Self::Fact(_)
            | Self::Decided(_)
            | Self::Effect(_) => false,
        }
    }
}

impl Condition {
    /// Whether a part of it holds because something is not heard: so that a
    /// source which is blind could make it true. While one is, such a part must
    /// not become true.
    pub fn needs_silence(&self) -> bool {
        self.rests_on_silence(false)
    }

    fn rests_on_silence(&self, is_denied: bool) -> bool {
        self.tests
            .iter()
            .any(|test| test.rests_on_silence(is_denied))
    }

    /// `Err` names the first part that is read but not carried out yet.
    pub fn carried_out(&self) -> Result<(), Unsupported> {
        self.tests.iter().try_for_each(Test::carried_out)
    }

    /// The same for what a story waits for, which asks about the run more than
    /// a trigger can.
    pub fn carried_out_in_a_story(&self) -> Result<(), Unsupported> {
        self.tests.iter().try_for_each(|test| match test {
            Test::Any(inner) | Test::None(inner) | Test::All(inner) => {
                inner.iter().try_for_each(Self::carried_out_in_a_story)
            }
            Test::WeAreSilent(_) => Ok(()),
            Test::Mentions(count) if count.is_plain() => count.carried_out(),
            other if other.is_about_mentions() => Err(format!("{} in a scenario", other.name())),
            other => other.carried_out(),
        })
    }

    /// Whether it counts mentions, so that time and the world can change it.
    pub fn counts(&self) -> bool {
        let tests = self.all_tests();
        tests
            .iter()
            .any(|test| test.is_about_mentions() || matches!(test, Test::WeAreSilent(_)))
    }

    /// Whether it is about who spoke or what was said, not only how much: such a
    /// storm starts a run also in the cool-down.
    pub fn is_narrowed_by_who_or_what(&self) -> bool {
        let tests = self.all_tests();
        tests.iter().any(|test| match test {
            Test::Mentions(count)
            | Test::Authors(count)
            | Test::Voices(count)
            | Test::Platforms(count)
            | Test::Reach(count)
            | Test::Engagement(count) => count.is_narrowed_by_who_or_what(),
            _ => false,
        })
    }

    /// Whether it asks about the open run.
    pub fn asks_about_run(&self) -> bool {
        let tests = self.all_tests();
        tests.iter().any(|test| {
            matches!(
                test,
                Test::Level(_)
                    | Test::Time(_)
                    | Test::Done(_)
                    | Test::Known(_)
                    | Test::Fact(_)
                    | Test::Decided(_)
                    | Test::Effect(_)
                    | Test::WeAreSilent(_)
            )
        })
    }

    /// The moments it waits for.
    pub fn moments(&self) -> Vec<&Moment> {
        let tests = self.all_tests().into_iter();
        let moments = tests.filter_map(|test| match test {
            Test::Time(moment) => Some(moment),
            _ => None,
        });
        moments.collect()
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
pub const LONGEST_WINDOW: Duration = Duration::from_secs(86_400);

impl Count {
    /// Whether a number is within the bounds that are plain numbers.
    pub fn allows(&self, counted: u64) -> bool {
        self.at_least.is_none_or(|least| counted >= least)
            && self.at_most.is_none_or(|most| counted <= most)
    }

    /// The same while a source is blind, so that more may be said than counted:
    /// whether it is within them for sure, or possibly.
    pub fn allows_at_least(&self, counted: u64, is_sure: bool) -> bool {
        match is_sure {
            true => self.at_most.is_none() && self.allows(counted),
            false => self.at_most.is_none_or(|most| counted <= most),
        }
    }

    /// Whether it asks that there be few.
    pub fn needs_little(&self) -> bool {
        self.at_most.is_some() || self.below_usual.is_some()
    }

    fn needs_much(&self) -> bool {
        self.at_least.is_some() || self.above_usual.is_some() || self.growing.is_some()
    }

    /// Whether only some mentions count: those of a list, or with certain words.
    pub fn is_narrowed_by_who_or_what(&self) -> bool {
        self.matching.is_some() || !self.by.is_empty()
    }

    /// Whether only some mentions count: the usual is known of all of them only.
    pub fn is_narrowed(&self) -> bool {
        self.is_narrowed_by_who_or_what() || !self.platforms.is_empty()
    }

    /// Whether it only asks for a number of mentions.
    pub fn is_plain(&self) -> bool {
        let ratios = [self.above_usual, self.below_usual, self.growing];
        !self.is_narrowed() && ratios.iter().all(Option::is_none)
    }

    fn carried_out(&self) -> Result<(), Unsupported> {
        if self.within > LONGEST_WINDOW {
            return Err("within over 1d".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_because_nothing_is_heard_needs_silence() {
        let count = |at_least, at_most| {
            Test::Mentions(Count {
                at_least,
                at_most,
                ..Count::default()
            })
        };
        let of = |test: &Test| Condition {
            tests: vec![test.clone()],
        };
        let (much, little) = (count(Some(3), None), count(None, Some(3)));
        let below = Test::Voices(Count {
            below_usual: Some(0.5),
            ..Count::default()
        });
        let hour = Duration::from_secs(3_600);
        for (test, needs) in [
            (much.clone(), false),
            (little.clone(), true),
            (below, true),
            (Test::None(vec![of(&much)]), true),
            (Test::None(vec![of(&little)]), false),
            (Test::None(vec![of(&Test::None(vec![of(&much)]))]), false),
            (Test::Any(vec![of(&much), of(&little)]), true),
            (Test::All(vec![of(&much)]), false),
            (Test::WeAreSilent(hour), true),
            (Test::Unusual("high".to_owned()), false),
            (Test::Unusual("low".to_owned()), false),
            (Test::Level("crisis".to_owned()), false),
        ] {
            assert_eq!(of(&test).needs_silence(), needs, "{test:?}");
        }
    }

    #[test]
    fn what_is_counted_while_a_source_is_blind_may_be_too_little() {
        let bounds = Count {
            at_least: Some(2),
            at_most: Some(5),
            ..Count::default()
        };
        for (counted, sure, possible) in [(1, false, true), (3, false, true), (6, false, false)] {
            assert_eq!(bounds.allows_at_least(counted, true), sure);
            assert_eq!(bounds.allows_at_least(counted, false), possible);
        }
        let much = Count {
            at_least: Some(2),
            ..Count::default()
        };
        assert!(much.allows_at_least(2, true) && !much.allows_at_least(1, true));
    }
}
