//! What the page of a personal link says in each situation, in the language of
//! its reader.
//!
//! Its reader was woken by a mail and has a phone in one hand: first what is
//! true now, then the one thing to press.

use axum::http::StatusCode;

use super::page::{Button, Head, NoteForm, NoteView, Others, Page, TaskView, Todo};
use crate::domain::link::{Claims, Refused};
use crate::domain::step::answers::{NoReply, Reply, Standing};
use crate::domain::text::Language;
use crate::engine::NotDone;
use crate::engine::answering::{Case, Glance};

/// Picks the words of a language.
#[derive(Debug, Clone, Copy)]
struct Says(Language);

impl Says {
    fn pick<'a>(self, nl: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn owned(self, nl: &str, en: &str) -> String {
        self.pick(nl, en).to_owned()
    }

    fn button(self, value: &'static str, nl: &'static str, en: &'static str) -> Button {
        Button {
            value,
            label: self.pick(nl, en),
            is_main: false,
        }
    }

    fn page(self, nl: &str, en: &str, lines: Vec<String>) -> Page {
        Page {
            language: self.0.tag(),
            heading: self.owned(nl, en),
            lines,
            footer: self.pick(
                "Deze pagina is alleen van jou: deel de link niet. Openen verandert niets, alleen een knop telt.",
                "This page is yours alone: do not share its link. Opening it changes nothing; only a button counts.",
            ),
            ..Page::default()
        }
    }

    fn phone(self) -> String {
        self.owned(
            "Lukt het niet, bel dan het crisisteam.",
            "If that does not work, phone the crisis team.",
        )
    }
}

/// A link that does not work.
pub(super) fn refused(language: Language, refused: &Refused) -> (StatusCode, Page) {
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
        Refused::Foreign => {
            let why = says.owned(
                "Hij hoort bij een andere draaiboek-installatie, bijvoorbeeld die van een oefening. Kijk of je de juiste mail hebt.",
                "It belongs to another installation of draaiboek, such as that of a drill. See whether you have the right mail.",
            );
            let lines = vec![why, says.phone()];
            let page = says.page(
                "Deze link is niet van hier",
                "This link is not from here",
                lines,
            );
            (StatusCode::NOT_FOUND, page)
        }
        Refused::Expired(claims) => (StatusCode::GONE, expired(says, claims)),
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

fn no_reply(says: Says, why: NoReply, said: Option<&Reply>) -> (StatusCode, Page) {
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
        NoReply::NoSuchAlert | NoReply::Foreign => refused(says.0, &Refused::Malformed),
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

/// How things stand.
pub(super) fn case(language: Language, case: &Case) -> (StatusCode, Page) {
    let says = Says(language);
    let (status, mut page) = match &case.standing {
        Ok(standing) => (StatusCode::OK, standing_page(says, case, standing)),
        Err(why) => no_reply(says, *why, None),
    };
    let Some(glance) = &case.glance else {
        return (status, page);
    };
    let run = says.pick("inzet", "run");
    page.head = Some(Head {
        level: glance.level.clone(),
        title: glance.title.clone(),
        headline: glance.headline.clone(),
        facts: format!(
            "{} · {run} {} · {}",
            glance.organisation, case.run, glance.at
        ),
    });
    if let Some(closed_at) = case.closed_at {
        let at = glance.clock(closed_at, case.now);
        page.heading = match language {
            Language::Nl => format!("Inzet {} is om {at} afgesloten", case.run),
            Language::En => format!("Run {} was closed at {at}", case.run),
        };
    }
    page.notes_heading = says.pick("Wat je schreef", "What you wrote");
    page.notes = case
        .notes
        .iter()
        .map(|(at, text)| NoteView {
            at: glance.clock(*at, case.now),
            text: text.clone(),
        })
        .collect();
    (status, page)
}

fn standing_page(says: Says, case: &Case, standing: &Standing) -> Page {
    let Some(glance) = &case.glance else {
        return says.page(
            "Er is niets te zien",
            "There is nothing to see",
            vec![says.phone()],
        );
    };
    match standing {
        Standing::Asked(_) => asked(says, case, glance),
        Standing::Yours(at, _) => yours(says, case, glance, &glance.clock(*at, case.now)),
        Standing::PassedOn => {
            let line = says.owned(
                "Je hoeft niets te doen. Kun je toch, dan kun je het hieronder alsnog oppakken.",
                "You need not do anything. If you can after all, take it below.",
            );
            Page {
                buttons: vec![take(says)],
                others: others(says, case, glance),
                ..says.page("Dit is doorgegeven", "This was passed on", vec![line])
            }
        }
        Standing::Others(_) if !case.answered.is_empty() => taken(says, case, glance),
        Standing::Others(_) | Standing::ToldOnly => Page {
            others: others(says, case, glance),
            late_buttons: undo(says, case),
            late_heading: undo_heading(says),
            ..says.page(
                "Er wordt nu niets van je gevraagd",
                "Nothing is asked of you now",
                vec![],
            )
        },
    }
}

fn asked(says: Says, case: &Case, glance: &Glance) -> Page {
    let roles = glance.list(&case.roles);
    let heading = match says.0 {
        Language::Nl => format!("Pak jij dit op als {roles}?"),
        Language::En => format!("Are you on it as {roles}?"),
    };
    let line = match case.answered.is_empty() {
        true => says.pick("Nog niemand heeft geantwoord.", "Nobody has answered yet."),
        false => says.pick(
            "Voor deze rol heeft nog niemand geantwoord.",
            "Nobody has answered for this role yet.",
        ),
    };
    Page {
        tone: "ask",
        buttons: vec![
            Button {
                is_main: true,
                ..take(says)
            },
            pass_on(says),
        ],
        others: others(says, case, glance),
        heading,
        ..says.page("", "", vec![line.to_owned()])
    }
}

fn yours(says: Says, case: &Case, glance: &Glance, at: &str) -> Page {
    let roles = glance.list(&case.roles);
    let stale_at = case
        .stale_at
        .map(|stale_at| glance.clock(stale_at, case.now));
    let heading = match says.0 {
        Language::Nl => format!("Je hebt dit om {at} opgepakt als {roles}"),
        Language::En => format!("You took this at {at} as {roles}"),
    };
    let line = match (says.0, stale_at) {
        (Language::Nl, Some(stale_at)) => format!(
            "Schrijf hieronder wat je doet. Horen we vóór {stale_at} niets, dan alarmeren we je opnieuw."
        ),
        (Language::En, Some(stale_at)) => format!(
            "Write below what you do. If we hear nothing before {stale_at}, we alert you again."
        ),
        (Language::Nl, None) => "We zien dat je bezig bent. Dank je.".to_owned(),
        (Language::En, None) => "We see that you are at work. Thank you.".to_owned(),
    };
    Page {
        tone: "done",
        note: Some(note_form(says, "")),
        todo: todo(says, case, glance),
        others: others(says, case, glance),
        late_heading: says.pick("Lukt het niet?", "Not possible after all?"),
        late_buttons: vec![
            says.button(
                "pass_on",
                "Ik kan toch niet, geef door",
                "I cannot after all, pass it on",
            ),
            not_me(says),
        ],
        heading,
        ..says.page("", "", vec![line])
    }
}

/// Others have it, and the reader may still say that they are there.
fn taken(says: Says, case: &Case, glance: &Glance) -> Page {
    let mut names: Vec<String> = case
        .answered
        .iter()
        .map(|(name, ..)| name.clone())
        .collect();
    names.dedup();
    let who = glance.list(&names);
    let heading = match (says.0, names.len()) {
        (Language::Nl, 1) => format!("{who} pakt dit op"),
        (Language::Nl, _) => format!("{who} pakken dit op"),
        (Language::En, 1) => format!("{who} is on it"),
        (Language::En, _) => format!("{who} are on it"),
    };
    let heard = case.heard_at.map(|at| glance.clock(at, case.now));
    let line = match (says.0, &heard) {
        (Language::Nl, None) => {
            "Je hoeft niets te doen. Ben je er wel, dan mag je dat laten weten.".to_owned()
        }
        (Language::En, None) => {
            "You need not do anything. If you are there, you may say so.".to_owned()
        }
        (Language::Nl, Some(at)) => format!("Je liet om {at} weten dat je er ook bent."),
        (Language::En, Some(at)) => format!("You said at {at} that you are there as well."),
    };
    let here = says.button("take", "Ik ben er ook", "I am there as well");
    Page {
        buttons: if heard.is_none() { vec![here] } else { vec![] },
        note: heard.is_some().then(|| note_form(says, "")),
        todo: heard.as_ref().and_then(|_| todo(says, case, glance)),
        others: others(says, case, glance),
        late_heading: undo_heading(says),
        late_buttons: undo(says, case),
        heading,
        ..says.page("", "", vec![line])
    }
}

fn take(says: Says) -> Button {
    says.button("take", "Ik pak dit op", "I am on it")
}

fn pass_on(says: Says) -> Button {
    says.button(
        "pass_on",
        "Ik kan nu niet, geef door",
        "I cannot now, pass it on",
    )
}

fn not_me(says: Says) -> Button {
    says.button("not_me", "Dit was ik niet", "This was not me")
}

fn undo(says: Says, case: &Case) -> Vec<Button> {
    let heard = case.heard_at.map(|_| not_me(says));
    heard.into_iter().collect()
}

fn undo_heading(says: Says) -> &'static str {
    match says.0 {
        Language::Nl => "Heb jij niet geantwoord?",
        Language::En => "Was it not you who answered?",
    }
}

fn note_form(says: Says, text: &str) -> NoteForm {
    NoteForm {
        label: says.pick("Wat doe je nu?", "What are you doing now?"),
        hint: says.pick(
            "Eén zin is genoeg. Je team leest het in het logboek.",
            "One sentence is enough. Your team reads it in the log.",
        ),
        button: says.pick("Opslaan", "Save"),
        text: text.to_owned(),
    }
}

fn todo(says: Says, case: &Case, glance: &Glance) -> Option<Todo> {
    if glance.tasks.is_empty() && glance.draft.is_none() {
        return None;
    }
    let due = |due: &String| match says.0 {
        Language::Nl => format!("vóór {due}"),
        Language::En => format!("by {due}"),
    };
    let tasks = glance.tasks.iter().map(|(title, at)| TaskView {
        title: title.clone(),
        due: at.as_ref().map(due),
    });
    let draft = glance.draft.as_ref();
    Some(Todo {
        heading: says.pick("Eerst doen", "Do first"),
        tasks: tasks.collect(),
        draft: draft.map(|_| {
            says.owned(
                "Een eerste concept staat in de mail, en op de server:",
                "A first draft is in the mail, and on the server:",
            )
        }),
        show: draft.map(|id| format!("draaiboek draft show {id} --run {}", case.run)),
    })
}

/// Who answered, and which roles miss an answer.
fn others(says: Says, case: &Case, glance: &Glance) -> Option<Others> {
    let answered = case.answered.iter().map(|(name, role, at)| {
        let at = glance.clock(*at, case.now);
        match says.0 {
            Language::Nl => format!("Opgepakt door {name} ({role}) om {at}"),
            Language::En => format!("Taken by {name} ({role}) at {at}"),
        }
    });
    let missing = case.missing.iter().map(|role| match says.0 {
        Language::Nl => format!("Nog geen antwoord: {role}"),
        Language::En => format!("No answer yet: {role}"),
    });
    let lines: Vec<String> = answered.chain(missing).collect();
    (!lines.is_empty()).then_some(Others {
        heading: says.pick("Hoe het ervoor staat", "How things stand"),
        lines,
    })
}
