//! Asks of a text, before anything else is done with it, whether the letters of
//! any of many words are in it at all.
//!
//! A DFA is four times as fast as what `aho-corasick` would choose, and most of its
//! time is still spent waiting: each step needs the state that the one before led to.
//! A text is therefore looked through in several parts side by side; each part but
//! the first begins as far before the end of its neighbour as the longest word is
//! long, so that no word falls between them.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{AhoCorasick, Anchored, StartKind};

/// Beyond this many words the DFA would take tens of megabytes.
const MOST_IN_DFA: usize = 20_000;

/// Parts of one text.
const LANES: usize = 4;

/// Ready to be asked. The words are folded; a text is either folded too or ASCII of
/// any case.
#[derive(Debug, Clone)]
pub(super) enum Gate {
    /// With the state that a text begins in, and the bytes of the longest word.
    Quick(Box<DFA>, StateID, usize),
    Large(AhoCorasick),
}

impl Gate {
    /// `None` when no such thing can be built.
    pub(super) fn new(words: &[&[u8]]) -> Option<Self> {
        if words.len() > MOST_IN_DFA {
            let mut builder = AhoCorasick::builder();
            let large = builder.ascii_case_insensitive(true).build(words);
            return large.ok().map(Self::Large);
        }
        let dfa = DFA::builder()
            .ascii_case_insensitive(true)
            .start_kind(StartKind::Unanchored)
            // One would make the first state special: it is stopped at.
            .prefilter(false)
            .build(words)
            .ok()?;
        let start = dfa.start_state(Anchored::No).ok()?;
        let longest = dfa.max_pattern_len();
        Some(Self::Quick(Box::new(dfa), start, longest))
    }

    /// Whether any word stands anywhere in the text, in a longer word too.
    pub(super) fn lets_in(&self, text: &str) -> bool {
        match self {
            Self::Quick(dfa, start, longest) => {
                let shared = longest.saturating_sub(1);
                match parts(text.as_bytes(), shared) {
                    Some((parts, rest)) => finds_in_parts(dfa, *start, parts, rest),
                    None => finds(dfa, *start, text.as_bytes()),
                }
            }
            Self::Large(words) => words.is_match(text),
        }
    }
}

/// Parts of the same length, each of which has the first `shared` bytes in common with
/// the end of the one before; and the few bytes behind the last. `None` for a text that
/// is not worth it.
fn parts(text: &[u8], shared: usize) -> Option<([&[u8]; LANES], &[u8])> {
    let length = (text.len() + (LANES - 1) * shared) / LANES;
    // Else they have most of it in common.
    if length < 2 * shared + 8 {
        return None;
    }
    let step = length - shared;
    let parts = std::array::from_fn(|lane| &text[lane * step..lane * step + length]);
    Some((parts, &text[LANES * step + shared..]))
}

fn finds_in_parts(dfa: &DFA, start: StateID, [a, b, c, d]: [&[u8]; LANES], rest: &[u8]) -> bool {
    let mut states = [start; LANES];
    for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
        for (state, byte) in states.iter_mut().zip([a, b, c, d]) {
            *state = dfa.next_state(Anchored::No, *state, *byte);
        }
        // Of the special states there is only that something was found.
        if states.iter().any(|state| dfa.is_special(*state)) {
            return true;
        }
    }
    let [.., last] = states;
    finds(dfa, last, rest)
}

fn finds(dfa: &DFA, start: StateID, text: &[u8]) -> bool {
    let mut state = start;
    text.iter().any(|byte| {
        state = dfa.next_state(Anchored::No, state, *byte);
        dfa.is_special(state)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_leave_nothing_out() {
        for n_bytes in 0..400 {
            let text = vec![b'x'; n_bytes];
            for shared in 0..40 {
                let Some((parts, rest)) = parts(&text, shared) else {
                    continue;
                };
                let step = parts[0].len() - shared;
                assert!(parts.iter().all(|part| part.len() == parts[0].len()));
                assert_eq!(LANES * step + shared + rest.len(), n_bytes);
                assert!(rest.len() < LANES);
            }
        }
    }

    #[test]
    fn without_words_nothing_is_let_in() {
        let none: [&[u8]; 0] = [];
        let gate = Gate::new(&none).unwrap();
        assert!(!gate.lets_in(&"linde ".repeat(50)) && !gate.lets_in(""));
    }

    proptest! {
        #[test]
        fn every_word_is_found_wherever_it_stands(
            words in proptest::collection::vec("[a-c]{1,9}", 0..4),
            text in "[a-cA-C ]{0,120}",
        ) {
            let bytes: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
            let gate = Gate::new(&bytes).unwrap();
            let lower = text.to_ascii_lowercase();
            let is_there = words.iter().any(|word| lower.contains(word.as_str()));
            prop_assert_eq!(gate.lets_in(&text), is_there);
        }

        #[test]
        fn a_word_is_found_at_every_place(before in 0..300_usize, behind in 0..300_usize) {
            let gate = Gate::new(&[b"de linde", b"x"]).unwrap();
            let text = format!("{}de linde{}", "-".repeat(before), "=".repeat(behind));
            prop_assert!(gate.lets_in(&text));
            prop_assert!(!gate.lets_in(&text.replace('l', "i")));
        }
    }
}
