//! `/runs/N/items/ITEM`: one task, question or message, with everything that can
//! be done about it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{look, shape};
use crate::domain::run::RunId;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn show(Path((run, item)): Path<(RunId, String)>, visitor: Visitor) -> Response {
    let shown = match look(&visitor, run).await {
        Ok(shown) => shown,
        Err(page) => return page,
    };
    let items = shown["items"].as_array();
    let found = items.and_then(|items| items.iter().find(|one| one["item"] == item));
    let Some(found) = found else {
        let title = words::word("run.no_item", visitor.language);
        let data = json!({ "run": run });
        return paper::page_with(StatusCode::NOT_FOUND, &visitor, "no_run", title, data);
    };
    let found = shape::with_signs(found.clone());
    let title = found["title"].as_str().unwrap_or_default().to_owned();
    let data = json!({
        "run": run,
        "run_title": shown["title"],
        "open": shown["open"],
        "item": found,
        "team": shown["team"],
    });
    paper::page(&visitor, "run_item", &title, data)
}
