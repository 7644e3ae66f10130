//! A form whose sender is not in any more, or is in anew: nothing is done with it, and
//! what they typed comes back to them, to be sent once they are in again.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::visitor::{Visitor, own_path};
use super::{Room, paper, words};
use crate::domain::text::Language;

/// Forms that may come back: what is done to a run, or to the house. Not the pages of
/// passwords.
const FORMS: [&str; 2] = ["/runs/", "/do/"];

/// Names and values of a form, in order.
type Fields = [(String, String)];

/// What stands on the page; `None` when nothing that a person types was typed, and for
/// forms that never come back.
fn page(path: &str, fields: &Fields, language: Language, is_in: bool) -> Option<Value> {
    if !FORMS.iter().any(|begin| path.starts_with(begin)) {
        return None;
    }
    let filled = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let typed: Vec<Value> = filled
        .filter_map(|(name, value)| {
            let name = words::typed(name, language)?;
            Some(json!({ "name": name, "value": value }))
        })
        .collect();
    if typed.is_empty() {
        return None;
    }
    let sent = fields.iter().filter(|(name, _)| name != "token");
    let sent: Vec<Value> = sent
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    Some(json!({
        "is_in": is_in,
        "typed": typed,
        "sent": sent,
        "path": path,
        "next": way_back(path, fields),
    }))
}

/// Where they were: what the form says, else the run, else the first page.
fn way_back(path: &str, fields: &Fields) -> String {
    let mut back = fields.iter().filter(|(name, _)| name == "back");
    let back = back.next().and_then(|(_, place)| own_path(place));
    let run = path.split("/do/").next().filter(|run| !run.is_empty());
    back.or(run).unwrap_or("/").to_owned()
}

/// The page for who is not in any more. `path`: where the form was sent.
pub(super) fn outside(room: &Room, path: &str, fields: &Fields) -> Option<Response> {
    let counter = room.counter.get();
    let language = counter.organisation.language;
    let mut data = page(path, fields, language, false)?;
    let next = data["next"].as_str().unwrap_or("/").to_owned();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", &next);
    data["enter"] = format!("/enter?{}", query.finish()).into();
    let title = words::word("kept.out", language);
    let status = StatusCode::UNAUTHORIZED;
    let page = paper::page_for_anybody(&counter, language, status, "kept", title, data);
    Some(page)
}

/// The page for who got in again since they opened the form: it is sent when they say so,
/// and not before, because another site may be behind it.
pub(super) fn again(visitor: &Visitor, path: &str, fields: &Fields) -> Option<Response> {
    let data = page(path, fields, visitor.language, true)?;
    let title = words::word("kept.in", visitor.language);
    let status = StatusCode::FORBIDDEN;
    Some(paper::page_with(status, visitor, "kept", title, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn what_was_typed_comes_back_but_no_password_and_no_token() {
        let note = fields(&[
            ("token", "t0k3n"),
            ("text", "druk"),
            ("back", "/runs/1?tab=log"),
        ]);
        let shown = page("/runs/1/do/note", &note, Language::Nl, false).unwrap();
        assert_eq!(
            shown["typed"],
            json!([{ "name": "Tekst", "value": "druk" }])
        );
        assert_eq!(shown["next"], "/runs/1?tab=log");
        assert!(!shown.to_string().contains("t0k3n"));
        // A button without words is no loss.
        let tick = fields(&[("task", "verify"), ("text", " ")]);
        assert!(page("/runs/1/do/task-done", &tick, Language::Nl, false).is_none());
        let password = fields(&[("old", "geheim"), ("name", "x")]);
        assert!(page("/account/password", &password, Language::Nl, true).is_none());
    }

    #[test]
    fn the_way_back_is_a_place_of_ours() {
        let to = |path: &str, back: &str| way_back(path, &fields(&[("back", back)]));
        assert_eq!(to("/runs/1/do/note", "//evil.example"), "/runs/1");
        assert_eq!(to("/runs/1/drafts/a", ""), "/runs/1/drafts/a");
        assert_eq!(to("/do/start", "/start"), "/start");
        assert_eq!(to("/do/start", ""), "/");
    }
}
