//! `POST /api/mentions`: takes pushed mentions and answers after they are on
//! disk with what became of each.
//!
//! NDJSON is read line by line as it arrives: a body may be long, one line may
//! not. A token belongs to one source; which one it is decides the source. Who
//! cannot be served now is told when to come back, and what is on disk of it.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::time::timeout;

use super::door::{Door, Entrance, Full, MOST_PUSHES};
use super::push::{Push, Stopped, Tally, next_frame};
use crate::engine::current::Current;
use crate::source::pushed::Unreadable;

/// When to come back after a commit that failed.
const AFTER_FAILURE: u64 = 5;

/// So much of a body that is not taken is thrown away, and for so long: who is
/// still sending reads no answer.
const MOST_DRAINED: usize = 8 << 20;
const LONGEST_DRAIN: Duration = Duration::from_secs(2);

impl Tally {
    fn answer(&self) -> serde_json::Value {
        let problems: Vec<_> = self
            .problems
            .iter()
            .map(|one| json!({ "line": one.line, "reason": one.reason }))
            .collect();
        json!({
            "received": self.received,
            "new": self.new,
            "known": self.known,
            "matched": self.new + self.known,
            "unmatched": self.unmatched,
            "rejected": self.rejected,
            "problems": problems,
        })
    }
}

/// The handler.
pub async fn take(
    State(door): State<Current<Door>>,
    headers: HeaderMap,
    mut body: Body,
) -> Response {
    let door = door.get();
    let Some(entrance) = door.entrance(&headers) else {
        // Nothing of it is read, nothing is kept for it.
        door.metrics.count_refusal("", "no_token");
        let hint = "send the source's token as `Authorization: Bearer TOKEN`";
        return refusal(StatusCode::UNAUTHORIZED, hint, &Tally::default());
    };
    let place = match door.admit(entrance) {
        Ok(place) => place,
        Err(full) => {
            door.count_refusal(entrance, full.name());
            drain(&mut body).await;
            return stopped(entrance, &Stopped::Full(full), &Tally::default());
        }
    };
    door.say_rest(entrance);
    let mut push = Push::new(&door, entrance);
    let taken = push.read(&headers, body).await;
    let tally = push.tally;
    drop(place);
    match taken {
        Ok(()) if tally.received == 0 && tally.rejected > 0 => refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "nothing in this body is a mention",
            &tally,
        ),
        Ok(()) => Json(tally.answer()).into_response(),
        Err(why) => {
            door.count_refusal(entrance, name(&why));
            stopped(entrance, &why, &tally)
        }
    }
}

/// As the metrics call it.
fn name(why: &Stopped) -> &'static str {
    match why {
        Stopped::Engine(_) => "not_stored",
        Stopped::Full(full) => full.name(),
        Stopped::Unreadable(Unreadable::Damaged(_)) => "broken_off",
        Stopped::Unreadable(Unreadable::TooLarge | Unreadable::TooLargeWhole) => "too_large",
        Stopped::Packing(_) => "packing",
        Stopped::Slow => "too_slow",
    }
}

/// What the sender of a body that was not taken to its end is told.
fn stopped(entrance: &Entrance, why: &Stopped, tally: &Tally) -> Response {
    let (status, words, wait) = match why {
        Stopped::Engine(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{why}; send it again"),
            Some(AFTER_FAILURE),
        ),
        Stopped::Full(full) => {
            let wait = entrance.retry_after(*full);
            let (status, words) = full_up(*full);
            (status, format!("{words}; send it again"), Some(wait))
        }
        Stopped::Unreadable(why) => {
            let status = match why {
                Unreadable::Damaged(_) => StatusCode::BAD_REQUEST,
                Unreadable::TooLarge | Unreadable::TooLargeWhole => StatusCode::PAYLOAD_TOO_LARGE,
            };
            (status, why.to_string(), None)
        }
        Stopped::Packing(found) => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("Content-Encoding {found:?} is not taken; send it plain or as gzip"),
            None,
        ),
        Stopped::Slow => (
            StatusCode::REQUEST_TIMEOUT,
            "no line ended for 30 seconds; end each mention with a line end, or send the body faster"
                .to_owned(),
            None,
        ),
    };
    let kept = match tally.settled_to {
        0 => "nothing of this body was kept".to_owned(),
        line => format!(
            "what came up to line {line} is on disk; all of it may be sent again, a mention counts once"
        ),
    };
    let mut response = refusal(status, &format!("{words}: {kept}"), tally);
    if let Some(wait) = wait {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

fn full_up(full: Full) -> (StatusCode, String) {
    match full {
        Full::Places => (
            StatusCode::TOO_MANY_REQUESTS,
            format!("this source has {MOST_PUSHES} bodies under way, which is all it may"),
        ),
        Full::Daemon => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the sources together push all that can be taken at once".to_owned(),
        ),
        Full::Batches => (
            StatusCode::TOO_MANY_REQUESTS,
            "what this source sent before is not on disk yet".to_owned(),
        ),
        Full::Whole => (
            StatusCode::TOO_MANY_REQUESTS,
            "this source has too many large arrays under way; send one mention a line (NDJSON)"
                .to_owned(),
        ),
    }
}

fn refusal(status: StatusCode, why: &str, tally: &Tally) -> Response {
    let mut answer = tally.answer();
    answer["error"] = json!(why);
    answer["settled_to_line"] = json!(tally.settled_to);
    (status, Json(answer)).into_response()
}

async fn drain(body: &mut Body) {
    let read_on = async {
        let mut n_bytes = 0;
        while n_bytes < MOST_DRAINED
            && let Some(Ok(bytes)) = next_frame(body).await
        {
            n_bytes += bytes.len();
        }
    };
    // Whether it came to an end does not matter: the answer is the same.
    let _ = timeout(LONGEST_DRAIN, read_on).await;
}
