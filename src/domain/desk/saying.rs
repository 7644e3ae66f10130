//! What was read in mentions, after they came in, reaches what counts it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::{Desk, Happening, Observed};
use crate::domain::condition::Test;
use crate::domain::enrich::{Enricher, Reading, Rumour, Tone};
use crate::domain::said::{Flag, Said};
use crate::domain::time::Timestamp;
use crate::domain::volume::LATENESS;

/// What one mention says.
#[derive(Debug, Clone)]
pub struct Told {
    /// `Mention::key`.
    pub key: i64,
    /// `Mention::author_hash`: finds what was noted before a restart.
    pub author: Option<u64>,
    /// When it was published.
    pub second: i64,
    /// Places in `Organisation::watches` that it counts for.
    pub watches: Vec<u16>,
    pub said: Said,
    /// How it tells a rumour, if it does.
    pub rumour: Option<Rumour>,
}

impl Told {
    /// What was read in a mention.
    pub fn new(seen: &Observed, reading: &Reading) -> Self {
        let said = said(reading);
        let is_rumour = said.has(Flag::Rumour);
        Self {
            key: seen.mention.key(),
            author: seen.mention.author_hash(),
            second: seen.mention.published_at.timestamp(),
            watches: seen.matched.counted().to_vec(),
            said,
            rumour: is_rumour.then(|| Rumour::of(&seen.mention.text)),
        }
    }
}

/// A reading, as it is counted. What is in a language that is not read says nothing,
/// and is left out of every share.
pub fn said(reading: &Reading) -> Said {
    use crate::domain::enrich::{Lang, Need};
    if matches!(reading.language, Some(Lang::Other)) {
        return Said::default();
    }
    let said = Said::default().and(Flag::Read);
    let said = match reading.tone {
        Tone::Negative => said.and(Flag::Negative),
        Tone::Positive => said.and(Flag::Positive),
        Tone::Unclear => said.and(Flag::Unclear),
        Tone::Neutral => said,
    };
    said.and_if(reading.needs.has(Need::Information), Flag::Information)
        .and_if(reading.needs.has(Need::Harm), Flag::Harm)
        .and_if(reading.needs.has(Need::Meaning), Flag::Meaning)
        .and_if(reading.rumour, Flag::Rumour)
}

/// Which rumour a mention tells in a watch, to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Place in `Organisation::watches`.
    pub watch: u16,
    pub rumour: Option<NonZeroU32>,
}

impl Desk {
    /// For where nothing else waits for it: every mention is read as soon as it is
    /// observed, where a condition is about what it says.
    #[must_use]
    pub fn reading_at_once(mut self) -> Self {
        let asks = self.shelf.iter().any(|pinned| {
            let mut conditions = pinned.playbook.conditions();
            conditions.any(|when| when.all_tests().into_iter().any(Test::is_about_said))
        });
        if asks {
            let words = self.organisation.word_lists();
            self.reads_with = Some(Arc::new(Enricher::new(words)));
        }
        self
    }

    /// What was read in mentions that came in before: conditions about it are judged
    /// again, from the first of them on. Gives what each is in its watches.
    pub fn say(&mut self, told: &[Told], now: Timestamp) -> (Vec<Vec<Heard>>, Vec<Happening>) {
        let oldest = now.timestamp() - LATENESS;
        // By watch: the first second that is another now.
        let mut since: BTreeMap<usize, i64> = BTreeMap::new();
        let mut all_heard = Vec::with_capacity(told.len());
        for one in told {
            let heard = one.watches.iter().map(|watch| {
                let place = usize::from(*watch);
                let found = self.heard.get_mut(place);
                let rumour = found.and_then(|heard| {
                    let (is_counted, rumour) = heard.say(one);
                    if is_counted && one.second > oldest {
                        let first = since.entry(place).or_insert(one.second);
                        *first = one.second.min(*first);
                    }
                    rumour
                });
                Heard {
                    watch: *watch,
                    rumour,
                }
            });
            all_heard.push(heard.collect());
        }
        let mut happenings = Vec::new();
        for (watch, from) in since {
            happenings.extend(self.with_triggers(Some(watch), now, |progress, judge| {
                progress.hear_said(judge, from)
            }));
        }
        (all_heard, happenings)
    }

    /// Reads what was just observed, where that is done at once.
    pub(super) fn read_at_once(&mut self, batch: &[Observed], now: Timestamp) -> Vec<Happening> {
        let Some(enricher) = self.reads_with.clone() else {
            return Vec::new();
        };
        let told: Vec<Told> = batch
            .iter()
            .map(|seen| {
                let mention = &seen.mention;
                Told::new(seen, &enricher.read(&mention.text, mention.lang.as_deref()))
            })
            .collect();
        self.say(&told, now).1
    }
}
