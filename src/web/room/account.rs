//! `/account`: who somebody is here, what they may do, their password and the browsers
//! they are in with; for operators also who else is in.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::gate::{From, Try};
use super::visitor::{Posted, Visitor, cookie};
use super::{Room, enter, paper, words};
use crate::domain::access::Right;
use crate::domain::password::{Password, Weak};
use crate::domain::text::Language;
use crate::engine::accounts::Unchanged;
use crate::engine::clock;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/out", post(put_out))
}

async fn show(visitor: Visitor, headers: HeaderMap) -> Response {
    page(&visitor, &headers, StatusCode::OK, "").await
}

async fn page(visitor: &Visitor, headers: &HeaderMap, status: StatusCode, said: &str) -> Response {
    let counter = &visitor.counter;
    let cookie = cookie(headers, counter.organisation.plane()).unwrap_or_default();
    let mut data = match counter.own_account(&visitor.person, cookie) {
        Ok(data) => data,
        Err(why) => return paper::out_of_order(&why),
    };
    let everybody = match visitor.rights.has(Right::Configure) {
        false => Value::Null,
        true => match counter.answer(Request::Accounts, &visitor.person).await {
            Ok(everybody) => everybody,
            Err(why) => return paper::out_of_order(&why),
        },
    };
    let rights = Right::ALL.map(|right| {
        let name = format!("account.{}", right.name());
        let says = words::word(&name, visitor.language);
        json!({ "says": says, "may": visitor.rights.has(right) })
    });
    data["may"] = rights.to_vec().into();
    data["everybody"] = everybody;
    data["said"] = said.into();
    data["went_well"] = (status == StatusCode::OK).into();
    let title = words::word("account.title", visitor.language);
    paper::page_with(status, visitor, "account", title, data)
}

async fn change_password(
    State(room): State<Room>,
    from: From,
    headers: HeaderMap,
    posted: Posted,
) -> Response {
    let visitor = &posted.visitor;
    let field = |name: &str| {
        let mut fields = posted.fields.iter().filter(|(known, _)| known == name);
        let value = fields.next().map(|(_, value)| value.clone());
        Password(value.unwrap_or_default())
    };
    let (old, new, again) = (field("old"), field("new"), field("again"));
    let refuse = async |status, name: &str| {
        let said = words::word(name, visitor.language);
        page(visitor, &headers, status, said).await
    };
    if new != again {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "account.unlike").await;
    }
    // Whoever finds a browser that is in does not get to guess the password either.
    let tried = room
        .gate
        .take(Try::Password, from.address, &visitor.person, clock::now());
    if tried.is_err() {
        return refuse(StatusCode::TOO_MANY_REQUESTS, "account.often").await;
    }
    let plane = visitor.counter.organisation.plane();
    let cookie = cookie(&headers, plane).unwrap_or_default();
    let counter = &visitor.counter;
    let changed = counter.change_own_password(&visitor.person, cookie, old, new);
    match changed.await {
        Ok(Ok(())) => {
            let said = words::word("account.changed", visitor.language);
            page(visitor, &headers, StatusCode::OK, said).await
        }
        Ok(Err(unchanged)) => {
            let said = why_unchanged(unchanged, visitor.language);
            page(visitor, &headers, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// Somebody ends all their own sessions; operators those of anybody.
async fn put_out(posted: Posted) -> Response {
    let visitor = &posted.visitor;
    let mut named = posted.fields.iter().filter(|(name, _)| name == "person");
    let person = named.next().map_or(&visitor.person, |(_, person)| person);
    let is_own = *person == visitor.person;
    if !is_own && let Some(page) = visitor.lacks(Right::Configure) {
        return page;
    }
    match visitor.counter.put_out(person, &visitor.person).await {
        Ok(_) if is_own => enter::out(&visitor.counter),
        Ok(_) => (paper::headers(), Redirect::to("/account")).into_response(),
        Err(why) => paper::out_of_order(&why),
    }
}

/// Why a password stays as it is, in words.
fn why_unchanged(unchanged: Unchanged, language: Language) -> &'static str {
    let name = match unchanged {
        Unchanged::Wrong => "account.wrong",
        Unchanged::Weak(Weak::Short) => "account.short",
        Unchanged::Weak(Weak::Long) => "account.long",
        Unchanged::Weak(Weak::Own) => "account.own",
    };
    words::word(name, language)
}
