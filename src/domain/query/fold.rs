//! Cuts a text into words that can be compared.
//!
//! Queries and texts go through the same cut, so whatever it decides about
//! hyphens and apostrophes holds on both sides: `foto's` is the two words
//! `foto` and `s`, and so is found as typed, with a curly apostrophe, and by
//! `foto`. Folding goes character by character: marks are dropped anyway, so
//! their order, which whole-string normalisation is for, does not matter.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// Folded; with its sign when it is a hashtag or a handle.
    pub text: &'a str,
    /// Where it stands in the folded text, in bytes.
    pub start: usize,
    /// Counted in words; a link counts as one word that is never found.
    pub position: u32,
}

/// Lower case without accents: what `É`, `ĳ` and `ß` are compared as.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len() + 8);
    let mut rest = text;
    loop {
        let at = ascii_run(rest.as_bytes());
        folded.push_str(&rest[..at]);
        let mut letters = rest[at..].chars();
        let Some(letter) = letters.next() else {
            break;
        };
        fold_letter(letter, &mut folded);
        rest = letters.as_str();
    }
    folded.make_ascii_lowercase();
    folded
}

/// How many bytes of ASCII come first.
fn ascii_run(bytes: &[u8]) -> usize {
    const STEP: usize = 16;
    let is_all_ascii = |chunk: &&[u8]| chunk.is_ascii();
    let n_whole = STEP * bytes.chunks_exact(STEP).take_while(is_all_ascii).count();
    let rest = &bytes[n_whole..];
    let more = rest.iter().position(|byte| !byte.is_ascii());
    n_whole + more.unwrap_or(rest.len())
}

pub(super) fn fold_letter(letter: char, folded: &mut String) {
    // Emoji and typographic signs are in every third post and never part of a
    // word; looking up how they decompose would take longest of all.
    if matches!(letter, '\u{1f300}'..='\u{1faff}' | '\u{2010}'..='\u{2027}') {
        folded.push(' ');
        return;
    }
    match plain(letter) {
        Some(plain) => folded.push(plain),
        None if is_dropped(letter) => {}
        None => fold_slowly(letter, folded),
    }
}

/// What the letters of Western European languages are compared as, and signs that
/// are compared as themselves: nearly all that is not ASCII, without a look-up.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        'ý' | 'ÿ' | 'Ý' => 'y',
        '\u{2600}'..='\u{27bf}' => letter,
        _ => return None,
    })
}

fn fold_slowly(letter: char, folded: &mut String) {
    decompose_compatible(letter, |part| {
        if is_dropped(part) {
            return;
        }
        for lower in part.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' => folded.push('d'),
                'ı' => folded.push('i'),
                'ς' => folded.push('σ'),
                kept if is_dropped(kept) => {}
                kept => folded.push(kept),
            }
        }
    });
}

/// Accents, vowel points, variation selectors and invisible joints. The vowel
/// signs of Indic scripts are marks too, but without them words would fall
/// together, so only the optional ones go.
pub(super) fn is_dropped(part: char) -> bool {
    matches!(part,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Calls `each` for every word of a folded text, in order.
pub fn each_token<'a>(folded: &'a str, mut each: impl FnMut(Token<'a>)) {
    let bytes = folded.as_bytes();
    let mut position = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (kind, width) = match ASCII[usize::from(byte)] {
            Some(kind) => (kind, 1),
            None => classify(folded, at),
        };
        if kind == Kind::Gap || byte == b'_' && !has_sign(folded, at) {
            at += width;
            continue;
        }
        let start = at;
        at += width;
        if kind == Kind::Letter {
            at = end_of_word(folded, at);
        }
        if let Some(end) = end_of_link(bytes, start, at) {
            at = end;
            position += 1;
            continue;
        }
        let token = if has_sign(folded, start) {
            (start - 1, &folded[start - 1..at])
        } else if bytes[at - 1] == b'_' {
            (start, folded[start..at].trim_end_matches('_'))
        } else {
            (start, &folded[start..at])
        };
        each(Token {
            start: token.0,
            text: token.1,
            position,
        });
        position += 1;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Letter,
    /// Written without spaces: each character counts as a word.
    Ideograph,
}

/// What each byte is; `None` is part of a longer character.
const ASCII: [Option<Kind>; 256] = {
    let mut kinds = [None; 256];
    let mut byte = 0;
    while byte < 128 {
        let is_letter = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        kinds[byte] = Some(if is_letter { Kind::Letter } else { Kind::Gap });
        byte += 1;
    }
    kinds
};

fn classify(folded: &str, at: usize) -> (Kind, usize) {
    let Some(letter) = folded[at..].chars().next() else {
        return (Kind::Gap, 1);
    };
    let kind = match letter {
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => {
            Kind::Ideograph
        }
        _ if letter.is_alphanumeric() || is_combining_mark(letter) => Kind::Letter,
        _ => Kind::Gap,
    };
    (kind, letter.len_utf8())
}

#[inline]
fn end_of_word(folded: &str, mut at: usize) -> usize {
    let bytes = folded.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match ASCII[usize::from(byte)] {
            Some(Kind::Letter) => at += 1,
            Some(Kind::Gap | Kind::Ideograph) => break,
            None => match classify(folded, at) {
                (Kind::Letter, width) => at += width,
                (Kind::Gap | Kind::Ideograph, _) => break,
            },
        }
    }
    at
}

/// Whether the word that starts here is a hashtag or a handle; the sign in
/// `info@delinde.nl` stands inside a word and is none.
#[inline]
fn has_sign(folded: &str, start: usize) -> bool {
    let bytes = folded.as_bytes();
    if start == 0 || !matches!(bytes[start - 1], b'#' | b'@') {
        return false;
    }
    folded[..start - 1]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric() && before != '_')
}

/// Where the link ends of which `start..end` is the first word.
#[inline]
fn end_of_link(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    if !matches!(bytes[start], b'h' | b'w') {
        return None;
    }
    let is_link = match &bytes[start..end] {
        b"http" | b"https" => bytes[end..].starts_with(b"://"),
        b"www" => bytes.get(end) == Some(&b'.'),
        _ => false,
    };
    is_link.then(|| {
        bytes[end..]
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>' | b'"'))
            .map_or(bytes.len(), |length| end + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let folded = fold(text);
        let mut words = Vec::new();
        each_token(&folded, |token| words.push(token.text));
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn drops_case_and_accents() {
        check("Patiënt PATIËNT patie\u{308}nt", &["patient"; 3]);
        check(
            "Ĳsland ﬁnanciën Straße Ærø",
            &["ijsland", "financien", "strasse", "aero"],
        );
        check("zie\u{ad}ken\u{200b}huis", &["ziekenhuis"]);
    }

    #[test]
    fn the_quick_way_is_the_slow_way() {
        for letter in '\u{80}'..=char::MAX {
            let quick = match plain(letter) {
                Some(plain) => plain.to_string(),
                None if is_dropped(letter) => String::new(),
                None => continue,
            };
            let mut slow = String::new();
            fold_slowly(letter, &mut slow);
            assert_eq!(quick, slow, "{letter:?}");
        }
        for length in 0..40 {
            let text = format!("{}é{}", "A".repeat(length), "b".repeat(length));
            let plain = format!("{}e{}", "a".repeat(length), "b".repeat(length));
            assert_eq!(fold(&text), plain);
        }
    }

    #[test]
    fn cuts_at_hyphens_and_apostrophes() {
        check(
            "foto's foto’s covid-19",
            &["foto", "s", "foto", "s", "covid", "19"],
        );
        check(
            "“Schandalig!”, zei_ze_ _nu_",
            &["schandalig", "zei_ze", "nu"],
        );
    }

    #[test]
    fn keeps_signs_of_hashtags_and_handles() {
        check(
            "#DeLinde,@zkh_ a#b ##x",
            &["#delinde", "@zkh_", "a", "b", "#x"],
        );
        check(
            "info@delinde.nl @a@b.example",
            &["info", "delinde", "nl", "@a", "b", "example"],
        );
    }

    #[test]
    fn skips_links() {
        check(
            "zie https://delinde.nl/x?y=z nu www.delinde.nl",
            &["zie", "nu"],
        );
        check("http is www", &["http", "is", "www"]);
    }

    #[test]
    fn takes_ideographs_one_by_one() {
        check("医院 अस्पताल", &["医", "院", "अस्पताल"]);
    }
}
