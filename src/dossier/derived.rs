//! What is made of the log alone: drafts with all versions, publications, facts over
//! time, evidence, and who had which role. The same log gives the same files, so that
//! a file which was changed apart from the log is found out.

use serde_json::{Value, json};

use super::File;
use crate::domain::picture::Picture;
use crate::domain::run::Draft;

/// All of it, in order.
pub(super) fn of(events: &[Value]) -> Vec<File> {
    let mut files = drafts(events);
    files.extend(publications(events));
    files.extend(evidence(events));
    files.push(facts(events));
    files.push(roles(events));
    files
}

fn name(event: &Value) -> &str {
    event["event"].as_str().unwrap_or_default()
}

fn drafted(event: &Value) -> Option<Draft> {
    serde_json::from_value(event.get("draft")?.clone()).ok()
}

/// A file's name that is harmless everywhere.
pub(super) fn harmless(name: &str) -> String {
    let plain = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || "-_.@".contains(letter) => letter,
        _ => '-',
    };
    let name: String = name.chars().map(plain).take(80).collect();
    match name.trim_matches('.') {
        "" => "unnamed".to_owned(),
        name => name.to_owned(),
    }
}

/// Each version as the text that it was, and a list that says who, when and why.
fn drafts(events: &[Value]) -> Vec<File> {
    let mut texts: Vec<File> = Vec::new();
    let mut list = Vec::new();
    for event in events {
        let Some(draft) = drafted(event) else {
            continue;
        };
        let folder = harmless(&draft.id());
        let mut path = format!("drafts/{folder}/v{}.txt", draft.version);
        if texts.iter().any(|file| file.path == path) {
            path = format!(
                "drafts/{folder}/v{}-event-{}.txt",
                draft.version, event["seq"]
            );
        }
        list.push(json!({
            "seq": event["seq"],
            "at": event["at"],
            "because": name(event),
            "draft": draft.id(),
            "version": draft.version,
            "file": path,
            // Of the text with its images: what is approved.
            "hash": draft.hash(),
            "by": draft.by,
            "asked_by": draft.asked_by,
            "base": draft.base,
            "changed_facts": draft.changed,
            "gaps": draft.gaps,
            "images": draft.images,
        }));
        texts.push(File::new(path, draft.text));
    }
    if !list.is_empty() {
        texts.push(File::json("drafts/versions.json", &Value::Array(list)));
    }
    texts
}

/// What was posted exactly, and a list that says by whom, when and where.
fn publications(events: &[Value]) -> Vec<File> {
    let mut texts = Vec::new();
    let mut list = Vec::new();
    for event in events.iter().filter(|event| name(event) == "published") {
        let mut one = event.clone();
        for posted in one["posted"].as_array_mut().into_iter().flatten() {
            let draft = harmless(posted["draft"].as_str().unwrap_or_default());
            let path = format!("publications/{}-{draft}.txt", event["seq"]);
            let text = posted["text"].as_str().unwrap_or_default().to_owned();
            if let Some(fields) = posted.as_object_mut() {
                fields.remove("text");
                fields.insert("file".to_owned(), path.clone().into());
            }
            texts.push(File::new(path, text));
        }
        list.push(one);
    }
    if !list.is_empty() {
        let list = Value::Array(list);
        texts.push(File::json("publications/publications.json", &list));
    }
    texts
}

/// Why triggers fired: the numbers and quotes as they were frozen then.
fn evidence(events: &[Value]) -> Vec<File> {
    let found = events.iter().filter_map(|event| {
        let fired = match name(event) {
            "trigger_fired" => event,
            "run_started" => event["cause"].get("trigger")?,
            _ => return None,
        };
        let file = json!({
            "seq": event["seq"],
            "at": event["at"],
            "trigger": fired["trigger"],
            "playbook": event["playbook"],
            "evidence": fired["evidence"],
        });
        Some(File::json(format!("evidence/{}.json", event["seq"]), &file))
    });
    found.collect()
}

/// What was known when, and who said so.
fn facts(events: &[Value]) -> File {
    let set = events.iter().filter(|event| name(event) == "fact_set");
    let facts = set.map(|event| {
        json!({
            "seq": event["seq"],
            "at": event["at"],
            "fact": event["fact"],
            "value": event["value"],
            "by": event["by"],
            "source": event["source"],
            "as_of": event["as_of"],
        })
    });
    File::json("facts.json", &Value::Array(facts.collect()))
}

/// Events that say who had which role at that moment.
const RESOLVED: [&str; 9] = [
    "alert",
    "held_back",
    "not_told",
    "step_skipped",
    "answered",
    "passed_on",
    "answer_undone",
    "assigned",
    "approved",
];

fn roles(events: &[Value]) -> File {
    let kept = ["roles", "role", "covers", "person", "by", "because", "item"];
    let found = events
        .iter()
        .filter(|event| RESOLVED.contains(&name(event)))
        .map(|event| {
            let mut one =
                json!({ "seq": event["seq"], "at": event["at"], "event": event["event"] });
            for key in kept {
                if let Some(value) = event.get(key) {
                    one[key] = value.clone();
                }
            }
            one
        });
    File::json("roles.json", &Value::Array(found.collect()))
}

/// Every picture that was put to a draft or went out, as often as it is named.
pub(super) fn pictures(events: &[Value]) -> Vec<Picture> {
    fn below(value: &Value, found: &mut Vec<Picture>) {
        match value {
            Value::Object(fields) => {
                let listed = fields.get("images").and_then(Value::as_array);
                let images = listed.into_iter().flatten().chain(fields.get("image"));
                found.extend(images.filter_map(|one| serde_json::from_value(one.clone()).ok()));
                fields.values().for_each(|field| below(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| below(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    events.iter().for_each(|event| below(event, &mut found));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_leads_nowhere() {
        assert_eq!(harmless("reply@2.website.nl"), "reply@2.website.nl");
        assert_eq!(harmless("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(harmless(".."), "unnamed");
    }
}
