//! The watch language: which mentions a saved query means.
//!
//! Words, `"phrases"`, `word*`, `=word` for exactly this spelling, `#hashtag`,
//! `@handle`, `AND OR NOT` (side by side is AND), `-term`, parentheses, `NEAR/n`
//! (at most n words in between, in either order), `{name}` for a named query,
//! `*` for every mention, and fields such as `platform:x` and `followers>1000`.
//! NOT binds first, then NEAR, AND, OR. Case and accents matter only behind `=`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mention::Mention;
use super::organisation::Organisation;
use accounts::Accounts;
use field::Field;

pub mod fold;

mod links;

pub mod accounts;

mod reading;

mod field;

mod lex;

mod naming;

mod asked;

mod words;

mod parser;

mod impossible;

mod print;

mod terms;

mod facts;

mod gate;

mod plan;

mod seen;

mod wordings;

pub mod matcher;

pub mod explain;

mod because;

pub mod watches;

/// A query that was read without a problem.
#[derive(Debug, Clone)]
pub struct Query {
    root: Node,
    remarks: Vec<QueryError>,
}

impl PartialEq for Query {
    /// Whether both mean the same; what was remarked on the way is not compared.
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

/// Why a query was refused, or what it may not mean, at the characters where it
/// shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// In characters from the start of the query, counted from 0.
    pub start: usize,
    /// In characters.
    pub length: usize,
    /// What is wrong, for somebody who writes press releases.
    pub message: String,
    /// The way out; empty when the message says it all.
    pub hint: String,
}

impl QueryError {
    fn new(start: usize, length: usize, message: impl Into<String>) -> Self {
        Self {
            start,
            length,
            message: message.into(),
            hint: String::new(),
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// What queries may name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// What `{name}` stands for.
    pub queries: BTreeMap<String, String>,
    /// What `by:name` stands for.
    pub lists: BTreeMap<String, Arc<Accounts>>,
    /// The keys that `source:` may name. `None`: any, for mentions may come
    /// another way, as in a drill.
    pub sources: Option<Vec<String>>,
}

impl Vocabulary {
    /// Of an organisation, for queries that were checked before.
    pub fn of(organisation: &Organisation) -> Self {
        let lists = organisation.lists.iter();
        Self {
            queries: organisation.queries.iter().cloned().collect(),
            lists: lists
                .map(|list| (list.key.clone(), Arc::new(Accounts::new(&list.accounts))))
                .collect(),
            sources: None,
        }
    }

    /// The same, with only the organisation's own sources.
    pub fn strict(organisation: &Organisation) -> Self {
        let keys = organisation.sources.iter().map(|source| source.key.clone());
        Self {
            sources: Some(keys.collect()),
            ..Self::of(organisation)
        }
    }
}

/// Reads a query; `known` holds what it may name.
pub fn parse(text: &str, known: &Vocabulary) -> Result<Query, QueryError> {
    parser::parse(text, known)
}

impl Query {
    /// Means no mention at all.
    fn nothing() -> Self {
        Self {
            root: Node::Any(Vec::new()),
            remarks: Vec::new(),
        }
    }

    /// What may not mean what the writer thinks; the query works as written.
    pub fn remarks(&self) -> &[QueryError] {
        &self.remarks
    }

    /// Whether nothing can be found by both: the one rules out what the other asks for.
    pub fn rules_out(&self, other: &Self) -> bool {
        impossible::is_ruled_out(&[&self.root, &other.root])
    }

    /// Whether the query means this mention. For many mentions build a
    /// [`matcher::Matcher`] once.
    pub fn matches(&self, mention: &Mention, source: &str) -> bool {
        !matcher::Matcher::new(std::slice::from_ref(self))
            .matching(mention, source)
            .is_empty()
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Everything,
    /// These words side by side; one or more.
    Phrase(Vec<Word>),
    /// Both, with at most so many words in between.
    Near(Box<Node>, Box<Node>, u32),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Field(Field),
    /// A named query, and what it stands for.
    Named(String, Box<Node>),
}

impl Node {
    /// Whether a mention must hold something that was asked for, so that not
    /// everything in the world matches.
    fn is_anchored(&self) -> bool {
        match self {
            Self::Everything | Self::Phrase(_) | Self::Near(..) | Self::Field(_) => true,
            Self::All(parts) => parts.iter().any(Self::is_anchored),
            Self::Any(parts) => parts.iter().all(Self::is_anchored),
            Self::Not(_) => false,
            Self::Named(_, inner) => inner.is_anchored(),
        }
    }

    /// Whether it asks for nothing at all.
    fn is_everything(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Named(_, inner) => inner.is_everything(),
            _ => false,
        }
    }

    /// Whether it stands somewhere in the text, as NEAR needs.
    fn has_places(&self) -> bool {
        match self {
            Self::Phrase(_) => true,
            Self::Near(left, right, _) => left.has_places() && right.has_places(),
            Self::Any(parts) => parts.iter().all(Self::has_places),
            Self::Named(_, inner) => inner.has_places(),
            Self::Everything | Self::All(_) | Self::Not(_) | Self::Field(_) => false,
        }
    }
}

/// One folded word; a hashtag or a handle keeps its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// Written with `*`: the beginning of a word.
    open: bool,
    /// Written with `=`: how it must be spelt.
    spelling: Option<String>,
}

impl Word {
    fn is_plain(&self) -> bool {
        !self.open && self.spelling.is_none() && !self.text.starts_with(['#', '@'])
    }
}

/// The words as one, as a hashtag in lower case runs them together; `None` when
/// they could not stand so.
fn run_together(words: &[Word]) -> Option<String> {
    let is_phrase = words.len() > 1 && words.iter().all(Word::is_plain);
    is_phrase.then(|| words.iter().map(|word| word.text.as_str()).collect())
}

/// A handle as it is compared: without `@`, in lower case.
fn bare_handle(written: &str) -> String {
    written.trim().trim_start_matches('@').to_lowercase()
}

/// The known name that was probably meant.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&name, known), known))
        .min()
        .filter(|(distance, _)| {
            let length = name.chars().count();
            *distance <= 1 + length / 3 && (*distance < 2 || 2 * distance <= length)
        })
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod laws;

#[cfg(test)]
mod refusals;
