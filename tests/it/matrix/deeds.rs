//! What people do in the story, as work for the engine.

use std::sync::Arc;

use chrono::TimeDelta;
use draaiboek::domain::desk::{ByHand, Observed};
use draaiboek::domain::facts::FactValue;
use draaiboek::domain::mention::Mention;
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::step::answers::Who;
use draaiboek::domain::time::rfc3339;
use draaiboek::domain::unreachable::{Sign, Unreachable};
use draaiboek::engine::work::{Command, Work};
use draaiboek::source::wire;
use draaiboek::store::Tally;

use super::life::Life;
use super::story::{self, Deed};

impl Life<'_> {
    /// What a deed asks of the program.
    pub(super) fn work(&self, deed: &Deed) -> Work {
        let by = "root".to_owned();
        Work::Command(match deed.clone() {
            Deed::Mentions(word, numbers) => {
                return self.mentions(word, numbers.collect::<Vec<_>>().as_slice());
            }
            Deed::Start(playbook, level) => Command::StartRun(ByHand {
                level: Some(level.to_owned()),
                ..ByHand::new(playbook, &by, "a call")
            }),
            Deed::ByLink(run, person, reply) => {
                let effect = self.outside.links.get(&(run, person.to_owned()));
                let effect = effect.unwrap_or_else(|| panic!("{person} got nothing of run {run}"));
                let who = who(person, Some(effect.clone()), person);
                Command::Reply { run, who, reply }
            }
            Deed::OnServer(run, person, reply) => {
                let who = who(person, None, "root");
                Command::Reply { run, who, reply }
            }
            Deed::Fact(run, by, text) => Command::SetFact {
                run,
                fact: "where".to_owned(),
                value: FactValue::Text(text.to_owned()),
                by: by.to_owned(),
                source: None,
                as_of: None,
            },
            Deed::CameBack(run, person) => {
                let effect = self.outside.links.get(&(run, person.to_owned()));
                let effect = effect.unwrap_or_else(|| panic!("{person} got nothing of run {run}"));
                Command::Unreachable(Unreachable {
                    sign: Sign::CameBack { status: None },
                    effects: vec![effect.clone()],
                    addresses: Vec::new(),
                    written_at: None,
                })
            }
            Deed::StartMoth => {
                let known = FactValue::Text("the mill".to_owned());
                Command::StartRun(ByHand {
                    facts: vec![("where".to_owned(), known)],
                    ..ByHand::new("moth", &by, "a call")
                })
            }
            Deed::Does(run, who, act) => {
                let by = who.to_owned();
                Command::Act { run, act, by }
            }
            Deed::Since(run) => Command::SetFact {
                run,
                fact: "since".to_owned(),
                value: FactValue::Time(self.outside.now - TimeDelta::minutes(20)),
                by,
                source: None,
                as_of: None,
            },
            Deed::Merge(run, into) => Command::Merge {
                run,
                into,
                by,
                reason: "the same".to_owned(),
            },
            Deed::Blind(trouble) => Command::SourceWord {
                source: "suite".to_owned(),
                trouble: trouble.map(str::to_owned),
                since: self.outside.now,
            },
            Deed::Close(run) => {
                let act = story::close();
                Command::Act { run, act, by }
            }
        })
    }

    fn mentions(&self, word: &str, numbers: &[u64]) -> Work {
        let n_mentions = numbers.len() as u64;
        let published = rfc3339(self.outside.now - TimeDelta::seconds(20));
        let observed = numbers.iter().map(|number| {
            let line = format!(
                r#"{{"id":"{number}","platform":"x","author":"a{number}","text":"A mouse in the {word}","published_at":"{published}"}}"#
            );
            let mention: Mention = wire::read_mention(line.as_bytes()).unwrap();
            let matched = self.setting.watches.matching(&mention, "suite");
            Observed::known(mention, matched, &"suite".into())
        });
        Work::Mentions {
            source: "suite".into(),
            observed: observed.collect(),
            tally: Tally {
                received: n_mentions,
                matched: n_mentions,
                new: 0,
                rejected: 0,
            },
            position: None,
            watches: Arc::clone(&self.setting.watches),
        }
    }
}

fn who(person: &str, effect: Option<String>, by: &str) -> Who {
    Who {
        person: person.to_owned(),
        through: match effect {
            Some(_) => Through::Link,
            None => Through::Command,
        },
        effect,
        by: by.to_owned(),
    }
}
