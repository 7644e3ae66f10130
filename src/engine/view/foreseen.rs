//! Shows what a draft would be with answers that nobody gave yet, or with words
//! that nobody saved: made and reviewed as it would be, and nothing is stored.

use serde_json::{Value, json};

use super::{Seen, found, release, standing};
use crate::domain::facts::read_value;
use crate::domain::restraint::Ledger;
use crate::domain::revision::{gaps, n_conflicts};
use crate::domain::run::{Draft, Event, RunId};
use crate::domain::step::step;
use crate::engine::request::Counter;
use crate::engine::{NotDone, clock};
use crate::store::Store;

/// One draft as `by` would have it: with these facts, as they were typed, and with
/// this text when they write one. What cannot be read is named, and left out.
pub(in crate::engine) fn foreseen(
    counter: &Counter,
    store: &Store,
    id: RunId,
    wanted: &str,
    (typed, text): (&[(String, Vec<String>)], Option<&str>),
    by: &str,
) -> Result<Value, NotDone> {
    let (mut run, pinned) = found(store, id)?;
    let now = clock::now();
    let draft_id = release::meant(counter, &run, wanted)?.id();
    let mut unreadable = Vec::new();
    for (name, value) in typed {
        let Some(question) = pinned.playbook.fact(name) else {
            unreadable.push(json!({ "fact": name, "kind": null, "why": "it is not asked for" }));
            continue;
        };
        let value = match read_value(question.kind, value, counter.organisation.timezone, now) {
            Ok(value) => value,
            Err(why) => {
                unreadable.push(json!({ "fact": name, "kind": question.kind, "why": why }));
                continue;
            }
        };
        let event = Event::FactSet {
            fact: name.clone(),
            value,
            by: by.to_owned(),
            source: None,
            as_of: None,
        };
        let ledger = Ledger::default();
        let seen = Seen {
            counter,
            run: &run,
            pinned: &pinned,
            now,
        };
        // The very function that would do it; what it wants done is dropped.
        run = step(&release::plan(&seen, &ledger), run.clone(), &event, now).run;
    }
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now,
    };
    let rendered = release::meant(counter, &run, &draft_id)?;
    let draft = match text {
        Some(text) => Draft {
            text: text.to_owned(),
            ..rendered.clone()
        },
        None => rendered.clone(),
    };
    let shown_gaps: Vec<&str> = gaps(&draft.text);
    Ok(json!({
        "run": id,
        "draft": draft_id,
        "version": draft.version,
        "text": draft.text,
        "hash": draft.hash(),
        "gaps": shown_gaps,
        "conflicts": n_conflicts(&draft.text),
        "length": standing::length(&seen, &draft, &draft.text),
        "remarks": release::told(&seen, &draft, &release::remarks(&seen, &draft)),
        "unreadable": unreadable,
        "failed": run.failed_drafts.get(&draft_id),
    }))
}
