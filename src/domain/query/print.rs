//! Writes a query down again: the same meaning, whatever way it was written.

use std::fmt;

use super::{Node, Query, Word};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Node::All(parts) => row(f, parts, " AND "),
            Node::Any(parts) => row(f, parts, " OR "),
            root => write!(f, "{root}"),
        }
    }
}

impl fmt::Display for Node {
    /// As a part of a query: groups stand in parentheses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Phrase(words) => phrase(f, words),
            Self::Near(left, right, distance) => {
                write!(f, "({left} NEAR/{distance} {right})")
            }
            Self::All(parts) => group(f, parts, " AND "),
            Self::Any(parts) => group(f, parts, " OR "),
            Self::Not(inner) => write!(f, "NOT {inner}"),
            Self::Field(field) => write!(f, "{field}"),
            Self::Named(name, _) => write!(f, "{{{name}}}"),
        }
    }
}

fn group(f: &mut fmt::Formatter<'_>, parts: &[Node], between: &str) -> fmt::Result {
    f.write_str("(")?;
    row(f, parts, between)?;
    f.write_str(")")
}

fn row(f: &mut fmt::Formatter<'_>, parts: &[Node], between: &str) -> fmt::Result {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

fn phrase(f: &mut fmt::Formatter<'_>, words: &[Word]) -> fmt::Result {
    let is_exact = words.iter().any(|word| word.spelling.is_some());
    let as_written = |word: &Word| {
        let text = word.spelling.as_deref().unwrap_or(&word.text);
        format!("{text}{}", if word.open { "*" } else { "" })
    };
    let sign = if is_exact { "=" } else { "" };
    match words {
        [word] if !is_operator(&word.text) => write!(f, "{sign}{}", as_written(word)),
        _ => {
            let words: Vec<String> = words.iter().map(as_written).collect();
            write!(f, "{sign}\"{}\"", words.join(" "))
        }
    }
}

/// Words that mean something else without quotes.
fn is_operator(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "near" | "en" | "of" | "niet")
}
