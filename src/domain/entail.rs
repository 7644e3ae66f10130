//! What follows from a condition: whether one makes another true, or impossible.
//!
//! Sound, not complete: what is said to follow does, and much that follows is not
//! seen. `check` warns on it, and a warning that is wrong is worse than none.

use std::time::Duration;

use super::condition::{Condition, Count, Moment, Share, Test};
use super::organisation::Level;

/// Place of a level on the ladder, 0 the lowest.
fn rank(levels: &[Level], name: &str) -> Option<usize> {
    levels.iter().position(|level| level.name == name)
}

/// Everything that must hold at once, with what stands in an `all` beside the rest.
pub fn conjuncts(condition: &Condition) -> Vec<&Test> {
    let mut found = Vec::new();
    for test in &condition.tests {
        match test {
            Test::All(inner) => found.extend(inner.iter().flat_map(conjuncts)),
            Test::Any(inner) if inner.len() == 1 => {
                found.extend(inner.iter().flat_map(conjuncts));
            }
            other => found.push(other),
        }
    }
    found
}

/// Whether `then` holds whenever all of `given` do.
pub fn follows(given: &[&Test], then: &Condition, levels: &[Level]) -> bool {
    let wanted = conjuncts(then);
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|wanted| given.iter().any(|one| implies(one, wanted, levels)))
}

/// Whether `b` holds whenever `a` does.
pub fn implies(a: &Test, b: &Test, levels: &[Level]) -> bool {
    match (a, b) {
        // Every way in which `a` can hold makes `b` hold.
        (Test::Any(ways), _) if !ways.is_empty() => ways.iter().all(|way| {
            let way = conjuncts(way);
            way.iter().any(|one| implies(one, b, levels))
        }),
        (_, Test::Any(ways)) => ways.iter().any(|way| follows(&[a], way, levels)),
        (Test::None(these), Test::None(those)) => those.iter().all(|that| {
            let that = conjuncts(that);
            these.iter().any(|this| follows(&that, this, levels))
        }),
        (Test::Level(one), Test::Level(other)) => {
            let (one, other) = (rank(levels, one), rank(levels, other));
            one.zip(other).is_some_and(|(one, other)| one >= other)
        }
        (Test::Time(one), Test::Time(other)) => has_come(one, other),
        (Test::Done(one), Test::Done(other)) | (Test::Known(one), Test::Known(other)) => {
            other.iter().all(|name| one.contains(name))
        }
        (Test::Fact(one), Test::Fact(other)) => other.iter().all(|fact| one.contains(fact)),
        // What has a value is known.
        (Test::Fact(one), Test::Known(other)) => other
            .iter()
            .all(|name| one.iter().any(|(known, _)| known == name)),
        (Test::Decided(one), Test::Decided(other)) => other.iter().all(|(task, wide)| {
            let narrow = one.iter().find(|(name, _)| name == task);
            narrow.is_some_and(|(_, narrow)| narrow.iter().all(|option| wide.contains(option)))
        }),
        (
            Test::Unanswered {
                what,
                older_than,
                at_least,
            },
            Test::Unanswered {
                what: wider,
                older_than: younger,
                at_least: fewer,
            },
        ) => (wider.is_none() || wider == what) && older_than >= younger && at_least >= fewer,
        (
            Test::SameAuthor {
                within,
                on_platforms,
            },
            Test::SameAuthor {
                within: longer,
                on_platforms: fewer,
            },
        ) => within <= longer && on_platforms >= fewer,
        (Test::WeAreSilent(one), Test::WeAreSilent(other)) => one >= other,
        _ => match (heads(a), heads(b)) {
            (Some((kind, one)), Some((other_kind, other))) => {
                count_implies((kind, one), (other_kind, other))
            }
            _ => a == b,
        },
    }
}

/// Whether the other moment has come whenever the one has.
fn has_come(one: &Moment, other: &Moment) -> bool {
    // A bare length counts from the start in `time`.
    let (before, after, name) = of_name(one);
    let (other_before, other_after, other_name) = of_name(other);
    name == other_name && before <= other_before && after >= other_after
}

/// How long before and how long after which name: one of the two is zero.
fn of_name(moment: &Moment) -> (Duration, Duration, &str) {
    match moment {
        Moment::Since(length) => (Duration::ZERO, *length, "start"),
        Moment::After(length, name) => (Duration::ZERO, *length, name),
        Moment::Before(length, name) => (*length, Duration::ZERO, name),
    }
}

/// Whether the two can never hold together.
pub fn excludes(a: &Test, b: &Test, levels: &[Level]) -> bool {
    let denies = |denied: &[Condition], other: &Test| {
        denied.iter().any(|one| follows(&[other], one, levels))
    };
    match (a, b) {
        (Test::None(_), Test::None(_)) => false,
        (Test::None(denied), other) | (other, Test::None(denied)) => denies(denied, other),
        (Test::Fact(one), Test::Fact(other)) => one.iter().any(|(name, value)| {
            let same = other.iter().find(|(known, _)| known == name);
            same.is_some_and(|(_, its)| its != value)
        }),
        (Test::Decided(one), Test::Decided(other)) => one.iter().any(|(task, options)| {
            let same = other.iter().find(|(known, _)| known == task);
            same.is_some_and(|(_, its)| !options.iter().any(|option| its.contains(option)))
        }),
        (Test::Effect(one), Test::Effect(other)) => one != other,
        (Test::Negative(one), Test::Negative(other)) => shares_exclude(one, other),
        (Test::Need(kind, one), Test::Need(other_kind, other)) => {
            kind == other_kind && shares_exclude(one, other)
        }
        _ => match (heads(a), heads(b)) {
            (Some(one), Some(other)) => counts_exclude(one, other) || counts_exclude(other, one),
            _ => false,
        },
    }
}

/// How heads are counted, the strictest first: so many voices are at least so
/// many authors, and those so many mentions. Other counts compare with their own
/// kind only.
type Kind = (u8, &'static str);

fn heads(test: &Test) -> Option<(Kind, &Count)> {
    let rank = match test {
        Test::Voices(_) => 0,
        Test::Authors(_) => 1,
        Test::Mentions(_) => 2,
        Test::Platforms(_) | Test::Reach(_) | Test::Engagement(_) | Test::Rumour(_) => u8::MAX,
        _ => return None,
    };
    Some(((rank, test.name()), test.count()?))
}

/// Whether whatever the one counts, the other counts at least as many.
fn is_at_most_as_many(one: Kind, other: Kind) -> bool {
    one.1 == other.1 || (one.0 != u8::MAX && other.0 != u8::MAX && one.0 < other.0)
}

/// Whether everything that `narrow` counts is counted by `wide` as well.
fn is_part_of(narrow: &Count, wide: &Count) -> bool {
    narrow.watch == wide.watch
        && (wide.matching.is_none() || wide.matching == narrow.matching)
        && (wide.by.is_empty() || wide.by == narrow.by)
        && (wide.platforms.is_empty() || wide.platforms == narrow.platforms)
        && narrow.within <= wide.within
}

fn is_same_crowd(one: &Count, other: &Count) -> bool {
    is_part_of(one, other) && is_part_of(other, one)
}

fn count_implies((kind, a): (Kind, &Count), (other_kind, b): (Kind, &Count)) -> bool {
    if kind.1 == other_kind.1 && a == b {
        return true;
    }
    let is_at_least = b.at_least.is_none_or(|wanted| {
        let has = a.at_least.is_some_and(|has| has >= wanted);
        has && is_at_most_as_many(kind, other_kind) && is_part_of(a, b)
    });
    let is_at_most = b.at_most.is_none_or(|wanted| {
        let has = a.at_most.is_some_and(|has| has <= wanted);
        has && is_at_most_as_many(other_kind, kind) && is_part_of(b, a)
    });
    let is_same = kind.1 == other_kind.1 && is_same_crowd(a, b);
    let more = |has: Option<f64>, wanted: Option<f64>| {
        wanted.is_none_or(|wanted| is_same && has.is_some_and(|has| has >= wanted))
    };
    // A ratio alone is silent while little is said: beside a number it is not.
    let is_silent = b.above_usual.is_some() || b.growing.is_some();
    let is_floor_like = !is_silent || a.at_least.is_some() == b.at_least.is_some();
    let has_bound = [b.at_least, b.at_most].iter().any(Option::is_some)
        || b.above_usual.is_some()
        || b.below_usual.is_some()
        || b.growing.is_some();
    let is_below = b
        .below_usual
        .is_none_or(|wanted| is_same && a.below_usual.is_some_and(|has| has <= wanted));
    has_bound
        && is_at_least
        && is_at_most
        && more(a.above_usual, b.above_usual)
        && more(a.growing, b.growing)
        && is_below
        && is_floor_like
}

/// Whether `much` asks for more than `little` allows.
fn counts_exclude((kind, much): (Kind, &Count), (other_kind, little): (Kind, &Count)) -> bool {
    let bounds = much.at_least.zip(little.at_most);
    bounds.is_some_and(|(least, most)| least > most)
        && is_at_most_as_many(kind, other_kind)
        && is_part_of(much, little)
}

fn shares_exclude(one: &Share, other: &Share) -> bool {
    let crosses = |much: &Share, little: &Share| {
        let bounds = much.at_least.zip(little.at_most);
        bounds.is_some_and(|(least, most)| least > most)
    };
    is_same_crowd(&one.count, &other.count) && (crosses(one, other) || crosses(other, one))
}

/// How a stand-down compares with what started the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Never both at once, as far as can be seen.
    Apart,
    /// They count different things.
    Unlike,
    /// Both hold at once for as long as it goes on: it would stand down in the
    /// middle of the storm.
    Together,
    /// The same, once a person filled in a fact or finished something: what it asks
    /// of the mentions keeps nothing back.
    Lax,
}

/// Whether `calm` would hold while `storm` goes on and on. Numbers over windows of
/// different length are compared by the hour, where calm looks back as far as the
/// storm: a day that was busy this morning may well be calm tonight. What also waits
/// for people or for a day may allow a little more than what started it.
pub fn beside(storm: &Condition, calm: &Condition, levels: &[Level]) -> Beside {
    let (storm, calm) = (conjuncts(storm), conjuncts(calm));
    if storm
        .iter()
        .any(|one| calm.iter().any(|other| excludes(one, other, levels)))
    {
        return Beside::Apart;
    }
    let waits = calm
        .iter()
        .any(|test| !test.is_about_mentions() && !matches!(test, Test::Any(_) | Test::None(_)));
    let margin = if waits { LAX } else { 1.0 };
    let mut is_compared = false;
    for one in &storm {
        for other in &calm {
            let Some(is_calm) = is_still_calm(one, other, margin) else {
                continue;
            };
            if !is_calm {
                return Beside::Apart;
            }
            is_compared = true;
        }
    }
    match (is_compared, waits) {
        (true, false) => Beside::Together,
        (true, true) => Beside::Lax,
        (false, _) => Beside::Unlike,
    }
}

/// So many times what starts a run: who waits for a person as well may allow more than
/// started it, and not twice as much.
const LAX: f64 = 2.0;

/// Whether `calm` allows what `storm` just asks for; `None` when the two cannot be
/// compared. `margin`: how many times what the storm asks for it must allow.
fn is_still_calm(storm: &Test, calm: &Test, margin: f64) -> Option<bool> {
    let ((kind, much), (other_kind, little)) = (heads(storm)?, heads(calm)?);
    let is_like = kind.1 == other_kind.1
        && much.watch == little.watch
        && little.within >= much.within
        && much.matching == little.matching
        && much.by == little.by
        && much.platforms == little.platforms;
    if !is_like {
        return None;
    }
    let hourly = |number: u64, count: &Count| number as f64 / count.within.as_secs_f64().max(1.0);
    let numbers = much
        .at_least
        .zip(little.at_most)
        .map(|(least, most)| hourly(most, little) >= margin * hourly(least, much));
    let ratios = much
        .above_usual
        .zip(little.below_usual)
        .map(|(above, below)| below > margin * above);
    match (numbers, ratios) {
        (None, None) => None,
        (numbers, ratios) => Some(numbers.unwrap_or(true) && ratios.unwrap_or(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Text;

    fn levels() -> Vec<Level> {
        ["attention", "incident", "crisis"]
            .map(|name| Level {
                name: name.to_owned(),
                title: Text::from(name),
            })
            .to_vec()
    }

    fn hours(hours: u64, at_least: Option<u64>, at_most: Option<u64>) -> Count {
        Count {
            within: Duration::from_secs(hours * 3_600),
            at_least,
            at_most,
            ..Count::default()
        }
    }

    fn of(tests: &[Test]) -> Condition {
        Condition {
            tests: tests.to_vec(),
        }
    }

    #[test]
    fn more_in_less_time_makes_less_in_more_time_true() {
        let many = Test::Mentions(hours(1, Some(30), None));
        let few = Test::Mentions(hours(6, Some(15), None));
        let people = Test::Authors(hours(1, Some(20), None));
        let by_press = Test::Mentions(Count {
            by: vec!["press".to_owned()],
            ..hours(1, Some(15), None)
        });
        for (a, b, expected) in [
            (&many, &few, true),
            (&few, &many, false),
            (&people, &few, true),
            (&many, &people, false),
            (&by_press, &few, true),
            (&few, &by_press, false),
        ] {
            assert_eq!(implies(a, b, &levels()), expected, "{a:?} => {b:?}");
        }
    }

    #[test]
    fn a_higher_level_makes_a_lower_one_true() {
        let level = |name: &str| Test::Level(name.to_owned());
        assert!(implies(&level("crisis"), &level("incident"), &levels()));
        assert!(!implies(&level("incident"), &level("crisis"), &levels()));
        let any = Test::Any(vec![of(&[level("incident")]), of(&[level("crisis")])]);
        assert!(implies(&any, &level("incident"), &levels()));
        assert!(implies(&level("crisis"), &any, &levels()));
    }

    #[test]
    fn a_later_moment_makes_an_earlier_one_true() {
        let hour = Duration::from_secs(3_600);
        let before = |n| Test::Time(Moment::Before(n * hour, "party".to_owned()));
        let after = |n, name: &str| Test::Time(Moment::After(n * hour, name.to_owned()));
        let since = |n| Test::Time(Moment::Since(n * hour));
        for (a, b, expected) in [
            (before(6), before(12), true),
            (before(12), before(6), false),
            (after(2, "party"), before(6), true),
            (before(6), after(2, "party"), false),
            (after(2, "party"), after(1, "party"), true),
            (after(2, "party"), after(1, "start"), false),
            (since(2), after(1, "start"), true),
        ] {
            assert_eq!(implies(&a, &b, &levels()), expected, "{a:?} => {b:?}");
        }
        let not_yet = Test::None(vec![of(&[before(12)])]);
        assert!(excludes(&before(6), &not_yet, &levels()));
        assert!(!excludes(&before(24), &not_yet, &levels()));
    }

    #[test]
    fn what_is_denied_excludes_what_makes_it_true() {
        let level = |name: &str| Test::Level(name.to_owned());
        let no_incident = Test::None(vec![of(&[level("incident")])]);
        assert!(excludes(&level("crisis"), &no_incident, &levels()));
        assert!(!excludes(&level("attention"), &no_incident, &levels()));
        let much = Test::Mentions(hours(1, Some(30), None));
        let little = Test::Mentions(hours(6, None, Some(20)));
        let lately = Test::Mentions(Count {
            within: Duration::from_secs(600),
            ..hours(1, None, Some(20))
        });
        assert!(excludes(&much, &little, &levels()));
        assert!(!excludes(&much, &lately, &levels()));
    }

    #[test]
    fn a_stand_down_is_compared_with_the_start_by_the_hour() {
        let start = of(&[Test::Mentions(hours(1, Some(15), None))]);
        let calm = |hours_long, most| of(&[Test::Mentions(hours(hours_long, None, Some(most)))]);
        let levels = levels();
        assert_eq!(beside(&start, &calm(6, 10), &levels), Beside::Apart);
        assert_eq!(beside(&start, &calm(6, 60), &levels), Beside::Apart);
        assert_eq!(beside(&start, &calm(6, 100), &levels), Beside::Together);
        let people = of(&[Test::Authors(hours(6, None, Some(100)))]);
        assert_eq!(beside(&start, &people, &levels), Beside::Unlike);
        let mut by_people = calm(6, 100);
        by_people.tests.push(Test::Done(vec!["end".to_owned()]));
        // A little more is allowed, where a person has to say that it is over.
        assert_eq!(beside(&start, &by_people, &levels), Beside::Apart);
        by_people.tests[0] = Test::Mentions(hours(6, None, Some(180)));
        assert_eq!(beside(&start, &by_people, &levels), Beside::Lax);
        let long = of(&[Test::Mentions(hours(24, Some(15), None))]);
        assert_eq!(beside(&long, &calm(6, 20), &levels), Beside::Unlike);
    }
}
