//! Renders the drafts of a phase, and again when a fact they use changes.
//!
//! A template that fails stops nothing: the failure is logged, the alert goes
//! out without the draft, and says so.

use super::Course;
use crate::domain::draft::{Setting, closest, is_roomy, places, render};
use crate::domain::playbook::{Aim, Message};
use crate::domain::run::item::key;
use crate::domain::run::{Draft, Event};

impl Course<'_> {
    /// Renders every message of a phase, for every channel and language; those
    /// for a case when there is one.
    pub(super) fn render_phase(&mut self, aim: Aim) {
        let playbook = self.plan.playbook;
        let phase = playbook.phases.iter().find(|phase| phase.aim == aim);
        let messages = phase.map_or(&[][..], |phase| &phase.messages);
        self.render_all(messages);
    }

    /// Renders what people are told afterwards.
    pub(super) fn render_aftercare(&mut self) {
        self.render_all(&self.plan.playbook.aftercare.messages);
    }

    fn render_all(&mut self, messages: &[Message]) {
        let cases: Vec<String> = self.run.cases.keys().cloned().collect();
        for message in messages {
            if !message.per_case {
                self.render_message(message, None);
                continue;
            }
            for case in &cases {
                self.render_message(message, Some(case));
            }
        }
    }

    /// A case was opened: renders its messages in the phases that are open.
    pub(super) fn render_case(&mut self, case: &str) {
        let playbook = self.plan.playbook;
        for (aim, message) in playbook.messages() {
            let is_open = aim.is_some_and(|aim| self.run.phases.contains_key(&aim));
            if message.per_case && is_open {
                self.render_message(message, Some(case));
            }
        }
    }

    /// Renders one message anew, by the key of its item.
    pub(super) fn render_item(&mut self, key: &str) {
        let (name, case) = match key.split_once('@') {
            Some((name, case)) => (name, Some(case)),
            None => (key, None),
        };
        if let Some(message) = self.plan.playbook.message(name) {
            self.render_message(message, case);
        }
    }

    fn render_message(&mut self, message: &Message, case: Option<&str>) {
        for (channel, language) in places(self.plan.organisation, message) {
            self.render_draft(message, case, &channel, &language);
        }
    }

    /// A fact changed: renders anew what asked for it.
    pub(super) fn render_again(&mut self, fact: &str) {
        let drafts = self.run.drafts.values();
        let used = drafts.filter(|draft| draft.used.iter().any(|name| name == fact));
        let used = used.map(Draft::id);
        // A draft that failed may have failed on this very fact.
        let failed = self.run.failed_drafts.keys().cloned();
        let stale: Vec<String> = used.chain(failed).collect();
        for id in stale {
            let mut parts = id.splitn(3, '.');
            let (Some(key), Some(channel), Some(language)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let (name, case) = match key.split_once('@') {
                Some((name, case)) => (name, Some(case)),
                None => (key, None),
            };
            if let Some(message) = self.plan.playbook.message(name) {
                self.render_draft(message, case, channel, language);
            }
        }
    }

    fn render_draft(
        &mut self,
        message: &Message,
        case: Option<&str>,
        channel: &str,
        language: &str,
    ) {
        let key = key(&message.name, case);
        let id = format!("{key}.{channel}.{language}");
        let event = match self.rendered(message, case, channel, language) {
            Ok(mut draft) => {
                let before = self.run.drafts.get(&id);
                if before.is_some_and(|before| before.text == draft.text) {
                    return;
                }
                draft.version = before.map_or(1, |before| before.version + 1);
                Event::DraftRendered { draft }
            }
            Err(because) => {
                if self.run.failed_drafts.get(&id) == Some(&because) {
                    return;
                }
                Event::DraftFailed {
                    message: key,
                    channel: channel.to_owned(),
                    language: language.to_owned(),
                    because,
                }
            }
        };
        self.log(event);
    }

    /// The draft that this very decision made from the same template: where
    /// there is room, a text reads the same wherever it is posted.
    fn just_rendered(
        &self,
        message: &Message,
        case: Option<&str>,
        language: &str,
        file: &str,
    ) -> Option<&Draft> {
        // Only the drafts at the end of the log were made from what holds now.
        let latest = self
            .events
            .iter()
            .rev()
            .map_while(|logged| match &logged.event {
                Event::DraftRendered { draft } => Some(draft),
                _ => None,
            });
        let mut same =
            latest.filter(|draft| draft.message == message.name && draft.case.as_deref() == case);
        same.find(|draft| draft.language == language && draft.template == file)
    }

    fn rendered(
        &self,
        message: &Message,
        case: Option<&str>,
        channel: &str,
        language: &str,
    ) -> Result<Draft, String> {
        let organisation = self.plan.organisation;
        let templates = self.plan.templates;
        let template = closest(
            templates,
            &message.template,
            language,
            channel,
            organisation,
        )
        .ok_or_else(|| format!("there is no template {}.{language}.hbs", message.template))?;
        let reads_the_same = is_roomy(organisation, channel);
        if let Some(same) = self.just_rendered(message, case, language, &template.file)
            && reads_the_same
            && is_roomy(organisation, &same.channel)
        {
            return Ok(Draft {
                channel: channel.to_owned(),
                ..same.clone()
            });
        }
        let phases_open: Vec<Aim> = self.run.phases.keys().copied().collect();
        let setting = Setting {
            organisation: self.plan.organisation,
            playbook: self.plan.playbook,
            facts: &self.run.facts,
            phases_open: &phases_open,
            level: &self.run.level,
            case: case.and_then(|case| self.run.cases.get(case)),
            now: self.now,
        };
        let rendered =
            render(template, message, channel, language, &setting).map_err(|problem| {
                format!(
                    "{}:{}:{}: {}",
                    template.file, problem.line, problem.column, problem.message
                )
            })?;
        Ok(Draft {
            message: message.name.clone(),
            case: case.map(str::to_owned),
            channel: channel.to_owned(),
            language: language.to_owned(),
            version: 1,
            text: rendered.text,
            gaps: rendered.gaps,
            used: rendered.used,
            template: template.file.clone(),
            adapted: rendered.adapted,
        })
    }
}
