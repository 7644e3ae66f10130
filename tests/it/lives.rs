//! Properties of an alarm that must hold whatever people do, in any order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use draaiboek::domain::desk::Desk;
use draaiboek::domain::restraint::{MOST, WINDOW};
use draaiboek::domain::run::alarm::{Move, Through};
use draaiboek::domain::run::ending::Outcome;
use draaiboek::domain::run::{Event, Logged, Run};
use draaiboek::domain::step::answers::{Reply, Who};
use proptest::prelude::*;

use crate::crew::{Crew, STEPS, evidence};

const PEOPLE: [&str; 6] = ["anna", "bo", "cas", "dirk", "els", "fenna"];

/// Quick steps, so that many things fall together.
const QUICK: &str = "
    - { roles: [lead, analyst], tell: [board], repeat: 2m, times: 2 }
    - { after: 3m, deputies: true }
    - { after: 4m, roles: [boss], repeat: 1m, times: 3 }
";

/// Something that may happen.
#[derive(Debug, Clone)]
enum Act {
    Wait(i64),
    /// Asleep: nobody wakes up at the moments in between.
    Sleep(i64),
    Reply(usize, Reply),
    Command(usize, Reply),
    Refused(usize),
    Unreachable(usize),
    Stale(i64),
    Fact(usize),
    Rise,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let reply = prop_oneof![
        3 => Just(Reply::Take),
        3 => Just(Reply::PassOn),
        1 => Just(Reply::NotMe),
        1 => Just(Reply::Note("busy".to_owned())),
    ];
    let person = 0..PEOPLE.len();
    prop_oneof![
        6 => (0_i64..12).prop_map(Act::Wait),
        1 => (0_i64..200).prop_map(Act::Sleep),
        6 => (person.clone(), reply.clone()).prop_map(|(who, reply)| Act::Reply(who, reply)),
        1 => (person.clone(), reply).prop_map(|(who, reply)| Act::Command(who, reply)),
        2 => person.clone().prop_map(Act::Refused),
        1 => person.clone().prop_map(Act::Unreachable),
        1 => (-50_i64..50).prop_map(Act::Stale),
        1 => person.prop_map(Act::Fact),
        1 => Just(Act::Rise),
        1 => Just(Act::Restart),
    ]
}

struct Life {
    crew: Crew,
    log: Vec<Logged>,
}

impl Life {
    fn run(&self) -> &Run {
        self.crew.desk.run(1).unwrap()
    }

    fn act(&mut self, act: &Act) {
        let crew = &mut self.crew;
        let minutes = (crew.now - crew.begins).num_minutes();
        match act {
            Act::Wait(length) => drop(crew.until(minutes + length)),
            Act::Sleep(length) => drop(crew.asleep_until(minutes + length)),
            Act::Reply(person, reply) => {
                let person = PEOPLE[*person];
                if crew.effects.iter().any(|(to, _)| to == person) {
                    let who = crew.who(person);
                    self.reply(&who, reply);
                }
            }
            Act::Command(person, reply) => {
                let who = Who {
                    person: PEOPLE[*person].to_owned(),
                    effect: None,
                    through: Through::Command,
                    by: "root".to_owned(),
                };
                self.reply(&who, reply);
            }
            Act::Refused(person) => {
                let person = PEOPLE[*person];
                if crew.effects.iter().any(|(to, _)| to == person) {
                    crew.refuse(person);
                }
            }
            Act::Unreachable(person) => {
                let event = Event::Unreachable {
                    person: PEOPLE[*person].to_owned(),
                    because: "away".to_owned(),
                };
                crew.submit(&event);
                let seq = crew.desk.run(1).unwrap().seq;
                crew.submit(&event);
                assert_eq!(crew.desk.run(1).unwrap().seq, seq, "known already");
            }
            Act::Stale(minutes) => {
                // A timer that is not (any more) the one that was set.
                let due_at = crew.now + TimeDelta::minutes(*minutes) + TimeDelta::milliseconds(7);
                let event = Event::AlarmDue {
                    what: Move::NextStep,
                    roles: vec!["lead".to_owned()],
                    due_at,
                    late: false,
                };
                let seq = crew.desk.run(1).unwrap().seq;
                crew.submit(&event);
                assert_eq!(
                    crew.desk.run(1).unwrap().seq,
                    seq,
                    "a stale timer is a no-op"
                );
            }
            Act::Fact(person) => drop(crew.submit(&Event::Noted {
                by: PEOPLE[*person].to_owned(),
                text: "seen".to_owned(),
            })),
            Act::Rise => drop(crew.submit(&Event::TriggerFired {
                playbook: "mouse".into(),
                trigger: "storm".into(),
                level: "crisis".into(),
                evidence: Box::new(evidence(crew.now)),
            })),
            Act::Restart => self.restart(),
        }
    }

    /// The same again at once is a no-op, or refused.
    fn reply(&mut self, who: &Who, reply: &Reply) {
        let crew = &mut self.crew;
        let is_taken = crew.reply_as(who, reply).is_ok();
        if is_taken && !matches!(reply, Reply::Note(_)) {
            let seq = crew.desk.run(1).unwrap().seq;
            let _ = crew.reply_as(who, reply);
            let again = crew.desk.run(1).unwrap().seq;
            assert_eq!(again, seq, "{reply:?} by {who:?} twice");
        }
    }

    /// Only what was stored is left, as the store gives it back.
    fn restart(&mut self) {
        let text = serde_json::to_string(&self.crew.log).unwrap();
        let log: Vec<Logged> = serde_json::from_str(&text).unwrap();
        let run = Run::replay(1, &log);
        assert_eq!(&run, self.run());
        let organisation = std::sync::Arc::clone(&self.crew.organisation);
        let pinned = std::sync::Arc::clone(&self.crew.pinned);
        let mut desk = Desk::new(organisation, vec![std::sync::Arc::clone(&pinned)]);
        desk.adopt(run, pinned);
        assert_eq!(desk.next_wakeup(), self.crew.desk.next_wakeup());
        self.crew.desk = desk;
    }

    /// What must be true at every moment.
    fn check(&mut self) {
        self.log.clone_from(&self.crew.log);
        let run = self.run();
        assert_eq!(&Run::replay(1, &self.log), run);
        let alarm = run
            .alarm
            .as_ref()
            .expect("a run that is open alerted somebody");
        for (role, coverage) in &alarm.roles {
            let is_in_hand = coverage
                .answer
                .as_ref()
                .is_some_and(|answer| answer.at_work);
            assert!(
                coverage.next.is_some() || is_in_hand,
                "{role} has no next moment, and nobody is at work: {coverage:?}"
            );
        }
        for (person, effect) in &self.crew.effects {
            assert!(
                PEOPLE.contains(&person.as_str()),
                "{person} is not in the team"
            );
            assert!(effect.starts_with("1."));
        }
        let distinct: BTreeSet<&String> = self.crew.effects.iter().map(|(_, id)| id).collect();
        assert_eq!(distinct.len(), self.crew.effects.len());
        self.check_restraint();
    }

    /// Nobody gets more than so many alerts in a window, rises apart.
    fn check_restraint(&self) {
        let mut told: BTreeMap<&str, Vec<DateTime<Utc>>> = BTreeMap::new();
        let mut highest: BTreeMap<&str, &str> = BTreeMap::new();
        for logged in &self.log {
            let Event::Alerted { person, level, .. } = &logged.event else {
                continue;
            };
            let known = told.entry(person).or_default();
            if highest
                .insert(person, level)
                .is_some_and(|before| before != level)
            {
                known.clear();
            }
            known.retain(|at| *at + TimeDelta::from_std(WINDOW).unwrap() > logged.at);
            known.push(logged.at);
            assert!(known.len() <= MOST, "{person} got {} alerts", known.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_open_run_always_goes_on_or_is_in_somebodys_hands(
        acts in prop::collection::vec(act(), 1..40),
        is_quick in any::<bool>(),
    ) {
        let steps = if is_quick { QUICK } else { STEPS };
        let mut life = Life { crew: Crew::with(steps, "\n    - { roles: [boss] }\n    - { after: 5m, deputies: true }\n", ""), log: Vec::new() };
        for act in &acts {
            life.act(act);
            life.check();
        }
        // Without an answer somebody is always told again within an hour and a bit.
        let alarm = life.run().alarm.clone().unwrap();
        if alarm.missing().next().is_some() {
            let n_effects = life.crew.effects.len();
            let minutes = (life.crew.now - life.crew.begins).num_minutes();
            life.crew.until(minutes + 80);
            prop_assert!(life.crew.effects.len() > n_effects, "nobody is told any more");
        }
        life.crew.submit(&Event::RunClosed { by: "root".into(), reason: "over".into(), outcome: Outcome::Real });
        let n_effects = life.crew.effects.len();
        life.crew.until(10_000);
        prop_assert_eq!(life.crew.effects.len(), n_effects, "a closed run mails nobody");
    }
}
