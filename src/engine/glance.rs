//! A look at what is stored, beside a daemon or without one: a desk that heard
//! what the daemon's heard, and decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::remembering;
use super::sources::thought_blind;
use crate::domain::blind::{Blindness, blindness_of};
use crate::domain::desk::{Desk, Pinned};
use crate::domain::lookout::{Lookout, NO_RUN};
use crate::domain::organisation::Organisation;
use crate::domain::time::Timestamp;
use crate::store::{Sayings, Store, StoreError};

/// A desk as it is at `now`, which heard of these watches, by place. Without a
/// store it heard nothing.
pub fn desk(
    store: Option<&Store>,
    organisation: Arc<Organisation>,
    shelf: Vec<Arc<Pinned>>,
    watches: &BTreeSet<usize>,
    now: Timestamp,
) -> Result<Desk, StoreError> {
    let mut desk = Desk::new(Arc::clone(&organisation), shelf);
    if let Some(store) = store {
        desk.adopt_outside(&store.log(NO_RUN)?);
        let (asked_since, sayings) = (remembering::asked_since(now), Sayings::default());
        for number in watches {
            let Some(watch) = organisation.watches.get(*number) else {
                continue;
            };
            let since = remembering::since(&desk, *number, now);
            let marks = |words: &str| desk.marks().read(words);
            let past = store.past(&watch.key, since, asked_since, &sayings, marks)?;
            desk.remember(*number, past);
        }
    }
    desk.look_at(now);
    Ok(desk)
}

/// How blind a watch is by what the daemon last stored, and why its sources are.
pub fn blindness(
    store: &Store,
    organisation: &Organisation,
    watch: &str,
) -> Result<(Blindness, BTreeMap<String, String>), StoreError> {
    let blind = thought_blind(store)?;
    if blind.is_empty() {
        return Ok((Blindness::Sees, BTreeMap::new()));
    }
    let brought = store.brought()?.into_iter();
    let brought = brought
        .filter(|(one, _)| one == watch)
        .map(|(_, source)| source)
        .collect();
    let sources = organisation.sources.iter();
    let all = sources.map(|source| source.key.clone()).collect();
    let reasons = Lookout::replay(&store.log(NO_RUN)?).blind();
    Ok((blindness_of(&brought, &all, &blind), reasons))
}
