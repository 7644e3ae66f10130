//! Answers many queries over one text in one pass.
//!
//! Every distinct word of all queries has a number. A text is cut once, its
//! words are looked up, and only queries are evaluated of which an *anchor* was
//! seen: a word without which the query cannot match. So the cost of a text
//! hardly depends on how many queries there are.

use super::fold::{each_token, fold};
use super::terms::Terms;
use super::{Field, Node, Query, Word, bare_handle, host_of, is_within};
use crate::domain::mention::Mention;
use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Beyond this many anchors the DFA would take tens of megabytes.
const MOST_IN_DFA: usize = 20_000;

/// A set of queries, ready to be asked.
#[derive(Debug, Clone)]
pub struct Matcher {
    words: Terms,
    /// Words written with `*`.
    beginnings: Terms,
    queries: Vec<Plan>,
    /// By term: the queries it may make match.
    anchored: Vec<Vec<u16>>,
    /// Queries that may match without any term, such as `*`.
    always: Vec<u16>,
    /// Finds the letters of any anchor, in folded text and in ASCII of any
    /// case. `None` when there would be no use: every text must be cut.
    gate: Option<AhoCorasick>,
}

impl Matcher {
    /// At most 65,536 queries; those behind are left out.
    pub fn new(queries: &[Query]) -> Self {
        let mut matcher = Self {
            words: Terms::default(),
            beginnings: Terms::default(),
            queries: Vec::with_capacity(queries.len()),
            anchored: Vec::new(),
            always: Vec::new(),
            gate: None,
        };
        for (query, index) in queries.iter().zip(0..=u16::MAX) {
            let plan = matcher.plan(&query.root);
            match plan.anchors {
                Some(anchors) => {
                    for term in anchors.terms {
                        matcher.anchored[term as usize].push(index);
                    }
                }
                None => matcher.always.push(index),
            }
            matcher.queries.push(plan.plan);
        }
        let mut always = matcher.always.iter();
        if always.all(|index| !matcher.queries[usize::from(*index)].has_words()) {
            matcher.gate = matcher.build_gate();
        }
        matcher
    }

    /// A DFA is four times as fast as what the crate would choose, and takes
    /// longer to build, but that is only done when the configuration changes.
    fn build_gate(&self) -> Option<AhoCorasick> {
        let anchors: Vec<&[u8]> = [&self.words, &self.beginnings]
            .into_iter()
            .flat_map(Terms::all)
            .filter(|(_, term)| !self.anchored[*term as usize].is_empty())
            .map(|(word, _)| word)
            .collect();
        let kind = (anchors.len() <= MOST_IN_DFA).then_some(AhoCorasickKind::DFA);
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(kind)
            .build(anchors)
            .ok()
    }

    /// The places, in the list given to [`Matcher::new`], of the queries that
    /// mean this mention; ascending.
    pub fn matching(&self, mention: &Mention) -> Vec<u16> {
        let mut candidates = self.always.clone();
        let mut hits = self.hits(&mention.text, &mut candidates);
        if candidates.is_empty() {
            return candidates;
        }
        hits.sort_unstable();
        hits.dedup();
        candidates.sort_unstable();
        candidates.dedup();
        let seen = Seen {
            mention,
            hits: &hits,
        };
        candidates.retain(|&index| seen.satisfies(&self.queries[usize::from(index)]));
        candidates
    }

    /// Each known term in the text with its place, as it comes.
    fn hits(&self, text: &str, candidates: &mut Vec<u16>) -> Vec<(u32, u32)> {
        let mut hits = Vec::new();
        let lacks_anchors = |text: &str| {
            let gate = self.gate.as_ref();
            gate.is_some_and(|gate| !gate.is_match(text))
        };
        let is_ascii = text.is_ascii();
        if is_ascii && lacks_anchors(text) {
            return hits;
        }
        let folded = fold(text);
        if !is_ascii && lacks_anchors(&folded) {
            return hits;
        }
        each_token(&folded, |token| {
            let mut found = |term: u32| {
                hits.push((term, token.position));
                candidates.extend_from_slice(&self.anchored[term as usize]);
            };
            let word = token.text.as_bytes();
            self.words.find(word, &mut found);
            self.beginnings.find_beginnings(word, &mut found);
            if let Some(bare) = word.strip_prefix(b"#") {
                self.words.find(bare, &mut found);
                self.beginnings.find_beginnings(bare, &mut found);
            }
        });
        hits
    }

    fn term(&mut self, word: &Word) -> u32 {
        let known = if word.open {
            &mut self.beginnings
        } else {
            &mut self.words
        };
        let fresh = u32::try_from(self.anchored.len()).unwrap_or(u32::MAX);
        let term = known.add(word.text.as_bytes(), fresh);
        if term == fresh {
            self.anchored.push(Vec::new());
        }
        term
    }

    fn plan(&mut self, node: &Node) -> Planned {
        match node {
            Node::Everything => Planned::unanchored(Plan::Everything),
            Node::Field(field) => Planned::unanchored(Plan::Field(field.clone())),
            Node::Not(inner) => {
                let inner = self.plan(inner);
                Planned::unanchored(Plan::Not(Box::new(inner.plan)))
            }
            Node::Phrase(words) => self.plan_phrase(words),
            Node::Near(left, right, distance) => {
                let (left, right) = (self.plan(left), self.plan(right));
                Planned {
                    anchors: Anchors::better(left.anchors, right.anchors),
                    plan: Plan::Near(Box::new(left.plan), Box::new(right.plan), *distance),
                }
            }
            Node::All(parts) => {
                let (plans, anchors) = self.plan_parts(parts);
                Planned {
                    anchors: anchors.into_iter().fold(None, Anchors::better),
                    plan: Plan::All(plans),
                }
            }
            Node::Any(parts) => {
                let (plans, anchors) = self.plan_parts(parts);
                let anchors: Option<Vec<Anchors>> = anchors.into_iter().collect();
                Planned {
                    anchors: anchors.map(Anchors::together),
                    plan: Plan::Any(plans),
                }
            }
        }
    }

    fn plan_parts(&mut self, parts: &[Node]) -> (Vec<Plan>, Vec<Option<Anchors>>) {
        parts
            .iter()
            .map(|part| {
                let planned = self.plan(part);
                (planned.plan, planned.anchors)
            })
            .unzip()
    }

    /// The longest word is likely the rarest, so it anchors the phrase.
    fn plan_phrase(&mut self, words: &[Word]) -> Planned {
        let terms: Vec<u32> = words.iter().map(|word| self.term(word)).collect();
        let anchors = words
            .iter()
            .zip(&terms)
            .max_by_key(|(word, _)| word.text.len())
            .map(|(word, &term)| Anchors {
                terms: vec![term],
                shortest: word.text.len(),
            });
        Planned {
            plan: Plan::Phrase(terms),
            anchors,
        }
    }
}

/// A query with numbers for words.
#[derive(Debug, Clone)]
enum Plan {
    Everything,
    Phrase(Vec<u32>),
    Near(Box<Self>, Box<Self>, u32),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Field(Field),
}

impl Plan {
    /// Whether it must know which words a text holds.
    fn has_words(&self) -> bool {
        match self {
            Self::Everything | Self::Field(_) => false,
            Self::Phrase(_) | Self::Near(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
            Self::Not(inner) => inner.has_words(),
        }
    }
}

struct Planned {
    plan: Plan,
    anchors: Option<Anchors>,
}

impl Planned {
    fn unanchored(plan: Plan) -> Self {
        Self {
            plan,
            anchors: None,
        }
    }
}

/// At least one of these terms is in every text that matches.
struct Anchors {
    terms: Vec<u32>,
    /// Length of the shortest word among them.
    shortest: usize,
}

impl Anchors {
    /// The ones that will be seen less often: fewer, and longer words.
    fn better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let rank = |anchors: &Self| (std::cmp::Reverse(anchors.terms.len()), anchors.shortest);
        match (one, other) {
            (Some(one), Some(other)) if rank(&one) < rank(&other) => Some(other),
            (one, other) => one.or(other),
        }
    }

    fn together(all: Vec<Self>) -> Self {
        Self {
            shortest: all.iter().map(|one| one.shortest).min().unwrap_or(0),
            terms: all.into_iter().flat_map(|one| one.terms).collect(),
        }
    }
}

/// What is known about one mention while queries are asked.
struct Seen<'a> {
    mention: &'a Mention,
    /// Term and position, sorted.
    hits: &'a [(u32, u32)],
}

impl Seen<'_> {
    fn satisfies(&self, plan: &Plan) -> bool {
        match plan {
            Plan::Everything => true,
            Plan::Phrase(terms) => self.phrase(terms).next().is_some(),
            Plan::Near(..) => !self.spans(plan).is_empty(),
            Plan::All(parts) => parts.iter().all(|part| self.satisfies(part)),
            Plan::Any(parts) => parts.iter().any(|part| self.satisfies(part)),
            Plan::Not(inner) => !self.satisfies(inner),
            Plan::Field(field) => has_field(self.mention, field),
        }
    }

    /// First positions at which the words stand side by side.
    fn phrase(&self, terms: &[u32]) -> impl Iterator<Item = u32> {
        let first = terms.first().copied().unwrap_or(u32::MAX);
        let from = self.hits.partition_point(|hit| hit.0 < first);
        self.hits[from..]
            .iter()
            .take_while(move |hit| hit.0 == first)
            .map(|hit| hit.1)
            .filter(move |&start| {
                (start..)
                    .zip(terms)
                    .skip(1)
                    .all(|(position, &term)| self.hits.binary_search(&(term, position)).is_ok())
            })
    }

    /// First and last positions of what is found, sorted.
    fn spans(&self, plan: &Plan) -> Vec<(u32, u32)> {
        let mut spans: Vec<(u32, u32)> = match plan {
            Plan::Phrase(terms) => {
                let further = u32::try_from(terms.len()).unwrap_or(u32::MAX) - 1;
                self.phrase(terms)
                    .map(|start| (start, start + further))
                    .collect()
            }
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

/// Pairs with at most `distance` words in between, as spans over both. Both
/// lists are sorted, so only those close by are looked at.
fn near(left: &[(u32, u32)], right: &[(u32, u32)], distance: u32) -> Vec<(u32, u32)> {
    let longest = right.iter().map(|span| span.1 - span.0).max().unwrap_or(0);
    let mut pairs = Vec::new();
    for &(start, end) in left {
        let earliest = start.saturating_sub(distance + 1 + longest);
        let from = right.partition_point(|span| span.0 < earliest);
        for &(other_start, other_end) in &right[from..] {
            if other_start > end + distance + 1 {
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

fn has_field(mention: &Mention, field: &Field) -> bool {
    match field {
        Field::Platform(platform) => mention.platform == *platform,
        Field::Author(author) => mention
            .author
            .as_deref()
            .is_some_and(|written| bare_handle(written) == *author),
        Field::Language(language) => mention.lang.as_deref().is_some_and(|tag| {
            tag.split(['-', '_'])
                .next()
                .is_some_and(|first| first.eq_ignore_ascii_case(language))
        }),
        Field::Site(site) => mention
            .url
            .as_deref()
            .into_iter()
            .chain(links(&mention.text))
            .any(|url| is_under(url, site)),
    }
}

/// What looks like a link in a text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '(' | ')')
    })
    .filter(|word| word.contains("://") || word.starts_with("www."))
}

fn is_under(url: &str, site: &str) -> bool {
    let (site_host, path) = site.split_once('/').unwrap_or((site, ""));
    let is_host = host_of(url).is_some_and(|host| is_within(&host, site_host));
    if path.is_empty() || !is_host {
        return is_host;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/')
        .is_some_and(|(_, rest)| rest.to_lowercase().starts_with(path))
}
