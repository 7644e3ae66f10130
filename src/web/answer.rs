//! `/a/TOKEN`: the page of a personal link, where somebody answers an alert.
//!
//! Mail scanners open links and previews fetch them, so opening changes
//! nothing; only a button of the page does, and then sends the browser back to
//! the page, so that reloading does nothing either. Tries are not counted or
//! slowed down: a token holds 128 bits that nobody can guess, telling a wrong
//! one costs microseconds, and behind a proxy everybody has one address.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::page::{self, Page};
use super::{refusals, roll_page, sayings};
use crate::domain::link::{Claims, Refused};
use crate::domain::lookout::NO_RUN;
use crate::domain::plane::with_drill_commands;
use crate::domain::step::answers::{NoReply, Reply};
use crate::engine::NotDone;
use crate::engine::answering::Answering;
use crate::engine::current::Current;

/// A note of 2,000 characters, each four bytes that a form writes as twelve,
/// still fits; what it says about its length is for the person to read.
const MAX_FORM: usize = 32 << 10;

/// The routes of personal links: all that phones need to reach.
pub fn router(answering: Current<Answering>) -> Router {
    Router::new()
        .route("/a/{token}", get(show).post(answer))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(answering)
}

async fn show(State(answering): State<Current<Answering>>, Path(token): Path<String>) -> Response {
    let answering = answering.get();
    let claims = match answering.open(&token) {
        Ok(claims) => claims,
        Err(why) => return refuse(&answering, &why),
    };
    let language = answering.language(Some(&claims));
    if claims.run() == NO_RUN {
        return show_call(&answering, claims).await;
    }
    let (clerk, looked_for) = (Arc::clone(&answering), claims.clone());
    let look = tokio::task::spawn_blocking(move || clerk.look(&looked_for)).await;
    let (status, page) = match look.unwrap_or(Err(NotDone::Stopping)) {
        Ok(case) => sayings::case(language, &case),
        Err(why) => {
            tracing::warn!(run = claims.run(), effect = claims.effect, %why, "a page could not be shown");
            refusals::not_done(language, &why, None)
        }
    };
    respond(&answering, status, page)
}

/// Every page of a drill says so first, and what it tells people to type
/// reaches the drill.
fn respond(answering: &Answering, status: StatusCode, mut page: Page) -> Response {
    page.drill = answering.drill(page.language);
    if page.drill.is_some() {
        page.command = page.command.as_deref().map(with_drill_commands);
        if let Some(todo) = &mut page.todo {
            todo.show = todo.show.as_deref().map(with_drill_commands);
        }
    }
    page::respond(status, &page)
}

async fn answer(
    State(answering): State<Current<Answering>>,
    Path(token): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answering = answering.get();
    let claims = match answering.open(&token) {
        Ok(claims) => claims,
        Err(why) => return refuse(&answering, &why),
    };
    let language = answering.language(Some(&claims));
    let Ok(body) = body else {
        note(&claims, "note", "too long");
        let page = refusals::too_long(language);
        return respond(&answering, StatusCode::PAYLOAD_TOO_LARGE, page);
    };
    if claims.run() == NO_RUN {
        return answer_call(&answering, &claims, &token, &body).await;
    }
    let Some((what, reply)) = read(&body) else {
        note(&claims, "unknown", "refused");
        let page = refusals::unknown_form(language);
        return respond(&answering, StatusCode::BAD_REQUEST, page);
    };
    match answering.say(&claims, reply.clone()).await {
        Ok(()) => {
            note(&claims, what, "done");
            // Relative, so that it is right behind a proxy as well.
            let back = [(header::LOCATION, token)];
            (StatusCode::SEE_OTHER, page::headers(), back).into_response()
        }
        Err(why) => {
            note(&claims, what, outcome(&why));
            let (status, page) = refusals::not_done(language, &why, Some(&reply));
            respond(&answering, status, page)
        }
    }
}

/// How it stands with a roll call; changes nothing.
async fn show_call(answering: &Arc<Answering>, claims: Claims) -> Response {
    let language = answering.language(Some(&claims));
    let organisation = answering.organisation_name(language);
    let clerk = Arc::clone(answering);
    let look = tokio::task::spawn_blocking(move || clerk.look_at_call(&claims)).await;
    let (status, page) = match look.unwrap_or(Err(NotDone::Stopping)) {
        Ok(standing) => roll_page::page(language, organisation, &standing),
        Err(why) => {
            tracing::warn!(%why, "a page of the roll call could not be shown");
            roll_page::not_stored(language)
        }
    };
    respond(answering, status, page)
}

/// The button of a roll call.
async fn answer_call(answering: &Answering, claims: &Claims, token: &str, body: &[u8]) -> Response {
    let language = answering.language(Some(claims));
    let mut fields = form_urlencoded::parse(body);
    if !fields.any(|(field, value)| field == "do" && value == roll_page::HERE) {
        note(claims, "unknown", "refused");
        let page = refusals::unknown_form(language);
        return respond(answering, StatusCode::BAD_REQUEST, page);
    }
    match answering.answer_call(claims).await {
        Ok(()) => {
            note(claims, roll_page::HERE, "done");
            let back = [(header::LOCATION, token.to_owned())];
            (StatusCode::SEE_OTHER, page::headers(), back).into_response()
        }
        Err(why) => {
            note(claims, roll_page::HERE, outcome(&why));
            let (status, page) = match why {
                NotDone::Refused(_) | NotDone::NoReply(_) => {
                    (StatusCode::GONE, roll_page::over(language))
                }
                NotDone::Stopping | NotDone::NotStored(_) => roll_page::not_stored(language),
            };
            respond(answering, status, page)
        }
    }
}

fn refuse(answering: &Answering, why: &Refused) -> Response {
    if let Refused::Expired(claims) = why
        && claims.run() == NO_RUN
    {
        let page = roll_page::over(answering.language(Some(claims)));
        return respond(answering, StatusCode::GONE, page);
    }

    match why {
        Refused::Expired(claims) => note(claims, "open", "expired"),
        // Anybody can send these: they must not fill the log.
        Refused::Malformed => tracing::debug!("a link was refused: it is none"),
        Refused::Foreign(_) => tracing::debug!("a link was refused: it is of another store"),
        Refused::Forged => tracing::debug!("a link was refused: we never made it"),
    }
    let claims = match why {
        Refused::Expired(claims) => Some(&**claims),
        _ => None,
    };
    let (status, page) = refusals::refused(answering.language(claims), why, answering.plane());
    respond(answering, status, page)
}

/// What was done with a link, without the link and without names.
fn note(claims: &Claims, what: &str, outcome: &str) {
    let (run, effect) = (claims.run(), &claims.effect);
    tracing::info!(run, effect, what, outcome, "answer by link");
}

fn outcome(why: &NotDone) -> &'static str {
    match why {
        NotDone::Stopping | NotDone::NotStored(_) => "not stored",
        NotDone::Refused(_) => "refused",
        NotDone::NoReply(why) => match why {
            NoReply::Closed => "closed",
            NoReply::Void => "void",
            NoReply::NotInTeam => "not in the team",
            NoReply::NothingToUndo => "nothing to undo",
            NoReply::EmptyNote | NoReply::LongNote => "no good note",
            NoReply::NoSuchAlert | NoReply::Foreign => "no such alert",
        },
    }
}

/// The button that was pressed, and what it says.
fn read(form: &[u8]) -> Option<(&'static str, Reply)> {
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(form);
        fields.find(|(field, _)| field == name)
    };
    let (_, pressed) = field("do")?;
    Some(match &*pressed {
        "take" => ("take", Reply::Take),
        "pass_on" => ("pass_on", Reply::PassOn),
        "not_me" => ("not_me", Reply::NotMe),
        "note" => {
            let text = field("text").map(|(_, text)| text.into_owned());
            ("note", Reply::Note(text.unwrap_or_default()))
        }
        _ => return None,
    })
}
