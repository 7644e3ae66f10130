//! Plays a scenario at the real desk, on a clock that somebody else moves: what
//! the story brings in, what people do, what is delivered. Everything that
//! happens goes into the record.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::air::Air;
use super::disk::Disk;
use super::postman::{Postman, Report};
use super::stage::{Past, Stage};
use crate::domain::almanac::Almanac;
use crate::domain::desk::{ByHand, Desk, Happening, Observed, Pinned, SignalKind};
use crate::domain::drill::cue::{Cue, Incoming, failing, working};
use crate::domain::drill::doing::{Doing, of_deed, source_of};
use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::drill::script::{Script, Setting};
use crate::domain::lookout::NO_RUN;
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::report::volume::{Cut, Volume};
use crate::domain::run::alarm::Through;
use crate::domain::run::judge::Facing;
use crate::domain::run::{Event, Run, RunId};
use crate::domain::scenario::Scenario;
use crate::domain::scenario::story::Failing;
use crate::domain::step::answers::Who;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::notify::{MailTemplates, write_text};
use crate::store::StoreError;

/// See the module.
pub struct Player {
    scenario: Scenario,
    pinned: Arc<Pinned>,
    organisation: Arc<Organisation>,
    shelf: Vec<Arc<Pinned>>,
    templates: Arc<MailTemplates>,
    manner: Manner,
    desk: Desk,
    script: Script,
    air: Air,
    postman: Postman,
    disk: Disk,
    now: Timestamp,
    /// When the desk wants to be woken, as it said last.
    wakeup: Option<Timestamp>,
    ticked_at: Timestamp,
    /// The daemon is killed and not started again yet.
    is_down: bool,
    /// The daemon is killed and started again whenever something was stored.
    restarts_everywhere: bool,
    /// How often something had been stored after the last of those restarts.
    n_restarted: u64,
    /// What each run pinned.
    books: BTreeMap<RunId, Arc<Pinned>>,
    entries: Vec<Entry>,
    /// When each person was reached first, by any notice.
    told: BTreeMap<String, Timestamp>,
    /// When each draft got its present words.
    rendered: BTreeMap<String, Timestamp>,
    /// What personas posted: account, platform, when.
    posts: Vec<(String, Platform, Timestamp)>,
    /// When each mention on the watch of the playbook was published.
    heard: Vec<i64>,
    is_over: bool,
}

impl Player {
    /// The error says why the scenario cannot be played with these.
    pub fn new(stage: Stage) -> Result<Self, String> {
        let past = Past::of(&stage)?;
        Self::going_on(stage, &past)
    }

    /// The same, when what was said before the story is known already: `past` is of
    /// the same organisation, playbooks, watch and usual.
    pub fn going_on(stage: Stage, past: &Past) -> Result<Self, String> {
        let chatter = stage.chatter(&past.hooks);
        let pinned = stage.pinned()?;
        let Stage {
            scenario,
            organisation,
            shelf,
            watches,
            templates,
            replayed,
            manner,
            ..
        } = stage;
        let begins = scenario.story.begins_at(organisation.timezone);
        let mut air = Air::new(&organisation, watches);
        air.knows(&past.known);
        let mut desk = Desk::new(Arc::clone(&organisation), shelf.clone()).reading_at_once();
        desk.hear_again(&past.desk);
        let setting = Setting {
            chatter,
            replayed,
            begins,
            watch: pinned.playbook.watch.clone(),
            language: organisation.language,
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
            disk: Disk::new()?,
            now: begins,
            wakeup: None,
            ticked_at: begins,
            is_down: false,
            restarts_everywhere: false,
            n_restarted: 0,
            books: BTreeMap::new(),
            entries: Vec::new(),
            told: BTreeMap::new(),
            rendered: BTreeMap::new(),
            posts: Vec::new(),
            heard: Vec::new(),
            is_over: false,
        };
        let happenings = player.desk.catch_up(begins, |_, _| None);
        player.take(happenings);
        player.wakeup = player.desk.next_wakeup();
        Ok(player)
    }

    /// The daemon is killed and started again after everything that it stores.
    pub fn restarting_everywhere(mut self) -> Self {
        self.restarts_everywhere = true;
        self
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
        let run = self.run().and_then(|run| self.books.get(&run.id));
        run.map_or(&self.pinned.playbook, |pinned| &pinned.playbook)
    }

    /// The playbook that a run pinned.
    pub fn playbook_of(&self, run: RunId) -> &Playbook {
        let run = self.books.get(&run);
        run.map_or(&self.pinned.playbook, |pinned| &pinned.playbook)
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
        let facing = facing(&self.desk, &self.books, &self.pinned.playbook);
        let cues = self.script.take(self.now, facing, &self.desk);
        let mut has_news = !cues.is_empty();
        self.bring_all(cues);
        if self.is_over || self.is_down {
            return;
        }
        for report in self.postman.work(self.now) {
            has_news = true;
            self.report(report);
            self.restart_if_wanted();
        }
        // Asking costs more than most steps: only when the answer may be another.
        if has_news {
            self.wakeup = self.desk.next_wakeup();
        }
        if self.wakeup.is_some_and(|wakeup| wakeup <= self.now) {
            self.ticked_at = self.now;
            let happenings = self.desk.tick(self.now);
            self.take(happenings);
            self.restart_if_wanted();
            self.wakeup = self.desk.next_wakeup();
        }
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
                    self.restart_if_wanted();
                }
            }
        }
        self.observe(&batch);
    }

    fn observe(&mut self, batch: &[Observed]) {
        let watches = &self.desk.organisation().watches;
        let is_ours = |place: &u16| {
            let watch = watches.get(usize::from(*place));
            watch.is_some_and(|watch| watch.key == self.pinned.playbook.watch)
        };
        let counted = batch.iter();
        let counted = counted.filter(|one| one.matched.counted().iter().any(is_ours));
        let seconds: Vec<i64> = counted
            .map(|one| one.mention.published_at.timestamp())
            .collect();
        self.heard.extend(seconds);
        if !batch.is_empty() {
            let happenings = self.desk.observe(batch, self.now);
            self.take(happenings);
            self.restart_if_wanted();
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
                        let text = format!("{who} could not do what is written here: {why}");
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
        let holds = self.desk.changed_holds();
        let kept = self.disk.keep_holds(&holds);
        self.unless_kept(kept);
    }

    /// A story cannot go on without its store.
    fn unless_kept(&mut self, kept: Result<(), StoreError>) {
        if let Err(error) = kept {
            self.stop(&error.to_string());
        }
    }

    fn restart_if_wanted(&mut self) {
        let n_kept = self.disk.n_kept();
        let is_news = n_kept > self.n_restarted;
        if self.restarts_everywhere && is_news && !self.is_down && !self.is_over {
            // What the restart itself brings is no reason for another.
            self.store_holds();
            self.start_again();
            self.n_restarted = self.disk.n_kept();
        }
    }

    /// A new desk from what was stored, as after a restart.
    fn start_again(&mut self) {
        self.is_down = false;
        match self.made_again() {
            Ok(happenings) => self.take(happenings),
            Err(error) => self.stop(&error.to_string()),
        }
        let late = self.air.late();
        self.observe(&late);
        self.wakeup = self.desk.next_wakeup();
    }

    fn made_again(&mut self) -> Result<Vec<Happening>, StoreError> {
        let mut desk =
            Desk::new(Arc::clone(&self.organisation), self.shelf.clone()).reading_at_once();
        for (run, pinned) in self.disk.runs()? {
            desk.adopt(run, pinned);
        }
        desk.adopt_outside(&self.disk.outside()?);
        desk.hear_again(&self.desk);
        let mut trouble = None;
        let mut happenings = desk.catch_up(self.now, |playbook, trigger| {
            self.disk.holds(playbook, trigger).unwrap_or_else(|error| {
                trouble = Some(error);
                None
            })
        });
        happenings.extend(desk.go_on(self.now, self.now));
        self.desk = desk;
        self.postman.start_again(self.disk.waiting()?);
        trouble.map_or(Ok(happenings), Err)
    }

    fn report(&mut self, report: Report) {
        let Report {
            run,
            effect,
            delivery,
            event,
            told,
        } = report;
        let kept = self.disk.tried(&effect, &delivery, self.now);
        self.unless_kept(kept);
        if let Some((notice, through)) = told {
            let letter = write_text(&notice, &self.templates);
            self.told.entry(notice.person.clone()).or_insert(self.now);
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
        self.restart_if_wanted();
        self.wakeup = self.desk.next_wakeup();
        Ok(())
    }

    /// Something of the facilitator's, or of the drill itself, for the record.
    pub fn write(&mut self, at: Timestamp, what: What) {
        self.entries.push(Entry { at, what });
    }

    fn take(&mut self, happenings: Vec<Happening>) {
        let kept = self.disk.keep(&happenings, self.now);
        self.unless_kept(kept);
        for happening in happenings {
            match happening {
                Happening::Signal(signal) if signal.kind == SignalKind::Fired => {
                    // Other playbooks may have a trigger of the same name.
                    if signal.playbook == self.scenario.playbook {
                        let trigger = signal.trigger;
                        self.write(self.now, What::TriggerFired { trigger });
                    }
                }
                Happening::Signal(_) => {}
                // Of what belongs to no run only whether we see counts; the mails go.
                Happening::Outside(outside) => {
                    for logged in &outside.events {
                        if let Some(what) = What::sight(&logged.event) {
                            self.write(logged.at, what);
                        }
                    }
                    for effect in outside.effects {
                        self.postman.take_in(NO_RUN, effect, self.now);
                    }
                }
                Happening::Change(change) => {
                    let run = change.run.id;
                    self.books.insert(run, Arc::clone(&change.pinned));
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

    /// What came in on the watch of the playbook since the story began, against
    /// what was usual.
    fn volume(&self) -> Volume {
        let organisation = self.desk.organisation();
        let watch = &self.pinned.playbook.watch;
        let cut = Cut::of(self.script.begins().timestamp(), self.now.timestamp());
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for second in &self.heard {
            *counts.entry(second.div_euclid(cut.step)).or_default() += 1;
        }
        let almanac = Almanac::new(organisation, watch);
        let heard = self.desk.heard_of(watch);
        let outline = heard.map(|heard| heard.tide.outline()).unwrap_or_default();
        Volume::new(
            cut,
            |place| counts.get(&place).copied().unwrap_or_default(),
            |from, until| outline.usual(from, until, &almanac),
            self.now,
        )
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
            volume: self.volume(),
        }
    }
}

fn run_of<'a>(desk: &'a Desk, watch: &str) -> Option<&'a Run> {
    let open = desk.open_run(watch);
    // Its run in aftercare goes before that of another playbook on another watch.
    open.or_else(|| desk.runs().filter(|run| run.watch == watch).last())
        .or_else(|| desk.runs().filter(|run| run.is_open).last())
        .or_else(|| desk.runs().last())
}

/// The run with what its conditions are judged by.
fn facing<'a>(
    desk: &'a Desk,
    books: &'a BTreeMap<RunId, Arc<Pinned>>,
    drilled: &Playbook,
) -> Option<Facing<'a>> {
    let run = run_of(desk, &drilled.watch)?;
    let pinned = books.get(&run.id)?;
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
