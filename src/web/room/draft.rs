//! `/runs/N/drafts/ID`: one draft as it is worked on: the questions it waits for, the
//! text with what review remarks in its place, and what releases it.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::draft_shown::{self, line, question};
use super::draft_typed::Typed;
use super::facts::{answer_facts, failed};
use super::visitor::{Posted, Visitor};
use super::{Room, paper, words};
use crate::domain::access::Right;
use crate::domain::run::RunId;
use crate::domain::run::draft::hash_of;
use crate::engine::NotDone;
use crate::engine::request::Request;

pub(super) fn routes() -> Router<Room> {
    Router::new()
        .route("/runs/{run}/drafts/{draft}", get(show).post(work))
        .route("/runs/{run}/drafts/{draft}/versions", get(versions))
}

/// What came of what somebody did, beside the draft as it is.
#[derive(Default)]
struct Came {
    typed: Typed,
    /// What the draft would be.
    preview: Option<Value>,
    /// Facts that were refused or cannot be read.
    trouble: Vec<Value>,
    /// Somebody else changed the text meanwhile.
    conflict: Option<Value>,
    /// Why the text was not saved.
    why: Option<String>,
}

async fn show(Path((run, draft)): Path<(RunId, String)>, visitor: Visitor) -> Response {
    page(&visitor, run, &draft, Came::default()).await
}

/// The one form of the page: everything that was typed comes with every button, so
/// that nothing is lost.
async fn work(Path((run, draft)): Path<(RunId, String)>, sent: Posted) -> Response {
    let Posted { visitor, fields } = sent;
    if let Some(page) = visitor.lacks(Right::Acknowledge) {
        return page;
    }
    let typed = Typed::new(fields);
    let what = match (typed.only(), typed.get("what")) {
        (Some(_), _) => "facts",
        (None, Some(what)) => what,
        (None, None) => "preview",
    };
    let done = match what {
        "facts" => save_facts(&visitor, run, typed).await,
        "edit" => save_text(&visitor, run, &draft, typed).await,
        _ => preview(&visitor, run, &draft, typed).await,
    };
    match done {
        Ok(Some(came)) => page(&visitor, run, &draft, came).await,
        Ok(None) => {
            let back = format!("/runs/{run}/drafts/{draft}");
            (paper::headers(), Redirect::to(&back)).into_response()
        }
        Err(why) => failed(&visitor, run, &why),
    }
}

/// `None`: all is saved, and nothing else was typed.
async fn save_facts(visitor: &Visitor, run: RunId, typed: Typed) -> Result<Option<Came>, NotDone> {
    let answered = answer_facts(visitor, run, &typed).await?;
    let is_more = answered.n_left > 0 || typed.text().is_some();
    let is_done = answered.refused.is_empty() && !is_more;
    let came = Came {
        typed,
        trouble: answered.refused,
        ..Came::default()
    };
    Ok((!is_done).then_some(came))
}

async fn save_text(
    visitor: &Visitor,
    run: RunId,
    draft: &str,
    typed: Typed,
) -> Result<Option<Came>, NotDone> {
    let mut came = Came::default();
    if let (Some(text), Some(base)) = (typed.text(), typed.base()) {
        let request = Request::WriteDraft {
            run: Some(run),
            draft: draft.to_owned(),
            base,
            text: text.to_owned(),
        };
        let answer = visitor.counter.answer(request, &visitor.person).await;
        let said = match &answer {
            Ok(answer) if answer["saved"] == true => "done",
            Ok(_) => "changed meanwhile",
            Err(_) => "refused",
        };
        tracing::info!(run, deed = "edit", outcome = said, "done on the pages");
        match answer {
            Ok(answer) if answer["saved"] == true => {
                let sheet = Request::Facts { run: Some(run) };
                let sheet = visitor.counter.answer(sheet, &visitor.person).await?;
                if typed.answers(&sheet, None).is_empty() {
                    return Ok(None);
                }
                came.typed = typed.without_text();
                return Ok(Some(came));
            }
            Ok(mut answer) => came.conflict = Some(answer["conflict"].take()),
            Err(why @ (NotDone::Refused(_) | NotDone::NotStored(_))) => {
                came.why = Some(why.to_string());
            }
            Err(why) => return Err(why),
        }
    } else {
        came.why = Some(words::word("draft.same", visitor.language).to_owned());
    }
    came.typed = typed;
    Ok(Some(came))
}

async fn preview(
    visitor: &Visitor,
    run: RunId,
    draft: &str,
    typed: Typed,
) -> Result<Option<Came>, NotDone> {
    let sheet = Request::Facts { run: Some(run) };
    let sheet = visitor.counter.answer(sheet, &visitor.person).await?;
    let answers = typed.answers(&sheet, None).into_iter();
    let request = Request::PreviewDraft {
        run: Some(run),
        draft: draft.to_owned(),
        facts: answers.map(|answer| (answer.fact, answer.value)).collect(),
        text: typed.text().map(str::to_owned),
    };
    let preview = visitor.counter.answer(request, &visitor.person).await?;
    let trouble = preview["unreadable"].as_array().cloned();
    Ok(Some(Came {
        typed,
        trouble: trouble.unwrap_or_default(),
        preview: Some(preview),
        ..Came::default()
    }))
}

async fn page(visitor: &Visitor, run: RunId, wanted: &str, came: Came) -> Response {
    match data(visitor, run, wanted, &came).await {
        Ok(data) => {
            let status = match (&came.conflict, &came.why, &came.trouble[..]) {
                (Some(_), ..) => StatusCode::CONFLICT,
                (_, None, []) => StatusCode::OK,
                // While typing much cannot be read yet.
                (_, None, _) if came.preview.is_some() => StatusCode::OK,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let name = data["draft"]["title"].as_str().unwrap_or_default();
            let channel = data["draft"]["channel_title"].as_str().unwrap_or_default();
            let title = format!("{name}: {channel}");
            paper::page_with(status, visitor, "draft", &title, data)
        }
        Err(why) => failed(visitor, run, &why),
    }
}

async fn data(visitor: &Visitor, run: RunId, wanted: &str, came: &Came) -> Result<Value, NotDone> {
    let ask = |request| visitor.counter.answer(request, &visitor.person);
    let draft = ask(Request::Draft {
        run: Some(run),
        draft: wanted.to_owned(),
        version: None,
    })
    .await?;
    let sheet = ask(Request::Facts { run: Some(run) }).await?;
    let language = visitor.language;
    let shown = line(&draft, language);
    let seen = came.preview.as_ref().unwrap_or(&draft);
    let typed_text = came.typed.text();
    let saved_text = draft["text"].as_str().unwrap_or_default();
    let merged = came
        .conflict
        .as_ref()
        .and_then(|one| one["merged"].as_str());
    let written = merged.or(typed_text).unwrap_or(saved_text);
    // Who goes on after a clash has seen what the other wrote.
    let base = match (&came.conflict, typed_text.and(came.typed.base())) {
        (Some(conflict), _) => conflict["version"].clone(),
        (None, Some(base)) => json!(base),
        (None, None) => draft["version"].clone(),
    };
    let text_hash = match (&came.conflict, typed_text, came.typed.get("text_hash")) {
        (None, Some(_), Some(hash)) => hash.to_owned(),
        _ => hash_of(saved_text.trim()),
    };
    let (open, known) = questions(&draft, &sheet, came, visitor);
    let tabs = draft["places"].as_array().into_iter().flatten();
    let approved = draft["approved"].as_array().into_iter().flatten();
    let mut approved = approved.filter(|one| one["by"] == visitor.person.as_str());
    let waits = || shown["waits"].as_array().into_iter().flatten();
    let waits_for = |what: &str| waits().any(|wait| wait["what"] == what);
    let is_stopped = waits_for("review");
    let alone = draft["alone"].as_str();
    let alone = alone.map(|alone| {
        let name = format!("draft.alone_{alone}");
        words::word(&name, language).to_owned()
    });
    let is_uncalled = waits_for("other") || waits_for("not_called");
    let is_unready = ["facts", "own_words", "choice", "promise"]
        .into_iter()
        .any(waits_for);
    let may_approve = waits().next().is_some() && !is_unready;
    Ok(json!({
        "run": run,
        "run_title": draft["run_title"],
        "open": draft["run_open"],
        "back": format!("/runs/{run}/drafts/{}", draft["draft"].as_str().unwrap_or_default()),
        "draft": shown,
        "alone": alone,
        "tabs": tabs.map(|one| line(one, language)).collect::<Vec<_>>(),
        "questions": open,
        "known": known,
        "pieces": draft_shown::text(seen["text"].as_str().unwrap_or_default(), &seen["remarks"]),
        "remarks": draft_shown::remarks(&seen["remarks"], language),
        "seen_length": draft_shown::length(&seen["length"], language),
        "is_over": seen["length"]["over"],
        "is_preview": came.preview.is_some(),
        "cannot": seen["failed"],
        "written": written,
        "is_written": written != saved_text,
        "base": base,
        "text_hash": text_hash,
        "conflict": came.conflict,
        "why": came.why,
        "n_trouble": if came.preview.is_some() { 0 } else { came.trouble.len() },
        "mine": approved.next().is_some(),
        "may_approve": may_approve,
        "needs_override": is_stopped,
        "needs_reason": is_uncalled,
        "may_publish": matches!(draft["state"].as_str(), Some("ready" | "published" | "changed")),
    }))
}

/// What this draft asks for: the questions that are open in the order that matters,
/// and what is known.
fn questions(
    draft: &Value,
    sheet: &Value,
    came: &Came,
    visitor: &Visitor,
) -> (Vec<Value>, Vec<Value>) {
    let list = |value: &Value| -> Vec<String> {
        let names = value.as_array().into_iter().flatten();
        let names = names.filter_map(Value::as_str);
        let head = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        names.map(head).collect()
    };
    let mut wanted = list(&draft["gaps"]);
    wanted.extend(list(&draft["used"]));
    let order = list(&sheet["open"]);
    let place = |row: &&Value| order.iter().position(|name| row["fact"] == name.as_str());
    let rows = sheet["facts"].as_array().into_iter().flatten();
    let mut rows: Vec<&Value> = rows
        .filter(|row| wanted.iter().any(|name| row["fact"] == name.as_str()))
        .collect();
    rows.sort_by_key(|row| place(row).unwrap_or(usize::MAX));
    // A promised time that has passed is asked for anew.
    let is_open = |row: &&Value| row["value"].is_null() || !row["passed"].is_null();
    let (open, known): (Vec<&Value>, Vec<&Value>) = rows.into_iter().partition(is_open);
    let shown = |rows: Vec<&Value>| -> Vec<Value> {
        let rows = rows.into_iter();
        rows.map(|row| question(row, &came.typed, &came.trouble, visitor.language))
            .collect()
    };
    (shown(open), shown(known))
}

/// The versions of a draft, and what changed between two of them.
async fn versions(
    Path((run, draft)): Path<(RunId, String)>,
    visitor: Visitor,
    place: Uri,
) -> Response {
    let asked = place.query().unwrap_or_default();
    let asked = |wanted: &str| {
        let mut fields = form_urlencoded::parse(asked.as_bytes());
        let found = fields.find(|(name, _)| name == wanted);
        found.and_then(|(_, value)| value.parse::<u32>().ok())
    };
    let (from, to) = (asked("from"), asked("to"));
    let request = Request::DraftHistory {
        run: Some(run),
        draft: draft.clone(),
    };
    let history = match visitor.counter.answer(request, &visitor.person).await {
        Ok(history) => history,
        Err(why) => return failed(&visitor, run, &why),
    };
    let request = Request::DraftDiff {
        run: Some(run),
        draft,
        from,
        to,
    };
    // A draft with one version has no difference to show.
    let difference = visitor.counter.answer(request, &visitor.person).await.ok();
    let title = words::word("draft.versions", visitor.language);
    let data = json!({
        "run": run,
        "draft": history["draft"],
        "versions": history["versions"],
        "difference": difference,
    });
    paper::page(&visitor, "draft_versions", title, data)
}
