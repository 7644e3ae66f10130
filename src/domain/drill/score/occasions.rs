//! When something that is expected came about, by the record: one function a
//! kind, each giving every such moment in order.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{self, Scene, name_of};
use crate::domain::drill::record::What;
use crate::domain::run::{Event, Run, RunId};
use crate::domain::scenario::Persona;
use crate::domain::scenario::expect::{Expected, PromiseState, RunState, StandDownState, Told};
use crate::domain::time::Timestamp;

type Moments = Vec<Timestamp>;

/// Every moment at which this came about; `None` when this version cannot tell.
pub(super) fn occasions(what: &Expected, cast: &[Persona], scene: &Scene<'_>) -> Option<Moments> {
    Some(match what {
        Expected::Trigger(name) => trigger(name, scene),
        Expected::Run(state) => run(*state, scene),
        Expected::Level(level) => reached(level, scene),
        Expected::Phase(aim) => each(
            scene,
            |event| matches!(event, Event::PhaseOpened { phase, .. } if phase == aim),
        ),
        Expected::Told(told) => heard(told, scene),
        Expected::Answered(role) => answered(role, scene),
        Expected::Drafted(messages) => drafted(messages, scene),
        Expected::Approved(messages) => approved(messages, scene),
        Expected::Done(items) => done(items, scene),
        Expected::Overdue(items) => overdue(items, scene),
        Expected::Known(facts) => known(facts, scene),
        Expected::Decided(wanted) => decided(wanted, scene),
        Expected::StandDown(state) => each(scene, |event| match state {
            StandDownState::Proposed => matches!(event, Event::StandDownProposed { .. }),
            StandDownState::Decided => matches!(event, Event::StoodDown { .. }),
        }),
        Expected::Promise(state) => each(scene, |event| match state {
            PromiseState::Kept => matches!(event, Event::PromiseKept { .. }),
            PromiseState::Broken => matches!(event, Event::PromiseBroken { .. }),
        }),
        Expected::Blind(source) => blind(source, scene),
        Expected::Overridden(family) => each(
            scene,
            |event| matches!(event, Event::ReviewOverridden { rules, .. } if rules.iter().any(|rule| is_of(rule, family))),
        ),
        Expected::RepliedTo(persona) => replied_to(persona, cast, scene),
    })
}

/// Whether a rule of review is this one, or of the family of this name. What the
/// law protects is `privacy` to who writes a scenario.
fn is_of(rule: &str, family: &str) -> bool {
    let families = match family {
        "privacy" => &["privacy", "personal-data", "patient"][..],
        _ => std::slice::from_ref(&family),
    };
    families.iter().any(|family| {
        let rest = rule.strip_prefix(family);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// The moments of all events that are one of these.
fn each(scene: &Scene<'_>, is_it: impl Fn(&Event) -> bool) -> Moments {
    let found = scene.events.iter().filter(|seen| is_it(seen.event));
    found.map(|seen| seen.at).collect()
}

/// The moments at which one of these names came about while all the others had.
fn all_of<'a>(wanted: &[String], came: impl Iterator<Item = (Timestamp, &'a str)>) -> Moments {
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let mut had = BTreeSet::new();
    let mut moments = Vec::new();
    for (at, name) in came.filter(|(_, name)| wanted.contains(name)) {
        had.insert(name);
        if had.len() == wanted.len() {
            moments.push(at);
        }
    }
    moments
}

/// The events that have such a name, with it.
fn named<'a>(
    scene: &Scene<'a>,
    name: impl Fn(&'a Event) -> Option<&'a str>,
) -> impl Iterator<Item = (Timestamp, &'a str)> {
    let events = scene.events.iter();
    events.filter_map(move |seen| Some((seen.at, name(seen.event)?)))
}

fn trigger(name: &str, scene: &Scene<'_>) -> Moments {
    let fired = scene.fired().into_iter();
    fired
        .filter(|(_, trigger)| *trigger == name)
        .map(|(at, _)| at)
        .collect()
}

fn run(state: RunState, scene: &Scene<'_>) -> Moments {
    each(scene, |event| match state {
        RunState::Started => matches!(event, Event::RunStarted { .. }),
        RunState::Closed => matches!(event, Event::RunClosed { .. }),
    })
}

/// This level or a higher one, coming from below it.
fn reached(level: &str, scene: &Scene<'_>) -> Moments {
    let playbook = scene.playbook();
    let wanted = playbook.rank(level);
    let mut above: BTreeSet<RunId> = BTreeSet::new();
    let mut moments = Vec::new();
    for seen in &scene.events {
        let (Event::RunStarted { level: now_at, .. }
        | Event::LevelRaised { to: now_at, .. }
        | Event::LevelLowered { to: now_at, .. }) = seen.event
        else {
            continue;
        };
        if playbook.rank(now_at) < wanted {
            above.remove(&seen.run);
        } else if above.insert(seen.run) {
            moments.push(seen.at);
        }
    }
    moments
}

/// Upper and lower case are the same.
fn heard(wanted: &Told, scene: &Scene<'_>) -> Moments {
    let entries = scene.record.entries.iter();
    let heard = entries.filter(|entry| match &entry.what {
        What::Told {
            person,
            through,
            subject,
            text,
            ..
        } => {
            let words = format!("{subject}\n{text}").to_lowercase();
            let says = |word: &String| words.contains(&word.to_lowercase());
            *person == wanted.who
                && wanted.through.as_ref().is_none_or(|way| way == through)
                && wanted.says.iter().all(says)
                && !wanted.lacks.iter().any(says)
        }
        _ => false,
    });
    heard.map(|entry| entry.at).collect()
}

fn answered(role: &str, scene: &Scene<'_>) -> Moments {
    let answers = scene.answers().into_iter();
    answers
        .filter(|answer| answer.role == role)
        .map(|answer| answer.at)
        .collect()
}

fn drafted(messages: &[String], scene: &Scene<'_>) -> Moments {
    let came = named(scene, |event| match event {
        Event::DraftRendered { draft } => Some(&draft.message),
        _ => None,
    });
    all_of(messages, came)
}

/// Released by every role that must, in the words as they were then.
fn approved(messages: &[String], scene: &Scene<'_>) -> Moments {
    let mut runs: BTreeMap<RunId, Run> = BTreeMap::new();
    let mut released = Vec::new();
    for seen in &scene.events {
        let run = runs.remove(&seen.run);
        let run = run.unwrap_or_else(|| Run::new(seen.run));
        let run = run.apply(seen.event, seen.at);
        if let Event::Approved {
            message,
            drafts,
            role,
            ..
        } = seen.event
            && is_released(scene, &run, message, drafts, role)
        {
            released.push((seen.at, name_of(message)));
        }
        runs.insert(seen.run, run);
    }
    all_of(messages, released.into_iter())
}

fn is_released(scene: &Scene<'_>, run: &Run, message: &str, drafts: &[String], role: &str) -> bool {
    let Some(message) = scene.playbook().message(name_of(message)) else {
        return true;
    };
    if message.preapproved && message.role == role {
        return true;
    }
    drafts.iter().all(|id| {
        let Some(draft) = run.drafts.get(id) else {
            return message.approve.iter().all(|needed| needed == role);
        };
        let given = run.statements.approved(draft);
        let is_given = |role: &String| given.iter().any(|one| one.role == *role);
        message.approve.iter().all(is_given)
    })
}

fn done(items: &[String], scene: &Scene<'_>) -> Moments {
    let came = named(scene, scene::done);
    all_of(items, came)
}

fn overdue(items: &[String], scene: &Scene<'_>) -> Moments {
    let came = named(scene, scene::overdue);
    all_of(items, came)
}

fn known(facts: &[String], scene: &Scene<'_>) -> Moments {
    let came = named(scene, |event| match event {
        Event::FactSet { fact, .. } => Some(fact),
        _ => None,
    });
    all_of(facts, came)
}

/// Defaults are decisions too. A later decision takes the place of an earlier.
fn decided(wanted: &[(String, Vec<String>)], scene: &Scene<'_>) -> Moments {
    let mut chosen: BTreeMap<&str, &String> = BTreeMap::new();
    let mut moments = Vec::new();
    for seen in &scene.events {
        let Event::Decided { task, option, .. } = seen.event else {
            continue;
        };
        let name = name_of(task);
        chosen.insert(name, option);
        let is_asked = wanted.iter().any(|(task, _)| task == name);
        let is_so = |(task, options): &(String, Vec<String>)| {
            let option = chosen.get(task.as_str());
            option.is_some_and(|option| options.contains(option))
        };
        if is_asked && wanted.iter().all(is_so) {
            moments.push(seen.at);
        }
    }
    moments
}

/// Something was published in a case that is about this persona: by name, by
/// account or by key.
/// Also while no run is open.
fn blind(source: &str, scene: &Scene<'_>) -> Moments {
    let is_it =
        |event: &Event| matches!(event, Event::SourceBlind { source: one, .. } if one == source);
    let outside = scene.record.entries.iter().filter(|entry| {
        matches!(&entry.what, What::Sight { source: one, because: Some(_) } if one == source)
    });
    let mut moments: Moments = outside.map(|entry| entry.at).collect();
    moments.extend(each(scene, is_it));
    moments.sort_unstable();
    moments.dedup();
    moments
}

fn replied_to(persona: &str, cast: &[Persona], scene: &Scene<'_>) -> Moments {
    let unknown = Persona::unknown(persona);
    let found = cast.iter().find(|one| one.key == persona);
    let persona = found.unwrap_or(&unknown);
    let plain = |name: &str| name.trim().trim_start_matches('@').to_lowercase();
    let names = [&persona.name, &persona.key, persona.account()].map(plain);
    let mut theirs: BTreeSet<(RunId, &str)> = BTreeSet::new();
    let mut moments = Vec::new();
    for seen in &scene.events {
        match seen.event {
            Event::CaseOpened { case, name, .. } if names.contains(&plain(name)) => {
                theirs.insert((seen.run, case));
            }
            Event::Published { message, .. } => {
                let case = message.split_once('@').map(|(_, case)| case);
                if case.is_some_and(|case| theirs.contains(&(seen.run, case))) {
                    moments.push(seen.at);
                }
            }
            _ => {}
        }
    }
    moments
}
