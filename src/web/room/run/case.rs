//! `/runs/N/cases/CASE`: one person who is followed: the steps of responding, what
//! was decided, and what they were told came of it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{look, titled};
use crate::domain::answering::tree::Verdict;
use crate::domain::answering::words as said;
use crate::domain::run::RunId;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn show(Path((run, case)): Path<(RunId, String)>, visitor: Visitor) -> Response {
    let shown = match look(&visitor, run).await {
        Ok(shown) => shown,
        Err(page) => return page,
    };
    let cases = shown["cases"].as_array();
    let found = cases.and_then(|cases| cases.iter().find(|one| one["case"] == case));
    let Some(mut found) = found.cloned() else {
        let title = words::word("answering.no_case", visitor.language);
        let data = json!({ "run": run });
        return paper::page_with(StatusCode::NOT_FOUND, &visitor, "no_run", title, data);
    };
    let (items, titles) = (found["open"].as_array(), found["open_titles"].as_array());
    let items = items
        .into_iter()
        .flatten()
        .zip(titles.into_iter().flatten());
    let items: Vec<Value> = items
        .map(|(item, title)| json!({ "item": item, "title": title }))
        .collect();
    found["open_items"] = items.into();
    let end = format!("@{case}");
    let publications = shown["publications"].as_array().into_iter().flatten();
    let of_case = publications.filter(|one| {
        let message = one["message"].as_str().unwrap_or_default();
        message.ends_with(&end)
    });
    let messages: Vec<Value> = of_case
        .map(|one| json!({ "message": one["message"], "title": one["title"] }))
        .collect();
    let verdicts = Verdict::ALL.map(|verdict| {
        let title = said::verdict(verdict, visitor.language);
        json!({ "verdict": verdict.name(), "title": title })
    });
    let title = format!("{} {case}", words::word("answering.case", visitor.language));
    let data = json!({
        "run": run,
        "run_title": titled(&shown),
        "open": shown["open"],
        "case": found,
        "messages": messages,
        "verdicts": verdicts,
    });
    paper::page(&visitor, "run_case", &title, data)
}
