//! Advises how to speak, by how much people will blame us: the table of
//! situational crisis communication theory (Coombs).
//!
//! Advice, never a rule: nothing waits for it and nothing is refused by it.
//! Whatever it says, first tell people how to protect themselves and show that
//! you feel with them.

use std::collections::BTreeMap;

use super::facts::{FactSheet, FactValue};
use super::playbook::Playbook;
use super::text::Text;

/// How to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    Deny,
    Inform,
    Diminish,
    Rebuild,
}

impl Advice {
    pub fn name(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Inform => "inform",
            Self::Diminish => "diminish",
            Self::Rebuild => "rebuild",
        }
    }

    /// What it means, in one sentence.
    pub fn sentence(self) -> Text {
        let (nl, en) = match self {
            Self::Deny => (
                "Spreek het tegen en laat zien waarom het niet klopt; bied er geen excuses bij aan en maak het niet kleiner.",
                "Contradict it and show why it is not true; do not apologise or play it down beside that.",
            ),
            Self::Inform => (
                "Vertel wat er is gebeurd en wat mensen kunnen doen; u mag zeggen dat het ook u overkomt.",
                "Tell what happened and what people can do; you may say that it befalls you too.",
            ),
            Self::Diminish => (
                "Leg uit wat u niet in de hand had en hoe groot het werkelijk is; nooit tegenover wie schade heeft.",
                "Explain what was not in your hands and how large it really is; never to those who were harmed.",
            ),
            Self::Rebuild => (
                "Bied excuses aan en maak het goed: zeg wat u herstelt en wat u verandert.",
                "Apologise and make it good: say what you repair and what you change.",
            ),
        };
        let texts = [("nl", nl), ("en", en)];
        let texts = texts.map(|(tag, text)| (tag.to_owned(), text.to_owned()));
        Text::by(BTreeMap::from(texts))
    }
}

/// The advice for a playbook's `responsibility`; `None` for a word that is none.
/// What happened before, or a bad name, makes people blame us more.
pub fn advise(responsibility: &str, similar_before: bool, bad_reputation: bool) -> Option<Advice> {
    let is_worse = similar_before || bad_reputation;
    match (responsibility, is_worse) {
        ("rumour", _) => Some(Advice::Deny),
        ("victim", false) => Some(Advice::Inform),
        ("victim", true) | ("accidental", false) => Some(Advice::Diminish),
        ("accidental", true) | ("preventable", _) => Some(Advice::Rebuild),
        _ => None,
    }
}

/// The advice with what is known now. A fact nobody filled in counts as no.
pub fn advice_of(playbook: &Playbook, facts: &FactSheet) -> Option<Advice> {
    let is_so = |name: &str| {
        let value = facts.get(name).map(|fact| &fact.value);
        matches!(value, Some(FactValue::YesNo(true)))
    };
    let responsibility = playbook.responsibility.as_deref()?;
    advise(
        responsibility,
        is_so("similar_before"),
        is_so("bad_reputation"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_makes_the_advice_one_step_humbler() {
        let table = [
            ("rumour", Advice::Deny, Advice::Deny),
            ("victim", Advice::Inform, Advice::Diminish),
            ("accidental", Advice::Diminish, Advice::Rebuild),
            ("preventable", Advice::Rebuild, Advice::Rebuild),
        ];
        for (responsibility, usual, worse) in table {
            assert_eq!(advise(responsibility, false, false), Some(usual));
            assert_eq!(advise(responsibility, true, false), Some(worse));
            assert_eq!(advise(responsibility, false, true), Some(worse));
            assert_eq!(advise(responsibility, true, true), Some(worse));
        }
        assert_eq!(advise("nobody", false, false), None);
    }
}
