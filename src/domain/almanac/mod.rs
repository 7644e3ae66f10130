//! Which hour of the week an hour counts as: the organisation's clock, and the
//! days of its calendar that are unlike their weekday.

use chrono::{Datelike, NaiveDate, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::organisation::Organisation;
use super::text::Text;
use super::usual::Slot;

/// A stretch of days that is unlike other days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecialDays {
    pub from: NaiveDate,
    /// The last day, included.
    pub through: NaiveDate,
    pub title: Text,
    /// Key of a watch; `None`: all of them.
    pub watch: Option<String>,
    pub unlike: Unlike,
}

/// How a special day differs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlike {
    /// As this weekday: a holiday is like a Sunday.
    Like(Weekday),
    /// So many times the usual; below 1 we are quicker.
    Usual(f64),
}

/// What an hour counts as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    pub slot: Slot,
    /// So many times the usual of that slot are expected.
    pub times: f64,
}

/// The clock and the calendar of one watch.
#[derive(Debug, Clone)]
pub struct Almanac {
    zone: Tz,
    days: Vec<SpecialDays>,
}

impl Almanac {
    /// The days that concern a watch.
    pub fn new(organisation: &Organisation, watch: &str) -> Self {
        let days = organisation.calendar.iter();
        let concerns = |days: &&SpecialDays| {
            let named = days.watch.as_deref();
            named.is_none_or(|named| named == watch)
        };
        Self {
            zone: organisation.timezone,
            days: days.filter(concerns).cloned().collect(),
        }
    }

    /// Only a clock, without a calendar.
    pub fn plain(zone: Tz) -> Self {
        Self {
            zone,
            days: Vec::new(),
        }
    }

    /// What an hour, counted since 1970 in UTC, counts as. Where the clock is
    /// set back two hours have the same slot, where it is set forward one slot
    /// is left out: each is the hour that people's clocks showed.
    pub fn hour(&self, hour: i64) -> Hour {
        let Some(instant) = Utc.timestamp_opt(hour.saturating_mul(3_600), 0).single() else {
            return Hour {
                slot: Slot::of_utc(hour),
                times: 1.0,
            };
        };
        let local = instant.with_timezone(&self.zone);
        let date = local.date_naive();
        let mut weekday = local.weekday();
        let mut times = 1.0;
        for days in &self.days {
            if days.from <= date && date <= days.through {
                match days.unlike {
                    Unlike::Like(other) => weekday = other,
                    Unlike::Usual(ratio) => times *= ratio,
                }
            }
        }
        let of_week = weekday.num_days_from_monday() * 24 + local.hour();
        Hour {
            slot: Slot::new(i64::from(of_week)),
            times,
        }
    }

    /// The special days that an hour is in.
    pub fn special(&self, hour: i64) -> impl Iterator<Item = &SpecialDays> {
        let instant = Utc.timestamp_opt(hour.saturating_mul(3_600), 0).single();
        let date = instant.map(|instant| instant.with_timezone(&self.zone).date_naive());
        self.days
            .iter()
            .filter(move |days| date.is_some_and(|date| days.from <= date && date <= days.through))
    }
}

#[cfg(test)]
mod tests;
