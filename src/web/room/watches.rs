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

/// Watches on one page.
const ON_A_PAGE: usize = 100;

/// Mentions on one page.
const LATEST: usize = 50;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/watches", get(list))
        .route("/watches/{watch}", get(show))
        .route("/watches/{watch}/mentions", get(read))
}

async fn list(RawQuery(query): RawQuery, visitor: Visitor) -> Response {
    let shown = visitor.counter.answer(Request::Status, &visitor.person);
    match shown.await {
        Ok(mut status) => {
            let page = asked(query.as_deref(), "page").and_then(|page| page.parse().ok());
            let wanted = asked(query.as_deref(), "q").unwrap_or_default();
            let shown = some_of(status["watches"].take(), wanted.trim(), page.unwrap_or(1));
            let title = words::word("watch.title", visitor.language);
            paper::page(&visitor, "watches", title, shown)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// The watches whose title has these words, those of one page.
fn some_of(watches: Value, wanted: &str, page: usize) -> Value {
    let watches = match watches {
        Value::Array(watches) => watches,
        _ => Vec::new(),
    };
    let n_all = watches.len();
    let low = wanted.to_lowercase();
    let has = |watch: &Value| {
        let names = ["title", "watch"].into_iter();
        let mut names = names.filter_map(|name| watch[name].as_str());
        names.any(|name| name.to_lowercase().contains(&low))
    };
    let found: Vec<Value> = watches.into_iter().filter(has).collect();
    let n_pages = found.len().div_ceil(ON_A_PAGE).max(1);
    let page = page.clamp(1, n_pages);
    let query = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !wanted.is_empty() {
            query.append_pair("q", wanted);
        }
        query.append_pair("page", &page.to_string());
        query.finish()
    };
    json!({
        "wanted": wanted,
        "is_long": n_all > ON_A_PAGE,
        "n_found": found.len(),
        "page": page,
        "n_pages": n_pages,
        "before": (page > 1).then(|| query(page - 1)),
        "after": (page < n_pages).then(|| query(page + 1)),
        "watches": found.into_iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE).collect::<Vec<_>>(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_shown_in_pages_and_searched() {
        let watches: Value = (0..250)
            .map(|number| json!({ "watch": format!("w{number}"), "title": format!("Zorg {number}") }))
            .collect();
        let first = some_of(watches.clone(), "", 1);
        assert_eq!(first["watches"].as_array().unwrap().len(), 100);
        assert_eq!(
            (&first["before"], &first["after"]),
            (&Value::Null, &json!("page=2"))
        );
        let last = some_of(watches.clone(), "", 99);
        assert_eq!(last["watches"].as_array().unwrap().len(), 50);
        assert_eq!(
            (&last["before"], &last["after"]),
            (&json!("page=2"), &Value::Null)
        );
        let found = some_of(watches, "ZORG 24", 1);
        assert_eq!(found["n_found"], 11);
        assert_eq!(found["watches"][0]["watch"], "w24");
        let none = some_of(json!([]), "x & y", 7);
        assert_eq!((&none["page"], &none["n_pages"]), (&json!(1), &json!(1)));
    }
}
