//! Why a trigger fired: the numbers against the rule, the curve, and the most
//! telling mentions, frozen at that moment.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::condition::Test;
use super::mention::{Mention, Platform};
use super::playbook::Trigger;
use super::time::{Timestamp, format_duration};
use super::volume::History;

/// Everything an alert says about why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// When the rule was met, by publication time.
    pub at: Timestamp,
    pub watch: String,
    /// Each count that took part, against its bound.
    pub measures: Vec<Measure>,
    /// How long the rule had to hold.
    pub held_for: Duration,
    /// Distinct authors among the recent mentions; mentions without an author
    /// are not among them.
    pub authors: u64,
    /// Mentions by platform, most first.
    pub platforms: Vec<(Platform, u64)>,
    /// Mentions by source, most first. A single one is worth saying.
    pub sources: Vec<(String, u64)>,
    pub curve: Curve,
    /// At most three, most telling first, never two with the same text.
    pub quotes: Vec<Quote>,
}

/// One count against its bound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The kind of condition: `mentions`.
    pub kind: String,
    pub within: Duration,
    pub counted: u64,
    pub at_least: u64,
}

/// Mentions in equal steps, oldest first; the last step ends at `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curve {
    pub until: Timestamp,
    /// Length of one step, in seconds.
    pub step_seconds: u64,
    pub counts: Vec<u64>,
}

/// A mention as it is shown to the team: somebody else's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    pub platform: Platform,
    pub author: Option<String>,
    pub followers: Option<u64>,
    pub text: String,
    pub url: Option<String>,
    pub published_at: Timestamp,
}

/// Steps of the curve in an alert: an hour in ten of six minutes.
const CURVE_STEPS: usize = 10;

/// The most telling mentions that an alert shows.
const MOST_QUOTES: usize = 3;

/// What a watch remembers to explain itself: the recent mentions.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    /// Who, where and through what, for the last hour, in order of arrival.
    seen: VecDeque<Seen>,
    /// Whole mentions, only the latest, to quote from.
    latest: VecDeque<(Arc<Mention>, i64)>,
}

/// What is remembered of one mention without its words.
#[derive(Debug, Clone)]
pub struct Seen {
    pub second: i64,
    /// `Mention::author_hash`.
    pub author: Option<u64>,
    pub platform: Platform,
    pub source: Arc<str>,
}

/// Bounds on memory per watch: beyond them the oldest are forgotten, and the
/// numbers of authors and platforms are of the rest.
pub const MOST_SEEN: usize = 200_000;
pub const MOST_LATEST: usize = 512;

/// How long `seen` goes back: the longest window there is.
pub const REMEMBERED: i64 = 3_600;

impl Recent {
    /// What was remembered before a restart, in order of publication.
    pub fn restore(seen: Vec<Seen>, latest: Vec<Arc<Mention>>) -> Self {
        let latest = latest.into_iter().map(|mention| {
            let second = mention.published_at.timestamp();
            (mention, second)
        });
        Self {
            seen: seen.into(),
            latest: latest.collect(),
        }
    }

    /// Remembers one more mention.
    pub fn add(&mut self, mention: &Arc<Mention>, source: &Arc<str>) {
        let second = mention.published_at.timestamp();
        if self.seen.len() == MOST_SEEN {
            self.seen.pop_front();
        }
        self.seen.push_back(Seen {
            second,
            author: mention.author_hash(),
            platform: mention.platform,
            source: Arc::clone(source),
        });
        if self.latest.len() == MOST_LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back((Arc::clone(mention), second));
        while self
            .seen
            .front()
            .is_some_and(|seen| seen.second <= second - REMEMBERED)
        {
            self.seen.pop_front();
        }
    }

    fn window(&self, at: i64, within: i64) -> impl Iterator<Item = &Seen> {
        self.seen
            .iter()
            .filter(move |seen| seen.second > at - within && seen.second <= at)
    }

    fn authors(&self, at: i64, within: i64) -> u64 {
        let authors: HashSet<u64> = self
            .window(at, within)
            .filter_map(|seen| seen.author)
            .collect();
        authors.len() as u64
    }

    fn platforms(&self, at: i64, within: i64) -> Vec<(Platform, u64)> {
        let mut counts: BTreeMap<Platform, u64> = BTreeMap::new();
        self.window(at, within)
            .for_each(|seen| *counts.entry(seen.platform).or_default() += 1);
        most_first(counts)
    }

    fn sources(&self, at: i64, within: i64) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        self.window(at, within)
            .for_each(|seen| *counts.entry(&seen.source).or_default() += 1);
        most_first(counts)
            .into_iter()
            .map(|(source, n)| (source.to_owned(), n))
            .collect()
    }

    /// The mentions that tell most, never two with the same words: a text that
    /// many repeat is shown once, and what many saw or repeated comes first.
    fn quotes(&self, at: i64, within: i64) -> Vec<Quote> {
        let mut by_words: BTreeMap<String, (u64, &Mention)> = BTreeMap::new();
        for (mention, second) in &self.latest {
            if *second <= at - within || *second > at || mention.text.trim().is_empty() {
                continue;
            }
            let entry = by_words
                .entry(bare_words(&mention.text))
                .or_insert((0, mention));
            entry.0 += 1;
            if weight(mention) > weight(entry.1) {
                entry.1 = mention;
            }
        }
        let mut found: Vec<(u64, &Mention)> = by_words.into_values().collect();
        // Equal weights keep the order of publication, so that the same input
        // always quotes the same mentions.
        found.sort_by_key(|(copies, mention)| {
            (
                Reverse(weight(mention) + 20 * (copies - 1)),
                mention.published_at,
                mention.id.clone(),
            )
        });
        found
            .into_iter()
            .take(MOST_QUOTES)
            .map(|(_, mention)| quote(mention))
            .collect()
    }
}

fn most_first<K: Ord>(counts: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| Reverse(*n));
    counts
}

/// How much a mention tells: how many may have seen it, and did something with
/// it. Followers count by their order of magnitude, so that one large account
/// does not drown what a hundred people passed on.
fn weight(mention: &Mention) -> u64 {
    let reach = mention
        .followers
        .unwrap_or(0)
        .checked_ilog2()
        .map_or(0, u64::from);
    let engagement =
        mention.engagement.likes + 3 * mention.engagement.reposts + 2 * mention.engagement.replies;
    10 * reach + engagement.min(2_000)
}

/// The words of a text without links, handles and case, to see that two texts
/// are the same; the mark of a repost is left out too.
fn bare_words(text: &str) -> String {
    let words = text
        .split_whitespace()
        .filter(|word| !word.starts_with("http") && !word.starts_with('@'));
    let words = words.filter(|word| *word != "RT").map(|word| {
        word.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    });
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn quote(mention: &Mention) -> Quote {
    Quote {
        platform: mention.platform,
        author: mention.author.clone(),
        followers: mention.followers,
        text: mention.text.clone(),
        url: mention.url.clone(),
        published_at: mention.published_at,
    }
}

/// What is known at the moment a trigger fired.
#[derive(Debug)]
pub struct Scene<'a> {
    pub watch: &'a str,
    pub history: &'a History,
    pub recent: &'a Recent,
    pub trigger: &'a Trigger,
    /// Whether it fired, or is only pending or cleared.
    pub has_fired: bool,
}

/// Freezes what is known at second `at`.
pub fn gather(scene: &Scene, at: i64) -> Evidence {
    // A hold is long enough at the end of its last second, so that is the
    // second whose numbers made it fire.
    let is_end_of_hold = scene.has_fired && !scene.trigger.held_for.is_zero();
    let counted_at = if is_end_of_hold { at - 1 } else { at };
    let tests = scene.trigger.when.all_tests();
    let measures: Vec<Measure> = tests
        .into_iter()
        .filter_map(|test| match test {
            Test::Mentions(count) => Some(count),
            _ => None,
        })
        .map(|count| {
            let within = i64::try_from(count.within.as_secs()).unwrap_or(i64::MAX);
            Measure {
                kind: "mentions".to_owned(),
                within: count.within,
                counted: scene
                    .history
                    .count(counted_at.saturating_sub(within), counted_at),
                at_least: count.at_least.unwrap_or(0),
            }
        })
        .collect();
    let longest = measures
        .iter()
        .map(|measure| measure.within.as_secs())
        .max()
        .unwrap_or(3_600);
    let within = i64::try_from(longest).unwrap_or(REMEMBERED).min(REMEMBERED);
    Evidence {
        at: DateTime::from_timestamp(at, 0).unwrap_or_default(),
        watch: scene.watch.to_owned(),
        measures,
        held_for: scene.trigger.held_for,
        authors: scene.recent.authors(at, within),
        platforms: scene.recent.platforms(at, within),
        sources: scene.recent.sources(at, within),
        curve: curve(scene.history, at),
        quotes: scene.recent.quotes(at, within),
    }
}

/// The last hour in steps that end at `at`.
fn curve(history: &History, at: i64) -> Curve {
    let step = REMEMBERED / CURVE_STEPS as i64;
    let ends = (0..CURVE_STEPS as i64).rev().map(|back| at - back * step);
    Curve {
        until: DateTime::from_timestamp(at, 0).unwrap_or_default(),
        step_seconds: step.unsigned_abs(),
        counts: ends.map(|end| history.count(end - step, end)).collect(),
    }
}

impl Evidence {
    /// The numbers against the rule in one phrase, in English: `42 mentions in
    /// 1h (at least 30), for 10m`.
    pub fn because(&self) -> String {
        let phrases = self.measures.iter().map(|measure| {
            let within = format_duration(measure.within);
            format!(
                "{} mentions in {within} (at least {})",
                measure.counted, measure.at_least
            )
        });
        let mut phrase = phrases.collect::<Vec<_>>().join(", ");
        if !self.held_for.is_zero() {
            phrase.push_str(&format!(", for {}", format_duration(self.held_for)));
        }
        phrase
    }
}
