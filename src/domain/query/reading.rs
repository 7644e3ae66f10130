//! A text as it is searched: every form in which a word of it may be found,
//! with its place among the words and in the text as it was written.
//!
//! A hashtag is found as itself, as the word behind its sign, and as the words
//! it is made of: `#ZiekenhuisDeLinde` stands for three words side by side, cut
//! where a capital, a digit or `_` begins another. The whole hashtag takes the
//! place of all its words, so that neighbours stay neighbours.

use std::cell::OnceCell;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::{each_token, fold, fold_letter, is_dropped};

/// A text, folded, with the way back to how it was written.
pub(super) struct Reading<'a> {
    text: &'a str,
    folded: String,
    /// Where each letter beyond ASCII begins and ends, in the folded text and in
    /// the written one; in between both run alike.
    turns: OnceCell<Vec<(usize, usize)>>,
}

/// One way to find something in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'a> {
    /// Folded; with its sign when it is a whole hashtag or a handle.
    pub(super) word: &'a str,
    /// The places it takes among the words of the text.
    pub(super) first: u32,
    pub(super) last: u32,
    /// What stands behind the `#` of a hashtag, or a part of that.
    pub(super) is_in_hashtag: bool,
    at: At,
}

/// Bytes, of the folded text or of the written one.
#[derive(Debug, Clone, Copy)]
enum At {
    Folded(usize, usize),
    Written(usize, usize),
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            folded: fold(text),
            turns: OnceCell::new(),
        }
    }

    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// Bytes of the written text.
    pub(super) fn place(&self, form: &Form<'_>) -> Range<usize> {
        match form.at {
            At::Folded(start, end) => self.written_at(start, false)..self.written_at(end, true),
            At::Written(start, end) => start..end,
        }
    }

    /// The form as it was written.
    pub(super) fn written(&self, form: &Form<'_>) -> &'a str {
        self.text.get(self.place(form)).unwrap_or_default()
    }

    /// Calls `each` for every form, in the order of the text.
    pub(super) fn each_form(&self, mut each: impl FnMut(&Form<'_>)) {
        // Positions that the words of hashtags took beyond one each.
        let mut further = 0;
        each_token(&self.folded, |token| {
            let first = token.position + further;
            let (start, end) = (token.start, token.start + token.text.len());
            let mut form = Form {
                word: token.text,
                first,
                last: first,
                is_in_hashtag: false,
                at: At::Folded(start, end),
            };
            let Some(bare) = token.text.strip_prefix('#') else {
                each(&form);
                return;
            };
            let body = self.written_at(start + 1, false)..self.written_at(end, true);
            let cuts = cuts_of(self.text.get(body.clone()).unwrap_or_default());
            let n_parts = u32::try_from(cuts.len()).unwrap_or(u32::MAX).max(1);
            form.last = first + (n_parts - 1);
            further += n_parts - 1;
            each(&form);
            form.is_in_hashtag = true;
            form.word = bare;
            form.at = At::Folded(start + 1, end);
            each(&form);
            if n_parts == 1 {
                return;
            }
            for (part, position) in cuts.into_iter().zip(first..) {
                let (from, to) = (body.start + part.start, body.start + part.end);
                let word = fold(&self.text[from..to]);
                each(&Form {
                    word: &word,
                    first: position,
                    last: position,
                    is_in_hashtag: true,
                    at: At::Written(from, to),
                });
            }
        });
    }

    fn written_at(&self, folded: usize, is_end: bool) -> usize {
        if self.text.is_ascii() {
            return folded;
        }
        let turns = self.turns.get_or_init(|| turns_of(self.text));
        let next = turns.partition_point(|turn| turn.0 <= folded);
        let Some(&(turn, written)) = next.checked_sub(1).and_then(|last| turns.get(last)) else {
            return folded;
        };
        // Turns alternate: the begin of a letter, its end. Inside a letter that
        // is several letters when folded there is no place of its own.
        let is_inside = next % 2 == 1;
        match (is_inside, turns.get(next)) {
            (true, Some(&(_, behind))) if is_end && folded > turn => behind,
            (true, _) => written,
            (false, _) => written + (folded - turn),
        }
    }
}

fn turns_of(text: &str) -> Vec<(usize, usize)> {
    let mut turns = Vec::new();
    let mut n_folded = 0;
    let mut scratch = String::new();
    for (at, letter) in text.char_indices() {
        if letter.is_ascii() {
            n_folded += 1;
            continue;
        }
        scratch.clear();
        fold_letter(letter, &mut scratch);
        turns.push((n_folded, at));
        n_folded += scratch.len();
        turns.push((n_folded, at + letter.len_utf8()));
    }
    turns
}

/// What stands behind the sign of a hashtag, cut into its words.
fn cuts_of(body: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut start = 0;
    let mut before: Option<Sort> = None;
    let mut letters = body.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| Sort::of(*next));
        let sort = Sort::of(letter);
        if sort == Sort::Mark {
            continue;
        }
        if letter == 'J' && body[..at].ends_with('I') && is_ij(&body[at - 1..]) {
            continue;
        }
        let is_cut = match (before, sort) {
            (None, _) => false,
            (Some(Sort::Gap), _) | (_, Sort::Gap) => true,
            (_, Sort::Capital) if is_ij(&body[at..]) => true,
            (Some(before), Sort::Digit) => before != Sort::Digit,
            (Some(Sort::Digit), _) => true,
            // `SEHDeLinde`: the last capital begins a word.
            (Some(Sort::Capital), Sort::Capital) => next == Some(Sort::Small),
            (Some(before), Sort::Capital) => before != Sort::Capital,
            _ => false,
        };
        if is_cut {
            if before != Some(Sort::Gap) {
                cuts.push(start..at);
            }
            start = at;
        }
        before = Some(sort);
    }
    if !matches!(before, None | Some(Sort::Gap)) {
        cuts.push(start..body.len());
    }
    cuts
}

/// Whether it begins with the one letter IJ, as in `#RedIJsselmeer`: then a consonant
/// follows. A word with J goes on with a vowel, as in `#AIJeugd`.
fn is_ij(rest: &str) -> bool {
    let behind = rest.strip_prefix("IJ").and_then(|rest| rest.chars().next());
    behind.is_some_and(|next| "bcdfghklmnpqrstvwxz".contains(next))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Capital,
    Small,
    Digit,
    /// `_`
    Gap,
    /// An accent or a joint: goes with the letter before it.
    Mark,
}

impl Sort {
    fn of(letter: char) -> Self {
        match letter {
            '_' => Self::Gap,
            _ if letter.is_numeric() => Self::Digit,
            _ if letter.is_uppercase() => Self::Capital,
            _ if is_combining_mark(letter) || is_dropped(letter) => Self::Mark,
            _ => Self::Small,
        }
    }
}

/// How a word is spelt: accents composed, invisible joints left out.
pub(super) fn spelling(written: &str) -> String {
    if written.is_ascii() {
        return written.to_owned();
    }
    written
        .chars()
        .filter(|letter| is_combining_mark(*letter) || !is_dropped(*letter))
        .nfc()
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every form with its places and as it was written.
    fn check(text: &str, expected: &[(&str, u32, u32, &str)]) {
        let reading = Reading::new(text);
        let mut forms = Vec::new();
        reading.each_form(|form| {
            let written = reading.written(form);
            forms.push((form.word.to_owned(), form.first, form.last, written));
        });
        let expected: Vec<_> = expected
            .iter()
            .map(|(word, first, last, written)| ((*word).to_owned(), *first, *last, *written))
            .collect();
        assert_eq!(forms, expected, "{text}");
    }

    #[test]
    fn cuts_hashtags_where_another_word_begins() {
        check(
            "bij #SEHDeLinde nu",
            &[
                ("bij", 0, 0, "bij"),
                ("#sehdelinde", 1, 3, "#SEHDeLinde"),
                ("sehdelinde", 1, 3, "SEHDeLinde"),
                ("seh", 1, 1, "SEH"),
                ("de", 2, 2, "De"),
                ("linde", 3, 3, "Linde"),
                ("nu", 4, 4, "nu"),
            ],
        );
        check(
            "#RedIJmond #AIJeugd",
            &[
                ("#redijmond", 0, 1, "#RedIJmond"),
                ("redijmond", 0, 1, "RedIJmond"),
                ("red", 0, 0, "Red"),
                ("ijmond", 1, 1, "IJmond"),
                ("#aijeugd", 2, 3, "#AIJeugd"),
                ("aijeugd", 2, 3, "AIJeugd"),
                ("ai", 2, 2, "AI"),
                ("jeugd", 3, 3, "Jeugd"),
            ],
        );
        check(
            "#covid19_nl_",
            &[
                ("#covid19_nl_", 0, 2, "#covid19_nl_"),
                ("covid19_nl_", 0, 2, "covid19_nl_"),
                ("covid", 0, 0, "covid"),
                ("19", 1, 1, "19"),
                ("nl", 2, 2, "nl"),
            ],
        );
        check(
            "#linde x",
            &[
                ("#linde", 0, 0, "#linde"),
                ("linde", 0, 0, "linde"),
                ("x", 1, 1, "x"),
            ],
        );
    }

    #[test]
    fn finds_the_way_back_to_what_was_written() {
        check(
            "🚑 Pati\u{eb}nt ﬁn #Caf\u{e9}Ĳs",
            &[
                ("patient", 0, 0, "Pati\u{eb}nt"),
                ("fin", 1, 1, "ﬁn"),
                ("#cafeijs", 2, 3, "#Caf\u{e9}Ĳs"),
                ("cafeijs", 2, 3, "Caf\u{e9}Ĳs"),
                ("cafe", 2, 2, "Caf\u{e9}"),
                ("ijs", 3, 3, "Ĳs"),
            ],
        );
        check(
            "e\u{301}x\u{ad}y\u{200b} z",
            &[("exy", 0, 0, "e\u{301}x\u{ad}y\u{200b}"), ("z", 1, 1, "z")],
        );
    }

    proptest! {
        #[test]
        fn every_form_folds_to_itself(text in "([#@_ .a-cA-C0-9éÉﬁĲß🚑\u{301}\u{ad}医]){0,24}") {
            let reading = Reading::new(&text);
            reading.each_form(|form| {
                let written = reading.written(form);
                assert_eq!(fold(written).trim_matches('_'), form.word.trim_matches('_'), "{text}");
                assert!(form.first <= form.last, "{text}");
            });
        }
    }
}
