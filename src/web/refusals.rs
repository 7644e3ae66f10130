//! What the page of a personal link says when something cannot be done: what is
//! the matter, and what to do instead.

use axum::http::StatusCode;

use super::page::{Button, Page};
use super::sayings::{Says, not_me, note_form, pass_on, take};
use crate::domain::link::{Claims, Refused};
use crate::domain::plane::Plane;
use crate::domain::step::answers::{NoReply, Reply};
use crate::domain::text::Language;
use crate::engine::NotDone;

/// A link that does not work.
pub(super) fn refused(language: Language, refused: &Refused, here: Plane) -> (StatusCode, Page) {
    let says = Says(language);
    match refused {
        Refused::Malformed | Refused::Forged => {
            let why = says.owned(
                "Waarschijnlijk is hij niet helemaal overgenomen. Open hem opnieuw vanuit de mail, of kopieer de hele regel.",
                "It was probably not copied whole. Open it again from the mail, or copy the whole line.",
            );
            let lines = vec![why, says.phone()];
            let page = says.page("Deze link klopt niet", "This link is not right", lines);
            (StatusCode::NOT_FOUND, page)
        }
        Refused::Foreign(of) => (StatusCode::NOT_FOUND, foreign(says, *of, here)),
        Refused::Expired(claims) => (StatusCode::GONE, expired(says, claims)),
    }
}

/// Nothing was done; what matters is that nobody takes a drill for real, or the
/// other way round.
fn foreign(says: Says, of: Plane, here: Plane) -> Page {
    let page = |nl: &str, en: &str, why_nl: &str, why_en: &str| {
        let lines = vec![says.owned(why_nl, why_en), says.phone()];
        says.page(nl, en, lines)
    };
    match (of, here) {
        (Plane::Drill, Plane::Real) => page(
            "Deze link hoort bij een oefening",
            "This link belongs to a drill",
            "Dit is het echte draaiboek. Er is niets gedaan. Open de link uit de mail van de oefening, of zoek de mail zonder OEFENING in het onderwerp als je de echte bedoelt.",
            "This is the real program. Nothing was done. Open the link in the mail of the drill, or look for the mail without DRILL in its subject if you mean the real one.",
        ),
        (Plane::Real, Plane::Drill) => page(
            "Deze link is echt en hoort niet bij de oefening",
            "This link is real and not of the drill",
            "Hier draait een oefening. Er is niets gedaan: je antwoord telt nog niet. Open de link opnieuw uit de mail, op het adres dat daarin staat.",
            "A drill runs here. Nothing was done: your answer does not count yet. Open the link again from the mail, at the address that stands in it.",
        ),
        (Plane::Drill, Plane::Drill) => page(
            "Deze link is van een andere oefening",
            "This link is of another drill",
            "Er is niets gedaan. Zoek de nieuwste mail van de oefening die nu loopt.",
            "Nothing was done. Look for the latest mail of the drill that runs now.",
        ),
        (Plane::Real, Plane::Real) => page(
            "Deze link is niet van hier",
            "This link is not from here",
            "Hij hoort bij een andere draaiboek-installatie. Kijk of je de juiste mail hebt.",
            "It belongs to another installation of draaiboek. See whether you have the right mail.",
        ),
    }
}

fn expired(says: Says, claims: &Claims) -> Page {
    let run = claims.run();
    let lines = vec![
        match says.0 {
            Language::Nl => format!(
                "Een link werkt 24 uur. Zoek de nieuwste mail over inzet {run}, of bel het crisisteam."
            ),
            Language::En => format!(
                "A link works for 24 hours. Look for the latest mail about run {run}, or phone the crisis team."
            ),
        },
        says.owned(
            "Het kan ook op de server:",
            "It can also be done on the server:",
        ),
    ];
    Page {
        command: Some(format!("draaiboek ack {run} --for {}", claims.person)),
        ..says.page("Deze link is verlopen", "This link has expired", lines)
    }
}

/// What could not be done, and what to do instead.
pub(super) fn not_done(
    language: Language,
    why: &NotDone,
    said: Option<&Reply>,
) -> (StatusCode, Page) {
    let says = Says(language);
    match why {
        NotDone::NoReply(why) => no_reply(says, *why, said),
        NotDone::Stopping | NotDone::NotStored(_) | NotDone::Refused(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, not_stored(says, said))
        }
    }
}

fn not_stored(says: Says, said: Option<&Reply>) -> Page {
    let Some(said) = said else {
        let again = says.owned(
            "Probeer het over een minuut opnieuw. Kan het niet wachten, bel dan het crisisteam.",
            "Try again in a minute. If it cannot wait, phone the crisis team.",
        );
        return Page {
            back: Some(says.pick("Opnieuw proberen", "Try again")),
            ..says.page("Dit lukt nu niet", "This does not work now", vec![again])
        };
    };
    let lines = vec![
        says.owned(
            "Je antwoord is niet opgeslagen: het telt dus nog niet.",
            "Your answer was not stored, so it does not count yet.",
        ),
        says.owned(
            "Probeer het over een minuut opnieuw met de knop hieronder, of bel het crisisteam.",
            "Try again in a minute with the button below, or phone the crisis team.",
        ),
    ];
    let mut page = says.page("Niet opgeslagen", "Not stored", lines);
    match said {
        Reply::Take => {
            page.buttons = vec![Button {
                is_main: true,
                ..take(says)
            }]
        }
        Reply::PassOn => page.buttons = vec![pass_on(says)],
        Reply::NotMe => page.buttons = vec![not_me(says)],
        Reply::Note(text) => page.note = Some(note_form(says, text)),
    }
    page
}

pub(super) fn no_reply(says: Says, why: NoReply, said: Option<&Reply>) -> (StatusCode, Page) {
    let back = Some(says.pick("Terug naar de pagina", "Back to the page"));
    let nothing = || says.owned("Je hoeft niets te doen.", "You need not do anything.");
    let note = match said {
        Some(Reply::Note(text)) => Some(note_form(says, text)),
        _ => None,
    };
    match why {
        NoReply::Closed => {
            let page = says.page("Dit is afgesloten", "This is closed", vec![nothing()]);
            (StatusCode::GONE, page)
        }
        NoReply::Void => {
            let lines = vec![
                says.owned(
                    "Er is doorgegeven dat een antwoord met jouw link niet van jou was. Die link en alle oudere zijn daarom uitgezet, en de vraag staat weer open.",
                    "We were told that an answer with your link was not yours. That link and all older ones are switched off, and the question is open again.",
                ),
                says.owned(
                    "Ben jij weer aan de beurt, dan krijg je een nieuwe mail met een nieuwe link. Kan het niet wachten, bel dan het crisisteam.",
                    "When it is your turn again you get a new mail with a new link. If it cannot wait, phone the crisis team.",
                ),
            ];
            let page = says.page(
                "Deze link werkt niet meer",
                "This link does not work any more",
                lines,
            );
            (StatusCode::GONE, page)
        }
        NoReply::NotInTeam => {
            let line = says.owned(
                "Klopt dat niet, bel dan het crisisteam.",
                "If that is not right, phone the crisis team.",
            );
            let page = says.page(
                "Je staat niet (meer) in het team",
                "You are not in the team (any more)",
                vec![line],
            );
            (StatusCode::FORBIDDEN, page)
        }
        NoReply::NoSuchAlert | NoReply::Foreign => {
            refused(says.0, &Refused::Malformed, Plane::Real)
        }
        NoReply::NothingToUndo => {
            let page = says.page(
                "Er staat geen antwoord van jou",
                "There is no answer of yours",
                vec![says.owned(
                    "Er valt dus niets terug te draaien.",
                    "So there is nothing to undo.",
                )],
            );
            (StatusCode::CONFLICT, Page { back, ..page })
        }
        NoReply::EmptyNote => {
            let page = says.page("Je notitie is leeg", "Your note is empty", vec![]);
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                Page { note, back, ..page },
            )
        }
        NoReply::LongNote => {
            let page = too_long(says.0);
            (StatusCode::UNPROCESSABLE_ENTITY, Page { note, ..page })
        }
    }
}

/// A note that is too long to be taken.
pub(super) fn too_long(language: Language) -> Page {
    let says = Says(language);
    let line = says.owned(
        "Hij is niet opgeslagen. Hooguit 2.000 tekens: schrijf kort wat je doet.",
        "It was not stored. At most 2,000 characters: write briefly what you do.",
    );
    Page {
        back: Some(says.pick("Terug naar de pagina", "Back to the page")),
        ..says.page("Je notitie is te lang", "Your note is too long", vec![line])
    }
}

/// A form that none of our buttons sends.
pub(super) fn unknown_form(language: Language) -> Page {
    let says = Says(language);
    let line = says.owned("Er is niets veranderd.", "Nothing was changed.");
    Page {
        back: Some(says.pick("Terug naar de pagina", "Back to the page")),
        ..says.page(
            "Die knop kennen we niet",
            "We do not know that button",
            vec![line],
        )
    }
}
