//! `/runs/N/drafts`: all drafts of a run by message, and what each waits for.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::draft_shown::{item, line};
use super::facts::failed;
use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::domain::run::RunId;
use crate::domain::text::Language;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/runs/{run}/drafts", get(show))
}

async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let request = Request::Drafts { run: Some(run) };
    let shown = match visitor.counter.answer(request, &visitor.person).await {
        Ok(shown) => shown,
        Err(why) => return failed(&visitor, run, &why),
    };
    let failures = shown["failed"].as_object().into_iter().flatten();
    let failures = failures.map(|(draft, why)| json!({ "draft": draft, "why": why }));
    let data = json!({
        "run": run,
        "title": shown["title"],
        "messages": by_message(&shown["drafts"], visitor.language),
        "failed": failures.collect::<Vec<_>>(),
    });
    let title = words::word("draft.all", visitor.language);
    paper::page(&visitor, "drafts", title, data)
}

/// Drafts of the same message together, in the order they come.
fn by_message(drafts: &Value, language: Language) -> Vec<Value> {
    let mut messages: Vec<(String, Value, Vec<Value>)> = Vec::new();
    for draft in drafts.as_array().into_iter().flatten() {
        let key = item(draft);
        let shown = line(draft, language);
        match messages.iter_mut().find(|(known, ..)| known == key) {
            Some((_, _, drafts)) => drafts.push(shown),
            None => messages.push((key.to_owned(), draft["title"].clone(), vec![shown])),
        }
    }
    let shown = messages
        .into_iter()
        .map(|(key, title, drafts)| json!({ "item": key, "title": title, "drafts": drafts }));
    shown.collect()
}
