//! Five sentences for who reads nothing else: what happened, how we heard, what we
//! did first and how quickly, what came of it, and what is open.

use super::model::{Report, Statement};
use super::teller::Teller;
use crate::domain::drill::score::measure::{Figure, Name as MeasureName};
use crate::domain::evidence::said;
use crate::domain::run::{Cause, Event, Logged};

pub(super) fn summary(told: &Teller<'_>, report: &Report, log: &[Logged]) -> Vec<String> {
    vec![
        what_happened(told, report),
        how_we_heard(told, log),
        what_we_did(told, report),
        what_came(told, report),
        what_is_open(told, report),
    ]
}

fn what_happened(told: &Teller<'_>, report: &Report) -> String {
    let facts = &report.facts;
    let length = told.length(facts.duration_seconds);
    let full = told.plain.full(facts.started_at);
    let (day, clock) = full.split_once(", ").unwrap_or((&full, ""));
    let counted = match report.volume.volume.is_empty() {
        true => String::new(),
        false => told.say(
            ", met {} in die tijd",
            ", with {} in that time",
            &[&told.plain.count(report.volume.during, "mentions")],
        ),
    };
    let what = match report.drill {
        Some(_) => told.say("De oefening “{}”", "The drill “{}”", &[&report.title]),
        None => format!("“{}”", report.title),
    };
    let parts = [&what, day, clock, &length, &facts.highest, &counted];
    match facts.is_open && report.drill.is_none() {
        true => told.say(
            "{} begon op {} om {}, loopt nu {} en kwam tot niveau {}{}.",
            "{} began on {} at {}, has been going on for {} and reached level {}{}.",
            &parts,
        ),
        false => told.say(
            "{} begon op {} om {}, duurde {} en kwam tot niveau {}{}.",
            "{} began on {} at {}, lasted {} and reached level {}{}.",
            &parts,
        ),
    }
}

fn how_we_heard(told: &Teller<'_>, log: &[Logged]) -> String {
    let cause = log.iter().find_map(|logged| match &logged.event {
        Event::RunStarted { cause, .. } => Some((logged.at, cause)),
        _ => None,
    });
    match cause {
        Some((at, Cause::ByHand { by, reason })) => told.say(
            "{} startte het draaiboek met de hand, {}: {}",
            "{} started the playbook by hand {}: {}",
            &[
                &told.words.person(by),
                &told.moment(at),
                &ended(&flat(reason)),
            ],
        ),
        Some((at, Cause::Trigger { trigger, evidence })) => {
            let measured = said::measured(&told.plain, evidence);
            told.say(
                "Wij merkten het {} doordat trigger {} afging: {}.",
                "We noticed it {} because trigger {} fired: {}.",
                &[&told.moment(at), trigger, &measured],
            )
        }
        None => told
            .pick("Er is geen draaiboek gestart.", "No playbook was started.")
            .to_owned(),
    }
}

fn what_we_did(told: &Teller<'_>, report: &Report) -> String {
    let seconds = |name: MeasureName| {
        let mut rows = report.measures.iter();
        let row = rows.find(|row| row.measure.name == name)?;
        match row.measure.value? {
            Figure::Seconds(seconds) => Some(told.length(seconds)),
            _ => None,
        }
    };
    let answered = match seconds(MeasureName::Answered) {
        Some(length) => told.say(
            "Op het eerste alarm had iedereen na {} gereageerd",
            "Everybody had answered the first alert after {}",
            &[&length],
        ),
        None => told
            .pick(
                "Niet iedereen reageerde op het eerste alarm",
                "Not everybody answered the first alert",
            )
            .to_owned(),
    };
    let outside = report.statements.iter().find(|one| !one.is_internal);
    let stated = match (outside, seconds(MeasureName::FirstStatement)) {
        (Some(first), Some(length)) => told.say(
            "het eerste bericht naar buiten (“{}”) ging na {} uit",
            "the first statement (“{}”) went out after {}",
            &[&first.title, &length],
        ),
        (Some(first), None) => told.say(
            "het eerste bericht naar buiten was “{}”",
            "the first statement was “{}”",
            &[&first.title],
        ),
        (None, _) => told
            .pick("er ging geen bericht naar buiten", "no statement went out")
            .to_owned(),
    };
    told.say("{}, en {}.", "{}, and {}.", &[&answered, &stated])
}

fn what_came(told: &Teller<'_>, report: &Report) -> String {
    use crate::domain::run::impact::PublicEffect;
    let outside: Vec<&Statement> = report
        .statements
        .iter()
        .filter(|one| !one.is_internal)
        .collect();
    let count = |effect: PublicEffect| {
        let of_kind = outside.iter().filter_map(|one| one.effect);
        of_kind.filter(|one| one.effect == effect).count()
    };
    let (calmed, amplified) = (count(PublicEffect::Calmed), count(PublicEffect::Amplified));
    let n = outside.len().to_string();
    let effect = match (outside.len(), calmed, amplified) {
        // The sentence before says so.
        (0, ..) => String::new(),
        (..) if count(PublicEffect::TooLittle) == outside.len() => told.say(
            "Wij publiceerden {} keer naar buiten; er waren te weinig vermeldingen om te zeggen wat dat deed",
            "We published {} times to the outside; there were too few mentions to tell what that did",
            &[&n],
        ),
        (_, 0, 0) => told.say(
            "Wij publiceerden {} keer naar buiten; het aantal vermeldingen veranderde daarna niet duidelijk",
            "We published {} times to the outside; the number of mentions did not clearly change after it",
            &[&n],
        ),
        _ => told.say(
            "Wij publiceerden {} keer naar buiten: {} keer werd het daarna rustiger en {} keer drukker",
            "We published {} times to the outside: {} times it became calmer after it and {} times busier",
            &[&n, &calmed.to_string(), &amplified.to_string()],
        ),
    };
    let facts = &report.facts;
    let ended = match (facts.stood_down_at, facts.closed_at, facts.outcome) {
        (_, Some(at), Some("false_alarm")) => told.say(
            "de inzet is {} gesloten als loos alarm",
            "the run was closed {} as a false alarm",
            &[&told.moment(at)],
        ),
        (_, Some(at), _) => told.say(
            "de inzet is {} gesloten",
            "the run was closed {}",
            &[&told.moment(at)],
        ),
        (Some(at), None, _) => told.say(
            "er is {} afgeschaald",
            "it was stood down {}",
            &[&told.moment(at)],
        ),
        (None, None, _) => match report.drill {
            Some(_) => told.pick(
                "de oefening eindigde voordat de inzet gesloten was",
                "the drill ended before the run was closed",
            ),
            None => told.pick("de inzet loopt nog", "the run is still open"),
        }
        .to_owned(),
    };
    match effect.is_empty() {
        true => capital(&told.say("{}.", "{}.", &[&ended])),
        false => told.say("{}; {}.", "{}; {}.", &[&effect, &ended]),
    }
}

/// With a capital first.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn what_is_open(told: &Teller<'_>, report: &Report) -> String {
    let open = told.run().items.values().filter(|item| item.is_open());
    let open = open.count();
    let lessons: Vec<_> = report
        .lessons
        .iter()
        .filter(|lesson| lesson.how.is_none())
        .collect();
    let tasks = match open {
        0 => told
            .pick("Er staat geen taak meer open", "No task is open any more")
            .to_owned(),
        1 => told
            .pick("Er staat nog één taak open", "One task is still open")
            .to_owned(),
        n => told.say(
            "Er staan nog {} taken en berichten open",
            "{} tasks and messages are still open",
            &[&n.to_string()],
        ),
    };
    let lessons = match &lessons[..] {
        [] if report.lessons.is_empty() => told
            .pick(
                "er zijn nog geen leerpunten vastgelegd",
                "no lessons were noted yet",
            )
            .to_owned(),
        [] => told
            .pick(
                "alle leerpunten zijn afgehandeld",
                "all lessons were seen to",
            )
            .to_owned(),
        [only] => told.say(
            "er staat één leerpunt open, voor {}, uiterlijk {}",
            "one lesson is open, for {}, by {}",
            &[&only.owner, &told.plain.date(only.due)],
        ),
        several => {
            let first = several.iter().map(|lesson| lesson.due).min();
            told.say(
                "er staan {} leerpunten open, het eerste uiterlijk {}",
                "{} lessons are open, the first by {}",
                &[
                    &several.len().to_string(),
                    &first.map_or_else(String::new, |due| told.plain.date(due)),
                ],
            )
        }
    };
    told.say("{}; {}.", "{}; {}.", &[&tasks, &lessons])
}

/// On one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// With a full stop.
fn ended(text: &str) -> String {
    match text.ends_with(['.', '!', '?', '…']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
