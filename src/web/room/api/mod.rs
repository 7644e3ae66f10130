//! `/api/v1`: all that the pages show and do, as JSON for programs. Two tables say
//! what there is, `reads.rs` and the deeds of the pages; the routes and the document
//! that describes them are made of those, so that they cannot differ.

mod caller;

mod fields;

pub mod openapi;

mod problem;

pub mod reads;

mod write;

use axum::Router;
use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde_json::{Value, json};

use super::{Room, paper};
use caller::Caller;
use problem::Problem;
use reads::{READS, Read};

/// What every address begins with.
pub const ROOT: &str = "/api/v1";

pub(super) fn routes() -> Router<Room> {
    let mut router = Router::new()
        .route("/api/v1/me", or_none(get(show_caller)))
        .route("/api/v1/openapi.json", or_none(get(show_document)))
        .route("/api/v1/do/{deed}", or_none(post(write::to_house)))
        .route("/api/v1/runs/{run}/do/{deed}", or_none(post(write::to_run)));
    for read in READS {
        let answer = move |State(_): State<Room>, caller, parts: RawPathParams, uri: Uri| {
            show(read, caller, parts, uri)
        };
        router = router.route(&format!("{ROOT}{}", read.path), or_none(get(answer)));
    }
    router
        .route("/api/v1/", axum::routing::any(nothing_there))
        .route("/api/v1/{*rest}", axum::routing::any(nothing_there))
}

/// Other methods are told so in the way of this interface.
fn or_none(methods: MethodRouter<Room>) -> MethodRouter<Room> {
    methods.fallback(async |_: Caller| Problem::of("method_not_allowed").into_response())
}

async fn nothing_there(_: Caller) -> Response {
    Problem::of("not_found").into_response()
}

/// An answer in JSON, with what every answer carries.
fn answered(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, paper::headers(), kind, value.to_string()).into_response()
}

async fn show_caller(caller: Caller) -> Response {
    let visitor = &caller.visitor;
    let me = json!({
        "person": visitor.person,
        "name": visitor.name,
        "language": visitor.language.tag(),
        "rights": visitor.rights.names(),
        "through": caller.through(),
        // What a browser must send along when it does something.
        "token": (!caller.is_program()).then_some(&visitor.token),
    });
    answered(StatusCode::OK, &me)
}

async fn show_document(_: Caller) -> Response {
    answered(StatusCode::OK, &openapi::document())
}

async fn show(read: &'static Read, caller: Caller, parts: RawPathParams, uri: Uri) -> Response {
    let (visitor, language) = (&caller.visitor, caller.visitor.language);
    let parts: Vec<(String, String)> = parts
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let request = match read.request(&parts, &query) {
        Ok(request) => request,
        Err(wrong) => return Problem::from(&wrong).into_response(),
    };
    match visitor.counter.answer(request, &visitor.person).await {
        Ok(value) => answered(StatusCode::OK, &value),
        Err(why) => Problem::refused(&why, language).into_response(),
    }
}
