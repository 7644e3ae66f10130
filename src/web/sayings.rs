//! What the page of a personal link says in each situation, in the language of
//! its reader.
//!
//! Its reader was woken by a mail and has a phone in one hand: first what is
//! true now, then the one thing to press.

use axum::http::StatusCode;

use super::page::{Button, Head, NoteForm, NoteView, Others, Page, TaskView, Todo, Way};
use super::refusals::no_reply;
use crate::domain::step::answers::Standing;
use crate::domain::text::Language;
use crate::engine::answering::{Case, Glance};

/// Picks the words of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Says(pub Language);

impl Says {
    pub(super) fn pick<'a>(self, nl: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    pub(super) fn owned(self, nl: &str, en: &str) -> String {
        self.pick(nl, en).to_owned()
    }

    fn button(self, value: &'static str, nl: &'static str, en: &'static str) -> Button {
        Button {
            value,
            label: self.pick(nl, en),
            is_main: false,
        }
    }

    pub(super) fn page(self, nl: &str, en: &str, lines: Vec<String>) -> Page {
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

    pub(super) fn phone(self) -> String {
        self.owned(
            "Lukt het niet, bel dan het crisisteam.",
            "If that does not work, phone the crisis team.",
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
        room: way(says, case),
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
    let mut names: Vec<String> = Vec::new();
    for (name, ..) in &case.answered {
        // Somebody may have several roles, with others in between.
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
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
        room: way(says, case),
        late_heading: undo_heading(says),
        late_buttons: undo(says, case),
        heading,
        ..says.page("", "", vec![line])
    }
}

pub(super) fn take(says: Says) -> Button {
    says.button("take", "Ik pak dit op", "I am on it")
}

pub(super) fn pass_on(says: Says) -> Button {
    says.button(
        "pass_on",
        "Ik kan nu niet, geef door",
        "I cannot now, pass it on",
    )
}

pub(super) fn not_me(says: Says) -> Button {
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

pub(super) fn note_form(says: Says, text: &str) -> NoteForm {
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

/// The reader may be where only personal links get through, so it says where it leads.
fn way(says: Says, case: &Case) -> Option<Way> {
    Some(Way {
        run: case.run,
        label: says.pick("Naar de pagina van deze inzet", "To the page of this run"),
        hint: says.pick(
            "Je logt daar in. Buiten ons netwerk kan deze pagina dicht zijn.",
            "You log in there. Outside our network that page may be closed.",
        ),
    })
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
