//! `/`: what is going on, at a glance, and whether all is quiet.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::visitor::Visitor;
use super::{Room, paper, picture, words};
use crate::domain::text::Language;
use crate::domain::words::Words;
use crate::engine::request::Request;
use crate::engine::{NotDone, clock};

/// Watches without a curve that are named here.
const MOST_NAMED: usize = 40;

/// Rows of every other list: what it leaves out has a page of its own.
const MOST_ROWS: usize = 20;

/// So old it may be when nothing was committed since: it shows times.
const FRESH: Duration = Duration::from_secs(1);

/// After drawing it, as long nothing is drawn: when mentions come in all the time it
/// costs half a core at most, and who asked meanwhile sees the same one.
const RESTS: u32 = 1;

/// Nobody waits longer for that.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// What was shown last in each language. Whoever holds it is the one who draws.
type Last = Mutex<BTreeMap<&'static str, Drawn>>;

struct Drawn {
    began: Instant,
    took: Duration,
    /// Commits that it shows, at least.
    n_commits: u64,
    shown: Value,
}

pub(super) fn routes() -> Router<Room> {
    let last = Arc::new(Last::default());
    let handler = move |room, visitor| show(room, visitor, Arc::clone(&last));
    Router::new().route("/", get(handler))
}

/// Words of the visitor's language and the organisation's clock.
pub(super) fn words_of(visitor: &Visitor) -> Words {
    Words {
        language: visitor.language,
        zone: visitor.counter.organisation.timezone,
    }
}

/// What an address asks after its `?`: the first of this name.
pub(super) fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let found = pairs.find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

async fn show(State(room): State<Room>, visitor: Visitor, last: Arc<Last>) -> Response {
    match look(&room, &visitor, &last).await {
        Ok(shown) => {
            let title = words::word("overview.title", visitor.language);
            paper::page(&visitor, "overview", title, shown)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// The overview with everything that was committed until now.
async fn look(room: &Room, visitor: &Visitor, last: &Last) -> Result<Value, NotDone> {
    let language = visitor.language.tag();
    let wanted = room.changes.borrow().n_commits;
    let mut last = last.lock().await;
    if let Some(drawn) = last.get(language) {
        let age = drawn.began.elapsed();
        if drawn.n_commits >= wanted && age < FRESH {
            return Ok(drawn.shown.clone());
        }
        let rest = drawn.took + (drawn.took * RESTS).min(LONGEST_REST);
        tokio::time::sleep(rest.saturating_sub(age)).await;
    }
    let began = clock::stopwatch();
    let n_commits = room.changes.borrow().n_commits;
    let asked = visitor.counter.answer(Request::Overview, &visitor.person);
    let mut shown = asked.await?;
    arrange(&mut shown, words_of(visitor));
    let drawn = Drawn {
        began,
        took: began.elapsed(),
        n_commits,
        shown: shown.clone(),
    };
    last.insert(language, drawn);
    Ok(shown)
}

/// What the page needs beside the answer: pictures, and names as sentences.
fn arrange(shown: &mut Value, words: Words) {
    // Taken away: a page does not carry a thousand that it does not show.
    let watches = match shown["watches"].take() {
        Value::Array(watches) => watches,
        _ => Vec::new(),
    };
    let (mut drawn, mut named) = (Vec::new(), Vec::new());
    for (number, mut watch) in watches.into_iter().enumerate() {
        if watch["curve"].is_null() {
            named.push(watch);
        } else {
            let chart = picture::small(&watch["curve"], &format!("w{number}"), words);
            watch["chart"] = chart.into();
            watch["curve"] = Value::Null;
            drawn.push(watch);
        }
    }
    let n_more = named.len().saturating_sub(MOST_NAMED);
    named.truncate(MOST_NAMED);
    shown["n_runs"] = shown["runs"].as_array().map_or(0, Vec::len).into();
    shown["drawn"] = drawn.into();
    shown["named"] = named.into();
    say_doubts(&mut shown["calm"], words.language);
    let looked = shown["looked_seconds_ago"].as_u64();
    let looked = looked.and_then(|seconds| i64::try_from(seconds).ok());
    shown["looked_at"] = looked.map_or(Value::Null, |seconds| {
        let at = clock::now() - TimeDelta::seconds(seconds);
        let at = at.with_timezone(&words.zone);
        at.format("%H:%M:%S").to_string().into()
    });
    let mut drills = shown["drills"].take();
    let mut due = drills["due"].take();
    if let Value::Array(due) = &mut due {
        due.retain(|one| one["state"] == "overdue");
    }
    shown["to_practise"] = due;
    let last_drill = drills["held"].get_mut(0).map(Value::take);
    shown["last_drill"] = last_drill.unwrap_or_default();
    shown["playbooks"] = Value::Null;
    let needs_somebody = |run: &Value| run["overdue"][0] != Value::Null;
    let fails = |source: &Value| !source["blind"].is_null() || !source["trouble"].is_null();
    let is_empty = |duty: &Value| duty["person"].is_null();
    shown["more"] = json!({
        "watches": n_more,
        "runs": keep_first(&mut shown["runs"], needs_somebody),
        "doubts": keep_first(&mut shown["calm"]["doubts"], |_| true),
        "sources": keep_first(&mut shown["sources"], fails),
        "duty": keep_first(&mut shown["duty"], is_empty),
        "to_practise": keep_first(&mut shown["to_practise"], |_| true),
    });
}

/// Keeps so many rows that a page can be taken in: those that somebody must see
/// first, else in their order. How many were left out.
fn keep_first(rows: &mut Value, must_be_seen: impl Fn(&Value) -> bool) -> usize {
    let Value::Array(rows) = rows else {
        return 0;
    };
    let n_more = rows.len().saturating_sub(MOST_ROWS);
    if n_more > 0 {
        rows.sort_by_key(|row| !must_be_seen(row));
        rows.truncate(MOST_ROWS);
    }
    n_more
}

/// Each doubt as a sentence: `doubt.NAME` with `{what}`.
fn say_doubts(calm: &mut Value, language: Language) {
    for doubt in calm["doubts"].as_array_mut().into_iter().flatten() {
        let name = format!("doubt.{}", doubt["doubt"].as_str().unwrap_or_default());
        let what = doubt["what"].as_str().unwrap_or_default();
        let says = words::word(&name, language).replace("{what}", what);
        doubt["says"] = says.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calm::Doubt;

    #[test]
    fn every_doubt_has_words_of_its_own() {
        let text = String::new;
        let all = [
            Doubt::NoDaemon,
            Doubt::NotWell(text()),
            Doubt::NoSources,
            Doubt::Blind(text(), text()),
            Doubt::Failing(text(), text()),
            Doubt::NeverHeard(text()),
            Doubt::WatchBlind(text()),
            Doubt::Loud(text()),
            Doubt::MailTrouble(text()),
            Doubt::ListeningOnly,
            Doubt::Files,
            Doubt::NobodyOnDuty(text()),
        ];
        for doubt in all {
            assert!(
                words::is_known(&format!("doubt.{}", doubt.name())),
                "{doubt:?}"
            );
        }
    }
}
