//! Renders the drafts of a phase, and again when a fact they use changes.
//!
//! A template that fails stops nothing: the failure is logged, the alert goes
//! out without the draft, and says so. What a person wrote in a draft is never
//! rendered away: a changed fact is worked into their words.

use chrono::TimeDelta;

use super::Course;
use super::timers::is_late;
use crate::domain::draft::{Setting, closest, is_roomy, places, render_whole};
use crate::domain::picture::can_show;
use crate::domain::playbook::{Aim, Message};
use crate::domain::revision::{self, Labels};
use crate::domain::run::event::About;
use crate::domain::run::item::key;
use crate::domain::run::{Draft, Event, Run};
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;

/// Why drafts are rendered.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    /// Who wanted them now.
    pub asked_by: Option<String>,
    /// The fact that changed.
    pub fact: Option<String>,
}

impl Cause {
    pub(super) fn asked(by: Option<&String>) -> Self {
        Self {
            asked_by: by.cloned(),
            fact: None,
        }
    }
}

/// Which kinds of message an alert shows a draft of, the best first: the holding
/// statement, else another for people outside.
pub(super) const ALERTED: [fn(&str) -> bool; 3] = [
    |kind| kind == "holding",
    |kind| kind == "statement",
    |kind| kind != "internal",
];

/// When the drafts that follow the alert are due: a moment after it, so that it goes
/// first.
pub const AFTER_ALERT: TimeDelta = TimeDelta::milliseconds(1);

/// When drafts of a run are due that follow its alert; `None` when none are.
pub fn drafts_due(run: &Run) -> Option<Timestamp> {
    let owes = run.is_open && run.owes_drafts;
    Some(run.started_at.filter(|_| owes)? + AFTER_ALERT)
}

pub(super) fn drafts_event(run: &Run, now: Timestamp) -> Option<(Timestamp, Event)> {
    let due_at = drafts_due(run)?;
    let late = is_late(due_at, now);
    Some((due_at, Event::DraftsDue { late }))
}

impl Course<'_> {
    /// Renders every message of a phase, for every channel and language; those
    /// for a case when there is one.
    pub(super) fn render_phase(&mut self, aim: Aim, cause: &Cause) {
        let playbook = self.plan.playbook;
        let phase = playbook.phases.iter().find(|phase| phase.aim == aim);
        let messages = phase.map_or(&[][..], |phase| &phase.messages);
        self.render_all(messages, cause);
    }

    /// Renders what people are told afterwards.
    pub(super) fn render_aftercare(&mut self) {
        self.render_all(&self.plan.playbook.aftercare.messages, &Cause::default());
    }

    fn render_all(&mut self, messages: &[Message], cause: &Cause) {
        let cases: Vec<String> = self.run.cases.keys().cloned().collect();
        for message in messages {
            if !message.per_case {
                self.render_message(message, None, cause);
                continue;
            }
            for case in &cases {
                self.render_message(message, Some(case), cause);
            }
        }
    }

    /// A case was opened: renders its messages in the phases that are open.
    pub(super) fn render_case(&mut self, case: &str, cause: &Cause) {
        let playbook = self.plan.playbook;
        for (aim, message) in playbook.messages() {
            let is_open = aim.is_some_and(|aim| self.run.phases.contains_key(&aim));
            if message.per_case && is_open {
                self.render_message(message, Some(case), cause);
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
            self.render_message(message, case, &Cause::default());
        }
    }

    /// Whatever happens finds the drafts that followed the alert, in the log as well:
    /// so it does not matter when exactly they were rendered.
    pub(super) fn catch_up_on_drafts(&mut self) {
        if let Some((_, event)) = drafts_event(&self.run, self.now) {
            self.log(event.clone());
            self.follow(&event);
        }
    }

    /// Sees to it that the draft that an alert shows is there when the others are to
    /// follow: the first message that [`Course::holding_draft`] would choose, in this
    /// language or in the one that it would choose instead.
    pub(super) fn render_for_alert(&mut self, language: Language) {
        if !self.run.owes_drafts {
            return;
        }
        let (playbook, organisation) = (self.plan.playbook, self.plan.organisation);
        let tags = [language.tag(), organisation.language.tag()];
        for is_kind in ALERTED {
            let open = playbook.messages().filter(|(aim, message)| {
                let is_open = aim.is_some_and(|aim| self.run.phases.contains_key(&aim));
                is_open && !message.per_case && is_kind(&message.kind)
            });
            let messages: Vec<&Message> = open.map(|(_, message)| message).collect();
            for message in messages {
                let mut all = places(organisation, message);
                all.sort_by_key(|(_, of)| {
                    tags.iter().position(|tag| tag == of).unwrap_or(tags.len())
                });
                for (channel, language) in all {
                    let id = format!("{}.{channel}.{language}", message.name);
                    if !self.run.failed_drafts.contains_key(&id)
                        && !self.run.drafts.contains_key(&id)
                    {
                        self.render_draft(message, None, &channel, &language, &Cause::default());
                    }
                    if self.run.drafts.contains_key(&id) {
                        return;
                    }
                }
            }
        }
    }

    fn render_message(&mut self, message: &Message, case: Option<&str>, cause: &Cause) {
        if self.run.owes_drafts {
            return;
        }
        for (channel, language) in places(self.plan.organisation, message) {
            self.render_draft(message, case, &channel, &language, cause);
        }
    }

    /// A fact changed: renders anew what asked for it. Who approved one of them
    /// hears that it is another text now, unless they changed it themselves.
    pub(super) fn render_again(&mut self, fact: &str, by: Option<&str>) {
        let before = self.approved_texts();
        let cause = Cause {
            asked_by: None,
            fact: Some(fact.to_owned()),
        };
        let drafts = self.run.drafts.values();
        let used = drafts.filter(|draft| draft.corrects.is_none());
        let used = used.filter(|draft| draft.used.iter().any(|name| name == fact));
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
                self.render_draft(message, case, channel, language, &cause);
            }
        }
        self.tell_what_lapsed(&before, &[fact.to_owned()], by);
    }

    /// Drafts that somebody approved as they are and that did not go out: id, hash
    /// and who.
    pub(super) fn approved_texts(&self) -> Vec<(String, String, Vec<String>)> {
        let drafts = self.run.drafts.iter();
        let waiting = drafts.filter(|(_, draft)| !self.run.statements.is_out(draft));
        let approved = waiting.filter_map(|(id, draft)| {
            let given = self.run.statements.approved(draft);
            let by: Vec<String> = given.iter().map(|one| one.by.clone()).collect();
            (!by.is_empty()).then(|| (id.clone(), draft.hash(), by))
        });
        approved.collect()
    }

    /// Says which approvals do not count any more, and tells who gave them.
    pub(super) fn tell_what_lapsed(
        &mut self,
        before: &[(String, String, Vec<String>)],
        facts: &[String],
        by: Option<&str>,
    ) {
        let is_another = |id: &str, hash: &str| {
            let now = self.run.drafts.get(id);
            now.is_some_and(|draft| draft.hash() != hash)
        };
        let lapsed: Vec<_> = before
            .iter()
            .filter(|(id, hash, _)| is_another(id, hash))
            .collect();
        if lapsed.is_empty() {
            return;
        }
        let mut approvers: Vec<String> = Vec::new();
        for person in lapsed.iter().flat_map(|(_, _, by)| by) {
            if !approvers.contains(person) {
                approvers.push(person.clone());
            }
        }
        let ids: Vec<String> = lapsed.iter().map(|(id, ..)| id.clone()).collect();
        self.log(Event::ApprovalLapsed {
            drafts: ids.clone(),
            approvers: approvers.clone(),
            facts: facts.to_vec(),
            by: None,
        });
        self.tell_of_lapse(&ids, &approvers, facts, by);
    }

    /// Who approved what is another text now looks at it again; who changed it
    /// knows.
    pub(super) fn tell_of_lapse(
        &mut self,
        drafts: &[String],
        approvers: &[String],
        facts: &[String],
        by: Option<&str>,
    ) {
        if !self.plan.has_team {
            return;
        }
        let mut items: Vec<String> = Vec::new();
        for id in drafts {
            let item = self.run.drafts.get(id).map(Draft::item);
            items.extend(item.filter(|item| !items.contains(item)));
        }
        let asks = facts.iter().map(|name| {
            let fact = self.plan.playbook.fact(name);
            let ask = fact.and_then(|fact| fact.ask.clone());
            ask.unwrap_or_else(|| name.as_str().into())
        });
        let asks: Vec<Text> = asks.collect();
        let others = approvers.iter().filter(|one| Some(one.as_str()) != by);
        for person in others {
            self.tell_person_of(person, About::Lapsed, &items, by, |errand| {
                errand.facts.clone_from(&asks);
            });
        }
    }

    fn render_draft(
        &mut self,
        message: &Message,
        case: Option<&str>,
        channel: &str,
        language: &str,
        cause: &Cause,
    ) {
        let key = key(&message.name, case);
        let id = format!("{key}.{channel}.{language}");
        let event = match self.rendered(message, case, channel, language) {
            Ok(mut draft) => {
                let before = self.run.drafts.get(&id);
                let is_mended = self.run.failed_drafts.contains_key(&id);
                self.illustrate(&mut draft, message, before);
                let is_same = before.is_some_and(|before| {
                    before.rendering() == draft.text && before.images == draft.images
                });
                if is_same && !is_mended {
                    return;
                }
                draft.version = before.map_or(1, |before| before.version + 1);
                draft.changed.extend(cause.fact.clone());
                draft.asked_by = match before {
                    Some(before) => before.asked_by.clone(),
                    None => cause.asked_by.clone(),
                };
                if let Some(before) = before {
                    self.keep_own_words(&mut draft, before);
                }
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

    /// Gives a draft the images of its message; those that people chose stay.
    fn illustrate(&self, draft: &mut Draft, message: &Message, before: Option<&Draft>) {
        if let Some(before) = before.filter(|before| !before.pictured_by.is_empty()) {
            draft.images.clone_from(&before.images);
            draft.pictured_by.clone_from(&before.pictured_by);
            return;
        }
        let organisation = self.plan.organisation;
        let channel = organisation.channel(&draft.channel);
        if channel.is_some_and(|channel| can_show(&channel.kind)) {
            let wanted = message.images.iter();
            let wanted = wanted.filter(|image| image.goes_with(&draft.channel));
            draft.images = wanted
                .filter_map(|image| image.picture(&draft.language, organisation.language))
                .collect();
        }
    }

    /// Works a new rendering into what people wrote. Always begins with their
    /// last words as they wrote them, so that a choice nobody made yet is put
    /// again, and not a choice about a choice.
    fn keep_own_words(&self, draft: &mut Draft, before: &Draft) {
        let Some(own) = self.run.statements.own_words.get(&draft.id()) else {
            return;
        };
        let organisations = self.plan.organisation.language;
        let labels = Labels {
            language: Language::from_tag(&draft.language).unwrap_or(organisations),
            writer: before
                .writers
                .last()
                .map_or_else(String::new, |writer| self.name_of(writer)),
        };
        let merged = revision::merge(&own.rendering, &draft.text, &own.text, &labels);
        if merged.text == draft.text {
            return;
        }
        let names = gap_names(&draft.text, &draft.gaps);
        draft.rendered = Some(std::mem::replace(&mut draft.text, merged.text));
        draft.gaps = named_gaps(&draft.text, &names);
        draft.writers.clone_from(&before.writers);
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
        // What people wrote is in one of them only.
        same.find(|draft| {
            draft.rendered.is_none() && draft.language == language && draft.template == file
        })
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
                message: same.message.clone(),
                channel: channel.to_owned(),
                language: same.language.clone(),
                case: same.case.clone(),
                text: same.text.clone(),
                gaps: same.gaps.clone(),
                used: same.used.clone(),
                template: same.template.clone(),
                ..Draft::default()
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
        let place = (channel, language);
        let rendered = render_whole(template, templates, message, place, &setting);
        let rendered = rendered.map_err(|problem| {
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
            ..Draft::default()
        })
    }
}

/// The gaps of a rendered text with the names of what they ask for.
pub(super) fn gap_names(text: &str, names: &[String]) -> Vec<(String, String)> {
    let shown = revision::gaps(text).into_iter().map(str::to_owned);
    shown.zip(names.iter().cloned()).collect()
}

/// What is still a gap in a text that people wrote in, by name; one that no fact
/// fills by its words.
pub(super) fn named_gaps(text: &str, names: &[(String, String)]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for gap in revision::gaps(text) {
        let named = names.iter().find(|(shown, _)| shown == gap);
        let name = named.map_or_else(
            || revision::gap_words(gap).to_owned(),
            |(_, name)| name.clone(),
        );
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
