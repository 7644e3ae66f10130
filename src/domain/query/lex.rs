//! Cuts the text of a query into its pieces, each with its place.

use super::QueryError;
use super::naming::{self, Value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    Near(u32),
    /// `{name}`
    Name(String),
    Quoted(String),
    Word(String),
    /// `=word` or `="phrase"`
    Exact(String),
    /// `author:anna`: name, sign and values.
    Field(String, &'static str, Vec<Value>),
}

/// One piece; places are counted in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) length: usize,
}

const OPERATORS: &str = "the operators are AND, OR, NOT and NEAR/5, in capitals; \
                         put a word in quotes to search for the word itself";

pub(super) fn cut(text: &str) -> Result<Vec<Piece>, QueryError> {
    let letters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let kind = piece(&letters, &mut at)?;
        pieces.push(Piece {
            kind,
            start,
            length: at - start,
        });
    }
    Ok(pieces)
}

fn piece(letters: &[char], at: &mut usize) -> Result<Kind, QueryError> {
    let start = *at;
    let letter = letters[start];
    let next = letters.get(start + 1).copied();
    let is_alone = next.is_none_or(char::is_whitespace);
    let kind = match letter {
        '(' => advance(at, Kind::Open),
        ')' => advance(at, Kind::Close),
        '-' if is_alone => {
            return Err(QueryError::new(start, 1, "nothing stands behind the `-`")
                .hint("write `-word`, without a space, for what must not occur"));
        }
        '-' => advance(at, Kind::Not),
        '–' | '—' | '−' if !is_alone => {
            return Err(QueryError::new(start, 1, "this is a dash, not a minus")
                .hint("write `-word` or NOT word for what must not occur"));
        }
        '!' if next.is_some_and(|next| next.is_alphanumeric() || is_quote(next)) => {
            return Err(QueryError::new(start, 1, "`!` does not mean NOT here")
                .hint("write `-word` or NOT word for what must not occur"));
        }
        '=' => exact(letters, at)?,
        '{' => Kind::Name(enclosed(letters, at, |c| c == '}').ok_or_else(|| {
            QueryError::new(start, letters.len() - start, "the `{` is never closed")
                .hint("write the name of a query as {name}")
        })?),
        '}' => return Err(QueryError::new(start, 1, "this `}` was never opened")),
        '[' | ']' => {
            return Err(
                QueryError::new(start, 1, format!("`{letter}` does not group"))
                    .hint("write parentheses: ( and )"),
            );
        }
        _ if is_quote(letter) => quoted(letters, at).map(Kind::Quoted)?,
        _ if is_single_quote(letter) && closes(&letters[start + 1..]) => {
            return Err(
                QueryError::new(start, 1, "a phrase stands between double quotes")
                    .hint("write \"these words\"; a single quote is an apostrophe"),
            );
        }
        _ => match naming::field(letters, at)? {
            Some((name, sign, values)) => Kind::Field(name, sign, values),
            None => {
                while letters.get(*at).is_some_and(|next| !ends_word(*next)) {
                    *at += 1;
                }
                let word: String = letters[start..*at].iter().collect();
                meaning_of(word, start, *at - start)?
            }
        },
    };
    Ok(kind)
}

fn advance(at: &mut usize, kind: Kind) -> Kind {
    *at += 1;
    kind
}

pub(super) fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

fn is_single_quote(letter: char) -> bool {
    matches!(letter, '\'' | '‘' | '’' | '‚' | '`')
}

/// Whether a single quote ends a word further on, as in `'de linde'`; the one
/// in `'t Lange Land` is never closed.
fn closes(rest: &[char]) -> bool {
    const FURTHEST: usize = 100;
    let near = &rest[..rest.len().min(FURTHEST)];
    let ends = |at: usize| {
        rest.get(at + 1)
            .is_none_or(|next| next.is_whitespace() || *next == ')')
    };
    (1..near.len()).any(|at| is_single_quote(near[at]) && !near[at - 1].is_whitespace() && ends(at))
}

pub(super) fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '(' | ')' | '{' | '}') || is_quote(letter)
}

/// What stands between quotes; moves behind both.
pub(super) fn quoted(letters: &[char], at: &mut usize) -> Result<String, QueryError> {
    let start = *at;
    enclosed(letters, at, is_quote).ok_or_else(|| {
        QueryError::new(start, letters.len() - start, "the quote is never closed")
            .hint("put a `\"` at the end of the phrase")
    })
}

/// What stands between the sign at `at` and its partner; moves behind both.
fn enclosed(letters: &[char], at: &mut usize, is_end: fn(char) -> bool) -> Option<String> {
    let length = letters[*at + 1..].iter().position(|next| is_end(*next))?;
    let inside = letters[*at + 1..*at + 1 + length].iter().collect();
    *at += length + 2;
    Some(inside)
}

/// `=word` or `="phrase"`.
fn exact(letters: &[char], at: &mut usize) -> Result<Kind, QueryError> {
    let start = *at;
    *at += 1;
    match letters.get(*at) {
        Some(&next) if is_quote(next) => return quoted(letters, at).map(Kind::Exact),
        Some(&next) if !ends_word(next) && next != '=' => {}
        _ => {
            return Err(
                QueryError::new(start, 1, "no word stands directly behind the `=`")
                    .hint("write =Linde or =\"De Linde\" for exactly this spelling"),
            );
        }
    }
    while letters.get(*at).is_some_and(|next| !ends_word(*next)) {
        *at += 1;
    }
    Ok(Kind::Exact(letters[start + 1..*at].iter().collect()))
}

fn meaning_of(word: String, start: usize, length: usize) -> Result<Kind, QueryError> {
    let wrong = |message: String, hint: &str| {
        Err(QueryError::new(start, length, message).hint(hint.to_owned()))
    };
    match word.as_str() {
        "AND" => return Ok(Kind::And),
        "OR" => return Ok(Kind::Or),
        "NOT" => return Ok(Kind::Not),
        "and" | "or" | "not" | "And" | "Or" | "Not" | "EN" | "OF" | "NIET" | "near" | "Near" => {
            return wrong(
                format!("`{word}` could be an operator or a word"),
                OPERATORS,
            );
        }
        "&" | "&&" | "+" => return wrong(format!("`{word}` is no operator"), "write AND"),
        "|" | "||" | "/" => return wrong(format!("`{word}` is no operator"), "write OR"),
        _ => {}
    }
    if is_near(&word) {
        return near(&word, start, length);
    }
    if is_near_elsewhere(&word) {
        return wrong(format!("`{word}` does not say how near here"), NEAR_HERE);
    }
    if let Some(at) = joker(&word) {
        return Err(
            QueryError::new(start + at, 1, "`?` does not stand for a letter here")
                .hint("write both words with OR, or poli* for any ending"),
        );
    }
    if let Some((name, sign)) = compared(&word) {
        let message = format!("`{name}` cannot be compared by `{sign}`");
        return Err(QueryError::new(start, length, message).hint(match sign {
            '=' => "write the name of a field with a colon, such as author:account",
            _ => "only the followers of who wrote it are known: followers>1000",
        }));
    }
    if word.starts_with('~') || word.ends_with('~') {
        return wrong(
            "words that look like this one cannot be searched".to_owned(),
            "write `word*` for other endings, or NEAR/5 for words close by",
        );
    }
    if word.len() > 1 && word.ends_with([',', ';']) {
        let at = start + length - 1;
        return Err(
            QueryError::new(at, 1, "a comma does not say whether one or both must occur")
                .hint("write OR for one of them, AND for both"),
        );
    }
    if word.chars().all(|letter| "<>=".contains(letter)) {
        return wrong(
            format!("`{word}` stands by itself"),
            "write followers>1000, without spaces",
        );
    }
    Ok(Kind::Word(word))
}

/// `NEAR`, `near/3`, `NEAR:3`, `NEAR3`, `NEAR~3`.
fn is_near(word: &str) -> bool {
    let Some(begin) = word.get(..4) else {
        return false;
    };
    let rest = &word[4..];
    begin == "NEAR" && (rest.is_empty() || rest.starts_with(|c: char| !c.is_alphabetic()))
        || begin.eq_ignore_ascii_case("near") && rest.starts_with('/')
}

const NEAR_HERE: &str = "write NEAR/5 for at most five words in between, in either order";

/// How other programs write it: `W/5`, `/5`, `ADJ3`, `ONEAR/3`, `PRE/3`.
fn is_near_elsewhere(word: &str) -> bool {
    const NAMES: [&str; 8] = ["W", "N", "ADJ", "ONEAR", "PRE", "WITHIN", "PROX", ""];
    let upper = word.to_uppercase();
    let name = upper.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let has_number = (1..=3).contains(&(upper.len() - name.len()));
    let bare = name.strip_suffix('/');
    has_number
        && match bare {
            Some(bare) => NAMES.contains(&bare),
            // Without a stroke `W3` and `N5` are words.
            None => matches!(name, "ADJ" | "ONEAR"),
        }
}

/// Where a `?` stands between letters, in characters.
fn joker(word: &str) -> Option<usize> {
    let letters: Vec<char> = word.chars().collect();
    let is_inside = |three: &[char]| {
        three[0].is_alphanumeric() && three[1] == '?' && three[2].is_alphanumeric()
    };
    letters.windows(3).position(is_inside).map(|at| at + 1)
}

/// `likes>10`, `author=anna`: a name and a sign that only stands behind another.
fn compared(word: &str) -> Option<(&str, char)> {
    let at = word.find(['<', '>', '='])?;
    let (name, rest) = word.split_at(at);
    let value = rest.trim_start_matches(['<', '>', '=']);
    let is_name = !name.is_empty() && name.chars().all(char::is_alphabetic);
    let sign = rest.chars().next()?;
    (is_name && value.starts_with(char::is_alphanumeric)).then_some((name, sign))
}

fn near(word: &str, start: usize, length: usize) -> Result<Kind, QueryError> {
    let distance = word.strip_prefix("NEAR/").and_then(|n| n.parse().ok());
    match distance {
        Some(distance @ 0..=100) => Ok(Kind::Near(distance)),
        _ => {
            let message = format!("`{word}` does not say how near");
            Err(QueryError::new(start, length, message)
                .hint("write NEAR/5 for at most five words in between; 100 is the most"))
        }
    }
}
