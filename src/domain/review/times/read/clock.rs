//! Clock times, in digits and in words.

use chrono::{NaiveTime, TimeDelta};

use super::Reader;
use crate::domain::review::times::What;
use crate::domain::review::times::names::{BEFORE_CLOCK, DAYS, PARTS, month_of};

impl Reader<'_> {
    pub(super) fn clock(&self, at: usize) -> Option<(What, usize)> {
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
    pub(super) fn stands_alone(&self, at: usize) -> bool {
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
}
