//! What nobody may be known by in a text, found by its form: links, mail addresses,
//! handles and telephone numbers. What is the organisation's own stays.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::domain::organisation::Organisation;

/// A pattern that is known to compile (there is a test).
fn pattern(written: &'static str) -> Option<Regex> {
    Regex::new(written).ok()
}

static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r#"(?i)\b(?:https?://|www\.)[^\s<>"']+"#));
static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"));
static HANDLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(^|[^\w@.])@([\w][\w.-]*\w|\w)"));
static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(^|[^\w:.,+-])((?:\+|00|\(?0)\d(?:[ \u{a0}./()-]{0,3}\d){6,15})\b"));

/// Digits of a telephone number, without the country: what tells two apart.
const TELLING_DIGITS: usize = 9;

/// The least and the most digits of a telephone number (E.164 has 15).
const DIGITS: std::ops::RangeInclusive<usize> = 9..=17;

/// What of an organisation is public, and stays in texts.
#[derive(Debug, Default)]
pub(super) struct Own {
    links: Vec<String>,
    mails: Vec<String>,
    handles: Vec<String>,
    phones: Vec<String>,
    /// Words with an `@` that are no address: drafts of a case.
    drafts: Vec<String>,
}

impl Own {
    /// `drafts`: names of drafts.
    pub(super) fn of(organisation: &Organisation, drafts: Vec<String>) -> Self {
        let channels = &organisation.channels;
        let contacts = &organisation.contacts;
        let links = channels
            .iter()
            .filter_map(|channel| channel.url.clone())
            .chain(contacts.iter().filter_map(|contact| contact.url.clone()))
            .chain(organisation.web.url.clone());
        let handles = channels
            .iter()
            .filter_map(|channel| channel.account.as_ref())
            .chain(&organisation.own_accounts)
            .map(|handle| handle.trim_start_matches('@').to_lowercase());
        let partners = organisation.partners.iter();
        let phones = contacts
            .iter()
            .filter_map(|contact| contact.phone.as_deref())
            .chain(partners.filter_map(|partner| partner.phone.as_deref()));
        Self {
            links: links.map(|link| link.to_lowercase()).collect(),
            mails: contacts
                .iter()
                .filter_map(|contact| contact.email.as_ref())
                .map(|mail| mail.to_lowercase())
                .collect(),
            handles: handles.collect(),
            phones: phones.filter_map(telling).collect(),
            drafts,
        }
    }

    fn has_link(&self, link: &str) -> bool {
        let link = link.to_lowercase();
        self.links.iter().any(|own| {
            let rest = link.strip_prefix(own.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#', '.', ',']))
        })
    }

    /// The text without what strangers could be known by.
    pub(super) fn clean(&self, text: &str) -> String {
        let text = replaced(&LINK, text, |found| match self.has_link(&found[0]) {
            true => found[0].to_owned(),
            false => "[link]".to_owned(),
        });
        let text = replaced(&MAIL, &text, |found| {
            let is_own = self.mails.contains(&found[0].to_lowercase());
            let is_draft = self.drafts.iter().any(|draft| draft == &found[0]);
            match is_own || is_draft {
                true => found[0].to_owned(),
                false => "[e-mail]".to_owned(),
            }
        });
        let text = replaced(&HANDLE, &text, |found| {
            let handle = found[2].to_lowercase();
            let is_ours = handle.starts_with("author-") || handle.starts_with("person-");
            match is_ours || self.handles.contains(&handle) {
                true => found[0].to_owned(),
                false => format!("{}@…", &found[1]),
            }
        });
        replaced(&PHONE, &text, |found| {
            let number = &found[2];
            let n_digits = number.bytes().filter(u8::is_ascii_digit).count();
            let is_own = telling(number).is_some_and(|digits| self.phones.contains(&digits));
            match is_own || !DIGITS.contains(&n_digits) {
                true => found[0].to_owned(),
                false => format!("{}[telephone]", &found[1]),
            }
        })
    }
}

/// The last digits of a number; `None` when it is no whole one.
fn telling(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits
        .len()
        .checked_sub(TELLING_DIGITS)
        .map(|from| digits[from..].to_owned())
}

fn replaced(
    pattern: &LazyLock<Option<Regex>>,
    text: &str,
    by: impl Fn(&Captures) -> String,
) -> String {
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, by).into_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&LINK, &MAIL, &HANDLE, &PHONE] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn people_go_and_what_is_public_stays() {
        let own = Own {
            links: vec!["https://korst.example/nieuws".to_owned()],
            mails: vec!["info@korst.example".to_owned()],
            handles: vec!["korst".to_owned()],
            phones: vec!["881234567".to_owned()],
            drafts: vec!["reply@2.website.nl".to_owned()],
        };
        for (text, clean) in [
            ("zie https://x.example/anna/1, ok", "zie [link] ok"),
            (
                "zie https://korst.example/nieuws/7.",
                "zie https://korst.example/nieuws/7.",
            ),
            ("zie https://korst.example/nieuwsgierig", "zie [link]"),
            (
                "mail piet.jan@mail.example of info@korst.example",
                "mail [e-mail] of info@korst.example",
            ),
            (
                "dank @anna_v! en (@bo) via @korst",
                "dank @…! en (@…) via @korst",
            ),
            ("dank @author-3 en @person-1", "dank @author-3 en @person-1"),
            (
                "concept reply@2.website.nl is klaar",
                "concept reply@2.website.nl is klaar",
            ),
            (
                "bel 06-12345678 of +31 6 1234 5678, niet 088 123 4567",
                "bel [telephone] of [telephone], niet 088 123 4567",
            ),
            (
                "op 2026-03-02 08:14 waren er 1200 van 0-10",
                "op 2026-03-02 08:14 waren er 1200 van 0-10",
            ),
            ("bedrag 1.250.000 en 9 uur", "bedrag 1.250.000 en 9 uur"),
        ] {
            assert_eq!(own.clean(text), clean, "{text}");
        }
    }
}
