//! The words of a text that its likeness to others goes by.
//!
//! Left out: case and accents, links, handles, the mark of a repost, numbers
//! (a thread's `2/5`, a counter that a copying machine adds), `via @x` and
//! hashtags at the end. Those are what differs between copies of one text. A
//! hashtag inside a sentence is a word of it, without its sign.

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::query::fold::{Token, each_token};

/// Hashes of the words of a text, in order; fold it first.
pub(super) fn words_of(folded: &str) -> Vec<u64> {
    words_seen(folded, |_| {})
}

/// The same, and shows each token of the text to `see` on the way: cutting a
/// text takes longer than what is done with the pieces.
pub(super) fn words_seen(folded: &str, mut see: impl FnMut(Token)) -> Vec<u64> {
    let mut words = Vec::with_capacity(folded.len() / 6 + 4);
    // Hashtags since the last plain word: they count once a word follows.
    let mut n_hanging = 0;
    let mut is_via_last = false;
    let mut is_mark_last = false;
    each_token(folded, |token| {
        see(token);
        let text = token.text;
        if text.starts_with('@') {
            // `RT @x:` and `MT @x:` in front; inside, rt is a word.
            if is_mark_last {
                words.clear();
            }
            is_mark_last = false;
            return;
        }
        is_mark_last = words.is_empty() && matches!(text, "rt" | "mt");
        if let Some(tag) = text.strip_prefix('#') {
            words.push(xxh3_64(tag.as_bytes()));
            n_hanging += 1;
            return;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        words.push(xxh3_64(text.as_bytes()));
        n_hanging = 0;
        is_via_last = text == "via";
    });
    words.truncate(words.len() - n_hanging);
    if is_via_last {
        words.pop();
    }
    words
}

/// The same for a text as it was written.
#[cfg(test)]
pub(super) fn words_of_text(text: &str) -> Vec<u64> {
    words_of(&crate::domain::query::fold::fold(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, bare: &str) {
        let expected: Vec<u64> = bare
            .split_whitespace()
            .map(|word| xxh3_64(word.as_bytes()))
            .collect();
        assert_eq!(words_of_text(text), expected, "{text}");
    }

    #[test]
    fn keeps_what_copies_have_in_common() {
        check(
            "RT @anna_v: Patiënt wacht 3 uur https://t.example/x",
            "patient wacht uur",
        );
        check(
            "Drie uur op de SEH van #delinde 😡 #zorg #schande",
            "drie uur op de seh van",
        );
        check(
            "Bij #delinde gaat het mis #zorg",
            "bij delinde gaat het mis",
        );
        check("Drie uur gewacht, via @de_stentor", "drie uur gewacht");
        check("1/4 Dit gaat ver @delinde @igj", "dit gaat ver");
        check("#delinde #zorg https://x.example", "");
        check("", "");
    }

    #[test]
    fn keeps_words_that_only_look_like_marks() {
        check("De rt van @anna is via-via @bert", "de rt van is via");
        check("rt is een afkorting", "rt is een afkorting");
    }
}
