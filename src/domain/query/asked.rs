//! What a field asks with the value that was written, or why it cannot.

use std::sync::Arc;

use super::field::{Field, Kind, Relation, words_of};
use super::fold::fold;
use super::links::bare_site;
use super::naming::Value;
use super::{Node, QueryError, Vocabulary, bare_handle, nearest};
use crate::domain::mention::Platform;

/// What a field with one value asks.
pub(super) fn meaning(
    name: &str,
    sign: &str,
    value: &Value,
    known: &Vocabulary,
) -> Result<Node, QueryError> {
    let text = value.text.trim();
    let wrong = |message: String, hint: String| {
        QueryError::new(value.start, value.length, message).hint(hint)
    };
    let field = match name {
        "platform" => {
            let names = Platform::ALL.map(Platform::name);
            let platform = Platform::from_name(text)
                .or_else(|| text.eq_ignore_ascii_case("twitter").then_some(Platform::X));
            Field::Platform(platform.ok_or_else(|| {
                wrong(
                    format!("there is no platform `{text}`"),
                    meant(text, names, "the platforms are"),
                )
            })?)
        }
        "author" if text.contains('*') => {
            return Err(wrong(
                "an author is a whole account".to_owned(),
                "write author:account; for many, write a list and by:list".to_owned(),
            ));
        }
        "author" if words_of(text).is_empty() => {
            return Err(wrong(
                "there is no account in it".to_owned(),
                "write author:account, or author:\"Shown Name\"".to_owned(),
            ));
        }
        "author" if value.is_quoted && !text.starts_with('@') => Field::AuthorName(words_of(text)),
        "author" => Field::Author(bare_handle(text)),
        "lang" => Field::Language(
            language(text)
                .map_err(|hint| wrong(format!("`{text}` is not the code of a language"), hint))?,
        ),
        "source" => match &known.sources {
            Some(sources) if !sources.iter().any(|source| source == text) => {
                let names = sources.iter().map(String::as_str);
                return Err(wrong(
                    format!("there is no source `{text}`"),
                    meant(text, names, "the sources are"),
                ));
            }
            _ => Field::Source(text.to_owned()),
        },
        "is" => {
            let kind = Kind::ALL
                .into_iter()
                .find(|kind| kind.name().eq_ignore_ascii_case(text));
            Field::Is(kind.ok_or_else(|| {
                let text = match text.to_lowercase().as_str() {
                    "retweet" | "rt" | "share" | "reblog" => "repos",
                    "comment" | "answer" => "repl",
                    _ => text,
                };
                wrong(
                    format!("a mention is never `{}`", value.text.trim()),
                    meant(text, Kind::ALL.map(Kind::name), "it is one of"),
                )
            })?)
        }
        "by" => match known.lists.get(text) {
            Some(accounts) => Field::By(text.to_owned(), Arc::clone(accounts)),
            None => {
                let names = known.lists.keys().map(String::as_str);
                return Err(wrong(
                    format!("there is no list `{text}`"),
                    meant(text, names, "the lists are"),
                ));
            }
        },
        "has" if text.eq_ignore_ascii_case("link") => Field::HasLink,
        "has" => {
            return Err(wrong(
                format!("`has:{text}` cannot be asked"),
                "write has:link for mentions with a link in the text".to_owned(),
            ));
        }
        "followers" => Field::Followers(
            relation(sign),
            number(text).ok_or_else(|| {
                wrong(
                    format!("`{text}` is not a number"),
                    "write whole numbers without dots: 1000, 10k, 2m".to_owned(),
                )
            })?,
        ),
        _ => link(text).ok_or_else(|| {
            wrong(
                format!("`{text}` is not a site or a word"),
                "write url:site.example, url:site.example/page or url:word".to_owned(),
            )
        })?,
    };
    Ok(Node::Field(field))
}

fn meant<'a>(text: &str, known: impl IntoIterator<Item = &'a str>, all: &str) -> String {
    const MOST: usize = 14;
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(text, known.iter().copied()) {
        Some(one) => format!("did you mean {one}?"),
        None if known.is_empty() => "none are written in draaiboek.yaml".to_owned(),
        None => format!("{all} {}", known[..known.len().min(MOST)].join(", ")),
    }
}

fn language(text: &str) -> Result<String, String> {
    const NAMES: [(&str, &[&str]); 8] = [
        ("nl", &["dutch", "nederlands", "vlaams"]),
        ("en", &["english", "engels"]),
        ("de", &["german", "duits", "deutsch"]),
        ("fr", &["french", "frans", "français"]),
        ("tr", &["turkish", "turks"]),
        ("ar", &["arabic", "arabisch"]),
        ("pl", &["polish", "pools"]),
        ("es", &["spanish", "spaans"]),
    ];
    let tag = text.to_lowercase().replace('_', "-");
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let is_tag = matches!(first.len(), 2 | 3)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if is_tag {
        return Ok(tag);
    }
    let known = NAMES
        .iter()
        .find(|(_, names)| names.contains(&tag.as_str()));
    Err(known.map_or_else(
        || "write a code of two letters, such as lang:nl or lang:en".to_owned(),
        |(code, _)| format!("write lang:{code}"),
    ))
}

fn relation(sign: &str) -> Relation {
    match sign {
        ">" => Relation::Above,
        ">=" => Relation::AtLeast,
        "<" => Relation::Below,
        "<=" => Relation::AtMost,
        _ => Relation::Equal,
    }
}

/// `1000`, `10k`, `2m`.
fn number(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (digits, times) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(digits), _) => (digits, 1_000),
        (_, Some(digits)) => (digits, 1_000_000),
        _ => (lower.as_str(), 1),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| digits.parse::<u64>().ok()?.checked_mul(times))
        .flatten()
}

/// A site with or without a page, or a word.
fn link(text: &str) -> Option<Field> {
    if text.contains(char::is_whitespace) || text.contains('*') {
        return None;
    }
    if text.contains(['.', '/']) {
        let site = bare_site(text);
        return (site.contains('.') && !site.starts_with('.')).then_some(Field::Site(site));
    }
    let word = fold(text);
    let is_word = !word.is_empty() && word.chars().all(char::is_alphanumeric);
    is_word.then_some(Field::LinkWord(word))
}
