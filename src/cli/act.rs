//! Does something to a run for who is at the terminal, and says what came of it.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::{Place, RunPlace};
use super::print::{cell, failed, json, note, say};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// One act on one run.
pub(super) fn act(place: &RunPlace, act: Act) -> ExitCode {
    all(place, vec![act])
}

/// Several acts in their order; the first that is refused ends it, and those
/// before it stand.
pub(super) fn all(place: &RunPlace, acts: Vec<Act>) -> ExitCode {
    let mut news: Vec<Value> = Vec::new();
    let mut last = Value::Null;
    for act in acts {
        let run = place.run;
        let answer = match ask(&place.at, &Request::Act { run, act }) {
            Ok(answer) => answer,
            Err(why) => {
                if !news.is_empty() && !place.at.json {
                    tell(&last);
                }
                return failed(&why);
            }
        };
        news.extend(answer["news"].as_array().cloned().unwrap_or_default());
        last = answer;
        last["news"] = Value::Array(news.clone());
    }
    done(&place.at, &last)
}

/// One request that does something to a run.
pub(super) fn request(place: &Place, request: &Request) -> ExitCode {
    match ask(place, request) {
        Ok(answer) => done(place, &answer),
        Err(why) => failed(&why),
    }
}

/// Says what happened, and where the mails about it are.
fn done(place: &Place, answer: &Value) -> ExitCode {
    if place.json {
        json(answer);
        return ExitCode::SUCCESS;
    }
    tell(answer);
    note_of_mail(answer);
    if answer["open"] == false {
        note_of_open_cases(answer);
        note_of_open_work(answer);
    }
    ExitCode::SUCCESS
}

/// A run that is closed tells nobody anything more: somebody may still wait.
fn note_of_open_cases(answer: &Value) {
    let cases = answer["ending"]["open_cases"].as_array();
    let cases = cases.filter(|cases| !cases.is_empty());
    let Some(cases) = cases else { return };
    let named = cases
        .iter()
        .map(|case| format!("{} ({})", cell(&case["case"]), cell(&case["name"])));
    note(&format!(
        "warning: nobody was told what came of case {}; `draaiboek reopen` opens the run again.",
        named.collect::<Vec<_>>().join(", ")
    ));
}

/// What was not done, and what was approved and not published, nobody will be asked
/// about again.
fn note_of_open_work(answer: &Value) {
    let texts = answer["ending"]["unpublished"].as_array();
    let texts = texts.map_or(&[][..], Vec::as_slice);
    if !texts.is_empty() {
        let named: Vec<String> = texts.iter().map(|text| cell(&text["draft"])).collect();
        note(&format!(
            "warning: approved, and not published: {}.",
            named.join(", ")
        ));
    }
    match answer["ending"]["open_items"].as_u64() {
        None | Some(0) => {}
        Some(1) => note("One task or message was still open."),
        Some(n) => note(&format!("{n} tasks and messages were still open.")),
    }
}

/// Without a daemon mail waits: somebody may count on it.
pub(super) fn note_of_mail(answer: &Value) {
    let alerts = answer["alerts"].as_array();
    let waits = alerts.is_some_and(|alerts| alerts.iter().any(|one| one["state"] == "waiting"));
    if waits && answer["daemon"] == false {
        note("Mail about it goes out while `draaiboek serve` runs.");
    }
}

fn tell(answer: &Value) {
    let run = cell(&answer["run"]);
    let news = answer["news"].as_array().map_or(&[][..], Vec::as_slice);
    match news {
        [] => say(&format!("Run {run}: nothing new.")),
        [only] => say(&format!("Run {run}: {}", cell(only))),
        several => {
            let lines = several.iter().map(|line| format!("\n  {}", cell(line)));
            say(&format!("Run {run}:{}", lines.collect::<String>()));
        }
    }
}
