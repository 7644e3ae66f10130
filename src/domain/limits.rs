//! How often something may be tried: a bucket of tries for each who tries, that fills
//! up again with time. Buckets that are full again are forgotten.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::time::Timestamp;

/// Who is counted at once; whoever comes on top of that waits their turn as one.
const MOST_KEYS: usize = 10_000;

/// So many tries at once, and one more each so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub at_once: u32,
    pub each: TimeDelta,
}

/// Tries of everybody under one limit.
#[derive(Debug, Clone)]
pub struct Limits<K> {
    limit: Limit,
    /// When the bucket of each is full again; what is not here is full.
    full_at: BTreeMap<K, Timestamp>,
    /// That of all who find no place.
    crowd_full_at: Option<Timestamp>,
}

impl<K: Ord + Clone> Limits<K> {
    pub fn new(limit: Limit) -> Self {
        Self {
            limit,
            full_at: BTreeMap::new(),
            crowd_full_at: None,
        }
    }

    /// Whether a try is left, without taking it. `Err`: how long until there is.
    pub fn look(&self, who: &K, now: Timestamp) -> Result<(), TimeDelta> {
        let is_crowd = self.full_at.len() >= MOST_KEYS && !self.full_at.contains_key(who);
        self.next(who, is_crowd, now).map(|_| ())
    }

    /// How full the bucket is after one more try, as the time until it is full.
    fn next(&self, who: &K, is_crowd: bool, now: Timestamp) -> Result<TimeDelta, TimeDelta> {
        let full_at = match is_crowd {
            true => self.crowd_full_at,
            false => self.full_at.get(who).copied(),
        };
        let lacks = full_at.map_or(TimeDelta::zero(), |at| (at - now).max(TimeDelta::zero()));
        let room = self.limit.each * i32::try_from(self.limit.at_once).unwrap_or(i32::MAX);
        let next = lacks + self.limit.each;
        if next > room {
            return Err(next - room);
        }
        Ok(next)
    }

    /// One try. `Err`: there is none left, and how long until there is.
    pub fn take(&mut self, who: &K, now: Timestamp) -> Result<(), TimeDelta> {
        if self.full_at.len() >= MOST_KEYS {
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let is_crowd = self.full_at.len() >= MOST_KEYS && !self.full_at.contains_key(who);
        let full_at = now + self.next(who, is_crowd, now)?;
        if is_crowd {
            self.crowd_full_at = Some(full_at);
        } else {
            self.full_at.insert(who.clone(), full_at);
        }
        Ok(())
    }

    /// Whoever got in tries no more: their bucket is full.
    pub fn forget(&mut self, who: &K) {
        self.full_at.remove(who);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + second, 0).unwrap()
    }

    const THREE_A_MINUTE_EACH: Limit = Limit {
        at_once: 3,
        each: TimeDelta::seconds(60),
    };

    #[test]
    fn so_many_at_once_and_then_one_at_a_time() {
        let mut limits = Limits::new(THREE_A_MINUTE_EACH);
        let tries: Vec<bool> = (0..4).map(|_| limits.take(&"a", at(0)).is_ok()).collect();
        assert_eq!(tries, [true, true, true, false]);
        assert_eq!(limits.take(&"a", at(20)), Err(TimeDelta::seconds(40)));
        assert_eq!(limits.look(&"a", at(20)), Err(TimeDelta::seconds(40)));
        assert_eq!(limits.look(&"b", at(20)), Ok(()));
        assert_eq!(limits.take(&"b", at(20)), Ok(()));
        assert_eq!(limits.take(&"a", at(60)), Ok(()));
        assert!(limits.take(&"a", at(60)).is_err());
        limits.forget(&"a");
        assert_eq!(limits.take(&"a", at(60)), Ok(()));
    }

    #[test]
    fn a_crowd_that_is_too_large_to_count_is_one() {
        let mut limits = Limits::new(THREE_A_MINUTE_EACH);
        for who in 0..MOST_KEYS {
            assert_eq!(limits.take(&who, at(0)), Ok(()));
        }
        let crowd = (MOST_KEYS..MOST_KEYS + 100).filter(|who| limits.take(who, at(1)).is_ok());
        assert_eq!(crowd.count(), 3);
        assert_eq!(limits.take(&0, at(1)), Ok(()));
        assert_eq!(limits.take(&usize::MAX, at(200)), Ok(()));
    }

    proptest! {
        /// However tries are spread: no more than the bucket and what came in since.
        #[test]
        fn never_more_than_the_bucket_gives(gaps in prop::collection::vec(0_i64..200, 1..60)) {
            let mut limits = Limits::new(THREE_A_MINUTE_EACH);
            let (mut now, mut n_taken) = (0, 0);
            for gap in gaps {
                now += gap;
                n_taken += i64::from(limits.take(&(), at(now)).is_ok());
                prop_assert!(n_taken <= 3 + now / 60);
            }
            prop_assert!(n_taken >= 1);
        }
    }
}
