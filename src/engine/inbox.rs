//! What is done with mail that reached us: a bounce or an out-of-office answer
//! becomes news for the desk; everything else is counted and left at that.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task;
use tokio_util::sync::CancellationToken;

use super::request::{Counter, Owner};
use super::work::{Answer, Command};
use super::{NotDone, unexpected};
use crate::domain::run::RunId;
use crate::notify::inbox::{Verdict, read};
use crate::notify::maildir::Maildir;

/// How often a Maildir is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Mails by what they were taken for, since the start.
#[derive(Debug, Clone, Default)]
pub struct Received(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Received {
    fn count(&self, name: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name).or_default() += 1;
    }

    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clone()
    }
}

impl Counter {
    /// Answers what a mail was taken for and whom it marked unreachable.
    pub(super) async fn received(&self, verdict: Verdict) -> Result<Value, NotDone> {
        let (name, text) = (verdict.name(), verdict.describe());
        let marked = self.act_on(verdict).await?;
        let marked = marked
            .iter()
            .map(|(run, person)| json!({ "run": run, "person": person }));
        Ok(json!({
            "received": name,
            "text": text,
            "marked": marked.collect::<Vec<_>>(),
            "daemon": matches!(self.owner, Owner::Daemon(_)),
        }))
    }

    /// Returns after what follows is on disk. Doing it again changes nothing.
    async fn act_on(&self, verdict: Verdict) -> Result<Vec<(RunId, String)>, NotDone> {
        let (name, what) = (verdict.name(), verdict.describe());
        let marked = match verdict {
            Verdict::Unreachable(news) => match self.carry_out(Command::Unreachable(news)).await? {
                Answer::Marked(marked) => marked,
                other => return Err(unexpected(&other)),
            },
            _ => Vec::new(),
        };
        self.received.count(name);
        tracing::info!(what, n_marked = marked.len(), "a mail came in");
        Ok(marked)
    }
}

/// Reads what comes into a Maildir, until told to stop.
pub async fn watch(
    mut maildir: Maildir,
    counter: Arc<Counter>,
    instance: String,
    stop: CancellationToken,
) {
    let mut was_there = true;
    while !stop.is_cancelled() {
        let (names, has_more) = match maildir.look().await {
            Ok(found) => {
                if !was_there {
                    tracing::info!("the inbox (`mail.inbox`) is there again");
                }
                was_there = true;
                found
            }
            Err(error) => {
                if was_there {
                    let path = maildir.path().display();
                    tracing::warn!(%path, %error, "the inbox (`mail.inbox`) cannot be read; bounces go unnoticed");
                }
                was_there = false;
                (Vec::new(), false)
            }
        };
        let mut is_stuck = false;
        for name in names {
            match take(&maildir, &counter, &instance, &name).await {
                Ok(()) => {}
                Err(Trouble::Later) => {
                    is_stuck = true;
                    break;
                }
                Err(Trouble::Left(why)) => {
                    tracing::warn!(why, "a mail in the inbox is left there, unread");
                    maildir.leave(name);
                }
            }
            if stop.is_cancelled() {
                return;
            }
        }
        if has_more && !is_stuck {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Why a mail was not dealt with.
enum Trouble {
    /// Nothing can be stored now.
    Later,
    /// It will not be any better next time.
    Left(String),
}

/// It is moved away after the outcome is on disk: dying in between reads it
/// again, and the second time is a no-op.
async fn take(
    maildir: &Maildir,
    counter: &Counter,
    instance: &str,
    name: &std::ffi::OsStr,
) -> Result<(), Trouble> {
    let left = |error: std::io::Error| Trouble::Left(error.to_string());
    let bytes = maildir.read(name).await.map_err(left)?;
    let instance = instance.to_owned();
    // In a task of its own: a mail that a parser stumbles over is one mail.
    let verdict = task::spawn_blocking(move || read(&bytes, &instance)).await;
    let verdict = verdict.map_err(|_| Trouble::Left("draaiboek has a bug here".to_owned()))?;
    counter.act_on(verdict).await.map_err(|_| Trouble::Later)?;
    maildir.done(name).await.map_err(left)
}
