//! Reads the pieces of a query into its meaning, or says what is wrong where.

use std::collections::HashSet;

use super::impossible::{contradiction, dead_word};
use super::lex::{self, Kind, Piece};
use super::words::{Written, terms};
use super::{Node, Query, QueryError, Vocabulary, asked, nearest};

/// Parentheses and named queries inside each other; keeps a hostile query from
/// using up the stack.
const DEEPEST: usize = 40;

/// Terms after all names are written out; keeps names that each use the one
/// before twice from filling the memory.
const LARGEST: usize = 20_000;

/// Doubts that are worth reading.
const MOST_REMARKS: usize = 20;

pub(super) fn parse(text: &str, known: &Vocabulary) -> Result<Query, QueryError> {
    let mut limits = Limits::default();
    let (root, mut remarks) = read(text, known, &mut limits)?;
    if root.is_everything() {
        let whole = text.chars().count().max(1);
        let remark = QueryError::new(0, whole, "this is every mention that comes in");
        remarks.push(
            remark.hint("write words that say what it is about, or `* -word` for all without one"),
        );
    }
    remarks.sort_by_key(|remark| remark.start);
    remarks.truncate(MOST_REMARKS);
    Ok(Query { root, remarks })
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
    known: &Vocabulary,
    limits: &mut Limits,
) -> Result<(Node, Vec<QueryError>), QueryError> {
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
        known,
        limits,
        remarks: Vec::new(),
    };
    let root = parser.any()?;
    if let Some(piece) = parser.peek() {
        return Err(QueryError::new(piece.start, 1, "this `)` was never opened"));
    }
    let remarks = parser.remarks;
    if !limits.open.is_empty() || root.is_anchored() {
        return Ok((root, remarks));
    }
    Err(
        QueryError::new(0, whole, "the query only says what must not occur")
            .hint("say what must occur as well; `* -word` is every mention without the word"),
    )
}

struct Parser<'a> {
    pieces: Vec<Piece>,
    at: usize,
    /// Behind the last character.
    end: usize,
    known: &'a Vocabulary,
    limits: &'a mut Limits,
    remarks: Vec<QueryError>,
}

/// Parts of a group, and those that were there before.
struct Parts {
    nodes: Vec<Node>,
    seen: HashSet<String>,
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
        let mut parts = Parts::new();
        let (first, mut is_mixed) = self.part_of_any(&mut parts)?;
        parts.nodes.push(first);
        let mut or = None;
        while self.next_is(&Kind::Or) {
            or.get_or_insert(self.at - 1);
            let (next, has_and) = self.part_of_any(&mut parts)?;
            is_mixed |= has_and;
            parts.nodes.push(next);
        }
        if let (true, Some(piece)) = (is_mixed, or.map(|at| &self.pieces[at])) {
            let remark = QueryError::new(
                piece.start,
                piece.length,
                "AND and OR stand side by side here; AND binds first",
            );
            let meaning = Node::Any(parts.nodes.clone()).to_string();
            let hint = match meaning.chars().count() {
                ..=120 => format!("it means {meaning}; write the parentheses you mean"),
                _ => "write parentheses around what belongs together".to_owned(),
            };
            self.remarks.push(remark.hint(hint));
        }
        Ok(single_or(parts.nodes, Node::Any))
    }

    /// One part, and whether it is several with AND, without parentheses.
    fn part_of_any(&mut self, parts: &mut Parts) -> Result<(Node, bool), QueryError> {
        let start = self.place().0;
        let (node, has_and) = self.all()?;
        self.note_repeated(&node, start, parts);
        Ok((node, has_and))
    }

    fn all(&mut self) -> Result<(Node, bool), QueryError> {
        let mut parts = Parts::new();
        let begins = self.place().0;
        loop {
            let start = self.place().0;
            let node = self.near()?;
            if !parts.nodes.is_empty() || self.continues() {
                self.note_repeated(&node, start, &mut parts);
            }
            parts.nodes.push(node);
            if !self.continues() {
                break;
            }
            self.next_is(&Kind::And);
        }
        let has_and = parts.nodes.len() > 1;
        self.note_impossible(&parts.nodes, begins);
        Ok((single_or(parts.nodes, Node::All), has_and))
    }

    /// What is asked for and ruled out at once is in no mention.
    fn note_impossible(&mut self, parts: &[Node], start: usize) {
        if let Some(part) = contradiction(parts) {
            let message = format!("`{part}` is asked for and ruled out: this finds nothing");
            let length = self.length_since(start);
            self.remarks.push(
                QueryError::new(start, length, message).hint("take it out, or take out the NOT"),
            );
        } else if let Some(word) = dead_word(parts) {
            let message = format!("`{word}` is asked for and ruled out: it finds nothing");
            let length = self.length_since(start);
            self.remarks.push(
                QueryError::new(start, length, message).hint("take the word out of one of the two"),
            );
        }
    }

    /// Whether something follows that must occur as well.
    fn continues(&self) -> bool {
        self.peek()
            .is_some_and(|piece| !matches!(piece.kind, Kind::Or | Kind::Close))
    }

    fn note_repeated(&mut self, node: &Node, start: usize, parts: &mut Parts) {
        if !matches!(node, Node::Phrase(_) | Node::Field(_) | Node::Named(..)) {
            return;
        }
        let written = node.to_string();
        if parts.seen.contains(&written) {
            let message = format!("`{written}` stands in this group twice");
            let length = self.length_since(start);
            self.remarks
                .push(QueryError::new(start, length, message).hint("take one of them away"));
            return;
        }
        parts.seen.insert(written);
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
        if node.has_places() {
            return Ok(());
        }
        Err(QueryError::new(
            start,
            self.length_since(start),
            "NEAR works between words, phrases and groups of them with OR",
        )
        .hint("write for example (a OR b) NEAR/5 \"c d\""))
    }

    /// In characters, from `start` until behind the last piece.
    fn length_since(&self, start: usize) -> usize {
        let before = self.at.checked_sub(1).and_then(|at| self.pieces.get(at));
        let end = before.map_or(start, |piece| piece.start + piece.length);
        end.saturating_sub(start).max(1)
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
            return Err(self.missing());
        };
        self.at += 1;
        self.limits.size += 1;
        if self.limits.size > LARGEST {
            return Err(QueryError::new(start, length, "the query is too large")
                .hint(format!("{LARGEST} words, names written out, is the most")));
        }
        let mut words = |text: &str, is_quoted: bool, is_exact: bool| {
            let written = Written {
                text,
                start,
                length,
                is_quoted,
                is_exact,
            };
            terms(&written, &mut self.remarks)
        };
        match piece.kind {
            Kind::Open => self.group(start),
            Kind::Name(name) => self.name(name.trim(), start, length),
            Kind::Word(word) if word == "*" => Ok(Node::Everything),
            Kind::Word(text) => words(&text, false, false),
            Kind::Quoted(text) => words(&text, true, false),
            Kind::Exact(text) => words(&text, length > text.chars().count() + 1, true),
            Kind::Field(name, sign, values) => {
                self.limits.size += values.len() - 1;
                let asked = values
                    .iter()
                    .map(|value| asked::meaning(&name, sign, value, self.known));
                Ok(single_or(asked.collect::<Result<_, _>>()?, Node::Any))
            }
            Kind::Close | Kind::And | Kind::Or | Kind::Near(_) | Kind::Not => {
                self.at -= 1;
                Err(self.missing())
            }
        }
    }

    /// Something should stand here: says so at the sign that asks for it.
    fn missing(&self) -> QueryError {
        let before = self.at.checked_sub(1).and_then(|at| self.pieces.get(at));
        let word = before.and_then(|piece| match piece.kind {
            Kind::And => Some("AND".to_owned()),
            Kind::Or => Some("OR".to_owned()),
            Kind::Not if piece.length == 1 => Some("-".to_owned()),
            Kind::Not => Some("NOT".to_owned()),
            Kind::Near(distance) => Some(format!("NEAR/{distance}")),
            _ => None,
        });
        let hint = "a word, a phrase or a group must stand there";
        match (before, word, self.peek()) {
            (Some(piece), Some(word), _) => QueryError::new(
                piece.start,
                piece.length,
                format!("nothing stands behind `{word}`"),
            )
            .hint(hint),
            (None, _, Some(piece)) if piece.kind == Kind::Close => {
                QueryError::new(piece.start, 1, "this `)` was never opened")
            }
            (_, _, Some(piece)) => {
                let error = QueryError::new(
                    piece.start,
                    piece.length,
                    "something is missing before this",
                );
                error.hint(hint)
            }
            (Some(open), _, None) if open.kind == Kind::Open => {
                QueryError::new(open.start, 1, "this `(` is never closed")
            }
            (_, _, None) => QueryError::new(self.end, 1, "something is missing at the end"),
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
        let message = format!("the groups are nested more than {DEEPEST} deep");
        Err(QueryError::new(start, length, message).hint("give a part a name under `queries`"))
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
        let queries = &self.known.queries;
        let Some(text) = queries.get(name) else {
            let message = format!("there is no query named `{name}`");
            return Err(QueryError::new(start, length, message).hint(suggestion(name, self.known)));
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
        let (node, _) = read(text, self.known, self.limits).map_err(|error| QueryError {
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
        Ok(Node::Named(name.to_owned(), Box::new(node)))
    }
}

impl Parts {
    fn new() -> Self {
        Self {
            nodes: Vec::new(),
            seen: HashSet::new(),
        }
    }
}

fn single_or(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn suggestion(name: &str, known: &Vocabulary) -> String {
    let names = || known.queries.keys().map(String::as_str);
    match nearest(name, names()) {
        Some(known) => format!("did you mean {{{known}}}?"),
        None if known.queries.is_empty() => {
            "no named queries are written under `queries`".to_owned()
        }
        None => {
            let all: Vec<&str> = names().take(8).collect();
            format!("the named queries are {}", all.join(", "))
        }
    }
}
