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

/// Complaints that are compared by their words under one name; beyond it the
/// earliest are left out, as a name that common tells nothing.
const MOST_COMPARED: usize = 50;

/// The complaints of the last two weeks, without their words.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sameness {
    newest: i64,
    complaints: VecDeque<Complaint>,
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
            self.complaints.pop_front();
        }
        let key = mention.key();
        let is_known = || self.complaints.iter().any(|one| one.key == key);
        if !is_complaint || second <= before || is_known() {
            return;
        }
        if self.complaints.len() >= MOST_COMPLAINTS {
            self.complaints.pop_front();
        }
        let handle = mention.author.as_deref().map(bare_handle);
        let handle = handle.filter(|handle| !handle.is_empty());
        let name = mention.author_name.as_deref().map(bare_name);
        self.complaints.push_back(Complaint {
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
        });
    }

    /// Authors who complained on at least so many platforms within so many
    /// seconds up to second `at`, the latest last; `None` when there are none.
    /// Goes through all that is remembered: ask when a complaint was added.
    pub fn at_least(&self, on_platforms: u64, within: i64, at: i64) -> Option<Vec<Possibly>> {
        let mut found: BTreeMap<Vec<i64>, Possibly> = BTreeMap::new();
        for group in self.groups(within, at) {
            for anchor in &group {
                let one = possibly(anchor, &group);
                if one.platforms.len() as u64 >= on_platforms {
                    found.insert(one.keys.clone(), one);
                }
            }
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
        let second = |key: Option<&i64>| {
            let complaint = self.complaints.iter().find(|one| Some(&one.key) == key);
            complaint.map(|one| one.second)
        };
        found.sort_by_key(|one| (second(one.keys.last()), one.keys.clone()));
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
        let of_key = |group: &Vec<&Complaint>| {
            let anchor = *group.iter().find(|one| one.key == key)?;
            Some(possibly(anchor, group).platforms)
        };
        let mut platforms: Vec<Platform> = self
            .groups(within, at)
            .iter()
            .filter_map(of_key)
            .flatten()
            .collect();
        platforms.sort_unstable();
        platforms.dedup();
        platforms
    }

    /// Complaints in the window with one handle, and those with one name.
    fn groups(&self, within: i64, at: i64) -> Vec<Vec<&Complaint>> {
        let within = within.min(REMEMBERED);
        let mut by_name: BTreeMap<(bool, u64), Vec<&Complaint>> = BTreeMap::new();
        for one in &self.complaints {
            if one.second <= at - within || one.second > at {
                continue;
            }
            for (is_handle, name) in [(true, one.handle), (false, one.name)] {
                if let Some(name) = name {
                    by_name.entry((is_handle, name)).or_default().push(one);
                }
            }
        }
        let mut groups: Vec<Vec<&Complaint>> = by_name.into_values().collect();
        for group in &mut groups {
            group.sort_by_key(|one| (one.second, one.key));
            let surplus = group.len().saturating_sub(MOST_COMPARED);
            group.drain(..surplus);
        }
        groups
    }
}

/// The complaints of a group that are possibly of the author of one of them.
fn possibly(anchor: &Complaint, group: &[&Complaint]) -> Possibly {
    let of_author: Vec<&&Complaint> = group
        .iter()
        .filter(|one| is_possibly_same(anchor, one))
        .collect();
    let mut platforms: Vec<Platform> = of_author.iter().map(|one| one.platform).collect();
    platforms.sort_unstable();
    platforms.dedup();
    Possibly {
        keys: of_author.iter().map(|one| one.key).collect(),
        platforms,
    }
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
