//! Other files come into force while the program runs: what the engine takes over,
//! who is asked for it, and what everybody may know of how the last time went.
//!
//! The engine makes its desk anew from the store, as after a start, and commits what
//! follows from that. Only then do the others see the new files; when the commit
//! fails nothing has changed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::NotDone;
use super::request::{Counter, Owner};
use super::view::time;
use crate::domain::desk::Pinned;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::time::Timestamp;

/// Lines that `status` shows of a list.
const MOST_SHOWN: usize = 20;

/// What the engine is to go on with, already checked.
#[derive(Clone)]
pub struct Set {
    pub organisation: Arc<Organisation>,
    pub watches: Arc<Watches>,
    pub shelf: Vec<Arc<Pinned>>,
    /// Called once it is committed and before anything that follows from it goes
    /// out: the others must know the people that the engine already writes to.
    pub in_force: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Set(…)")
    }
}

/// Why files are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Command,
    /// SIGHUP.
    Signal,
    /// A file changed.
    Change,
}

impl Cause {
    /// As logs and `status` say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Signal => "signal",
            Self::Change => "file change",
        }
    }
}

/// Somebody wants the files to be read again.
#[derive(Debug)]
pub struct Ask {
    pub cause: Cause,
    /// Where what came of it goes.
    pub answer: oneshot::Sender<Value>,
}

/// How it stands with what is in force.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Since when it is.
    pub since: Option<Timestamp>,
    /// We started with the last good files, because those in the folder were broken.
    pub is_last_good: bool,
    /// When files were last read again, and why.
    pub tried: Option<(Timestamp, Cause)>,
    /// What stood in the way then, `FILE:LINE: what is wrong`; none when nothing did.
    pub findings: Vec<String>,
    /// What the last good time changed.
    pub differences: Vec<String>,
    /// What is written otherwise than what runs, and needs a restart.
    pub needs_restart: Vec<String>,
    /// What open runs asked for, when files last came into force, that is not in them.
    pub left_behind: Vec<String>,
    /// Whether a change of a file is noticed.
    pub is_watching: bool,
}

impl State {
    /// Whether the files in the folder are those in force, as far as we know.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

/// The way to whoever reads the files again; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Reloading {
    state: Arc<Mutex<State>>,
    asks: Option<mpsc::Sender<Ask>>,
}

impl Reloading {
    /// One that can be asked.
    pub fn new(asks: mpsc::Sender<Ask>) -> Self {
        Self {
            state: Arc::default(),
            asks: Some(asks),
        }
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    /// Notes how it stands from now on.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
    }

    /// What must be known and is no fault of ours, a line each.
    pub fn warnings(&self) -> Vec<String> {
        let state = self.lock();
        let mut warnings = Vec::new();
        let n_findings = state.findings.len();
        if state.is_last_good {
            warnings.push("the files are broken: running on the last good ones".to_owned());
        } else if n_findings > 0 {
            warnings.push(format!(
                "the last reload was refused ({}): what was good before is in force",
                match n_findings {
                    1 => "1 mistake".to_owned(),
                    n => format!("{n} mistakes"),
                }
            ));
        }
        warnings.extend(state.left_behind.iter().cloned());
        let waits = state.needs_restart.iter();
        warnings.extend(waits.map(|what| format!("{what} needs a restart")));
        warnings
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counter {
    /// Has the files read again; what came of it.
    pub(super) async fn reload(&self) -> Result<Value, NotDone> {
        let why = match (&self.owner, &self.organisation.exercise) {
            (Owner::Daemon(_), Some(_)) => "a drill goes on with the files it began with",
            (Owner::Daemon(_), None) => "the daemon cannot read its files again",
            _ => "no daemon runs here: `draaiboek serve` reads the files when it starts",
        };
        let asks = self.reloading.asks.as_ref();
        let asks = asks.ok_or_else(|| NotDone::Refused(why.to_owned()))?;
        let (answer, came) = oneshot::channel();
        let ask = Ask {
            cause: Cause::Command,
            answer,
        };
        asks.send(ask).await.map_err(|_| NotDone::Stopping)?;
        came.await.map_err(|_| NotDone::Stopping)
    }

    /// For `status`; null when nothing runs that could read files again.
    pub(super) fn show_reloading(&self) -> Value {
        if self.reloading.asks.is_none() {
            return Value::Null;
        }
        let state = self.reloading.state();
        let some = |lines: &[String]| lines.iter().take(MOST_SHOWN).cloned().collect::<Vec<_>>();
        json!({
            "ok": state.is_good(),
            "since": time(self, state.since),
            "last_good": state.is_last_good,
            "tried_at": time(self, state.tried.map(|(at, _)| at)),
            "because": state.tried.map(|(_, cause)| cause.name()),
            "n_findings": state.findings.len(),
            "findings": some(&state.findings),
            "differences": some(&state.differences),
            "needs_restart": state.needs_restart,
            "watching": state.is_watching,
        })
    }
}
