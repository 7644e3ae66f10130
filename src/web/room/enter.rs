//! The way in and out: a password, or a link that works once, and the cookie it leads
//! to. Opening a link changes nothing, because mail scanners open all of them; the
//! button does. What is said never depends on whether somebody is known here.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::gate::{From, Try};
use super::visitor::{Posted, cookie, cookie_name, is_foreign, kept, own_path};
use super::{Room, paper, words};
use crate::domain::password::Password;
use crate::domain::text::Language;
use crate::engine::access::Entered;
use crate::engine::clock;
use crate::engine::request::Counter;

/// Where a browser that asked for a link by mail goes on to.
const NEXT: &str = "draaiboek_next";

/// As long as a link works.
const NEXT_LASTS: i64 = 15 * 60;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/enter", get(show).post(try_in))
        .route("/enter/{code}", get(show_link).post(use_link))
        .route("/leave", post(leave))
}

/// What somebody typed, or asked for.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    password: String,
    wants_mail: bool,
    next: String,
}

fn read(form: &[u8]) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(form) {
        match name.as_ref() {
            "name" => typed.name = value.into_owned(),
            "password" => typed.password = value.into_owned(),
            "how" => typed.wants_mail = value == "mail",
            "next" => typed.next = own_path(&value).unwrap_or_default().to_owned(),
            _ => {}
        }
    }
    typed
}

async fn show(State(room): State<Room>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let counter = room.counter.get();
    let typed = read(query.unwrap_or_default().as_bytes());
    let state = json!({ "state": "out", "next": typed.next });
    page(
        &counter,
        language(&counter, &headers),
        StatusCode::OK,
        state,
    )
}

async fn show_link(State(room): State<Room>, headers: HeaderMap) -> Response {
    let counter = room.counter.get();
    let state = json!({ "state": "link" });
    page(
        &counter,
        language(&counter, &headers),
        StatusCode::OK,
        state,
    )
}

/// Nobody is known here yet: what their browser reads, of the two we speak.
fn language(counter: &Counter, headers: &HeaderMap) -> Language {
    let wished = headers.get(header::ACCEPT_LANGUAGE);
    let wished = wished.and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut tags = wished.split(',').filter_map(|one| one.trim().get(..2));
    tags.find_map(|tag| Language::from_tag(&tag.to_ascii_lowercase()))
        .unwrap_or(counter.organisation.language)
}

fn page(counter: &Counter, language: Language, status: StatusCode, mut data: Value) -> Response {
    for (name, value) in [
        ("mails", json!(counter.mails_links())),
        ("next", json!("")),
        ("name", json!("")),
        ("wait", json!("")),
    ] {
        if data.get(name).is_none() {
            data[name] = value;
        }
    }
    let title = words::word("enter.title", language);
    paper::page_for_anybody(counter, language, status, "enter", title, data)
}

/// There were too many tries: when there may be another.
fn too_often(counter: &Counter, language: Language, wait: TimeDelta) -> Response {
    let seconds = wait.num_seconds().max(1);
    let minutes = (seconds + 59) / 60;
    let say = words::word("enter.wait", language).replace("{minutes}", &minutes.to_string());
    let state = json!({ "state": "wait", "wait": say });
    let retry = [(header::RETRY_AFTER, seconds.to_string())];
    let page = page(counter, language, StatusCode::TOO_MANY_REQUESTS, state);
    (retry, page).into_response()
}

async fn try_in(State(room): State<Room>, from: From, headers: HeaderMap, form: Bytes) -> Response {
    if is_foreign(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let counter = room.counter.get();
    let language = language(&counter, &headers);
    let typed = read(&form);
    let now = clock::now();
    let what = match typed.wants_mail {
        true => Try::Mail,
        false => Try::Password,
    };
    if let Err(wait) = room.gate.take(what, from.address, &typed.name, now) {
        return too_often(&counter, language, wait);
    }
    if typed.wants_mail {
        // Not waited for: how long it takes would say whether somebody is known.
        let (mailer, name) = (std::sync::Arc::clone(&counter), typed.name.clone());
        tokio::spawn(async move {
            if let Err(why) = mailer.mail_entry(&name).await {
                tracing::warn!(%why, "a link to log in could not be mailed");
            }
        });
        let state = json!({ "state": "mailed" });
        let page = page(&counter, language, StatusCode::OK, state);
        return match typed.next.as_str() {
            "" => page,
            next if !next.contains([';', ',', '"']) => {
                let set = set_cookie(&counter, NEXT, next, NEXT_LASTS);
                (AppendHeaders([(header::SET_COOKIE, set)]), page).into_response()
            }
            _ => page,
        };
    }
    let entering = counter.enter_by_password(&typed.name, Password(typed.password), from.origin);
    match entering.await {
        Ok(Some(entered)) => {
            room.gate.entered(&typed.name);
            welcome(&counter, &entered, &typed.next)
        }
        Ok(None) => {
            tracing::info!(
                from = from.origin.name(),
                "somebody was not let in to the pages"
            );
            if room.gate.refused(now)
                && let Err(why) = counter.note_refused(from.origin).await
            {
                tracing::warn!(%why, "a refusal was not written down");
            }
            let state = json!({ "state": "wrong", "next": typed.next, "name": typed.name });
            page(&counter, language, StatusCode::UNAUTHORIZED, state)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

async fn use_link(
    State(room): State<Room>,
    Path(code): Path<String>,
    from: From,
    headers: HeaderMap,
    _body: Bytes,
) -> Response {
    if is_foreign(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let counter = room.counter.get();
    let language = language(&counter, &headers);
    if let Err(wait) = room.gate.take(Try::Link, from.address, "", clock::now()) {
        return too_often(&counter, language, wait);
    }
    match counter.enter_by_link(&code, from.origin).await {
        Ok(Some(entered)) => {
            room.gate.entered(&entered.person);
            let next = kept(&headers, NEXT).and_then(own_path).unwrap_or("");
            welcome(&counter, &entered, next)
        }
        Ok(None) => {
            room.gate.refused(clock::now());
            let state = json!({ "state": "used" });
            page(&counter, language, StatusCode::GONE, state)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// They are in, and go on to where they wanted.
fn welcome(counter: &Counter, entered: &Entered, next: &str) -> Response {
    let seconds = (entered.until - clock::now()).num_seconds().max(0);
    let name = cookie_name(counter.organisation.plane());
    let cookies = AppendHeaders([
        (
            header::SET_COOKIE,
            set_cookie(counter, name, &entered.cookie, seconds),
        ),
        (header::SET_COOKIE, set_cookie(counter, NEXT, "", 0)),
    ]);
    let next = own_path(next).unwrap_or("/");
    (paper::headers(), cookies, Redirect::to(next)).into_response()
}

/// Over TLS, ours or a proxy's, the browser is to keep it from everything else.
fn set_cookie(counter: &Counter, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let is_encrypted = counter.pages.starts_with("https://") || counter.organisation.web.proxy;
    let secure = match is_encrypted {
        true => "; Secure",
        false => "",
    };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    // Hexadecimal digits and our own paths are always a header.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

async fn leave(headers: HeaderMap, posted: Posted) -> Response {
    let counter = &posted.visitor.counter;
    if let Some(cookie) = cookie(&headers, counter.organisation.plane())
        && let Err(why) = counter.leave(cookie).await
    {
        return paper::out_of_order(&why);
    }
    out(counter)
}

/// The browser keeps nothing of us.
pub(super) fn out(counter: &Counter) -> Response {
    let name = cookie_name(counter.organisation.plane());
    let gone = AppendHeaders([(header::SET_COOKIE, set_cookie(counter, name, "", 0))]);
    (paper::headers(), gone, Redirect::to("/enter")).into_response()
}
