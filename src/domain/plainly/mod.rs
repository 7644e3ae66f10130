//! Says what a playbook means in the reader's language, with the titles of things
//! instead of their names: what hangs on a wall and lies in a binder is read by
//! people who never saw the YAML.

mod counting;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::Value;

use super::condition::{Condition, Moment, Test};
use super::organisation::Organisation;
use super::playbook::{AlertStep, Every, Home, Item, Playbook};
use super::text::{Language, Text};
use super::words::Words;

/// Deadlines that hang on each other are followed so far.
const LONGEST_CHAIN: u8 = 8;

/// Says things of one playbook in one language.
#[derive(Debug, Clone, Copy)]
pub struct Plainly<'a> {
    pub organisation: &'a Organisation,
    pub playbook: &'a Playbook,
    pub words: Words,
}

impl<'a> Plainly<'a> {
    pub fn new(organisation: &'a Organisation, playbook: &'a Playbook, language: Language) -> Self {
        let zone = organisation.timezone;
        Self {
            organisation,
            playbook,
            words: Words { language, zone },
        }
    }

    /// A text in the reader's language, on one line.
    pub fn text(&self, text: &Text) -> String {
        let language = self.words.language.tag();
        one_line(text.get(language, self.organisation.language))
    }

    pub fn pick(&self, nl: &'static str, en: &'static str) -> &'static str {
        match self.words.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// The title of a role; what nobody defined keeps its name.
    pub fn role(&self, key: &str) -> String {
        let found = self.organisation.role(key);
        found.map_or_else(|| one_line(key), |role| self.text(&role.title))
    }

    /// `Crisisleider en Woordvoerder`.
    pub fn roles(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.role(key)).collect();
        self.words.list(&titles)
    }

    pub fn level(&self, name: &str) -> String {
        self.text(&self.playbook.level_of(name).1)
    }

    pub fn channel(&self, key: &str) -> String {
        let found = self.organisation.channel(key);
        let title = found.and_then(|channel| channel.title.as_ref());
        if let Some(title) = title {
            return self.text(title);
        }
        match found.map_or("", |channel| channel.kind.as_str()) {
            "x" => "X".to_owned(),
            "web" => self.pick("Website", "Website").to_owned(),
            "facebook" => "Facebook".to_owned(),
            "instagram" => "Instagram".to_owned(),
            "linkedin" => "LinkedIn".to_owned(),
            "youtube" => "YouTube".to_owned(),
            "tiktok" => "TikTok".to_owned(),
            "mastodon" => "Mastodon".to_owned(),
            "bluesky" => "Bluesky".to_owned(),
            "letter" => self.pick("Brief", "Letter").to_owned(),
            "email" => self.pick("Mail", "Mail").to_owned(),
            "reply" => self.pick("Antwoord", "Reply").to_owned(),
            "phone" => self.pick("Telefoon", "Phone").to_owned(),
            _ => one_line(key),
        }
    }

    pub fn audience(&self, key: &str) -> String {
        let found = self.organisation.audience(key);
        found.map_or_else(|| one_line(key), |audience| self.text(&audience.title))
    }

    /// Somebody else who speaks in the same crisis.
    pub fn partner(&self, key: &str) -> String {
        let mut partners = self.organisation.partners.iter();
        let found = partners.find(|partner| partner.key == key);
        found.map_or_else(|| one_line(key), |partner| self.text(&partner.title))
    }

    pub fn watch(&self, key: &str) -> String {
        let found = self.organisation.watch(key);
        found.map_or_else(|| one_line(key), |watch| self.text(&watch.title))
    }

    /// The title of a task or message, between quotes.
    pub fn item(&self, name: &str) -> String {
        let found = self.playbook.item(name);
        let title = found.map_or_else(|| one_line(name), |item| self.text(item.title));
        format!("“{title}”")
    }

    /// The question behind a fact, between quotes.
    pub fn fact(&self, name: &str) -> String {
        let fact = self.playbook.fact(name);
        let asked = fact.and_then(|fact| fact.ask.as_ref());
        let said = match (asked, name) {
            (Some(ask), _) => self.text(ask),
            (None, "known") => self.pick("wat wij weten", "what we know").to_owned(),
            (None, "unknown") => self
                .pick("wat wij nog niet weten", "what we do not know yet")
                .to_owned(),
            (None, "doing") => self.pick("wat wij doen", "what we are doing").to_owned(),
            (None, "advice") => self
                .pick("wat mensen kunnen doen", "what people can do")
                .to_owned(),
            (None, "remedy") => self
                .pick("wat wij herstellen", "what we put right")
                .to_owned(),
            (None, "next_update") => self
                .pick("de volgende update", "the next update")
                .to_owned(),
            (None, other) => one_line(other),
        };
        format!("“{said}”")
    }

    /// The answer with this name of a question of the playbook.
    pub fn option(&self, task: &str, option: &str) -> String {
        let found = self.playbook.task(task);
        let mut options = found.into_iter().flat_map(|task| &task.options);
        let found = options.find(|(name, _)| name == option);
        found.map_or_else(|| one_line(option), |(_, text)| self.text(text))
    }

    /// What must hold, each part by itself: all of them at once.
    pub fn parts(&self, condition: &Condition) -> Vec<String> {
        condition.tests.iter().map(|one| self.test(one)).collect()
    }

    /// A condition as one sentence without a full stop.
    pub fn condition(&self, condition: &Condition) -> String {
        let parts = self.parts(condition);
        parts.join(self.pick(", en ", ", and "))
    }

    /// The same, with what it must last.
    pub fn lasting(&self, condition: &Condition, held_for: Duration) -> String {
        let said = self.condition(condition);
        match self.held(held_for) {
            Some(held) => format!("{said}; {held}"),
            None => said,
        }
    }

    /// `10 minuten lang`; `None` when it need not last.
    pub fn held(&self, held_for: Duration) -> Option<String> {
        let length = self.length(held_for);
        let said = match self.words.language {
            Language::Nl => format!("{length} lang zonder onderbreking"),
            Language::En => format!("for {length} without a break"),
        };
        (!held_for.is_zero()).then_some(said)
    }

    /// A length as deadlines are told: hours up to three days (the law says 72
    /// hours, nobody says three days), days where it is no whole number of weeks.
    pub fn length(&self, length: Duration) -> String {
        let seconds = length.as_secs();
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        match (days, rest) {
            (1..=3, 0) => {
                let hours = days * 24;
                format!("{hours} {}", self.pick("uur", "hours"))
            }
            (4.., 0) if !days.is_multiple_of(7) => {
                format!("{days} {}", self.pick("dagen", "days"))
            }
            _ => self.words.length(length),
        }
    }

    /// `elk uur`, `elke dag`, `elke 15 minuten`.
    fn each(&self, length: Duration) -> String {
        match length.as_secs() {
            3_600 => self.pick("elk uur", "every hour").to_owned(),
            86_400 => self.pick("elke dag", "every day").to_owned(),
            604_800 => self.pick("elke week", "every week").to_owned(),
            _ => format!("{} {}", self.pick("elke", "every"), self.length(length)),
        }
    }

    fn inner(&self, conditions: &[Condition], joint: &str) -> String {
        let parts = conditions.iter().map(|inner| {
            let said = self.condition(inner);
            match inner.tests.len() {
                1 => said,
                _ => format!("({said})"),
            }
        });
        parts.collect::<Vec<_>>().join(joint)
    }

    fn test(&self, test: &Test) -> String {
        let words = &self.words;
        let length = |length: &Duration| self.length(*length);
        let titles = |names: &[String]| {
            let titles: Vec<String> = names.iter().map(|name| self.item(name)).collect();
            words.list(&titles)
        };
        match test {
            Test::Any(inner) => {
                let either = self.inner(inner, self.pick(", of ", ", or "));
                match inner.len() {
                    1 => either,
                    _ => format!("{} {either}", self.pick("óf:", "either:")),
                }
            }
            Test::None(inner) => {
                let either = self.inner(inner, self.pick(", of ", ", or "));
                format!(
                    "{} {either}",
                    self.pick("dit geldt niet:", "this does not hold:")
                )
            }
            Test::All(inner) => self.inner(inner, self.pick(", en ", ", and ")),
            Test::Unanswered {
                what,
                older_than,
                at_least,
            } => {
                let kind = match what.as_deref() {
                    Some("complaints") => "unanswered_complaints",
                    Some("questions") => "unanswered_questions",
                    _ => "unanswered",
                };
                let many = words.count(*at_least, kind);
                let old = length(older_than);
                match words.language {
                    Language::Nl => format!("minstens {many}, al {old} of langer"),
                    Language::En => format!("at least {many}, for {old} or longer"),
                }
            }
            Test::SameAuthor {
                within,
                on_platforms,
            } => match words.language {
                Language::Nl => format!(
                    "mogelijk dezelfde melder op {on_platforms} platforms binnen {}",
                    length(within)
                ),
                Language::En => format!(
                    "possibly the same person on {on_platforms} platforms within {}",
                    length(within)
                ),
            },
            Test::WeAreSilent(silent) => match words.language {
                Language::Nl => format!("wij plaatsten {} lang niets", length(silent)),
                Language::En => format!("we posted nothing for {}", length(silent)),
            },
            Test::Level(level) => match words.language {
                Language::Nl => format!("niveau {} of hoger", self.level(level)),
                Language::En => format!("level {} or higher", self.level(level)),
            },
            Test::Time(moment) => self.moment(moment),
            Test::Done(names) => format!("{} {}", titles(names), self.pick("klaar", "done")),
            Test::Known(names) => {
                let asked: Vec<String> = names.iter().map(|name| self.fact(name)).collect();
                format!("{} {}", self.pick("bekend:", "known:"), words.list(&asked))
            }
            Test::Fact(wanted) => {
                let pairs = wanted.iter();
                let pairs: Vec<String> = pairs
                    .map(|(name, value)| format!("{} = {}", self.fact(name), self.value(value)))
                    .collect();
                words.list(&pairs)
            }
            Test::Decided(wanted) => {
                let pairs = wanted.iter().map(|(task, options)| {
                    let options: Vec<String> =
                        options.iter().map(|one| self.option(task, one)).collect();
                    let either = options.join(self.pick(" of ", " or "));
                    format!("{}: {either}", self.item(task))
                });
                let pairs: Vec<String> = pairs.collect();
                format!(
                    "{} {}",
                    self.pick("besloten", "decided"),
                    words.list(&pairs)
                )
            }
            Test::Effect(effect) => match (effect.as_str(), words.language) {
                ("amplified", Language::Nl) => "ons eigen bericht maakte het groter".to_owned(),
                ("amplified", Language::En) => "what we published made it bigger".to_owned(),
                ("calmed", Language::Nl) => "ons eigen bericht bracht rust".to_owned(),
                ("calmed", Language::En) => "what we published calmed it".to_owned(),
                (_, Language::Nl) => "ons eigen bericht veranderde niets".to_owned(),
                (_, Language::En) => "what we published changed nothing".to_owned(),
            },
            other => self.counting(other),
        }
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => self.pick("ja", "yes").to_owned(),
            Value::Bool(false) => self.pick("nee", "no").to_owned(),
            Value::String(text) => one_line(text),
            other => other.to_string(),
        }
    }

    /// A moment in words: `1 uur na “Controleer de klacht”`.
    pub fn moment(&self, moment: &Moment) -> String {
        let length = |length: &Duration| self.length(*length);
        let at = |long: &Duration, name: &str, nl: &str, en: &str| {
            let what = self.anchor(name);
            if long.is_zero() {
                let (nl, en) = (format!("bij {what}"), format!("at {what}"));
                return match self.words.language {
                    Language::Nl => nl,
                    Language::En => en,
                };
            }
            let side = match self.words.language {
                Language::Nl => nl,
                Language::En => en,
            };
            format!("{} {side} {what}", length(long))
        };
        match moment {
            Moment::Since(long) => match self.words.language {
                Language::Nl => format!("{} na de start", length(long)),
                Language::En => format!("{} after the start", length(long)),
            },
            Moment::After(long, name) => at(long, name, "na", "after"),
            Moment::Before(long, name) => at(long, name, "voor", "before"),
        }
    }

    /// A deadline in words: a bare length counts from when the thing opened.
    pub fn due(&self, moment: &Moment) -> String {
        match moment {
            Moment::Since(long) => {
                let length = self.length(*long);
                format!("{} {length}", self.pick("binnen", "within"))
            }
            other => self.moment(other),
        }
    }

    /// What is done in one place of the playbook, by the time it is due.
    pub fn items(&self, home: Home) -> Vec<Item<'a>> {
        let items = self.playbook.items();
        let mut items: Vec<Item<'a>> = items.filter(|one| one.home == home).collect();
        items.sort_by_key(|item| self.order(item));
        items
    }

    /// Where an item stands among others of its phase: by when it is due, counted
    /// from its opening. Things before an event come after things with a plain
    /// deadline, the earliest first; what has no deadline comes last.
    fn order(&self, item: &Item<'_>) -> (u8, i64) {
        match item.due {
            None => (2, i64::from(item.every.is_none())),
            Some(due) => self.due_order(due, LONGEST_CHAIN),
        }
    }

    fn due_order(&self, due: &Moment, depth: u8) -> (u8, i64) {
        let seconds = |length: &Duration| i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        match due {
            Moment::Since(length) => (0, seconds(length)),
            Moment::Before(length, _) => (1, -seconds(length)),
            Moment::After(length, name) => {
                let item = self.playbook.item(name);
                let before = item.and_then(|item| item.due).filter(|_| depth > 0);
                let (kind, order) = before.map_or((0, 0), |due| self.due_order(due, depth - 1));
                (kind, order.saturating_add(seconds(length)))
            }
        }
    }

    /// What a moment is counted from, in words.
    fn anchor(&self, name: &str) -> String {
        match name {
            "start" => self.pick("de start", "the start").to_owned(),
            "stand_down" => self.pick("het afschalen", "the stand-down").to_owned(),
            _ if self.playbook.item(name).is_some() => self.item(name),
            _ => self.fact(name),
        }
    }

    pub fn every(&self, every: Every) -> String {
        match every {
            Every::Cadence => self
                .pick("komt terug bij elke update", "comes back with every update")
                .to_owned(),
            Every::Length(length) => self.each(length),
        }
    }

    /// When a step of an alert goes: `direct`, `na 10 minuten`.
    pub fn step_at(&self, step: &AlertStep) -> String {
        if step.after.is_zero() {
            return self.pick("Direct", "At once").to_owned();
        }
        let length = self.length(step.after);
        format!("{} {length}", self.pick("Na", "After"))
    }

    /// Who is told by a step, and how often.
    pub fn step(&self, step: &AlertStep) -> String {
        let mut parts = Vec::new();
        if !step.roles.is_empty() {
            parts.push(self.roles(&step.roles));
        }
        if step.deputies {
            let deputies = self.pick("de vervangers", "the deputies");
            parts.push(deputies.to_owned());
        }
        let mut said = self.words.list(&parts);
        if !step.tell.is_empty() {
            let told = self.roles(&step.tell);
            let to_know = self.pick("ter kennis:", "for information:");
            said = match said.is_empty() {
                true => format!("{to_know} {told}"),
                false => format!("{said} ({to_know} {told})"),
            };
        }
        if let Some(repeat) = step.repeat {
            let each = self.each(repeat);
            said.push_str(&match (step.times, self.words.language) {
                (Some(times), Language::Nl) => format!(", {each}, {times} keer"),
                (Some(times), Language::En) => format!(", {each}, {times} times"),
                (None, Language::Nl) => format!(", {each} tot iemand antwoordt"),
                (None, Language::En) => format!(", {each} until somebody answers"),
            });
        }
        said
    }

    /// Who is told at a level: its steps, and the lower level they were written
    /// for when it has none of its own (`step::escalation` says the same).
    pub fn steps(&self, rank: usize) -> (Vec<AlertStep>, Option<&'a str>) {
        let playbook = self.playbook;
        let levels = playbook.levels.iter().take(rank + 1).rev();
        let mut written = levels.filter_map(|level| {
            let mut alerts = playbook.alert.iter();
            alerts.find(|(name, steps)| *name == level.name && !steps.is_empty())
        });
        let own = playbook.levels.get(rank);
        match written.next() {
            Some((name, steps)) => {
                let is_own = own.is_some_and(|level| level.name == *name);
                (steps.clone(), (!is_own).then_some(name.as_str()))
            }
            None => {
                let usual = AlertStep::usual(&playbook.owner, playbook.deputy.as_deref());
                let lowest = playbook.levels.first().filter(|_| rank > 0);
                (usual, lowest.map(|level| level.name.as_str()))
            }
        }
    }

    /// The rhythm of updates: `elk uur; vanaf 4 uur na de start elke 4 uur`.
    pub fn cadence(&self) -> String {
        let lines = self.playbook.cadence.iter().map(|line| {
            let mut said = self.each(line.every);
            if let Some(at) = line.at {
                let clock = at.format("%H:%M");
                said.push_str(&format!(" {} {clock}", self.pick("om", "at")));
            }
            match &line.from {
                None => said,
                Some(from) => {
                    let from = self.moment(from);
                    format!("{} {from} {said}", self.pick("vanaf", "from"))
                }
            }
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}

/// Text on one line: what is not printable, and runs of spaces, become one space.
pub fn one_line(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ")
}
