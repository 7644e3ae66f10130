//! Whether a stored log is what was once written: the chain, the personal
//! strings beside it, the list of runs, and the folded state.
//!
//! Looks only at what is on disk. Who can write there can also write a whole
//! new chain; that shows in the heads that left with mails, and only there.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::chain::{self, Kind, Personal};
use super::run::{Logged, Run, RunHead, RunId};
use super::time::rfc3339;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub seq: u64,
    /// RFC 3339, in seconds.
    pub at: String,
    /// The skeleton.
    pub json: String,
    pub head: String,
}

/// Everything that is stored of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub run: RunId,
    /// Its line in the list of runs.
    pub listed: Option<RunHead>,
    pub events: Vec<StoredEvent>,
    /// By number of the event.
    pub values: Vec<(u64, Personal)>,
    /// As this program would take it from the store.
    pub folded: Option<Run>,
}

/// What was found of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub run: RunId,
    pub events: u64,
    /// Of the last event that belongs to the chain.
    pub head: String,
    /// The first event that does not; nothing after it can be trusted.
    pub broken: Option<Break>,
    /// Personal strings that are still known.
    pub values: u64,
    /// Events of which one is not what it was.
    pub changed: Vec<u64>,
    /// Events of which one that is never forgotten is gone.
    pub missing: Vec<u64>,
    /// Quotes that were kept long enough.
    pub forgotten: u64,
    pub folded: Folded,
    /// What is wrong with its line in the list of runs.
    pub listed: Option<String>,
    /// After each event, in order.
    #[serde(skip)]
    heads: Vec<String>,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    pub seq: u64,
    pub at: String,
    pub because: String,
}

/// How the folded state compares to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Folded {
    /// There is none that this program would use.
    None,
    Same,
    Differs,
}

impl Verdict {
    pub fn is_whole(&self) -> bool {
        self.broken.is_none()
            && self.changed.is_empty()
            && self.missing.is_empty()
            && self.folded != Folded::Differs
            && self.listed.is_none()
    }

    /// The number of the event at which a head stood; `beginning` is as much of
    /// it as a mail shows.
    pub fn place(&self, beginning: &str) -> Option<u64> {
        let place = self
            .heads
            .iter()
            .position(|head| head.starts_with(beginning))?;
        Some(place as u64 + 1)
    }
}

/// Looks at all of it; stops at nothing, so that one fault hides no other.
pub fn verify(stored: &Stored) -> Verdict {
    let mut verdict = Verdict {
        run: stored.run,
        events: stored.events.len() as u64,
        head: chain::genesis(stored.run),
        broken: None,
        values: stored.values.len() as u64,
        changed: Vec::new(),
        missing: Vec::new(),
        forgotten: 0,
        folded: Folded::None,
        listed: None,
        heads: Vec::new(),
    };
    let mut known: HashMap<(u64, &str), &Personal> = HashMap::new();
    for (seq, one) in &stored.values {
        if !one.is_true() {
            verdict.changed.push(*seq);
        }
        known.insert((*seq, &one.hash), one);
    }
    let mut log = Vec::new();
    for (place, event) in stored.events.iter().enumerate() {
        let read = follow(&mut verdict, event, place as u64 + 1, &known);
        match read {
            Ok(logged) => log.push(logged),
            Err(because) => {
                verdict.broken.get_or_insert(Break {
                    seq: event.seq,
                    at: event.at.clone(),
                    because,
                });
            }
        }
    }
    verdict.changed.dedup();
    verdict.missing.dedup();
    compare(&mut verdict, stored, &log);
    verdict
}

/// Goes on in the chain with one event. Says how it breaks there.
fn follow(
    verdict: &mut Verdict,
    event: &StoredEvent,
    expected: u64,
    known: &HashMap<(u64, &str), &Personal>,
) -> Result<Logged, String> {
    let head = verdict.heads.last().unwrap_or(&verdict.head);
    let head = chain::next(head, &event.json);
    verdict.heads.push(head.clone());
    if event.seq != expected {
        return Err(format!("event {expected} before it is gone"));
    }
    let mut skeleton: Value =
        serde_json::from_str(&event.json).map_err(|_| "it cannot be read".to_owned())?;
    for (hash, kind) in chain::holes(&skeleton) {
        match (known.contains_key(&(event.seq, hash.as_str())), kind) {
            (true, _) => {}
            (false, Some(Kind::Typed)) => verdict.missing.push(event.seq),
            (false, Some(Kind::Quote) | None) => verdict.forgotten += 1,
        }
    }
    if head != event.head {
        return Err("it was changed, moved or put in, or one before it was".to_owned());
    }
    chain::fill(&mut skeleton, &|hash| {
        let one = known.get(&(event.seq, hash))?;
        Some(one.value.as_str())
    });
    let logged: Logged =
        serde_json::from_value(skeleton).map_err(|_| "it cannot be read".to_owned())?;
    if logged.seq != event.seq || rfc3339(logged.at) != event.at {
        return Err("its number or time was changed".to_owned());
    }
    if verdict.broken.is_none() {
        verdict.head = head;
    }
    Ok(logged)
}

/// The copies of what the log says: the folded state and the list of runs.
fn compare(verdict: &mut Verdict, stored: &Stored, log: &[Logged]) {
    if verdict.broken.is_some() {
        return;
    }
    if let Some(folded) = &stored.folded {
        let until = usize::try_from(folded.seq).unwrap_or(usize::MAX);
        let replayed = log.get(..until).map(|log| Run::replay(stored.run, log));
        verdict.folded = match replayed.as_ref() == Some(folded) {
            true => Folded::Same,
            false => Folded::Differs,
        };
    }
    let head = Run::replay(stored.run, log).head();
    verdict.listed = match &stored.listed {
        None => Some("it is not in the list of runs".to_owned()),
        Some(listed) if listed.seq != head.seq => Some(format!(
            "the list of runs says it has {} events",
            listed.seq
        )),
        Some(listed) if !is_same(listed, &head) => {
            Some("the list of runs says other things of it".to_owned())
        }
        Some(_) => None,
    };
}

/// The list keeps whole seconds.
fn is_same(listed: &RunHead, head: &RunHead) -> bool {
    let seconds = |head: &RunHead| {
        (
            head.started_at.map(|at| at.timestamp()),
            head.closed_at.map(|at| at.timestamp()),
        )
    };
    listed.playbook == head.playbook
        && listed.watch == head.watch
        && listed.level == head.level
        && listed.is_open == head.is_open
        && seconds(listed) == seconds(head)
}

/// Runs that are gone as a whole: they are numbered without gaps.
pub fn gone(mut runs: Vec<RunId>) -> Vec<RunId> {
    runs.sort_unstable();
    let last = runs.last().copied().unwrap_or(0);
    (1..=last)
        .filter(|run| runs.binary_search(run).is_err())
        .collect()
}

/// Reads a head as people copy it from a mail: twelve digits at least, or the
/// answer would be a guess.
pub fn read_head(written: &str) -> Option<String> {
    let digits = written.rsplit(' ').next()?.trim_end_matches('…');
    let is_head = digits.len() >= 12
        && digits.len() <= 64
        && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    is_head.then(|| digits.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_people_copy_them() {
        let head = "0123456789abcdef";
        for (written, expected) in [
            (head, Some(head)),
            ("0123456789ABCDEF…", Some(head)),
            ("3.41: 0123456789abcdef", Some(head)),
            ("0123456789a", None),
            ("0123456789xyz", None),
            ("", None),
        ] {
            assert_eq!(read_head(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn a_run_that_is_gone_leaves_a_gap() {
        assert_eq!(gone(vec![4, 1, 2]), [3]);
        assert!(gone(vec![2, 1]).is_empty() && gone(Vec::new()).is_empty());
    }
}
