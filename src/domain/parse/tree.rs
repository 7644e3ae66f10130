//! Turns YAML text into a tree in which every name and value knows its place.
//!
//! A plain scalar keeps exactly the letters that stand in the file. YAML would
//! read `0777` as a number and `1.10` as 1.1; here only the reader of a value
//! decides what it is, so nothing a person wrote is changed in silence. All
//! calls of the YAML crate stand in this file, in `events.rs` and in `syntax.rs`.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;

use super::events;
use super::problems::{Problems, Span};
use super::source::{LARGEST_FILE, SourceFile, without_mark};
use super::syntax;

/// How deep lists and maps may stand in each other. The format needs ten.
pub(super) const DEEPEST: usize = 48;

/// YAML's name for "and all that stands there".
pub(super) const MERGE: &str = "<<";

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub value: Value,
    pub span: Span,
    /// Where it is looked for: what stands below its name, at that name.
    pub home: Span,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing, or one of YAML's words for it (`~`, `null`), as it stands.
    Null(String),
    Scalar {
        text: String,
        quoted: bool,
    },
    /// Shared, as a map is: what all playbooks have is given to each of them.
    List(Arc<Vec<Node>>),
    Map(Arc<Vec<Entry>>),
}

/// A name and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Node,
}

impl Value {
    /// A scalar that says `text`, as it was `written` in the file.
    pub(super) fn scalar(text: String, written: &str) -> Self {
        Self::Scalar {
            quoted: written.starts_with(['"', '\'', '|', '>']),
            text,
        }
    }
}

impl Entry {
    /// `None` for a list or a map as a name.
    pub(super) fn of(key: Node, mut value: Node) -> Option<Self> {
        let key_span = key.span;
        let (Value::Scalar { text: key, .. } | Value::Null(key)) = key.value else {
            return None;
        };
        if value.is_null() {
            // What is not there has no place of its own; its name has.
            value.span = key_span;
        }
        if value.span.line > key_span.line {
            value.home = key_span;
        }
        Some(Self {
            key,
            key_span,
            value,
        })
    }
}

impl Node {
    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null(_))
    }

    /// The letters of a scalar; `None` for everything else.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_quoted(&self) -> bool {
        matches!(self.value, Value::Scalar { quoted: true, .. })
    }

    /// The entries of a map; none for everything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The first entry with this name.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The place of the deepest name on this path that is written.
    pub(super) fn place(&self, path: &[&str]) -> Span {
        let mut node = self;
        let mut span = self.span;
        for key in path {
            let Some(entry) = node.get(key) else { break };
            span = entry.key_span;
            node = &entry.value;
        }
        span
    }

    /// Says of which file all of its places are.
    fn move_to(&mut self, file: usize) {
        self.span.file = file;
        self.home.file = file;
        match &mut self.value {
            Value::Null(_) | Value::Scalar { .. } => {}
            Value::List(items) => {
                for item in Arc::make_mut(items) {
                    item.move_to(file);
                }
            }
            Value::Map(entries) => {
                for entry in Arc::make_mut(entries) {
                    entry.key_span.file = file;
                    entry.value.move_to(file);
                }
            }
        }
    }

    /// What it is, for "expected …, found …".
    pub(super) fn described(&self) -> String {
        match &self.value {
            Value::Null(_) => "nothing".to_owned(),
            Value::Scalar { text, .. } => format!("`{}`", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

/// The beginning of a text, for in a message.
pub(super) fn shortened(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    if line.chars().count() <= 60 {
        return line;
    }
    let start: String = line.chars().take(57).collect();
    format!("{start}…")
}

/// A file whose YAML was read before anything else, on whatever processor had time:
/// most of the work of reading a folder, and no file's is about another.
#[derive(Debug)]
pub struct ReadAhead {
    text: String,
    /// Its places are of no file yet.
    node: Node,
}

impl ReadAhead {
    /// `None` for what is no YAML that can be read, or holds what cannot be used: `parse`
    /// says why.
    pub fn of(file: &SourceFile) -> Option<Self> {
        let is_fit = file.path.ends_with(".yaml") && file.bytes.len() <= LARGEST_FILE;
        let text = std::str::from_utf8(&file.bytes).ok().filter(|_| is_fit)?;
        let text = without_mark(text).to_owned();
        let node = quietly(&text, 0)?;
        Some(Self { text, node })
    }
}

/// Reads one file; `None` when there is nothing to read, which is then said. What was
/// read ahead is taken when it is of this very text.
pub(super) fn read(
    text: &str,
    ahead: Option<ReadAhead>,
    file: usize,
    problems: &Problems,
) -> Option<Node> {
    let node = match ahead.filter(|ahead| ahead.text == text) {
        Some(ahead) => {
            let mut node = ahead.node;
            node.move_to(file);
            node
        }
        None => match events::read(text, file) {
            Some(node) => node,
            None => match serde_yaml::from_str_with_options(text, syntax::options()) {
                Ok(raw) => {
                    let growing = Growing {
                        text,
                        file,
                        problems,
                    };
                    growing.node(raw)
                }
                Err(error) => syntax::report(&error, text, file, problems)?,
            },
        },
    };
    if node.is_null() {
        problems.error(
            Span::whole(file),
            "empty-file",
            "the file is empty",
            "the first line says what it is: `organisation:`, `playbook: NAME` or `scenario: NAME`",
        );
        return None;
    }
    Some(node)
}

/// Reads a text without saying what is wrong with it.
pub(super) fn quietly(text: &str, file: usize) -> Option<Node> {
    events::read(text, file).or_else(|| through_serde(text, file))
}

/// What the YAML crate makes of it, when nothing is wrong with it.
pub(super) fn through_serde(text: &str, file: usize) -> Option<Node> {
    let raw = serde_yaml::from_str_with_options(text, syntax::options()).ok()?;
    let problems = Problems::default();
    let growing = Growing {
        text,
        file,
        problems: &problems,
    };
    let node = growing.node(raw);
    (problems.n_errors() == 0).then_some(node)
}

/// What the YAML crate hands over, before the text of the file is consulted.
#[derive(Debug)]
enum Raw {
    Null,
    /// `None` for what YAML takes for a number or a boolean.
    Scalar(Option<String>),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

/// The visits that say "a scalar that YAML has an opinion on".
macro_rules! opinionated {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method<E>(self, _value: $kind) -> Result<Raw, E> {
            Ok(Raw::Scalar(None))
        })*
    };
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any YAML")
    }

    opinionated!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128,
        visit_u128: u128, visit_f64: f64, visit_char: char, visit_bytes: &[u8]);

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Some(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Scalar(Some(value)))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
        Raw::deserialize(inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
        Raw::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// Joins what YAML said with what stands in the file.
struct Growing<'a> {
    text: &'a str,
    file: usize,
    problems: &'a Problems,
}

impl Growing<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let span = self.span(&raw.referenced);
        let slice = self.slice(&raw.referenced);
        self.refuse_tag(&raw.referenced, span);
        let value = match raw.value {
            Raw::Null => Value::Null(slice.to_owned()),
            Raw::Scalar(read) => Value::scalar(read.unwrap_or_else(|| slice.to_owned()), slice),
            Raw::List(items) => {
                let items = items.into_iter().map(|item| self.node(item));
                Value::List(Arc::new(items.collect()))
            }
            Raw::Map(entries) => {
                let entries = entries.into_iter();
                let entries = entries.filter_map(|(key, value)| self.entry(key, value));
                Value::Map(Arc::new(entries.collect()))
            }
        };
        Node {
            value,
            span,
            home: span,
        }
    }

    fn entry(&self, key: Spanned<Raw>, value: Spanned<Raw>) -> Option<Entry> {
        let key = self.node(key);
        let key_span = key.span;
        if key.scalar() == Some(MERGE) {
            self.problems.error(
                key_span,
                "anchor",
                "merge keys (`<<`) cannot be used",
                "anchors and merge keys are never needed: what all playbooks share stands in `every_playbook`",
            );
            return None;
        }
        let entry = Entry::of(key, self.node(value));
        if entry.is_none() {
            self.problems.error(
                key_span,
                "wrong-kind",
                "a list or map cannot be a name",
                "a name is a word, such as `press`; quote a text that begins with `{` or `[`",
            );
        }
        entry
    }

    fn span(&self, location: &serde_yaml::Location) -> Span {
        Span {
            file: self.file,
            line: usize::try_from(location.line()).unwrap_or(0),
            column: usize::try_from(location.column()).unwrap_or(0),
            length: usize::try_from(location.span().len()).unwrap_or(1).max(1),
        }
    }

    fn bytes(location: &serde_yaml::Location) -> Option<(usize, usize)> {
        let start = usize::try_from(location.span().byte_offset()?).ok()?;
        let length = usize::try_from(location.span().byte_len()?).ok()?;
        Some((start, start.checked_add(length)?))
    }

    fn slice(&self, location: &serde_yaml::Location) -> &str {
        Self::bytes(location)
            .and_then(|(start, end)| self.text.get(start..end))
            .map_or("", str::trim_end)
    }

    /// `!!int "5"` and `!mine x` would give a value another meaning than its
    /// letters have.
    fn refuse_tag(&self, location: &serde_yaml::Location, span: Span) {
        let end = Self::bytes(location).map_or(0, |(start, _)| start);
        // Tags are short; a longer look back would make one long line slow.
        let mut start = end.saturating_sub(120);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        let before = self.text.get(start..end).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("").trim_end();
        let word = line.rsplit([' ', '\t', ',', '[', '{']).next().unwrap_or("");
        if word.starts_with('!') {
            self.problems.error(
                span,
                "tag",
                format!("a tag such as `{}` cannot be used", shortened(word)),
                "leave it out: the format knows what kind of value stands where; quote a text that begins with `!`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::parse::{Input, parse};

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    fn parsed(files: &[SourceFile], ahead: &[SourceFile]) -> String {
        let ahead = ahead
            .iter()
            .filter_map(|file| Some((file.path.clone(), ReadAhead::of(file)?)));
        let input = Input {
            files: files.to_vec(),
            ahead: ahead.collect(),
            ..Input::default()
        };
        format!("{:?}", parse(input))
    }

    #[test]
    fn what_is_read_ahead_says_what_it_says_in_its_turn() {
        let organisation = "\u{feff}organisation: { name: De Korst, timezone: Europe/Amsterdam }\n\
                            roles: { owner: { title: !x Eigenaar, people: [anna] } }\n";
        let mut files = vec![
            file("draaiboek.yaml", organisation),
            file("playbooks/a.yaml", "playbook: a\ntitle: 0777\nwatch: ~\n"),
            file("playbooks/broken.yaml", "playbook: [\ntitle: {\n"),
            file("playbooks/empty.yaml", "# nothing\n"),
            file("playbooks/scenarios/s.yaml", "scenario: s\nplaybook: a\n"),
        ];
        files.push(SourceFile {
            path: "playbooks/bytes.yaml".to_owned(),
            bytes: b"playbook: \xff\n".to_vec(),
        });
        let in_turn = parsed(&files, &[]);
        assert_eq!(parsed(&files, &files), in_turn);
        // Of another text by the same name nothing is taken.
        let others: Vec<SourceFile> = files
            .iter()
            .map(|one| file(&one.path, "playbook: other\n"))
            .collect();
        assert_eq!(parsed(&files, &others), in_turn);
        assert_ne!(parsed(&others, &others), in_turn);
    }
}
