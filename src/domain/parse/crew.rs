//! Warns of alerts that end with one person or with nobody: a ladder with one
//! person on it, deputies who are away, a step that finds nobody new, two people
//! with one mailbox, a task that nobody hears of.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::Datelike;

use crate::domain::condition::{Moment, Test};
use crate::domain::duty;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{AlertStep, Home, Item, ItemKind, Playbook, start_over};
use crate::domain::time::{Timestamp, after, format_duration, shown};

use super::cover::{self, nobody_else, the_only_one};
use super::opening::place_of;
use super::problems::Problems;
use super::tree::Node;

/// How far ahead is looked: time enough to find somebody.
const LOOK_AHEAD: Duration = Duration::from_secs(14 * 86_400);

/// A second step within this is no late one, however short the deadlines are.
const SOON_ENOUGH: Duration = Duration::from_secs(45 * 60);

/// What a playbook says about people, whatever day it is.
pub(super) fn playbook(
    root: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    for (level, steps) in &playbook.alert {
        if the_only_one(organisation).is_none() {
            empty_steps(root, level, steps, organisation, problems);
        }
        ends_early(root, level, steps, playbook, problems);
        escalates_late(root, level, steps, playbook, problems);
    }
    untold(root, playbook, problems);
    if the_only_one(organisation).is_none() {
        nobody_else(root, playbook, organisation, problems);
    }
}

/// The second step comes when all that was to be done at once is overdue already.
fn escalates_late(
    root: &Node,
    level: &str,
    steps: &[AlertStep],
    playbook: &Playbook,
    problems: &Problems,
) {
    let (Some(first), Some(second)) = (steps.first(), steps.get(1)) else {
        return;
    };
    // Who is asked again and again is not waited for in silence.
    if first.repeat.is_some() {
        return;
    }
    let due = due_at(playbook, level).map(|(due, _)| due).max();
    if let Some(due) = due.filter(|due| second.after > (*due).max(SOON_ENOUGH)) {
        let alert = root.get("alert").and_then(|alert| alert.value.get(level));
        let step = alert.and_then(|steps| steps.value.items().get(1));
        let after = step.and_then(|step| step.get("after"));
        let at = after.map_or(root.place(&["alert", level]), |after| after.value.span);
        problems.warning(
            at,
            "escalation-late",
            format!(
                "nobody else hears it for {}, and all that is to be done at `{level}` is overdue after {}",
                format_duration(second.after),
                format_duration(due)
            ),
            "let the second step come sooner, such as after: 10m",
        );
    }
}

/// A step for deputies where nobody has any.
fn empty_steps(
    root: &Node,
    level: &str,
    steps: &[AlertStep],
    organisation: &Organisation,
    problems: &Problems,
) {
    let Some(first) = steps.first() else { return };
    let has_deputy = |role: &String| {
        let role = organisation.role(role);
        role.is_some_and(|role| role.people.len() > 1)
    };
    let written = root.get("alert").and_then(|alert| alert.value.get(level));
    let items = written.map_or(&[][..], |entry| entry.value.items());
    for (step, item) in steps.iter().zip(items) {
        let names_nobody = step.roles.is_empty() && step.tell.is_empty();
        if step.deputies && names_nobody && !first.roles.iter().any(has_deputy) {
            let repeats = match step.repeat {
                Some(_) => "this step repeats, and",
                None => "this step",
            };
            problems.warning(
                item.span,
                "step-reaches-nobody",
                format!(
                    "{repeats} reaches nobody: `{}` has no deputies",
                    first.roles.join("`, `")
                ),
                "add a second person to the role, or name another role in this step",
            );
        }
    }
}

/// Warns of a ladder that asks one person, where others could stand in: it is the
/// ladder that passes them by.
pub(super) fn without_deputies(
    root: &Node,
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    for (level, steps) in &playbook.alert {
        if lacks_deputies(steps, organisation) {
            let at = root.place(&["alert", level]);
            problems.warning(
                at,
                "nobody-behind",
                format!("only who has the role is ever asked at level `{level}`, and no deputy: who sleeps through it is not replaced"),
                "add a step `{ after: 10m, deputies: true }`, or a step with another role",
            );
        }
    }
}

/// Whether a ladder asks one person only, while its first roles have deputies.
fn lacks_deputies(steps: &[AlertStep], organisation: &Organisation) -> bool {
    let Some(first) = steps.first() else {
        return false;
    };
    let people = |role: &String| {
        let role = organisation.role(role);
        role.map_or(&[][..], |role| &*role.people)
    };
    let roles = steps.iter().flat_map(|step| &step.roles);
    let holders: BTreeSet<&String> = roles.filter_map(|role| people(role).first()).collect();
    let all: BTreeSet<&String> = first.roles.iter().flat_map(people).collect();
    !steps.iter().any(|step| step.deputies) && holders.len() == 1 && all.len() > 1
}

/// The steps are over, and start over only after the first deadline.
fn ends_early(
    root: &Node,
    level: &str,
    steps: &[AlertStep],
    playbook: &Playbook,
    problems: &Problems,
) {
    let mut end = Duration::ZERO;
    for step in steps {
        let more = match (step.repeat, step.times) {
            (Some(_), None) => return,
            (Some(repeat), Some(times)) => {
                repeat.saturating_mul(u32::try_from(times.saturating_sub(1)).unwrap_or(u32::MAX))
            }
            (None, _) => Duration::ZERO,
        };
        end = end.max(step.after.saturating_add(more));
    }
    // By default they start over soon: then it is enough that the first deadline falls
    // while people are still being alerted, and a single step is one on purpose.
    let is_soon = playbook.start_over <= start_over();
    let is_in_time = due_at(playbook, level).any(|(due, _)| due <= end);
    if is_soon && (is_in_time || steps.len() < 2) {
        return;
    }
    // What falls due while people are still being alerted is heard of in time.
    let due = due_at(playbook, level).filter(|(due, _)| *due > end);
    let Some((due, name)) = due.min() else {
        return;
    };
    if end < due && due < end.saturating_add(playbook.start_over) {
        let alert = root.get("alert").and_then(|alert| alert.value.get(level));
        let last = alert.and_then(|steps| steps.value.items().last());
        let at = last.map_or(root.place(&["alert", level]), |last| last.span);
        problems.warning(
            at,
            "escalation-ends",
            format!(
                "the steps of `{level}` end after {}, and start over {} later: `{name}` falls due at {} and nobody is being alerted",
                format_duration(end),
                format_duration(playbook.start_over),
                format_duration(due)
            ),
            "give the last step a `repeat`, or make `start_over` shorter",
        );
    }
}

/// What is due a while after it opens, of all that opens at the start or at a level.
fn due_at<'p>(playbook: &'p Playbook, level: &str) -> impl Iterator<Item = (Duration, &'p str)> {
    let at = playbook.rank(level);
    let is_open = move |item: &Item<'_>| match (item.home, item.when) {
        (Home::Aftercare, _) => false,
        (Home::Phase(aim), _)
            if playbook
                .phases
                .iter()
                .any(|one| one.aim == aim && one.when.is_some()) =>
        {
            false
        }
        (_, None) => true,
        (_, Some(when)) => {
            let reached =
                |test: &Test| matches!(test, Test::Level(needed) if playbook.rank(needed) <= at);
            when.tests.iter().all(reached)
        }
    };
    let items = playbook.items().filter(is_open);
    items.filter_map(|item| match item.due {
        Some(Moment::Since(length)) => Some((*length, item.name)),
        _ => None,
    })
}

/// A task without a deadline is never reminded of; who is not alerted either does
/// not know that it is there.
fn untold(root: &Node, playbook: &Playbook, problems: &Problems) {
    let steps = playbook.alert.iter().flat_map(|(_, steps)| steps);
    let alerted = steps.flat_map(|step| step.roles.iter().chain(&step.tell));
    let mut told: BTreeSet<&str> = alerted.map(String::as_str).collect();
    told.insert(&playbook.owner);
    told.extend(playbook.deputy.as_deref());
    for item in playbook.items() {
        let is_task = matches!(item.kind, ItemKind::Task(_));
        if is_task && item.due.is_none() && item.every.is_none() && !told.contains(item.role) {
            let place = place_of(&item);
            problems.warning(
                root.place(&place),
                "nobody-tells",
                format!(
                    "nobody tells `{}` of task `{}`: no alert names the role, and without `due` no reminder comes",
                    item.role, item.name
                ),
                "add due: 30m, or name the role in `tell` of a step under `alert`",
            );
        }
    }
}

/// Two people with one mailbox, and people who are our own sender.
pub(super) fn mailboxes(root: &Node, organisation: &Organisation, problems: &Problems) {
    let sender = organisation.mail.as_ref().map(|mail| {
        let address = mail.from.rsplit('<').next().unwrap_or_default();
        address.trim_end_matches('>').trim().to_lowercase()
    });
    for (number, person) in organisation.team.iter().enumerate() {
        let address = person.email.to_lowercase();
        let at = root.place(&["team", &person.key, "email"]);
        if sender.as_ref() == Some(&address) {
            problems.warning(
                at,
                "same-address",
                format!(
                    "`{}` has the address that our alerts come from, so nobody may be reading it",
                    person.key
                ),
                "write the person's own address",
            );
        }
        let mut before = organisation.team[..number].iter();
        if let Some(other) = before.find(|other| other.email.to_lowercase() == address) {
            problems.warning(
                at,
                "same-address",
                format!(
                    "`{}` and `{}` have one address: alerting the one reaches nobody else",
                    person.key, other.key
                ),
                "write each person's own address, so that a deputy hears what the other missed",
            );
        }
    }
}

/// One ladder: who can be reached on it at a moment.
struct Ladder<'a> {
    playbook: &'a str,
    level: &'a str,
    roles: BTreeSet<String>,
    /// Whether the deputies of the first step are on it.
    has_deputies: bool,
    first: Vec<String>,
    /// As they are written.
    steps: Option<&'a [AlertStep]>,
}

impl<'a> Ladder<'a> {
    /// One for each level; where none is written, the usual one.
    fn all(playbook: &'a Playbook) -> Vec<Self> {
        let usual = AlertStep::usual(&playbook.owner, playbook.deputy.as_deref());
        let ladder = |level: &'a str| {
            let written = playbook.alert.iter().find(|(name, _)| name == level);
            let steps = written.map_or(&usual, |(_, steps)| steps);
            let roles = steps.iter().flat_map(|step| step.roles.clone());
            Self {
                playbook: &playbook.name,
                level,
                roles: roles.collect(),
                has_deputies: steps.iter().any(|step| step.deputies),
                first: steps
                    .first()
                    .map_or_else(Vec::new, |step| step.roles.clone()),
                steps: written.map(|(_, steps)| steps.as_slice()),
            }
        };
        let levels = playbook.levels.iter().map(|level| ladder(&level.name));
        levels.filter(|ladder| !ladder.first.is_empty()).collect()
    }

    /// Then that is said of its steps.
    fn passes_deputies_by(&self, organisation: &Organisation) -> bool {
        self.steps
            .is_some_and(|steps| lacks_deputies(steps, organisation))
    }

    /// Keys of everybody who would be asked for an answer at that moment.
    fn people(&self, organisation: &Organisation, now: Timestamp) -> BTreeSet<String> {
        let mut people = BTreeSet::new();
        for role in &self.roles {
            let ready = duty::in_order(organisation, role, now);
            let n_asked = match self.has_deputies && self.first.contains(role) {
                true => ready.len(),
                false => 1,
            };
            people.extend(ready.iter().take(n_asked).map(|person| person.key.clone()));
        }
        people
    }
}

/// Warns of the ladders on which a single person stands, always or in the next days.
pub(super) fn ladders(
    root: &Node,
    organisation: &Organisation,
    playbooks: &[Playbook],
    now: Timestamp,
    problems: &Problems,
) {
    if let Some(only) = the_only_one(organisation) {
        let first = organisation.roles.first().map_or("", |role| &role.key);
        let at = root.place(&["roles", first, "people"]);
        problems.warning(
            at,
            "nobody-behind",
            format!("`{only}` has every role: nobody else is ever asked, and nobody else approves"),
            "give each role a second person: who sleeps, is ill or is away is not replaced now",
        );
        return;
    }
    let zone = organisation.timezone;
    let year = now.with_timezone(&zone).year();
    let mut said: BTreeSet<(String, Option<Timestamp>)> = BTreeSet::new();
    for ladder in playbooks.iter().flat_map(Ladder::all) {
        let mut moments = BTreeSet::from([now]);
        for role in &ladder.roles {
            let ahead = duty::stretches(organisation, role, now, after(now, LOOK_AHEAD));
            moments.extend(
                ahead
                    .iter()
                    .map(|stretch| stretch.from)
                    .filter(|from| *from > now),
            );
        }
        let alone = moments.iter().filter_map(|moment| {
            let people = ladder.people(organisation, *moment);
            let is_alone = people.len() == 1;
            let only = people.into_iter().next()?;
            is_alone.then_some((*moment, only))
        });
        let alone: Vec<(Timestamp, String)> = alone.collect();
        let Some((from, only)) = alone.first().cloned() else {
            continue;
        };
        let is_always = moments.len() == alone.len();
        if is_always && ladder.passes_deputies_by(organisation) {
            continue;
        }
        let is_one = alone.iter().all(|(_, person)| *person == only);
        let [role, ..] = ladder.first.as_slice() else {
            continue;
        };
        let place = root.place(&["roles", role, "people"]);
        let key = (role.clone(), (!is_always).then_some(from));
        if !said.insert(key) {
            continue;
        }
        let (level, name) = (ladder.level, ladder.playbook);
        if is_always {
            let who = match is_one {
                true => format!("`{only}`"),
                false => "the one on duty".to_owned(),
            };
            problems.warning(
                place,
                "nobody-behind",
                format!("only {who} is ever asked at level `{level}` of `{name}`: who sleeps through it is not replaced"),
                "add a second person to the role and a step `{ after: 10m, deputies: true }`, or a step with another role",
            );
        } else {
            let from = match from == now {
                true => "now".to_owned(),
                false => format!("from {}", shown(from, zone, year)),
            };
            problems.warning(
                place,
                "deputies-away",
                format!("{from} only `{only}` can be asked at level `{level}` of `{name}`: the others are away"),
                "add somebody to the role, or a swap for those days",
            );
        }
    }
    let alone: BTreeSet<&str> = said.iter().map(|(role, _)| role.as_str()).collect();
    cover::deputies(root, organisation, playbooks, &alone, problems);
}
