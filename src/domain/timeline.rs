//! Events as sentences, for people who read what happened.

use super::organisation::Organisation;
use super::playbook::Playbook;
use super::run::{Cause, Event};
use super::text::Text;

/// What the sentences need to call things by their titles.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub playbook: &'a Playbook,
    pub organisation: &'a Organisation,
}

impl Names<'_> {
    fn show<'b>(&self, text: &'b Text) -> &'b str {
        let language = self.organisation.language;
        text.get(language.tag(), language)
    }

    fn level(&self, name: &str) -> String {
        let levels = &self.playbook.levels;
        let found = levels.iter().find(|level| level.name == name);
        found.map_or_else(
            || name.to_owned(),
            |level| self.show(&level.title).to_owned(),
        )
    }

    fn task(&self, name: &str) -> String {
        let playbook = self.playbook;
        let mut all = playbook.every_task();
        let found = all.find(|task| task.name == name);
        found.map_or_else(|| name.to_owned(), |task| self.show(&task.title).to_owned())
    }

    fn role(&self, key: &str) -> String {
        let found = self.organisation.role(key);
        found.map_or_else(|| key.to_owned(), |role| self.show(&role.title).to_owned())
    }

    fn person(&self, key: &str) -> String {
        let found = self.organisation.person(key);
        found.map_or_else(|| key.to_owned(), |person| person.name.clone())
    }
}

/// One sentence, in English: what happened.
pub fn sentence(event: &Event, names: Names) -> String {
    match event {
        Event::RunStarted { level, cause, .. } => {
            let level = names.level(level);
            match cause {
                Cause::Trigger { trigger, evidence } => {
                    format!(
                        "Run started at level {level}: trigger {trigger}, {}.",
                        evidence.because()
                    )
                }
                Cause::ByHand { by, reason } => {
                    format!("Run started at level {level} by {by}: {reason}")
                }
            }
        }
        Event::TriggerFired {
            trigger, evidence, ..
        } => {
            format!("Trigger {trigger} fired: {}.", evidence.because())
        }
        Event::LevelRaised { from, to, because } => {
            format!(
                "Level raised from {} to {}: {because}.",
                names.level(from),
                names.level(to)
            )
        }
        Event::PhaseOpened { phase } => format!("Phase {} opened.", phase.name().replace('_', " ")),
        Event::TaskOpened { task, role, .. } => {
            format!("Task for {}: {}.", names.role(role), names.task(task))
        }
        Event::TaskDue { task, role, due_at } => {
            let due_at = due_at.with_timezone(&names.organisation.timezone);
            let (task, role) = (names.task(task), names.role(role));
            format!(
                "Due at {} and not done, {role}: {task}.",
                due_at.format("%H:%M")
            )
        }
        Event::Alerted {
            roles,
            person,
            must_answer,
            ..
        } => {
            let roles: Vec<String> = roles.iter().map(|role| names.role(role)).collect();
            let what = if *must_answer { "alerted" } else { "told" };
            format!("{} ({}) {what}.", names.person(person), roles.join(", "))
        }
        Event::NotTold { role, because } => format!("{} not told: {because}.", names.role(role)),
        Event::FactSet { fact, by, .. } => format!("{by} filled in the fact {fact}."),
        Event::DraftRendered { draft } if draft.gaps.is_empty() => {
            format!(
                "Draft {} version {} is ready, without gaps.",
                draft.id(),
                draft.version
            )
        }
        Event::DraftRendered { draft } => {
            format!(
                "Draft {} version {} is ready; to fill in: {}.",
                draft.id(),
                draft.version,
                draft.gaps.join(", ")
            )
        }
        Event::DraftFailed {
            message,
            channel,
            language,
            because,
        } => {
            format!("Draft {message}.{channel}.{language} could not be made: {because}.")
        }
        Event::Delivered {
            person, channel, ..
        } => format!("Delivered to {} by {channel}.", names.person(person)),
        Event::DeliveryFailed {
            person,
            channel,
            because,
            for_good,
            ..
        } => {
            let again = if *for_good {
                "given up"
            } else {
                "will be tried again"
            };
            format!(
                "Not delivered to {} by {channel}: {because}; {again}.",
                names.person(person)
            )
        }
        Event::OperatorTold { person, what, .. } => {
            format!("{} told of a fault: {what}.", names.person(person))
        }
        Event::PlainMailSent { because, .. } => {
            format!("A mail went out in plain words, because its template failed: {because}.")
        }
        Event::RunClosed { by, reason } => format!("Closed by {by}: {reason}"),
    }
}
