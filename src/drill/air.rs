//! What the sources of a drill bring to the desk: which source a mention comes
//! by, and what waits while it is blind.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::domain::desk::Observed;
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::query::watches::Watches;

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
            blind: BTreeSet::new(),
            waiting: Vec::new(),
            n_matched: 0,
            n_mentions: 0,
        }
    }

    /// What was said before the story.
    pub(super) fn before(&mut self, mention: Mention) -> Option<Observed> {
        self.observed(mention)
    }

    /// These came before, as another air has it.
    pub(super) fn knows(&mut self, known: &HashSet<i64>) {
        self.known.extend(known);
    }

    /// The mentions that came.
    pub(super) fn into_known(self) -> HashSet<i64> {
        self.known
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
        late
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
