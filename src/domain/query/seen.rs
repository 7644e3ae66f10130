//! Asks one query of one mention whose words have been found.

use super::plan::Plan;
use crate::domain::mention::Mention;

/// A known term, with the first and last place it takes among the words.
pub(super) type Hit = (u32, u32, u32);

/// First and last place of something that was found.
type Span = (u32, u32);

/// Beyond so many pairs in one text NEAR looks no further: only a text made of
/// the same words over and over has them.
const MOST_PAIRS: usize = 10_000;

/// What is known about one mention while queries are asked.
pub(super) struct Seen<'a> {
    pub(super) mention: &'a Mention,
    pub(super) source: &'a str,
    /// Sorted.
    pub(super) hits: &'a [Hit],
}

impl Seen<'_> {
    pub(super) fn satisfies(&self, plan: &Plan) -> bool {
        match plan {
            Plan::Everything => true,
            Plan::Phrase { terms, joined } => {
                self.phrase(terms).next().is_some()
                    || joined.is_some_and(|joined| self.of_term(joined).next().is_some())
            }
            Plan::OneOf(terms) => self.one_of(terms).next().is_some(),
            Plan::Near(..) => !self.spans(plan).is_empty(),
            Plan::All(parts) => parts.iter().all(|part| self.satisfies(part)),
            Plan::Any(parts) => parts.iter().any(|part| self.satisfies(part)),
            Plan::Not(inner) => !self.satisfies(inner),
            Plan::Field(field) => field.holds(self.mention, self.source),
        }
    }

    fn of_term(&self, term: u32) -> impl Iterator<Item = Span> {
        let from = self.hits.partition_point(|hit| hit.0 < term);
        self.hits[from..]
            .iter()
            .take_while(move |hit| hit.0 == term)
            .map(|hit| (hit.1, hit.2))
    }

    /// A text has fewer words than a long list, so it is gone through.
    fn one_of(&self, terms: &[u32]) -> impl Iterator<Item = Span> {
        self.hits
            .iter()
            .filter(|hit| terms.binary_search(&hit.0).is_ok())
            .map(|hit| (hit.1, hit.2))
    }

    /// Where the words stand side by side.
    fn phrase(&self, terms: &[u32]) -> impl Iterator<Item = Span> {
        let (first, further) = terms.split_first().unwrap_or((&u32::MAX, &[]));
        self.of_term(*first).flat_map(move |(start, end)| {
            let ends = match further.split_last() {
                None => Ends::One(Some(end)),
                Some((last, middle)) => {
                    let mut end = Some(end);
                    for term in middle {
                        end = end.and_then(|end| self.ending(*term, end + 1).next());
                    }
                    // Only the last can be written with `*`, and so stand both
                    // for a hashtag and for the first word of it.
                    end.map_or(Ends::One(None), |end| {
                        Ends::Several(self.ending(*last, end + 1))
                    })
                }
            };
            ends.map(move |end| (start, end))
        })
    }

    /// The last places of a term that begins at `start`.
    fn ending(&self, term: u32, start: u32) -> impl Iterator<Item = u32> {
        let from = self
            .hits
            .partition_point(|hit| (hit.0, hit.1) < (term, start));
        self.hits[from..]
            .iter()
            .take_while(move |hit| (hit.0, hit.1) == (term, start))
            .map(|hit| hit.2)
    }

    /// First and last places of what is found, sorted.
    fn spans(&self, plan: &Plan) -> Vec<Span> {
        let mut spans: Vec<Span> = match plan {
            Plan::Phrase { terms, joined } => {
                let joined = joined.iter().flat_map(|joined| self.of_term(*joined));
                self.phrase(terms).chain(joined).collect()
            }
            Plan::OneOf(terms) => self.one_of(terms).collect(),
            Plan::Any(parts) => parts.iter().flat_map(|part| self.spans(part)).collect(),
            Plan::Near(left, right, distance) => {
                near(&self.spans(left), &self.spans(right), *distance)
            }
            Plan::Everything | Plan::All(_) | Plan::Not(_) | Plan::Field(_) => Vec::new(),
        };
        spans.sort_unstable();
        spans.dedup();
        spans
    }
}

enum Ends<I> {
    One(Option<u32>),
    Several(I),
}

impl<I: Iterator<Item = u32>> Iterator for Ends<I> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::One(end) => end.take(),
            Self::Several(ends) => ends.next(),
        }
    }
}

/// Pairs with at most `distance` words in between, as spans over both. Both
/// lists are sorted, so only those close by are looked at.
fn near(left: &[Span], right: &[Span], distance: u32) -> Vec<Span> {
    let longest = right.iter().map(|span| span.1 - span.0).max().unwrap_or(0);
    let mut pairs = Vec::new();
    for &(start, end) in left {
        let earliest = start.saturating_sub(distance + 1 + longest);
        let from = right.partition_point(|span| span.0 < earliest);
        for &(other_start, other_end) in &right[from..] {
            if other_start > end + distance + 1 || pairs.len() >= MOST_PAIRS {
                break;
            }
            let is_behind = other_start > end;
            let is_before = other_end < start && start - other_end <= distance + 1;
            if is_behind || is_before {
                pairs.push((start.min(other_start), end.max(other_end)));
            }
        }
    }
    pairs
}
