//! `/runs/N/facts`: the fact sheet as questions, in the order that matters.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::draft_shown::question;
use super::draft_typed::Typed;
use super::visitor::{Posted, Visitor};
use super::{Room, paper, words};
use crate::domain::access::Right;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/runs/{run}/facts", get(show).post(save))
}

async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    page(&visitor, run, &Typed::default(), &[]).await
}

async fn save(Path(run): Path<RunId>, sent: Posted) -> Response {
    let Posted { visitor, fields } = sent;
    if let Some(page) = visitor.lacks(Right::Acknowledge) {
        return page;
    }
    let typed = Typed::new(fields);
    match answer_facts(&visitor, run, &typed).await {
        Ok(Answered { refused, n_left: 0 }) if refused.is_empty() => {
            let back = format!("/runs/{run}/facts");
            (paper::headers(), Redirect::to(&back)).into_response()
        }
        Ok(Answered { refused, .. }) => page(&visitor, run, &typed, &refused).await,
        Err(why) => failed(&visitor, run, &why),
    }
}

/// What came of answers.
pub(super) struct Answered {
    pub(super) refused: Vec<Value>,
    /// Answers that were typed and not asked to be saved.
    pub(super) n_left: usize,
}

/// Saves what was answered; what was refused comes back.
pub(super) async fn answer_facts(
    visitor: &Visitor,
    run: RunId,
    typed: &Typed,
) -> Result<Answered, NotDone> {
    let sheet = Request::Facts { run: Some(run) };
    let sheet = visitor.counter.answer(sheet, &visitor.person).await?;
    let answers = typed.answers(&sheet, typed.only());
    let n_answers = answers.len();
    let n_left = typed.answers(&sheet, None).len() - n_answers;
    if answers.is_empty() {
        let refused = Vec::new();
        return Ok(Answered { refused, n_left });
    }
    let run = Some(run);
    let request = Request::AnswerFacts { run, answers };
    let answered = visitor.counter.answer(request, &visitor.person).await?;
    let refused = answered["refused"].as_array().cloned().unwrap_or_default();
    let n_refused = refused.len();
    tracing::info!(run, n_answers, n_refused, "facts answered on the pages");
    Ok(Answered { refused, n_left })
}

/// The page for what cannot be shown.
pub(super) fn failed(visitor: &Visitor, run: RunId, why: &NotDone) -> Response {
    match why {
        NotDone::Refused(_) => {
            let title = words::word("run.none", visitor.language);
            let data = json!({ "run": run });
            paper::page_with(StatusCode::NOT_FOUND, visitor, "no_run", title, data)
        }
        why => paper::out_of_order(why),
    }
}

async fn page(visitor: &Visitor, run: RunId, typed: &Typed, refused: &[Value]) -> Response {
    let request = Request::Facts { run: Some(run) };
    let sheet = match visitor.counter.answer(request, &visitor.person).await {
        Ok(sheet) => sheet,
        Err(why) => return failed(visitor, run, &why),
    };
    let rows = || sheet["facts"].as_array().into_iter().flatten();
    let shown = |row: &Value| question(row, typed, refused, visitor.language);
    let open = sheet["open"].as_array().into_iter().flatten();
    let open: Vec<&Value> = open
        .filter_map(|name| rows().find(|row| row["fact"] == *name))
        .collect();
    let of = |is_mine: bool| -> Vec<Value> {
        let rows = open.iter().filter(|row| row["mine"] == is_mine);
        rows.map(|row| shown(row)).collect()
    };
    let known = rows().filter(|row| !row["value"].is_null());
    let data = json!({
        "run": run,
        "groups": [
            { "id": "mine", "title": words::word("facts.mine", visitor.language), "facts": of(true) },
            { "id": "others", "title": words::word("facts.others", visitor.language), "facts": of(false) },
            { "id": "known", "title": words::word("facts.known", visitor.language), "facts": known.map(shown).collect::<Vec<_>>() },
        ],
        "n_open": open.len(),
        "n_refused": refused.len(),
    });
    let status = match refused.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = words::word("facts.title", visitor.language);
    paper::page_with(status, visitor, "facts", title, data)
}
