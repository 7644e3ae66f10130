//! What a story brings in, one thing at a time, and how it is called.

use crate::domain::mention::{Mention, Platform};
use crate::domain::scenario::Persona;
use crate::domain::scenario::story::{Deed, Failing, Happening, Storm, Way};
use crate::domain::text::{Language, Text};
use crate::domain::time::{Timestamp, format_duration};

/// One thing that comes in at its moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    pub at: Timestamp,
    pub what: Incoming,
}

/// What comes in.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// Somebody posts.
    Mention(Box<Mention>),
    /// Says what is brought in, before what follows from it: a post, a failure
    /// or a deed come as cues of their own.
    Inject(Inject),
    /// Stops working, and works again at `until`.
    Fails {
        what: Failing,
        until: Timestamp,
    },
    Works {
        what: Failing,
    },
    /// A person of the team does something.
    Does {
        who: String,
        deed: Deed,
    },
    /// The story is over.
    Ends,
}

/// Something brought in, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inject {
    /// Place in the scenario, from 1; `None` for what a facilitator makes up,
    /// and for storms.
    pub number: Option<usize>,
    /// What happens, on one line.
    pub what: String,
    /// The role that somebody turns to.
    pub to: Option<String>,
    /// For the facilitator only.
    pub note: Option<String>,
}

/// Names and languages, to say things with.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    pub(super) language: Language,
    pub(super) personas: Vec<Persona>,
}

impl Speech {
    pub(super) fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.language.tag(), self.language)
    }

    /// A persona by its key; in a test any account may post.
    pub(super) fn persona(&self, key: &str) -> Persona {
        let mut personas = self.personas.iter();
        let found = personas.find(|persona| persona.key == key);
        found.cloned().unwrap_or_else(|| Persona::unknown(key))
    }

    /// What happens, on one line.
    pub(super) fn words(&self, happening: &Happening) -> String {
        match happening {
            Happening::Post { by, platform, text } => {
                let name = self.persona(by).name;
                self.post(&name, *platform, self.text(text))
            }
            Happening::Message {
                to,
                through,
                from,
                text,
            } => {
                let (way, from, text) = (self.way(*through), self.text(from), self.text(text));
                match self.language {
                    Language::Nl => format!("{way} voor {to}, van {from}: “{text}”"),
                    Language::En => format!("{way} for {to}, from {from}: “{text}”"),
                }
            }
            Happening::Fails { what, lasts } if lasts.is_zero() => failing(what, self.language),
            Happening::Fails { what, lasts } => {
                let (fails, lasts) = (failing(what, self.language), format_duration(*lasts));
                match self.language {
                    Language::Nl => format!("{fails}, {lasts} lang"),
                    Language::En => format!("{fails}, for {lasts}"),
                }
            }
            Happening::Does { who, deed } => format!("{who} {}", deed_in_words(deed)),
        }
    }

    /// Somebody posts something.
    pub(super) fn post(&self, name: &str, platform: Platform, text: &str) -> String {
        match self.language {
            Language::Nl => format!("{name} op {}: “{text}”", platform.name()),
            Language::En => format!("{name} posts on {}: “{text}”", platform.name()),
        }
    }

    fn way(&self, way: Way) -> &'static str {
        match (way, self.language) {
            (Way::Phone, Language::Nl) => "telefoontje",
            (Way::Phone, Language::En) => "phone call",
            (Way::Mail, _) => "mail",
            (Way::Visit, Language::Nl) => "bezoek",
            (Way::Visit, Language::En) => "visitor",
        }
    }

    /// That a storm begins which waited for a condition.
    pub(super) fn storm(&self, storm: &Storm) -> String {
        let platforms: Vec<&str> = storm.platforms.iter().map(|one| one.name()).collect();
        format!(
            "a storm begins on {}: from {:.0} to {:.0} mentions an hour, for {}",
            platforms.join(", "),
            storm.rate,
            storm.to,
            format_duration(storm.lasts)
        )
    }
}

/// That something stopped working, in words.
pub fn failing(what: &Failing, language: Language) -> String {
    let says = |nl: &str, en: &str| pick(language, nl, en);
    match what {
        Failing::Mail => says("de mail valt uit", "mail fails"),
        Failing::Daemon => says("het programma valt uit", "the daemon is killed"),
        Failing::Source(source) => says(
            &format!("bron {source} valt uit"),
            &format!("source {source} fails"),
        ),
        Failing::Webhook(webhook) => says(
            &format!("webhook {webhook} valt uit"),
            &format!("webhook {webhook} fails"),
        ),
        Failing::Person(person) => says(
            &format!("{person} is niet bereikbaar"),
            &format!("{person} cannot be reached"),
        ),
    }
}

fn pick(language: Language, nl: &str, en: &str) -> String {
    match language {
        Language::Nl => nl.to_owned(),
        Language::En => en.to_owned(),
    }
}

/// That something works again, in words.
pub fn working(what: &Failing, language: Language) -> String {
    let says = |nl: &str, en: &str| pick(language, nl, en);
    match what {
        Failing::Mail => says("de mail doet het weer", "mail works again"),
        Failing::Daemon => says("het programma draait weer", "the daemon is started again"),
        Failing::Source(source) => says(
            &format!("bron {source} doet het weer"),
            &format!("source {source} works again"),
        ),
        Failing::Webhook(webhook) => says(
            &format!("webhook {webhook} doet het weer"),
            &format!("webhook {webhook} works again"),
        ),
        Failing::Person(person) => says(
            &format!("{person} is weer bereikbaar"),
            &format!("{person} can be reached again"),
        ),
    }
}

fn deed_in_words(deed: &Deed) -> String {
    let names = |facts: &[(String, serde_json::Value)]| {
        let names: Vec<&str> = facts.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    };
    match deed {
        Deed::Answer => "answers".to_owned(),
        Deed::PassOn => "passes it on".to_owned(),
        Deed::StandDown => "stands down".to_owned(),
        Deed::Start(_) => "starts the playbook by hand".to_owned(),
        Deed::Know(facts) => format!("finds out: {}", names(facts)),
        Deed::Finish(task) => format!("finishes {task}"),
        Deed::Skip(item) => format!("skips {item}"),
        Deed::Decide(choices) => {
            let choices: Vec<String> = choices
                .iter()
                .map(|(task, option)| format!("{option} for {task}"))
                .collect();
            format!("decides {}", choices.join(", "))
        }
        Deed::Approve(message) => format!("approves {message}"),
        Deed::Hold(message) => format!("holds {message}"),
        Deed::Agree(message) => format!("says that partners agree with {message}"),
        Deed::Publish(message) => format!("publishes {message}"),
        Deed::Level(level) => format!("sets the level {level}"),
    }
}
