//! Shows what was learnt: the lessons of one run, and those of all runs that are
//! still open.

use serde_json::{Value, json};

use super::{person_name, role_title, show, time};
use crate::domain::run::Run;
use crate::domain::run::lesson::{Lesson, Owner, in_order};
use crate::domain::time::Timestamp;
use crate::engine::request::{Counter, stored};
use crate::engine::{NotDone, clock};
use crate::store::Store;

/// The lessons of one run, oldest first.
pub(super) fn of_run(counter: &Counter, run: &Run, now: Timestamp) -> Vec<Value> {
    let lessons = in_order(&run.lessons).into_iter();
    lessons
        .map(|(number, lesson)| line(counter, number, lesson, now))
        .collect()
}

fn line(counter: &Counter, number: &str, lesson: &Lesson, now: Timestamp) -> Value {
    let today = now
        .with_timezone(&counter.organisation.timezone)
        .date_naive();
    let closed = lesson.closed.as_ref();
    let (role, person) = match &lesson.owner {
        Owner::Role(role) => (Some(role), None),
        Owner::Person(person) => (None, Some(person)),
    };
    let owner = match &lesson.owner {
        Owner::Role(role) => role_title(counter, role),
        Owner::Person(person) => person_name(counter, person).to_owned(),
    };
    json!({
        "lesson": number,
        "text": lesson.text,
        "role": role,
        "person": person,
        "owner_title": owner,
        "due": lesson.due,
        "is_overdue": lesson.is_overdue(today),
        "by": lesson.by,
        "by_name": person_name(counter, &lesson.by),
        "at": time(counter, Some(lesson.at)),
        "open": closed.is_none(),
        "how": closed.map(|closed| &closed.how),
        "closed_by": closed.map(|closed| &closed.by),
        "closed_by_name": closed.map(|closed| person_name(counter, &closed.by)),
        "closed_at": time(counter, closed.map(|closed| closed.at)),
    })
}

/// The lessons of every run that are open, or all; oldest run first.
pub(in crate::engine) fn lessons(
    counter: &Counter,
    store: Result<&Store, NotDone>,
    all: bool,
) -> Result<Value, NotDone> {
    let Ok(store) = store else {
        return Ok(json!([]));
    };
    let mut rows = store.runs().map_err(stored)?;
    rows.reverse();
    let now = clock::now();
    let mut lines = Vec::new();
    for row in rows {
        let Some((run, pinned)) = store.run(row.id).map_err(stored)? else {
            continue;
        };
        for (number, lesson) in in_order(&run.lessons) {
            if all || lesson.closed.is_none() {
                let mut line = line(counter, number, lesson, now);
                line["run"] = json!(run.id);
                line["playbook"] = json!(run.playbook);
                line["title"] = show(counter, &pinned.playbook.title).into();
                lines.push(line);
            }
        }
    }
    Ok(lines.into())
}
