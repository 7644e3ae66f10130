//! The store and the desk, kept in step: what the desk decides is committed
//! with its cause, or neither happened.
//!
//! When a commit fails (a full disk) the desk may be ahead of the store, so it
//! is rebuilt from the store before anything else; the sender is told that
//! nothing was stored and may send again.

mod anew;

mod forgetting;

mod listening;

mod persist;

mod rematch;

mod telling;

mod views;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::TimeDelta;

use super::current::Current;
use super::dispatch::MOST_AT_ONCE;
use super::fresh::Fresh;
use super::ledger::Ledger;
use super::reload::Set;
use super::work::{Answer, Work, perform};
use super::{NotDone, Sieve};
use crate::domain::desk::{Desk, Happening, Pinned};
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::store::{Parcel, Store, StoreError};
use forgetting::FORGET_MINUTES;
pub use listening::Listening;
use persist::{drop_posts, persist, save_holds, save_usual};
use rematch::matched_by;
use telling::tell;

/// Down for longer than this, we did not hear what was said.
const DOWN_AFTER: TimeDelta = TimeDelta::hours(1);

/// How often we write that we are there, to know how long we were not.
const ALIVE_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Playbooks rehearsed at start; more would keep the first mentions waiting.
const MOST_REHEARSED: usize = 20;

/// Who is told what was decided before it is on disk.
struct Announce(Box<dyn Fn(&Parcel) + Send>);

impl fmt::Debug for Announce {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Announce")
    }
}

/// See the module.
#[derive(Debug)]
pub struct Live {
    store: Store,
    desk: Desk,
    watches: Arc<Watches>,
    /// The same, for those who sort what comes in.
    sieve: Current<Sieve>,
    shelf: Vec<Arc<Pinned>>,
    /// Templates that nobody compiled yet.
    owes_rehearsal: bool,
    parcels: Vec<Parcel>,
    /// When texts that were kept long enough are deleted next.
    forget_at: Timestamp,
    /// Authors of what was published before are deleted already.
    forgotten_to: Timestamp,
    /// Set after a failed commit: the desk may be ahead of the store and must be
    /// made anew, and timers wait this long.
    behind_until: Option<Timestamp>,
    /// When something was last committed by this process.
    committed_at: Option<Timestamp>,
    n_commits_failed: u64,
    /// When the store was last told that we are there.
    alive_at: Timestamp,
    ledger: Ledger,
    /// Committed, not yet said in the log.
    news: Vec<Happening>,
    /// Runs whose alert was committed and whose other drafts are to be rendered.
    owing: BTreeSet<RunId>,
    announce: Option<Announce>,
    /// Set when nobody is to be alarmed by mentions.
    listening: Option<Listening>,
    /// Something was deleted that still stands in the log of the database.
    owes_empty_log: bool,
    /// For who reads what is stored.
    fresh: Fresh,
}

impl Live {
    /// Reads the store, catches up on what was missed while we were down, and
    /// commits what follows from that.
    pub fn open(
        store: Store,
        organisation: Arc<Organisation>,
        watches: Arc<Watches>,
        shelf: Vec<Arc<Pinned>>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        Self::open_as(store, organisation, watches, shelf, now, None)
    }

    /// The same, but no mention alarms anybody: what a trigger would have done
    /// is counted. How far triggers have come stays in the store as it is.
    pub fn open_to_listen(
        store: Store,
        organisation: Arc<Organisation>,
        watches: Arc<Watches>,
        shelf: Vec<Arc<Pinned>>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let listening = Listening {
            since: now,
            n_held_back: 0,
            latest: None,
        };
        Self::open_as(store, organisation, watches, shelf, now, Some(listening))
    }

    fn open_as(
        store: Store,
        organisation: Arc<Organisation>,
        watches: Arc<Watches>,
        shelf: Vec<Arc<Pinned>>,
        now: Timestamp,
        listening: Option<Listening>,
    ) -> Result<Self, StoreError> {
        let sieve = Sieve {
            watches: Arc::clone(&watches),
            keep_texts: organisation.keep_texts,
            words: organisation.word_lists().clone(),
        };
        let desk = Desk::new(organisation, shelf.clone()).noting_down();
        let mut live = Self {
            store,
            desk,
            watches,
            sieve: Current::new(Arc::new(sieve)),
            shelf,
            owes_rehearsal: false,
            parcels: Vec::new(),
            // Not at once: starting must be quick.
            forget_at: now + TimeDelta::minutes(FORGET_MINUTES),
            forgotten_to: Timestamp::UNIX_EPOCH,
            behind_until: None,
            committed_at: None,
            n_commits_failed: 0,
            alive_at: now,
            ledger: Ledger::default(),
            news: Vec::new(),
            owing: BTreeSet::new(),
            announce: None,
            listening,
            owes_empty_log: false,
            fresh: Fresh::default(),
        };
        live.parcels = live.store.waiting()?;
        let (_, n_sent, n_failed) = live.store.outbox_counts()?;
        live.note_absence(now)?;
        let happenings = live.rebuild(now)?;
        let batch = live.store.begin()?;
        batch.sign_of_life(now)?;
        for pinned in &live.shelf {
            batch.pin(pinned)?;
        }
        drop_posts(&batch, live.desk.organisation())?;
        persist(&batch, &live.desk, &happenings, now, &mut live.parcels)?;
        for run in live.desk.runs() {
            batch.fold_when_behind(run)?;
        }
        save_holds(&batch, &mut live.desk, live.listening.is_some())?;
        save_usual(&batch, &mut live.desk)?;
        batch.commit()?;
        live.note_owing(&happenings);
        live.count_held_back(&happenings);
        live.ledger = Ledger::new(&live.parcels, n_sent, n_failed, now);
        live.news = happenings;
        live.tell();
        live.store.give_back()?;
        Ok(live)
    }

    /// Notes that nobody listened while the program was down.
    fn note_absence(&mut self, now: Timestamp) -> Result<(), StoreError> {
        if let Some(alive_at) = self.store.alive_at()?
            && now - alive_at > DOWN_AFTER
        {
            let batch = self.store.begin()?;
            batch.was_down(alive_at, now)?;
            batch.commit()?;
        }
        Ok(())
    }

    /// Whether templates came that should be compiled before they are needed, since
    /// this was last asked.
    pub fn take_owed_rehearsal(&mut self) -> bool {
        std::mem::take(&mut self.owes_rehearsal)
    }

    /// Has the first few parcels of each commit told just before it: what is sure to be
    /// wanted if it succeeds can be made ready while the disk is busy.
    pub fn announce(&mut self, told: impl Fn(&Parcel) + Send + 'static) {
        self.announce = Some(Announce(Box::new(told)));
    }

    /// What has to go out since this was last asked.
    pub fn take_parcels(&mut self) -> Vec<Parcel> {
        std::mem::take(&mut self.parcels)
    }

    /// Plays the start of a run that nobody will see, so that the first real
    /// one finds every template compiled.
    pub fn rehearse(&self, now: Timestamp) {
        let organisation = Arc::clone(self.desk.organisation());
        for pinned in self.shelf.iter().take(MOST_REHEARSED) {
            let mut scratch = Desk::new(Arc::clone(&organisation), vec![Arc::clone(pinned)]);
            let highest = pinned.playbook.levels.last();
            // What comes of it is thrown away; so is a refusal.
            scratch.rehearse(highest.map(|level| level.name.as_str()), now);
        }
    }

    /// Whether something was deleted since this was last asked that still stands
    /// in the log of the database: whoever asks sees to it that it goes.
    pub fn take_owed_empty_log(&mut self) -> bool {
        std::mem::take(&mut self.owes_empty_log)
    }

    /// Says in the log what was committed since this was last asked. Apart from
    /// the commit, because mail and senders must not wait for a log.
    pub fn tell(&mut self) {
        self.news.drain(..).for_each(|happening| tell(&happening));
    }

    /// When time alone asks for work.
    pub fn next_wakeup(&self) -> Timestamp {
        if let Some(until) = self.behind_until {
            return until;
        }
        let wakeup = self.desk.next_wakeup();
        wakeup.map_or(self.forget_at, |wakeup| wakeup.min(self.forget_at))
    }

    /// Does all works in one transaction; every work gets its own answer.
    ///
    /// A panic is a bug of ours, not a reason to stop listening: it counts as
    /// not stored, and the desk is made anew.
    pub fn carry_out(&mut self, works: Vec<Work>, now: Timestamp) -> Vec<Result<Answer, NotDone>> {
        let n_works = works.len();
        let done = catch_unwind(AssertUnwindSafe(|| self.commit_all(works, now)));
        let why = match done {
            Ok(Ok(answers)) => return answers,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "draaiboek has a bug here; its log says where".to_owned(),
        };
        tracing::error!(why, "nothing of this batch was stored");
        self.behind_until = Some(now + TimeDelta::seconds(1));
        self.n_commits_failed += 1;
        vec![Err(NotDone::NotStored(why)); n_works]
    }

    /// Renders the drafts that followed an alert, in a transaction after the one of
    /// the alert. When that fails, or we die before it, they are due on the desk: see
    /// `Event::DraftsDue`. Whether there were any: then there may be parcels again.
    pub fn follow_up(&mut self) -> bool {
        let due = std::mem::take(&mut self.owing).into_iter();
        let due = due.filter_map(|id| self.desk.drafts_due(id)).max();
        let Some(due) = due.filter(|_| !self.is_behind()) else {
            return false;
        };
        self.carry_out(Vec::new(), due);
        true
    }

    fn note_owing(&mut self, happenings: &[Happening]) {
        let changed = happenings.iter().filter_map(|happening| match happening {
            Happening::Change(change) => Some(change.run.id),
            Happening::Signal(_) | Happening::Outside(_) => None,
        });
        let owing = changed.filter(|id| self.desk.drafts_due(*id).is_some());
        self.owing.extend(owing);
    }

    fn commit_all(
        &mut self,
        works: Vec<Work>,
        now: Timestamp,
    ) -> Result<Vec<Result<Answer, NotDone>>, StoreError> {
        if self.forget_at <= now {
            self.forget(now)?;
        }
        let mut forgotten = VecDeque::new();
        for work in &works {
            match work {
                Work::Forget(forgetting) => {
                    forgotten.push_back(self.forget_chosen(forgetting, now)?);
                }
                Work::TakeOver(set) => self.take_over(set, now)?,
                _ => {}
            }
        }
        let mut parcels = Vec::new();
        let mut news = match self.behind_until {
            Some(_) => self.rebuild(now)?,
            None => Vec::new(),
        };
        let batch = self.store.begin()?;
        let mut answers = Vec::with_capacity(works.len());
        let (mut tried, mut kept) = (Vec::new(), Vec::new());
        for work in works {
            let work = matched_by(&self.watches, work);
            tried.extend(work.tried());
            let is_done = matches!(work, Work::Forget(_));
            let (answer, happenings) = perform(&batch, &mut self.desk, work, &mut kept, now)?;
            news.extend(happenings);
            let done = is_done.then(|| forgotten.pop_front()).flatten();
            let answer = done.map_or(answer, |done| Ok(Answer::Forgotten(done)));
            answers.push(answer);
        }
        news.extend(self.desk.tick(now));
        persist(&batch, &self.desk, &news, now, &mut parcels)?;
        if let Some(Announce(told)) = &self.announce {
            parcels.iter().take(MOST_AT_ONCE).for_each(told);
        }
        save_holds(&batch, &mut self.desk, self.listening.is_some())?;
        save_usual(&batch, &mut self.desk)?;
        let is_time = now - self.alive_at >= ALIVE_EVERY || now < self.alive_at;
        if is_time {
            batch.sign_of_life(now)?;
        }
        batch.commit()?;
        if is_time {
            self.alive_at = now;
        }
        self.fresh.add(kept);
        self.note_owing(&news);
        self.count_held_back(&news);
        self.behind_until = None;
        self.committed_at = Some(now);
        self.ledger.record(&parcels);
        for (effect, channel, delivery) in &tried {
            self.ledger.tried(effect, channel, delivery, now);
        }
        self.parcels.append(&mut parcels);
        self.news.append(&mut news);
        Ok(answers)
    }

    /// Goes on with other files, as a start with them would: the desk is made anew
    /// from the store, and what follows from that is committed. Nothing has changed
    /// when that fails.
    fn take_over(&mut self, set: &Set, now: Timestamp) -> Result<(), StoreError> {
        let (mut desk, happenings) = self.made_anew(&set.organisation, &set.shelf, now)?;
        let mut parcels = Vec::new();
        let batch = self.store.begin()?;
        for pinned in &set.shelf {
            batch.pin(pinned)?;
        }
        drop_posts(&batch, &set.organisation)?;
        persist(&batch, &desk, &happenings, now, &mut parcels)?;
        save_holds(&batch, &mut desk, self.listening.is_some())?;
        save_usual(&batch, &mut desk)?;
        batch.commit()?;
        // Before who reads looks at the watches again.
        self.fresh.clear();
        self.desk = desk;
        self.shelf.clone_from(&set.shelf);
        self.watches = Arc::clone(&set.watches);
        self.sieve.set(Arc::new(Sieve {
            watches: Arc::clone(&set.watches),
            keep_texts: set.organisation.keep_texts,
            words: set.organisation.word_lists().clone(),
        }));
        (set.in_force)();
        self.count_held_back(&happenings);
        self.behind_until = None;
        self.committed_at = Some(now);
        self.ledger.record(&parcels);
        self.parcels.append(&mut parcels);
        self.news.extend(happenings);
        self.owes_rehearsal = true;
        Ok(())
    }
}
