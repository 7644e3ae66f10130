//! Who is at the other end of a page: a browser that is in, and what its person
//! may do. Whoever is not in sees the way in, and nothing else.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Room, kept, paper};
use crate::domain::access::{Right, Rights, rights_of};
use crate::domain::hex::hex;
use crate::domain::plane::Plane;
use crate::domain::text::Language;
use crate::engine::NotDone;
use crate::engine::request::Counter;

/// What a browser keeps. A drill on the same host has another, so that who plays in it
/// stays in the real room.
pub(super) fn cookie_name(plane: Plane) -> &'static str {
    match plane {
        Plane::Real => "draaiboek_session",
        Plane::Drill => "draaiboek_drill_session",
    }
}

/// The longest form: a statement of 64 KiB, each byte written as three.
pub(super) const LONGEST_FORM: usize = 256 << 10;

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// A key under `team`.
    pub person: String,
    pub name: String,
    pub rights: Rights,
    pub language: Language,
    /// What every form holds, so that no other site can send one.
    pub token: String,
    /// Answers in their language.
    pub counter: Arc<Counter>,
}

impl Visitor {
    /// The page that says that they may not; `None` when they may.
    pub fn lacks(&self, right: Right) -> Option<Response> {
        let may = self.rights.has(right);
        (!may).then(|| paper::forbidden(self, right))
    }
}

/// What the browser keeps of us.
pub(super) fn cookie(headers: &HeaderMap, plane: Plane) -> Option<&str> {
    kept(headers, cookie_name(plane))
}

/// What the browser keeps under a name.
pub(super) fn kept<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Bound to the session: who knows it can read our pages anyway.
fn token_of(cookie: &str) -> String {
    hex(&Sha256::digest(format!("draaiboek form {cookie}"))[..16])
}

/// Who sent this, if they are in.
pub(super) async fn find(room: &Room, headers: &HeaderMap) -> Result<Option<Visitor>, NotDone> {
    let counter = room.counter.get();
    let Some(cookie) = cookie(headers, counter.organisation.plane()) else {
        return Ok(None);
    };
    let Some(person) = counter.whose(cookie).await? else {
        return Ok(None);
    };
    // Who left the team is out at once.
    let Some(known) = counter.organisation.person(&person) else {
        return Ok(None);
    };
    let (name, language) = (known.name.clone(), known.language);
    let rights = rights_of(&counter.organisation, &person);
    let counter = match counter.in_language(language) {
        Some(theirs) => Arc::new(theirs),
        None => counter,
    };
    Ok(Some(Visitor {
        token: token_of(cookie),
        person,
        name,
        rights,
        language,
        counter,
    }))
}

/// Whether the browser says that another site made it send this.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    // Older browsers: the origin, where it is said, must be the host we are asked as.
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            let origin = origin.split_once("://").map_or(origin, |(_, rest)| rest);
            !origin.eq_ignore_ascii_case(host)
        }
        _ => false,
    }
}

/// The way in, and where to go on after it.
fn way_in(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().map(|path| path.as_str());
    let asked = asked.filter(|path| parts.method == Method::GET && *path != "/");
    match asked.and_then(own_path) {
        // News is no place to go to.
        Some(path) if path != "/live" => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("next", path);
            format!("/enter?{}", query.finish())
        }
        Some(_) | None => "/enter".to_owned(),
    }
}

/// A place of ours to go on to; whatever would lead elsewhere is none.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let mut letters = path.chars();
    let is_ours = letters.next() == Some('/') && !matches!(letters.next(), Some('/' | '\\'));
    // The address line and a header take all of these.
    let is_plain = path.len() <= 500 && path.chars().all(|letter| letter.is_ascii_graphic());
    (is_ours && is_plain).then_some(path)
}

impl FromRequestParts<Room> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, room: &Room) -> Result<Self, Response> {
        match find(room, &parts.headers).await {
            Ok(Some(visitor)) => match visitor.lacks(Right::Look) {
                None => Ok(visitor),
                Some(page) => Err(page),
            },
            Ok(None) => Err(Redirect::to(&way_in(parts)).into_response()),
            Err(why) => Err(paper::out_of_order(&why)),
        }
    }
}

/// A form that somebody who is in sent from one of our pages.
#[derive(Debug)]
pub struct Posted {
    pub visitor: Visitor,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
}

impl FromRequest<Room> for Posted {
    type Rejection = Response;

    async fn from_request(request: HttpRequest, room: &Room) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let visitor = match Visitor::from_request_parts(&mut parts, room).await {
            Ok(visitor) => visitor,
            // The way in is where who is not in is sent.
            Err(refused) if refused.status() == StatusCode::SEE_OTHER => {
                let is_foreign = is_foreign(&parts.headers);
                let fields = match is_foreign {
                    true => None,
                    false => read_form(body).await,
                };
                let page = fields.and_then(|fields| kept::outside(room, &path, &fields));
                return Err(page.unwrap_or(refused));
            }
            Err(refused) => return Err(refused),
        };
        let refuse = |status: StatusCode| status.into_response();
        if is_foreign(&parts.headers) {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let Some(mut fields) = read_form(body).await else {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(paper::not_done(&visitor, status, "room.too_large", &[]));
        };
        let token = fields.iter().position(|(name, _)| name == "token");
        let token = token
            .map(|place| fields.remove(place).1)
            .unwrap_or_default();
        if !bool::from(token.as_bytes().ct_eq(visitor.token.as_bytes())) {
            // Somebody logged in again in another tab: what they typed is not lost.
            let status = StatusCode::FORBIDDEN;
            let page = kept::again(&visitor, &path, &fields);
            let stale = || paper::not_done(&visitor, status, "room.stale", &fields);
            return Err(page.unwrap_or_else(stale));
        }
        Ok(Self { visitor, fields })
    }
}

/// Names and values of a form, in order; `None` when it is too long.
async fn read_form(body: Body) -> Option<Vec<(String, String)>> {
    let body = axum::body::to_bytes(body, LONGEST_FORM).await.ok()?;
    Some(form_urlencoded::parse(&body).into_owned().collect())
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_places_of_ours_are_gone_on_to() {
        for path in ["/", "/runs/1", "/runs/1?tab=log#end"] {
            assert_eq!(own_path(path), Some(path));
        }
        for path in [
            "",
            "runs",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/a\r\nSet-Cookie: x",
            "javascript:alert(1)",
            "/\u{2f}\u{202e}",
        ] {
            assert_eq!(own_path(path), None, "{path:?}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(600))), None);
    }
}
