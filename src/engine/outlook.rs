//! What `status` says about what comes: who each open run waits for, what comes
//! next and when, and what is stuck.

use serde_json::{Value, json};

use super::NotDone;
use super::clock;
use super::request::{Counter, Owner, stored};
use super::view::{run_line, show, time};
use crate::domain::audit::{Coming, Outbox, TOLERANCE, audit, prospect};
use crate::domain::evidence::said;
use crate::domain::playbook::Playbook;
use crate::domain::run::Cause;
use crate::domain::run::Run;
use crate::domain::run::alarm::Move;
use crate::domain::step::title_of;
use crate::domain::text::{Language, Text};
use crate::domain::words::Words;
use crate::store::{RunRow, Store};

/// The open runs, and whether all is well.
pub(super) fn outlook(
    counter: &Counter,
    store: Option<&Store>,
    rows: &[RunRow],
) -> Result<(Vec<Value>, Value), NotDone> {
    let mut lines = Vec::new();
    let mut runs = Vec::new();
    for row in rows.iter().filter(|row| row.is_open) {
        let found = store.map_or(Ok(None), |store| store.run(row.id).map_err(stored))?;
        let mut line = run_line(counter, row);
        if let Some((run, pinned)) = found {
            foresee(counter, &run, &pinned.playbook, &mut line);
            runs.push(run);
        }
        lines.push(line);
    }
    let reasons = match &counter.owner {
        Owner::Daemon(engine) => engine.board().health().reasons,
        Owner::Alone(_) | Owner::Nobody => {
            // Tries are the daemon's; the runs can be looked at without it.
            let outbox = Outbox::default();
            let audit = audit(runs.iter(), outbox, clock::now(), TOLERANCE);
            let findings = audit.findings.into_iter();
            findings.map(|finding| finding.text).collect()
        }
    };
    let warnings = counter.health.warnings().into_iter();
    let warnings: Vec<String> = warnings.chain(counter.reloading.warnings()).collect();
    let health = json!({
        "ok": reasons.is_empty(),
        "reasons": reasons,
        "warnings": warnings,
    });
    Ok((lines, health))
}

/// Adds what a run waits for.
fn foresee(counter: &Counter, run: &Run, playbook: &Playbook, line: &mut Value) {
    let organisation = &counter.organisation;
    let prospect = prospect(run);
    let title = |key: &str| {
        let role = organisation.role(key);
        role.map_or_else(|| key.to_owned(), |role| show(counter, &role.title))
    };
    let in_hand = prospect.in_hand.iter().map(|(person, role)| {
        let name = organisation
            .person(person)
            .map_or(*person, |person| &person.name);
        json!({ "person": person, "name": name, "role": role, "role_title": title(role) })
    });
    line["in_hand"] = in_hand.collect();
    line["gist"] = gist(counter, run).into();
    let ending = &run.ending;
    line["in_aftercare"] = json!(run.is_in_aftercare());
    line["stand_down_proposed_at"] = time(counter, ending.proposed_at);
    let blind = ending.blind.iter();
    line["blind"] = blind
        .map(|(source, because)| json!({ "source": source, "because": because }))
        .collect();
    let overdue = run
        .items
        .iter()
        .filter(|(_, item)| item.is_open() && item.due_told);
    line["overdue"] = overdue
        .map(|(key, item)| {
            json!({
                "item": key,
                "title": show(counter, &title_of(playbook, run, key)),
                "role": item.role,
                "due_at": time(counter, item.due_at),
            })
        })
        .collect();
    let missing = prospect.missing.iter();
    line["unanswered"] = missing
        .map(|role| json!({ "role": role, "role_title": title(role) }))
        .collect();
    line["next"] = prospect.next.map_or(Value::Null, |(at, coming)| {
        let (what, says) = match coming {
            Coming::Alarm { role, next } => {
                let role = title(role);
                (
                    comes(next.what, &role),
                    said_of(next.what, &role, counter.words()),
                )
            }
            Coming::Task { task } => {
                let title = show(counter, &title_of(playbook, run, task));
                let due = counter.words().pick("moet klaar zijn:", "falls due:");
                (format!("falls due: {title}"), format!("{due} {title}"))
            }
        };
        json!({ "at": time(counter, Some(at)), "what": what, "says": says })
    });
}

/// One line of what happens: what we know, else what was seen, else why it was
/// started. May hold what people typed.
fn gist(counter: &Counter, run: &Run) -> Option<String> {
    let organisation = &counter.organisation;
    let words = counter.words();
    let text = |text: &Text| {
        let own = organisation.language;
        text.get(counter.language.tag(), own).to_owned()
    };
    let seen = run.evidence.as_ref();
    let seen = seen.and_then(|evidence| said::all(&words, evidence, text).into_iter().next());
    seen.or_else(|| match &run.cause {
        Some(Cause::ByHand { reason, .. }) => Some(reason.clone()),
        Some(Cause::Trigger { .. }) | None => None,
    })
}

/// The same in the reader's language.
fn said_of(what: Move, role: &str, words: Words) -> String {
    if words.language == Language::En {
        return comes(what, role);
    }
    match what {
        Move::Repeat => format!("nieuw alarm voor {role}"),
        Move::NextStep => format!("de volgende stap van het alarm, voor {role}"),
        Move::GiveUp => format!("iedereen hoort dat niemand antwoordt voor {role}"),
        Move::StartOver => format!("het alarm begint opnieuw voor {role}"),
        Move::GoStale => format!("het antwoord voor {role} verloopt als er niets gebeurt"),
    }
}

/// In words, for a role.
fn comes(what: Move, role: &str) -> String {
    match what {
        Move::Repeat => format!("{role} is alerted again"),
        Move::NextStep => format!("the next step of the alert, for {role}"),
        Move::GiveUp => format!("everybody hears that nobody answers for {role}"),
        Move::StartOver => format!("the alert starts over for {role}"),
        Move::GoStale => format!("the answer for {role} goes stale unless they do something"),
    }
}
