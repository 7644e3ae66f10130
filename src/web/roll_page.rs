//! The page of a link of a roll call: one question, one button.

use axum::http::StatusCode;

use super::page::{Button, Head, Page};
use super::sayings::Says;
use crate::domain::text::Language;
use crate::engine::calling::Standing;

/// What the button says it is.
pub(super) const HERE: &str = "here";

/// How it stands with whoever has the link.
pub(super) fn page(
    language: Language,
    organisation: &str,
    standing: &Standing,
) -> (StatusCode, Page) {
    let says = Says(language);
    let (status, mut page) = match standing {
        Standing::Asked(deadline) => (StatusCode::OK, asked(says, deadline.as_deref())),
        Standing::Answered(at) => (StatusCode::OK, answered(says, at)),
        Standing::Over => (StatusCode::GONE, over(language)),
    };
    page.head = Some(Head {
        level: says.owned("PROEF · GEEN CRISIS", "TEST · NO CRISIS"),
        title: organisation.to_owned(),
        headline: None,
        facts: says.owned("Bereikbaarheidstest", "Roll call"),
    });
    (status, page)
}

/// Its time is over, or another one came after it.
pub(super) fn over(language: Language) -> Page {
    let says = Says(language);
    let line = says.owned(
        "Je hoeft niets te doen. Kreeg je een nieuwere mail over een proef? Open dan de link daaruit.",
        "There is nothing for you to do. Did you get a newer mail about a test? Then open the link in that one.",
    );
    let page = says.page("Deze proef is voorbij", "This test is over", vec![line]);
    plain(says, page)
}

/// It could not be noted.
pub(super) fn not_stored(language: Language) -> (StatusCode, Page) {
    let says = Says(language);
    let line = says.owned(
        "Er is nog niets genoteerd. Probeer het over een minuut opnieuw; er is geen haast.",
        "Nothing was noted yet. Try again in a minute; there is no hurry.",
    );
    let mut page = says.page("Dat lukte niet", "That did not work", vec![line]);
    page.buttons = vec![button(says)];
    (StatusCode::SERVICE_UNAVAILABLE, plain(says, page))
}

fn asked(says: Says, deadline: Option<&str>) -> Page {
    let question = says.pick(
        "Kwam het bericht aan op de plek waar je bij een crisis gewaarschuwd wilt worden?",
        "Did the message arrive in the place where you want to be warned in a crisis?",
    );
    let press = match (says.0, deadline) {
        (Language::Nl, Some(deadline)) => format!("Druk dan vóór {deadline} op de knop."),
        (Language::En, Some(deadline)) => format!("Then press the button before {deadline}."),
        (Language::Nl, None) => "Druk dan alsnog op de knop.".to_owned(),
        (Language::En, None) => "Then press the button; late is better than never.".to_owned(),
    };
    let lines = vec![
        says.owned(
            "Dit is een proef; er is geen crisis.",
            "This is a test; there is no crisis.",
        ),
        format!("{question} {press}"),
    ];
    let mut page = says.page("Krijg je alarmen hier?", "Do you get alerts here?", lines);
    page.buttons = vec![button(says)];
    page
}

fn answered(says: Says, at: &str) -> Page {
    let heading = match says.0 {
        Language::Nl => format!("Dank je, genoteerd om {at}"),
        Language::En => format!("Thank you, noted at {at}"),
    };
    let line = says.owned(
        "We weten nu dat alarmen je hier bereiken. Je hoeft niets meer te doen.",
        "We know now that alerts reach you here. There is nothing more for you to do.",
    );
    let mut page = says.page(&heading, &heading, vec![line]);
    page.tone = "done";
    plain(says, page)
}

/// Without a button the footer must not speak of one.
fn plain(says: Says, mut page: Page) -> Page {
    page.footer = says.pick(
        "Deze pagina is alleen van jou: deel de link niet.",
        "This page is yours alone: do not share its link.",
    );
    page
}

fn button(says: Says) -> Button {
    Button {
        value: HERE,
        label: says.pick("Ja, ik krijg alarmen hier", "Yes, I get alerts here"),
        is_main: true,
    }
}
