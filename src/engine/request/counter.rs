//! Who answers: what that needs, and the ways to the store and to who owns it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::desk::Pinned;
use crate::domain::organisation::Organisation;
use crate::domain::run::RunId;
use crate::domain::text::Language;
use crate::engine::answering::Links;
use crate::engine::inbox::Received;
use crate::engine::live::Live;
use crate::engine::memo::Memo;
use crate::engine::practice::Drills;
use crate::engine::reload::Reloading;
use crate::engine::sources::HealthBoard;
use crate::engine::work::{Answer, Command, Work};
use crate::engine::{Handle, NotDone, clock, unexpected};
use crate::store::{Store, StoreError};

/// Who carries out commands.
#[derive(Debug)]
pub enum Owner {
    /// A running daemon's engine.
    Daemon(Handle),
    /// Nobody else: this process has the store for the moment.
    Alone(Box<Mutex<Live>>),
    /// Only looking: no daemon, and nothing to change.
    Nobody,
}

/// What answering needs.
#[derive(Debug)]
pub struct Counter {
    pub dir: PathBuf,
    pub organisation: Arc<Organisation>,
    pub playbooks: Vec<Arc<Pinned>>,
    pub owner: Owner,
    /// Of what is shown: the organisation's, unless somebody reads another.
    pub language: Language,
    /// What addresses of the pages begin with.
    pub pages: String,
    /// How mail goes out, in one sentence.
    pub mail: String,
    pub health: HealthBoard,
    pub received: Received,
    pub reloading: Reloading,
    pub drills: Drills,
    pub memo: Memo,
    /// Makes and knows the links that are mailed; `None`: mails carry none.
    pub links: Option<Links>,
}

impl Counter {
    /// The same for somebody who reads another language; `None` where nobody
    /// shares the store with us.
    pub fn in_language(&self, language: Language) -> Option<Self> {
        let owner = match &self.owner {
            Owner::Daemon(engine) => Owner::Daemon(engine.clone()),
            Owner::Nobody => Owner::Nobody,
            Owner::Alone(_) => return None,
        };
        Some(Self {
            dir: self.dir.clone(),
            organisation: Arc::clone(&self.organisation),
            playbooks: self.playbooks.clone(),
            owner,
            language,
            pages: self.pages.clone(),
            mail: self.mail.clone(),
            health: self.health.clone(),
            received: self.received.clone(),
            reloading: self.reloading.clone(),
            drills: self.drills.clone(),
            memo: self.memo.clone(),
            links: self.links.clone(),
        })
    }

    /// The run that is meant: the one named, else the only open one.
    pub(super) fn meant(&self, run: Option<RunId>) -> Result<RunId, NotDone> {
        if let Some(run) = run {
            return Ok(run);
        }
        let rows = self.read(|store| store?.runs().map_err(stored))?;
        let open: Vec<RunId> = rows
            .iter()
            .filter(|row| row.is_open)
            .map(|row| row.id)
            .collect();
        match open[..] {
            [run] => Ok(run),
            [] => Err(NotDone::Refused(
                "no run is open; name one with --run NUMBER".to_owned(),
            )),
            _ => Err(NotDone::Refused(format!(
                "{} runs are open; name one with --run NUMBER (see `draaiboek run list`)",
                open.len()
            ))),
        }
    }

    /// Reads from the store, through a connection of its own: a long answer
    /// must not hold up the engine. `Err` inside means: there is no store yet.
    pub(in crate::engine) fn read<T>(
        &self,
        look: impl FnOnce(Result<&Store, NotDone>) -> Result<T, NotDone>,
    ) -> Result<T, NotDone> {
        match Store::open_to_read(&self.dir, self.organisation.plane()).map_err(stored)? {
            Some(store) => look(Ok(&store)),
            None => look(Err(NotDone::Refused(
                "nothing has happened here yet: there is no store (`draaiboek serve` makes it)"
                    .to_owned(),
            ))),
        }
    }

    pub(in crate::engine) async fn command(&self, command: Command) -> Result<RunId, NotDone> {
        match self.carry_out(command).await? {
            Answer::Run(run) => Ok(run),
            other => Err(unexpected(&other)),
        }
    }

    pub(in crate::engine) async fn carry_out(&self, command: Command) -> Result<Answer, NotDone> {
        self.work(Work::Command(command)).await
    }

    /// Has something done by whoever owns the store.
    pub(in crate::engine) async fn work(&self, work: Work) -> Result<Answer, NotDone> {
        match &self.owner {
            Owner::Daemon(engine) => engine.send(work).await,
            Owner::Alone(live) => {
                let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
                let mut answers = live.carry_out(vec![work], clock::now());
                live.follow_up();
                // Whoever looks meanwhile may keep some of it; the last to close
                // the store empties the log as well.
                if live.take_owed_empty_log()
                    && let Err(error) = live.store().empty_log()
                {
                    tracing::warn!(%error, "the log of the database was not emptied");
                }
                answers.pop().unwrap_or(Err(NotDone::Stopping))
            }
            Owner::Nobody => Err(NotDone::Stopping),
        }
    }
}

pub(in crate::engine) fn stored(error: StoreError) -> NotDone {
    NotDone::Refused(error.to_string())
}

/// `; did you mean …?`, or nothing when no name is near.
pub(in crate::engine) fn did_you_mean<'a>(
    written: &str,
    names: impl Iterator<Item = &'a str>,
) -> String {
    let near = names
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
