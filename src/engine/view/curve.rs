//! Shows how many mentions of a run's watch there were, from before its start
//! until now.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Seen;
use crate::domain::report::volume::Cut;
use crate::domain::time::Timestamp;
use crate::engine::NotDone;
use crate::engine::request::stored;
use crate::store::Store;

/// What came before a run is seen beside it.
pub(in crate::engine) const BEFORE: TimeDelta = TimeDelta::hours(6);

/// Counts by stretch; a stretch without mentions is 0.
pub(super) fn curve(seen: &Seen, store: &Store) -> Result<Value, NotDone> {
    let started_at = seen.run.started_at.unwrap_or(seen.now);
    let until = seen.run.closed_at.unwrap_or(seen.now).timestamp();
    let from = (started_at - BEFORE).timestamp();
    let cut = Cut::of(from, until);
    let Cut { step, first, last } = cut;
    let also = seen.run.ending.also_watches.iter();
    let also = also.filter(|watch| **watch != seen.run.watch);
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    // A mention that two watches found counts for both.
    for watch in std::iter::once(&seen.run.watch).chain(also) {
        let counted = (watch.clone(), step, cut.span());
        let found = seen.counter.counts_of(counted, || {
            let found = store.counts_by_step(watch, step, cut.span());
            found.map_err(stored)
        });
        for (place, count) in found?.iter() {
            *counts.entry(*place).or_default() += *count;
        }
    }
    let at = |place: i64| seen.time(Timestamp::from_timestamp(place * step, 0));
    let points = (first..=last).map(|place| {
        json!({
            "from": at(place),
            "until": at(place + 1),
            "count": counts.get(&place).copied().unwrap_or_default(),
            "running": (place + 1) * step > seen.now.timestamp(),
        })
    });
    Ok(json!({ "step_seconds": step, "points": points.collect::<Vec<_>>() }))
}
