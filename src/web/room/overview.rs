//! `/`: what is going on, at a glance.

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new().route("/", get(show))
}

async fn show(visitor: Visitor) -> Response {
    let asked = visitor.counter.answer(Request::Status, &visitor.person);
    match asked.await {
        Ok(status) => {
            let title = words::word("overview.title", visitor.language);
            paper::page(&visitor, "overview", title, status)
        }
        Err(why) => paper::out_of_order(&why),
    }
}
