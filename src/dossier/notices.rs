//! Mails and other notices in a dossier: as they were frozen, what came of each,
//! and as their readers get them; and who the people are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::derived::harmless;
use super::{File, Sent, Written};
use crate::domain::chain::Mark;
use crate::domain::effect::Notice;
use crate::domain::organisation::Organisation;
use crate::domain::time::rfc3339;

/// The list, and a letter for each.
pub(super) fn files(sent: &[Sent], letter: &dyn Fn(&Notice, Option<Mark>) -> Written) -> Vec<File> {
    let mut files = Vec::new();
    let mut list = Vec::new();
    for one in sent {
        let path = format!("notices/{}.txt", harmless(&one.effect));
        list.push(json!({
            "effect": one.effect,
            "what": one.notice.content.name(),
            "state": one.state,
            "tries": one.tries,
            "created_at": rfc3339(one.created_at),
            "sent_at": one.sent_at.map(rfc3339),
            "last_error": one.last_error,
            "course": one.course,
            "mark": one.mark.as_ref().map(ToString::to_string),
            "file": path,
            "notice": one.notice,
        }));
        let written = letter(&one.notice, one.mark.clone());
        let head = format!(
            "To: {} <{}>\nSubject: {}\n\n",
            one.notice.name, one.notice.email, written.subject
        );
        files.push(File::new(path, head + &written.text));
    }
    files.push(File::lines("notices/notices.ndjson", list));
    files
}

/// Everybody of ours who did something or was told: as they were when they were
/// told, and else as they are in the team now.
pub(super) fn people(sent: &[Sent], events: &[Value], organisation: &Organisation) -> File {
    let mut people: BTreeMap<String, Value> = BTreeMap::new();
    for key in super::people::keys_of(events) {
        let person = organisation.person(&key);
        let known = json!({
            "person": key,
            "name": person.map(|person| &person.name),
            "email": person.map(|person| &person.email),
            "phone": person.and_then(|person| person.phone.as_ref()),
        });
        people.insert(key, known);
    }
    for one in sent {
        let notice = &one.notice;
        let known = json!({
            "person": notice.person,
            "name": notice.name,
            "email": notice.email,
            "phone": notice.phone,
        });
        people.insert(notice.person.clone(), known);
    }
    for (key, person) in &mut people {
        person["roles"] = json!(super::people::roles_of(key, events, organisation));
    }
    File::json("people.json", &Value::Array(people.into_values().collect()))
}
