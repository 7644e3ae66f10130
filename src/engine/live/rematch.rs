//! Work that was matched against other watches than those in force.

use std::sync::Arc;

use crate::domain::desk::Observed;
use crate::domain::query::watches::Watches;
use crate::engine::work::Work;
use crate::store::Tally;

/// The work for the watches of now. What was matched against others, because other
/// files came into force in between, is matched again: its numbers mean other watches.
pub(super) fn matched_by(watches: &Arc<Watches>, work: Work) -> Work {
    match work {
        Work::Enriched {
            mut enriched,
            read_to,
            watches: theirs,
        } if !Arc::ptr_eq(watches, &theirs) => {
            for one in &mut enriched {
                one.match_anew(watches);
            }
            Work::Enriched {
                enriched,
                read_to,
                watches: Arc::clone(watches),
            }
        }
        Work::Mentions {
            source,
            observed,
            tally,
            position,
            watches: theirs,
        } if !Arc::ptr_eq(watches, &theirs) => {
            let n_before = observed.len();
            let observed: Vec<Observed> = observed
                .iter()
                .filter_map(|one| one.matched_anew(watches))
                .collect();
            let n_gone = (n_before - observed.len()) as u64;
            Work::Mentions {
                source,
                observed,
                tally: Tally {
                    matched: tally.matched.saturating_sub(n_gone),
                    ..tally
                },
                position,
                watches: Arc::clone(watches),
            }
        }
        work => work,
    }
}
