//! Finds the links in a post as X does, which counts each as 23.
//!
//! The grammar is that of twitter-text (Apache-2.0), written anew as a scanner:
//! a link may go without `https://`, then it must end in a domain that exists,
//! and Chinese or Japanese text may stand against it without a space. The names
//! of domains are those in the root zone (IANA).

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Labels of a domain are no longer, once written in ASCII (RFC 1035).
const LONGEST_LABEL: usize = 63;

/// X takes no longer links.
const LONGEST_LINK: usize = 4096;

/// The part of a link of X's own shortener behind its `/`.
const LONGEST_SLUG: usize = 40;

static TOP_LEVEL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("top_level_domains.txt")
        .split_whitespace()
        .collect()
});

/// A link in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Begins with `http://` or `https://`.
    pub has_scheme: bool,
}

/// Every link, in the order of the text.
pub fn links(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    // What stands before a link must not belong to another one.
    let mut free_from = 0;
    let mut at = 0;
    while at < text.len() {
        let before = text[..at].chars().next_back();
        let is_begin = match before {
            None => true,
            Some(before) => at - before.len_utf8() >= free_from && may_precede(before),
        };
        match matched(&text[at..]).filter(|_| is_begin) {
            Some(whole) => {
                take(text, at, &whole, before, &mut found);
                free_from = at + whole.end;
                at = free_from;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

/// What looks like a link, in bytes from where it begins.
struct Match {
    scheme: usize,
    /// End of the domain.
    domain: usize,
    has_path: bool,
    end: usize,
}

/// Adds what of a match is a link indeed.
fn take(text: &str, at: usize, whole: &Match, before: Option<char>, found: &mut Vec<Link>) {
    let domain = &text[at + whole.scheme..at + whole.domain];
    let Some(ascii) = ascii_length(domain) else {
        return;
    };
    if whole.end - domain.len() + ascii > LONGEST_LINK {
        return;
    }
    if whole.scheme > 0 {
        let end = match shortened(&text[at..at + whole.end]) {
            Shortened::No => whole.end,
            Shortened::Until(end) => end,
            Shortened::Broken => return,
        };
        found.push(Link {
            span: at..at + end,
            has_scheme: true,
        });
        return;
    }
    if matches!(before, Some('-' | '_' | '.' | '/')) {
        return;
    }
    let first = found.len();
    for part in ascii_domains(domain) {
        found.push(Link {
            span: at + part.start..at + part.end,
            has_scheme: false,
        });
    }
    if let Some(last) = found[first..].last_mut().filter(|_| whole.has_path) {
        last.span.end = at + whole.end;
    }
}

/// Whether a link is one of X's own shortener, and where such a one ends.
enum Shortened {
    No,
    Until(usize),
    Broken,
}

fn shortened(link: &str) -> Shortened {
    let lower = link.to_ascii_lowercase();
    let starts = ["https://t.co/", "http://t.co/"];
    let Some(start) = starts.into_iter().find(|start| lower.starts_with(start)) else {
        return Shortened::No;
    };
    let slug = lower[start.len()..]
        .bytes()
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    match slug {
        0 => Shortened::No,
        slug if slug > LONGEST_SLUG => Shortened::Broken,
        slug => {
            let end = start.len() + slug;
            Shortened::Until(end + query(&link[end..]))
        }
    }
}

fn may_precede(before: char) -> bool {
    is_directional(before)
        || !(before.is_ascii_alphanumeric()
            || matches!(before, '@' | '＠' | '$' | '#' | '＃')
            || is_invalid(before))
}

fn is_invalid(letter: char) -> bool {
    matches!(letter, '\u{fffe}' | '\u{feff}' | '\u{ffff}')
}

fn is_directional(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
        | '\u{2066}'..='\u{2069}')
}

fn is_in_domain(letter: char) -> bool {
    !(letter.is_ascii_punctuation()
        || letter.is_ascii_control()
        || letter.is_whitespace()
        || matches!(letter, '\u{180e}')
        || is_invalid(letter)
        || is_directional(letter))
}

/// A link that begins here, be it a bad one.
fn matched(text: &str) -> Option<Match> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|start| {
            let begin = text.as_bytes().get(..start.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
        })
        .map_or(0, str::len);
    // `http` before a colon is no domain, so there is no second try without it.
    let domain = scheme + domain(&text[scheme..])?;
    let mut end = domain;
    let port = &text[end..];
    let digits = port.strip_prefix(':').map_or(0, |port| {
        port.bytes().take_while(u8::is_ascii_digit).count()
    });
    if digits > 0 {
        end += 1 + digits;
    }
    let has_path = text[end..].starts_with('/');
    if has_path {
        end += path(&text[end..]);
    }
    end += query(&text[end..]);
    Some(Match {
        scheme,
        domain,
        has_path,
        end,
    })
}

/// The longest domain that begins here.
fn domain(text: &str) -> Option<usize> {
    let run: usize = text
        .chars()
        .take_while(|letter| is_in_domain(*letter) || matches!(letter, '.' | '-' | '_'))
        .map(char::len_utf8)
        .sum();
    let mut dots = text[..run].rmatch_indices('.');
    dots.find_map(|(dot, _)| {
        let end = dot + 1 + top_level(&text[dot + 1..])?;
        let (subdomains, name) = text[..dot].rsplit_once('.').unwrap_or(("", &text[..dot]));
        let has_subdomains = name.len() < dot;
        let fits = is_label(name, false)
            && (!has_subdomains || subdomains.split('.').all(|label| is_label(label, true)));
        fits.then_some(end)
    })
}

/// Whether it can be a label; only those of subdomains may hold `_`.
fn is_label(label: &str, is_subdomain: bool) -> bool {
    let inner = |letter| is_in_domain(letter) || letter == '-' || (is_subdomain && letter == '_');
    label.chars().next().is_some_and(is_in_domain)
        && label.chars().next_back().is_some_and(is_in_domain)
        && label.chars().all(inner)
}

/// The longest top-level domain that begins here.
fn top_level(text: &str) -> Option<usize> {
    let ascii = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        .count();
    let lower = text[..ascii].to_ascii_lowercase();
    if lower.len() > 4 && lower.starts_with("xn--") {
        return Some(ascii);
    }
    let goes_on =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '@' | '+' | '-');
    let ends = text
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8())
        .take(24)
        .take_while(|end| text[..*end].chars().all(is_in_domain));
    ends.filter(|end| !text[*end..].starts_with(goes_on))
        .filter(|end| TOP_LEVEL.contains(text[..*end].to_lowercase().as_str()))
        .last()
}

fn is_latin_accent(letter: char) -> bool {
    matches!(letter, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | '\u{100}'..='\u{24f}' | '\u{253}'
        | '\u{254}' | '\u{256}' | '\u{257}' | '\u{259}' | '\u{25b}' | '\u{263}' | '\u{268}'
        | '\u{26f}' | '\u{272}' | '\u{289}' | '\u{28b}' | '\u{2bb}' | '\u{300}'..='\u{36f}'
        | '\u{1e00}'..='\u{1eff}')
}

/// The domains in Latin letters inside one, which other writing surrounds.
fn ascii_domains(domain: &str) -> Vec<Range<usize>> {
    let is_in =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || is_latin_accent(letter);
    let mut found = Vec::new();
    let mut at = 0;
    while at < domain.len() {
        let rest = &domain[at..];
        let mut end_of_labels = 0;
        let mut dots = Vec::new();
        loop {
            let label: usize = rest[end_of_labels..]
                .chars()
                .take_while(|letter| is_in(*letter))
                .map(char::len_utf8)
                .sum();
            let dot = end_of_labels + label;
            if label == 0 || !rest[dot..].starts_with('.') {
                break;
            }
            dots.push(dot);
            end_of_labels = dot + 1;
        }
        let end = dots
            .iter()
            .rev()
            .find_map(|dot| Some(dot + 1 + top_level(&rest[dot + 1..])?));
        match end {
            Some(end) => {
                found.push(at..at + end);
                at += end;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn is_in_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || "!*';:=+,.$/%#[]-–_~@|&".contains(letter)
        || matches!(letter, '\u{400}'..='\u{4ff}')
        || is_latin_accent(letter)
}

fn ends_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || "+-=_#/".contains(letter)
        || matches!(letter, '\u{400}'..='\u{4ff}')
        || is_latin_accent(letter)
}

/// How long the path is that begins with the `/` here.
fn path(text: &str) -> usize {
    let mut at = 1;
    let mut end = 1;
    while let Some(letter) = text[at..].chars().next() {
        if letter == '(' {
            let Some(length) = parenthesis(&text[at..], 2) else {
                break;
            };
            at += length;
            end = at;
        } else if is_in_path(letter) {
            at += letter.len_utf8();
            if ends_path(letter) {
                end = at;
            }
        } else {
            break;
        }
    }
    end
}

/// How long a part in parentheses is, which may hold others `depth` deep.
fn parenthesis(text: &str, depth: usize) -> Option<usize> {
    let mut at = 1;
    while let Some(letter) = text[at..].chars().next() {
        match letter {
            ')' => return (at > 1).then_some(at + 1),
            '(' if depth > 1 => at += parenthesis(&text[at..], depth - 1)?,
            letter if is_in_path(letter) => at += letter.len_utf8(),
            _ => return None,
        }
    }
    None
}

/// How long the query is that begins with a `?` here.
fn query(text: &str) -> usize {
    let Some(rest) = text.strip_prefix('?') else {
        return 0;
    };
    let is_in = |letter: &char| {
        letter.is_ascii_alphanumeric() || "!?*'@();:&=+$/%#[]-_.,~|".contains(*letter)
    };
    let ends = |letter: char| letter.is_ascii_alphanumeric() || "-_&=#/".contains(letter);
    let run: usize = rest.chars().take_while(is_in).map(char::len_utf8).sum();
    let kept = rest[..run].trim_end_matches(|letter| !ends(letter));
    if kept.is_empty() { 0 } else { 1 + kept.len() }
}

/// How long a domain is in ASCII; `None` for one that cannot be written so.
fn ascii_length(domain: &str) -> Option<usize> {
    let labels = domain.split('.').map(|label| {
        let length = if label.is_ascii() {
            label.len()
        } else if label.to_lowercase().starts_with("xn--") {
            return None;
        } else {
            "xn--".len() + punycode_length(&label.to_lowercase())
        };
        (length <= LONGEST_LABEL).then_some(length)
    });
    let lengths: Option<Vec<usize>> = labels.collect();
    let lengths = lengths?;
    Some(lengths.iter().sum::<usize>() + lengths.len() - 1)
}

/// Letters of the Punycode of a label (RFC 3492, section 6.3).
fn punycode_length(label: &str) -> usize {
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    let basic = letters.iter().filter(|letter| **letter < 128).count();
    let mut length = basic + usize::from(basic > 0);
    let (mut next, mut delta, mut bias, mut done) = (128_u32, 0_u64, 72_u64, basic as u64);
    while let Some(smallest) = letters.iter().copied().filter(|one| *one >= next).min() {
        delta += u64::from(smallest - next) * (done + 1);
        next = smallest;
        for letter in &letters {
            if *letter < next {
                delta += 1;
            }
            if *letter == next {
                length += digits(delta, bias);
                bias = adapted(delta, done + 1, done == basic as u64);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    length
}

fn digits(mut value: u64, bias: u64) -> usize {
    let mut n_digits = 1;
    let mut threshold_at = 36;
    loop {
        let threshold = threshold_at.max(bias + 1).min(bias + 26) - bias;
        let threshold = threshold.clamp(1, 26);
        if value < threshold {
            return n_digits;
        }
        value = (value - threshold) / (36 - threshold);
        n_digits += 1;
        threshold_at += 36;
    }
}

fn adapted(delta: u64, points: u64, is_first: bool) -> u64 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = links(text)
            .into_iter()
            .map(|link| &text[link.span])
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_links_where_a_reader_sees_one() {
        check(
            "Lees https://zorg.nl/a(b). Dank!",
            &["https://zorg.nl/a(b)"],
        );
        check(
            "zie zorg.nl/actueel, of zorg.nl.",
            &["zorg.nl/actueel", "zorg.nl"],
        );
        check("info@zorg.nl #zorg.nl @zorg.nl o.a. d.w.z. 14.30", &[]);
        check("klaar.Daarna huis.Toen", &[]);
        check("https://zorg.example/x", &[]);
        check("http://bücher.de/ä?x=1!", &["http://bücher.de/ä?x=1"]);
    }

    #[test]
    fn punycode_is_as_long_as_the_standard_says() {
        assert_eq!(punycode_length("bücher"), "bcher-kva".len());
        assert_eq!(punycode_length("münchen"), "mnchen-3ya".len());
        assert_eq!(
            punycode_length("他们为什么不说中文"),
            "ihqwcrb4cv8a8dqg056pqjye".len()
        );
    }
}
