//! The words of an organisation beside those that are shipped: what it adds and
//! takes away.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::book::{Book, List};
use super::{cut::Cut, shipped};

/// Words beside the lists that come with the program: `words` in YAML. A word
/// may be a phrase, and end in `*`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WordLists {
    pub positive: OwnList,
    pub negative: OwnList,
    pub information: OwnList,
    pub harm: OwnList,
    pub meaning: OwnList,
    pub rumour: OwnList,
}

/// What is changed about one list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnList {
    pub more: Vec<String>,
    /// Words of the shipped list that say nothing here.
    pub fewer: Vec<String>,
}

/// The lists that an organisation can change, by their names in YAML.
pub const NAMES: [&str; 6] = [
    "positive",
    "negative",
    "information",
    "harm",
    "meaning",
    "rumour",
];

/// What an added word is worth.
const WEIGHT: f32 = 1.0;

impl WordLists {
    fn each(&self) -> [(List, &OwnList); 6] {
        [
            (List::Positive, &self.positive),
            (List::Negative, &self.negative),
            (List::Information, &self.information),
            (List::Harm, &self.harm),
            (List::Meaning, &self.meaning),
            (List::Rumour, &self.rumour),
        ]
    }

    /// The list with this name.
    pub fn list_mut(&mut self, name: &str) -> Option<&mut OwnList> {
        Some(match name {
            "positive" => &mut self.positive,
            "negative" => &mut self.negative,
            "information" => &mut self.information,
            "harm" => &mut self.harm,
            "meaning" => &mut self.meaning,
            "rumour" => &mut self.rumour,
            _ => return None,
        })
    }

    pub(super) fn book(&self) -> Book {
        let mut book = Book::default();
        for (list, own) in self.each() {
            for word in &own.more {
                let weight = if list == List::Negative {
                    -WEIGHT
                } else {
                    WEIGHT
                };
                let word = folded(word);
                book.add(list, weight, &word, &word);
            }
        }
        book
    }

    pub(super) fn fewer(&self) -> Fewer {
        let each = self.each();
        let fewer = each
            .iter()
            .flat_map(|(list, own)| own.fewer.iter().map(move |word| (*list, folded(word))));
        Fewer(fewer.collect())
    }
}

/// What is taken away from the shipped lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Fewer(BTreeSet<(List, String)>);

impl Fewer {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, list: List, word: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&(list, word.to_owned()))
    }
}

/// A word or phrase as lists have it; a `*` at its end is kept.
pub fn folded(written: &str) -> String {
    let parts = written.split_whitespace().map(|word| {
        let (word, star) = match word.strip_suffix('*') {
            Some(beginning) => (beginning, "*"),
            None => (word, ""),
        };
        let cut = Cut::new(word);
        let word: Vec<&str> = (0..cut.words.len()).map(|place| cut.word(place)).collect();
        format!("{}{star}", word.join(" "))
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// Whether the shipped list with this name has the word, and so can lose it.
pub fn is_shipped(name: &str, word: &str) -> bool {
    let word = folded(word);
    shipped_words(name).any(|shipped| shipped == word)
}

/// The words of the shipped list with this name, of both languages; none for a
/// name that is not in [`NAMES`].
pub fn shipped_words(name: &str) -> impl Iterator<Item = &'static str> {
    let list = NAMES.contains(&name).then(|| List::of(name)).flatten();
    let books = [shipped::dutch(), shipped::english()];
    let written = list
        .into_iter()
        .flat_map(move |list| books.into_iter().flat_map(move |book| book.of_list(list)));
    let sign = match name {
        "positive" => 1.0,
        "negative" => -1.0,
        _ => 0.0,
    };
    written.chain(shipped::rated(sign))
}
