//! Why a query means a mention, or does not: every part of it with what was
//! found, and where.
//!
//! Goes through the query as it is written, a word at a time, so it is also what
//! the quick matcher is held against.

use std::collections::HashMap;
use std::ops::Range;

use super::reading::{Reading, spelling};
use super::{Node, Query, Word, run_together};
use crate::domain::mention::Mention;

/// One part of a query, and whether it is so.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub matched: bool,
    pub what: What,
    /// As it is written in a query; of a group with many parts only the sign.
    pub text: String,
    /// Where it stands in the text; for words, phrases and NEAR.
    pub found: Vec<Found>,
    pub parts: Vec<Self>,
}

/// Which sort of part it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Everything,
    /// A word or a phrase.
    Words,
    Near,
    All,
    Any,
    Not,
    /// With what the mention has.
    Field(String),
    /// A named query.
    Named(String),
}

/// Something found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The places it takes among the words.
    first: u32,
    last: u32,
    /// Bytes of the text.
    pub marks: Vec<Range<usize>>,
}

/// More of the same in one text explains nothing more.
const MOST_FOUND: usize = 4_000;

/// Why the query means this mention from this source, or not.
pub fn explain(query: &Query, mention: &Mention, source: &str) -> Reason {
    let sight = Sight::new(mention, source);
    sight.reason(&query.root)
}

impl Reason {
    /// Bytes of the text that made it so, in order and apart; for what is not so
    /// because of a NOT, what must not occur.
    pub fn marks(&self) -> Vec<Range<usize>> {
        let mut marks = Vec::new();
        self.collect_marks(self.matched, &mut marks);
        marks.sort_unstable_by_key(|mark| (mark.start, mark.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            match apart.last_mut() {
                Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
                _ => apart.push(mark),
            }
        }
        apart
    }

    fn collect_marks(&self, wanted: bool, marks: &mut Vec<Range<usize>>) {
        match self.what {
            What::Words | What::Near if self.matched => {
                marks.extend(self.found.iter().flat_map(|found| found.marks.clone()));
            }
            What::All | What::Any | What::Named(_) => {
                for part in &self.parts {
                    let is_decisive = part.matched == wanted || !wanted;
                    if is_decisive {
                        part.collect_marks(part.matched == wanted && wanted, marks);
                    }
                }
            }
            // What a mention that is refused should not have held.
            What::Not if !self.matched => {
                for part in &self.parts {
                    part.collect_marks(true, marks);
                }
            }
            What::Everything | What::Field(_) | What::Not | What::Words | What::Near => {}
        }
    }
}

/// A mention as it is looked at.
struct Sight<'a> {
    mention: &'a Mention,
    source: &'a str,
    spots: Vec<Spot<'a>>,
    /// Folded words and the spots where they are.
    index: HashMap<String, Vec<usize>>,
}

/// A form of the text, kept.
struct Spot<'a> {
    word: String,
    written: &'a str,
    first: u32,
    last: u32,
    bytes: Range<usize>,
    is_in_hashtag: bool,
}

impl<'a> Sight<'a> {
    fn new(mention: &'a Mention, source: &'a str) -> Self {
        let reading = Reading::new(&mention.text);
        let mut spots = Vec::new();
        reading.each_form(|form| {
            spots.push(Spot {
                word: form.word.to_owned(),
                written: reading.written(form),
                first: form.first,
                last: form.last,
                bytes: reading.place(form),
                is_in_hashtag: form.is_in_hashtag,
            });
        });
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, spot) in spots.iter().enumerate() {
            index.entry(spot.word.clone()).or_default().push(place);
        }
        Self {
            mention,
            source,
            spots,
            index,
        }
    }

    fn reason(&self, node: &Node) -> Reason {
        let group = |what: What, matched: bool, parts: Vec<Reason>| Reason {
            matched,
            text: match what {
                What::All => "AND".to_owned(),
                What::Any => "OR".to_owned(),
                _ => node.to_string(),
            },
            what,
            found: Vec::new(),
            parts,
        };
        let each = |parts: &[Node]| -> Vec<Reason> {
            parts.iter().map(|part| self.reason(part)).collect()
        };
        match node {
            Node::Everything => group(What::Everything, true, Vec::new()),
            Node::All(parts) => {
                let parts = each(parts);
                group(What::All, parts.iter().all(|part| part.matched), parts)
            }
            Node::Any(parts) => {
                let parts = each(parts);
                group(What::Any, parts.iter().any(|part| part.matched), parts)
            }
            Node::Not(inner) => {
                let inner = self.reason(inner);
                group(What::Not, !inner.matched, vec![inner])
            }
            Node::Named(name, inner) => {
                let inner = self.reason(inner);
                group(What::Named(name.clone()), inner.matched, vec![inner])
            }
            Node::Field(field) => {
                let has = field.found_in(self.mention, self.source);
                let matched = field.holds(self.mention, self.source);
                group(What::Field(has), matched, Vec::new())
            }
            Node::Phrase(_) => {
                let found = self.found(node);
                let matched = !found.is_empty();
                Reason {
                    found,
                    ..group(What::Words, matched, Vec::new())
                }
            }
            Node::Near(left, right, _) => {
                let found = self.found(node);
                let matched = !found.is_empty();
                let parts = vec![self.reason(left), self.reason(right)];
                Reason {
                    found,
                    ..group(What::Near, matched, parts)
                }
            }
        }
    }

    /// Where a part of the query that has places in the text stands.
    fn found(&self, node: &Node) -> Vec<Found> {
        let mut found = match node {
            Node::Phrase(words) => self.phrase(words),
            Node::Any(parts) => parts.iter().flat_map(|part| self.found(part)).collect(),
            Node::Named(_, inner) => self.found(inner),
            Node::Near(left, right, distance) => {
                near(&self.found(left), &self.found(right), *distance)
            }
            Node::Everything | Node::All(_) | Node::Not(_) | Node::Field(_) => Vec::new(),
        };
        found.truncate(MOST_FOUND);
        found
    }

    fn phrase(&self, words: &[Word]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for (number, word) in words.iter().enumerate() {
            let spots = self.spots_of(word);
            let kept = |spot: &Spot<'_>| spot.bytes.clone();
            if number == 0 {
                found.extend(spots.map(|spot| Found {
                    first: spot.first,
                    last: spot.last,
                    marks: vec![kept(spot)],
                }));
                continue;
            }
            let mut behind: HashMap<u32, Vec<&Spot<'_>>> = HashMap::new();
            for spot in spots {
                behind.entry(spot.first).or_default().push(spot);
            }
            let longer = found.iter().flat_map(|before| {
                let next = behind.get(&(before.last + 1)).into_iter().flatten();
                next.map(|spot| Found {
                    first: before.first,
                    last: spot.last,
                    marks: joined(&before.marks, spot.bytes.clone()),
                })
            });
            found = longer.collect();
        }
        if let Some(run) = run_together(words) {
            let spots = self.index.get(&run).into_iter().flatten();
            let spots = spots.map(|place| &self.spots[*place]);
            found.extend(spots.filter(|spot| spot.is_in_hashtag).map(|spot| Found {
                first: spot.first,
                last: spot.last,
                marks: vec![spot.bytes.clone()],
            }));
        }
        found
    }

    fn spots_of<'s>(&'s self, word: &'s Word) -> Box<dyn Iterator<Item = &'s Spot<'a>> + 's> {
        if word.open {
            let begins = |spot: &&Spot<'_>| spot.word.starts_with(&word.text);
            return Box::new(self.spots.iter().filter(begins));
        }
        let places = self.index.get(&word.text).into_iter().flatten();
        let spots = places.map(|place| &self.spots[*place]);
        let is_spelt = |spot: &&Spot<'_>| {
            let spelt = word.spelling.as_ref();
            spelt.is_none_or(|spelt| spelling(spot.written) == *spelt)
        };
        Box::new(spots.filter(is_spelt))
    }
}

/// A phrase is one mark, with what stands between its words.
fn joined(marks: &[Range<usize>], next: Range<usize>) -> Vec<Range<usize>> {
    let start = marks.first().map_or(next.start, |mark| mark.start);
    let whole = start.min(next.start)..next.end;
    Vec::from([whole])
}

fn near(left: &[Found], right: &[Found], distance: u32) -> Vec<Found> {
    let mut pairs = Vec::new();
    for one in left {
        for other in right {
            let gap = if other.first > one.last {
                other.first - one.last
            } else if one.first > other.last {
                one.first - other.last
            } else {
                continue;
            };
            if gap > distance + 1 {
                continue;
            }
            pairs.push(Found {
                first: one.first.min(other.first),
                last: one.last.max(other.last),
                marks: one.marks.iter().chain(&other.marks).cloned().collect(),
            });
            if pairs.len() >= MOST_FOUND {
                return pairs;
            }
        }
    }
    pairs
}
