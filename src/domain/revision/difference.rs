//! What changed between two versions of a text, word by word.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// What became of some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Same,
    Gone,
    New,
}

/// Words that stand together and had the same fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: Kind,
    pub text: String,
}

/// The parts of both versions, in order: those that are not new make the one,
/// those that are not gone the other.
pub fn differences(before: &str, after: &str) -> Vec<Part> {
    let old: Vec<&str> = before.split_word_bounds().collect();
    let new: Vec<&str> = after.split_word_bounds().collect();
    let mut parts: Vec<Part> = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    // Only what is equal is sure of its place on both sides.
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            let (same, fresh) = (op.old_range(), op.new_range());
            add(&mut parts, Kind::Gone, &old[old_at..same.start]);
            add(&mut parts, Kind::New, &new[new_at..fresh.start]);
            add(&mut parts, Kind::Same, &old[same.clone()]);
            (old_at, new_at) = (same.end, fresh.end);
        }
    }
    add(&mut parts, Kind::Gone, &old[old_at..]);
    add(&mut parts, Kind::New, &new[new_at..]);
    together(parts)
}

fn add(parts: &mut Vec<Part>, kind: Kind, words: &[&str]) {
    if words.is_empty() {
        return;
    }
    let text = words.concat();
    match parts.last_mut() {
        Some(last) if last.kind == kind => last.text.push_str(&text),
        _ => parts.push(Part { kind, text }),
    }
}

/// A blank that stayed between two words that changed belongs to the change:
/// `[-de Markt-]{+het plein+}` reads better than word by word.
fn together(parts: Vec<Part>) -> Vec<Part> {
    let is_blank = |part: &Part| part.text.chars().all(|letter| letter == ' ');
    let mut joined: Vec<Part> = Vec::new();
    let (mut gone, mut new) = (String::new(), String::new());
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        match part.kind {
            Kind::Gone => gone.push_str(&part.text),
            Kind::New => new.push_str(&part.text),
            Kind::Same => {
                let is_between = !gone.is_empty() && !new.is_empty() && parts.peek().is_some();
                if is_between && is_blank(&part) {
                    gone.push_str(&part.text);
                    new.push_str(&part.text);
                    continue;
                }
                flush(&mut joined, &mut gone, &mut new);
                joined.push(part);
            }
        }
    }
    flush(&mut joined, &mut gone, &mut new);
    joined
}

fn flush(parts: &mut Vec<Part>, gone: &mut String, new: &mut String) {
    for (kind, text) in [(Kind::Gone, gone), (Kind::New, new)] {
        if !text.is_empty() {
            let text = std::mem::take(text);
            parts.push(Part { kind, text });
        }
    }
}
