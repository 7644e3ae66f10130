//! A drafting form whose sender is not in any more: what they typed comes back to
//! them to copy, and nothing is done with it.

use axum::body::Body;
use axum::extract::{FromRequest, Request as HttpRequest};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::visitor::{LONGEST_FORM, Posted, is_foreign};
use super::{Room, paper, words};

/// A form of somebody who is in.
#[derive(Debug)]
pub(super) struct Kept(pub(super) Posted);

/// What is ours and not theirs to copy.
const OURS: [&str; 6] = ["token", "what", "only", "base", "text_hash", "back"];

impl FromRequest<Room> for Kept {
    type Rejection = Response;

    async fn from_request(request: HttpRequest, room: &Room) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let is_foreign = is_foreign(&parts.headers);
        let body = axum::body::to_bytes(body, LONGEST_FORM)
            .await
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let again = HttpRequest::from_parts(parts, Body::from(body.clone()));
        let refused = match Posted::from_request(again, room).await {
            Ok(posted) => return Ok(Self(posted)),
            Err(refused) => refused,
        };
        // The way in is where who is not in is sent.
        if is_foreign || refused.status() != StatusCode::SEE_OTHER {
            return Err(refused);
        }
        let counter = room.counter.get();
        let language = counter.organisation.language;
        let fields = form_urlencoded::parse(&body);
        let is_theirs = |name: &str| !OURS.contains(&name) && !name.starts_with("was.");
        let typed = fields.filter(|(name, value)| is_theirs(name) && !value.trim().is_empty());
        let typed: Vec<_> = typed
            .map(|(name, value)| {
                let name = words::typed(&name, language).unwrap_or(name.into_owned());
                json!({ "name": name, "value": value })
            })
            .collect();
        let title = words::word("draft.out", language);
        let status = StatusCode::UNAUTHORIZED;
        let data = json!({ "typed": typed });
        Err(paper::page_for_anybody(
            &counter,
            language,
            status,
            "draft_out",
            title,
            data,
        ))
    }
}
