//! `/runs/N`: one run, as the team works on it.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/runs/{run}", get(show))
}

async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let request = Request::Run {
        run: Some(run),
        language: Some(visitor.language),
        quotes: false,
    };
    match visitor.counter.answer(request, &visitor.person).await {
        Ok(shown) => {
            let title = shown["title"].as_str().unwrap_or_default().to_owned();
            paper::page(&visitor, "run", &title, shown)
        }
        Err(NotDone::Refused(_)) => {
            let title = words::word("run.none", visitor.language);
            let data = json!({ "run": run });
            paper::page_with(StatusCode::NOT_FOUND, &visitor, "no_run", title, data)
        }
        Err(why) => paper::out_of_order(&why),
    }
}
