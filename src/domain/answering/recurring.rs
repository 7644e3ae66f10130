//! Questions that many people ask in nearly the same words: groups of mentions,
//! with how many people ask and one example without a name.
//!
//! Of each mention only the sentence that asks is compared, by its telling words
//! cut short ("bezoekuren" and "bezoektijden" begin alike), or by threes of words
//! where people copy each other. The same mentions give the same groups, in
//! whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::enrich::Rumour;
use crate::domain::query::fold::fold;
use crate::domain::time::Timestamp;

/// From this share of telling words in common (Dice) two questions are one.
const ENOUGH: f64 = 0.66;

/// Words are compared by this many letters, so that their endings do not count.
const STEM: usize = 5;

/// An example is no longer than this, in characters.
const LONGEST: usize = 200;

/// Groups that are told apart; what comes after the largest is chance.
const MOST: usize = 200;

/// One mention that asks something.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    pub text: &'a str,
    /// `Mention::author_hash`; who is not known counts as somebody else.
    pub author: Option<u64>,
    pub at: Timestamp,
}

/// A question that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurring {
    /// Different people who ask it.
    pub n_people: usize,
    pub n_mentions: usize,
    /// How one of them asks it, without accounts, links, addresses and numbers.
    pub example: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

struct Wording<'a> {
    asking: Asking<'a>,
    sentence: &'a str,
    words: BTreeSet<String>,
    threes: Rumour,
}

struct Group<'a> {
    wordings: Vec<Wording<'a>>,
    /// How many wordings have each word.
    counts: BTreeMap<String, usize>,
}

impl<'a> Group<'a> {
    fn of(wording: Wording<'a>) -> Self {
        let mut group = Self {
            wordings: Vec::new(),
            counts: BTreeMap::new(),
        };
        group.add(wording);
        group
    }

    fn add(&mut self, wording: Wording<'a>) {
        for word in &wording.words {
            *self.counts.entry(word.clone()).or_default() += 1;
        }
        self.wordings.push(wording);
    }

    /// The words that at least half of the wordings have.
    fn core(&self) -> BTreeSet<&str> {
        let half = self.wordings.len().div_ceil(2);
        let often = self.counts.iter().filter(|(_, n)| **n >= half);
        often.map(|(word, _)| word.as_str()).collect()
    }

    fn likeness(&self, wording: &Wording<'_>) -> f64 {
        let is_copied = self
            .wordings
            .iter()
            .take(3)
            .any(|one| one.threes.is_same(&wording.threes));
        match is_copied {
            true => 1.0,
            false => dice(
                &self.core(),
                &wording.words.iter().map(String::as_str).collect(),
            ),
        }
    }

    fn told(&self) -> Option<Recurring> {
        let authors: BTreeSet<u64> = self
            .wordings
            .iter()
            .filter_map(|one| one.asking.author)
            .collect();
        let unknown = self
            .wordings
            .iter()
            .filter(|one| one.asking.author.is_none());
        let core = self.core();
        // The most telling: nearest to what all say, then the shortest.
        let nearness = |one: &Wording<'_>| {
            let words = one.words.iter().map(String::as_str).collect();
            dice(&core, &words)
        };
        let example = self.wordings.iter().min_by(|one, other| {
            nearness(other)
                .total_cmp(&nearness(one))
                .then_with(|| one.sentence.len().cmp(&other.sentence.len()))
                .then_with(|| one.sentence.cmp(other.sentence))
        })?;
        let moments = self.wordings.iter().map(|one| one.asking.at);
        Some(Recurring {
            n_people: authors.len() + unknown.count(),
            n_mentions: self.wordings.len(),
            example: without_people(example.sentence),
            first_at: moments.clone().min()?,
            last_at: moments.max()?,
        })
    }
}

fn dice(one: &BTreeSet<&str>, other: &BTreeSet<&str>) -> f64 {
    let n_shared = one.intersection(other).count();
    match one.len() + other.len() {
        0 => 0.0,
        all => 2.0 * n_shared as f64 / all as f64,
    }
}

/// The questions that at least so many different people ask, most people first.
/// `ours` are words that stand in nearly every mention of us and tell nothing:
/// our names and accounts.
pub fn recurring<'a>(
    asking: impl IntoIterator<Item = Asking<'a>>,
    ours: &[String],
    least_people: usize,
) -> Vec<Recurring> {
    let ours: BTreeSet<String> = ours.iter().flat_map(|name| stems(name)).collect();
    let mut wordings: Vec<Wording<'a>> = asking
        .into_iter()
        .filter_map(|one| wording(one, &ours))
        .collect();
    wordings.sort_by(|one, other| {
        let key = |wording: &Wording<'a>| (wording.words.len(), wording.asking.at);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.words.cmp(&other.words))
            .then_with(|| one.sentence.cmp(other.sentence))
            .then_with(|| one.asking.author.cmp(&other.asking.author))
    });
    let mut groups: Vec<Group<'a>> = Vec::new();
    for wording in wordings {
        let likest = groups
            .iter()
            .enumerate()
            .map(|(place, group)| (place, group.likeness(&wording)))
            .filter(|(_, likeness)| *likeness >= ENOUGH)
            // Of groups that are as near, the first.
            .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        match likest {
            Some((place, _)) => groups[place].add(wording),
            None if groups.len() < MOST => groups.push(Group::of(wording)),
            None => {}
        }
    }
    let mut found: Vec<Recurring> = groups.iter().filter_map(Group::told).collect();
    found.retain(|one| one.n_people >= least_people);
    found.sort_by(|one, other| {
        let key = |one: &Recurring| (one.n_people, one.n_mentions, one.last_at);
        key(other)
            .cmp(&key(one))
            .then_with(|| one.example.cmp(&other.example))
    });
    found
}

/// Whether two questions ask the same, as [`recurring`] takes it: to see whether
/// the list has one already.
pub fn is_same(one: &str, other: &str) -> bool {
    let (first, second) = (stems(one), stems(other));
    let set = |words: &BTreeSet<String>| words.iter().cloned().collect::<BTreeSet<String>>();
    let (first, second) = (set(&first), set(&second));
    dice(
        &first.iter().map(String::as_str).collect(),
        &second.iter().map(String::as_str).collect(),
    ) >= ENOUGH
}

/// How much two questions are about one thing, 0 to 1: for who should answer.
pub fn nearness(one: &str, other: &str) -> f64 {
    let (first, second) = (stems(one), stems(other));
    dice(
        &first.iter().map(String::as_str).collect(),
        &second.iter().map(String::as_str).collect(),
    )
}

fn wording<'a>(asking: Asking<'a>, ours: &BTreeSet<String>) -> Option<Wording<'a>> {
    let sentence = question_in(asking.text);
    let mut words = stems(sentence);
    words.retain(|word| !ours.contains(word));
    (!words.is_empty()).then(|| Wording {
        asking,
        sentence,
        threes: Rumour::of(sentence),
        words,
    })
}

/// The sentence that asks: the first that ends in a question mark and has a
/// telling word, else the whole text.
fn question_in(text: &str) -> &str {
    let ends = |letter: char| matches!(letter, '.' | '!' | '?' | '\n' | '…');
    let sentences = text.split_inclusive(ends).map(str::trim);
    let mut asking = sentences.filter(|one| one.ends_with('?') && !stems(one).is_empty());
    asking.next().unwrap_or_else(|| text.trim())
}

/// Accounts, hashtags, links, addresses: who and where, not what.
fn is_word(token: &str) -> bool {
    let bare = token.trim_start_matches(['(', '[', '"', '\'']);
    let is_link = bare.starts_with("http://")
        || bare.starts_with("https://")
        || bare.starts_with("www.")
        || bare.contains("://");
    !is_link && !bare.starts_with('#') && !bare.contains('@')
}

fn words_only(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|one| is_word(one)).collect();
    words.join(" ")
}

/// Digits from which on a number may be somebody's: of a phone, an address, a file.
const LONG_NUMBER: usize = 5;

/// With `…` for every long number, also with blanks and dashes in it.
fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // What may belong to a number, and how many digits of it there are.
    let (mut held, mut n_digits) = (String::new(), 0);
    for letter in text.chars().chain(['\0']) {
        let is_between = n_digits > 0 && matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/');
        if letter.is_ascii_digit() || is_between {
            n_digits += usize::from(letter.is_ascii_digit());
            held.push(letter);
            continue;
        }
        if n_digits >= LONG_NUMBER {
            let end = held
                .trim_end_matches(|one: char| !one.is_ascii_digit())
                .len();
            plain.push('…');
            plain.push_str(&held[end..]);
        } else {
            plain.push_str(&held);
        }
        held.clear();
        n_digits = 0;
        if letter != '\0' {
            plain.push(letter);
        }
    }
    plain
}

/// A sentence as it can be shown and kept: who said it, and whom they name by
/// account, is not in it. A name that is written out can be.
pub fn without_people(sentence: &str) -> String {
    // A hashtag is often a word of the sentence.
    let kept = sentence
        .split_whitespace()
        .map(|one| one.strip_prefix('#').unwrap_or(one))
        .filter(|one| is_word(one));
    let kept: Vec<&str> = kept.collect();
    let plain = without_numbers(&kept.join(" "));
    let words: Vec<&str> = plain
        .split_whitespace()
        .filter(|word| !matches!(*word, "RT" | "rt" | ":" | "via"))
        .collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// The telling words of a text, cut short.
fn stems(text: &str) -> BTreeSet<String> {
    let folded = fold(&words_only(text)).replace(['\'', '’'], "");
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| word.chars().count() > 2 && !STOP.contains(word))
        .filter(|word| !word.chars().all(|letter| letter.is_ascii_digit()))
        .map(|word| word.chars().take(STEM).collect())
        .collect()
}

/// Words that tell nothing about what is asked, Dutch and English, folded.
const STOP: [&str; 129] = [
    "aan", "als", "bij", "dan", "dat", "deze", "die", "dit", "door", "een", "eens", "echt", "even",
    "gaan", "gaat", "haar", "had", "heb", "hebben", "hebt", "heeft", "hem", "het", "hier", "hij",
    "hoe", "hun", "iemand", "info", "jij", "jou", "jullie", "kan", "kun", "kunnen", "maar", "mag",
    "mee", "meer", "men", "met", "mij", "mijn", "moet", "moeten", "naar", "niet", "nog", "nou",
    "ook", "over", "ons", "onze", "toch", "toe", "tot", "uit", "van", "vandaag", "vanavond",
    "voor", "waar", "waarom", "wanneer", "want", "waren", "was", "wat", "weer", "weet", "welk",
    "welke", "wel", "wie", "wij", "wil", "worden", "wordt", "zal", "zich", "zijn", "zou", "are",
    "and", "any", "anybody", "anyone", "about", "can", "could", "did", "does", "for", "from",
    "get", "has", "have", "her", "him", "how", "its", "just", "know", "may", "our", "out",
    "should", "still", "that", "the", "their", "them", "there", "they", "this", "today", "tonight",
    "was", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you",
];

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [&str; 9] = [
        "@delinde is de spoedpost nog open? #DeLinde",
        "Is de spoedpost van De Linde open vandaag?",
        "Weet iemand of de spoedpost open is? Mijn moeder heeft pijn",
        "spoedpost open???",
        "Waar kan ik parkeren bij De Linde?",
        "Wat een chaos. Waar moet ik parkeren? Bel me op 06 12 34 56 78",
        "Klopt het dat de spoedpost dicht gaat?",
        "Gaat de afspraak van morgen op poli 3 door?",
        "Mooi weer",
    ];

    fn asked(order: &[usize]) -> Vec<Recurring> {
        let asking = order.iter().map(|place| Asking {
            text: TEXTS[*place],
            author: Some(*place as u64),
            at: Timestamp::UNIX_EPOCH + TimeDelta::minutes(*place as i64),
        });
        recurring(asking, &["De Linde".to_owned()], 2)
    }

    #[test]
    fn what_many_ask_is_one_question_without_names() {
        let found = asked(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        let told: Vec<(usize, &str)> = found
            .iter()
            .map(|one| (one.n_people, one.example.as_str()))
            .collect();
        assert_eq!(
            told,
            [(4, "spoedpost open?"), (2, "Waar moet ik parkeren?")]
        );
    }

    #[test]
    fn one_person_who_asks_often_is_one_person() {
        let asking = |author| Asking {
            text: TEXTS[0],
            author,
            at: Timestamp::UNIX_EPOCH,
        };
        let often = [
            asking(Some(1)),
            asking(Some(1)),
            asking(Some(2)),
            asking(None),
        ];
        let found = recurring(often, &[], 2);
        assert_eq!((found[0].n_people, found[0].n_mentions), (3, 4));
        assert!(recurring([asking(Some(1)), asking(Some(1))], &[], 2).is_empty());
    }

    #[test]
    fn an_example_names_no_account_and_no_number() {
        let said =
            "@anna_v waar moet ik bellen? mail a@b.example of 06-12345678 https://x.example/1";
        assert_eq!(without_people(said), "waar moet ik bellen? mail of …");
        assert_eq!(
            without_people("is #DeLinde open, @bo? #"),
            "is DeLinde open,"
        );
    }

    #[test]
    fn the_same_question_is_known_again() {
        assert!(is_same(
            "Is de spoedpost open?",
            "Is de spoedpost nog open vandaag?"
        ));
        assert!(!is_same("Is de spoedpost open?", "Waar kan ik parkeren?"));
        assert!(nearness("Is de parkeergarage veilig?", "Waar kan ik parkeren?") > 0.0);
    }

    proptest! {
        #[test]
        fn order_changes_nothing(order in Just((0..TEXTS.len()).collect::<Vec<_>>()).prop_shuffle()) {
            prop_assert_eq!(asked(&order), asked(&[0, 1, 2, 3, 4, 5, 6, 7, 8]));
        }
    }
}
