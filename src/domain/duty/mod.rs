//! Who is on duty: the only place that makes people of roles.
//!
//! The usual person has a role: the first of `people`, or whose turn it is in
//! the rota. On the days of a swap somebody else has it. Who is away is passed
//! over: instead of the usual person comes the first deputy who is there, instead
//! of somebody who was to swap the usual person. The others in `people` who are
//! there are the deputies, in their order.
//!
//! Days begin and turns change by the clocks of the organisation's zone. At the
//! very moment of a change the new person has the role.

mod turns;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::organisation::{Organisation, Person, Role, Stay};
use super::time::{Timestamp, begin_of, days_later, end_of};

use turns::Turns;

/// How far ahead we look for the next change. Beyond it nobody plans.
const FORESIGHT: TimeDelta = TimeDelta::days(400);

/// No more absent people than this are named in a reason.
const MOST_NAMED: usize = 4;

/// Who has a role at a moment, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty<'a> {
    /// `None` when nobody can be alerted.
    pub person: Option<&'a Person>,
    pub why: Why<'a>,
    /// Who is alerted after them, in order; without those who are away.
    pub deputies: Vec<&'a Person>,
}

impl Duty<'_> {
    /// Whether the same person has the role for the same reason, or nobody in
    /// both cases. Deputies may differ.
    pub fn is_like(&self, other: &Self) -> bool {
        let is_same = self.person == other.person;
        is_same && (self.person.is_none() || self.why == other.why)
    }
}

/// Why somebody is on duty, or nobody is.
#[derive(Debug, Clone, PartialEq)]
pub enum Why<'a> {
    /// First in `people`, and there is no rota.
    Holder,
    /// It is their turn in the rota.
    Rota,
    /// A swap says so.
    Swap,
    /// The usual person is away, this day included.
    StandsIn {
        absent: &'a Person,
        through: NaiveDate,
    },
    /// Nobody holds the role, or these are away; each with their last day.
    Nobody(Vec<(&'a Person, NaiveDate)>),
}

/// A time in which nothing changes: from `from` until just before `until`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch<'a> {
    pub from: Timestamp,
    pub until: Timestamp,
    pub duty: Duty<'a>,
}

/// Who can be alerted for a role now: the one on duty, then the deputies. Empty
/// when there is nobody.
pub fn in_order<'a>(organisation: &'a Organisation, role: &str, now: Timestamp) -> Vec<&'a Person> {
    let duty = at(organisation, role, now);
    duty.map_or_else(Vec::new, |duty| {
        duty.person.into_iter().chain(duty.deputies).collect()
    })
}

/// The person on duty for a role now; the error says why there is none.
pub fn on_duty<'a>(
    organisation: &'a Organisation,
    role: &str,
    now: Timestamp,
) -> Result<&'a Person, String> {
    let duty =
        at(organisation, role, now).ok_or_else(|| format!("there is no role {role} any more"))?;
    let year = now.with_timezone(&organisation.timezone).year();
    duty.person.ok_or_else(|| duty.why.sentence(year))
}

/// Who has a role now, and why; `None` when there is no such role.
pub fn at<'a>(organisation: &'a Organisation, role: &str, now: Timestamp) -> Option<Duty<'a>> {
    let role = organisation.role(role)?;
    Some(Roster::of(organisation, role).at(now))
}

/// Who has a role when: stretches without a hole from `from` until `until`.
/// None when there is no such role.
pub fn stretches<'a>(
    organisation: &'a Organisation,
    role: &str,
    from: Timestamp,
    until: Timestamp,
) -> Vec<Stretch<'a>> {
    organisation.role(role).map_or_else(Vec::new, |role| {
        Roster::of(organisation, role).stretches(from, until)
    })
}

/// When another person has the role, or the same one for another reason; `None`
/// when that is too far away to plan.
pub fn next_change(organisation: &Organisation, role: &str, now: Timestamp) -> Option<Timestamp> {
    let horizon = now.checked_add_signed(FORESIGHT)?;
    let ahead = stretches(organisation, role, now, horizon);
    let first = &ahead.first()?.duty;
    let changed = ahead.iter().find(|stretch| !stretch.duty.is_like(first));
    changed.map(|stretch| stretch.from)
}

/// The times that begin before `until` in which nobody has a role. The end may
/// lie beyond; `None` when it is too far away to plan.
pub fn gaps(
    organisation: &Organisation,
    role: &str,
    from: Timestamp,
    until: Timestamp,
) -> Vec<(Timestamp, Option<Timestamp>)> {
    let mut gaps: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
    let mut is_gap = false;
    for stretch in stretches(organisation, role, from, until) {
        match (is_gap, stretch.duty.person) {
            (false, None) => gaps.push((stretch.from, None)),
            (true, Some(_)) => {
                if let Some((_, end)) = gaps.last_mut() {
                    *end = Some(stretch.from);
                }
            }
            (true, None) | (false, Some(_)) => {}
        }
        is_gap = stretch.duty.person.is_none();
    }
    if is_gap
        && let Some((begin, end)) = gaps.last_mut()
        && let Some(horizon) = begin.checked_add_signed(FORESIGHT)
    {
        let ahead = stretches(organisation, role, *begin, horizon);
        let back = ahead.iter().find(|stretch| stretch.duty.person.is_some());
        *end = back.map(|stretch| stretch.from);
    }
    gaps
}

impl Why<'_> {
    /// The reason as part of a sentence. The year is said where it is not `year`.
    pub fn sentence(&self, year: i32) -> String {
        match self {
            Self::Holder => "holds the role".to_owned(),
            Self::Rota => "rota".to_owned(),
            Self::Swap => "swap".to_owned(),
            Self::StandsIn { absent, through } => format!(
                "stands in for {}, away until {}",
                absent.name,
                day(*through, year)
            ),
            Self::Nobody(away) if away.is_empty() => "nobody holds this role".to_owned(),
            Self::Nobody(away) => {
                let mut named: Vec<String> = away
                    .iter()
                    .take(MOST_NAMED)
                    .map(|(person, through)| {
                        format!("{} until {}", person.name, day(*through, year))
                    })
                    .collect();
                if away.len() > MOST_NAMED {
                    named.push(format!("and {} more", away.len() - MOST_NAMED));
                }
                format!(
                    "everybody who holds this role is away: {}",
                    named.join(", ")
                )
            }
        }
    }
}

/// `10 May`, with the year where it is not `year`.
fn day(day: NaiveDate, year: i32) -> String {
    let shown = if day.year() == year {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    day.format(shown).to_string()
}

/// An absence: days that follow each other, as one.
#[derive(Debug, Clone, Copy)]
struct Spell {
    begins: Timestamp,
    ends: Timestamp,
    through: NaiveDate,
}

impl Spell {
    fn of(stay: &Stay, zone: Tz) -> Self {
        Self {
            begins: begin_of(stay.from, zone),
            ends: end_of(stay.through, zone),
            through: stay.through,
        }
    }

    fn covers(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.ends
    }
}

/// All there is to know about one role, with its days made moments.
struct Roster<'a> {
    people: Vec<&'a Person>,
    turns: Option<Turns<'a>>,
    swaps: Vec<(&'a Person, Spell)>,
    away: HashMap<&'a str, Vec<Spell>>,
}

impl<'a> Roster<'a> {
    fn of(organisation: &'a Organisation, role: &'a Role) -> Self {
        let zone = organisation.timezone;
        let people: Vec<&Person> = role
            .people
            .iter()
            .filter_map(|key| organisation.person(key))
            .collect();
        let swaps: Vec<(&Person, Spell)> = role
            .swaps
            .iter()
            .filter_map(|swap| Some((organisation.person(&swap.who)?, Spell::of(swap, zone))))
            .collect();
        let swapped = swaps.iter().map(|(person, _)| *person);
        let mut away: HashMap<&str, Vec<Spell>> = people
            .iter()
            .copied()
            .chain(swapped)
            .map(|person| (person.key.as_str(), Vec::new()))
            .collect();
        let mut stays: Vec<&Stay> = organisation.away.iter().collect();
        stays.sort_by_key(|stay| stay.from);
        for stay in stays {
            if let Some(spells) = away.get_mut(stay.who.as_str()) {
                add(spells, stay, zone);
            }
        }
        Self {
            people,
            turns: role.rota.as_ref().map(|rota| Turns::of(rota, zone)),
            swaps,
            away,
        }
    }

    /// The last day of the absence of somebody who is away now.
    fn away_through(&self, person: &Person, now: Timestamp) -> Option<NaiveDate> {
        let spells = self.away.get(person.key.as_str())?;
        let spell = spells.iter().find(|spell| spell.covers(now))?;
        Some(spell.through)
    }

    fn at(&self, now: Timestamp) -> Duty<'a> {
        let (person, why) = self.first(now);
        let is_deputy = |other: &&&Person| {
            Some(other.key.as_str()) != person.map(|person| person.key.as_str())
                && self.away_through(other, now).is_none()
        };
        Duty {
            person,
            why,
            deputies: self.people.iter().filter(is_deputy).copied().collect(),
        }
    }

    fn first(&self, now: Timestamp) -> (Option<&'a Person>, Why<'a>) {
        let swap = self
            .swaps
            .iter()
            .find(|(person, spell)| spell.covers(now) && self.away_through(person, now).is_none());
        if let Some((person, _)) = swap {
            return (Some(person), Why::Swap);
        }
        let n_people = self.people.len() as u64;
        let turn = self.turns.map_or(0, |turns| turns.at(now));
        // Who would have the role, and then the deputies in the written order.
        let usual = turn.checked_rem(n_people).unwrap_or(0) as usize;
        let deputies = (0..self.people.len()).filter(|place| *place != usual);
        let order = std::iter::once(usual).chain(deputies);
        let mut absent = Vec::new();
        for person in order.filter_map(|place| self.people.get(place).copied()) {
            match self.away_through(person, now) {
                Some(through) => absent.push((person, through)),
                None => {
                    let why = match absent.first() {
                        Some((absent, through)) => Why::StandsIn {
                            absent,
                            through: *through,
                        },
                        None if self.turns.is_some() => Why::Rota,
                        None => Why::Holder,
                    };
                    return (Some(person), why);
                }
            }
        }
        (None, Why::Nobody(absent))
    }

    fn stretches(&self, from: Timestamp, until: Timestamp) -> Vec<Stretch<'a>> {
        let mut stretches: Vec<Stretch> = Vec::new();
        if from >= until {
            return stretches;
        }
        for begin in self.changes(from, until) {
            let duty = self.at(begin);
            match stretches.last_mut() {
                Some(last) if last.duty == duty => {}
                last => {
                    if let Some(last) = last {
                        last.until = begin;
                    }
                    stretches.push(Stretch {
                        from: begin,
                        until,
                        duty,
                    });
                }
            }
        }
        stretches
    }

    /// `from`, and every moment before `until` at which something may change.
    fn changes(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let spells = self.away.values().flatten();
        let swaps = self.swaps.iter().map(|(_, spell)| spell);
        let mut moments: BTreeSet<Timestamp> = spells
            .chain(swaps)
            .flat_map(|spell| [spell.begins, spell.ends])
            .filter(|moment| from < *moment && *moment < until)
            .collect();
        moments.insert(from);
        if let Some(turns) = self.turns {
            let following = (turns.at(from) + 1..).map(|turn| turns.begin(turn));
            moments.extend(following.take_while(|begin| *begin < until));
        }
        moments
    }
}

/// Adds a stay that begins no earlier than those before. One that touches the
/// last makes it longer: "until" then says when somebody is really back.
fn add(spells: &mut Vec<Spell>, stay: &Stay, zone: Tz) {
    let spell = Spell::of(stay, zone);
    match spells.last_mut() {
        Some(last) if stay.from <= days_later(last.through, 1) => {
            if last.through < spell.through {
                last.through = spell.through;
                last.ends = spell.ends;
            }
        }
        _ => spells.push(spell),
    }
}
