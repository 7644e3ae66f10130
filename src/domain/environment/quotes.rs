//! Typical quotes of a need: what most people say in about the same words, and what
//! most people react to; each once, without who said it.

use std::collections::{BTreeMap, BTreeSet};

use super::Quote;
use super::anonymous::anonymous;
use crate::domain::heard::Heard;
use crate::domain::mention::Mention;
use crate::domain::said::Flag;
use crate::domain::voices::{Note, Words};

/// Quotes of one need.
const MOST_QUOTES: usize = 3;

/// The most telling in (after, through].
pub(super) fn quotes(heard: &[&Heard], window: (i64, i64), need: Flag) -> Vec<Quote> {
    let mut alike: BTreeMap<u64, u64> = BTreeMap::new();
    for heard in heard {
        for note in heard.notes.within(window.0, window.1) {
            *alike.entry(note.cluster).or_default() += 1;
        }
    }
    let mut found: Vec<(&Note, &Mention)> = remembered(heard, window)
        .filter(|(note, _)| note.words == Words::Own && note.said.has(need))
        .collect();
    let weight = |note: &Note| {
        (
            alike.get(&note.cluster).copied().unwrap_or(1),
            note.engagement,
        )
    };
    found.sort_by_key(|(note, _)| std::cmp::Reverse((weight(note), note.second)));
    let mut shown = BTreeSet::new();
    let distinct = found
        .into_iter()
        .filter(|(note, _)| shown.insert(note.cluster));
    let quotes = distinct.map(|(note, mention)| quote(note, mention, weight(note).0));
    quotes
        .filter(|quote| !quote.text.is_empty())
        .take(MOST_QUOTES)
        .collect()
}

/// How a rumour is told: the first words of it that are remembered.
pub(super) fn claim(heard: &[&Heard], window: (i64, i64), rumour: u32) -> Option<Quote> {
    let told: Vec<(&Note, &Mention)> = remembered(heard, window)
        .filter(|(note, _)| note.rumour.is_some_and(|number| number.get() == rumour))
        .collect();
    let first = told.iter().min_by_key(|(note, _)| note.second)?;
    Some(quote(first.0, first.1, told.len() as u64))
}

/// The mentions whose words are remembered, with what is noted of them.
fn remembered<'a>(
    heard: &[&'a Heard],
    (after, through): (i64, i64),
) -> impl Iterator<Item = (&'a Note, &'a Mention)> {
    let all = heard.iter().copied().flat_map(move |heard| {
        let latest = heard.latest.iter().map(|mention| &**mention);
        latest.filter_map(move |mention| {
            let second = mention.published_at.timestamp();
            let is_inside = (after + 1..=through).contains(&second);
            let note = is_inside.then(|| heard.notes.of(mention)).flatten()?;
            Some((note, mention))
        })
    });
    all.collect::<Vec<_>>().into_iter()
}

fn quote(note: &Note, mention: &Mention, alike: u64) -> Quote {
    Quote {
        platform: note.platform,
        published_at: mention.published_at,
        text: anonymous(&mention.text),
        alike,
    }
}
