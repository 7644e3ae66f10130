//! What a text message costs: which letters fit the GSM alphabet, in how many
//! parts it is sent, and how to write it cheaper. A cell broadcast, which an
//! NL-Alert is, counts the same letters on pages.
//!
//! Sources: 3GPP TS 23.038 (alphabet), TS 23.040 (parts), TS 23.041 (pages of 82
//! bytes: 93 septets or 41 UTF-16 units, at most 15).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Places in a message of one part, and in each of several.
const GSM: (usize, usize) = (160, 153);
const UCS2: (usize, usize) = (70, 67);

/// Places on a page of a cell broadcast: in the GSM alphabet, and otherwise.
const PAGE: (usize, usize) = (93, 41);

/// The most pages of a cell broadcast.
const MOST_PAGES: usize = 15;

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Take two places.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What one text message comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cost {
    /// Places used: septets, or UTF-16 units where a letter needs them.
    pub(super) used: usize,
    /// Places in one message.
    pub(super) single: usize,
    pub(super) parts: usize,
    pub(super) is_gsm: bool,
}

/// Places a letter takes in the GSM alphabet.
fn places(letter: char) -> Option<usize> {
    if BASIC.contains(letter) {
        Some(1)
    } else if EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

pub(super) fn cost(text: &str) -> Cost {
    let gsm: Option<Vec<usize>> = text.chars().map(places).collect();
    let is_gsm = gsm.is_some();
    let widths = gsm.unwrap_or_else(|| text.chars().map(char::len_utf16).collect());
    let (single, part) = if is_gsm { GSM } else { UCS2 };
    let used = widths.iter().sum();
    let parts = if used <= single {
        1
    } else {
        packed(&widths, part)
    };
    Cost {
        used,
        single,
        parts,
        is_gsm,
    }
}

/// What a cell broadcast comes to: `single` is what all its pages hold, `used` has
/// what stays empty at the end of a page because no letter is cut in two.
pub(super) fn broadcast(text: &str) -> Cost {
    let gsm: Option<Vec<usize>> = text.chars().map(places).collect();
    let is_gsm = gsm.is_some();
    let widths = gsm.unwrap_or_else(|| text.chars().map(char::len_utf16).collect());
    let page = if is_gsm { PAGE.0 } else { PAGE.1 };
    let (mut n_pages, mut on_page) = (1, 0);
    for width in widths {
        if on_page + width > page {
            n_pages += 1;
            on_page = 0;
        }
        on_page += width;
    }
    Cost {
        used: (n_pages - 1) * page + on_page,
        single: MOST_PAGES * page,
        parts: n_pages,
        is_gsm,
    }
}

/// Parts that letters fill when none may be cut in two.
fn packed(widths: &[usize], part: usize) -> usize {
    let mut n_parts = 1;
    let mut room = part;
    for width in widths {
        if *width > room {
            n_parts += 1;
            room = part;
        }
        room -= width;
    }
    n_parts
}

/// The letters outside the GSM alphabet, each once, with where it first stands.
pub(super) fn expensive(text: &str) -> Vec<(usize, char)> {
    let mut found: Vec<(usize, char)> = Vec::new();
    for (at, letter) in text.char_indices() {
        let is_known = found.iter().any(|(_, known)| *known == letter);
        if places(letter).is_none() && !is_known {
            found.push((at, letter));
        }
    }
    found
}

/// The same text in the GSM alphabet; what has no likeness there goes.
pub(super) fn transliterated(text: &str) -> String {
    let mut cheap = String::with_capacity(text.len());
    for letter in text.nfc() {
        if places(letter).is_some() {
            cheap.push(letter);
            continue;
        }
        match letter {
            '‘' | '’' | '‚' | '`' | '´' => cheap.push('\''),
            '“' | '”' | '„' | '«' | '»' => cheap.push('"'),
            '‐' | '‑' | '–' | '—' | '−' | '•' | '·' => cheap.push('-'),
            '…' => cheap.push_str("..."),
            'ĳ' => cheap.push_str("ij"),
            'Ĳ' => cheap.push_str("IJ"),
            'ç' => cheap.push('c'),
            'œ' => cheap.push_str("oe"),
            '×' => cheap.push('x'),
            '½' => cheap.push_str("1/2"),
            '°' => cheap.push_str(" graden"),
            '\t' => cheap.push(' '),
            letter if letter.is_whitespace() => cheap.push(' '),
            letter => {
                let plain = std::iter::once(letter).nfd();
                let kept =
                    plain.filter(|part| !is_combining_mark(*part) && places(*part).is_some());
                cheap.extend(kept);
            }
        }
    }
    cheap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, used: usize, parts: usize, is_gsm: bool) {
        let found = cost(text);
        let found = (found.used, found.parts, found.is_gsm);
        assert_eq!(found, (used, parts, is_gsm), "{text}");
    }

    #[test]
    fn counts_what_a_provider_charges() {
        check("", 0, 1, true);
        check(&"a".repeat(160), 160, 1, true);
        check(&"a".repeat(161), 161, 2, true);
        check(&"a".repeat(306), 306, 2, true);
        check(&"a".repeat(307), 307, 3, true);
        check("éèàùìòäöüñ", 10, 1, true);
        check("€ [x]", 8, 1, true);
        check(&"€".repeat(80), 160, 1, true);
        // An extension letter is never cut in two: 76 of them fill a part.
        check(&"€".repeat(153), 306, 3, true);
        check("patiënt", 7, 1, false);
        check(&"ë".repeat(70), 70, 1, false);
        check(&"ë".repeat(71), 71, 2, false);
        check(&"ë".repeat(134), 134, 2, false);
        check("💐", 2, 1, false);
        // Nor is a pair of surrogates: 33 of them fill a part.
        check(&"💐".repeat(67), 134, 3, false);
    }

    #[test]
    fn counts_the_pages_of_an_nl_alert() {
        let counted = |text: &str| {
            let found = broadcast(text);
            (found.used, found.single, found.parts, found.is_gsm)
        };
        assert_eq!(counted(""), (0, 1395, 1, true));
        assert_eq!(counted(&"a".repeat(93)), (93, 1395, 1, true));
        assert_eq!(counted(&"a".repeat(94)), (94, 1395, 2, true));
        assert_eq!(counted(&"a".repeat(1395)), (1395, 1395, 15, true));
        assert_eq!(counted(&"a".repeat(1396)), (1396, 1395, 16, true));
        // A page of 93 holds 46 letters of two places: one stays empty.
        assert_eq!(counted(&"€".repeat(46)), (92, 1395, 1, true));
        assert_eq!(counted(&"€".repeat(47)), (95, 1395, 2, true));
        assert_eq!(counted(&"€".repeat(15 * 46 + 1)), (1397, 1395, 16, true));
        assert_eq!(counted(&"ë".repeat(615)), (615, 615, 15, false));
        assert_eq!(counted(&"ë".repeat(616)), (616, 615, 16, false));
    }

    #[test]
    fn names_the_letters_and_offers_others() {
        let text = "Patiënten: kom ‘niet’… patiënt";
        let letters: Vec<char> = expensive(text)
            .into_iter()
            .map(|(_, letter)| letter)
            .collect();
        assert_eq!(letters, ['ë', '‘', '’', '…']);
        assert_eq!(transliterated(text), "Patienten: kom 'niet'... patient");
        assert_eq!(transliterated("Hé, 20 – 30 💐ça va"), "Hé, 20 - 30 ca va");
        for letter in "ëïêîôûáíóúâç’‘“”–—…".chars() {
            assert!(places(letter).is_none(), "{letter}");
        }
        for letter in "éèàùìòäöüñ".chars() {
            assert_eq!(places(letter), Some(1), "{letter}");
        }
    }
}
