//! What there is to say about the past in the hands of one playbook: gathered
//! once, for people, scripts and drawings.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::read::Heard;
use crate::domain::mention::Mention;
use crate::domain::playbook::Playbook;
use crate::domain::retrospect::about::{About, about};
use crate::domain::retrospect::incident::{Incident, Verdict, judge};
use crate::domain::retrospect::{Past, Storm};
use crate::domain::time::{Timestamp, rfc3339};

/// An alarm is about what was said in its first hour …
const FIRST: i64 = 3_600;
/// … and a quarter before, which made it go off; against the week before that.
const LEADING: i64 = 900;
const WEEK: i64 = 7 * 86_400;

/// Texts of the week before that are compared with.
const MOST_BEFORE: usize = 6_000;

/// Known incidents, and how long before one an alarm may be for it.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) incidents: Vec<Incident>,
    /// Seconds.
    pub(super) early: i64,
}

/// See the module.
pub(super) struct View<'a> {
    /// What was judged: the file of the playbook, or of counts.
    pub(super) name: String,
    /// The playbook and its watch; empty for counts.
    pub(super) playbook: String,
    pub(super) watch: String,
    pub(super) zone: Tz,
    pub(super) past: Past,
    /// One an alarm.
    pub(super) abouts: Vec<About>,
    pub(super) known: &'a Known,
    /// `None` when no incidents are known.
    pub(super) verdict: Option<Verdict>,
    pub(super) n_authors: u64,
    /// What must be said about where it comes from.
    pub(super) remarks: Vec<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(name: String, zone: Tz, past: Past, known: &'a Known) -> Self {
        let verdict = judge(&past.storms, &known.incidents, known.early);
        Self {
            name,
            playbook: String::new(),
            watch: String::new(),
            zone,
            abouts: vec![About::default(); past.storms.len()],
            past,
            known,
            verdict: (!known.incidents.is_empty()).then_some(verdict),
            n_authors: 0,
            remarks: Vec::new(),
        }
    }

    /// With what was said: `number` is the place of the watch, `query` what it
    /// looks for.
    pub(super) fn with_texts(
        mut self,
        playbook: &Playbook,
        heard: &[Heard],
        number: u16,
        query: &str,
    ) -> Self {
        self.playbook.clone_from(&playbook.name);
        self.watch.clone_from(&playbook.watch);
        let storms = self.past.storms.iter();
        self.abouts = storms
            .map(|storm| {
                let from = storm.from - LEADING;
                let first = said(heard, number, from, storm.from + FIRST, usize::MAX);
                let before = said(heard, number, from - WEEK, from, MOST_BEFORE);
                about(&first, &before, query)
            })
            .collect();
        let period = self.past.period;
        let (from, until) = (period.from.timestamp(), period.until.timestamp() + 1);
        let all = said(heard, number, from, until, usize::MAX);
        let authors: std::collections::HashSet<u64> =
            all.iter().filter_map(|one| one.author_hash()).collect();
        self.n_authors = authors.len() as u64;
        self
    }

    /// Alarms a week that are about nothing known; without incidents all are.
    pub(super) fn false_a_week(&self) -> f64 {
        let verdict = self.verdict.as_ref();
        let n = verdict.map_or(self.past.storms.len(), Verdict::n_false);
        self.past.period.a_week(n)
    }

    /// The busiest hour of a storm: when, how many, what was usual.
    pub(super) fn peak(&self, storm: &Storm) -> Option<(i64, u32, Option<f32>)> {
        let (hour, peak) = self.past.curve.peak(storm.from, storm.until)?;
        Some((hour * 3_600, peak.counted, peak.usual))
    }

    /// The incident that an alarm is about.
    pub(super) fn incident_of(&self, place: usize) -> Option<&Incident> {
        let verdict = self.verdict.as_ref()?;
        let number = verdict.about.get(place).copied().flatten()?;
        self.known.incidents.get(number)
    }

    /// All of it for scripts.
    pub(super) fn json(&self) -> Value {
        let past = &self.past;
        let alarms = past.storms.iter().zip(&self.abouts).enumerate();
        let alarms: Vec<Value> = alarms
            .map(|(place, (storm, about))| self.alarm_json(place, storm, about))
            .collect();
        let levels: serde_json::Map<String, Value> = past
            .by_level()
            .into_iter()
            .map(|(level, n)| (level, json!(n)))
            .collect();
        let (quiet_from, quiet_until) = past.longest_quiet();
        let mut value = json!({
            "at": rfc3339(past.period.until), "event": "summary", "playbook": self.playbook,
            "watch": self.watch, "file": self.name,
            "from": rfc3339(past.period.from), "until": rfc3339(past.period.until),
            "weeks": rounded(past.period.weeks()),
            "mentions": past.n_mentions, "authors": self.n_authors,
            "voices": rounded(past.voices as f64 / 100.0),
            "usual_from": past.guessed_from.map(instant), "usual_sure_from": past.learnt_from.map(instant),
            "alarms_per_week": rounded(past.period.a_week(past.storms.len())),
            "by_level": levels, "by_trigger": past.by_trigger(),
            "longest_quiet": { "from": instant(quiet_from), "until": instant(quiet_until) },
            "alarms": alarms, "remarks": self.remarks,
        });
        if let Some(verdict) = &self.verdict {
            let incidents = self.known.incidents.iter().zip(&verdict.found);
            let incidents: Vec<Value> = incidents
                .map(|(incident, found)| {
                    json!({
                        "title": incident.title, "from": rfc3339(incident.from),
                        "until": rfc3339(incident.until), "is_found": found.first.is_some(),
                        "delay_seconds": found.first.as_ref().map(|(delay, _)| *delay),
                        "level": found.first.as_ref().map(|(_, level)| level),
                        "alarm_already_on_from": found.under.map(instant),
                    })
                })
                .collect();
            value["incidents"] = json!(incidents);
            value["found"] = json!(verdict.n_found());
            value["false_alarms"] = json!(verdict.n_false());
            value["false_per_week"] = json!(rounded(self.false_a_week()));
        }
        value
    }

    fn alarm_json(&self, place: usize, storm: &Storm, about: &About) -> Value {
        let first = storm.first();
        let raised = storm.raised().into_iter().map(|one| {
            json!({
                "at": instant(one.at), "level": one.level, "trigger": one.trigger,
                "because": one.because,
            })
        });
        let peak = self.peak(storm);
        let shares = about.platforms.iter();
        let shares: serde_json::Map<String, Value> = shares
            .map(|(platform, share)| (platform.name().to_owned(), json!(rounded(*share))))
            .collect();
        json!({
            "at": instant(storm.from), "until": instant(storm.until),
            "trigger": first.map(|one| &one.trigger), "level": first.map(|one| &one.level),
            "because": first.map(|one| &one.because), "raised": raised.collect::<Vec<_>>(),
            "peak_at": peak.map(|(at, ..)| instant(at)), "peak": peak.map(|(_, n, _)| n),
            "usual": peak.and_then(|(.., usual)| usual).map(|usual| rounded(f64::from(usual))),
            "words": about.words, "platforms": shares,
            "quote": about.quote.as_ref().map(|(text, _)| text),
            "quoted_times": about.quote.as_ref().map(|(_, n)| n),
            "incident": self.incident_of(place).map(|incident| &incident.title),
        })
    }
}

/// The texts of a watch in [from, until), evenly thinned out to so many.
fn said(heard: &[Heard], number: u16, from: i64, until: i64, most: usize) -> Vec<&Mention> {
    let first = heard.partition_point(|one| one.at().timestamp() < from);
    let end = heard.partition_point(|one| one.at().timestamp() < until);
    let within = &heard[first..end.max(first)];
    let step = within.len().div_ceil(most).max(1);
    let counted = within.iter().step_by(step);
    counted
        .filter(|one| one.observed.matched.counted().contains(&number))
        .map(|one| &*one.observed.mention)
        .collect()
}

/// Seconds since 1970, as an instant.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap_or_default()
}

fn instant(second: i64) -> String {
    rfc3339(at(second))
}

/// Two decimals are enough, and are the same everywhere.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
