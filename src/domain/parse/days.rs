//! Reads which days and hours are unlike others: the calendar, office hours.

use chrono::{NaiveDate, Weekday};

use crate::domain::almanac::{SpecialDays, Unlike};
use crate::domain::office::OfficeHours;

use super::fields::Fields;
use super::names::{Scope, WATCH, refer};
use super::problems::Problems;
use super::tree::{Node, shortened};
use super::{measure, value};

/// The days of the week, as they are written.
pub(in crate::domain) const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// In days: so long are holidays at most, and a period of another volume.
const LONGEST_LIKE: i64 = 62;
const LONGEST_USUAL: i64 = 366;

/// A busy day has so many times what is usual at most.
const MOST_TIMES: f64 = 50.0;

fn day(written: &str) -> Option<Weekday> {
    let number = DAYS.iter().position(|one| *one == written)?;
    Weekday::try_from(u8::try_from(number).ok()?).ok()
}

/// `{ days: monday-friday, from: "08:00", to: "18:00" }`.
pub(super) fn office_hours(node: &Node, scope: Scope<'_>) -> Option<OfficeHours> {
    let mut fields = Fields::open(node, node.span, "`office_hours`", scope.problems)?;
    let days = fields.demand("days", "monday-friday", days);
    let from = fields.demand("from", "\"08:00\"", measure::clock);
    let to = fields.demand("to", "\"18:00\"", measure::clock);
    let at = fields.at();
    fields.close();
    let ((first, last), from, to) = (days?, from?, to?);
    if from >= to {
        scope.problems.error(
            at,
            "clock",
            "office hours end before they begin",
            "`from` must be earlier than `to`",
        );
        return None;
    }
    Some(OfficeHours {
        first,
        last,
        from,
        to,
    })
}

/// The first and the last day.
fn days(node: &Node, problems: &Problems) -> Option<(Weekday, Weekday)> {
    let written = value::word(node, "days", "monday-friday", problems)?;
    let days = match written.split_once('-') {
        Some((first, last)) => day(first).zip(day(last)),
        None => day(written).map(|only| (only, only)),
    };
    if days.is_none() {
        problems.error(
            node.span,
            "days",
            format!("`{}` are not days", shortened(written)),
            "write the first and the last day, such as monday-friday",
        );
    }
    days
}

/// Days that are unlike their weekday.
pub(super) fn calendar(node: &Node, scope: Scope<'_>) -> Vec<SpecialDays> {
    let example = "[ { date: 2026-04-27, title: \"…\", like: sunday } ]";
    let days = value::list(node, example, scope.problems, |item, _| {
        Some((special(item, scope)?, item.span))
    });
    let days = days.unwrap_or_default();
    for (number, (later, span)) in days.iter().enumerate() {
        let mut earlier = days.iter().take(number).map(|(one, _)| one);
        if let Some(other) = earlier.find(|earlier| contradict(earlier, later)) {
            scope.problems.warning(
                *span,
                "calendar-overlap",
                format!(
                    "{} is in the calendar as another weekday already",
                    later.from.max(other.from)
                ),
                "the last of them counts; leave one out",
            );
        }
    }
    days.into_iter().map(|(days, _)| days).collect()
}

/// Whether one day cannot be like both.
fn contradict(one: &SpecialDays, other: &SpecialDays) -> bool {
    let meet = one.from <= other.through && other.from <= one.through;
    let is_same_watch = match (&one.watch, &other.watch) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let (Unlike::Like(day), Unlike::Like(other)) = (one.unlike, other.unlike) else {
        return false;
    };
    meet && is_same_watch && day != other
}

/// Warns of a calendar that nobody kept up: the next holiday will look like a
/// silence, or a storm.
pub(super) fn is_past(
    root: &Node,
    calendar: &[SpecialDays],
    today: NaiveDate,
    problems: &Problems,
) {
    let last = calendar.iter().map(|days| days.through).max();
    if let Some((entry, last)) = root.get("calendar").zip(last)
        && last < today
    {
        problems.warning(
            entry.key_span,
            "calendar-past",
            format!("every day in the calendar has passed; the last was {last}"),
            "add the holidays and planned events of the next year, or what is usual on them is taken from an ordinary day",
        );
    }
}

fn special(node: &Node, scope: Scope<'_>) -> Option<SpecialDays> {
    let problems = scope.problems;
    let mut fields = Fields::open(node, node.span, "a day in the calendar", problems)?;
    let from = fields.demand("date", "2026-04-27", measure::date);
    let through = fields.get("through");
    let last = through.and_then(|node| measure::date(node, problems));
    let title = fields.demand("title", "\"Open day\"", value::text);
    let watch = fields.read("watch", |node, p| {
        refer(node, &WATCH, &scope.names.watches, p)
    });
    let unlike = fields.one_of(&["like", "usual"]).and_then(|entry| {
        let node = &entry.value;
        if entry.key == "like" {
            let written = value::choice(node, "a weekday", &DAYS, problems)?;
            day(written).map(Unlike::Like)
        } else {
            let ratio = measure::ratio(node, problems);
            if ratio.is_some_and(|ratio| !(1.0 / MOST_TIMES..=MOST_TIMES).contains(&ratio)) {
                problems.warning(
                    node.span,
                    "unlikely",
                    "nobody has a day like that: what is really unusual on it would not be seen",
                    "write what such a day was the last time, such as 3x",
                );
            }
            ratio.map(Unlike::Usual)
        }
    });
    fields.close();
    let from = from?;
    let last = last.unwrap_or(from);
    if let Some(node) = through
        && last < from
    {
        problems.error(
            node.span,
            "date",
            "the last day comes before the first",
            "`through` is the last day, included",
        );
        return None;
    }
    let days = (last - from).num_days();
    let is_long = match unlike {
        Some(Unlike::Like(_)) => days > LONGEST_LIKE,
        _ => days > LONGEST_USUAL,
    };
    if let Some(node) = through.filter(|_| is_long) {
        problems.warning(
            node.span,
            "unlikely",
            format!("this lasts {} days", days + 1),
            "look at the year; a period that is always so becomes the usual by itself",
        );
    }
    Some(SpecialDays {
        from,
        through: last,
        title: title?,
        watch,
        unlike: unlike?,
    })
}
