//! `/watches`: how each watch stands against its usual, one watch over a longer
//! time, and its latest mentions for who may read them.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::overview::{asked, words_of};
use super::visitor::Visitor;
use super::{Room, paper, picture, words};
use crate::domain::chart::figure;
use crate::engine::NotDone;
use crate::engine::request::Request;

/// What can be chosen, in hours, with its words.
const SPANS: [(u32, &str); 3] = [
    (24, "watch.day"),
    (168, "watch.week"),
    (672, "watch.four_weeks"),
];

/// Mentions on one page.
const LATEST: usize = 50;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/watches", get(list))
        .route("/watches/{watch}", get(show))
        .route("/watches/{watch}/mentions", get(read))
}

async fn list(visitor: Visitor) -> Response {
    let asked = visitor.counter.answer(Request::Status, &visitor.person);
    match asked.await {
        Ok(status) => {
            let title = words::word("watch.title", visitor.language);
            paper::page(&visitor, "watches", title, status)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

async fn show(Path(watch): Path<String>, RawQuery(query): RawQuery, visitor: Visitor) -> Response {
    let wanted = asked(query.as_deref(), "hours");
    let wanted = wanted.and_then(|hours| hours.parse::<u32>().ok());
    let known = SPANS.iter().find(|(hours, _)| wanted == Some(*hours));
    let (hours, _) = known.unwrap_or(&SPANS[0]);
    let request = Request::Curve {
        watch: watch.clone(),
        hours: *hours,
    };
    let mut shown = match visitor.counter.answer(request, &visitor.person).await {
        Ok(shown) => shown,
        Err(NotDone::Refused(_)) => return none(&visitor),
        Err(why) => return paper::out_of_order(&why),
    };
    let mut chart = picture::chart_of(&shown, "curve", words_of(&visitor));
    chart.size = (640, 260);
    shown["chart"] = figure(&chart).into();
    let spans = SPANS.iter().map(|(choice, name)| {
        json!({
            "hours": choice,
            "title": words::word(name, visitor.language),
            "is_chosen": choice == hours,
        })
    });
    shown["spans"] = spans.collect();
    let watches = &visitor.counter.organisation.watches;
    let found = watches.iter().find(|one| one.key == watch);
    shown["query"] = found.map_or("", |one| &one.query).into();
    shown["ignore"] = json!(found.map(|one| &one.ignore));
    let title = shown["title"].as_str().unwrap_or_default().to_owned();
    paper::page(&visitor, "watch", &title, shown)
}

fn none(visitor: &Visitor) -> Response {
    let title = words::word("watch.none", visitor.language);
    paper::page_with(StatusCode::NOT_FOUND, visitor, "no_watch", title, json!({}))
}

async fn read(Path(watch): Path<String>, visitor: Visitor) -> Response {
    let request = Request::Latest {
        watch: watch.clone(),
        limit: LATEST,
    };
    if !visitor
        .counter
        .organisation
        .watches
        .iter()
        .any(|one| one.key == watch)
    {
        return none(&visitor);
    }
    let title = words::word("watch.mentions", visitor.language);
    let shown = visitor.counter.answer(request, &visitor.person).await;
    let (status, shown) = match shown {
        Ok(shown) => (StatusCode::OK, shown),
        Err(NotDone::Refused(_)) => {
            let data = json!({ "watch": watch, "title": watch, "mentions": Value::Null });
            (StatusCode::FORBIDDEN, data)
        }
        Err(why) => return paper::out_of_order(&why),
    };
    paper::page_with(status, &visitor, "mentions", title, shown)
}
