//! Style and script of the room: files of ours, named by their hash so that a
//! browser may keep them, and nothing from anywhere else.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use super::Room;
use crate::domain::hex::hex;

/// Name, content, and what it is.
const FILES: [(&str, &str, &str); 4] = [
    (
        "icon.svg",
        include_str!("../../../templates/web/room/icon.svg"),
        "image/svg+xml",
    ),
    (
        "room.css",
        include_str!("../../../templates/web/room/room.css"),
        "text/css; charset=utf-8",
    ),
    (
        "room.js",
        include_str!("../../../templates/web/room/room.js"),
        "text/javascript; charset=utf-8",
    ),
    (
        "draft.js",
        include_str!("../../../templates/web/room/draft.js"),
        "text/javascript; charset=utf-8",
    ),
];

/// Changes whenever a file does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    FILES
        .iter()
        .for_each(|(_, content, _)| hasher.update(content));
    hex(&hasher.finalize()[..6])
});

/// What stands before the name in an address.
pub(super) fn version() -> &'static str {
    &VERSION
}

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/assets/{version}/{name}", get(show))
}

async fn show(Path((_, name)): Path<(String, String)>) -> Response {
    let found = FILES.iter().find(|(known, _, _)| *known == name);
    let Some((_, content, kind)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed(kind)),
        (
            header::CACHE_CONTROL,
            fixed("public, max-age=31536000, immutable"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
    ];
    (headers, *content).into_response()
}
