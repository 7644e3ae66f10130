//! The buttons of the pages: a form comes in, a request goes to the engine, and the
//! browser goes back to where it was, so that reloading does nothing again.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::deeds::{self, Because};
use super::visitor::{Posted, Visitor, own_path};
use super::{Room, paper, words};
use crate::domain::refusals;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;

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
            let field = words::typed(wrong.field, visitor.language);
            let field = field.unwrap_or_else(|| wrong.field.to_owned());
            let why = words::word(name, visitor.language).replace("{field}", &field);
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
            let titles = titles(visitor, run).await;
            let title = |key: &str| titles.get(key).cloned();
            let why = refusals::titled(&why.to_string(), visitor.language, &title);
            refused(&posted, StatusCode::CONFLICT, &why, &back)
        }
        Err(why) => {
            let why = refusals::said(&why.to_string(), visitor.language);
            refused(&posted, StatusCode::SERVICE_UNAVAILABLE, &why, &back)
        }
    }
}

/// What the reader knows the things of a run by: titles, by their keys.
async fn titles(visitor: &Visitor, run: Option<RunId>) -> BTreeMap<String, String> {
    let counter = &visitor.counter;
    let mut titles = BTreeMap::new();
    let people = counter.organisation.team.iter();
    titles.extend(people.map(|one| (one.key.clone(), one.name.clone())));
    let own = counter.organisation.language;
    let watches = counter.organisation.watches.iter();
    titles.extend(watches.map(|watch| {
        let title = watch.title.get(visitor.language.tag(), own);
        (watch.key.clone(), title.to_owned())
    }));
    let request = Request::Run {
        run,
        language: None,
        quotes: false,
    };
    let Ok(shown) = counter.answer(request, &visitor.person).await else {
        return titles;
    };
    let lists = [
        (&shown["roles"], "role", "title"),
        (&shown["levels"], "level", "title"),
        (&shown["questions"], "question", "ask"),
        (&shown["ending"]["checklist"], "entry", "text"),
        (&shown["items"], "item", "title"),
    ];
    for (list, key, title) in lists {
        let rows = list.as_array().into_iter().flatten();
        let rows = rows.filter_map(|row| Some((row[key].as_str()?, row[title].as_str()?)));
        titles.extend(rows.map(|(key, title)| (key.to_owned(), title.to_owned())));
    }
    titles
}

/// Why not, with all that was typed, so that nothing is lost.
fn refused(posted: &Posted, status: StatusCode, why: &str, back: &str) -> Response {
    paper::refused(&posted.visitor, status, why, back, &posted.fields)
}

#[cfg(test)]
mod tests {
    use crate::domain::text::Language;
    use crate::web::room::deeds::{self, Kind};
    use crate::web::room::words;

    #[test]
    fn whatever_a_person_types_comes_back_with_a_word_for_it() {
        let fields = deeds::all().flat_map(|deed| deed.fields);
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
