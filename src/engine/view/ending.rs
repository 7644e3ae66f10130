//! Shows how a run may end and how to speak until then: the stand-down with its
//! checklist, blind sources, what came of it, and the advised strategy.

use serde_json::{Value, json};

use super::{Seen, first, standing, work};
use crate::domain::answering::times::cases;
use crate::domain::run::ending::Outcome;
use crate::domain::run::{Event, Logged};
use crate::domain::strategy;
use crate::domain::wording;

/// The end of a run as far as it has come, and whether it is theirs to decide who
/// ask.
pub(super) fn ending(seen: &Seen, log: &[Logged], by: &str) -> Value {
    let (playbook, ending) = (&seen.pinned.playbook, &seen.run.ending);
    let stand_down = playbook.stand_down.as_ref();
    let role = stand_down.map_or(&playbook.owner, |one| &one.role);
    let organisation = &seen.counter.organisation;
    let people = organisation.role(role).map_or(&[][..], |role| &role.people);
    let checklist = stand_down.map_or(&[][..], |one| &one.checklist);
    let checklist = checklist.iter().map(|(entry, text)| {
        let ticked = ending.ticked.get(entry);
        json!({
            "entry": entry,
            "text": seen.show(text),
            "by": ticked.map(|(by, _)| by),
            "by_name": ticked.map(|(by, _)| seen.name(by)),
            "at": seen.time(ticked.map(|(_, at)| *at)),
        })
    });
    let because = log.iter().rev().find_map(|logged| match &logged.event {
        Event::StandDownProposed { because } => Some(because),
        _ => None,
    });
    let (outcome, merged_into) = match ending.outcome {
        None => (None, None),
        Some(Outcome::Real) => (Some("real"), None),
        Some(Outcome::FalseAlarm) => (Some("false_alarm"), None),
        Some(Outcome::Merged(into)) => (Some("merged"), Some(into)),
    };
    let waits_for = stand_down.filter(|_| ending.proposed_at.is_none());
    json!({
        "proposed_at": seen.time(ending.proposed_at),
        "because": because.filter(|_| ending.proposed_at.is_some()),
        "because_says": because
            .filter(|_| ending.proposed_at.is_some())
            .map(|because| first::because(seen, because)),
        "put_off": ending.put_off,
        "waits_for": waits_for.map(|one| wording::condition(&one.when)),
        "waits_says": waits_for.map(|one| work::plainly(seen).lasting(&one.when, one.held_for)),
        "blind": blind(seen),
        "checklist": checklist.collect::<Vec<_>>(),
        "role": role,
        "role_title": seen.role_title(role),
        "people": people,
        "names": people.iter().map(|person| seen.name(person)).collect::<Vec<_>>(),
        "mine": first::is_in(seen.counter, role, by),
        // Whom nobody told what came of it.
        "open_cases": open_cases(seen),
        // What nobody looks at any more once it is closed.
        "open_items": seen.run.items.values().filter(|item| item.is_open()).count(),
        "unpublished": unpublished(seen),
        "stood_down_at": seen.time(ending.stood_down_at),
        "in_aftercare": seen.run.is_in_aftercare(),
        "outcome": outcome,
        "merged_into": merged_into,
        "also_watches": ending.also_watches,
    })
}

fn blind(seen: &Seen) -> Vec<Value> {
    let blind = seen.run.ending.blind.iter();
    let shown = blind.map(|(source, because)| {
        json!({
            "source": source,
            "because": because,
            "because_says": first::because(seen, because),
        })
    });
    shown.collect()
}

/// The advised strategy; null for a playbook that does not say how much people
/// will blame us.
pub(super) fn strategy(seen: &Seen) -> Value {
    let playbook = &seen.pinned.playbook;
    let advice = strategy::advice_of(playbook, &seen.run.facts);
    advice.map_or(Value::Null, |advice| {
        json!({
            "responsibility": playbook.responsibility,
            "advice": advice.name(),
            "says": seen.show(&advice.sentence()),
        })
    })
}

fn open_cases(seen: &Seen) -> Vec<Value> {
    let waiting = cases(seen.run).waiting.into_iter();
    let shown = waiting.filter_map(|number| {
        let case = seen.run.cases.get(&number)?;
        Some(json!({ "case": number, "name": case.name }))
    });
    shown.collect()
}

/// Texts that may go out, and did not.
fn unpublished(seen: &Seen) -> Vec<Value> {
    let statements = &seen.run.statements;
    let drafts = seen.run.drafts.values();
    let waiting =
        drafts.filter(|draft| !statements.approved(draft).is_empty() && !statements.is_out(draft));
    let shown = waiting.map(|draft| {
        json!({
            "draft": draft.id(),
            "title": standing::title(seen, draft),
            "channel": standing::channel_title(seen, draft),
        })
    });
    shown.collect()
}
