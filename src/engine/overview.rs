//! Everything at a glance, as one answer: what goes on, how each watch stands
//! against its usual, who is on duty, what can be started, and whether it may be
//! said that all is quiet.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::curve::shown_band;
use super::request::{Counter, Owner, stored};
use super::view::{self, show, time};
use super::{NotDone, clock};
use crate::domain::almanac::Almanac;
use crate::domain::calm::{Doubt, Look, SourceLook, doubts};
use crate::domain::chart::Band;
use crate::domain::duty::{self, Duty, Why};
use crate::domain::heard::tide::Outline;
use crate::domain::organisation::Role;
use crate::domain::pace::{pace, says};
use crate::domain::playbook::{FactKind, Playbook};
use crate::domain::time::Timestamp;
use crate::store::Store;

/// Watches that are drawn; the others are named.
const N_DRAWN: usize = 6;

/// How long the curves are.
const HOURS: u32 = 36;

/// Looking ahead further than this tells nobody anything.
const LONGEST_AHEAD: u32 = 400;

impl Counter {
    pub(super) fn overview(&self) -> Result<Value, NotDone> {
        self.read(|store| {
            let found = store.as_ref().ok().copied();
            let mut shown = view::status(self, store)?;
            // The gravest first: the newest of several is not what matters at night.
            if let Some(runs) = shown["runs"].as_array_mut() {
                runs.sort_by_key(|run| std::cmp::Reverse(run["level_rank"].as_u64()));
            }
            let watches = shown["watches"].take();
            let watches = self.compared(found, watches, &shown["runs"])?;
            shown["watches"] = watches.into();
            shown["duty"] = self.duty_now();
            shown["drills"] = self.drills();
            shown["looked_seconds_ago"] = self.looked_seconds_ago();
            shown["calm"] = self.calm(&shown);
            Ok(shown)
        })
    }

    /// How long ago the engine last showed that it moves.
    fn looked_seconds_ago(&self) -> Value {
        match &self.owner {
            Owner::Daemon(engine) => json!(engine.board().looked().as_secs()),
            Owner::Alone(_) | Owner::Nobody => Value::Null,
        }
    }

    /// The watches of `status` with their usual, those that need to be seen first;
    /// the first few with their curve.
    fn compared(
        &self,
        store: Option<&Store>,
        watches: Value,
        runs: &Value,
    ) -> Result<Vec<Value>, NotDone> {
        let now = clock::now();
        let has_daemon = matches!(self.owner, Owner::Daemon(_));
        let has_run = runs.as_array().into_iter().flatten();
        let has_run: BTreeSet<&str> = has_run.filter_map(|run| run["watch"].as_str()).collect();
        let mut watches = match watches {
            Value::Array(watches) => watches,
            _ => Vec::new(),
        };
        let key_of = |watch: &Value| watch["watch"].as_str().unwrap_or_default().to_owned();
        let keys: Vec<String> = watches.iter().map(key_of).collect();
        let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
        let newest = match store {
            Some(store) => store.newest_of(&asked).map_err(stored)?,
            None => vec![None; keys.len()],
        };
        let known = watches.iter_mut().zip(keys).zip(newest);
        for (number, ((watch, key), newest)) in known.enumerate() {
            // Without a daemon the usual is learnt anew from the store, which takes long.
            let outline = match has_daemon || number < N_DRAWN {
                true => self.outline(store, &key)?,
                false => Outline::default(),
            };
            let almanac = Almanac::new(&self.organisation, &key);
            let second = now.timestamp();
            let usual = outline.usual(second - 3_600, second, &almanac);
            let mentions = watch["last_hour"].as_u64().unwrap_or(0);
            watch["hour"] = json!({
                "usual": shown_band(usual),
                "pace": pace(mentions, usual).name(),
                "says": says(mentions, usual, now, self.words()),
            });
            watch["unusual_now"] = outline.is_unusual(second).into();
            watch["last_mention_at"] = time(self, newest);
            watch["has_run"] = has_run.contains(key.as_str()).into();
            watch["curve"] = Value::Null;
        }
        // Sorting keeps the order of the files among equals.
        watches.sort_by_key(|watch| {
            let loud = watch["unusual_now"] == true;
            (
                !(loud || watch["has_run"] == true),
                watch["blind"].is_null(),
            )
        });
        for watch in watches.iter_mut().take(N_DRAWN) {
            let key = watch["watch"].as_str().unwrap_or_default().to_owned();
            watch["curve"] = self.curve_from(store, &key, HOURS)?;
        }
        Ok(watches)
    }

    /// Whether all is quiet, with what shows it.
    fn calm(&self, shown: &Value) -> Value {
        let doubts = doubts(&self.look(shown));
        let sources = self.source_looks(shown);
        let n_delivering = sources.iter().filter(|source| source.delivers()).count();
        let watches = shown["watches"].as_array().map_or(&[][..], Vec::as_slice);
        let hour = last_hour(watches);
        let newest = watches
            .iter()
            .filter_map(|watch| watch["last_mention_at"].as_str());
        let newest = newest.filter_map(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
        let newest = newest.map(|at| at.to_utc()).max();
        let n_runs = shown["runs"].as_array().map_or(0, Vec::len);
        let state = match (n_runs, doubts.as_slice()) {
            (0, []) => "quiet",
            (0, doubts) if doubts.iter().any(Doubt::is_about_hearing) => "cannot_tell",
            (0, _) => "attention",
            _ => "busy",
        };
        let rows = doubts.iter().map(|doubt| {
            let (what, because) = doubt.parts();
            json!({ "doubt": doubt.name(), "what": self.title_of(doubt, what), "because": because })
        });
        let (mentions, usual) = hour;
        json!({
            "state": state,
            "doubts": rows.collect::<Vec<_>>(),
            "last_mention_at": time(self, newest),
            "sources": sources.len(),
            "delivering": n_delivering,
            "mentions": mentions,
            "says": says(mentions, usual, clock::now(), self.words()),
        })
    }

    /// What a doubt is about, as people call it.
    fn title_of(&self, doubt: &Doubt, key: &str) -> String {
        let organisation = &self.organisation;
        let title = match doubt {
            Doubt::WatchBlind(_) | Doubt::Loud(_) => {
                let mut watches = organisation.watches.iter();
                let watch = watches.find(|watch| watch.key == key);
                watch.map(|watch| show(self, &watch.title))
            }
            Doubt::NobodyOnDuty(_) => organisation.role(key).map(|role| show(self, &role.title)),
            _ => None,
        };
        title.unwrap_or_else(|| key.to_owned())
    }

    fn source_looks(&self, shown: &Value) -> Vec<SourceLook> {
        let sources = shown["sources"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        sources
            .map(|source| SourceLook {
                key: text(&source["source"]).unwrap_or_default(),
                blind: text(&source["blind"]),
                trouble: text(&source["trouble"]),
                was_heard: !source["last_at"].is_null() || !source["last_success_at"].is_null(),
            })
            .collect()
    }

    fn look(&self, shown: &Value) -> Look {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let watches = shown["watches"].as_array().map_or(&[][..], Vec::as_slice);
        let keys = |is_so: &dyn Fn(&Value) -> bool| {
            let found = watches.iter().filter(|watch| is_so(watch));
            found.map(|watch| text(&watch["watch"])).collect()
        };
        let reload = &shown["reload"];
        let reasons = shown["health"]["reasons"].as_array().into_iter().flatten();
        let failed = shown["mail"]["failed"].as_u64().unwrap_or(0) > 0;
        let trouble = shown["mail"]["trouble"].as_str().map(str::to_owned);
        let duty = shown["duty"].as_array().into_iter().flatten();
        let empty = duty.filter(|row| row["person"].is_null());
        Look {
            has_daemon: shown["daemon"] == true,
            reasons: reasons.map(text).collect(),
            sources: self.source_looks(shown),
            blind_watches: keys(&|watch| !watch["blind"].is_null()),
            loud_watches: keys(&|watch| watch["unusual_now"] == true && watch["has_run"] != true),
            mail_trouble: trouble.or_else(|| failed.then(String::new)),
            listening_only: !shown["listening_only"].is_null(),
            files_are_good: reload["ok"] != false && reload["last_good"] != true,
            empty_roles: empty.map(|row| text(&row["role"])).collect(),
        }
    }

    /// Who has each role now, until when, and who comes after.
    fn duty_now(&self) -> Value {
        let now = clock::now();
        let roles = self.organisation.roles.iter();
        let rows = roles.filter_map(|role| {
            let duty = duty::at(&self.organisation, &role.key, now)?;
            let until = duty::next_change(&self.organisation, &role.key, now);
            Some(self.duty_row(role, &duty, now, until))
        });
        rows.collect()
    }

    /// Who has each role in the next `days`, a row for each stretch.
    pub(super) fn duty(&self, days: u32) -> Value {
        let now = clock::now();
        let until = now + TimeDelta::days(i64::from(days.clamp(1, LONGEST_AHEAD)));
        let organisation = &self.organisation;
        let rows = organisation.roles.iter().flat_map(|role| {
            let mut ahead = duty::stretches(organisation, &role.key, now, until);
            // Deputies who come and go change nothing in who has the role.
            ahead.dedup_by(|next, last| {
                let is_like = next.duty.is_like(&last.duty);
                if is_like {
                    last.until = next.until;
                }
                is_like
            });
            // Where the time ends that is looked at, nothing changes.
            let rows = ahead.into_iter().map(|stretch| {
                let end = Some(stretch.until).filter(|end| *end < until);
                self.duty_row(role, &stretch.duty, stretch.from, end)
            });
            rows.collect::<Vec<_>>()
        });
        rows.collect()
    }

    fn duty_row(
        &self,
        role: &Role,
        duty: &Duty<'_>,
        from: Timestamp,
        until: Option<Timestamp>,
    ) -> Value {
        let mut shown = view::duty::row(&self.organisation, role, duty, (from, until), from);
        let deputies = duty.deputies.iter().map(|one| one.name.as_str());
        shown["title"] = show(self, &role.title).into();
        shown["phone"] = json!(duty.person.and_then(|person| person.phone.as_ref()));
        shown["stands_in_for_name"] = match &duty.why {
            Why::StandsIn { absent, .. } => absent.name.as_str().into(),
            _ => Value::Null,
        };
        shown["deputy_names"] = deputies.collect::<Vec<_>>().into();
        shown
    }

    /// What each playbook takes to be started by hand.
    pub(super) fn startable(&self) -> Value {
        let playbooks = self.playbooks.iter().map(|pinned| &pinned.playbook);
        playbooks
            .map(|playbook| self.startable_row(playbook))
            .collect()
    }

    fn startable_row(&self, playbook: &Playbook) -> Value {
        let levels = playbook
            .levels
            .iter()
            .map(|level| json!({ "level": level.name, "title": show(self, &level.title) }));
        let facts = playbook.by_hand.facts.iter().map(|name| {
            let question = playbook.fact(name);
            let ask = question.and_then(|question| question.ask.as_ref());
            json!({
                "fact": name,
                "ask": ask.map_or_else(|| name.clone(), |ask| show(self, ask)),
                "yes_no": question.is_some_and(|one| one.kind == FactKind::YesNo),
            })
        });
        json!({
            "playbook": playbook.name,
            "title": show(self, &playbook.title),
            "watch": playbook.watch,
            "level": playbook.by_hand.level,
            "levels": levels.collect::<Vec<_>>(),
            "facts": facts.collect::<Vec<_>>(),
        })
    }
}

/// What came in the last hour over all watches, against what is usual for all;
/// without the usual when that of any is not known.
fn last_hour(watches: &[Value]) -> (u64, Option<Band>) {
    let n = watches
        .iter()
        .filter_map(|watch| watch["last_hour"].as_u64());
    // What was never heard of adds nothing.
    let heard = watches
        .iter()
        .filter(|watch| watch["last_hour"] != 0 || !watch["hour"]["usual"].is_null());
    let bands = heard.map(|watch| {
        let band = super::curve::band_of(&watch["hour"]["usual"])?;
        let aside = band.high - band.mean;
        Some((band.mean, aside * aside))
    });
    // Watches vary each on their own, so their variances add up.
    let sum = bands
        .collect::<Option<Vec<_>>>()
        .filter(|bands| !bands.is_empty());
    let usual = sum.map(|bands| {
        let mean: f64 = bands.iter().map(|(mean, _)| mean).sum();
        let aside = bands.iter().map(|(_, square)| square).sum::<f64>().sqrt();
        Band {
            low: (mean - aside).max(0.0),
            mean,
            high: mean + aside,
        }
    });
    (n.sum(), usual)
}
