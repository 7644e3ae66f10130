//! Cuts the text of a query into its pieces, each with its place.

use super::QueryError;

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
    /// `author:anna`: name and value.
    Field(String, String),
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
        let start = at;
        let kind = match letter {
            _ if letter.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => advance(&mut at, Kind::Open),
            ')' => advance(&mut at, Kind::Close),
            '-' => {
                at += 1;
                if letters.get(at).is_none_or(|next| next.is_whitespace()) {
                    return Err(QueryError::new(start, 1, "nothing stands behind the `-`")
                        .hint("write `-word`, without a space, for what must not occur"));
                }
                Kind::Not
            }
            '{' => Kind::Name(enclosed(&letters, &mut at, |c| c == '}').ok_or_else(|| {
                QueryError::new(start, letters.len() - start, "the `{` is never closed")
                    .hint("write the name of a query as {name}")
            })?),
            '}' => return Err(QueryError::new(start, 1, "this `}` was never opened")),
            _ if is_quote(letter) => {
                Kind::Quoted(enclosed(&letters, &mut at, is_quote).ok_or_else(|| {
                    QueryError::new(start, letters.len() - start, "the quote is never closed")
                        .hint("put a `\"` at the end of the phrase")
                })?)
            }
            _ => {
                while letters.get(at).is_some_and(|next| !ends_word(*next)) {
                    at += 1;
                }
                let word: String = letters[start..at].iter().collect();
                meaning_of(word, start, at - start)?
            }
        };
        pieces.push(Piece {
            kind,
            start,
            length: at - start,
        });
    }
    Ok(pieces)
}

fn advance(at: &mut usize, kind: Kind) -> Kind {
    *at += 1;
    kind
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '(' | ')' | '{' | '}') || is_quote(letter)
}

/// What stands between the sign at `at` and its partner; moves behind both.
fn enclosed(letters: &[char], at: &mut usize, is_end: fn(char) -> bool) -> Option<String> {
    let length = letters[*at + 1..].iter().position(|next| is_end(*next))?;
    let inside = letters[*at + 1..*at + 1 + length].iter().collect();
    *at += length + 2;
    Some(inside)
}

fn meaning_of(word: String, start: usize, length: usize) -> Result<Kind, QueryError> {
    match word.as_str() {
        "AND" => return Ok(Kind::And),
        "OR" => return Ok(Kind::Or),
        "NOT" => return Ok(Kind::Not),
        "and" | "or" | "not" | "And" | "Or" | "Not" | "EN" | "OF" | "NIET" => {
            let message = format!("`{word}` could be an operator or a word");
            return Err(QueryError::new(start, length, message).hint(OPERATORS));
        }
        _ => {}
    }
    let is_near = word
        .get(..4)
        .is_some_and(|begin| begin.eq_ignore_ascii_case("near"));
    if is_near && (word == "NEAR" || word[4..].starts_with('/')) {
        return near(&word, start, length);
    }
    if word.starts_with('=') && word.chars().count() > 1 {
        return Err(unsupported(start, length, "`=` for exactly this spelling"));
    }
    field(word, start, length)
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

/// `name:value`, or a plain word.
fn field(word: String, start: usize, length: usize) -> Result<Kind, QueryError> {
    let Some(end) = word.find([':', '>', '<']) else {
        return Ok(Kind::Word(word));
    };
    let (name, rest) = word.split_at(end);
    if name.is_empty() || !name.chars().all(char::is_alphabetic) {
        return Ok(Kind::Word(word));
    }
    let name = name.to_lowercase();
    let value = &rest[1..];
    match (name.as_str(), rest.starts_with(':')) {
        ("http" | "https", true) => Err(QueryError::new(start, length, "links are not searched")
            .hint("write url:site.example for what links to a site")),
        ("author" | "platform" | "lang" | "url", true) if value.is_empty() => {
            let message = format!("nothing stands directly behind `{name}:`");
            Err(QueryError::new(start, length, message).hint(format!(
                "write {name}:value, without a space and without quotes"
            )))
        }
        ("author" | "platform" | "lang" | "url", true) => Ok(Kind::Field(name, value.to_owned())),
        ("source" | "is" | "followers", _) => {
            Err(unsupported(start, length, &format!("the field `{name}`")))
        }
        (_, true) if !value.is_empty() => {
            let message = format!("there is no field `{name}:`");
            Err(QueryError::new(start, length, message).hint(
                "the fields are platform:, author:, lang: and url:; \
                 put it in quotes to search for these words",
            ))
        }
        _ => Ok(Kind::Word(word)),
    }
}

fn unsupported(start: usize, length: usize, what: &str) -> QueryError {
    let mut error = QueryError::new(start, length, format!("{what} is not supported yet"));
    error.unsupported = true;
    error.hint("leave it out for now")
}
