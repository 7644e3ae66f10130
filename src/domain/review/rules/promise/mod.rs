//! The promise of a next update: whether there is one, and when it falls.
//!
//! A promise is a moment in a sentence that says more will be told. People
//! forgive that little is known; they do not forgive silence after a promise,
//! nor a message that does not say when the next one comes (CERC, `domain.md`
//! 1.1 and 4.2).

use reading::{earliest_ahead, hinted, says_last};

use crate::domain::review::lexicon::promise::{TELLS, VAGUE};
use crate::domain::review::times::Moment;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};

pub(super) use reading::promises;
pub use reading::{Promised, promised};

mod reading;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "next-update-missing",
        severity: Severity::Warn,
        title: (
            "Wanneer er weer nieuws komt",
            "When there will be news again",
        ),
        why: (
            "Wie niet weet wanneer er meer komt, gaat zelf zoeken en raden. In een eerste bericht en een update houdt dit tegen; een tijd die niet te lezen is, telt niet.",
            "Who does not know when more comes, starts searching and guessing. In a holding message and an update this blocks; a time that cannot be read does not count.",
        ),
        look: missing,
    },
    Rule {
        id: "next-update-past",
        severity: Severity::Block,
        title: (
            "Een beloofde tijd die voorbij is",
            "A promised time that has passed",
        ),
        why: (
            "Een belofte die al gebroken is als mensen haar lezen, kost vertrouwen.",
            "A promise that is broken when people read it costs trust.",
        ),
        look: past,
    },
    Rule {
        id: "next-update-late",
        severity: Severity::Warn,
        title: (
            "Een belofte buiten ons ritme",
            "A promise outside our rhythm",
        ),
        why: (
            "Het draaiboek wil vaker van zich laten horen.",
            "The playbook wants to be heard more often.",
        ),
        look: late,
    },
    Rule {
        id: "next-update-vague",
        severity: Severity::Warn,
        title: (
            "Zo spoedig mogelijk, binnenkort",
            "As soon as possible, shortly",
        ),
        why: (
            "Binnenkort is voor iedereen iets anders. Een tijd kan iedereen onthouden.",
            "Soon means something else to everybody. A time can be remembered.",
        ),
        look: vague,
    },
];

fn is_asked(page: &Page<'_>) -> Option<Severity> {
    // What an NL-Alert holds is laid down, and the next one is not ours to promise.
    if page.about.channel == "nl-alert" {
        return None;
    }
    match page.about.message_kind.as_deref() {
        Some("holding" | "update") => Some(Severity::Block),
        Some("statement" | "internal") => Some(Severity::Warn),
        Some(_) => None,
        None => Some(Severity::Note),
    }
}

fn missing(page: &Page<'_>) -> Vec<Hit> {
    let Some(severity) = is_asked(page) else {
        return Vec::new();
    };
    if page.about.language.is_none() || page.words.is_empty() || !promises(page).is_empty() {
        return Vec::new();
    }
    let last = says_last(page);
    if last == Some(true) && page.about.message_kind.as_deref() != Some("holding") {
        return Vec::new();
    }
    let (is_near, is_hinted) = hinted(page);
    if is_near {
        return Vec::new();
    }
    // A time is named, and it may be the promise in words we do not know: a
    // person decides.
    let severity = if is_hinted || last.is_some() {
        severity.min(Severity::Warn)
    } else {
        severity
    };
    let span = VAGUE
        .places(page)
        .first()
        .map_or(0..0, |place| place.span.clone());
    vec![Hit {
        span,
        message: Both::new(
            "Er staat niet in wanneer er weer nieuws komt.",
            "It does not say when there will be news again.",
        ),
        advice: Both::new(
            "Noem een tijd, ook als u dan misschien nog niets nieuws hebt: “Om 14.30 uur leest u hier meer.”",
            "Name a time, even if there may be nothing new by then: “At 14:30 you can read more here.”",
        ),
        severity: Some(severity),
    }]
}

fn past(page: &Page<'_>) -> Vec<Hit> {
    let promises = promises(page);
    if earliest_ahead(promises, page.about.now).is_some() {
        return Vec::new();
    }
    // `het besluit van 24 februari` names a day and promises nothing.
    let is_introduced = |moment: &&Moment| {
        let first = page.sentences[moment.sentence].words.start;
        let before = moment.words.start.checked_sub(1).filter(|at| *at >= first);
        before.is_none_or(|at| {
            matches!(
                page.words[at].folded.as_str(),
                "op" | "om"
                    | "rond"
                    | "uiterlijk"
                    | "voor"
                    | "omstreeks"
                    | "vanaf"
                    | "at"
                    | "by"
                    | "on"
                    | "before"
                    | "around"
                    | "update"
                    | "bericht"
                    | "again"
                    | "u"
                    | "you"
                    | "meer"
                    | "more"
                    | "wij"
                    | "we"
                    | "dan"
            )
        })
    };
    // A clock time without a day, in a text that is no part of a run: nobody
    // knows for when it was written.
    let is_sure = |moment: &Moment| moment.has_day || page.about.update_due.is_some();
    promises
        .iter()
        .filter(is_introduced)
        .map(|moment| Hit {
            span: moment.span.clone(),
            message: Both::new(
                "Deze beloofde tijd is voorbij.",
                "This promised time has passed.",
            ),
            advice: Both::new(
                "Noem een tijd die nog komt en die u zeker haalt.",
                "Name a time that is still to come and that you are sure to keep.",
            ),
            severity: (!is_sure(moment)).then_some(Severity::Warn),
        })
        .collect()
}

fn late(page: &Page<'_>) -> Vec<Hit> {
    let Some(due) = page.about.update_due else {
        return Vec::new();
    };
    let promises = promises(page);
    let Some(first) = earliest_ahead(promises, page.about.now).filter(|first| first.at > due)
    else {
        return Vec::new();
    };
    let clock = due.with_timezone(&page.about.zone).format("%H:%M");
    vec![Hit {
        span: first.span.clone(),
        message: Both::new(
            format!("Dit is later dan ons ritme van updates, dat {clock} als laatste tijd geeft."),
            format!(
                "This is later than our rhythm of updates, which gives {clock} as the latest time."
            ),
        ),
        advice: Both::new(
            format!("Beloof iets voor {clock}, ook als er dan niets nieuws is."),
            format!("Promise something before {clock}, even if there is nothing new by then."),
        ),
        severity: None,
    }]
}

fn vague(page: &Page<'_>) -> Vec<Hit> {
    if is_asked(page).is_none() || !promises(page).is_empty() {
        return Vec::new();
    }
    let tells = TELLS.by_sentence(page);
    let places = VAGUE.places(page).into_iter();
    places
        .filter(|place| tells[place.sentence])
        .map(|place| Hit {
            span: place.span,
            message: Both::new(
                "Dit is geen tijd: niemand weet wanneer hij weer kan kijken.",
                "This is no time: nobody knows when to look again.",
            ),
            advice: Both::new(
                "Noem een tijd. Weet u dan nog niets, zeg dan dat.",
                "Name a time. If you know nothing by then, say so.",
            ),
            severity: page.about.message_kind.is_none().then_some(Severity::Note),
        })
        .collect()
}

#[cfg(test)]
mod tests;
