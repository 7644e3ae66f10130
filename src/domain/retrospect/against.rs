//! Two versions of a playbook over the same past: which alarms are the same, and
//! which only one of them raised.

use super::Storm;

/// Alarms of the one and of the other, by their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The same storm for both: their first alarms in it.
    pub both: Vec<(usize, usize)>,
    pub only_one: Vec<usize>,
    pub only_other: Vec<usize>,
}

/// Storms are the same when they have a second in common, or lie no more than
/// `apart` seconds from each other.
pub fn compare(one: &[Storm], other: &[Storm], apart: i64) -> Difference {
    let meets = |left: &Storm, right: &Storm| {
        left.from <= right.until.saturating_add(apart)
            && right.from <= left.until.saturating_add(apart)
    };
    let mut difference = Difference::default();
    for (place, storm) in one.iter().enumerate() {
        match other.iter().position(|theirs| meets(storm, theirs)) {
            Some(theirs) => difference.both.push((place, theirs)),
            None => difference.only_one.push(place),
        }
    }
    let only = other.iter().enumerate();
    let only = only.filter(|(_, storm)| !one.iter().any(|ours| meets(ours, storm)));
    difference.only_other = only.map(|(place, _)| place).collect();
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storm(from: i64, until: i64) -> Storm {
        Storm {
            firings: Vec::new(),
            from,
            until,
        }
    }

    #[test]
    fn storms_that_meet_are_the_same() {
        let one = [storm(0, 10), storm(50, 60), storm(100, 110)];
        let other = [storm(12, 20), storm(105, 107), storm(200, 210)];
        let difference = compare(&one, &other, 5);
        assert_eq!(difference.both, [(0, 0), (2, 1)]);
        assert_eq!(difference.only_one, [1]);
        assert_eq!(difference.only_other, [2]);
    }
}
