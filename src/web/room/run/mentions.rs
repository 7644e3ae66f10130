//! `/runs/N/mentions`: what people say, loudest or newest first, for who may read
//! it. The page does not renew itself: each reading is recorded.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::not_shown;
use crate::domain::mention::Platform;
use crate::domain::refusals;
use crate::domain::run::RunId;
use crate::engine::NotDone;
use crate::engine::mentions::{Order, Wanted, Whose};
use crate::engine::request::Request;
use crate::web::room::visitor::Visitor;
use crate::web::room::{paper, words};

/// As it stands in the address; what cannot be read is not asked for.
#[derive(Debug, Default)]
struct Asked {
    order: String,
    platform: String,
    kind: String,
    q: String,
    page: String,
}

impl Asked {
    fn of(query: Option<&str>) -> Self {
        let asked = |name| super::asked(query, name);
        Self {
            order: asked("order"),
            platform: asked("platform"),
            kind: asked("kind"),
            q: asked("q"),
            page: asked("page"),
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            order: match self.order.as_str() {
                "newest" => Order::Newest,
                _ => Order::Loudest,
            },
            platform: Platform::from_name(&self.platform),
            kind: match self.kind.as_str() {
                "own" => Whose::Own,
                "copies" => Whose::Copies,
                _ => Whose::All,
            },
            words: self.q.clone(),
            page: self.page.parse().unwrap_or_default(),
        }
    }

    /// The address of another page of the same.
    fn address(&self, run: RunId, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("order", &self.order),
            ("platform", &self.platform),
            ("kind", &self.kind),
            ("q", &self.q),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.append_pair("page", &page.to_string());
        format!("/runs/{run}/mentions?{}", query.finish())
    }
}

pub(super) async fn show(
    Path(run): Path<RunId>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Response {
    let asked = Asked::of(query.as_deref());
    let head = match super::look(&visitor, run).await {
        Ok(head) => head,
        Err(page) => return page,
    };
    let wanted = asked.wanted();
    let request = Request::Mentions {
        run: Some(run),
        wanted: wanted.clone(),
    };
    let answered = visitor.counter.answer(request, &visitor.person).await;
    let (status, found, why) = match answered {
        Ok(found) => (StatusCode::OK, found, Value::Null),
        Err(NotDone::Refused(why)) if head["may_read"] == true => {
            (StatusCode::UNPROCESSABLE_ENTITY, Value::Null, json!(why))
        }
        Err(NotDone::Refused(why)) => (StatusCode::FORBIDDEN, Value::Null, json!(why)),
        Err(why) => return not_shown(&visitor, run, &why),
    };
    let why = match why.as_str() {
        Some(said) => json!(refusals::said(said, visitor.language)),
        None => why,
    };
    let page = wanted.page.min(10_000);
    let has_more = found["more"] == true;
    let data = json!({
        "run": run,
        "run_title": head["title"],
        "open": head["open"],
        "may_read": head["may_read"],
        "platforms": chosen(&head["platforms"], "platform", &asked.platform),
        "why": why,
        "is_newest": wanted.order == Order::Newest,
        "is_own": wanted.kind == Whose::Own,
        "is_copies": wanted.kind == Whose::Copies,
        "q": asked.q,
        "found": found["found"],
        "since": found["since"],
        "mentions": found["mentions"],
        "before": (page > 0).then(|| asked.address(run, page - 1)),
        "after": has_more.then(|| asked.address(run, page + 1)),
        "here": asked.address(run, page),
    });
    let title = words::word("run.mentions", visitor.language);
    paper::page_with(status, &visitor, "run_mentions", title, data)
}

/// Marks the one that is chosen.
fn chosen(all: &Value, key: &str, asked: &str) -> Value {
    let mut all = all.clone();
    for one in all.as_array_mut().into_iter().flatten() {
        one["is_now"] = json!(one[key] == asked);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_was_asked_and_nothing_unsafe() {
        let asked = Asked {
            order: "newest".to_owned(),
            q: "brand & \"rook\"".to_owned(),
            page: "x".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.wanted().page, 0);
        assert_eq!(
            asked.address(3, 1),
            "/runs/3/mentions?order=newest&q=brand+%26+%22rook%22&page=1"
        );
    }
}
