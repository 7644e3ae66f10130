//! Numbers, times, lengths and lists in the reader's language: what letters and
//! the story of a run are made of.

use std::time::Duration;

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, TimeZone, Timelike};
use chrono_tz::Tz;

use super::mention::Platform;
use super::text::Language;
use super::time::Timestamp;

/// The reader's language and the organisation's clock.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub language: Language,
    pub zone: Tz,
}

impl Words {
    /// An unknown zone is shown as UTC; the letter names the zone it used.
    pub fn new(language: Language, timezone: &str) -> Self {
        Self {
            language,
            zone: timezone.parse().unwrap_or(Tz::UTC),
        }
    }

    pub fn pick<'a>(&self, nl: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// `1.250` in Dutch, `1,250` in English.
    pub fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push_str(self.pick(".", ","));
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `6,1` in Dutch, `6.1` in English; no decimal where it says nothing, and
    /// none from ten on.
    pub fn decimal(&self, number: f64) -> String {
        let tenths = if number.abs() < 10.0 {
            (number * 10.0).round()
        } else {
            number.round() * 10.0
        };
        // Saturates, and what is no number is 0.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rounded, and never below 0"
        )]
        let tenths = tenths.max(0.0) as u64;
        let whole = self.number(tenths / 10);
        match tenths % 10 {
            0 => whole,
            rest => format!("{whole}{}{rest}", self.pick(",", ".")),
        }
    }

    /// `42 vermeldingen`. A kind this program does not know keeps its name.
    pub fn count(&self, number: u64, kind: &str) -> String {
        let is_one = number == 1;
        let noun = match (kind, self.language, is_one) {
            ("mentions", Language::Nl, true) => "vermelding",
            ("mentions", Language::Nl, false) => "vermeldingen",
            ("mentions", Language::En, true) => "mention",
            ("mentions", Language::En, false) => "mentions",
            ("authors", Language::Nl, true) => "auteur",
            ("authors", Language::Nl, false) => "auteurs",
            ("authors", Language::En, true) => "author",
            ("authors", Language::En, false) => "authors",
            ("voices", Language::Nl, true) => "stem",
            ("voices", Language::Nl, false) => "stemmen",
            ("voices", Language::En, true) => "voice",
            ("voices", Language::En, false) => "voices",
            ("platforms", Language::Nl, true) => "platform",
            ("platforms", Language::Nl, false) => "platforms",
            ("platforms", Language::En, true) => "platform",
            ("platforms", Language::En, false) => "platforms",
            ("followers", Language::Nl, true) => "volger",
            ("followers", Language::Nl, false) => "volgers",
            ("followers", Language::En, true) => "follower",
            ("followers", Language::En, false) => "followers",
            ("engagement", Language::Nl, true) => "interactie",
            ("engagement", Language::Nl, false) => "interacties",
            ("engagement", Language::En, true) => "interaction",
            ("engagement", Language::En, false) => "interactions",
            ("rumour", Language::Nl, true) => "auteur van eenzelfde gerucht",
            ("rumour", Language::Nl, false) => "auteurs van eenzelfde gerucht",
            ("rumour", Language::En, true) => "author of one rumour",
            ("rumour", Language::En, false) => "authors of one rumour",
            ("unanswered", Language::Nl, true) => "klacht of vraag zonder antwoord",
            ("unanswered", Language::Nl, false) => "klachten en vragen zonder antwoord",
            ("unanswered", Language::En, true) => "complaint or question without an answer",
            ("unanswered", Language::En, false) => "complaints and questions without an answer",
            ("unanswered_complaints", Language::Nl, true) => "klacht zonder antwoord",
            ("unanswered_complaints", Language::Nl, false) => "klachten zonder antwoord",
            ("unanswered_complaints", Language::En, true) => "complaint without an answer",
            ("unanswered_complaints", Language::En, false) => "complaints without an answer",
            ("unanswered_questions", Language::Nl, true) => "vraag zonder antwoord",
            ("unanswered_questions", Language::Nl, false) => "vragen zonder antwoord",
            ("unanswered_questions", Language::En, true) => "question without an answer",
            ("unanswered_questions", Language::En, false) => "questions without an answer",
            ("same_author", Language::Nl, true) => "platform met mogelijk dezelfde klager",
            ("same_author", Language::Nl, false) => "platforms met mogelijk dezelfde klager",
            ("same_author", Language::En, true) => "platform with possibly the same author",
            ("same_author", Language::En, false) => "platforms with possibly the same author",
            ("we_are_silent", Language::Nl, true) => "eigen bericht",
            ("we_are_silent", Language::Nl, false) => "eigen berichten",
            ("we_are_silent", Language::En, true) => "post of ours",
            ("we_are_silent", Language::En, false) => "posts of ours",
            (other, ..) => other,
        };
        format!("{} {noun}", self.number(number))
    }

    /// `1 uur en 30 minuten`: the two largest units say enough.
    pub fn length(&self, length: Duration) -> String {
        let mut rest = length.as_secs();
        let mut parts = Vec::new();
        for (seconds, nl, en) in [
            (604_800, ["week", "weken"], ["week", "weeks"]),
            (86_400, ["dag", "dagen"], ["day", "days"]),
            (3_600, ["uur", "uur"], ["hour", "hours"]),
            (60, ["minuut", "minuten"], ["minute", "minutes"]),
            (1, ["seconde", "seconden"], ["second", "seconds"]),
        ] {
            let many = rest / seconds;
            rest %= seconds;
            if many > 0 {
                let noun = match self.language {
                    Language::Nl => nl[usize::from(many != 1)],
                    Language::En => en[usize::from(many != 1)],
                };
                parts.push(format!("{many} {noun}"));
            }
        }
        parts.truncate(2);
        if parts.is_empty() {
            parts.push(self.pick("0 seconden", "0 seconds").to_owned());
        }
        self.list(&parts)
    }

    /// `a, b en c`.
    pub fn list(&self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => {
                format!("{} {} {last}", rest.join(", "), self.pick("en", "and"))
            }
        }
    }

    /// `22:51`, with the date when that is not the reader's day.
    pub fn clock(&self, at: Timestamp, seen_at: Timestamp) -> String {
        let clock = self.exact_clock(at);
        let (at, seen_at) = (self.local(at), self.local(seen_at));
        if at.date_naive() == seen_at.date_naive() {
            clock
        } else {
            format!("{} {} {clock}", at.day(), self.month(at.month0()))
        }
    }

    /// `om 22:51`, or `op 1 maart om 22:51`.
    pub fn moment(&self, at: Timestamp, seen_at: Timestamp) -> String {
        let clock = self.exact_clock(at);
        let then = self.local(at);
        if then.date_naive() == self.local(seen_at).date_naive() {
            return format!("{} {clock}", self.pick("om", "at"));
        }
        let (day, month) = (then.day(), self.month(then.month0()));
        match self.language {
            Language::Nl => format!("op {day} {month} om {clock}"),
            Language::En => format!("on {day} {month} at {clock}"),
        }
    }

    /// `22:51`; in the hour that comes twice in autumn also which of the two, or 02:09
    /// would come after 02:54.
    fn exact_clock(&self, at: Timestamp) -> String {
        let clock = self.hour_and_minute(at);
        let local = self.local(at);
        match local.timezone().from_local_datetime(&local.naive_local()) {
            LocalResult::Ambiguous(first, _) if first == local => {
                format!("{clock} ({})", self.pick("zomertijd", "summer time"))
            }
            LocalResult::Ambiguous(..) => {
                format!("{clock} ({})", self.pick("wintertijd", "winter time"))
            }
            LocalResult::Single(_) | LocalResult::None => clock,
        }
    }

    /// `22:51` and nothing else, for the labels of a chart.
    pub fn hour_and_minute(&self, at: Timestamp) -> String {
        let at = self.local(at);
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `01-03`, for the labels of a chart of days.
    pub fn day(&self, at: Timestamp) -> String {
        let at = self.local(at);
        format!("{:02}-{:02}", at.day(), at.month())
    }

    /// `over 12 minuten`-lengths: whole minutes, at least one; whole hours from
    /// two days on.
    pub fn about(&self, length: chrono::TimeDelta) -> String {
        let seconds = length.num_seconds().unsigned_abs();
        let unit = if seconds >= 2 * 86_400 { 3_600 } else { 60 };
        let whole = (seconds / unit).max(1) * unit;
        self.length(Duration::from_secs(whole))
    }

    /// `zondag 1 maart 2026, 22:51`.
    pub fn full(&self, at: Timestamp) -> String {
        let local = self.local(at);
        let weekday = self.weekday(at);
        format!(
            "{weekday} {} {} {}, {}",
            local.day(),
            self.month(local.month0()),
            local.year(),
            self.exact_clock(at)
        )
    }

    /// `1 maart 2026`.
    pub fn date(&self, day: NaiveDate) -> String {
        format!("{} {} {}", day.day(), self.month(day.month0()), day.year())
    }

    /// `zondag`.
    pub fn weekday(&self, at: Timestamp) -> &'static str {
        let day = self.local(at).weekday().num_days_from_monday() as usize;
        match self.language {
            Language::Nl => [
                "maandag",
                "dinsdag",
                "woensdag",
                "donderdag",
                "vrijdag",
                "zaterdag",
                "zondag",
            ][day],
            Language::En => [
                "Monday",
                "Tuesday",
                "Wednesday",
                "Thursday",
                "Friday",
                "Saturday",
                "Sunday",
            ][day],
        }
    }

    fn month(&self, month0: u32) -> &'static str {
        let (nl, en) = [
            ("januari", "January"),
            ("februari", "February"),
            ("maart", "March"),
            ("april", "April"),
            ("mei", "May"),
            ("juni", "June"),
            ("juli", "July"),
            ("augustus", "August"),
            ("september", "September"),
            ("oktober", "October"),
            ("november", "November"),
            ("december", "December"),
        ][month0 as usize % 12];
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn local(&self, at: Timestamp) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }

    /// The language with this tag, in words; a tag we have no word for stays.
    pub fn language(&self, tag: &str) -> String {
        let (nl, en) = match tag {
            "nl" => ("Nederlands", "Dutch"),
            "en" => ("Engels", "English"),
            "de" => ("Duits", "German"),
            "fr" => ("Frans", "French"),
            "fy" => ("Fries", "Frisian"),
            "tr" => ("Turks", "Turkish"),
            "ar" => ("Arabisch", "Arabic"),
            "pl" => ("Pools", "Polish"),
            "uk" => ("Oekraïens", "Ukrainian"),
            other => (other, other),
        };
        self.pick(nl, en).to_owned()
    }

    pub fn platform(&self, platform: Platform) -> &'static str {
        match (platform, self.language) {
            (Platform::X, _) => "X",
            (Platform::Facebook, _) => "Facebook",
            (Platform::Instagram, _) => "Instagram",
            (Platform::Linkedin, _) => "LinkedIn",
            (Platform::Youtube, _) => "YouTube",
            (Platform::Tiktok, _) => "TikTok",
            (Platform::Mastodon, _) => "Mastodon",
            (Platform::Bluesky, _) => "Bluesky",
            (Platform::Reddit, _) => "Reddit",
            (Platform::Forum, _) => "forums",
            (Platform::News, Language::Nl) => "nieuws",
            (Platform::News, Language::En) => "news",
            (Platform::Blog, _) => "blogs",
            (Platform::Review, Language::Nl) => "recensies",
            (Platform::Review, Language::En) => "reviews",
            (Platform::Other, Language::Nl) => "elders",
            (Platform::Other, Language::En) => "elsewhere",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: Language) -> Words {
        Words::new(language, "Europe/Amsterdam")
    }

    #[test]
    fn the_hour_that_comes_twice_says_which_of_the_two() {
        let at = |clock: &str| {
            format!("2026-10-25T{clock}:00Z")
                .parse::<Timestamp>()
                .unwrap()
        };
        let seen = at("00:54");
        for (at, nl, en) in [
            (at("00:54"), "02:54 (zomertijd)", "02:54 (summer time)"),
            (at("01:09"), "02:09 (wintertijd)", "02:09 (winter time)"),
            (at("02:00"), "03:00", "03:00"),
        ] {
            assert_eq!(words(Language::Nl).clock(at, seen), nl);
            assert_eq!(words(Language::En).clock(at, seen), en);
            assert_eq!(words(Language::Nl).moment(at, seen), format!("om {nl}"));
            assert!(words(Language::Nl).full(at).ends_with(nl));
        }
        // In spring nothing comes twice.
        let spring: Timestamp = "2026-03-29T01:09:00Z".parse().unwrap();
        assert_eq!(words(Language::Nl).clock(spring, spring), "03:09");
    }

    #[test]
    fn says_one_and_many() {
        for (language, number, said) in [
            (Language::Nl, 1, "1 vermelding"),
            (Language::Nl, 1_250, "1.250 vermeldingen"),
            (Language::En, 1, "1 mention"),
            (Language::En, 1_250_000, "1,250,000 mentions"),
        ] {
            assert_eq!(words(language).count(number, "mentions"), said);
        }
    }

    #[test]
    fn says_numbers_with_a_decimal_where_it_says_something() {
        for (number, nl, en) in [
            (6.06, "6,1", "6.1"),
            (6.0, "6", "6"),
            (0.34, "0,3", "0.3"),
            (41.6, "42", "42"),
            (1_250.2, "1.250", "1,250"),
            (f64::NAN, "0", "0"),
        ] {
            assert_eq!(words(Language::Nl).decimal(number), nl);
            assert_eq!(words(Language::En).decimal(number), en);
        }
    }

    #[test]
    fn says_lengths() {
        for (seconds, nl, en) in [
            (3_600, "1 uur", "1 hour"),
            (7_200, "2 uur", "2 hours"),
            (5_400, "1 uur en 30 minuten", "1 hour and 30 minutes"),
            (60, "1 minuut", "1 minute"),
            (14 * 86_400, "2 weken", "2 weeks"),
            (0, "0 seconden", "0 seconds"),
        ] {
            let length = Duration::from_secs(seconds);
            assert_eq!(words(Language::Nl).length(length), nl);
            assert_eq!(words(Language::En).length(length), en);
        }
    }

    #[test]
    fn shows_the_clock_of_the_organisation_and_the_date_only_when_needed() {
        let at = DateTime::from_timestamp(1_772_401_900, 0).unwrap();
        let next_day = DateTime::from_timestamp(1_772_431_900, 0).unwrap();
        assert_eq!(words(Language::Nl).clock(at, at), "22:51");
        assert_eq!(words(Language::Nl).clock(at, next_day), "1 maart 22:51");
        assert_eq!(words(Language::En).full(at), "Sunday 1 March 2026, 22:51");
        assert_eq!(
            Words::new(Language::En, "Mars/Olympus").clock(at, at),
            "21:51"
        );
    }
}
