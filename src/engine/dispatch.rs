//! The outbox on its way out: renders, sends, records, tries again.
//!
//! Delivery is at least once: a mail is recorded as sent after the server
//! accepted it, so dying in between sends it again, with the same Message-ID.
//! A failure waits longer each time, and is never forgotten.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::mpsc;
use tokio::task::{self, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Handle, NotDone, clock};
use crate::domain::time::Timestamp;
use crate::notify::{Failure, MailTemplates, Outgoing, Post, write};
use crate::store::{Delivery, Parcel};

/// Mails on their way at one time. More than one server connection is only
/// worth it in a flood; a crisis team is a dozen people.
const MOST_AT_ONCE: usize = 16;

/// Pause after the first failure; it doubles up to `LONGEST_PAUSE`.
const FIRST_PAUSE: u64 = 5;
const LONGEST_PAUSE: u64 = 300;

/// After this many days of failures a notice is old news: it is given up,
/// loudly, instead of surprising somebody next week.
const GIVE_UP_DAYS: i64 = 3;
const GIVE_UP_TRIES: u32 = 100;

/// How long to wait before recording an outcome that could not be stored.
const RECORD_AGAIN: Duration = Duration::from_secs(1);

/// Everything that sending needs.
pub struct Dispatcher {
    pub post: Post,
    pub templates: MailTemplates,
    pub engine: Handle,
    /// The store's instance: makes Message-IDs unique in the world.
    pub instance: String,
    /// Sender of the mails, a mailbox.
    pub from: String,
}

/// Sends what comes, until told to stop; what is not sent stays in the store.
pub async fn run(
    dispatcher: Arc<Dispatcher>,
    mut parcels: mpsc::UnboundedReceiver<Parcel>,
    stop: CancellationToken,
) {
    let mut waiting: BTreeMap<(Timestamp, String), Parcel> = BTreeMap::new();
    let mut on_the_way: JoinSet<Option<Parcel>> = JoinSet::new();
    // What is on the way by task: a task that panics must not take it along.
    let mut carried: HashMap<task::Id, Parcel> = HashMap::new();
    loop {
        dispatcher.engine.board().dispatcher().beat();
        let now = clock::now();
        while on_the_way.len() < MOST_AT_ONCE
            && waiting
                .first_key_value()
                .is_some_and(|((next_at, _), _)| *next_at <= now)
        {
            let Some((_, parcel)) = waiting.pop_first() else {
                break;
            };
            let (dispatcher, kept) = (Arc::clone(&dispatcher), parcel.clone());
            let task = on_the_way.spawn(async move { dispatcher.deliver(parcel).await });
            carried.insert(task.id(), kept);
        }
        let pause = pause_until(&waiting, now, on_the_way.len());
        tokio::select! {
            () = stop.cancelled() => break,
            parcel = parcels.recv() => match parcel {
                Some(parcel) => { waiting.insert((parcel.next_at, parcel.effect.clone()), parcel); }
                None => break,
            },
            Some(done) = on_the_way.join_next_with_id(), if !on_the_way.is_empty() => {
                if let Some(parcel) = taken_back(done, &mut carried) {
                    waiting.insert((parcel.next_at, parcel.effect.clone()), parcel);
                }
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
    // What is with the server now may still be answered: a mail that was
    // accepted and recorded is one that is not sent twice.
    let _ = tokio::time::timeout(Duration::from_secs(5), async {
        while on_the_way.join_next().await.is_some() {}
    })
    .await;
}

/// What must be tried again, after a try or after a panic in one.
fn taken_back(
    done: Result<(task::Id, Option<Parcel>), JoinError>,
    carried: &mut HashMap<task::Id, Parcel>,
) -> Option<Parcel> {
    match done {
        Ok((task, parcel)) => {
            carried.remove(&task);
            parcel
        }
        Err(error) => {
            let mut parcel = carried.remove(&error.id())?;
            tracing::error!(effect = parcel.effect, %error, "draaiboek has a bug here; trying again");
            parcel.tries += 1;
            parcel.next_at = clock::now() + pause_after(parcel.tries);
            Some(parcel)
        }
    }
}

/// How long to wait after so many tries.
fn pause_after(n_tries: u32) -> TimeDelta {
    let pause = FIRST_PAUSE
        .saturating_mul(1 << n_tries.min(16))
        .min(LONGEST_PAUSE);
    TimeDelta::seconds(pause.cast_signed())
}

fn pause_until(
    waiting: &BTreeMap<(Timestamp, String), Parcel>,
    now: Timestamp,
    n_on_the_way: usize,
) -> Duration {
    // A jump of the clock must not make us sleep through, hence the bound.
    let longest = Duration::from_secs(5);
    let Some(((next_at, _), _)) = waiting.first_key_value() else {
        return longest;
    };
    if n_on_the_way >= MOST_AT_ONCE {
        return longest;
    }
    let length = (*next_at - now).to_std().unwrap_or(Duration::ZERO);
    clock::real_pause(length).min(longest)
}

impl Dispatcher {
    /// One try. Gives the parcel back when it must be tried again.
    async fn deliver(&self, mut parcel: Parcel) -> Option<Parcel> {
        let now = clock::now();
        let letter = write(&parcel.notice, &self.templates);
        let plain = letter.plain_because.clone();
        let outgoing = Outgoing {
            message_id: message_id(&parcel.effect, &self.instance, &self.from),
            effect: parcel.effect.clone(),
            run: Some(parcel.run),
            date: parcel.created_at,
            from: self.from.clone(),
            to_name: parcel.notice.name.clone(),
            to_email: parcel.notice.email.clone(),
            letter,
            headers: Vec::new(),
        };
        let delivery = match self.post.send(&outgoing).await {
            Ok(()) => Delivery::Sent,
            Err(Failure::GiveUp(because)) => Delivery::Never { because },
            Err(Failure::Retry(because)) => retry(&parcel, because, now),
        };
        if let Delivery::Later { because, .. } | Delivery::Never { because } = &delivery {
            tracing::warn!(
                effect = parcel.effect,
                tries = parcel.tries + 1,
                because,
                "a mail did not go out"
            );
        }
        let plain = plain.filter(|_| delivery == Delivery::Sent);
        self.record(&parcel, &delivery, plain).await;
        match delivery {
            Delivery::Later { next_at, because } => {
                parcel.tries += 1;
                parcel.next_at = next_at;
                parcel.last_error = Some(because);
                Some(parcel)
            }
            Delivery::Sent | Delivery::Never { .. } => None,
        }
    }

    /// Records the outcome, for as long as it takes: the disk may be full now
    /// and a person making room.
    async fn record(&self, parcel: &Parcel, delivery: &Delivery, plain: Option<String>) {
        loop {
            match self
                .engine
                .tried(parcel, delivery.clone(), self.post.name(), plain.clone())
                .await
            {
                Ok(()) | Err(NotDone::Stopping | NotDone::Refused(_) | NotDone::NoReply(_)) => {
                    return;
                }
                Err(NotDone::NotStored(_)) => tokio::time::sleep(RECORD_AGAIN).await,
            }
        }
    }
}

fn retry(parcel: &Parcel, because: String, now: Timestamp) -> Delivery {
    let is_old = now - parcel.created_at > TimeDelta::days(GIVE_UP_DAYS);
    // Old alone is not enough: after a weekend switched off, or a jump of the
    // clock, the first failure must not be the last.
    if is_old && parcel.tries >= GIVE_UP_TRIES {
        return Delivery::Never {
            because: format!("given up after {GIVE_UP_DAYS} days: {because}"),
        };
    }
    let next_at = now + pause_after(parcel.tries);
    Delivery::Later { because, next_at }
}

/// Stable for an effect, whatever happens in between.
fn message_id(effect: &str, instance: &str, from: &str) -> String {
    let domain = from
        .rsplit('@')
        .next()
        .unwrap_or("draaiboek.invalid")
        .trim_end_matches('>');
    format!("<{effect}.{instance}@{domain}>")
}
