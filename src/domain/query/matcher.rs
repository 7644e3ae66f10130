//! Answers many queries over one text in one pass.
//!
//! Every distinct word of all queries has a number. A text is cut once, its
//! words are looked up, and only queries are evaluated of which an *anchor* was
//! seen: a word, or a fact such as the account, without which the query cannot
//! match. So the cost of a text hardly depends on how many queries there are.

use super::facts::{Facts, UNUSED};
use super::field::Field;
use super::gate::Gate;
use super::plan::{Anchors, Plan, Planned};
use super::reading::{Reading, spelling};
use super::seen::{Hit, Seen};
use super::terms::Terms;
use super::{Node, Query, Word, run_together};
use crate::domain::mention::Mention;

/// A set of queries, ready to be asked.
#[derive(Debug, Clone)]
pub struct Matcher {
    words: Terms,
    /// Words written with `*`.
    beginnings: Terms,
    /// Phrases run together, looked for in hashtags.
    joined: Terms,
    /// Words written with `=`, folded; each has a place in `spellings`.
    exact: Terms,
    spellings: Vec<Vec<(String, u32)>>,
    facts: Facts,
    queries: Vec<Plan>,
    /// By query: whether it must know which words a text holds.
    wordy: Vec<bool>,
    /// By term: the queries it may make match.
    anchored: Vec<Vec<u16>>,
    /// Queries that may match without any term, such as `*`.
    always: Vec<u16>,
    /// Finds the letters of any anchor, in folded text and in ASCII of any
    /// case. `None` when there would be no use: every text must be cut.
    gate: Option<Gate>,
}

impl Matcher {
    /// At most 65,536 queries; those behind are left out.
    pub fn new(queries: &[Query]) -> Self {
        let mut matcher = Self {
            words: Terms::default(),
            beginnings: Terms::default(),
            joined: Terms::default(),
            exact: Terms::default(),
            spellings: Vec::new(),
            facts: Facts::default(),
            queries: Vec::with_capacity(queries.len()),
            wordy: Vec::with_capacity(queries.len()),
            anchored: Vec::new(),
            always: Vec::new(),
            gate: None,
        };
        for (query, index) in queries.iter().zip(0..=u16::MAX) {
            let plan = matcher.plan(&query.root);
            match plan.anchors {
                Some(mut anchors) => {
                    anchors.terms.sort_unstable();
                    anchors.terms.dedup();
                    for term in anchors.terms {
                        matcher.anchored[term as usize].push(index);
                    }
                }
                None => matcher.always.push(index),
            }
            matcher.wordy.push(plan.plan.has_words());
            matcher.queries.push(plan.plan);
        }
        if !matcher.has_wordy(&matcher.always) {
            matcher.gate = matcher.build_gate();
        }
        matcher
    }

    fn has_wordy(&self, queries: &[u16]) -> bool {
        queries.iter().any(|index| self.wordy[usize::from(*index)])
    }

    /// Takes long to build, but that is only done when the configuration changes.
    /// Phrases run together are left out: they hold the word that anchors them.
    fn build_gate(&self) -> Option<Gate> {
        let is_anchor = |term: u32| !self.anchored[term as usize].is_empty();
        let anchors = [&self.words, &self.beginnings]
            .into_iter()
            .flat_map(Terms::all)
            .filter(|(_, term)| is_anchor(*term));
        let exact = self.exact.all().filter(|(_, place)| {
            let mut spellings = self.spellings[*place as usize].iter();
            spellings.any(|(_, term)| is_anchor(*term))
        });
        let anchors: Vec<&[u8]> = anchors.chain(exact).map(|(word, _)| word).collect();
        Gate::new(&anchors)
    }

    /// The places, in the list given to [`Matcher::new`], of the queries that
    /// mean this mention from this source; ascending.
    pub fn matching(&self, mention: &Mention, source: &str) -> Vec<u16> {
        let mut candidates = self.always.clone();
        self.facts.each(mention, source, |fact| {
            if fact != UNUSED {
                candidates.extend_from_slice(&self.anchored[fact as usize]);
            }
        });
        let mut hits = self.hits(&mention.text, &candidates);
        hits.sort_unstable();
        hits.dedup();
        for of_term in hits.chunk_by(|one, other| one.0 == other.0) {
            candidates.extend_from_slice(&self.anchored[of_term[0].0 as usize]);
        }
        if candidates.is_empty() {
            return candidates;
        }
        candidates.sort_unstable();
        candidates.dedup();
        let seen = Seen {
            mention,
            source,
            hits: &hits,
        };
        candidates.retain(|&index| seen.satisfies(&self.queries[usize::from(index)]));
        candidates
    }

    /// Each known term in the text with its places, as it comes; none when no
    /// query could use them.
    fn hits(&self, text: &str, candidates: &[u16]) -> Vec<Hit> {
        let mut hits = Vec::new();
        let lacks_anchors = |text: &str| {
            let gate = self.gate.as_ref();
            gate.is_some_and(|gate| !gate.lets_in(text)) && !self.has_wordy(candidates)
        };
        let is_ascii = text.is_ascii();
        if is_ascii && lacks_anchors(text) {
            return hits;
        }
        let reading = Reading::new(text);
        if !is_ascii && lacks_anchors(reading.folded()) {
            return hits;
        }
        reading.each_form(|form| {
            let word = form.word.as_bytes();
            let mut found = |term: u32| hits.push((term, form.first, form.last));
            self.words.find(word, &mut found);
            self.beginnings.find_beginnings(word, &mut found);
            if form.is_in_hashtag {
                self.joined.find(word, &mut found);
            }
            if self.spellings.is_empty() {
                return;
            }
            self.exact.find(word, &mut |place| {
                let written = spelling(reading.written(form));
                for (spelt, term) in &self.spellings[place as usize] {
                    if *spelt == written {
                        found(*term);
                    }
                }
            });
        });
        hits
    }

    fn fresh(&self) -> u32 {
        u32::try_from(self.anchored.len()).unwrap_or(UNUSED)
    }

    /// Makes room for a term that is new.
    fn known(&mut self, term: u32) -> u32 {
        if term == self.fresh() {
            self.anchored.push(Vec::new());
        }
        term
    }

    fn term(&mut self, word: &Word) -> u32 {
        let fresh = self.fresh();
        let text = word.text.as_bytes();
        let term = match &word.spelling {
            Some(spelt) => {
                let next = u32::try_from(self.spellings.len()).unwrap_or(UNUSED);
                let place = self.exact.add(text, next) as usize;
                if place == self.spellings.len() {
                    self.spellings.push(Vec::new());
                }
                let known = &mut self.spellings[place];
                match known.iter().find(|(one, _)| one == spelt) {
                    Some((_, term)) => *term,
                    None => {
                        known.push((spelt.clone(), fresh));
                        fresh
                    }
                }
            }
            None if word.open => self.beginnings.add(text, fresh),
            None => self.words.add(text, fresh),
        };
        self.known(term)
    }

    fn plan(&mut self, node: &Node) -> Planned {
        match node {
            Node::Everything => Planned::unanchored(Plan::Everything),
            Node::Field(field) => self.plan_field(field),
            Node::Named(_, inner) => self.plan(inner),
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
                    plan: Plan::any(plans),
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

    fn plan_field(&mut self, field: &Field) -> Planned {
        let fact = self.facts.add(field, self.fresh());
        let anchors = fact.map(|fact| Anchors {
            terms: vec![self.known(fact)],
            n_common: 1,
            shortest: 0,
        });
        Planned {
            plan: Plan::Field(field.clone()),
            anchors,
        }
    }

    /// The longest word is likely the rarest, so it anchors the phrase.
    fn plan_phrase(&mut self, words: &[Word]) -> Planned {
        let terms: Box<[u32]> = words.iter().map(|word| self.term(word)).collect();
        let joined = run_together(words).map(|joined| {
            let term = self.joined.add(joined.as_bytes(), self.fresh());
            self.known(term)
        });
        let anchors = words
            .iter()
            .zip(&terms)
            .max_by_key(|(word, _)| word.text.len())
            .map(|(word, &term)| Anchors {
                terms: [term].into_iter().chain(joined).collect(),
                n_common: 1,
                shortest: word.text.len(),
            });
        Planned {
            plan: Plan::Phrase { terms, joined },
            anchors,
        }
    }
}
