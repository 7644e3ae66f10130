//! Addresses that lead nowhere, such as a link that a phone cut off: a page that says so
//! and shows the way home, where the framework would answer with an empty one.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Room, paper, visitor, words};

/// What programs and other parts of a page ask for has no page of its own.
const NO_PAGES: [&str; 3] = ["/api/", "/assets/", "/live"];

pub(super) async fn nothing_there() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Puts a page in the place of an answer without one.
pub(super) async fn worded(State(room): State<Room>, request: Request, next: Next) -> Response {
    let is_page = !NO_PAGES
        .iter()
        .any(|begin| request.uri().path().starts_with(begin));
    let headers = request.headers().clone();
    let response = next.run(request).await;
    match is_page && is_bare(&response) {
        true => say(&room, &headers, response).await,
        false => response,
    }
}

/// Nothing but a number, or a sentence of the framework's.
fn is_bare(response: &Response) -> bool {
    let is_lost = matches!(
        response.status(),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST
    );
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    is_lost && (kind.is_empty() || kind.starts_with("text/plain"))
}

async fn say(room: &Room, headers: &HeaderMap, bare: Response) -> Response {
    // What is no number where a number belongs is a place that is not there either.
    let status = match bare.status() {
        StatusCode::METHOD_NOT_ALLOWED => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::NOT_FOUND,
    };
    let title = |language| words::word("room.nothing_there", language);
    match visitor::find(room, headers).await {
        Ok(Some(visitor)) => {
            let title = title(visitor.language);
            paper::page_with(status, &visitor, "nothing_there", title, json!({}))
        }
        Ok(None) => {
            let counter = room.counter.get();
            let language = counter.organisation.language;
            let (title, data) = (title(language), json!({}));
            paper::page_for_anybody(&counter, language, status, "nothing_there", title, data)
        }
        Err(_) => (status, paper::headers()).into_response(),
    }
}
