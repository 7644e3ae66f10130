//! Words of a report in two languages: moments, lengths, names of people, roles
//! and tasks.

use chrono::{Datelike, Timelike};

use crate::domain::drill::record::{BY_FACILITATOR, NOBODY_TYPES, NOTHING_COMES};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Aim, Playbook};
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;

/// What the words need: who reads, and what things are called.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    pub organisation: &'a Organisation,
    pub playbook: &'a Playbook,
    pub language: Language,
}

const DAYS: [(&str, &str); 7] = [
    ("maandag", "Monday"),
    ("dinsdag", "Tuesday"),
    ("woensdag", "Wednesday"),
    ("donderdag", "Thursday"),
    ("vrijdag", "Friday"),
    ("zaterdag", "Saturday"),
    ("zondag", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
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
];

impl<'a> Words<'a> {
    pub fn pick<'b>(&self, nl: &'b str, en: &'b str) -> &'b str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// Why a drill ended before its story did; a real run is named as it is.
    pub fn stopped<'b>(&self, because: &'b str) -> &'b str {
        let nl = match because {
            BY_FACILITATOR => "de oefenleider stopte de oefening",
            NOBODY_TYPES => "niemand typte nog iets",
            NOTHING_COMES => "er kwam niets meer",
            other => other,
        };
        self.pick(nl, because)
    }

    pub fn text<'b>(&self, text: &'b Text) -> &'b str {
        text.get(self.language.tag(), self.organisation.language)
    }

    /// `13:04` on the organisation's clocks.
    pub fn clock(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.organisation.timezone);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `dinsdag 10 maart 2026`.
    pub fn day(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.organisation.timezone);
        let (nl, en) = DAYS[local.weekday().num_days_from_monday() as usize % 7];
        let (maand, month) = MONTHS[local.month0() as usize % 12];
        format!(
            "{} {} {} {}",
            self.pick(nl, en),
            local.day(),
            self.pick(maand, month),
            local.year()
        )
    }

    /// The clock, with the day where that is not the day of `beside`.
    pub fn moment(&self, at: Timestamp, beside: Timestamp) -> String {
        let zone = self.organisation.timezone;
        let clock = self.clock(at);
        if at.with_timezone(&zone).date_naive() == beside.with_timezone(&zone).date_naive() {
            clock
        } else {
            format!("{} {clock}", self.day(at))
        }
    }

    /// The clock, and how many days after `beside` it is: `13:00 +1`.
    pub fn short(&self, at: Timestamp, beside: Timestamp) -> String {
        let zone = self.organisation.timezone;
        let day = |at: Timestamp| at.with_timezone(&zone).date_naive();
        match (day(at) - day(beside)).num_days() {
            0 => self.clock(at),
            days => format!("{} {days:+}", self.clock(at)),
        }
    }

    /// `1 u 5 min`, `4 min`, `30 s`.
    pub fn length(&self, seconds: u64) -> String {
        let hour = self.pick("u", "h");
        let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        match (hours, minutes, rest) {
            (0, 0, rest) => format!("{rest} s"),
            (0, minutes, 0) => format!("{minutes} min"),
            (0, minutes, rest) => format!("{minutes} min {rest} s"),
            (hours, 0, _) => format!("{hours} {hour}"),
            (hours, minutes, _) => format!("{hours} {hour} {minutes} min"),
        }
    }

    /// A share as a percentage, rounded down: 69.9 % is not 70 %.
    pub fn share(&self, share: f64) -> String {
        let percent = (share * 100.0 + 1e-6).floor();
        format!("{percent}%")
    }

    /// `a, b en c`.
    pub fn list(&self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} {} {last}", rest.join(", "), self.pick("en", "and")),
        }
    }

    pub fn role(&self, key: &str) -> String {
        let found = self.organisation.role(key);
        found.map_or_else(|| key.to_owned(), |role| self.text(&role.title).to_owned())
    }

    pub fn roles(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.role(key)).collect();
        self.list(&titles)
    }

    pub fn person(&self, key: &str) -> String {
        let found = self.organisation.person(key);
        found.map_or_else(|| key.to_owned(), |person| person.name.clone())
    }

    /// The title of a task or message by its key, with its case.
    pub fn item(&self, key: &str) -> String {
        let (name, case) = key
            .split_once('@')
            .map_or((key, None), |(name, case)| (name, Some(case)));
        let found = self.playbook.item(name);
        let title = found.map_or(name, |item| self.text(item.title));
        case.map_or_else(
            || title.to_owned(),
            |case| format!("{title} ({} {case})", self.pick("casus", "case")),
        )
    }

    pub fn items(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.item(key)).collect();
        self.list(&titles)
    }

    pub fn level(&self, name: &str) -> String {
        let (_, title) = self.playbook.level_of(name);
        self.text(&title).to_owned()
    }

    pub fn option(&self, task: &str, option: &str) -> String {
        let task = self.playbook.task(task);
        let mut options = task.into_iter().flat_map(|task| &task.options);
        let found = options.find(|(name, _)| name == option);
        found.map_or_else(|| option.to_owned(), |(_, text)| self.text(text).to_owned())
    }

    /// `domain.md` 1.3: the three aims.
    pub fn aim(&self, aim: Aim) -> &'static str {
        match (aim, self.language) {
            (Aim::Information, Language::Nl) => "informatievoorziening",
            (Aim::Information, Language::En) => "information",
            (Aim::DamageLimitation, Language::Nl) => "schadebeperking",
            (Aim::DamageLimitation, Language::En) => "damage limitation",
            (Aim::MeaningMaking, Language::Nl) => "betekenisgeving",
            (Aim::MeaningMaking, Language::En) => "meaning-making",
        }
    }
}
