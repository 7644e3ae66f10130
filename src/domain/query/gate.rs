//! Asks of a text, before anything else is done with it, whether the letters of
//! any of many words are in it at all.
//!
//! That is one look into a table for each byte (the automaton of Aho and Corasick, all
//! steps worked out beforehand). Where a word was found the automaton stays, so that it is
//! asked once, at the end. Most of the time would still be spent waiting: each step needs
//! the state that the one before led to. A text is therefore looked through in several
//! parts side by side; each part but the first begins as far before the end of its
//! neighbour as the longest word is long, so that no word falls between them.

use std::collections::VecDeque;

use aho_corasick::AhoCorasick;

/// Beyond this many words the table would take tens of megabytes.
const MOST_IN_TABLE: usize = 20_000;

/// Parts of one text.
const LANES: usize = 4;

/// Ready to be asked. The words are folded; a text is either folded too or ASCII of
/// any case.
#[derive(Debug, Clone)]
pub(super) enum Gate {
    Quick(Box<Table>),
    Large(AhoCorasick),
}

impl Gate {
    /// `None` when no such thing can be built.
    pub(super) fn new(words: &[&[u8]]) -> Option<Self> {
        if words.len() > MOST_IN_TABLE {
            let mut builder = AhoCorasick::builder();
            let large = builder.ascii_case_insensitive(true).build(words);
            return large.ok().map(Self::Large);
        }
        Some(Self::Quick(Box::new(Table::new(words)?)))
    }

    /// Whether any word stands anywhere in the text, in a longer word too.
    pub(super) fn lets_in(&self, text: &str) -> bool {
        match self {
            Self::Quick(table) => {
                let shared = table.longest.saturating_sub(1);
                match parts(text.as_bytes(), shared) {
                    Some((parts, rest)) => table.finds_in_parts(parts, rest),
                    None => table.through(table.start, text.as_bytes()) == FOUND,
                }
            }
            Self::Large(words) => words.is_match(text),
        }
    }
}

/// The state after some word: none leads out of it.
const FOUND: u32 = 0;

/// What follows each state for each byte. A state is where its row begins.
#[derive(Debug, Clone)]
pub(super) struct Table {
    next: Vec<u32>,
    /// By byte: its place in a row. Those that are in no word share one.
    columns: [u8; 256],
    start: u32,
    /// Bytes of the longest word.
    longest: usize,
}

impl Table {
    /// `None` when it would be too large.
    fn new(words: &[&[u8]]) -> Option<Self> {
        let mut columns = [0; 256];
        let mut width = 1;
        for byte in words.iter().copied().flatten() {
            let lower = usize::from(byte.to_ascii_lowercase());
            if columns[lower] == 0 {
                columns[lower] = u8::try_from(width).ok()?;
                columns[usize::from(byte.to_ascii_uppercase())] = columns[lower];
                width += 1;
            }
        }
        let mut table = Self {
            // The rows of `FOUND` and of the start. While it is made nought is no step.
            next: vec![FOUND; 2 * width],
            columns,
            start: u32::try_from(width).ok()?,
            longest: words.iter().map(|word| word.len()).max().unwrap_or(0),
        };
        let mut ends = vec![false; 2];
        for word in words {
            let mut state = table.start;
            for byte in *word {
                let step = table.place(state, *byte);
                if table.next[step] == FOUND {
                    table.next[step] = u32::try_from(table.next.len()).ok()?;
                    table.next.resize(table.next.len() + width, FOUND);
                    ends.push(false);
                }
                state = table.next[step];
            }
            ends[state as usize / width] = true;
        }
        table.fill(width, &ends);
        Some(table)
    }

    fn place(&self, state: u32, byte: u8) -> usize {
        state as usize + usize::from(self.columns[usize::from(byte)])
    }

    /// Each step that is none goes where it goes from the longest end of what was read
    /// that a word begins with; each to the end of a word goes to `FOUND`.
    fn fill(&mut self, width: usize, ends: &[bool]) {
        let is_end = |state: u32| ends[state as usize / width];
        if is_end(self.start) {
            self.start = FOUND;
            return;
        }
        // With where the steps go that are none. Shorter beginnings are done first.
        let mut waiting = VecDeque::from([(self.start, None)]);
        while let Some((state, shorter)) = waiting.pop_front() {
            for column in 0..width {
                let step = state as usize + column;
                let otherwise = match shorter {
                    Some(shorter) => self.next[shorter as usize + column],
                    None => self.start,
                };
                let child = self.next[step];
                if child == FOUND {
                    self.next[step] = otherwise;
                } else if is_end(child) || otherwise == FOUND {
                    self.next[step] = FOUND;
                } else {
                    waiting.push_back((child, Some(otherwise)));
                }
            }
        }
    }

    fn through(&self, start: u32, text: &[u8]) -> u32 {
        let step = |state, byte: &u8| self.next[self.place(state, *byte)];
        text.iter().fold(start, step)
    }

    fn finds_in_parts(&self, [a, b, c, d]: [&[u8]; LANES], rest: &[u8]) -> bool {
        let mut states = [self.start; LANES];
        for (((a, b), c), d) in a.iter().zip(b).zip(c).zip(d) {
            for (state, byte) in states.iter_mut().zip([a, b, c, d]) {
                *state = self.next[self.place(*state, *byte)];
            }
        }
        let [.., last] = states;
        states.contains(&FOUND) || self.through(last, rest) == FOUND
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
            words in proptest::collection::vec("[a-c]{0,5}|[a-cé日]{1,9}", 0..6),
            text in "[a-cA-C ]{0,120}|[a-cé日 ]{0,90}",
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
