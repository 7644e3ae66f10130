//! Days: by name, by date, by the part of a day that ends.

use chrono::{Datelike, Days, NaiveDate};

use super::Reader;
use crate::domain::review::times::names::{DAYS, PARTS, WEEKDAYS, month_of};
use crate::domain::review::times::{Part, What, nearest};

impl Reader<'_> {
    pub(super) fn day(&self, at: usize) -> Option<(What, usize)> {
        self.end_of(at)
            .or_else(|| self.named_day(at))
            .or_else(|| self.date(at))
            .or_else(|| self.weekday(at))
    }

    /// `in de loop van de middag`, `end of the day`: until that part is over.
    fn end_of(&self, at: usize) -> Option<(What, usize)> {
        if let Some(found) = self.next_week(at) {
            return Some(found);
        }
        let is_end = matches!(self.word(at), "loop" | "eind" | "einde" | "end");
        if !is_end {
            return None;
        }
        let day = |date| {
            let part = Part::Whole;
            What::Day { date, part }
        };
        // `eind maart`: its last day.
        let of = usize::from(matches!(self.word(at + 1), "van" | "of"));
        if let Some(month) = month_of(self.word(at + 1 + of)) {
            let first = nearest(1, month, self.today)?;
            let last = first
                .checked_add_months(chrono::Months::new(1))?
                .pred_opt()?;
            return Some((day(last), at + 2 + of));
        }
        let is_this = matches!(self.word(at + 1 + of), "de" | "the" | "deze" | "this");
        // The working week ends on Friday; in the weekend, that does.
        if is_this && self.word(at + 2 + of) == "week" {
            let from = u64::from(self.today.weekday().num_days_from_monday());
            let ahead = if from <= 4 { 4 - from } else { 6 - from };
            let last = self.today.checked_add_days(Days::new(ahead))?;
            return Some((day(last), at + 3 + of));
        }
        if of == 0 || !is_this {
            return None;
        }
        let name = self.word(at + 3);
        let part = PARTS.iter().find(|(part, _)| *part == name);
        let part = match part {
            Some((_, part)) => *part,
            None => matches!(name, "dag" | "day").then_some(Part::Afternoon)?,
        };
        let date = self.today;
        Some((What::Day { date, part }, at + 4))
    }

    /// `begin volgende week` is its Tuesday, `volgende week` and the end of it its
    /// Friday; `volgende week dinsdag` says itself which day.
    fn next_week(&self, at: usize) -> Option<(What, usize)> {
        let is_early = matches!(self.word(at), "begin" | "early");
        let is_part = is_early || matches!(self.word(at), "eind" | "einde");
        let next = at + usize::from(is_part);
        let is_next = matches!(self.word(next), "volgende" | "next");
        let names_day = WEEKDAYS
            .iter()
            .flatten()
            .any(|day| self.word(next + 2).starts_with(day));
        if !is_next || self.word(next + 1) != "week" || names_day {
            return None;
        }
        let monday = 7 - u64::from(self.today.weekday().num_days_from_monday());
        let ahead = monday + if is_early { 1 } else { 4 };
        let date = self.today.checked_add_days(Days::new(ahead))?;
        let part = Part::Whole;
        Some((What::Day { date, part }, next + 2))
    }

    fn named_day(&self, at: usize) -> Option<(What, usize)> {
        let word = self.word(at);
        let two = format!("{word}-{}", self.word(at + 1));
        let (found, end) = match DAYS.iter().find(|(name, ..)| *name == two) {
            Some(found) => (found, at + 2),
            None => (DAYS.iter().find(|(name, ..)| *name == word)?, at + 1),
        };
        let (_, ahead, part) = found;
        let date = self.today.checked_add_days(Days::new(*ahead))?;
        let (part, end) = self.part(*part, end);
        Some((What::Day { date, part }, end))
    }

    /// `maandagochtend` is one word, `tomorrow morning` two.
    fn part(&self, part: Part, end: usize) -> (Part, usize) {
        let after = PARTS.iter().find(|(name, _)| *name == self.word(end));
        match after {
            Some((_, after)) if part == Part::Whole => (*after, end + 1),
            _ => (part, end),
        }
    }

    fn weekday(&self, at: usize) -> Option<(What, usize)> {
        let word = self.word(at);
        let (ahead, part) = WEEKDAYS.iter().enumerate().find_map(|(place, names)| {
            let rest = names.iter().find_map(|name| word.strip_prefix(name))?;
            let part = if rest.is_empty() {
                Part::Whole
            } else {
                PARTS.iter().find(|(part, _)| *part == rest)?.1
            };
            let from = self.today.weekday().num_days_from_monday() as usize;
            Some(((place + 7 - from) % 7, part))
        })?;
        // `maandag 9 maart`: the date says which Monday.
        let (date, end) = match self.date(at + 1) {
            Some((What::Day { date, .. }, end)) => (date, end),
            _ => {
                let is_next = match self.before(at) {
                    ["volgende" | "next", _] => ahead == 0,
                    ["week", "volgende" | "next"] => true,
                    _ => false,
                };
                let ahead = if is_next { ahead + 7 } else { ahead };
                (
                    self.today.checked_add_days(Days::new(ahead as u64))?,
                    at + 1,
                )
            }
        };
        let (part, end) = self.part(part, end);
        Some((What::Day { date, part }, end))
    }

    /// `op 24/11`, `op 24-11`, `on 12/1`, `24/11/2026`. Without a word before it
    /// that asks for a day, `24/7` and `3-5` are none.
    fn short_date(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let is_slash = |at: usize| {
            let next = self.page.words.get(at + 1).filter(|_| at + 1 < self.end);
            next.is_some_and(|next| {
                self.page.text[self.page.words[at].span.end..next.span.start] == *"/"
            })
        };
        let [before, _] = self.before(at);
        let is_asked = matches!(
            before,
            "op" | "on" | "by" | "uiterlijk" | "voor" | "before" | "vanaf" | "from" | "per"
        ) || WEEKDAYS.iter().flatten().any(|day| *day == before);
        if is_slash(at) {
            let (day, month) = day_and_month(self.word(at), self.word(at + 1))?;
            if is_slash(at + 1) {
                let year: i32 = self.word(at + 2).parse().ok()?;
                let year = if year < 100 { 2000 + year } else { year };
                return Some((NaiveDate::from_ymd_opt(year, month, day)?, at + 3));
            }
            return Some((
                nearest(day, month, self.today).filter(|_| is_asked)?,
                at + 2,
            ));
        }
        let (one, two) = self.word(at).split_once('-')?;
        let (day, month) = day_and_month(one, two).filter(|_| is_asked)?;
        // `op 10-12 plekken` counts.
        let is_counted = self.number(at + 1).is_some() || self.word(at + 1).is_empty();
        let is_alone = is_counted || self.stands_alone(at + 1);
        Some((
            nearest(day, month, self.today).filter(|_| is_alone)?,
            at + 1,
        ))
    }

    /// `5 maart`, `March 5th, 2026`, `5-3-2026`, `2026-03-05`, `5/3`.
    fn date(&self, at: usize) -> Option<(What, usize)> {
        let ordinal = |at: usize| {
            let word = self.word(at);
            let bare = word
                .trim_end_matches("st")
                .trim_end_matches("nd")
                .trim_end_matches("rd")
                .trim_end_matches("th");
            bare.parse::<u32>()
                .ok()
                .filter(|day| (1..=31).contains(day))
        };
        let year = |at: usize| {
            self.word(at)
                .parse::<i32>()
                .ok()
                .filter(|year| (1990..2200).contains(year))
        };
        let whole = |date: NaiveDate, end| {
            Some((
                What::Day {
                    date,
                    part: Part::Whole,
                },
                end,
            ))
        };
        if let Some((date, end)) = self.short_date(at) {
            return whole(date, end);
        }
        let numbers: Vec<&str> = self.word(at).split('-').collect();
        if let [one, two, three] = numbers[..] {
            let (day, month, year) = if one.len() == 4 {
                (three, two, one)
            } else {
                (one, two, three)
            };
            let date = NaiveDate::from_ymd_opt(
                year.parse().ok()?,
                month.parse().ok()?,
                day.parse().ok()?,
            )?;
            return whole(date, at + 1);
        }
        let (day, month, end) = match (ordinal(at), month_of(self.word(at))) {
            (Some(day), _) => {
                let of = usize::from(self.word(at + 1) == "of");
                (day, month_of(self.word(at + 1 + of))?, at + 2 + of)
            }
            (None, Some(month)) => (ordinal(at + 1)?, month, at + 2),
            (None, None) => return None,
        };
        match year(end) {
            Some(year) => whole(NaiveDate::from_ymd_opt(year, month, day)?, end + 1),
            None => whole(nearest(day, month, self.today)?, end),
        }
    }
}

/// A day and a month in digits: the day comes first, unless it cannot.
fn day_and_month(one: &str, two: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let is_short = (1..=2).contains(&text.len());
        text.parse::<u32>().ok().filter(|_| is_short)
    };
    let (one, two) = (number(one)?, number(two)?);
    let is_date = |day, month| (1..=31).contains(&day) && (1..=12).contains(&month);
    if is_date(one, two) {
        Some((one, two))
    } else {
        is_date(two, one).then_some((two, one))
    }
}
