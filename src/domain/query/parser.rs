//! Reads the pieces of a query into its meaning, or says what is wrong where.

use std::collections::BTreeMap;

use super::fold::{each_token, fold};
use super::lex::{self, Kind, Piece};
use super::{Field, Node, Query, QueryError, Word, bare_handle};
use crate::domain::mention::Platform;

/// Parentheses and named queries inside each other; keeps a hostile query from
/// using up the stack.
const DEEPEST: usize = 40;

/// Terms after all names are written out; keeps names that each use the one
/// before twice from filling the memory.
const LARGEST: usize = 5_000;

pub(super) fn parse(text: &str, named: &BTreeMap<String, String>) -> Result<Query, QueryError> {
    let mut limits = Limits::default();
    let root = read(text, named, &mut limits)?;
    Ok(Query { root })
}

#[derive(Default)]
struct Limits {
    depth: usize,
    size: usize,
    /// Named queries that are being read, outermost first.
    open: Vec<String>,
}

fn read(
    text: &str,
    named: &BTreeMap<String, String>,
    limits: &mut Limits,
) -> Result<Node, QueryError> {
    let whole = text.chars().count();
    let pieces = lex::cut(text)?;
    if pieces.is_empty() {
        return Err(QueryError::new(0, whole, "the query is empty")
            .hint("write the words to look for, or * for every mention"));
    }
    let mut parser = Parser {
        pieces,
        at: 0,
        end: whole,
        named,
        limits,
    };
    let root = parser.any()?;
    if let Some(piece) = parser.peek() {
        return Err(QueryError::new(piece.start, 1, "this `)` was never opened"));
    }
    if !limits.open.is_empty() || is_anchored(&root) {
        return Ok(root);
    }
    Err(
        QueryError::new(0, whole, "the query only says what must not occur")
            .hint("say what must occur as well; `* -word` is every mention without the word"),
    )
}

/// Whether a mention must hold something that was asked for, so that not
/// everything in the world matches.
fn is_anchored(node: &Node) -> bool {
    match node {
        Node::Everything | Node::Phrase(_) | Node::Near(..) | Node::Field(_) => true,
        Node::All(parts) => parts.iter().any(is_anchored),
        Node::Any(parts) => parts.iter().all(is_anchored),
        Node::Not(_) => false,
    }
}

struct Parser<'a> {
    pieces: Vec<Piece>,
    at: usize,
    /// Behind the last character.
    end: usize,
    named: &'a BTreeMap<String, String>,
    limits: &'a mut Limits,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    fn next_is(&mut self, kind: &Kind) -> bool {
        let found = self.peek().is_some_and(|piece| piece.kind == *kind);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.all()?];
        while self.next_is(&Kind::Or) {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Node::Any))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.near()?];
        while let Some(piece) = self.peek() {
            match piece.kind {
                Kind::Or | Kind::Close => break,
                Kind::And => self.at += 1,
                _ => {}
            }
            parts.push(self.near()?);
        }
        Ok(single_or(parts, Node::All))
    }

    fn near(&mut self) -> Result<Node, QueryError> {
        let start = self.place().0;
        let mut left = self.unary()?;
        while let Some(&Piece {
            kind: Kind::Near(distance),
            ..
        }) = self.peek()
        {
            self.require_placed(&left, start)?;
            self.at += 1;
            let right_start = self.place().0;
            let right = self.unary()?;
            self.require_placed(&right, right_start)?;
            left = Node::Near(Box::new(left), Box::new(right), distance);
        }
        Ok(left)
    }

    /// NEAR needs places in the text, which AND, NOT and fields do not have.
    fn require_placed(&self, node: &Node, start: usize) -> Result<(), QueryError> {
        if has_places(node) {
            return Ok(());
        }
        let before = &self.pieces[self.at - 1];
        let length = (before.start + before.length).saturating_sub(start).max(1);
        Err(QueryError::new(
            start,
            length,
            "NEAR works between words, phrases and groups of them with OR",
        )
        .hint("write for example (a OR b) NEAR/5 \"c d\""))
    }

    fn unary(&mut self) -> Result<Node, QueryError> {
        let mut is_negated = false;
        while self.next_is(&Kind::Not) {
            is_negated = !is_negated;
        }
        let node = self.primary()?;
        match (is_negated, node) {
            (true, Node::Not(inner)) => Ok(*inner),
            (true, node) => Ok(Node::Not(Box::new(node))),
            (false, node) => Ok(node),
        }
    }

    fn primary(&mut self) -> Result<Node, QueryError> {
        let (start, length) = self.place();
        let Some(piece) = self.pieces.get(self.at).cloned() else {
            return Err(QueryError::new(start, 1, "something is missing at the end")
                .hint("a word, a phrase or a group must follow"));
        };
        self.at += 1;
        self.limits.size += 1;
        if self.limits.size > LARGEST {
            return Err(QueryError::new(start, length, "the query is too large")
                .hint(format!("{LARGEST} words, names written out, is the most")));
        }
        match piece.kind {
            Kind::Open => self.group(start),
            Kind::Name(name) => self.name(name.trim(), start, length),
            Kind::Quoted(text) => terms(&text, start, length),
            Kind::Word(word) if word == "*" => Ok(Node::Everything),
            Kind::Word(word) => terms(&word, start, length),
            Kind::Field(name, value) => field(&name, &value, start, length),
            Kind::Close if self.at == 1 => {
                Err(QueryError::new(start, 1, "this `)` was never opened"))
            }
            Kind::Close | Kind::And | Kind::Or | Kind::Near(_) | Kind::Not => {
                Err(
                    QueryError::new(start, length, "something is missing before this")
                        .hint("a word, a phrase or a group must stand here"),
                )
            }
        }
    }

    fn place(&self) -> (usize, usize) {
        self.peek()
            .map_or((self.end, 1), |piece| (piece.start, piece.length))
    }

    fn deeper(&mut self, start: usize, length: usize) -> Result<(), QueryError> {
        self.limits.depth += 1;
        if self.limits.depth <= DEEPEST {
            return Ok(());
        }
        Err(QueryError::new(
            start,
            length,
            format!("the groups are nested more than {DEEPEST} deep"),
        ))
    }

    fn group(&mut self, start: usize) -> Result<Node, QueryError> {
        self.deeper(start, 1)?;
        if self.next_is(&Kind::Close) {
            return Err(QueryError::new(start, 2, "the parentheses are empty"));
        }
        let node = self.any()?;
        if !self.next_is(&Kind::Close) {
            return Err(QueryError::new(start, 1, "this `(` is never closed"));
        }
        self.limits.depth -= 1;
        Ok(node)
    }

    fn name(&mut self, name: &str, start: usize, length: usize) -> Result<Node, QueryError> {
        let Some(text) = self.named.get(name) else {
            let message = format!("there is no query named `{name}`");
            return Err(QueryError::new(start, length, message).hint(nearest(name, self.named)));
        };
        if self.limits.open.iter().any(|open| open == name) {
            let round = self.limits.open.join("}, {");
            let message = format!("the query {{{name}}} ends up in itself");
            return Err(
                QueryError::new(start, length, message).hint(format!("by way of {{{round}}}"))
            );
        }
        self.deeper(start, length)?;
        self.limits.open.push(name.to_owned());
        let node = read(text, self.named, self.limits).map_err(|error| QueryError {
            start,
            length,
            message: format!(
                "in the query {{{name}}}, character {}: {}",
                error.start + 1,
                error.message
            ),
            ..error
        })?;
        self.limits.open.pop();
        self.limits.depth -= 1;
        Ok(node)
    }
}

fn single_or(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn has_places(node: &Node) -> bool {
    match node {
        Node::Phrase(_) => true,
        Node::Near(left, right, _) => has_places(left) && has_places(right),
        Node::Any(parts) => parts.iter().all(has_places),
        Node::Everything | Node::All(_) | Node::Not(_) | Node::Field(_) => false,
    }
}

/// A word or the inside of quotes; several words must stand side by side.
fn terms(written: &str, start: usize, length: usize) -> Result<Node, QueryError> {
    let trimmed = written.trim();
    let (kept, is_open) = trimmed
        .strip_suffix('*')
        .map_or((trimmed, false), |kept| (kept, true));
    if kept.contains('*') || is_open && kept.ends_with(|c: char| !c.is_alphanumeric()) {
        return Err(
            QueryError::new(start, length, "`*` can only stand at the end of a word")
                .hint("poli* finds poli, polikliniek and polis"),
        );
    }
    let folded = fold(kept);
    let mut words = Vec::new();
    each_token(&folded, |token| {
        words.push(Word {
            text: token.text.to_owned(),
            open: false,
        });
    });
    let Some(last) = words.last_mut() else {
        let message = format!("`{written}` holds no letter or digit to look for");
        return Err(
            QueryError::new(start, length, message).hint("links and loose signs are not searched")
        );
    };
    last.open = is_open;
    let n_letters = last.text.trim_start_matches(['#', '@']).chars().count();
    if is_open && !(2..=30).contains(&n_letters) {
        return Err(
            QueryError::new(start, length, "a `*` needs 2 to 30 letters before it")
                .hint("the beginning of the word must say something about it"),
        );
    }
    Ok(Node::Phrase(words))
}

fn field(name: &str, value: &str, start: usize, length: usize) -> Result<Node, QueryError> {
    let field = match name {
        "platform" => Field::Platform(Platform::from_name(value).ok_or_else(|| {
            let known = Platform::ALL.map(Platform::name).join(", ");
            QueryError::new(start, length, format!("there is no platform `{value}`"))
                .hint(format!("the platforms are {known}"))
        })?),
        "author" => Field::Author(bare_handle(value)),
        "lang" => Field::Language(value.to_ascii_lowercase()),
        _ => Field::Site(bare_site(value)),
    };
    Ok(Node::Field(field))
}

fn bare_site(value: &str) -> String {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.trim_end_matches('/').to_lowercase()
}

fn nearest(name: &str, named: &BTreeMap<String, String>) -> String {
    let best = named
        .keys()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min();
    match best {
        Some((distance, known)) if distance <= 1 + name.chars().count() / 3 => {
            format!("did you mean {{{known}}}?")
        }
        Some(_) => {
            let all: Vec<&str> = named.keys().map(String::as_str).take(8).collect();
            format!("the named queries are {}", all.join(", "))
        }
        None => "no named queries are written under `queries`".to_owned(),
    }
}
