//! `/runs/N/questions`: what people ask and what we answer; with `?approved=1`
//! only what may be told now, for who answers the phone, and to be printed.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use serde_json::{Value, json};

use super::{asked, look, titled};
use crate::domain::run::RunId;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn show(
    Path(run): Path<RunId>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Response {
    let shown = match look(&visitor, run).await {
        Ok(shown) => shown,
        Err(page) => return page,
    };
    let approved = asked(query.as_deref(), "approved") == "1";
    let all = shown["questions"].as_array().cloned().unwrap_or_default();
    let questions: Vec<Value> = all
        .into_iter()
        .filter(|one| !approved || !one["approved_answer"].is_null())
        .map(with_signs)
        .collect();
    let data = json!({
        "run": run,
        "run_title": titled(&shown),
        "now": shown["now"],
        "open": shown["open"],
        "may_read": shown["may_read"],
        "roles": shown["roles"],
        "approved": approved,
        "questions": questions,
    });
    let name = match approved {
        true => "answering.for_phone",
        false => "answering.questions",
    };
    let title = words::word(name, visitor.language);
    paper::page(&visitor, "run_questions", title, data)
}

/// What the template shows of how it stands.
fn with_signs(mut question: Value) -> Value {
    let status = question["status"].as_str().unwrap_or("open").to_owned();
    let is_pending = question["waits_for_approval"] == true;
    question["status_word"] = json!(format!("answering.status_{status}"));
    question["sign"] = json!(match status.as_str() {
        "approved" => "✓",
        "draft" => "…",
        _ => "○",
    });
    question["is_pending"] = json!(is_pending);
    question["is_stale"] = json!(status == "stale" && !is_pending);
    question["may_approve"] = json!(is_pending || !question["approved_by"].is_null());
    question
}
