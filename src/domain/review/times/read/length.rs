//! Lengths of time: how far ahead, and how often.

use chrono::TimeDelta;

use super::Reader;
use crate::domain::review::times::What;
use crate::domain::review::times::names::PARTS;

impl Reader<'_> {
    /// `een half uur`, `twee uur`, `90 minutes`: a length and where it ends.
    pub(super) fn length(&self, at: usize) -> Option<(TimeDelta, usize)> {
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

    pub(super) fn ahead(&self, at: usize) -> Option<(What, usize)> {
        if !matches!(self.word(at), "over" | "binnen" | "in" | "within") {
            return None;
        }
        // `in de week`, `in een dag`: only a stated length is one.
        let (length, end) = self.length(at + 1)?;
        Some((What::Ahead(length), end))
    }

    pub(super) fn every(&self, at: usize) -> Option<(What, usize)> {
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
}
