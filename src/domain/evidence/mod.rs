//! Why a trigger fired: the numbers against the rule and the usual, the curve,
//! why not an hour ago, and the most telling mentions, frozen at that moment.

mod because;

mod earlier;

mod measure;

pub mod near;

mod quotes;

mod recent;

pub mod said;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::condition::Test;
use super::heard::Heard;
use super::mention::Platform;
use super::meter::narrowing::Narrowing;
use super::meter::{Ground, Meter, Reading};
use super::playbook::Trigger;
use super::text::Text;
use super::time::Timestamp;
use super::usual::Grade;
use super::voices::Words;
use super::voices::gauge::What;
use super::volume::History;
pub use earlier::{Earlier, Then};
pub use measure::{Bound, Measure, Part, Threshold, WIDER};
pub use quotes::Quote;
pub use recent::Began;
use recent::Recent;

/// Everything an alert says about why. Old logs lack what came later.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
    /// The last hour of the watch against what is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<Hour>,
    /// The same measures an hour before the rule was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Earlier>,
    /// The measures that turned the scale, by place, where not all did at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tipped: Vec<usize>,
    /// Since when it is loud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Began>,
    /// The sizes of the largest groups of like texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<u64>,
    /// Sources that delivered nothing at that moment, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blind: BTreeMap<String, String>,
    /// Whether we could not hear in a part of the last hour.
    #[serde(default, skip_serializing_if = "is_not")]
    pub has_gap: bool,
    /// Days of the calendar that it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<Text>,
    pub curve: Curve,
    /// At most three, most telling first, never two with the same text.
    pub quotes: Vec<Quote>,
}

impl Evidence {
    /// The same without what strangers wrote.
    pub fn without_quotes(&self) -> Self {
        Self {
            quotes: Vec::new(),
            ..self.clone()
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks it")]
fn is_not(flag: &bool) -> bool {
    !*flag
}

/// An hour of a watch against what is usual for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hour {
    pub counted: u64,
    /// Nothing where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    pub grade: Grade,
    /// Days since the watch was first listened to.
    #[serde(default)]
    pub days: u64,
}

/// Mentions in equal steps, oldest first; the last step ends at `until`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Curve {
    pub until: Timestamp,
    /// Length of one step, in seconds.
    pub step_seconds: u64,
    pub counts: Vec<u64>,
}

/// Steps of the curve in an alert: an hour in ten of six minutes.
const CURVE_STEPS: usize = 10;

/// How far back an explanation looks, in seconds.
pub const REMEMBERED: i64 = 3_600;

/// Special days that are named.
const MOST_SPECIAL: usize = 2;

/// What is known at the moment a trigger fired.
#[derive(Debug)]
pub struct Scene<'a> {
    pub watch: &'a str,
    /// Of all watches, and the number of its own.
    pub heard: &'a [Heard],
    pub home: usize,
    pub ground: Ground<'a>,
    pub trigger: &'a Trigger,
    /// Whether it fired, or is only pending, cleared or near.
    pub has_fired: bool,
    /// Sources that deliver nothing now, and why.
    pub blind: &'a BTreeMap<String, String>,
}

/// Freezes what is known at second `at`.
pub fn gather(scene: &Scene, at: i64) -> Evidence {
    // A hold is long enough at the end of its last second, so that is the
    // second whose numbers made it fire.
    let is_end_of_hold = scene.has_fired && !scene.trigger.held_for.is_zero();
    let counted_at = if is_end_of_hold { at - 1 } else { at };
    let mut meters = Meter::all(&scene.trigger.when, scene.home, &scene.ground);
    let readings: Vec<Reading> = meters
        .iter_mut()
        .filter_map(|meter| {
            meter.place(scene.heard, counted_at);
            meter.reading(scene.heard)
        })
        .collect();
    let told = told(scene.has_fired, &readings);
    let measures: Vec<Measure> = told
        .iter()
        .map(|place| readings[*place].measure.clone())
        .collect();
    let longest = measures
        .iter()
        .map(|measure| measure.within.as_secs())
        .max()
        .unwrap_or(3_600);
    let within = i64::try_from(longest).unwrap_or(REMEMBERED).min(REMEMBERED);
    let met_at = if scene.has_fired {
        at - i64::try_from(scene.trigger.held_for.as_secs()).unwrap_or(0)
    } else {
        at
    };
    let mut earlier = earlier::earlier(scene, &mut meters, met_at - REMEMBERED);
    if let Some(earlier) = &mut earlier {
        let all = std::mem::take(&mut earlier.measures);
        earlier.measures = told
            .iter()
            .filter_map(|place| all.get(*place).cloned())
            .collect();
    }
    let mut tipped = match scene.has_fired {
        true => earlier::tipped(scene, &mut meters, met_at - 1),
        false => Vec::new(),
    };
    tipped = tipped
        .into_iter()
        .filter_map(|place| told.iter().position(|one| *one == place))
        .collect();
    if tipped.len() == measures.len() {
        tipped.clear();
    }
    let frozen = Evidence {
        at: moment(at),
        watch: scene.watch.to_owned(),
        measures,
        held_for: scene.trigger.held_for,
        earlier,
        tipped,
        blind: scene.blind.clone(),
        curve: curve(scene.heard.get(scene.home).map(|heard| &heard.history), at),
        ..Evidence::default()
    };
    let Some(heard) = scene.heard.get(scene.home) else {
        return frozen;
    };
    let tests = scene.trigger.when.all_tests().into_iter();
    let counts = tests
        .filter_map(Test::count)
        .filter(|count| count.is_narrowed());
    let asked: Vec<Narrowing> = counts
        .map(|count| Narrowing::new(count, scene.ground.marks))
        .collect();
    let recent = Recent {
        heard,
        at,
        within,
        asked: &asked,
        loud_from: None,
        first_at: None,
    };
    let began = recent.began();
    let recent = Recent {
        loud_from: began.map(|one| one.at.timestamp()),
        first_at: began
            .filter(|one| one.platform.is_some())
            .map(|one| one.at.timestamp()),
        ..recent
    };
    let special = heard.almanac().special(at.div_euclid(3_600));
    Evidence {
        authors: recent.gauged(What::Authors),
        voices: recent.gauged(What::Voices),
        platforms: recent.platforms(),
        sources: recent.sources(),
        left_out: recent.left_out(),
        hour: Some(hour(heard, at)),
        clusters: recent.clusters(),
        has_gap: heard.tide.is_gap(at - REMEMBERED, at),
        special: special
            .take(MOST_SPECIAL)
            .map(|days| days.title.clone())
            .collect(),
        quotes: recent.quotes(),
        began,
        ..frozen
    }
}

/// The places of the readings that are told. Of a trigger that fired those that hold:
/// "0 mentions by the press; the limit is 1" is no reason, where something else beside
/// it was. Without any, and of what only nearly fired, all are.
fn told(has_fired: bool, readings: &[Reading]) -> Vec<usize> {
    let holds = |place: &usize| has_fired && readings[*place].holds;
    let holding: Vec<usize> = (0..readings.len()).filter(holds).collect();
    match holding.is_empty() {
        true => (0..readings.len()).collect(),
        false => holding,
    }
}

fn hour(heard: &Heard, at: i64) -> Hour {
    let usually = heard.tide.usually(at - REMEMBERED, at);
    let since = heard.tide.usual().1;
    let hours = since.map_or(0, |since| (at.div_euclid(3_600) - since).max(0));
    Hour {
        counted: heard.history.count(at - REMEMBERED, at),
        usual: usually.known().then_some(rounded(usually.mentions)),
        grade: usually.grade,
        days: hours.unsigned_abs() / 24,
    }
}

/// Two decimals say enough, and are short in the log.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// The moment of a second.
fn moment(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap_or_default()
}

/// The last hour in steps that end at `at`.
fn curve(history: Option<&History>, at: i64) -> Curve {
    let step = REMEMBERED / CURVE_STEPS as i64;
    let ends = (0..CURVE_STEPS as i64).rev().map(|back| at - back * step);
    Curve {
        until: moment(at),
        step_seconds: step.unsigned_abs(),
        counts: ends
            .map(|end| history.map_or(0, |history| history.count(end - step, end)))
            .collect(),
    }
}
