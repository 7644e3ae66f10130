//! Cuts the words of a sentence into what they say about time.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

use super::names::{BEFORE_CLOCK, DAYS, FIRST, NOT_AFTER, NUMBERS, PARTS, WEEKDAYS, month_of};
use super::{Part, Piece, What, nearest};
use crate::domain::review::Page;

/// Everything that the words of one sentence say about time.
pub(super) fn pieces(page: &Page<'_>, range: Range<usize>) -> Vec<Piece> {
    let reader = Reader {
        page,
        end: range.end,
        start: range.start,
        today: page.about.now.with_timezone(&page.about.zone).date_naive(),
    };
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match reader.piece(at) {
            Some((what, end)) => {
                // What is looked for may go on where the sentence does not.
                let end = end.min(range.end);
                if !reader.is_behind(at, end) {
                    found.push(Piece {
                        words: at..end,
                        what,
                    });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

struct Reader<'a> {
    page: &'a Page<'a>,
    start: usize,
    end: usize,
    today: NaiveDate,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        if at < self.end {
            &self.page.words[at].folded
        } else {
            ""
        }
    }

    /// The word before, and the one before that.
    fn before(&self, at: usize) -> [&str; 2] {
        let back = |by: usize| {
            let place = at.checked_sub(by).filter(|place| *place >= self.start);
            place.map_or("", |place| self.page.words[place].folded.as_str())
        };
        [back(1), back(2)]
    }

    fn is_behind(&self, at: usize, end: usize) -> bool {
        let [one, two] = self.before(at);
        let after = self.word(end);
        let ends_stretch = matches!(after, "tot" | "until" | "till")
            || (after == "to" && self.number(end + 1).is_some());
        // Between nine and five: the `and` belongs to the stretch.
        let begin = at.saturating_sub(5).max(self.start);
        let opens = self.page.words[begin..at].iter().rev().find(|word| {
            matches!(
                word.folded.as_str(),
                "tussen" | "between" | "van" | "from" | "vanaf"
            )
        });
        let in_stretch = matches!(one, "en" | "and" | "to")
            && opens.is_some_and(|word| {
                let is_window = matches!(word.folded.as_str(), "tussen" | "between");
                // Between three and four you hear more: by four.
                !is_window || self.is_for_callers()
            });
        NOT_AFTER.contains(&one)
            || (NOT_AFTER.contains(&two)
                && matches!(one, "de" | "het" | "the" | "met" | "op" | "en"))
            || ends_stretch
            || in_stretch
    }

    /// Hours between which somebody answers or a door is open.
    fn is_for_callers(&self) -> bool {
        self.page.words[self.start..self.end].iter().any(|word| {
            let word = word.folded.as_str();
            [
                "bel", "bereik", "telefo", "geopend", "call", "phone", "reach",
            ]
            .iter()
            .any(|begin| word.starts_with(begin))
                || matches!(word, "open" | "terecht" | "inloop" | "welkom" | "welcome")
        })
    }

    fn piece(&self, at: usize) -> Option<(What, usize)> {
        if !may_begin(self.word(at)) {
            return None;
        }
        self.ahead(at)
            .or_else(|| self.every(at))
            .or_else(|| self.clock(at))
            .or_else(|| self.day(at))
    }

    /// A number in digits or words, up to 99.
    fn number(&self, at: usize) -> Option<u32> {
        let word = self.word(at);
        if let Ok(number) = word.parse::<u32>() {
            return (number < 100).then_some(number);
        }
        NUMBERS
            .iter()
            .find(|(written, _)| *written == word)
            .map(|(_, number)| *number)
    }

    /// `een half uur`, `twee uur`, `90 minutes`: a length and where it ends.
    fn length(&self, at: usize) -> Option<(TimeDelta, usize)> {
        let unit = |at: usize| {
            let minutes = match self.word(at) {
                "minuten" | "minuut" | "min" | "minutes" | "minute" => 1,
                "kwartier" => 15,
                "uur" | "uren" | "uurtje" | "hour" | "hours" => 60,
                "dag" | "dagen" | "werkdagen" | "day" | "days" | "etmaal" => 1440,
                "week" | "weken" | "weeks" => 10_080,
                _ => return None,
            };
            Some(i64::from(minutes))
        };
        // `in the next two hours`, `binnen het komende half uur`.
        let is_passed_over = |at: &usize| {
            matches!(
                self.word(*at),
                "het"
                    | "the"
                    | "de"
                    | "ongeveer"
                    | "about"
                    | "uiterlijk"
                    | "hooguit"
                    | "maximaal"
                    | "komend"
                    | "komende"
                    | "eerstkomende"
                    | "next"
                    | "coming"
            )
        };
        let at = at + (at..at + 3).take_while(is_passed_over).count();
        match self.word(at) {
            "anderhalf" if self.word(at + 1) == "uur" => {
                return Some((TimeDelta::minutes(90), at + 2));
            }
            "half" | "halve" if unit(at + 1) == Some(60) => {
                return Some((TimeDelta::minutes(30), at + 2));
            }
            "half" if self.word(at + 1) == "an" && unit(at + 2) == Some(60) => {
                return Some((TimeDelta::minutes(30), at + 3));
            }
            _ => {}
        }
        if let Some(minutes) = unit(at) {
            // `in the coming hours` does not say how many.
            let is_many = matches!(
                self.word(at),
                "minuten"
                    | "uren"
                    | "dagen"
                    | "werkdagen"
                    | "weken"
                    | "minutes"
                    | "hours"
                    | "days"
                    | "weeks"
            );
            return (!is_many).then_some((TimeDelta::minutes(minutes), at + 1));
        }
        let number = i64::from(self.number(at)?);
        // `over een klein uur`.
        let is_about = matches!(self.word(at + 1), "klein" | "goed" | "krap" | "ruim");
        let at = at + usize::from(is_about);
        let next = self.word(at + 1);
        if matches!(next, "half" | "halve") && unit(at + 2) == Some(60) {
            return Some((TimeDelta::minutes(30 * number), at + 3));
        }
        Some((TimeDelta::minutes(unit(at + 1)? * number), at + 2))
    }

    fn ahead(&self, at: usize) -> Option<(What, usize)> {
        if !matches!(self.word(at), "over" | "binnen" | "in" | "within") {
            return None;
        }
        // `in de week`, `in een dag`: only a stated length is one.
        let (length, end) = self.length(at + 1)?;
        Some((What::Ahead(length), end))
    }

    fn every(&self, at: usize) -> Option<(What, usize)> {
        let day = TimeDelta::days(1);
        match self.word(at) {
            "dagelijks" | "daily" => Some((What::Every(day), at + 1)),
            "hourly" => Some((What::Every(TimeDelta::hours(1)), at + 1)),
            "om" if self.word(at + 1) == "het" => {
                let (length, end) = self.length(at + 2)?;
                Some((What::Every(length), end))
            }
            // `op het hele uur`, `on the hour`.
            "hele" | "heel" | "volle" if self.word(at + 1) == "uur" => {
                let is_on = matches!(self.before(at), ["het", "op" | "om" | "rond"]);
                is_on.then_some((What::Every(TimeDelta::hours(1)), at + 2))
            }
            "hour" => {
                let is_on = self.before(at) == ["the", "on"];
                is_on.then_some((What::Every(TimeDelta::hours(1)), at + 1))
            }
            "elk" | "elke" | "ieder" | "iedere" | "every" | "each" => {
                let is_whole = matches!(self.word(at + 1), "heel" | "hele" | "vol" | "volle");
                let at = at + usize::from(is_whole);
                if PARTS.iter().any(|(part, _)| *part == self.word(at + 1)) {
                    return Some((What::Every(day), at + 2));
                }
                let (length, end) = self.length(at + 1)?;
                Some((What::Every(length), end))
            }
            _ => None,
        }
    }

    fn clock(&self, at: usize) -> Option<(What, usize)> {
        let (time, is_spoken, end) = self.written_clock(at).or_else(|| self.spoken_clock(at))?;
        let end = end + usize::from(matches!(self.word(end), "precies" | "sharp"));
        // `3 uur 's middags`, `3 in the afternoon`.
        let part = (end..(end + 4).min(self.end)).find_map(|at| {
            let part = PARTS.iter().find(|(part, _)| *part == self.word(at));
            let is_of_it = matches!(self.before(at)[0], "s" | "'s" | "the" | "de");
            part.filter(|_| is_of_it || self.word(at).ends_with('s'))
                .map(|(_, part)| *part)
        });
        let time = match part {
            Some(part) if is_spoken && part.shifts(time) => {
                time.overflowing_add_signed(TimeDelta::hours(12)).0
            }
            _ => time,
        };
        let is_spoken = is_spoken && part.is_none();
        Some((What::Clock { time, is_spoken }, end))
    }

    /// `14:30`, `14.30 uur`, `2.30 pm`, `3pm`.
    fn written_clock(&self, at: usize) -> Option<(NaiveTime, bool, usize)> {
        let word = self.word(at);
        if let Some(found) = self.military_clock(at) {
            return Some(found);
        }
        let (word, half) = match word {
            word if word.len() > 2 && word.ends_with("pm") => (&word[..word.len() - 2], Some(12)),
            word if word.len() > 2 && word.ends_with("am") => (&word[..word.len() - 2], Some(0)),
            word => (word.strip_suffix(['u', 'h']).unwrap_or(word), None),
        };
        let (hour, minute, end) = match word.split_once(['.', ':', 'u']) {
            Some((hour, minute)) => (hour, minute, at + 1),
            None => {
                let span = &self.page.words.get(at)?.span;
                let next = self.page.words.get(at + 1).filter(|_| at + 1 < self.end);
                let joined = next.filter(|next| {
                    self.page.text[span.end..next.span.start] == *":" && next.folded.len() >= 2
                });
                match joined {
                    Some(next) => (word, next.folded.as_str(), at + 2),
                    None => (word, "", at + 1),
                }
            }
        };
        let (minute, half) = match minute.get(2..) {
            Some("pm") => (&minute[..2], Some(12)),
            Some("am") => (&minute[..2], Some(0)),
            Some("u" | "h") => (&minute[..2], half),
            _ => (minute, half),
        };
        let is_digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_digit())
        };
        if !is_digits(hour, 2)
            || !(minute.is_empty() || (minute.len() == 2 && is_digits(minute, 2)))
        {
            return None;
        }
        let (half, end, has_unit) = match (half, self.word(end)) {
            (Some(half), _) => (Some(half), end, true),
            (None, "pm" | "p.m") => (Some(12), end + 1, true),
            (None, "am" | "a.m") => (Some(0), end + 1, true),
            (None, "uur" | "u" | "h" | "o'clock" | "hrs" | "hours") => (None, end + 1, true),
            (None, _) => (None, end, false),
        };
        let [before, _] = self.before(at);
        let has_minutes = !minute.is_empty();
        let asks_clock = BEFORE_CLOCK.contains(&before);
        let is_counted = matches!(
            before,
            "al" | "ruim"
                | "bijna"
                | "elke"
                | "every"
                | "voor"
                | "after"
                | "na"
                | "dan"
                | "duurt"
                | "for"
                | "for-"
        );
        let hours_of_length = matches!(self.word(end.saturating_sub(1)), "hours" | "hrs");
        let is_day_number = month_of(self.word(end)).is_some() && !has_unit;
        if is_day_number || (!has_minutes && hours_of_length) {
            return None;
        }
        if !has_minutes
            && !(has_unit && (!is_counted || asks_clock) || (asks_clock && self.stands_alone(end)))
        {
            return None;
        }
        let hour: u32 = hour.parse().ok()?;
        let minute: u32 = if has_minutes { minute.parse().ok()? } else { 0 };
        let is_long = hour == 24 && minute == 0;
        let hour = match half {
            Some(12) if hour < 12 => hour + 12,
            Some(0) if hour == 12 => 0,
            _ if is_long => 0,
            _ => hour,
        };
        // English `9:30`, Dutch `3 uur`: which half of the day is not said.
        let is_dutch = self.page.about.language != Some(crate::domain::text::Language::En);
        let is_spoken = half.is_none() && (1..=11).contains(&hour) && !(has_minutes && is_dutch);
        Some((NaiveTime::from_hms_opt(hour, minute, 0)?, is_spoken, end))
    }

    /// `at 1400 hrs`, `om 1400 uur`.
    fn military_clock(&self, at: usize) -> Option<(NaiveTime, bool, usize)> {
        let word = self.word(at);
        let (digits, end) = match word.strip_suffix(['u', 'h']) {
            Some(digits) => (digits, at + 1),
            None => {
                let is_unit = matches!(self.word(at + 1), "uur" | "u" | "h" | "hrs" | "hours");
                (word, is_unit.then_some(at + 2)?)
            }
        };
        let is_four = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
        let [before, _] = self.before(at);
        if !is_four || !BEFORE_CLOCK.contains(&before) {
            return None;
        }
        let (hour, minute) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
        Some((NaiveTime::from_hms_opt(hour, minute, 0)?, false, end))
    }

    /// Nothing is counted: `om 12` and not `om 12 mensen`.
    fn stands_alone(&self, at: usize) -> bool {
        if at >= self.end {
            return true;
        }
        let gap = &self.page.text[self.page.words[at - 1].span.end..self.page.words[at].span.start];
        let next = self.word(at);
        gap.contains([',', ';', '(', ')'])
            || matches!(
                next,
                "leest"
                    | "hoort"
                    | "vertellen"
                    | "melden"
                    | "staat"
                    | "volgt"
                    | "komt"
                    | "laten"
                    | "op"
                    | "on"
                    | "we"
                    | "you"
                    | "there"
                    | "vandaag"
                    | "today"
                    | "morgen"
                    | "tomorrow"
                    | "krijgt"
                    | "lees"
                    | "hoor"
                    | "praten"
                    | "weer"
                    | "meer"
                    | "zetten"
                    | "with"
                    | "kijken"
                    | "via"
                    | "is"
                    | "en"
                    | "and"
            )
    }

    /// `half drie`, `acht uur`, `kwart over vier`, `noon`, `half past two`.
    fn spoken_clock(&self, at: usize) -> Option<(NaiveTime, bool, usize)> {
        let clock = |hour: u32, minute| NaiveTime::from_hms_opt(hour % 24, minute, 0);
        let earlier = |hour: u32| if hour == 1 { 12 } else { hour - 1 };
        match self.word(at) {
            "noon" | "midday" | "middaguur" => return Some((clock(12, 0)?, false, at + 1)),
            "midnight" | "middernacht" => return Some((clock(0, 0)?, false, at + 1)),
            "half" if self.word(at + 1) == "past" => {
                let hour = self.number(at + 2).filter(|hour| (1..=12).contains(hour))?;
                return Some((clock(hour, 30)?, true, at + 3));
            }
            "half" => {
                let hour = self.number(at + 1).filter(|hour| (1..=12).contains(hour))?;
                let end = at + 2 + usize::from(self.word(at + 2) == "uur");
                return Some((clock(earlier(hour), 30)?, true, end));
            }
            "kwart" | "quarter" => {
                let hour = self.number(at + 2).filter(|hour| (1..=12).contains(hour))?;
                let (hour, minute) = match self.word(at + 1) {
                    "over" | "past" => (hour, 15),
                    "voor" | "to" => (earlier(hour), 45),
                    _ => return None,
                };
                return Some((clock(hour, minute)?, true, at + 3));
            }
            _ => {}
        }
        if let Some((minute, end)) = self.around_hour(at) {
            return Some((minute, true, end));
        }
        let number = self.number(at).filter(|hour| (1..=12).contains(hour))?;
        let [before, _] = self.before(at);
        let is_hour = matches!(self.word(at + 1), "uur" | "o'clock")
            && !matches!(
                before,
                "al" | "over" | "binnen" | "ruim" | "elke" | "bijna" | "na" | "dan"
            );
        let is_bare = BEFORE_CLOCK.contains(&before)
            && self.word(at).parse::<u32>().is_err()
            && self.stands_alone(at + 1)
            && !matches!(self.word(at), "een" | "a" | "an");
        let end = if is_hour { at + 2 } else { at + 1 };
        (is_hour || is_bare).then_some(())?;
        Some((clock(number, 0)?, true, end))
    }

    /// `vijf voor half tien`, `tien over drie`, `twenty past four`.
    fn around_hour(&self, at: usize) -> Option<(NaiveTime, usize)> {
        let minutes = self.number(at)?;
        let skip = usize::from(matches!(self.word(at + 1), "minuten" | "minutes"));
        let side = self.word(at + 1 + skip);
        let ahead = match side {
            "voor" | "to" => -i64::from(minutes),
            "over" | "past" => i64::from(minutes),
            _ => return None,
        };
        let is_half = self.word(at + 2 + skip) == "half" && matches!(side, "voor" | "over");
        let place = at + 2 + skip + usize::from(is_half);
        let hour = self.number(place).filter(|hour| (1..=12).contains(hour))?;
        let has_unit = matches!(self.word(place + 1), "uur" | "o'clock");
        let end = place + 1 + usize::from(has_unit);
        let [before, _] = self.before(at);
        let is_introduced = BEFORE_CLOCK.contains(&before) && before != "from";
        let names_day = |word: &str| {
            DAYS.iter().any(|(day, ..)| *day == word) || matches!(word, "s" | "'s" | "in")
        };
        // `five to ten people`, `vijf voor drie personen` count.
        let is_usual = minutes % 5 == 0 && minutes < 30 && (is_half || side != "to");
        let is_alone = has_unit || self.stands_alone(end) || names_day(self.word(end));
        if minutes == 0
            || minutes >= 30
            || !(is_introduced || (is_usual && (is_half || is_alone)))
            || !(is_half || is_alone)
        {
            return None;
        }
        let on = NaiveTime::from_hms_opt(hour % 12, 0, 0)?;
        let half = if is_half { 30 } else { 0 };
        let (time, _) = on.overflowing_add_signed(TimeDelta::minutes(ahead - half));
        // Five to one is said of the afternoon: the hour before is twelve.
        Some((time, end))
    }

    fn day(&self, at: usize) -> Option<(What, usize)> {
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

/// Whether a moment can begin with this word: most words are passed over here.
fn may_begin(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
        || FIRST.contains(&word)
        || NUMBERS.iter().any(|(number, _)| *number == word)
        || DAYS.iter().any(|(day, ..)| *day == word)
        || month_of(word).is_some()
        || (word.len() >= 6 && WEEKDAYS.iter().flatten().any(|day| word.starts_with(day)))
}
