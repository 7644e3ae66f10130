//! Makes text from outside harmless to show: nothing in it can be clicked,
//! steer the page, or pass for our own words.
//!
//! Mail clients turn addresses, handles and phone numbers into links by
//! themselves, so those are broken up where everybody can see it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// One line of our own or the organisation's text: no controls, no line
/// breaks, at most `longest` characters as a reader counts them.
pub(super) fn line(text: &str, longest: usize) -> String {
    let flat: String = text
        .chars()
        .map(|letter| if is_break(letter) { ' ' } else { letter })
        .filter(|letter| !is_invisible(*letter))
        .collect();
    let single = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&single, longest).0
}

/// Text of several lines that must stay as written: a draft.
pub(super) fn block(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|letter| match letter {
            '\n' => '\n',
            other if is_break(other) => ' ',
            other => other,
        })
        .filter(|letter| *letter == '\n' || !is_invisible(*letter))
        .collect()
}

/// A stranger's words on one line, and whether they were cut.
pub(super) fn stranger(text: &str, longest: usize) -> (String, bool) {
    // Compatibility forms (ｈｔｔｐ, 𝐛𝐨𝐥𝐝) become plain letters first:
    // clients see through them, so the rules below must as well.
    let plain: String = line(text, usize::MAX).nfkc().collect();
    let calm = limit_marks(&line(&plain, usize::MAX));
    let (short, was_cut) = shorten(&calm, longest);
    (break_numbers(&break_addresses(&short)), was_cut)
}

fn is_break(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Controls, and characters that take no room but change how others read.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Accents stacked to cover the lines above and below are cut to two.
fn limit_marks(text: &str) -> String {
    let mut stacked = 0;
    text.chars()
        .filter(|letter| {
            stacked = if is_combining_mark(*letter) {
                stacked + 1
            } else {
                0
            };
            stacked <= 2
        })
        .collect()
}

/// Cuts at a word where one is near, and marks the cut with an ellipsis.
fn shorten(text: &str, longest: usize) -> (String, bool) {
    // No reader counts more characters than there are bytes.
    if text.len() <= longest {
        return (text.to_owned(), false);
    }
    let Some((end, _)) = text.grapheme_indices(true).nth(longest) else {
        return (text.to_owned(), false);
    };
    let kept = &text[..end];
    let near_the_end = kept.len() - kept.len() / 6;
    let at_word = kept.rfind(' ').filter(|space| *space >= near_the_end);
    let kept = at_word.map_or(kept, |space| &kept[..space]);
    (format!("{}…", kept.trim_end()), true)
}

/// `https://evil.example` becomes `https[:]//evil[.]example`, `@x` `[@]x`;
/// quotation marks become `'` so that nothing can close our own.
fn break_addresses(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len() + 16);
    for (place, letter) in letters.iter().copied().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1).copied();
        match letter {
            '.' | '。' if joins_names(before, after) => safe.push_str("[.]"),
            ':' if joins_scheme(before, after) => safe.push_str("[:]"),
            '@' if after.is_some_and(|after| !after.is_whitespace()) => safe.push_str("[@]"),
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' => safe.push('\''),
            other => safe.push(other),
        }
    }
    safe
}

fn joins_names(before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let is_decimal = before.is_ascii_digit() && after.is_ascii_digit();
    !is_decimal
        && !before.is_whitespace()
        && before != '.'
        && (after.is_alphanumeric() || !after.is_ascii())
}

fn joins_scheme(before: Option<char>, after: Option<char>) -> bool {
    after == Some('/')
        || (before.is_some_and(char::is_alphabetic)
            && after.is_some_and(|after| !after.is_whitespace()))
}

/// Phone numbers become links on a phone: `06-12345678` is shown as
/// `06·1234·5678`. Only what starts as a phone number does is touched.
fn break_numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut safe = String::with_capacity(text.len());
    let mut place = 0;
    while place < letters.len() {
        let is_start = matches!(letters[place], '+' | '0' | '(')
            && (place == 0 || !letters[place - 1].is_alphanumeric());
        let length = if is_start {
            number_length(&letters[place..])
        } else {
            0
        };
        if length == 0 {
            safe.push(letters[place]);
            place += 1;
        } else {
            push_broken_number(&mut safe, &letters[place..place + length]);
            place += length;
        }
    }
    safe
}

/// How many characters a phone number at the start takes; 0 for none.
fn number_length(letters: &[char]) -> usize {
    let mut digits = 0;
    let mut length = 0;
    for (place, letter) in letters.iter().enumerate() {
        if letter.is_ascii_digit() {
            digits += 1;
            length = place + 1;
        } else if !matches!(letter, '+' | '(' | ')' | ' ' | '-' | '–' | '.' | '/') {
            break;
        }
    }
    if digits >= 7 { length } else { 0 }
}

fn push_broken_number(safe: &mut String, number: &[char]) {
    let mut run = 0;
    for letter in number {
        if letter.is_ascii_digit() {
            if run == 4 {
                safe.push('·');
                run = 0;
            }
            safe.push(*letter);
            run += 1;
        } else if *letter == '+' {
            safe.push('+');
        } else if run > 0 {
            safe.push('·');
            run = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_whatever_a_client_would_make_a_link_of() {
        for (written, shown) in [
            (
                "zie https://evil.example/x",
                "zie https[:]//evil[.]example/x",
            ),
            ("www.evil.example", "www[.]evil[.]example"),
            ("ｈｔｔｐｓ：／／evil．example", "https[:]//evil[.]example"),
            ("i❤.ws", "i❤[.]ws"),
            ("evil。example", "evil[.]example"),
            ("mail a.b@evil.example", "mail a[.]b[@]evil[.]example"),
            ("@delinde help", "[@]delinde help"),
            ("tel:0612345678", "tel[:]0612·3456·78"),
            ("bel 06-12345678 nu", "bel 06·1234·5678 nu"),
            ("+31 (0)6 1234 5678", "+31·0·6·1234·5678"),
            ("javascript:alert(1)", "javascript[:]alert(1)"),
        ] {
            assert_eq!(stranger(written, 280).0, shown, "{written}");
        }
    }

    #[test]
    fn leaves_ordinary_sentences_alone() {
        for text in [
            "Om 10:15 nog 1.250 mensen. Drie uur wachten...",
            "Let op: dit is 3.5 uur! 2026 wordt niks.",
            "wie weet / niemand - 24/7",
        ] {
            assert_eq!(stranger(text, 280).0, text);
        }
    }

    #[test]
    fn removes_what_cannot_be_seen() {
        assert_eq!(
            stranger("a\u{202e}b\u{200b}c\r\nSubject: d\u{0}", 280).0,
            "abc Subject: d"
        );
        assert_eq!(
            stranger("a\u{301}\u{301}\u{301}\u{301}b", 280)
                .0
                .chars()
                .count(),
            4
        );
    }

    #[test]
    fn cuts_at_a_word_and_says_so() {
        let (short, was_cut) = stranger(&"woord ".repeat(1_000), 280);
        assert!(was_cut && short.ends_with("woord…") && short.chars().count() <= 281);
        assert_eq!(stranger(&"x".repeat(5_000), 280).0.chars().count(), 281);
    }

    #[test]
    fn a_quote_cannot_close_our_quotation_marks() {
        assert_eq!(stranger("stop” \"nu\"", 280).0, "stop' 'nu'");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_nothing_can_be_clicked(
            text in "(\\PC|[a-z.:/@0-9\u{202e}\u{200b}\r\n“”]){0,400}"
        ) {
            let (shown, _) = stranger(&text, 280);
            let letters: Vec<char> = shown.chars().collect();
            for pair in letters.windows(2) {
                assert!(pair[0] != '@' || pair[1] == ']' || pair[1].is_whitespace(), "{shown}");
            }
            assert!(!shown.contains("://") && !shown.contains(['”', '"', '\n', '\r', '\u{202e}']));
            assert!(!letters.windows(3).any(|three| {
                three[0].is_alphanumeric() && three[1] == '.' && three[2].is_alphabetic()
            }), "{shown}");
        }
    }
}
