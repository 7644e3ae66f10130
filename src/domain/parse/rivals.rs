//! Warns of triggers that get in each other's way: one that never matters because
//! another fires first, one that raises nothing, and a stand-down that holds in the
//! middle of the storm.

use crate::domain::condition::{Condition, Count, Moment, Test};
use crate::domain::entail::{Beside, beside, conjuncts, follows};
use crate::domain::playbook::{Playbook, Trigger};

use super::problems::Problems;
use super::tree::Node;

/// See the module.
pub(super) fn check(root: &Node, playbook: &Playbook, problems: &Problems) {
    for trigger in &playbook.triggers {
        shadowed(root, playbook, trigger, problems);
        without_effect(root, playbook, trigger, problems);
        tone_alone(root, trigger, problems);
    }
    without_alert(root, playbook, problems);
    stand_down(root, playbook, problems);
}

/// Whenever it holds, another one that weighs as much does too, and no later.
fn shadowed(root: &Node, playbook: &Playbook, trigger: &Trigger, problems: &Problems) {
    let given = conjuncts(&trigger.when);
    let place = |one: &Trigger| {
        playbook
            .triggers
            .iter()
            .position(|other| other.name == one.name)
    };
    let is_first = |other: &&Trigger| {
        let is_other = other.name != trigger.name;
        let is_heavier = playbook.rank(&other.level) >= playbook.rank(&trigger.level);
        let is_sooner = other.held_for <= trigger.held_for;
        is_other && is_heavier && is_sooner && follows(&given, &other.when, &playbook.levels)
    };
    let Some(first) = playbook.triggers.iter().find(is_first) else {
        return;
    };
    // Of two that say the same the later one is the one too many.
    let is_same = first.level == trigger.level
        && first.held_for == trigger.held_for
        && follows(&conjuncts(&first.when), &trigger.when, &playbook.levels);
    if is_same && place(trigger) < place(first) {
        return;
    }
    // A heavier one that asks for less is the one that is wrong.
    if playbook.rank(&first.level) > playbook.rank(&trigger.level) {
        let number = match first.when.tests.as_slice() {
            [only] => only.name(),
            _ => "",
        };
        let at = root.place(&["triggers", &first.name, "when", number]);
        problems.warning(
            at,
            "trigger-shadowed",
            format!(
                "trigger `{}` leads to `{}` and asks for no more than `{}`, which leads to `{}`: that one changes nothing",
                first.name, first.level, trigger.name, trigger.level
            ),
            format!("make `{}` ask for more, or take `{}` out", first.name, trigger.name),
        );
        return;
    }
    let at = root.place(&["triggers", &trigger.name]);
    problems.warning(
        at,
        "trigger-shadowed",
        format!(
            "trigger `{}` changes nothing: whenever it holds, `{}` does too, and leads to the same level `{}`",
            trigger.name, first.name, first.level
        ),
        format!("take it out, or make `{}` ask for more", first.name),
    );
}

/// It only holds while the run is at its level already.
fn without_effect(root: &Node, playbook: &Playbook, trigger: &Trigger, problems: &Problems) {
    let needed = conjuncts(&trigger.when)
        .into_iter()
        .find_map(|test| match test {
            Test::Level(level) => Some(level),
            _ => None,
        });
    let Some(needed) = needed else {
        return of_the_lowest(root, playbook, trigger, problems);
    };
    if playbook.rank(needed) < playbook.rank(&trigger.level) {
        return;
    }
    let at = root.place(&["triggers", &trigger.name, "when", "level"]);
    problems.warning(
        at,
        "trigger-without-effect",
        format!(
            "trigger `{}` raises nothing: it waits for level `{needed}`, and leads to `{}`",
            trigger.name, trigger.level
        ),
        "give it a higher `level`; a trigger only starts a run or raises it",
    );
}

/// It waits for something in a run, and leads to the level that each run has.
fn of_the_lowest(root: &Node, playbook: &Playbook, trigger: &Trigger, problems: &Problems) {
    if playbook.rank(&trigger.level) > 0 {
        return;
    }
    let is_of_run = |test: &&Test| {
        matches!(
            test,
            Test::Done(_)
                | Test::Known(_)
                | Test::Fact(_)
                | Test::Decided(_)
                | Test::Effect(_)
                | Test::Time(_)
        )
    };
    let tests = conjuncts(&trigger.when);
    if let Some(test) = tests.into_iter().find(is_of_run) {
        let at = root.place(&["triggers", &trigger.name, "when", test.name()]);
        problems.warning(
            at,
            "trigger-without-effect",
            format!(
                "trigger `{}` raises nothing: `{}` is of an open run, and that is at `{}` already",
                trigger.name,
                test.name(),
                trigger.level
            ),
            "give it a higher `level`; a trigger only starts a run or raises it",
        );
    }
}

/// Words are read by a list, and a list is wrong about one in five: tone says how bad
/// it is, and something else must say that it is something.
fn tone_alone(root: &Node, trigger: &Trigger, problems: &Problems) {
    let tests = conjuncts(&trigger.when);
    let is_tone = |test: &&Test| matches!(test, Test::Negative(_) | Test::Need(..));
    if let Some(test) = tests.first().filter(|_| tests.iter().all(is_tone)) {
        let at = root.place(&["triggers", &trigger.name, "when", test.name()]);
        problems.warning(
            at,
            "tone-alone",
            format!(
                "trigger `{}` goes by what mentions sound like, and by nothing else",
                trigger.name
            ),
            "add how many it takes, such as authors: { within: 1h, at_least: 10 }",
        );
    }
}

/// The highest level that a trigger reaches has no steps, while a lower one has: then
/// the owner alone is asked where it is worst.
fn without_alert(root: &Node, playbook: &Playbook, problems: &Problems) {
    let rank = |trigger: &&Trigger| playbook.rank(&trigger.level);
    let Some(highest) = playbook.triggers.iter().max_by_key(rank) else {
        return;
    };
    let levels = || playbook.alert.iter().map(|(level, _)| level);
    let is_lower = |level: &String| playbook.rank(level) < playbook.rank(&highest.level);
    if levels().any(is_lower) && !levels().any(|level| *level == highest.level) {
        let at = root.place(&["triggers", &highest.name, "level"]);
        problems.warning(
            at,
            "level-without-alert",
            format!(
                "no steps are written for level `{}`, to which `{}` leads: only the owner is asked, and at a lower level more people are",
                highest.level, highest.name
            ),
            format!("add `{}` under `alert`", highest.level),
        );
    }
}

/// Scaling down is proposed while what started it goes on.
fn stand_down(root: &Node, playbook: &Playbook, problems: &Problems) {
    let Some(stand_down) = &playbook.stand_down else {
        return;
    };
    if let Some(test) = asks_for_much(&stand_down.when) {
        let at = root.place(&["stand_down", "when", test]);
        let is_number = ["mentions", "authors", "voices"].contains(&test);
        problems.warning(
            at,
            "stand-down-above-start",
            match is_number {
                true => format!(
                    "`{}` would be scaled down because there is much, and not because there is little",
                    playbook.name
                ),
                false => format!(
                    "`{}` would be scaled down only while `{test}` holds, and that says that it goes on",
                    playbook.name
                ),
            },
            match is_number {
                true => "ask for few: `at_most` with a number, or `below_usual` with a ratio",
                false => "put it under `none`: the run is over when this holds no more",
            },
        );
        return;
    }
    let tests = conjuncts(&stand_down.when);
    let is_of_clock = |test: &&Test| matches!(test, Test::Time(Moment::Since(_)) | Test::Level(_));
    if tests.iter().all(is_of_clock) {
        let at = root.place(&[
            "stand_down",
            "when",
            tests.first().map_or("", |test| test.name()),
        ]);
        problems.warning(
            at,
            "stand-down-above-start",
            format!(
                "`{}` would be scaled down whatever is said: nothing here looks whether it has calmed down",
                playbook.name
            ),
            "add mentions: { within: 6h, at_most: 10 }, or a fact that a person fills in",
        );
        return;
    }
    let starts = playbook
        .triggers
        .iter()
        .filter(|one| !one.when.asks_about_run());
    let compared: Vec<(&Trigger, Beside)> = starts
        .map(|trigger| {
            let how = beside(&trigger.when, &stand_down.when, &playbook.levels);
            (trigger, how)
        })
        .collect();
    let is_lax = compared.iter().all(|(_, how)| *how != Beside::Apart);
    for (trigger, how) in compared {
        if how == Beside::Together || (how == Beside::Lax && is_lax) {
            // The number that is too high, where it can be told.
            let counts = |test: &&Test| test.count().is_some_and(Count::needs_little);
            let test = stand_down.when.tests.iter().find(counts).map(Test::name);
            let path = ["stand_down", "when", test.unwrap_or_default()];
            problems.warning(
                root.place(&path),
                "stand-down-above-start",
                format!(
                    "`{}` would be scaled down while trigger `{}` still holds",
                    playbook.name, trigger.name
                ),
                "let the stand-down ask for less than what starts the run: a lower number, or a longer window",
            );
            // One bound too high is one mistake, however many triggers it lets through.
            return;
        }
    }
}

/// The test that counts and waits for more, where nothing waits for the storm to lie down.
fn asks_for_much(when: &Condition) -> Option<&'static str> {
    let mut tests = when.tests.iter();
    let much = tests.find(|test| match test {
        Test::Mentions(count) | Test::Authors(count) | Test::Voices(count) => !count.needs_little(),
        _ => false,
    });
    // Whatever else is quiet: these say that it goes on.
    let mut signs = when.tests.iter();
    let sign = signs.find(|test| {
        matches!(
            test,
            Test::Unanswered { .. } | Test::SameAuthor { .. } | Test::Unusual(_) | Test::Rumour(_)
        )
    });
    much.filter(|_| !when.needs_silence())
        .or(sign)
        .map(Test::name)
}
