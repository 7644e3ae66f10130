//! One complaining author on several platforms, possibly.
//!
//! A person whom nobody answers tries elsewhere, and that is how a complaint
//! becomes a storm (seed 000). Possibly the same are accounts on different
//! platforms whose handles are equal but for `_ . -` and digits, or who carry
//! the same display name and use much the same words (domain 5.3). It stays a
//! guess: the output says "possibly", a person decides. Only hashes of names are
//! kept, and only of who complains.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::bare::words_of;
use crate::domain::mention::{Mention, Platform};
use crate::domain::query::fold::fold;

/// How long a complaint is remembered, in seconds: two weeks.
pub const REMEMBERED: i64 = 14 * 86_400;

/// Bound on complaints; beyond it the oldest are forgotten.
pub const MOST_COMPLAINTS: usize = 2_000;

/// Shorter handles than this say nothing by themselves: every platform has a
/// `jan` and an `anna`. They need like words too.
const TELLING_LETTERS: usize = 5;

/// Words of a complaint that are compared.
const MOST_WORDS: usize = 64;

/// Complaints that one is compared with under its handle, and under its name;
/// beyond it the earliest are left out, as a name that common tells nothing.
const MOST_COMPARED: usize = 50;

/// The complaints of the last two weeks, without their words.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sameness {
    newest: i64,
    complaints: VecDeque<Complaint>,
    /// How many there were before the first that is remembered.
    n_gone: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Complaint {
    key: i64,
    second: i64,
    platform: Platform,
    author: Option<u64>,
    handle: Option<u64>,
    /// Whether the handle tells by itself.
    is_telling: bool,
    name: Option<u64>,
    /// Hashes of the different words, ascending.
    words: Vec<u32>,
    /// Those that are possibly of the same author.
    links: Vec<Link>,
}

/// Another complaint, possibly of the same author.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Link {
    /// Its place among all that ever were.
    number: u64,
    key: i64,
    second: i64,
    platform: Platform,
}

impl Complaint {
    fn is_in(&self, window: (i64, i64)) -> bool {
        window.0 < self.second && self.second <= window.1
    }

    fn link(&self, number: u64) -> Link {
        Link {
            number,
            key: self.key,
            second: self.second,
            platform: self.platform,
        }
    }

    /// Those in a window that are possibly of its author, itself included.
    fn together(&self, window: (i64, i64)) -> impl Iterator<Item = Link> + '_ {
        let links = self.links.iter().copied();
        let links = links.filter(move |one| window.0 < one.second && one.second <= window.1);
        std::iter::once(self.link(u64::MAX)).chain(links)
    }

    /// On how many platforms those are.
    fn n_platforms(&self, window: (i64, i64)) -> u64 {
        let bits = self
            .together(window)
            .map(|one| 1_u32 << one.platform as u32);
        u64::from(bits.fold(0, |all, bit| all | bit).count_ones())
    }
}

/// Complaints that are possibly one author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possibly {
    /// `Mention::key` of each, by time of publication.
    pub keys: Vec<i64>,
    /// In the order of `Platform::ALL`, each once.
    pub platforms: Vec<Platform>,
}

impl Sameness {
    /// Remembers a mention, when it is a complaint.
    pub fn add(&mut self, mention: &Mention, is_complaint: bool) {
        let second = mention.published_at.timestamp();
        self.newest = self.newest.max(second);
        let before = self.newest - REMEMBERED;
        while self
            .complaints
            .front()
            .is_some_and(|one| one.second <= before)
        {
            self.forget_first();
        }
        let key = mention.key();
        let is_known = || self.complaints.iter().any(|one| one.key == key);
        if !is_complaint || second <= before || is_known() {
            return;
        }
        if self.complaints.len() >= MOST_COMPLAINTS {
            self.forget_first();
        }
        let handle = mention.author.as_deref().map(bare_handle);
        let handle = handle.filter(|handle| !handle.is_empty());
        let name = mention.author_name.as_deref().map(bare_name);
        self.push(Complaint {
            key,
            second,
            platform: mention.platform,
            author: mention.author_hash(),
            is_telling: handle
                .as_deref()
                .is_some_and(|handle| handle.chars().count() >= TELLING_LETTERS),
            handle: handle.map(|handle| xxh3_64(handle.as_bytes())),
            name: name
                .filter(|name| !name.is_empty())
                .map(|name| xxh3_64(name.as_bytes())),
            words: distinct_words(&mention.text),
            links: Vec::new(),
        });
    }

    fn forget_first(&mut self) {
        if self.complaints.pop_front().is_some() {
            self.n_gone += 1;
        }
    }

    /// Compares it with those that share its handle or its name, once: what two
    /// complaints have in common never changes.
    fn push(&mut self, mut new: Complaint) {
        let number = self.n_gone + self.complaints.len() as u64;
        let shares = |one: &Complaint, of_handle: bool| match of_handle {
            true => one.handle.is_some() && one.handle == new.handle,
            false => one.name.is_some() && one.name == new.name,
        };
        let mut compared: Vec<usize> = Vec::new();
        for of_handle in [true, false] {
            let all = self.complaints.iter().enumerate();
            let all = all.filter(|(_, one)| shares(one, of_handle));
            let mut group: Vec<(i64, i64, usize)> = all
                .map(|(place, one)| (one.second, one.key, place))
                .collect();
            group.sort_unstable();
            let surplus = group.len().saturating_sub(MOST_COMPARED);
            compared.extend(group.drain(surplus..).map(|(_, _, place)| place));
        }
        compared.sort_unstable();
        compared.dedup();
        for place in compared {
            let one = &mut self.complaints[place];
            if is_possibly_same(one, &new) {
                new.links.push(one.link(self.n_gone + place as u64));
                one.links.push(new.link(number));
            }
        }
        self.complaints.push_back(new);
    }

    /// On how many platforms one author possibly complained within so many
    /// seconds up to second `at`, at most.
    pub fn most_platforms(&self, within: i64, at: i64) -> u64 {
        let window = window(within, at);
        let inside = self.complaints.iter().filter(|one| one.is_in(window));
        inside.map(|one| one.n_platforms(window)).max().unwrap_or(0)
    }

    /// The same of the authors of the latest `n_new` complaints alone: those of
    /// the others did not change by them.
    pub fn most_platforms_of_new(&self, n_new: u64, within: i64, at: i64) -> u64 {
        let window = window(within, at);
        let n_new = usize::try_from(n_new).unwrap_or(usize::MAX);
        let new = self.complaints.iter().rev().take(n_new);
        let new = new.filter(|one| one.is_in(window));
        let of_one = |one: &Complaint| {
            let others = one
                .links
                .iter()
                .filter_map(|link| self.numbered(link.number));
            let others = others.filter(|other| other.is_in(window));
            let others = others.map(|other| other.n_platforms(window));
            others.chain([one.n_platforms(window)]).max()
        };
        new.filter_map(of_one).max().unwrap_or(0)
    }

    fn numbered(&self, number: u64) -> Option<&Complaint> {
        let place = number.checked_sub(self.n_gone)?;
        self.complaints.get(usize::try_from(place).ok()?)
    }

    /// Authors who possibly complained on at least so many platforms within so
    /// many seconds up to second `at`, the latest last; `None` when there are none.
    /// Goes through all that is remembered: ask when somebody wants to know who.
    pub fn at_least(&self, on_platforms: u64, within: i64, at: i64) -> Option<Vec<Possibly>> {
        let window = window(within, at);
        // By when they last complained, and all their complaints.
        let mut found: BTreeMap<(i64, Vec<i64>), Possibly> = BTreeMap::new();
        for anchor in self.complaints.iter().filter(|one| one.is_in(window)) {
            if anchor.n_platforms(window) < on_platforms {
                continue;
            }
            let mut together: Vec<Link> = anchor.together(window).collect();
            together.sort_unstable_by_key(|one| (one.second, one.key));
            let keys: Vec<i64> = together.iter().map(|one| one.key).collect();
            let mut platforms: Vec<Platform> = together.iter().map(|one| one.platform).collect();
            platforms.sort_unstable();
            platforms.dedup();
            let last = together.last().map_or(anchor.second, |one| one.second);
            let one = Possibly {
                keys: keys.clone(),
                platforms,
            };
            found.insert((last, keys), one);
        }
        let mut found: Vec<Possibly> = found.into_values().collect();
        // What is part of a larger one is not told apart.
        let all = found.clone();
        found.retain(|one| {
            let is_part = |other: &Possibly| {
                other.keys.len() > one.keys.len()
                    && one.keys.iter().all(|key| other.keys.contains(key))
            };
            !all.iter().any(is_part)
        });
        (!found.is_empty()).then_some(found)
    }

    /// When what is in a window of so many seconds next changes, after `at`.
    pub fn next_change(&self, within: i64, at: i64) -> Option<i64> {
        let within = within.min(REMEMBERED);
        let edges = self.complaints.iter();
        let edges = edges.flat_map(|one| [one.second, one.second + within]);
        edges.filter(|edge| *edge > at).min()
    }

    /// The platforms on which the author of this complaint possibly complained
    /// within so many seconds up to `at`; empty when it is not remembered.
    pub fn platforms_of(&self, key: i64, within: i64, at: i64) -> Vec<Platform> {
        let window = window(within, at);
        let mut inside = self.complaints.iter().filter(|one| one.is_in(window));
        let anchor = inside.find(|one| one.key == key);
        let mut platforms: Vec<Platform> = anchor
            .into_iter()
            .flat_map(|anchor| anchor.together(window))
            .map(|one| one.platform)
            .collect();
        platforms.sort_unstable();
        platforms.dedup();
        platforms
    }
}

/// After the first second and up to the second.
fn window(within: i64, at: i64) -> (i64, i64) {
    (at - within.min(REMEMBERED), at)
}

fn is_possibly_same(one: &Complaint, other: &Complaint) -> bool {
    if one.key == other.key || one.author.is_some() && one.author == other.author {
        return true;
    }
    // Two accounts on one platform are two people, as far as anybody can tell.
    if one.platform == other.platform {
        return false;
    }
    let is_same_handle = one.handle.is_some() && one.handle == other.handle;
    let is_same_name = one.name.is_some() && one.name == other.name;
    is_same_handle && one.is_telling
        || (is_same_handle || is_same_name) && is_alike(&one.words, &other.words)
}

/// Two fifths of their words together are in both.
fn is_alike(one: &[u32], other: &[u32]) -> bool {
    let n_both = one
        .iter()
        .filter(|word| other.binary_search(word).is_ok())
        .count();
    let n_either = one.len() + other.len() - n_both;
    n_both > 0 && 5 * n_both >= 2 * n_either
}

fn bare_handle(handle: &str) -> String {
    fold(handle)
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .collect()
}

fn bare_name(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn distinct_words(text: &str) -> Vec<u32> {
    let mut words: Vec<u32> = words_of(&fold(text))
        .into_iter()
        .take(MOST_WORDS)
        .map(|word| (word >> 32) as u32)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_772_000_000;
    const DAY: i64 = 86_400;
    const TEXT: &str = "Mijn moeder lag twee dagen op de gang bij De Linde, schandalig";
    const OTHER: &str = "Parkeren kost hier meer dan een behandeling, belachelijk";

    fn added(complaints: &[(&str, &str, &str, &str)]) -> Sameness {
        let mut sameness = Sameness::default();
        for (place, (platform, handle, name, text)) in complaints.iter().enumerate() {
            let at = chrono::DateTime::from_timestamp(START + place as i64 * DAY, 0).unwrap();
            let mention = serde_json::json!({
                "id": place.to_string(), "platform": platform, "author": handle,
                "author_name": name, "text": text, "published_at": at,
            });
            sameness.add(&serde_json::from_value(mention).unwrap(), true);
        }
        sameness
    }

    fn check(complaints: &[(&str, &str, &str, &str)], n_platforms: usize) {
        let at = START + 10 * DAY;
        let sameness = added(complaints);
        let found = sameness.at_least(2, REMEMBERED, at);
        let most = found.map_or(0, |found| {
            found
                .iter()
                .map(|one| one.platforms.len())
                .max()
                .unwrap_or(0)
        });
        assert_eq!(most, n_platforms, "{complaints:?}");
    }

    #[test]
    fn like_handles_are_possibly_one() {
        check(
            &[
                ("x", "@Anna_Visser", "", TEXT),
                ("facebook", "anna.visser88", "", OTHER),
            ],
            2,
        );
        check(
            &[
                ("x", "annavisser", "", TEXT),
                ("facebook", "anna.visser", "", OTHER),
                ("review", "AnnaVisser1", "", TEXT),
            ],
            3,
        );
        check(
            &[
                ("x", "anna_visser", "", TEXT),
                ("facebook", "bert_jansen", "", TEXT),
            ],
            0,
        );
        check(
            &[
                ("x", "annavisser", "", TEXT),
                ("x", "anna_visser", "", TEXT),
            ],
            0,
        );
    }

    #[test]
    fn short_handles_and_names_need_like_words() {
        let again = "Schandalig: mijn moeder lag twee dagen op de gang bij De Linde";
        check(
            &[("x", "jan1", "", TEXT), ("facebook", "jan.77", "", OTHER)],
            0,
        );
        check(
            &[("x", "jan1", "", TEXT), ("facebook", "jan.77", "", again)],
            2,
        );
        check(
            &[
                ("x", "a1", "Anna Visser", TEXT),
                ("reddit", "zz", "anna  visser", again),
            ],
            2,
        );
        check(
            &[
                ("x", "a1", "Anna Visser", TEXT),
                ("reddit", "zz", "Anna Visser", OTHER),
            ],
            0,
        );
        check(&[("x", "123", "", TEXT), ("facebook", "456", "", TEXT)], 0);
    }

    #[test]
    fn only_within_the_window() {
        let sameness = added(&[
            ("x", "annavisser", "", TEXT),
            ("reddit", "anna_visser", "", TEXT),
        ]);
        let found = |within, at: i64| sameness.at_least(2, within, START + at).is_some();
        assert!(found(2 * DAY, DAY));
        assert!(!found(DAY, DAY));
        assert!(!found(2 * DAY, DAY - 1));
        assert!(!found(30 * DAY, 14 * DAY));
        let key = Mention::key_of(Platform::X, "0");
        assert_eq!(
            sameness.platforms_of(key, 2 * DAY, START + DAY),
            [Platform::X, Platform::Reddit]
        );
        assert!(sameness.platforms_of(7, 2 * DAY, START + DAY).is_empty());
    }

    #[test]
    fn keeps_no_names_and_survives_a_restart() {
        let sameness = added(&[
            ("x", "annavisser", "Anna", TEXT),
            ("reddit", "anna_visser", "", TEXT),
        ]);
        let json = serde_json::to_string(&sameness).unwrap();
        assert!(!json.to_lowercase().contains("anna"), "{json}");
        let back: Sameness = serde_json::from_str(&json).unwrap();
        let at = START + DAY;
        assert_eq!(
            back.at_least(2, DAY * 3, at),
            sameness.at_least(2, DAY * 3, at)
        );
        assert!(back.at_least(2, DAY * 3, at).is_some());
    }
}
