//! Warns of what waits for a level that nothing leads to: a phase, a trigger, and a
//! stand-down of runs that stay below it.
//!
//! A person can raise a run by hand, so these are warnings.

use crate::domain::condition::{Condition, Test};
use crate::domain::entail::conjuncts;
use crate::domain::playbook::{Home, Playbook, Trigger};

use super::problems::Problems;
use super::tree::Node;

/// See the module.
pub(super) fn check(root: &Node, playbook: &Playbook, problems: &Problems) {
    // Without triggers a person does everything.
    if playbook.triggers.is_empty() {
        return;
    }
    let highest = highest(playbook);
    let waits_in_vain = |level: &&String| playbook.rank(level) > highest;
    for phase in &playbook.phases {
        let level = phase.when.as_ref().and_then(level_of);
        if let Some(level) = level.filter(waits_in_vain) {
            let aim = phase.aim.name();
            let at = root.place(&["phases", aim, "when", "level"]);
            problems.warning(
                at,
                "never-opens",
                format!("phase `{aim}` never opens by itself: no trigger leads to level `{level}`"),
                "add a trigger with this level, or let the phase wait for a lower one",
            );
        }
    }
    for trigger in &playbook.triggers {
        // One that leads no higher is said to change nothing.
        let needed = needed(trigger).filter(waits_in_vain);
        if let Some(level) =
            needed.filter(|level| playbook.rank(level) < playbook.rank(&trigger.level))
        {
            let at = root.place(&["triggers", &trigger.name, "when", "level"]);
            problems.warning(
                at,
                "never-opens",
                format!(
                    "trigger `{}` never holds by itself: it waits for level `{level}`, and no other trigger leads there",
                    trigger.name
                ),
                format!("let another trigger lead to `{level}`, or take `level` out of this one"),
            );
        }
    }
    stand_down(root, playbook, problems);
}

/// The level that a condition asks for, beside all else.
fn level_of(when: &Condition) -> Option<&String> {
    conjuncts(when).into_iter().find_map(|test| match test {
        Test::Level(level) => Some(level),
        _ => None,
    })
}

fn needed(trigger: &Trigger) -> Option<&String> {
    level_of(&trigger.when)
}

/// The highest level that a run gets to without a person who raises it.
fn highest(playbook: &Playbook) -> usize {
    let by_hand = playbook.by_hand.level.as_ref();
    let mut highest = by_hand.map_or(0, |level| playbook.rank(level));
    loop {
        let before = highest;
        for trigger in &playbook.triggers {
            if needed(trigger).is_none_or(|level| playbook.rank(level) <= highest) {
                highest = highest.max(playbook.rank(&trigger.level));
            }
        }
        if highest == before {
            return highest;
        }
    }
}

/// A stand-down that waits for what is only called for at a level above the one at
/// which runs start.
fn stand_down(root: &Node, playbook: &Playbook, problems: &Problems) {
    let starts = playbook
        .triggers
        .iter()
        .filter(|trigger| !trigger.when.asks_about_run())
        .map(|trigger| playbook.rank(&trigger.level));
    let Some((stand_down, lowest)) = playbook.stand_down.as_ref().zip(starts.min()) else {
        return;
    };
    for test in &stand_down.when.tests {
        let Test::Done(names) = test else { continue };
        let above = names.iter().find_map(|name| {
            let level = opens_at(name, playbook)?;
            (playbook.rank(level) > lowest).then_some((name, level))
        });
        if let Some((name, level)) = above {
            let at = root.place(&["stand_down", "when", test.name()]);
            problems.warning(
                at,
                "never-opens",
                format!(
                    "the stand-down of a run below level `{level}` is never proposed: it waits for `{name}`, which is called for only from there"
                ),
                "wait for something that every run has, or put it in an `any` beside another",
            );
        }
    }
}

/// The level from which a task or message is called for, by itself or by its phase.
fn opens_at<'p>(name: &str, playbook: &'p Playbook) -> Option<&'p String> {
    let item = playbook.item(name)?;
    let phase = match item.home {
        Home::Phase(aim) => playbook.phases.iter().find(|phase| phase.aim == aim),
        Home::Run | Home::Aftercare => None,
    };
    let of_phase = phase.and_then(|phase| phase.when.as_ref());
    let levels = of_phase.into_iter().chain(item.when).filter_map(level_of);
    levels.max_by_key(|level| playbook.rank(level))
}
