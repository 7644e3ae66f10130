//! A mail came back, or somebody is away: in which runs that matters.
//!
//! Forged news can do no harm but wake people: it leads to `Event::Unreachable`
//! for somebody who is waited for, and that only ever alerts others as well.

use std::collections::BTreeSet;

use super::{Desk, Happening};
use crate::domain::lookout::NO_RUN;
use crate::domain::run::{AlertState, Event, Run, RunId};
use crate::domain::time::Timestamp;
use crate::domain::unreachable::Unreachable;

impl Desk {
    /// Marks people unreachable in every open run that waits for them, so that
    /// whoever is next is alerted, and in the last roll call ([`NO_RUN`]). Who, in which
    /// run; the second time nobody.
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
        let (people, outside) = self
            .lookout
            .roll_call_returned(&self.organisation, news, now);
        marked.extend(people.into_iter().map(|person| (NO_RUN, person)));
        happenings.extend(super::blindness::outside(outside));
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
        let team = self.organisation.team.iter();
        let meant = team.filter(|person| news.is_from(&person.email));
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
    let is_later = news.is_older_than(alert.at);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::TimeDelta;

    use super::*;
    use crate::domain::desk::{ByHand, Pinned};
    use crate::domain::parse::{Input, SourceFile, parse};
    use crate::domain::run::ending::Outcome;
    use crate::domain::unreachable::Sign;

    const ORGANISATION: &str = "
organisation: { name: De Korst, timezone: UTC }
team:
  anna: { name: Anna, email: anna@korst.example }
  bo: { name: Bo, email: bo@korst.example }
  cas: { name: Cas, email: cas@korst.example }
  dirk: { name: Dirk, email: dirk@korst.example }
roles:
  lead: { people: [anna, bo] }
  board: { people: [cas, dirk] }
watches:
  bread: { query: bread }
  cake: { query: cake }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
";

    fn moment(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::minutes(1_000_000 + minutes)
    }

    /// Runs 1 and 2 are open; anna is asked in both, cas is told.
    fn desk() -> Desk {
        let file = |path: &str, text: String| SourceFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        };
        let playbook = |watch: &str| {
            let text = format!(
                "playbook: {watch}\ntitle: {watch}\nwatch: {watch}\nowner: lead\n\
                 alert:\n  attention:\n    - {{ roles: [lead], tell: [board] }}\n"
            );
            file(&format!("playbooks/{watch}.yaml"), text)
        };
        let parsed = parse(Input {
            files: vec![
                file("draaiboek.yaml", ORGANISATION.to_owned()),
                playbook("bread"),
                playbook("cake"),
            ],
            ..Input::default()
        });
        assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
        let playbooks = parsed.playbooks.into_iter();
        let shelf = playbooks.map(|playbook| Arc::new(Pinned::new(playbook, Vec::new())));
        let organisation = Arc::new(parsed.organisation.unwrap());
        let mut desk = Desk::new(organisation, shelf.collect());
        for watch in ["bread", "cake"] {
            let by_hand = ByHand::new(watch, "root", "a call");
            desk.start_by_hand(&by_hand, moment(0)).unwrap();
        }
        desk
    }

    fn effect_to(desk: &Desk, run: RunId, person: &str) -> String {
        let mut alerts = desk.run(run).unwrap().alerts.iter();
        let found = alerts.find(|(_, alert)| alert.person == person);
        found.unwrap().0.clone()
    }

    fn came_back(effects: &[String], addresses: &[&str]) -> Unreachable {
        Unreachable {
            sign: Sign::CameBack { status: None },
            effects: effects.to_vec(),
            addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
            written_at: None,
        }
    }

    fn marked(desk: &mut Desk, news: &Unreachable) -> Vec<(RunId, String)> {
        desk.unreachable(news, moment(5)).0
    }

    #[test]
    fn news_about_one_alert_counts_in_every_open_run_that_waits_for_them() {
        let mut desk = desk();
        let news = came_back(&[effect_to(&desk, 1, "anna")], &[]);
        let both = [(1, "anna".to_owned()), (2, "anna".to_owned())];
        assert_eq!(marked(&mut desk, &news), both);
        assert_eq!(marked(&mut desk, &news), []);
        for run in [1, 2] {
            effect_to(&desk, run, "bo");
        }
    }

    #[test]
    fn an_address_counts_only_when_no_alert_of_ours_is_named() {
        let mut desk = desk();
        let news = came_back(&[effect_to(&desk, 1, "cas")], &["ANNA@korst.example"]);
        assert_eq!(marked(&mut desk, &news), [(1, "cas".to_owned())]);
        effect_to(&desk, 1, "dirk");
        let news = came_back(&["9.9".to_owned()], &["ANNA@korst.example"]);
        assert_eq!(marked(&mut desk, &news).len(), 2);
    }

    #[test]
    fn who_was_only_told_or_is_a_stranger_is_not_waited_for() {
        let mut desk = desk();
        for address in [
            "cas@korst.example",
            "x@evil.example",
            "anna@korst.example.evil",
        ] {
            assert_eq!(marked(&mut desk, &came_back(&[], &[address])), []);
        }
    }

    #[test]
    fn news_about_a_closed_run_changes_nothing() {
        let mut desk = desk();
        let news = came_back(&[effect_to(&desk, 1, "anna")], &["anna@korst.example"]);
        let (by, reason) = ("root".to_owned(), "over".to_owned());
        let close = Event::RunClosed {
            by,
            reason,
            outcome: Outcome::Real,
        };
        desk.submit(1, &close, moment(1)).unwrap();
        assert_eq!(marked(&mut desk, &news), []);
    }

    #[test]
    fn a_mail_from_before_the_alert_is_not_about_it() {
        let mut desk = desk();
        let mut news = came_back(&[], &["anna@korst.example"]);
        news.written_at = Some(moment(-16));
        assert_eq!(marked(&mut desk, &news), []);
        news.written_at = Some(moment(-15));
        assert_eq!(marked(&mut desk, &news).len(), 2);
        news.written_at = Some(Timestamp::MAX_UTC);
        assert_eq!(marked(&mut desk, &news), []);
    }
}
