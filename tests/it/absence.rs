//! What is usual, kept in a real store: a restart is going on, and the time that
//! nobody listened teaches nothing.

use std::sync::Arc;

use chrono::TimeDelta;
use draaiboek::domain::desk::Observed;
use draaiboek::domain::mention::Mention;
use draaiboek::domain::plane::Plane;
use draaiboek::domain::query::watches::Watches;
use draaiboek::domain::time::Timestamp;
use draaiboek::engine::live::Live;
use draaiboek::engine::work::{Command, Work};
use draaiboek::store::{Store, Tally};
use serde_json::Value;

use crate::core::{ORGANISATION, Setting, at, playbook, setting_of};
use crate::world::Folder;

const START: i64 = 1_800_000_000 / 3_600 * 3_600;

struct Daemon {
    folder: Folder,
    setting: Setting,
    live: Option<Live>,
    id: usize,
}

impl Daemon {
    fn new(name: &str) -> Self {
        let triggers = "  t0: { when: { unusual: high } }\n";
        let mut daemon = Self {
            folder: Folder::new(name),
            setting: setting_of(ORGANISATION, &[playbook("one", "bread", triggers)]),
            live: None,
            id: 0,
        };
        daemon.start(at(START));
        daemon
    }

    fn start(&mut self, now: Timestamp) {
        self.live = None;
        let watches = Arc::new(Watches::new(&self.setting.0).unwrap());
        let (organisation, shelf) = (Arc::clone(&self.setting.0), self.setting.1.clone());
        let store = Store::open(&self.folder.path(""), Plane::Real).unwrap();
        self.live = Some(Live::open(store, organisation, watches, shelf, now).unwrap());
    }

    fn live(&mut self) -> &mut Live {
        self.live.as_mut().unwrap()
    }

    /// So many mentions in the hour that begins at `begin`, taken in at its end.
    fn hour(&mut self, begin: Timestamp, n_mentions: i64) {
        let watches = Watches::new(&self.setting.0).unwrap();
        let mut observed = Vec::new();
        for number in 0..n_mentions {
            self.id += 1;
            let mention = serde_json::json!({
                "id": self.id.to_string(), "platform": "x", "author": format!("a{}", self.id),
                "text": format!("brood {} {}", self.id * 7_919, self.id),
                "published_at": begin + TimeDelta::seconds(number * 3_500 / n_mentions),
            });
            let mention: Mention = serde_json::from_value(mention).unwrap();
            observed.extend(Observed::new(mention, &watches, &"suite".into()));
        }
        let work = Work::Mentions {
            source: "suite".into(),
            observed,
            tally: Tally::default(),
            position: None,
            watches: self.live().watches(),
        };
        self.work(work, begin + TimeDelta::seconds(3_550));
    }

    fn work(&mut self, work: Work, now: Timestamp) {
        let answers = self.live().carry_out(vec![work], now);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }

    fn usual(&mut self) -> Value {
        let saved = self.live().store().usual("bread").unwrap();
        serde_json::to_value(saved).unwrap()
    }

    fn gaps(&mut self) -> Vec<(String, i64, Option<i64>)> {
        let gaps = self.live().store().gaps(at(START)).unwrap();
        let second = |at: Timestamp| at.timestamp();
        let gaps = gaps.into_iter();
        gaps.map(|gap| (gap.source, second(gap.from), gap.until.map(second)))
            .collect()
    }
}

fn hours(n: i64) -> Timestamp {
    at(START) + TimeDelta::hours(n)
}

#[test]
fn restarts_change_nothing_of_what_is_usual() {
    let (mut plain, mut restarted) = (Daemon::new("usual-plain"), Daemon::new("usual-restarted"));
    for hour in 0..80 {
        let n_mentions = match hour {
            60 => 150,
            one => 1 + one % 5,
        };
        for daemon in [&mut plain, &mut restarted] {
            daemon.hour(hours(hour), n_mentions);
        }
        if hour % 9 == 4 || hour == 60 {
            restarted.start(hours(hour + 1) - TimeDelta::seconds(20));
        }
    }
    assert_eq!(plain.usual(), restarted.usual());
    assert_eq!(plain.gaps(), []);
    assert_eq!(restarted.gaps(), []);
    let n_runs = |daemon: &mut Daemon| daemon.live().runs().count();
    assert_eq!((n_runs(&mut plain), n_runs(&mut restarted)), (1, 1));
    assert!(!plain.usual()["strands"].as_array().unwrap().is_empty());
}

#[test]
fn what_nobody_heard_teaches_nothing() {
    let mut daemon = Daemon::new("absence");
    for hour in 0..50 {
        daemon.hour(hours(hour), 6);
    }
    let down_from = (hours(50) - TimeDelta::seconds(50)).timestamp();
    daemon.start(hours(70));
    let down_to = hours(70).timestamp();
    assert_eq!(
        daemon.gaps(),
        [("@down".to_owned(), down_from, Some(down_to))]
    );
    // A source that is blind, over a restart as well.
    let word = |trouble: Option<&str>| {
        Work::Command(Command::SourceWord {
            source: "suite".to_owned(),
            trouble: trouble.map(str::to_owned),
            since: hours(80),
        })
    };
    for hour in 70..80 {
        daemon.hour(hours(hour), 6);
    }
    daemon.work(word(Some("it fails")), hours(81));
    for hour in 82..90 {
        daemon.hour(hours(hour), 0);
        daemon.start(hours(hour + 1));
    }
    daemon.work(word(None), hours(91));
    for hour in 91..125 {
        daemon.hour(hours(hour), 6);
    }
    assert_eq!(daemon.gaps().len(), 2, "{:?}", daemon.gaps());
    let usual = daemon.usual();
    // Hours that were learnt: all until 99 (a day behind) but the 21 and the 12
    // in which nobody heard all.
    let n_learnt = usual["usual"]["n_hours"].as_i64().unwrap();
    assert!((62..=68).contains(&n_learnt), "{n_learnt}");
    let level = usual["usual"]["level"].as_f64().unwrap();
    assert!((5.0..7.0).contains(&level), "{level}");
}
