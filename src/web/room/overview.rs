//! `/`: what is going on, at a glance, and whether all is quiet.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use chrono::TimeDelta;
use serde_json::Value;

use super::visitor::Visitor;
use super::{Room, paper, picture, words};
use crate::domain::text::Language;
use crate::domain::words::Words;
use crate::engine::clock;
use crate::engine::request::Request;

/// Watches without a curve that are named here.
const MOST_NAMED: usize = 40;

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/", get(show))
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

async fn show(visitor: Visitor) -> Response {
    let asked = visitor.counter.answer(Request::Overview, &visitor.person);
    match asked.await {
        Ok(mut shown) => {
            arrange(&mut shown, words_of(&visitor));
            let title = words::word("overview.title", visitor.language);
            paper::page(&visitor, "overview", title, shown)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// What the page needs beside the answer: pictures, and names as sentences.
fn arrange(shown: &mut Value, words: Words) {
    let watches = shown["watches"].as_array().cloned().unwrap_or_default();
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
    shown["n_more"] = n_more.into();
    say_doubts(&mut shown["calm"], words.language);
    let looked = shown["looked_seconds_ago"].as_u64();
    let looked = looked.and_then(|seconds| i64::try_from(seconds).ok());
    shown["looked_at"] = looked.map_or(Value::Null, |seconds| {
        let at = clock::now() - TimeDelta::seconds(seconds);
        let at = at.with_timezone(&words.zone);
        at.format("%H:%M:%S").to_string().into()
    });
    let due = shown["drills"]["due"].as_array().into_iter().flatten();
    let overdue = due.filter(|one| one["state"] == "overdue");
    let overdue: Vec<Value> = overdue.cloned().collect();
    shown["to_practise"] = overdue.into();
    shown["last_drill"] = shown["drills"]["held"][0].clone();
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
