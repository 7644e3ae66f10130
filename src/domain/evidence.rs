//! Why a trigger fired: the numbers against the rule, the curve, and the most
//! telling mentions, frozen at that moment.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::heard::Heard;
use super::mention::{Mention, Platform};
use super::meter::{Ground, Meter};
use super::playbook::Trigger;
use super::time::{Timestamp, format_duration};
use super::usual::Grade;
use super::voices::gauge::{Gauge, What};
use super::voices::{Note, Words};
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
    /// Different people with something different to say.
    #[serde(default)]
    pub voices: u64,
    /// Mentions by platform, most first.
    pub platforms: Vec<(Platform, u64)>,
    /// Mentions by source, most first. A single one is worth saying.
    pub sources: Vec<(String, u64)>,
    /// Mentions that are no voices of their own, by why, most first.
    #[serde(default)]
    pub left_out: Vec<(Words, u64)>,
    pub curve: Curve,
    /// At most three, most telling first, never two with the same text.
    pub quotes: Vec<Quote>,
}

/// One count against its bounds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measure {
    /// The kind of condition: `mentions`, `authors`, `unusual` …
    pub kind: String,
    pub within: Duration,
    pub counted: u64,
    /// 0 where there is no such bound.
    pub at_least: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// So many times the usual, or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above_usual: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_usual: Option<f64>,
    /// So many times the window before, or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growing: Option<f64>,
    /// What was counted in the window before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// What is usual for this window, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// How well the usual is known, where it says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Key of another watch than that of the playbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// Only what this named query means was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<String>,
    /// Only what accounts of these lists posted was counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Only these platforms were counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
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

/// How far back an explanation looks, in seconds.
pub const REMEMBERED: i64 = 3_600;

/// What is known of the recent mentions of a watch.
struct Recent<'a> {
    heard: &'a Heard,
    /// The window (at − within, at].
    at: i64,
    within: i64,
}

impl Recent<'_> {
    fn notes(&self) -> impl Iterator<Item = &Note> {
        self.heard.notes.within(self.at - self.within, self.at)
    }

    fn gauged(&self, what: What) -> u64 {
        let mut gauge = Gauge::new(what);
        self.notes().for_each(|note| gauge.enter(note));
        gauge.value()
    }

    fn platforms(&self) -> Vec<(Platform, u64)> {
        let mut counts: BTreeMap<Platform, u64> = BTreeMap::new();
        self.notes()
            .for_each(|note| *counts.entry(note.platform).or_default() += 1);
        most_first(counts)
    }

    fn sources(&self) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        self.notes()
            .filter_map(|note| self.heard.source(note.source))
            .for_each(|source| *counts.entry(source).or_default() += 1);
        let counts = most_first(counts).into_iter();
        counts.map(|(source, n)| (source.to_owned(), n)).collect()
    }

    fn left_out(&self) -> Vec<(Words, u64)> {
        let mut counts: BTreeMap<Words, u64> = BTreeMap::new();
        self.notes()
            .filter(|note| note.words != Words::Own)
            .for_each(|note| *counts.entry(note.words).or_default() += 1);
        most_first(counts)
    }

    /// The mentions that tell most, never two with the same words: a text that
    /// many repeat is shown once, and what many saw or repeated comes first.
    fn quotes(&self) -> Vec<Quote> {
        let mut by_words: BTreeMap<String, (u64, &Mention)> = BTreeMap::new();
        for mention in &self.heard.latest {
            let second = mention.published_at.timestamp();
            let is_outside = second <= self.at - self.within || second > self.at;
            if is_outside || mention.text.trim().is_empty() {
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
    /// Of all watches, and the number of its own.
    pub heard: &'a [Heard],
    pub home: usize,
    pub ground: Ground<'a>,
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
    let meters = Meter::all(&scene.trigger.when, scene.home, &scene.ground);
    let measures: Vec<Measure> = meters
        .into_iter()
        .filter_map(|mut meter| {
            meter.place(scene.heard, counted_at);
            meter.reading(scene.heard)
        })
        .map(|reading| reading.measure)
        .collect();
    let longest = measures
        .iter()
        .map(|measure| measure.within.as_secs())
        .max()
        .unwrap_or(3_600);
    let within = i64::try_from(longest).unwrap_or(REMEMBERED).min(REMEMBERED);
    let recent = scene
        .heard
        .get(scene.home)
        .map(|heard| Recent { heard, at, within });
    Evidence {
        at: DateTime::from_timestamp(at, 0).unwrap_or_default(),
        watch: scene.watch.to_owned(),
        measures,
        held_for: scene.trigger.held_for,
        authors: recent.as_ref().map_or(0, |one| one.gauged(What::Authors)),
        voices: recent.as_ref().map_or(0, |one| one.gauged(What::Voices)),
        platforms: recent.as_ref().map(Recent::platforms).unwrap_or_default(),
        sources: recent.as_ref().map(Recent::sources).unwrap_or_default(),
        left_out: recent.as_ref().map(Recent::left_out).unwrap_or_default(),
        curve: curve(recent.as_ref().map(|one| &one.heard.history), at),
        quotes: recent.as_ref().map(Recent::quotes).unwrap_or_default(),
    }
}

/// The last hour in steps that end at `at`.
fn curve(history: Option<&History>, at: i64) -> Curve {
    let step = REMEMBERED / CURVE_STEPS as i64;
    let ends = (0..CURVE_STEPS as i64).rev().map(|back| at - back * step);
    Curve {
        until: DateTime::from_timestamp(at, 0).unwrap_or_default(),
        step_seconds: step.unsigned_abs(),
        counts: ends
            .map(|end| history.map_or(0, |history| history.count(end - step, end)))
            .collect(),
    }
}

impl Evidence {
    /// The numbers against the rule in one phrase, in English: `42 mentions in
    /// 1h (at least 30), for 10m`.
    pub fn because(&self) -> String {
        let phrases = self.measures.iter().map(Measure::because);
        let mut phrase = phrases.collect::<Vec<_>>().join(", ");
        if !self.held_for.is_zero() {
            phrase.push_str(&format!(", for {}", format_duration(self.held_for)));
        }
        phrase
    }
}

impl Measure {
    /// The number against its bounds, in English: `42 mentions in 1h (at least
    /// 30; 6.1 times the usual 7, at least 4)`.
    pub fn because(&self) -> String {
        let within = format_duration(self.within);
        let mut bounds = Vec::new();
        if self.at_least > 0 {
            bounds.push(format!("at least {}", self.at_least));
        }
        bounds.extend(self.at_most.map(|most| format!("at most {most}")));
        let times = self.times_usual();
        match (times, self.above_usual, self.below_usual) {
            (Some((times, usual)), above, below) => {
                let wanted = above.map(|ratio| format!(", at least {}", short(ratio)));
                let unwanted = below.map(|ratio| format!(", below {}", short(ratio)));
                bounds.push(format!(
                    "{} times the usual {}{}{}",
                    short(times),
                    short(usual),
                    wanted.unwrap_or_default(),
                    unwanted.unwrap_or_default()
                ));
            }
            (None, None, None) => {}
            (None, ..) => bounds.push("the usual is not known yet".to_owned()),
        }
        if let (Some(before), Some(ratio)) = (self.before, self.growing) {
            bounds.push(format!(
                "{before} in the {within} before, growing {} times",
                short(ratio)
            ));
        }
        let what = self.what();
        let counted = self.counted;
        if bounds.is_empty() {
            return format!("{counted} {what} in {within}");
        }
        format!("{counted} {what} in {within} ({})", bounds.join("; "))
    }

    /// How many times the usual it is, and what is usual; only where a bound or
    /// the detector asks.
    pub fn times_usual(&self) -> Option<(f64, f64)> {
        let asks = self.above_usual.is_some() || self.below_usual.is_some();
        let usual = self
            .usual
            .filter(|usual| *usual > 0.0 && (asks || self.kind == "unusual"))?;
        #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
        let counted = self.counted as f64;
        Some((counted / usual, usual))
    }

    /// What was counted, in English, with what narrowed it.
    pub fn what(&self) -> String {
        let mut what = match self.kind.as_str() {
            "unusual" => "mentions",
            "reach" => "followers of the authors",
            "engagement" => "reactions",
            kind => kind,
        }
        .to_owned();
        if let Some(matching) = &self.matching {
            what.push_str(&format!(" matching {matching}"));
        }
        if !self.by.is_empty() {
            what.push_str(&format!(" by {}", self.by.join(" or ")));
        }
        if !self.platforms.is_empty() {
            let names = self.platforms.iter().map(|platform| platform.name());
            what.push_str(&format!(" on {}", names.collect::<Vec<_>>().join(" or ")));
        }
        if let Some(watch) = &self.watch {
            what.push_str(&format!(" of {watch}"));
        }
        what
    }
}

/// One decimal, none where it says nothing.
fn short(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    format!("{rounded}")
}
