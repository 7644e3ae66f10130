//! Pictures of drafts: `/runs/N/images/HASH` shows the copy that is kept, and a form
//! on the page of a draft brings a new one.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::visitor::{Visitor, is_foreign};
use super::{Room, paper, words};
use crate::domain::access::Right;
use crate::domain::picture::LARGEST;
use crate::domain::refusals;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;

/// What the fields beside the file take.
const BESIDE: usize = 64 << 10;

pub(super) fn routes() -> Router<Room> {
    let upload = post(attach).layer(DefaultBodyLimit::max(LARGEST + BESIDE));
    Router::new()
        .route("/runs/{run}/images/{hash}", get(show))
        .route("/runs/{run}/drafts/{draft}/images", upload)
}

async fn show(Path((run, hash)): Path<(RunId, String)>, visitor: Visitor) -> Response {
    let (kind, bytes) = match visitor.counter.picture(run, &hash) {
        Ok(Some(found)) => found,
        Ok(None) | Err(NotDone::Refused(_)) => return StatusCode::NOT_FOUND.into_response(),
        Err(why) => return paper::out_of_order(&why),
    };
    let kind = match kind {
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "gif" => "image/gif",
        _ => "image/webp",
    };
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
    (paper::headers(), kind, bytes).into_response()
}

async fn attach(
    Path((run, draft)): Path<(RunId, String)>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if is_foreign(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if let Some(page) = visitor.lacks(Right::Acknowledge) {
        return page;
    }
    let parts = headers.get(header::CONTENT_TYPE);
    let parts = parts.and_then(|kind| kind.to_str().ok());
    let parts = parts.and_then(boundary).map(|mark| parts_of(&body, mark));
    let parts = parts.unwrap_or_default();
    let text = |name: &str| {
        let part = parts.iter().find(|part| part.name == name);
        part.map_or("", |part| {
            std::str::from_utf8(part.bytes).unwrap_or_default()
        })
        .trim()
    };
    if !bool::from(text("token").as_bytes().ct_eq(visitor.token.as_bytes())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let back = format!("/runs/{run}/drafts/{draft}");
    let file = parts.iter().find(|part| part.name == "image");
    let file = file.filter(|file| !file.bytes.is_empty());
    let alt = text("alt").to_owned();
    let why = match file {
        None => words::word("draft.no_image", visitor.language).to_owned(),
        Some(file) => {
            let request = Request::Attach {
                run: Some(run),
                draft,
                file: file.file.clone().unwrap_or_default(),
                bytes: STANDARD.encode(file.bytes),
                alt: match alt.as_str() {
                    "" => Vec::new(),
                    alt => vec![(None, alt.to_owned())],
                },
            };
            let answer = visitor.counter.answer(request, &visitor.person).await;
            let outcome = if answer.is_ok() { "done" } else { "refused" };
            tracing::info!(run, deed = "attach", outcome, "done on the pages");
            match answer {
                Ok(_) => return (paper::headers(), Redirect::to(&back)).into_response(),
                Err(NotDone::Refused(why)) => refusals::said(&why, visitor.language),
                Err(why) => return paper::out_of_order(&why),
            }
        }
    };
    let title = words::word("room.refused", visitor.language);
    let typed = [json!({ "name": words::word("draft.alt", visitor.language), "value": alt })];
    let data = json!({ "why": why, "back": back, "typed": typed });
    paper::page_with(StatusCode::CONFLICT, &visitor, "refused", title, data)
}

/// One field of a form with files (RFC 7578).
struct Part<'a> {
    name: String,
    /// Name of the file, without folders.
    file: Option<String>,
    bytes: &'a [u8],
}

/// What stands between the fields.
fn boundary(kind: &str) -> Option<&str> {
    let rest = kind.strip_prefix("multipart/form-data")?;
    let (_, mark) = rest.split_once("boundary=")?;
    let mark = mark.split(';').next().unwrap_or_default().trim_matches('"');
    (!mark.is_empty() && mark.len() <= 70).then_some(mark)
}

/// The fields of a form; what is no field is left out.
fn parts_of<'a>(body: &'a [u8], mark: &str) -> Vec<Part<'a>> {
    // Every mark but the first begins on a line of its own.
    let between = format!("\r\n--{mark}");
    let first = format!("--{mark}");
    let mut rest = match body.strip_prefix(first.as_bytes()) {
        Some(rest) => rest,
        None => return Vec::new(),
    };
    let mut parts = Vec::new();
    while let Some(inner) = rest.strip_prefix(b"\r\n") {
        let Some(end) = find(inner, between.as_bytes()) else {
            break;
        };
        parts.extend(part(&inner[..end]));
        rest = &inner[end + between.len()..];
    }
    parts
}

fn part(written: &[u8]) -> Option<Part<'_>> {
    let at = find(written, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&written[..at]).ok()?;
    let mut lines = head.split("\r\n");
    let about = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let value = |key: &str| {
        let begin = format!("; {key}=\"");
        let (_, rest) = about.split_once(&begin)?;
        // Browsers write a quotation mark in a name as %22.
        Some(rest.split('"').next().unwrap_or_default())
    };
    let file = value("filename").map(|file| {
        let plain = file.rsplit(['/', '\\']).next().unwrap_or_default();
        plain.to_owned()
    });
    Some(Part {
        name: value("name")?.to_owned(),
        file,
        bytes: &written[at + 4..],
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(step) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + step;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_read_and_what_is_none_is_left_out() {
        let kind = "multipart/form-data; boundary=\"x-7\"";
        let mark = boundary(kind).unwrap();
        let body = b"--x-7\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nDe deur\r\n--x-7\r\ncontent-disposition: form-data; name=\"image\"; filename=\"C:\\a\\deur.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--x\r\n--x-7--\r\n";
        let parts = parts_of(body, mark);
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].bytes),
            ("alt", &b"De deur"[..])
        );
        assert_eq!(parts[1].file.as_deref(), Some("deur.png"));
        assert_eq!(parts[1].bytes, b"\x89PNG\r\n\r\n--x");
        assert!(parts_of(b"--x-7\r\nfoo", mark).is_empty());
        assert!(parts_of(b"", mark).is_empty());
        assert!(boundary("application/x-www-form-urlencoded").is_none());
    }
}
