//! When we could not hear all that was said, because a source was blind or
//! nobody listened: silence is not what it seems then.

/// Periods that ended so long ago say nothing any more, in seconds: a late
/// mention may come a day later, and the longest window is a day.
const REMEMBERED: i64 = 3 * 86_400;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Deafness {
    since: Option<i64>,
    /// (from, to) in seconds: from the first up to the second.
    past: Vec<(i64, i64)>,
}

impl Deafness {
    /// From `now` on; false when we were deaf already.
    pub fn begin(&mut self, now: i64) -> bool {
        let begins = self.since.is_none();
        self.since.get_or_insert(now);
        begins
    }

    /// We hear all again from `now` on; since when we did not.
    pub fn end(&mut self, now: i64) -> Option<i64> {
        let since = self.since.take()?;
        self.add(since, now);
        Some(since)
    }

    /// We were deaf from `from` to `to`; false when that was known.
    pub fn add(&mut self, from: i64, to: i64) -> bool {
        let mut past = self.past.iter();
        if from >= to || past.any(|(one, other)| *one <= from && to <= *other) {
            return false;
        }
        self.past.retain(|(_, end)| *end > to - REMEMBERED);
        self.past.push((from, to));
        true
    }

    /// The periods that are over: (from, to) in seconds.
    pub fn past(&self) -> &[(i64, i64)] {
        &self.past
    }

    /// Whether we are, or were, in a part of the time from `from` up to `to`.
    pub fn overlaps(&self, from: i64, to: i64) -> bool {
        let mut past = self.past.iter();
        self.since.is_some_and(|since| since < to)
            || past.any(|(deaf_from, deaf_to)| *deaf_from < to && from < *deaf_to)
    }

    /// Whether we are, or were, at a second.
    pub fn is(&self, second: i64) -> bool {
        let mut past = self.past.iter();
        self.since.is_some_and(|since| since <= second)
            || past.any(|(from, to)| (*from..*to).contains(&second))
    }

    /// When that next changes, after a second.
    pub fn next_change(&self, after: i64) -> Option<i64> {
        let past = self.past.iter().flat_map(|(from, to)| [*from, *to]);
        let edges = past.chain(self.since);
        edges.filter(|edge| *edge > after).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_when_it_was_deaf() {
        let mut deaf = Deafness::default();
        assert!(deaf.begin(10) && !deaf.begin(12));
        assert!(deaf.is(10) && deaf.is(1_000) && !deaf.is(9));
        assert_eq!(deaf.end(20), Some(10));
        assert_eq!(deaf.end(21), None);
        assert!(deaf.is(19) && !deaf.is(20));
        assert!(deaf.overlaps(0, 11) && deaf.overlaps(19, 30));
        assert!(!deaf.overlaps(0, 10) && !deaf.overlaps(20, 30));
        assert!(!deaf.add(11, 19) && deaf.past().len() == 1);
        assert_eq!(deaf.next_change(5), Some(10));
        assert_eq!(deaf.next_change(10), Some(20));
        assert_eq!(deaf.next_change(20), None);
        deaf.add(REMEMBERED + 30, REMEMBERED + 31);
        assert!(!deaf.is(15), "long ago");
    }
}
