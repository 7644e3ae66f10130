//! Reads the YAML that people usually write straight from the parser's events.
//!
//! The way through serde, in `tree.rs`, tells of each value where it stands by playing
//! it as a map of its own, which is half of what reading a folder takes. Whatever is not
//! usual here, and every mistake, is left to it: it decides and finds the words. A
//! property test holds the two together.

use std::sync::Arc;

use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, Span as Extent, StrInput};

use super::problems::Span;
use super::tree::{Entry, MERGE, Node, Value};

/// Well below what `syntax::options` allows, so that nothing read here would be refused there.
const DEEPEST: usize = 40;
const MOST_EVENTS: usize = 100_000;
const LONGEST: usize = 1_000_000;

/// `None` when serde must say what this is.
pub(super) fn read(text: &str, file: usize) -> Option<Node> {
    if text.len() > LONGEST {
        return None;
    }
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        text,
        file,
        n_events: 0,
    };
    let is_next = |reader: &mut Reader<'_>, wanted: fn(&Event<'_>) -> bool| {
        reader.event().filter(|(event, _)| wanted(event)).map(drop)
    };
    is_next(&mut reader, |event| matches!(event, Event::StreamStart))?;
    // A version of YAML is told by a directive, which nobody needs.
    is_next(&mut reader, |event| {
        matches!(event, Event::DocumentStart(_, None))
    })?;
    let (event, extent) = reader.event()?;
    let node = reader.node(event, extent, 0)?;
    is_next(&mut reader, |event| matches!(event, Event::DocumentEnd))?;
    is_next(&mut reader, |event| matches!(event, Event::StreamEnd))?;
    Some(node)
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    text: &'a str,
    file: usize,
    n_events: usize,
}

impl<'a> Reader<'a> {
    fn event(&mut self) -> Option<(Event<'a>, Extent)> {
        self.n_events += 1;
        if self.n_events > MOST_EVENTS {
            return None;
        }
        self.parser.next()?.ok()
    }

    /// A tag, an anchor and what refers to one give `None`, as the end of something does.
    fn node(&mut self, event: Event<'_>, extent: Extent, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let value = match event {
            Event::Scalar(text, style, 0, None) => {
                let written = extent.slice(self.text).unwrap_or_default().trim_end();
                if matches!(style, ScalarStyle::Plain) && is_nothing(&text) {
                    Value::Null(written.to_owned())
                } else {
                    Value::scalar(text.into_owned(), written)
                }
            }
            Event::SequenceStart(_, 0, None) => Value::List(Arc::new(self.items(depth)?)),
            Event::MappingStart(_, 0, None) => Value::Map(Arc::new(self.entries(depth)?)),
            _ => return None,
        };
        let span = Span {
            file: self.file,
            line: extent.start.line(),
            column: extent.start.col() + 1,
            length: extent.len().max(1),
        };
        Some(Node {
            value,
            span,
            home: span,
        })
    }

    fn items(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut items = Vec::new();
        loop {
            match self.event()? {
                (Event::SequenceEnd, _) => return Some(items),
                (event, extent) => items.push(self.node(event, extent, depth + 1)?),
            }
        }
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        loop {
            let key = match self.event()? {
                (Event::MappingEnd, _) => return Some(entries),
                (event @ Event::Scalar(..), extent) => self.node(event, extent, depth + 1)?,
                _ => return None,
            };
            let (event, extent) = self.event()?;
            let value = self.node(event, extent, depth + 1)?;
            let entry = Entry::of(key, value)?;
            if entry.key == MERGE {
                return None;
            }
            entries.push(entry);
        }
    }
}

/// What stands for nothing; the parser says `~` where nothing stands.
fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::parse::tree::through_serde;

    /// All that the format uses, and what people put beside it.
    const USUAL: &str = "\
# A comment, é\u{301} 👩‍👩‍👧
playbook: a   # and one behind
title: 'Het is ''zo'': één'
numbers: [0777, 1.10, 1_000, .5, 1e3, 0x1F, +12, -.inf, NaN, 30m, 2026-11-23, 12:30]
words: {yes: no, on: off, y: n, true: True, null: ~, Null: NULL, \"null\": 'null'}
empty:
empties: [a, '', \"\", ~, ]
folded: >-
  one
  two

  three
kept: |+
  {{#if x}}
    y
  {{/if}}

steps:
  - notify: {roles: [a, b], by: [mail]}
    after: 10m
  -
  - - nested
    - list
  - ? long key
    : value
plain text
  over lines: \"quoted \\u00e9 \\n
    over lines\"
again: 1
again: 2
";

    const PIECES: [&str; 24] = [
        "\n",
        " ",
        "  ",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "#",
        "'",
        "\"",
        "|",
        ">",
        "!",
        "&a ",
        "*a",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\t",
        "? ",
    ];

    fn agree(text: &str) -> Result<bool, TestCaseError> {
        let Some(node) = read(text, 3) else {
            return Ok(false);
        };
        let other = through_serde(text, 3);
        // There, where an empty value follows a word with this mark, it is taken for a tag.
        if other.is_none() && text.contains('!') {
            return Ok(false);
        }
        prop_assert_eq!(
            format!("{:?}", Some(node)),
            format!("{:?}", other),
            "{}",
            text
        );
        Ok(true)
    }

    #[test]
    fn what_the_format_uses_is_read_here() {
        let text = USUAL.replace("plain text\n  over lines", "plain text");
        assert!(agree(&text).expect("both read it alike"), "{text}");
        for text in [
            "",
            "# nothing\n",
            "---\na: 1\n",
            "a: 1\n...\n",
            "- 1\n",
            "word\n",
        ] {
            agree(text).expect("both read it alike");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is changed, serde reads the same where this reads anything.
        #[test]
        fn serde_reads_the_same(
            lines in proptest::collection::vec(0..USUAL.lines().count(), 1..12),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), any::<bool>()), 0..4),
        ) {
            let chosen: Vec<&str> = lines.iter().filter_map(|at| USUAL.lines().nth(*at)).collect();
            let mut letters: Vec<char> = chosen.join("\n").chars().collect();
            for (at, piece, is_in_place) in changes {
                let at = at.index(letters.len().max(1)).min(letters.len());
                let ends = (at + usize::from(is_in_place)).min(letters.len());
                letters.splice(at..ends, PIECES[piece].chars());
            }
            agree(&letters.iter().collect::<String>())?;
        }
    }
}
