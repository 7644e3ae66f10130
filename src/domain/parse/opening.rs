//! Warns of what can never open, and of what comes when the run is over: a phase
//! that waits for a task of its own, a task that waits for aftercare.
//!
//! A person can finish any task by hand, so that is a warning: but at night nobody knows
//! that they have to. A phase takes everything in it along, and is an error.

use std::collections::HashSet;

use crate::domain::condition::{Condition, Moment, Test};
use crate::domain::entail::{conjuncts, excludes};
use crate::domain::playbook::{Home, Item, ItemKind, Playbook};

use super::problems::{Problems, Span};
use super::tree::Node;

/// `phases`, its name, `when` and the name of the condition.
const WHEN_OF_PHASE: usize = 4;

/// See the module.
pub(super) fn check(root: &Node, playbook: &Playbook, problems: &Problems) {
    let finished = finished(playbook, false);
    let in_aftercare = finished_after(playbook, &finished);
    for phase in &playbook.phases {
        let path = ["phases", phase.aim.name(), "when"];
        let what = format!("phase `{}`", phase.aim.name());
        never(root, &path, phase.when.as_ref(), &what, &finished, problems);
        ruled_out(root, &path, phase.when.as_ref(), &what, playbook, problems);
    }
    for trigger in &playbook.triggers {
        let path = ["triggers", &trigger.name, "when"];
        let what = format!("trigger `{}`", trigger.name);
        never(root, &path, Some(&trigger.when), &what, &finished, problems);
    }
    if let Some(stand_down) = &playbook.stand_down {
        let when = Some(&stand_down.when);
        never(
            root,
            &["stand_down", "when"],
            when,
            "the stand-down",
            &finished,
            problems,
        );
        ruled_out(
            root,
            &["stand_down", "when"],
            when,
            "the stand-down",
            playbook,
            problems,
        );
        known_later(root, &stand_down.when, playbook, problems);
    }
    started_later(root, playbook, problems);
    for item in playbook.items() {
        let what = format!("{} `{}`", noun(&item), item.name);
        let known = match item.home {
            Home::Aftercare => &in_aftercare,
            Home::Run => &finished,
            // What is in a phase that never opens needs no finding of its own.
            Home::Phase(aim) if !is_phase_open(playbook, aim.name(), &finished) => continue,
            Home::Phase(_) => &finished,
        };
        let place = place_of(&item);
        let path: Vec<&str> = place.iter().copied().chain(["when"]).collect();
        let waits = item.when.and_then(|when| missing(when, known));
        let is_said =
            waits.is_some_and(|name| is_behind_phase(name, playbook, &finished, &mut Vec::new()));
        if !is_said {
            never(root, &path, item.when, &what, known, problems);
        }
        ruled_out(root, &path, item.when, &what, playbook, problems);
        never_due(root, &place, &item, &what, playbook, problems);
        other_choice(root, &place, &item, &what, playbook, problems);
        if item.home != Home::Aftercare {
            too_late(root, &place, &item, &what, playbook, problems);
        }
    }
}

/// Whether what is waited for waits itself, by however many steps, for something in a
/// phase that never opens: that is said of the phase.
fn is_behind_phase<'p>(
    name: &str,
    playbook: &'p Playbook,
    finished: &HashSet<&str>,
    seen: &mut Vec<&'p str>,
) -> bool {
    let Some(item) = playbook.item(name) else {
        return false;
    };
    if finished.contains(name) || seen.contains(&item.name) {
        return false;
    }
    seen.push(item.name);
    if let Home::Phase(aim) = item.home
        && !is_phase_open(playbook, aim.name(), finished)
    {
        return true;
    }
    let waits = item.when.and_then(|when| missing(when, finished));
    let mut all = item.needs.iter().map(String::as_str).chain(waits);
    all.any(|one| is_behind_phase(one, playbook, finished, seen))
}

fn noun(item: &Item<'_>) -> &'static str {
    match item.kind {
        ItemKind::Task(_) => "task",
        ItemKind::Message(_) => "message",
    }
}

/// Where a task or message is written.
pub(super) fn place_of<'a>(item: &Item<'a>) -> Vec<&'a str> {
    let list = match item.kind {
        ItemKind::Task(_) => "tasks",
        ItemKind::Message(_) => "messages",
    };
    match item.home {
        Home::Run => vec![list, item.name],
        Home::Phase(aim) => vec!["phases", aim.name(), list, item.name],
        Home::Aftercare => vec!["aftercare", list, item.name],
    }
}

/// What can be finished before the stand-down: grows until nothing is added.
fn finished(playbook: &Playbook, is_over: bool) -> HashSet<&str> {
    // What is no item comes from elsewhere: a person, or the start.
    let mut finished: HashSet<&str> = playbook.facts.iter().map(|fact| &*fact.name).collect();
    finished.insert("start");
    loop {
        let before = finished.len();
        for item in playbook.items() {
            let is_home_open = match item.home {
                Home::Run => true,
                Home::Phase(aim) => is_phase_open(playbook, aim.name(), &finished),
                Home::Aftercare => is_over,
            };
            if is_home_open && can_finish(&item, &finished) {
                finished.insert(item.name);
            }
        }
        if finished.len() == before {
            return finished;
        }
    }
}

/// The same, and after it.
fn finished_after<'a>(playbook: &'a Playbook, before: &HashSet<&'a str>) -> HashSet<&'a str> {
    let mut all = finished(playbook, true);
    all.extend(before);
    all
}

fn is_phase_open(playbook: &Playbook, name: &str, finished: &HashSet<&str>) -> bool {
    let phase = playbook
        .phases
        .iter()
        .find(|phase| phase.aim.name() == name);
    let when = phase.and_then(|phase| phase.when.as_ref());
    when.is_none_or(|when| missing(when, finished).is_none())
}

fn can_finish(item: &Item<'_>, finished: &HashSet<&str>) -> bool {
    let is_ready = item
        .needs
        .iter()
        .all(|need| finished.contains(need.as_str()));
    is_ready
        && item
            .when
            .is_none_or(|when| missing(when, finished).is_none())
}

/// What a condition waits for that never comes; `None` when it can hold.
fn missing<'c>(condition: &'c Condition, finished: &HashSet<&str>) -> Option<&'c str> {
    let mut tests = condition.tests.iter();
    tests.find_map(|test| missing_in(test, finished))
}

fn missing_in<'c>(test: &'c Test, finished: &HashSet<&str>) -> Option<&'c str> {
    match test {
        Test::All(all) => all.iter().find_map(|one| missing(one, finished)),
        Test::Any(ways) => {
            let mut missed = ways.iter().map(|way| missing(way, finished));
            match ways.is_empty() || missed.clone().any(|one| one.is_none()) {
                true => None,
                false => missed.next().flatten(),
            }
        }
        Test::Done(names) => names
            .iter()
            .find(|name| !finished.contains(name.as_str()))
            .map(String::as_str),
        Test::Decided(wanted) => wanted
            .iter()
            .map(|(task, _)| task.as_str())
            .find(|task| !finished.contains(task)),
        // After the stand-down only aftercare opens, and nobody knows before it when it
        // will be.
        Test::Time(Moment::After(_, name) | Moment::Before(_, name)) if name == "stand_down" => {
            Some("stand_down")
        }
        Test::Time(Moment::After(_, name) | Moment::Before(_, name))
            if !finished.contains(name.as_str()) =>
        {
            Some(name)
        }
        _ => None,
    }
}

/// A run that is open is at its lowest level at least, so what rules that out never
/// holds in it.
fn ruled_out(
    root: &Node,
    path: &[&str],
    when: Option<&Condition>,
    what: &str,
    playbook: &Playbook,
    problems: &Problems,
) {
    let Some((when, lowest)) = when.zip(playbook.levels.first()) else {
        return;
    };
    let always = Test::Level(lowest.name.clone());
    let denies =
        |test: &&Test| matches!(test, Test::None(_)) && excludes(&always, test, &playbook.levels);
    if let Some(test) = when.tests.iter().find(denies) {
        let path: Vec<&str> = path.iter().copied().chain([test.name()]).collect();
        let at = denied_at(root, &path, test, &always, playbook);
        let message = format!(
            "{what} never opens by itself: an open run is always at level `{}` or higher",
            lowest.name
        );
        let hint = "name a higher level under `none`, or take it out";
        match path.first() {
            Some(&"phases") if path.len() == WHEN_OF_PHASE => {
                problems.error(at, "never-opens", message, hint);
            }
            _ => problems.warning(at, "never-opens", message, hint),
        }
    }
}

/// Which line of a `none` denies what always holds.
fn denied_at(root: &Node, path: &[&str], test: &Test, always: &Test, playbook: &Playbook) -> Span {
    let whole = root.place(path);
    let mut entries = root.entries();
    for name in &path[..path.len() - 1] {
        let Some(entry) = entries.iter().find(|entry| entry.key == *name) else {
            return whole;
        };
        entries = entry.value.entries();
    }
    let (Test::None(parts), Some(entry)) = (
        test,
        entries
            .iter()
            .find(|entry| Some(&&*entry.key) == path.last()),
    ) else {
        return whole;
    };
    let one = parts.iter().position(|part| {
        let denied = Test::None(vec![part.clone()]);
        excludes(always, &denied, &playbook.levels)
    });
    let item = one.and_then(|at| entry.value.items().get(at));
    let first = item.and_then(|item| item.entries().first());
    first.map_or(whole, |first| first.key_span)
}

/// A stand-down that waits for what only the aftercare finds out.
fn known_later(root: &Node, when: &Condition, playbook: &Playbook, problems: &Problems) {
    let of_aftercare = |name: &String| {
        let mut tasks = playbook.aftercare.tasks.iter();
        tasks.any(|task| task.facts.contains(name))
    };
    let before = |name: &String| {
        let mut items = playbook.items();
        let asks = |item: &Item<'_>| match item.kind {
            ItemKind::Task(task) => item.home != Home::Aftercare && task.facts.contains(name),
            ItemKind::Message(_) => false,
        };
        playbook.by_hand.facts.contains(name) || items.any(|item| asks(&item))
    };
    for test in &when.tests {
        let names: Vec<&String> = match test {
            Test::Known(names) => names.iter().collect(),
            Test::Fact(facts) => facts.iter().map(|(name, _)| name).collect(),
            _ => continue,
        };
        if let Some(name) = names
            .into_iter()
            .find(|name| of_aftercare(name) && !before(name))
        {
            let path = ["stand_down", "when", test.name()];
            problems.warning(
                root.place(&path),
                "never-opens",
                format!("the stand-down waits for the fact `{name}`, which only a task of the aftercare asks for"),
                "let a task before it ask for the fact, or take it out of `when`",
            );
        }
    }
}

/// A start by hand that waits for what only the aftercare finds out.
fn started_later(root: &Node, playbook: &Playbook, problems: &Problems) {
    let later = playbook.by_hand.facts.iter().find(|name| {
        let asks = |item: &Item<'_>| matches!(item.kind, ItemKind::Task(task) if task.facts.contains(name));
        let homes: Vec<Home> = playbook.items().filter(asks).map(|item| item.home).collect();
        !homes.is_empty() && homes.iter().all(|home| *home == Home::Aftercare)
    });
    if let Some(name) = later {
        let at = root.place(&["by_hand", "facts"]);
        problems.warning(
            at,
            "never-opens",
            format!("nobody can start this by hand: it asks for the fact `{name}`, which only a task of the aftercare finds out"),
            "ask for what is known at the start",
        );
    }
}

/// It needs what is only called for when people chose otherwise.
fn other_choice(
    root: &Node,
    place: &[&str],
    item: &Item<'_>,
    what: &str,
    playbook: &Playbook,
    problems: &Problems,
) {
    let choices = |when: Option<&Condition>| {
        let tests = when.into_iter().flat_map(conjuncts);
        let chosen = tests.filter_map(|test| match test {
            Test::Decided(chosen) => Some(chosen.clone()),
            _ => None,
        });
        chosen.flatten().collect::<Vec<_>>()
    };
    let own = choices(item.when);
    for name in item.needs {
        let needed = playbook.item(name);
        let needed = needed.map_or_else(Vec::new, |needed| choices(needed.when));
        let other = own.iter().find(|(task, options)| {
            needed.iter().any(|(other, allowed)| {
                other == task && !allowed.iter().any(|option| options.contains(option))
            })
        });
        if let Some((task, _)) = other {
            let path: Vec<&str> = place.iter().copied().chain(["needs"]).collect();
            problems.warning(
                root.place(&path),
                "never-opens",
                format!(
                    "{what} needs `{name}`, which is called for only when `{task}` is answered otherwise"
                ),
                "take that name out of `needs`, or add the option to its `when`",
            );
        }
    }
}

/// A deadline that counts from something which itself waits for this.
fn never_due(
    root: &Node,
    place: &[&str],
    item: &Item<'_>,
    what: &str,
    playbook: &Playbook,
    problems: &Problems,
) {
    let Some(Moment::After(_, name)) = item.due else {
        return;
    };
    let mut waits = vec![name.as_str()];
    let mut seen = HashSet::new();
    while let Some(one) = waits.pop() {
        if one == item.name {
            let because = match name == item.name {
                true => "which is itself".to_owned(),
                false => format!("and `{name}` waits for it"),
            };
            let path: Vec<&str> = place.iter().copied().chain(["due"]).collect();
            problems.warning(
                root.place(&path),
                "never-due",
                format!("{what} is never due: its time counts from `{name}`, {because}"),
                "count from something that comes before it, such as 30m, or 2h after start",
            );
            return;
        }
        if seen.insert(one)
            && let Some(needed) = playbook.item(one)
        {
            waits.extend(needed.needs.iter().map(String::as_str));
        }
    }
}

fn never(
    root: &Node,
    path: &[&str],
    when: Option<&Condition>,
    what: &str,
    finished: &HashSet<&str>,
    problems: &Problems,
) {
    // Also where it stands in the condition, when that is on its own line.
    let waits = when.and_then(|when| {
        let mut tests = when.tests.iter();
        tests.find_map(|test| Some((test.name(), missing_in(test, finished)?)))
    });
    let Some((test, name)) = waits else {
        return;
    };
    let path: Vec<&str> = path.iter().copied().chain([test]).collect();
    let (because, hint) = match name {
        "stand_down" => (
            "the stand-down, and after that only aftercare opens".to_owned(),
            "move it to `aftercare`, or let it wait for something else",
        ),
        name => (
            format!("`{name}`, which cannot be finished before it"),
            "take that name out of `when`, or move it to where it opens earlier",
        ),
    };
    let at = root.place(&path);
    let message = format!("{what} never opens by itself: it waits for {because}");
    match path.first() {
        Some(&"phases") if path.len() == WHEN_OF_PHASE => {
            problems.error(at, "never-opens", message, hint);
        }
        _ => problems.warning(at, "never-opens", message, hint),
    }
}

/// What is due, or waits, until after the stand-down is not open by then.
fn too_late(
    root: &Node,
    place: &[&str],
    item: &Item<'_>,
    what: &str,
    playbook: &Playbook,
    problems: &Problems,
) {
    let at = |key: &str| -> Span {
        let path: Vec<&str> = place.iter().copied().chain([key]).collect();
        root.place(&path)
    };
    if let Some(Moment::After(_, name)) = item.due
        && name == "stand_down"
    {
        let at = at("due");
        problems.warning(
            at,
            "after-stand-down",
            format!("{what} is due after the stand-down, when only aftercare is looked after"),
            "move it to `aftercare`",
        );
    }
    let is_after = |name: &&String| {
        let needed = playbook.item(name);
        needed.is_some_and(|needed| needed.home == Home::Aftercare)
    };
    if let Some(name) = item.needs.iter().find(is_after) {
        let at = at("needs");
        problems.warning(
            at,
            "after-stand-down",
            format!("{what} needs `{name}`, which opens only after the stand-down"),
            "move it to `aftercare` as well, or take that name out of `needs`",
        );
    }
}
