//! The watch language: which mentions a saved query means.
//!
//! Words, `"phrases"`, `word*`, `#hashtag`, `@handle`, `AND OR NOT` (side by
//! side is AND), `-term`, parentheses, `NEAR/n` (at most n words in between,
//! in either order), `{name}` for a named query, `*` for every mention, and the
//! fields `platform:`, `author:`, `lang:` and `url:`. NOT binds first, then
//! NEAR, AND, OR. Case and accents never matter. What is planned but not
//! carried out yet is read and refused, so that no query silently means less
//! than it says.

use std::collections::BTreeMap;

use super::mention::{Mention, Platform};

pub mod fold;

mod lex;

mod parser;

mod terms;

mod wordings;

pub mod matcher;

pub mod watches;

/// A query that was read without a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    root: Node,
}

/// Why a query was refused, at the characters where it shows.
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
    /// Part of the language, but not carried out yet.
    pub unsupported: bool,
}

impl QueryError {
    fn new(start: usize, length: usize, message: impl Into<String>) -> Self {
        Self {
            start,
            length,
            message: message.into(),
            hint: String::new(),
            unsupported: false,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Reads a query; `named` holds the texts that `{name}` stands for.
pub fn parse(text: &str, named: &BTreeMap<String, String>) -> Result<Query, QueryError> {
    parser::parse(text, named)
}

impl Query {
    /// Means no mention at all.
    fn nothing() -> Self {
        Self {
            root: Node::Any(Vec::new()),
        }
    }

    /// Whether the query means this mention. For many mentions build a
    /// [`matcher::Matcher`] once.
    pub fn matches(&self, mention: &Mention) -> bool {
        !matcher::Matcher::new(std::slice::from_ref(self))
            .matching(mention)
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
}

/// One folded word; a hashtag or a handle keeps its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// Written with `*`: the beginning of a word.
    open: bool,
}

/// Something about the mention that is not in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Platform(Platform),
    /// Lower case, without the `@`.
    Author(String),
    /// The first part of a language tag.
    Language(String),
    /// Lower-case host, perhaps with the beginning of a path.
    Site(String),
}

/// A handle as it is compared: without `@`, in lower case.
fn bare_handle(written: &str) -> String {
    written.trim().trim_start_matches('@').to_lowercase()
}

/// The host of a link, lower case as it is compared; `None` when it has none.
fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Whether `host` is `site` or a name under it.
fn is_within(host: &str, site: &str) -> bool {
    host.strip_suffix(site)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests;
