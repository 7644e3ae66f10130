//! Reads the name of a field and what stands behind it: one value, several with
//! commas, or a group with OR.

use super::lex::{ends_word, is_quote, quoted};
use super::{QueryError, nearest};

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
const ELSEWHERE: [(&str, &str); 28] = [
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
    ("raw", "=Linde for exactly this spelling"),
    ("exact", "=Linde for exactly this spelling"),
    (
        "sentiment",
        "the words alone; how negative it is, a playbook asks",
    ),
    (
        "tone",
        "the words alone; how negative it is, a playbook asks",
    ),
    ("country", "lang:nl, or the names of places"),
    ("location", "the names of places"),
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
