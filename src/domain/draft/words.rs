//! How a draft says moments, numbers, lists and gaps, in the language of the
//! draft. Plain text in, plain text out.

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;

use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// The words of one language. A draft in a language we have no words for
/// borrows those of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wording {
    language: Language,
}

const DAYS_NL: [&str; 7] = [
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `maandag 2 maart om 14.30 uur`, `Monday 2 March at 2:30 pm`.
pub fn moment(language: Language, at: Timestamp, zone: Tz) -> String {
    let words = Wording { language };
    let date = words.date(at.with_timezone(&zone).date_naive());
    let time = words.time(at, zone);
    format!("{date} {} {time}", words.pick("om", "at"))
}

impl Wording {
    pub(super) fn of(language: &str, organisations: Language) -> Self {
        Self {
            language: Language::from_tag(language).unwrap_or(organisations),
        }
    }

    fn pick(self, nl: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// `14.30 uur`, `2:30 pm`.
    pub(super) fn time(self, instant: Timestamp, zone: Tz) -> String {
        let local = instant.with_timezone(&zone);
        let (hour, minute) = (local.hour(), local.minute());
        match self.language {
            Language::Nl => format!("{hour}.{minute:02} uur"),
            Language::En => {
                let (is_pm, hour) = local.hour12();
                format!("{hour}:{minute:02} {}", if is_pm { "pm" } else { "am" })
            }
        }
    }

    /// `maandag 2 maart`, `Monday 2 March`.
    pub(super) fn date(self, date: NaiveDate) -> String {
        let weekday = date.weekday().num_days_from_monday() as usize;
        let month = date.month0() as usize;
        let (days, months) = match self.language {
            Language::Nl => (DAYS_NL, MONTHS_NL),
            Language::En => (DAYS_EN, MONTHS_EN),
        };
        format!("{} {} {}", days[weekday], date.day(), months[month])
    }

    /// `maandag`, `Monday`.
    pub(super) fn day(self, date: NaiveDate) -> String {
        let weekday = date.weekday().num_days_from_monday() as usize;
        let days = match self.language {
            Language::Nl => DAYS_NL,
            Language::En => DAYS_EN,
        };
        days[weekday].to_owned()
    }

    /// A moment so that "om …" or "at …" can stand before it: the day is only
    /// said when it is not today.
    pub(super) fn moment(self, instant: Timestamp, now: Timestamp, zone: Tz) -> String {
        let time = self.time(instant, zone);
        let date = instant.with_timezone(&zone).date_naive();
        if date == now.with_timezone(&zone).date_naive() {
            return time;
        }
        format!("{time} {} {}", self.pick("op", "on"), self.date(date))
    }

    /// `1.250`, `12,5`; `1,250`, `12.5`.
    pub(super) fn number(self, number: f64) -> String {
        let (thousands, decimal) = match self.language {
            Language::Nl => ('.', ','),
            Language::En => (',', '.'),
        };
        let plain = format!("{}", number.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut written = String::new();
        if number < 0.0 {
            written.push('-');
        }
        for (place, digit) in whole.chars().enumerate() {
            // Four digits without a mark are a year as often as a count.
            if place > 0 && whole.len() > 4 && (whole.len() - place).is_multiple_of(3) {
                written.push(thousands);
            }
            written.push(digit);
        }
        if !fraction.is_empty() {
            written.push(decimal);
            written.push_str(fraction);
        }
        written
    }

    pub(super) fn yes_no(self, is_yes: bool) -> &'static str {
        if is_yes {
            self.pick("ja", "yes")
        } else {
            self.pick("nee", "no")
        }
    }

    /// `a, b en c`. The full stop of an item goes: the sentence around the
    /// list has its own.
    pub(super) fn list(self, items: &[String]) -> String {
        let items: Vec<&str> = items
            .iter()
            .map(|item| item.strip_suffix('.').unwrap_or(item))
            .collect();
        match items.as_slice() {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [first @ .., last] => {
                format!("{} {} {last}", first.join(", "), self.pick("en", "and"))
            }
        }
    }

    /// `[nog invullen: …]`, `[to fill in: …]`.
    pub(super) fn gap(self, what: &str) -> String {
        format!(
            "[{}: {}]",
            self.pick("nog invullen", "to fill in"),
            shortened(what)
        )
    }

    /// Whose answer to this question it is, as it fits in a gap.
    pub(super) fn source_of(self, question: &str) -> String {
        format!(
            "{}, {}",
            self.pick("wie dit zei", "who said this"),
            shortened(question)
        )
    }

    /// `‹bron›`, `‹source›`: stands in a text that is shown with examples.
    pub(super) fn example(self, nl: &'static str, en: &'static str) -> String {
        format!("‹{}›", self.pick(nl, en))
    }

    /// The same for the answer to a question.
    pub(super) fn example_of(self, question: &str) -> String {
        format!("‹{}›", shortened(question))
    }

    /// What is missing, for values that no playbook has a question for.
    pub(super) fn missing(self, name: &str) -> &str {
        let (nl, en) = match name {
            "known" => ("wat wij nu weten", "what we know now"),
            "unknown" => ("wat wij nog niet weten", "what we do not know yet"),
            "doing" => ("wat wij nu doen", "what we are doing now"),
            "advice" => (
                "wat mensen zelf kunnen doen",
                "what people can do themselves",
            ),
            "remedy" => ("hoe wij het goedmaken", "how we put it right"),
            "next_update" => (
                "hoe laat het volgende bericht komt",
                "when the next update comes",
            ),
            "similar_before" => (
                "of dit eerder is gebeurd",
                "whether this has happened before",
            ),
            "bad_reputation" => ("hoe mensen over ons dachten", "what people thought of us"),
            "case.name" => ("naam", "name"),
            "case.platform" => ("waar het bericht staat", "where the post stands"),
            "personal" => (
                "wat alleen voor deze mens geldt",
                "what holds for this person only",
            ),
            "signature" => ("je voornaam", "your first name"),
            other => return other,
        };
        self.pick(nl, en)
    }
}

/// A question as it fits in a gap: its first sentence, without the question
/// mark, not longer than a line of a phone.
fn shortened(question: &str) -> String {
    const LONGEST: usize = 70;
    let first = question.split_inclusive(['?', '\n']).next().unwrap_or("");
    let first = first.trim().trim_end_matches(['?', '.']).trim_end();
    let first = first.replace(['[', ']'], "");
    let mut letters = first.chars();
    let mut short: String = match (letters.next(), letters.clone().next()) {
        // An abbreviation such as `EPD` keeps its capitals.
        (Some(head), Some(next)) if !next.is_uppercase() => head.to_lowercase().collect(),
        (Some(head), _) => head.to_string(),
        (None, _) => String::new(),
    };
    short.extend(letters);
    if short.chars().count() <= LONGEST {
        return short;
    }
    let cut: String = short.chars().take(LONGEST).collect();
    let at_word = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..at_word])
}

/// Text that a person typed, as plain text for a draft: line breaks become
/// spaces, controls and marks that turn the reading direction go, and nothing
/// else changes.
pub fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' | '\u{2028}' | '\u{2029}' => kept.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ if letter.is_control() => {}
            _ => kept.push(letter),
        }
    }
    kept.trim().to_owned()
}
