//! The outbox on its way out: renders, sends, records, tries again.
//!
//! Delivery is at least once: a mail is recorded as sent after the server
//! accepted it, so dying in between sends it again, with the same Message-ID.
//! A failure waits longer each time, and is never forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
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
    loop {
        let now = clock::now();
        while on_the_way.len() < MOST_AT_ONCE
            && waiting
                .first_key_value()
                .is_some_and(|((next_at, _), _)| *next_at <= now)
        {
            let Some((_, parcel)) = waiting.pop_first() else {
                break;
            };
            let dispatcher = Arc::clone(&dispatcher);
            on_the_way.spawn(async move { dispatcher.deliver(parcel).await });
        }
        let pause = pause_until(&waiting, now, on_the_way.len());
        tokio::select! {
            () = stop.cancelled() => break,
            parcel = parcels.recv() => match parcel {
                Some(parcel) => { waiting.insert((parcel.next_at, parcel.effect.clone()), parcel); }
                None => break,
            },
            Some(done) = on_the_way.join_next(), if !on_the_way.is_empty() => {
                if let Ok(Some(parcel)) = done {
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
                Ok(()) | Err(NotDone::Stopping | NotDone::Refused(_)) => return,
                Err(NotDone::NotStored(_)) => tokio::time::sleep(RECORD_AGAIN).await,
            }
        }
    }
}

fn retry(parcel: &Parcel, because: String, now: Timestamp) -> Delivery {
    if now - parcel.created_at > TimeDelta::days(GIVE_UP_DAYS) {
        return Delivery::Never {
            because: format!("given up after {GIVE_UP_DAYS} days: {because}"),
        };
    }
    let pause = FIRST_PAUSE
        .saturating_mul(1 << parcel.tries.min(16))
        .min(LONGEST_PAUSE);
    let next_at = now + TimeDelta::seconds(i64::try_from(pause).unwrap_or(300));
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
