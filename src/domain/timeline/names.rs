//! Calls things by their titles, in one language: people, roles, tasks, drafts,
//! facts, and the moments around an event.

use crate::domain::evidence::{Evidence, said};
use crate::domain::facts::FactValue;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Aim, Playbook};
use crate::domain::run::event::About;
use crate::domain::run::lesson::Owner;
use crate::domain::run::statement::Posted;
use crate::domain::run::{Run, item};
use crate::domain::step::promises::PROGRAM;
use crate::domain::step::title_of;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// How much of somebody's text a sentence shows.
const LONGEST: usize = 160;

/// What the sentences need to call things by their titles.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// What the run pinned.
    pub playbook: &'a Playbook,
    pub organisation: &'a Organisation,
    /// The run as it is now: it knows cases and tasks that people made. A
    /// backtest, where nobody makes any, has none at hand.
    pub run: Option<&'a Run>,
}

/// Tells in one language what happened at one moment.
pub(super) struct Teller<'a> {
    names: Names<'a>,
    pub words: Words,
    at: Timestamp,
}

impl<'a> Teller<'a> {
    pub(super) fn new(names: Names<'a>, language: Language, at: Timestamp) -> Self {
        let zone = names.organisation.timezone;
        Self {
            names,
            words: Words { language, zone },
            at,
        }
    }

    pub(super) fn show(&self, text: &Text) -> String {
        let organisations = self.names.organisation.language;
        text.get(self.words.language.tag(), organisations)
            .to_owned()
    }

    pub(super) fn level(&self, name: &str) -> String {
        let levels = &self.names.playbook.levels;
        let found = levels.iter().find(|level| level.name == name);
        found.map_or_else(|| name.to_owned(), |level| self.show(&level.title))
    }

    /// A task or message by its key.
    pub(super) fn item(&self, key: &str) -> String {
        let playbook = self.names.playbook;
        match self.names.run {
            Some(run) => self.show(&title_of(playbook, run, key)),
            None => playbook
                .item(key)
                .map_or_else(|| key.to_owned(), |item| self.show(item.title)),
        }
    }

    /// What an errand is about, each by its title.
    pub(super) fn errands(&self, about: About, keys: &[String]) -> String {
        let titles = keys.iter().map(|key| match about {
            About::Stale => format!("“{}”", self.question(key)),
            About::Back => self.case(key),
            _ => self.item(key),
        });
        let titles: Vec<String> = titles.collect();
        self.words.list(&titles)
    }

    /// `casus 2 (@anna_v)`.
    pub(super) fn case(&self, number: &str) -> String {
        let word = self.words.pick("casus", "case");
        let case = self.names.run.and_then(|run| run.cases.get(number));
        match case {
            Some(case) => format!("{word} {number} ({})", case.name),
            None => format!("{word} {number}"),
        }
    }

    /// The key of what was opened, also for a case.
    pub(super) fn key(&self, name: &str, case: Option<&str>) -> String {
        item::key(name, case)
    }

    pub(super) fn items(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.item(key)).collect();
        self.words.list(&titles)
    }

    pub(super) fn role(&self, key: &str) -> String {
        let found = self.names.organisation.role(key);
        found.map_or_else(|| key.to_owned(), |role| self.show(&role.title))
    }

    pub(super) fn roles(&self, keys: &[String]) -> String {
        let titles: Vec<String> = keys.iter().map(|key| self.role(key)).collect();
        self.words.list(&titles)
    }

    /// Somebody of the team, or who was at the server.
    pub(super) fn person(&self, key: &str) -> String {
        let found = self.names.organisation.person(key);
        found.map_or_else(|| key.to_owned(), |person| person.name.clone())
    }

    /// Who sees to a lesson.
    pub(super) fn owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Role(key) => self.role(key),
            Owner::Person(key) => self.person(key),
        }
    }

    /// Whether the program did it by itself.
    pub(super) fn is_program(&self, by: &str) -> bool {
        by == PROGRAM
    }

    /// `14:30`, with the date when that is another day.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.words.clock(at, self.at)
    }

    /// `om 14:30`, or `op 2 maart om 14:30`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        self.words.moment(at, self.at)
    }

    pub(super) fn phase(&self, aim: Aim) -> String {
        let (nl, en) = match aim {
            Aim::Information => ("informatie", "information"),
            Aim::DamageLimitation => ("schadebeperking", "damage limitation"),
            Aim::MeaningMaking => ("betekenisgeving", "meaning-making"),
        };
        self.words.pick(nl, en).to_owned()
    }

    /// A phase by the name it has among the conditions that must last; `None`
    /// for the stand-down.
    pub(super) fn lasting_phase(&self, what: &str) -> Option<String> {
        let aim = Aim::ALL.into_iter().find(|aim| aim.name() == what)?;
        Some(self.phase(aim))
    }

    /// `holding.website.nl` as `Eerste reactie (de website, Nederlands)`.
    pub(super) fn draft(&self, id: &str) -> String {
        let mut parts = id.rsplitn(3, '.');
        let (Some(language), Some(channel), Some(key)) = (parts.next(), parts.next(), parts.next())
        else {
            return id.to_owned();
        };
        let channels = &self.names.organisation.channels;
        let found = channels.iter().find(|one| one.key == channel);
        let channel = found.map_or_else(|| channel.to_owned(), |one| self.show(&one.called()));
        let language = self.words.language(language);
        format!("{} ({channel}, {language})", self.item(key))
    }

    pub(super) fn drafts(&self, ids: &[String]) -> String {
        let titles: Vec<String> = ids.iter().map(|id| self.draft(id)).collect();
        self.words.list(&titles)
    }

    /// The question behind a fact, where there is one.
    pub(super) fn fact(&self, name: &str) -> String {
        let facts = &self.names.playbook.facts;
        let found = facts.iter().find(|fact| fact.name == name);
        let ask = found.and_then(|fact| fact.ask.as_ref());
        let (nl, en) = match (ask, name) {
            (Some(ask), _) => return self.show(ask),
            (None, "known") => ("wat wij weten", "what we know"),
            (None, "unknown") => ("wat wij nog niet weten", "what we do not know yet"),
            (None, "doing") => ("wat wij doen", "what we are doing"),
            (None, "advice") => ("wat mensen kunnen doen", "what people can do"),
            (None, "remedy") => ("wat wij herstellen", "what we put right"),
            (None, "next_update") => ("de volgende update", "the next update"),
            (None, "similar_before") => ("eerder iets vergelijkbaars", "something similar before"),
            (None, "bad_reputation") => ("slechte reputatie vooraf", "a bad reputation before"),
            (None, name) => (name, name),
        };
        self.words.pick(nl, en).to_owned()
    }

    pub(super) fn facts(&self, names: &[String]) -> String {
        let asks: Vec<String> = names.iter().map(|name| self.fact(name)).collect();
        asks.join("; ")
    }

    pub(super) fn value(&self, value: &FactValue) -> String {
        match value {
            FactValue::Text(text) => self.quoted(text),
            FactValue::List(items) => self.quoted(&items.join("; ")),
            FactValue::Number(number) => number.to_string(),
            FactValue::Time(at) => self.clock(*at),
            FactValue::Date(date) => date.to_string(),
            FactValue::YesNo(true) => self.words.pick("ja", "yes").to_owned(),
            FactValue::YesNo(false) => self.words.pick("nee", "no").to_owned(),
        }
    }

    /// Who said a fact and since when it is so, between brackets; empty when
    /// neither was written down.
    pub(super) fn told(&self, source: Option<&str>, as_of: Option<Timestamp>) -> String {
        let source = source.map(|source| {
            let word = self.words.pick("bron", "source");
            format!("{word}: {}", self.quoted(source))
        });
        let as_of = as_of.map(|at| {
            let word = self.words.pick("stand van", "as of");
            format!("{word} {}", self.clock(at))
        });
        let told: Vec<String> = source.into_iter().chain(as_of).collect();
        match told.is_empty() {
            true => String::new(),
            false => format!(" ({})", told.join(", ")),
        }
    }

    /// Somebody's own words, on one line.
    pub(super) fn quoted(&self, text: &str) -> String {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = flat.chars().take(LONGEST).collect();
        let dots = if short.len() < flat.len() { "…" } else { "" };
        format!("“{short}{dots}”")
    }

    /// ` With the image “route.png” (alt text …).` for each that went out; nothing
    /// without any. In several drafts it is told once.
    pub(super) fn shown_with(&self, posted: &[Posted], with: &str, without_alt: &str) -> String {
        let mut told = String::new();
        for image in posted.iter().flat_map(|one| &one.images) {
            let alt = match image.alt.as_str() {
                "" => without_alt.to_owned(),
                alt => self.quoted(alt),
            };
            let sentence = format!(" {with} {} ({alt}).", self.quoted(&image.file));
            if !told.contains(&sentence) {
                told.push_str(&sentence);
            }
        }
        told
    }

    /// The question that people will ask.
    pub(super) fn question(&self, name: &str) -> String {
        let questions = &self.names.playbook.questions;
        let found = questions.iter().find(|one| one.name == name);
        let added = self.names.run.and_then(|run| run.added.get(name));
        let added = added.map_or(name, |added| &added.ask);
        found.map_or_else(|| added.to_owned(), |one| self.show(&one.ask))
    }

    pub(super) fn option(&self, key: &str, option: &str) -> String {
        let name = key.split('@').next().unwrap_or(key);
        let task = self.names.playbook.task(name);
        let mut options = task.into_iter().flat_map(|task| &task.options);
        let found = options.find(|(name, _)| name == option);
        found.map_or_else(|| option.to_owned(), |(_, text)| self.show(text))
    }

    /// An entry of the checklist of the stand-down.
    pub(super) fn entry(&self, name: &str) -> String {
        let stand_down = self.names.playbook.stand_down.as_ref();
        let mut entries = stand_down.into_iter().flat_map(|one| &one.checklist);
        let found = entries.find(|(entry, _)| entry == name);
        found.map_or_else(|| name.to_owned(), |(_, text)| self.show(text))
    }

    /// The rule behind the deadline of an item.
    pub(super) fn legal(&self, key: &str) -> Option<String> {
        let name = key.split('@').next().unwrap_or(key);
        let item = self.names.playbook.item(name)?;
        item.legal.map(|legal| self.show(legal))
    }

    /// The numbers against the rule.
    pub(super) fn measured(&self, evidence: &Evidence) -> String {
        said::measured(&self.words, evidence)
    }
}
