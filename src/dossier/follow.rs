//! The log of a dossier against its chain: every link that can be worked out, every
//! personal string, and the events that people read.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::verify::Look;
use super::{Manifest, filled};
use crate::domain::chain::{self, Kind, Personal};
use crate::domain::verify::{self, Stored, StoredEvent};

/// The log as it stands in the dossier, and how much of it holds.
pub(super) struct Chain {
    pub(super) stored: Stored,
    /// After each event, in order.
    pub(super) heads: Vec<String>,
    pub(super) links: u64,
    pub(super) withheld: u64,
    pub(super) forgotten: u64,
}

const CHAIN: &str = "log/chain.ndjson";
const PERSONAL: &str = "log/personal.ndjson";
const EVENTS: &str = "log/events.ndjson";

/// The log against its chain.
pub(super) fn follow(look: &mut Look, manifest: &Manifest) -> Chain {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let lines = look.lines(CHAIN);
    let (mut links, mut withheld) = (0, 0);
    let mut before = chain::genesis(manifest.run);
    let mut is_broken = false;
    let mut events = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let event = StoredEvent {
            seq: line["seq"].as_u64().unwrap_or_default(),
            at: text(line, "at"),
            json: text(line, "skeleton"),
            head: text(line, "head"),
        };
        let expected = place as u64 + 1;
        if event.seq != expected && !is_broken {
            is_broken = true;
            look.fault(
                "log",
                CHAIN,
                format!("event {expected} is gone, or not in its place"),
            );
        }
        let is_withheld = manifest.pseudonymised && line["withheld"] == true;
        match is_withheld {
            true => withheld += 1,
            false if chain::next(&before, &event.json) == event.head => links += 1,
            false if is_broken => {}
            false => {
                is_broken = true;
                let says = format!(
                    "event {} of {} was changed, moved or put in, or one before it was",
                    event.seq, event.at
                );
                look.fault("log", CHAIN, says);
            }
        }
        before.clone_from(&event.head);
        events.push(event);
    }
    if before != manifest.head || events.len() as u64 != manifest.events {
        let says = format!(
            "it ends at event {}; the manifest says {} events and head {}",
            events.len(),
            manifest.events,
            manifest.head
        );
        look.fault("log", CHAIN, says);
    }
    let values = look.lines(PERSONAL).into_iter().map(|line| {
        let one = Personal {
            hash: text(&line, "hash"),
            salt: text(&line, "salt"),
            value: text(&line, "value"),
            kind: match line["kind"].as_str() {
                Some("quote") => Kind::Quote,
                _ => Kind::Typed,
            },
        };
        (line["seq"].as_u64().unwrap_or_default(), one)
    });
    let stored = Stored {
        run: manifest.run,
        listed: None,
        values: values.collect(),
        events,
        folded: None,
    };
    let forgotten = match manifest.pseudonymised {
        true => 0,
        false => personal(look, &stored, is_broken),
    };
    Chain {
        heads: stored
            .events
            .iter()
            .map(|event| event.head.clone())
            .collect(),
        stored,
        links,
        withheld,
        forgotten,
    }
}

/// The personal strings against the holes they belong in. How many were forgotten.
fn personal(look: &mut Look, stored: &Stored, is_broken: bool) -> u64 {
    let verdict = verify::verify(stored);
    for seq in &verdict.changed {
        look.fault(
            "log",
            PERSONAL,
            format!("a text of event {seq} is not what it was"),
        );
    }
    for seq in &verdict.missing {
        let says = format!("a text of event {seq} that is never forgotten is gone");
        look.fault("log", PERSONAL, says);
    }
    if let Some(broken) = verdict.broken.filter(|_| !is_broken) {
        let says = format!("event {} of {}: {}", broken.seq, broken.at, broken.because);
        look.fault("log", CHAIN, says);
    }
    let mut holes: HashMap<u64, BTreeSet<String>> = HashMap::new();
    for event in &stored.events {
        if let Ok(skeleton) = serde_json::from_str(&event.json) {
            let found = chain::holes(&skeleton).into_iter().map(|(hash, _)| hash);
            holes.entry(event.seq).or_default().extend(found);
        }
    }
    for (seq, one) in &stored.values {
        if !holes
            .get(seq)
            .is_some_and(|known| known.contains(&one.hash))
        {
            look.fault(
                "log",
                PERSONAL,
                format!("event {seq} knows nothing of a text with its number"),
            );
        }
    }
    verdict.forgotten
}

/// The events that people read against the chain.
pub(super) fn told(look: &mut Look, stored: &Stored) -> Vec<Value> {
    let (events, shown) = (filled(stored), look.lines(EVENTS));
    let differs = events.iter().zip(&shown).find(|(one, other)| one != other);
    if let Some((event, _)) = differs {
        look.fault(
            "text",
            EVENTS,
            format!("event {} is not what the chain says", event["seq"]),
        );
    } else if events.len() != shown.len() {
        let says = format!(
            "it has {} events, and the chain {}",
            shown.len(),
            events.len()
        );
        look.fault("text", EVENTS, says);
    }
    events
}

/// The same where words were taken out: what is in the chain must stand in the event
/// that people read, but for the words that belong in its holes.
pub(super) fn told_without_names(look: &mut Look, stored: &Stored) -> Vec<Value> {
    let shown = look.lines(EVENTS);
    let differs = stored.events.iter().zip(&shown).find(|(row, event)| {
        let is_other = event["seq"] != row.seq;
        let skeleton = serde_json::from_str(&row.json);
        is_other || skeleton.is_ok_and(|skeleton| !agrees(&skeleton, event))
    });
    if let Some((row, _)) = differs {
        let says = format!("event {} is not what the chain says", row.seq);
        look.fault("text", EVENTS, says);
    } else if stored.events.len() != shown.len() {
        let n_events = stored.events.len();
        let says = format!("it has {} events, and the chain {n_events}", shown.len());
        look.fault("text", EVENTS, says);
    }
    shown
}

/// Whether an event is this skeleton with words in its holes.
fn agrees(skeleton: &Value, event: &Value) -> bool {
    match (skeleton, event) {
        (Value::Object(hole), Value::String(_)) => {
            hole.len() == 1 && hole.contains_key(chain::HOLE)
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(key, value): (&String, &Value)| {
                other.get(key).is_some_and(|other| agrees(value, other))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| agrees(one, other))
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_agrees_with_its_skeleton_but_for_the_words() {
        let skeleton =
            json!({ "event": "noted", "seq": 3, "text": { "§": "ab" }, "list": [1, null] });
        let event = |text: Value, list: Value| json!({ "event": "noted", "seq": 3, "text": text, "list": list });
        assert!(agrees(&skeleton, &event(json!("x"), json!([1, null]))));
        assert!(!agrees(&skeleton, &event(json!(1), json!([1, null]))));
        assert!(!agrees(&skeleton, &event(json!("x"), json!([1]))));
        assert!(!agrees(
            &skeleton,
            &json!({ "event": "noted", "seq": 3, "list": [1, null] })
        ));
        assert!(!agrees(&json!({ "a": 1 }), &json!({ "a": 1, "b": 2 })));
    }
}
