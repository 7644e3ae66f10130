//! Everything that is to be shown of one watch, as JSON: gathered from the store
//! as it is, with a daemon running or not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Datelike, TimeZone, Timelike};
use serde_json::{Value, json};

use super::nearness;
use crate::domain::almanac::{SpecialDays, Unlike};
use crate::domain::blind::Blindness;
use crate::domain::desk::Desk;
use crate::domain::heard::Heard;
use crate::domain::organisation::{Organisation, Watch};
use crate::domain::parse::Parsed;
use crate::domain::time::{Timestamp, before};
use crate::domain::unusual::Sensitivity;
use crate::domain::usual::{Grade, SLOTS, Slot};
use crate::domain::voices::Words;
use crate::engine::{self, glance};
use crate::store::Store;

const HOUR: i64 = 3_600;
const DAY: Duration = Duration::from_secs(86_400);

/// Special days are told of so many days ahead.
const AHEAD: i64 = 60;

/// Busiest hours that are named.
const N_BUSIEST: usize = 3;

/// Posts of ours, in the store: no mention at all.
const OURS: &str = "ours";

/// Where a watch is looked at, and when.
pub(super) struct View<'a> {
    organisation: &'a Organisation,
    number: usize,
    watch: &'a Watch,
    store: Option<&'a Store>,
    desk: Desk,
    now: Timestamp,
}

impl<'a> View<'a> {
    /// Reads what is stored of a watch, and of others that its triggers hear.
    pub(super) fn new(
        parsed: &'a Parsed,
        organisation: &'a Organisation,
        number: usize,
        store: Option<&'a Store>,
        now: Timestamp,
    ) -> Result<Option<Self>, String> {
        let Some(watch) = organisation.watches.get(number) else {
            return Ok(None);
        };
        let place = |key: &str| organisation.watches.iter().position(|one| one.key == key);
        let mut heard = BTreeSet::from([number]);
        for playbook in &parsed.playbooks {
            let triggers = playbook.triggers.iter();
            let here =
                triggers.filter(|one| nearness::listens(&one.when, &playbook.watch, &watch.key));
            for trigger in here {
                heard.extend(place(&playbook.watch));
                let tests = trigger.when.all_tests().into_iter();
                let named = tests.filter_map(|test| nearness::named(test.count()?));
                heard.extend(named.filter_map(place));
            }
        }
        let shelf = engine::shelf(&parsed.playbooks, &parsed.templates);
        let desk = glance::desk(store, Arc::new(organisation.clone()), shelf, &heard, now);
        Ok(Some(Self {
            organisation,
            number,
            watch,
            store,
            desk: desk.map_err(|error| error.to_string())?,
            now,
        }))
    }

    fn heard(&self) -> Option<&Heard> {
        self.desk.heard_at(self.number)
    }

    fn hour(&self) -> i64 {
        self.now.timestamp().div_euclid(HOUR)
    }

    /// Everything.
    pub(super) fn json(&self, parsed: &Parsed) -> Result<Value, String> {
        let language = self.organisation.language;
        let key = &self.watch.key;
        let playbooks = nearness::playbooks(
            &self.desk,
            self.organisation,
            &parsed.playbooks,
            key,
            self.now,
        );
        let mut shown = json!({
            "watch": key,
            "title": self.watch.title.get(language.tag(), language),
            "query": self.watch.query,
            "ignore": self.watch.ignore,
            "at": self.local(self.now),
        });
        self.add_stored(&mut shown)
            .map_err(|error| error.to_string())?;
        shown["usual"] = self.usual();
        shown["week"] = self.week();
        shown["busiest"] = self.busiest();
        shown["special_days"] = self.special_days();
        shown["alarms"] = self.alarms();
        shown["playbooks"] = json!(playbooks);
        Ok(shown)
    }

    /// What only the store knows.
    fn add_stored(&self, shown: &mut Value) -> Result<(), crate::store::StoreError> {
        let key = &self.watch.key;
        let newest = match self.store {
            Some(store) => store.newest(key)?,
            None => None,
        };
        shown["last_mention_at"] = json!(newest.map(|at| self.local(at)));
        let (blindness, reasons) = match self.store {
            Some(store) => glance::blindness(store, self.organisation, key)?,
            None => (Blindness::Sees, std::collections::BTreeMap::new()),
        };
        shown["blind"] = json!(blindness.name());
        let sources = blindness.sources().iter();
        let sources =
            sources.map(|source| json!({ "source": source, "because": reasons.get(source) }));
        shown["blind_sources"] = sources.collect();
        shown["last_hour"] = self.pace(Duration::from_secs(3_600))?;
        shown["last_day"] = self.pace(DAY)?;
        shown["day"] = self.day()?;
        shown["counted"] = json!({
            "last_day": self.counted(before(self.now, DAY))?,
            "last_week": self.counted(before(self.now, 7 * DAY))?,
        });
        Ok(())
    }

    /// What came in until now, against what is usual for that time.
    fn pace(&self, length: Duration) -> Result<Value, crate::store::StoreError> {
        let since = before(self.now, length);
        let mentions = match self.store {
            Some(store) => store.count(&self.watch.key, since)?,
            None => 0,
        };
        let usual = self.usual_between(since.timestamp(), self.now.timestamp());
        #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
        let times = usual.map(|usual| rounded(mentions as f64 / usual.max(0.01)));
        Ok(json!({ "mentions": mentions, "usual": usual.map(rounded), "times": times }))
    }

    /// As it was expected then; where nobody expected anything yet, as is known
    /// now.
    fn usual_between(&self, from: i64, to: i64) -> Option<f64> {
        let heard = self.heard()?;
        let then = heard.tide.usually(from, to);
        if then.known() {
            return Some(then.mentions);
        }
        let hours = from.div_euclid(HOUR)..=(to - 1).div_euclid(HOUR);
        let now = hours.map(|hour| {
            let expected = heard.tide.expect(hour, heard.almanac());
            let seconds = to.min((hour + 1) * HOUR) - from.max(hour * HOUR);
            #[expect(clippy::cast_precision_loss, reason = "seconds of one hour")]
            let part = seconds as f64 / HOUR as f64;
            (expected.grade != Grade::Unknown).then_some(expected.mentions * part)
        });
        now.sum()
    }

    /// The hour that runs, and the 23 before it.
    fn day(&self) -> Result<Value, crate::store::StoreError> {
        let first = self.hour() - 23;
        let counts = match self.store {
            Some(store) => store.counts_by_hour(&self.watch.key, first)?,
            None => Vec::new(),
        };
        let heard = self.heard();
        let alarms = heard.map(|heard| heard.tide.alarms(Sensitivity::Normal));
        let alarms = alarms.unwrap_or_default();
        let hours = (first..=self.hour()).map(|hour| {
            let (from, to) = (hour * HOUR, (hour + 1) * HOUR);
            let mentions = counts.iter().find(|(one, _)| *one == hour);
            let is_alarm = |alarm: &crate::domain::heard::tide::Alarm| {
                alarm.from < to && alarm.to.is_none_or(|end| end > from)
            };
            let special = heard.map(|heard| {
                let language = self.organisation.language;
                let days = heard.almanac().special(hour);
                days.map(|days| days.title.get(language.tag(), language).to_owned())
                    .collect::<Vec<_>>()
            });
            json!({
                "from": self.local_second(from),
                "mentions": mentions.map_or(0, |(_, n)| *n),
                "usual": self.usual_between(from, to).map(rounded),
                "unusual": alarms.iter().any(is_alarm),
                "special": special.unwrap_or_default(),
                "runs": hour == self.hour(),
            })
        });
        Ok(hours.collect())
    }

    /// What was counted, by what it is worth, with what was left out.
    fn counted(&self, since: Timestamp) -> Result<Value, crate::store::StoreError> {
        let rows = match self.store {
            Some(store) => store.by_words(&self.watch.key, since)?,
            None => Vec::new(),
        };
        let n_of = |name: &str| {
            let row = rows.iter().find(|(words, _)| words == name);
            row.map_or(0, |(_, n)| *n)
        };
        let counted = Words::ALL.into_iter().filter(|words| words.counts());
        let mut shown = json!({ "mentions": counted.map(|words| n_of(words.name())).sum::<u64>() });
        for words in Words::ALL {
            shown[words.name()] = json!(n_of(words.name()));
        }
        shown[OURS] = json!(n_of(OURS));
        Ok(shown)
    }

    /// How well the usual is known, and since when.
    fn usual(&self) -> Value {
        let Some(heard) = self.heard() else {
            return Value::Null;
        };
        let (usual, since) = heard.tide.usual();
        let hours = usual.n_hours();
        let days = hours / 24;
        let says = match usual.grade() {
            Grade::Unknown if hours == 0 => "nothing to compare with yet".to_owned(),
            Grade::Unknown => format!("nothing to compare with yet: {hours} of 24 hours"),
            Grade::Guess => format!("a first guess: {}, two weeks are needed", n_days(days)),
            Grade::Learnt => format!("learnt from {}", n_days(days)),
        };
        let week: f64 = (0..SLOTS as i64)
            .map(|slot| usual.expect(Slot::new(slot)).mentions)
            .sum();
        let is_known = usual.grade() != Grade::Unknown;
        let now = self.now.timestamp();
        json!({
            "grade": usual.grade(),
            // After an import the hours before it were begun without it.
            "in_force": heard.tide.usually(now - HOUR, now).known(),
            "hours_learnt": hours,
            "says": says,
            "listened_since": since.map(|hour| self.local_second(hour * HOUR)),
            "mentions_a_day": is_known.then(|| rounded(week / 7.0)),
        })
    }

    /// The usual of each hour of the week; null while nothing is known.
    fn week(&self) -> Value {
        let usual = self.heard().map(|heard| heard.tide.usual().0);
        let Some(usual) = usual.filter(|usual| usual.grade() != Grade::Unknown) else {
            return Value::Null;
        };
        let day = |day: i64| {
            let hours = (0..24).map(|hour| usual.expect(Slot::new(day * 24 + hour)).mentions);
            hours.map(rounded).collect::<Vec<_>>()
        };
        (0..7).map(day).collect::<Vec<_>>().into()
    }

    /// The hours of the week with most mentions, busiest first.
    fn busiest(&self) -> Value {
        let usual = self.heard().map(|heard| heard.tide.usual().0);
        let Some(usual) = usual.filter(|usual| usual.grade() != Grade::Unknown) else {
            return json!([]);
        };
        let slots = 0..SLOTS as i64;
        let mut hours: Vec<(i64, f64)> = slots
            .map(|slot| (slot, usual.expect(Slot::new(slot)).mentions))
            .collect();
        hours.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        hours.truncate(N_BUSIEST);
        let named = hours.into_iter().map(|(slot, mentions)| {
            let day = u8::try_from(slot / 24).ok();
            let day = day.and_then(|day| chrono::Weekday::try_from(day).ok());
            json!({
                "day": day.map(name_of),
                "hour": slot % 24,
                "usual": rounded(mentions),
            })
        });
        named.collect()
    }

    /// Days of the calendar that concern this watch, from today on.
    fn special_days(&self) -> Value {
        let today = self
            .now
            .with_timezone(&self.organisation.timezone)
            .date_naive();
        let far = today + chrono::TimeDelta::days(AHEAD);
        let concerns = |days: &&SpecialDays| {
            let here = days
                .watch
                .as_ref()
                .is_none_or(|named| *named == self.watch.key);
            here && days.through >= today && days.from <= far
        };
        let mut days: Vec<&SpecialDays> =
            self.organisation.calendar.iter().filter(concerns).collect();
        days.sort_by_key(|days| days.from);
        let language = self.organisation.language;
        let rows = days.into_iter().map(|days| {
            let mut row = json!({
                "from": days.from,
                "through": days.through,
                "day": name_of(days.from.weekday()),
                "title": days.title.get(language.tag(), language),
                "today": days.from <= today,
            });
            match days.unlike {
                Unlike::Like(day) => row["like"] = json!(name_of(day)),
                Unlike::Usual(times) => row["times"] = json!(times),
            }
            row
        });
        rows.collect()
    }

    /// When the detector found it unusually loud, in the last two days.
    fn alarms(&self) -> Value {
        let alarms = self
            .heard()
            .map(|heard| heard.tide.alarms(Sensitivity::Normal));
        let since = self.now.timestamp() - 48 * HOUR;
        let alarms = alarms.unwrap_or_default().into_iter();
        let late = alarms.filter(|alarm| alarm.to.is_none_or(|to| to > since));
        let rows = late.map(|alarm| {
            let (from, to) = (alarm.from, alarm.to);
            let until = to.unwrap_or(self.now.timestamp());
            let mentions = self
                .heard()
                .map(|heard| heard.history.count(from - 1, until));
            json!({
                "from": self.local_second(from),
                "to": to.map(|to| self.local_second(to)),
                "mentions": mentions,
                "usual": self.usual_between(from, until.max(from + 1)).map(rounded),
            })
        });
        rows.collect()
    }

    fn local(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.organisation.timezone);
        local.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    fn local_second(&self, second: i64) -> String {
        let at = chrono::Utc.timestamp_opt(second, 0).single();
        at.map(|at| self.local(at)).unwrap_or_default()
    }
}

/// The hour of the clock in an instant of [`View::json`].
pub(super) fn clock_of(written: &Value) -> u32 {
    let written = written.as_str().unwrap_or_default();
    let instant = chrono::DateTime::parse_from_rfc3339(written);
    instant.map_or(0, |instant| instant.hour())
}

fn n_days(days: u32) -> String {
    match days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// In English, in full.
fn name_of(day: chrono::Weekday) -> &'static str {
    match day {
        chrono::Weekday::Mon => "Monday",
        chrono::Weekday::Tue => "Tuesday",
        chrono::Weekday::Wed => "Wednesday",
        chrono::Weekday::Thu => "Thursday",
        chrono::Weekday::Fri => "Friday",
        chrono::Weekday::Sat => "Saturday",
        chrono::Weekday::Sun => "Sunday",
    }
}

/// Two decimals: more says nothing.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
