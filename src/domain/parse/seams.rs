//! The two places where reading YAML asks other rooms: the watch language and
//! the templates.

use std::collections::BTreeMap;

/// A mistake in the text of a query; counted in characters from its beginning.
#[derive(Debug)]
pub(super) struct QueryMistake {
    pub start: usize,
    pub length: usize,
    pub message: String,
    pub hint: String,
    /// It is well written, but this version cannot carry it out.
    pub is_unsupported: bool,
}

/// SEAM, not wired yet: becomes `crate::domain::query::parse`.
pub(super) fn check_query(_text: &str, _named: &BTreeMap<String, String>) -> Result<(), QueryMistake> {
    Ok(())
}

/// What a template may refer to.
#[derive(Debug)]
pub(super) struct TemplateNames {
    pub facts: Vec<String>,
    /// Contacts with the ways in which each can be reached: `phone`, `email` …
    pub contacts: Vec<(String, Vec<String>)>,
    pub roles: Vec<String>,
    pub per_case: bool,
}

/// A mistake in a template, at its own line and column, from 1.
#[derive(Debug)]
pub(super) struct TemplateMistake {
    pub line: usize,
    pub column: usize,
    pub length: usize,
    pub message: String,
    pub hint: String,
}

/// SEAM, not wired yet: becomes `crate::domain::draft::check_template`.
pub(super) fn check_template(_source: &str, _allowed: &TemplateNames) -> Vec<TemplateMistake> {
    Vec::new()
}
