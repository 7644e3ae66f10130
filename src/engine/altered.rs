//! Other words under a known id: a headline that was changed, or somebody who sat on
//! the id first. It is the same mention, so that it never counts twice in a watch; it
//! counts where it did not yet, and conditions about severe words see the new ones.

use crate::domain::desk::{Desk, Happening, Observed};
use crate::domain::time::Timestamp;
use crate::store::{Batch, MentionNumber, StoreError};

/// Counts what was kept under `number` where no other words under its id count.
/// Says whether it counts anywhere now, and what follows.
pub(super) fn perform(
    batch: &Batch,
    desk: &mut Desk,
    (seen, number): (&Observed, MentionNumber),
    source: &str,
    now: Timestamp,
) -> Result<(bool, Vec<Happening>), StoreError> {
    let organisation = desk.organisation().clone();
    let mut new_in = Vec::new();
    let mut counted = Vec::new();
    for place in seen.matched.counted() {
        let Some(watch) = organisation.watches.get(usize::from(*place)) else {
            continue;
        };
        match batch.counted_as(&watch.key, &seen.mention)? {
            Some(one) => counted.push((*place, &watch.key, one)),
            None => new_in.push(*place),
        }
    }
    let at: Vec<(u16, i64)> = (counted.iter())
        .map(|(place, _, one)| (*place, one.second))
        .collect();
    let (marks, mut happenings) = desk.alter(seen, &at, now);
    for (_, watch, one) in &counted {
        batch.mark(watch, one, &marks)?;
    }
    if new_in.is_empty() {
        return Ok((false, happenings));
    }
    happenings.extend(desk.observe(&[seen.only_in(new_in)], now));
    for noted in desk.take_noted() {
        let watch = &organisation.watches[usize::from(noted.watch)].key;
        batch.count(watch, number, source, &noted)?;
    }
    Ok((true, happenings))
}
