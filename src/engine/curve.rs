//! The curve of a watch against its usual, for pictures: what the daemon's own
//! desk expects, beside what is stored.
//!
//! The engine's thread hands out outlines every few seconds (`board.rs`), so that
//! looking never waits for it; what was drawn is kept for a moment, for many people
//! look at the same page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::reporting::outline_of;
use super::request::{Counter, Owner, did_you_mean, stored};
use super::view::{show, time};
use super::{NotDone, clock};
use crate::domain::almanac::Almanac;
use crate::domain::chart::{Band, range};
use crate::domain::heard::tide::Outline;
use crate::domain::organisation::Watch;
use crate::domain::pace::{pace, says};
use crate::domain::time::Timestamp;
use crate::domain::timeline::reasons::reason;
use crate::domain::usual::Grade;
use crate::domain::words::Words;
use crate::store::Store;

const HOUR: i64 = 3_600;

/// Four weeks: further back nobody looks, and no counts are promised.
pub const LONGEST: u32 = 28 * 24;

/// Longer curves have steps of more than an hour.
const MOST_STEPS: u32 = 170;

/// So long a curve that was drawn may be shown again; a long one ten times that.
const FRESH: Duration = Duration::from_secs(3);

/// What nearly fired is shown so often.
const MOST_NEAR: usize = 10;

/// Curves that are kept.
const MOST_KEPT: usize = 512;

/// By watch and hours: when it was drawn, and the curve.
type Drawn = BTreeMap<(String, u32), (Instant, Value)>;

/// Curves that were drawn lately. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Curves(Arc<Mutex<Drawn>>);

impl Curves {
    fn get(&self, key: &(String, u32)) -> Option<Value> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = kept.get(key)?;
        let fresh = clock::real_pause(FRESH * if key.1 > 48 { 10 } else { 1 });
        (at.elapsed() < fresh).then(|| value.clone())
    }

    fn keep(&self, key: (String, u32), value: &Value) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, (clock::stopwatch(), value.clone()));
    }
}

impl Counter {
    /// The watch of this name.
    pub(super) fn watch(&self, key: &str) -> Result<&Watch, NotDone> {
        let mut watches = self.organisation.watches.iter();
        watches.find(|watch| watch.key == key).ok_or_else(|| {
            let keys = self.organisation.watches.iter();
            let hint = did_you_mean(key, keys.map(|watch| watch.key.as_str()));
            NotDone::Refused(format!("there is no watch `{key}`{hint}"))
        })
    }

    /// The last `hours` of a watch; at most [`LONGEST`].
    pub(super) fn curve(&self, key: &str, hours: u32) -> Result<Value, NotDone> {
        self.read(|store| self.curve_from(store.ok(), key, hours))
    }

    /// The same, with the store at hand; without one nothing has happened yet.
    pub(super) fn curve_from(
        &self,
        store: Option<&Store>,
        key: &str,
        hours: u32,
    ) -> Result<Value, NotDone> {
        let watch = self.watch(key)?;
        let hours = hours.clamp(1, LONGEST);
        let kept = (key.to_owned(), hours);
        let curves = match &self.owner {
            Owner::Daemon(engine) => Some(engine.board().curves()),
            Owner::Alone(_) | Owner::Nobody => None,
        };
        let drawn = curves.and_then(|curves| curves.get(&kept));
        let mut shown = match drawn {
            Some(drawn) => drawn,
            None => {
                let drawn = self.draw(store, watch, hours)?;
                if let Some(curves) = curves {
                    curves.keep(kept, &drawn);
                }
                drawn
            }
        };
        self.add_words(watch, &mut shown);
        Ok(shown)
    }

    /// What nearly fired on a watch, the latest first, in the reader's language; null
    /// without a daemon, which alone remembers it.
    fn near_misses(&self, watch: &Watch) -> Value {
        let Owner::Daemon(engine) = &self.owner else {
            return Value::Null;
        };
        let near = engine.board().near_misses();
        let here = near.iter().rev().filter(|one| one.watch == watch.key);
        let rows = here.take(MOST_NEAR).map(|one| {
            let playbook = self.playbooks.iter().map(|pinned| &pinned.playbook);
            let playbook = playbook.filter(|playbook| playbook.name == one.playbook);
            let title = playbook.map(|playbook| show(self, &playbook.title)).next();
            json!({
                "at": time(self, Some(one.at)),
                "playbook": one.playbook,
                "title": title.as_ref().unwrap_or(&one.playbook),
                "trigger": one.trigger,
                "percent": percent(one.share),
                "because": one.because,
                "says": reason(&self.words(), &one.because),
            })
        });
        rows.collect()
    }

    /// What is only known in the reader's language.
    fn add_words(&self, watch: &Watch, shown: &mut Value) {
        shown["near_misses"] = self.near_misses(watch);
        shown["title"] = show(self, &watch.title).into();
        let blindness = self.health.blindness(&watch.key);
        shown["blind"] = json!(blindness.name());
        shown["blind_sources"] = json!(blindness.sources());
        let words = self.words();
        for span in ["last_hour", "last_day"] {
            let pace = &shown[span];
            let says = says(
                pace["mentions"].as_u64().unwrap_or(0),
                band_of(&pace["usual"]),
                clock::now(),
                words,
            );
            shown[span]["says"] = says.into();
            let range = band_of(&shown[span]["usual"]).map(|band| range(band, words));
            shown[span]["range"] = range.into();
        }
    }

    pub(super) fn words(&self) -> Words {
        Words {
            language: self.language,
            zone: self.organisation.timezone,
        }
    }

    /// What the daemon's desk expects of a watch; without a daemon, what a desk
    /// would that heard what is stored.
    pub(super) fn outline(&self, store: Option<&Store>, key: &str) -> Result<Outline, NotDone> {
        if let Owner::Daemon(engine) = &self.owner {
            let outlines = engine.board().outlines();
            return Ok(outlines.get(key).cloned().unwrap_or_default());
        }
        match store {
            Some(store) => outline_of(store, &self.organisation, key, clock::now()).map_err(stored),
            None => Ok(Outline::default()),
        }
    }

    fn draw(&self, store: Option<&Store>, watch: &Watch, hours: u32) -> Result<Value, NotDone> {
        let (key, now) = (&watch.key, clock::now());
        let second = now.timestamp();
        let outline = self.outline(store, key)?;
        let almanac = Almanac::new(&self.organisation, key);
        let each = i64::from(hours.div_ceil(MOST_STEPS));
        let first = second.div_euclid(HOUR) + 1 - i64::from(hours);
        let first = first - first.rem_euclid(each);
        let counts = match store {
            Some(store) => store.counts_by_hour(key, first).map_err(stored)?,
            None => Vec::new(),
        };
        let newest = store.map_or(Ok(None), |store| store.newest(key).map_err(stored))?;
        let steps = outline.steps(&counts, (first, each), second, &almanac);
        let (from, until) = (first * HOUR, steps.last().map_or(second, |step| step.until));
        let at = |second: i64| time(self, Timestamp::from_timestamp(second, 0));
        let pace_of = |hours: i64| -> Result<Value, NotDone> {
            let since = now - TimeDelta::hours(hours);
            let mentions = match store {
                Some(store) => store.count(key, since).map_err(stored)?,
                None => 0,
            };
            let usual = outline.usual(since.timestamp(), second, &almanac);
            Ok(json!({
                "mentions": mentions,
                "usual": shown_band(usual),
                "pace": pace(mentions, usual).name(),
            }))
        };
        let alarms = outline.alarms().iter();
        let alarms = alarms.filter(|alarm| alarm.to.is_none_or(|to| to > from));
        let alarms: Vec<Value> = alarms
            .map(|alarm| json!({ "from": at(alarm.from), "to": alarm.to.map(at) }))
            .collect();
        let gaps = outline.gaps(from, second).into_iter();
        let gaps: Vec<Value> = gaps
            .map(|(from, to)| json!({ "from": at(from), "to": at(to) }))
            .collect();
        let rows: Vec<Value> = steps
            .iter()
            .map(|step| {
                json!({
                    "from": at(step.from),
                    "until": at(step.until),
                    "mentions": step.mentions,
                    "usual": shown_band(step.usual),
                    "unusual": step.is_unusual,
                    "runs": step.is_running,
                })
            })
            .collect();
        Ok(json!({
            "watch": key,
            "at": time(self, Some(now)),
            "from": at(from),
            "until": at(until),
            "hours_a_step": each,
            "last_mention_at": time(self, newest),
            "last_hour": pace_of(1)?,
            "last_day": pace_of(24)?,
            "unusual_now": outline.is_unusual(second),
            "grade": outline.grade(),
            "hours_learnt": outline.n_hours(),
            "usual_is_known": outline.grade() != Grade::Unknown,
            "listened_since": outline.since().map(at),
            "steps": rows,
            "alarms": alarms,
            "gaps": gaps,
        }))
    }
}

/// Rounded down: a hundred would have been an alarm.
fn percent(share: f64) -> u64 {
    (1_u32..=99)
        .rev()
        .find(|percent| f64::from(*percent) <= share * 100.0)
        .map_or(0, u64::from)
}

/// With two decimals: more says nothing.
pub(super) fn shown_band(band: Option<Band>) -> Value {
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    band.map_or(Value::Null, |band| {
        json!({
            "low": rounded(band.low),
            "mean": rounded(band.mean),
            "high": rounded(band.high),
        })
    })
}

/// As `shown_band` wrote it.
pub fn band_of(shown: &Value) -> Option<Band> {
    Some(Band {
        low: shown["low"].as_f64()?,
        mean: shown["mean"].as_f64()?,
        high: shown["high"].as_f64()?,
    })
}
