//! The loop of a live drill: what the script brings in goes to the engine, what
//! happens is told, and the real world is watched.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::Ending;
use super::home::{Begun, Home};
use super::real;
use super::screen::Screen;
use super::site::Failures;
use crate::cli::daemon::{Daemon, Setting};
use crate::config;
use crate::domain::chatter::Chatter;
use crate::domain::chatter::hooks::Hooks;
use crate::domain::desk::Pinned;
use crate::domain::drill::cue::{self, Cue, Incoming, Inject};
use crate::domain::drill::record::{Entry, What};
use crate::domain::drill::script::{self, Script};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::run::judge::Facing;
use crate::domain::scenario::Scenario;
use crate::domain::sight::Sight;
use crate::domain::text::Language;
use crate::domain::time::{Timestamp, before};
use crate::drill::replay::{self, Shift};
use crate::engine::Delivered;
use crate::engine::clock::{self, stopwatch};
use crate::store::Store;

/// Between two looks at the script and the keyboard.
const BEAT: Duration = Duration::from_millis(100);

/// Between two looks at the real world, in real time.
const LOOK: Duration = Duration::from_secs(2);

/// Between two times that the clock is kept for who goes on after a crash.
const KEEP: Duration = Duration::from_millis(500);

/// The one source of a drill.
const SOURCE: &str = "drill";

/// How far back the engine looks.
const HISTORY: Duration = Duration::from_secs(48 * 3_600);

/// What a story is made of, in a place and a time.
pub(super) struct World {
    script: Script,
    chatter: Chatter,
    playbook: Arc<Pinned>,
}

impl World {
    pub(super) fn new(
        dir: &Path,
        setting: &Setting,
        scenario: &Scenario,
        begun: &Begun,
    ) -> Result<Self, String> {
        let begins = begun.at;
        let organisation = &setting.organisation;
        let mut shelf = setting.shelf.iter();
        let playbook = shelf.find(|pinned| pinned.playbook.name == scenario.playbook);
        let playbook =
            playbook.ok_or_else(|| format!("there is no playbook `{}`", scenario.playbook))?;
        let watch = &playbook.playbook.watch;
        let hooks = Hooks::new(organisation, watch);
        let hooks = hooks.ok_or_else(|| format!("nothing can be said that `{watch}` finds"))?;
        let mut scenario = scenario.clone();
        scenario.story.begins = begins.with_timezone(&organisation.timezone).naive_local();
        let mut read = setting.scenarios.iter();
        let read = read.find(|read| read.scenario.name == scenario.name);
        let replayed = match read.and_then(|read| config::replay_path(dir, read)) {
            Some(path) => replay::load(&path, Shift::To(begins))?.mentions,
            None => Vec::new(),
        };
        let language = organisation.language;
        let chatter = Chatter::new(begun.seed, &scenario.story, organisation, hooks, language);
        let script = Script::new(
            &scenario,
            script::Setting {
                chatter: chatter.clone(),
                replayed,
                begins,
                watch: watch.clone(),
                language,
            },
        );
        Ok(Self {
            script,
            chatter,
            playbook: Arc::clone(playbook),
        })
    }
}

/// A drill that is played.
pub(super) struct Drill {
    pub(super) organisation: Arc<Organisation>,
    pub(super) playbook: Arc<Pinned>,
    pub(super) daemon: Daemon,
    pub(super) home: Home,
    pub(super) script: Script,
    pub(super) screen: Screen,
    pub(super) failures: Failures,
    pub(super) speed: f64,
    pub(super) is_paused: bool,
    /// Injects that came before a restart: they do not come again by
    /// themselves.
    pub(super) came: BTreeSet<usize>,
    /// What such an inject brings in is left out as well.
    leaves_out: bool,
    chatter: Chatter,
    judged_to: Timestamp,
}

/// What the store of the drill has counted.
#[derive(Debug)]
struct Counted<'a>(Option<&'a Store>);

impl Sight for Counted<'_> {
    fn mentions(&self, watch: &str, within: Duration, at: Timestamp) -> u64 {
        let counted = self
            .0
            .and_then(|store| store.count(watch, before(at, within)).ok());
        counted.unwrap_or(0)
    }
}

impl Drill {
    pub(super) fn new(
        setting: &Setting,
        daemon: Daemon,
        home: Home,
        world: World,
        failures: Failures,
        speed: f64,
        came: BTreeSet<usize>,
    ) -> Self {
        Self {
            organisation: Arc::clone(&setting.organisation),
            screen: Screen::new(setting.organisation.timezone),
            playbook: world.playbook,
            daemon,
            home,
            judged_to: world.script.begins(),
            script: world.script,
            chatter: world.chatter,
            failures,
            speed,
            is_paused: false,
            came,
            leaves_out: false,
        }
    }

    pub(super) fn announce(&mut self) {
        let exercise = self.organisation.exercise.as_ref();
        let people = exercise.map_or_else(String::new, |one| one.participants.join(", "));
        for way in self.daemon.ways.clone() {
            self.screen.print(&way);
        }
        let scheme = match self.organisation.web.tls {
            Some(_) => "https",
            None => "http",
        };
        let line = format!(
            "the drill is ready on {scheme}://{}: only {people} are told anything; type `help`",
            self.daemon.address
        );
        self.screen.print(&line);
    }

    /// The days before the story, so that windows and triggers have something
    /// to look back on.
    pub(super) async fn bring_history(&mut self) -> Result<(), String> {
        let begins = self.script.begins();
        let mentions = self.chatter.between(before(begins, HISTORY), begins);
        self.deliver(mentions).await
    }

    /// After a restart: what came before is there, or comes again unchanged;
    /// mentions that are known count once.
    pub(super) async fn go_on(&mut self, until: Timestamp) -> Result<(), String> {
        self.bring_history().await?;
        let cues = self.script.take(until, None, &Counted(None));
        let mentions = cues.into_iter().filter_map(|cue| match cue.what {
            Incoming::Mention(mention) => Some(*mention),
            _ => None,
        });
        self.deliver(mentions.collect()).await?;
        self.judged_to = until;
        if let Some(store) = self.store() {
            self.screen
                .skip_past(&store)
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    pub(super) fn store(&self) -> Option<Store> {
        match Store::open_to_read(&self.home.path, Plane::Drill) {
            Ok(store) => store,
            Err(error) => {
                tracing::error!(%error, "the store of the drill cannot be read");
                None
            }
        }
    }

    /// What waits to go out: mails, and events that no receiver failed to take yet.
    pub(super) fn n_waiting(&self) -> u64 {
        self.store().map_or(0, |store| {
            let (n_notices, ..) = store.outbox_counts().unwrap_or_default();
            n_notices + store.n_posts_untried().unwrap_or_default()
        })
    }

    pub(super) async fn close(self) -> Home {
        self.daemon.stop().await;
        self.home
    }

    /// Plays until something ends it.
    pub(super) async fn run(&mut self, dir: &Path) -> Result<Ending, String> {
        let mut typed = keyboard();
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
        let dir: PathBuf = dir.to_owned();
        let (mut looked, mut kept) = (stopwatch(), stopwatch());
        loop {
            tokio::select! {
                _ = terminate.recv() => return Ok(Ending::Stopped),
                _ = interrupt.recv() => return Ok(Ending::Stopped),
                Some(line) = typed.recv() => {
                    if let Some(ending) = self.typed(&line).await {
                        return Ok(ending);
                    }
                }
                () = tokio::time::sleep(BEAT) => {}
            }
            if looked.elapsed() >= LOOK {
                looked = stopwatch();
                match real::find(&dir, &self.organisation) {
                    Ok(Some(real)) => return Ok(Ending::Real(real)),
                    Ok(None) => {}
                    // Who cannot see the real world says so, and plays on.
                    Err(why) => tracing::error!(why, "the real store cannot be read"),
                }
            }
            let now = clock::now();
            let is_over = self.bring(now).await?;
            if let Some(store) = self.store() {
                let told = self.screen.tell(&store, &self.organisation);
                told.map_err(|error| error.to_string())?;
            }
            let speed = self.pace();
            let next = Some(self.script.next_inject_at());
            self.screen.status(now, &speed, next);
            if kept.elapsed() >= KEEP {
                kept = stopwatch();
                self.home.keep_clock(now);
            }
            if is_over {
                return Ok(Ending::Over);
            }
        }
    }

    pub(super) fn pace(&self) -> String {
        match self.is_paused {
            true => "paused".to_owned(),
            false => format!("{}x", self.speed),
        }
    }

    /// Brings in what is due; whether the story is over.
    async fn bring(&mut self, now: Timestamp) -> Result<bool, String> {
        if self.script.next_at(now).is_none_or(|next| next > now) {
            return Ok(false);
        }
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let store = match minute > self.judged_to {
            true => self.store(),
            false => None,
        };
        self.judged_to = self.judged_to.max(minute);
        let run = store.as_ref().and_then(|store| {
            let rows = store.runs().ok()?;
            let row = rows.iter().find(|row| row.is_open)?;
            store.run(row.id).ok()?
        });
        let facing = run.as_ref().map(|(run, pinned)| Facing {
            run,
            playbook: &pinned.playbook,
            zone: self.organisation.timezone,
        });
        let cues = self.script.take(now, facing, &Counted(store.as_ref()));
        self.play(cues).await
    }

    async fn play(&mut self, cues: Vec<Cue>) -> Result<bool, String> {
        let mut mentions = Vec::new();
        let mut is_over = false;
        for Cue { at, what } in cues {
            let is_left_out = std::mem::take(&mut self.leaves_out);
            match what {
                Incoming::Inject(inject) => self.inject(at, &inject),
                Incoming::Ends => is_over = true,
                Incoming::Works { what } => {
                    self.failures.remove(&what);
                    self.screen.say(at, &cue::working(&what, Language::En));
                }
                _ if is_left_out => {}
                Incoming::Mention(mention) => {
                    self.screen.heard(at);
                    mentions.push(*mention);
                }
                Incoming::Fails { what, .. } if Failures::can(&what) => self.failures.add(what),
                Incoming::Fails { what, .. } => {
                    let said = format!(
                        "{}: not played in a live drill",
                        cue::failing(&what, Language::En)
                    );
                    self.screen.say(at, &said);
                }
                Incoming::Does { who, deed } => {
                    self.deliver(std::mem::take(&mut mentions)).await?;
                    self.does(at, &who, &deed).await;
                }
            }
        }
        self.deliver(mentions).await?;
        Ok(is_over)
    }

    fn inject(&mut self, at: Timestamp, inject: &Inject) {
        if inject
            .number
            .is_some_and(|number| self.came.remove(&number))
        {
            // Somebody who turns to a role comes without anything behind it.
            self.leaves_out = inject.to.is_none();
            return;
        }
        let number = inject
            .number
            .map_or_else(|| "inject".to_owned(), |number| format!("inject {number}"));
        self.screen.say(at, &format!("{number}: {}", inject.what));
        if let Some(note) = &inject.note {
            self.screen.say(at, &format!("   note: {note}"));
        }
        let what = What::Injected {
            number: inject.number,
            what: inject.what.clone(),
        };
        self.home.note(&Entry { at, what });
    }

    async fn deliver(&mut self, mentions: Vec<Mention>) -> Result<(), String> {
        if mentions.is_empty() {
            return Ok(());
        }
        let delivered = Delivered {
            source: SOURCE.to_owned(),
            mentions,
            rejected: 0,
            position: None,
        };
        let done = self.daemon.handle.deliver(delivered).await;
        done.map(|_| ()).map_err(|why| why.to_string())
    }
}

/// Lines as they are typed; ends where nobody types.
fn keyboard() -> mpsc::UnboundedReceiver<String> {
    let (sender, typed) = mpsc::unbounded_channel();
    let read = move || {
        for line in std::io::stdin().lines() {
            let sent = line.ok().and_then(|line| sender.send(line).ok());
            if sent.is_none() {
                return;
            }
        }
    };
    // Without a keyboard the drill goes on by itself.
    if let Err(error) = std::thread::Builder::new()
        .name("keyboard".into())
        .spawn(read)
    {
        tracing::warn!(%error, "nothing that is typed can be read");
    }
    typed
}
