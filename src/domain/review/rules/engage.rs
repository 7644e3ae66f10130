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
    // Whatever its kind, a text for one person is a reply to them.
    let is_reply =
        page.about.message_kind.as_deref() == Some("reply") || page.about.reply_to.is_some();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::review;
    use crate::domain::review::rules::tests::about;
    use crate::domain::text::Language;

    #[track_caller]
    fn check(kind: &str, to: Option<&str>, engage: Engage, is_warned: bool) {
        let mut about = about(Language::Nl, "x");
        about.message_kind = Some(kind.to_owned());
        about.engage = Some(("satire".to_owned(), engage));
        about.reply_to = to.map(str::to_owned);
        let remarks = review("Beste Anna, dank voor uw bericht. ^Kim", &about);
        let found = remarks.iter().any(|remark| remark.rule == "engage");
        assert_eq!(found, is_warned, "{kind} {to:?} {engage:?}");
    }

    #[test]
    fn a_text_for_somebody_on_such_a_list_is_warned_about() {
        check("reply", None, Engage::Never, true);
        check("reply", None, Engage::OwnSite, true);
        check("closing", Some("@anna"), Engage::Never, true);
        check("reply", Some("@anna"), Engage::Reply, false);
        check("statement", None, Engage::Never, false);
    }
}
