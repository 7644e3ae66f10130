//! Reads what stands behind the name of a field: one value, several with commas,
//! or a group with OR; and says what a field may hold.

use std::sync::Arc;

use super::field::{Field, Kind, Relation, words_of};
use super::fold::fold;
use super::lex::{ends_word, is_quote, quoted};
use super::links::bare_site;
use super::{Node, QueryError, Vocabulary, bare_handle, nearest};
use crate::domain::mention::Platform;

/// One value of a field, with its place in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_quoted: bool,
    pub(super) start: usize,
    pub(super) length: usize,
}

const FIELDS: [&str; 10] = [
    "platform",
    "author",
    "lang",
    "source",
    "is",
    "by",
    "url",
    "link",
    "has",
    "followers",
];

/// What other listening programs call it.
const ELSEWHERE: [(&str, &str); 22] = [
    ("from", "author:account"),
    ("user", "author:account"),
    ("auteur", "author:account"),
    ("site", "url:site.example"),
    ("domain", "url:site.example"),
    ("inurl", "url:word"),
    ("links", "url:site.example"),
    ("language", "lang:nl"),
    ("taal", "lang:nl"),
    ("type", "is:repost"),
    ("kind", "is:repost"),
    ("bron", "source:name"),
    ("list", "by:list"),
    ("lijst", "by:list"),
    ("to", "@account"),
    ("mention", "@account"),
    ("hashtag", "#tag"),
    ("near", "NEAR/5"),
    ("volgers", "followers>1000"),
    ("query", "{name}"),
    ("text", "the words alone"),
    ("title", "the words alone"),
];

type Written = (String, &'static str, Vec<Value>);

/// A field with its values, when one begins at `at`; moves behind it. `None`
/// when it is a word.
pub(super) fn field(letters: &[char], at: &mut usize) -> Result<Option<Written>, QueryError> {
    let start = *at;
    let rest = &letters[start..];
    let length = rest
        .iter()
        .take_while(|letter| letter.is_alphabetic())
        .count();
    let name: String = rest[..length]
        .iter()
        .flat_map(|c| c.to_lowercase())
        .collect();
    let sign = match (rest.get(length), rest.get(length + 1)) {
        (Some('>'), Some('=')) => ">=",
        (Some('<'), Some('=')) => "<=",
        (Some('>'), _) => ">",
        (Some('<'), _) => "<",
        (Some('='), _) if name == "followers" => "=",
        (Some(':'), _) => ":",
        _ => return Ok(None),
    };
    let behind = start + length + sign.len();
    let is_empty = letters
        .get(behind)
        .is_none_or(|next| next.is_whitespace() || *next == ')');
    let whole = || {
        let more = letters[behind..]
            .iter()
            .take_while(|next| !ends_word(**next));
        length + sign.len() + more.count()
    };
    if name.is_empty() {
        return Ok(None);
    }
    if !FIELDS.contains(&name.as_str()) {
        let error = match (name.as_str(), sign) {
            ("http" | "https", ":") => {
                QueryError::new(start, whole(), "links are not searched unless asked for")
                    .hint("write url:site.example for what links to a site")
            }
            (_, ":") if !is_empty => {
                let message = format!("there is no field `{name}:`");
                QueryError::new(start, whole(), message).hint(suggestion(&name))
            }
            // `let op: brand` is three words.
            _ => return Ok(None),
        };
        return Err(error);
    }
    if (sign == ":") == (name == "followers") {
        let hint = match sign {
            ":" => "write followers>1000, or with >=, <, <= or =".to_owned(),
            _ => format!("write {name}:value; only followers is a number"),
        };
        let message = format!("`{sign}` cannot stand behind `{name}`");
        return Err(QueryError::new(start, length + sign.len(), message).hint(hint));
    }
    if is_empty {
        let message = format!("nothing stands directly behind `{name}{sign}`");
        return Err(
            QueryError::new(start, length + sign.len(), message).hint(format!(
                "write {name}{sign}{}, without a space",
                example(&name)
            )),
        );
    }
    *at = behind;
    let values = match letters.get(behind) {
        Some('(') => group(letters, at, &name)?,
        _ => row(letters, at)?,
    };
    Ok(Some((name, sign, values)))
}

fn suggestion(name: &str) -> String {
    let in_quotes = "put it in quotes to search for these words";
    if let Some((_, here)) = ELSEWHERE.iter().find(|(there, _)| *there == name) {
        return format!("write {here}; {in_quotes}");
    }
    match nearest(name, FIELDS) {
        Some(known) => format!("did you mean {known}:{}? {in_quotes}", example(known)),
        None => format!(
            "the fields are platform:, author:, lang:, source:, is:, by:, url:, has:link and \
             followers>; {in_quotes}"
        ),
    }
}

fn example(name: &str) -> &'static str {
    match name {
        "platform" => "x",
        "author" => "account",
        "lang" => "nl",
        "source" => "name",
        "is" => "repost",
        "by" => "list",
        "has" => "link",
        "followers" => "1000",
        _ => "site.example",
    }
}

/// `x,facebook` or `"Anna V",bea`.
fn row(letters: &[char], at: &mut usize) -> Result<Vec<Value>, QueryError> {
    let mut values = vec![value(letters, at)?];
    while letters.get(*at) == Some(&',') {
        *at += 1;
        values.push(value(letters, at)?);
    }
    Ok(values)
}

/// `(x OR facebook)`.
fn group(letters: &[char], at: &mut usize, name: &str) -> Result<Vec<Value>, QueryError> {
    let start = *at;
    *at += 1;
    let mut values: Vec<Value> = Vec::new();
    let mut is_separated = true;
    loop {
        while letters.get(*at).is_some_and(|next| next.is_whitespace()) {
            *at += 1;
        }
        match letters.get(*at) {
            None => return Err(QueryError::new(start, 1, "this `(` is never closed")),
            Some(')') if values.is_empty() => {
                return Err(QueryError::new(start, 2, "the parentheses are empty"));
            }
            Some(')') if !is_separated => {
                *at += 1;
                return Ok(values);
            }
            Some(')') => return Err(QueryError::new(*at, 1, "a value is missing before this")),
            Some(',') if !is_separated => {
                *at += 1;
                is_separated = true;
                continue;
            }
            Some(_) => {}
        }
        let one = value(letters, at)?;
        match (one.text.as_str(), one.is_quoted) {
            ("OR", false) if !is_separated => is_separated = true,
            ("OR" | "AND" | "NOT", false) => {
                let message = format!("`{}` cannot stand here", one.text);
                return Err(
                    QueryError::new(one.start, one.length, message).hint(format!(
                        "write {name}:(one OR other); for what must not be, -{name}:one"
                    )),
                );
            }
            _ if is_separated => {
                values.push(one);
                is_separated = false;
            }
            _ => {
                return Err(
                    QueryError::new(one.start, one.length, "an OR is missing before this")
                        .hint(format!("write {name}:(one OR other)")),
                );
            }
        }
    }
}

fn value(letters: &[char], at: &mut usize) -> Result<Value, QueryError> {
    let start = *at;
    let is_quoted = letters.get(start).copied().is_some_and(is_quote);
    let text = if is_quoted {
        quoted(letters, at)?
    } else {
        let ends = |letter: &char| ends_word(*letter) || *letter == ',';
        while letters.get(*at).is_some_and(|letter| !ends(letter)) {
            *at += 1;
        }
        letters[start..*at].iter().collect()
    };
    if text.trim().is_empty() {
        return Err(QueryError::new(
            start,
            (*at - start).max(1),
            "a value is missing here",
        ));
    }
    Ok(Value {
        text,
        is_quoted,
        start,
        length: *at - start,
    })
}

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
