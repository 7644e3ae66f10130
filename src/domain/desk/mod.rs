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

mod happening;

mod observed;

mod on_desk;

mod passage;

mod pinned;

mod routing;

mod saying;

mod seen;

mod stepping;

mod unreachable;

mod viewing;

mod watching;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use hand::ByHand;
pub use happening::{Change, Happening, Refusal, Signal, SignalKind};
pub use observed::Observed;
pub use pinned::Pinned;
pub use saying::{Heard as HeardSaying, Told, said};
pub use watching::{ASKS, Memory, Noted, Ours};

use super::condition::Count;
use super::deaf::Deafness;
use super::enrich::Enricher;
use super::heard::Heard;
use super::lookout::Lookout;
use super::meter::narrowing::Marks;
use super::meter::{Ground, Meter};
use super::organisation::Organisation;
use super::query::accounts::OurAccounts;
use super::restraint::Ledger;
use super::run::{Run, RunId};
use super::step::{Due, next_due};
use super::storm::Cooling;
use super::time::{Timestamp, after};
use super::trigger::Hold;
use super::voices::echo::Echo;
use on_desk::OnDesk;
use stepping::Given;
use watching::Armed;

/// For so many seconds mentions are remembered where a playbook asks for analyses.
const ANALYSED: i64 = 86_400;

/// Timers of one run that one tick lets pass; what is left waits for the next.
const MOST_OVERDUE: usize = 200;

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

    /// Numbers of new runs begin at least here.
    pub fn number_runs_from(&mut self, first: RunId) {
        self.next_run = self.next_run.max(first);
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
