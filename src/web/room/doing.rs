//! The buttons of the pages: a form comes in, a request goes to the engine, and the
//! browser goes back to where it was, so that reloading does nothing again.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde_json::json;

use super::deeds::{self, Because};
use super::visitor::{Posted, own_path};
use super::{Room, paper, words};
use crate::domain::refusals;
use crate::domain::run::RunId;
use crate::engine::NotDone;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/runs/{run}/do/{deed}", post(to_run))
        .route("/do/{deed}", post(to_house))
}

async fn to_run(Path((run, deed)): Path<(RunId, String)>, posted: Posted) -> Response {
    carry_out(Some(run), &deed, posted).await
}

async fn to_house(Path(deed): Path<String>, posted: Posted) -> Response {
    carry_out(None, &deed, posted).await
}

/// Where to go on: a place of ours, or where the run is.
fn back(posted: &Posted, run: Option<RunId>) -> String {
    let fields = posted.fields.iter();
    let mut asked = fields.filter(|(name, _)| name == "back");
    let asked = asked.next().map(|(_, place)| place.as_str());
    match (asked.and_then(own_path), run) {
        (Some(place), _) => place.to_owned(),
        (None, Some(run)) => format!("/runs/{run}"),
        (None, None) => "/".to_owned(),
    }
}

async fn carry_out(run: Option<RunId>, name: &str, posted: Posted) -> Response {
    let visitor = &posted.visitor;
    let Some(deed) = deeds::find(name, run.is_some()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Some(page) = visitor.lacks(deed.right) {
        return page;
    }
    let back = back(&posted, run);
    let request = match deed.request(run, &posted.fields) {
        Ok(request) => request,
        Err(wrong) => {
            let name = match wrong.because {
                Because::Missing => "room.missing",
                Because::Unreadable => "room.unreadable",
            };
            let why = words::word(name, visitor.language).replace("{field}", wrong.field);
            return refused(&posted, StatusCode::UNPROCESSABLE_ENTITY, &why, &back);
        }
    };
    let outcome = visitor.counter.answer(request, &visitor.person).await;
    let said = match &outcome {
        Ok(_) => "done",
        Err(NotDone::Refused(_) | NotDone::NoReply(_)) => "refused",
        Err(NotDone::Stopping | NotDone::NotStored(_)) => "not stored",
    };
    tracing::info!(run, deed = name, outcome = said, "done on the pages");
    match outcome {
        Ok(done) => {
            // What was started is where one wants to be.
            let started = done["run"].as_u64().filter(|_| name == "start");
            let back = started.map_or(back, |run| format!("/runs/{run}"));
            (paper::headers(), Redirect::to(&back)).into_response()
        }
        Err(why @ (NotDone::Refused(_) | NotDone::NoReply(_))) => {
            let why = refusals::said(&why.to_string(), visitor.language);
            refused(&posted, StatusCode::CONFLICT, &why, &back)
        }
        Err(why) => {
            let why = refusals::said(&why.to_string(), visitor.language);
            refused(&posted, StatusCode::SERVICE_UNAVAILABLE, &why, &back)
        }
    }
}

/// Why not, with all that was typed, so that nothing is lost.
fn refused(posted: &Posted, status: StatusCode, why: &str, back: &str) -> Response {
    let visitor = &posted.visitor;
    let typed = posted
        .fields
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    let typed: Vec<_> = typed
        .filter_map(|(name, value)| {
            let name = words::typed(name, visitor.language)?;
            Some(json!({ "name": name, "value": value }))
        })
        .collect();
    let data = json!({ "why": why, "back": back, "typed": typed });
    let title = words::word("room.refused", visitor.language);
    paper::page_with(status, visitor, "refused", title, data)
}

#[cfg(test)]
mod tests {
    use crate::domain::text::Language;
    use crate::web::room::deeds::{DEEDS, Kind};
    use crate::web::room::words;

    #[test]
    fn whatever_a_person_types_comes_back_with_a_word_for_it() {
        let fields = DEEDS.iter().flat_map(|deed| deed.fields);
        for field in fields {
            let is_written = matches!(
                field.kind,
                Kind::Text | Kind::Moment | Kind::Duration | Kind::Several
            );
            let has_words = words::typed(field.name, Language::Nl).is_some();
            // Which text was read is ours to know.
            let is_typed = is_written && field.name != "hash";
            assert_eq!(has_words, is_typed, "{}", field.name);
        }
        let fact = words::typed("fact.where", Language::En);
        assert_eq!(fact.as_deref(), Some("Answer (where)"));
    }
}
