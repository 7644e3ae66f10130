//! One storm, one run: which playbook starts when several would, and when the
//! tail of an old storm starts nothing.

use std::cmp::Reverse;

use super::run::RunId;
use super::time::Timestamp;

/// A playbook that a trigger wants to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Rank of the trigger's level.
    pub rank: usize,
    pub priority: i64,
}

/// A watch on which a run was closed not long ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooling {
    /// Number of that run.
    pub run: RunId,
    pub watch: String,
    /// Rank of the highest level of the closed run.
    pub rank: usize,
    pub until: Timestamp,
}

/// The candidate that starts: highest level, then highest priority, then the
/// first one written. `None` without candidates.
pub fn winner(candidates: &[Candidate]) -> Option<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|index| {
        (
            Reverse(candidates[*index].rank),
            Reverse(candidates[*index].priority),
        )
    });
    order.first().copied()
}

/// Until when the cool-down keeps a trigger of this rank from starting a run;
/// `None` when it may. A bigger storm than the one that was closed always may.
pub fn held_back(
    cooling: &[Cooling],
    watch: &str,
    rank: usize,
    now: Timestamp,
) -> Option<Timestamp> {
    cooling
        .iter()
        .filter(|one| one.watch == watch && now < one.until && rank <= one.rank)
        .map(|one| one.until)
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_level_then_the_highest_priority_starts() {
        let candidates = [(0, 9), (1, 0), (1, 1), (1, 1)];
        let candidates = candidates.map(|(rank, priority)| Candidate { rank, priority });
        assert_eq!(winner(&candidates), Some(2));
        assert_eq!(winner(&[]), None);
    }

    #[test]
    fn a_bigger_storm_breaks_the_cool_down() {
        let now = Timestamp::UNIX_EPOCH;
        let until = now + chrono::TimeDelta::hours(1);
        let cooling = [Cooling {
            run: 1,
            watch: "w".into(),
            rank: 1,
            until,
        }];
        assert_eq!(held_back(&cooling, "w", 1, now), Some(until));
        assert_eq!(held_back(&cooling, "w", 2, now), None);
        assert_eq!(held_back(&cooling, "other", 1, now), None);
        assert_eq!(held_back(&cooling, "w", 1, until), None);
    }
}
