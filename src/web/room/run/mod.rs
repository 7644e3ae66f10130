//! `/runs/N`: one run, as the team works on it; `/runs/N/log` is its whole log,
//! `/runs/N/dossier` all of it as a file.

mod asked;

mod case;

mod curve;

mod dossier;

mod item;

mod mentions;

mod questions;
mod report;

mod shape;

mod situation;

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::domain::access::Right;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/runs/{run}", get(show))
        .route("/runs/{run}/log", get(show_log))
        .route("/runs/{run}/report", get(report::show))
        .route("/runs/{run}/situation", get(situation::show))
        .route("/runs/{run}/items/{item}", get(item::show))
        .route("/runs/{run}/mentions", get(mentions::show))
        .route("/runs/{run}/questions", get(questions::show))
        .route("/runs/{run}/asked", get(asked::show))
        .route("/runs/{run}/cases/{case}", get(case::show))
        .route("/runs/{run}/dossier", get(dossier::fetch))
}

/// What stands in the address under a name; empty when nothing does.
fn asked(query: Option<&str>, name: &str) -> String {
    let query = query.unwrap_or_default().as_bytes();
    let mut pairs = form_urlencoded::parse(query);
    let found = pairs.find(|(known, _)| known == name);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

async fn show(Path(run): Path<RunId>, RawQuery(query): RawQuery, visitor: Visitor) -> Response {
    let log = asked(query.as_deref(), "log");
    let mut shown = match look(&visitor, run).await {
        Ok(shown) => shown,
        Err(page) => return page,
    };
    let others = match visitor.rights.has(Right::Decide) {
        true => visitor
            .counter
            .answer(Request::Runs, &visitor.person)
            .await
            .unwrap_or_default(),
        false => Value::Null,
    };
    let curve = curve::figure(&shown, &visitor).await;
    shape::run(&mut shown, &log, &visitor.person, &others);
    shown["look"]["curve"] = curve.into();
    let title = titled(&shown);
    paper::page(&visitor, "run", &title, shown)
}

async fn show_log(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    match look(&visitor, run).await {
        Ok(shown) => {
            let title = titled(&shown);
            let data = json!({
                "run": shown["run"],
                "story": shown["story"],
                "open": shown["open"],
                "started_at": shown["started_at"],
                "level_title": shown["level_title"],
            });
            paper::page(&visitor, "run_log", &title, data)
        }
        Err(page) => page,
    }
}

fn titled(shown: &Value) -> String {
    shown["title"].as_str().unwrap_or_default().to_owned()
}

/// The run in the visitor's language; else the page that says why not.
async fn look(visitor: &Visitor, run: RunId) -> Result<Value, Response> {
    let request = Request::Work {
        run: Some(run),
        language: Some(visitor.language),
    };
    let answered = visitor.counter.answer(request, &visitor.person).await;
    answered.map_err(|why| not_shown(visitor, run, &why))
}

/// There is no such run, or the store cannot be read.
fn not_shown(visitor: &Visitor, run: RunId, why: &NotDone) -> Response {
    match why {
        NotDone::Refused(_) => {
            let title = words::word("run.none", visitor.language);
            let data = json!({ "run": run });
            paper::page_with(StatusCode::NOT_FOUND, visitor, "no_run", title, data)
        }
        why => paper::out_of_order(why),
    }
}
