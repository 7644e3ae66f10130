//! `/runs/N/dossier`: the dossier of a run as a file, for who may decide and may read
//! mentions; `?names=none` is the one without names. Who fetches it is on record.

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asked;
use crate::domain::access::Right;
use crate::domain::refusals;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::dossier::{Wanted, packed};
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn fetch(
    Path(run): Path<RunId>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Response {
    if let Some(page) = visitor.lacks(Right::Decide) {
        return page;
    }
    let wanted = Wanted {
        run,
        pseudonymise: asked(query.as_deref(), "names") == "none",
    };
    let made = visitor.counter.dossier(wanted, &visitor.person).await;
    let bytes = made.and_then(|dossier| packed(&dossier));
    match bytes {
        Ok(bytes) => {
            let name = wanted.name(visitor.counter.organisation.plane());
            let disposition = format!("attachment; filename=\"{name}\"");
            let disposition = HeaderValue::from_str(&disposition);
            let kind = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/gzip"),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    disposition.unwrap_or(HeaderValue::from_static("attachment")),
                ),
            ];
            tracing::info!(run, "a dossier was fetched");
            (paper::headers(), kind, bytes).into_response()
        }
        Err(NotDone::Refused(why)) => {
            let title = words::word("room.refused", visitor.language);
            let why = refusals::said(&why, visitor.language);
            let data = json!({ "why": why, "back": format!("/runs/{run}"), "typed": null });
            paper::page_with(StatusCode::FORBIDDEN, &visitor, "refused", title, data)
        }
        Err(why) => paper::out_of_order(&why),
    }
}
