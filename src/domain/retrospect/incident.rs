//! What is known to have happened, held against the alarms: found how early or
//! late, missed, and what was raised for nothing.

use super::{Firing, Storm};
use crate::domain::time::Timestamp;

/// Something that is known to have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    pub from: Timestamp,
    pub until: Timestamp,
    pub title: String,
}

impl Incident {
    /// Whether an alarm at a second is about it: so much before it at most.
    fn covers(&self, at: i64, early: i64) -> bool {
        self.from.timestamp() - early <= at && at <= self.until.timestamp()
    }
}

/// What became of one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first firing that is about it: seconds after it began, less than zero
    /// before, and to which level. `None`: missed.
    pub first: Option<(i64, String)>,
    /// Missed, but an alarm of before was still on: when that began.
    pub under: Option<i64>,
}

/// All incidents and all alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// One an incident, in order.
    pub found: Vec<Found>,
    /// One an alarm: the incident it is about.
    pub about: Vec<Option<usize>>,
}

impl Verdict {
    pub fn n_found(&self) -> usize {
        let found = self.found.iter();
        found.filter(|one| one.first.is_some()).count()
    }

    /// Alarms about nothing that is known.
    pub fn n_false(&self) -> usize {
        self.about.iter().filter(|one| one.is_none()).count()
    }

    /// The delay in the middle, of those that were found; seconds.
    pub fn middle_delay(&self) -> Option<i64> {
        let found = self.found.iter();
        let mut delays: Vec<i64> = found
            .filter_map(|one| one.first.as_ref().map(|(delay, _)| *delay))
            .collect();
        delays.sort_unstable();
        delays.get(delays.len().checked_sub(1)? / 2).copied()
    }
}

/// Holds alarms against incidents; an alarm up to `early` seconds before one
/// counts for it.
pub fn judge(storms: &[Storm], incidents: &[Incident], early: i64) -> Verdict {
    let found = incidents.iter().map(|incident| {
        let firings = storms.iter().flat_map(wakes);
        let covered = |one: &&Firing| incident.covers(one.at, early);
        let first = firings.filter(covered).min_by_key(|one| one.at);
        let begins = incident.from.timestamp();
        let on = |storm: &&Storm| storm.from <= begins && begins < storm.until;
        let under = storms.iter().find(on).map(|storm| storm.from);
        Found {
            under: under.filter(|_| first.is_none()),
            first: first.map(|one| (one.at - begins, one.level.clone())),
        }
    });
    let about = storms.iter().map(|storm| {
        incidents.iter().position(|incident| {
            let mut firings = wakes(storm);
            firings.any(|one| incident.covers(one.at, early))
        })
    });
    Verdict {
        found: found.collect(),
        about: about.collect(),
    }
}

/// The firings of a storm that wake somebody: the first, and each that is higher than
/// those before it. The rest is told to the run that is open.
fn wakes(storm: &Storm) -> impl Iterator<Item = &Firing> {
    let mut highest = None;
    storm.firings.iter().filter(move |one| {
        let is_higher = highest < Some(one.rank);
        highest = highest.max(Some(one.rank));
        is_higher
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::retrospect::storms;

    fn incident(from: i64, until: i64) -> Incident {
        Incident {
            from: Timestamp::from_timestamp(from, 0).unwrap(),
            until: Timestamp::from_timestamp(until, 0).unwrap(),
            title: String::new(),
        }
    }

    fn storms_at(edges: &[(i64, i64)]) -> Vec<Storm> {
        let firing = |(at, until): &(i64, i64)| Firing {
            at: *at,
            until: *until,
            trigger: "t".to_owned(),
            level: "l".to_owned(),
            rank: 0,
            because: String::new(),
        };
        storms(edges.iter().map(firing).collect(), 0)
    }

    #[test]
    fn what_goes_on_finds_nothing_unless_it_rises() {
        let firing = |at: i64, rank: usize| Firing {
            at,
            until: at + 1,
            trigger: "t".to_owned(),
            level: "l".to_owned(),
            rank,
            because: String::new(),
        };
        // One alarm that never ends, for each is within the cool-down of the last.
        let firings = vec![
            firing(10, 0),
            firing(500, 0),
            firing(980, 0),
            firing(1_450, 1),
        ];
        let storms = storms(firings, 1_000);
        assert_eq!(storms.len(), 1);
        let incidents = [
            incident(490, 520),
            incident(1_000, 1_100),
            incident(1_440, 1_460),
        ];
        let verdict = judge(&storms, &incidents, 50);
        let delays: Vec<Option<i64>> = (verdict.found.iter())
            .map(|one| one.first.as_ref().map(|(delay, _)| *delay))
            .collect();
        assert_eq!(delays, [None, None, Some(10)]);
        assert_eq!(verdict.found[0].under, Some(10));
        assert_eq!(verdict.found[1].under, Some(10));
    }

    #[test]
    fn an_alarm_before_within_and_outside() {
        let storms = storms_at(&[(90, 95), (300, 310), (900, 1_300)]);
        let incidents = [
            incident(100, 200),
            incident(290, 400),
            incident(500, 600),
            incident(1_200, 1_250),
        ];
        let verdict = judge(&storms, &incidents, 20);
        let delays: Vec<Option<i64>> = verdict
            .found
            .iter()
            .map(|one| one.first.as_ref().map(|(delay, _)| *delay))
            .collect();
        assert_eq!(delays, [Some(-10), Some(10), None, None]);
        assert_eq!(verdict.found[3].under, Some(900));
        assert_eq!(verdict.about, [Some(0), Some(1), None]);
        assert_eq!((verdict.n_found(), verdict.n_false()), (2, 1));
        assert_eq!(verdict.middle_delay(), Some(-10));
        assert_eq!(judge(&storms, &incidents, 0).found[0].first, None);
    }
}
