//! `POST …/do/DEED`: a deed of the pages, from a JSON object. With an
//! `Idempotency-Key` the same request is done once, and answered the same again.

use axum::body::Bytes;
use axum::extract::{Path, Request as HttpRequest};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::caller::Caller;
use super::problem::{Problem, respond};
use super::{fields, reads};
use crate::engine::NotDone;
use crate::engine::access::hash;
use crate::engine::request::Request;
use crate::engine::tokens::{Before, Once};
use crate::web::room::deeds::{self, Deed};

/// The longest request: a statement of 64 KiB, and what stands around it.
const LONGEST: usize = 256 << 10;

/// The longest key, in letters.
const LONGEST_KEY: usize = 128;

pub(super) async fn to_run(
    Path((run, deed)): Path<(String, String)>,
    caller: Caller,
    request: HttpRequest,
) -> Response {
    match reads::run_id(&run) {
        Some(run) => carry_out(Some(run), &deed, caller, request).await,
        None => Problem::of("not_found").into_response(),
    }
}

pub(super) async fn to_house(
    Path(deed): Path<String>,
    caller: Caller,
    request: HttpRequest,
) -> Response {
    carry_out(None, &deed, caller, request).await
}

type Run = Option<crate::domain::run::RunId>;

async fn carry_out(run: Run, name: &str, caller: Caller, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST).await;
    let asked = match read(run, name, &caller, &parts.headers, body.ok()) {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let Asked {
        deed,
        request,
        once,
    } = asked;
    let counter = &caller.visitor.counter;
    if let Some(once) = &once {
        match counter.begin_once(once).await {
            Ok(Before::Not) => {}
            Ok(Before::Answered(status, body)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                return respond(status, body);
            }
            Ok(Before::Begun) => return Problem::of("key_in_use").into_response(),
            Ok(Before::Other) => return Problem::of("key_reused").into_response(),
            Err(why) => return Problem::refused(&why, caller.visitor.language).into_response(),
        }
    }
    // Who asked may hang up; what was begun is ended and its answer kept.
    let done = tokio::spawn(finish(run, deed, request, once, caller));
    match done.await {
        Ok((status, body)) => respond(status, body),
        Err(_) => Problem::of("trouble").into_response(),
    }
}

async fn finish(
    run: Run,
    deed: &'static Deed,
    request: Request,
    once: Option<Once>,
    caller: Caller,
) -> (StatusCode, String) {
    let visitor = &caller.visitor;
    let outcome = visitor.counter.answer(request, &visitor.person).await;
    let said = match &outcome {
        Ok(_) => "done",
        Err(NotDone::Refused(_) | NotDone::NoReply(_)) => "refused",
        Err(NotDone::Stopping | NotDone::NotStored(_)) => "not stored",
    };
    tracing::info!(
        run,
        deed = deed.name,
        outcome = said,
        through = caller.through(),
        "done by the JSON interface"
    );
    let (status, body) = match outcome {
        Ok(value) => (StatusCode::OK, value.to_string()),
        Err(why) => {
            let problem = Problem::refused(&why, visitor.language);
            (problem.status(), problem.json().to_string())
        }
    };
    if let Some(once) = once {
        let kept = (!status.is_server_error()).then_some((status.as_u16(), body.as_str()));
        if let Err(why) = visitor.counter.end_once(once, kept).await {
            tracing::warn!(%why, "an answer could not be kept for who asks again");
        }
    }
    (status, body)
}

/// Something that is to be done, read and allowed.
struct Asked {
    deed: &'static Deed,
    request: Request,
    once: Option<Once>,
}

fn read(
    run: Run,
    name: &str,
    caller: &Caller,
    headers: &HeaderMap,
    body: Option<Bytes>,
) -> Result<Asked, Problem> {
    let deed = deeds::find(name, run.is_some()).ok_or_else(|| Problem::of("not_found"))?;
    if let Some(problem) = caller.lacks(deed.right, headers) {
        return Err(problem);
    }
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::of("not_json"));
    }
    let body = body.ok_or_else(|| Problem::of("too_large"))?;
    let object: Map<String, Value> = serde_json::from_slice(&body)
        .map_err(|error| Problem::of("bad_json").because(error.to_string()))?;
    let fields = fields::read(deed, &object)?;
    let request = deed.request(run, &fields);
    let request = request.map_err(|wrong| Problem::from(&wrong))?;
    let once = key(headers)?.map(|key| Once {
        person: caller.visitor.person.clone(),
        key,
        asked: hash(&format!("{run:?} {name} {}", Value::Object(object))),
    });
    Ok(Asked {
        deed,
        request,
        once,
    })
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = key.to_str().unwrap_or_default().trim();
    match (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    {
        true => Ok(Some(key.to_owned())),
        false => Err(Problem::of("bad_key")),
    }
}
