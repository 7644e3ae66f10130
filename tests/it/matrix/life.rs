//! A program that lives through the story: the real engine and store, and a
//! carrier that plays the dispatcher on a clock of ours. It can be cut off
//! after any of its actions.
//!
//! The carrier knows only what is stored. The real lanes also remember since
//! when a way fails, so that what waited behind another goes to the next way
//! sooner; a restart forgets that, and such a notice may be a minute later.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use draaiboek::domain::delivery::{Next, Outcome};
use draaiboek::domain::desk::Pinned;
use draaiboek::domain::effect::{Content, Notice};
use draaiboek::domain::organisation::Organisation;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::plane::Plane;
use draaiboek::domain::query::watches::Watches;
use draaiboek::domain::run::{Logged, Run, RunId};
use draaiboek::domain::time::{Timestamp, rfc3339};
use draaiboek::engine::live::Live;
use draaiboek::engine::work::Work;
use draaiboek::engine::{shelf, watches_of};
use draaiboek::store::{Delivery, Parcel, Store, Turn};

use super::story::{self, Deed};
use crate::world::Folder;

/// One that failed so often lets others pass, as in the lanes of the program.
const PASSED_AFTER: u32 = 6;

/// What is written, read once for all lives.
pub(super) struct Setting {
    organisation: Arc<Organisation>,
    pub(super) watches: Arc<Watches>,
    shelf: Vec<Arc<Pinned>>,
    story: Vec<(i64, Deed)>,
}

impl Setting {
    pub(super) fn new() -> Self {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let parsed = parse(Input {
            files: vec![
                file("draaiboek.yaml", story::ORGANISATION),
                file("playbooks/mouse.yaml", story::MOUSE),
                file("playbooks/rat.yaml", story::RAT),
                file("playbooks/moth.yaml", story::MOTH),
                file("templates/statements/holding.en.hbs", story::TEMPLATE),
                file("templates/statements/news.en.hbs", story::NEWS),
            ],
            ..Input::default()
        });
        assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
        let organisation = Arc::new(parsed.organisation.unwrap());
        Self {
            watches: watches_of(&organisation).unwrap(),
            shelf: shelf(&parsed.playbooks, &parsed.templates),
            organisation,
            story: story::story(),
        }
    }

    fn open(&self, folder: &Folder, now: Timestamp) -> Live {
        Live::open(
            Store::open(&folder.path(""), Plane::Real).unwrap(),
            Arc::clone(&self.organisation),
            Arc::clone(&self.watches),
            self.shelf.clone(),
            now,
        )
        .unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + second, 0).unwrap()
}

/// A notice that the other side took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taken {
    pub(super) effect: String,
    pub(super) person: String,
    pub(super) way: String,
}

/// What lasts when the program dies.
#[derive(Clone)]
pub(super) struct Outside {
    pub(super) now: Timestamp,
    /// Deeds that were done and taken.
    n_done: usize,
    taken: Vec<Taken>,
    /// Who had an alert of which run last, and which: links work by it.
    pub(super) links: BTreeMap<(RunId, String), String>,
}

/// What a life did in one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Did {
    /// One transaction.
    Commit,
    /// The other side was asked to take a notice; that is not recorded yet.
    Send,
}

/// See the module.
pub(super) struct Life<'a> {
    pub(super) setting: &'a Setting,
    folder: Folder,
    live: Live,
    lanes: BTreeMap<String, BTreeMap<Turn, Parcel>>,
    /// Tries whose outcome is not recorded yet, and whose they are.
    tried: Vec<Work>,
    busy: BTreeSet<String>,
    pub(super) outside: Outside,
    /// Whether the disk is full at every first try to commit.
    has_full_disk: bool,
    /// Works that could not be stored at first.
    pub(super) n_failed: usize,
}

impl<'a> Life<'a> {
    pub(super) fn new(setting: &'a Setting) -> Self {
        let folder = Folder::new("matrix");
        let outside = Outside {
            now: at(0),
            n_done: 0,
            taken: Vec::new(),
            links: BTreeMap::new(),
        };
        Self::open(setting, folder, outside)
    }

    fn open(setting: &'a Setting, folder: Folder, outside: Outside) -> Self {
        let live = setting.open(&folder, outside.now);
        let mut life = Self {
            setting,
            folder,
            live,
            lanes: BTreeMap::new(),
            tried: Vec::new(),
            busy: BTreeSet::new(),
            outside,
            has_full_disk: false,
            n_failed: 0,
        };
        life.take_in();
        life
    }

    pub(super) fn with_full_disk(mut self) -> Self {
        self.has_full_disk = true;
        self
    }

    /// Another program on what is on disk now: all that was in memory is lost,
    /// and nobody closed the files.
    pub(super) fn cut_off(&self) -> Self {
        let folder = Folder::new("matrix");
        fs::create_dir_all(folder.path("data")).unwrap();
        for name in ["data/draaiboek.db", "data/draaiboek.db-wal"] {
            fs::copy(self.folder.path(name), folder.path(name)).unwrap();
        }
        Self::open(self.setting, folder, self.outside.clone())
    }

    /// Effects that went out and whose outcome would be lost now.
    pub(super) fn unrecorded(&self) -> Vec<String> {
        let sent = |work: &Work| match work {
            Work::Tried {
                effect,
                delivery: Delivery::Sent,
                ..
            } => Some(effect.clone()),
            _ => None,
        };
        self.tried.iter().filter_map(sent).collect()
    }

    /// Does what comes next; `None` when the story is over. What comes next
    /// depends only on what is on disk and outside: timers go first, then what
    /// must be sent, then what people do.
    pub(super) fn act(&mut self) -> Option<Did> {
        let lane = self.lanes.iter().filter_map(|(person, lane)| {
            let parcel = next_of(lane).filter(|_| !self.busy.contains(person))?;
            Some((parcel.next_at, person.clone()))
        });
        let lane = lane.min();
        let is_due = lane
            .as_ref()
            .is_some_and(|(due, _)| *due <= self.outside.now);
        if !self.tried.is_empty() && !is_due {
            self.busy.clear();
            let works = std::mem::take(&mut self.tried);
            self.commit(works);
            return Some(Did::Commit);
        }
        let deed = self.setting.story.get(self.outside.n_done);
        let deed_at = deed.map(|(second, _)| at(*second));
        let wakeup = self.live.next_wakeup();
        let moments = [Some(wakeup), deed_at, lane.as_ref().map(|(due, _)| *due)];
        let moment = moments.into_iter().flatten().min()?;
        if moment > at(story::END) {
            return None;
        }
        self.outside.now = self.outside.now.max(moment);
        let now = self.outside.now;
        if let Some((due, person)) = lane
            && due <= now
            && wakeup > now
        {
            self.send(&person);
            return Some(Did::Send);
        }
        let mut works = Vec::new();
        if wakeup > now
            && let Some((_, deed)) = deed
        {
            works.push(self.work(deed));
        }
        let is_deed = !works.is_empty();
        self.commit(works);
        self.outside.n_done += usize::from(is_deed);
        Some(Did::Commit)
    }

    /// Whether an alert was committed and the drafts that follow it were not.
    pub(super) fn owes_drafts(&self) -> bool {
        self.live.runs().any(|run| run.owes_drafts)
    }

    fn commit(&mut self, works: Vec<Work>) {
        if self.has_full_disk {
            self.fail(&works);
        }
        for done in self.live.carry_out(works, self.outside.now) {
            done.unwrap();
        }
        self.live.tell();
        self.take_in();
    }

    /// The same, and the disk is full at its last write: when it is committed.
    fn fail(&mut self, works: &[Work]) {
        let other = rusqlite::Connection::open(self.folder.path("data/draaiboek.db")).unwrap();
        // What refers to nothing is noticed only by COMMIT.
        let mut fill =
            "CREATE TABLE paper (of BIGINT REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED);"
                .to_owned();
        let mut empty = String::new();
        for table in ["event", "outbox", "source", "hold"] {
            for verb in ["INSERT", "UPDATE"] {
                fill.push_str(&format!(
                    "CREATE TRIGGER full_{table}_{verb} AFTER {verb} ON {table}
                     BEGIN INSERT INTO paper VALUES (-1); END;"
                ));
                empty.push_str(&format!("DROP TRIGGER full_{table}_{verb};"));
            }
        }
        other.execute_batch(&fill).unwrap();
        let done = self.live.carry_out(works.to_vec(), self.outside.now);
        self.n_failed += done.iter().filter(|done| done.is_err()).count();
        other.execute_batch(&(empty + "DROP TABLE paper;")).unwrap();
        assert!(
            self.live.take_parcels().is_empty(),
            "given out and not stored"
        );
    }

    fn take_in(&mut self) {
        for parcel in self.live.take_parcels() {
            let lane = self.lanes.entry(parcel.notice.person.clone()).or_default();
            lane.insert(parcel.turn(), parcel);
        }
    }

    /// One try, as the dispatcher makes it.
    fn send(&mut self, person: &str) {
        let now = self.outside.now;
        let lane = self.lanes.get_mut(person).unwrap();
        let place = next_of(lane).unwrap().turn();
        let mut parcel = lane.remove(&place).unwrap();
        let way = parcel.course.turn(now).to_owned();
        let outcome = story::answer(person, &way, (now - at(0)).num_seconds());
        if outcome == Outcome::Taken {
            self.outside.taken.push(Taken {
                effect: parcel.effect.clone(),
                person: person.to_owned(),
                way: way.clone(),
            });
            if let Content::Alert(_) = parcel.notice.content {
                let link = (parcel.run, person.to_owned());
                self.outside.links.insert(link, parcel.effect.clone());
            }
        }
        parcel.tries += 1;
        let age = now - parcel.created_at;
        let because = format!("451 {way} says no");
        let delivery = match parcel.course.after(&outcome, now, now, age, parcel.tries) {
            Next::Done => Delivery::Sent,
            Next::GivenUp => Delivery::Never { because },
            Next::Again(next_at) => Delivery::Later {
                because,
                next_at,
                course: parcel.course.clone(),
            },
        };
        let plain = story::plain(person).filter(|_| delivery == Delivery::Sent);
        self.tried.push(Work::Tried {
            effect: parcel.effect.clone(),
            run: parcel.run,
            person: person.to_owned(),
            channel: way,
            delivery: delivery.clone(),
            plain,
        });
        self.busy.insert(person.to_owned());
        if let Delivery::Later { next_at, .. } = delivery {
            parcel.next_at = next_at;
            lane.insert(place, parcel);
        }
    }

    /// How it ended.
    pub(super) fn ending(&self) -> Ending {
        let store = self.live.store();
        let mut ending = Ending::default();
        for row in store.runs().unwrap() {
            let (run, _) = store.run(row.id).unwrap().unwrap();
            ending.logs.insert(row.id, store.log(row.id).unwrap());
            ending.runs.insert(row.id, run);
            for parcel in store.parcels_of(row.id).unwrap() {
                let sent_at = parcel.sent_at.map(rfc3339);
                let state = format!("{} {:?} {:?}", parcel.state, sent_at, parcel.last_error);
                let stored = (parcel.notice, state, parcel.tries);
                ending.effects.insert(parcel.effect, stored);
            }
        }
        for taken in &self.outside.taken {
            *ending.copies.entry(taken.clone()).or_default() += 1;
        }
        ending
    }
}

/// What is left of a life, as far as anybody can see.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Ending {
    pub(super) logs: BTreeMap<RunId, Vec<Logged>>,
    pub(super) runs: BTreeMap<RunId, Run>,
    /// By id: what it says to whom, and what became of it after how many tries.
    pub(super) effects: BTreeMap<String, (Notice, String, u32)>,
    pub(super) copies: BTreeMap<Taken, usize>,
}

/// The one of a lane that is tried next.
fn next_of(lane: &BTreeMap<Turn, Parcel>) -> Option<&Parcel> {
    let n_passed = lane
        .values()
        .take_while(|parcel| parcel.tries >= PASSED_AFTER);
    let n_reached = n_passed.count() + 1;
    lane.values()
        .take(n_reached)
        .min_by_key(|parcel| parcel.next_at)
}
