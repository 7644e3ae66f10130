//! Texts that people read, in one or more languages.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A language the team reads: alerts, pages and reports exist in these.
/// Statements may be written in any language; there a language is its tag.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    Nl,
    En,
}

impl Language {
    /// The BCP 47 tag, as it stands in YAML and in file names.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }

    /// The language with this tag; `None` when the team cannot be served in it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "nl" => Some(Self::Nl),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A text: one string for everybody, or one a language (by its tag). A playbook is pinned
/// by every run of it and once by the shelf; they share the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    Same(Arc<str>),
    By(Arc<BTreeMap<String, String>>),
}

impl Text {
    /// For everybody.
    pub fn same(text: impl Into<Arc<str>>) -> Self {
        Self::Same(text.into())
    }

    /// One a language, by its tag.
    pub fn by(texts: BTreeMap<String, String>) -> Self {
        Self::By(Arc::new(texts))
    }

    /// The text in `language`; where it lacks, the organisation's, else any.
    pub fn get(&self, language: &str, organisations: Language) -> &str {
        match self {
            Self::Same(text) => text,
            Self::By(texts) => texts
                .get(language)
                .or_else(|| texts.get(organisations.tag()))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }
}

impl Text {
    /// It in every language it has.
    pub fn all(&self) -> Vec<&str> {
        match self {
            Self::Same(text) => vec![text],
            Self::By(texts) => texts.values().map(String::as_str).collect(),
        }
    }

    /// The same in every language, changed.
    pub fn each(&self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Same(text) => Self::same(change(text)),
            Self::By(texts) => Self::by(
                texts
                    .iter()
                    .map(|(language, text)| (language.clone(), change(text)))
                    .collect(),
            ),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::same("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::same(text)
    }
}
