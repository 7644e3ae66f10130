//! The environment analysis: what people need from us at a moment, out of what they
//! say. Mentions sorted by need, rumours, quotes without names, what is advised, and
//! what is different from the time before (`domain.md` 1.3).

pub mod advice;

pub mod anonymous;

pub mod blocks;

mod quotes;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::heard::Heard;
use super::mention::Platform;
use super::run::{Event, Run};
use super::said::Flag;
use super::time::Timestamp;
use super::voices::Note;
use advice::{Advice, advise};
use quotes::{claim, quotes};

/// Rumours that are told of, those of the most people first.
const MOST_RUMOURS: usize = 5;

/// What people said in a window, by what they need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Analysis {
    /// Mentions published after this, until the analysis was made.
    pub from: Timestamp,
    /// All that count.
    pub mentions: u64,
    /// Those that could be read: shares are of these.
    pub read: u64,
    pub negative: u64,
    pub positive: u64,
    /// Mixed, or possibly meant otherwise.
    pub unclear: u64,
    /// Information, harm, meaning: always these three. One mention may be in several.
    pub columns: Vec<Column>,
    pub rumours: Vec<Told>,
    /// Our own words that came back, in none of the numbers.
    pub echo: u64,
    /// Sources that delivered nothing.
    pub blind: Vec<String>,
}

/// One kind of need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// `information`, `harm` or `meaning`.
    pub need: String,
    pub mentions: u64,
    /// The share in the analysis before, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    pub quotes: Vec<Quote>,
    pub advice: Vec<Advice>,
}

/// What somebody said, without who said it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quote {
    pub platform: Platform,
    pub published_at: Timestamp,
    pub text: String,
    /// How many say nearly the same, this one included.
    pub alike: u64,
}

/// A rumour that goes round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// As people type it; the same for as long as it goes round.
    pub number: u32,
    pub mentions: u64,
    /// Different people who pass it on.
    pub authors: u64,
    /// How it is told; empty when nobody remembers the words.
    pub quotes: Vec<Quote>,
    /// What a person made of it so far.
    pub status: Status,
}

/// What is known of a rumour; always a person's word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Unverified,
    True,
    False,
    /// Partly so, or told in a way that misleads.
    Misleading,
}

impl Status {
    /// All of them, as people type them.
    pub const ALL: [Self; 4] = [Self::Unverified, Self::True, Self::False, Self::Misleading];

    /// The name in commands and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::True => "true",
            Self::False => "false",
            Self::Misleading => "misleading",
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What a person made of a rumour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    pub status: Status,
    pub by: String,
    pub at: Timestamp,
    /// By which sources it was verified.
    pub because: String,
}

/// An analysis with its place in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub seq: u64,
    pub at: Timestamp,
    pub analysis: Analysis,
}

/// What a run knows of its environment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Environment {
    pub n_made: u32,
    /// The latest analysis, and the one before it.
    pub latest: Option<Made>,
    pub previous: Option<Made>,
    /// By the number of the rumour.
    pub rumours: BTreeMap<u32, Judged>,
}

impl Run {
    /// The part of `apply` that concerns the environment.
    pub(in crate::domain) fn apply_to_environment(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::SituationMade { analysis, .. } => {
                let environment = &mut self.environment;
                environment.n_made += 1;
                environment.previous = environment.latest.replace(Made {
                    seq: self.seq,
                    at,
                    analysis: (**analysis).clone(),
                });
            }
            Event::RumourJudged {
                rumour,
                status,
                reason,
                by,
            } => {
                let judged = Judged {
                    status: *status,
                    by: by.clone(),
                    at,
                    because: reason.clone(),
                };
                self.environment.rumours.insert(*rumour, judged);
            }
            _ => {}
        }
    }
}

/// What the analysis is made beside: what came before, and what we did.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub environment: &'a Environment,
    /// Whether anything was published to the outside in this run.
    pub has_published: bool,
    pub blind: &'a [String],
}

/// What was said in watches in (from, at].
pub fn analyse(heard: &[&Heard], from: Timestamp, at: Timestamp, beside: Beside) -> Analysis {
    let (after, through) = (from.timestamp(), at.timestamp());
    let notes: Vec<&Note> = heard
        .iter()
        .flat_map(|heard| heard.notes.within(after, through))
        .collect();
    let read: Vec<&Note> = notes
        .iter()
        .copied()
        .filter(|note| note.said.is_known() && note.words.is_credible())
        .collect();
    let count = |flag| read.iter().filter(|note| note.said.has(flag)).count() as u64;
    let columns = Flag::NEEDS.map(|need| Column {
        need: need.name().to_owned(),
        mentions: count(need),
        before: previous_share(beside.environment, need),
        quotes: quotes(heard, (after, through), need),
        advice: Vec::new(),
    });
    let mut analysis = Analysis {
        from,
        mentions: notes.len() as u64,
        read: read.len() as u64,
        negative: count(Flag::Negative),
        positive: count(Flag::Positive),
        unclear: count(Flag::Unclear),
        columns: columns.into(),
        rumours: rumours(heard, &read, (after, through), beside.environment),
        echo: heard
            .iter()
            .map(|heard| heard.n_echoes(after, through))
            .sum(),
        blind: beside.blind.to_vec(),
    };
    let advised: Vec<Vec<Advice>> = analysis
        .columns
        .iter()
        .map(|column| advise(column, &analysis, beside.has_published))
        .collect();
    for (column, advice) in analysis.columns.iter_mut().zip(advised) {
        column.advice = advice;
    }
    analysis
}

fn previous_share(environment: &Environment, need: Flag) -> Option<f64> {
    let before = &environment.latest.as_ref()?.analysis;
    let mut columns = before.columns.iter();
    let column = columns.find(|column| column.need == need.name())?;
    before.share(column)
}

impl Analysis {
    /// Of the mentions that could be read, 0 to 1; `None` when there were none.
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    pub fn share(&self, column: &Column) -> Option<f64> {
        (self.read > 0).then(|| column.mentions as f64 / self.read as f64)
    }

    /// Every quote in it.
    pub fn quotes_mut(&mut self) -> impl Iterator<Item = &mut Vec<Quote>> {
        let columns = self.columns.iter_mut().map(|column| &mut column.quotes);
        let rumours = self.rumours.iter_mut().map(|rumour| &mut rumour.quotes);
        columns.chain(rumours)
    }
}

fn rumours(
    heard: &[&Heard],
    read: &[&Note],
    window: (i64, i64),
    environment: &Environment,
) -> Vec<Told> {
    let mut told: BTreeMap<u32, (u64, BTreeSet<u64>)> = BTreeMap::new();
    for note in read {
        if let Some(rumour) = note.rumour {
            let (mentions, authors) = told.entry(rumour.get()).or_default();
            *mentions += 1;
            authors.extend(note.author);
        }
    }
    let mut told: Vec<Told> = told
        .into_iter()
        .map(|(number, (mentions, authors))| Told {
            number,
            mentions,
            authors: authors.len() as u64,
            quotes: claim(heard, window, number).into_iter().collect(),
            status: environment
                .rumours
                .get(&number)
                .map_or(Status::Unverified, |judged| judged.status),
        })
        .collect();
    told.sort_by_key(|one| std::cmp::Reverse((one.authors, one.mentions)));
    told.truncate(MOST_RUMOURS);
    told
}

#[cfg(test)]
mod tests;
