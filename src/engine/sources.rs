//! What the daemon knows of its sources, and who says that one went blind.
//!
//! Sources put their health on the board; a task of its own asks every half
//! minute what `domain/blind.rs` makes of it, and tells the engine when that
//! changed. What was told is kept, so after a restart the first word about a source
//! that was blind is told as well. The same task learns how long each is usually
//! silent (`domain/freshness`), and says which watches are blind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::work::Command;
use super::{Handle, clock};
use crate::domain::blind::{Blindness, Signs, Word, blindness_of, judge};
use crate::domain::freshness::{Habit, Silence};
use crate::domain::lookout::{Lookout, NO_RUN};
use crate::domain::organisation::{Organisation, Source, SourceKind};
use crate::domain::time::{Timestamp, after};
use crate::store::{Store, StoreError};

/// How often sources are judged.
const EVERY: Duration = Duration::from_secs(30);

/// On a simulated clock that runs fast, no more often than this in real time.
const SOONEST: Duration = Duration::from_millis(100);

/// How often what was learnt is stored: that much of it a crash may cost.
const LEARNT_EVERY: Duration = Duration::from_secs(600);

/// The same on a clock that runs fast: a commit costs real time.
const SOONEST_STORED: Duration = Duration::from_secs(10);

/// How often we look which sources brought what, while one is blind.
const BROUGHT_EVERY: Duration = Duration::from_secs(3_600);

/// What a source last said of itself, and what we think of it.
#[derive(Debug, Clone, Default)]
pub struct SourceHealth {
    pub last_success_at: Option<Timestamp>,
    /// The trouble since then; `None` while all is well.
    pub trouble: Option<String>,
    pub failures: u32,
    /// When it failed first since the last success.
    pub failing_since: Option<Timestamp>,
    /// Why it is blind, when it is.
    pub blind: Option<String>,
    /// Pushes that were not taken, or not to their end, since the start.
    pub n_refused: u64,
}

/// The latest word of every source, by name.
#[derive(Debug, Clone, Default)]
pub struct HealthBoard(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    sources: BTreeMap<String, SourceHealth>,
    /// As they were last judged, by name.
    watches: BTreeMap<String, Blindness>,
}

impl HealthBoard {
    /// Notes that a source could be read, or had nothing to say yet.
    pub fn works(&self, source: &str, last_success_at: Option<Timestamp>) {
        self.change(source, |health| {
            let (blind, n_refused) = (health.blind.take(), health.n_refused);
            *health = SourceHealth {
                last_success_at,
                blind,
                n_refused,
                ..SourceHealth::default()
            };
        });
    }

    /// Notes that a source failed again, and when it did.
    pub fn fails(&self, source: &str, trouble: &str, failures: u32, at: Timestamp) {
        self.change(source, |health| {
            health.trouble = Some(trouble.to_owned());
            health.failures = failures;
            health.failing_since.get_or_insert(at);
        });
    }

    /// Notes that a push was not taken, or not to its end.
    pub fn refused(&self, source: &str) {
        self.change(source, |health| health.n_refused += 1);
    }

    /// The latest word of each.
    pub fn all(&self) -> BTreeMap<String, SourceHealth> {
        self.lock().sources.clone()
    }

    /// How blind each watch is.
    pub fn watches(&self) -> BTreeMap<String, Blindness> {
        self.lock().watches.clone()
    }

    /// How blind a watch is.
    pub fn blindness(&self, watch: &str) -> Blindness {
        let known = self.lock();
        known.watches.get(watch).cloned().unwrap_or(Blindness::Sees)
    }

    /// What is no fault of ours, and must be known: a line for each blind watch
    /// and source.
    pub fn warnings(&self) -> Vec<String> {
        let known = self.lock();
        let sources = known.sources.iter().filter_map(|(key, health)| {
            let because = health.blind.as_ref()?;
            Some(format!("source {key} is blind: {because}"))
        });
        let watches = known.watches.iter().filter_map(|(key, blindness)| {
            let sources = blindness.sources().join(", ");
            Some(match blindness {
                Blindness::Sees => return None,
                Blindness::Partly(_) => format!("watch {key} is partly blind: {sources}"),
                Blindness::Blind(_) => format!("watch {key} is blind: {sources}"),
            })
        });
        sources.chain(watches).collect()
    }

    /// Forgets all but these sources: others are in force now.
    pub fn keep_only(&self, sources: &BTreeSet<String>) {
        let mut known = self.lock();
        known.sources.retain(|key, _| sources.contains(key));
        known.watches.clear();
    }

    pub(super) fn get(&self, source: &str) -> SourceHealth {
        self.lock().sources.get(source).cloned().unwrap_or_default()
    }

    fn change(&self, source: &str, change: impl FnOnce(&mut SourceHealth)) {
        change(self.lock().sources.entry(source.to_owned()).or_default());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges every source again and again, until told to stop.
pub async fn watch(
    dir: PathBuf,
    organisation: Arc<Organisation>,
    board: HealthBoard,
    engine: Handle,
    stop: CancellationToken,
) {
    let mut sentry = Sentry::new(dir, organisation, board, engine);
    loop {
        sentry.look().await;
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(clock::real_pause(EVERY).max(SOONEST)) => {}
        }
    }
    sentry.store_learnt().await;
}

/// Who judges the sources.
struct Sentry {
    dir: PathBuf,
    organisation: Arc<Organisation>,
    board: HealthBoard,
    engine: Handle,
    watched_since: Timestamp,
    /// Whether the engine takes each for blind. What was told before we started is
    /// open until we know.
    told: BTreeMap<String, bool>,
    habits: BTreeMap<String, Habit>,
    stored: Instant,
    /// Which sources ever brought each watch something, and when we looked.
    brought: Option<(Timestamp, BTreeMap<String, BTreeSet<String>>)>,
}

impl Sentry {
    fn new(
        dir: PathBuf,
        organisation: Arc<Organisation>,
        board: HealthBoard,
        engine: Handle,
    ) -> Self {
        let now = clock::now();
        let mut sentry = Self {
            dir,
            organisation,
            board,
            engine,
            watched_since: now,
            told: BTreeMap::new(),
            habits: BTreeMap::new(),
            stored: clock::stopwatch(),
            brought: None,
        };
        let before = sentry.read(thought_blind).unwrap_or_default();
        let learnt = sentry.read(Store::freshness).unwrap_or_default();
        for source in &sentry.organisation.sources {
            let key = &source.key;
            if !before.contains(key) {
                sentry.told.insert(key.clone(), false);
            }
            let known = learnt.iter().find(|(source, _)| source == key);
            let habit = known.and_then(|(_, json)| Habit::read(json));
            let mut habit = habit.unwrap_or_else(|| Habit::new(now));
            habit.wake(now);
            sentry.habits.insert(key.clone(), habit);
        }
        sentry
    }

    async fn look(&mut self) {
        let organisation = Arc::clone(&self.organisation);
        for source in &organisation.sources {
            self.listen(source);
            let (word, since) = self.word(source);
            let trouble = match word {
                Word::Unknown => continue,
                Word::Sees => None,
                Word::Blind(because) => Some(because),
            };
            // How it fails may change; that it does is what counts.
            let key = source.key.as_str();
            let is_blind = trouble.is_some();
            if self.told.get(key) == Some(&is_blind) {
                continue;
            }
            self.board
                .change(key, |health| health.blind.clone_from(&trouble));
            let command = Command::SourceWord {
                source: key.to_owned(),
                trouble: trouble.clone(),
                since,
            };
            // What could not be stored is said again next time.
            if self.engine.carry_out(command).await.is_ok() {
                self.told.insert(key.to_owned(), is_blind);
                say(key, trouble.as_deref());
            }
        }
        self.judge_watches();
        let pause = clock::real_pause(LEARNT_EVERY).max(SOONEST_STORED);
        if self.stored.elapsed() >= pause {
            self.store_learnt().await;
        }
    }

    /// Learns from what a source brought since we last looked.
    fn listen(&mut self, source: &Source) {
        let Some(habit) = self.habits.get_mut(&source.key) else {
            return;
        };
        let (now, zone) = (clock::now(), self.organisation.timezone);
        let known = habit.last_at();
        let sign = self.engine.signs().of(&source.key).filter(|sign| {
            // Of the first list after a start only what is newer is news.
            let published_at = sign.published_at.unwrap_or(sign.at);
            known.is_none_or(|known| known < sign.at && known < published_at)
        });
        if let Some(sign) = sign {
            habit.sign(sign.at, zone);
        }
        // While it fails nothing can be heard: that silence is no habit.
        match self.board.get(&source.key).failing_since {
            Some(_) => habit.wake(now),
            None => habit.pass(now, zone),
        }
    }

    /// What is to be thought of a source, and since when nothing came through.
    fn word(&self, source: &Source) -> (Word, Timestamp) {
        let now = clock::now();
        let tells_failures = match source.kind {
            SourceKind::Feed { .. }
            | SourceKind::File { .. }
            | SourceKind::Mastodon { .. }
            | SourceKind::Bluesky { .. } => true,
            SourceKind::Push { .. } => false,
        };
        let health = self.board.get(&source.key);
        let failing = health.failing_since.zip(health.trouble.as_deref());
        let written = source.silent_after;
        let habit = self.habits.get(&source.key);
        let last_at = match written {
            Some(_) => self.last_at(&source.key),
            None => habit.and_then(Habit::last_at),
        };
        let signs = Signs {
            watched_since: self.watched_since,
            failing,
            was_read: health.last_success_at.is_some(),
            tells_failures,
            last_at,
            silent_after: written,
            learnt: habit.map_or(Silence::Unknown, Habit::silence),
        };
        let since = health.failing_since.or(last_at);
        (judge(&signs, now), since.unwrap_or(self.watched_since))
    }

    /// Puts on the board which watches do not see all.
    fn judge_watches(&mut self) {
        let health = self.board.all();
        let is_blind =
            |(key, health): (&String, &SourceHealth)| health.blind.is_some().then(|| key.clone());
        let blind: BTreeSet<String> = health.iter().filter_map(is_blind).collect();
        if blind.is_empty() {
            let watches = self.organisation.watches.iter();
            let watches = watches.map(|watch| (watch.key.clone(), Blindness::Sees));
            self.board.lock().watches = watches.collect();
            return;
        }
        let now = clock::now();
        let is_old = |at: &Timestamp| after(*at, BROUGHT_EVERY) <= now;
        if self.brought.as_ref().is_none_or(|(at, _)| is_old(at)) {
            // Looks at all that ever matched, which is why it is not asked often.
            let rows = tokio::task::block_in_place(|| self.read(Store::brought));
            let mut brought: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (watch, source) in rows.unwrap_or_default() {
                brought.entry(watch).or_default().insert(source);
            }
            self.brought = Some((now, brought));
        }
        let brought = self.brought.as_ref().map(|(_, brought)| brought);
        let sources = self.organisation.sources.iter();
        let all: BTreeSet<String> = sources.map(|source| source.key.clone()).collect();
        let none = BTreeSet::new();
        let watches = self.organisation.watches.iter().map(|watch| {
            let own = brought.and_then(|brought| brought.get(&watch.key));
            let blindness = blindness_of(own.unwrap_or(&none), &all, &blind);
            (watch.key.clone(), blindness)
        });
        let watches = watches.collect();
        self.board.lock().watches = watches;
    }

    async fn store_learnt(&mut self) {
        let habits = self.habits.iter().filter_map(|(source, habit)| {
            let json = serde_json::to_string(habit).ok()?;
            Some((source.clone(), json))
        });
        let habits = habits.collect();
        if self.engine.carry_out(Command::Learnt(habits)).await.is_ok() {
            self.stored = clock::stopwatch();
        }
    }

    /// When a source last brought something, also before we started.
    fn last_at(&self, source: &str) -> Option<Timestamp> {
        let rows = self.read(Store::sources)?;
        rows.into_iter().find(|row| row.key == source)?.last_at
    }

    /// Looks something up in the store; `None` when that cannot be done now.
    fn read<T>(&self, look: impl FnOnce(&Store) -> Result<T, StoreError>) -> Option<T> {
        let store = Store::open_to_read(&self.dir, self.organisation.plane()).ok()??;
        look(&store).ok()
    }
}

/// Sources that somebody takes for blind, as it is stored.
pub fn thought_blind(store: &Store) -> Result<BTreeSet<String>, StoreError> {
    let lookout = Lookout::replay(&store.log(NO_RUN)?);
    let mut blind: BTreeSet<String> = lookout.blind().into_keys().collect();
    for row in store.runs()?.iter().filter(|row| row.is_open) {
        if let Some((run, _)) = store.run(row.id)? {
            blind.extend(run.ending.blind.into_keys());
        }
    }
    Ok(blind)
}

fn say(source: &str, trouble: Option<&str>) {
    match trouble {
        Some(because) => tracing::warn!(source, because, "the source is blind"),
        None => tracing::info!(source, "the source sees again"),
    }
}
