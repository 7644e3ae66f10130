//! `/duty`: who is on duty the next two weeks, and `/drills`: what was practised.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{Room, paper, words};
use crate::engine::request::Request;

/// How far ahead is shown.
const DAYS: u32 = 14;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/duty", get(show))
        .route("/drills", get(drills))
}

async fn show(visitor: Visitor) -> Response {
    let request = Request::Duty { days: DAYS };
    match visitor.counter.answer(request, &visitor.person).await {
        Ok(rows) => {
            let title = words::word("duty.title", visitor.language);
            let data = json!({ "roles": by_role(&rows) });
            paper::page(&visitor, "duty", title, data)
        }
        Err(why) => paper::out_of_order(&why),
    }
}

/// The stretches of one role together, in the order of the roles.
fn by_role(rows: &Value) -> Vec<Value> {
    let mut roles: Vec<Value> = Vec::new();
    for row in rows.as_array().into_iter().flatten() {
        let same = roles.iter_mut().find(|role| role["role"] == row["role"]);
        match same.and_then(|role| role["stretches"].as_array_mut()) {
            Some(stretches) => {
                let mut later = row.clone();
                later["is_now"] = false.into();
                stretches.push(later);
            }
            None => {
                let mut first = row.clone();
                first["is_now"] = true.into();
                roles.push(json!({
                    "role": row["role"],
                    "title": row["title"],
                    "stretches": [first],
                }));
            }
        }
    }
    roles
}

async fn drills(visitor: Visitor) -> Response {
    let asked = visitor.counter.answer(Request::Drills, &visitor.person);
    match asked.await {
        Ok(shown) => {
            let title = words::word("drills.title", visitor.language);
            paper::page(&visitor, "drills", title, shown)
        }
        Err(why) => paper::out_of_order(&why),
    }
}
