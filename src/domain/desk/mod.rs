//! The desk: all watches, triggers and open runs together, still pure.
//!
//! Mentions, commands and the passing of time come in; what happened comes out
//! in order. The daemon stores it, a backtest prints it; neither decides
//! anything. Every change of a run goes through `Desk::submit`.

mod cases;

mod hand;

mod altering;
mod blindness;

mod calling;

mod on_desk;

mod passage;

mod routing;

mod saying;

mod unreachable;

mod viewing;

mod watching;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use hand::ByHand;
pub use saying::{Heard as HeardSaying, Told, said};
pub use watching::{ASKS, Memory, Noted, Ours};

use super::condition::{Count, Test};
use super::deaf::{Deafness, Hearing};
use super::differences::differences;
use super::effect::Effect;
use super::enrich::Enricher;
use super::environment::{Analysis, Beside, analyse};
use super::heard::Heard;
use super::hex::hex;
use super::lookout::{Lookout, Outside};
use super::mention::Mention;
use super::meter::narrowing::Marks;
use super::meter::{Ground, Meter, Reading};
use super::organisation::Organisation;
use super::playbook::{Playbook, StatementTemplate};
use super::query::accounts::OurAccounts;
use super::query::watches::{Matched, Watches};
use super::restraint::Ledger;
use super::roll_call::NoCall;
use super::run::{Cause, Event, Logged, Run, RunHead, RunId};
use super::said::Flag;
use super::sight::Sight;
use super::step::acts::NoAct;
use super::step::answers::{self, NoReply, Reply, Standing, Who};
use super::step::{Due, Looked, Plan, Transition, drafts_due, look, next_due, start, step};
use super::storm::Cooling;
use super::time::{Timestamp, after};
use super::trigger::Hold;
use super::voices::{self, echo::Echo};
use on_desk::OnDesk;
use watching::Armed;

/// The first environment analysis of a run looks back this long before its start.
const ANALYSED_BEFORE: TimeDelta = TimeDelta::hours(1);

/// For so many seconds mentions are remembered where a playbook asks for analyses.
const ANALYSED: i64 = 86_400;

/// Timers of one run that one tick lets pass; what is left waits for the next.
const MOST_OVERDUE: usize = 200;

/// What a run keeps from the moment it starts: edits touch later runs only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pinned {
    /// SHA-256 of the rest, which tells it from every other content.
    #[serde(skip)]
    pub hash: String,
    pub playbook: Playbook,
    pub templates: Vec<StatementTemplate>,
}

impl Pinned {
    pub fn new(playbook: Playbook, templates: Vec<StatementTemplate>) -> Self {
        let mut pinned = Self {
            hash: String::new(),
            playbook,
            templates,
        };
        // Plain data with names as keys: writing it as JSON does not fail.
        let json = serde_json::to_vec(&pinned).unwrap_or_default();
        pinned.hash = hex(&Sha256::digest(&json));
        pinned
    }
}

/// A mention with what it is to the organisation. All that is asked of its text
/// is in here, so that it is read where it came in, beside the others, and not in
/// the one place where all mentions pass in order.
#[derive(Debug, Clone)]
pub struct Observed {
    pub mention: Arc<Mention>,
    pub matched: Matched,
    pub source: Arc<str>,
    reading: voices::Reading,
}

impl Observed {
    /// `None` when it is nothing to us.
    pub fn new(mention: Mention, watches: &Watches, source: &Arc<str>) -> Option<Self> {
        let matched = watches.matching(&mention, source);
        matched
            .is_wanted()
            .then(|| Self::known(mention, matched, source))
    }

    /// The same mention for other watches; `None` when it is nothing to those.
    pub fn matched_anew(&self, watches: &Watches) -> Option<Self> {
        let matched = watches.matching(&self.mention, &self.source);
        let is_wanted = matched.is_wanted();
        is_wanted.then(|| Self {
            matched,
            ..self.clone()
        })
    }

    /// The same mention, for some of its watches.
    pub fn only_in(&self, watches: Vec<u16>) -> Self {
        let matched = Matched {
            watches,
            ..self.matched.clone()
        };
        Self {
            matched,
            ..self.clone()
        }
    }

    /// One of which is known what it is to us.
    pub fn known(mention: Mention, matched: Matched, source: &Arc<str>) -> Self {
        Self {
            reading: voices::Reading::of(&mention),
            mention: Arc::new(mention),
            matched,
            source: Arc::clone(source),
        }
    }
}

/// Something that came of an input, in order.
#[derive(Debug, Clone)]
pub enum Happening {
    /// News of a trigger; belongs to no run (yet).
    Signal(Signal),
    /// A run changed: to be stored as a whole.
    Change(Box<Change>),
    /// What belongs to no run: who heard that a source is blind.
    Outside(Box<Outside>),
}

/// News of a trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// By publication time for what mentions did.
    pub at: Timestamp,
    pub playbook: String,
    pub watch: String,
    pub trigger: String,
    pub kind: SignalKind,
    pub because: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalKind {
    Pending,
    Cleared,
    Fired,
    /// It fired, but the cool-down kept it from starting a run.
    HeldBack,
}

impl SignalKind {
    /// The name of the event in logs and backtests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "trigger_pending",
            Self::Cleared => "trigger_cleared",
            Self::Fired => "trigger_fired",
            Self::HeldBack => "trigger_held_back",
        }
    }
}

/// What one event made of one run.
#[derive(Debug, Clone)]
pub struct Change {
    pub run: RunHead,
    pub pinned: Arc<Pinned>,
    pub events: Vec<Logged>,
    pub effects: Vec<Effect>,
}

/// Why a command was refused, in words for who gave it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    #[error("run {0} is closed")]
    Closed(RunId),
    #[error("there is no playbook `{0}`")]
    NoSuchPlaybook(String),
    #[error("a run cannot be merged into itself")]
    MergedIntoItself,
    #[error("run {0} is already open on watch `{1}`; one storm, one run")]
    AlreadyOpen(RunId, String),
    #[error("there is no playbook `{0}` any more")]
    PlaybookGone(String),
    #[error("run {0} has the playbook and templates of now: nothing to move over")]
    NothingToUpgrade(RunId),
    #[error("{0}")]
    NoReply(NoReply),
    #[error("{0}")]
    NoAct(#[from] NoAct),
    #[error("{0}")]
    NoCall(#[from] NoCall),
}

/// What a run is given.
#[derive(Debug, Clone, Copy)]
enum Given<'a> {
    /// It starts, and this is known with it.
    Start(&'a Event, &'a [Event]),
    Event(&'a Event),
    Look {
        counts: bool,
    },
}

/// See the module. Cheap to build; rebuilt from the store after a failed commit.
#[derive(Debug)]
pub struct Desk {
    organisation: Arc<Organisation>,
    /// The playbooks in force, by name; open runs have their own.
    shelf: Vec<Arc<Pinned>>,
    /// By watch.
    heard: Vec<Heard>,
    marks: Marks,
    /// The bin up to which the tides of all watches are.
    tides_to: i64,
    armed: Vec<Armed>,
    /// By watch: the numbers of the triggers that listen to it.
    listening: Vec<Vec<usize>>,
    /// Taken in and not yet handed out to be stored.
    noted: Vec<Noted>,
    /// Likewise, posts of ours.
    ours: Vec<Ours>,
    /// When a source was blind.
    deaf: Deafness,
    /// Knows our own words when they come back.
    echo: Echo,
    our_accounts: OurAccounts,
    /// Set where mentions are read as soon as they are observed.
    reads_with: Option<Arc<Enricher>>,
    /// Whether somebody stores it; a backtest does not.
    notes_down: bool,
    runs: BTreeMap<RunId, OnDesk>,
    /// The open run of each watch that has one: asked for at every mention.
    open: BTreeMap<String, RunId>,
    cooling: Vec<Cooling>,
    next_run: RunId,
    /// What everybody was told lately.
    ledger: Ledger,
    /// Whether there are people who may answer an alert; a backtest has none.
    has_team: bool,
    /// Whether triggers only say what they would have done.
    listens_only: bool,
    /// Sources that deliver nothing now, and why.
    blind: BTreeMap<String, String>,
    lookout: Lookout,
}

impl Sight for Desk {
    fn mentions(&self, watch: &str, within: Duration, at: Timestamp) -> u64 {
        let heard = self
            .number_of(watch)
            .and_then(|number| self.heard.get(number));
        heard.map_or(0, |heard| {
            let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
            let at = at.timestamp();
            heard.history.count(at.saturating_sub(within), at)
        })
    }

    fn said(&self, watch: &str, flag: Flag, within: Duration, at: Timestamp) -> Option<(u64, u64)> {
        let heard = self.heard.get(self.number_of(watch)?)?;
        let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
        let at = at.timestamp();
        let notes = heard.notes.within(at.saturating_sub(within), at);
        let read = notes.filter(|note| note.said.is_known() && note.words.is_credible());
        Some(read.fold((0, 0), |(these, all), note| {
            (these + u64::from(note.said.has(flag)), all + 1)
        }))
    }

    fn environment(&self, run: &Run, at: Timestamp) -> Option<Analysis> {
        let watches = std::iter::once(&run.watch).chain(&run.ending.also_watches);
        let heard: Vec<&Heard> = watches
            .filter_map(|watch| self.heard.get(self.number_of(watch)?))
            .collect();
        let kept = heard.iter().map(|heard| heard.keeps_notes()).min()?;
        let started = run.started_at.unwrap_or(at) - ANALYSED_BEFORE;
        let latest = run.environment.latest.as_ref();
        let since = latest.map_or(started, |made| made.at);
        let from = since.max(at - TimeDelta::seconds(kept));
        let blind: Vec<String> = run.ending.blind.keys().cloned().collect();
        let mut public = run.statements.publications.iter();
        let beside = Beside {
            environment: &run.environment,
            has_published: public.any(|one| !one.is_internal),
            blind: &blind,
        };
        Some(analyse(&heard, from, at, beside))
    }

    fn echoes(&self, watch: &str, within: Duration, at: Timestamp) -> u64 {
        let heard = self
            .number_of(watch)
            .and_then(|place| self.heard.get(place));
        let within = i64::try_from(within.as_secs()).unwrap_or(i64::MAX);
        let at = at.timestamp();
        heard.map_or(0, |heard| heard.n_echoes(at.saturating_sub(within), at))
    }

    fn reading(&self, test: &Test, watches: &[&str], at: Timestamp) -> Option<Reading> {
        let readings = watches.iter().filter_map(|watch| {
            let mut meter = Meter::new(test, self.number_of(watch)?, &self.ground())?;
            meter.place(&self.heard, at.timestamp());
            meter.reading(&self.heard)
        });
        // A run that was merged follows several watches: the one where it holds
        // is enough.
        readings.reduce(|one, other| if one.holds { one } else { other })
    }

    fn listens_to(&self, watch: &str) -> bool {
        self.number_of(watch).is_some()
    }

    fn is_blind(&self) -> bool {
        !self.hears_all()
    }

    fn hearing(&self, test: &Test, at: Timestamp, is_sure: bool) -> Hearing {
        match self.hears_all() {
            true => Hearing::of(test, &self.deaf, at.timestamp(), is_sure),
            false => Hearing::Part,
        }
    }
}

impl Desk {
    /// An empty desk. Triggers that need what this program does not carry out
    /// yet are not armed; `check` says which.
    pub fn new(organisation: Arc<Organisation>, shelf: Vec<Arc<Pinned>>) -> Self {
        let playbooks = shelf.iter().map(|pinned| &pinned.playbook);
        let counts: Vec<&Count> = playbooks.flat_map(watching::counts).collect();
        let marks = Marks::new(&organisation, &counts);
        let ground = Ground {
            organisation: &organisation,
            marks: &marks,
        };
        let armed = watching::arm_all(&ground, &shelf);
        let watches = organisation.watches.iter();
        let mut heard: Vec<Heard> = watches
            .map(|watch| Heard::new(&organisation, &watch.key))
            .collect();
        let mut listening = vec![Vec::new(); heard.len()];
        for (number, one) in armed.iter().enumerate() {
            for watch in &one.listens {
                listening[*watch].push(number);
            }
        }
        for pinned in &shelf {
            let playbook = &pinned.playbook;
            let mut watches = organisation.watches.iter();
            let Some(home) = watches.position(|watch| watch.key == playbook.watch) else {
                continue;
            };
            for when in playbook.conditions() {
                let meters = Meter::all(when, home, &ground);
                meters.iter().for_each(|meter| meter.listen(&mut heard));
            }
            if playbook.asks_for_situation() {
                heard[home].keep_notes(ANALYSED);
            }
        }
        Self {
            our_accounts: OurAccounts::new(&organisation),
            organisation,
            shelf,
            heard,
            marks,
            tides_to: i64::MIN,
            armed,
            listening,
            noted: Vec::new(),
            ours: Vec::new(),
            deaf: Deafness::default(),
            echo: Echo::default(),
            reads_with: None,
            notes_down: false,
            runs: BTreeMap::new(),
            open: BTreeMap::new(),
            cooling: Vec::new(),
            next_run: 1,
            ledger: Ledger::default(),
            has_team: true,
            listens_only: false,
            blind: BTreeMap::new(),
            lookout: Lookout::default(),
        }
    }

    /// For a store: what is taken in can be asked for.
    pub fn noting_down(mut self) -> Self {
        self.notes_down = true;
        self
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            organisation: &self.organisation,
            marks: &self.marks,
        }
    }

    fn number_of(&self, watch: &str) -> Option<usize> {
        let mut watches = self.organisation.watches.iter();
        watches.position(|one| one.key == watch)
    }

    /// For a backtest: alerts go out once, and nobody waits for an answer that
    /// cannot come.
    pub fn without_team(mut self) -> Self {
        self.has_team = false;
        self
    }

    /// Triggers only say what they would have done; runs that people start go on
    /// as always.
    pub fn listening_only(mut self) -> Self {
        self.listens_only = true;
        self
    }

    pub fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    /// What was heard of a watch.
    pub fn heard_of(&self, watch: &str) -> Option<&Heard> {
        self.heard.get(self.number_of(watch)?)
    }

    /// The open run on a watch; there is never more than one.
    pub fn open_run(&self, watch: &str) -> Option<&Run> {
        self.run(*self.open.get(watch)?)
    }

    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.get(&id).map(|on_desk| &on_desk.run)
    }

    /// Puts a run from the store on the desk. Closed ones cool their watch down.
    pub fn adopt(&mut self, run: Run, pinned: Arc<Pinned>) {
        self.next_run = self.next_run.max(run.id + 1);
        for publication in &run.statements.publications {
            for id in &publication.drafts {
                if let Some(draft) = run.drafts.get(id) {
                    let key = format!("{}.{id}", run.id);
                    let (url, at) = (publication.url.as_deref(), publication.at);
                    self.echo.add(&key, &draft.text, url, at.timestamp());
                }
            }
        }
        self.cool_down(&run, &pinned);
        if run.is_open {
            self.blind.extend(run.ending.blind.clone());
        }
        let playbook = &pinned.playbook;
        self.ledger
            .adopt(&run, &playbook.title, |level| playbook.level_of(level));
        self.put(OnDesk::stored(run, pinned));
    }

    /// Puts a run that is on the desk there as the store has it now.
    pub fn replace(&mut self, run: Run, pinned: Arc<Pinned>) {
        let looked = self.runs.get(&run.id).map(OnDesk::looked);
        self.put(match looked {
            Some(looked) => OnDesk::new(run, pinned, looked),
            None => OnDesk::stored(run, pinned),
        });
    }

    /// From the stand-down, or else from closing, the tail of the same storm
    /// starts nothing for a while.
    fn cool_down(&mut self, run: &Run, pinned: &Pinned) {
        self.cooling.retain(|one| one.run != run.id);
        let Some(over_at) = run.ending.stood_down_at.or(run.closed_at) else {
            return;
        };
        let playbook = &pinned.playbook;
        let rank = run.reached.iter().map(|level| playbook.rank(level)).max();
        let watches = std::iter::once(&run.watch).chain(&run.ending.also_watches);
        for watch in watches {
            self.cooling.push(Cooling {
                run: run.id,
                watch: watch.clone(),
                rank: rank.unwrap_or_default(),
                until: after(over_at, playbook.cool_down),
            });
        }
    }

    /// Puts a run on the desk as it is now. One whose storm is over leaves its
    /// watches to the next storm.
    fn put(&mut self, on_desk: OnDesk) {
        let run = &on_desk.run;
        self.open.retain(|_, id| *id != run.id);
        if run.is_open && !run.is_in_aftercare() {
            let watches = std::iter::once(&run.watch).chain(&run.ending.also_watches);
            for watch in watches {
                self.open.insert(watch.clone(), run.id);
            }
        }
        self.runs.insert(run.id, on_desk);
    }

    /// This desk takes the place of another, which counted up to `then`: looks
    /// at what time alone brought since.
    pub fn go_on(&mut self, then: Timestamp, now: Timestamp) -> Vec<Happening> {
        let ids: Vec<RunId> = self.runs.keys().copied().collect();
        let mut happenings = Vec::new();
        for id in ids {
            if let Some(on_desk) = self.runs.get_mut(&id) {
                on_desk.count_from(then);
            }
            happenings.extend(self.move_on(id, Given::Look { counts: false }, now));
        }
        happenings
    }

    /// Numbers of new runs begin at least here.
    pub fn number_runs_from(&mut self, first: RunId) {
        self.next_run = self.next_run.max(first);
    }

    /// The one door: gives `event` to a run and takes what comes of it.
    pub fn submit(
        &mut self,
        id: RunId,
        event: &Event,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let is_news_of_mail = matches!(
            event,
            Event::Delivered { .. } | Event::DeliveryFailed { .. } | Event::PlainMailSent { .. }
        );
        if !on_desk.run.is_open && !is_news_of_mail {
            return Err(Refusal::Closed(id));
        }
        Ok(self.take(id, event, now))
    }

    /// When drafts of a run are due that followed its alert; `None` when none are.
    pub fn drafts_due(&self, id: RunId) -> Option<Timestamp> {
        drafts_due(self.run(id)?)
    }

    /// How an alert stands for a person.
    pub fn standing(&self, id: RunId, who: &Who) -> Result<Standing, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let plan = self.plan(&on_desk.pinned);
        answers::standing(&plan, &on_desk.run, who).map_err(Refusal::NoReply)
    }

    /// Takes what a person says to an alert; how it stands for them then.
    pub fn reply(
        &mut self,
        id: RunId,
        who: &Who,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(Standing, Vec<Happening>), Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        let plan = self.plan(&on_desk.pinned);
        let event =
            answers::reply(&plan, &on_desk.run, who, reply, now).map_err(Refusal::NoReply)?;
        let happenings = self.submit(id, &event, now)?;
        // After an undone answer the link itself is void, which is no error here.
        let standing = self.standing(id, who).unwrap_or(Standing::ToldOnly);
        Ok((standing, happenings))
    }

    fn plan<'a>(&'a self, pinned: &'a Pinned) -> Plan<'a> {
        Plan {
            playbook: &pinned.playbook,
            templates: &pinned.templates,
            organisation: &self.organisation,
            ledger: &self.ledger,
            sight: self,
            has_team: self.has_team,
        }
    }

    /// Moves a run over to the playbook and templates in force.
    pub fn upgrade(
        &mut self,
        id: RunId,
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<Happening>, Refusal> {
        let on_desk = self.runs.get(&id).ok_or(Refusal::NoSuchRun(id))?;
        if !on_desk.run.is_open {
            return Err(Refusal::Closed(id));
        }
        let name = &on_desk.pinned.playbook.name;
        let mut shelf = self.shelf.iter();
        let new = shelf.find(|pinned| pinned.playbook.name == *name).cloned();
        let new = new.ok_or_else(|| Refusal::PlaybookGone(name.clone()))?;
        if new.hash == on_desk.pinned.hash {
            return Err(Refusal::NothingToUpgrade(id));
        }
        let event = Event::Upgraded {
            hash: new.hash.clone(),
            differences: differences(&on_desk.pinned, &new),
            by: by.to_owned(),
        };
        if let Some(on_desk) = self.runs.get_mut(&id) {
            on_desk.pin(new);
        }
        self.submit(id, &event, now)
    }

    /// `known` is what is known from the first moment on.
    fn start(
        &mut self,
        pinned: Arc<Pinned>,
        level: String,
        cause: Cause,
        (offers, known): (Vec<String>, &[Event]),
        now: Timestamp,
    ) -> (RunId, Happening) {
        let id = self.next_run;
        self.next_run += 1;
        let event = Event::RunStarted {
            playbook: pinned.playbook.name.clone(),
            watch: pinned.playbook.watch.clone(),
            level,
            cause,
            offers,
            drafts_follow: pinned.playbook.messages().next().is_some(),
        };
        let looked = Looked {
            at: now,
            counted_at: now,
        };
        let on_desk = OnDesk::new(Run::new(id), pinned, looked);
        let change = self.decide(on_desk, Given::Start(&event, known), now);
        (id, Happening::Change(Box::new(change)))
    }

    /// Steps a run that is on the desk, and lets the triggers that ask about it
    /// look again; nothing when the event was no news.
    fn take(&mut self, id: RunId, event: &Event, now: Timestamp) -> Vec<Happening> {
        self.move_on(id, Given::Event(event), now)
    }

    fn move_on(&mut self, id: RunId, given: Given, now: Timestamp) -> Vec<Happening> {
        let Some(on_desk) = self.runs.remove(&id) else {
            return Vec::new();
        };
        let watch = on_desk.run.watch.clone();
        let change = self.decide(on_desk, given, now);
        if change.events.is_empty() {
            return Vec::new();
        }
        // Only what may matter to a condition: a receipt for a mail does not.
        let matters = change
            .events
            .iter()
            .any(|logged| logged.event.changes_the_run());
        let mut happenings = vec![Happening::Change(Box::new(change))];
        if matters {
            happenings.extend(self.run_changed(&watch, now));
        }
        happenings
    }

    /// The one place where a run is stepped; it is put back as it is then.
    fn decide(&mut self, on_desk: OnDesk, given: Given, now: Timestamp) -> Change {
        let (run, pinned, mut looked) = on_desk.into_parts();
        let plan = self.plan(&pinned);
        let was_over = run.ending.stood_down_at.or(run.closed_at);
        let Transition {
            run,
            events,
            effects,
        } = match given {
            Given::Start(event, known) => start(&plan, run, event, known, now),
            Given::Event(event) => step(&plan, run, event, now),
            Given::Look { counts } => {
                looked.at = now;
                if counts {
                    looked.counted_at = now;
                }
                look(&plan, run, counts, now)
            }
        };
        let playbook = &pinned.playbook;
        for logged in &events {
            let level = playbook.level_of(&run.level);
            let title = &playbook.title;
            self.ledger
                .note(&run, title, level, &logged.event, logged.at);
        }
        for logged in &events {
            self.listen_for(&run, &logged.event, logged.at);
        }
        if run.ending.stood_down_at.or(run.closed_at) != was_over {
            self.cool_down(&run, &pinned);
        }
        let head = run.head();
        self.put(OnDesk::new(run, Arc::clone(&pinned), looked));
        Change {
            run: head,
            pinned,
            events,
            effects,
        }
    }

    /// What was published may come back as an echo.
    fn listen_for(&mut self, run: &Run, event: &Event, at: Timestamp) {
        let Event::Published { drafts, url, .. } = event else {
            return;
        };
        for id in drafts {
            if let Some(draft) = run.drafts.get(id) {
                let key = format!("{}.{id}", run.id);
                self.echo
                    .add(&key, &draft.text, url.as_deref(), at.timestamp());
            }
        }
    }

    /// When time alone will change something.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let triggers = self.armed.iter().filter_map(|armed| {
            let when = &self.shelf[armed.shelf].playbook.triggers[armed.trigger].when;
            armed.progress.wakeup(&self.heard, when, &self.deaf)
        });
        let triggers = triggers.filter_map(|second| Timestamp::from_timestamp(second, 0));
        let runs = self.runs.values();
        let runs = runs.filter_map(|on_desk| on_desk.due_at(&self.plan(&on_desk.pinned)));
        let outside = self.outside_due();
        let others = self.passage_due().into_iter().chain(outside);
        triggers.chain(runs).chain(others).min()
    }

    /// Lets time pass: pending triggers fire, tasks fall due.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Happening> {
        let mut happenings = self.advance_triggers(now);
        for on_desk in self.runs.values_mut() {
            on_desk.go_on_counting(now);
        }
        let ids: Vec<RunId> = self.runs.keys().copied().collect();
        for id in ids {
            // What a late timer sets off may be overdue as well.
            for _ in 0..MOST_OVERDUE {
                let on_desk = &self.runs[&id];
                let plan = self.plan(&on_desk.pinned);
                if on_desk.due_at(&plan).is_none_or(|at| at > now) {
                    break;
                }
                match next_due(&plan, &on_desk.run, on_desk.looked(), now) {
                    None => break,
                    Some((_, Due::Event(event))) => happenings.extend(self.take(id, &event, now)),
                    Some((_, due)) => {
                        let counts = due == Due::Count;
                        happenings.extend(self.move_on(id, Given::Look { counts }, now));
                    }
                }
            }
        }
        happenings.extend(self.say_what_gets_through(now));
        happenings.extend(self.tell_of_blindness(now));
        self.cooling.retain(|one| one.until > now);
        happenings
    }

    /// The holds of triggers that changed since this was last asked: playbook,
    /// trigger, holds. To be stored with what they led to.
    pub fn changed_holds(&mut self) -> Vec<(String, String, Vec<Hold>)> {
        let shelf = &self.shelf;
        let changed = self.armed.iter_mut().filter_map(|armed| {
            let holds = armed.progress.holds();
            if armed.stored.as_deref() == Some(holds) {
                return None;
            }
            armed.stored = Some(holds.to_vec());
            let playbook = &shelf[armed.shelf].playbook;
            let trigger = playbook.triggers[armed.trigger].name.clone();
            Some((playbook.name.clone(), trigger, holds.to_vec()))
        });
        changed.collect()
    }
}
