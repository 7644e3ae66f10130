//! Versions of a text that people and facts change side by side: what is
//! different between two, and one text out of two changes.
//!
//! Works on texts alone and knows nothing of runs. No word that a person wrote
//! is ever lost: where a person and a fact changed the same, both are shown.

mod difference;
mod merge;
mod pieces;

pub use difference::{Kind, Part, differences};
pub use merge::{Labels, Merged, merge};

use super::text::Language;

/// What stands in a text around two wordings of which one must be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    /// Before the one that the facts give.
    facts: &'static str,
    /// Before the one that a person wrote; a name follows.
    person: &'static str,
    end: &'static str,
}

const NL: Marks = Marks {
    facts: "[kies een van de twee; zo is het met de nieuwe feiten:]",
    person: "[en zo schreef",
    end: "[tot hier]",
};

const EN: Marks = Marks {
    facts: "[choose one of the two; this is it with the new facts:]",
    person: "[and this is what was written by",
    end: "[up to here]",
};

impl Marks {
    fn of(language: Language) -> Self {
        match language {
            Language::Nl => NL,
            Language::En => EN,
        }
    }
}

/// How many choices are left to make in a text. Each mark counts, so that none
/// stays behind in what goes out.
pub fn n_conflicts(text: &str) -> usize {
    let count = |marks: Marks| {
        let each = [marks.facts, marks.person, marks.end];
        let most = each.map(|mark| text.matches(mark).count());
        most.into_iter().max().unwrap_or(0)
    };
    count(NL) + count(EN)
}

/// What opens and closes a gap in a rendered text, in both languages.
const GAPS: [&str; 2] = ["[nog invullen: ", "[to fill in: "];

/// The gaps that show in a text, each once, in order, with their brackets.
pub fn gaps(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices('[') {
        let rest = &text[at..];
        if !GAPS.iter().any(|begin| rest.starts_with(begin)) {
            continue;
        }
        let Some(end) = rest.find(']') else { continue };
        let gap = &rest[..=end];
        if !found.contains(&gap) {
            found.push(gap);
        }
    }
    found
}

/// The words between the brackets of a gap.
pub fn gap_words(gap: &str) -> &str {
    let words = GAPS.iter().find_map(|begin| gap.strip_prefix(begin));
    words.unwrap_or(gap).trim_end_matches(']')
}

#[cfg(test)]
mod tests;
