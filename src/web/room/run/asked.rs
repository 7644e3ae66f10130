//! `/runs/N/asked`: questions that many people ask, and people who praise us, for
//! who may read it. The page does not renew itself: each reading is recorded.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{look, not_shown};
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::request::Request;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

/// Two people may ask the same by chance.
const LEAST: usize = 3;

pub(super) async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let head = match look(&visitor, run).await {
        Ok(head) => head,
        Err(page) => return page,
    };
    let recurring = Request::Recurring {
        run: Some(run),
        least: LEAST,
    };
    let found = visitor.counter.answer(recurring, &visitor.person).await;
    let praise = match &found {
        Ok(_) => {
            let praise = Request::Compliments { run: Some(run) };
            visitor.counter.answer(praise, &visitor.person).await
        }
        // Refused once is refused, and recorded once.
        Err(_) => Ok(Value::Null),
    };
    let (status, found, praise) = match (found, praise) {
        (Ok(found), Ok(praise)) => (StatusCode::OK, found, praise),
        (Err(NotDone::Refused(_)), _) => (StatusCode::FORBIDDEN, Value::Null, Value::Null),
        (Err(why), _) | (_, Err(why)) => return not_shown(&visitor, run, &why),
    };
    let data = json!({
        "run": run,
        "open": head["open"],
        "may_read": head["may_read"],
        "roles": head["roles"],
        "recurring": found["recurring"],
        "compliments": praise["compliments"],
    });
    let title = words::word("answering.asked", visitor.language);
    paper::page_with(status, &visitor, "run_asked", title, data)
}
