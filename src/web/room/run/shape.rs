//! Puts what a run is shown as in the order of the page: whose tasks come first,
//! what of the log is wanted, which signs go with a level.

use serde_json::{Value, json};

use crate::domain::plane::NO_PART;

/// What can be seen of the log, the first when nothing is asked: the short
/// version, everything, or one kind of line.
pub(super) const LOGS: [&str; 6] = ["key", "all", "decision", "fact", "publication", "note"];

/// Lines of the log on the page of a run; the whole log is a page of its own.
const MOST_LINES: usize = 60;

/// Alerts that reached nobody, each person and reason once. Who does not take part in
/// a drill is no fault of anything.
fn unreached(alerts: &[Value]) -> Vec<&Value> {
    let mut failed: Vec<&Value> = Vec::new();
    for alert in alerts {
        let is_like =
            |one: &&Value| one["name"] == alert["name"] && one["trouble"] == alert["trouble"];
        let is_fault = alert["state"] == "failed" && alert["trouble"] != NO_PART;
        if is_fault && !failed.iter().any(is_like) {
            failed.push(alert);
        }
    }
    failed
}

/// Adds `look` to a run, and takes away what the page does not show.
pub(super) fn run(shown: &mut Value, log: &str, person: &str, others: &Value) {
    let (groups, later, settled) = tasks(shown);
    let alerts = shown["alerts"].as_array().cloned().unwrap_or_default();
    let alerts: Vec<Value> = alerts.into_iter().rev().map(alert).collect();
    let failed = unreached(&alerts);
    let (log, lines, n_more) = log_lines(shown, log);
    let filters = LOGS.map(
        |name| json!({ "name": name, "word": format!("run.log_{name}"), "is_now": name == log }),
    );
    let answers = shown["answers"].as_array();
    let has =
        |is_so: &dyn Fn(&Value) -> bool| answers.is_some_and(|answers| answers.iter().any(is_so));
    let phases = list(&shown["phases"]);
    let number = shown["run"].as_u64();
    let others: Vec<&Value> = list(others)
        .iter()
        .filter(|other| other["open"] == true && other["run"].as_u64() != number)
        .collect();
    let look = json!({
        "level_rank": shown["level_rank"],
        "is_top": list(&shown["levels"]).last().is_some_and(|top| top["is_now"] == true),
        "groups": groups,
        "later": later,
        "settled": settled,
        "alerts": alerts,
        "failed": failed,
        "log": log,
        "lines": lines,
        "more": n_more,
        "filters": filters,
        "asks_me": has(&|answer| answer["mine"] == true && answer["answered_by"].is_null()),
        "is_missing": has(&|answer| answer["answered_by"].is_null()),
        "has_me": has(&|answer| answer["answered_by"] == person),
        "has_closed_phase": phases.iter().any(|phase| phase["open"] == false),
        "ticks_open": list(&shown["ending"]["checklist"]).iter().any(|entry| entry["at"].is_null()),
        "others": others,
        "outcome": shown["ending"]["outcome"].as_str().map(|name| format!("run.was_{name}")),
        "calm": is_calm(shown),
        "n_failed_drafts": shown["failed_drafts"].as_object().map_or(0, |failed| failed.len()),
    });
    if let Some(fields) = shown.as_object_mut() {
        for unseen in ["story", "items", "alerts", "marks", "curve"] {
            fields.remove(unseen);
        }
        fields.insert("look".to_owned(), look);
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Nothing late, nobody missing, nothing blind and no promise broken.
fn is_calm(shown: &Value) -> bool {
    let first = &shown["first"];
    let is_empty = |value: &Value| list(value).is_empty();
    is_empty(&first["late"])
        && is_empty(&first["missing"])
        && is_empty(&shown["ending"]["blind"])
        && first["promise_late"] != true
        && shown["open"] == true
        && first["due"].is_null()
        && first["promise_at"].is_null()
}

/// What is open by role, with what is the reader's first; what is not called for
/// yet; what is finished, the latest first.
fn tasks(shown: &Value) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let mut groups: Vec<(Option<String>, Vec<Value>)> = vec![(None, Vec::new())];
    let (mut later, mut settled) = (Vec::new(), Vec::new());
    for item in list(&shown["items"]) {
        let item = with_signs(item.clone());
        match item["state"].as_str() {
            Some("open") if item["mine"] == true => groups[0].1.push(item),
            Some("open") => {
                let role = item["role_title"].as_str().map(str::to_owned);
                match groups.iter_mut().find(|(known, _)| *known == role) {
                    Some((_, items)) => items.push(item),
                    None => groups.push((role, vec![item])),
                }
            }
            Some("not_yet") => later.push(item),
            _ => settled.push(item),
        }
    }
    settled.sort_by(|one, other| {
        let at = |item: &Value| item["settled_at"].as_str().unwrap_or_default().to_owned();
        at(other).cmp(&at(one))
    });
    let groups = groups.into_iter().filter(|(_, items)| !items.is_empty());
    let groups = groups.map(|(role, items)| json!({ "role": role, "items": items }));
    (groups.collect(), later, settled)
}

/// What kind of thing it is, for the template.
pub(super) fn with_signs(mut item: Value) -> Value {
    for kind in ["task", "question", "message"] {
        item[format!("is_{kind}")] = json!(item["kind"] == kind);
    }
    let is_waiting = !list(&item["waits_says"]).is_empty();
    item["is_open"] = json!(item["state"] == "open");
    item["is_skipped"] = json!(item["state"] == "skipped");
    let is_undoable =
        item["is_skipped"] == true || item["state"] == "done" && item["kind"] == "task";
    item["is_undoable"] = json!(is_undoable);
    item["is_ready"] = json!(item["state"] == "open" && !is_waiting);
    let waits = list(&item["waits_for"]).iter();
    let needs_facts = waits
        .filter_map(Value::as_str)
        .any(|one| one.starts_with("fact "));
    item["needs_facts"] = json!(needs_facts);
    item
}

fn alert(mut alert: Value) -> Value {
    let what = alert["what"].as_str().unwrap_or("alert").to_owned();
    let state = alert["state"].as_str().unwrap_or("waiting").to_owned();
    alert["what_word"] = json!(format!("run.what_{what}"));
    alert["state_word"] = json!(format!("run.state_{state}"));
    alert["sign"] = json!(match state.as_str() {
        "sent" => "✓",
        "failed" => "✗",
        _ => "…",
    });
    alert["is_failed"] = json!(state == "failed");
    alert["is_mail"] = json!(alert["way"] == "mail");
    alert
}

/// The name of the chosen part of the log, its newest lines, and how many more
/// there are.
fn log_lines(shown: &Value, asked: &str) -> (&'static str, Vec<Value>, usize) {
    let log = LOGS.into_iter().find(|name| *name == asked);
    let log = log.unwrap_or(LOGS[0]);
    let is_wanted = |line: &&Value| match log {
        "key" => line["is_key"] == true,
        "all" => true,
        kind => list(&line["about"]).iter().any(|about| about == kind),
    };
    let wanted: Vec<&Value> = list(&shown["story"])
        .iter()
        .rev()
        .filter(is_wanted)
        .collect();
    let n_more = wanted.len().saturating_sub(MOST_LINES);
    let lines = wanted.into_iter().take(MOST_LINES).cloned().collect();
    (log, lines, n_more)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, role: &str, state: &str, mine: bool) -> Value {
        json!({
            "item": name, "kind": "task", "role_title": role, "state": state, "mine": mine,
            "waits_says": [], "waits_for": [], "settled_at": name,
        })
    }

    #[test]
    fn mine_come_first_and_the_others_by_role() {
        let shown = json!({ "items": [
            item("a", "Webcare", "open", false),
            item("b", "Leider", "open", true),
            item("c", "Webcare", "open", false),
            item("d", "Leider", "not_yet", true),
            item("e", "Leider", "done", true),
            item("f", "Leider", "skipped", false),
        ]});
        let (groups, later, settled) = tasks(&shown);
        assert_eq!(groups.len(), 2);
        assert!(groups[0]["role"].is_null() && groups[0]["items"][0]["item"] == "b");
        assert_eq!(groups[1]["role"], "Webcare");
        assert_eq!(list(&groups[1]["items"]).len(), 2);
        assert_eq!((later.len(), settled.len()), (1, 2));
        assert_eq!(settled[0]["item"], "f", "the latest first");
    }

    #[test]
    fn the_log_is_the_short_version_unless_another_is_asked_for() {
        let shown = json!({ "story": [
            { "says": "one", "is_key": true, "about": [] },
            { "says": "two", "is_key": false, "about": ["fact"] },
            { "says": "three", "is_key": true, "about": ["note"] },
        ]});
        let says = |asked: &str| {
            let (name, lines, _) = log_lines(&shown, asked);
            let says: Vec<String> = lines
                .iter()
                .map(|line| line["says"].as_str().unwrap_or_default().to_owned())
                .collect();
            format!("{name}: {}", says.join(" "))
        };
        assert_eq!(says(""), "key: three one");
        assert_eq!(says("\"><script>"), "key: three one");
        assert_eq!(says("all"), "all: three two one");
        assert_eq!(says("fact"), "fact: two");
    }
}
