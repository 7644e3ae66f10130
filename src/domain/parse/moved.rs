//! Finds the line that stands too deep or too shallow: the one move after which the
//! file fits. It is said once, at that line, and the file is read as it was meant, so
//! that nothing else is said of what only follows from it.

use crate::domain::schema::{File, Map};

use super::fit::Misfit;
use super::layout::{self, Line, Move};
use super::problems::{Problems, Span};
use super::source::{SourceFile, without_mark};
use super::tree::{self, Node, shortened};

/// So many lines above the one over which a parser trips.
const FURTHEST_UP: usize = 250;

/// A larger file, in bytes, would take too long to try; people write a third of it.
const LARGEST: usize = 100_000;

/// So many attempts are read; the rest is not worth the time.
const MOST_ATTEMPTS: usize = 60;

/// A file that fits no better than this with a line moved has another mistake.
const WORST: usize = 2;

/// What a line would make of the file elsewhere.
pub(super) struct Moved {
    by: Move,
    line: Line,
    /// As it stands, without the spaces.
    written: String,
    pub node: Node,
}

/// A file that is no YAML because a line stands too deep or too shallow; `trouble` is
/// where the parser trips, from 1.
pub(super) fn to_be_read(text: &str, trouble: usize, file: usize, path: &str) -> Option<Moved> {
    let map = kind(text, path)?;
    let lines = layout::lines(text);
    let until = lines.iter().filter(|line| line.index < trouble).count();
    let candidates: Vec<usize> = (until.saturating_sub(FURTHEST_UP)..until).rev().collect();
    let (moved, count) = best(text, &lines, &candidates, file, map)?;
    (count <= WORST).then_some(moved)
}

/// For each file in turn the line that was meant elsewhere; none at all when there is
/// no such line.
pub(super) fn meant_elsewhere<'f, F: DoubleEndedIterator<Item = &'f SourceFile>>(
    roots: impl Iterator<Item = &'f Node>,
    files: impl Fn() -> F,
    problems: &Problems,
) -> Vec<Option<Moved>> {
    let errors = problems.with_errors();
    let mut found = Vec::new();
    for root in roots {
        let path = problems.path(root.span.file);
        let is_suspect = errors.contains(&path);
        let mut files = files().rev();
        let file = files.find(|file| is_suspect && file.path == path);
        let text = file.and_then(|file| std::str::from_utf8(&file.bytes).ok());
        let text = text.filter(|_| !problems.is_mended(root.span.file));
        found.push(text.and_then(|text| to_fit(without_mark(text), root, &path)));
    }
    if found.iter().all(Option::is_none) {
        found.clear();
    }
    found
}

/// A file whose names stand where they mean nothing: another place for one of them at
/// which fewer do.
fn to_fit(text: &str, root: &Node, path: &str) -> Option<Moved> {
    let map = kind(text, path)?;
    let before = Misfit::of(root, map);
    if before.count == 0 {
        return None;
    }
    let lines = layout::lines(text);
    let candidates = (0..lines.len()).filter(|index| {
        let line = lines[*index].index + 1;
        before.lines.binary_search(&line).is_ok()
    });
    let candidates: Vec<usize> = candidates.take(MOST_ATTEMPTS).collect();
    let (moved, count) = best(text, &lines, &candidates, root.span.file, map)?;
    // What was wrong must be gone, and not be something else that is wrong.
    (count < before.count && count <= WORST).then_some(moved)
}

/// What the first key says that a file is.
fn kind(text: &str, path: &str) -> Option<&'static Map> {
    if text.len() > LARGEST {
        return None;
    }
    let begins = |key: &str| {
        let mut lines = text.lines();
        lines.any(|line| line.trim_start().starts_with(key))
    };
    let file = match File::at(path)?.name {
        "organisation" => "organisation",
        _ if begins("scenario:") => "scenario",
        _ if begins("playbook:") => "playbook",
        _ => return None,
    };
    File::named(file).map(|file| file.map)
}

/// How good a move is: how much still does not fit, how uneven the steps are, how many
/// lines move, how far.
type Score = (usize, usize, usize, usize);

/// The best of all moves of these lines, and how much does not fit after it.
fn best(
    text: &str,
    lines: &[Line],
    candidates: &[usize],
    file: usize,
    map: &'static Map,
) -> Option<(Moved, usize)> {
    let mut found: Option<(Score, Moved)> = None;
    let mut n_attempts = 0;
    for first in candidates {
        if !lines[*first].is_entry() {
            continue;
        }
        for by in layout::moves(lines, *first, 2) {
            let moved = by.lines(lines);
            if n_attempts >= MOST_ATTEMPTS || !layout::stands(&moved) {
                continue;
            }
            n_attempts += 1;
            let Some(node) = tree::quietly(&by.text(text, lines), file) else {
                continue;
            };
            let after = Misfit::of(&node, map);
            let count = after.count;
            // What is moved to where it is not known was not meant there.
            let line = lines[*first].index + 1;
            if after.own.contains(&line) || after.misspelt.contains(&line) {
                continue;
            }
            let score = (count, layout::uneven(&moved), by.n, by.from.abs_diff(by.to));
            if found.as_ref().is_none_or(|(best, _)| score < *best) {
                let line = lines[*first];
                let written = text.lines().nth(line.index).unwrap_or("").trim().to_owned();
                let one = Moved {
                    by,
                    line,
                    written,
                    node,
                };
                found = Some((score, one));
            }
        }
    }
    found.map(|(score, moved)| (moved, score.0))
}

impl Moved {
    /// Says which line it is, and where it was meant.
    pub(super) fn report(&self, file: usize, problems: &Problems) {
        let Move { from, to, n, .. } = self.by;
        let name = self.written.split(": ").next().unwrap_or("");
        let name = shortened(name.trim_end_matches(':'));
        let n_spaces = from.abs_diff(to);
        let how = if from > to { "deep" } else { "shallow" };
        let spaces = if n_spaces == 1 { "space" } else { "spaces" };
        let what = if self.written.starts_with('-') {
            "this entry of a list".to_owned()
        } else {
            format!("`{name}`")
        };
        let span = Span {
            file,
            line: self.line.index + 1,
            column: from + 1,
            length: name.chars().count().max(1),
        };
        let along = match n {
            1 => String::new(),
            _ => ", and what belongs to it along with it".to_owned(),
        };
        let front = match to {
            0 => "no space".to_owned(),
            1 => "1 space".to_owned(),
            _ => format!("{to} spaces"),
        };
        problems.error(
            span,
            "indentation",
            format!("{what} stands {n_spaces} {spaces} too {how} to belong where it was meant"),
            format!("put {front} in front of it{along}: entries of one map or list begin in the same column"),
        );
        problems.mend(file);
    }
}
