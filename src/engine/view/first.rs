//! Shows what comes first in a run to who works in it: what is late, what is due
//! next, what was promised, who has not answered; and whom a form may name.

use serde_json::{Value, json};

use super::{Seen, show};
use crate::domain::mention::Platform;
use crate::domain::playbook::Aim;
use crate::domain::run::impact::PublicEffect;
use crate::domain::run::item::Item;
use crate::domain::run::{Cause, Event, Logged};
use crate::domain::step::promises::PROGRAM;
use crate::domain::step::title_of;
use crate::domain::text::Language;
use crate::domain::timeline::reasons::reason;
use crate::domain::words::Words;
use crate::engine::request::Counter;

/// Things with a deadline that are told one by one; of more there is the number.
const MOST_LATE: usize = 5;

/// What must be done next, and what was not done in time.
pub(super) fn first(seen: &Seen) -> Value {
    let open = seen.run.items.iter().filter(|(_, item)| item.is_open());
    let mut timed: Vec<_> = open
        .clone()
        .filter_map(|(key, item)| Some((item.due_at?, key, item)))
        .collect();
    timed.sort_by_key(|(due_at, key, _)| (*due_at, (*key).clone()));
    if !seen.run.is_open {
        timed.clear();
    }
    let (late, coming): (Vec<_>, Vec<_>) = timed
        .into_iter()
        .partition(|(due_at, _, _)| *due_at < seen.now);
    let told = |(_, key, item): &(_, &String, &Item)| line(seen, key, item);
    let promise = seen.run.statements.promise.as_ref();
    let promise = promise.filter(|_| seen.run.is_open);
    let alarm = seen.run.alarm.iter().filter(|_| seen.run.is_open);
    let missing = alarm.clone().flat_map(|alarm| alarm.missing());
    let missing: Vec<String> = missing.map(|role| seen.role_title(role)).collect();
    json!({
        "open": open.count(),
        "late": late.iter().take(MOST_LATE).map(told).collect::<Vec<_>>(),
        "late_count": late.len(),
        "due": coming.first().map(told),
        "promise_at": seen.time(promise.map(|promise| promise.at)),
        "promise_late": promise.is_some_and(|promise| promise.at < seen.now),
        "missing": missing,
        // The first who were asked did not answer.
        "missing_long": alarm.flat_map(|alarm| alarm.roles.values()).any(|role| {
            role.answer.is_none() && (role.step > 1 || role.times > 1 || role.round > 1)
        }),
    })
}

fn line(seen: &Seen, key: &str, item: &Item) -> Value {
    let title = title_of(&seen.pinned.playbook, seen.run, key);
    json!({
        "item": key,
        "title": seen.show(&title),
        "is_message": item.is_message,
        "due_at": seen.time(item.due_at),
        "role_title": seen.role_title(&item.role),
        "name": item.person.as_ref().map(|person| seen.name(person)),
    })
}

/// Who started it by hand and why; null when a trigger did.
pub(super) fn by_hand(seen: &Seen) -> Value {
    match &seen.run.cause {
        Some(Cause::ByHand { by, reason }) => {
            json!({ "by": by, "name": seen.name(by), "reason": reason })
        }
        _ => Value::Null,
    }
}

/// What the lines of a story are about, for who looks for one kind of thing.
pub(super) fn about(log: &[Logged], seqs: &[u64]) -> Vec<&'static str> {
    let place = |seq: &u64| log.binary_search_by_key(seq, |logged| logged.seq).ok();
    let told = seqs.iter().filter_map(place).map(|place| &log[place].event);
    let mut about: Vec<&str> = told.filter_map(kind).collect();
    about.sort_unstable();
    about.dedup();
    about
}

fn kind(event: &Event) -> Option<&'static str> {
    match event {
        Event::FactSet { by, .. } if by != PROGRAM => Some("fact"),
        Event::Noted { .. } => Some("note"),
        Event::Published { .. } | Event::EffectMeasured { .. } => Some("publication"),
        Event::Decided { .. }
        | Event::CaseDecided { .. }
        | Event::LevelRaised { .. }
        | Event::LevelLowered { .. }
        | Event::PhaseOpened { .. }
        | Event::StoodDown { .. }
        | Event::StandDownPutOff { .. }
        | Event::RunClosed { .. }
        | Event::RunReopened { .. } => Some("decision"),
        _ => None,
    }
}

/// The moments of the run that matter beside its curve, oldest first.
pub(super) fn marks(seen: &Seen, log: &[Logged]) -> Vec<Value> {
    let marks = log.iter().filter_map(|logged| {
        let (kind, title) = match &logged.event {
            Event::RunStarted { .. } => ("start", None),
            Event::TriggerFired { .. } => ("alert", None),
            Event::LevelRaised { to, .. } | Event::LevelLowered { to, .. } => {
                let title = seen.pinned.playbook.level_of(to).1;
                ("level", Some(seen.show(&title)))
            }
            Event::PhaseOpened { phase, .. } => ("phase", Some(json!(phase_title(seen, *phase)))),
            Event::Published { message, .. } => {
                let title = title_of(&seen.pinned.playbook, seen.run, message);
                ("publication", Some(seen.show(&title)))
            }
            Event::StoodDown { .. } => ("stand_down", None),
            _ => return None,
        };
        let at = match &logged.event {
            Event::Published { went_out_at, .. } => went_out_at.unwrap_or(logged.at),
            _ => logged.at,
        };
        Some(json!({ "at": seen.time(Some(at)), "kind": kind, "title": title }))
    });
    marks.collect()
}

/// A phase in the reader's language.
pub(super) fn phase_title(seen: &Seen, aim: Aim) -> &'static str {
    match (aim, seen.counter.language) {
        (Aim::Information, Language::Nl) => "Informatie",
        (Aim::Information, Language::En) => "Information",
        (Aim::DamageLimitation, Language::Nl) => "Schadebeperking",
        (Aim::DamageLimitation, Language::En) => "Damage limitation",
        (Aim::MeaningMaking, Language::Nl) => "Betekenisgeving",
        (Aim::MeaningMaking, Language::En) => "Meaning-making",
    }
}

/// Whether somebody holds a role, is a deputy in it, or has it by a swap.
pub(super) fn is_in(counter: &Counter, role: &str, person: &str) -> bool {
    counter.organisation.role(role).is_some_and(|role| {
        let swapped = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swapped).any(|one| one == person)
    })
}

/// A reason of the core in the reader's language.
pub(super) fn because(seen: &Seen, because: &str) -> String {
    reason(&words(seen), because)
}

pub(super) fn words(seen: &Seen) -> Words {
    Words {
        language: seen.counter.language,
        zone: seen.counter.organisation.timezone,
    }
}

/// Everybody of the team, by key and name.
pub(super) fn team(counter: &Counter) -> Vec<Value> {
    let team = counter.organisation.team.iter();
    team.map(|person| json!({ "person": person.key, "name": person.name }))
        .collect()
}

/// Every role, by key and title.
pub(super) fn roles(counter: &Counter) -> Vec<Value> {
    let roles = counter.organisation.roles.iter();
    roles
        .map(|role| json!({ "role": role.key, "title": show(counter, &role.title) }))
        .collect()
}

/// Where things can be said.
pub(super) fn platforms(words: &Words) -> Vec<Value> {
    let platforms = Platform::ALL.into_iter();
    platforms
        .map(|one| json!({ "platform": one.name(), "title": words.platform(one) }))
        .collect()
}

/// Publications with the words of who reads: beside what scripts are shown.
pub(super) fn publications(seen: &Seen, mut shown: Vec<Value>) -> Vec<Value> {
    let publications = &seen.run.statements.publications;
    for (shown, one) in shown.iter_mut().zip(publications) {
        let title = title_of(&seen.pinned.playbook, seen.run, &one.message);
        shown["title"] = seen.show(&title);
        shown["by_name"] = json!(seen.name(&one.by));
        shown["internal"] = json!(one.is_internal);
        shown["measured_at"] = seen.time(one.measure_at);
        let effect = one
            .effect
            .map(|effect| match (effect, seen.counter.language) {
                (PublicEffect::Amplified, Language::Nl) => "Daarna werd het drukker",
                (PublicEffect::Amplified, Language::En) => "It became busier after this",
                (PublicEffect::Calmed, Language::Nl) => "Daarna werd het rustiger",
                (PublicEffect::Calmed, Language::En) => "It became calmer after this",
                (PublicEffect::Unchanged, Language::Nl) => "Daarna veranderde er weinig",
                (PublicEffect::Unchanged, Language::En) => "Little changed after this",
                (PublicEffect::TooLittle, Language::Nl) => {
                    "Te weinig vermeldingen om iets te zeggen"
                }
                (PublicEffect::TooLittle, Language::En) => "Too few mentions to tell",
            });
        shown["effect_says"] = json!(effect);
    }
    shown
}
