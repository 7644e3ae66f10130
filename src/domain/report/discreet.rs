//! Takes the names of strangers out of a log before a report is made of it: who a
//! case is about, accounts in texts, and quotes. What our own people did keeps
//! their names.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::organisation::Organisation;
use crate::domain::run::{Cause, Event, Logged};
use crate::domain::text::Language;

/// Fields of events that hold what people wrote. Everything else is names of ours,
/// numbers and moments.
const WRITTEN: [&str; 15] = [
    "text",
    "rendered",
    "title",
    "titles",
    "reason",
    "because",
    "how",
    "list",
    "open",
    "source",
    "options",
    "alt",
    "differences",
    "what",
    "offers",
];

/// Shorter names could be any word.
const SHORTEST: usize = 3;

/// The log without strangers in it: a case is called by its number, an account in
/// a text by what it is, and quotes are gone.
pub fn discreet(log: &[Logged], organisation: &Organisation, language: Language) -> Vec<Logged> {
    let names = names(log);
    let own: BTreeSet<String> = organisation
        .own_accounts
        .iter()
        .map(|account| bare(account).to_lowercase())
        .collect();
    let veil = Veil {
        names: &names,
        own: &own,
        language,
    };
    log.iter().map(|logged| veil.drawn(logged)).collect()
}

/// Who cases are about, with the number of the case; the longest first, so that
/// no part of a name is left.
fn names(log: &[Logged]) -> Vec<(String, String)> {
    let cases = log.iter().filter_map(|logged| match &logged.event {
        Event::CaseOpened { case, name, .. } => Some((bare(name).to_owned(), case.clone())),
        _ => None,
    });
    let mut names: Vec<_> = cases
        .filter(|(name, _)| name.chars().count() >= SHORTEST)
        .collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
}

/// An account without what marks it as one.
fn bare(name: &str) -> &str {
    name.trim().trim_start_matches('@')
}

struct Veil<'a> {
    names: &'a [(String, String)],
    own: &'a BTreeSet<String>,
    language: Language,
}

impl Veil<'_> {
    fn drawn(&self, logged: &Logged) -> Logged {
        let mut logged = logged.clone();
        match &mut logged.event {
            Event::CaseOpened {
                case, name, url, ..
            } => {
                *name = self.called(case);
                *url = None;
                return logged;
            }
            Event::RunStarted {
                cause: Cause::Trigger { evidence, .. },
                ..
            } => evidence.quotes.clear(),
            Event::TriggerFired { evidence, .. } => evidence.quotes.clear(),
            Event::SituationMade { analysis, .. } => analysis.quotes_mut().for_each(Vec::clear),
            _ => {}
        }
        let Ok(mut value) = serde_json::to_value(&logged.event) else {
            return logged;
        };
        if !self.cover(&mut value, false) {
            return logged;
        }
        // A string in the place of a string: it is read as the event it was.
        if let Ok(event) = serde_json::from_value(value) {
            logged.event = event;
        }
        logged
    }

    /// Covers the strings that people wrote; says whether anything was.
    fn cover(&self, value: &mut Value, is_written: bool) -> bool {
        match value {
            Value::String(text) if is_written => {
                let covered = self.text(text);
                let is_other = covered != *text;
                *text = covered;
                is_other
            }
            Value::Array(items) => {
                let covered = items.iter_mut().map(|item| self.cover(item, is_written));
                covered.fold(false, |any, one| any | one)
            }
            Value::Object(fields) => {
                let mut any = false;
                for (key, value) in fields {
                    any |= self.cover(value, is_written || WRITTEN.contains(&key.as_str()));
                }
                any
            }
            _ => false,
        }
    }

    /// What a case is called instead of by a name.
    fn called(&self, case: &str) -> String {
        match self.language {
            Language::Nl => format!("casus {case}"),
            Language::En => format!("case {case}"),
        }
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, case) in self.names {
            let called = self.called(case);
            text = without(&text, name, &format!("[{called}]"));
        }
        self.without_accounts(&text)
    }

    /// `@somebody` becomes `[account]`; our own accounts and mail addresses stay.
    fn without_accounts(&self, text: &str) -> String {
        let mut covered = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            let (before, from) = rest.split_at(at);
            covered.push_str(before);
            let after = &from[1..];
            let is_part = |letter: char| letter.is_alphanumeric() || "_.-@".contains(letter);
            let end = after.find(|letter| !is_part(letter));
            let account = after[..end.unwrap_or(after.len())].trim_end_matches(['.', '-', '@']);
            let before = covered.chars().next_back();
            let is_mail = before.is_some_and(|letter| letter.is_alphanumeric());
            let is_own = self.own.contains(&account.to_lowercase());
            if account.is_empty() || is_mail || is_own {
                covered.push('@');
                rest = after;
                continue;
            }
            covered.push_str("[account]");
            rest = &after[account.len()..];
        }
        covered + rest
    }
}

/// A name as a word of its own becomes another; an `@` before it goes along.
/// Large and small letters are the same.
fn without(text: &str, name: &str, other: &str) -> String {
    let (mut left, mut rest) = (String::new(), text);
    while let Some((from, until)) = found(rest, name) {
        let before = rest[..from].chars().next_back();
        let after = rest[until..].chars().next();
        let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        if is_word(before) || is_word(after) {
            left.push_str(&rest[..until]);
        } else {
            left.push_str(rest[..from].trim_end_matches('@'));
            left.push_str(other);
        }
        rest = &rest[until..];
    }
    left + rest
}

/// Where a name stands: the first and one past the last byte.
fn found(text: &str, name: &str) -> Option<(usize, usize)> {
    let lower = |letter: char| letter.to_lowercase();
    let wanted: Vec<char> = name.chars().flat_map(lower).collect();
    text.char_indices().find_map(|(from, _)| {
        let mut place = 0;
        for (at, letter) in text[from..].char_indices() {
            for small in lower(letter) {
                if wanted.get(place) != Some(&small) {
                    return None;
                }
                place += 1;
            }
            if place == wanted.len() {
                return Some((from, from + at + letter.len_utf8()));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::answering::CaseKind;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::drill::score::sample::organisation;
    use crate::domain::mention::Platform;
    use crate::domain::time::Timestamp;

    fn log(name: &str, note: &str) -> Vec<Logged> {
        let logged = |seq, event| Logged {
            seq,
            at: Timestamp::UNIX_EPOCH,
            event,
        };
        vec![
            logged(
                1,
                Event::CaseOpened {
                    case: "1".to_owned(),
                    name: name.to_owned(),
                    platform: Platform::X,
                    url: Some("https://x.example/1".to_owned()),
                    by: "anna".to_owned(),
                    kind: CaseKind::default(),
                    signs: None,
                },
            ),
            logged(
                2,
                Event::Noted {
                    by: "anna".to_owned(),
                    text: note.to_owned(),
                },
            ),
        ]
    }

    fn noted(name: &str, note: &str) -> String {
        let log = discreet(&log(name, note), &organisation(), Language::Nl);
        let Event::Noted { text, .. } = &log[1].event else {
            panic!("{log:?}");
        };
        text.clone()
    }

    #[test]
    fn strangers_are_cases_and_accounts() {
        let said = noted(
            "@Kees_J",
            "Kees_j (@KEES_J) en @piet.p: mail anna@korst.example.",
        );
        assert_eq!(
            said,
            "[casus 1] ([casus 1]) en [account]: mail anna@korst.example."
        );
        assert_eq!(noted("Jan", "Januari met Jan."), "Januari met [casus 1].");
        assert_eq!(noted("x", "@ 12:00 @"), "@ 12:00 @");
    }

    #[test]
    fn a_case_has_no_name_and_no_address() {
        let log = discreet(&log("Kees", ""), &organisation(), Language::En);
        let text = serde_json::to_string(&log).unwrap();
        assert!(
            !text.contains("Kees") && !text.contains("x.example"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_a_name(before in "[ a-z@.]{0,9}", after in "[ .,@!]{0,9}") {
            let said = noted("Sjoerd-7", &format!("{before} Sjoerd-7{after}"));
            prop_assert!(!said.to_lowercase().contains("sjoerd"), "{}", said);
        }
    }
}
