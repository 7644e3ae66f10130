//! What a roll call does: who is mailed, what an answer changes, and what the operators
//! hear when its time is over. Its nouns are in `roll_call.rs`.

use std::collections::BTreeMap;

use super::effect::{Content, Effect, Notice, RollCallNotice};
use super::house::House;
use super::lookout::{Lookout, Outside, operators};
use super::organisation::Organisation;
use super::roll_call::{Asked, Call, NoCall, Saying, deadline, people};
use super::run::Event;
use super::run::alarm::Through;
use super::step::notice_to;
use super::time::Timestamp;
use super::unreachable::{Sign, Unreachable};

impl Lookout {
    /// Begins one, unless one is under way.
    pub fn call_roll(
        &mut self,
        organisation: &Organisation,
        call: &Call,
        now: Timestamp,
    ) -> Result<Outside, NoCall> {
        if self.roll_call().is_some_and(|last| last.is_under_way()) {
            return Err(NoCall::UnderWay);
        }
        let people = people(organisation, &call.to)?;
        let deadline = deadline(call, now)?;
        let number = self.roll_call().map_or(1, |last| last.number + 1);
        let mut outside = Outside::default();
        let began = House::RollCallBegan {
            number,
            people: people.clone(),
            deadline,
            by: call.by.clone(),
        };
        self.log(Event::House { news: began }, now, &mut outside);
        let asked = people.iter().filter_map(|key| organisation.person(key));
        for person in asked {
            let content = notice(organisation, Saying::Ask, deadline, now);
            let notice = notice_to(organisation, person, content);
            let notices = match call.each_way {
                true => by_each_way(&notice),
                false => vec![notice],
            };
            for notice in notices {
                let id = self.next_effect();
                let news = House::RollCallMailed {
                    effect: id.clone(),
                    person: person.key.clone(),
                };
                self.log(Event::House { news }, now, &mut outside);
                outside.effects.push(Effect { id, notice });
            }
        }
        Ok(outside)
    }

    /// Somebody gets alerts here; nothing when that is known.
    pub fn answer_roll(
        &mut self,
        person: &str,
        effect: Option<&str>,
        through: Through,
        by: &str,
        now: Timestamp,
    ) -> Result<Outside, NoCall> {
        let call = self.roll_call().ok_or(NoCall::None)?;
        let asked = call.people.get(person);
        let asked = asked.ok_or_else(|| NoCall::NotAsked(person.to_owned()))?;
        if effect.is_some_and(|effect| asked.effects.iter().all(|one| one != effect)) {
            return Err(NoCall::Over);
        }
        let mut outside = Outside::default();
        if asked.answered.is_none() {
            let news = House::RollCallAnswered {
                person: person.to_owned(),
                through,
                by: by.to_owned(),
            };
            self.log(Event::House { news }, now, &mut outside);
        }
        Ok(outside)
    }

    /// A mail of the roll call came back, or somebody is away: who did not answer has a
    /// reason then. Whoever has the address counts when no mail of it is named, as long
    /// as the news is not older than the call. Who, by key; the second time nobody.
    pub fn roll_call_returned(
        &mut self,
        organisation: &Organisation,
        news: &Unreachable,
        now: Timestamp,
    ) -> (Vec<String>, Outside) {
        let mut outside = Outside::default();
        let Some(call) = self.roll_call() else {
            return (Vec::new(), outside);
        };
        let is_old = news.is_older_than(call.began_at);
        let is_named = |asked: &Asked| asked.effects.iter().any(|id| news.effects.contains(id));
        let names_any = call.people.values().any(is_named);
        let concerned = call.people.iter().filter(|(person, asked)| {
            let is_meant = match names_any || is_old || !news.effects.is_empty() {
                true => is_named(asked),
                false => organisation
                    .person(person)
                    .is_some_and(|person| news.is_from(&person.email)),
            };
            is_meant && asked.answered.is_none() && asked.returned.as_ref() != Some(&news.sign)
        });
        let concerned: Vec<String> = concerned.map(|(person, _)| person.clone()).collect();
        for person in &concerned {
            let news = House::RollCallReturned {
                person: person.clone(),
                sign: news.sign.clone(),
            };
            self.log(Event::House { news }, now, &mut outside);
        }
        (concerned, outside)
    }

    /// Ends the one whose time is over, and tells the operators how it went.
    pub(super) fn end_call(
        &mut self,
        organisation: &Organisation,
        now: Timestamp,
        outside: &mut Outside,
    ) {
        let Some(call) = self.roll_call().filter(|call| call.is_under_way()) else {
            return;
        };
        if call.deadline > now {
            return;
        }
        let (n_asked, deadline) = (call.people.len(), call.deadline);
        let missing: Vec<String> = call.missing().into_iter().map(str::to_owned).collect();
        let name = |key: &String| {
            let person = organisation.person(key);
            person.map_or_else(|| key.clone(), |person| person.name.clone())
        };
        let names: Vec<String> = missing.iter().map(name).collect();
        let returned = missing.iter().filter_map(|key| {
            let sign = call.people.get(key)?.returned.clone()?;
            Some((name(key), sign))
        });
        let returned: BTreeMap<String, Sign> = returned.collect();
        let news = House::RollCallEnded {
            missing: missing.clone(),
        };
        self.log(Event::House { news }, now, outside);
        let (people, unmanned) = operators(organisation, now);
        for (role, because) in unmanned {
            self.log(Event::NotTold { role, because }, now, outside);
        }
        for person in people {
            let saying = Saying::Result {
                n_asked,
                missing: names.clone(),
                returned: returned.clone(),
            };
            let content = notice(organisation, saying, deadline, now);
            let notice = notice_to(organisation, person, content);
            let id = self.next_effect();
            let told = Event::OperatorTold {
                effect: id.clone(),
                person: person.key.clone(),
                what: "how the roll call ended".to_owned(),
            };
            self.log(told, now, outside);
            outside.effects.push(Effect { id, notice });
        }
    }
}

fn notice(
    organisation: &Organisation,
    saying: Saying,
    deadline: Timestamp,
    now: Timestamp,
) -> Content {
    Content::RollCall(Box::new(RollCallNotice {
        organisation: organisation.name.clone(),
        organisation_language: organisation.language,
        timezone: organisation.timezone.name().to_owned(),
        at: now,
        deadline,
        saying,
    }))
}

/// The same by each way alone: none of them hides that another does not work.
fn by_each_way(notice: &Notice) -> Vec<Notice> {
    let ways = notice.ways.iter();
    let alone = ways.map(|way| Notice {
        ways: vec![way.clone()],
        ..notice.clone()
    });
    alone.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::run::Logged;

    /// Anna and Bo, and Cas who runs the program.
    fn organisation() -> Organisation {
        let person = |key: &str, ways: &[&str]| {
            serde_json::json!({
                "key": key, "name": key, "email": format!("{key}@korst.example"),
                "phone": null, "language": "nl", "reach": ways,
            })
        };
        let role = |key: &str, people: &[&str]| {
            serde_json::json!({
                "key": key, "title": key, "people": people, "rota": null, "swaps": [],
            })
        };
        let written = serde_json::json!({
            "name": "Korst", "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": ["ict"], "levels": [],
            "team": [person("anna", &["mail", "sms"]), person("bo", &["mail"]), person("cas", &["mail"])],
            "roles": [role("owner", &["bo", "anna"]), role("ict", &["cas"])],
            "away": [], "mail": null, "webhooks": [], "lists": [], "queries": [], "watches": [],
            "web": { "url": null, "listen": "", "proxy": false, "tls": null, "private_hosts": [] },
            "sources": [], "channels": [], "own_accounts": [], "contacts": [], "audiences": [],
        });
        serde_json::from_value(written).unwrap()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn call(to: &[&str], each_way: bool) -> Call {
        Call {
            to: to.iter().map(|key| (*key).to_owned()).collect(),
            deadline: Duration::from_secs(3_600),
            each_way,
            by: "root".to_owned(),
        }
    }

    fn asked(outside: &Outside) -> Vec<String> {
        let effects = outside.effects.iter();
        let asked = effects.map(|effect| {
            let notice = &effect.notice;
            format!("{} {} {}", effect.id, notice.person, notice.ways.join("+"))
        });
        asked.collect()
    }

    #[test]
    fn whoever_is_meant_is_asked_once() {
        let organisation = organisation();
        let begin = |to: &[&str], each_way| {
            Lookout::default().call_roll(&organisation, &call(to, each_way), at(0))
        };
        let asked = |to: &[&str], each_way| asked(&begin(to, each_way).unwrap());
        assert_eq!(
            asked(&[], false),
            ["0.2 anna mail+sms", "0.3 bo mail", "0.4 cas mail"]
        );
        assert_eq!(
            asked(&["owner", "anna"], true),
            ["0.2 anna mail", "0.3 anna sms", "0.4 bo mail"]
        );
        let refused = begin(&["onwer"], false).unwrap_err();
        assert_eq!(refused, NoCall::Unknown("onwer".to_owned()));
    }

    proptest! {
        /// Whatever people do: an answer counts once, the end is told once, and the
        /// log gives the same.
        #[test]
        fn answers_count_once_and_the_end_is_told_once(
            deeds in prop::collection::vec((0_i64..40, 0_usize..5), 0..30),
        ) {
            let organisation = organisation();
            let (mut lookout, mut log): (Lookout, Vec<Logged>) = Default::default();
            let (mut now, mut n_calls, mut n_told) = (0, 0, 0);
            for (minutes, deed) in deeds {
                now += minutes;
                let told = lookout.tell(&organisation, at(now));
                n_told += told.effects.len();
                log.extend(told.events);
                let outside = match deed {
                    0 => lookout.call_roll(&organisation, &call(&[], false), at(now)).inspect(|_| n_calls += 1),
                    one => {
                        let person = ["anna", "bo", "cas", "dirk"][one - 1];
                        lookout.answer_roll(person, None, Through::Link, person, at(now))
                    }
                };
                log.extend(outside.unwrap_or_default().events);
                if let Some(call) = lookout.roll_call() {
                    prop_assert_eq!(call.number, n_calls);
                    prop_assert!(!call.is_under_way() || call.deadline > at(now));
                }
            }
            let is_open = lookout.roll_call().is_some_and(|call| call.is_under_way());
            prop_assert_eq!(n_told as u32, n_calls - u32::from(is_open));
            prop_assert_eq!(Lookout::replay(&log), lookout);
        }
    }
}
