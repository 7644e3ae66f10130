//! Collects every problem found while reading, each at its place.
//!
//! Readers only hold a shared reference: a reader that could not report would
//! have to stop, and `check` promises *all* problems at once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::finding::{Finding, Severity};

/// A place in one of the files that are being read, counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Span {
    /// Index into [`Problems::files`].
    pub file: usize,
    /// From 1; 0 when it is about the whole file.
    pub line: usize,
    pub column: usize,
    pub length: usize,
}

impl Span {
    /// The file as a whole.
    pub(super) fn whole(file: usize) -> Self {
        Self {
            file,
            ..Self::default()
        }
    }
}

/// After so many errors, and after so many warnings, the rest is only counted;
/// somebody who wrote a thousand mistakes made one a thousand times. Warnings take
/// no place from errors, and however many they are they are no error.
const MOST_FINDINGS: usize = 500;

/// No more of a line is kept for showing it.
const LONGEST_LINE: usize = 10_000;

/// What makes a finding the same as another: place, rule and message.
type Fingerprint = (Span, &'static str, String);

/// The text of a file, for showing the line with the problem.
#[derive(Debug)]
struct Shown {
    path: String,
    text: String,
    /// Made of the text when the first of them is shown: most files have no problem.
    lines: OnceCell<Vec<String>>,
}

impl Shown {
    fn line(&self, index: usize) -> Option<&String> {
        let made = || {
            let lines = self.text.lines();
            let lines = lines.map(|line| match line.len() <= LONGEST_LINE {
                true => line.to_owned(),
                false => line.chars().take(LONGEST_LINE).collect(),
            });
            lines.collect()
        };
        self.lines.get_or_init(made).get(index)
    }

    fn show_otherwise(&mut self, index: usize, shown: String) {
        let lines = self.lines.get_mut();
        if let Some(line) = lines.and_then(|lines| lines.get_mut(index)) {
            *line = shown;
        }
    }
}

/// What was found up to some point.
pub(super) struct Mark {
    n_found: usize,
    known: HashSet<Fingerprint>,
    counts: [usize; 4],
}

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Shared with those who read beside us.
    files: Arc<Mutex<Vec<Shown>>>,
    found: RefCell<Vec<Finding>>,
    known: RefCell<HashSet<Fingerprint>>,
    n_shown_errors: Cell<usize>,
    n_errors_left_out: Cell<usize>,
    n_warnings_left_out: Cell<usize>,
    n_errors: Cell<usize>,
    /// Files that are read as they were meant, and not as they stand.
    mended: RefCell<HashSet<usize>>,
    /// Lines with letters that are hidden: as they stand, and as they are shown.
    hidden: RefCell<Vec<(String, String)>>,
    /// What readers ask for, when somebody wants to know.
    log: Option<Arc<Mutex<Log>>>,
}

/// What readers asked for, and where.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Every key that a map was asked for.
    pub asked: Vec<(Span, Vec<&'static str>)>,
    /// Every word that could have stood somewhere.
    pub offered: Vec<(Span, Vec<&'static str>)>,
}

impl Problems {
    /// Collects problems, and beside them what readers ask for.
    pub(super) fn logging(log: Arc<Mutex<Log>>) -> Self {
        Self {
            log: Some(log),
            ..Self::default()
        }
    }

    /// For who reads some of the same files beside us, on another processor; what that
    /// one finds is [taken over](Self::absorb).
    pub(super) fn beside(&self) -> Self {
        Self {
            files: Arc::clone(&self.files),
            mended: self.mended.clone(),
            log: self.log.clone(),
            ..Self::default()
        }
    }

    /// Takes over what others found beside us, in their order.
    pub(super) fn absorb(&self, others: Vec<Self>) {
        let files: HashMap<String, usize> = (0..)
            .zip(self.files().iter())
            .map(|(number, shown)| (shown.path.clone(), number))
            .collect();
        for other in others {
            self.n_errors
                .set(self.n_errors.get() + other.n_errors.get());
            for (mine, theirs) in [
                (&self.n_errors_left_out, &other.n_errors_left_out),
                (&self.n_warnings_left_out, &other.n_warnings_left_out),
            ] {
                mine.set(mine.get() + theirs.get());
            }
            self.mended.borrow_mut().extend(other.mended.into_inner());
            for (written, shown) in other.hidden.into_inner() {
                self.show_hidden(&written, &shown);
            }
            for mut finding in other.found.into_inner() {
                let span = Span {
                    file: files.get(&finding.file).copied().unwrap_or_default(),
                    line: finding.line,
                    column: finding.column,
                    length: finding.length,
                };
                let is_new = (span, finding.id, finding.message.clone());
                if !self.known.borrow_mut().insert(is_new) || !self.has_room(finding.severity) {
                    continue;
                }
                for (written, shown) in self.hidden.borrow().iter() {
                    if finding.text == *written {
                        finding.text.clone_from(shown);
                    }
                }
                self.found.borrow_mut().push(finding);
            }
        }
    }

    fn files(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader asked the map at `span` for these keys.
    pub(super) fn asked(&self, span: Span, keys: &[&'static str]) {
        if let Some(log) = &self.log {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.asked.push((span, keys.to_vec()));
        }
    }

    /// At `span` one of these words could stand.
    pub(super) fn offered(&self, span: Span, choices: &[&'static str]) {
        if let Some(log) = &self.log {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.offered.push((span, choices.to_vec()));
        }
    }

    /// Registers a file; spans refer to it by the number that is returned.
    pub(super) fn add_file(&self, path: &str, text: &str) -> usize {
        let mut files = self.files();
        files.push(Shown {
            path: path.to_owned(),
            text: text.to_owned(),
            lines: OnceCell::new(),
        });
        files.len() - 1
    }

    pub(super) fn path(&self, file: usize) -> String {
        let files = self.files();
        files
            .get(file)
            .map(|shown| shown.path.clone())
            .unwrap_or_default()
    }

    /// Takes over findings that were made outside, such as an unreadable file.
    pub(super) fn adopt(&self, findings: Vec<Finding>) {
        for finding in findings {
            self.count(finding.severity);
            self.found.borrow_mut().push(finding);
        }
    }

    pub(super) fn error(
        &self,
        span: Span,
        id: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Error, span, id, message.into(), hint.into());
    }

    /// An error at something that may be a secret: the letters themselves are
    /// hidden, here and in every other finding on that line.
    pub(super) fn secret_error(
        &self,
        span: Span,
        id: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.hide(span);
        self.error(span, id, message, hint);
    }

    /// Hides letters that may be a secret in what is shown of their line.
    pub(super) fn hide(&self, span: Span) {
        let mut files = self.files();
        let index = span.line.saturating_sub(1);
        let Some(shown) = files.get_mut(span.file) else {
            return;
        };
        let Some(written) = shown.line(index).cloned() else {
            return;
        };
        let hidden = span.column..span.column + span.length;
        let line: String = (1..)
            .zip(written.chars())
            .map(|(column, letter)| match hidden.contains(&column) {
                true => '*',
                false => letter,
            })
            .collect();
        self.show_hidden(&written, &line);
        shown.show_otherwise(index, line);
    }

    /// A line is shown otherwise from now on, and so in what was found on it before.
    fn show_hidden(&self, written: &str, shown: &str) {
        for finding in self.found.borrow_mut().iter_mut() {
            if finding.text == written {
                shown.clone_into(&mut finding.text);
            }
        }
        let mut hidden = self.hidden.borrow_mut();
        hidden.push((written.to_owned(), shown.to_owned()));
    }

    pub(super) fn warning(
        &self,
        span: Span,
        id: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Warning, span, id, message.into(), hint.into());
    }

    /// Says that `what` is read and checked, and that nothing acts on it, with what
    /// happens instead as the hint.
    pub(super) fn not_supported_because(&self, span: Span, what: &str, hint: &str) {
        let message = format!(
            "{what} is not supported yet in this version; it is read and checked but nothing acts on it"
        );
        self.warning(span, "not-supported", message, hint);
    }

    /// How many errors were met, including repeats of one already reported:
    /// an error in `every_playbook` spoils each playbook, but is shown once.
    pub(super) fn n_errors(&self) -> usize {
        self.n_errors.get()
    }

    /// Remembers that a file is not read as it stands: what it says is not in force.
    pub(super) fn mend(&self, file: usize) {
        self.mended.borrow_mut().insert(file);
    }

    pub(super) fn is_mended(&self, file: usize) -> bool {
        self.mended.borrow().contains(&file)
    }

    /// The files with errors so far.
    pub(super) fn with_errors(&self) -> HashSet<String> {
        let found = self.found.borrow();
        let errors = found.iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| one.file.clone()).collect()
    }

    /// How far we are, to go back to.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            n_found: self.found.borrow().len(),
            known: self.known.borrow().clone(),
            counts: self.counts().map(Cell::get),
        }
    }

    /// Forgets what was found since.
    pub(super) fn rewind(&self, mark: Mark) {
        self.found.borrow_mut().truncate(mark.n_found);
        *self.known.borrow_mut() = mark.known;
        for (cell, count) in self.counts().into_iter().zip(mark.counts) {
            cell.set(count);
        }
    }

    fn counts(&self) -> [&Cell<usize>; 4] {
        [
            &self.n_shown_errors,
            &self.n_errors_left_out,
            &self.n_warnings_left_out,
            &self.n_errors,
        ]
    }

    /// No more errors will be shown, so nothing more needs to be worked out for them.
    pub(super) fn is_full(&self) -> bool {
        self.n_shown_errors.get() >= MOST_FINDINGS
    }

    /// What was found so far, for who looks for a common cause.
    pub(super) fn with_findings<T>(&self, look: impl FnOnce(&[Finding]) -> T) -> T {
        look(&self.found.borrow())
    }

    /// Forgets findings that are said at once elsewhere; how many those were.
    pub(super) fn drop_findings(&self, is_said: impl Fn(&Finding) -> bool) -> usize {
        let mut found = self.found.borrow_mut();
        let before = found.len();
        found.retain(|one| !is_said(one));
        let n_dropped = before - found.len();
        let n_errors = found.iter().filter(|one| one.severity == Severity::Error);
        self.n_shown_errors.set(n_errors.count());
        n_dropped
    }

    /// Everything, by file, line and column; each problem once.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let mut found = self.found.into_inner();
        let (n_errors, n_warnings) = (&self.n_errors_left_out, &self.n_warnings_left_out);
        let n_left_out = n_errors.get() + n_warnings.get();
        if n_left_out > 0 {
            found.push(Finding {
                id: "more",
                severity: match n_errors.get() {
                    0 => Severity::Warning,
                    _ => Severity::Error,
                },
                file: String::new(),
                line: 0,
                column: 0,
                length: 0,
                text: String::new(),
                message: format!("{n_left_out} more problems are not shown"),
                hint: "mend these first".to_owned(),
            });
        }
        found.sort_by(|a, b| (a.order(), a.severity, a.id).cmp(&(b.order(), b.severity, b.id)));
        found
    }

    fn add(&self, severity: Severity, span: Span, id: &'static str, message: String, hint: String) {
        self.count(severity);
        if !self.known.borrow_mut().insert((span, id, message.clone())) {
            return;
        }
        if !self.has_room(severity) {
            return;
        }
        let finding = self.finding(severity, span, id, message, hint);
        self.found.borrow_mut().push(finding);
    }

    /// Whether one more is shown; else it is counted.
    fn has_room(&self, severity: Severity) -> bool {
        let n_errors = self.n_shown_errors.get();
        let n_warnings = self.found.borrow().len() - n_errors;
        let (n_shown, left_out) = match severity {
            Severity::Error => (n_errors, &self.n_errors_left_out),
            Severity::Warning => (n_warnings, &self.n_warnings_left_out),
        };
        if n_shown >= MOST_FINDINGS {
            left_out.set(left_out.get() + 1);
            return false;
        }
        if severity == Severity::Error {
            self.n_shown_errors.set(n_errors + 1);
        }
        true
    }

    fn count(&self, severity: Severity) {
        if severity == Severity::Error {
            self.n_errors.set(self.n_errors.get() + 1);
        }
    }

    /// A finding that is not reported, or not yet.
    pub(super) fn finding(
        &self,
        severity: Severity,
        span: Span,
        id: &'static str,
        message: String,
        hint: String,
    ) -> Finding {
        let files = self.files();
        let shown = files.get(span.file);
        let text = shown
            .zip(span.line.checked_sub(1))
            .and_then(|(shown, index)| shown.line(index))
            .cloned()
            .unwrap_or_default();
        // A marker never runs past the end of its line.
        let room = text
            .chars()
            .count()
            .saturating_sub(span.column.saturating_sub(1));
        Finding {
            id,
            severity,
            file: shown.map(|shown| shown.path.clone()).unwrap_or_default(),
            line: span.line,
            column: if span.line == 0 {
                0
            } else {
                span.column.max(1)
            },
            length: if span.line == 0 {
                0
            } else {
                span.length.min(room).max(1)
            },
            text,
            message,
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An organisation of a thousand remarks starts all the same, and its one mistake
    /// is shown.
    #[test]
    fn warnings_are_no_error_however_many_and_hide_none() {
        let said = |n_warnings: usize, n_errors: usize| {
            let problems = Problems::default();
            for number in 0..n_warnings {
                problems.warning(Span::default(), "w", format!("{number}"), "");
            }
            for number in 0..n_errors {
                problems.error(Span::default(), "e", format!("{number}"), "");
            }
            let found = problems.into_findings();
            let errors = found.iter().filter(|one| one.severity == Severity::Error);
            (found.len(), errors.count())
        };
        assert_eq!(said(600, 0), (501, 0));
        assert_eq!(said(600, 1), (502, 1));
        assert_eq!(said(0, 600), (501, 501));
    }
}
