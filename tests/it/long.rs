//! Long runs in a real store: opened from their folded state, which is what
//! the log says, and of which only the end is read.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use draaiboek::domain::desk::{ByHand, Observed};
use draaiboek::domain::facts::FactValue;
use draaiboek::domain::plane::Plane;
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::run::ending::Outcome;
use draaiboek::domain::step::acts::Act;
use draaiboek::domain::step::answers::{Reply, Who};
use draaiboek::domain::time::{Timestamp, rfc3339};
use draaiboek::domain::unreachable::{Sign, Unreachable};
use draaiboek::engine::live::Live;
use draaiboek::engine::watches_of;
use draaiboek::engine::work::{Command, Work};
use draaiboek::store::{Delivery, Parcel, Store, Tally};
use serde_json::json;

use crate::crew::{Crew, STEPS};
use crate::world::Folder;

/// One run on disk, and the hands that lead it.
pub(crate) struct Long {
    pub(crate) folder: Folder,
    pub(crate) live: Live,
    pub(crate) now: DateTime<Utc>,
}

fn begins() -> Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// A storm is another alarm in the run that is open.
const CRISIS: &str = "
    - { roles: [boss] }
triggers:
  storm: { level: crisis, when: { mentions: { within: 1h, at_least: 3 } } }
";

pub(crate) fn open(folder: &Folder, now: Timestamp) -> Live {
    let crew = Crew::with(STEPS, CRISIS, "");
    for (path, text) in &crew.files {
        folder.write(path, text);
    }
    Live::open(
        Store::open(&folder.path(""), Plane::Real).unwrap(),
        Arc::clone(&crew.organisation),
        watches_of(&crew.organisation).unwrap(),
        vec![Arc::clone(&crew.pinned)],
        now,
    )
    .unwrap()
}

impl Long {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let live = open(&folder, begins());
        let mut long = Self {
            folder,
            live,
            now: begins(),
        };
        long.commit(vec![Work::Command(Command::StartRun(ByHand::new(
            "mouse", "root", "a call",
        )))]);
        long
    }

    pub(crate) fn commit(&mut self, works: Vec<Work>) {
        let answers = self.live.carry_out(works, self.now);
        let lost = answers
            .iter()
            .any(|answer| format!("{answer:?}").contains("NotStored"));
        assert!(!lost, "{answers:?}");
    }

    /// What people, servers and time do in a long night, a commit at a time.
    pub(crate) fn night(&mut self, n_commits: u64) {
        let people = ["anna", "bo", "cas", "dirk", "els"];
        for number in 0..n_commits {
            let person = people[number as usize % people.len()].to_owned();
            let reply = match number % 7 {
                0 => Reply::Take,
                3 => Reply::PassOn,
                _ => Reply::Note(format!("seen {number} \"§\" é")),
            };
            let who = Who {
                person: person.clone(),
                effect: None,
                through: Through::Command,
                by: "root".to_owned(),
            };
            let mut works = vec![Work::Command(Command::Reply { run: 1, who, reply })];
            works.push(Work::Command(Command::SetFact {
                run: 1,
                fact: "known".to_owned(),
                value: match number % 3 {
                    0 => FactValue::Number(number as f64 / 8.0),
                    1 => FactValue::List(vec![format!("item {number}"), String::new()]),
                    _ => FactValue::Text("[forgotten]".to_owned()),
                },
                by: person.clone(),
                source: None,
                as_of: None,
            }));
            if number % 5 == 0 {
                works.push(Work::Command(Command::Unreachable(Unreachable {
                    sign: Sign::Away,
                    effects: Vec::new(),
                    addresses: vec![format!("{person}@korst.example")],
                    written_at: None,
                })));
            }
            for parcel in self.live.take_parcels() {
                works.push(Work::Tried {
                    effect: parcel.effect,
                    run: parcel.run,
                    person: parcel.notice.person,
                    channel: "mail".to_owned(),
                    delivery: match number % 4 {
                        0 => Delivery::Never {
                            because: "550".to_owned(),
                        },
                        _ => Delivery::Sent,
                    },
                    plain: None,
                });
            }
            self.commit(works);
            self.now += TimeDelta::seconds(97);
        }
    }

    /// All that waits is delivered.
    pub(crate) fn settle(&mut self) {
        loop {
            let sent = |parcel: Parcel| Work::Tried {
                effect: parcel.effect,
                run: parcel.run,
                person: parcel.notice.person,
                channel: "mail".to_owned(),
                delivery: Delivery::Sent,
                plain: None,
            };
            let works: Vec<Work> = self.live.take_parcels().into_iter().map(sent).collect();
            if works.is_empty() {
                return;
            }
            self.commit(works);
        }
    }

    /// Three people write the same word, and somebody saw it.
    pub(crate) fn storm(&mut self, word: &str) {
        let observed = (0..3).map(|number| {
            let mention = json!({
                "id": format!("{word}{number}"), "platform": "x", "author": format!("{word}-author"),
                "text": format!("bread {word} {number}"), "url": format!("https://x.example/{word}"),
                "published_at": rfc3339(self.now),
            });
            let mention = serde_json::from_value(mention).unwrap();
            Observed::known(mention, vec![0].into(), &"suite".into())
        });
        let observed = observed.collect();
        self.commit(vec![Work::Mentions {
            source: "suite".into(),
            observed,
            tally: Tally::default(),
            position: None,
            watches: self.live.watches(),
        }]);
    }

    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path("data/draaiboek.db")).unwrap()
    }

    fn folded_at(&self) -> Option<u64> {
        let sql = "SELECT max(seq) FROM folded WHERE run = 1";
        let seq: Option<i64> = self
            .database()
            .query_row(sql, [], |row| row.get(0))
            .unwrap();
        seq.map(i64::cast_unsigned)
    }
}

#[test]
fn a_folded_run_is_the_run_its_log_gives() {
    let mut long = Long::new("folded");
    let mut seen = Vec::new();
    for _ in 0..60 {
        long.night(7);
        let (run, _) = long.live.store().run(1).unwrap().unwrap();
        assert_eq!(run, long.live.store().replayed(1).unwrap());
        assert_eq!(Some(&run), long.live.runs().next());
        let behind = run.seq - long.folded_at().unwrap_or(0);
        assert!(behind < 200, "{behind} events behind at {}", run.seq);
        seen.extend(long.folded_at());
    }
    seen.dedup();
    assert!(seen.len() > 2, "only folded at {seen:?}");
    long.commit(vec![Work::Command(Command::Act {
        run: 1,
        act: Act::Close {
            outcome: Outcome::Real,
            reason: "over".to_owned(),
        },
        by: "root".to_owned(),
    })]);
    let (run, _) = long.live.store().run(1).unwrap().unwrap();
    assert!(!run.is_open);
    assert_eq!(long.folded_at(), Some(run.seq), "a closed run is folded");
}

#[test]
fn a_folded_run_that_cannot_be_believed_is_replayed() {
    let mut long = Long::new("unbelieved");
    long.night(150);
    let replayed = long.live.store().replayed(1).unwrap();
    let same = |long: &Long| {
        let (run, _) = long.live.store().run(1).unwrap().unwrap();
        assert_eq!(run, replayed);
    };
    same(&long);
    let database = long.database();
    let lie = "UPDATE folded SET json = replace(json, '\"watch\":\"bread\"', '\"watch\":\"cake\"')";
    assert_eq!(database.execute(lie, []).unwrap(), 1);
    let (run, _) = long.live.store().run(1).unwrap().unwrap();
    assert_eq!(run.watch, "cake", "the folded state is what is read");
    for spoilt in [
        "UPDATE folded SET version = version + 1",
        "UPDATE folded SET version = version - 1, json = '{}'",
        "UPDATE folded SET json = 'no json'",
        "DELETE FROM folded",
    ] {
        database.execute(spoilt, []).unwrap();
        same(&long);
    }
    // Made again when the program starts.
    let Long { folder, live, now } = long;
    drop(live);
    let live = open(&folder, now);
    let long = Long { folder, live, now };
    assert!(long.folded_at().is_some());
    let (run, _) = long.live.store().run(1).unwrap().unwrap();
    assert_eq!(run, long.live.store().replayed(1).unwrap());
}

#[test]
fn a_look_at_a_long_run_reads_only_its_last_events() {
    let mut long = Long::new("last-events");
    while long.live.runs().next().unwrap().seq < 1_000 {
        long.night(50);
    }
    let (before, _) = long.live.store().run(1).unwrap().unwrap();
    let folded_at = long.folded_at().unwrap();
    assert!(before.seq - folded_at < 200);
    // Whoever reads what came before would trip over it.
    let spoil = "UPDATE event SET json = 'no json' WHERE run = 1 AND seq <= $1";
    let n_spoilt = long
        .database()
        .execute(spoil, [folded_at.cast_signed()])
        .unwrap();
    assert!(n_spoilt > 700, "{n_spoilt}");
    assert!(long.live.store().replayed(1).is_err());
    let (after, _) = long.live.store().run(1).unwrap().unwrap();
    assert_eq!(after, before);
}
