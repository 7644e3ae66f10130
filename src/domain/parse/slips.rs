//! Warns of what is written soundly in a playbook and cannot be meant: a deputy who is
//! the owner, a line of the rhythm that never counts, a step that gives nobody time, a
//! deadline that has passed when it begins, a test in which somebody may not act.

use std::time::Duration;

use chrono::{LocalResult, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use crate::domain::condition::{Moment, Test};
use crate::domain::entail::conjuncts;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Home, Item, Playbook};
use crate::domain::time::format_duration;

use super::opening::place_of;
use super::problems::Problems;
use super::tree::Node;

/// Nobody reads an alert and answers in less.
const SHORTEST_STEP: Duration = Duration::from_secs(60);

/// What a playbook without errors says that cannot be meant.
pub(super) fn check(
    root: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    deputy(root, playbook, problems);
    rhythm(root, playbook, problems);
    steps(root, playbook, problems);
    for item in playbook.items() {
        deadline(root, &item, playbook, problems);
        rule_without_deadline(root, &item, problems);
    }
    approvers(root, playbook, organisation, problems);
    for injects in injects_of_tests(root) {
        starts(injects, playbook, organisation, problems);
    }
}

/// The injects of each test.
fn injects_of_tests(root: &Node) -> impl Iterator<Item = &Node> {
    let tests = root
        .get("tests")
        .map_or(&[][..], |tests| tests.value.entries());
    let injects = tests.iter().filter_map(|test| test.value.get("injects"));
    injects.map(|injects| &injects.value)
}

/// A start by hand that would be refused: who does it may not, or does not say what
/// must be known.
pub(super) fn starts(
    injects: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    for inject in injects.items() {
        let start = inject.get("does").and_then(|does| does.value.get("start"));
        let Some(start) = start.map(|entry| &entry.value) else {
            continue;
        };
        let needed = playbook.by_hand.facts.iter();
        let missing: Vec<&str> = needed
            .filter(|fact| start.get(fact).is_none())
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            problems.warning(
                start.home,
                "cannot-start",
                format!(
                    "this start would be refused: it does not give {}",
                    missing.join(", ")
                ),
                "`by_hand.facts` says what must be known: write it here too",
            );
        }
        let who = inject.get("who").map(|who| &who.value);
        let Some((node, person)) = who.and_then(|who| Some((who, who.scalar()?))) else {
            continue;
        };
        let allowed = &playbook.by_hand.allowed;
        // A role that is not there is said where it is named.
        let are_known = allowed.iter().all(|role| organisation.role(role).is_some());
        let may = allowed.iter().any(|role| has(role, person, organisation));
        if !allowed.is_empty() && are_known && !may {
            problems.warning(
                node.span,
                "cannot-start",
                format!(
                    "`{person}` has none of the roles that may start this playbook: {}",
                    allowed.join(", ")
                ),
                "let somebody with such a role do it, or add a role to `by_hand.allowed`",
            );
        }
    }
}

/// Whether somebody has a role, if only for some days.
fn has(role: &str, person: &str, organisation: &Organisation) -> bool {
    organisation.role(role).is_some_and(|role| {
        let swaps = role.swaps.iter().map(|swap| &swap.who);
        role.people.iter().chain(swaps).any(|one| one == person)
    })
}

fn deputy(root: &Node, playbook: &Playbook, problems: &Problems) {
    if playbook.deputy.as_ref() == Some(&playbook.owner) {
        let at = root.place(&["deputy"]);
        problems.warning(
            at,
            "nobody-behind",
            format!(
                "the deputy is `{}`, who is the owner already",
                playbook.owner
            ),
            "name another role, or take `deputy` away",
        );
    }
}

/// The last line whose moment has come counts, so a later moment stands lower.
fn rhythm(root: &Node, playbook: &Playbook, problems: &Problems) {
    let from = |moment: &Option<Moment>| match moment {
        None => Some(Duration::ZERO),
        Some(Moment::Since(length)) => Some(*length),
        Some(Moment::After(..) | Moment::Before(..)) => None,
    };
    let written = root
        .get("cadence")
        .map_or(&[][..], |entry| entry.value.items());
    let mut latest: Option<Duration> = None;
    for (line, item) in playbook.cadence.iter().zip(written) {
        let Some(begins) = from(&line.from) else {
            continue;
        };
        if let Some(before) = latest.filter(|before| begins <= *before) {
            problems.warning(
                item.span,
                "cadence-order",
                format!(
                    "this line counts from {}, and the one above it, from {}, never does",
                    format_duration(begins),
                    format_duration(before)
                ),
                "the last line whose `from` has come counts: put them in the order of time",
            );
        }
        latest = latest.max(Some(begins));
    }
}

/// Who is alerted needs time to read it before somebody else is.
fn steps(root: &Node, playbook: &Playbook, problems: &Problems) {
    for (level, steps) in &playbook.alert {
        let alert = root.get("alert").and_then(|alert| alert.value.get(level));
        let written = alert.map_or(&[][..], |entry| entry.value.items());
        let mut before: Option<Duration> = None;
        for (step, item) in steps.iter().zip(written) {
            let gap = before.and_then(|before| step.after.checked_sub(before));
            let gap = gap.filter(|gap| !gap.is_zero());
            let short = gap.into_iter().chain(step.repeat).min();
            if let Some(short) = short.filter(|short| *short < SHORTEST_STEP) {
                problems.warning(
                    item.span,
                    "step-too-soon",
                    format!(
                        "this step gives people {} to read an alert and answer",
                        format_duration(short)
                    ),
                    "leave them some minutes, such as 10m: who answers in time is not passed over",
                );
            }
            before = Some(step.after);
        }
    }
}

/// The rule behind a deadline, without a deadline: nobody sees the hours left.
fn rule_without_deadline(root: &Node, item: &Item<'_>, problems: &Problems) {
    let mut place = place_of(item);
    place.push("legal");
    if item.legal.is_some() && item.due.is_none() && item.every.is_none() {
        let at = root.place(&place);
        problems.warning(
            at,
            "legal-no-due",
            format!(
                "`{}` has a rule behind its deadline, and no deadline",
                item.name
            ),
            "add due: 72h after start, or after a fact of kind time",
        );
    }
}

/// A deadline that lies before what it belongs to opens.
fn deadline(root: &Node, item: &Item<'_>, playbook: &Playbook, problems: &Problems) {
    let place_at = |key: &str| {
        let mut place = place_of(item);
        place.push(key);
        root.place(&place)
    };
    if item.home == Home::Aftercare && item.every.is_some() {
        let at = place_at("every");
        problems.warning(
            at,
            "after-stand-down",
            format!(
                "`{}` never comes back: what repeats does so until the stand-down",
                item.name
            ),
            "take `every` away, or write one for each time it is to be done",
        );
    }
    let why = match item.due {
        Some(Moment::Since(length)) if length.is_zero() => {
            "is due the moment it opens: it is overdue at once"
        }
        Some(Moment::Before(_, name)) if name == "start" => {
            "is due before the start: it falls due an hour after it opens"
        }
        Some(Moment::Before(_, name)) if name == "stand_down" && item.home == Home::Aftercare => {
            "opens at the stand-down and is due before it: it falls due an hour later"
        }
        Some(Moment::After(length, name)) if name == "start" && *length < opens(item, playbook) => {
            "is due before it opens: it falls due an hour after that"
        }
        _ => return,
    };
    let at = place_at("due");
    problems.warning(
        at,
        "due-at-once",
        format!("`{}` {why}", item.name),
        "write how long people have, such as 30m",
    );
}

/// How long after the start it opens at the earliest, as far as that is a length.
fn opens(item: &Item<'_>, playbook: &Playbook) -> Duration {
    let phase = match item.home {
        Home::Phase(aim) => playbook.phases.iter().find(|phase| phase.aim == aim),
        Home::Run | Home::Aftercare => None,
    };
    let conditions = phase
        .and_then(|phase| phase.when.as_ref())
        .into_iter()
        .chain(item.when);
    let lengths = conditions
        .flat_map(conjuncts)
        .filter_map(|test| match test {
            Test::Time(Moment::Since(length)) => Some(*length),
            _ => None,
        });
    lengths.max().unwrap_or_default()
}

/// A test in which somebody approves what none of their roles may fails for that.
fn approvers(root: &Node, playbook: &Playbook, organisation: &Organisation, problems: &Problems) {
    for inject in injects_of_tests(root).flat_map(Node::items) {
        let Some(who) = inject.get("who") else {
            continue;
        };
        let does = inject
            .get("does")
            .and_then(|does| does.value.get("approve"));
        let message = does.and_then(|approve| playbook.message(approve.value.scalar()?));
        let Some((person, message)) = who.value.scalar().zip(message) else {
            continue;
        };
        let may = |role: &String| has(role, person, organisation);
        let mut roles = message.approve.iter();
        let are_known = roles.all(|role| organisation.role(role).is_some());
        if are_known && !message.approve.iter().any(may) {
            problems.warning(
                who.value.span,
                "no-role",
                format!(
                    "`{person}` has none of the roles that approve `{}`: {}",
                    message.name,
                    message.approve.join(", ")
                ),
                "let somebody with that role do it, or give the role to this person",
            );
        }
    }
}

/// Reports a `begins` that no clock in the zone ever shows: the hour that is skipped
/// in spring.
pub(super) fn begins(story: &Node, zone: Tz, problems: &Problems) {
    let Some(begins) = story.get("begins").map(|entry| &entry.value) else {
        return;
    };
    let written = begins.scalar().unwrap_or_default();
    let Ok(local) = NaiveDateTime::parse_from_str(written, "%Y-%m-%d %H:%M") else {
        return;
    };
    if matches!(zone.from_local_datetime(&local), LocalResult::None) {
        problems.error(
            begins.span,
            "date",
            format!("`{written}` does not exist: the clocks in {zone} skip that hour"),
            "write an hour earlier or later",
        );
    }
}
