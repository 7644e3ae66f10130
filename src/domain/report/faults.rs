//! What did not go well, as far as no target says it: who was silent, what was
//! late, which promises were broken, what the program failed in.

use super::findings::{Look, finding, of};
use super::model::Finding;
use crate::domain::drill::score::measure::{Name, Why};
use crate::domain::run::{Event, Logged};

/// Roles that were asked and never answered.
pub(super) fn silent(look: &Look<'_>) -> Option<Finding> {
    let measure = look.is_off(Name::RolesSilent)?;
    let Some(Why::Silent(roles)) = &measure.why else {
        return None;
    };
    let says = look.told.say(
        "Geen reactie van: {}.",
        "No answer from: {}.",
        &[&look.told.words.roles(roles)],
    );
    let asked = look.events(|event| match event {
        Event::AlertStep { roles: asked, .. } => asked.iter().any(|role| roles.contains(role)),
        _ => false,
    });
    Some(of("roles_silent", says, &asked))
}

pub(super) fn nobody(look: &Look<'_>) -> Option<Finding> {
    let events = look.events(|event| matches!(event, Event::NobodyAnswers { .. }));
    let says = look.told.say(
        "De stappen van het alarm waren op zonder dat iemand reageerde ({} keer).",
        "The steps of the alert ran out without an answer (times: {}).",
        &[&events.len().to_string()],
    );
    (!events.is_empty()).then(|| of("nobody_answered", says, &events))
}

/// The events that say of a missed deadline that it passed.
pub(super) fn passed<'a>(look: &'a Look<'_>) -> Vec<&'a Logged> {
    look.events(|event| {
        let (key, at) = match event {
            Event::TaskDue { task, due_at, .. } => (task, due_at),
            Event::MessageDue {
                message, due_at, ..
            } => (message, due_at),
            _ => return false,
        };
        let mut missed = look.taken.missed.iter();
        missed.any(|missed| missed.item == *key && missed.due_at == *at)
    })
}

/// What was not finished in time, by title.
pub(super) fn overdue(look: &Look<'_>) -> Option<Finding> {
    let mut titles: Vec<(String, usize)> = Vec::new();
    for missed in &look.taken.missed {
        let title = look.told.item(&missed.item);
        match titles.iter_mut().find(|(known, _)| *known == title) {
            Some((_, times)) => *times += 1,
            None => titles.push((title, 1)),
        }
    }
    let named = titles.into_iter().map(|(title, times)| match times {
        1 => title,
        times => look.told.say(
            "{} ({} keer)",
            "{} ({} times)",
            &[&title, &times.to_string()],
        ),
    });
    let named: Vec<String> = named.collect();
    let says = look
        .told
        .say("Te laat: {}.", "Overdue: {}.", &[&look.named(&named)]);
    (!named.is_empty()).then(|| of("overdue", says, &passed(look)))
}

pub(super) fn broken(look: &Look<'_>) -> Vec<Finding> {
    let events = look.events(|event| matches!(event, Event::PromiseBroken { .. }));
    let found = events.iter().filter_map(|logged| {
        let Event::PromiseBroken { promised_at } = &logged.event else {
            return None;
        };
        let says = look.told.say(
            "De update die {} beloofd was, kwam niet op tijd.",
            "The update that was promised {} did not come in time.",
            &[&look.told.moment(*promised_at)],
        );
        Some(of("promise_broken", says, &[logged]))
    });
    found.collect()
}

pub(super) fn decided_by_nobody(look: &Look<'_>) -> Vec<Finding> {
    let events = look.events(|event| {
        matches!(
            event,
            Event::Decided {
                is_default: true,
                ..
            }
        )
    });
    let found = events.iter().filter_map(|logged| {
        let Event::Decided { task, .. } = &logged.event else {
            return None;
        };
        let says = look.told.say(
            "Niemand besloot op tijd over “{}”: de standaardkeuze ging gelden.",
            "Nobody decided in time on “{}”: the default counted.",
            &[&look.told.item(task)],
        );
        Some(of("decided_by_nobody", says, &[logged]))
    });
    found.collect()
}

pub(super) fn overruled(look: &Look<'_>) -> Vec<Finding> {
    let events = look.events(|event| matches!(event, Event::ReviewOverridden { .. }));
    let found = events.iter().filter_map(|logged| {
        let Event::ReviewOverridden {
            message, rules, by, ..
        } = &logged.event
        else {
            return None;
        };
        let parts = [
            look.told.words.person(by),
            look.told.item(message),
            rules.join(", "),
        ];
        let says = look.told.say(
            "{} gaf “{}” vrij terwijl de review bezwaar had ({}).",
            "{} released “{}” although review objected ({}).",
            &[&parts[0], &parts[1], &parts[2]],
        );
        Some(of("overruled", says, &[logged]))
    });
    found.collect()
}

pub(super) fn other_words(look: &Look<'_>) -> Vec<Finding> {
    let differs = look.statements.iter();
    let differs = differs.filter(|one| one.texts.iter().any(|text| text.differs));
    let found = differs.map(|one| {
        let says = look.told.say(
            "Van “{}” is een andere tekst geplaatst dan er akkoord was.",
            "Of “{}” another text was posted than the one that was approved.",
            &[&one.title],
        );
        finding("posted_otherwise", says, Some(one.at), vec![one.seq])
    });
    found.collect()
}

/// People whom no way reached, and roles without anybody to tell.
pub(super) fn unreached(look: &Look<'_>) -> Vec<Finding> {
    let told = look.told;
    let mut found = Vec::new();
    let failed = look.events(|event| matches!(event, Event::DeliveryFailed { for_good: true, .. }));
    let mut people: Vec<String> = Vec::new();
    for one in &failed {
        if let Event::DeliveryFailed { person, .. } = &one.event {
            let name = told.words.person(person);
            if !people.contains(&name) {
                people.push(name);
            }
        }
    }
    if !people.is_empty() {
        let says = told.say(
            "Niet te bereiken, hoe dan ook: {}.",
            "Could not be reached in any way: {}.",
            &[&look.named(&people)],
        );
        found.push(of("not_reached", says, &failed));
    }
    let untold = look.events(|event| matches!(event, Event::NotTold { .. }));
    let mut roles: Vec<String> = Vec::new();
    for one in &untold {
        if let Event::NotTold { role, .. } = &one.event {
            let title = told.words.role(role);
            if !roles.contains(&title) {
                roles.push(title);
            }
        }
    }
    if !roles.is_empty() {
        let says = told.say(
            "Er was niemand om te waarschuwen als {}.",
            "There was nobody to tell as {}.",
            &[&look.named(&roles)],
        );
        found.push(of("nobody_on_duty", says, &untold));
    }
    found
}

/// What the program itself did not do as it should.
pub(super) fn faults(look: &Look<'_>) -> Vec<Finding> {
    let told = look.told;
    let mut found = Vec::new();
    let stuck = look.events(|event| matches!(event, Event::NothingDelivered { .. }));
    if !stuck.is_empty() {
        let says = told
            .pick(
                "Een tijd lang kwam er geen enkel alarm aan.",
                "For a while no alert got through at all.",
            )
            .to_owned();
        found.push(of("nothing_delivered", says, &stuck));
    }
    let failed = look.events(|event| matches!(event, Event::DraftFailed { .. }));
    if !failed.is_empty() {
        let says = told.say(
            "Een concept kon niet worden gemaakt ({} keer).",
            "A draft could not be made (times: {}).",
            &[&failed.len().to_string()],
        );
        found.push(of("draft_failed", says, &failed));
    }
    let late = look.events(|event| {
        matches!(
            event,
            Event::AlarmDue { late: true, .. }
                | Event::TaskDue { late: true, .. }
                | Event::MessageDue { late: true, .. }
                | Event::ErrandDue { late: true, .. }
                | Event::PromiseDue { late: true, .. }
                | Event::HoldEnded { late: true, .. }
        )
    });
    if !late.is_empty() {
        let says = told.say(
            "Het programma merkte een termijn te laat op, omdat het stillag ({} keer).",
            "The program noticed a deadline late, because it was down (times: {}).",
            &[&late.len().to_string()],
        );
        found.push(of("noticed_late", says, &late));
    }
    found
}

/// What was open when the run was closed.
pub(super) fn left_open(look: &Look<'_>) -> Option<Finding> {
    let closed = look.events(|event| matches!(event, Event::RunClosed { .. }));
    let closed = closed.last().filter(|_| !look.run.is_open)?;
    let open = look.run.items.iter().filter(|(_, item)| item.is_open());
    let titles: Vec<String> = open.map(|(key, _)| look.told.item(key)).collect();
    if titles.is_empty() {
        return None;
    }
    let says = look.told.say(
        "Bij het sluiten stond nog open: {}.",
        "Still open when it was closed: {}.",
        &[&look.named(&titles)],
    );
    Some(of("left_open", says, &[closed]))
}
