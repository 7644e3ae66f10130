//! Tells other programs of the events that wait for them: for each webhook one at a
//! time, in order, each after the outcome of the one before is on disk.
//!
//! Apart from what is told to people in everything: a receiver that is away holds
//! up nobody, fails no check of ours and is in no run's log. What waits is only in
//! the store, so that nothing is lost or doubled however the program ends; a second
//! copy goes out only when it died before the outcome was stored, with the same id.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use super::current::Current;
use super::dispatch::Dispatcher;
use super::{NotDone, clock};
use crate::domain::delivery::{is_time, pause_after};
use crate::domain::time::Timestamp;
use crate::notify::{Event, Failure};
use crate::store::hooks::{Outcome, Waiting};
use crate::store::{Store, StoreError};

/// How long to wait before recording an outcome that could not be stored, and
/// before reading what could not be read.
const AGAIN: Duration = Duration::from_secs(1);

/// What a receiver may ask us to wait.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// A jump of the clock must not make us sleep through.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Tells of what waits and what comes, until told to stop. `home`: where the store
/// is.
pub async fn run(dispatcher: Current<Dispatcher>, home: PathBuf, stop: CancellationToken) {
    let mut changes = dispatcher.get().engine.changes();
    let mut traffic = Traffic {
        dispatcher,
        home,
        store: None,
        on_the_way: JoinSet::new(),
        carried: HashMap::new(),
    };
    loop {
        // What changes from here on is seen by the next round.
        changes.mark_unchanged();
        let pause = match traffic.start_due(clock::now()) {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "events for webhooks cannot be read now");
                traffic.store = None;
                AGAIN
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            changed = changes.changed() => if changed.is_err() { break },
            Some(done) = traffic.on_the_way.join_next_with_id(), if !traffic.on_the_way.is_empty() => {
                let task = match &done {
                    Ok((task, ())) => *task,
                    Err(error) => {
                        tracing::error!(%error, "draaiboek has a bug here; trying again");
                        error.id()
                    }
                };
                traffic.carried.remove(&task);
                if done.is_err() {
                    tokio::time::sleep(AGAIN).await;
                }
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
    // What was posted and can still be recorded need not be posted twice.
    let _ = tokio::time::timeout(LONGEST_PAUSE, async {
        while traffic.on_the_way.join_next().await.is_some() {}
    })
    .await;
}

/// What is on its way to which webhook.
struct Traffic {
    dispatcher: Current<Dispatcher>,
    home: PathBuf,
    /// Opened to read, once there is something to read.
    store: Option<Store>,
    on_the_way: JoinSet<()>,
    /// The webhook of each, by task.
    carried: HashMap<task::Id, String>,
}

impl Traffic {
    /// Starts what is due; how long nothing else is.
    fn start_due(&mut self, now: Timestamp) -> Result<Duration, StoreError> {
        let dispatcher = self.dispatcher.get();
        let organisation = Arc::clone(&dispatcher.organisation);
        let mut soonest: Option<Timestamp> = None;
        for webhook in &organisation.webhooks {
            let is_busy = self.carried.values().any(|known| *known == webhook.key);
            if webhook.events.is_none() || is_busy {
                continue;
            }
            if self.store.is_none() {
                self.store = Store::open_to_read(&self.home, organisation.plane())?;
            }
            let Some(store) = &self.store else {
                continue;
            };
            let Some(waiting) = store.next_post(&webhook.key)? else {
                continue;
            };
            if is_time(waiting.next_at, now) {
                let (dispatcher, key) = (Arc::clone(&dispatcher), webhook.key.clone());
                let try_once = async move { dispatcher.tell(&key, &waiting).await };
                let task = self.on_the_way.spawn(try_once);
                self.carried.insert(task.id(), webhook.key.clone());
            } else {
                soonest = Some(soonest.map_or(waiting.next_at, |at| at.min(waiting.next_at)));
            }
        }
        let Some(next_at) = soonest else {
            return Ok(LONGEST_PAUSE);
        };
        let length = (next_at - now).to_std().unwrap_or(Duration::ZERO);
        Ok(clock::real_pause(length).min(LONGEST_PAUSE))
    }
}

impl Dispatcher {
    /// One try, and its outcome on disk.
    async fn tell(&self, webhook: &str, waiting: &Waiting) {
        let effect = &waiting.effect;
        let id = format!("{effect}.{}", self.instance).replace('.', "-");
        let mut body = waiting.body.clone();
        body["id"] = id.as_str().into();
        let exercise = self.organisation.exercise.as_ref();
        let event = Event {
            body: &body.to_string(),
            id: &id,
            scenario: exercise.map(|exercise| exercise.scenario.as_str()),
            now: clock::now(),
        };
        let told = self.post.tell(webhook, &event).await;
        let outcome = outcome(told, waiting.tries, clock::now());
        say(webhook, waiting, &outcome);
        self.engine.board().count_post(webhook, name(&outcome));
        loop {
            match self.engine.posted(webhook, effect, outcome.clone()).await {
                Err(NotDone::NotStored(_)) => tokio::time::sleep(AGAIN).await,
                Ok(()) | Err(NotDone::Stopping | NotDone::Refused(_) | NotDone::NoReply(_)) => {
                    return;
                }
            }
        }
    }
}

fn outcome(told: Result<(), Failure>, tries: u32, now: Timestamp) -> Outcome {
    let usual = pause_after(tries);
    match told {
        Ok(()) => Outcome::Taken,
        Err(Failure::GiveUp(because)) => Outcome::Refused { because },
        Err(Failure::Retry(because) | Failure::Away(because)) => Outcome::Later {
            because,
            next_at: now + usual,
        },
        Err(Failure::RetryAfter(because, asked)) => {
            let asked = TimeDelta::from_std(asked.min(LONGEST_ASKED)).unwrap_or(usual);
            Outcome::Later {
                because,
                next_at: now + asked.max(usual),
            }
        }
    }
}

/// As metrics call it.
fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Taken => "sent",
        Outcome::Later { .. } => "retry",
        Outcome::Refused { .. } => "failed",
    }
}

/// Once when it begins to fail and once when it is over: `status` says how it is.
fn say(webhook: &str, waiting: &Waiting, outcome: &Outcome) {
    let (effect, tries) = (&waiting.effect, waiting.tries + 1);
    match outcome {
        Outcome::Taken if waiting.tries > 0 => {
            tracing::info!(webhook, effect, tries, "events get through again");
        }
        Outcome::Taken => {}
        Outcome::Later { because, .. } if waiting.tries == 0 => {
            tracing::warn!(
                webhook,
                effect,
                because,
                "an event did not get through; it is tried again"
            );
        }
        Outcome::Later { because, .. } => {
            tracing::debug!(
                webhook,
                effect,
                tries,
                because,
                "an event did not get through"
            );
        }
        Outcome::Refused { because } => {
            tracing::warn!(webhook, effect, because, "an event was refused for good");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + second, 0).unwrap()
    }

    #[test]
    fn pauses_grow_and_what_is_asked_is_kept_to_within_bounds() {
        let failed = |tries, asked: Option<u64>| {
            let why = "it answered 503".to_owned();
            let told = match asked {
                None => Failure::Away(why),
                Some(asked) => Failure::RetryAfter(why, Duration::from_secs(asked)),
            };
            match outcome(Err(told), tries, at(0)) {
                Outcome::Later { next_at, .. } => (next_at - at(0)).num_seconds(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            [0, 1, 3, 20].map(|tries| failed(tries, None)),
            [5, 10, 40, 300]
        );
        assert_eq!(failed(0, Some(90)), 90);
        assert_eq!(failed(3, Some(1)), 40);
        assert_eq!(failed(0, Some(86_400)), 300);
    }
}
