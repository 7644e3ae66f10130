//! Renders the drafts of a phase, and again when a fact they use changes.
//!
//! A template that fails stops nothing: the failure is logged, the alert goes
//! out without the draft, and says so.

use super::Course;
use crate::domain::draft::{Setting, render};
use crate::domain::playbook::{Aim, Message, Phase, template_for};
use crate::domain::run::{Draft, Event};

impl Course<'_> {
    /// Renders every message of a phase, for every channel and language.
    pub(super) fn render_phase(&mut self, phase: &Phase) {
        for message in &phase.messages {
            for (channel, language) in self.places(message) {
                self.render_draft(message, &channel, &language);
            }
        }
    }

    /// A fact changed: renders anew what asked for it.
    pub(super) fn render_again(&mut self, fact: &str) {
        let playbook = self.plan.playbook;
        let used = self
            .run
            .drafts
            .values()
            .filter(|draft| draft.used.iter().any(|name| name == fact));
        let mut stale: Vec<(String, String, String)> = used
            .map(|draft| {
                (
                    draft.message.clone(),
                    draft.channel.clone(),
                    draft.language.clone(),
                )
            })
            .collect();
        // A draft that failed may have failed on this very fact.
        let failed = self.run.failed_drafts.keys().filter_map(|id| {
            let mut parts = id.splitn(3, '.').map(str::to_owned);
            Some((parts.next()?, parts.next()?, parts.next()?))
        });
        stale.extend(failed);
        for (name, channel, language) in stale {
            if let Some((_, message)) = playbook
                .messages()
                .find(|(_, message)| message.name == name)
            {
                self.render_draft(message, &channel, &language);
            }
        }
    }

    /// Where a message goes: each channel of its audiences (or those written),
    /// in each language of the audience, none twice.
    fn places(&self, message: &Message) -> Vec<(String, String)> {
        let organisation = self.plan.organisation;
        let mut places = Vec::new();
        for audience in message
            .to
            .iter()
            .filter_map(|key| organisation.audience(key))
        {
            let channels = message.channels.as_ref().unwrap_or(&audience.channels);
            for language in &audience.languages {
                for channel in channels {
                    let place = (channel.clone(), language.clone());
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
            }
        }
        places
    }

    fn render_draft(&mut self, message: &Message, channel: &str, language: &str) {
        let id = format!("{}.{channel}.{language}", message.name);
        let event = match self.rendered(message, channel, language) {
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
                    message: message.name.clone(),
                    channel: channel.to_owned(),
                    language: language.to_owned(),
                    because,
                }
            }
        };
        self.log(event);
    }

    /// The draft that this very decision made from the same template: a text
    /// reads the same wherever it is posted.
    fn just_rendered(&self, message: &Message, language: &str, file: &str) -> Option<&Draft> {
        // Only the drafts at the end of the log were made from what holds now.
        let latest = self
            .events
            .iter()
            .rev()
            .map_while(|logged| match &logged.event {
                Event::DraftRendered { draft } => Some(draft),
                _ => None,
            });
        let mut same = latest.filter(|draft| draft.message == message.name);
        same.find(|draft| draft.language == language && draft.template == file)
    }

    fn rendered(&self, message: &Message, channel: &str, language: &str) -> Result<Draft, String> {
        let template = template_for(self.plan.templates, &message.template, language, channel)
            .ok_or_else(|| format!("there is no template {}.{language}.hbs", message.template))?;
        if let Some(same) = self.just_rendered(message, language, &template.file) {
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
            channel: channel.to_owned(),
            language: language.to_owned(),
            version: 1,
            text: rendered.text,
            gaps: rendered.gaps,
            used: rendered.used,
            template: template.file.clone(),
        })
    }
}
