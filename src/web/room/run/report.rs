//! `/runs/N/report`: the after-action report, as a page that stands by itself and
//! prints well. Looking at it is recorded, so it does not renew itself.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::not_shown;
use crate::domain::run::RunId;
use crate::engine::reporting::Form;
use crate::engine::request::Request;
use crate::web::room::paper;
use crate::web::room::visitor::Visitor;

pub(super) async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let request = Request::Report {
        run: Some(run),
        language: Some(visitor.language),
        form: Form::Html,
    };
    let answered = visitor.counter.answer(request, &visitor.person).await;
    let html = match &answered {
        Ok(answer) => answer["report"].as_str().unwrap_or_default(),
        Err(why) => return not_shown(&visitor, run, why),
    };
    let mut response = (paper::headers(), Html(html.to_owned())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(html));
    response
}

/// Allows the one style that stands in the page, by its hash; nothing else at all.
fn policy(html: &str) -> HeaderValue {
    let style = html.split_once("<style>").map_or("", |(_, rest)| rest);
    let style = style.split_once("</style>").map_or("", |(style, _)| style);
    let hash = STANDARD.encode(Sha256::digest(style));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
