//! The gauges against counting from scratch.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::domain::mention::Platform;
use crate::domain::said::{Flag, Said};

fn note(author: Option<u64>, words: Words) -> Note {
    Note {
        second: 0,
        author,
        cluster: 1,
        marks: 0,
        followers: 100,
        engagement: 5,
        source: 0,
        words,
        weight: 100,
        platform: Platform::X,
        key: 1,
        said: Said::default(),
        rumour: None,
    }
}

fn value(what: What, notes: &[Note]) -> u64 {
    let mut gauge = Gauge::new(what);
    notes.iter().for_each(|note| gauge.enter(note));
    gauge.value()
}

/// The same number, from the definition in the documentation.
fn from_scratch(what: What, notes: &[Note]) -> u64 {
    let notes: Vec<&Note> = notes
        .iter()
        .filter(|note| match what {
            What::Mentions => note.words != Words::Echo,
            _ => !matches!(note.words, Words::Echo | Words::Spam),
        })
        .collect();
    let authors: BTreeSet<u64> = notes.iter().filter_map(|note| note.author).collect();
    match what {
        What::Mentions => notes.len() as u64,
        What::Authors => authors.len() as u64,
        What::Platforms => {
            let platforms: BTreeSet<Platform> = notes.iter().map(|note| note.platform).collect();
            platforms.len() as u64
        }
        What::Engagement => notes.iter().map(|note| u64::from(note.engagement)).sum(),
        What::Reach => {
            let mut largest: BTreeMap<u64, u32> = BTreeMap::new();
            for note in &notes {
                if let Some(author) = note.author {
                    let followers = largest.entry(author).or_default();
                    *followers = note.followers.max(*followers);
                }
            }
            largest.into_values().map(u64::from).sum()
        }
        What::Saying(flag) => notes.iter().filter(|note| note.said.has(flag)).count() as u64,
        What::Rumour => {
            let mut tellers: BTreeMap<NonZeroU32, BTreeSet<u64>> = BTreeMap::new();
            for note in &notes {
                if let (Some(rumour), Some(author)) = (note.rumour, note.author) {
                    tellers.entry(rumour).or_default().insert(author);
                }
            }
            let most = tellers.values().map(BTreeSet::len).max();
            most.unwrap_or(0) as u64
        }
        What::Voices => {
            let has = |author, words| {
                notes
                    .iter()
                    .any(|note| note.author == Some(author) && note.words == words)
            };
            let tenths: u64 = authors
                .iter()
                .map(|&author| match () {
                    () if has(author, Words::Own) => 10,
                    () if has(author, Words::Repost) => 3,
                    () => 0,
                })
                .sum();
            let unsigned: BTreeSet<u64> = notes
                .iter()
                .filter(|note| note.author.is_none() && note.words == Words::Own)
                .map(|note| note.cluster)
                .collect();
            tenths / 10 + unsigned.len() as u64
        }
    }
}

#[test]
fn voices_are_people_with_something_to_say() {
    let own = |author| note(Some(author), Words::Own);
    let repost = |author| note(Some(author), Words::Repost);
    let check = |notes: &[Note], expected| assert_eq!(value(What::Voices, notes), expected);
    check(&[], 0);
    check(&[own(1), own(1), own(2)], 2);
    check(&[repost(1), repost(2), repost(3)], 0);
    check(&[repost(1), repost(2), repost(3), repost(4)], 1);
    check(&[own(1), repost(1)], 1);
    check(&[own(1), note(Some(2), Words::Copy)], 1);
    check(&[note(Some(2), Words::Again)], 0);
    check(&[note(Some(2), Words::NewsEcho)], 0);
    check(&[note(None, Words::Own), note(None, Words::Own)], 1);
    check(&[note(None, Words::Repost)], 0);
}

#[test]
fn reach_counts_an_author_once_with_the_largest_figure() {
    let with = |followers| Note {
        followers,
        ..note(Some(1), Words::Own)
    };
    let mut gauge = Gauge::new(What::Reach);
    for followers in [10, 500, 10, 300] {
        gauge.enter(&with(followers));
    }
    assert_eq!(gauge.value(), 500);
    gauge.leave(&with(500));
    assert_eq!(gauge.value(), 300);
    gauge.enter(&note(None, Words::Own));
    assert_eq!(gauge.value(), 300);
}

#[test]
fn spam_is_a_mention_but_nobody() {
    let notes = [note(Some(1), Words::Spam), note(Some(2), Words::Echo)];
    assert_eq!(value(What::Mentions, &notes), 1);
    for what in What::ALL {
        if what != What::Mentions {
            assert_eq!(value(what, &notes), 0, "{}", what.name());
        }
    }
}

#[test]
fn names_are_those_of_the_conditions() {
    for what in What::ALL {
        assert_eq!(What::from_name(what.name()), Some(what));
    }
}

fn any_note() -> impl Strategy<Value = Note> {
    (
        prop::option::of(0..6_u64),
        prop::sample::select(Words::ALL.to_vec()),
        0..4_u64,
        prop::sample::select(Platform::ALL.to_vec()),
        0..4_u32,
        0..9_u32,
        (0..=255_u8, 0..3_u32),
    )
        .prop_map(
            |(author, words, cluster, platform, followers, engagement, (said, rumour))| Note {
                cluster,
                followers,
                engagement,
                platform,
                said: Said::from_bits(said),
                rumour: NonZeroU32::new(rumour),
                ..note(author, words)
            },
        )
}

proptest! {
    /// Each note enters; those with a key also leave, in the order of the keys,
    /// some before others entered.
    #[test]
    fn any_order_gives_the_same(
        notes in prop::collection::vec((any_note(), prop::option::of(0..9_u8)), 0..60),
        pace in 1..9_usize,
    ) {
        for what in What::ALL.into_iter().chain([What::Saying(Flag::Harm)]) {
            let mut gauge = Gauge::new(what);
            let mut leaving: Vec<(u8, Note)> = Vec::new();
            for (place, (note, key)) in notes.iter().enumerate() {
                gauge.enter(note);
                leaving.extend(key.map(|key| (key, *note)));
                if place % pace == 0 {
                    leaving.sort_by_key(|(key, _)| *key);
                    if let Some((_, note)) = leaving.pop() {
                        gauge.leave(&note);
                    }
                }
            }
            leaving.iter().for_each(|(_, note)| gauge.leave(note));
            let staying: Vec<Note> = notes
                .iter()
                .filter(|(_, key)| key.is_none())
                .map(|(note, _)| *note)
                .collect();
            prop_assert_eq!(gauge.value(), from_scratch(what, &staying));
            gauge.clear();
            prop_assert_eq!(gauge.value(), 0);
        }
    }
}
