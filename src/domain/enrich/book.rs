//! Lists of words and phrases, and where they stand in a text.
//!
//! A list is written as lines of phrases with commas between them, under a head
//! `[list weight family]`. A phrase is words after one another; `a|b` is either,
//! `evacu*` the beginning of a word, `*brand` its end, `#` a number, `..` up to
//! three words of any kind. Everything is written folded: lower case, no accents,
//! no apostrophes. `//` begins a remark.

use std::sync::LazyLock;

use super::Cut;
use super::hasher::{ByWord, Key};

/// What a phrase tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum List {
    Positive,
    Negative,
    Information,
    Harm,
    Meaning,
    Rumour,
    Sarcasm,
    /// Asks for nothing, though it looks so: "hoe dan?!".
    Rhetorical,
    Negator,
    Intensifier,
    Softener,
    /// What stands before it weighs less than what follows.
    But,
    /// Says nothing: takes the words it holds away from the other lists.
    Nothing,
}

impl List {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "positive" => Self::Positive,
            "negative" => Self::Negative,
            "information" => Self::Information,
            "harm" => Self::Harm,
            "meaning" => Self::Meaning,
            "rumour" => Self::Rumour,
            "sarcasm" => Self::Sarcasm,
            "rhetorical" => Self::Rhetorical,
            "negator" => Self::Negator,
            "intensifier" => Self::Intensifier,
            "softener" => Self::Softener,
            "but" => Self::But,
            "nothing" => Self::Nothing,
            _ => return None,
        })
    }

    /// Whether a longer phrase of this list takes its words from the other.
    fn outweighs(self, other: Self) -> bool {
        let about = |list| match list {
            Self::Information | Self::Harm | Self::Meaning => 0,
            Self::Rumour => 1,
            Self::Rhetorical => 2,
            _ => 3,
        };
        self == Self::Nothing || about(self) == about(other)
    }
}

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(Box<str>),
    Begins(Box<str>),
    Ends(Box<str>),
    /// Digits, or a word for a number.
    Number,
    /// Up to three words.
    Gap,
}

impl Part {
    fn is(&self, cut: &Cut<'_>, place: usize) -> bool {
        let word = cut.word(place);
        match self {
            Self::Number => is_number(cut, place),
            Self::Word(whole) => **whole == *word,
            Self::Begins(beginning) => word.starts_with(&**beginning),
            Self::Ends(end) => word.ends_with(&**end),
            Self::Gap => false,
        }
    }
}

#[derive(Debug, Clone)]
struct Phrase {
    list: List,
    weight: f32,
    family: Box<str>,
    parts: Box<[Part]>,
    written: Box<str>,
}

/// A phrase that stands in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    phrase: &'a Phrase,
    pub(super) first: usize,
    pub(super) last: usize,
}

impl<'a> Found<'a> {
    pub(super) fn list(&self) -> List {
        self.phrase.list
    }

    pub(super) fn weight(&self) -> f32 {
        self.phrase.weight
    }

    /// Phrases of one family count once in a text.
    pub(super) fn family(&self) -> &'a str {
        &self.phrase.family
    }

    /// Whether both stand for the same words of the same list.
    pub(super) fn is_at(&self, other: &Found<'_>) -> bool {
        self.list() == other.list() && self.first == other.first && self.last == other.last
    }

    fn length(&self) -> usize {
        self.last - self.first + 1
    }
}

type Starts = ByWord<Box<str>, Vec<Start>>;

/// A phrase that begins with some word.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// Among the phrases.
    place: u32,
    /// Hash of the word that must follow, if it is one word. Most phrases begin with a
    /// common one: this says of nearly all of them that they do not stand here.
    next: Option<u64>,
}

/// Phrases, found by their first word.
#[derive(Debug, Clone, Default)]
pub(super) struct Book {
    phrases: Vec<Phrase>,
    words: Starts,
    beginnings: Starts,
    ends: Starts,
    /// Phrases that begin with a number.
    numbers: Vec<Start>,
    beginning_lengths: Lengths,
    end_lengths: Lengths,
}

/// By two bytes: a bit for each length in which something with them occurs. Without it
/// every word would be looked up once for each length there is.
#[derive(Debug, Clone)]
struct Lengths(Box<[u64; 1024]>);

impl Default for Lengths {
    fn default() -> Self {
        Self(Box::new([0; 1024]))
    }
}

impl Lengths {
    /// Something of this length, with its two bytes that decide, if it has so many.
    fn add(&mut self, length: usize, bytes: Option<[u8; 2]>) {
        let bit = 1 << length.min(63);
        match bytes {
            Some(bytes) => self.0[Self::bucket(bytes)] |= bit,
            None => self.0.iter_mut().for_each(|bits| *bits |= bit),
        }
    }

    /// The lengths that may occur, the shortest first; of a word with less than two
    /// bytes at most that of itself does.
    fn of(&self, bytes: Option<[u8; 2]>) -> impl Iterator<Item = usize> {
        let mut bits = bytes.map_or(1 << 1, |bytes| self.0[Self::bucket(bytes)]);
        std::iter::from_fn(move || {
            let length = bits.trailing_zeros() as usize;
            (bits != 0).then(|| {
                bits &= bits - 1;
                length
            })
        })
    }

    fn bucket([first, second]: [u8; 2]) -> usize {
        (usize::from(first) * 37 + usize::from(second)) & 1023
    }
}

fn first_two(word: &str) -> Option<[u8; 2]> {
    word.as_bytes().first_chunk().copied()
}

fn last_two(word: &str) -> Option<[u8; 2]> {
    word.as_bytes().last_chunk().copied()
}

impl Book {
    /// A book from lists as they are written; what cannot be read is an error in
    /// English (that of the lists we ship is seen by a test).
    pub(super) fn read(written: &str) -> Result<Self, String> {
        let mut book = Self::default();
        let mut head = None;
        for line in written.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            if let Some(inner) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                head = Some(head_of(inner).ok_or_else(|| format!("no head: {line}"))?);
                continue;
            }
            let (list, weight, family) = head.ok_or_else(|| format!("no head above: {line}"))?;
            for phrase in line.split(',').map(str::trim).filter(|p| !p.is_empty()) {
                book.add(list, weight, family, phrase);
            }
        }
        Ok(book)
    }

    /// Adds a phrase, in each of the ways in which it can be written.
    pub(super) fn add(&mut self, list: List, weight: f32, family: &str, written: &str) {
        for spelt in spelt_out(written) {
            let parts: Box<[Part]> = spelt.iter().map(|word| part(word)).collect();
            let next = match parts.get(1) {
                Some(Part::Word(word)) => Some(Key::of(word).hash),
                _ => None,
            };
            let start = Start {
                place: self.phrases.len() as u32,
                next,
            };
            let phrase = Phrase {
                list,
                weight,
                family: family.into(),
                parts,
                written: spelt.join(" ").into(),
            };
            let (starts, key) = match phrase.parts.first() {
                Some(Part::Word(word)) => (&mut self.words, word.clone()),
                Some(Part::Begins(word)) => {
                    self.beginning_lengths.add(word.len(), first_two(word));
                    (&mut self.beginnings, word.clone())
                }
                Some(Part::Ends(word)) => {
                    self.end_lengths.add(word.len(), last_two(word));
                    (&mut self.ends, word.clone())
                }
                Some(Part::Number) => {
                    self.numbers.push(start);
                    self.phrases.push(phrase);
                    continue;
                }
                Some(Part::Gap) | None => continue,
            };
            starts.at(key).push(start);
            self.phrases.push(phrase);
        }
    }

    /// Whether a phrase is or begins with this word.
    pub(super) fn has_word(&self, word: Key<'_>) -> bool {
        self.words.has(word)
    }

    /// Every phrase of a list, in each of its ways.
    pub(super) fn of_list(&self, list: List) -> impl Iterator<Item = &str> {
        let phrases = self
            .phrases
            .iter()
            .filter(move |phrase| phrase.list == list);
        phrases.map(|phrase| &*phrase.written)
    }

    /// Adds what stands in the text, also what overlaps.
    pub(super) fn find<'a>(&'a self, cut: &Cut<'_>, found: &mut Vec<Found<'a>>) {
        if self.phrases.is_empty() {
            return;
        }
        for first in 0..cut.words.len() {
            let key = cut.key(first);
            let word = key.word;
            if !self.numbers.is_empty() && is_number(cut, first) {
                self.try_each(&self.numbers, cut, first, found);
            }
            if let Some(starts) = self.words.get(key) {
                self.try_each(starts, cut, first, found);
            }
            for length in self.beginning_lengths.of(first_two(word)) {
                let Some(beginning) = word.get(..length) else {
                    break;
                };
                if let Some(starts) = self.beginnings.get(Key::of(beginning)) {
                    self.try_each(starts, cut, first, found);
                }
            }
            for length in self.end_lengths.of(last_two(word)) {
                let from = word.len().checked_sub(length);
                let Some(end) = from.and_then(|from| word.get(from..)) else {
                    break;
                };
                if let Some(starts) = self.ends.get(Key::of(end)) {
                    self.try_each(starts, cut, first, found);
                }
            }
        }
    }

    fn try_each<'a>(
        &'a self,
        starts: &[Start],
        cut: &Cut<'_>,
        first: usize,
        found: &mut Vec<Found<'a>>,
    ) {
        let following = cut.words.get(first + 1).map(|word| word.hash);
        for start in starts {
            if start.next.is_some() && start.next != following {
                continue;
            }
            let phrase = &self.phrases[start.place as usize];
            if let Some(last) = end_of(&phrase.parts[1..], cut, first) {
                found.push(Found {
                    phrase,
                    first,
                    last,
                });
            }
        }
    }
}

/// The place of the last word, when `parts` follow the word at `place` in its
/// sentence.
fn end_of(parts: &[Part], cut: &Cut<'_>, place: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else {
        return Some(place);
    };
    let sentence = cut.words[place].sentence;
    let next = |place: usize| {
        let word = cut.words.get(place)?;
        (word.sentence == sentence).then_some(place)
    };
    if *part == Part::Gap {
        return (0..=3).find_map(|skipped| end_of(rest, cut, next(place + skipped)?));
    }
    let here = next(place + 1)?;
    part.is(cut, here).then(|| end_of(rest, cut, here))?
}

/// The list, the weight and the family that a head names.
fn head_of(inner: &str) -> Option<(List, f32, &str)> {
    let mut parts = inner.split_whitespace();
    let list = List::of(parts.next()?)?;
    let weight = parts
        .next()
        .map_or(Some(1.0), |weight| weight.parse().ok())?;
    Some((list, weight, parts.next().unwrap_or_default()))
}

/// Longest number that counts people or things; longer ones are telephones.
const MOST_DIGITS: usize = 7;

/// Words for a number. Every word of every mention is looked up.
static NUMBERS: LazyLock<ByWord<&str, ()>> = LazyLock::new(|| {
    let words = "two three four five six seven eight nine ten eleven twelve dozen dozens hundred \
        hundreds thousand thousands several scores tens twee drie vier vijf zes zeven \
        acht negen tien elf twaalf tientallen honderden duizenden meerdere";
    words.split_whitespace().map(|word| (word, ())).collect()
});

fn is_number(cut: &Cut<'_>, place: usize) -> bool {
    let word = cut.word(place);
    if word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return word.len() <= MOST_DIGITS;
    }
    NUMBERS.has(cut.key(place))
}

fn part(word: &str) -> Part {
    match word {
        ".." => return Part::Gap,
        "#" => return Part::Number,
        _ => {}
    }
    match (word.strip_prefix('*'), word.strip_suffix('*')) {
        (Some(end), _) => Part::Ends(end.into()),
        (None, Some(beginning)) => Part::Begins(beginning.into()),
        (None, None) => Part::Word(word.into()),
    }
}

/// `a|b c` as `a c` and `b c`.
fn spelt_out(written: &str) -> Vec<Vec<&str>> {
    let mut ways: Vec<Vec<&str>> = vec![Vec::new()];
    for word in written.split_whitespace() {
        ways = ways
            .into_iter()
            .flat_map(|way| {
                word.split('|').map(move |choice| {
                    let mut way = way.clone();
                    way.push(choice);
                    way
                })
            })
            .collect();
    }
    ways
}

/// Words that one phrase spans at most; no list has longer ones.
const MOST_SPANNED: usize = 20;

/// In the order of the text; drops what lies inside something longer about the
/// same.
pub(super) fn keep_longest(found: &mut Vec<Found<'_>>) {
    found.sort_by_key(|one| (one.first, std::cmp::Reverse(one.last), one.list()));
    let mut kept: Vec<Found<'_>> = Vec::with_capacity(found.len());
    found.retain(|one| {
        let near = kept.iter().rev();
        let mut near = near.take_while(|kept| kept.first + MOST_SPANNED >= one.first);
        let is_inside = near.any(|longer| {
            longer.last >= one.last
                && longer.length() > one.length()
                && longer.list().outweighs(one.list())
        });
        if !is_inside {
            kept.push(*one);
        }
        !is_inside
    });
}
