//! Reminds people of those who ask: an answer that is older than it may be, and
//! somebody who would have heard from us by now.

use super::Course;
use super::acts::answering::role_of;
use super::alerts::somebody;
use super::timers::is_late;
use crate::domain::duty;
use crate::domain::effect::{Errand, ErrandItem};
use crate::domain::organisation::Person;
use crate::domain::playbook::Playbook;
use crate::domain::run::event::About;
use crate::domain::run::{Case, Event, Run};
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;

/// The first answer that grows old and the first promise to somebody that comes
/// due, each with all of the same moment.
pub(super) fn answering_due(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let stale = run.answers.iter().filter_map(|(name, answer)| {
        let approved = answer.approved.as_ref()?;
        let until = approved.valid_until.filter(|_| !approved.is_stale_told)?;
        Some((until, name))
    });
    let back = run.cases.iter().filter_map(|(number, case)| {
        let is_told = case.decision.as_ref()?.is_back_told;
        Some((case.back_at().filter(|_| !is_told)?, number))
    });
    let stale = together(About::Stale, stale.collect(), now);
    let back = together(About::Back, back.collect(), now);
    stale
        .into_iter()
        .chain(back)
        .min_by_key(|(due_at, _)| *due_at)
}

fn together(
    about: About,
    all: Vec<(Timestamp, &String)>,
    now: Timestamp,
) -> Option<(Timestamp, Event)> {
    let due_at = all.iter().map(|(at, _)| *at).min()?;
    let items = all.iter().filter(|(at, _)| *at == due_at);
    let items = items.map(|(_, name)| (*name).clone()).collect();
    let event = Event::ErrandDue {
        about,
        items,
        due_at,
        late: is_late(due_at, now),
    };
    Some((due_at, event))
}

impl<'a> Course<'a> {
    /// Tells whoever answers these questions or people, each person once; when
    /// nobody has the role, the owner hears of it.
    pub(super) fn tell_of_answering(&mut self, about: About, items: &[String]) {
        let mut told: Vec<(&'a Person, String, Vec<String>)> = Vec::new();
        for key in items {
            let role = match about {
                About::Stale => role_of(&self.plan, &self.run, key).map(str::to_owned),
                _ => Some(self.plan.playbook.writer.clone()),
            };
            let Some(role) = role else { continue };
            let person = match duty::on_duty(self.plan.organisation, &role, self.now) {
                Ok(person) => Some(person),
                Err(because) => {
                    let role = role.clone();
                    self.log(Event::NotTold { role, because });
                    somebody(&self.plan, self.now)
                }
            };
            let Some(person) = person else { continue };
            match told.iter_mut().find(|(one, ..)| one.key == person.key) {
                Some((_, _, keys)) => keys.push(key.clone()),
                None => told.push((person, role, vec![key.clone()])),
            }
        }
        for (person, role, keys) in told {
            let mut errand: Errand = self.errand(about, &role, &[]);
            errand.items = keys
                .iter()
                .map(|key| self.answering_item(about, &role, key))
                .collect();
            self.send_errand(person, errand, keys);
        }
    }

    fn answering_item(&self, about: About, role: &str, key: &str) -> ErrandItem {
        let (title, due_at) = match about {
            About::Stale => {
                let approved = self.run.answers.get(key);
                let approved = approved.and_then(|answer| answer.approved.as_ref());
                let until = approved.and_then(|approved| approved.valid_until);
                (question_title(self.plan.playbook, &self.run, key), until)
            }
            _ => {
                // Without the name: the mail may lie in an inbox for years.
                let titled = |language: Language, what: &str| {
                    (language.tag().to_owned(), format!("{what} {key}"))
                };
                let nl = titled(Language::Nl, "Casus");
                let title = Text::by([nl, titled(Language::En, "Case")].into());
                let case = self.run.cases.get(key);
                (title, case.and_then(Case::back_at))
            }
        };
        ErrandItem {
            key: key.to_owned(),
            title,
            is_message: false,
            role_title: self.titles(&[role.to_owned()]),
            person: None,
            due_at,
            legal: None,
            default: None,
            options: Vec::new(),
            waits_for: Vec::new(),
        }
    }
}

/// A question as people ask it: of the playbook, or one that was added.
pub fn question_title(playbook: &Playbook, run: &Run, name: &str) -> Text {
    let written = playbook.questions.iter().find(|one| one.name == name);
    let added = run.added.get(name).map(|one| Text::from(one.ask.as_str()));
    let written = written.map(|one| one.ask.clone());
    written.or(added).unwrap_or_else(|| Text::from(name))
}
