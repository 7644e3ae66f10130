//! Who asks: a browser that is in, or a program with somebody's token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::problem::Problem;
use crate::domain::access::{Right, Rights, rights_of};
use crate::domain::text::Language;
use crate::engine::clock;
use crate::web::room::Room;
use crate::web::room::gate::From;
use crate::web::room::visitor::Visitor;

/// What a browser sends along when it does something: no other site knows it.
const TOKEN_HEADER: &str = "x-draaiboek-token";

#[derive(Debug)]
pub(super) struct Caller {
    pub(super) visitor: Visitor,
    /// The name of the token; `None` for a browser.
    program: Option<String>,
}

impl Caller {
    pub(super) fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// `browser`, or the name of the token.
    pub(super) fn through(&self) -> &str {
        self.program.as_deref().unwrap_or("browser")
    }

    /// Why this caller may not do something; `None` when they may.
    pub(super) fn lacks(&self, right: Right, headers: &HeaderMap) -> Option<Problem> {
        if !self.is_program() {
            let sent = headers.get(TOKEN_HEADER).map(|token| token.as_bytes());
            let known = self.visitor.token.as_bytes();
            if !sent.is_some_and(|sent| bool::from(sent.ct_eq(known))) {
                return Some(Problem::of("wrong_form_token"));
            }
        }
        lacks(self.visitor.rights, right)
    }
}

fn lacks(rights: Rights, right: Right) -> Option<Problem> {
    let problem = || Problem::of("right_missing").at(right.name());
    (!rights.has(right)).then(problem)
}

/// The language that is asked for first, where we have it.
fn wanted(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut tags = accepted.split(',').map(|tag| {
        let tag = tag.split(';').next().unwrap_or_default().trim();
        tag.split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    });
    tags.find_map(|tag| Language::from_tag(&tag))
}

/// What stands behind `Bearer`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let written = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, token) = written.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn program(room: &Room, token: &str) -> Result<Caller, Problem> {
    let counter = room.counter.get();
    let found = counter.whose_token(token).await;
    let found = found.map_err(|why| Problem::refused(&why, Language::En))?;
    let bearer = found.ok_or_else(|| Problem::of("no_access"))?;
    // Whoever left the team is out at once, and so are their programs.
    let known = counter.organisation.person(&bearer.person);
    let known = known.ok_or_else(|| Problem::of("no_access"))?;
    let all = rights_of(&counter.organisation, &bearer.person);
    let may = |right: &Right| all.has(*right) && (!bearer.look_only || *right == Right::Look);
    let rights: Rights = Right::ALL.into_iter().filter(may).collect();
    let visitor = Visitor {
        person: bearer.person.clone(),
        name: known.name.clone(),
        rights,
        language: known.language,
        token: String::new(),
        counter: Arc::clone(&counter),
    };
    Ok(Caller {
        visitor,
        program: Some(bearer.name),
    })
}

/// A token that does not work is written down like a password that does not.
async fn note(room: &Room, from: From) {
    tracing::info!(from = from.origin.name(), "a token does not work");
    if room.gate.token_refused(from.address, clock::now())
        && let Err(why) = room.counter.get().note_refused(from.origin).await
    {
        tracing::warn!(%why, "a refusal was not written down");
    }
}

impl FromRequestParts<Room> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Response> {
        let mut caller = if parts.headers.contains_key(header::AUTHORIZATION) {
            let none = || Problem::of("no_access").into_response();
            let token = bearer(&parts.headers).ok_or_else(none)?;
            let token = token.to_owned();
            let Ok(from) = From::from_request_parts(parts, room).await;
            if let Err(wait) = room.gate.may_show_token(from.address, clock::now()) {
                return Err(Problem::of("too_often").after(wait).into_response());
            }
            match program(room, &token).await {
                Ok(caller) => caller,
                Err(problem) => {
                    if problem.is_of("no_access") {
                        note(room, from).await;
                    }
                    return Err(problem.into_response());
                }
            }
        } else {
            let visitor = Visitor::from_request_parts(parts, room).await;
            let visitor = visitor.map_err(|page| no_page(page.status()).into_response())?;
            Self {
                visitor,
                program: None,
            }
        };
        if let Some(problem) = lacks(caller.visitor.rights, Right::Look) {
            return Err(problem.into_response());
        }
        let language = wanted(&parts.headers).unwrap_or(caller.visitor.language);
        caller.visitor.language = language;
        if let Some(theirs) = caller.visitor.counter.in_language(language) {
            caller.visitor.counter = Arc::new(theirs);
        }
        Ok(caller)
    }
}

/// What a page would have said.
fn no_page(status: StatusCode) -> Problem {
    match status {
        StatusCode::FORBIDDEN => Problem::of("right_missing").at(Right::Look.name()),
        status if status.is_server_error() => Problem::of("trouble"),
        _ => Problem::of("no_access"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, header::HeaderValue::from_static(value))])
    }

    #[test]
    fn the_first_language_that_we_have_is_taken() {
        let of = |value| wanted(&headers(header::ACCEPT_LANGUAGE, value));
        assert_eq!(of("fr, en-GB;q=0.8, nl;q=0.5"), Some(Language::En));
        assert_eq!(of("NL"), Some(Language::Nl));
        assert_eq!(of("*"), None);
    }

    #[test]
    fn a_token_stands_behind_bearer() {
        let of = |value| bearer(&headers(header::AUTHORIZATION, value)).map(str::to_owned);
        assert_eq!(of("bearer  abc"), Some("abc".to_owned()));
        assert_eq!(of("Basic abc"), None);
        assert_eq!(of("abc"), None);
    }
}
