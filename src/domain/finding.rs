//! One problem that `check` found, with everything needed to mend it.

use serde::Serialize;

/// How bad a finding is. Errors keep the set from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Would fail during a crisis: the set is refused.
    Error,
    /// Works, but not as written; includes what is not supported yet.
    Warning,
}

/// One problem, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name of the rule, such as `unknown-role`.
    pub id: &'static str,
    pub severity: Severity,
    /// Path relative to the organisation's folder.
    pub file: String,
    /// Counted from 1; 0 when the finding is about the whole file.
    pub line: usize,
    /// In characters, counted from 1; 0 with `line` 0.
    pub column: usize,
    /// How many characters the marker covers, at least 1 where there is a place.
    pub length: usize,
    /// The line as it stands in the file, for the reader.
    pub text: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The way out; empty when the message says it all.
    pub hint: String,
}

impl Finding {
    /// What findings are sorted by: what others depend on comes first, so that the
    /// cause stands above what follows from it, and what was left out comes last.
    pub fn order(&self) -> (u8, &str, usize, usize) {
        let room = match self.file.as_str() {
            "" if self.line == 0 && self.id == "more" => 4,
            file if file.starts_with("playbooks/scenarios/") => 2,
            file if file.starts_with("playbooks/") => 1,
            file if file.contains('/') => 3,
            _ => 0,
        };
        (room, &self.file, self.line, self.column)
    }

    /// `file:line:column`, or the file alone when the whole of it is meant.
    pub fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}
