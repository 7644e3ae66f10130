//! The way in and out: a link that works once, and the cookie it leads to. Opening
//! a link changes nothing, because mail scanners open all of them; the button does.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::visitor::{COOKIE, Posted, cookie};
use super::{Room, paper, words};
use crate::engine::clock;
use crate::engine::request::Counter;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/enter", get(show))
        .route("/enter/{code}", get(show_link).post(use_link))
        .route("/leave", post(leave))
}

async fn show(State(room): State<Room>) -> Response {
    let counter = room.counter.get();
    page(&counter, StatusCode::OK, json!({ "state": "out" }))
}

async fn show_link(State(room): State<Room>) -> Response {
    let counter = room.counter.get();
    page(&counter, StatusCode::OK, json!({ "state": "link" }))
}

fn page(counter: &Counter, status: StatusCode, data: serde_json::Value) -> Response {
    let language = counter.organisation.language;
    let title = words::word("enter.title", language);
    paper::page_for_anybody(counter, language, status, "enter", title, data)
}

async fn use_link(State(room): State<Room>, Path(code): Path<String>, _body: Bytes) -> Response {
    let counter = room.counter.get();
    match counter.enter_by_link(&code).await {
        Ok(Some(entered)) => {
            let seconds = (entered.until - clock::now()).num_seconds().max(0);
            let set = set_cookie(&counter, &entered.cookie, seconds);
            let headers = paper::headers();
            (headers, [(header::SET_COOKIE, set)], Redirect::to("/")).into_response()
        }
        Ok(None) => page(&counter, StatusCode::GONE, json!({ "state": "used" })),
        Err(why) => paper::out_of_order(&why),
    }
}

/// Over TLS the browser is to keep it from everything else.
fn set_cookie(counter: &Counter, value: &str, seconds: i64) -> HeaderValue {
    let secure = match counter.pages.starts_with("https://") {
        true => "; Secure",
        false => "",
    };
    let text =
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    // Hexadecimal digits are always a header.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

async fn leave(headers: HeaderMap, posted: Posted) -> Response {
    let counter = &posted.visitor.counter;
    if let Some(cookie) = cookie(&headers)
        && let Err(why) = counter.leave(cookie).await
    {
        return paper::out_of_order(&why);
    }
    let gone = set_cookie(counter, "", 0);
    let headers = paper::headers();
    (
        headers,
        [(header::SET_COOKIE, gone)],
        Redirect::to("/enter"),
    )
        .into_response()
}
