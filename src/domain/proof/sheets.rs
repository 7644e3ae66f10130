//! Fact sheets to try a text with: nothing known, all known, all meant to harm.

use std::sync::OnceLock;

use crate::domain::draft::{plain, sample};
use crate::domain::facts::{Fact, FactSheet, FactValue};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{FactKind, Playbook};
use crate::domain::time::Timestamp;

/// The sheets of one playbook in one language, each made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    minimal: OnceLock<FactSheet>,
    full: OnceLock<FactSheet>,
    hostile: OnceLock<FactSheet>,
}

impl Sheets {
    pub(super) fn get(&self, sheet: Sheet, make: impl FnOnce() -> FactSheet) -> &FactSheet {
        let place = match sheet {
            Sheet::Minimal => &self.minimal,
            Sheet::Full => &self.full,
            Sheet::Hostile => &self.hostile,
        };
        place.get_or_init(make)
    }
}

/// Which facts a text is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Only what the playbook cannot start without.
    Minimal,
    /// Everything, plausible.
    Full,
    /// Everything, as somebody would write it who wants to speak in our name.
    Hostile,
}

/// What a hostile fact says: tags, markup, quotes, other letters, an injected
/// header, marks that turn the direction of reading, controls, and length.
const HOSTILE: &str = "«{{organisation}}{{#each facts.known}}{{{this}}}{{/each}}» \
    <script>alert(1)</script> \"quotes' & 👩‍👩‍👧 é\r\nBcc: evil@example.org\n\
    \u{202e}turned\u{2066}\u{7}\u{1b}[31m\u{1}forged\u{2}";

/// Stands around what must come out as it went in.
pub(super) const MARKS: (char, char) = ('«', '»');

impl Sheet {
    /// For in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Minimal => "while nothing is known yet",
            Self::Full => "with every fact known",
            Self::Hostile => "with facts that are meant to harm",
        }
    }

    /// What the person of a case calls themselves.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Minimal | Self::Full => "Sanne",
            Self::Hostile => HOSTILE,
        }
    }

    /// The facts of a playbook.
    pub fn facts(
        self,
        organisation: &Organisation,
        playbook: &Playbook,
        language: &str,
        now: Timestamp,
    ) -> FactSheet {
        match self {
            Self::Minimal => minimal(organisation, playbook, language, now),
            Self::Full => full(organisation, playbook, language, now),
            Self::Hostile => hostile(organisation, playbook, language, now),
        }
    }
}

/// Only the facts that starting by hand asks for.
pub fn minimal(
    organisation: &Organisation,
    playbook: &Playbook,
    language: &str,
    now: Timestamp,
) -> FactSheet {
    let mut facts = full(organisation, playbook, language, now);
    facts.retain(|name, _| playbook.by_hand.facts.contains(name));
    facts
}

/// A plain sentence for each fact: an example between signs would be remarked on.
fn full(
    organisation: &Organisation,
    playbook: &Playbook,
    language: &str,
    now: Timestamp,
) -> FactSheet {
    let mut facts = sample(organisation, playbook, language, now);
    let word = match language {
        "nl" => "iets",
        _ => "something",
    };
    for fact in facts.values_mut() {
        match &mut fact.value {
            FactValue::Text(text) => *text = word.to_owned(),
            FactValue::List(items) => *items = vec![word.to_owned(), word.to_owned()],
            _ => {}
        }
        fact.source = Some(plain(word));
    }
    facts
}

/// Every fact as somebody would write it who wants to do harm.
pub fn hostile(
    organisation: &Organisation,
    playbook: &Playbook,
    language: &str,
    now: Timestamp,
) -> FactSheet {
    let long = format!("{HOSTILE}{}", "x".repeat(2_000));
    let mut facts = sample(organisation, playbook, language, now);
    for question in &playbook.facts {
        let value = match question.kind {
            FactKind::Text => FactValue::Text(long.clone()),
            FactKind::List => FactValue::List(vec![HOSTILE.to_owned(), long.clone()]),
            FactKind::Number => FactValue::Number(f64::MAX),
            FactKind::YesNo => FactValue::YesNo(false),
            FactKind::Date | FactKind::Time => continue,
        };
        let fact = Fact {
            value,
            by: HOSTILE.to_owned(),
            at: now,
            source: Some(HOSTILE.to_owned()),
            as_of: None,
        };
        facts.insert(question.name.clone(), fact);
    }
    facts
}
