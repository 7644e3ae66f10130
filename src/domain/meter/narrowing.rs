//! Which mentions of a watch a condition counts: those that a named query means
//! (`matching`), of a list of accounts (`by`), on some platforms.

use crate::domain::condition::Count;
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Matched;
use crate::domain::voices::Note;

/// Bits of a note for named queries; the rest is for lists.
const QUERY_BITS: usize = 40;
const LIST_BITS: usize = 24;

/// What each bit of [`Note::marks`] stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Names in `Organisation::queries`, by bit.
    queries: Vec<String>,
    /// Names in `Organisation::lists`, by bit, after the queries.
    lists: Vec<String>,
    /// The bits of queries that a condition asks for.
    asked: u64,
}

impl Marks {
    /// Those that the conditions use come first; an organisation with more than
    /// forty queries or twenty-four lists in conditions gets no bits for the rest.
    pub fn new(organisation: &Organisation, counts: &[&Count]) -> Self {
        let is_matched = |name: &String| {
            let mut counts = counts.iter();
            counts.any(|count| count.matching.as_ref() == Some(name))
        };
        let is_by = |name: &String| counts.iter().any(|count| count.by.contains(name));
        let queries = organisation.queries.iter().map(|(name, _)| name.clone());
        let lists = organisation.lists.iter().map(|list| list.key.clone());
        let queries = first(queries.collect(), QUERY_BITS, is_matched);
        let asked = queries.iter().enumerate();
        let asked = asked.filter(|(_, name)| is_matched(name));
        Self {
            asked: asked.fold(0, |bits, (place, _)| bits | 1 << place),
            queries,
            lists: first(lists.collect(), LIST_BITS, is_by),
        }
    }

    /// The bits of a mention.
    pub fn of(&self, matched: &Matched, organisation: &Organisation) -> u64 {
        if matched.queries.is_empty() && matched.lists.is_empty() {
            return 0;
        }
        let queries = matched.queries.iter().filter_map(|number| {
            let (name, _) = organisation.queries.get(usize::from(*number))?;
            self.query(name)
        });
        let lists = matched.lists.iter().filter_map(|number| {
            let list = organisation.lists.get(usize::from(*number))?;
            self.list(&list.key)
        });
        queries.chain(lists).fold(0, |marks, bit| marks | bit)
    }

    /// Whether a named query means it that a condition asks for (`matching`).
    pub fn is_asked(&self, marks: u64) -> bool {
        marks & self.asked != 0
    }

    fn query(&self, name: &str) -> Option<u64> {
        let place = self.queries.iter().position(|one| one == name)?;
        Some(1 << place)
    }

    fn list(&self, name: &str) -> Option<u64> {
        let place = self.lists.iter().position(|one| one == name)?;
        Some(1 << (QUERY_BITS + place))
    }

    /// The bits as words that outlive a change of the configuration:
    /// `query:severe list:press`; nothing for no bits.
    pub fn words(&self, marks: u64) -> String {
        let queries = self.queries.iter().enumerate();
        let queries = queries
            .filter(|(place, _)| marks & (1 << place) != 0)
            .map(|(_, name)| format!("query:{name}"));
        let lists = self.lists.iter().enumerate();
        let lists = lists
            .filter(|(place, _)| marks & (1 << (QUERY_BITS + place)) != 0)
            .map(|(_, name)| format!("list:{name}"));
        queries.chain(lists).collect::<Vec<_>>().join(" ")
    }

    /// The bits of such words; names that are gone are left out.
    pub fn read(&self, words: &str) -> u64 {
        let bits = words
            .split_whitespace()
            .filter_map(|word| match word.split_once(':')? {
                ("query", name) => self.query(name),
                ("list", name) => self.list(name),
                _ => None,
            });
        bits.fold(0, |marks, bit| marks | bit)
    }
}

fn first(names: Vec<String>, most: usize, is_used: impl Fn(&String) -> bool) -> Vec<String> {
    let (mut used, rest): (Vec<_>, Vec<_>) = names.into_iter().partition(is_used);
    used.extend(rest);
    used.truncate(most);
    used
}

/// Which notes one condition takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// All of these bits.
    matching: u64,
    /// One of these bits; 0: whoever said it.
    by: u64,
    /// Empty: all of them.
    platforms: Vec<Platform>,
    /// Names what is not known here: takes nothing.
    is_lost: bool,
}

impl Narrowing {
    pub fn new(count: &Count, marks: &Marks) -> Self {
        let matching = count.matching.as_ref().map(|name| marks.query(name));
        let by: Vec<Option<u64>> = count.by.iter().map(|name| marks.list(name)).collect();
        let is_lost = matching == Some(None) || (!by.is_empty() && by.iter().all(Option::is_none));
        Self {
            matching: matching.flatten().unwrap_or(0),
            by: by.into_iter().flatten().fold(0, |all, bit| all | bit),
            platforms: count.platforms.clone(),
            is_lost,
        }
    }

    /// Whether it takes every note.
    pub fn is_wide(&self) -> bool {
        *self == Self::default()
    }

    /// A severe word in spam is no news: who narrows by words wants them said by
    /// somebody.
    pub fn takes(&self, note: &Note) -> bool {
        let is_said = self.matching == 0
            || note.marks & self.matching == self.matching && note.words.is_credible();
        is_said
            && (self.by == 0 || note.marks & self.by != 0)
            && (self.platforms.is_empty() || self.platforms.contains(&note.platform))
            && !self.is_lost
    }
}
