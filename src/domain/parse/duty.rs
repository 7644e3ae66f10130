//! Reads who is there when: `away`, and the `rota` and `swaps` of a role.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use crate::domain::duty;
use crate::domain::organisation::{Organisation, Rota, Stay, Turn};
use crate::domain::time::{Timestamp, after, shown};

use super::days::DAYS;
use super::fields::Fields;
use super::names::{PERSON, Scope, refer};
use super::problems::{Problems, Span};
use super::tree::{Entry, Node, shortened};
use super::{measure, value};

/// How far ahead gaps are looked for: time enough to find somebody.
const LOOK_AHEAD: Duration = Duration::from_secs(14 * 86_400);

/// In days: nobody is away for longer and keeps the role.
const LONGEST_STAY: i64 = 366;

/// The days on which people cannot be alerted.
pub(super) fn away(node: &Node, scope: Scope<'_>) -> Vec<Stay> {
    let stays = stays(node, "an absence", scope);
    stays.into_iter().map(|(stay, _)| stay).collect()
}

/// `{ each: week, change: monday 09:00, from: 2026-03-02 }`. Turns are for
/// several: with a single person somebody forgot somebody.
pub(super) fn rota(entry: &Entry, people: Option<&[String]>, scope: Scope<'_>) -> Option<Rota> {
    let problems = scope.problems;
    let node = &entry.value;
    let mut fields = Fields::open(node, node.span, "`rota`", problems)?;
    let each = fields.demand("each", "week", |node, p| {
        value::choice(node, "a turn", &["week", "day"], p)
    });
    let change = fields.need("change", "monday 09:00");
    let change = each.zip(change).and_then(|(each, node)| {
        if each == "day" {
            Some((Turn::Day, measure::clock(node, problems)?))
        } else {
            day_and_clock(node, problems).map(|(day, clock)| (Turn::Week(day), clock))
        }
    });
    let from = fields.demand("from", "2026-03-02", measure::date);
    fields.close();
    if let Some([only]) = people {
        problems.warning(
            entry.key_span,
            "rota-of-one",
            format!("`{only}` is the only one in this rota, and has every turn"),
            "add the others to `people`, or take the rota away",
        );
    }
    let (each, change) = change?;
    Some(Rota {
        each,
        change,
        from: from?,
    })
}

/// `monday 09:00`.
fn day_and_clock(node: &Node, problems: &Problems) -> Option<(Weekday, NaiveTime)> {
    let written = value::word(node, "a day and time", "monday 09:00", problems)?;
    let read = written.split_once(' ').and_then(|(day, clock)| {
        let day = Some(day).filter(|day| DAYS.contains(day))?;
        Some((day.parse().ok()?, measure::clock_time(clock)?))
    });
    if read.is_none() {
        problems.error(
            node.span,
            "rota",
            format!("`{}` is not a day and time", shortened(written)),
            "write a weekday and a time, such as monday 09:00",
        );
    }
    read
}

/// Who has a role on some days instead. Two at once would leave open who it is.
pub(super) fn swaps(node: &Node, away: &[Stay], scope: Scope<'_>) -> Vec<Stay> {
    let problems = scope.problems;
    let stays = stays(node, "a swap", scope);
    let mut in_time: Vec<&(Stay, Span)> = stays.iter().collect();
    in_time.sort_by_key(|(stay, _)| stay.from);
    for two in in_time.windows(2) {
        let [(first, _), (second, span)] = two else {
            continue;
        };
        if second.from <= first.through {
            problems.error(
                *span,
                "overlap",
                format!(
                    "`{}` has this role already on {}, by the swap from {} through {}",
                    first.who, second.from, first.from, first.through
                ),
                "let one swap end on the day before the other begins",
            );
        }
    }
    for (swap, span) in &stays {
        let absence = away.iter().find(|stay| {
            stay.who == swap.who && stay.from <= swap.through && swap.from <= stay.through
        });
        if let Some(absence) = absence {
            problems.warning(
                *span,
                "swap-while-away",
                format!(
                    "`{}` is away from {} through {}",
                    swap.who, absence.from, absence.through
                ),
                "the usual person has the role on those days; choose somebody else, or other days",
            );
        }
    }
    stays.into_iter().map(|(stay, _)| stay).collect()
}

/// Warns of a rota whose first turn is years away: mostly it is the year that is wrong.
pub(super) fn begun(
    root: &Node,
    organisation: &Organisation,
    today: NaiveDate,
    problems: &Problems,
) {
    for role in &organisation.roles {
        let Some(rota) = &role.rota else { continue };
        let ahead = (rota.from - today).num_days();
        if ahead > LONGEST_STAY {
            let at = root.place(&["roles", &role.key, "rota", "from"]);
            problems.warning(
                at,
                "unlikely",
                format!("the first turn of this rota is in {ahead} days"),
                "look at the year; `from` is the day on which the first person takes the role",
            );
        }
    }
}

/// Warns of the times in the next days in which nobody has a role.
pub(super) fn gaps(root: &Node, organisation: &Organisation, now: Timestamp, problems: &Problems) {
    let zone = organisation.timezone;
    let year = now.with_timezone(&zone).year();
    let roles = root
        .get("roles")
        .map_or(&[][..], |roles| roles.value.entries());
    for entry in roles {
        for (from, until) in duty::gaps(organisation, &entry.key, now, after(now, LOOK_AHEAD)) {
            let why = duty::on_duty(organisation, &entry.key, from).err();
            let from = if from == now {
                "now".to_owned()
            } else {
                shown(from, zone, year)
            };
            let until = until.map_or_else(
                || ", for more than a year".to_owned(),
                |until| format!(" until {}", shown(until, zone, year)),
            );
            let at = root.place(&["roles", &entry.key, "people"]);
            problems.warning(
                at,
                "nobody-on-duty",
                format!("nobody is on duty as `{}` from {from}{until}", entry.key),
                format!(
                    "{}; add a deputy to `people`, or a swap for those days",
                    why.unwrap_or_default()
                ),
            );
        }
    }
}

/// A list of `{ who, from, through }`, each with its place.
fn stays(node: &Node, what: &str, scope: Scope<'_>) -> Vec<(Stay, Span)> {
    let example = "[ { who: name, from: 2026-04-27, through: 2026-05-10 } ]";
    let read = value::list(node, example, scope.problems, |item, problems| {
        let mut fields = Fields::open(item, item.span, what, problems)?;
        let who = fields.demand("who", "name", |node, p| {
            refer(node, &PERSON, &scope.names.people, p)
        });
        let from = fields.demand("from", "2026-04-27", measure::date);
        let through = fields.demand("through", "2026-05-10", measure::date);
        fields.close();
        let (from, through) = from.zip(through)?;
        if from > through {
            problems.error(
                item.span,
                "date",
                "it ends before it begins",
                "`from` is the first day, `through` the last",
            );
            return None;
        }
        if (through - from).num_days() > LONGEST_STAY {
            problems.warning(
                item.span,
                "unlikely",
                format!(
                    "this lasts {} days: more than a year",
                    (through - from).num_days() + 1
                ),
                "look at the year; who is away for good leaves the roles",
            );
        }
        let stay = Stay {
            who: who?,
            from,
            through,
        };
        Some((stay, item.span))
    });
    read.unwrap_or_default()
}
