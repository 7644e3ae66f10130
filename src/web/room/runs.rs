//! `/runs`: every run there was, and `/start`: a run started by hand, for what comes
//! by phone.

use axum::Router;
use axum::extract::RawQuery;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::overview::asked;
use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::domain::access::Right;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/runs", get(show))
        .route("/start", get(start))
}

async fn show(visitor: Visitor) -> Response {
    let asked = visitor.counter.answer(Request::Runs, &visitor.person);
    match asked.await {
        Ok(runs) => {
            let mut runs = runs.as_array().cloned().unwrap_or_default();
            runs.sort_by_key(|run| std::cmp::Reverse(run["run"].as_u64()));
            let title = words::word("runs.title", visitor.language);
            paper::page(&visitor, "runs", title, json!({ "runs": runs }))
        }
        Err(why) => paper::out_of_order(&why),
    }
}

async fn start(RawQuery(query): RawQuery, visitor: Visitor) -> Response {
    if let Some(page) = visitor.lacks(Right::Decide) {
        return page;
    }
    let answer = visitor.counter.answer(Request::Startable, &visitor.person);
    match answer.await {
        Ok(playbooks) => {
            let mut all = playbooks.as_array().into_iter().flatten();
            let chosen = asked(query.as_deref(), "playbook");
            let chosen = chosen.and_then(|name| all.find(|one| one["playbook"] == *name));
            let chosen = chosen.cloned().unwrap_or(Value::Null);
            let title = words::word("start.title", visitor.language);
            let data = json!({ "playbooks": playbooks, "chosen": chosen });
            paper::page(&visitor, "start", title, data)
        }
        Err(why) => paper::out_of_order(&why),
    }
}
