//! `/live`: news for pages that are open, by server-sent events. It says *that*
//! something changed and what time it is, never what: a page looks again itself,
//! with the rights of who looks.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::SecondsFormat;
use futures_util::stream;

use super::Room;
use super::paper;
use super::visitor::Visitor;
use crate::engine::clock;

/// Changes that come faster are told together.
const SOONEST: Duration = Duration::from_millis(250);

/// A sign of life, so that a page knows when it has lost us.
const ALIVE_EVERY: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/live", get(listen))
}

async fn listen(State(room): State<Room>, _visitor: Visitor) -> Response {
    let Room {
        mut changes, stop, ..
    } = room;
    changes.mark_unchanged();
    let news = stream::unfold(
        (changes, stop, true),
        async |(mut changes, stop, is_first)| {
            let kind = if is_first {
                "alive"
            } else {
                tokio::select! {
                    () = stop.cancelled() => return None,
                    changed = changes.changed() => {
                        changed.ok()?;
                        tokio::time::sleep(SOONEST).await;
                        changes.mark_unchanged();
                        "changed"
                    }
                    () = tokio::time::sleep(ALIVE_EVERY) => "alive",
                }
            };
            let at = clock::now().to_rfc3339_opts(SecondsFormat::Millis, true);
            let event = Event::default().event(kind).data(at);
            Some((Ok::<_, Infallible>(event), (changes, stop, false)))
        },
    );
    // A proxy that keeps news back until there is more of it would make us late.
    let unbuffered = [(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    )];
    (paper::headers(), unbuffered, Sse::new(news)).into_response()
}
