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
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let request = Request::Report {
        run: Some(run),
        language: Some(visitor.language),
        form: Form::Html,
    };
    let answered = visitor.counter.answer(request, &visitor.person).await;
    let html = match &answered {
        Ok(answer) => with_way_back(&visitor, run, &answer["report"]),
        Err(why) => return not_shown(&visitor, run, why),
    };
    let policy = policy(&html);
    let mut response = (paper::headers(), Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The report stands by itself when it is saved or printed; on the screen one wants
/// back to the run.
fn with_way_back(visitor: &Visitor, run: RunId, report: &serde_json::Value) -> String {
    let html = report.as_str().unwrap_or_default();
    let back = words::word("run.back_plain", visitor.language);
    let link = format!("<main>\n<p class=\"back\"><a href=\"/runs/{run}\">{back}</a></p>");
    html.replacen("<main>", &link, 1)
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
