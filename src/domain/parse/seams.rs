//! The two places where reading YAML asks other rooms: the watch language and
//! the templates.

use std::sync::Mutex;

use crate::domain::draft;
use crate::domain::query;

pub use crate::domain::draft::Compiled;
pub(super) use crate::domain::draft::closest;
pub(super) use crate::domain::draft::{Names as TemplateNames, TemplateProblem as TemplateMistake};
pub(super) use crate::domain::query::Vocabulary;
pub(super) use crate::domain::query::accounts::Accounts;

/// A mistake in the text of a query, or a doubt about it; counted in characters
/// from its beginning.
#[derive(Debug)]
pub(super) struct QueryMistake {
    pub start: usize,
    pub length: usize,
    pub message: String,
    pub hint: String,
    /// It works as written, but may not mean what it says.
    pub is_doubt: bool,
}

/// The first mistake in a query, or every doubt when there is none; `known` is
/// what it may name.
pub(super) fn check_query(text: &str, known: &Vocabulary) -> Vec<QueryMistake> {
    let (found, is_doubt) = match query::parse(text, known) {
        Ok(query) => (query.remarks().to_vec(), true),
        Err(error) => (vec![error], false),
    };
    let mistakes = found.into_iter().map(|error| QueryMistake {
        start: error.start,
        length: error.length,
        message: error.message,
        hint: error.hint,
        is_doubt,
    });
    mistakes.collect()
}

/// Whether no mention that one query finds is found by the other as well; false where
/// either cannot be read.
pub(super) fn rules_out(one: &str, other: &str, known: &Vocabulary) -> bool {
    let both = query::parse(one, known)
        .ok()
        .zip(query::parse(other, known).ok());
    both.is_some_and(|(one, other)| one.rules_out(&other))
}

/// Every mistake in a template.
pub(super) fn check_template(
    source: &str,
    allowed: &TemplateNames,
    compiled: &Mutex<Compiled>,
) -> Vec<TemplateMistake> {
    draft::check_and_compile(source, allowed, compiled)
}
