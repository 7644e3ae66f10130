//! How the drafting pages show things: facts as questions, a text with its remarks
//! in their places, and where a draft stands in words.

use std::ops::Range;

use serde_json::{Value, json};

use super::draft_typed::{Typed, in_field};
use super::words::word;
use crate::domain::review::marked::pieces;
use crate::domain::revision::gaps;
use crate::domain::run::draft::short_hash;
use crate::domain::text::Language;
use crate::domain::words::Words;

/// Words with `{key}` filled in.
pub(super) fn say(name: &str, language: Language, values: &[(&str, &str)]) -> String {
    let mut text = word(name, language).to_owned();
    for (key, value) in values {
        text = text.replace(&format!("{{{key}}}"), value);
    }
    text
}

/// A row of the fact sheet as a question with a field. `trouble` is what was refused
/// or could not be read, as the core lists it.
pub(super) fn question(row: &Value, typed: &Typed, trouble: &[Value], language: Language) -> Value {
    let fact = row["fact"].as_str().unwrap_or_default();
    let kind = row["kind"].as_str().unwrap_or_default();
    let known = in_field(&row["value"], kind);
    let trouble = trouble.iter().find(|one| one["fact"] == row["fact"]);
    let is_changed = trouble.is_some_and(|one| one["changed"] == true);
    let error = trouble.map(|one| {
        let is_told = typed
            .of_fact("as_of", fact)
            .is_some_and(|at| !at.trim().is_empty());
        match (is_changed, is_told) {
            (true, _) => {
                let by = one["by_name"].as_str().unwrap_or_default();
                let now = in_field(&one["value"], kind);
                say("facts.changed", language, &[("by", by), ("value", &now)])
            }
            (false, true) => word("facts.bad_any", language).to_owned(),
            (false, false) => word(&format!("facts.bad_{kind}"), language).to_owned(),
        }
    });
    let written = typed.of_fact("value", fact).map(str::trim);
    let is_typed = written.is_some_and(|written| written != known && !written.is_empty());
    let is_open = is_typed || trouble.is_some();
    let part = |part: &str| {
        let typed = typed.of_fact(part, fact).filter(|_| is_open);
        typed.unwrap_or_default().to_owned()
    };
    // After a clash they have seen what is there now.
    let was = match is_typed && !is_changed {
        true => typed.before(fact),
        false => row["value"].clone(),
    };
    json!({
        "fact": fact,
        "ask": row["ask"].as_str().unwrap_or(fact),
        "kind": kind,
        "role": row["role_title"],
        "mine": row["mine"],
        "told_by": row["told_by"],
        "waiting": row["drafts_waiting"],
        "is_known": !row["value"].is_null(),
        "value": if is_typed { written.unwrap_or_default() } else { &known },
        "is_typed": is_typed,
        "source_typed": part("source"),
        "as_of_typed": part("as_of"),
        "was": was.to_string(),
        "by": row["by_name"],
        "at": row["at"],
        "source": row["source"],
        "as_of": row["as_of"],
        "passed": row["passed"],
        "error": error,
    })
}

/// The sign beside the words, for who cannot tell colours apart.
fn sign(severity: &str) -> &'static str {
    match severity {
        "block" => "✖",
        "warn" => "▲",
        _ => "●",
    }
}

/// Remarks with numbers, as a list.
pub(super) fn remarks(remarks: &Value, language: Language) -> Vec<Value> {
    let all = remarks.as_array().into_iter().flatten().enumerate();
    let shown = all.map(|(index, remark)| {
        let severity = remark["severity"].as_str().unwrap_or_default();
        let end = remark["end"].as_u64().unwrap_or_default();
        let start = remark["start"].as_u64().unwrap_or_default();
        json!({
            "n": index + 1,
            "severity": severity,
            "sign": sign(severity),
            "weight": word(&format!("draft.{severity}"), language),
            "message": remark["message"],
            "advice": remark["advice"],
            "rule": remark["rule"],
            "overridden": remark["overridden"].as_bool().unwrap_or_default(),
            "has_place": end > start,
        })
    });
    shown.collect()
}

/// A text in pieces: each with the weight of the heaviest remark on it (or `gap`),
/// and the remarks that begin there.
pub(super) fn text(text: &str, remarks: &Value) -> Vec<Value> {
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    let all: Vec<&Value> = remarks.as_array().into_iter().flatten().collect();
    let span = |remark: &&Value| -> Range<usize> {
        let (start, end) = (number(&remark["start"]), number(&remark["end"]));
        start.unwrap_or(0)..end.unwrap_or(0)
    };
    let mut spans: Vec<Range<usize>> = all.iter().map(span).collect();
    for gap in gaps(text) {
        let long = gap.chars().count();
        let places = text.match_indices(gap);
        spans.extend(places.map(|(at, _)| {
            let start = text[..at].chars().count();
            start..start + long
        }));
    }
    let shown = pieces(text, &spans).into_iter().map(|piece| {
        let weights = piece.spans.iter().map(|index| {
            let remark = all
                .get(*index)
                .and_then(|remark| remark["severity"].as_str());
            remark.unwrap_or("gap")
        });
        let rank = |weight: &&str| {
            ["note", "warn", "gap", "block"]
                .iter()
                .position(|one| one == weight)
        };
        let weight = weights.max_by_key(rank);
        let begins = piece.begins.iter().filter_map(|index| {
            let severity = all.get(*index)?["severity"].as_str()?;
            Some(json!({ "n": index + 1, "sign": sign(severity) }))
        });
        json!({
            "text": piece.text,
            "weight": weight,
            "begins": begins.collect::<Vec<_>>(),
        })
    });
    shown.collect()
}

/// How long a text is on its channel, in words.
pub(super) fn length(length: &Value, language: Language) -> String {
    let number = |name: &str| length[name].as_u64().map(|n| n.to_string());
    let used = number("used").unwrap_or_default();
    let mut shown = match number("limit") {
        Some(limit) => say(
            "draft.length_of",
            language,
            &[("used", &used), ("limit", &limit)],
        ),
        None => say("draft.length", language, &[("used", &used)]),
    };
    if let Some(parts) = number("parts").filter(|parts| parts != "1") {
        shown.push_str(&say("draft.parts", language, &[("parts", &parts)]));
    }
    if length["over"] == true {
        shown.push_str(word("draft.too_long", language));
    }
    shown
}

/// What a draft waits for, a sentence each.
fn wait(wait: &Value, language: Language) -> Value {
    let text = |name: &str| wait[name].as_str().unwrap_or_default();
    let number = |name: &str| wait[name].as_u64().unwrap_or_default().to_string();
    let said = match text("what") {
        "choice" => say("draft.wait_choice", language, &[("n", &number("n"))]),
        "facts" => {
            let n_facts = wait["facts"].as_array().map_or(0, Vec::len).to_string();
            say("draft.wait_facts", language, &[("n", &n_facts)])
        }
        "own_words" => word("draft.wait_own_words", language).to_owned(),
        "hold" => say(
            "draft.wait_hold",
            language,
            &[("by", text("by")), ("reason", text("reason"))],
        ),
        "review" => say("draft.wait_review", language, &[("n", &number("n"))]),
        "partner" => say("draft.wait_partner", language, &[("title", text("title"))]),
        "approval" => {
            let people = wait["people"].as_array().into_iter().flatten();
            let people: Vec<&str> = people.filter_map(Value::as_str).collect();
            let people = people.join(", ");
            say(
                "draft.wait_approval",
                language,
                &[("title", text("title")), ("people", &people)],
            )
        }
        "not_called" => word("draft.wait_not_called", language).to_owned(),
        "needs" => {
            let items = wait["items"].as_array().into_iter().flatten();
            let items: Vec<&str> = items.filter_map(Value::as_str).collect();
            say(
                "draft.wait_needs",
                language,
                &[("items", &items.join(", "))],
            )
        }
        "promise" => {
            let name = match wait["proposed"].is_null() {
                true => "draft.wait_promise",
                false => "draft.wait_promise_next",
            };
            let known = [("was", text("was")), ("next", text("proposed"))];
            say(name, language, &known)
        }
        "pause" => say("draft.wait_pause", language, &[("n", &number("seconds"))]),
        // The core's own words; they are English.
        _ => text("why").to_owned(),
    };
    json!({ "what": wait["what"], "says": said, "partner": wait["partner"] })
}

/// A draft of the list, or a tab: what `Request::Drafts` shows, with words.
pub(super) fn line(draft: &Value, language: Language) -> Value {
    let mut shown = draft.clone();
    let state = draft["state"].as_str().unwrap_or_default();
    shown["state_says"] = word(&format!("draft.state_{state}"), language).into();
    let tag = draft["language"].as_str().unwrap_or_default();
    shown["language_says"] = Words::new(language, "UTC").language(tag).into();
    shown["length_says"] = length(&draft["length"], language).into();
    shown["hash_short"] = short_hash(draft["hash"].as_str().unwrap_or_default()).into();
    shown["item"] = item(draft).into();
    let waits = draft["waits_for"].as_array().into_iter().flatten();
    shown["waits"] = waits.map(|one| wait(one, language)).collect();
    shown
}

/// Which message, case or correction a draft is of.
pub(super) fn item(draft: &Value) -> &str {
    let text = |name: &str| draft[name].as_str().unwrap_or_default();
    let end = format!(".{}.{}", text("channel"), text("language"));
    text("draft").strip_suffix(&end).unwrap_or(text("draft"))
}
