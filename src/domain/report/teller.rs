//! Calls things by their titles for a report, in one language.

use super::Subject;
use crate::domain::drill::report::words::Words;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Aim, Playbook};
use crate::domain::run::Run;
use crate::domain::run::lesson::Owner;
use crate::domain::step::title_of;
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;
use crate::domain::words;

/// What the parts of a report say things with.
pub(super) struct Teller<'a> {
    /// Shared with the reports of drills.
    pub(super) words: Words<'a>,
    /// For numbers, lengths in full, and moments.
    pub(super) plain: words::Words,
    pub(super) is_drill: bool,
    run: &'a Run,
    started_at: Timestamp,
}

impl<'a> Teller<'a> {
    pub(super) fn new(subject: &Subject<'a>, run: &'a Run, language: Language) -> Self {
        Self {
            words: Words {
                organisation: subject.organisation,
                playbook: subject.playbook,
                language,
            },
            plain: words::Words {
                language,
                zone: subject.organisation.timezone,
            },
            is_drill: subject.drill.is_some(),
            run,
            started_at: run.started_at.unwrap_or(subject.made_at),
        }
    }

    pub(super) fn pick<'b>(&self, nl: &'b str, en: &'b str) -> &'b str {
        self.words.pick(nl, en)
    }

    /// One of two sentences, with what goes in the places of `{}`.
    pub(super) fn say(&self, nl: &str, en: &str, parts: &[&str]) -> String {
        let mut rest = self.pick(nl, en);
        let mut said = String::new();
        for part in parts {
            let Some((before, after)) = rest.split_once("{}") else {
                break;
            };
            said.push_str(before);
            said.push_str(part);
            rest = after;
        }
        said + rest
    }

    pub(super) fn text<'b>(&self, text: &'b Text) -> &'b str {
        self.words.text(text)
    }

    pub(super) fn organisation(&self) -> &'a Organisation {
        self.words.organisation
    }

    pub(super) fn playbook(&self) -> &'a Playbook {
        self.words.playbook
    }

    pub(super) fn run(&self) -> &'a Run {
        self.run
    }

    /// A task or message by its key, also one that people added.
    pub(super) fn item(&self, key: &str) -> String {
        let title = title_of(self.playbook(), self.run, key);
        self.text(&title).to_owned()
    }

    pub(super) fn watch(&self, key: &str) -> String {
        let mut watches = self.organisation().watches.iter();
        let found = watches.find(|watch| watch.key == key);
        found.map_or_else(
            || key.to_owned(),
            |watch| self.text(&watch.title).to_owned(),
        )
    }

    pub(super) fn channel(&self, key: &str) -> String {
        let found = self.organisation().channel(key);
        found.map_or_else(
            || key.to_owned(),
            |channel| self.text(&channel.called()).to_owned(),
        )
    }

    pub(super) fn owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Role(key) => self.words.role(key),
            Owner::Person(key) => self.words.person(key),
        }
    }

    /// The aim of a phase with a capital, as a title.
    pub(super) fn phase(&self, aim: Aim) -> String {
        let title = self.words.aim(aim);
        let mut letters = title.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    }

    /// `22:51`, with the date when that is not the day of the start.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.plain.clock(at, self.started_at)
    }

    /// `om 22:51`, or `op 1 maart om 22:51`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        self.plain.moment(at, self.started_at)
    }

    /// `4 minuten`: a length for a sentence. From two minutes on whole minutes: the
    /// table has it to the second.
    pub(super) fn length(&self, seconds: u64) -> String {
        let seconds = match seconds {
            0..120 => seconds,
            _ => seconds / 60 * 60,
        };
        self.plain.length(std::time::Duration::from_secs(seconds))
    }
}
