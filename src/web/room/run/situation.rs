//! `/runs/N/situation`: the environment analysis. What people need, rumours with what
//! we know of them, quotes for readers, and the same as text to copy.

use axum::extract::Path;
use axum::response::Response;

use super::not_shown;
use crate::domain::run::RunId;
use crate::engine::request::Request;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

pub(super) async fn show(Path(run): Path<RunId>, visitor: Visitor) -> Response {
    let request = Request::Situation {
        run: Some(run),
        make: false,
        language: Some(visitor.language),
    };
    match visitor.counter.answer(request, &visitor.person).await {
        Ok(shown) => {
            let title = words::word("situation.title", visitor.language);
            paper::page(&visitor, "situation", title, shown)
        }
        Err(why) => not_shown(&visitor, run, &why),
    }
}
