//! The two places where reading YAML asks other rooms: the watch language and
//! the templates.

use std::collections::BTreeMap;

use crate::domain::draft;
use crate::domain::query;

pub(super) use crate::domain::draft::{Names as TemplateNames, TemplateProblem as TemplateMistake};

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

/// The first mistake in a query, with the named queries it may use.
pub(super) fn check_query(
    text: &str,
    named: &BTreeMap<String, String>,
) -> Result<(), QueryMistake> {
    query::parse(text, named)
        .map(|_| ())
        .map_err(|error| QueryMistake {
            start: error.start,
            length: error.length,
            message: error.message,
            hint: error.hint,
            is_unsupported: error.unsupported,
        })
}

/// Every mistake in a template.
pub(super) fn check_template(source: &str, allowed: &TemplateNames) -> Vec<TemplateMistake> {
    draft::check_template(source, allowed)
}
