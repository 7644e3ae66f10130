//! Shows who answered for which role, and what came of a reply.

use serde_json::{Value, json};

use super::{Seen, first, found, role_title, time};
use crate::domain::run::alarm::Move;
use crate::domain::run::{Run, RunId};
use crate::domain::step::answers::{Reply, Standing, Who};
use crate::domain::text::Language;
use crate::engine::NotDone;
use crate::engine::request::{Counter, Owner};
use crate::store::Store;

/// Who answered for which role, and what comes next for those without; with what
/// is theirs who asks.
pub(super) fn answers(counter: &Counter, run: &Run, by: &str) -> Vec<Value> {
    let organisation = &counter.organisation;
    let name = |key: &str| {
        let person = organisation.person(key);
        person.map_or_else(|| key.to_owned(), |person| person.name.clone())
    };
    let alarm = run.alarm.iter().filter(|_| run.is_open);
    let roles = alarm.flat_map(|alarm| &alarm.roles);
    roles
        .map(|(key, coverage)| {
            let answer = coverage.answer.as_ref();
            json!({
                "role": key,
                "title": role_title(counter, key),
                "step": coverage.step,
                "answered_by": answer.map(|answer| &answer.person),
                "name": answer.map(|answer| name(&answer.person)),
                "answered_at": time(counter, answer.map(|answer| answer.at)),
                "at_work": answer.map(|answer| answer.at_work),
                "next": coverage.next.map(|next| match next.what {
                    Move::Repeat => "alerted again",
                    Move::NextStep => "goes to the next step",
                    Move::GiveUp => "everybody hears that nobody answers",
                    Move::StartOver => "starts over",
                    Move::GoStale => "alerted again if nothing is done",
                }),
                "next_says": coverage.next.map(|next| next_says(next.what, counter.language)),
                "next_at": time(counter, coverage.next.map(|next| next.at)),
                "mine": match answer {
                    Some(answer) => answer.person == by,
                    None => first::is_in(counter, key, by),
                },
            })
        })
        .collect()
}

/// What time will do to a role, for who reads.
fn next_says(what: Move, language: Language) -> &'static str {
    match (what, language) {
        (Move::Repeat, Language::Nl) => "volgt nog een alarm",
        (Move::Repeat, Language::En) => "they are alerted again",
        (Move::NextStep, Language::Nl) => "gaat het alarm naar de volgende",
        (Move::NextStep, Language::En) => "the alert goes to the next step",
        (Move::GiveUp, Language::Nl) => "hoort iedereen dat niemand reageert",
        (Move::GiveUp, Language::En) => "everybody hears that nobody answers",
        (Move::StartOver, Language::Nl) => "begint het alarm opnieuw",
        (Move::StartOver, Language::En) => "the alert starts over",
        (Move::GoStale, Language::Nl) => "volgt een nieuw alarm als er niets gebeurt",
        (Move::GoStale, Language::En) => "a new alert follows if nothing is done",
    }
}

/// People whom this alarm cannot or could not reach, and why.
pub(super) fn out(seen: &Seen) -> Vec<Value> {
    let alarm = seen.run.alarm.iter().filter(|_| seen.run.is_open);
    let out = alarm.flat_map(|alarm| &alarm.out);
    let shown = out.map(|(person, because)| {
        json!({
            "person": person,
            "name": seen.name(person),
            "because": because,
            "because_says": first::because(seen, because),
        })
    });
    shown.collect()
}

/// What came of a reply, and how the alarm stands.
pub(in crate::engine) fn replied(
    counter: &Counter,
    store: &Store,
    id: RunId,
    who: &Who,
    reply: &Reply,
    standing: &Standing,
) -> Result<Value, NotDone> {
    let (run, _) = found(store, id)?;
    let person = counter.organisation.person(&who.person);
    let roles = match standing {
        Standing::Yours(_, roles) => roles.as_slice(),
        _ => &[],
    };
    let titles = roles.iter().map(|key| role_title(counter, key));
    Ok(json!({
        "run": id,
        "person": who.person,
        "name": person.map_or(&who.person, |person| &person.name),
        "by": who.by,
        "said": match reply {
            Reply::Take => "take",
            Reply::PassOn => "pass_on",
            Reply::NotMe => "not_me",
            Reply::Note(_) => "note",
        },
        "roles": titles.collect::<Vec<_>>(),
        "answers": answers(counter, &run, &who.person),
        "daemon": matches!(counter.owner, Owner::Daemon(_)),
    }))
}
