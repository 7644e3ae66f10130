//! Cuts a text into the words and sentences that a reader counts.
//!
//! Words are runs of letters and digits with `'` and `-` inside; `14.30`, `1.200`
//! and `o.a` are one word; web and mail addresses are none. Sentences end at
//! `.`, `!`, `?` and `…`; an item of a list, a heading and a paragraph end one
//! too, also without a full stop. A line that was only broken to fit a screen
//! ends nothing.

use std::ops::Range;

use crate::domain::query::fold::fold;

/// A run of letters and digits, with `'` and `-` inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Lower case, without accents, with straight `'` and `-`: how word lists
    /// are written.
    pub folded: String,
    /// Place among the sentences.
    pub sentence: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// In bytes of the text, without the space around it.
    pub span: Range<usize>,
    /// Places of its words.
    pub words: Range<usize>,
}

/// The words and sentences of a text.
pub fn cut(text: &str) -> (Vec<Word>, Vec<Sentence>) {
    let mut all: Vec<Word> = Vec::new();
    let mut kept = Vec::new();
    for span in sentences(text) {
        let first = all.len();
        for word in words(&text[span.clone()]) {
            let place = span.start + word.start..span.start + word.end;
            all.push(Word {
                folded: folded(&text[place.clone()]),
                span: place,
                sentence: kept.len(),
            });
        }
        if all.len() > first {
            kept.push(Sentence {
                span,
                words: first..all.len(),
            });
        }
    }
    (all, kept)
}

/// Folding takes typographic signs for gaps; in a word they join.
pub(super) fn folded(word: &str) -> String {
    let is_joint = |letter| matches!(letter, '’' | '‘' | '\u{2010}' | '\u{2011}');
    if !word.contains(is_joint) {
        return fold(word);
    }
    fold(&word.replace(['’', '‘'], "'").replace(is_joint, "-"))
}

/// Sentences without the space around them, in order; some have no words.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let end = at + letter.len_utf8();
        let is_end = match letter {
            '\n' => breaks(&text[..at], &text[end..]),
            '.' | '!' | '?' | '…' => ends(text, from, at, letter),
            _ => false,
        };
        if is_end {
            // Quotes and brackets that close behind the full stop belong to it.
            let closed: usize = text[end..]
                .chars()
                .take_while(|next| is_closing(*next))
                .map(char::len_utf8)
                .sum();
            found.push(trimmed(text, from..end + closed));
            from = end + closed;
            while letters.next_if(|(next, _)| *next < from).is_some() {}
        }
    }
    found.push(trimmed(text, from..text.len()));
    found
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

fn is_closing(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '*' | '_')
}

/// Whether the sentence that began at `from` ends at the sign at `at`.
fn ends(text: &str, from: usize, at: usize, sign: char) -> bool {
    let after = &text[at + sign.len_utf8()..];
    let rest = after.trim_start_matches(is_closing);
    let is_quoted = rest.len() < after.len();
    let Some(next) = rest.chars().next() else {
        return true;
    };
    // Behind a full stop without a space goes a domain or a number; behind an
    // emoji goes whatever comes.
    let is_apart = next.is_whitespace() || !(next.is_ascii() || next.is_alphanumeric());
    if !is_apart {
        return false;
    }
    let following = rest.trim_start().chars().next();
    let goes_on = following.is_some_and(char::is_lowercase);
    match sign {
        '.' => {
            let before = &text[from..at];
            let is_ellipsis = before.ends_with('.');
            !(goes_on && (is_quoted || is_ellipsis)) && !is_abbreviated(before, following)
        }
        _ => !(goes_on && (is_quoted || sign == '…')),
    }
}

/// Never the last word of a sentence: something must come behind.
const ALWAYS_GO_ON: [&str; 36] = [
    "dhr", "mw", "mevr", "dr", "drs", "prof", "ir", "mr", "mrs", "ms", "ing", "bijv", "bv", "o.a",
    "d.w.z", "i.v.m", "m.b.t", "d.m.v", "t.a.v", "t.n.v", "t/m", "nr", "nrs", "tel", "st", "art",
    "ca", "resp", "incl", "excl", "max", "min", "e.g", "i.e", "vs", "fam",
];

/// May stand in the middle: the sentence goes on when a small letter follows.
const MAY_GO_ON: [&str; 12] = [
    "enz", "etc", "e.d", "a.u.b", "i.p.v", "a.m", "p.m", "jl", "a.s", "z.s.m", "geb", "pat",
];

/// Whether the dot that comes next belongs to the word before it.
fn is_abbreviated(before: &str, following: Option<char>) -> bool {
    let last = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let is_first = before.trim_start().len() == last.len();
    let last = last.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    // "1. Bel ons", "a. Bel ons": the number of an item.
    let is_numeral = last.len() <= 2 && last.bytes().all(|byte| byte.is_ascii_digit());
    if is_first && (is_numeral || last.len() == 1) && !last.is_empty() {
        return true;
    }
    let lower = last.to_lowercase();
    let goes_on = following.is_some_and(|next| next.is_lowercase() || next.is_ascii_digit());
    // An initial, as in "J. de Vries" or "J.P. de Vries".
    let is_initial = last.split('.').all(|part| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    });
    is_initial
        || ALWAYS_GO_ON.contains(&lower.as_str())
        || goes_on && MAY_GO_ON.contains(&lower.as_str())
        || following.is_some_and(|next| next.is_ascii_digit()) && lower == "no"
}

/// A line of text is about so long when a screen or an editor broke it.
const BROKEN_AT: usize = 60;

/// Whether a sentence ends where the line does.
fn breaks(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or("");
    let next = after.split('\n').next().unwrap_or("");
    if next.trim().is_empty() || line.trim().is_empty() || is_item(next) {
        return true;
    }
    if line.trim_end().ends_with([':', ';']) {
        return true;
    }
    let goes_on = next.trim_start().chars().next();
    let is_small = goes_on.is_some_and(char::is_lowercase);
    let is_wrapped = line.chars().count() >= BROKEN_AT;
    !is_small && !is_wrapped
}

/// Whether a line is an item of a list.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let is_marked = [
        "- ", "* ", "• ", "– ", "— ", "· ", "+ ", "> ", "#", "✓", "✅", "➡", "👉",
    ]
    .iter()
    .any(|mark| line.starts_with(mark));
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    is_marked || (1..=2).contains(&digits) && line[digits..].starts_with([')', '.'])
}

/// Words of a piece of text; web and mail addresses are none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        if !letter.is_alphanumeric() {
            at += letter.len_utf8();
            continue;
        }
        let is_chunk = text[..at].chars().next_back().is_none_or(|before| {
            before.is_whitespace() || matches!(before, '(' | '[' | '"' | '\'' | '“' | '‘' | ':')
        });
        let address = if is_chunk { address(&text[at..]) } else { 0 };
        if address > 0 {
            at += address;
            continue;
        }
        let end = at + word(&text[at..]);
        found.push(at..end);
        at = end;
    }
    found
}

/// How far the word goes that begins here.
fn word(text: &str) -> usize {
    let is_inner = |letter: char| letter.is_alphanumeric() || is_mark(letter);
    let mut end = 0;
    let mut part = 0;
    loop {
        let run: usize = text[end..]
            .chars()
            .take_while(|letter| is_inner(*letter))
            .map(char::len_utf8)
            .sum();
        let segment = &text[part..end + run];
        end += run;
        let mut letters = text[end..].chars();
        let Some(joint) = letters.next() else {
            return end;
        };
        let Some(next) = letters.next().filter(|next| next.is_alphanumeric()) else {
            return end;
        };
        let last = segment.chars().next_back();
        let joins = match joint {
            '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' => true,
            '.' | ',' | ':' => {
                let between_digits =
                    next.is_ascii_digit() && last.is_some_and(|last| last.is_ascii_digit());
                let is_short = joint == '.' && segment.chars().count() == 1;
                between_digits || is_short
            }
            _ => false,
        };
        if !joins {
            return end;
        }
        end += joint.len_utf8();
        part = end;
    }
}

/// Accents that stand as letters of their own.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}')
}

/// Endings that make `delinde.nl` an address also without `www`.
const DOMAINS: [&str; 22] = [
    "nl",
    "com",
    "org",
    "net",
    "eu",
    "be",
    "de",
    "uk",
    "info",
    "example",
    "health",
    "care",
    "gov",
    "edu",
    "amsterdam",
    "frl",
    "app",
    "social",
    "online",
    "io",
    "tv",
    "fr",
];

/// How long the web or mail address is that begins here; 0 when none does.
fn address(text: &str) -> usize {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let chunk = text[..end].trim_end_matches(|letter: char| {
        matches!(
            letter,
            '.' | ',' | '!' | '?' | ':' | ';' | ')' | ']' | '"' | '\'' | '’' | '”'
        )
    });
    let lower = chunk.to_ascii_lowercase();
    let is_link = ["http://", "https://", "www.", "mailto:", "tel:"]
        .iter()
        .any(|start| lower.starts_with(start));
    let is_mail = lower
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let host = lower.split(['/', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_name = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_domain = labels.len() > 1
        && labels.iter().all(is_name)
        && labels.last().is_some_and(|last| DOMAINS.contains(last));
    if is_link || is_mail || is_domain {
        chunk.len()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<&str> {
        let (_, sentences) = cut(text);
        sentences.into_iter().map(|one| &text[one.span]).collect()
    }

    fn words_in(text: &str) -> Vec<&str> {
        let (words, _) = cut(text);
        words.into_iter().map(|word| &text[word.span]).collect()
    }

    #[test]
    fn a_sentence_ends_where_a_reader_says_so() {
        let check = |text: &str, expected: &[&str]| assert_eq!(said(text), expected, "{text}");
        check("Wij helpen. Bel ons!", &["Wij helpen.", "Bel ons!"]);
        check("Wij helpen o.a. ouderen.", &["Wij helpen o.a. ouderen."]);
        check(
            "Bel prof. dr. J. de Vries.",
            &["Bel prof. dr. J. de Vries."],
        );
        check("Bel na 14.30. Dank u.", &["Bel na 14.30.", "Dank u."]);
        check(
            "Open van 9 a.m. to 5 p.m. on Monday.",
            &["Open van 9 a.m. to 5 p.m. on Monday."],
        );
        check(
            "Fruit, brood enz. Meer niet.",
            &["Fruit, brood enz.", "Meer niet."],
        );
        check(
            "“Hoe kan dit?” vragen mensen.",
            &["“Hoe kan dit?” vragen mensen."],
        );
        check(
            "“Het spijt ons.” Dat zei zij.",
            &["“Het spijt ons.”", "Dat zei zij."],
        );
        check("Sterkte!💐 Tot straks.", &["Sterkte!", "💐 Tot straks."]);
        check(
            "Kijk op https://x.example/a.b?c. Dank.",
            &["Kijk op https://x.example/a.b?c.", "Dank."],
        );
        check(
            "Wat u doet:\n1. Bel ons\n2. Wacht",
            &["Wat u doet:", "1. Bel ons", "2. Wacht"],
        );
        check(
            "Storing\nWij zoeken dit uit",
            &["Storing", "Wij zoeken dit uit"],
        );
        check(
            "De telefoon werkt op dit moment niet goed en dat is heel\nvervelend.",
            &["De telefoon werkt op dit moment niet goed en dat is heel\nvervelend."],
        );
        check("Meer?!  ", &["Meer?!"]);
        check("", &[]);
    }

    #[test]
    fn a_word_is_what_a_reader_counts() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words_in(text), expected, "{text}");
        check(
            "foto’s van zo'n auto-ongeluk",
            &["foto’s", "van", "zo'n", "auto-ongeluk"],
        );
        check(
            "1.200 mensen om 10:30, dus 2,5 uur",
            &["1.200", "mensen", "om", "10:30", "dus", "2,5", "uur"],
        );
        check("d.w.z. nu, o.a. hier", &["d.w.z", "nu", "o.a", "hier"]);
        check("klaar.Daarna/meer", &["klaar", "Daarna", "meer"]);
        check(
            "Zie www.x.example/a of (info@x.example) of delinde.nl.",
            &["Zie", "of", "of"],
        );
        check("@delinde #zorg", &["delinde", "zorg"]);
    }
}
