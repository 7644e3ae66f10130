//! A query with numbers for words, and what must be seen before it is asked.

use super::field::Field;

/// A query as it is asked.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Everything,
    Phrase {
        terms: Box<[u32]>,
        /// The words run together, as in a hashtag.
        joined: Option<u32>,
    },
    /// Any of these words, sorted: long lists are asked in one go.
    OneOf(Box<[u32]>),
    Near(Box<Self>, Box<Self>, u32),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Field(Field),
}

impl Plan {
    /// Any of these; words by themselves are put together.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        let mut words = Vec::new();
        let mut others = Vec::new();
        for part in parts {
            match part {
                Self::Phrase {
                    terms,
                    joined: None,
                } if terms.len() == 1 => words.extend(terms),
                other => others.push(other),
            }
        }
        if words.is_empty() {
            return Self::Any(others);
        }
        words.sort_unstable();
        words.dedup();
        let words = Self::OneOf(words.into());
        if others.is_empty() {
            return words;
        }
        others.insert(0, words);
        Self::Any(others)
    }

    /// Whether it must know which words a text holds.
    pub(super) fn has_words(&self) -> bool {
        match self {
            Self::Everything | Self::Field(_) => false,
            Self::Phrase { .. } | Self::OneOf(_) | Self::Near(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
            Self::Not(inner) => inner.has_words(),
        }
    }
}

/// A plan with its anchors; without them it may match any mention.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) anchors: Option<Anchors>,
}

impl Planned {
    pub(super) fn unanchored(plan: Plan) -> Self {
        Self {
            plan,
            anchors: None,
        }
    }
}

/// At least one of these terms is in every mention that matches.
pub(super) struct Anchors {
    pub(super) terms: Vec<u32>,
    /// Without those that are hardly ever seen.
    pub(super) n_common: usize,
    /// Length of the shortest word among them; 0 when one is no word.
    pub(super) shortest: usize,
}

impl Anchors {
    /// The ones that will be seen less often: words before facts, fewer words,
    /// longer words.
    pub(super) fn better(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let rank = |anchors: &Self| {
            (
                anchors.shortest > 0,
                std::cmp::Reverse(anchors.n_common),
                anchors.shortest,
            )
        };
        match (one, other) {
            (Some(one), Some(other)) if rank(&one) < rank(&other) => Some(other),
            (one, other) => one.or(other),
        }
    }

    pub(super) fn together(all: Vec<Self>) -> Self {
        Self {
            shortest: all.iter().map(|one| one.shortest).min().unwrap_or(0),
            n_common: all.iter().map(|one| one.n_common).sum(),
            terms: all.into_iter().flat_map(|one| one.terms).collect(),
        }
    }
}
