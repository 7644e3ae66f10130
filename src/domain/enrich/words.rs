//! The words of an organisation beside those that are shipped: what it adds and
//! takes away.

use serde::{Deserialize, Serialize};

use super::book::{Book, List};
use super::hasher::Key;
use super::{Lang, cut::Cut, shipped};

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

    /// What is added, as a book.
    pub(super) fn more(&self) -> Book {
        self.book(|own| &own.more)
    }

    /// What is taken away, as a book: what it finds counts for nothing in a
    /// shipped list.
    pub(super) fn fewer(&self) -> Book {
        self.book(|own| &own.fewer)
    }

    fn book(&self, of: impl Fn(&OwnList) -> &Vec<String>) -> Book {
        let mut book = Book::default();
        for (list, own) in self.each() {
            for word in of(own) {
                let word = folded(word);
                book.add(list, WEIGHT, &word, &word);
            }
        }
        book
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

/// Whether the shipped list with this name finds the word, and so can lose it.
pub fn is_shipped(name: &str, word: &str) -> bool {
    let Some(list) = List::of(name) else {
        return false;
    };
    let folded = folded(word);
    if let Some(beginning) = folded.strip_suffix('*') {
        return shipped_words(name).any(|shipped| shipped.starts_with(beginning));
    }
    let cut = Cut::new(&folded);
    let Some(last) = cut.words.len().checked_sub(1) else {
        return false;
    };
    let is_found = |book: &Book| {
        let mut found = Vec::new();
        book.find(&cut, &mut found);
        let mut whole = found
            .iter()
            .filter(|one| one.first == 0 && one.last == last);
        whole.any(|one| one.list() == list)
    };
    let sign = sign_of(list);
    let is_rated = |language| {
        let polarity = shipped::polarity(Some(language), Key::of(&folded));
        polarity.is_some_and(|polarity| polarity * sign > 0.0)
    };
    is_found(shipped::dutch())
        || is_found(shipped::english())
        || last == 0 && (is_rated(Lang::Nl) || is_rated(Lang::En))
}

/// The words of the shipped list with this name, of both languages, to suggest
/// one of; none for a name that is not in [`NAMES`].
pub fn shipped_words(name: &str) -> impl Iterator<Item = &'static str> {
    let list = NAMES.contains(&name).then(|| List::of(name)).flatten();
    let books = [shipped::dutch(), shipped::english()];
    let written = list
        .into_iter()
        .flat_map(move |list| books.into_iter().flat_map(move |book| book.of_list(list)));
    written.chain(shipped::rated(list.map_or(0.0, sign_of)))
}

fn sign_of(list: List) -> f32 {
    match list {
        List::Positive => 1.0,
        List::Negative => -1.0,
        _ => 0.0,
    }
}
