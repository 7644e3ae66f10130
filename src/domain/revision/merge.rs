//! One text out of two changes of the same text: what the facts made of it, and
//! what a person made of it.
//!
//! Sentence by sentence. What only one of them changed is taken from that one.
//! Where both did, both are shown between marks, and a person chooses. A gap
//! that the person left standing is filled in where it stands.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::pieces::{Piece, joined, pieces};
use super::{Marks, gaps};
use crate::domain::text::Language;

/// In which words a choice is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    pub language: Language,
    /// Who wrote the person's wording.
    pub writer: String,
}

/// A text with both changes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub text: String,
    /// Choices that are left to make.
    pub n_conflicts: usize,
}

/// Pieces of the base that one side replaced.
#[derive(Debug, Clone)]
struct Change {
    base: Range<usize>,
    new: Range<usize>,
}

/// `base` with the changes that lead to `facts` and those that lead to `person`.
pub fn merge(base: &str, facts: &str, person: &str, labels: &Labels) -> Merged {
    let only = match (facts == base, person == base || facts == person) {
        (true, _) => Some(person),
        (_, true) => Some(facts),
        _ => None,
    };
    if let Some(text) = only {
        return Merged {
            text: text.to_owned(),
            n_conflicts: super::n_conflicts(text),
        };
    }
    let sides = Sides {
        base: pieces(base),
        facts: pieces(facts),
        person: pieces(person),
    };
    sides.merged(labels)
}

struct Sides<'a> {
    base: Vec<Piece<'a>>,
    facts: Vec<Piece<'a>>,
    person: Vec<Piece<'a>>,
}

/// Changes of both sides that touch each other, with what they cover.
struct Cluster {
    base: Range<usize>,
    facts: Vec<Change>,
    person: Vec<Change>,
}

impl Sides<'_> {
    fn merged(&self, labels: &Labels) -> Merged {
        let mut out = Out::default();
        let mut at = 0;
        for cluster in clusters(
            changes(&self.base, &self.facts),
            changes(&self.base, &self.person),
        ) {
            out.take(&self.base[at..cluster.base.start]);
            at = cluster.base.end;
            let facts = applied(&self.base, &self.facts, &cluster.base, &cluster.facts);
            let person = applied(&self.base, &self.person, &cluster.base, &cluster.person);
            if cluster.person.is_empty() || facts == person {
                out.take(&facts);
            } else if cluster.facts.is_empty() {
                out.take(&person);
            } else {
                let base = joined(self.base[cluster.base.clone()].iter().copied());
                let facts = joined(facts);
                let person = joined(person);
                match filled(&base, &facts, &person) {
                    Some(filled) => out.take_text(&filled),
                    None => out.conflict(&facts, &person, labels),
                }
            }
        }
        out.take(&self.base[at..]);
        Merged {
            text: out.end(),
            n_conflicts: out.n_conflicts,
        }
    }
}

/// Where the new text differs, in order.
fn changes(base: &[Piece<'_>], new: &[Piece<'_>]) -> Vec<Change> {
    let (mut old_at, mut new_at) = (0, 0);
    let mut changes = Vec::new();
    let mut change_until = |old: usize, new: usize, old_at: usize, new_at: usize| {
        if old > old_at || new > new_at {
            changes.push(Change {
                base: old_at..old,
                new: new_at..new,
            });
        }
    };
    // Only what is equal is sure of its place on both sides.
    for op in capture_diff_slices(Algorithm::Patience, base, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            let (old, fresh) = (op.old_range(), op.new_range());
            change_until(old.start, fresh.start, old_at, new_at);
            (old_at, new_at) = (old.end, fresh.end);
        }
    }
    change_until(base.len(), new.len(), old_at, new_at);
    changes
}

/// Both lists as one, with what touches the same pieces together.
fn clusters(facts: Vec<Change>, person: Vec<Change>) -> Vec<Cluster> {
    let facts = facts.into_iter().map(|change| (true, change));
    let person = person.into_iter().map(|change| (false, change));
    let mut all: Vec<(bool, Change)> = facts.chain(person).collect();
    // An insertion comes before what is replaced at the same place.
    all.sort_by_key(|(_, change)| (change.base.start, change.base.end));
    let mut clusters: Vec<Cluster> = Vec::new();
    for (is_facts, change) in all {
        let last = clusters
            .last_mut()
            .filter(|last| touches(&last.base, &change.base));
        let cluster = match last {
            Some(last) => {
                last.base.end = last.base.end.max(change.base.end);
                last
            }
            None => {
                clusters.push(Cluster {
                    base: change.base.clone(),
                    facts: Vec::new(),
                    person: Vec::new(),
                });
                match clusters.last_mut() {
                    Some(last) => last,
                    None => continue,
                }
            }
        };
        match is_facts {
            true => cluster.facts.push(change),
            false => cluster.person.push(change),
        }
    }
    clusters
}

/// Whether two changes of the base are about the same pieces: what stands beside
/// a change does not touch it, but two insertions at one place do.
fn touches(one: &Range<usize>, other: &Range<usize>) -> bool {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => one.start == other.start,
        (true, false) => other.start < one.start && one.start < other.end,
        (false, true) => one.start < other.start && other.start < one.end,
        (false, false) => one.start < other.end && other.start < one.end,
    }
}

/// A part of the base as one side has it.
fn applied<'a>(
    base: &[Piece<'a>],
    new: &[Piece<'a>],
    range: &Range<usize>,
    changes: &[Change],
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    for change in changes {
        pieces.extend_from_slice(&base[at..change.base.start]);
        pieces.extend_from_slice(&new[change.new.clone()]);
        at = change.base.end;
    }
    pieces.extend_from_slice(&base[at..range.end]);
    pieces
}

/// The person's wording with its gaps filled in, when that is all the facts did;
/// `None` when they did more, or the person took a gap away that they fill.
fn filled(base: &str, facts: &str, person: &str) -> Option<String> {
    let mut person = person.to_owned();
    let (mut base, mut facts) = (base, facts);
    let mut n_filled = 0;
    while let Some(gap) = gaps(base).first().copied() {
        let at = base.find(gap)?;
        let before = &base[..at];
        base = &base[at + gap.len()..];
        facts = facts.strip_prefix(before)?;
        if let Some(rest) = facts.strip_prefix(gap) {
            facts = rest;
            continue;
        }
        // What is said up to the next gap comes after the value.
        let next = gaps(base).first().and_then(|gap| base.find(gap));
        let literal = &base[..next.unwrap_or(base.len())];
        let end = match (next, literal.is_empty()) {
            (Some(_), true) => return None,
            (Some(_), false) => facts.find(literal)?,
            (None, _) => facts.len().checked_sub(literal.len())?,
        };
        let value = facts.get(..end)?;
        if value.is_empty() || !person.contains(gap) {
            return None;
        }
        person = person.replacen(gap, value, 1);
        facts = facts.get(end..)?;
        n_filled += 1;
    }
    (n_filled > 0 && facts == base).then_some(person)
}

/// The text as far as it came.
#[derive(Default)]
struct Out {
    text: String,
    n_conflicts: usize,
}

impl Out {
    fn take(&mut self, pieces: &[Piece<'_>]) {
        for piece in pieces {
            if piece.is_break() {
                self.trim();
                // Beside a choice, or what was taken out, there are some already.
                let n_there = self.text.len() - self.text.trim_end_matches('\n').len();
                let n_more = piece.text.len().saturating_sub(n_there);
                self.text.extend(std::iter::repeat_n('\n', n_more));
            } else {
                self.take_text(piece.text);
            }
        }
    }

    fn take_text(&mut self, text: &str) {
        let is_apart = self.text.is_empty() || self.text.ends_with(char::is_whitespace);
        if !is_apart && !text.starts_with('\n') {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    fn conflict(&mut self, facts: &str, person: &str, labels: &Labels) {
        self.n_conflicts += 1;
        let marks = Marks::of(labels.language);
        self.trim();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let nothing = match labels.language {
            Language::Nl => "(niets)",
            Language::En => "(nothing)",
        };
        let shown = |text: &str| match text.trim_matches('\n') {
            "" => nothing.to_owned(),
            text => text.to_owned(),
        };
        let lines = [
            marks.facts.to_owned(),
            shown(facts),
            format!("{} {}:]", marks.person, labels.writer),
            shown(person),
            marks.end.to_owned(),
        ];
        self.text.push_str(&lines.join("\n"));
        self.text.push('\n');
    }

    fn trim(&mut self) {
        let kept = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(kept);
    }

    fn end(&mut self) -> String {
        std::mem::take(&mut self.text).trim().to_owned()
    }
}
