//! Why a request was not answered, as RFC 9457 wants it (`application/problem+json`),
//! with a `code` that stays and a sentence in the reader's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::reads::Unread;
use crate::domain::refusals::{self, Sort};
use crate::domain::text::Language;
use crate::engine::NotDone;
use crate::web::room::deeds::{Because, Wrong};
use crate::web::room::paper;

/// When to come back, in seconds, after what does not last.
const SOON: &str = "5";

/// Of the interface itself: code, status, title.
const OWN: [(&str, StatusCode, &str); 17] = [
    (
        "no_access",
        StatusCode::UNAUTHORIZED,
        "Nobody is logged in here, or the token does not work",
    ),
    (
        "too_often",
        StatusCode::TOO_MANY_REQUESTS,
        "Too many tokens that do not work came from this address",
    ),
    (
        "right_missing",
        StatusCode::FORBIDDEN,
        "You may not do this",
    ),
    (
        "wrong_form_token",
        StatusCode::FORBIDDEN,
        "A browser sends its token in X-Draaiboek-Token",
    ),
    ("not_found", StatusCode::NOT_FOUND, "There is nothing here"),
    (
        "method_not_allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "This is not done here in this way",
    ),
    (
        "too_large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The request is too large",
    ),
    (
        "not_json",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "A request is JSON: Content-Type: application/json",
    ),
    (
        "bad_json",
        StatusCode::BAD_REQUEST,
        "The body is not a JSON object",
    ),
    (
        "missing_field",
        StatusCode::UNPROCESSABLE_ENTITY,
        "A field is missing",
    ),
    (
        "unreadable_field",
        StatusCode::UNPROCESSABLE_ENTITY,
        "A field cannot be read",
    ),
    (
        "unknown_field",
        StatusCode::UNPROCESSABLE_ENTITY,
        "There is no such field",
    ),
    (
        "bad_key",
        StatusCode::BAD_REQUEST,
        "An Idempotency-Key is 1 to 128 visible letters",
    ),
    (
        "key_reused",
        StatusCode::UNPROCESSABLE_ENTITY,
        "This key came with another request",
    ),
    (
        "key_in_use",
        StatusCode::CONFLICT,
        "This is being done, or broke off: look what came of it, and use another key to do it again",
    ),
    (
        "trouble",
        StatusCode::SERVICE_UNAVAILABLE,
        "This does not work now",
    ),
    ("refused", StatusCode::CONFLICT, "This cannot be done"),
];

/// The codes of the interface itself.
pub(super) fn own_codes() -> impl Iterator<Item = &'static str> {
    OWN.iter().map(|(code, _, _)| *code)
}

#[derive(Debug, Clone)]
pub(super) struct Problem {
    code: &'static str,
    status: StatusCode,
    title: String,
    /// Which part of the request it is about.
    field: Option<String>,
    detail: Option<String>,
    /// When to come back, in seconds, where that is known.
    after: Option<i64>,
}

impl Problem {
    /// One of the interface's own.
    pub(super) fn of(code: &'static str) -> Self {
        let known = OWN.iter().find(|(known, _, _)| *known == code);
        let (_, status, title) = known.unwrap_or(&OWN[OWN.len() - 1]);
        Self {
            code,
            status: *status,
            title: (*title).to_owned(),
            field: None,
            detail: None,
            after: None,
        }
    }

    pub(super) fn is_of(&self, code: &str) -> bool {
        self.code == code
    }

    pub(super) fn after(self, wait: TimeDelta) -> Self {
        Self {
            after: Some(wait.num_seconds().max(1)),
            ..self
        }
    }

    pub(super) fn at(self, field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..self
        }
    }

    pub(super) fn because(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// What the engine did not do.
    pub(super) fn refused(why: &NotDone, language: Language) -> Self {
        let said = why.to_string();
        let Some(known) = refusals::find(&said, language) else {
            let code = match why {
                NotDone::Stopping | NotDone::NotStored(_) => "trouble",
                NotDone::Refused(_) | NotDone::NoReply(_) => "refused",
            };
            return Self::of(code).because(said);
        };
        let (status, title) = match known.sort {
            Sort::Missing => (StatusCode::NOT_FOUND, "It is not there"),
            Sort::NotYours => (StatusCode::FORBIDDEN, "It is for somebody else"),
            Sort::Now => (StatusCode::CONFLICT, "Not as things stand"),
            Sort::Input => (StatusCode::UNPROCESSABLE_ENTITY, "It cannot be taken"),
            Sort::Trouble => (StatusCode::SERVICE_UNAVAILABLE, "This does not work now"),
        };
        Self {
            code: known.code,
            status,
            title: title.to_owned(),
            field: None,
            detail: Some(known.text),
            after: None,
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn json(&self) -> Value {
        let mut value = json!({
            "type": format!("urn:draaiboek:problem:{}", self.code),
            "title": self.title,
            "status": self.status.as_u16(),
            "code": self.code,
        });
        if let Some(field) = &self.field {
            value["field"] = field.as_str().into();
        }
        if let Some(detail) = &self.detail {
            value["detail"] = detail.as_str().into();
        }
        value
    }
}

impl From<&Wrong> for Problem {
    fn from(wrong: &Wrong) -> Self {
        let code = match wrong.because {
            Because::Missing => "missing_field",
            Because::Unreadable => "unreadable_field",
        };
        Self::of(code).at(wrong.field)
    }
}

impl From<&Unread> for Problem {
    fn from(unread: &Unread) -> Self {
        match unread {
            Unread::NoSuchRun => Self::of("not_found"),
            Unread::Unreadable(name) => Self::of("unreadable_field").at(name),
            Unread::Unknown(name) => Self::of("unknown_field").at(name),
        }
    }
}

/// A body that is a problem: also one that was kept.
pub(super) fn respond(status: StatusCode, body: String) -> Response {
    let kind = match status.is_success() {
        true => "application/json",
        false => "application/problem+json",
    };
    let mut response = (
        status,
        paper::headers(),
        [(header::CONTENT_TYPE, kind)],
        body,
    )
        .into_response();
    let more = match status {
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"draaiboek\"")),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            Some((header::RETRY_AFTER, SOON))
        }
        _ => None,
    };
    if let Some((name, value)) = more {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = respond(self.status, self.json().to_string());
        if let Some(seconds) = self.after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
