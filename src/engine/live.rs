//! The store and the desk, kept in step: what the desk decides is committed
//! with its cause, or neither happened.
//!
//! When a commit fails (a full disk) the desk may be ahead of the store, so it
//! is rebuilt from the store before anything else; the sender is told that
//! nothing was stored and may send again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::access;
use super::current::Current;
use super::dispatch::MOST_AT_ONCE;
use super::forgetting::{self, Forgetting};
use super::fresh::Fresh;
use super::ledger::Ledger;
use super::reload::Set;
use super::remembering;
use super::work::{Answer, Work, perform};
use super::{NotDone, Sieve};
use crate::domain::chain::Mark;
use crate::domain::delivery::Course;
use crate::domain::desk::{Desk, Happening, Observed, Pinned, Signal, SignalKind};
use crate::domain::effect::Effect;
use crate::domain::evidence::near::NearMiss;
use crate::domain::forgetting::Forgotten;
use crate::domain::heard::tide::Outline;
use crate::domain::hook;
use crate::domain::lookout::NO_RUN;
use crate::domain::organisation::{Organisation, Watch};
use crate::domain::query::watches::Watches;
use crate::domain::run::{Event, Run, RunId};
use crate::domain::time::Timestamp;
use crate::store::{Batch, DOWN, Needed, Parcel, Store, StoreError, Tally, is_fold_due};

/// Hours of which the usual is not learnt yet, so that gaps in them matter.
const UNLEARNT_HOURS: i64 = 50;

/// Down for longer than this, we did not hear what was said.
const DOWN_AFTER: TimeDelta = TimeDelta::hours(1);

/// How often we write that we are there, to know how long we were not.
const ALIVE_EVERY: TimeDelta = TimeDelta::minutes(10);

/// How often texts are looked at that were kept long enough.
const FORGET_MINUTES: i64 = 10;

/// Closed runs that stay on the desk: news of their mail, and their cool-down.
const CLOSED_DAYS: i64 = 30;

/// Playbooks rehearsed at start; more would keep the first mentions waiting.
const MOST_REHEARSED: usize = 20;

/// What listening without alarming anybody came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    pub since: Timestamp,
    /// Triggers that would have fired.
    pub n_held_back: u64,
    /// The last of them: when, playbook and trigger.
    pub latest: Option<(Timestamp, String, String)>,
}

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

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What listening came to; `None` when mentions do alarm people.
    pub fn listening(&self) -> Option<&Listening> {
        self.listening.as_ref()
    }

    fn count_held_back(&mut self, happenings: &[Happening]) {
        let Some(listening) = &mut self.listening else {
            return;
        };
        for happening in happenings {
            if let Happening::Signal(signal) = happening
                && signal.kind == SignalKind::HeldBack
            {
                listening.n_held_back += 1;
                let (playbook, trigger) = (signal.playbook.clone(), signal.trigger.clone());
                listening.latest = Some((signal.at, playbook, trigger));
            }
        }
    }

    /// What waits to go out.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Runs in memory: open ones and those that closed lately.
    pub fn runs(&self) -> impl Iterator<Item = &Run> + Clone {
        self.desk.runs()
    }

    /// What each watch is expected to bring, by its key.
    pub fn outlines(&self) -> BTreeMap<String, Outline> {
        let watches = self.desk.organisation().watches.iter();
        let outlines = watches.enumerate().filter_map(|(place, watch)| {
            let heard = self.desk.heard_at(place)?;
            Some((watch.key.clone(), heard.tide.outline()))
        });
        outlines.collect()
    }

    /// Each watch, and for how long its past is needed after a restart.
    pub fn needed(&self) -> Vec<Needed> {
        let watches = self.desk.organisation().watches.iter().enumerate();
        let needed =
            |(place, watch): (usize, &Watch)| (watch.key.clone(), self.desk.needs(place) + 3_600);
        watches.map(needed).collect()
    }

    /// What nearly fired in the last four weeks, as far as this daemon knows; what is
    /// known already is not worked out anew.
    pub fn near_misses(&self, known: &[NearMiss], now: Timestamp) -> Vec<NearMiss> {
        let soon = now + TimeDelta::hours(1);
        self.desk
            .near_misses_beside(known, now - TimeDelta::weeks(4), soon)
    }

    /// Whether the last commit failed.
    pub fn is_behind(&self) -> bool {
        self.behind_until.is_some()
    }

    /// Commits that failed so far.
    pub fn n_commits_failed(&self) -> u64 {
        self.n_commits_failed
    }

    pub fn watches(&self) -> Arc<Watches> {
        Arc::clone(&self.watches)
    }

    pub fn keep_texts(&self) -> Duration {
        self.desk.organisation().keep_texts
    }

    /// What decides which mentions are kept, also when other files come into force.
    pub fn sieve(&self) -> Current<Sieve> {
        self.sieve.clone()
    }

    /// What was stored a moment ago.
    pub(super) fn fresh(&self) -> Fresh {
        self.fresh.clone()
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

    /// Deletes what was kept long enough, before anything is decided: what is
    /// still in memory would be mailed, or folded into the store again.
    fn forget(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let n_before = self.store.n_written();
        let batch = self.store.begin()?;
        let runs = forget(&batch, self.desk.organisation(), self.forgotten_to, now)?;
        batch.commit()?;
        self.owes_empty_log |= self.store.n_written() > n_before;
        for id in runs {
            if self.desk.run(id).is_some()
                && let Some((run, pinned)) = self.store.run(id)?
            {
                self.desk.replace(run, pinned);
            }
        }
        self.forget_at = now + TimeDelta::minutes(FORGET_MINUTES);
        self.forgotten_to = super::before(now, self.keep_texts());
        Ok(())
    }

    /// The same for what somebody chose. The desk is made anew after it: it may
    /// hold what was forgotten, to quote it later.
    fn forget_chosen(
        &mut self,
        forgetting: &Forgetting,
        now: Timestamp,
    ) -> Result<Forgotten, StoreError> {
        let batch = self.store.begin()?;
        let organisation = Arc::clone(self.desk.organisation());
        let (done, _) = forgetting::forget(&batch, &organisation, forgetting, now)?;
        batch.commit()?;
        self.fresh.clear();
        self.behind_until = Some(now);
        self.owes_empty_log = true;
        Ok(done)
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

    /// Makes the desk anew from the store.
    fn rebuild(&mut self, now: Timestamp) -> Result<Vec<Happening>, StoreError> {
        let (organisation, shelf) = (Arc::clone(self.desk.organisation()), self.shelf.clone());
        let (desk, happenings) = self.made_anew(&organisation, &shelf, now)?;
        self.desk = desk;
        Ok(happenings)
    }

    /// The desk as the store has it, for these files, and what happened on it by now.
    fn made_anew(
        &self,
        organisation: &Arc<Organisation>,
        shelf: &[Arc<Pinned>],
        now: Timestamp,
    ) -> Result<(Desk, Vec<Happening>), StoreError> {
        let mut desk = Desk::new(Arc::clone(organisation), shelf.to_vec()).noting_down();
        if self.listening.is_some() {
            desk = desk.listening_only();
        }
        self.adopt_runs(&mut desk, now)?;
        remembering::remember(&self.store, &mut desk, now)?;
        let alive_at = self.store.alive_at()?.map_or(now, |at| at.min(now));
        let gaps_since = alive_at - TimeDelta::hours(UNLEARNT_HOURS);
        let gaps = self.store.gaps(gaps_since)?;
        if gaps.iter().any(|gap| gap.source != DOWN) {
            for (watch, source) in self.store.brought()? {
                desk.brings(&watch, &source);
            }
        }
        for gap in gaps {
            let until = gap.until.unwrap_or(now);
            match gap.source.as_str() {
                DOWN => desk.missed(gap.from, until),
                source => desk.missed_by(source, gap.from, until),
            }
        }
        let mut trouble = None;
        let happenings = desk.catch_up(now, |playbook, trigger| {
            self.store.holds(playbook, trigger).unwrap_or_else(|error| {
                trouble = Some(error);
                None
            })
        });
        let mut happenings = happenings;
        happenings.extend(desk.go_on(self.committed_at.unwrap_or(now), now));
        match trouble {
            Some(trouble) => Err(trouble),
            None => Ok((desk, happenings)),
        }
    }

    fn adopt_runs(&self, desk: &mut Desk, now: Timestamp) -> Result<(), StoreError> {
        let rows = self.store.runs()?;
        desk.number_runs_from(rows.first().map_or(1, |row| row.id + 1));
        let waiting: BTreeSet<RunId> = self
            .store
            .waiting()?
            .iter()
            .map(|parcel| parcel.run)
            .collect();
        let oldest = now - TimeDelta::days(CLOSED_DAYS);
        let wanted = rows.iter().filter(|row| {
            row.is_open || waiting.contains(&row.id) || row.closed_at.is_some_and(|at| at > oldest)
        });
        for row in wanted {
            if let Some((run, pinned)) = self.store.run(row.id)? {
                desk.adopt(run, pinned);
            }
        }
        desk.adopt_outside(&self.store.log(NO_RUN)?);
        Ok(())
    }
}

/// The work for the watches of now. What was matched against others, because other
/// files came into force in between, is matched again: its numbers mean other watches.
fn matched_by(watches: &Arc<Watches>, work: Work) -> Work {
    match work {
        Work::Enriched {
            mut enriched,
            read_to,
            watches: theirs,
        } if !Arc::ptr_eq(watches, &theirs) => {
            for one in &mut enriched {
                one.match_anew(watches);
            }
            Work::Enriched {
                enriched,
                read_to,
                watches: Arc::clone(watches),
            }
        }
        Work::Mentions {
            source,
            observed,
            tally,
            position,
            watches: theirs,
        } if !Arc::ptr_eq(watches, &theirs) => {
            let n_before = observed.len();
            let observed: Vec<Observed> = observed
                .iter()
                .filter_map(|one| one.matched_anew(watches))
                .collect();
            let n_gone = (n_before - observed.len()) as u64;
            Work::Mentions {
                source,
                observed,
                tally: Tally {
                    matched: tally.matched.saturating_sub(n_gone),
                    ..tally
                },
                position,
                watches: Arc::clone(watches),
            }
        }
        work => work,
    }
}

/// Deletes texts, and who wrote them, that were kept as long as the organisation
/// wants. Gives the runs that lost quotes.
fn forget(
    batch: &Batch,
    organisation: &Organisation,
    forgotten_to: Timestamp,
    now: Timestamp,
) -> Result<BTreeSet<RunId>, StoreError> {
    let before = super::before(now, organisation.keep_texts);
    let n_forgotten = batch.forget_texts(before)?;
    for watch in &organisation.watches {
        batch.forget_authors(&watch.key, forgotten_to, before)?;
    }
    if n_forgotten > 0 {
        tracing::info!(n_forgotten, "texts that were kept long enough are deleted");
    }
    batch.forget_readings(super::before(now, organisation.reading.keep))?;
    batch.forget_keyed(now)?;
    access::tidy(batch, organisation, now)?;
    let runs = batch.forget_quotes(before)?;
    if !runs.is_empty() {
        let n_runs = runs.len();
        tracing::info!(n_runs, "quotes that were kept long enough are deleted");
    }
    Ok(runs)
}

/// Stores how far triggers have come. Not those that only listen: what holds
/// when they are armed again must fire then.
fn save_holds(batch: &Batch, desk: &mut Desk, listens_only: bool) -> Result<(), StoreError> {
    for (playbook, trigger, holds) in desk.changed_holds() {
        if !listens_only {
            batch.save_holds(&playbook, &trigger, &holds)?;
        }
    }
    Ok(())
}

/// Stores what is usual, where an hour began.
fn save_usual(batch: &Batch, desk: &mut Desk) -> Result<(), StoreError> {
    for (watch, saved) in desk.changed_usual() {
        batch.save_usual(&watch, &saved)?;
    }
    Ok(())
}

/// Lets go of events that wait for webhooks that are told of none any more.
fn drop_posts(batch: &Batch, organisation: &Organisation) -> Result<(), StoreError> {
    let told = organisation.webhooks.iter();
    let told = told.filter(|webhook| webhook.events.is_some());
    let told: Vec<&str> = told.map(|webhook| webhook.key.as_str()).collect();
    let n_gone = batch.drop_posts_but_for(&told)?;
    if n_gone > 0 {
        tracing::warn!(
            n_gone,
            "events that waited for webhooks that are told of none any more"
        );
    }
    Ok(())
}

/// Writes what happened, and notes what has to go out once it is committed.
fn persist(
    batch: &Batch,
    desk: &Desk,
    happenings: &[Happening],
    now: Timestamp,
    parcels: &mut Vec<Parcel>,
) -> Result<(), StoreError> {
    let mut to_fold = BTreeSet::new();
    let mut told = BTreeSet::new();
    for happening in happenings {
        match happening {
            Happening::Signal(_) => {}
            Happening::Outside(outside) => {
                let mark = batch.append_outside(outside, now)?;
                let effects = outside.effects.iter();
                parcels.extend(effects.map(|effect| parcel(NO_RUN, effect, &mark, now)));
            }
            Happening::Change(change) => {
                let mark = batch.append(change, now)?;
                if is_fold_due(change) {
                    to_fold.insert(change.run.id);
                }
                let effects = change.effects.iter();
                parcels.extend(effects.map(|effect| parcel(change.run.id, effect, &mark, now)));
                for post in hook::posts(desk.organisation(), change) {
                    batch.record_post(&post, now)?;
                    told.insert(post.webhook);
                }
            }
        }
    }
    for webhook in told {
        batch.leave_out_old(&webhook, now)?;
    }
    // Only now is the desk where the log is, whatever happened in between.
    for run in to_fold.into_iter().filter_map(|id| desk.run(id)) {
        batch.fold(run)?;
    }
    Ok(())
}

/// An effect that was just decided.
fn parcel(run: RunId, effect: &Effect, mark: &Mark, now: Timestamp) -> Parcel {
    Parcel {
        effect: effect.id.clone(),
        run,
        notice: effect.notice.clone(),
        tries: 0,
        course: Course::new(&effect.notice.ways),
        next_at: now,
        created_at: now,
        sent_at: None,
        state: "waiting".to_owned(),
        last_error: None,
        mark: Some(mark.clone()),
    }
}

fn tell(happening: &Happening) {
    match happening {
        Happening::Signal(signal) => {
            let Signal {
                playbook,
                watch,
                trigger,
                kind,
                because,
                ..
            } = signal;
            let kind = kind.name();
            tracing::info!(playbook, watch, trigger, kind, because, "trigger");
        }
        Happening::Outside(outside) => {
            for logged in &outside.events {
                tracing::info!(seq = logged.seq, event = logged.event.name(), "no run");
            }
        }
        Happening::Change(change) => {
            for logged in &change.events {
                let (run, event) = (change.run.id, logged.event.name());
                if let Event::NothingDelivered { failing, by, .. } = &logged.event {
                    let (failing, by) = (failing.join(", "), by.join(", "));
                    tracing::error!(run, failing, told_by = by, "no alert gets through");
                }
                tracing::info!(run, seq = logged.seq, event, "run");
            }
        }
    }
}
