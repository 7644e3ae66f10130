//! Whether we want to reply to this account at all: `lists.NAME.engage`.

use crate::domain::organisation::Engage;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "engage",
    severity: Severity::Warn,
    title: (
        "Antwoorden waar wij niet antwoorden",
        "Replying where we do not reply",
    ),
    why: (
        "Op sommige plekken wint u nooit. Dan helpt een bericht op de eigen site meer dan een antwoord.",
        "In some places you never win. Then a message on our own site helps more than a reply.",
    ),
    look,
}];

fn look(page: &Page<'_>) -> Vec<Hit> {
    let is_reply = page.about.message_kind.as_deref() == Some("reply");
    let Some((list, engage)) = page.about.engage.as_ref().filter(|_| is_reply) else {
        return Vec::new();
    };
    let advice = match engage {
        Engage::Reply => return Vec::new(),
        Engage::OwnSite => Both::new(
            "Zet uw antwoord op onze eigen site; wie zoekt, vindt het daar.",
            "Put your answer on our own site; who searches finds it there.",
        ),
        Engage::Never => Both::new(
            "Antwoord niet. Leg vast wat er is gezegd.",
            "Do not reply. Note down what was said.",
        ),
    };
    vec![Hit {
        span: 0..0,
        message: Both::new(
            format!("Dit account staat op de lijst `{list}`, waarop wij niet antwoorden."),
            format!("This account is on the list `{list}`, to which we do not reply."),
        ),
        advice,
        severity: None,
    }]
}
