//! A mail came back, or somebody is away: in which runs that matters.
//!
//! Forged news can do no harm but wake people: it leads to `Event::Unreachable`
//! for somebody who is waited for, and that only ever alerts others as well.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{Desk, Happening};
use crate::domain::run::{AlertState, Event, Run, RunId};
use crate::domain::time::Timestamp;
use crate::domain::unreachable::Unreachable;

/// How far the clock of another mail server may be behind ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(15);

impl Desk {
    /// Marks people unreachable in every open run that waits for them, so that
    /// whoever is next is alerted. Who, in which run; the second time nobody.
    pub fn unreachable(
        &mut self,
        news: &Unreachable,
        now: Timestamp,
    ) -> (Vec<(RunId, String)>, Vec<Happening>) {
        let people = self.meant_by(news);
        let mut awaited: Vec<(RunId, String)> = Vec::new();
        for on_desk in self.runs.values().filter(|on_desk| on_desk.run.is_open) {
            let here = people.iter().filter(|person| {
                let alerts = &on_desk.run.alerts;
                let mut theirs = alerts.iter().filter(|(_, alert)| alert.person == **person);
                theirs.any(|(effect, alert)| matters(&on_desk.run, effect, alert, news))
            });
            awaited.extend(here.map(|person| (on_desk.run.id, person.clone())));
        }
        let (mut marked, mut happenings) = (Vec::new(), Vec::new());
        for (run, person) in awaited {
            let event = Event::Unreachable {
                person: person.clone(),
                because: news.sign.because(),
            };
            // It was open a moment ago, so it is not refused.
            let came = self.submit(run, &event, now).unwrap_or_default();
            if !came.is_empty() {
                marked.push((run, person));
            }
            happenings.extend(came);
        }
        (marked, happenings)
    }

    /// Who was alerted by the effects; without any of ours, who has the address.
    fn meant_by(&self, news: &Unreachable) -> BTreeSet<String> {
        let runs = || self.runs.values().map(|on_desk| &on_desk.run);
        let alerts = |effect: &String| {
            let effect = effect.clone();
            runs().filter_map(move |run| Some((run, run.alerts.get(&effect)?)))
        };
        let named: Vec<_> = news.effects.iter().flat_map(alerts).collect();
        if !named.is_empty() {
            let open = named.into_iter().filter(|(run, _)| run.is_open);
            return open.map(|(_, alert)| alert.person.clone()).collect();
        }
        let has_address = |email: &str| {
            let mut addresses = news.addresses.iter();
            addresses.any(|address| address.eq_ignore_ascii_case(email.trim()))
        };
        let team = self.organisation.team.iter();
        let meant = team.filter(|person| has_address(&person.email));
        meant.map(|person| person.key.clone()).collect()
    }
}

/// Whether anybody waits for an answer to this alert, or the alert itself was
/// to tell somebody and did not.
fn matters(run: &Run, effect: &String, alert: &AlertState, news: &Unreachable) -> bool {
    let Some(alarm) = &run.alarm else {
        return false;
    };
    let is_named = news.effects.contains(effect);
    // An old mail that is found late says nothing about a new alert.
    let is_later = news
        .written_at
        .is_some_and(|at| alert.at > at + CLOCKS_DIFFER);
    if alert.level != alarm.level || (is_later && !is_named) {
        return false;
    }
    let was_to_tell = !alert.must_answer && !alert.roles.is_empty();
    let is_missing = |role: &String| {
        let coverage = alarm.roles.get(role);
        coverage.is_some_and(|coverage| coverage.answer.is_none())
    };
    (was_to_tell && is_named) || alert.covers.iter().any(is_missing)
}
