//! What conditions can see of the desk.

use std::time::Duration;

use chrono::TimeDelta;

use super::Desk;
use crate::domain::condition::Test;
use crate::domain::deaf::Hearing;
use crate::domain::environment::{Analysis, Beside, analyse};
use crate::domain::heard::Heard;
use crate::domain::meter::{Meter, Reading};
use crate::domain::run::Run;
use crate::domain::said::Flag;
use crate::domain::sight::Sight;
use crate::domain::time::Timestamp;

/// The first environment analysis of a run looks back this long before its start.
const ANALYSED_BEFORE: TimeDelta = TimeDelta::hours(1);

impl Sight for Desk {
    fn mentions(&self, watch: &str, within: Duration, at: Timestamp) -> u64 {
        let heard = self
            .number_of(watch)
            .and_then(|number| self.heard.get(number));
        heard.map_or(0, |heard| {
            let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
            let at = at.timestamp();
            heard.history.count(at.saturating_sub(within), at)
        })
    }

    fn said(&self, watch: &str, flag: Flag, within: Duration, at: Timestamp) -> Option<(u64, u64)> {
        let heard = self.heard.get(self.number_of(watch)?)?;
        let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
        let at = at.timestamp();
        let notes = heard.notes.within(at.saturating_sub(within), at);
        let read = notes.filter(|note| note.said.is_known() && note.words.is_credible());
        Some(read.fold((0, 0), |(these, all), note| {
            (these + u64::from(note.said.has(flag)), all + 1)
        }))
    }

    fn environment(&self, run: &Run, at: Timestamp) -> Option<Analysis> {
        let watches = std::iter::once(&run.watch).chain(&run.ending.also_watches);
        let heard: Vec<&Heard> = watches
            .filter_map(|watch| self.heard.get(self.number_of(watch)?))
            .collect();
        let kept = heard.iter().map(|heard| heard.keeps_notes()).min()?;
        let started = run.started_at.unwrap_or(at) - ANALYSED_BEFORE;
        let latest = run.environment.latest.as_ref();
        let since = latest.map_or(started, |made| made.at);
        let from = since.max(at - TimeDelta::seconds(kept));
        let blind: Vec<String> = run.ending.blind.keys().cloned().collect();
        let mut public = run.statements.publications.iter();
        let beside = Beside {
            environment: &run.environment,
            has_published: public.any(|one| !one.is_internal),
            blind: &blind,
        };
        Some(analyse(&heard, from, at, beside))
    }

    fn echoes(&self, watch: &str, within: Duration, at: Timestamp) -> u64 {
        let heard = self
            .number_of(watch)
            .and_then(|place| self.heard.get(place));
        let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
        let at = at.timestamp();
        heard.map_or(0, |heard| heard.n_echoes(at.saturating_sub(within), at))
    }

    fn reading(&self, test: &Test, watches: &[&str], at: Timestamp) -> Option<Reading> {
        let readings = watches.iter().filter_map(|watch| {
            let mut meter = Meter::new(test, self.number_of(watch)?, &self.ground())?;
            meter.place(&self.heard, at.timestamp());
            meter.reading(&self.heard)
        });
        // A run that was merged follows several watches: the one where it holds
        // is enough.
        readings.reduce(|one, other| if one.holds { one } else { other })
    }

    fn listens_to(&self, watch: &str) -> bool {
        self.number_of(watch).is_some()
    }

    fn is_blind(&self) -> bool {
        !self.hears_all()
    }

    fn hearing(&self, test: &Test, at: Timestamp, is_sure: bool) -> Hearing {
        match self.hears_all() {
            true => Hearing::of(test, &self.deaf, at.timestamp(), is_sure),
            false => Hearing::Part,
        }
    }
}
