//! What the sources of a drill bring to the desk: which source a mention comes
//! by, what waits while it is blind, and what is remembered after a restart.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use chrono::TimeDelta;

use crate::domain::desk::{Desk, Observed, Past};
use crate::domain::evidence::{MOST_LATEST, REMEMBERED, Seen};
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::query::watches::Watches;
use crate::domain::time::Timestamp;

/// As far back as a restart reads: like the daemon.
pub(super) const REMEMBERED_HOURS: i64 = 49;

/// A feed shows its latest items only: what was pushed out while nobody looked
/// never comes.
const LATEST_OF_A_FEED: usize = 50;

/// See the module.
#[derive(Debug)]
pub(super) struct Air {
    watches: Arc<Watches>,
    /// The source of each platform.
    sources: BTreeMap<Platform, Arc<str>>,
    feeds: BTreeSet<Arc<str>>,
    known: HashSet<i64>,
    /// The last days, for a restart.
    past: VecDeque<Observed>,
    blind: BTreeSet<Arc<str>>,
    waiting: Vec<Observed>,
    /// Mentions for a watch, and all.
    pub(super) n_matched: u64,
    pub(super) n_mentions: u64,
}

impl Air {
    pub(super) fn new(organisation: &Organisation, watches: Arc<Watches>) -> Self {
        let sources = Platform::ALL.map(|platform| {
            let source = organisation.source_of(platform).unwrap_or("drill");
            (platform, source.into())
        });
        let feeds = organisation.sources.iter().filter_map(|source| {
            let is_feed = matches!(source.kind, SourceKind::Feed { .. });
            is_feed.then(|| source.key.as_str().into())
        });
        Self {
            watches,
            sources: sources.into(),
            feeds: feeds.collect(),
            known: HashSet::new(),
            past: VecDeque::new(),
            blind: BTreeSet::new(),
            waiting: Vec::new(),
            n_matched: 0,
            n_mentions: 0,
        }
    }

    /// What was said before the story, without judging it.
    pub(super) fn remember(&mut self, mention: Mention) {
        if let Some(observed) = self.observed(mention) {
            self.past.push_back(observed);
        }
    }

    /// A mention is published. `None` when no watch wants it, it came before, or
    /// its source is blind.
    pub(super) fn publish(&mut self, mention: Mention, is_down: bool) -> Option<Observed> {
        self.n_mentions += 1;
        let observed = self.observed(mention)?;
        self.n_matched += 1;
        if is_down || self.blind.contains(&observed.source) {
            self.waiting.push(observed);
            return None;
        }
        self.keep(&observed);
        Some(observed)
    }

    pub(super) fn blinds(&mut self, source: &str) {
        self.blind.insert(source.into());
    }

    /// The source sees again.
    pub(super) fn sees(&mut self, source: &str) {
        self.blind.remove(source);
    }

    /// What waited and comes late now.
    pub(super) fn late(&mut self) -> Vec<Observed> {
        let blind = &self.blind;
        let comes = |one: &mut Observed| !blind.contains(&one.source);
        let mut late: Vec<Observed> = self.waiting.extract_if(.., comes).collect();
        for feed in &self.feeds {
            let n_items = late.iter().filter(|one| one.source == *feed).count();
            let mut n_lost = n_items.saturating_sub(LATEST_OF_A_FEED);
            late.retain(|one| {
                let is_lost = n_lost > 0 && one.source == *feed;
                n_lost -= usize::from(is_lost);
                !is_lost
            });
        }
        for one in &late {
            self.keep(one);
        }
        late
    }

    /// Tells a new desk what was seen, as a restart does.
    pub(super) fn recall(&mut self, desk: &mut Desk, now: Timestamp) {
        let oldest = now - TimeDelta::hours(REMEMBERED_HOURS);
        self.past.retain(|one| one.mention.published_at > oldest);
        self.past
            .make_contiguous()
            .sort_by_key(|one| one.mention.published_at);
        let n_watches = desk.organisation().watches.len();
        for watch in 0..n_watches {
            let past = self.past_of(watch, now);
            desk.remember(watch, past);
        }
    }

    fn past_of(&self, watch: usize, now: Timestamp) -> Past {
        let mut past = Past::default();
        let hour_ago = now.timestamp() - REMEMBERED;
        let is_its = |one: &&Observed| {
            one.matched
                .counted()
                .iter()
                .any(|one| usize::from(*one) == watch)
        };
        for one in self.past.iter().filter(is_its) {
            let second = one.mention.published_at.timestamp();
            match past.seconds.last_mut() {
                Some((last, n)) if *last == second => *n += 1,
                _ => past.seconds.push((second, 1)),
            }
            if second > hour_ago {
                past.seen.push(Seen {
                    second,
                    author: one.mention.author_hash(),
                    platform: one.mention.platform,
                    source: Arc::clone(&one.source),
                });
            }
            past.latest.push(Arc::clone(&one.mention));
        }
        let n_old = past.latest.len().saturating_sub(MOST_LATEST);
        past.latest.drain(..n_old);
        past
    }

    fn keep(&mut self, observed: &Observed) {
        self.past.push_back(observed.clone());
    }

    fn observed(&mut self, mention: Mention) -> Option<Observed> {
        let source = self.sources.get(&mention.platform);
        let source = source.map_or_else(|| "drill".into(), Arc::clone);
        let observed = Observed::new(mention, &self.watches, &source)?;
        self.known
            .insert(observed.mention.key())
            .then_some(observed)
    }
}
