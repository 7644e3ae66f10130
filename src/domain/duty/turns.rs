//! A rota on the calendar: whose turn it is, and when turns change.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::domain::organisation::{Rota, Turn};
use crate::domain::time::{Timestamp, days_later, instant_of};

/// The turns of a rota, numbered from 0: the first one, which also stands for
/// all time before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turns<'a> {
    rota: &'a Rota,
    zone: Tz,
    /// The day on which turn 1 begins.
    second: NaiveDate,
    n_days: u64,
}

impl<'a> Turns<'a> {
    pub(super) fn of(rota: &'a Rota, zone: Tz) -> Self {
        let (first_length, n_days) = match rota.each {
            Turn::Day => (1, 1),
            // A rota that begins in the middle of a week begins with a short
            // turn.
            Turn::Week(weekday) => match weekday.days_since(rota.from.weekday()) {
                0 => (7, 7),
                days => (u64::from(days), 7),
            },
        };
        Self {
            rota,
            zone,
            second: days_later(rota.from, first_length),
            n_days,
        }
    }

    /// When a turn begins; not turn 0, which has no beginning.
    pub(super) fn begin(&self, turn: u64) -> Timestamp {
        let n_later = turn.saturating_sub(1);
        let day = days_later(self.second, n_later.saturating_mul(self.n_days));
        instant_of(day.and_time(self.rota.change), self.zone)
    }

    /// The number of the turn at a moment.
    pub(super) fn at(&self, now: Timestamp) -> u64 {
        // In hours that come twice the calendar goes back, also over midnight;
        // so one day too far, and then back by the exact moments.
        let day = days_later(now.with_timezone(&self.zone).date_naive(), 1);
        let days = (day - self.second).num_days();
        let mut turn = u64::try_from(days).map_or(0, |days| days / self.n_days + 1);
        while turn > 0 && self.begin(turn) > now {
            turn -= 1;
        }
        turn
    }
}
