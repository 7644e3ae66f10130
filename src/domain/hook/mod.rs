//! Other programs that hear of what happens in runs: which of their webhooks is
//! told of which event, and when what waits for one is too much.

pub mod body;

pub mod fields;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::Change;
use super::organisation::{Organisation, Webhook};
use super::run::RunId;
use super::time::Timestamp;
use chrono::TimeDelta;

/// Events that may wait for one webhook; of more the oldest are left out, for a
/// program that was away wants to know how things stand.
pub const MOST_WAITING: usize = 1_000;

/// What waited longer is left out: the log of the run has it.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::days(3);

/// The events that a webhook is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Events {
    /// Every one in [`fields::EVENTS`].
    All,
    /// Names out of that list.
    These(Vec<String>),
}

impl Events {
    /// Whether an event of this name is among them. What is not in the list of
    /// [`fields::EVENTS`] never is.
    pub fn has(&self, event: &str) -> bool {
        match self {
            Self::All => fields::of(event).is_some(),
            Self::These(names) => {
                fields::of(event).is_some() && names.iter().any(|name| name == event)
            }
        }
    }
}

/// One event for one webhook, frozen when it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// `RUN.SEQ.WEBHOOK`: stable over restarts; its id is made from it.
    pub effect: String,
    pub run: RunId,
    /// Key under `webhooks`.
    pub webhook: String,
    /// What is posted, but for its id.
    pub body: Value,
}

/// What must be told of a change, in the order of its events. Nothing in a drill,
/// but to webhooks that want drills ([`Organisation::in_drill`] sees to that).
pub fn posts(organisation: &Organisation, change: &Change) -> Vec<Post> {
    let mut posts = Vec::new();
    if organisation.webhooks.iter().all(|one| one.events.is_none()) {
        return posts;
    }
    for logged in &change.events {
        let name = logged.event.name();
        let wants = |webhook: &&Webhook| {
            let events = webhook.events.as_ref();
            events.is_some_and(|events| events.has(name))
        };
        let mut wanting = organisation.webhooks.iter().filter(wants).peekable();
        if wanting.peek().is_none() {
            continue;
        }
        let Some(body) = body::of(organisation, change, logged) else {
            continue;
        };
        posts.extend(wanting.map(|webhook| Post {
            effect: format!("{}.{}.{}", change.run.id, logged.seq, webhook.key),
            run: change.run.id,
            webhook: webhook.key.clone(),
            body: body.clone(),
        }));
    }
    posts
}

/// Which of those that wait for one webhook are left out, by place: the oldest
/// ones. Never the first, which may be on its way, and never the last, which says
/// how many are missing before it. `waiting`: when each was recorded, in order.
pub fn left_out(waiting: &[Timestamp], now: Timestamp) -> std::ops::Range<usize> {
    let n_behind = waiting.len().saturating_sub(1);
    if n_behind < 2 {
        return 1..1;
    }
    let behind = &waiting[1..];
    let too_many = waiting.len().saturating_sub(MOST_WAITING);
    let is_old = |at: &&Timestamp| now - **at > LONGEST_WAIT;
    let too_old = behind.iter().take_while(is_old).count();
    1..1 + too_many.max(too_old).min(n_behind - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + hour * 3_600, 0).unwrap()
    }

    #[test]
    fn of_too_many_the_oldest_are_left_out_but_not_the_one_on_its_way() {
        let full: Vec<Timestamp> = (0..1_000).map(|_| at(0)).collect();
        assert_eq!(left_out(&full, at(1)), 1..1);
        let more: Vec<Timestamp> = (0..1_007).map(|_| at(0)).collect();
        assert_eq!(left_out(&more, at(1)), 1..8);
        assert_eq!(left_out(&[], at(1)), 1..1);
        assert_eq!(left_out(&[at(0)], at(999)), 1..1);
    }

    #[test]
    fn what_waited_for_three_days_is_left_out_and_the_last_stays() {
        let waiting = [at(0), at(1), at(2), at(70), at(71)];
        assert_eq!(left_out(&waiting, at(72)), 1..1);
        assert_eq!(left_out(&waiting, at(75)), 1..3);
        assert_eq!(left_out(&waiting, at(999)), 1..4);
    }

    #[test]
    fn an_event_that_is_not_in_the_list_is_never_told() {
        assert!(Events::All.has("level_raised"));
        assert!(!Events::All.has("delivery_failed"));
        let these = Events::These(vec!["run_closed".to_owned(), "delivered".to_owned()]);
        assert!(these.has("run_closed") && !these.has("delivered") && !these.has("noted"));
    }
}
