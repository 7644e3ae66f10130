//! Plays a scenario at the real desk, on a clock that somebody else moves: what
//! the story brings in, what people do, what is delivered. Everything that
//! happens goes into the record.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::air::Air;
use super::postman::{Postman, Report};
use crate::domain::chatter::{Chatter, hooks::Hooks};
use crate::domain::desk::{ByHand, Desk, Happening, Observed, Pinned, SignalKind};
use crate::domain::drill::cue::{Cue, Incoming, failing, working};
use crate::domain::drill::doing::{Doing, of_deed, source_of};
use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::drill::script::{Script, Setting};
use crate::domain::lookout::NO_RUN;
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::query::watches::Watches;
use crate::domain::run::alarm::Through;
use crate::domain::run::judge::Facing;
use crate::domain::run::{Event, Logged, Run, RunId};
use crate::domain::scenario::Scenario;
use crate::domain::scenario::story::Failing;
use crate::domain::step::answers::Who;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::trigger::Hold;
use crate::notify::{MailTemplates, write};

/// What a drill is played with.
pub struct Stage {
    pub scenario: Scenario,
    pub organisation: Arc<Organisation>,
    /// All playbooks in force, with the one that is drilled.
    pub shelf: Vec<Arc<Pinned>>,
    pub watches: Arc<Watches>,
    pub templates: MailTemplates,
    /// Real mentions that the scenario replays, moved to its time.
    pub replayed: Vec<Mention>,
    pub seed: u64,
    pub manner: Manner,
}

/// See the module.
pub struct Player {
    scenario: Scenario,
    pinned: Arc<Pinned>,
    organisation: Arc<Organisation>,
    shelf: Vec<Arc<Pinned>>,
    templates: MailTemplates,
    manner: Manner,
    desk: Desk,
    script: Script,
    air: Air,
    postman: Postman,
    /// The log of what belongs to no run.
    outside: Vec<Logged>,
    now: Timestamp,
    /// When the desk wants to be woken, as it said last.
    wakeup: Option<Timestamp>,
    ticked_at: Timestamp,
    /// The daemon is killed and not started again yet.
    is_down: bool,
    logs: BTreeMap<RunId, (Arc<Pinned>, Vec<Logged>)>,
    holds: BTreeMap<(String, String), Vec<Hold>>,
    entries: Vec<Entry>,
    /// When each person was reached first, by any notice.
    told: BTreeMap<String, Timestamp>,
    /// When each draft got its present words.
    rendered: BTreeMap<String, Timestamp>,
    /// What personas posted: account, platform, when.
    posts: Vec<(String, Platform, Timestamp)>,
    is_over: bool,
}

impl Player {
    /// The error says why the scenario cannot be played with these.
    pub fn new(stage: Stage) -> Result<Self, String> {
        let Stage {
            scenario,
            organisation,
            shelf,
            watches,
            templates,
            replayed,
            seed,
            manner,
        } = stage;
        let mut of_name = shelf.iter();
        let pinned = of_name.find(|pinned| pinned.playbook.name == scenario.playbook);
        let pinned = pinned
            .cloned()
            .ok_or_else(|| format!("there is no playbook `{}`", scenario.playbook))?;
        let watch = pinned.playbook.watch.clone();
        let hooks = Hooks::new(&organisation, &watch)
            .ok_or_else(|| format!("the query of watch `{watch}` cannot be read"))?;
        let language = organisation.language;
        let story = &scenario.story;
        let begins = story.begins_at(organisation.timezone);
        let chatter = Chatter::new(seed, story, &organisation, hooks, language);
        let mut air = Air::new(&organisation, watches);
        let mut desk = Desk::new(Arc::clone(&organisation), shelf.clone());
        for mention in chatter.history() {
            let at = mention.published_at;
            desk.overhear(air.before(mention).as_slice(), at);
        }
        let setting = Setting {
            chatter,
            replayed,
            begins,
            watch,
            language,
        };
        let mut player = Self {
            script: Script::new(&scenario, setting),
            desk,
            scenario,
            pinned,
            organisation,
            shelf,
            templates,
            manner,
            air,
            postman: Postman::default(),
            outside: Vec::new(),
            now: begins,
            wakeup: None,
            ticked_at: begins,
            is_down: false,
            logs: BTreeMap::new(),
            holds: BTreeMap::new(),
            entries: Vec::new(),
            told: BTreeMap::new(),
            rendered: BTreeMap::new(),
            posts: Vec::new(),
            is_over: false,
        };
        let happenings = player.desk.catch_up(begins, |_, _| None);
        player.take(happenings);
        player.wakeup = player.desk.next_wakeup();
        Ok(player)
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn is_over(&self) -> bool {
        self.is_over
    }

    pub fn is_down(&self) -> bool {
        self.is_down
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    pub fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    pub fn script(&self) -> &Script {
        &self.script
    }

    /// The story, for what a facilitator brings in; it comes with the next step.
    pub fn script_mut(&mut self) -> &mut Script {
        &mut self.script
    }

    /// What happened until now.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Mentions that a watch wanted, and all.
    pub fn n_mentions(&self) -> (u64, u64) {
        (self.air.n_matched, self.air.n_mentions)
    }

    pub(super) fn told(&self) -> &BTreeMap<String, Timestamp> {
        &self.told
    }

    pub(super) fn rendered(&self) -> &BTreeMap<String, Timestamp> {
        &self.rendered
    }

    pub(super) fn posts(&self) -> &[(String, Platform, Timestamp)] {
        &self.posts
    }

    /// The run that the drill is about: the one that is open, or was last.
    pub fn run(&self) -> Option<&Run> {
        run_of(&self.desk, &self.pinned.playbook.watch)
    }

    /// The playbook as the run pinned it.
    pub fn playbook(&self) -> &Playbook {
        let run = self.run().and_then(|run| self.logs.get(&run.id));
        run.map_or(&self.pinned.playbook, |(pinned, _)| &pinned.playbook)
    }

    /// The playbook that a run pinned.
    pub fn playbook_of(&self, run: RunId) -> &Playbook {
        let run = self.logs.get(&run);
        run.map_or(&self.pinned.playbook, |(pinned, _)| &pinned.playbook)
    }

    /// A run by its number.
    pub fn run_with(&self, run: RunId) -> Option<&Run> {
        self.desk.run(run)
    }

    /// When something comes next by itself.
    pub fn next_at(&self) -> Option<Timestamp> {
        if self.is_over {
            return None;
        }
        let script = self.script.next_at(self.now);
        if self.is_down {
            return script;
        }
        // A timer that does not go away must not stop the time.
        let wakeup = self.wakeup.map(|wakeup| {
            if wakeup <= self.ticked_at {
                self.ticked_at + TimeDelta::seconds(1)
            } else {
                wakeup
            }
        });
        let next = [script, wakeup, self.postman.next_at()];
        next.into_iter().flatten().min()
    }

    /// Lets time pass; whatever comes happens at its own moment.
    pub fn advance(&mut self, to: Timestamp) {
        while let Some(at) = self.next_at().filter(|at| *at <= to) {
            self.step(at);
        }
        if !self.is_over {
            self.now = self.now.max(to);
        }
    }

    /// What is there at `at`, which is when something comes.
    pub fn step(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        let facing = facing(&self.desk, &self.logs, &self.pinned.playbook);
        let cues = self.script.take(self.now, facing, &self.desk);
        self.bring_all(cues);
        if self.is_over || self.is_down {
            return;
        }
        for report in self.postman.work(self.now) {
            self.report(report);
        }
        if self
            .desk
            .next_wakeup()
            .is_some_and(|wakeup| wakeup <= self.now)
        {
            self.ticked_at = self.now;
            let happenings = self.desk.tick(self.now);
            self.take(happenings);
        }
        self.wakeup = self.desk.next_wakeup();
    }

    /// Mentions of one moment go to the desk together.
    fn bring_all(&mut self, cues: Vec<Cue>) {
        let mut batch: Vec<Observed> = Vec::new();
        for cue in cues {
            match cue.what {
                Incoming::Mention(mention) => {
                    self.note_persona(&mention, cue.at);
                    batch.extend(self.air.publish(*mention, self.is_down));
                }
                other => {
                    self.observe(&std::mem::take(&mut batch));
                    self.bring(other, cue.at);
                }
            }
        }
        self.observe(&batch);
    }

    fn observe(&mut self, batch: &[Observed]) {
        if !batch.is_empty() {
            let happenings = self.desk.observe(batch, self.now);
            self.take(happenings);
        }
    }

    fn note_persona(&mut self, mention: &Mention, at: Timestamp) {
        let Some(author) = &mention.author else {
            return;
        };
        let mut personas = self.scenario.personas.iter();
        if personas.any(|persona| persona.account() == author) {
            let name = mention.author_name.clone();
            let name = name.unwrap_or_else(|| author.clone());
            self.posts.push((name, mention.platform, at));
        }
    }

    fn bring(&mut self, what: Incoming, at: Timestamp) {
        match what {
            Incoming::Mention(_) => {}
            Incoming::Inject(inject) => {
                let (number, what) = (inject.number, inject.what);
                self.write(at, What::Injected { number, what });
            }
            Incoming::Fails { what, .. } => self.fail(&what),
            Incoming::Works { what } => {
                let (number, words) = (None, working(&what, self.desk.organisation().language));
                self.write(
                    at,
                    What::Injected {
                        number,
                        what: words,
                    },
                );
                self.mend(&what);
            }
            Incoming::Does { who, deed } => {
                for doing in of_deed(&deed, self.playbook(), &self.organisation) {
                    if let Err(why) = self.act(&who, &doing) {
                        let text = format!("{who} could not do what the scenario says: {why}");
                        self.write(at, What::Observed { text });
                        break;
                    }
                }
            }
            Incoming::Ends => self.is_over = true,
        }
    }

    fn fail(&mut self, what: &Failing) {
        match what {
            Failing::Daemon => {
                self.store_holds();
                self.is_down = true;
            }
            Failing::Source(source) => {
                self.air.blinds(source);
                if !self.is_down {
                    let because = format!("{}, says the scenario", failing(what, Language::En));
                    let happenings = self.desk.source_word(source, Some(&because), self.now);
                    self.take(happenings);
                }
            }
            other => self.postman.fails(other),
        }
    }

    fn mend(&mut self, what: &Failing) {
        match what {
            Failing::Daemon => self.start_again(),
            Failing::Source(source) => {
                self.air.sees(source);
                if self.is_down {
                    return;
                }
                let happenings = self.desk.source_word(source, None, self.now);
                self.take(happenings);
                let late = self.air.late();
                self.observe(&late);
            }
            other => self.postman.works(other),
        }
    }

    /// What the daemon has on disk when it is killed.
    fn store_holds(&mut self) {
        for (playbook, trigger, holds) in self.desk.changed_holds() {
            self.holds.insert((playbook, trigger), holds);
        }
    }

    /// A new desk from what was stored, as after a restart.
    fn start_again(&mut self) {
        self.is_down = false;
        let mut desk = Desk::new(Arc::clone(&self.organisation), self.shelf.clone());
        for (id, (pinned, log)) in &self.logs {
            desk.adopt(Run::replay(*id, log), Arc::clone(pinned));
        }
        desk.adopt_outside(&self.outside);
        desk.hear_again(&self.desk);
        let holds = &self.holds;
        let stored = |playbook: &str, trigger: &str| {
            let name = (playbook.to_owned(), trigger.to_owned());
            holds.get(&name).cloned()
        };
        let happenings = desk.catch_up(self.now, stored);
        self.desk = desk;
        self.take(happenings);
        let late = self.air.late();
        self.observe(&late);
        self.wakeup = self.desk.next_wakeup();
    }

    fn report(&mut self, report: Report) {
        let Report { run, event, told } = report;
        if let Some((notice, through)) = told {
            let letter = write(&notice, &self.templates, None);
            self.told.entry(notice.person.clone()).or_insert(self.now);
            let effect = match &event {
                Event::Delivered { effect, .. } => effect.clone(),
                _ => String::new(),
            };
            let told = What::Told {
                effect,
                person: notice.person,
                through,
                subject: letter.subject,
                text: letter.text,
            };
            self.write(self.now, told);
        }
        // A run that is gone wants no news; that is no fault of the drill.
        let happenings = self.desk.submit(run, &event, self.now);
        self.take(happenings.unwrap_or_default());
    }

    /// Somebody does something now. The error says why it cannot be.
    pub fn act(&mut self, who: &str, doing: &Doing) -> Result<(), String> {
        if self.is_down {
            return Err("the daemon is down".to_owned());
        }
        let happenings = match doing {
            Doing::Start { facts, reason } => {
                let by_hand = ByHand {
                    facts: facts.clone(),
                    ..ByHand::new(&self.scenario.playbook, who, reason)
                };
                let started = self.desk.start_by_hand(&by_hand, self.now);
                started.map(|(_, happenings)| happenings)
            }
            doing => {
                let run = self.run().ok_or("no run is open")?;
                let id = run.id;
                match doing {
                    Doing::Reply(reply) => {
                        let who = alerted(run, who);
                        let replied = self.desk.reply(id, &who, reply, self.now);
                        replied.map(|(_, happenings)| happenings)
                    }
                    Doing::Know { fact, value } => {
                        let event = Event::FactSet {
                            fact: fact.clone(),
                            value: value.clone(),
                            by: who.to_owned(),
                            source: source_of(fact, self.playbook(), self.desk.organisation()),
                            as_of: None,
                        };
                        self.desk.submit(id, &event, self.now)
                    }
                    Doing::Act(act) => self.desk.act(id, act, who, self.now),
                    Doing::Start { .. } => Ok(Vec::new()),
                }
            }
        };
        let happenings = happenings.map_err(|refusal| refusal.to_string())?;
        self.take(happenings);
        self.wakeup = self.desk.next_wakeup();
        Ok(())
    }

    /// Something of the facilitator's, or of the drill itself, for the record.
    pub fn write(&mut self, at: Timestamp, what: What) {
        self.entries.push(Entry { at, what });
    }

    fn take(&mut self, happenings: Vec<Happening>) {
        for happening in happenings {
            match happening {
                Happening::Signal(signal) if signal.kind == SignalKind::Fired => {
                    let trigger = signal.trigger;
                    self.write(self.now, What::TriggerFired { trigger });
                }
                Happening::Signal(_) => {}
                // Runs tell it too, and the record is of runs; the mails go.
                Happening::Outside(outside) => {
                    self.outside.extend(outside.events);
                    for effect in outside.effects {
                        self.postman.take_in(NO_RUN, effect, self.now);
                    }
                }
                Happening::Change(change) => {
                    let run = change.run.id;
                    let pinned = &change.pinned;
                    let log = self.logs.entry(run);
                    let (_, log) = log.or_insert_with(|| (Arc::clone(pinned), Vec::new()));
                    log.extend(change.events.iter().cloned());
                    for logged in change.events {
                        if let Event::DraftRendered { draft } = &logged.event {
                            self.rendered.insert(draft.id(), logged.at);
                        }
                        let (at, logged) = (logged.at, Box::new(logged));
                        self.write(at, What::Event { run, logged });
                    }
                    for effect in change.effects {
                        self.postman.take_in(run, effect, self.now);
                    }
                }
            }
        }
    }

    /// The same, before what is at this place among the entries.
    pub fn write_before(&mut self, place: usize, at: Timestamp, what: What) {
        let place = place.min(self.entries.len());
        self.entries.insert(place, Entry { at, what });
    }

    /// Ends it before the story does.
    pub fn stop(&mut self, because: &str) {
        if !self.is_over {
            let because = because.to_owned();
            self.write(self.now, What::Stopped { because });
            self.is_over = true;
        }
    }

    /// The record, when it is over.
    pub fn into_record(mut self) -> Record {
        let entries = std::mem::take(&mut self.entries);
        Record {
            entries,
            ..self.record()
        }
    }

    /// The record as it stands.
    pub fn record(&self) -> Record {
        Record {
            scenario: self.scenario.name.clone(),
            manner: self.manner,
            began_at: self.script.begins(),
            ended_at: self.now,
            playbook: self.playbook().clone(),
            entries: self.entries.clone(),
        }
    }
}

fn run_of<'a>(desk: &'a Desk, watch: &str) -> Option<&'a Run> {
    let open = desk.open_run(watch);
    open.or_else(|| desk.runs().filter(|run| run.is_open).last())
        .or_else(|| desk.runs().last())
}

/// The run with what its conditions are judged by.
fn facing<'a>(
    desk: &'a Desk,
    logs: &'a BTreeMap<RunId, (Arc<Pinned>, Vec<Logged>)>,
    drilled: &Playbook,
) -> Option<Facing<'a>> {
    let run = run_of(desk, &drilled.watch)?;
    let (pinned, _) = logs.get(&run.id)?;
    Some(Facing {
        run,
        playbook: &pinned.playbook,
        zone: desk.organisation().timezone,
    })
}

/// The person with the latest alert that they were sent and that asks them
/// something; without one, as if on the command line.
fn alerted(run: &Run, person: &str) -> Who {
    let alerts = run.alerts.iter();
    let own = alerts.filter(|(_, alert)| {
        alert.person == person && alert.delivered_at.is_some() && !alert.is_void
    });
    let latest = own.max_by_key(|(effect, alert)| {
        (
            alert.must_answer,
            alert.delivered_at,
            crate::domain::delivery::place(effect),
        )
    });
    Who {
        person: person.to_owned(),
        through: if latest.is_some() {
            Through::Link
        } else {
            Through::Command
        },
        effect: latest.map(|(effect, _)| effect.clone()),
        by: person.to_owned(),
    }
}
