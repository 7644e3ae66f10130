//! Warns of a deadline that comes before that of what must be finished first.

use std::time::Duration;

use crate::domain::condition::{Condition, Moment, Test};
use crate::domain::entail::conjuncts;
use crate::domain::playbook::{Home, Item, Playbook};
use crate::domain::time::format_duration;

use super::opening::place_of;
use super::problems::Problems;
use super::tree::Node;

/// See the module.
pub(super) fn check(root: &Node, playbook: &Playbook, problems: &Problems) {
    for item in playbook.items() {
        let Some(own) = clock(&item, playbook) else {
            continue;
        };
        let later = item.needs.iter().find(|name| {
            let needed = playbook.item(name);
            let needed = needed.and_then(|needed| clock(&needed, playbook));
            needed.is_some_and(|needed| needed.is_after(&own))
        });
        if let Some(name) = later {
            let mut place = place_of(&item);
            place.push("due");
            problems.warning(
                root.place(&place),
                "due-before-needed",
                format!(
                    "`{}` is due before `{name}`, which must be finished first",
                    item.name
                ),
                "give it more time, or make what it needs due sooner",
            );
        }
    }
}

/// What is called for as soon as its level is reached, and needs what is called for only
/// at a higher one, or only after its own deadline.
pub(super) fn needs_later(root: &Node, playbook: &Playbook, problems: &Problems) {
    // A case begins when it does, which may be at any level.
    let of_run = |item: &Item<'_>| item.home != Home::Aftercare && !item.per_case;
    for item in playbook.items().filter(of_run) {
        let Some(Moment::Since(length)) = item.due else {
            continue;
        };
        let Some(own) = Called::surely(&item, playbook) else {
            continue;
        };
        let later = item.needs.iter().find_map(|name| {
            let needed = playbook.item(name)?;
            if needed.home == Home::Aftercare {
                return None;
            }
            let needed = Called::at_the_earliest(&needed, playbook);
            if needed.rank > own.rank {
                let level = playbook.levels.get(needed.rank)?;
                return Some((name, format!("at level `{}`", level.name)));
            }
            let deadline = own.after.saturating_add(*length);
            (needed.after > deadline).then(|| {
                (
                    name,
                    format!("{} after the start", format_duration(needed.after)),
                )
            })
        });
        let Some((name, when)) = later else { continue };
        let mut place = place_of(&item);
        place.push("needs");
        problems.warning(
            root.place(&place),
            "needs-later",
            format!(
                "`{}` is due before `{name}`, which must be finished first, is called for: {when}",
                item.name
            ),
            "take that name out of `needs`, or let both wait for the same `when`",
        );
    }
}

/// When something is called for: at which level, and how long after the start.
struct Called {
    rank: usize,
    after: Duration,
}

impl Called {
    /// When it hangs on levels and the time alone; then it surely comes.
    fn surely(item: &Item<'_>, playbook: &Playbook) -> Option<Self> {
        let is_sure = |test: &&Test| matches!(test, Test::Level(_) | Test::Time(Moment::Since(_)));
        conditions(item, playbook)
            .flat_map(conjuncts)
            .all(|test| is_sure(&test))
            .then(|| Self::at_the_earliest(item, playbook))
    }

    fn at_the_earliest(item: &Item<'_>, playbook: &Playbook) -> Self {
        let mut called = Self {
            rank: 0,
            after: Duration::ZERO,
        };
        for test in conditions(item, playbook).flat_map(conjuncts) {
            match test {
                Test::Level(level) => called.rank = called.rank.max(playbook.rank(level)),
                Test::Time(Moment::Since(length)) => called.after = called.after.max(*length),
                _ => {}
            }
        }
        called
    }
}

/// Its own, and that of its phase.
fn conditions<'a>(
    item: &Item<'a>,
    playbook: &'a Playbook,
) -> impl Iterator<Item = &'a Condition> + use<'a> {
    let phase = match item.home {
        Home::Phase(aim) => playbook.phases.iter().find(|phase| phase.aim == aim),
        Home::Run | Home::Aftercare => None,
    };
    let of_phase = phase.and_then(|phase| phase.when.as_ref());
    of_phase.into_iter().chain(item.when)
}

/// The only deadline before a moment from which others count on: the moment has come by
/// then.
pub(super) fn before_the_past(root: &Node, playbook: &Playbook, problems: &Problems) {
    for item in playbook.items() {
        let Some(Moment::Before(_, name)) = item.due else {
            continue;
        };
        let n_after = playbook
            .items()
            .filter(|one| matches!(one.due, Some(Moment::After(_, other)) if other == name))
            .count();
        if n_after >= 2 && super::playbook::n_moments(root, name) == n_after + 1 {
            let mut place = place_of(&item);
            place.push("due");
            let at = root.place(&place);
            problems.warning(
                at,
                "unlikely",
                format!(
                    "`{}` is due before `{name}`, and all else counts from it on",
                    item.name
                ),
                format!("write after: a deadline before what has been is past at once, such as 72h after {name}"),
            );
        }
    }
}

/// A deadline by the clock it counts on: only those of one clock can be compared.
struct Clock<'a> {
    counts_from: &'a str,
    before: Duration,
    after: Duration,
}

impl Clock<'_> {
    fn is_after(&self, other: &Clock<'_>) -> bool {
        self.counts_from == other.counts_from
            && (self.before < other.before || self.after > other.after)
    }
}

fn clock<'a>(item: &Item<'a>, playbook: &Playbook) -> Option<Clock<'a>> {
    let (counts_from, before, after) = match item.due? {
        // Each case has its own beginning.
        _ if item.per_case => return None,
        // What waits for a condition counts from when that holds.
        Moment::Since(_) if item.when.is_some() => return None,
        Moment::Since(length) => (opened_by(item, playbook), Duration::ZERO, *length),
        // That this has passed already is said elsewhere.
        Moment::Before(_, name) if name == "start" || name == "stand_down" => return None,
        Moment::After(length, name) => (name.as_str(), Duration::ZERO, *length),
        Moment::Before(length, name) => (name.as_str(), *length, Duration::ZERO),
    };
    Some(Clock {
        counts_from,
        before,
        after,
    })
}

/// What its time counts from when `due` is a bare length: the start, the name of its
/// phase, or the stand-down.
fn opened_by(item: &Item<'_>, playbook: &Playbook) -> &'static str {
    match item.home {
        Home::Run => "start",
        Home::Aftercare => "stand_down",
        Home::Phase(aim) => {
            let mut phases = playbook.phases.iter();
            match phases.any(|phase| phase.aim == aim && phase.when.is_some()) {
                true => aim.name(),
                false => "start",
            }
        }
    }
}
