//! Style and script of the room: files of ours, named by their hash so that a
//! browser may keep them, and nothing from anywhere else.

use std::io::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
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

/// The same, small enough for a phone in a corridor; in the order of `FILES`. Pages
/// are not sent so: what they hold of strangers beside a secret would show its length.
static PACKED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let packed = FILES.iter().map(|(_, content, _)| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        // To memory, so nothing goes wrong.
        let _ = packer.write_all(content.as_bytes());
        packer.finish().unwrap_or_default()
    });
    packed.collect()
});

fn takes_gzip(headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let mut kinds = asked
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|kind| kind.trim().split_once(';').unwrap_or((kind.trim(), "")));
    kinds.any(|(kind, weight)| {
        let is_refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        kind.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

async fn show(Path((_, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let place = FILES.iter().position(|(known, _, _)| *known == name);
    let Some(place) = place else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (_, content, kind) = FILES[place];
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, fixed(kind)),
        (
            header::CACHE_CONTROL,
            fixed("public, max-age=31536000, immutable"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::VARY, fixed("accept-encoding")),
    ];
    match PACKED.get(place).filter(|_| takes_gzip(&asked)) {
        Some(packed) => {
            let how = [(header::CONTENT_ENCODING, fixed("gzip"))];
            (headers, how, packed.as_slice()).into_response()
        }
        None => (headers, content).into_response(),
    }
}
